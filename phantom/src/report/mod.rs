//! Reports and laboratory results of the demo films, as FHIR R4 bundles. `README.md` of this crate says which
//! resources carry what; whoever imports them can rely on that.

mod fhir;
mod labs;
mod texts;

use crate::PhantomError;
use crate::films::Made;
use crate::output::Output;

/// Files that [`write`] makes for a film.
pub(crate) fn count(film: &str) -> usize {
    if film == "ct" { 2 } else { 1 }
}

/// Writes `report.fhir.json` and, where there are laboratory results, `labs.fhir.json` beside the pictures.
///
/// # Errors
/// Those of [`Output`].
pub(crate) fn write(made: &Made, out: &mut Output<'_>) -> Result<(), PhantomError> {
    let film = made.study.film;
    let mut put = |name: &str, value: &serde_json::Value| {
        let mut text = format!("{value:#}");
        text.push('\n');
        out.write(&format!("{film}/{name}"), text.as_bytes())
    };
    put("report.fhir.json", &fhir::report(made, &texts::of(film)))?;
    if film == "ct" {
        put("labs.fhir.json", &labs::bundle_of(&made.study))?;
    }
    Ok(())
}
