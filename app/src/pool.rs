//! Who of the decoder workers does what: a pure state machine. The messages themselves are `platform`'s.
//!
//! A worker holds one frame in hand and at most one more in line, so that it never waits for the page and yet
//! little is lost with it. Order among waiting frames is the caller's: it asks for [`Pool::free`] places and hands
//! out the most wanted frame first. A worker that says nothing for [`WATCHDOG_MS`] is taken for dead.

use std::collections::VecDeque;

use crate::protocol::{FromWorker, PROTOCOL_VERSION, ProtocolError};

/// A frame takes at most some hundred milliseconds; a slow phone with a mammogram, some seconds.
pub const WATCHDOG_MS: f64 = 30_000.0;

/// Frames given to one worker at a time.
const IN_HAND: usize = 2;

/// Workers die on a frame now and then; a worker that dies this often without one answer is not started again.
const FRUITLESS_STARTS: u32 = 3;

/// How many workers a device gets: 1–3. `memory_gib` is 0 where the browser does not say.
pub fn pool_size(cores: u32, memory_gib: f64) -> usize {
    let by_cores = cores.saturating_sub(1).clamp(1, 3) as usize;
    if memory_gib > 0.0 && memory_gib <= 2.0 { 1 } else { by_cores }
}

/// State of the workers.
#[derive(Debug)]
pub struct Pool {
    workers: Vec<WorkerState>,
}

#[derive(Debug, Default)]
struct WorkerState {
    ready: bool,
    /// Ids in the order in which they were sent, and when the first became the first.
    in_hand: VecDeque<u32>,
    since_ms: f64,
    /// Bytes of its heap, as it said last.
    heap: u32,
    fruitless_starts: u32,
    given_up: bool,
}

/// What a message of a worker means.
#[derive(Debug, PartialEq)]
pub enum Told {
    /// It is ready; what waits for it can be sent.
    Ready,
    /// It finished this request.
    Done(u32),
    /// It is dead; see [`Pool::lost`].
    Died(String),
}

impl Pool {
    /// A pool of workers that have been started and are not ready yet.
    pub fn new(size: usize) -> Self {
        Self { workers: (0..size).map(|_| WorkerState::default()).collect() }
    }

    /// The worker with a free place and the shortest line; workers that are still starting count, messages to
    /// them wait in the browser.
    pub fn free(&self) -> Option<usize> {
        let able = |worker: &&WorkerState| !worker.given_up && worker.in_hand.len() < IN_HAND;
        let (index, _) = self
            .workers
            .iter()
            .enumerate()
            .filter(|(_, worker)| able(worker))
            .min_by_key(|(_, worker)| (worker.in_hand.len(), !worker.ready))?;
        Some(index)
    }

    /// Whether no worker can be had any more: decoding has to go on in the page.
    pub fn is_lost(&self) -> bool {
        self.workers.iter().all(|worker| worker.given_up)
    }

    /// Whether any worker has work in hand.
    pub fn is_busy(&self) -> bool {
        self.workers.iter().any(|worker| !worker.in_hand.is_empty())
    }

    /// Notes that a request was sent to a worker.
    pub fn sent(&mut self, worker: usize, id: u32, now_ms: f64) {
        if let Some(state) = self.workers.get_mut(worker) {
            if state.in_hand.is_empty() {
                state.since_ms = now_ms;
            }
            state.in_hand.push_back(id);
        }
    }

    /// Notes a message of a worker.
    ///
    /// # Errors
    /// When the worker is of another version, or answers what nobody asked: errors of the program.
    pub fn heard(&mut self, worker: usize, message: &FromWorker, now_ms: f64) -> Result<Told, ProtocolError> {
        let unknown = ProtocolError::UnknownId(u32::MAX);
        let state = self.workers.get_mut(worker).ok_or(unknown)?;
        match message {
            FromWorker::Ready { version } if *version != PROTOCOL_VERSION => {
                Err(ProtocolError::Version { found: *version })
            }
            FromWorker::Ready { .. } => {
                state.ready = true;
                state.since_ms = now_ms;
                Ok(Told::Ready)
            }
            FromWorker::Reply { id, heap, .. } => {
                let place =
                    state.in_hand.iter().position(|had| had == id).ok_or(ProtocolError::UnknownId(*id))?;
                state.in_hand.remove(place);
                state.heap = *heap;
                state.since_ms = now_ms;
                state.fruitless_starts = 0;
                Ok(Told::Done(*id))
            }
            FromWorker::Fatal { message } => Ok(Told::Died(message.clone())),
        }
    }

    /// Workers that have had work for too long.
    pub fn overdue(&self, now_ms: f64) -> Vec<usize> {
        let late = |worker: &WorkerState| {
            !worker.given_up && !worker.in_hand.is_empty() && now_ms - worker.since_ms > WATCHDOG_MS
        };
        self.workers.iter().enumerate().filter(|(_, worker)| late(worker)).map(|(index, _)| index).collect()
    }

    /// Bytes of all heaps together.
    pub fn heaps(&self) -> u64 {
        self.workers.iter().map(|worker| u64::from(worker.heap)).sum()
    }

    /// Workers that have had nothing to do for `idle_ms` and whose heaps have grown beyond `most` bytes: a heap shrinks
    /// with its worker only.
    pub fn grown(&self, now_ms: f64, idle_ms: f64, most: u32) -> Vec<usize> {
        let large = |worker: &WorkerState| {
            worker.in_hand.is_empty() && worker.heap > most && now_ms - worker.since_ms >= idle_ms
        };
        self.workers.iter().enumerate().filter(|(_, worker)| large(worker)).map(|(index, _)| index).collect()
    }

