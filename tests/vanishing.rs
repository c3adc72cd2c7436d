//! Readers that leave in the middle of a recording, and recordings that do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::archive::Archive;
use crate::support::samples;
use crate::support::server::Server;

/// Reached only by a hang.
const BOUND: Duration = Duration::from_secs(60);

/// A server of one recording of some 48 MiB that lies in the folder as `long.mp4`, and its address.
fn serving() -> (Archive, tempfile::TempDir, Server, String) {
    let (archive, folder) = (Archive::empty(), tempfile::tempdir().unwrap());
    samples::make_recording(&folder.path().join("long.mp4"), 48 << 20, "");
    let sheet = folder.path().join("sheet.csv");
    let row = "long.mp4,Long,7,mathematics,az,public";
    let text = format!("file,title,grades,subject,section,visibility\n{row}\n");
    std::fs::write(&sheet, text).unwrap();
    let import = ["import".as_ref(), "--in-place".as_ref(), sheet.as_os_str()];
    archive.run(import).expect_code(0);
    let server = archive.serve();
    let lessons = server.get("/api/v1/lessons").json();
    let url = lessons["lessons"][0]["files"][0]["url"].as_str().unwrap();
    let target = url[url.find("/media/").unwrap()..].to_owned();
    (archive, folder, server, target)
}

/// A reader that has got the first byte of the recording and takes no more.
fn begun(server: &Server, target: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let host = server.address();
    let request = format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_exact(&mut [0]).unwrap();
    stream
}

fn open_files(server: &Server) -> usize {
    let folder = format!("/proc/{}/fd", server.pid());
    std::fs::read_dir(folder).unwrap().count()
}

#[test]
fn readers_that_vanish_leave_no_open_files_behind() {
    let (_archive, _folder, server, target) = serving();
    // What is opened once and kept is open from here on.
    drop(begun(&server, &target));
    let until = |enough: &dyn Fn(usize) -> bool| {
        let deadline = Instant::now() + BOUND;
        while !enough(open_files(&server)) {
            assert!(Instant::now() < deadline, "{}", open_files(&server));
            std::thread::yield_now();
        }
    };
    // Every connection of the lines above may still be closing, so this is more than the least.
    let before = open_files(&server);
    let readers: Vec<TcpStream> = (0..60).map(|_| begun(&server, &target)).collect();
    until(&|now| now >= before + 50);
    drop(readers);
    until(&|now| now <= before);
}

#[test]
fn a_recording_that_is_cut_on_disk_ends_its_readers_and_not_the_server() {
    let (_archive, folder, server, target) = serving();
    let mut readers: Vec<TcpStream> = (0..5).map(|_| begun(&server, &target)).collect();
    let file = std::fs::File::options()
        .write(true)
        .open(folder.path().join("long.mp4"));
    file.unwrap().set_len(20_000).unwrap();
    for reader in &mut readers {
        reader.set_read_timeout(Some(BOUND)).unwrap();
        let mut came = 0;
        let mut some = vec![0; 1 << 16];
        // A reset is an end as well.
        while let Ok(n) = reader.read(&mut some)
            && n > 0
        {
            came += n;
        }
        assert!(came < 48 << 20, "all of it came");
    }
    assert_eq!(server.get("/healthz").status, 200);
}
