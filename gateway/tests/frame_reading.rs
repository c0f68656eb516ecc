//! Frames are read in two ways, at once from the system's memory or waiting for the disk: both give the stored bytes.

#![allow(clippy::unwrap_used)]

mod archive_support;

use std::fs;
use std::path::Path;

use archive_support::{Served, corpus};
use gateway::archive::buffers::Buffers;
use gateway::archive::files::Files;
use gateway::archive::place::{Place, locate};
use gateway::archive::{read, schema};
use gateway::source::{InstanceId, SourceError};
use phantom::Film;
use rusqlite::Connection;
use viewer_core::dicom::frames::FrameIndex;
use viewer_core::dicom::limits::Limits;
use viewer_core::dicom::{part10, read_header};

struct Stored {
    index: Connection,
    files: Files,
    buffers: Buffers,
}

impl Stored {
    fn open(data: &Path) -> Self {
        let index = schema::open_reader(&data.join("archive.sqlite")).unwrap();
        Self { index, files: Files::open(data).unwrap(), buffers: Buffers::default() }
    }

    /// Instances with the number of their frames.
    fn instances(&self) -> Vec<(InstanceId, u32)> {
        let sql = "SELECT s.uid, e.uid, i.uid, i.frames FROM instance i JOIN series e ON e.id = i.series
                   JOIN study s ON s.id = e.study WHERE i.frames > 0";
        let mut statement = self.index.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| {
            let id = InstanceId { study: row.get(0)?, series: row.get(1)?, instance: row.get(2)? };
            Ok((id, row.get(3)?))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn place(&self, id: &InstanceId, number: u32) -> Result<Place, SourceError> {
        locate(&self.index, &self.files, id, number)
    }
}

#[tokio::test]
async fn waiting_gives_the_bytes_of_the_file() {
    let served = Served::phantom(&Film::ALL);
    let stored = Stored::open(&served.data());
    for (id, frames) in stored.instances() {
        let InstanceId { study, series, instance } = &id;
        let path = format!("/studies/{study}/series/{series}/instances/{instance}");
        let file = served.get(&path, &[("accept", "application/dicom; transfer-syntax=*")]).await.body;
        let file = part10::read(&file, &Limits::default()).unwrap();
        let header = read_header(&file.data, Some(file.frame_transfer_syntax()), &Limits::default()).unwrap();
        let index = FrameIndex::new(&file, &header.pixels).unwrap();
        for number in 1..=frames {
            let frame = read::waiting(&stored.place(&id, number).unwrap(), &stored.buffers).unwrap();
            assert_eq!(frame.bytes, index.frame(number - 1).unwrap().of(&file.bytes)[..]);
        }
    }
}

/// Whether the system can say of files beside this one what it has in memory: some file systems cannot.
#[cfg(target_os = "linux")]
fn can_tell(path: &Path) -> bool {
    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let file = fs::File::open(path).unwrap();
    let mut byte = [0];
    let read = preadv2(&file, &mut [std::io::IoSliceMut::new(&mut byte)], 0, ReadWriteFlags::NOWAIT);
    !matches!(read, Err(Errno::OPNOTSUPP | Errno::NOSYS))
}

#[cfg(not(target_os = "linux"))]
fn can_tell(_path: &Path) -> bool {
    false
}

/// Over fragments, bits that begin inside a byte, and inflated data sets.
#[tokio::test]
async fn both_ways_give_the_same() {
    let Some(root) = corpus("conformance") else { return };
    let served = Served::new(&[&root]);
    let stored = Stored::open(&served.data());
    let mut compared = 0;
    for (id, frames) in stored.instances() {
        for number in [1, frames.div_ceil(2), frames] {
            // A file that ends early has no place for its last frames.
            let Ok(place) = stored.place(&id, number) else { continue };
            let waited = read::waiting(&place, &stored.buffers).unwrap();
            let Some(at_once) = read::at_once(&place, &stored.buffers) else { continue };
            assert_eq!(at_once.bytes, waited.bytes, "{} {number}", id.instance);
            assert_eq!(
                (at_once.etag, at_once.transfer_syntax_uid),
                (waited.etag, waited.transfer_syntax_uid)
            );
            compared += 1;
        }
    }
    assert!(
        compared > 0 || !can_tell(&served.data().join("archive.sqlite")),
        "the system can tell what is in memory, and none of it was"
    );
}

#[tokio::test]
async fn a_file_that_lost_its_end_is_said_to_be_shorter() {
    let served = Served::phantom(&[Film::Mr]);
    let stored = Stored::open(&served.data());
    let (id, frames) = stored.instances().remove(0);
    let sha256: String = stored
        .index
        .query_row("SELECT sha256 FROM instance WHERE uid = ?1", [&id.instance], |row| row.get(0))
        .unwrap();
    let path = stored.files.path(&sha256, gateway::archive::files::Kind::Original);
    let place = stored.place(&id, frames).unwrap();
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    assert!(read::at_once(&place, &stored.buffers).is_none());
    let error = read::waiting(&place, &stored.buffers).unwrap_err();
    assert!(matches!(error, SourceError::Storage(detail) if detail.contains("shorter")));
}
