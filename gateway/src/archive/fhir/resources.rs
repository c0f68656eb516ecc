//! Finding one's way in a Bundle.

use serde_json::Value;

/// The resources of a Bundle with the addresses under which they refer to each other.
pub(super) struct Resources<'b>(Vec<(Option<&'b str>, &'b Value)>);

/// Elements of an array member; none where it is absent.
pub(super) fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> + use<'v> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A text member that says something.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

/// What a CodeableConcept is called: its text, else the first display of its codings.
pub(super) fn concept_name(concept: &Value) -> Option<String> {
    text(concept, "text")
        .or_else(|| list(concept, "coding").find_map(|coding| text(coding, "display")))
        .map(str::to_owned)
}

/// Codes of a CodeableConcept.
pub(super) fn codes(concept: &Value) -> impl Iterator<Item = &str> {
    list(concept, "coding").filter_map(|coding| text(coding, "code"))
}

/// A FHIR dateTime or instant as YYYYMMDDHHMMSS in the time zone it was written in; what is not there is 0.
pub(super) fn moment(value: &Value, name: &str) -> Option<String> {
    let written = text(value, name)?;
    let (date, time) = written.split_once('T').unwrap_or((written, ""));
    let date = date.replace('-', "");
    let time: String = time.chars().take_while(|c| c.is_ascii_digit() || *c == ':').collect();
    let digits = date + &time.replace(':', "");
    let usable = matches!(digits.len(), 8 | 12 | 14) && digits.bytes().all(|b| b.is_ascii_digit());
    usable.then(|| format!("{digits:0<14}"))
}

impl<'b> Resources<'b> {
    pub(super) fn of(bundle: &'b Value) -> Self {
        let entry = |entry: &'b Value| Some((text(entry, "fullUrl"), entry.get("resource")?));
        Self(list(bundle, "entry").filter_map(entry).collect())
    }

    pub(super) fn of_type(&self, kind: &'static str) -> impl Iterator<Item = &'b Value> {
        self.0.iter().map(|(_, resource)| *resource).filter(move |it| text(it, "resourceType") == Some(kind))
    }

    /// The resource that a Reference names, by fullUrl or by type and id.
    pub(super) fn resolve(&self, reference: &Value) -> Option<&'b Value> {
        let wanted = text(reference, "reference")?;
        let by_id = wanted.rsplit_once('/').map(|(kind, id)| (kind.rsplit('/').next().unwrap_or(kind), id));
        self.0.iter().find_map(|(url, resource)| {
            let named = by_id.is_some_and(|(kind, id)| {
                text(resource, "resourceType") == Some(kind) && text(resource, "id") == Some(id)
            });
            (*url == Some(wanted) || named).then_some(*resource)
        })
    }

    /// Name of what a Reference names: its display, else the resource's own name.
    pub(super) fn name(&self, reference: &Value) -> Option<String> {
        if let Some(display) = text(reference, "display") {
            return Some(display.to_owned());
        }
        let resource = self.resolve(reference)?;
        let name = resource.get("name")?;
        match name {
            Value::String(name) => Some(name.clone()),
            _ => list(resource, "name").find_map(|name| text(name, "text")).map(str::to_owned),
        }
    }
}