    /// Takes the work of a worker that is replaced by a better one.
    pub fn replaced(&mut self, worker: usize) -> Vec<u32> {
        let Some(state) = self.workers.get_mut(worker) else { return Vec::new() };
        state.ready = false;
        state.heap = 0;
        state.in_hand.drain(..).collect()
    }

    /// Takes a dead worker's work from it. Gives the ids that will never be answered, and whether to start another.
    pub fn lost(&mut self, worker: usize) -> (Vec<u32>, bool) {
        let Some(state) = self.workers.get_mut(worker) else { return (Vec::new(), false) };
        let ids = state.in_hand.drain(..).collect();
        state.ready = false;
        state.heap = 0;
        state.fruitless_starts += 1;
        state.given_up = state.fruitless_starts >= FRUITLESS_STARTS;
        (ids, !state.given_up)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{FailureKind, WireFailure};

    fn reply(id: u32) -> FromWorker {
        let failure = WireFailure { kind: FailureKind::Damaged, message: String::new() };
        FromWorker::Reply { id, result: Err(failure), heap: 20 << 20 }
    }

    const READY: FromWorker = FromWorker::Ready { version: PROTOCOL_VERSION };

    #[test]
    fn size_follows_the_device() {
        assert_eq!([1, 2, 3, 4, 64].map(|cores| pool_size(cores, 8.0)), [1, 1, 2, 3, 3]);
        assert_eq!(pool_size(8, 2.0), 1);
        assert_eq!(pool_size(0, 0.0), 1);
    }

    #[test]
    fn spreads_work_and_stops_at_two_each() {
        let mut pool = Pool::new(2);
        assert_eq!(pool.heard(1, &READY, 0.0).unwrap(), Told::Ready);
        let order: Vec<usize> = (0..4)
            .map(|id| {
                let worker = pool.free().unwrap();
                pool.sent(worker, id, 0.0);
                worker
            })
            .collect();
        assert_eq!(order, [1, 0, 1, 0]);
        assert_eq!(pool.free(), None);
        assert_eq!(pool.heard(1, &reply(0), 1.0).unwrap(), Told::Done(0));
        assert_eq!(pool.free(), Some(1));
    }

    #[test]
    fn raises_what_no_worker_should_say() {
        let mut pool = Pool::new(1);
        let other = FromWorker::Ready { version: PROTOCOL_VERSION + 1 };
        assert!(matches!(pool.heard(0, &other, 0.0), Err(ProtocolError::Version { .. })));
        assert!(matches!(pool.heard(0, &reply(5), 0.0), Err(ProtocolError::UnknownId(5))));
        pool.sent(0, 5, 0.0);
        assert_eq!(pool.heard(0, &reply(5), 0.0).unwrap(), Told::Done(5));
        assert!(matches!(pool.heard(0, &reply(5), 0.0), Err(ProtocolError::UnknownId(5))));
    }

    #[test]
    fn a_dead_worker_gives_its_work_back_and_is_started_again_a_few_times() {
        let mut pool = Pool::new(1);
        pool.sent(0, 1, 0.0);
        pool.sent(0, 2, 0.0);
        assert_eq!(pool.lost(0), (vec![1, 2], true));
        assert_eq!(pool.lost(0), (vec![], true));
        assert_eq!(pool.lost(0), (vec![], false));
        assert!(pool.is_lost());
        assert_eq!(pool.free(), None);
    }

    #[test]
    fn a_replaced_worker_gives_its_work_back_and_is_not_blamed() {
        let mut pool = Pool::new(1);
        for id in 0..10 {
            pool.sent(0, id, 0.0);
            assert_eq!(pool.replaced(0), [id]);
        }
        assert_eq!(pool.free(), Some(0));
    }

    #[test]
    fn a_worker_whose_heap_has_grown_is_replaced_when_it_rests() {
        let mut pool = Pool::new(2);
        pool.sent(0, 1, 0.0);
        pool.sent(0, 2, 0.0);
        pool.heard(0, &reply(1), 10.0).unwrap();
        assert_eq!(pool.heaps(), 20 << 20);
        assert_eq!(pool.grown(9e9, 3000.0, 16 << 20), [0; 0], "it has work in hand");
        pool.heard(0, &reply(2), 20.0).unwrap();
        assert_eq!(pool.grown(3019.0, 3000.0, 16 << 20), [0; 0], "not yet");
        assert_eq!(pool.grown(3020.0, 3000.0, 20 << 20), [0; 0], "it has not grown so far");
        assert_eq!(pool.grown(3020.0, 3000.0, 16 << 20), [0]);
        assert_eq!((pool.replaced(0), pool.heaps()), (vec![], 0));
    }

    #[test]
    fn an_answer_proves_a_worker() {
        let mut pool = Pool::new(1);
        for id in 0..10 {
            pool.sent(0, id, 0.0);
            pool.heard(0, &reply(id), 0.0).unwrap();
            assert!(pool.lost(0).1);
        }
    }

    #[test]
    fn the_watchdog_counts_from_the_last_sign_of_life() {
        let mut pool = Pool::new(1);
        assert!(pool.overdue(1e9).is_empty());
        pool.sent(0, 1, 0.0);
        pool.sent(0, 2, 0.0);
        pool.heard(0, &reply(1), 20_000.0).unwrap();
        assert!(pool.overdue(WATCHDOG_MS + 1.0).is_empty());
        assert_eq!(pool.overdue(20_000.0 + WATCHDOG_MS + 1.0), [0]);
    }
}
