//! QIDO-RS (PS3.18 10.6).

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::{Value, json};

use super::question::{Question, SeriesPath, StudyPath, json_type};
use super::{ROOT, query};
use crate::problem::Problem;
use crate::source::{JsonDataset, Level};

/// `GET /studies`
pub async fn studies(question: Question) -> Result<Response, Problem> {
    search(&question, Level::Study, [None, None]).await
}

/// `GET /series`
pub async fn series(question: Question) -> Result<Response, Problem> {
    search(&question, Level::Series, [None, None]).await
}

/// `GET /instances`
pub async fn instances(question: Question) -> Result<Response, Problem> {
    search(&question, Level::Instance, [None, None]).await
}

/// `GET /studies/{study}/series`
pub async fn series_of_study(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    search(&question, Level::Series, [Some(study), None]).await
}

/// `GET /studies/{study}/instances`
pub async fn instances_of_study(question: Question, Path(study): StudyPath) -> Result<Response, Problem> {
    search(&question, Level::Instance, [Some(study), None]).await
}

/// `GET /studies/{study}/series/{series}/instances`
pub async fn instances_of_series(
    question: Question,
    Path((study, series)): SeriesPath,
) -> Result<Response, Problem> {
    search(&question, Level::Instance, [Some(study), Some(series)]).await
}

async fn search(
    question: &Question,
    level: Level,
    [study, series]: [Option<String>; 2],
) -> Result<Response, Problem> {
    if let Some(study) = &study {
        question.scope(study, series.as_deref(), None)?;
    }
    let (pairs, ranges) = question.wanted()?;
    let Some(media_type) = json_type(&ranges) else {
        return Err(Problem::not_acceptable("search results are application/dicom+json"));
    };
    let search = query::parse(level, study, series, question.access.within(), &pairs)?;
    let mut rows = question.web.source.search(search.query).await?;
    let more = rows.len() > search.rows as usize;
    rows.truncate(search.rows as usize);

    let mut response = if rows.is_empty() {
        StatusCode::NO_CONTENT.into_response()
    } else {
        rows.iter_mut().for_each(add_retrieve_url);
        let body = Value::Array(rows.into_iter().map(Value::Object).collect()).to_string();
        ([(header::CONTENT_TYPE, media_type)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    if search.fuzzy {
        let text = "299 lightbox \"The fuzzymatching parameter is not supported. \
                    Only literal matching has been performed.\"";
        headers.append(header::WARNING, HeaderValue::from_static(text));
    }
    if more && !search.limit_given {
        let text = "299 lightbox \"The number of results exceeded the maximum supported by the server. \
                    Additional results can be requested.\"";
        headers.append(header::WARNING, HeaderValue::from_static(text));
    }
    Ok(response)
}

/// Retrieve URL (0008,1190), PS3.18 table 10.6.3-3.
fn add_retrieve_url(row: &mut JsonDataset) {
    let uid = |tag: &str| row.get(tag)?.get("Value")?.get(0)?.as_str().map(str::to_owned);
    let Some(study) = uid("0020000D") else { return };
    let mut url = format!("{ROOT}/studies/{study}");
    if let Some(series) = uid("0020000E") {
        url += &format!("/series/{series}");
        if let Some(instance) = uid("00080018") {
            url += &format!("/instances/{instance}");
        }
    }
    row.insert("00081190".into(), json!({"vr": "UR", "Value": [url]}));
}
