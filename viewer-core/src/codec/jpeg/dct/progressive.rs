//! Progressive scans: ISO/IEC 10918-1 annex G.

use super::idct::{Block, Reach};
use super::plane::{Layout, ZIGZAG};
use super::walk::{self, Broken, Visit};
use crate::codec::Fault;
use crate::codec::jpeg::bits::BitReader;
use crate::codec::jpeg::huffman::{Coded, LOOK, Table};
use crate::codec::jpeg::markers::{Scan, Stream};
use crate::codec::shape::Shape;

/// Coefficients of all components while their scans come in, block by block, in row order.
pub(super) struct Coefficients(Vec<Vec<[i16; 64]>>);

/// What a scan refines: DC or AC, first bits or one more.
enum Pass<'t> {
    DcFirst(Vec<&'t Table>),
    DcMore,
    AcFirst(&'t Table),
    AcMore(&'t Table),
}

struct Progressive<'t, 'c> {
    pass: Pass<'t>,
    /// Planes of the scan's components, and their strides.
    planes: Vec<(usize, usize)>,
    predicted: Vec<i32>,
    /// Blocks still to come that have nothing new (EOBRUN).
    end_of_band: u32,
    band: std::ops::RangeInclusive<usize>,
    low: u8,
    coefficients: &'c mut Coefficients,
}

impl Coefficients {
    pub(super) fn new(layout: &Layout) -> Self {
        Self(layout.planes.iter().map(|plane| vec![[0; 64]; plane.blocks()]).collect())
    }

    /// Reads one scan; says how many rows of its MCUs were there.
    pub(super) fn scan(
        &mut self,
        shape: &Shape<'_>,
        stream: &Stream<'_>,
        scan: &Scan<'_>,
        layout: &Layout,
    ) -> Result<usize, Fault> {
        let (first, last) = (usize::from(scan.first), usize::from(scan.last));
        let dc = first == 0;
        if scan.low > 13
            || last > 63
            || first > last
            || (dc && last != 0)
            || (!dc && scan.components.len() != 1)
        {
            return Err(Fault::stream(format!("a progressive scan of coefficients {first} to {last}")));
        }
        let pass = match (dc, scan.high) {
            (true, 0) => Pass::DcFirst(
                scan.components.iter().map(|c| stream.dc_table(c.dc)).collect::<Result<_, _>>()?,
            ),
            (true, _) => Pass::DcMore,
            (false, 0) => Pass::AcFirst(stream.ac_table(scan.components[0].ac)?),
            (false, _) => Pass::AcMore(stream.ac_table(scan.components[0].ac)?),
        };
        let planes = scan.components.iter().map(|c| (c.index, layout.planes[c.index].stride)).collect();
        let mut visit = Progressive {
            pass,
            planes,
            predicted: vec![0; scan.components.len()],
            end_of_band: 0,
            band: first..=last,
            low: scan.low,
            coefficients: self,
        };
        walk::walk(shape, scan, stream.restart, walk::grid(layout, scan), &mut visit)
    }

    /// Transforms everything into the planes.
    pub(super) fn finish(
        self,
        shape: &Shape<'_>,
        stream: &Stream<'_>,
        layout: &mut Layout,
    ) -> Result<(), Fault> {
        for (index, blocks) in self.0.into_iter().enumerate() {
            let zigzag = stream.quantisation_of(index)?;
            let mut quantisation = [0; 64];
            for (&place, value) in ZIGZAG.iter().zip(zigzag) {
                quantisation[usize::from(place)] = value;
            }
            let plane = &mut layout.planes[index];
            let stride = plane.stride;
            for (at, coefficients) in blocks.iter().enumerate() {
                if at % stride == 0 {
                    shape.check_stop()?;
                }
                let block: Block =
                    std::array::from_fn(|i| i32::from(coefficients[i]).wrapping_mul(quantisation[i]));
                let mut reach = Reach::default();
                (0..64u8).filter(|&i| coefficients[usize::from(i)] != 0).for_each(|i| reach.add(i));
                plane.put(at % stride, at / stride, &block, reach);
            }
        }
        Ok(())
    }
}

impl Visit for Progressive<'_, '_> {
    fn restart(&mut self) {
        self.predicted.fill(0);
        self.end_of_band = 0;
    }

    fn block(
        &mut self,
        reader: &mut BitReader<'_>,
        component: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Broken> {
        let (plane, stride) = self.planes[component];
        let block = &mut self.coefficients.0[plane][y * stride + x];
        reader.ensure(LOOK);
        match &self.pass {
            Pass::DcFirst(tables) => {
                let predicted = &mut self.predicted[component];
                *predicted = predicted.wrapping_add(tables[component].read(reader)?.value);
                block[0] = (*predicted << self.low) as i16;
                Ok(())
            }
            Pass::DcMore => {
                block[0] |= (reader.take(1) << self.low) as i16;
                Ok(())
            }
            Pass::AcFirst(table) => {
                ac_first(table, reader, block, self.band.clone(), self.low, &mut self.end_of_band)
            }
            Pass::AcMore(table) => {
                ac_more(table, reader, block, self.band.clone(), self.low, &mut self.end_of_band)
            }
        }
    }
}

/// Length of an end-of-band run, G.1.2.2: at most 14 bits after the symbol.
fn band_run(reader: &mut BitReader<'_>, coded: Coded) -> u32 {
    let bits = u32::from(coded.symbol >> 4);
    reader.ensure(bits);
    (1 << bits) + reader.take(bits)
}

/// First bits of a band, G.1.2.2.
fn ac_first(
    table: &Table,
    reader: &mut BitReader<'_>,
    block: &mut [i16; 64],
    band: std::ops::RangeInclusive<usize>,
    low: u8,
    end_of_band: &mut u32,
) -> Result<(), Broken> {
    if *end_of_band > 0 {
        *end_of_band -= 1;
        return Ok(());
    }
    let mut k = *band.start();
    while k <= *band.end() {
        reader.ensure(LOOK);
        let coded = table.read(reader)?;
        let run = usize::from(coded.symbol >> 4);
        if coded.symbol & 15 == 0 {
            if run < 15 {
                *end_of_band = band_run(reader, coded) - 1;
                return Ok(());
            }
            k += 16;
            continue;
        }
        k += run;
        let Some(&place) = ZIGZAG.get(k) else {
            return Err(Broken);
        };
        block[usize::from(place)] = (coded.value << low) as i16;
        k += 1;
    }
    Ok(())
}

/// One more bit of a band, G.1.2.3.
fn ac_more(
    table: &Table,
    reader: &mut BitReader<'_>,
    block: &mut [i16; 64],
    band: std::ops::RangeInclusive<usize>,
    low: u8,
    end_of_band: &mut u32,
) -> Result<(), Broken> {
    let (mut k, last) = (*band.start(), *band.end());
    while *end_of_band == 0 && k <= last {
        reader.ensure(LOOK);
        let coded = table.read(reader)?;
        let mut zeros = u32::from(coded.symbol >> 4);
        let new = match coded.symbol & 15 {
            0 if zeros < 15 => {
                *end_of_band = band_run(reader, coded);
                break;
            }
            0 => 0,
            _ => i16::from(coded.value.signum() as i8) << low,
        };
        while k <= last {
            let value = &mut block[usize::from(ZIGZAG[k])];
            k += 1;
            if *value != 0 {
                refine(value, reader, low);
            } else if zeros == 0 {
                *value = new;
                break;
            } else {
                zeros -= 1;
            }
        }
    }
    if *end_of_band > 0 {
        for &place in ZIGZAG.get(k..=last).unwrap_or_default() {
            let value = &mut block[usize::from(place)];
            if *value != 0 {
                refine(value, reader, low);
            }
        }
        *end_of_band -= 1;
    }
    Ok(())
}

/// A correction bit moves a coefficient away from 0.
fn refine(value: &mut i16, reader: &mut BitReader<'_>, low: u8) {
    reader.ensure(1);
    let bit = 1i16 << low;
    if reader.take(1) == 1 && *value & bit == 0 {
        *value = value.wrapping_add(if *value < 0 { -bit } else { bit });
    }
}
