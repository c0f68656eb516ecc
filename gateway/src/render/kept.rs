//! Small pictures and remuxed videos kept on disk by the hash of what made them. Losing them costs drawing them again.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use bytes::Bytes;

/// Bytes the folder may hold; when it grows beyond, the oldest half goes.
const MOST_BYTES: u64 = 512 << 20;

/// The folder of pictures.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    /// Bytes written since the folder was last measured; begins as if it were full, so that it is measured once.
    written: AtomicU64,
}

impl Kept {
    /// The folder is made when the first picture is kept.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, written: AtomicU64::new(MOST_BYTES) }
    }

    fn path(&self, key: &str) -> PathBuf {
        self.folder.join(key.get(..2).unwrap_or("00")).join(key)
    }

    /// A picture kept before.
    pub async fn find(&self, key: &str) -> Option<Bytes> {
        tokio::fs::read(self.path(key)).await.ok().map(Bytes::from)
    }

    /// Where a file kept before lies, and its length in bytes.
    pub async fn locate(&self, key: &str) -> Option<(PathBuf, u64)> {
        let path = self.path(key);
        let about = tokio::fs::metadata(&path).await.ok()?;
        Some((path, about.len()))
    }

    /// Keeps a picture; a disk that refuses only costs drawing it again, and is told in the log.
    pub async fn keep(&self, key: &str, picture: Bytes) {
        let (path, folder) = (self.path(key), self.folder.clone());
        let size = picture.len() as u64;
        let measure = self.written.fetch_add(size, Ordering::Relaxed) >= MOST_BYTES / 8;
        if measure {
            self.written.store(0, Ordering::Relaxed);
        }
        let work = move || -> io::Result<()> {
            let beside = path.with_extension(format!("{}", std::process::id()));
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&beside, &picture)?;
            std::fs::rename(&beside, &path)?;
            if measure { shrink(&folder, MOST_BYTES) } else { Ok(()) }
        };
        if let Ok(Err(error)) = tokio::task::spawn_blocking(work).await {
            tracing::warn!(%error, "a picture could not be kept");
        }
    }
}

/// Where the folder holds more than `most` bytes, removes the oldest files until it holds half of that.
fn shrink(folder: &Path, most: u64) -> io::Result<()> {
    let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
    for shelf in std::fs::read_dir(folder)? {
        for entry in std::fs::read_dir(shelf?.path())? {
            let entry = entry?;
            let about = entry.metadata()?;
            files.push((about.modified()?, about.len(), entry.path()));
        }
    }
    let mut total: u64 = files.iter().map(|(_, size, _)| size).sum();
    if total <= most {
        return Ok(());
    }
    files.sort();
    for (_, size, path) in files {
        if total <= most / 2 {
            break;
        }
        std::fs::remove_file(path)?;
        total -= size;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn finds_what_was_kept_and_shrinks() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new(folder.path().to_owned());
        for key in ["aa01", "aa02", "bb03"] {
            kept.keep(key, Bytes::from(vec![7; 100])).await;
        }
        assert_eq!(kept.find("aa02").await.unwrap().len(), 100);
        assert_eq!(kept.find("cc").await, None);
        shrink(folder.path(), 250).unwrap();
        let left: Vec<_> = ["aa01", "aa02", "bb03"].map(|key| kept.path(key).exists()).into();
        assert_eq!(left.iter().filter(|there| **there).count(), 1);
    }
}
