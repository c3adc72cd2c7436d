//! Captions as teachers have them, and as players get them.

use proptest::prelude::*;

use super::cue::Captions;
use super::*;
use crate::units::Millis;

fn cues(file: &str) -> Vec<(u64, u64, String)> {
    let parsed = parse(file.as_bytes()).unwrap();
    let cues = parsed.captions.cues().iter();
    cues.map(|cue| (cue.start().0, cue.end().0, cue.text().to_owned()))
        .collect()
}

/// What becomes of the text of one cue.
fn rewritten(text: &str) -> String {
    let parsed = parse(format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n").as_bytes()).unwrap();
    assert_eq!(parsed.captions.cues().len(), 1);
    parsed.captions.cues()[0].markup().to_owned()
}

fn warnings(file: &str) -> Vec<String> {
    let parsed = parse(file.as_bytes()).unwrap();
    parsed.warnings.iter().map(ToString::to_string).collect()
}

const LESSON: &str = "WEBVTT - Kəsrlər
Kind: captions

STYLE
::cue { background: url(https://evil.example/) }

REGION
id:fred

NOTE for the editor
two lines

giriş
00:01.000 --> 00:04.500 line:90% align:start region:fred
<v Müəllim>Salam, <i>uşaqlar</i>!

100:00:00.000 --> 100:00:01.000
Son
sətir
";

#[test]
fn a_lesson_is_read_and_written_without_styles_regions_and_notes() {
    let parsed = parse(LESSON.as_bytes()).unwrap();
    assert_eq!(
        write(&parsed.captions),
        "WEBVTT\n\n\
         giriş\n00:00:01.000 --> 00:00:04.500 line:90% align:start\n\
         <v Müəllim>Salam, <i>uşaqlar</i>!</v>\n\n\
         100:00:00.000 --> 100:00:01.000\nSon\nsətir\n"
    );
    assert_eq!(parsed.captions.cues()[0].text(), "Salam, uşaqlar!");
    assert_eq!(parsed.captions.cues()[0].id(), Some("giriş"));
}

#[test]
fn any_line_ends_and_a_byte_order_mark_make_no_difference() {
    let expected = parse(LESSON.as_bytes()).unwrap();
    for end in ["\r\n", "\r"] {
        let file = format!("\u{feff}{}", LESSON.replace('\n', end));
        assert_eq!(parse(file.as_bytes()), Ok(expected.clone()));
    }
}

#[test]
fn what_browsers_tolerate_is_tolerated() {
    let expected = vec![(1000, 2000, "a".to_owned()), (3000, 4000, "b".to_owned())];
    for file in [
        "WEBVTT\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb",
        "WEBVTT\n\n00:09.000 --> 00:10.000\n00:01.000 --> 00:02.000\na\n\n00:03.000 --> 00:04.000\nb",
        "WEBVTT\tx\n\n\n\n00:01.000-->00:02.000\na\n00:03.000\t-->\t00:04.000 x:y\nb\n\n",
        "WEBVTT\n\n00:03.000 --> 00:04.000\nb\n\n  00:01.000 --> 00:02.000 \na\n",
    ] {
        assert_eq!(cues(file), expected, "{file}");
    }
}

#[test]
fn a_bad_cue_is_left_out_and_named_by_its_line() {
    let file = "WEBVTT\n\n\
        0:01:00.000 --> 00:02:00.000\na\n\n\
        00:60.000 --> 01:02.000\nb\n\n\
        00:03.000 --> 00:02.000\nc\n\n\
        00:03.000 --> 00:04.000\n<c></c>\n\n\
        00:00:01,000 --> 00:00:02,000\nd\n\n\
        no times\n\n\
        STYLE\nx\n\n\
        00:05.000 --> 00:06.000\ngood\n";
    assert_eq!(cues(file), [(5000, 6000, "good".to_owned())]);
    insta::assert_snapshot!(warnings(file).join("\n"), @r#"
    line 3: the cue's times cannot be read (00:01.000 --> 00:04.000); left out
    line 6: the cue's times cannot be read (00:01.000 --> 00:04.000); left out
    line 9: the cue ends before it begins; left out
    line 12: the cue has no text; left out
    line 15: the cue's times cannot be read (00:01.000 --> 00:04.000); left out
    line 18: text without times; left out
    line 20: styles and regions are not kept
    "#);
}

#[test]
fn a_cue_whose_text_was_forgotten_does_not_take_the_next_cue_with_it() {
    let file = "WEBVTT\n\n00:09.000 --> 00:10.000\n00:01.000 --> 00:02.000\na\n";
    assert_eq!(cues(file), [(1000, 2000, "a".to_owned())]);
    assert_eq!(warnings(file), ["line 3: the cue has no text; left out"]);
}

#[test]
fn warnings_of_a_hopeless_file_come_to_an_end() {
    let file = format!(
        "WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n{}",
        "x\n\n".repeat(1000)
    );
    let warnings = warnings(&file);
    assert_eq!(warnings.len(), MAX_WARNINGS);
    assert!(warnings[MAX_WARNINGS - 1].ends_with("more was left out from here on"));
}

#[test]
fn no_script_comes_through() {
    for (written, kept) in [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<img src=x onerror=alert(1)>a", "a"),
        ("<b onclick=alert(1)>a</b>", "<b>a</b>"),
        ("<c.red.x\"y.a--.-->a", "<c.red.-->a</c>"),
        ("<v \"><script>a", "<v \">a</v>"),
        ("<v a&lt;script&gt;>a", "<v a&lt;script&gt;>a</v>"),
        ("<v a --\n>a", "<v a>a</v>"),
        (
            "&lt;script&gt; &#60;b&#x3E; --&gt;",
            "&lt;script&gt; &lt;b&gt; --&gt;",
        ),
        ("<lang javascript:1>a</lang>", "a"),
        ("a <!-- b", "a &lt;!-- b"),
    ] {
        // The fourth holds "-->", which a file cannot; its cue text goes the same way.
        let cue = Cue::new(Millis(0), Millis(1), written).unwrap();
        if written.contains("-->") {
            assert_eq!(cue.markup(), "<c.red>a</c>");
        } else {
            assert_eq!(rewritten(written), kept);
            assert_eq!(cue.markup(), kept);
        }
    }
}

#[test]
fn the_tags_of_webvtt_are_kept_and_closed() {
    for (written, kept) in [
        ("<b>a<i>b", "<b>a<i>b</i></b>"),
        ("<b>a</i>b</b>c", "<b>ab</b>c"),
        ("<c.yellow.bg_blue>a</c>", "<c.yellow.bg_blue>a</c>"),
        ("<ruby>漢<rt>kan</ruby>b", "<ruby>漢<rt>kan</rt></ruby>b"),
        ("<rt>a", "a"),
        ("<lang RU-ru>да</lang>", "<lang ru-RU>да</lang>"),
        ("a<00:01.500>b<99>c", "a<00:00:01.500>b&lt;99&gt;c"),
        ("<v.loud  Leyla \n Əli>a", "<v.loud Leyla Əli>a</v>"),
        (
            "a&nbsp;b&lrm;&unknown;&#0;&#10;&#10;c",
            "a\u{a0}b\u{200e}&amp;unknown;\u{fffd}\nc",
        ),
        ("<B>a</B>", "<b>a</b>"),
    ] {
        assert_eq!(rewritten(written), kept, "{written}");
    }
}

#[test]
fn mathematics_is_not_taken_for_tags() {
    for (written, kept) in [
        ("a < b", "a &lt; b"),
        ("3<5 və 5>3", "3&lt;5 və 5&gt;3"),
        ("x <= 2 & y => 1", "x &lt;= 2 &amp; y =&gt; 1"),
        ("a <x <b>bold</b>", "a &lt;x <b>bold</b>"),
    ] {
        assert_eq!(rewritten(written), kept);
    }
}

#[test]
fn settings_that_are_not_valid_are_passed_over() {
    let settings = |text: &str| {
        let file = format!("WEBVTT\n\n00:01.000 --> 00:02.000 {text}\na\n");
        parse(file.as_bytes()).unwrap().captions.cues()[0]
            .settings()
            .to_string()
    };
    let good = " vertical:rl line:-1,end position:50%,line-left size:33.3% align:right";
    assert_eq!(settings(good.trim()), good);
    assert_eq!(
        settings("align:left\tline:0 align:end"),
        " line:0 align:end"
    );
    for bad in [
        "vertical:up",
        "line:5%%",
        "line:--1",
        "line:1,middle",
        "line:.",
        "line:",
        "size:101%",
        "size:-1%",
        "size:50",
        "position:5",
        "position:50%,left",
        "align:middle",
        "region:a",
        ":",
        "size:00000000000000000000001%",
        "line:NaN",
        "size:inf%",
        "onclick:alert(1)",
    ] {
        assert_eq!(settings(bad), "", "{bad}");
    }
}

#[test]
fn subrip_is_converted_and_the_teacher_is_told() {
    let file = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500 X1:10 X2:20\r\n{\\an8}<I>Salam</I> <font color=\"red\">uşaqlar</font>\r\n\r\n\
        2\r\n0:01:02.5 --> 0:01:03\r\nlost\r\n\r\n3\r\n0:01:02.5 --> 1:01:03,05\r\nx < 5 {a}\r\n";
    let parsed = parse(file.as_bytes()).unwrap();
    assert_eq!(
        write(&parsed.captions),
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Salam</i> uşaqlar\n\n\
         00:01:02.500 --> 01:01:03.050\nx &lt; 5 {a}\n"
    );
    assert_eq!(
        parsed.warnings[0].to_string(),
        "line 1: converted from SubRip to WebVTT"
    );
    assert_eq!(parsed.warnings[1].line, 6);
    assert_eq!(
        cues("00:00:01,000 --> 00:00:02,000\na\n"),
        [(1000, 2000, "a".to_owned())]
    );
}

#[test]
fn a_file_that_cannot_be_read_says_what_to_do() {
    let errors = [
        parse(b""),
        parse(b"WEBVTTX\n\n"),
        parse(b"\x00\x00\x00\x18ftypmp42"),
        parse(b"1\n2\n3\n"),
        parse(b"WEBVTT\n\nabc\n\xe0\xe1\n"),
        parse(b"\xff\xfeW\0E\0"),
        parse(b"WEBVTT\n\nNOTE nothing\n"),
        parse(&vec![b'a'; MAX_BYTES + 1]),
        parse(format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{}", "ə ".repeat(1001)).as_bytes()),
        parse(
            format!(
                "WEBVTT\n\n{}",
                "00:01.000 --> 00:02.000\na\n\n".repeat(MAX_CUES + 1)
            )
            .as_bytes(),
        ),
    ];
    let errors: Vec<String> = errors
        .into_iter()
        .map(|e| e.unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    line 1 is not "WEBVTT"; export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 1 is not "WEBVTT"; export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 1 is not "WEBVTT"; export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 1 is not "WEBVTT"; export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 4 is not UTF-8 text; save the captions as UTF-8
    the captions are UTF-16 text; save them as UTF-8
    there is no cue in the captions; a cue is a line like 00:01.000 --> 00:04.000 and text below it
    the captions are larger than 5 MiB; is this the right file?
    the cue in line 3 has more than 2000 characters; put an empty line after each cue
    line 60003 begins a cue past the 20000 that are allowed; split the captions
    "#);
}

#[test]
fn what_escaping_would_make_too_large_is_refused() {
    let text = "&".repeat(1900);
    let file = format!(
        "WEBVTT\n\n{}",
        format!("00:01.000 --> 00:02.000\n{text}\n\n").repeat(1200)
    );
    assert!(file.len() < MAX_BYTES);
    assert_eq!(parse(file.as_bytes()), Err(Error::TooLarge));
}

fn captions() -> impl Strategy<Value = Captions> {
    let markup = prop_oneof![
        "(<(/?(b|i|c|v|rt|ruby|lang|x)|c\\.[a-z.-]{0,4}|v [a&-]{1,4}|lang (az|-)|00:01\\.000)>|&(lt|gt|amp|#10|#45);?|[a\n\t ><&-]){0,12}x",
        "\\PC{0,20}x",
    ];
    let settings = "(line:[0-9]{1,2}%?( |,end )|align:(left|up) |size:[0-9]{1,3}% ){0,3}";
    let cue = (
        0..400_000_000_u64,
        1..9_000_u64,
        markup,
        "(NOTE|STYLE|-->|a| |ə|\\PC){0,4}",
        settings,
    );
    prop::collection::vec(cue, 1..5).prop_map(|cues| {
        let cues = cues
            .into_iter()
            .filter_map(|(start, length, markup, id, settings)| {
                let cue = Cue::new(Millis(start), Millis(start + length), &markup)?;
                Some(cue.with(&id, Settings::read(&settings)))
            });
        let mut cues: Vec<Cue> = cues.collect();
        cues.extend(Cue::new(Millis(0), Millis(1), "a"));
        Captions::new(cues)
    })
}

/// Arrows only between times; no line that a parser could take for the end of a cue.
fn is_well_formed(file: &str, captions: &Captions) -> bool {
    let arrows = file.lines().filter(|line| line.contains("-->")).count();
    let blanks = file.lines().filter(|line| line.is_empty()).count();
    arrows == captions.cues().len() && blanks == captions.cues().len()
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_it_was(captions in captions()) {
        let file = write(&captions);
        prop_assert!(is_well_formed(&file, &captions), "{}", file);
        let parsed = parse(file.as_bytes()).unwrap();
        prop_assert_eq!(&parsed.captions, &captions);
        prop_assert!(parsed.warnings.is_empty());
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn garbage_that_looks_like_captions_is_written_safely(
        lines in "(WEBVTT|\n|\r|\0|a|<|>|/|c|v|\\.|&|;|#|-->|--|0[01]:0[0-9]|\\.000|,000| |STYLE|NOTE|1|ə|\\{\\\\){0,60}",
        header in "WEBVTT\n\n|1\n|",
    ) {
        let file = format!("{header}00:00:01.000 --> 00:00:02.000\n{lines}");
        if let Ok(parsed) = parse(file.as_bytes()) {
            let file = write(&parsed.captions);
            prop_assert!(is_well_formed(&file, &parsed.captions), "{}", file);
            prop_assert_eq!(parse(file.as_bytes()).unwrap().captions, parsed.captions);
        }
    }
}

#[test]
fn a_file_made_to_be_slow_is_read_in_one_pass() {
    // Each of these took time by the square of its length when a mark looked for its end alone.
    let big = 1 << 20;
    for unit in ["<", "&", "{\\", "<<>", "<b ", "<b>", "</b"] {
        let text = unit.repeat(big / unit.len());
        let vtt = format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}");
        let srt = format!("1\n00:00:01,000 --> 00:00:02,000\n{text}");
        for file in [vtt, srt] {
            let error = parse(file.as_bytes()).unwrap_err();
            assert!(
                matches!(error, Error::CueTooLong { .. } | Error::NoCues),
                "{unit} {error}"
            );
        }
    }
}

#[test]
fn a_semicolon_after_a_foreign_letter_is_no_reference() {
    assert_eq!(rewritten("<v ə1;>Salam"), "<v ə1;>Salam</v>");
}
