//! Input that goes wrong in schools: each gets its own message or is handled, and the good rows go in.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use crate::support::archive::{Archive, files_below};
use crate::support::process::Finished;
use crate::support::samples;

/// A folder with a sheet in it, and the recordings that the sheet names.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("sheets")).unwrap();
        Self { folder }
    }

    /// A path beside the sheet.
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("sheets").join(name)
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).unwrap();
    }

    fn put_recording(&self, name: &str) {
        fs::copy(samples::small_recording(), self.path(name)).unwrap();
    }

    /// The sheet, as the bytes `sheet`.
    fn sheet(&self, sheet: impl AsRef<[u8]>) -> PathBuf {
        self.put("sheet.csv", sheet.as_ref());
        self.path("sheet.csv")
    }
}

/// A sheet with one row for each file name; titles are `Lesson 1`, `Lesson 2` …
fn sheet_of(names: &[&str]) -> String {
    let mut sheet = csv::Writer::from_writer(Vec::new());
    let columns = [
        "file",
        "title",
        "grades",
        "subject",
        "section",
        "visibility",
    ];
    sheet.write_record(columns).unwrap();
    for (n, name) in names.iter().enumerate() {
        let title = format!("Lesson {}", n + 1);
        let row = [name, title.as_str(), "7", "mathematics", "az", "public"];
        sheet.write_record(row).unwrap();
    }
    String::from_utf8(sheet.into_inner().unwrap()).unwrap()
}

fn titles(archive: &Archive) -> BTreeSet<String> {
    let rows = archive.export();
    rows.iter().map(|row| row["title"].clone()).collect()
}

fn title_set<const N: usize>(titles: [&str; N]) -> BTreeSet<String> {
    titles.map(str::to_owned).into()
}

/// What an import complained about the row in `line`: everything after the name of the line.
#[track_caller]
fn said_of(import: &Finished, line: usize) -> String {
    let place = format!("line {line}");
    let mut about = import.stderr.lines().filter_map(|text| {
        let (_, rest) = text.split_once(&place)?;
        // Line 3 is not line 33.
        (!rest.starts_with(|c: char| c.is_ascii_digit())).then(|| rest.to_owned())
    });
    about
        .next()
        .unwrap_or_else(|| panic!("nothing is said of {place}\n{}", import.stderr))
}

#[test]
fn each_kind_of_broken_recording_has_its_own_message_and_the_good_rows_go_in() {
    let desk = Desk::new();
    let whole = fs::read(samples::small_recording()).unwrap();
    desk.put_recording("good.mp4");
    fs::create_dir(desk.path("folder.mp4")).unwrap();
    desk.put("half.mp4", &whole[..whole.len() / 2]);
    desk.put("text.mp4", "Bu video deyil.\n".repeat(400).as_bytes());
    desk.put("empty.mp4", b"");
    desk.put_recording("last.mp4");
    let bad = [
        "missing.mp4",
        "folder.mp4",
        "half.mp4",
        "text.mp4",
        "empty.mp4",
    ];
    let mut names = vec!["good.mp4"];
    names.extend(bad);
    names.push("last.mp4");
    let sheet = desk.sheet(sheet_of(&names));

    let archive = Archive::empty();
    let import = archive.import(&sheet).expect_code(1);
    let mut messages = BTreeSet::new();
    for (n, name) in bad.iter().enumerate() {
        // Line 1 names the columns, line 2 is the good row.
        let said = said_of(&import, n + 3);
        assert!(said.contains(name), "{said}");
        assert!(said.contains("file"), "the column is not named: {said}");
        messages.insert(said.replace(name, "NAME"));
    }
    assert_eq!(messages.len(), bad.len(), "{messages:#?}");
    assert_eq!(titles(&archive), title_set(["Lesson 1", "Lesson 7"]));
    archive.expect_sound();

    // What was wrong is mended, and the same sheet is imported again: now all of it is in.
    for name in bad {
        if name == "folder.mp4" {
            fs::remove_dir(desk.path(name)).unwrap();
        }
        desk.put_recording(name);
    }
    archive.import(&sheet).expect_code(0);
    assert_eq!(titles(&archive).len(), names.len());
    archive.expect_sound();
}

