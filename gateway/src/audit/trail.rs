//! Where audit events are kept: `audit.db` in the data folder, one row an event, append-only.
//!
//! Each row carries SHA-256(previous row's hash ‖ event), so that a row that was changed, or taken out of the
//! middle, shows. It cannot show that rows were cut off at the end; export regularly to another machine.

use std::{
    io::Write,
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};

use super::event::AuditEvent;
use crate::{
    clock::Clock,
    films::store::{StoreError, open_private},
};

const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS audit (
    seq    INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    event  TEXT NOT NULL,
    chain  BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;
CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries cannot be deleted'); END;
CREATE TRIGGER IF NOT EXISTS audit_stands BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'audit entries cannot be changed'); END;
";

/// Why the trail could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// SQLite said no.
    #[error("audit.db: {0}; check free space and permissions of the data folder")]
    Sqlite(#[from] rusqlite::Error),
    /// The file could not be opened.
    #[error("audit.db: {0}")]
    Open(#[from] StoreError),
    /// The export could not be written.
    #[error("writing the audit export: {0}")]
    Io(#[from] std::io::Error),
    /// The chain is broken.
    #[error("audit.db was changed from outside: entry {0} does not follow from the one before it")]
    Broken(i64),
}

/// The audit trail.
#[derive(Debug)]
pub struct AuditTrail {
    connection: Mutex<Connection>,
    clock: Clock,
}

impl AuditTrail {
    /// Opens the file, makes it where it does not exist.
    ///
    /// # Errors
    /// [`AuditError`].
    pub fn open(path: &Path, clock: Clock) -> Result<Self, AuditError> {
        let connection = open_private(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection), clock })
    }

    /// Appends. A failure goes to the log: whoever is being audited is not held up by it.
    pub fn record(&self, event: &AuditEvent) {
        if let Err(error) = self.append(event) {
            tracing::error!(%error, event = event.kind.event_id().0, "audit event lost");
        }
    }

    fn append(&self, event: &AuditEvent) -> Result<(), AuditError> {
        let at = self.clock.now_secs();
        let text = event.to_json(at).to_string();
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let last: Option<[u8; 32]> = transaction
            .prepare_cached("SELECT chain FROM audit ORDER BY seq DESC LIMIT 1")?
            .query_row([], |row| row.get(0))
            .optional()?;
        let chain = link(last.unwrap_or_default(), &text);
        transaction
            .prepare_cached("INSERT INTO audit (at, event, chain) VALUES (?1, ?2, ?3)")?
            .execute(params![at, text, chain])?;
        Ok(transaction.commit()?)
    }

    /// Writes entries after `seq` as JSON lines and checks the chain on the way; gives the last `seq`.
    ///
    /// # Errors
    /// [`AuditError`]; what was written before a broken entry stands.
    pub fn export(&self, after_seq: i64, out: &mut dyn Write) -> Result<i64, AuditError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let before: Option<(i64, [u8; 32])> = connection
            .query_row(
                "SELECT seq, chain FROM audit WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1",
                [after_seq],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .optional()?;
        let (mut seq, mut chain) = before.unwrap_or_default();
        let mut statement =
            connection.prepare("SELECT seq, event, chain FROM audit WHERE seq > ?1 ORDER BY seq")?;
        let mut rows = statement.query([after_seq])?;
        while let Some(row) = rows.next()? {
            let (text, stored): (String, [u8; 32]) = (row.get(1)?, row.get(2)?);
            let next: i64 = row.get(0)?;
            if next != seq + 1 || stored != link(chain, &text) {
                return Err(AuditError::Broken(next));
            }
            (seq, chain) = (next, stored);
            writeln!(out, "{text}")?;
        }
        Ok(seq)
    }
}

fn link(previous: [u8; 32], text: &str) -> [u8; 32] {
    Sha256::new().chain_update(previous).chain_update(text.as_bytes()).finalize().into()
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::audit::{AuditKind, Outcome};

    fn event() -> AuditEvent {
        AuditEvent {
            kind: AuditKind::Accessed,
            outcome: Outcome::Success,
            reason: None,
            film: Some("0123456789abcdef".into()),
            platform: false,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            studies: vec!["1.2.3".into()],
            series: Some("1.2.3.4".into()),
        }
    }

    fn trail(folder: &Path) -> AuditTrail {
        AuditTrail::open(&folder.join("audit.db"), Clock::manual(1_795_341_600)).unwrap()
    }

    #[test]
    fn events_are_written_in_the_standards_words() {
        let folder = tempfile::tempdir().unwrap();
        let trail = trail(folder.path());
        trail.record(&event());
        trail.record(&event());
        let mut out = Vec::new();
        assert_eq!(trail.export(0, &mut out).unwrap(), 2);
        let first: serde_json::Value =
            serde_json::from_str(std::str::from_utf8(&out).unwrap().lines().next().unwrap()).unwrap();
        assert_eq!(first["EventIdentification"]["EventID"]["csd-code"], "110103");
        assert_eq!(first["EventIdentification"]["EventDateTime"], "2026-11-22T10:00:00Z");
        assert_eq!(first["ParticipantObjectIdentification"][0]["ParticipantObjectID"], "1.2.3");
        let mut rest = Vec::new();
        trail.export(1, &mut rest).unwrap();
        assert_eq!(std::str::from_utf8(&rest).unwrap().lines().count(), 1);
    }

    #[test]
    fn entries_can_neither_be_changed_nor_taken_out_unseen() {
        let folder = tempfile::tempdir().unwrap();
        let trail = trail(folder.path());
        for _ in 0..3 {
            trail.record(&event());
        }
        let outside = Connection::open(folder.path().join("audit.db")).unwrap();
        assert!(outside.execute("DELETE FROM audit", []).is_err());
        assert!(outside.execute("UPDATE audit SET at = 0", []).is_err());
        outside.execute_batch("DROP TRIGGER audit_keeps; DELETE FROM audit WHERE seq = 2").unwrap();
        assert!(matches!(trail.export(0, &mut Vec::new()), Err(AuditError::Broken(3))));
    }
}
