//! The scheduler under scripted answers and a clock of our own.

mod groups;
mod random;
mod scripted;

use super::scheduler::{Command, Scheduler};
use super::{Budget, FrameKey, Goal, RequestId, SeriesIx, Source, Tier, Want};

const BUDGET: Budget = Budget {
    network: 3,
    reads: 2,
    decodes: 2,
    encoded_bytes: 1000,
    decoded_bytes: 2000,
    encoded_at_rest: 1000,
    decoded_at_rest: 2000,
    answer_bytes: 1_000_000,
};

fn key(frame: u32) -> FrameKey {
    FrameKey { series: SeriesIx(0), instance: 0, frame }
}

fn want(frame: u32, tier: Tier, goal: Goal) -> Want {
    Want { key: key(frame), tier, goal, encoded: 100, decoded: 400 }
}

fn visible(frame: u32) -> Want {
    want(frame, Tier::Visible, Goal::Decoded)
}

fn ahead(frame: u32) -> Want {
    want(frame, Tier::Prefetch, Goal::Decoded)
}

/// A platform that does nothing by itself.
struct Bench {
    scheduler: Scheduler,
    now_ms: f64,
    seen: Vec<Command>,
}

impl Bench {
    fn new(budget: Budget) -> Self {
        Self { scheduler: Scheduler::new(budget), now_ms: 0.0, seen: Vec::new() }
    }

    /// The frame that has been asked for longest.
    fn oldest(&self) -> Option<u32> {
        self.scheduler.requests.values().next().map(|key| key.frame)
    }

    /// A bench whose line has proved fast: 1 ms a frame.
    fn fast(budget: Budget) -> Self {
        Self::with_line(budget, 1.0)
    }

    /// A bench whose line is neither weak nor fast enough for several frames in one answer.
    fn fair(budget: Budget) -> Self {
        Self::with_line(budget, 100.0)
    }

    fn with_line(budget: Budget, frame_ms: f64) -> Self {
        let mut bench = Self::new(budget);
        bench.declare(vec![visible(900)]);
        let request = bench.under_way(900).expect("a fetch is under way");
        bench.scheduler.arrived(request, key(900), Source::Network, 100, frame_ms);
        bench.step();
        bench.decode(900);
        bench.declare(Vec::new());
        bench.scheduler.forget_all();
        bench
    }

    fn step(&mut self) -> Vec<Command> {
        let out = self.scheduler.step(self.now_ms);
        self.seen.extend(&out);
        out
    }

    fn declare(&mut self, wants: Vec<Want>) -> Vec<Command> {
        self.scheduler.declare(wants);
        self.step()
    }

    /// The request that is under way for a frame.
    fn under_way(&self, frame: u32) -> Option<RequestId> {
        self.scheduler.requests.iter().find(|(_, k)| **k == key(frame)).map(|(r, _)| *r)
    }

    /// Lets the fetch of a frame arrive after 1 ms.
    fn arrive(&mut self, frame: u32) -> Vec<Command> {
        let request = self.under_way(frame).expect("a fetch is under way");
        self.scheduler.arrived(request, key(frame), Source::Network, 100, 1.0);
        self.step()
    }

    fn decode(&mut self, frame: u32) -> Vec<Command> {
        let request = self.under_way(frame).expect("a decode is under way");
        self.scheduler.decoded(request, key(frame), 400);
        self.step()
    }

    /// Arrives and decodes.
    fn answer(&mut self, frame: u32) -> Vec<Command> {
        let mut out = self.arrive(frame);
        out.extend(self.decode(frame));
        out
    }
}

fn fetches(commands: &[Command]) -> Vec<u32> {
    let frame = |c: &Command| match c {
        Command::Fetch { key, .. } => Some(key.frame),
        _ => None,
    };
    commands.iter().filter_map(frame).collect()
}

fn decodes(commands: &[Command]) -> Vec<u32> {
    let frame = |c: &Command| match c {
        Command::Decode { key, .. } => Some(key.frame),
        _ => None,
    };
    commands.iter().filter_map(frame).collect()
}
