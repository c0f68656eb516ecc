//! `lightbox film …`: the films of a data folder, without going through the service.

use std::path::Path;

use clap::{Args, Subcommand};
use film_link::admin::{CreateFilm, FilmInfo};
use film_link::link::FilmId;

use super::source::SourceChoice;
use super::{DataFolder, Failure, runtime, studies};
use crate::clock::Clock;
use crate::films::service::{Films, Settings};

/// Make, list and revoke films
#[derive(Debug, Subcommand)]
pub enum Film {
    /// Make a film of studies in the archive and print its link: the only time that it is said
    Create(Create),
    /// List films, newest first
    List(List),
    /// Say what is known of a film: where it stands, who opened it and when
    Show(One),
    /// Take a film back: its link stops working, open pages stop within seconds
    Revoke(One),
}

/// Make a film of studies in the archive and print its link: the only time that it is said
#[derive(Debug, Args)]
pub struct Create {
    #[command(flatten)]
    source: SourceChoice,
    /// Study Instance UID; may be given several times, all of one patient
    #[arg(long = "study", value_name = "UID", required_unless_present = "all")]
    studies: Vec<String>,
    /// One film for each study in the archive
    #[arg(long, conflicts_with = "studies")]
    all: bool,
    /// A second secret that the reader has to know
    #[arg(long)]
    passcode: Option<String>,
    /// Wrong passcodes that lock the film
    #[arg(long)]
    attempts: Option<u32>,
    /// How long the link works: 30d, 12h, 90m, 45s
    #[arg(long, value_name = "TIME", default_value = "30d")]
    expires: Lifetime,
    /// Origin under which people reach the service: https://film.example.cn
    #[arg(long, env = "LIGHTBOX_PUBLIC_URL", default_value = "http://localhost:8080")]
    public_url: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// List films, newest first
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    data: DataFolder,
    /// Most films to list
    #[arg(long, default_value_t = 100)]
    limit: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One film by its id
#[derive(Debug, Args)]
pub struct One {
    #[command(flatten)]
    data: DataFolder,
    /// Film id: the 22 characters after /f/
    #[arg(allow_hyphen_values = true)]
    id: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn films(data: &Path, settings: Settings) -> Result<Films, Failure> {
    std::fs::create_dir_all(data)?;
    Ok(Films::open_data(data, settings, Clock::system())?)
}

impl Film {
    pub(super) fn run(self) -> Result<(), Failure> {
        let runtime = runtime()?;
        match self {
            Self::Create(create) => runtime.block_on(create.run()),
            Self::List(list) => runtime.block_on(list.run()),
            Self::Show(one) => runtime.block_on(one.show()),
            Self::Revoke(one) => runtime.block_on(one.revoke()),
        }
    }
}

impl Create {
    async fn run(self) -> Result<(), Failure> {
        let source = self.source.open()?;
        let settings = Settings { public_origin: Some(self.public_url.clone()), ..Settings::default() };
        let films = films(&self.source.data.data, settings)?;
        let groups: Vec<Vec<String>> = if self.all {
            studies::all(&*source).await?.into_iter().map(|study| vec![study.study_uid]).collect()
        } else {
            vec![self.studies.clone()]
        };
        for studies in groups {
            let wanted = CreateFilm {
                studies,
                passcode: self.passcode.clone(),
                attempts: self.attempts,
                expires_in: Some(self.expires.0),
                ..CreateFilm::default()
            };
            let made = films.create(wanted, &*source).await?;
            let link = made.url.unwrap_or_else(|| made.link.path());
            if self.json {
                let studies = &*made.film.studies;
                let id = made.film.id.to_text();
                println!("{}", serde_json::json!({"id": id, "link": link, "studies": studies}));
            } else {
                println!("{link}");
            }
        }
        Ok(())
    }
}

/// Seconds, written with a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime(u64);

impl std::str::FromStr for Lifetime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let refused = || format!("{text:?} is no time: write a number and d, h, m or s, such as 30d");
        let unit = match text.chars().last() {
            Some('d') => 86_400,
            Some('h') => 3_600,
            Some('m') => 60,
            Some('s') => 1,
            _ => return Err(refused()),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| refused())?;
        number.checked_mul(unit).filter(|seconds| *seconds > 0).map(Self).ok_or_else(refused)
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let now = Clock::system().now_secs();
        let found = films(&self.data.data, Settings::default())?.list(self.limit, 0).await?;
        let infos: Vec<FilmInfo> = found.iter().map(|film| film.info(now)).collect();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&infos)?);
        } else {
            infos.iter().for_each(print_line);
        }
        Ok(())
    }
}

fn print_line(film: &FilmInfo) {
    let studies = film.studies.len();
    let status = format!("{:?}", film.status).to_lowercase();
    println!("{}  {status:8} {studies} studies, opened {} times", film.id, film.opens);
}

impl One {
    async fn show(self) -> Result<(), Failure> {
        let id = FilmId::parse(&self.id)?;
        let films = films(&self.data.data, Settings::default())?;
        let film = films.find(id).await?.ok_or("no such film in this data folder")?;
        let info = film.info(Clock::system().now_secs());
        let events = films.events(id).await?;
        if self.json {
            println!(
                "{}",
                serde_json::to_string_pretty(&serde_json::json!({"film": info, "events": events}))?
            );
            return Ok(());
        }
        print_line(&info);
        info.studies.iter().for_each(|uid| println!("  study {uid}"));
        for event in events {
            println!("  {} {:?} {}", event.at_secs, event.kind, event.recipient);
        }
        Ok(())
    }

    async fn revoke(self) -> Result<(), Failure> {
        let id = FilmId::parse(&self.id)?;
        let revoked = films(&self.data.data, Settings::default())?.revoke(id).await?;
        let said = if revoked { "revoked" } else { "there is no such film, or it was revoked before" };
        if self.json {
            println!("{}", serde_json::json!({"revoked": revoked}));
        } else {
            println!("{said}");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Lifetime;

    #[test]
    fn lifetimes_need_a_unit() {
        assert_eq!("30d".parse(), Ok(Lifetime(2_592_000)));
        assert_eq!("1s".parse(), Ok(Lifetime(1)));
        for text in ["", "30", "d", "0d", "-1d", "99999999999999999999d", "1天"] {
            assert!(text.parse::<Lifetime>().is_err(), "{text}");
        }
    }
}
