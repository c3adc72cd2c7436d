"""Sitemaps and robots.txt, as search engines read them."""

import unittest
from urllib.robotparser import RobotFileParser

from lxml import html

from school import DRAFT, FULL, UNLISTED, WITHDRAWN, checked, school

SITEMAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "v": "http://www.google.com/schemas/sitemap-video/1.1",
           "x": "http://www.w3.org/1999/xhtml"}


def found(root, path):
    return root.xpath(path, namespaces=SITEMAP)


class Sitemaps(unittest.TestCase):
    def maps(self):
        index = checked(school().get("/sitemap.xml").content, "sitemap.rnc")
        return [checked(school().get(url).content, "sitemap.rnc") for url in found(index, "//s:loc/text()")]

    def test_every_public_lesson_stands_there_in_every_language_and_nothing_else(self):
        addresses = [url for root in self.maps() for url in found(root, "//s:url/s:loc/text()")]
        self.assertEqual(len(addresses), len(set(addresses)))
        for language in ("az", "ru", "en"):
            self.assertIn(f"{school().url}/{language}/l/{school().codes[FULL]}", addresses)
        for title in (DRAFT, UNLISTED, WITHDRAWN):
            self.assertFalse([url for url in addresses if school().codes[title] in url])

    def test_an_address_is_the_pages_own_and_its_alternates_name_each_other(self):
        for root in self.maps():
            urls = found(root, "//s:url")
            # The first and the last of each sitemap; all are written alike.
            for url in (urls[0], urls[-1]):
                address = url.findtext("s:loc", namespaces=SITEMAP)
                page = html.fromstring(school().get(address).content)
                self.assertEqual(page.xpath("//link[@rel='canonical']/@href"), [address])
                told = {(link.get("hreflang"), link.get("href")) for link in found(url, "x:link")}
                of_page = {(link.get("hreflang"), link.get("href")) for link in page.xpath("//link[@hreflang]")}
                self.assertEqual(told, of_page)

    def test_a_video_leads_to_its_bytes_and_its_picture(self):
        own = f"//s:url[s:loc='{school().url}/az/l/{school().codes[FULL]}']/v:video"
        [video] = [video for root in self.maps() for video in found(root, own)]
        text = lambda name: video.findtext(f"v:{name}", namespaces=SITEMAP)
        self.assertEqual((text("title"), text("duration")), (FULL, "6"))
        self.assertEqual(school().get(text("content_loc")).headers["content-type"], "video/mp4")
        self.assertEqual(school().get(text("thumbnail_loc")).headers["content-type"], "image/jpeg")

    def test_a_crawler_that_comes_again_is_told_that_nothing_changed(self):
        for path in ("/sitemap.xml", "/sitemaps/lessons-1.xml"):
            answer = school().get(path)
            self.assertEqual(answer.headers["content-encoding"], "gzip")
            again = {"If-None-Match": answer.headers["etag"]}
            self.assertEqual(school().get(path, status=304, headers=again).content, b"")

    def test_robots_may_read_lessons_and_their_media_and_find_the_sitemap(self):
        robots = RobotFileParser()
        robots.parse(school().get("/robots.txt").text.splitlines())
        self.assertEqual(robots.site_maps(), [f"{school().url}/sitemap.xml"])
        code = school().codes[FULL]
        for path in ("/", f"/az/l/{code}", f"/l/{code}/video.mp4", f"/l/{code}/poster.jpg", "/feeds/lessons.rss"):
            self.assertTrue(robots.can_fetch("*", path), path)
        for path in ("/teach/", "/search?q=x"):
            self.assertFalse(robots.can_fetch("*", path), path)
