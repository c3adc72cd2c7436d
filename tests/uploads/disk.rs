//! Disks that fill or fail, and what reaches them before the client is answered.

use super::{Desk, noise, recording};
use crate::support::archive::Archive;

fn free_bytes(archive: &Archive) -> u64 {
    let disk = rustix::fs::statvfs(archive.data()).unwrap();
    disk.f_bavail * disk.f_frsize
}

#[test]
fn no_room_is_told_before_a_byte_is_taken() {
    let free = free_bytes(&Archive::empty());
    let reserve = free.saturating_sub(200 << 20).to_string();
    let desk = Desk::with(["--reserve-bytes", reserve.as_str()]);
    let headers = [("Upload-Length", "10000000000")];
    let client = &mut desk.server.connect();
    let refused = desk
        .teacher
        .ask(client, "POST", "/uploads", &headers, &[])
        .unwrap();
    assert_eq!(refused.status, 507);
    let why = refused.text();
    assert!(
        why.contains("10000000000") && why.contains("reserve_bytes"),
        "{why}"
    );
    let bytes = recording();
    let upload = desk.teacher.begin(&desk.server, bytes.len(), &[]);
    assert_eq!(
        desk.teacher.add(&desk.server, &upload, 0, &bytes).status,
        204
    );
    assert_eq!(
        desk.teacher.offset(&desk.server, &upload),
        noise(bytes.len()).len()
    );
}
