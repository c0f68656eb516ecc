//! Sequential scans: ISO/IEC 10918-1 F.2.

use super::idct::{Block, Reach};
use super::plane::{Layout, ZIGZAG};
use super::walk::{self, Broken, Visit};
use crate::codec::Fault;
use crate::codec::jpeg::bits::BitReader;
use crate::codec::jpeg::huffman::{LOOK, Table};
use crate::codec::jpeg::markers::{Scan, Stream};
use crate::codec::shape::Shape;

/// What one component of a scan needs.
struct Coding<'t> {
    plane: usize,
    dc: &'t Table,
    ac: &'t Table,
    /// In zigzag order.
    quantisation: [i32; 64],
    predicted: i32,
}

struct Sequential<'t, 'l> {
    codings: Vec<Coding<'t>>,
    layout: &'l mut Layout,
}

/// Decodes one scan into the planes; says how many rows of MCUs were there.
pub(super) fn decode(
    shape: &Shape<'_>,
    stream: &Stream<'_>,
    scan: &Scan<'_>,
    layout: &mut Layout,
) -> Result<usize, Fault> {
    if (scan.first, scan.last, scan.high, scan.low) != (0, 63, 0, 0) {
        return Err(Fault::stream("a sequential scan of some coefficients only"));
    }
    let mut codings = Vec::with_capacity(scan.components.len());
    for component in &scan.components {
        codings.push(Coding {
            plane: component.index,
            dc: stream.dc_table(component.dc)?,
            ac: stream.ac_table(component.ac)?,
            quantisation: stream.quantisation_of(component.index)?,
            predicted: 0,
        });
    }
    let grid = walk::grid(layout, scan);
    walk::walk(shape, scan, stream.restart, grid, &mut Sequential { codings, layout })
}

impl Visit for Sequential<'_, '_> {
    fn restart(&mut self) {
        self.codings.iter_mut().for_each(|coding| coding.predicted = 0);
    }

    fn block(
        &mut self,
        reader: &mut BitReader<'_>,
        component: usize,
        x: usize,
        y: usize,
    ) -> Result<(), Broken> {
        let coding = &mut self.codings[component];
        let mut block: Block = [0; 64];
        let mut bits = *reader;
        bits.ensure(LOOK);
        coding.predicted = coding.predicted.wrapping_add(coding.dc.read(&mut bits)?.value);
        block[0] = coding.predicted.wrapping_mul(coding.quantisation[0]);
        let mut reach = Reach::default();
        let mut k = 1;
        while k < 64 {
            bits.ensure(LOOK);
            let coded = coding.ac.read(&mut bits)?;
            let run = usize::from(coded.symbol >> 4);
            if coded.symbol & 15 == 0 {
                if run != 15 {
                    break;
                }
                k += 16;
                continue;
            }
            k += run;
            let Some(&place) = ZIGZAG.get(k) else {
                return Err(Broken);
            };
            block[usize::from(place)] = coded.value.wrapping_mul(coding.quantisation[k]);
            reach.add(place);
            k += 1;
        }
        *reader = bits;
        self.layout.planes[coding.plane].put(x, y, &block, reach);
        Ok(())
    }
}
