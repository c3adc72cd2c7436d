//! Recordings that are none: what they name is neither opened nor called, and what they would use up is bounded.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::archive::{Archive, files_below};
use crate::support::process::{self, Finished, run_other};
use crate::support::server::Server;
use crate::support::teacher::Teacher;

/// How long jobs may take on a slow and busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// What no stored file may have in it.
const SECRET: &str = "parol: nar-ağacı-1921";

/// A machine with somebody who listens, and a file that is nobody's business.
struct House {
    listener: TcpListener,
    folder: tempfile::TempDir,
}

impl House {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("secret.ts"), SECRET).unwrap();
        fs::create_dir(folder.path().join("own")).unwrap();
        Self { listener, folder }
    }

    fn url(&self) -> String {
        format!("http://{}/secret.ts", self.listener.local_addr().unwrap())
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[track_caller]
    fn nobody_called(&self, who: &str) {
        let caller = self.listener.accept();
        let none = matches!(&caller, Err(error) if error.kind() == ErrorKind::WouldBlock);
        assert!(none, "{who}: {caller:?}");
    }

    /// `line` as jobs' programs are run: it may read `readable` and do as it likes in the folder `own`.
    fn confined(&self, readable: &Path, line: &[&OsStr]) -> Finished {
        let parent = std::process::id().to_string();
        let own = self.at("own");
        let mut words: Vec<OsString> = ["confined", "--parent", &parent, "--nice", "19"]
            .map(OsString::from)
            .into();
        for (name, value) in [
            ("--limit", "as=4294967296".as_ref()),
            ("--limit", "nofile=64".as_ref()),
            ("--read", readable.as_os_str()),
            ("--folder", own.as_os_str()),
        ] {
            words.extend([name.into(), value.to_owned()]);
        }
        words.push("--".into());
        words.extend(line.iter().map(|word| (*word).to_owned()));
        process::run(words)
    }

    /// What this machine does not grant, in words; nothing where it grants all.
    fn gaps() -> String {
        let parent = std::process::id().to_string();
        let words = ["confined", "--parent", &parent, "--tell", "gaps", "--"];
        process::run(words).expect_code(0).stdout
    }
}

/// ffmpeg as somebody careless would run it, with everything allowed.
fn careless(allowed: &str, input: &str, output: &Path) -> Vec<OsString> {
    let words = format!(
        "/usr/bin/ffmpeg -nostdin -v error -y -protocol_whitelist file,http,tcp,crypto,data,concat,subfile {allowed} -i"
    );
    let mut line: Vec<OsString> = words.split_whitespace().map(Into::into).collect();
    line.extend([input.into(), "-c".into(), "copy".into(), output.into()]);
    line
}

#[test]
fn behind_the_fence_even_a_careless_ffmpeg_reads_and_calls_nothing_else() {
    let gaps = House::gaps();
    let house = House::new();
    let source = house.at("lesson.m3u8");
    let secret = house.at("secret.ts");
    let out = house.at("own/out.ts");
    let lists = [
        (
            "-allowed_extensions ALL",
            format!(
                "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{}\n#EXT-X-ENDLIST\n",
                house.url()
            ),
        ),
        (
            "-safe 0",
            format!("ffconcat version 1.0\nfile 'file:{}'\n", secret.display()),
        ),
    ];
    for (allowed, playlist) in lists {
        fs::write(&source, &playlist).unwrap();
        let line = careless(allowed, source.to_str().unwrap(), &out);
        let line: Vec<&OsStr> = line.iter().map(OsString::as_os_str).collect();
        let ended = house.confined(&source, &line);
        if gaps.contains("namespaces") || gaps.contains("landlock") {
            // A container that refuses one of them: the other may still stop it, and what does is not known here.
            continue;
        }
        assert_ne!(ended.code(), 0, "{playlist}");
        let refused = [
            "Permission denied",
            "Operation not permitted",
            "Network is unreachable",
        ];
        assert!(
            refused.iter().any(|words| ended.stderr.contains(words)),
            "{playlist}\n{}",
            ended.stderr
        );
        house.nobody_called(&playlist);
    }
    for (what, line) in [
        ("users", vec!["/bin/cat", "/etc/passwd"]),
        ("another lesson", vec!["/bin/cat", secret.to_str().unwrap()]),
        (
            "a list of them",
            vec!["/bin/ls", house.folder.path().to_str().unwrap()],
        ),
        (
            "the source itself",
            vec!["/usr/bin/truncate", "-s0", source.to_str().unwrap()],
        ),
        ("another's memory", vec!["/usr/bin/strace", "/bin/true"]),
        ("a mount", vec!["/usr/bin/unshare", "--mount", "/bin/true"]),
    ] {
        let by = match what {
            "another's memory" | "a mount" => "seccomp",
            _ => "landlock",
        };
        let line: Vec<&OsStr> = line.iter().map(OsStr::new).collect();
        let ended = house.confined(&source, &line);
        assert!(ended.code() != 0 || gaps.contains(by), "{what}: {gaps}");
    }
    assert!(fs::metadata(&source).unwrap().len() > 0 || gaps.contains("landlock"));
    // What this kernel lacks was told, and nothing else is.
    for gap in gaps.lines() {
        let known = ["namespaces", "landlock", "seccomp"];
        assert!(known.iter().any(|what| gap.contains(what)), "{gap}");
    }
}

