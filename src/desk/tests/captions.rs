//! Captions and attachments.

use serde_json::json;

use super::super::{ConflictError, LARGEST_ATTACHMENT};
use super::*;
use crate::desk::Desk;

#[test]
fn captions_are_put_replaced_removed_and_put_back() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    let told = archive.refused(|d| d.put_captions(&aynur, code, "az", &vtt("bir")));
    assert!(
        matches!(told, Error::Conflict(ConflictError::NoRecording)),
        "{told}"
    );
    archive.record(&aynur, code, b"footage");
    let of = |language: &str, text: &str| (language.to_owned(), text.to_owned());

    let (mine, seen) = archive
        .desk
        .put_captions(&aynur, code, "AZ", &vtt("bir"))
        .unwrap();
    assert_eq!(
        (seen.language.as_str(), seen.cues.len(), seen.warnings.len()),
        ("az", 1, 0)
    );
    assert_eq!(seen.cues[0], (Millis(1000), Millis(4000), "bir".to_owned()));
    let first = mine
        .lesson
        .files_of(Role::Captions)
        .next()
        .unwrap()
        .file
        .name
        .clone();
    // SubRip is converted.
    archive
        .desk
        .put_captions(
            &aynur,
            code,
            "ru",
            b"1\n00:00:01,000 --> 00:00:04,000\nodin\n",
        )
        .unwrap();
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("iki"))
        .unwrap();
    assert_eq!(archive.captions(code), [of("az", "iki"), of("ru", "odin")]);
    assert_eq!(
        archive.actions(code),
        ["captions", "captions", "captions", "recording", "created"]
    );
    // The old address goes on to work until somebody prunes it.
    assert!(matches!(
        archive.file_seen_by_anybody(&first),
        FileAccess::Public(_)
    ));

    let replaced = archive.last_change(code);
    // The very same again is no change.
    let before = archive.state();
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("iki"))
        .unwrap();
    assert_eq!(archive.state(), before);
    archive.desk.undo(&aynur, code, replaced).unwrap();
    assert_eq!(archive.captions(code), [of("az", "bir"), of("ru", "odin")]);
    let undone = archive.last_change(code);
    archive.desk.undo(&aynur, code, undone).unwrap();
    assert_eq!(archive.captions(code), [of("az", "iki"), of("ru", "odin")]);
    archive.desk.remove_captions(&aynur, code, "Az").unwrap();
    let removed = archive.last_change(code);
    assert_eq!(archive.captions(code), [of("ru", "odin")]);
    let told = archive.refused(|d| d.remove_captions(&aynur, code, "az"));
    assert_eq!(told.to_string(), r#"this lesson has no captions "az""#);
    archive.desk.undo(&aynur, code, removed).unwrap();
    assert_eq!(archive.captions(code), [of("az", "iki"), of("ru", "odin")]);

    archive.desk.remove_captions(&aynur, code, "az").unwrap();
    let removed = archive.last_change(code);
    archive
        .desk
        .put_captions(&aynur, code, "az", &vtt("üç"))
        .unwrap();
    let told = archive.refused(|d| d.undo(&aynur, code, removed));
    assert!(
        matches!(told, Error::Conflict(ConflictError::ChangedSince(_))),
        "{told}"
    );
    archive.expect_sound();
}

