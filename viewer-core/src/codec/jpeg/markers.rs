//! Markers and their segments: ISO/IEC 10918-1 annex B.

use super::huffman::Table;
use crate::codec::Fault;

/// More scans than any encoder writes; a stream of empty scans would keep a decoder busy for nothing.
const MAX_SCANS: u32 = 512;

/// One component of the frame header.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Component {
    pub(crate) id: u8,
    pub(crate) horizontal: u8,
    pub(crate) vertical: u8,
    pub(crate) quantisation: u8,
}

/// SOFn.
#[derive(Debug, Clone)]
pub(crate) struct FrameHeader {
    /// The n of SOFn: 0 baseline, 1 extended, 2 progressive, 3 lossless.
    pub(crate) process: u8,
    pub(crate) precision: u8,
    /// 0 where a DNL segment after the first scan says it.
    pub(crate) rows: u16,
    pub(crate) columns: u16,
    pub(crate) components: Vec<Component>,
}

/// One component of a scan: index into the frame's components, then its DC and AC table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ScanComponent {
    pub(crate) index: usize,
    pub(crate) dc: usize,
    pub(crate) ac: usize,
}

/// SOS with the coded bytes after it.
#[derive(Debug, Clone)]
pub(crate) struct Scan<'a> {
    pub(crate) components: Vec<ScanComponent>,
    /// Ss: first coefficient, or the predictor of the lossless process.
    pub(crate) first: u8,
    /// Se: last coefficient.
    pub(crate) last: u8,
    /// Ah: point transform of the scan before.
    pub(crate) high: u8,
    /// Al: point transform.
    pub(crate) low: u8,
    /// Up to the next marker that is not RSTn.
    pub(crate) coded: &'a [u8],
}

/// Walks a stream from scan to scan; tables are what they are at the last scan returned.
pub(crate) struct Stream<'a> {
    bytes: &'a [u8],
    position: usize,
    scans: u32,
    pub(crate) frame: Option<FrameHeader>,
    pub(crate) dc: [Option<Table>; 4],
    pub(crate) ac: [Option<Table>; 4],
    /// In zigzag order.
    pub(crate) quantisation: [Option<[u16; 64]>; 4],
    /// MCUs between restarts; 0: none.
    pub(crate) restart: u32,
    /// Transform of Adobe's APP14: 0 none, 1 YCbCr.
    pub(crate) adobe: Option<u8>,
    /// Whether there is a JFIF APP0.
    pub(crate) jfif: bool,
    /// Whether EOI was reached.
    pub(crate) ended: bool,
}

impl<'a> Stream<'a> {
    /// Finds SOI; bytes before it (an odd fragment's leftover) are passed over, a few of them.
    pub(crate) fn new(bytes: &'a [u8]) -> Result<Self, Fault> {
        let head = &bytes[..bytes.len().min(64)];
        let Some(start) = head.windows(3).position(|window| window == [0xff, 0xd8, 0xff]) else {
            return Err(Fault::stream("no JPEG stream begins here (SOI is missing)"));
        };
        Ok(Self {
            bytes,
            position: start + 2,
            scans: 0,
            frame: None,
            dc: [const { None }; 4],
            ac: [const { None }; 4],
            quantisation: [None; 4],
            restart: 0,
            adobe: None,
            jfif: false,
            ended: false,
        })
    }

