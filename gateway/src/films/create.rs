//! Making a film: the only moment at which the gateway knows a link.

use film_link::{
    admin::CreateFilm,
    keys::{FilmKeys, access_digest},
    link::{FilmId, FilmKey, FilmLink, LinkError},
    passcode::{DEFAULT_ATTEMPTS, MAX_ATTEMPTS},
};

use super::{
    passcode,
    record::{Extras, FilmRecord},
    secret::random_16,
    service::{Films, FilmsError},
};
use crate::source::{Source, SourceError};

/// Most studies of one film.
pub const MAX_STUDIES: usize = 16;
/// Longest life of a film: what should live longer is made again.
const MAX_FILM_SECS: u64 = 10 * 366 * 86_400;

/// Why a film was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// No studies, or too many.
    #[error("a film has 1 to {MAX_STUDIES} studies")]
    Studies,
    /// A text that is not a UID.
    #[error("a Study Instance UID has up to 64 digits and dots")]
    BadUid,
    /// A study that the source does not have.
    #[error("one of the studies is not in the archive: import it first")]
    NoStudy,
    /// Studies of more than one patient.
    #[error("the studies belong to different patients: a film is about one")]
    Patients,
    /// A report for a study that the film does not have.
    #[error("a report names a study that is not among the film's studies")]
    ReportStudy,
    /// Number of attempts.
    #[error("a film allows 1 to {MAX_ATTEMPTS} wrong passcodes")]
    Attempts,
    /// Life.
    #[error("a film lives at least a minute and at most ten years")]
    Life,
    /// Passcode.
    #[error(transparent)]
    Passcode(#[from] passcode::HashError),
    /// The source failed.
    #[error(transparent)]
    Source(SourceError),
    /// The public origin makes no link.
    #[error("--public-url: {0}")]
    Link(#[from] LinkError),
    /// Something of ours broke.
    #[error(transparent)]
    Films(#[from] FilmsError),
}

/// A film that was made, with its link.
#[derive(Debug)]
pub struct Made {
    /// The film.
    pub film: FilmRecord,
    /// Id and key; kept nowhere.
    pub link: FilmLink,
    /// The whole link, where the public origin is known.
    pub url: Option<String>,
}

impl Films {
    /// Makes a film of studies that the source has.
    ///
    /// # Errors
    /// [`CreateError`]; nothing was made then.
    pub async fn create(&self, wanted: CreateFilm, source: &dyn Source) -> Result<Made, CreateError> {
        check(&wanted)?;
        check_patient(&wanted.studies, source).await?;
        let random = || random_16().map_err(FilmsError::Secret);
        let link = FilmLink { id: FilmId::from_bytes(random()?), key: FilmKey::from_bytes(random()?) };
        let url = self.settings.public_origin.as_deref().map(|origin| link.format(origin)).transpose()?;
        let passcode_hash = match wanted.passcode {
            Some(typed) => Some(
                tokio::task::spawn_blocking(move || passcode::hash(&typed))
                    .await
                    .map_err(|_| FilmsError::Stopping)??,
            ),
            None => None,
        };
        let now = self.clock.now_secs();
        let film = FilmRecord {
            id: link.id,
            access_sha256: access_digest(&FilmKeys::derive(&link).access),
            passcode_hash,
            attempts_left: wanted.attempts.unwrap_or(DEFAULT_ATTEMPTS),
            studies: wanted.studies.into(),
            extras: Extras { reports: wanted.reports, labs: wanted.labs },
            generation: 1,
            created_at: now,
            expires_at: wanted.expires_in.or(self.settings.film_secs).map(|secs| now + secs),
            revoked_at: None,
            opens: 0,
            last_opened_at: None,
        };
        let stored = film.clone();
        self.ask(move |store| store.insert(&stored)).await?;
        Ok(Made { film, link, url })
    }
}

fn check(wanted: &CreateFilm) -> Result<(), CreateError> {
    if wanted.studies.is_empty() || wanted.studies.len() > MAX_STUDIES {
        return Err(CreateError::Studies);
    }
    if !wanted.studies.iter().all(|uid| is_uid(uid)) {
        return Err(CreateError::BadUid);
    }
    if wanted.reports.iter().any(|report| !wanted.studies.contains(&report.study)) {
        return Err(CreateError::ReportStudy);
    }
    if wanted.attempts.is_some_and(|attempts| !(1..=MAX_ATTEMPTS).contains(&attempts)) {
        return Err(CreateError::Attempts);
    }
    if wanted.expires_in.is_some_and(|secs| !(60..=MAX_FILM_SECS).contains(&secs)) {
        return Err(CreateError::Life);
    }
    Ok(())
}

/// What may stand in a path: digits and dots, 1 to 64 (PS3.5 section 9.1, leading zeros tolerated).
pub fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Every study is there, and all carry one Patient ID. Studies without one are let pass: their maker knows.
async fn check_patient(studies: &[String], source: &dyn Source) -> Result<(), CreateError> {
    let mut known: Option<String> = None;
    for uid in studies {
        let outline = source.outline(uid.clone()).await.map_err(|error| match error {
            SourceError::NotFound(_) => CreateError::NoStudy,
            other => CreateError::Source(other),
        })?;
        let Some(id) = outline.patient.id.filter(|id| !id.is_empty()) else { continue };
        if known.get_or_insert_with(|| id.clone()) != &id {
            return Err(CreateError::Patients);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_that_make_no_sense_are_refused() {
        let study = "1.2.840.1".to_owned();
        let good = CreateFilm { studies: vec![study.clone()], ..CreateFilm::default() };
        assert!(check(&good).is_ok());
        assert!(matches!(check(&CreateFilm::default()), Err(CreateError::Studies)));
        let bad = CreateFilm { studies: vec!["1.2/../3".into()], ..good.clone() };
        assert!(matches!(check(&bad), Err(CreateError::BadUid)));
        let bad = CreateFilm { attempts: Some(0), ..good.clone() };
        assert!(matches!(check(&bad), Err(CreateError::Attempts)));
        let bad = CreateFilm { expires_in: Some(u64::MAX), ..good.clone() };
        assert!(matches!(check(&bad), Err(CreateError::Life)));
        let bad = CreateFilm { studies: vec![study; 17], ..good };
        assert!(matches!(check(&bad), Err(CreateError::Studies)));
    }
}