#[test]
fn what_is_odd_with_captions_is_told_and_what_is_wrong_refused() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, b"footage");
    let late = b"WEBVTT\n\n00:01.000 --> 00:04.000\nbir\n\n01:05.000 --> 01:06.000\niki\n";
    let seen = Desk::look_at_captions("az", late, Some(Millis(60_000))).unwrap();
    assert!(
        seen.warnings[0]
            .to_string()
            .contains("1 cue begins after the recording has ended (1:00)"),
        "{:?}",
        seen.warnings
    );
    let (_, stored) = archive.desk.put_captions(&aynur, code, "az", late).unwrap();
    assert_eq!(stored, seen);
    for (language, bytes, part) in [
        ("az", &b""[..], "the file is empty"),
        ("az", b"PK\x03\x04", "this is a ZIP archive"),
        ("az", b"\xff\xfeW\0\x00\xd8", "UTF-16"),
        ("azeri", b"WEBVTT\n", r#""azeri" is not a language tag"#),
        ("", b"WEBVTT\n", r#""" is not a language tag"#),
        ("az", b"WEBVTT\n\n", "no cue"),
    ] {
        let told = archive
            .refused(|d| d.put_captions(&aynur, code, language, bytes))
            .to_string();
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn attachments_are_added_in_order_and_taken_away_and_put_back() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let code = archive
        .lesson(&aynur, json!({"visibility": "public"}))
        .lesson
        .code;
    let told = archive.refused(|d| d.add_attachment(&aynur, code, "a.pdf", None, &mut &b"x"[..]));
    assert!(
        matches!(told, Error::Conflict(ConflictError::NoRecording)),
        "{told}"
    );
    archive.record(&aynur, code, b"footage");
    let add = |name: &str, bytes: &str| {
        let mine = archive.desk.add_attachment(
            &aynur,
            code,
            name,
            Some(bytes.len() as u64),
            &mut bytes.as_bytes(),
        );
        mine.unwrap()
            .lesson
            .files_of(Role::Attachment)
            .last()
            .unwrap()
            .file
            .clone()
    };
    let first = add("C:\\Sənədlər\\İş vərəqi.PDF", "birinci");
    let page = add("../səhifə.html", "<script>");
    assert_eq!(
        (first.label.as_deref(), first.mime.as_str()),
        (Some("İş vərəqi.PDF"), "application/pdf")
    );
    assert_eq!(
        (page.label.as_deref(), page.mime.as_str()),
        (Some("səhifə.html"), "application/octet-stream")
    );
    // A name may stand twice, and the same bytes as well.
    add("səhifə.html", "<script>");
    let labels = || {
        let lesson = archive.now(code);
        let all = lesson
            .files_of(Role::Attachment)
            .map(|f| f.file.label.clone().unwrap());
        all.collect::<Vec<_>>()
    };
    assert_eq!(labels(), ["İş vərəqi.PDF", "səhifə.html", "səhifə.html"]);
    archive
        .desk
        .remove_attachment(&aynur, code, &first.name)
        .unwrap();
    assert_eq!(labels(), ["səhifə.html", "səhifə.html"]);
    let told = archive.refused(|d| d.remove_attachment(&aynur, code, &first.name));
    assert!(
        matches!(
            told,
            Error::NoPart {
                what: "attachment",
                ..
            }
        ),
        "{told}"
    );
    // Footage is no attachment, and others' files are not this lesson's.
    let source = archive.now(code).video().unwrap().file.name.clone();
    archive.refused(|d| d.remove_attachment(&aynur, code, &source));
    let removed = archive.last_change(code);
    archive.desk.undo(&aynur, code, removed).unwrap();
    assert_eq!(labels(), ["İş vərəqi.PDF", "səhifə.html", "səhifə.html"]);
    // It is back already.
    let told = archive.refused(|d| d.undo(&aynur, code, removed));
    assert!(
        matches!(told, Error::Conflict(ConflictError::ChangedSince(_))),
        "{told}"
    );
    let back = archive.last_change(code);
    archive.desk.undo(&aynur, code, back).unwrap();
    assert_eq!(labels(), ["səhifə.html", "səhifə.html"]);
    archive.refused(|d| d.undo(&aynur, code, back));
    archive.expect_sound();
}

/// As many bytes as somebody wants to read, none of them kept.
struct Endless;

impl std::io::Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        buffer.fill(0);
        Ok(buffer.len())
    }
}

/// A sender who goes away after some bytes.
struct CutOff(usize);

impl std::io::Read for CutOff {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.0 == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let n = buffer.len().min(self.0);
        self.0 -= n;
        buffer[..n].fill(1);
        Ok(n)
    }
}

