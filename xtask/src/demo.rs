//! Filling a platform: demo films, a folder, or a server upstream; one link per film, remembered beside the data so that
//! a second start prints the same ones. (The gateway itself keeps no key, only its hash.)

use crate::root;
use crate::run::{Step, output, sha256_hex};
use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Links of one film, as printed.
#[derive(Serialize, Deserialize, Clone)]
pub(crate) struct FilmLink {
    pub(crate) title: String,
    pub(crate) link: String,
    pub(crate) study: String,
    pub(crate) passcode: Option<String>,
}

const LINKS: &str = "links.json";

fn remembered(data: &Path, base: &str) -> Option<Vec<FilmLink>> {
    let links: Vec<FilmLink> = serde_json::from_slice(&std::fs::read(data.join(LINKS)).ok()?).ok()?;
    links.iter().all(|film| film.link.starts_with(base)).then_some(links).filter(|links| !links.is_empty())
}

/// The demo platform: generated once, imported once.
pub(crate) fn demo_films(gateway: &Path, phantom: &Path, data: &Path, base: &str) -> Result<Vec<FilmLink>> {
    if let Some(links) = remembered(data, base) {
        return Ok(links);
    }
    import(gateway, data, &generate(phantom)?, base)
}

/// The demo films as files, made once for each build of the generator; returns their folder.
pub(crate) fn generate(phantom: &Path) -> Result<PathBuf> {
    generated(phantom, "demo-films", &[])
}

/// The same with a CT of 500 thin slices.
pub(crate) fn generate_thin(phantom: &Path) -> Result<PathBuf> {
    generated(phantom, "thin-films", &["--thin"])
}

fn generated(phantom: &Path, folder: &str, options: &[&str]) -> Result<PathBuf> {
    let films = root().join("target/platform").join(folder);
    let stamp = films.join("made-by");
    let made_by = sha256_hex(&std::fs::read(phantom).with_context(|| phantom.display().to_string())?);
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == made_by) {
        return Ok(films);
    }
    if films.exists() {
        std::fs::remove_dir_all(&films)?;
    }
    let step = Step::begin("demo films (CT, MR, DX, ultrasound)");
    step.run(Command::new(phantom).args(options).arg(&films))?;
    std::fs::write(stamp, made_by)?;
    step.done();
    Ok(films)
}

/// Imports a folder and makes a link for every study in it.
pub(crate) fn import(gateway: &Path, data: &Path, folder: &Path, base: &str) -> Result<Vec<FilmLink>> {
    // The gateway draws its own progress bar and lists what it could not read: it speaks for itself here.
    let status = Command::new(gateway)
        .arg("import")
        .arg("--data")
        .arg(data)
        .arg(folder)
        .status()
        .with_context(|| format!("cannot start {}", gateway.display()))?;
    // 1 means that some files were refused and listed; the good ones are in.
    ensure!(
        matches!(status.code(), Some(0 | 1)),
        "nothing could be imported from {} ({status})",
        folder.display()
    );
    links_for_all(gateway, data, base, &[])
}

/// A link for every study that the server upstream names.
pub(crate) fn upstream_films(
    gateway: &Path,
    data: &Path,
    upstream: &str,
    base: &str,
) -> Result<Vec<FilmLink>> {
    links_for_all(gateway, data, base, &["--upstream", upstream])
}

fn links_for_all(gateway: &Path, data: &Path, base: &str, more: &[&str]) -> Result<Vec<FilmLink>> {
    let had = remembered(data, base).unwrap_or_default();
    let step = Step::begin("links");
    let mut films = Vec::new();
    #[derive(Deserialize)]
    struct Study {
        study_uid: String,
        title: String,
    }
    let studies = output(Command::new(gateway).args(["studies", "--json", "--data"]).arg(data).args(more))?;
    let studies: Vec<Study> = serde_json::from_str(&studies).context("lightbox studies --json")?;
    ensure!(!studies.is_empty(), "there is no study to make a film of");
    for study in studies {
        if let Some(film) = had.iter().find(|film| film.study == study.study_uid) {
            films.push(film.clone());
            continue;
        }
        step.say(&study.title);
        #[derive(Deserialize)]
        struct Made {
            link: String,
        }
        let made = output(
            Command::new(gateway)
                .args([
                    "film",
                    "create",
                    "--json",
                    "--study",
                    &study.study_uid,
                    "--public-url",
                    base,
                    "--data",
                ])
                .arg(data)
                .args(more),
        )?;
        let made: Made = serde_json::from_str(&made).context("lightbox film create --json")?;
        films.push(FilmLink { title: study.title, link: made.link, study: study.study_uid, passcode: None });
    }
    write_private(&data.join(LINKS), &serde_json::to_vec_pretty(&films)?)?;
    step.done();
    Ok(films)
}

/// Links are keys: readable for their owner only.
fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| path.display().to_string())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))?;
    }
    Ok(())
}
