//! Lines of one scan: neighbourhood (A.2.2), interleaving (annex B), restarts.

use super::bits::Plain;
use super::coder::Coder;
use super::markers::{Interleave, Scan};
use super::params::Params;
use crate::codec::Fault;
use crate::codec::lines::Lines;
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
    let intervals = if restart_lines == 0 { 1 } else { shape.rows.div_ceil(restart_lines) };
    let plain = Plain::new(scan.coded, intervals);
    let mut coder = Coder::<PLAIN>::new(params, &plain);
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

/// What a sample is predicted from, but for the one above and to the right.
#[derive(Clone, Copy, Default)]
struct Neighbours {
    left: i32,
    corner: i32,
    above: i32,
    /// Quantised gradient between corner and above: that of the pixel before between above and right.
    between: i32,
}

impl Neighbours {
    fn at<const PLAIN: bool>(coder: &Coder<'_, PLAIN>, line: &[u16], up: &[u16], x: usize) -> Self {
        let (left, corner, above) = (line[x - 1].into(), up[x - 1].into(), up[x].into());
        Self { left, corner, above, between: coder.quantise(above - corner) }
    }

    /// Quantised gradient ahead, and the context of the sample.
    #[inline(always)]
    fn context<const PLAIN: bool>(&self, coder: &Coder<'_, PLAIN>, right: i32) -> (i32, i32) {
        let ahead = coder.quantise(right - self.above);
        (ahead, 81 * ahead + 9 * self.between + coder.quantise(self.corner - self.left))
    }

    #[inline(always)]
    fn next(&mut self, value: u16, right: i32, ahead: i32) {
        *self = Self { left: value.into(), corner: self.above, above: right, between: ahead };
    }
}

/// One line of one component.
fn line<const PLAIN: bool>(coder: &mut Coder<'_, PLAIN>, component: &mut Component) {
    let Component { above: up, line, run_index } = component;
    let columns = line.len() - 2;
    let (up, line) = (&up[..columns + 2], &mut line[..columns + 2]);
    // Outside the coder, so that they are not fetched anew for every sample.
    let rules = coder.rules;
    let mut reader = coder.reader;
    let mut x = 1;
    let mut near = Neighbours::at(coder, line, up, x);
    while x <= columns {
        let right = i32::from(up[x + 1]);
        let (ahead, q) = near.context(coder, right);
        if q != 0 {
            let value = coder.regular(&rules, &mut reader, q, near.left, near.above, near.corner);
            line[x] = value;
            near.next(value, right, ahead);
            x += 1;
            continue;
        }
        coder.reader = reader;
        let (length, interrupted) = coder.run_length(run_index, columns + 1 - x);
        line[x..x + length].fill(near.left as u16);
        x += length;
        if interrupted {
            let (left, above) = (near.left, i32::from(up[x]));
            let alike = (left - above).abs() <= coder.near();
            line[x] = coder.run_interruption(*run_index, left, above, alike);
            *run_index = run_index.saturating_sub(1);
            x += 1;
        }
        reader = coder.reader;
        if x <= columns {
            near = Neighbours::at(coder, line, up, x);
        }
    }
    coder.reader = reader;
}

/// One line of all components, pixel by pixel: a run is one of whole pixels.
fn interleaved_line<const PLAIN: bool>(coder: &mut Coder<'_, PLAIN>, components: &mut [Component]) {
    let columns = components[0].line.len() - 2;
    let mut run_index = components[0].run_index;
    // Outside the coder, so that they are not fetched anew for every sample.
    let rules = coder.rules;
    let mut reader = coder.reader;
    let mut near = [Neighbours::default(); super::MAX_COMPONENTS];
    let mut x = 1;
    let mut begins = true;
    while x <= columns {
        if begins {
            for (near, c) in near.iter_mut().zip(&*components) {
                *near = Neighbours::at(coder, &c.line, &c.above, x);
            }
        }
        let mut contexts = [(0, 0, 0); super::MAX_COMPONENTS];
        for ((context, near), c) in contexts.iter_mut().zip(&near).zip(&*components) {
            let right = i32::from(c.above[x + 1]);
            let (ahead, q) = near.context(coder, right);
            *context = (q, right, ahead);
        }
        begins = contexts.iter().all(|context| context.0 == 0);
        if !begins {
            for ((&(q, right, ahead), near), c) in contexts.iter().zip(&mut near).zip(&mut *components) {
                let value = coder.regular(&rules, &mut reader, q, near.left, near.above, near.corner);
                c.line[x] = value;
                near.next(value, right, ahead);
            }
            x += 1;
            continue;
        }
        coder.reader = reader;
        let (length, interrupted) = coder.run_length(&mut run_index, columns + 1 - x);
        for c in &mut *components {
            let left = c.line[x - 1];
            c.line[x..x + length].fill(left);
        }
        x += length;
        if interrupted {
            for c in &mut *components {
                let (left, above) = (c.line[x - 1].into(), c.above[x].into());
                c.line[x] = coder.run_interruption(run_index, left, above, false);
            }
            run_index = run_index.saturating_sub(1);
            x += 1;
        }
        reader = coder.reader;
    }
    coder.reader = reader;
    components[0].run_index = run_index;
}
