//! Files on disk, named by the SHA-256 of their bytes: written beside, synced, then moved into place, so that a
//! name stands for whole bytes or does not exist.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use sha2::{Digest, Sha256};

/// After this time no import can still be writing a file.
const LEFT_OVER: Duration = Duration::from_secs(24 * 3600);

/// What a stored file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A DICOM file as it came.
    Original,
    /// The inflated data set of a deflated file; can be made again from it.
    Inflated,
    /// A FHIR document that came beside the images.
    Fhir,
}

impl Kind {
    fn suffix(self) -> &'static str {
        match self {
            Self::Original => "dcm",
            Self::Inflated => "inflated",
            Self::Fhir => "fhir.json",
        }
    }
}

/// The folder of files.
#[derive(Debug, Clone)]
pub struct Files {
    root: PathBuf,
}

/// SHA-256 as 64 lower-case hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
}

impl Files {
    /// Makes the folders where they are missing and removes what an import left half-written more than a day ago.
    ///
    /// # Errors
    /// When a folder cannot be made or read.
    pub fn open(data: &Path) -> io::Result<Self> {
        let files = Self { root: data.join("files") };
        let waiting = files.root.join("incoming");
        fs::create_dir_all(&waiting)?;
        for entry in fs::read_dir(&waiting)? {
            let entry = entry?;
            let age = entry.metadata()?.modified()?.elapsed().unwrap_or_default();
            if age > LEFT_OVER {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(files)
    }

    /// Where a file with these bytes lies.
    pub fn path(&self, sha256: &str, kind: Kind) -> PathBuf {
        let (first, second) = (sha256.get(..2).unwrap_or("00"), sha256.get(2..4).unwrap_or("00"));
        self.root.join(first).join(second).join(format!("{sha256}.{}", kind.suffix()))
    }

    /// Stores bytes under a name; nothing happens where they are there already.
    ///
    /// # Errors
    /// When the disk is full or refuses: then nothing has changed.
    pub fn put(&self, sha256: &str, kind: Kind, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(sha256, kind);
        if fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64) {
            return Ok(());
        }
        let folder = path.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let waiting =
            self.root.join("incoming").join(format!("{sha256}.{}.{}", kind.suffix(), std::process::id()));
        let written = File::create(&waiting).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
        let moved = written.and_then(|()| fs::rename(&waiting, &path));
        if moved.is_err() {
            // The half-written file would only keep the disk full; its own failure says nothing new.
            let _ = fs::remove_file(&waiting);
        }
        moved?;
        // The name is safe only when the folder that holds it is.
        File::open(folder)?.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_whole_files_once() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let name = sha256(b"abc");
        // FIPS 180-4, example of SHA-256.
        assert_eq!(name, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        files.put(&name, Kind::Original, b"abc").unwrap();
        files.put(&name, Kind::Original, b"abc").unwrap();
        assert_eq!(fs::read(files.path(&name, Kind::Original)).unwrap(), b"abc");
        assert_eq!(fs::read_dir(folder.path().join("files/incoming")).unwrap().count(), 0);
    }

    #[test]
    fn failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let files = Files::open(folder.path()).unwrap();
        let name = sha256(b"abc");
        // A file where the folder should be: as refusing as a full disk.
        fs::write(folder.path().join("files").join(&name[..2]), b"").unwrap();
        assert!(files.put(&name, Kind::Original, b"abc").is_err());
        assert_eq!(fs::read_dir(folder.path().join("files/incoming")).unwrap().count(), 0);
    }
}
