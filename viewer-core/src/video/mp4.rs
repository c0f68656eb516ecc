//! Access units → an MP4 file with its index in front (ISO/IEC 14496-12, 14496-15).

use super::timing::{SECOND, Time};
use super::units::Pictures;
use super::{About, VideoError};

/// No rotation, no scaling: the matrix of section 6.2.2 in 16.16 and 2.30 fixed point.
const UNITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];

/// Bytes in which the file is made.
struct Writer(Vec<u8>);

impl Writer {
    /// A box; its size is filled in behind its content.
    fn boxed(&mut self, name: &[u8; 4], content: impl FnOnce(&mut Self)) {
        let begin = self.0.len();
        self.0.extend([0; 4]);
        self.0.extend(name);
        content(self);
        // An index of pictures stays far below 4 GiB: there are at most a few million.
        let size = (self.0.len() - begin) as u32;
        self.0[begin..begin + 4].copy_from_slice(&size.to_be_bytes());
    }

    /// A box with version and flags.
    fn full(&mut self, name: &[u8; 4], version: u8, flags: u32, content: impl FnOnce(&mut Self)) {
        self.boxed(name, |out| {
            out.long(u32::from(version) << 24 | flags);
            content(out);
        });
    }

    fn short(&mut self, number: u16) {
        self.0.extend(number.to_be_bytes());
    }

    fn long(&mut self, number: u32) {
        self.0.extend(number.to_be_bytes());
    }

    fn wide(&mut self, number: u64) {
        self.0.extend(number.to_be_bytes());
    }

    fn longs(&mut self, numbers: impl IntoIterator<Item = u32>) {
        numbers.into_iter().for_each(|number| self.long(number));
    }
}

/// The file.
///
/// # Errors
/// [`VideoError::TooLong`] where it would have 4 GiB or more.
pub(super) fn write(
    stream: &[u8],
    pictures: &Pictures,
    times: &[Time],
    about: &About,
) -> Result<Vec<u8>, VideoError> {
    let sizes = sizes(pictures);
    let body = sizes.iter().map(|size| u64::from(*size)).sum::<u64>();
    let mut out = Writer(Vec::new());
    out.boxed(b"ftyp", |out| out.0.extend(b"isom\0\0\x02\0isomiso2mp41"));
    let index = Index { pictures, times, sizes: &sizes, about };
    // The index says where the pictures begin: behind an index of just this size.
    let begin = out.0.len();
    index.write(&mut out, 0);
    let first = u32::try_from(out.0.len() + 8).map_err(|_| VideoError::TooLong)?;
    let whole = u32::try_from(u64::from(first) + body).map_err(|_| VideoError::TooLong)?;
    out.0.truncate(begin);
    out.0.reserve_exact(whole as usize - begin);
    index.write(&mut out, first);
    out.long(whole - first + 8);
    out.0.extend(b"mdat");
    for &(from, to) in pictures.units.iter().flat_map(|unit| &pictures.nals[unit.nals.clone()]) {
        out.long(to - from);
        out.0.extend(stream.get(from as usize..to as usize).unwrap_or_default());
    }
    Ok(out.0)
}

/// Bytes of each picture: its units, each behind its length.
fn sizes(pictures: &Pictures) -> Vec<u32> {
    let size = |unit: &super::units::Unit| {
        pictures.nals[unit.nals.clone()].iter().map(|(from, to)| to - from + 4).sum()
    };
    pictures.units.iter().map(size).collect()
}

/// All that the index says.
struct Index<'a> {
    pictures: &'a Pictures,
    times: &'a [Time],
    sizes: &'a [u32],
    about: &'a About,
}

