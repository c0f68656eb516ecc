//! Log lines on their way out: collected in memory, written many at a time by a thread of its own.
//!
//! Whoever serves frames neither waits for the one who reads the log nor wakes a thread for each line. Lines that find
//! no room, because nobody reads, are lost; how many is said as soon as somebody does.

use std::{
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Bytes of lines that wait.
const MOST_WAITING: usize = 4 << 20;
/// Lines wait this long for others to go with.
const GATHER: Duration = Duration::from_millis(20);
/// The last lines have this long to be written when the service ends.
const LAST: Duration = Duration::from_secs(1);

/// Takes lines. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct LogLines(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    lost: u64,
    writing: bool,
    ending: bool,
}

/// Lines are written until this is dropped; dropping it waits for the last ones.
#[derive(Debug)]
pub struct WrittenUntilDropped(LogLines);

impl LogLines {
    /// Starts the thread that writes. `lost` makes the line that says how many were lost, in the log's format.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(super) fn start(
        out: impl Write + Send + 'static,
        lost: fn(u64) -> String,
    ) -> io::Result<(Self, WrittenUntilDropped)> {
        let lines = Self::default();
        let writer = lines.clone();
        thread::Builder::new().name("log".into()).spawn(move || writer.write_all_to(out, lost))?;
        Ok((lines.clone(), WrittenUntilDropped(lines)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_all_to(&self, mut out: impl Write, lost: fn(u64) -> String) {
        let mut batch = Vec::new();
        while self.next_batch(&mut batch, lost) {
            // Nobody can be told that the log cannot be written.
            let _ = out.write_all(&batch).and_then(|()| out.flush());
            batch.clear();
        }
    }

    /// Waits for lines and takes them all; `false` when there will be no more.
    fn next_batch(&self, batch: &mut Vec<u8>, lost_line: fn(u64) -> String) -> bool {
        let mut state = self.state();
        state.writing = false;
        self.0.changed.notify_all();
        while state.waiting.is_empty() && !state.ending {
            state = self.0.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if !state.ending {
            let more = |state: &mut State| !state.ending;
            let gathered = self.0.changed.wait_timeout_while(state, GATHER, more);
            state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        }
        std::mem::swap(batch, &mut state.waiting);
        let lost = std::mem::take(&mut state.lost);
        if lost > 0 {
            batch.extend_from_slice(lost_line(lost).as_bytes());
            batch.push(b'\n');
        }
        state.writing = !batch.is_empty();
        state.writing
    }
}

impl Drop for WrittenUntilDropped {
    fn drop(&mut self) {
        let Self(lines) = self;
        let mut state = lines.state();
        state.ending = true;
        lines.0.changed.notify_all();
        let left = |state: &mut State| state.writing || !state.waiting.is_empty();
        // Whoever stopped reading does not keep the service from ending.
        drop(lines.0.changed.wait_timeout_while(state, LAST, left));
    }
}

/// One line, given in one piece.
impl Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.state();
        if state.waiting.len() + line.len() > MOST_WAITING {
            state.lost += 1;
            return Ok(line.len());
        }
        let first = state.waiting.is_empty();
        state.waiting.extend_from_slice(line);
        drop(state);
        if first {
            self.0.changed.notify_all();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for LogLines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Passes on what is written, and waits before each writing until it may.
    struct Reader {
        may: mpsc::Receiver<()>,
        got: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // A sender that is gone stops nobody.
            let _ = self.may.recv();
            self.got.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lost(lines: u64) -> String {
        format!("{lines} lost")
    }

    #[test]
    fn all_lines_are_written_in_order_before_the_end() {
        let got = Arc::new(Mutex::new(Vec::new()));
        let (_, may) = mpsc::channel();
        let (mut lines, written) = LogLines::start(Reader { may, got: Arc::clone(&got) }, lost).unwrap();
        for n in 0..1000 {
            writeln!(lines, "{n}").unwrap();
        }
        drop(written);
        let expected: String = (0..1000).map(|n| format!("{n}\n")).collect();
        assert_eq!(String::from_utf8(got.lock().unwrap().clone()).unwrap(), expected);
    }

    #[test]
    fn a_reader_who_stops_costs_lines_and_nothing_else() {
        let got = Arc::new(Mutex::new(Vec::new()));
        let (go_on, may) = mpsc::channel();
        let (mut lines, written) = LogLines::start(Reader { may, got: Arc::clone(&got) }, lost).unwrap();
        let line = [b"x".repeat(1023), b"\n".to_vec()].concat();
        let sent = 3 * MOST_WAITING / line.len();
        for _ in 0..sent {
            lines.write_all(&line).unwrap();
        }
        assert!(lines.state().waiting.len() <= MOST_WAITING);
        drop(go_on);
        drop(written);
        let text = String::from_utf8(got.lock().unwrap().clone()).unwrap();
        let arrived = text.lines().filter(|line| line.starts_with('x')).count();
        let lost: usize =
            text.lines().filter_map(|line| line.split_once(" lost")?.0.parse::<usize>().ok()).sum();
        assert!(lost > 0);
        assert_eq!(arrived + lost, sent);
    }
}
