//! Lines of one scan: neighbourhood (A.2.2), interleaving (annex B), restarts.

use super::coder::Coder;
use super::markers::{Interleave, Scan};
use super::params::Params;
use crate::codec::Fault;
use crate::codec::samples::Lines;
use crate::codec::shape::Shape;

/// Line above and line being decoded of one component, each with one sample more at both ends, and its run index.
struct Component {
    above: Vec<u16>,
    line: Vec<u16>,
    run_index: usize,
}

impl Component {
    fn new(columns: usize) -> Self {
        Self { above: vec![0; columns + 2], line: vec![0; columns + 2], run_index: 0 }
    }

    /// Makes the decoded line the one above, and sets the samples beside it (A.2.2).
    fn next_line(&mut self) {
        std::mem::swap(&mut self.above, &mut self.line);
        let end = self.above.len() - 1;
        self.above[end] = self.above[end - 1];
        self.line[0] = self.above[1];
    }
}

/// Decodes a scan into its components' places in `frame`; says how many lines were there.
pub(super) fn decode(
    shape: &Shape<'_>,
    scan: &Scan<'_>,
    params: Params,
    restart_lines: usize,
    frame: &mut Lines,
) -> Result<usize, Fault> {
    if params.near == 0 && (params.max_value + 1) & params.max_value == 0 {
        lines::<true>(shape, scan, params, restart_lines, frame)
    } else {
        lines::<false>(shape, scan, params, restart_lines, frame)
    }
}

fn lines<const PLAIN: bool>(
    shape: &Shape<'_>,
    scan: &Scan<'_>,
    params: Params,
    restart_lines: usize,
    frame: &mut Lines,
) -> Result<usize, Fault> {
    let columns = shape.columns;
    let fresh = || -> Vec<Component> { scan.components.iter().map(|_| Component::new(columns)).collect() };
    let mut components = fresh();
    let mut coder = Coder::<PLAIN>::new(params, scan.coded);
    for row in 0..shape.rows {
        if row % 8 == 0 {
            shape.check_stop()?;
        }
        if restart_lines != 0 && row != 0 && row % restart_lines == 0 {
            coder.restart();
            components = fresh();
        }
        components.iter_mut().for_each(Component::next_line);
        match scan.interleave {
            Interleave::Sample => interleaved_line(&mut coder, &mut components),
            Interleave::None | Interleave::Line => {
                components.iter_mut().for_each(|component| line(&mut coder, component));
            }
        }
        if coder.reader.overran() {
            return Ok(row);
        }
        if coder.broken {
            return Err(Fault::data(format!("an impossible error value in row {}", row + 1)));
        }
        for (component, &index) in components.iter().zip(&scan.components) {
            frame.put(shape, row, Some(index), scan.point_transform, &component.line[1..=columns]);
        }
    }
    Ok(shape.rows)
}

/// One line of one component.
fn line<const PLAIN: bool>(coder: &mut Coder<'_, PLAIN>, component: &mut Component) {
    let Component { above: up, line, run_index } = component;
    let columns = line.len() - 2;
    let (up, line) = (&up[..columns + 2], &mut line[..columns + 2]);
    let mut x = 1;
    let (mut left, mut corner, mut above) = (i32::from(line[0]), i32::from(up[0]), i32::from(up[1]));
    let mut between = coder.quantise(above - corner);
    while x <= columns {
        let right = i32::from(up[x + 1]);
        let ahead = coder.quantise(right - above);
        let q = 81 * ahead + 9 * between + coder.quantise(corner - left);
        if q != 0 {
            let value = coder.regular(q, left, above, corner);
            line[x] = value;
            left = value.into();
            (corner, above, between) = (above, right, ahead);
            x += 1;
            continue;
        }
        let (length, interrupted) = coder.run_length(run_index, columns + 1 - x);
        line[x..x + length].fill(left as u16);
        x += length;
        if !interrupted {
            break;
        }
        above = up[x].into();
        let alike = (left - above).abs() <= coder.near();
        let value = coder.run_interruption(*run_index, left, above, alike);
        *run_index = run_index.saturating_sub(1);
        line[x] = value;
        left = value.into();
        (corner, above) = (above, up[x + 1].into());
        between = coder.quantise(above - corner);
        x += 1;
    }
}

/// One line of all components, pixel by pixel: a run is one of whole pixels.
fn interleaved_line<const PLAIN: bool>(coder: &mut Coder<'_, PLAIN>, components: &mut [Component]) {
    let columns = components[0].line.len() - 2;
    let mut run_index = components[0].run_index;
    let mut x = 1;
    while x <= columns {
        let mut contexts = [0; super::MAX_COMPONENTS];
        for (q, c) in contexts.iter_mut().zip(&*components) {
            let (left, corner) = (i32::from(c.line[x - 1]), i32::from(c.above[x - 1]));
            let (above, right) = (i32::from(c.above[x]), i32::from(c.above[x + 1]));
            *q = 81 * coder.quantise(right - above)
                + 9 * coder.quantise(above - corner)
                + coder.quantise(corner - left);
        }
        if contexts != [0; super::MAX_COMPONENTS] {
            for (&q, c) in contexts.iter().zip(&mut *components) {
                let (left, above, corner) = (c.line[x - 1], c.above[x], c.above[x - 1]);
                c.line[x] = coder.regular(q, left.into(), above.into(), corner.into());
            }
            x += 1;
            continue;
        }
        let (length, interrupted) = coder.run_length(&mut run_index, columns + 1 - x);
        for c in &mut *components {
            let left = c.line[x - 1];
            c.line[x..x + length].fill(left);
        }
        x += length;
        if !interrupted {
            break;
        }
        for c in &mut *components {
            let (left, above) = (c.line[x - 1].into(), c.above[x].into());
            c.line[x] = coder.run_interruption(run_index, left, above, false);
        }
        run_index = run_index.saturating_sub(1);
        x += 1;
    }
    components[0].run_index = run_index;
}
