//! Boxes, written (ISO/IEC 14496-12 §4.2).

/// Writes a box of which `content` writes the content.
pub(in crate::mp4) fn boxed(out: &mut Vec<u8>, kind: &[u8; 4], content: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    out.extend_from_slice(kind);
    content(out);
    // Everything made here is far smaller than 4 GiB.
    let size = (out.len() - start) as u32;
    out[start..start + 4].copy_from_slice(&size.to_be_bytes());
}

/// A box with a version and 24 flags.
pub(in crate::mp4) fn full_box(
    out: &mut Vec<u8>,
    kind: &[u8; 4],
    version: u8,
    flags: u32,
    content: impl FnOnce(&mut Vec<u8>),
) {
    boxed(out, kind, |out| {
        put(out, u32::from(version) << 24 | flags);
        content(out);
    });
}

/// A number of four bytes.
pub(in crate::mp4) fn put(out: &mut Vec<u8>, number: u32) {
    out.extend_from_slice(&number.to_be_bytes());
}