#[test]
fn an_attachment_that_is_too_large_empty_cut_off_or_one_too_many_leaves_nothing_behind() {
    let archive = archive();
    let operator = Author::CommandLine;
    let aynur = archive.teacher("Aynur");
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, b"footage");
    let most = LARGEST_ATTACHMENT;
    let told = archive
        .refused(|d| d.add_attachment(&operator, code, "a.zip", Some(most + 1), &mut &b"x"[..]));
    assert!(
        matches!(told, Error::TooLarge { has, .. } if has == most + 1),
        "{told}"
    );
    // Who does not announce it is stopped at the limit.
    let told = archive.refused(|d| d.add_attachment(&operator, code, "a.zip", None, &mut Endless));
    assert!(
        matches!(told, Error::TooLarge { has, .. } if has == most + 1),
        "{told}"
    );
    let told =
        archive.refused(|d| d.add_attachment(&operator, code, "a.zip", Some(0), &mut &b""[..]));
    assert!(matches!(told, Error::Empty), "{told}");
    let told =
        archive.refused(|d| d.add_attachment(&operator, code, "a.zip", Some(100), &mut CutOff(50)));
    assert!(matches!(told, Error::Disk(_)), "{told}");
    for n in 0..50 {
        archive
            .desk
            .add_attachment(
                &operator,
                code,
                "a.txt",
                None,
                &mut format!("{n}").as_bytes(),
            )
            .unwrap();
    }
    let told =
        archive.refused(|d| d.add_attachment(&operator, code, "a.txt", None, &mut &b"more"[..]));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Full(50))),
        "{told}"
    );
    archive.expect_sound();
    // Nor is there room for one that was taken away before.
    let lesson = archive.now(code);
    let name = &lesson.files_of(Role::Attachment).next().unwrap().file.name;
    archive
        .desk
        .remove_attachment(&operator, code, name)
        .unwrap();
    let removed = archive.last_change(code);
    archive
        .desk
        .add_attachment(&operator, code, "a.txt", None, &mut &b"more"[..])
        .unwrap();
    let told = archive.refused(|d| d.undo(&operator, code, removed));
    assert!(
        matches!(told, Error::Conflict(ConflictError::Full(50))),
        "{told}"
    );
}

#[test]
fn a_quota_holds_for_captions_and_attachments_and_what_editions_share_counts_once() {
    let archive = archive();
    let aynur = archive.teacher("Aynur");
    let person = aynur.person().unwrap();
    let code = archive.lesson(&aynur, json!({})).lesson.code;
    archive.record(&aynur, code, &[1; 500]);
    let used = || {
        archive
            .catalogue
            .read_blocking(move |c| c.bytes_of(person))
            .unwrap()
            .0
    };
    archive
        .desk
        .add_attachment(&aynur, code, "a.bin", Some(200), &mut &[2; 200][..])
        .unwrap();
    assert_eq!(used(), 700);
    for announced in [Some(301), None] {
        let told = archive
            .refused(|d| d.add_attachment(&aynur, code, "b.bin", announced, &mut &[3; 301][..]));
        assert_eq!(
            told.to_string(),
            "this file has 301 bytes; your lessons and uploads have 700 of 1000 bytes (the setting \
             teacher_quota_bytes): delete drafts, or ask an administrator for more"
        );
    }
    // The next edition takes the attachment over: it is stored once, and counts once.
    archive.record(&aynur, code, &[4; 100]);
    assert_eq!(used(), 800);
    archive.upload(&aynur, None, 195);
    let told = archive.refused(|d| d.put_captions(&aynur, code, "az", &vtt("bir")));
    assert!(matches!(told, Error::OverQuota { used: 995, .. }), "{told}");
    // Editors have no limit but their own.
    let editor = archive.person("Leyla", PersonRole::Editor, &[]);
    archive
        .desk
        .add_attachment(&editor, code, "b.bin", None, &mut &[3; 900][..])
        .unwrap();
    let Author::Person(actor) = &editor else {
        unreachable!()
    };
    let limited = Author::Person(Arc::new(Actor {
        quota: Some(Bytes(0)),
        ..(**actor).clone()
    }));
    let told = archive.refused(|d| d.add_attachment(&limited, code, "c.bin", None, &mut &b"x"[..]));
    assert!(
        told.to_string().contains("set by an administrator"),
        "{told}"
    );
    archive.expect_sound();
}
