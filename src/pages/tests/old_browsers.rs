//! Style sheets and scripts as files: what an old browser, a page from right to left and one look for all pages ask of them.
//! Every file of `web/src` is read, so that a new one keeps the rules too.

use std::path::Path;

/// Files of `web/src` with `extension`, by their names.
fn sources(extension: &str) -> Vec<(String, String)> {
    fn gather(folder: &Path, extension: &str, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/src");
    gather(&folder, extension, &mut found);
    assert!(!found.is_empty());
    found
}

/// A rule of a style sheet.
struct Rule {
    sheet: String,
    /// The conditions around it: `@media …`, `@supports …`.
    within: Vec<String>,
    selector: String,
    declarations: Vec<(String, String)>,
}

impl Rule {
    fn value(&self, property: &str) -> Option<&str> {
        let mut found = self
            .declarations
            .iter()
            .filter(|(name, _)| name == property);
        found.next_back().map(|(_, value)| value.as_str())
    }

    fn is_within(&self, condition: &str) -> bool {
        self.within.iter().any(|w| w.contains(condition))
    }

    fn told(&self, what: &str) -> String {
        format!("{}: {} has {what}", self.sheet, self.selector)
    }
}

fn rules_of(name: &str, sheet: &str) -> Vec<Rule> {
    let mut bare = String::new();
    for (at, part) in sheet.split("/*").enumerate() {
        bare.push_str(match at {
            0 => part,
            _ => part.split_once("*/").unwrap().1,
        });
    }
    let (mut rules, mut within, mut text) = (Vec::new(), Vec::<String>::new(), String::new());
    let mut selector: Option<String> = None;
    for c in bare.chars() {
        match c {
            '{' if text.trim_start().starts_with('@') => within.push(take(&mut text)),
            '{' => {
                assert!(selector.is_none(), "{name}: rules within {selector:?}");
                selector = Some(take(&mut text));
            }
            '}' => match selector.take() {
                Some(selector) => rules.push(Rule {
                    sheet: name.to_owned(),
                    within: within.clone(),
                    selector,
                    declarations: take(&mut text)
                        .split(';')
                        .filter_map(|d| d.split_once(':'))
                        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
                        .collect(),
                }),
                None => assert!(within.pop().is_some(), "{name}: a brace too many"),
            },
            c => text.push(c),
        }
    }
    assert!(
        within.is_empty() && selector.is_none(),
        "{name}: a brace too few"
    );
    rules
}

fn take(text: &mut String) -> String {
    std::mem::take(text).trim().to_owned()
}

fn every_rule() -> Vec<Rule> {
    let sheets = sources("css");
    let rules = sheets
        .iter()
        .flat_map(|(name, sheet)| rules_of(name, sheet));
    rules.collect()
}

/// The parts of a value, those in brackets whole.
fn parts(value: &str) -> Vec<String> {
    let (mut all, mut depth) = (vec![String::new()], 0);
    for c in value.chars() {
        depth += i32::from(c == '(') - i32::from(c == ')');
        match c {
            ' ' if depth == 0 => all.push(String::new()),
            c => all.last_mut().unwrap().push(c),
        }
    }
    all.retain(|part| !part.is_empty());
    all
}

/// Whether something in `:not()` of `selector` is more than one simple or compound selector.
fn has_complex_not(selector: &str) -> bool {
    selector.split(":not(").skip(1).any(|not| {
        let (mut depth, mut end) = (1, not.len());
        for (at, c) in not.char_indices() {
            depth += i32::from(c == '(') - i32::from(c == ')');
            if depth == 0 {
                end = at;
                break;
            }
        }
        not[..end].trim().contains([',', ' ', '>', '+', '~'])
    })
}

/// Time runs from left to right on every seek bar, whatever the script.
const LEFT_TO_RIGHT: [&str; 4] = [".seek input", ".loaded, .played", ".played::after", ".mark"];

#[test]
fn no_sheet_knows_left_from_right() {
    let mut faults = Vec::new();
    for rule in every_rule() {
        if rule.sheet == "player.css" && LEFT_TO_RIGHT.contains(&rule.selector.as_str()) {
            continue;
        }
        for (name, value) in &rule.declarations {
            let sided = [
                "margin-",
                "padding-",
                "border-",
                "scroll-margin-",
                "scroll-padding-",
            ];
            let side = name.ends_with("-left") || name.ends_with("-right");
            let physical = side && sided.iter().any(|s| name.starts_with(s))
                || ["text-align", "float", "clear"].contains(&name.as_str())
                    && ["left", "right"].contains(&value.as_str());
            // Both sides alike are no side.
            let one_sided =
                (name == "left" || name == "right") && rule.value("left") != rule.value("right");
            let four = parts(value);
            let uneven = ["margin", "padding", "border-width", "border-style"]
                .contains(&name.as_str())
                && four.len() == 4
                && four[1] != four[3];
            if physical || one_sided || uneven {
                faults.push(rule.told(&format!("{name}: {value}")));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn nothing_that_chromium_80_lacks_is_needed() {
    // Of a selector or value that it cannot read a browser drops the whole rule or declaration, so these may only stand
    // where `@supports` asks first. What it merely leaves out (text-wrap, text-underline-offset) is not here.
    const SELECTORS: [&str; 7] = [
        ":has(",
        ":is(",
        ":where(",
        ":user-",
        ":popover-open",
        "&",
        ":modal",
    ];
    const PROPERTIES: [&str; 16] = [
        "inset",
        "inset-inline",
        "inset-block",
        "inset-inline-start",
        "inset-inline-end",
        "inset-block-start",
        "inset-block-end",
        "aspect-ratio",
        "margin-inline",
        "margin-block",
        "padding-inline",
        "padding-block",
        "border-inline",
        "border-block",
        "container-type",
        "translate",
    ];
    const VALUES: [&str; 13] = [
        "color-mix(",
        "oklch(",
        "oklab(",
        "lab(",
        "lch(",
        "light-dark(",
        "dvh",
        "svh",
        "lvh",
        "dvw",
        "subgrid",
        "overflow: clip",
        "anchor(",
    ];
    const CONDITIONS: [&str; 6] = [
        "@layer",
        "@container",
        "@property",
        "@scope",
        "@starting-style",
        "@import",
    ];
    let mut faults = Vec::new();
    for rule in every_rule() {
        for condition in &rule.within {
            let range = condition.starts_with("@media") && condition.contains(['<', '>', '=']);
            if range || CONDITIONS.iter().any(|c| condition.starts_with(c)) {
                faults.push(rule.told(condition));
            }
        }
        if rule.is_within("@supports") {
            continue;
        }
        if let Some(newer) = SELECTORS.iter().find(|s| rule.selector.contains(*s)) {
            faults.push(rule.told(newer));
        }
        // A list of selectors falls with one that is unknown; that one alone only adds.
        if rule.selector.contains(',') && rule.selector.contains(":focus-visible") {
            faults.push(rule.told(":focus-visible in a list"));
        }
        if has_complex_not(&rule.selector) {
            faults.push(rule.told("more than one compound in :not()"));
        }
        // Gaps are known of grids, not yet of flexible boxes.
        let gap = ["gap", "row-gap", "column-gap"]
            .iter()
            .any(|g| rule.value(g).is_some());
        if gap && rule.value("display") != Some("grid") {
            faults.push(rule.told("a gap outside a grid"));
        }
        for (name, value) in &rule.declarations {
            let whole = format!("{name}: {value}");
            if PROPERTIES.contains(&name.as_str()) || VALUES.iter().any(|v| whole.contains(v)) {
                faults.push(rule.told(&whole));
            }
            if name == "appearance" && rule.value("-webkit-appearance").is_none() {
                faults.push(rule.told("appearance without -webkit-"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_focus_drawn_beside_what_has_it_is_seen_where_focus_visible_is_unknown() {
    // Around what has the focus such a browser draws a line by itself.
    let rules = every_rule();
    for rule in &rules {
        let last = rule.selector.rsplit([' ', '>', '+', '~']).next().unwrap();
        let bare = rule.selector.replace(":not(:focus-visible)", "");
        if !bare.contains(":focus-visible") || last.contains(":focus-visible") {
            continue;
        }
        let instead = rule.selector.replace(":focus-visible", ":focus");
        let same = |other: &Rule| other.sheet == rule.sheet && other.selector == instead;
        assert!(
            rules.iter().any(same),
            "{}",
            rule.told("no rule for :focus")
        );
    }
}

#[test]
fn no_script_needs_what_chromium_80_lacks() {
    // The bundler writes newer syntax as older; functions it does not bring. Where one is used if it is there, the line
    // says so: `// newer than Chromium 80`.
    const NEWER: [&str; 22] = [
        ".replaceChildren(",
        ".at(",
        ".replaceAll(",
        ".findLast(",
        ".findLastIndex(",
        ".toSorted(",
        ".toReversed(",
        ".checkVisibility(",
        ".showPopover(",
        ".groupBy(",
        "structuredClone(",
        "randomUUID(",
        "AbortSignal.timeout(",
        "AbortSignal.any(",
        "Promise.any(",
        "Promise.withResolvers(",
        "Object.hasOwn(",
        "WeakRef(",
        "Intl.Segmenter(",
        "Array.fromAsync(",
        ".inert =",
        "scheduler.",
    ];
    // In a selector that is asked for they are errors.
    const SELECTORS: [&str; 6] = [
        ":has(",
        ":is(",
        ":where(",
        ":focus-visible",
        ":popover-open",
        ":modal",
    ];
    let mut faults = Vec::new();
    for (name, script) in sources("ts") {
        for (line, text) in script.lines().enumerate() {
            if text.contains("newer than Chromium 80") {
                continue;
            }
            let newer = NEWER.iter().find(|n| text.contains(*n));
            let selector = SELECTORS.iter().find(|s| text.contains(*s));
            for what in newer.into_iter().chain(selector) {
                faults.push(format!("{name}:{}: {what}", line + 1));
            }
            if has_complex_not(text) {
                faults.push(format!(
                    "{name}:{}: more than one compound in :not()",
                    line + 1
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn colours_and_faces_are_said_once() {
    let mut faults = Vec::new();
    for rule in every_rule() {
        // The player is light on dark in both schemes, like the frame of a picture, and has tokens for that.
        let tokens = rule.sheet == "look.css" && rule.selector == ":root"
            || rule.sheet == "player.css" && rule.selector == ".dressed";
        for (name, value) in &rule.declarations {
            if value.contains("url(") || rule.selector.contains("@font-face") {
                faults.push(rule.told("something to be fetched"));
            }
            if tokens || rule.is_within("forced-colors") {
                continue;
            }
            let of_tokens = value.starts_with("hsl(var(--h");
            let color = value.contains('#') || value.contains("rgb(") || value.contains("hsl(");
            let named = ["white", "black", "red", "green", "blue", "gray", "grey"];
            let named = parts(value).iter().any(|p| named.contains(&p.as_str()));
            if (color || named) && !of_tokens {
                faults.push(rule.told(&format!("a colour of its own, {name}: {value}")));
            }
            if value.contains("sans-serif") || value.contains("monospace") {
                faults.push(rule.told(&format!("a face of its own, {name}: {value}")));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn nothing_moves_for_those_who_want_it_still() {
    let moves = |name: &str, value: &str| {
        name.starts_with("transition") || name.starts_with("animation") || value == "smooth"
    };
    for rule in every_rule() {
        for (name, value) in &rule.declarations {
            let still = rule.is_within("prefers-reduced-motion: no-preference");
            assert!(still || !moves(name, value), "{}", rule.told(name));
        }
    }
}

#[test]
fn no_letter_is_smaller_than_twelve_pixels() {
    for rule in every_rule() {
        for (name, value) in &rule.declarations {
            let size = match name.as_str() {
                "font-size" | "--smallest" | "--small" => value.as_str(),
                _ => continue,
            };
            if let Some(rem) = size.strip_suffix("rem") {
                assert!(rem.parse::<f64>().unwrap() >= 0.75, "{}", rule.told(size));
            }
        }
    }
}