    /// Reads segments up to and with the next scan header. None at EOI or where the bytes end.
    pub(crate) fn next_scan(&mut self) -> Result<Option<Scan<'a>>, Fault> {
        while let Some(marker) = self.next_marker() {
            match marker {
                0x01 | 0xd0..=0xd8 => {}
                0xd9 => {
                    self.ended = true;
                    return Ok(None);
                }
                0xda => {
                    self.scans += 1;
                    if self.scans > MAX_SCANS {
                        return Err(Fault::stream("more than 512 scans"));
                    }
                    return self.scan_header().map(Some);
                }
                _ => {
                    let Some(segment) = self.segment() else {
                        return Ok(None);
                    };
                    self.read_segment(marker, segment)?;
                }
            }
        }
        Ok(None)
    }

    /// A DC table, or the only kind that the lossless process has.
    pub(crate) fn dc_table(&self, index: usize) -> Result<&Table, Fault> {
        let table = self.dc.get(index).and_then(Option::as_ref);
        table.ok_or_else(|| Fault::stream(format!("DC Huffman table {index} is missing")))
    }

    /// An AC table.
    pub(crate) fn ac_table(&self, index: usize) -> Result<&Table, Fault> {
        let table = self.ac.get(index).and_then(Option::as_ref);
        table.ok_or_else(|| Fault::stream(format!("AC Huffman table {index} is missing")))
    }

    /// The quantisation table of a component, in zigzag order.
    pub(crate) fn quantisation_of(&self, component: usize) -> Result<[i32; 64], Fault> {
        let selector = self.frame.as_ref().and_then(|frame| frame.components.get(component));
        let table =
            selector.and_then(|c| self.quantisation.get(usize::from(c.quantisation)).copied().flatten());
        table.map(|table| table.map(i32::from)).ok_or_else(|| {
            Fault::stream(format!("the quantisation table of component {component} is missing"))
        })
    }

    fn next_marker(&mut self) -> Option<u8> {
        loop {
            let rest = self.bytes.get(self.position..)?;
            let at = rest.iter().position(|&byte| byte == 0xff)?;
            let code = *rest.get(at + 1)?;
            self.position += at + if code == 0xff { 1 } else { 2 };
            if !matches!(code, 0 | 0xff) {
                return Some(code);
            }
        }
    }

    /// The bytes of a segment after its length; None where the stream ends in it.
    fn segment(&mut self) -> Option<&'a [u8]> {
        let rest = self.bytes.get(self.position..)?;
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let segment = rest.get(2..length)?;
        self.position += length;
        Some(segment)
    }

    fn read_segment(&mut self, marker: u8, segment: &[u8]) -> Result<(), Fault> {
        match marker {
            0xc4 => self.huffman_tables(segment),
            0xc0..=0xc3 => self.frame_header(marker - 0xc0, segment),
            0xc5..=0xc7 | 0xc9..=0xcf => Err(Fault::Unsupported(format!(
                "JPEG process SOF{} (hierarchical or arithmetic)",
                marker - 0xc0
            ))),
            0xdb => self.quantisation_tables(segment),
            0xdc => self.number_of_lines(segment),
            0xdd => match segment {
                &[high, low] => {
                    self.restart = u32::from(u16::from_be_bytes([high, low]));
                    Ok(())
                }
                _ => Err(Fault::stream("DRI is not 4 bytes long")),
            },
            0xe0 => {
                self.jfif |= segment.starts_with(b"JFIF\0");
                Ok(())
            }
            0xee => {
                if segment.starts_with(b"Adobe") {
                    self.adobe = segment.get(11).copied();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn huffman_tables(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        while let Some((&selector, rest)) = segment.split_first() {
            let Some((counts, rest)) = rest.split_first_chunk::<16>() else {
                return Err(Fault::stream("DHT ends early"));
            };
            let total: usize = counts.iter().map(|&count| usize::from(count)).sum();
            let Some((values, rest)) = rest.split_at_checked(total) else {
                return Err(Fault::stream("DHT ends early"));
            };
            let class = if selector >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            let Some(slot) = class.get_mut(usize::from(selector & 15)) else {
                return Err(Fault::stream(format!("Huffman table {} of 4", selector & 15)));
            };
            *slot = Some(Table::new(counts, values)?);
            segment = rest;
        }
        Ok(())
    }

    fn quantisation_tables(&mut self, mut segment: &[u8]) -> Result<(), Fault> {
        while let Some((&selector, rest)) = segment.split_first() {
            let bytes = if selector >> 4 == 0 { 64 } else { 128 };
            let slot = self.quantisation.get_mut(usize::from(selector & 15));
            let (Some(slot), Some((table, rest))) = (slot, rest.split_at_checked(bytes)) else {
                return Err(Fault::stream("DQT is damaged"));
            };
            let mut values = [0u16; 64];
            if bytes == 64 {
                values.iter_mut().zip(table).for_each(|(value, &byte)| *value = byte.into());
            } else {
                let (words, _) = table.as_chunks();
                values.iter_mut().zip(words).for_each(|(value, &word)| *value = u16::from_be_bytes(word));
            }
            *slot = Some(values);
            segment = rest;
        }
        Ok(())
    }

    fn frame_header(&mut self, process: u8, segment: &[u8]) -> Result<(), Fault> {
        let &[precision, rows_high, rows_low, columns_high, columns_low, count, ref rest @ ..] = segment
        else {
            return Err(Fault::stream("SOF ends early"));
        };
        if self.frame.is_some() {
            return Err(Fault::stream("a second SOF"));
        }
        let (components, _) = rest.as_chunks::<3>();
        if components.len() < usize::from(count) {
            return Err(Fault::stream("SOF ends early"));
        }
        let components: Vec<_> = components[..usize::from(count)]
            .iter()
            .map(|&[id, factors, quantisation]| Component {
                id,
                horizontal: factors >> 4,
                vertical: factors & 15,
                quantisation,
            })
            .collect();
        let good = |factor: u8| (1..=4).contains(&factor);
        if let Some(bad) = components.iter().find(|c| !good(c.horizontal) || !good(c.vertical)) {
            let Component { horizontal, vertical, .. } = bad;
            return Err(Fault::stream(format!("sampling factors {horizontal} × {vertical}")));
        }
        self.frame = Some(FrameHeader {
            process,
            precision,
            rows: u16::from_be_bytes([rows_high, rows_low]),
            columns: u16::from_be_bytes([columns_high, columns_low]),
            components,
        });
        Ok(())
    }

    /// DNL: has to agree with SOF unless that left the number open.
    fn number_of_lines(&mut self, segment: &[u8]) -> Result<(), Fault> {
        let (&[high, low], Some(frame)) = (segment, self.frame.as_mut()) else {
            return Err(Fault::stream("DNL is damaged"));
        };
        let rows = u16::from_be_bytes([high, low]);
        if frame.rows != 0 && frame.rows != rows {
            return Err(Fault::stream(format!("SOF says {} lines, DNL {rows}", frame.rows)));
        }
        frame.rows = rows;
        Ok(())
    }

    fn scan_header(&mut self) -> Result<Scan<'a>, Fault> {
        let damaged = || Fault::stream("SOS is damaged");
        let (Some(frame), Some((&count, rest))) =
            (self.frame.clone(), self.segment().and_then(<[u8]>::split_first))
        else {
            return Err(damaged());
        };
        let (entries, tail) = rest.split_at_checked(usize::from(count) * 2).ok_or_else(damaged)?;
        let &[first, last, approximation, ..] = tail else {
            return Err(damaged());
        };
        let (pairs, _) = entries.as_chunks::<2>();
        let mut components = Vec::with_capacity(pairs.len());
        for &[id, tables] in pairs {
            let index = frame.components.iter().position(|c| c.id == id).ok_or_else(damaged)?;
            if components.iter().any(|c: &ScanComponent| c.index == index)
                || tables >> 4 > 3
                || tables & 15 > 3
            {
                return Err(damaged());
            }
            components.push(ScanComponent { index, dc: (tables >> 4).into(), ac: (tables & 15).into() });
        }
        if components.is_empty() {
            return Err(damaged());
        }
        let start = self.position;
        self.position = end_of_coded(self.bytes, start);
        Ok(Scan {
            components,
            first,
            last,
            high: approximation >> 4,
            low: approximation & 15,
            coded: &self.bytes[start..self.position],
        })
    }
}

/// Where the next marker is that does not belong to coded data.
fn end_of_coded(bytes: &[u8], start: usize) -> usize {
    let mut position = start;
    while let Some(at) = bytes.get(position..).and_then(|rest| rest.iter().position(|&b| b == 0xff)) {
        position += at;
        match bytes.get(position + 1) {
            Some(0 | 0xd0..=0xd7) => position += 2,
            Some(0xff) => position += 1,
            _ => return position,
        }
    }
    bytes.len()
}
