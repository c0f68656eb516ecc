//! Reading connections, kept open with their prepared statements, and where blocking work is done.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;

use super::schema;
use crate::source::SourceError;

/// Connections kept for the next question; more than this are closed after use.
const KEPT: usize = 32;

/// A pool of connections that only read.
#[derive(Debug, Clone)]
pub struct Pool {
    path: Arc<PathBuf>,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Pool {
    /// Connections are opened when they are first needed.
    pub fn new(path: PathBuf) -> Self {
        Self { path: Arc::new(path), idle: Arc::default() }
    }

    /// Asks the index on a thread that may block.
    ///
    /// # Errors
    /// What `work` ends in, or that no connection can be had.
    pub async fn ask<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, SourceError> + Send + 'static,
    ) -> Result<T, SourceError> {
        let pool = self.clone();
        apart(move || pool.ask_here(work)).await
    }

    /// Asks the index on this thread.
    ///
    /// # Errors
    /// As [`Pool::ask`].
    pub fn ask_here<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, SourceError>,
    ) -> Result<T, SourceError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => schema::open_reader(&self.path)?,
        };
        let result = work(&connection);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(connection);
        }
        result
    }
}

/// Does something on a thread that may block.
///
/// # Errors
/// What `work` ends in, or that the thread ended early.
pub async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, SourceError> + Send + 'static,
) -> Result<T, SourceError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| SourceError::Storage("a reading thread ended early".into()))?
}

impl From<rusqlite::Error> for SourceError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Storage(format!("the index: {error}"))
    }
}
