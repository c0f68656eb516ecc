//! The same work on every index, on all cores, with results handed over as they come.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// Calls `work(i)` for every `i` below `count` on as many threads as the machine has cores, and `take(i, result)`
/// on the calling thread, in no fixed order. Stops early at the first error of `take`.
pub(crate) fn for_each<T: Send, E>(
    count: usize,
    work: impl Fn(usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
    std::thread::scope(|scope| {
        // A short queue: finished pictures wait for the disk, not in memory.
        let (send, receive) = mpsc::sync_channel(threads);
        for _ in 0..threads {
            let (send, next, work) = (send.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count || send.send((i, work(i))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        for (i, result) in receive {
            take(i, result)?;
        }
        Ok(())
    })
}

/// `work(i)` for every index, in order.
pub(crate) fn map<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let mut out: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let done: Result<(), std::convert::Infallible> = for_each(count, work, |i, v| {
        out[i] = Some(v);
        Ok(())
    });
    match done {
        Ok(()) => out.into_iter().flatten().collect(),
        Err(never) => match never {},
    }
}
