//! The decoder at work: fed with bytes, asked whether it is still wanted.

use ::jxl::api::{Event, JxlDecoder, JxlOutputBuffer, JxlParallelRunner, JxlParallelRunnerFun};
use ::jxl::error::{Error, Result as JxlResult};

use super::{mismatch, refused};
use crate::codec::shape::Shape;
use crate::codec::{Fault, Stop};

/// A decoder with what is left of its input.
pub(super) struct Run<'a> {
    pub(super) decoder: JxlDecoder,
    shape: &'a Shape<'a>,
    found: usize,
    input: &'a [u8],
    pieces: Pieces<'a>,
}

impl<'a> Run<'a> {
    pub(super) fn new(decoder: JxlDecoder, bytes: &'a [u8], shape: &'a Shape<'a>) -> Self {
        let pieces = Pieces { stop: shape.stop, stopped: false };
        Self { decoder, shape, found: bytes.len(), input: bytes, pieces }
    }

    /// Goes on to the next event.
    pub(super) fn step(&mut self, output: Option<&mut [JxlOutputBuffer<'_>]>) -> Result<Event, Fault> {
        let event = self.decoder.process(&mut self.input, output, Some(&mut self.pieces));
        event.map_err(|error| self.fault(error))
    }

    /// Fills the samples of the first frame; whether all of it was there.
    pub(super) fn pixels(&mut self, samples: &mut [u8]) -> Result<bool, Fault> {
        let row_bytes = samples.len() / self.shape.rows;
        let mut output = [JxlOutputBuffer::new(samples, self.shape.rows, row_bytes)];
        loop {
            match self.step(Some(&mut output))? {
                Event::FrameHeader | Event::BasicInfo => {}
                Event::FrameComplete { .. } => return Ok(true),
                Event::Complete => return Err(Fault::data("no frame in the codestream")),
                Event::NeedMoreInput { size_hint } => {
                    let drawn = self.decoder.flush_pixels(&mut output, Some(&mut self.pieces));
                    if drawn.map_err(|error| self.fault(error))? {
                        return Ok(false);
                    }
                    let needed = (self.found as u64).saturating_add(size_hint as u64);
                    return Err(Fault::Truncated { found: self.found, needed });
                }
            }
        }
    }

    fn fault(&self, error: Error) -> Fault {
        match error {
            _ if self.pieces.stopped => Fault::Stopped,
            Error::ImageSizeTooLarge(columns, _) if columns != self.shape.columns => {
                mismatch("Columns", self.shape.columns, columns)
            }
            Error::ImageSizeTooLarge(_, rows) => mismatch("Rows", self.shape.rows, rows),
            other => refused(other),
        }
    }
}

/// Runs the decoder's pieces of work (groups of at most 1024 × 1024 pixels, mostly of 256 × 256) one after the other, as
/// long as the frame is wanted.
struct Pieces<'a> {
    stop: &'a dyn Stop,
    stopped: bool,
}

impl JxlParallelRunner for Pieces<'_> {
    fn run(&mut self, pieces: usize, work: &JxlParallelRunnerFun<'_>) -> JxlResult<()> {
        for piece in 0..pieces {
            if self.stop.stopped() {
                self.stopped = true;
                return Err(Error::ApiUsageError("stopped"));
            }
            work(piece)?;
        }
        Ok(())
    }

    fn num_threads(&self) -> usize {
        1
    }

    fn run_ordered(
        &mut self,
        pieces: usize,
        _at_once: Option<usize>,
        work: &JxlParallelRunnerFun<'_>,
    ) -> JxlResult<()> {
        self.run(pieces, work)
    }
}
