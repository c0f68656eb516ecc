//! Secrets of this installation: files that only their owner reads.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use subtle::ConstantTimeEq as _;

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Reading or writing the file failed.
    #[error("{path}: {source}; the gateway needs this file readable and its folder writable")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A key file that is not 32 bytes long.
    #[error(
        "{0} is not a key of 32 bytes: delete it to have a new one made (open films must be opened again)"
    )]
    BadKey(PathBuf),
    /// A platform token too short to resist guessing.
    #[error(
        "the platform token has fewer than {MIN_PLATFORM_TOKEN} characters: make one with `openssl rand -base64 32`"
    )]
    ShortToken,
    /// The system gave no randomness.
    #[error("the system gave no randomness: {0}")]
    Randomness(getrandom::Error),
}

/// Fewest characters of a platform token.
pub const MIN_PLATFORM_TOKEN: usize = 24;

/// 16 bytes of the system's randomness: an id or a key.
///
/// # Errors
/// [`SecretError::Randomness`].
pub fn random_16() -> Result<[u8; 16], SecretError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(SecretError::Randomness)?;
    Ok(bytes)
}

/// Reads the key at `path`, or makes one there with mode 0600. Two processes that start together end up with
/// one key: the file is made whole under another name and linked into place, which only one of them can do.
///
/// # Errors
/// [`SecretError`].
pub fn key_file(path: &Path) -> Result<[u8; 32], SecretError> {
    let failed = |source| SecretError::Io { path: path.to_owned(), source };
    if !path.exists() {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(SecretError::Randomness)?;
        let draft = path.with_extension(film_link::link::to_base64url(&random_16()?));
        write_private(&draft, &key).map_err(failed)?;
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft).map_err(failed)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
    }
    let bytes = fs::read(path).map_err(failed)?;
    bytes.try_into().map_err(|_| SecretError::BadKey(path.to_owned()))
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The credential with which other systems of the hospital come: everything is open to it.
#[derive(Clone)]
pub struct PlatformToken(String);

impl std::fmt::Debug for PlatformToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PlatformToken(…)")
    }
}

impl PlatformToken {
    /// Takes the text of an environment variable or file; surrounding white space does not count.
    ///
    /// # Errors
    /// [`SecretError::ShortToken`].
    pub fn new(text: &str) -> Result<Self, SecretError> {
        let text = text.trim();
        if text.len() < MIN_PLATFORM_TOKEN { Err(SecretError::ShortToken) } else { Ok(Self(text.to_owned())) }
    }

    /// From a file.
    ///
    /// # Errors
    /// [`SecretError`].
    pub fn read(path: &Path) -> Result<Self, SecretError> {
        let text =
            fs::read_to_string(path).map_err(|source| SecretError::Io { path: path.to_owned(), source })?;
        Self::new(&text)
    }

    /// Whether `presented` is the token; takes the same time for every wrong one of the right length.
    pub fn matches(&self, presented: &str) -> bool {
        self.0.as_bytes().ct_eq(presented.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token.key");
        let keys: Vec<_> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..2).map(|_| scope.spawn(|| key_file(&path).unwrap())).collect();
            makers.into_iter().map(|maker| maker.join().unwrap()).collect()
        });
        assert_eq!(keys[0], keys[1]);
        assert_ne!(keys[0], [0; 32]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&path, b"short").unwrap();
        assert!(matches!(key_file(&path), Err(SecretError::BadKey(_))));
    }

    #[test]
    fn platform_tokens_compare_whole() {
        let token = PlatformToken::new(" abcdefghijklmnopqrstuvwxyz\n").unwrap();
        assert!(token.matches("abcdefghijklmnopqrstuvwxyz"));
        assert!(!token.matches("abcdefghijklmnopqrstuvwxy") && !token.matches(""));
        assert!(PlatformToken::new("short").is_err());
    }
}
