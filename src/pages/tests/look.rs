//! The style sheet keeps its promises: contrast in both schemes, no colour that the server does not send.

const SHEET: &str = include_str!("../../../web/src/look.css");

/// The value of a token in the light scheme, or in the dark one.
fn token(name: &str, dark: bool) -> String {
    let (light, rest) = SHEET
        .split_once("@media screen and (prefers-color-scheme: dark)")
        .unwrap();
    let part = if dark { rest } else { light };
    let value = part
        .split(&format!("--{name}: "))
        .nth(1)
        .unwrap_or_else(|| panic!("--{name}"));
    value.split(';').next().unwrap().trim().to_owned()
}

/// Red, green and blue from 0 to 1.
fn rgb(hex: &str) -> [f64; 3] {
    let digits: Vec<u32> = hex[1..].chars().map(|c| c.to_digit(16).unwrap()).collect();
    match digits[..] {
        [r, g, b] => [r * 17, g * 17, b * 17].map(|v| f64::from(v) / 255.0),
        [a, b, c, d, e, f] => [a * 16 + b, c * 16 + d, e * 16 + f].map(|v| f64::from(v) / 255.0),
        _ => panic!("{hex}"),
    }
}

fn hsl(hue: f64, saturation: &str, lightness: &str) -> [f64; 3] {
    let part = |text: &str| text.trim_end_matches('%').parse::<f64>().unwrap() / 100.0;
    let (s, l) = (part(saturation), part(lightness));
    let a = s * l.min(1.0 - l);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue / 30.0) % 12.0;
        l - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// WCAG 2.2's contrast ratio.
fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let luminance = |c: [f64; 3]| {
        let linear = c.map(|v| {
            if v <= 0.04045 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    a.max(b) / a.min(b)
}

#[test]
fn words_and_signs_can_be_read_in_both_schemes() {
    for dark in [false, true] {
        let color = |name| rgb(&token(name, dark));
        for ground in ["paper", "card"] {
            for ink in ["ink", "soft", "accent", "price"] {
                let ratio = contrast(color(ink), color(ground));
                assert!(ratio >= 4.5, "{ink} on {ground}, dark {dark}: {ratio:.2}");
            }
            for edge in ["edge", "focus"] {
                let ratio = contrast(color(edge), color(ground));
                assert!(ratio >= 3.0, "{edge} on {ground}, dark {dark}: {ratio:.2}");
            }
        }
        assert!(contrast(color("on-accent"), color("accent")) >= 4.5);
        for hue in (0..360).step_by(15) {
            let ground = hsl(
                f64::from(hue),
                &token("sign-s", dark),
                &token("sign-l", dark),
            );
            let mark = hsl(
                f64::from(hue),
                &token("mark-s", dark),
                &token("mark-l", dark),
            );
            let ratio = contrast(ground, mark);
            assert!(ratio >= 4.5, "hue {hue}, dark {dark}: {ratio:.2}");
        }
    }
}

#[test]
fn every_hue_that_a_vocabulary_may_name_has_its_class() {
    for degrees in 0..360 {
        let hue = super::super::page::hue(Some(degrees));
        assert!(
            SHEET.contains(&format!(".h-{hue}{{--h:{hue}}}")),
            "{degrees} became {hue}"
        );
        let apart = (i32::from(hue) - i32::from(degrees)).rem_euclid(360);
        assert!(apart <= 7 || apart >= 352, "{degrees} became {hue}");
    }
}
