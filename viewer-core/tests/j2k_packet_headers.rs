//! JPEG 2000 whose packets have their headers elsewhere (PPM, PPT), or come in an order that changes (POC): codestreams
//! of other encoders, rewritten, are the same pictures as before. ISO/IEC 15444-1 A.6.6, A.7.4, A.7.5.

#[path = "support/codestream.rs"]
mod codestream;

use codestream::{EPH, Part, Stream, decoded, header, packets};
use viewer_core::codec::{self, DecodeError, Decoded, NeverStop, TransferSyntax, Warning};
use viewer_core::dicom::header::PixelHeader;
use viewer_core::dicom::limits::Limits;

const COD: u8 = 0x52;
const POC: u8 = 0x5f;
const PPM: u8 = 0x60;
const PPT: u8 = 0x61;

/// One tile in one part, and four tiles in four parts each, both with SOP and EPH.
fn originals() -> [(PixelHeader, Stream); 2] {
    let mono = include_bytes!("codestreams/rlcp_mono16.j2k");
    let colour = include_bytes!("codestreams/rpcl_colour8.j2k");
    [(header(61, 47, false, 16), Stream::read(mono)), (header(61, 47, true, 8), Stream::read(colour))]
}

fn same_picture(header: &PixelHeader, original: &Stream, rewritten: &Stream) {
    let (before, after) = (decoded(header, &original.written()), decoded(header, &rewritten.written()));
    assert_eq!(before.frame.samples(), after.frame.samples());
    assert_eq!(before.warnings, after.warnings);
}

fn tried(header: &PixelHeader, stream: &Stream) -> Result<Decoded, DecodeError> {
    codec::decode(header, TransferSyntax::Jpeg2000, &stream.written(), &Limits::default(), &NeverStop)
}

/// Takes the headers out of a part. With `marked` SOP and EPH stay, the one in the body, the other after the header.
fn headers_out(part: &mut Part, marked: bool) -> Vec<u8> {
    let (mut headers, mut body) = (Vec::new(), Vec::new());
    for [header, data] in packets(&part.body) {
        headers.extend(&part.body[header.clone()]);
        if marked {
            headers.extend([0xff, EPH]);
            body.extend(&part.body[header.start - 6..header.start]);
        }
        body.extend(&part.body[data]);
    }
    part.body = body;
    headers
}

/// Says in COD that there is no SOP and no EPH.
fn unmark(stream: &mut Stream) {
    stream.content(COD)[0] &= !6;
}

/// In segments of at most `size` bytes, each with its index before it.
fn cut(marker: u8, bytes: &[u8], size: usize) -> Vec<(u8, Vec<u8>)> {
    let segment = |(index, piece): (usize, &[u8])| (marker, [&[index as u8], piece].concat());
    bytes.chunks(size).enumerate().map(segment).collect()
}

#[test]
fn headers_in_the_main_header() {
    for (header, original) in originals() {
        for (marked, size) in [(true, 60_000), (false, 60_000), (false, 41)] {
            let mut stream = original.clone();
            if !marked {
                unmark(&mut stream);
            }
            let mut packed = Vec::new();
            for part in &mut stream.parts {
                let headers = headers_out(part, marked);
                packed.extend((headers.len() as u32).to_be_bytes());
                packed.extend(headers);
            }
            // Their indices say in which order they belong together, not their places.
            stream.main.extend(cut(PPM, &packed, size).into_iter().rev());
            same_picture(&header, &original, &stream);
        }
    }
}

#[test]
fn headers_in_the_header_of_their_tile_part() {
    for (header, original) in originals() {
        for (marked, size) in [(true, 60_000), (false, 60_000), (false, 7)] {
            let mut stream = original.clone();
            if !marked {
                unmark(&mut stream);
            }
            for part in &mut stream.parts {
                let headers = headers_out(part, marked);
                part.segments.extend(cut(PPT, &headers, size).into_iter().rev());
            }
            same_picture(&header, &original, &stream);
        }
    }
}

/// Headers of which some are missing: what they do not say is not shown, and nothing worse happens.
#[test]
fn headers_that_end_early() {
    for (header, original) in originals() {
        for (marker, kept) in [(PPM, 0), (PPM, 1), (PPM, 30), (PPT, 0), (PPT, 1), (PPT, 30)] {
            let mut stream = original.clone();
            let headers = headers_out(&mut stream.parts[0], true);
            let headers = &headers[..headers.len().min(kept)];
            if marker == PPM {
                let packed = [&(headers.len() as u32).to_be_bytes(), headers].concat();
                stream.main.extend(cut(PPM, &packed, 60_000));
            } else {
                stream.parts[0].segments.extend(cut(PPT, &[headers, &[0xff]].concat(), 60_000));
            }
            if let Ok(decoded) = tried(&header, &stream) {
                assert!(decoded.warnings.contains(&Warning::Coarse), "{marker:x} {kept}");
            }
        }
    }
}

/// A progression: resolutions, one beyond the last layer, order of table A.16.
fn change(resolutions: [u8; 2], layers: u8, order: u8) -> Vec<u8> {
    vec![resolutions[0], 0, 0, layers, resolutions[1], 1, order]
}

#[test]
fn packets_in_an_order_that_changes() {
    let (header, original) = &originals()[0];
    let part = &original.parts[0];
    let found = packets(&part.body);
    // Four resolutions, in each two layers.
    let packet = |resolution: usize, layer: usize| {
        let [header, data] = &found[2 * resolution + layer];
        &part.body[header.start - 6..data.end]
    };
    assert_eq!(found.len(), 8);
    let order = [(0, 0), (1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (0, 1), (1, 1)];
    let body = order.map(|(resolution, layer)| packet(resolution, layer)).concat();
    // The first layer of the lower two resolutions, the upper two resolutions, and what is left of all.
    let changes = [change([0, 2], 1, 0), change([2, 4], 2, 1), change([0, 33], 2, 0)].concat();
    let mut in_main = original.clone();
    in_main.parts[0].body = body;
    let mut in_tile = in_main.clone();
    in_main.main.push((POC, changes.clone()));
    same_picture(header, original, &in_main);
    in_tile.parts[0].segments.push((POC, changes));
    same_picture(header, original, &in_tile);
    // A tile's own changes count instead of the picture's.
    let mut both = in_tile;
    both.main.push((POC, change([0, 33], 2, 4)));
    same_picture(header, original, &both);
}

/// A change of order that stands in the second of two tile-parts, by OpenJPEG: from wherever it is.
#[test]
fn an_order_that_another_encoder_changed() {
    let header = header(61, 47, true, 8);
    let original = Stream::read(include_bytes!("codestreams/changes_colour8.j2k"));
    let own = original.parts.iter().position(|part| part.segments.iter().any(|(marker, _)| *marker == POC));
    let own = own.unwrap();
    let mut moved = original.clone();
    let changes = std::mem::take(&mut moved.parts[own].segments);
    moved.main.extend(changes);
    same_picture(&header, &original, &moved);
    // Without it packets are not what they are taken for.
    let mut without = original.clone();
    without.parts[own].segments.clear();
    let right = decoded(&header, &original.written());
    let wrong = tried(&header, &without);
    assert!(!wrong.is_ok_and(|wrong| wrong.frame.samples() == right.frame.samples()));
}