#[test]
fn behind_the_fence_the_own_folder_and_the_recording_are_all_that_ffmpeg_needs() {
    let house = House::new();
    let source = house.at("lesson.mp4");
    let made = "-nostdin -v error -y -f lavfi -i testsrc2=s=160x120:d=1 -f lavfi -i sine=d=1";
    let words = made.split_whitespace().map(Into::into);
    run_other("ffmpeg", words.chain([source.clone().into_os_string()])).expect_code(0);
    let out = house.at("own/out.mp4");
    let input = source.to_str().unwrap();
    let line = [
        "/usr/bin/ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-i",
        input,
        "-c:v",
        "libx264",
        "-c:a",
        "aac",
    ];
    let mut line: Vec<&OsStr> = line.iter().map(OsStr::new).collect();
    line.push(out.as_os_str());
    house.confined(&source, &line).expect_code(0);
    assert!(fs::metadata(out).unwrap().len() > 1000);
}

/// What an attacker uploads, under the names that it gets.
fn uploads(house: &House) -> Vec<(&'static str, Vec<u8>)> {
    let url = house.url();
    let secret = house.at("secret.ts");
    let secret = secret.display();
    // With a byte that no text has, it is asked of ffprobe.
    let text = |text: String| [text.as_bytes(), b"\n#\x01\n"].concat();
    vec![
        (
            "hls.mp4",
            text(format!("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST")),
        ),
        (
            "hls-file.ts",
            text(format!("#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile:{secret}\n#EXT-X-ENDLIST")),
        ),
        ("concat.mkv", text(format!("ffconcat version 1.0\nfile '{url}'\nfile '{secret}'"))),
        (
            "session.sdp",
            text("v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96".into()),
        ),
        (
            "dash.mp4",
            text(format!(
                "<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\"><Period>\
                 <AdaptationSet mimeType=\"video/mp4\"><Representation id=\"1\" bandwidth=\"1\"><BaseURL>{url}</BaseURL>\
                 </Representation></AdaptationSet></Period></MPD>"
            )),
        ),
        (
            "redirector.asf",
            text(format!("<asx version=\"3.0\"><entry><ref href=\"{url}\"/></entry></asx>")),
        ),
        ("redirector.rm", text(url.clone())),
        (
            "reference.avi",
            [b"[Reference]\r\nRef1=".as_slice(), url.as_bytes(), b"\r\n\0"].concat(),
        ),
        (
            "subtitles.ass",
            text(format!("[Script Info]\n[Fonts]\nfontname: {secret}")),
        ),
        ("elsewhere.mov", elsewhere(&url)),
        ("elsewhere-file.mov", elsewhere(&format!("file://{secret}"))),
    ]
}

/// An MP4 whose data are said to lie at `url` (`dref`, ISO/IEC 14496-12 §8.7.2), where ours has them itself.
fn elsewhere(url: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole.mp4");
    let line = "-nostdin -v error -y -f lavfi -i testsrc2=s=160x120:d=1 -c:v libx264 -an";
    let words = line.split_whitespace().map(Into::into);
    run_other("ffmpeg", words.chain([path.clone().into_os_string()])).expect_code(0);
    let mut file = fs::read(path).unwrap();
    let own = [0, 0, 0, 12, b'u', b'r', b'l', b' ', 0, 0, 0, 1];
    let at = file
        .windows(own.len())
        .position(|part| part == own)
        .unwrap();
    let mut entry = (u32::try_from(url.len()).unwrap() + 13)
        .to_be_bytes()
        .to_vec();
    entry.extend(b"url \0\0\0\0");
    entry.extend(url.as_bytes());
    entry.push(0);
    let longer = u32::try_from(entry.len() - own.len()).unwrap();
    // The boxes around it grow as well. (They all stand behind the media, so no offset moves.)
    for name in [b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"] {
        let name = file[..at]
            .windows(4)
            .rposition(|part| part == name)
            .unwrap();
        let length: [u8; 4] = file[name - 4..name].try_into().unwrap();
        let length = u32::from_be_bytes(length) + longer;
        file[name - 4..name].copy_from_slice(&length.to_be_bytes());
    }
    file.splice(at..at + own.len(), entry);
    file
}