#[test]
fn a_recording_cut_at_any_of_many_places_is_refused() {
    let desk = Desk::new();
    let whole = fs::read(samples::small_recording()).unwrap();
    let names: Vec<String> = (1..20).map(|n| format!("cut-{n}.mp4")).collect();
    for (n, name) in names.iter().enumerate() {
        desk.put(name, &whole[..whole.len() * (n + 1) / 20]);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let archive = Archive::empty();
    let import = archive.import(&desk.sheet(sheet_of(&names))).expect_code(1);
    // Each cut loses samples that the index names, or the index itself.
    assert_eq!(titles(&archive), title_set([]), "{}", import.stderr);
    archive.expect_sound();
}

#[test]
fn a_bad_cell_names_line_column_value_and_what_would_be_right() {
    let desk = Desk::new();
    desk.put_recording("a.mp4");
    let sheet = desk.sheet(
        "file,title,grades,subject,section\n\
         a.mp4,Good,7,mathematics,az\n\
         a.mp4,No such grade,77,mathematics,az\n\
         a.mp4,No such subject,7,matematics,az\n\
         a.mp4,,7,mathematics,az\n",
    );
    let archive = Archive::empty();
    let import = archive.import(&sheet).expect_code(1);
    for (line, column, value) in [
        (3, "grades", "77"),
        (4, "subject", "matematics"),
        (5, "title", ""),
    ] {
        let said = said_of(&import, line);
        assert!(said.contains(column) && said.contains(value), "{said}");
    }
    let subject = said_of(&import, 4);
    assert!(subject.contains("mathematics"), "no remedy: {subject}");
    assert_eq!(titles(&archive), title_set(["Good"]));
}

#[test]
fn a_sheet_makes_no_draft_of_what_was_published() {
    let desk = Desk::new();
    let archive = Archive::empty();
    let published = desk.sheet(
        "title,grades,subject,section,visibility\nOut,7,mathematics,az,public\nLinked,7,mathematics,az,unlisted\n",
    );
    archive.import(&published).expect_code(0);
    let before = archive.export();
    for (cell, flags) in [("draft", &[][..]), ("", &[]), ("draft", &["--dry-run"])] {
        let sheet = desk.sheet(format!(
            "title,grades,subject,section,visibility\nOut,7,mathematics,az,{cell}\nLinked,7,mathematics,az,{cell}\n"
        ));
        let mut command = vec!["import", sheet.to_str().unwrap()];
        command.extend(flags);
        let import = archive.run(command).expect_code(1);
        for (line, visibility) in [(2, "public"), (3, "unlisted")] {
            let said = said_of(&import, line);
            assert!(
                said.contains("its address must not break")
                    && said.contains(&format!("write {visibility}"))
                    && said.contains("teledars lesson withdraw"),
                "{said}"
            );
        }
        assert_eq!(archive.export(), before);
    }
    // A sheet without the column leaves it as it is.
    let other = desk.sheet("title,grades,subject,section,unit\nOut,7,mathematics,az,A\n");
    archive.import(&other).expect_code(0);
    assert_eq!(archive.export()[0]["visibility"], "public");
}

#[test]
fn a_sheet_as_spreadsheet_programs_save_it_is_read() {
    let desk = Desk::new();
    desk.put_recording("a.mp4");
    let plain =
        "file,title,grades,subject,section\na.mp4,Kəsrlər; ümumi baxış,7;8,mathematics,az\n";
    let semicolons = "file;title;grades;subject;section\r\na.mp4;\"Kəsrlər; ümumi baxış\";\"7;8\";mathematics;az\r\n";
    let utf16 = |text: &str, order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}"
            .encode_utf16()
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect()
    };
    for (saved_as, bytes) in [
        ("UTF-8", plain.as_bytes().to_vec()),
        ("UTF-8 with a mark", format!("\u{feff}{plain}").into_bytes()),
        ("UTF-16, little end first", utf16(plain, u16::to_le_bytes)),
        ("UTF-16, big end first", utf16(plain, u16::to_be_bytes)),
        ("separated by semicolons", semicolons.as_bytes().to_vec()),
        (
            "with Windows line ends",
            plain.replace('\n', "\r\n").into_bytes(),
        ),
    ] {
        let archive = Archive::empty();
        let import = archive.import(&desk.sheet(bytes));
        assert_eq!(import.code(), 0, "{saved_as}: {}", import.stderr);
        let rows = archive.export();
        assert_eq!(rows.len(), 1, "{saved_as}");
        assert_eq!(rows[0]["title"], "Kəsrlər; ümumi baxış", "{saved_as}");
        assert_eq!(rows[0]["grades"], "7;8", "{saved_as}");
    }
}

