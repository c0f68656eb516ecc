//! UIDs of a path, checked before anything is looked up.

use crate::problem::Problem;
use crate::source::{InstanceId, Scope};

/// PS3.5 9.1: at most 64 characters, digits and dots. Leading zeros of a component are let through, since files
/// with them exist; nothing that could be a path or a query is.
pub fn is_uid(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

fn check<'a>(text: &'a str, what: &str) -> Result<&'a str, Problem> {
    if is_uid(text) { Ok(text) } else { Err(Problem::bad_request(format!("the {what} UID is not a UID"))) }
}

/// # Errors
/// 400 where one of them is not a UID.
pub fn scope(study: &str, series: Option<&str>, instance: Option<&str>) -> Result<Scope, Problem> {
    Ok(Scope {
        study: check(study, "study")?.to_owned(),
        series: series.map(|uid| check(uid, "series")).transpose()?.map(str::to_owned),
        instance: instance.map(|uid| check(uid, "instance")).transpose()?.map(str::to_owned),
    })
}

/// # Errors
/// 400 where one of them is not a UID.
pub fn instance_id(study: &str, series: &str, instance: &str) -> Result<InstanceId, Problem> {
    Ok(InstanceId {
        study: check(study, "study")?.to_owned(),
        series: check(series, "series")?.to_owned(),
        instance: check(instance, "instance")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::is_uid;

    #[test]
    fn uids() {
        assert!(is_uid("1.2.840.10008.1.1"));
        assert!(is_uid("2.25.0012"));
        for bad in ["", "1..2", "1.2.", "../etc", "1.2a", "1.2%2f", &"1".repeat(65)] {
            assert!(!is_uid(bad), "{bad}");
        }
    }
}
