// What a page needs to be shown without a network.

/** Fetched only where the line is quick, so nobody saves it. */
const FOR_QUICK_LINES = /\/assets\/engine\./;

/** Of one picture the type that browsers take, and not the other one. */
function pictures(page: Document): (string | null | undefined)[] {
  return [...page.querySelectorAll('img')].map((image) => {
    const better = image.parentElement?.querySelector('source[type="image/webp"]');
    return (better?.getAttribute('srcset') ?? image.getAttribute('src'))?.split(' ')[0];
  });
}

/** Assets that scripts fetch later: pages name them in attributes of their own. */
function later(page: Document): string[] {
  const attributes = [...page.querySelectorAll('*')].flatMap((element) => [...element.attributes]);
  const own = attributes.filter(({ name }) => name.startsWith('data-'));
  return own.map(({ value }) => value).filter((value) => /^\/assets\/[\w.-]+$/.test(value));
}

/** Addresses of this site, path and query, of all that `page` needs besides its video or sound. */
export function needs(page: Document): string[] {
  const named = (selector: string, attribute: string): (string | null)[] =>
    [...page.querySelectorAll(selector)].map((element) => element.getAttribute(attribute));
  const links = ['stylesheet', 'icon', 'manifest', 'apple-touch-icon'].flatMap((rel) => named(`link[rel="${rel}"]`, 'href'));
  const found = [
    ...links,
    ...named('script[src]', 'src'),
    ...named('video[poster]', 'poster'),
    ...named('track[src]', 'src'),
    ...pictures(page),
    ...later(page),
  ];
  const urls = found.filter(Boolean).map((url) => new URL(url as string, location.origin));
  const ours = urls.filter((url) => url.origin === location.origin && !FOR_QUICK_LINES.test(url.pathname));
  return [...new Set(ours.map((url) => url.pathname + url.search))];
}
