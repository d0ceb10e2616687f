//! What a seed draws before it begins: which faults and features are on, how often, how much of
//! everything fits. Seeds that differ in kind find more than seeds that differ in luck.

use super::dice::Dice;
use crate::config::Limits;

pub(super) struct Plan {
    pub(super) limits: Limits,
    pub(super) workflow_ids: usize,
    pub(super) worker_urls: usize,
    pub(super) client_actions: usize,
    /// The longest pause between two actions of the clients.
    pub(super) pause_max_millis: i64,
    pub(super) disk: DiskFaults,
    pub(super) worker: WorkerFaults,
    pub(super) features: Features,
    /// Chances per mille and turn.
    pub(super) crash_between: u32,
    pub(super) clock_step: u32,
    pub(super) stall: u32,
}

/// Chances per mille and operation.
#[derive(Clone, Copy)]
pub(super) struct DiskFaults {
    pub(super) read_fails: u32,
    pub(super) write_fails: u32,
    pub(super) commit_fails: u32,
    /// The commit fails, and only a crash tells whether it is on disk.
    pub(super) commit_unclear: u32,
    pub(super) crash_before_commit: u32,
    pub(super) crash_after_commit: u32,
    /// Everything fails for a while.
    pub(super) outage: u32,
}

/// Chances per mille and call.
#[derive(Clone, Copy)]
pub(super) struct WorkerFaults {
    pub(super) fails: u32,
    /// No answer within the time-out.
    pub(super) lost: u32,
    /// The answer comes after its time-out as well.
    pub(super) late: u32,
    pub(super) doubled: u32,
    /// An answer that decodes and means nothing.
    pub(super) illegal: u32,
    pub(super) slow: u32,
}

#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is drawn by itself")]
pub(super) struct Features {
    pub(super) timers: bool,
    pub(super) locks: bool,
    pub(super) one_attempt: bool,
    pub(super) retry_limits: bool,
    pub(super) proceed: bool,
    pub(super) workflow_retry: bool,
    pub(super) start_delay: bool,
    pub(super) workflow_timeout: bool,
    pub(super) closes: bool,
    pub(super) stops: bool,
    pub(super) rpcs: bool,
    pub(super) skips: bool,
}

impl Plan {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let features = Features {
            timers: dice.chance(850),
            locks: dice.chance(400),
            one_attempt: dice.chance(600),
            retry_limits: dice.chance(600),
            proceed: dice.chance(500),
            workflow_retry: dice.chance(300),
            start_delay: dice.chance(300),
            workflow_timeout: dice.chance(200),
            closes: dice.chance(700),
            stops: dice.chance(500),
            rpcs: dice.chance(600),
            skips: dice.chance(500),
        };
        let limits = Limits {
            queue_requests_max: dice.pick(&[4, 64, 4096]),
            batch_requests_max: dice.pick(&[1, 2, 8, 256]),
            hot_runs_max: 16,
            timers_per_batch_max: dice.pick(&[1, 3, 128]),
            calls_per_worker_max: dice.pick(&[1, 2, 8, 256]),
            calls_per_state_max: dice.pick(&[1, 4, 256]),
            calls_queued_max: dice.pick(&[0, 1, 4, 64]),
            ..Limits::default()
        };
        // A third of all seeds has a sound machine: what goes wrong there is the engine's doing.
        let is_sound = dice.chance(333);
        let mut fault = |often: &[u32]| {
            if is_sound || dice.chance(500) {
                0
            } else {
                dice.pick(often)
            }
        };
        let disk = DiskFaults {
            read_fails: fault(&[1, 5, 30]),
            write_fails: fault(&[2, 20, 100]),
            commit_fails: fault(&[2, 20, 100]),
            commit_unclear: fault(&[2, 20]),
            crash_before_commit: fault(&[2, 10, 50]),
            crash_after_commit: fault(&[2, 10, 50]),
            outage: fault(&[1, 5]),
        };
        let (crash_between, clock_step, stall) =
            (fault(&[1, 5, 20]), fault(&[1, 5, 20]), fault(&[1, 5, 20]));
        let mut of_workers = |often: &[u32]| {
            if dice.chance(400) {
                0
            } else {
                dice.pick(often)
            }
        };
        let worker = WorkerFaults {
            fails: of_workers(&[10, 100, 400]),
            lost: of_workers(&[5, 50, 200]),
            late: of_workers(&[100, 500]),
            doubled: of_workers(&[10, 100]),
            illegal: of_workers(&[5, 30]),
            slow: of_workers(&[20, 300]),
        };
        Self {
            limits,
            workflow_ids: dice.pick(&[1, 3, 8, 30]),
            worker_urls: dice.pick(&[1, 1, 3]),
            client_actions: dice.pick(&[20, 80, 200]),
            pause_max_millis: dice.pick(&[100, 3_000, 600_000, 7_200_000]),
            disk,
            worker,
            features,
            crash_between,
            clock_step,
            stall,
        }
    }
}