/// What would use up a machine.
fn bombs() -> Vec<(&'static str, Vec<u8>)> {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str, line: &str| {
        let path = folder.path().join(name);
        let words = "-nostdin -v error -y"
            .split_whitespace()
            .chain(line.split_whitespace());
        run_other(
            "ffmpeg",
            words.map(Into::into).chain([path.clone().into_os_string()]),
        )
        .expect_code(0);
        fs::read(path).unwrap()
    };
    let mut huge = make(
        "huge.mkv",
        "-f lavfi -i testsrc2=s=64x64:d=1:r=5 -c:v mjpeg",
    );
    // JPEG's frame headers, made to say 65,500 × 65,500 (ISO/IEC 10918-1 §B.2.2).
    let frames: Vec<usize> = huge
        .windows(9)
        .enumerate()
        .filter(|(_, part)| part[..2] == [0xFF, 0xC0] && part[5..] == [0, 64, 0, 64])
        .map(|(at, _)| at)
        .collect();
    assert!(!frames.is_empty());
    for at in frames {
        huge[at + 5..at + 9].copy_from_slice(&[0xFF, 0xDC, 0xFF, 0xDC]);
    }
    let many = "-map 0 ".repeat(90);
    let mut claims = make(
        "claims.mp4",
        "-f lavfi -i testsrc2=s=64x64:d=1 -c:v libx264",
    );
    let index = claims.windows(4).rposition(|part| part == b"moov").unwrap();
    claims[index - 4..index].copy_from_slice(&0x7FFF_FFF0_u32.to_be_bytes());
    vec![
        ("huge.mkv", huge),
        (
            "many.mkv",
            make("many.mkv", &format!("-f lavfi -i sine=d=1 {many} -c:a mp2")),
        ),
        (
            "fast.avi",
            make(
                "fast.avi",
                "-f lavfi -i testsrc2=s=64x64:r=1000000:d=0.001 -c:v mjpeg",
            ),
        ),
        ("claims.mp4", claims),
        (
            "noise.ts",
            (0..200_000_u32)
                .flat_map(|n| [0x47, n as u8, (n >> 8) as u8, 0x1F])
                .collect(),
        ),
    ]
}

#[test]
fn what_an_upload_names_is_neither_called_nor_read_and_bombs_end_with_words() {
    let house = House::new();
    let archive = Archive::empty();
    let teacher = Teacher::of(&archive, "Aysel", "admin");
    let server = Server::with(archive.data(), ["--jobs", "1", "--job-seconds", "60"]);
    for (name, bytes) in uploads(&house).into_iter().chain(bombs()) {
        let upload = teacher.begin(&server, bytes.len(), &[("filename", name)]);
        assert_eq!(
            teacher.add(&server, &upload, 0, &bytes).status,
            204,
            "{name}"
        );
        let told = teacher.settled(&server, &upload);
        match told["state"].as_str().unwrap() {
            "failed" => assert!(
                !told["error"].as_str().unwrap().is_empty(),
                "{name}: {told}"
            ),
            state => assert_eq!(state, "done", "{name}: {told}"),
        }
        house.nobody_called(name);
        assert_eq!(server.get("/healthz").status, 200, "{name}");
    }
    let jobs = jobs_ended(&teacher, &server);
    for job in &jobs {
        let words = job["error"].as_str().unwrap_or_default();
        assert!(job["state"] == "done" || !words.is_empty(), "{job}");
        assert!(
            !words.contains(archive.data().to_str().unwrap()),
            "a teacher is shown a path: {job}"
        );
    }
    house.nobody_called("a job");
    for path in files_below(archive.data()) {
        // What was uploaded may name the secret; nothing may have it.
        let bytes = fs::read(&path).unwrap_or_default();
        let secret = SECRET.as_bytes();
        let there = bytes.windows(secret.len()).any(|part| part == secret);
        assert!(!there, "{}", path.display());
    }
    archive.expect_sound();
    assert!(!server.log().contains("panicked"), "{}", server.log());
}

/// The jobs, once none is running and none is at its turn; those that rest after a failure have had theirs.
fn jobs_ended(teacher: &Teacher, server: &Server) -> Vec<Value> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let told = teacher.ask(
            &mut server.connect(),
            "GET",
            "/api/v1/jobs?limit=200",
            &[],
            &[],
        );
        let told = told.unwrap().json();
        let jobs = told["jobs"].as_array().unwrap().clone();
        let open = |job: &Value| {
            job["state"] == "running" || (job["state"] == "queued" && job["not_before"].is_null())
        };
        if !jobs.iter().any(open) {
            return jobs;
        }
        assert!(Instant::now() < deadline, "{jobs:#?}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
