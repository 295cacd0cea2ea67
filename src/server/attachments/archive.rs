//! Zip archives, which Office files are too: what may be in one before anybody unpacks it (`security.md` A36).

use std::io::{Read, Seek};
use zip::ZipArchive;

/// Parts that an Office file may have.
const MOST_PARTS: usize = 2_000;
/// Bytes that it may unpack to.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// How many times its own size an archive may unpack to.
const MOST_RATIO: u64 = 100;

/// Why an Office file of `size` bytes must not be unpacked. The sizes are those that it declares: the reader refuses a
/// part that turns out larger.
pub fn office_fault<R: Read + Seek>(archive: &mut ZipArchive<R>, size: u64) -> Option<&'static str> {
    if archive.len() > MOST_PARTS {
        return Some("文件内部的部件太多，已拒绝");
    }
    let too_large = unpacked(archive).is_none_or(|unpacked| unpacked > MOST_UNPACKED || is_bomb(unpacked, size));
    too_large.then_some("文件解开后太大，已拒绝")
}

/// Why an archive of `size` bytes is not kept. It is never unpacked here, but it may be elsewhere.
pub fn fault<R: Read + Seek>(archive: &mut ZipArchive<R>, size: u64) -> Option<&'static str> {
    unpacked(archive)
        .is_none_or(|unpacked| is_bomb(unpacked, size))
        .then_some("压缩包解开后太大，已拒绝")
}

fn is_bomb(unpacked: u64, size: u64) -> bool {
    unpacked > size.saturating_mul(MOST_RATIO)
}

/// The declared sizes of all parts together; nothing when a part cannot be found.
fn unpacked<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Option<u64> {
    let mut sum = 0_u64;
    for position in 0..archive.len() {
        sum = sum.saturating_add(archive.by_index_raw(position).ok()?.size());
    }
    Some(sum)
}
