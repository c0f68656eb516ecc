//! Our decoders beside those of other crates, natively, on the frames that `bench/decoders.mjs` leaves in a folder;
//! stored values → RGBA; and the most memory that decoding takes.
//!
//! One line a frame: its number, ours in MB/s, the other's name and MB/s, memory in frames.

mod lut;
mod peers;

use cpu_time::ProcessTime;
use peak_alloc::PeakAlloc;
use std::error::Error;
use std::path::Path;
use std::time::Duration;
use viewer_core::codec::{self, NeverStop, TransferSyntax};
use viewer_core::dicom::header::{Photometric, PixelHeader, SampleKind};
use viewer_core::dicom::limits::Limits;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// By place in a description, as in `ours/src/picture.rs`.
const PHOTOMETRIC: [Photometric; 8] = [
    Photometric::Monochrome1,
    Photometric::Monochrome2,
    Photometric::Rgb,
    Photometric::YbrFull,
    Photometric::YbrFull422,
    Photometric::YbrRct,
    Photometric::YbrIct,
    Photometric::PaletteColor,
];

const ROUNDS: u32 = 40;
const ROUND: Duration = Duration::from_millis(6);
const LONGEST: Duration = Duration::from_secs(5);

/// Seconds that each work takes: in turns, the fastest turn of each counts.
fn fastest(works: &mut [&mut dyn FnMut()]) -> Vec<f64> {
    let time = |work: &mut dyn FnMut(), repeat: u32| {
        let begun = ProcessTime::now();
        (0..repeat).for_each(|_| work());
        begun.elapsed() / repeat
    };
    let once: Vec<Duration> =
        works.iter_mut().map(|work| (0..3).map(|_| time(work, 1)).min().unwrap_or_default()).collect();
    let mut best = once.clone();
    let begun = ProcessTime::now();
    for round in 0..ROUNDS {
        if round > 2 && begun.elapsed() > LONGEST {
            break;
        }
        for (index, work) in works.iter_mut().enumerate() {
            let repeat = (ROUND.as_secs_f64() / once[index].as_secs_f64()).clamp(1.0, 1e6) as u32;
            best[index] = best[index].min(time(work, repeat));
        }
    }
    best.iter().map(Duration::as_secs_f64).collect()
}

fn measure(folder: &Path, index: usize) -> Result<String, Box<dyn Error>> {
    let described = std::fs::read_to_string(folder.join(format!("{index}.txt")))?;
    let coded = std::fs::read(folder.join(format!("{index}.coded")))?;
    let (uid, numbers) = described.split_once(' ').ok_or("no description")?;
    let numbers: Vec<u32> = numbers.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let &[rows, columns, samples, photometric, planar, allocated, stored, high, signed, bits] = &numbers[..]
    else {
        return Err("not a description".into());
    };
    let narrow = bits == 8;
    let header = PixelHeader {
        rows,
        columns,
        samples_per_pixel: samples as u8,
        photometric: *PHOTOMETRIC.get(photometric as usize).ok_or("photometric interpretation")?,
        planar: planar == 1,
        bits_allocated: if narrow { 8 } else { allocated as u8 },
        bits_stored: if narrow { 8 } else { stored as u8 },
        high_bit: if narrow { 7 } else { high as u8 },
        kind: if signed == 1 && !narrow { SampleKind::Signed } else { SampleKind::Unsigned },
        frames: 1,
    };
    let syntax = TransferSyntax::from_uid(uid).ok_or("transfer syntax")?;
    let decode = || codec::decode(&header, syntax, &coded, &Limits::default(), &NeverStop);
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let frame = decode()?.frame;
    let peak = MEMORY.peak_usage() - before;
    let bytes = frame.byte_len() as f64;
    let mut ours = || drop(std::hint::black_box(decode()));
    let speed = |seconds: f64| bytes / 1e6 / seconds;
    let line = match peers::of(syntax, &coded, &frame) {
        None => format!("{:.1} - 0", speed(fastest(&mut [&mut ours])[0])),
        Some((name, mut theirs)) => {
            let times = fastest(&mut [&mut ours, &mut *theirs]);
            format!("{:.1} {name} {:.1}", speed(times[0]), speed(times[1]))
        }
    };
    Ok(format!("{index} {line} {:.2}", peak as f64 / bytes))
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: bench-native FOLDER")?;
    let folder = Path::new(&folder);
    for index in 0.. {
        if !folder.join(format!("{index}.txt")).exists() {
            break;
        }
        println!("{}", measure(folder, index)?);
    }
    lut::measure()
}