#[test]
fn a_sheet_that_cannot_be_read_is_refused_whole_with_the_reason() {
    let desk = Desk::new();
    desk.put_recording("a.mp4");
    let row = "a.mp4,Title,7,mathematics,az\n";
    let unmarked: Vec<u8> = format!("file,title,grades,subject,section\n{row}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut messages = BTreeSet::new();
    for (sheet, reason) in [
        (Vec::new(), "empty"),
        (unmarked, "UTF-16"),
        (
            format!("file,titel,grades,subject,section\n{row}").into(),
            "titel",
        ),
        (
            format!("file,title,grades,subject\n{row}").into(),
            "section",
        ),
        (b"file,title\xff,grades,subject,section\n".to_vec(), "UTF-8"),
        (fs::read(samples::small_recording()).unwrap(), "CSV"),
    ] {
        let archive = Archive::empty();
        let import = archive.import(&desk.sheet(sheet)).expect_code(1);
        assert!(
            import.stderr.contains(reason),
            "{reason}: {}",
            import.stderr
        );
        assert!(messages.insert(import.stderr));
        assert_eq!(titles(&archive), title_set([]));
    }
}

#[test]
fn a_sheet_that_is_not_there_or_is_a_folder_is_named() {
    let desk = Desk::new();
    let archive = Archive::empty();
    for path in [desk.path("none.csv"), desk.path("")] {
        let import = archive.import(&path).expect_code(1);
        let name = path.to_str().unwrap().trim_end_matches('/');
        assert!(import.stderr.contains(name), "{}", import.stderr);
    }
}

#[test]
fn hostile_names_are_only_names() {
    let desk = Desk::new();
    let longest = "ə".repeat(125) + "a.mp4";
    assert_eq!(longest.len(), 255);
    // The first is refused: a sheet from elsewhere names nothing outside its own folder.
    let names = [
        "../outside.mp4",
        "new\nline.mp4",
        longest.as_str(),
        "🎓📐.mp4",
        "-rf.mp4",
        "a\";filename=\"b.exe.mp4",
        "concat:a|b.mp4",
        "\u{202e}4pm.exe.mp4",
    ];
    for name in names {
        desk.put_recording(name);
    }
    let archive = Archive::empty();
    let import = archive.import(&desk.sheet(sheet_of(&names))).expect_code(1);
    assert!(said_of(&import, 2).contains("../outside.mp4"));
    assert_eq!(import.stderr.lines().count(), 1, "{}", import.stderr);
    archive.expect_sound();
    assert_eq!(archive.export().len(), names.len() - 1);
    expect_only_plain_names(&archive.data().join("files"));

    // Served under its code, each is the video, and what a download is called cannot break the header.
    let server = archive.serve();
    for row in archive.export() {
        let url = format!("/l/{}/video.mp4?download", row["code"]);
        let video = server.get(&url);
        assert_eq!(video.status, 200, "{url}");
        // Every MP4 begins with this box (ISO/IEC 14496-12 §4.3).
        assert_eq!(&video.body[4..8], b"ftyp", "{url}");
        let called = video.header("content-disposition").unwrap();
        assert!(called.starts_with("attachment"), "{called}");
        let printable = |b: u8| (b' '..=b'~').contains(&b);
        assert!(called.bytes().all(printable), "{called}");
        // A quotation mark of the name is escaped (RFC 9110 §5.6.4) or not there.
        let bare = called.replace("\\\"", "");
        assert!(
            bare.matches('"').count() <= 2 && !bare.contains('/'),
            "{called}"
        );
    }
}

#[test]
fn a_name_that_is_no_utf_8_cannot_be_in_a_sheet_and_is_refused_by_its_line() {
    let desk = Desk::new();
    let name = std::ffi::OsStr::from_bytes(b"\xff.mp4");
    fs::copy(samples::small_recording(), desk.path("").join(name)).unwrap();
    let mut sheet = b"file,title,grades,subject,section\n".to_vec();
    sheet.extend(b"\xff.mp4,Title,7,mathematics,az\n");
    let import = Archive::empty().import(&desk.sheet(sheet)).expect_code(1);
    assert!(import.stderr.contains("line 2"), "{}", import.stderr);
}

#[test]
fn a_name_that_leaves_the_archive_reads_nothing_and_writes_nothing_there() {
    let desk = Desk::new();
    let archive = Archive::empty();
    let names = [
        "/etc/passwd",
        "../../../../../../etc/passwd",
        "/dev/zero",
        "/proc/self/mem",
    ];
    let import = archive.import(&desk.sheet(sheet_of(&names))).expect_code(1);
    for line in 2..2 + names.len() {
        said_of(&import, line);
    }
    let said = import.stderr.clone() + &import.stdout;
    assert!(!said.contains("root:"), "{said}");
    assert_eq!(titles(&archive), title_set([]));
}

/// Names below `folder` are the store's own: nothing of a user's name is in them.
fn expect_only_plain_names(folder: &Path) {
    for path in files_below(folder) {
        let name = path.strip_prefix(folder).unwrap().to_str().unwrap();
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/.".contains(c);
        assert!(name.chars().all(plain), "{name:?}");
    }
}

#[test]
fn a_recording_that_would_fill_the_disk_is_refused_with_the_numbers_and_the_rest_goes_in() {
    let archive = Archive::empty();
    let sheet = crate::support::samples::sheet();
    let too_much = u64::MAX / 4;
    let import = [
        "import".to_owned(),
        sheet.display().to_string(),
        format!("--reserve-bytes={too_much}"),
    ];
    let said = archive.run(import).expect_code(1);
    assert!(
        said.stdout
            .contains("2 added, 0 changed, 0 unchanged, 18 refused"),
        "{}",
        said.stdout
    );
    let refused: Vec<_> = said.stderr.lines().collect();
    assert_eq!(refused.len(), 18, "{}", said.stderr);
    for line in refused {
        assert!(
            line.contains("column \"file\"") && line.contains(" free, of which "),
            "{line}"
        );
        assert!(
            line.contains(&too_much.to_string())
                && line.ends_with("make room on it and import again"),
            "{line}"
        );
    }
    archive.expect_sound();
}

#[test]
fn captions_as_teachers_have_them_come_in_as_webvtt_and_the_others_say_what_to_do() {
    let desk = Desk::new();
    let srt = "1\r\n00:00:00,500 --> 00:00:01,000\r\n<font color=\"red\">Salam</font>\r\n2\r\n\
        09:00:00,000 --> 09:00:01,000\r\n<script>alert(1)</script>\r\n";
    desk.put("good.srt", srt.as_bytes());
    let utf16: Vec<u8> = "\u{feff}1\n00:00:00,500 --> 00:00:01,000\nƏla"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    desk.put("utf16.srt", &utf16);
    desk.put(
        "windows.srt",
        b"1\n00:00:00,500 --> 00:00:01,000\n\xd1\xe0\xeb\xe0\xec\n",
    );
    desk.put("packed.vtt", b"PK\x03\x04\x14\0\0\0");
    let mut sheet = "file,title,grades,subject,section,visibility,captions\n".to_owned();
    for name in ["good.srt", "utf16.srt", "windows.srt", "packed.vtt"] {
        desk.put_recording(&format!("{name}.mp4"));
        sheet += &format!("{name}.mp4,{name},7,mathematics,az,public,az:{name}\n");
    }
    let archive = Archive::empty();
    let import = archive.import(&desk.sheet(&sheet)).expect_code(1);
    assert_eq!(titles(&archive), title_set(["good.srt", "utf16.srt"]));
    // What is taken all the same is told, too: with the line of the captions, and against the recording.
    for told in [
        "line 4, column \"captions\": \"windows.srt\" is not usable: line 3 has the byte 0xD1",
        "line 5, column \"captions\": \"packed.vtt\" is not usable: this is a ZIP archive",
        "line 5: there is no empty line above the cue",
        "line 5: 1 cue begins after the recording has ended",
    ] {
        assert!(import.stderr.contains(told), "{told}\n{}", import.stderr);
    }

    let captions = archive.export().into_iter().map(|row| {
        let path = row["captions"].strip_prefix("az:").unwrap().to_owned();
        (row["title"].clone(), fs::read_to_string(path).unwrap())
    });
    let captions: std::collections::BTreeMap<String, String> = captions.collect();
    assert_eq!(
        captions["good.srt"],
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nSalam\n\n09:00:00.000 --> 09:00:01.000\nalert(1)\n"
    );
    assert_eq!(
        captions["utf16.srt"],
        "WEBVTT\n\n00:00:00.500 --> 00:00:01.000\nƏla\n"
    );
    archive.expect_sound();
}