impl Index<'_> {
    fn write(&self, out: &mut Writer, first: u32) {
        let duration: u64 = self.times.iter().map(|time| u64::from(time.duration)).sum();
        let [width, height] = [self.about.width, self.about.height];
        out.boxed(b"moov", |out| {
            out.full(b"mvhd", 1, 0, |out| {
                out.longs([0; 4]);
                out.long(SECOND);
                out.wide(duration);
                out.longs([0x1_0000, 0x100_0000, 0, 0]);
                out.longs(UNITY);
                out.longs([0, 0, 0, 0, 0, 0, 2]);
            });
            out.boxed(b"trak", |out| {
                // Enabled, in the presentation.
                out.full(b"tkhd", 1, 3, |out| {
                    out.longs([0, 0, 0, 0, 1, 0]);
                    out.wide(duration);
                    out.longs([0; 4]);
                    out.longs(UNITY);
                    out.longs([u32::from(width) << 16, u32::from(height) << 16]);
                });
                // Time begins with the first picture that is shown.
                out.boxed(b"edts", |out| {
                    out.full(b"elst", 1, 0, |out| {
                        out.long(1);
                        out.wide(duration);
                        out.wide(self.first_shown());
                        out.long(0x1_0000);
                    });
                });
                out.boxed(b"mdia", |out| self.media(out, duration, first));
            });
        });
    }

    /// Ticks from the first decoding to the first showing.
    fn first_shown(&self) -> u64 {
        let mut decoded = 0;
        let shown = self.times.iter().map(|time| {
            let shown = decoded + u64::from(time.delay);
            decoded += u64::from(time.duration);
            shown
        });
        shown.min().unwrap_or(0)
    }

    fn media(&self, out: &mut Writer, duration: u64, first: u32) {
        out.full(b"mdhd", 1, 0, |out| {
            out.longs([0; 4]);
            out.long(SECOND);
            out.wide(duration);
            // Language: undetermined.
            out.long(0x55C4_0000);
        });
        out.full(b"hdlr", 0, 0, |out| {
            out.long(0);
            out.0.extend(b"vide");
            out.longs([0; 3]);
            out.0.extend(b"video\0");
        });
        out.boxed(b"minf", |out| {
            out.full(b"vmhd", 0, 1, |out| out.longs([0; 2]));
            out.boxed(b"dinf", |out| {
                out.full(b"dref", 0, 0, |out| {
                    out.long(1);
                    out.full(b"url ", 0, 1, |_| {});
                });
            });
            out.boxed(b"stbl", |out| self.samples(out, first));
        });
    }

    fn samples(&self, out: &mut Writer, first: u32) {
        let count = self.sizes.len() as u32;
        out.full(b"stsd", 0, 0, |out| {
            out.long(1);
            self.entry(out);
        });
        let runs = |value: fn(&Time) -> u32| -> Vec<(u32, u32)> {
            let runs = self.times.chunk_by(move |one, other| value(one) == value(other));
            runs.map(|run| (run.len() as u32, run.first().map_or(0, value))).collect()
        };
        for (name, runs) in [(b"stts", runs(|time| time.duration)), (b"ctts", runs(|time| time.delay))] {
            out.full(name, 0, 0, |out| {
                out.long(runs.len() as u32);
                out.longs(runs.into_iter().flat_map(|(length, value)| [length, value]));
            });
        }
        out.full(b"stss", 0, 0, |out| {
            let keys: Vec<u32> =
                (1..).zip(&self.pictures.units).filter(|(_, unit)| unit.key).map(|(n, _)| n).collect();
            out.long(keys.len() as u32);
            out.longs(keys);
        });
        // One chunk holds them all.
        out.full(b"stsc", 0, 0, |out| out.longs([1, 1, count, 1]));
        out.full(b"stsz", 0, 0, |out| {
            out.longs([0, count]);
            out.longs(self.sizes.iter().copied());
        });
        out.full(b"stco", 0, 0, |out| out.longs([1, first]));
    }

    fn entry(&self, out: &mut Writer) {
        let configuration = &self.pictures.configuration;
        out.boxed(configuration.entry, |out| {
            out.longs([0, 1, 0, 0, 0, 0]);
            out.short(self.about.width);
            out.short(self.about.height);
            // 72 dpi, one picture a sample, no name of a compressor, 24 bits without alpha.
            out.longs([0x48_0000, 0x48_0000, 0]);
            out.short(1);
            out.0.extend([0; 32]);
            out.longs([0x18_FFFF]);
            out.boxed(configuration.name, |out| out.0.extend(&configuration.record));
        });
    }
}
