//! Captions as teachers have them, and as players get them.

use proptest::prelude::*;

use super::cue::Captions;
use super::*;
use crate::units::Millis;

fn cues(file: &str) -> Vec<(u64, u64, String)> {
    let parsed = read(file.as_bytes()).unwrap();
    let cues = parsed.captions.cues().iter();
    cues.map(|cue| (cue.start().0, cue.end().0, cue.text().to_owned()))
        .collect()
}

/// What becomes of the text of one cue.
fn rewritten(text: &str) -> String {
    let parsed = read(format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{text}\n").as_bytes()).unwrap();
    assert_eq!(parsed.captions.cues().len(), 1);
    parsed.captions.cues()[0].markup().to_owned()
}

fn warnings(file: &str) -> Vec<String> {
    let parsed = read(file.as_bytes()).unwrap();
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

23:59:59.000 --> 24:00:00.000
Son
sətir
";

#[test]
fn a_lesson_is_read_and_written_without_styles_regions_and_notes() {
    let parsed = read(LESSON.as_bytes()).unwrap();
    assert_eq!(
        write(&parsed.captions),
        "WEBVTT\n\n\
         giriş\n00:00:01.000 --> 00:00:04.500 line:90% align:start\n\
         <v Müəllim>Salam, <i>uşaqlar</i>!</v>\n\n\
         23:59:59.000 --> 24:00:00.000\nSon\nsətir\n"
    );
    assert_eq!(parsed.captions.cues()[0].text(), "Salam, uşaqlar!");
    assert_eq!(parsed.captions.cues()[0].id(), Some("giriş"));
}

#[test]
fn any_line_ends_and_a_byte_order_mark_make_no_difference() {
    let expected = read(LESSON.as_bytes()).unwrap();
    for end in ["\r\n", "\r"] {
        let file = format!("\u{feff}{}", LESSON.replace('\n', end));
        assert_eq!(read(file.as_bytes()), Ok(expected.clone()));
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
        0.01.00 --> 00:02:00.000\na\n\n\
        00:60.000 --> 01:02.000\nb\n\n\
        00:03.000 --> 00:02.000\nc\n\n\
        00:03.000 --> 00:04.000\n<c></c>\n\n\
        no times\n\n\
        STYLE\nx\n\n\
        00:05.000 --> 00:06.000\ngood\n";
    assert_eq!(cues(file), [(5000, 6000, "good".to_owned())]);
    insta::assert_snapshot!(warnings(file).join("\n"), @r#"
    line 3: the times "0.01.00 --> 00:02:00.000" cannot be read, so the cue is left out; write them like 00:00:01.000 --> 00:00:04.000
    line 6: the times "00:60.000 --> 01:02.000" cannot be read, so the cue is left out; write them like 00:00:01.000 --> 00:00:04.000
    line 9: the cue "00:03.000 --> 00:02.000" does not end after it begins, so it is left out; correct its times
    line 12: the cue "00:03.000 --> 00:04.000" has no text, so it is left out; write the text in the line below its times
    line 15: the text "no times" has no times, so it is left out; put it directly below its times, without an empty line between
    line 17: "STYLE" is left out; players show captions in their own style
    "#);
}

#[test]
fn webvtt_with_the_times_of_subrip_is_understood() {
    let file =
        "WEBVTT\n\n1\n00:00:01,000 --> 00:00:02,500 align:start\na\n\n0:01:02.5 --> 0:01:03\nb\n";
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(
        write(&parsed.captions),
        "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.500 align:start\na\n\n\
         00:01:02.500 --> 00:01:03.000\nb\n"
    );
    insta::assert_snapshot!(warnings(file).join("\n"), @r#"
    line 4: the times "00:00:01,000 --> 00:00:02,500 align:start" are not written as WebVTT asks, but were understood; see in the preview that they are right
    line 7: the times "0:01:02.5 --> 0:01:03" are not written as WebVTT asks, but were understood; see in the preview that they are right
    "#);
}

#[test]
fn a_cue_whose_text_was_forgotten_does_not_take_the_next_cue_with_it() {
    let file = "WEBVTT\n\n00:09.000 --> 00:10.000\n00:01.000 --> 00:02.000\na\n";
    assert_eq!(cues(file), [(1000, 2000, "a".to_owned())]);
    let [warning] = &read(file.as_bytes()).unwrap().warnings[..] else {
        panic!("{:?}", warnings(file));
    };
    assert_eq!((warning.line, warning.flaw), (3, Flaw::NoText));
}

#[test]
fn a_forgotten_empty_line_joins_no_cues() {
    let srt = "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:03,000 --> 00:00:04,000\nb\n00:00:05,000 --> 00:00:06,000\nc";
    let expected = [(1000, "a"), (3000, "b"), (5000, "c")];
    for file in [srt.to_owned(), format!("WEBVTT\n\n{srt}")] {
        let found = cues(&file);
        let found: Vec<_> = found
            .iter()
            .map(|(start, _, text)| (*start, text.as_str()))
            .collect();
        assert_eq!(found, expected, "{file}");
        let parsed = read(file.as_bytes()).unwrap();
        let missing = parsed
            .warnings
            .iter()
            .filter(|w| w.flaw == Flaw::NoEmptyLine);
        assert_eq!(missing.count(), 2, "{file}");
    }
    insta::assert_snapshot!(warnings(srt).join("\n"), @r#"
    line 5: there is no empty line above the cue "00:00:03,000 --> 00:00:04,000"; it was understood, but put one there
    line 7: there is no empty line above the cue "00:00:05,000 --> 00:00:06,000"; it was understood, but put one there
    "#);
}

#[test]
fn cues_in_any_order_are_put_in_order_and_overlaps_are_told_once() {
    let file = "1\n00:00:05,000 --> 00:00:08,000\nc\n\n\
        2\n00:00:01,000 --> 00:00:04,000\na\n\n\
        3\n00:00:03,000 --> 00:00:04,000\nb\n\n\
        4\n00:00:07,000 --> 00:00:09,000\nd\n";
    let texts: String = cues(file).into_iter().map(|(.., text)| text).collect();
    assert_eq!(texts, "abcd");
    insta::assert_snapshot!(warnings(file).join("\n"), @r#"
    line 6: 2 cues begin before one above them, the first being "00:00:01,000 --> 00:00:04,000"; they were put in order, nothing need be done
    line 10: 2 cues begin before an earlier one has ended, the first being "00:00:03,000 --> 00:00:04,000"; players show both at once, so correct the times if that is not meant
    "#);
    let backwards: String = (1..=20_000)
        .rev()
        .map(|n| {
            format!(
                "{n}\n0:00:{:02},{:03} --> 9:00:00,000\nx\n\n",
                n / 1000,
                n % 1000
            )
        })
        .collect();
    let flaws: Vec<Flaw> = read(backwards.as_bytes())
        .unwrap()
        .warnings
        .iter()
        .map(|w| w.flaw)
        .collect();
    let count = 19_999;
    assert_eq!(
        flaws,
        [Flaw::Unsorted { count }, Flaw::Overlapping { count }]
    );
}

#[test]
fn warnings_of_a_hopeless_file_come_to_an_end() {
    let file = format!(
        "WEBVTT\n\n00:05.000 --> 00:06.000\na\n\n{}",
        "x\n\n".repeat(1000)
    );
    let warnings = warnings(&file);
    assert_eq!(warnings.len(), MAX_WARNINGS + 1);
    assert_eq!(
        warnings[MAX_WARNINGS],
        "line 106: 950 warnings more from here on; mend those above and try again"
    );
}

#[test]
fn a_preview_lists_what_is_shown_when_as_plain_text() {
    let parsed = read(LESSON.as_bytes()).unwrap();
    let lines: Vec<_> = parsed.captions.lines().collect();
    assert_eq!(
        lines,
        [
            (Millis(1000), Millis(4500), "Salam, uşaqlar!"),
            (Millis(86_399_000), Millis(86_400_000), "Son\nsətir"),
        ]
    );
    let expected = Summary {
        cues: 2,
        first: Millis(1000),
        last: Millis(86_400_000),
    };
    assert_eq!(parsed.captions.summary(), expected);
}

#[test]
fn captions_of_another_recording_are_noticed() {
    let file = "WEBVTT\n\n00:30.000 --> 00:31.000\nc\n\n00:01.000 --> 00:02.000\na\n\n00:20.000 --> 00:40.000\nb\n";
    let told = |duration| {
        let mut parsed = read(file.as_bytes()).unwrap();
        parsed.warnings.clear();
        parsed.compare(Millis(duration));
        let told: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
        told.join("\n")
    };
    // A cue that only ends later is nothing to speak of.
    assert_eq!(told(30_001), "");
    insta::assert_snapshot!(told(30_000), @r#"line 3: 1 cue begins after the recording has ended (0:30), the first being "00:00:30.000 --> 00:00:31.000"; is this the right recording?"#);
    insta::assert_snapshot!(told(1_000), @r#"line 6: 3 cues begin after the recording has ended (0:01), the first being "00:00:01.000 --> 00:00:02.000"; is this the right recording?"#);
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
        read(file.as_bytes()).unwrap().captions.cues()[0]
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
fn subrip_becomes_webvtt() {
    let file = "\u{feff}1\r\n00:00:01,000 --> 00:00:02,500 X1:10 X2:20\r\n{\\an8}<I>Salam</I> <font color=\"red\">uşaqlar</font>\r\n \r\n\
        2\r\n0:01:02.5 --> 0:01:02\r\nlost\r\n\r\n3\r\n0:01:02.5 --> 1:01:03,05\r\nx < 5 {a}\r\nx --> 0\r\n";
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(parsed.format, Format::SubRip);
    assert_eq!(
        write(&parsed.captions),
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Salam</i> uşaqlar\n\n\
         00:01:02.500 --> 01:01:03.050\nx &lt; 5 {a}\nx --&gt; 0\n"
    );
    assert_eq!(parsed.captions.cues()[1].text(), "x < 5 {a}\nx --> 0");
    let flaws: Vec<_> = parsed.warnings.iter().map(|w| (w.line, w.flaw)).collect();
    assert_eq!(flaws, [(6, Flaw::EndsTooEarly)]);
    assert_eq!(
        cues("\n\n00:00:01,000 --> 00:00:02\na\n"),
        [(1000, 2000, "a".to_owned())]
    );
}

#[test]
fn utf16_that_says_so_is_read() {
    let expected = read(LESSON.as_bytes()).unwrap();
    let units = || "\u{feff}".encode_utf16().chain(LESSON.encode_utf16());
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    assert_eq!(read(&little), Ok(expected.clone()));
    assert_eq!(read(&big), Ok(expected));
}

#[test]
fn a_file_that_cannot_be_read_says_what_to_do() {
    let cue = "WEBVTT\n\n00:01.000 --> 00:02.000\n";
    let errors = [
        read(b""),
        read(b"WEBVTTX\n\n"),
        read(b"\x00\x00\x00\x18ftypmp42"),
        read(b"\n[Script Info]\nTitle: what another program writes, in a long line that nobody wants to see whole\n"),
        read(b"1\n2\n3\n"),
        read(b"PK\x03\x04\x14\0captions.srt"),
        read(b"\x1f\x8b\x08\0"),
        read(b"%PDF-1.7"),
        // Windows-1251.
        read(b"1\r\n00:00:01,000 --> 00:00:02,000\r\n\xd1\xe0\xeb\xe0\xec\r\n"),
        // Windows-1254, in a file with old line ends.
        read(b"1\r00:00:01,000 --> 00:00:02,000\ru\xfeaqlar\r"),
        read(b"\xff\xfe1\0\n\0\x00\xd8a\0"),
        read(b"\xfe\xff\0W\0"),
        read(b"W\0E\0B\0V\0T\0T\0"),
        read(b"WEBVTT\n\nNOTE nothing\n"),
        read(&vec![b'a'; MAX_BYTES + 1]),
        read(format!("{cue}{}", "ə ".repeat(1001)).as_bytes()),
        read(format!("{cue}{}", "<b></b>".repeat(20_000)).as_bytes()),
        read(format!("WEBVTT\n\n{}", "00:01.000 --> 00:02.000\na\n\n".repeat(MAX_CUES + 1)).as_bytes()),
        read(b"1\n23:59:59,000 --> 24:00:00,001\na\n"),
        read(b"WEBVTT\n\n99999:00:00.000 --> 99999:00:01.000\na\n"),
    ];
    let errors: Vec<String> = errors
        .into_iter()
        .map(|e| e.unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(errors.join("\n"), @r#"
    there is no cue in the captions; a cue is a line like 00:01.000 --> 00:04.000 and text below it
    line 1 is "WEBVTTX"; captions begin with "WEBVTT" or with a cue number and times: export them as WebVTT (.vtt) or SubRip (.srt)
    this is an MP4 video, not captions: export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 2 is "[Script Info]"; captions begin with "WEBVTT" or with a cue number and times: export them as WebVTT (.vtt) or SubRip (.srt)
    line 1 is "1"; captions begin with "WEBVTT" or with a cue number and times: export them as WebVTT (.vtt) or SubRip (.srt)
    this is a ZIP archive, not captions: unpack it and take the .vtt or .srt file that is in it
    this is a gzip archive, not captions: unpack it and take the .vtt or .srt file that is in it
    this is a PDF document, not captions: export the captions as WebVTT (.vtt) or SubRip (.srt)
    line 3 has the byte 0xD1, which is not UTF-8 text; open the file in a text editor and save it as UTF-8
    line 3 has the byte 0xFE, which is not UTF-8 text; open the file in a text editor and save it as UTF-8
    line 2 is broken UTF-16 text; open the file in a text editor and save it as UTF-8
    line 1 is broken UTF-16 text; open the file in a text editor and save it as UTF-8
    line 1 looks like UTF-16 text without a byte order mark; save it as UTF-8
    there is no cue in the captions; a cue is a line like 00:01.000 --> 00:04.000 and text below it
    the captions have 5242881 bytes, 5242880 are allowed; is this the right file? If so, split the captions
    the cue in line 3 has more than 2000 characters; put an empty line after each cue
    the cue in line 3 has more than 2000 characters; put an empty line after each cue
    line 60003 begins a cue past the 20000 that are allowed; split the captions
    line 2: the times "23:59:59,000 --> 24:00:00,001" are later than 24 hours; correct them
    line 3: the times "99999:00:00.000 --> 99999:00:01.000" are later than 24 hours; correct them
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
    let error = read(file.as_bytes()).unwrap_err();
    assert!(
        matches!(error, Error::TooLarge { bytes } if bytes > 9_000_000),
        "{error}"
    );
}

fn captions() -> impl Strategy<Value = Captions> {
    let markup = prop_oneof![
        "(<(/?(b|i|c|v|rt|ruby|lang|x)|c\\.[a-z.-]{0,4}|v [a&-]{1,4}|lang (az|-)|00:01\\.000)>|&(lt|gt|amp|#10|#45);?|[a\n\t ><&-]){0,12}x",
        "\\PC{0,20}x",
    ];
    let settings = "(line:[0-9]{1,2}%?( |,end )|align:(left|up) |size:[0-9]{1,3}% ){0,3}";
    let cue = (
        0..86_391_000_u64,
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
        let parsed = read(file.as_bytes()).unwrap();
        prop_assert_eq!(&parsed.captions, &captions);
        prop_assert_eq!(parsed.format, Format::WebVtt);
        // Cues that overlap do so after they were written, too; nothing else is ever the matter.
        let overlaps = |w: &&Warning| matches!(w.flaw, Flaw::Overlapping { .. });
        prop_assert!(parsed.warnings.iter().all(|w| overlaps(&w)));
    }

    #[test]
    fn garbage_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes);
    }

    #[test]
    fn garbage_that_looks_like_captions_is_written_safely(
        lines in "(WEBVTT|\n|\r|\0|a|<|>|/|c|v|\\.|&|;|#|-->|--|0[01]:0[0-9]|\\.000|,000| |STYLE|NOTE|1|ə|\\{\\\\){0,60}",
        header in "WEBVTT\n\n|1\n|",
    ) {
        let file = format!("{header}00:00:01.000 --> 00:00:02.000\n{lines}");
        if let Ok(parsed) = read(file.as_bytes()) {
            let file = write(&parsed.captions);
            prop_assert!(is_well_formed(&file, &parsed.captions), "{}", file);
            prop_assert_eq!(read(file.as_bytes()).unwrap().captions, parsed.captions);
        }
    }
}

#[test]
fn a_file_made_to_be_slow_is_read_in_one_pass() {
    // Two mebibytes, each of which took time by the square of its length if something looked for its end alone:
    // minutes, where one pass takes a moment.
    let big = 2 << 20;
    let cue = "00:00:01.000 --> 00:00:02.000\n";
    for unit in [
        "<",
        "&",
        "{\\",
        "<<>",
        "<b ",
        "<b>",
        "</b",
        "-->",
        "--> ",
        "--\n",
        "1\n",
        "a\n1\n-->\n",
        "\r",
        "\0",
        " ",
        ":",
        "00:",
        "0",
        "STYLE\n\n",
        "\u{a0}\n",
        cue,
    ] {
        let text = unit.repeat(big / unit.len());
        for begin in ["WEBVTT\n\n", "WEBVTT ", "1\n", "\u{feff}"] {
            for file in [format!("{begin}{cue}{text}"), format!("{begin}{text}")] {
                if let Ok(parsed) = read(file.as_bytes()) {
                    assert!(parsed.captions.cues().len() <= MAX_CUES, "{unit}");
                    assert!(parsed.warnings.len() <= MAX_WARNINGS + 3, "{unit}");
                }
            }
        }
    }
}

#[test]
fn a_semicolon_after_a_foreign_letter_is_no_reference() {
    assert_eq!(rewritten("<v ə1;>Salam"), "<v ə1;>Salam</v>");
}
