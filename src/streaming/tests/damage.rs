//! What happens to a file or a client while the file is being sent: the server outlives it.

use super::*;

/// More than the buffers between the server and a client that does not read.
const BIG: usize = 24 * 1024 * 1024;

/// A file at a path, as a store has it.
fn at_path(folder: &tempfile::TempDir, len: usize) -> Stored {
    let bytes = pattern(3, len);
    let path = folder.path().join("video.mp4");
    std::fs::write(&path, &bytes).unwrap();
    let file = std::fs::File::open(path).unwrap();
    Stored {
        file: Arc::new(FileHandle::new(file).unwrap()),
        bytes: Arc::new(bytes),
    }
}

/// A client that has read the head of the answer and nothing more.
async fn begun(server: &Running) -> TcpStream {
    let mut socket = server.connect().await;
    socket
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    read_head(&mut socket).await;
    socket
}

#[tokio::test]
async fn a_file_that_is_replaced_or_deleted_is_sent_to_its_end() {
    let folder = tempfile::tempdir().unwrap();
    let stored = at_path(&folder, BIG);
    let server = serving(vec![stored.entity()]).await;
    let (mut one, mut other) = (begun(&server).await, begun(&server).await);
    let path = folder.path().join("video.mp4");
    std::fs::write(folder.path().join("new"), b"another").unwrap();
    std::fs::rename(folder.path().join("new"), &path).unwrap();
    std::fs::remove_file(&path).unwrap();
    for socket in [&mut one, &mut other] {
        let mut body = vec![0; BIG];
        timeout(BOUND, socket.read_exact(&mut body))
            .await
            .unwrap()
            .unwrap();
        assert!(body == *stored.bytes);
    }
}

#[tokio::test]
async fn a_file_that_is_cut_ends_the_connection_short_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let stored = at_path(&folder, BIG);
    let (view, _) = view(&stored);
    let small = super::stored(4, 100_000);
    let server = serving(vec![stored.entity(), small.entity(), view]).await;
    let (mut reader, mut view_reader) = (begun(&server).await, server.connect().await);
    let say = request("GET", 2, "");
    view_reader.write_all(say.as_bytes()).await.unwrap();
    read_head(&mut view_reader).await;
    let cut = std::fs::File::options()
        .write(true)
        .open(folder.path().join("video.mp4"))
        .unwrap();
    cut.set_len(10_000).unwrap();
    let came = until_end(&mut reader).await;
    assert!(came.len() < BIG, "{} bytes", came.len());
    // What was on its way lay in the page cache still, where the kernel has wiped what was cut off.
    let right =
        |(at, byte): (usize, &u8)| *byte == stored.bytes[at] || (*byte == 0 && at >= 10_000);
    assert!(came.iter().enumerate().all(right), "other bytes came");
    assert!(until_end(&mut view_reader).await.len() < BIG);
    // Who asks now learns it from the length, and others from nothing at all.
    let mut again = server.connect().await;
    again
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    assert!(until_end(&mut again).await.len() <= 11_000);
    assert!(server.get(1, "").await.body == *small.bytes);
    // Nor does it matter to the way that copies.
    stored.file.copy_from_now_on();
    let mut again = server.connect().await;
    again
        .write_all(request("GET", 0, "").as_bytes())
        .await
        .unwrap();
    assert!(until_end(&mut again).await.len() <= 11_000);
    assert!(server.get(1, "").await.body == *small.bytes);
}

#[tokio::test]
async fn clients_that_vanish_leave_nothing_open() {
    let stored = stored(3, BIG);
    let server = serving(vec![stored.entity()]).await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(begun(&server).await);
    }
    assert!(Arc::strong_count(&stored.file) > 2);
    drop(readers);
    // One in the entity, one here.
    timeout(BOUND, async {
        while Arc::strong_count(&stored.file) > 2 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the file is still held");
    let sent = server.transport.tally().sent();
    assert!(sent < 20 * BIG as u64, "{sent} bytes to nobody");
    assert_eq!(server.get(0, "Range: bytes=0-0\r\n").await.body.len(), 1);
}
