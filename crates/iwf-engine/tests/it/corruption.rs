//! Damaged copies of a database and its log: the engine starts with what was committed up to some
//! instant, or refuses and says what to do. It never serves anything else.
//!
//! The original is written by one client whose every request is noted with what the run looked like
//! afterwards, so that "up to some instant" can be decided exactly. It has runs that are called, that
//! wait and that are closed, and is copied as `kill -9` would leave it: with a log that has been
//! carried over in part. Runs of which the engine says that they are damaged are left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use iwf_engine::inspect::InspectOptions;
use iwf_engine::{Engine, EngineConfig};
use iwf_protocol::{
    CommandRequest, CommandWaitingType, KeyValue, SearchAttribute, SearchAttributeValueType,
    StateStartResponse, TimerCommand, WorkflowSearchRequest, WorkflowSetDataObjectsRequest,
    WorkflowSetSearchAttributesRequest, WorkflowSignalRequest, WorkflowStartRequest,
    WorkflowStateOptions, WorkflowStopRequest,
};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngCore, SeedableRng};

use crate::support::{Host, object, skip, start_request};

const REQUESTS: usize = 600;
/// When the copy of older pages is taken.
const EARLY: usize = 150;
const RUNS: usize = 10;
/// How many damaged copies are tried: 100, or what `IWF_CORRUPTION_CASES` says.
const CASES: u64 = 100;
const FILES: [&str; 2] = ["iwf-engine.db", "iwf-engine.db-wal"];

/// What is seen of a run.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Nothing,
    Run(String),
    /// The engine says that it cannot be trusted.
    Damaged,
}

/// What each run looked like after which request; request 0 is what was there before.
#[derive(Default)]
struct Ledger(BTreeMap<String, Vec<(usize, Seen)>>);

impl Ledger {
    async fn note(&mut self, engine: &Engine, request: usize, workflow_id: &str) {
        let seen = see(engine, workflow_id).await;
        assert!(matches!(seen, Seen::Run(_)), "{workflow_id}: {seen:?}");
        let entries = self.0.entry(workflow_id.to_owned()).or_default();
        if entries.is_empty() && request > 0 {
            entries.push((0, Seen::Nothing));
        }
        entries.push((request, seen));
    }

    /// After which request everything looked like this, the last one if there are several.
    fn instant(&self, seen: &BTreeMap<&str, Seen>) -> Option<usize> {
        let mut fits = [true; REQUESTS + 1];
        for (id, entries) in &self.0 {
            let seen = &seen[id.as_str()];
            if *seen == Seen::Damaged {
                continue;
            }
            let ends = entries.iter().skip(1).map(|(from, _)| *from);
            for ((from, was), end) in entries.iter().zip(ends.chain([REQUESTS + 1])) {
                if was != seen {
                    fits[*from..end].fill(false);
                }
            }
        }
        fits.iter().rposition(|fits| *fits)
    }
}

async fn see(engine: &Engine, workflow_id: &str) -> Seen {
    let options = InspectOptions {
        value_chars_max: 1000,
        ..InspectOptions::default()
    };
    match engine.inspect(workflow_id, None, options).await {
        Ok(details) => {
            let mut seen = serde_json::to_value(details).expect("JSON");
            // When a call that is owed was looked at last is not part of the run.
            seen.as_object_mut().expect("an object").remove("dueAt");
            Seen::Run(seen.to_string())
        }
        Err(failure) if failure.status == 400 => Seen::Nothing,
        Err(failure) => {
            let told = failure.to_string();
            assert!(
                told.contains("damaged") && told.contains("backup"),
                "{told}"
            );
            Seen::Damaged
        }
    }
}

/// Runs that wait, are called in parallel, and are closed.
async fn set_up(folder: &Path) {
    let mut host = Host::open(folder).await;
    host.start("waiting", WorkflowStateOptions::default()).await;
    let timer = TimerCommand {
        duration_seconds: Some(1_000_000),
        ..Default::default()
    };
    let request = CommandRequest {
        command_waiting_type: Some(CommandWaitingType::AllCompleted),
        timer_commands: vec![timer],
        ..Default::default()
    };
    host.call().await.answer_wait_until(StateStartResponse {
        command_request: Some(request),
        ..Default::default()
    });
    for number in 0..5 {
        let id = format!("closed-{number}");
        host.start(&id, skip()).await;
        host.call().await.complete(&format!("{number}"));
        host.end(&id).await;
        host.start(&format!("called-{number}"), skip()).await;
        host.call().await;
    }
    host.stop().await;
}

