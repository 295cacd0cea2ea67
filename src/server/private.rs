//! What the server keeps on a disk is for its own user alone (`security.md` A56, G17): nobody else on the machine reads the store
//! or the files. Whoever starts the process has its umask, so nothing here relies on one.

use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// What everybody else on the machine may do.
const OTHERS: u32 = 0o007;
/// All that a mode says of who may do what.
const WHOLE: u32 = 0o7777;

/// Makes a folder, and those above it that are missing, for nobody else. One that is there stays as it is.
pub fn make_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Makes an empty file for nobody else, unless it is there.
pub fn make_file(path: &Path) -> io::Result<()> {
    // A file that is there is not even opened: closing it again would drop the locks that SQLite holds on it in this process.
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Takes a file or folder that is there from everybody else; a group that an operator has let in keeps its part. What belongs
/// to somebody else stays as it is, with a word in the log.
pub fn keep_from_others(path: &Path) {
    if let Err(error) = closed(path)
        && error.kind() != ErrorKind::NotFound
    {
        tracing::warn!(%error, "others may read {}", path.display());
    }
}

fn closed(path: &Path) -> io::Result<()> {
    let mode = std::fs::metadata(path)?.permissions().mode() & WHOLE;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    std::fs::set_permissions(path, Permissions::from_mode(mode & !OTHERS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & WHOLE
    }

    #[test]
    fn what_is_made_is_the_owners_and_what_is_there_keeps_its_content() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("a/b");
        make_folder(&inner).unwrap();
        make_folder(&inner).unwrap();
        assert_eq!((mode(&folder.path().join("a")), mode(&inner)), (0o700, 0o700));
        let file = inner.join("file");
        make_file(&file).unwrap();
        assert_eq!(mode(&file), 0o600);
        std::fs::write(&file, "kept").unwrap();
        make_file(&file).unwrap();
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "kept");
        assert!(make_file(&folder.path().join("no/where")).is_err());
    }

    #[test]
    fn others_lose_what_they_had_and_a_group_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        for (before, after) in [(0o644, 0o640), (0o606, 0o600), (0o600, 0o600)] {
            std::fs::set_permissions(&file, Permissions::from_mode(before)).unwrap();
            keep_from_others(&file);
            assert_eq!(mode(&file), after, "{before:o}");
        }
        keep_from_others(&folder.path().join("nowhere"));
    }
}
