//! `lightbox studies`: what a film can be made of.

use clap::Args;
use serde_json::{Value, json};

use super::source::SourceChoice;
use super::{Failure, runtime};
use crate::source::{Include, JsonDataset, Level, Query, Source};

/// List the studies that a film can be made of
///
/// The list names patients' examinations: keep it to yourself.
#[derive(Debug, Args)]
pub struct Studies {
    #[command(flatten)]
    source: SourceChoice,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// One study, as the list shows it.
pub(super) struct Study {
    pub(super) study_uid: String,
    title: String,
    modalities: Vec<String>,
    instances: u64,
}

impl Studies {
    pub(super) fn run(self) -> Result<(), Failure> {
        let source = self.source.open()?;
        let found = runtime()?.block_on(all(&*source))?;
        if self.json {
            let rows: Vec<Value> = found.iter().map(Study::as_json).collect();
            println!("{}", serde_json::to_string_pretty(&rows)?);
        } else {
            for study in &found {
                let Study { study_uid, title, modalities, instances } = study;
                println!("{study_uid}  {}  {instances} objects  {title}", modalities.join("/"));
            }
        }
        Ok(())
    }
}

impl Study {
    fn read(row: &JsonDataset) -> Option<Self> {
        let values =
            |tag: &str| row.get(tag).and_then(|element| element.get("Value")).and_then(Value::as_array);
        let texts = |tag: &str| -> Vec<String> {
            values(tag).into_iter().flatten().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let study_uid = texts("0020000D").into_iter().next()?;
        let modalities = texts("00080061");
        let instances = values("00201208").and_then(|all| all.first()).and_then(Value::as_u64).unwrap_or(0);
        let words = [modalities.join("/"), texts("00081030").join(" "), texts("00080020").join(" ")];
        let title = words.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
        Some(Self { study_uid, title, modalities, instances })
    }

    fn as_json(&self) -> Value {
        let Self { study_uid, title, modalities, instances } = self;
        json!({"study_uid": study_uid, "title": title, "modalities": modalities, "instances": instances})
    }
}

/// Every study of a source, in its own order.
pub(super) async fn all(source: &dyn Source) -> Result<Vec<Study>, Failure> {
    let query = Query {
        level: Level::Study,
        study: None,
        series: None,
        filters: Vec::new(),
        include: Include { all: false, tags: vec!["00081030".to_owned()] },
        limit: None,
        offset: 0,
        within: None,
    };
    Ok(source.search(query).await?.iter().filter_map(Study::read).collect())
}