async fn request(engine: &Engine, number: usize) -> String {
    let id = format!("run-{}", number % RUNS);
    let text = format!("{number} {}", "x".repeat(number % 300));
    match number {
        0..=RUNS => start(engine, &id).await,
        _ if number.is_multiple_of(15) => {
            let id = format!("started-{number}");
            start(engine, &id).await;
            return id;
        }
        _ if number % 40 == 1 => {
            let id = format!("started-{}", number / 15 * 15);
            let request = WorkflowStopRequest {
                workflow_id: id.clone(),
                ..Default::default()
            };
            engine.stop(request).await.expect("stopped");
            return id;
        }
        _ => match number % 3 {
            0 => set_data(engine, &id, &text).await,
            1 => set_search(engine, &id, number).await,
            _ => {
                let id = if number.is_multiple_of(4) {
                    "waiting"
                } else {
                    &id
                };
                let request = WorkflowSignalRequest {
                    workflow_id: id.to_owned(),
                    signal_channel_name: "messages".to_owned(),
                    signal_value: Some(object(&text)),
                    ..Default::default()
                };
                engine.signal(request).await.expect("taken");
                return id.to_owned();
            }
        },
    }
    id
}

async fn start(engine: &Engine, id: &str) {
    let request = WorkflowStartRequest {
        start_state_id: None,
        state_options: None,
        workflow_start_options: Some(iwf_protocol::WorkflowStartOptions {
            id_reuse_policy: Some(iwf_protocol::IdReusePolicy::DisallowReuse),
            workflow_already_started_options: Some(iwf_protocol::WorkflowAlreadyStartedOptions {
                ignore_already_started_error: true,
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..start_request(id, skip())
    };
    engine.start(request).await.expect("started");
}

async fn set_data(engine: &Engine, id: &str, text: &str) {
    let one = |key: &str| KeyValue {
        key: key.to_owned(),
        value: Some(object(text)),
    };
    let request = WorkflowSetDataObjectsRequest {
        workflow_id: id.to_owned(),
        objects: vec![one("a"), one("b"), one(&format!("c{}", text.len() % 5))],
        ..Default::default()
    };
    engine.set_data_objects(request).await.expect("set");
}

async fn set_search(engine: &Engine, id: &str, number: usize) {
    let attribute = SearchAttribute {
        key: "CustomIntField".to_owned(),
        value_type: Some(SearchAttributeValueType::Int),
        integer_value: i64::try_from(number).ok(),
        ..Default::default()
    };
    let request = WorkflowSetSearchAttributesRequest {
        workflow_id: id.to_owned(),
        search_attributes: vec![attribute],
        ..Default::default()
    };
    engine.set_search_attributes(request).await.expect("set");
}

fn copy(from: &Path, to: &Path) {
    for file in FILES {
        std::fs::copy(from.join(file), to.join(file)).expect("copied");
    }
}

/// The folders that a case is made of, and what is known about them.
struct Original {
    folder: tempfile::TempDir,
    early: PathBuf,
    late: PathBuf,
    ledger: Ledger,
}

impl Original {
    async fn make() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let [data, early, late] = ["data", "early", "late"].map(|name| folder.path().join(name));
        std::fs::create_dir(&early).expect("made");
        std::fs::create_dir(&late).expect("made");
        set_up(&data).await;
        let host = Host::open(&data).await;
        let mut ledger = Ledger::default();
        for number in 0..5 {
            ledger
                .note(&host.engine, 0, &format!("closed-{number}"))
                .await;
            ledger
                .note(&host.engine, 0, &format!("called-{number}"))
                .await;
        }
        ledger.note(&host.engine, 0, "waiting").await;
        for number in 1..=REQUESTS {
            let id = request(&host.engine, number).await;
            ledger.note(&host.engine, number, &id).await;
            if number == EARLY {
                copy(&data, &early);
            }
        }
        copy(&data, &late);
        host.stop().await;
        Self {
            folder,
            early,
            late,
            ledger,
        }
    }

    /// A copy with damage that the seed decides; says what was done.
    fn damaged(&self, seed: u64, to: &Path) -> String {
        copy(&self.late, to);
        let mut random = StdRng::seed_from_u64(seed);
        let file = *FILES.choose(&mut random).expect("one of two");
        let path = to.join(file);
        let mut bytes = std::fs::read(&path).expect("read");
        let early = std::fs::read(self.early.join(file)).expect("read");
        let place = random.random_range(0..bytes.len());
        let what = match random.random_range(0..8) {
            0 | 1 => {
                bytes.truncate(place);
                "cut off"
            }
            2 | 3 => {
                bytes[place] ^= 1 << random.random_range(0..8);
                "one bit flipped"
            }
            4 => {
                for _ in 0..random.random_range(2..20) {
                    let place = random.random_range(0..bytes.len());
                    bytes[place] ^= 1 << random.random_range(0..8);
                }
                "several bits flipped"
            }
            5 => {
                let place = place / 512 * 512;
                let end = bytes.len().min(place + 512);
                bytes[place..end].fill(0);
                "a sector of zeros"
            }
            6 => {
                let end = bytes.len().min(place + 64);
                random.fill_bytes(&mut bytes[place..end]);
                "64 bytes of noise"
            }
            _ => {
                // A write that the disk acknowledged and never made.
                let place = place / 4096 * 4096;
                let end = bytes.len().min(early.len()).min(place + 4096);
                if place < end {
                    bytes[place..end].copy_from_slice(&early[place..end]);
                }
                "a page of older content"
            }
        };
        std::fs::write(&path, bytes).expect("written");
        format!("{what} in {file} at {place}")
    }
}

#[derive(Debug, Default)]
struct Outcomes {
    whole: usize,
    shorter: usize,
    with_damaged_runs: usize,
    refused: usize,
}

/// Opens a damaged copy and decides whether what it serves, if it does, was so at one instant.
async fn examine(ledger: &Ledger, folder: &Path, case: &str, outcomes: &mut Outcomes) {
    let mut config = EngineConfig::new(folder);
    config.limits.examined_first_bytes_max = u64::MAX;
    let host = match Host::try_open(config).await {
        Ok(host) => host,
        Err(error) => {
            let told = error.to_string();
            let advises = ["backup", "newer program", "move that file away"];
            assert!(
                advises.iter().any(|advice| told.contains(advice)),
                "{case}: {told}"
            );
            outcomes.refused += 1;
            return;
        }
    };
    let mut seen = BTreeMap::new();
    for id in ledger.0.keys() {
        seen.insert(id.as_str(), see(&host.engine, id).await);
    }
    let instant = ledger.instant(&seen);
    let instant = instant.unwrap_or_else(|| panic!("{case}: no instant fits {seen:#?}"));
    let damaged = |id: &str| seen[id] == Seen::Damaged;
    let request = WorkflowSearchRequest {
        page_size: Some(1000),
        ..Default::default()
    };
    let found = host.engine.search(request).await.expect("a page");
    let ids = found
        .workflow_executions
        .into_iter()
        .map(|run| run.workflow_id);
    let mut listed: Vec<String> = ids.filter(|id| !damaged(id)).collect();
    listed.sort_unstable();
    let exists = |seen: &Seen| matches!(seen, Seen::Run(_));
    let existing = seen.iter().filter(|(_, seen)| exists(seen));
    let existing: Vec<&str> = existing.map(|(id, _)| *id).collect();
    assert_eq!(listed, existing, "{case}: the search finds other runs");
    match (seen.values().any(|seen| *seen == Seen::Damaged), instant) {
        (true, _) => outcomes.with_damaged_runs += 1,
        (false, REQUESTS) => outcomes.whole += 1,
        (false, _) => outcomes.shorter += 1,
    }
    host.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn damaged_data_is_never_served() {
    let cases = std::env::var("IWF_CORRUPTION_CASES").ok();
    let cases = cases.map_or(CASES, |cases| cases.parse().expect("a number"));
    let original = Original::make().await;
    let mut outcomes = Outcomes::default();

    let untouched = original.folder.path().join("untouched");
    std::fs::create_dir(&untouched).expect("made");
    copy(&original.late, &untouched);
    examine(&original.ledger, &untouched, "untouched", &mut outcomes).await;
    assert_eq!(outcomes.whole, 1, "what is whole is served whole");

    for seed in 0..cases {
        let folder = tempfile::tempdir().expect("a folder");
        let damage = original.damaged(seed, folder.path());
        let case = format!("seed {seed}, {damage}");
        examine(&original.ledger, folder.path(), &case, &mut outcomes).await;
    }
    println!("{cases} damaged copies: {outcomes:?}");
    assert!(outcomes.refused > 0 && outcomes.shorter > 0, "{outcomes:?}");
}
