//! What stays of a frame between one drawing and the next change of window: its values, filtered along the columns
//! of the image only. The other direction is filtered line by line on the way to the screen, in the same pass that
//! makes grey levels: so an enlarged image is never held at the size of the screen.

use std::ops::Range;

use super::rows::Rows;
use super::taps::{Axis, Pair};

/// From this share on a pixel counts as wholly present: what is missing to 1 is the rounding of weights.
const WHOLE: f32 = 1.0 - 4e-6;

/// Rows of values; as many as the image has in view, or as the screen has lines if those are fewer.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// Values of a run.
    width: usize,
    channels: usize,
    /// One run for each row and channel. Where samples can be missing, sums over those present.
    values: Vec<f32>,
    /// One run for each row: the share that is present. Empty where none can be missing.
    shares: Vec<f32>,
    /// For each row of `shares`, the longest run that is wholly present, from the first such pixel on.
    whole: Vec<Range<usize>>,
}

/// A line between two runs.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    low: &'a [f32],
    high: &'a [f32],
    upper: f32,
}

impl<'a> Line<'a> {
    pub(super) fn values(self) -> impl Iterator<Item = f32> + 'a {
        self.low.iter().zip(self.high).map(move |(low, high)| low + (high - low) * self.upper)
    }

    /// Empty where the range is not inside.
    pub(super) fn part(self, range: Range<usize>) -> Self {
        let part = |run: &'a [f32]| run.get(range.clone()).unwrap_or(&[]);
        Self { low: part(self.low), high: part(self.high), upper: self.upper }
    }
}

impl Kept {
    /// Runs for each row: 1 for grey, 3 for colour, 0 before anything was drawn.
    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// A line of one channel; empty where there is no such row.
    pub(super) fn line(&self, channel: usize, pair: Pair) -> Line<'_> {
        let at = |row: usize| run(&self.values, row * self.channels + channel, self.width);
        Line { low: at(pair.low), high: at(pair.high), upper: pair.upper }
    }

    /// The shares of a line and which of its pixels are wholly present; None where no sample can be missing.
    pub(super) fn shares(&self, pair: Pair) -> Option<(Line<'_>, Range<usize>)> {
        let (a, b) = (self.whole.get(pair.low)?, self.whole.get(pair.high)?);
        let start = a.start.max(b.start);
        let at = |row: usize| run(&self.shares, row, self.width);
        let line = Line { low: at(pair.low), high: at(pair.high), upper: pair.upper };
        Some((line, start..a.end.min(b.end).max(start)))
    }

    /// Takes the first `wanted` channels of an image. `joins`: how many rows there are, and which image rows with
    /// which weights make each.
    pub(super) fn fill<'a>(
        &mut self,
        rows: &dyn Rows,
        source: &Source,
        wanted: usize,
        joins: (usize, &dyn Fn(usize) -> (usize, &'a [f32])),
    ) {
        let masked = rows.masked();
        let columns = source.along_columns;
        let span = columns.span();
        let pairs = columns.pairs(span.start, source.channels);
        let filter = |joined: &[f32], channel: usize, out: &mut [f32]| match &pairs {
            Some(pairs) => between(joined, channel, pairs, out),
            None => average(joined, channel, source, span.start, out),
        };
        let (count, join) = joins;
        self.width = columns.visible.len();
        self.channels = wanted;
        self.values.resize(count * wanted * self.width, 0.0);
        self.shares.resize(if masked { count * self.width } else { 0 }, 0.0);
        self.whole.clear();

        let length = span.len() * source.channels;
        let mut sums = vec![0.0f32; length];
        let mut shares = vec![0.0f32; if masked { length } else { 0 }];
        for row in 0..count {
            sums.fill(0.0);
            shares.fill(0.0);
            let (first, weights) = join(row);
            for (index, weight) in (first..).zip(weights) {
                let start = (index * source.columns + span.start) * source.channels;
                rows.add(start, *weight, &mut sums, &mut shares);
            }
            for channel in 0..wanted {
                filter(&sums, channel, run_mut(&mut self.values, row * wanted + channel, self.width));
            }
            if masked {
                let out = run_mut(&mut self.shares, row, self.width);
                filter(&shares, 0, out);
                self.whole.push(whole(out));
            }
        }
    }
}

/// An image, and which of its columns the screen shows.
pub(super) struct Source<'a> {
    pub(super) along_columns: &'a Axis,
    /// Image columns.
    pub(super) columns: usize,
    /// Samples from one image pixel to the next.
    pub(super) channels: usize,
}

fn run(runs: &[f32], index: usize, width: usize) -> &[f32] {
    runs.get(index * width..(index + 1) * width).unwrap_or(&[])
}

fn run_mut(runs: &mut [f32], index: usize, width: usize) -> &mut [f32] {
    runs.get_mut(index * width..(index + 1) * width).unwrap_or(&mut [])
}

fn whole(shares: &[f32]) -> Range<usize> {
    let is_whole = |share: &f32| *share > WHOLE;
    let start = shares.iter().position(is_whole).unwrap_or(shares.len());
    let rest = shares.get(start..).unwrap_or(&[]);
    start..start + rest.iter().position(|share| !is_whole(share)).unwrap_or(rest.len())
}

/// Each pixel lies between two samples of a row.
fn between(row: &[f32], channel: usize, pairs: &[Pair], out: &mut [f32]) {
    let row = row.get(channel..).unwrap_or(&[]);
    for (out, pair) in out.iter_mut().zip(pairs) {
        // Both are inside: pairs were made for this row.
        let (Some(low), Some(high)) = (row.get(pair.low), row.get(pair.high)) else { return };
        *out = low + (high - low) * pair.upper;
    }
}

/// Each pixel is made of a whole run of samples.
fn average(row: &[f32], channel: usize, source: &Source, start: usize, out: &mut [f32]) {
    let step = source.channels.max(1);
    for (n, out) in out.iter_mut().enumerate() {
        let (first, weights) = source.along_columns.tap(n);
        let samples = row.get((first - start) * step + channel..).unwrap_or(&[]).iter().step_by(step);
        *out = samples.zip(weights).map(|(sample, weight)| sample * weight).sum();
    }
}
