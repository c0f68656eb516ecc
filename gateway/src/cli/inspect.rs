//! `lightbox inspect`: what a file is, and what the viewer would do with it.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::attributes::study_attributes;
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::part10::{self, Part10};
use viewer_core::dicom::{dictionary, read_header, tag};

use super::Failure;

/// Say what a DICOM file is and what the viewer would do with it
///
/// Exit status: 0 the viewer shows it, or it has no pictures; 1 something is wrong with it; 3 it cannot be read.
#[derive(Debug, Args)]
pub struct Inspect {
    /// DICOM file
    file: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(super) fn run(self) -> Result<u8, Failure> {
        let bytes = std::fs::read(&self.file)?;
        let limits = Limits::default();
        let file = part10::read(&bytes, &limits)?;
        let mut problems: Vec<String> = file.problem.iter().map(ToString::to_string).collect();
        let pictures = pictures(&file, &limits, &mut problems);
        let report = report(&file, pictures, &problems);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
        }
        Ok(u8::from(!problems.is_empty()))
    }
}

fn report(file: &Part10<'_>, pictures: Value, problems: &[String]) -> Value {
    let about = study_attributes(&file.data);
    let syntax = TransferSyntax::from_uid(&file.transfer_syntax);
    let class = about.sop_class_uid.clone().unwrap_or_default();
    let charsets = file.data.strings(tag::SPECIFIC_CHARACTER_SET).join("\\");
    json!({
        "transfer syntax": format!("{} ({})", file.transfer_syntax, syntax.map_or("unknown", |s| s.name())),
        "SOP class": class,
        "modality": about.series.modality,
        "patient name": about.patient.name,
        "character set": {
            "declared": charsets,
            "guessed": about.patient.charset_guessed,
        },
        "elements": file.data.elements().len(),
        "private elements": file.data.elements().iter().filter(|element| element.tag.is_private()).count(),
        "unknown elements": file.data.elements().iter()
            .filter(|element| !element.tag.is_private() && dictionary::vr(element.tag).is_none()).count(),
        "pictures": pictures,
        "warnings": file.warnings.iter().map(|warning| format!("{warning:?}")).collect::<Vec<_>>(),
        "problems": problems,
    })
}

/// What of the pictures the viewer would show. Every frame is decoded, as the viewer would.
fn pictures(file: &Part10<'_>, limits: &Limits, problems: &mut Vec<String>) -> Value {
    if file.pixel_data.is_none() {
        return Value::Null;
    }
    let header = match read_header(&file.data, Some(file.frame_transfer_syntax()), limits) {
        Ok(header) => header,
        Err(error) => {
            problems.push(error.to_string());
            return json!({"shown": false});
        }
    };
    let pixels = &header.pixels;
    let (mut whole, mut odd) = (0u32, Vec::new());
    match FrameIndex::new(file, pixels) {
        Err(error) => problems.push(error.to_string()),
        Ok(index) => {
            for at in 0..index.len() {
                match decode(file, &index, at, &header, limits) {
                    Ok(warnings) => {
                        whole += 1;
                        odd.extend(warnings);
                    }
                    Err(error) => problems.push(format!("frame {}: {error}", at + 1)),
                }
                if problems.len() > 20 {
                    problems.push("more frames were not looked at".into());
                    break;
                }
            }
        }
    }
    odd.sort();
    odd.dedup();
    let display = header.frame(0).map(|frame| &frame.display);
    json!({
        "shown": whole > 0,
        "rows": pixels.rows,
        "columns": pixels.columns,
        "frames": pixels.frames,
        "frames decoded": whole,
        "photometric interpretation": format!("{:?}", pixels.photometric),
        "bits": format!("{} of {}, high bit {}, {:?}", pixels.bits_stored, pixels.bits_allocated,
            pixels.high_bit, pixels.kind),
        "windows": display.map(|display| {
            display.windows.iter().map(|window| [window.center, window.width]).collect::<Vec<_>>()
        }),
        "spacing": header.frame(0).map(|frame| format!("{:?}", frame.spacing)),
        "lossy": display.map(|display| display.lossy),
        "decoder warnings": odd,
    })
}

fn decode(
    file: &Part10<'_>,
    index: &FrameIndex,
    at: u32,
    header: &viewer_core::dicom::header::InstanceHeader,
    limits: &Limits,
) -> Result<Vec<String>, String> {
    let frame = index.frame(at).map_err(|error| error.to_string())?;
    let uid = file.frame_transfer_syntax();
    let syntax = TransferSyntax::from_uid(uid).ok_or_else(|| format!("no decoder for {uid}"))?;
    let bytes = frame.of(&file.bytes);
    let bits = u64::from(header.pixels.rows) * u64::from(header.pixels.columns);
    let aligned;
    let bytes = if frame.bit_offset > 0 {
        aligned = viewer_core::dicom::frames::align_bits(&bytes, frame.bit_offset, bits);
        &aligned[..]
    } else {
        &bytes[..]
    };
    let decoded = codec::decode(&header.pixels, syntax, bytes, limits, &NeverStop)
        .map_err(|error| error.to_string())?;
    Ok(decoded.warnings.iter().map(|warning| format!("{warning:?}")).collect())
}

/// One line a member; what is not there is left out.
fn print(report: &Value) {
    let Value::Object(members) = report else { return };
    for (name, value) in members {
        match value {
            Value::Null => {}
            Value::Object(inner) => {
                println!("{name}:");
                let said = inner.iter().filter(|(_, value)| !value.is_null());
                said.for_each(|(name, value)| println!("  {name}: {}", plain(value)));
            }
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                println!("{name}:");
                items.iter().for_each(|item| println!("  {}", plain(item)));
            }
            _ => println!("{name}: {}", plain(value)),
        }
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
