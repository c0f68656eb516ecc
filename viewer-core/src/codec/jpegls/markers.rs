//! Markers and their segments: T.87 annex C.

use super::params::Presets;
use crate::codec::Fault;

/// SOF55.
#[derive(Debug, Clone)]
pub(super) struct FrameHeader {
    pub(super) precision: u8,
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) component_ids: Vec<u8>,
}

/// ILV of a scan header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interleave {
    None,
    Line,
    Sample,
}

/// SOS with the coded bytes after it.
#[derive(Debug, Clone)]
pub(super) struct Scan<'a> {
    /// Indices into the frame's components.
    pub(super) components: Vec<usize>,
    pub(super) near: u8,
    pub(super) interleave: Interleave,
    pub(super) point_transform: u8,
    pub(super) coded: &'a [u8],
}

/// Walks a stream from scan to scan; presets are what they are at the last scan returned.
pub(super) struct Stream<'a> {
    bytes: &'a [u8],
    position: usize,
    pub(super) frame: Option<FrameHeader>,
    pub(super) presets: Presets,
    /// Lines between restarts; 0: none.
    pub(super) restart_lines: usize,
}

impl<'a> Stream<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        if !bytes.starts_with(&[0xff, 0xd8]) {
            return Err(Fault::stream("no JPEG-LS stream begins here (SOI is missing)"));
        }
        Ok(Self { bytes, position: 2, frame: None, presets: Presets::default(), restart_lines: 0 })
    }

    /// Reads segments up to and with the next scan header. None at EOI or where the bytes end.
    pub(super) fn next_scan(&mut self) -> Result<Option<Scan<'a>>, Fault> {
        while let Some(marker) = self.next_marker() {
            match marker {
                0xd0..=0xd8 => continue,
                0xd9 => return Ok(None),
                _ => {}
            }
            let Some(segment) = self.segment() else {
                return Ok(None);
            };
            match marker {
                0xf7 => self.frame_header(segment)?,
                0xda => return self.scan_header(segment).map(Some),
                0xf8 => self.presets(segment)?,
                0xdd => {
                    if !(2..=4).contains(&segment.len()) {
                        return Err(Fault::stream("DRI is damaged"));
                    }
                    self.restart_lines = segment.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte));
                }
                0xe8 if segment.starts_with(b"mrfx") && segment.get(4).is_some_and(|&kind| kind != 0) => {
                    return Err(Fault::Unsupported("JPEG-LS with a colour transform (APP8)".into()));
                }
                0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => {
                    return Err(Fault::stream("the stream is JPEG and not JPEG-LS"));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    fn next_marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.position..)?;
            let at = rest.iter().position(|&byte| byte == 0xff)?;
            let code = *rest.get(at + 1)?;
            self.position += at + if code == 0xff { 1 } else { 2 };
            if (0x80..0xff).contains(&code) {
                return Some(code);
            }
        }
    }

    fn segment(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.position..)?;
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let segment = rest.get(2..length)?;
        self.position += length;
        Some(segment)
    }

    fn frame_header(&mut self, segment: &[u8]) -> Result<(), Fault> {
        let &[precision, rows_high, rows_low, columns_high, columns_low, count, ref rest @ ..] = segment
        else {
            return Err(Fault::stream("SOF55 ends early"));
        };
        let (components, _) = rest.as_chunks::<3>();
        if components.len() < usize::from(count) || self.frame.is_some() {
            return Err(Fault::stream("SOF55 is damaged"));
        }
        let components = &components[..usize::from(count)];
        if count > 1 && components.iter().any(|&[_, factors, _]| factors != 0x11) {
            return Err(Fault::Unsupported("subsampled components in JPEG-LS".into()));
        }
        self.frame = Some(FrameHeader {
            precision,
            rows: u16::from_be_bytes([rows_high, rows_low]),
            columns: u16::from_be_bytes([columns_high, columns_low]),
            component_ids: components.iter().map(|&[id, ..]| id).collect(),
        });
        Ok(())
    }

    /// LSE, C.2.4.1. Mapping tables (types 2 and 3) only matter where a scan names one.
    fn presets(&mut self, segment: &[u8]) -> Result<(), Fault> {
        match segment {
            [1, rest @ ..] => {
                let (words, _) = rest.as_chunks::<2>();
                let &[max_value, first, second, third, reset] = words else {
                    return Err(Fault::stream("LSE is damaged"));
                };
                let value = |word| i32::from(u16::from_be_bytes(word));
                self.presets = Presets {
                    max_value: value(max_value),
                    thresholds: [value(first), value(second), value(third)],
                    reset: value(reset),
                };
                Ok(())
            }
            [4, ..] => Err(Fault::Unsupported("JPEG-LS of more than 65535 rows or columns".into())),
            _ => Ok(()),
        }
    }

    fn scan_header(&mut self, segment: &[u8]) -> Result<Scan<'a>, Fault> {
        let damaged = || Fault::stream("SOS is damaged");
        let (frame, (&count, rest)) = self.frame.as_ref().zip(segment.split_first()).ok_or_else(damaged)?;
        let (entries, tail) = rest.split_at_checked(usize::from(count) * 2).ok_or_else(damaged)?;
        let &[near, interleave, transform, ..] = tail else {
            return Err(damaged());
        };
        let (entries, _) = entries.as_chunks::<2>();
        let mut components = Vec::with_capacity(entries.len());
        for &[id, table] in entries {
            if table != 0 {
                return Err(Fault::Unsupported("JPEG-LS with a mapping table".into()));
            }
            let index = frame.component_ids.iter().position(|&known| known == id).ok_or_else(damaged)?;
            if components.contains(&index) {
                return Err(damaged());
            }
            components.push(index);
        }
        let interleave = match (interleave, components.len()) {
            (_, 0) => return Err(damaged()),
            (_, 1) => Interleave::None,
            (1, _) => Interleave::Line,
            (2, _) => Interleave::Sample,
            _ => return Err(damaged()),
        };
        Ok(Scan {
            components,
            near,
            interleave,
            point_transform: transform & 15,
            coded: &self.bytes[self.position..],
        })
    }
}
