//! Disks and folders that do not do what they should: full, read-only, foreign, damaged.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use iwf_engine::{EngineConfig, OpenError};
use iwf_protocol::{WorkflowGetRequest, WorkflowStatus};
use rusqlite::Connection;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use serde_json::{Value, json};

use crate::cli::{listening, refusal, serve};
use crate::support::{Answer, Host, skip};

fn database(folder: &Path) -> Connection {
    Connection::open(folder.join("iwf-engine.db")).expect("a database")
}

async fn refused(folder: &Path) -> OpenError {
    match Host::try_open(EngineConfig::new(folder)).await {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

/// An engine whose files can be kept from growing, as on a full disk.
struct Confined {
    process: Child,
    url: String,
}

impl Confined {
    fn start(folder: &Path) -> Self {
        let engine = serve(folder, "127.0.0.1:0");
        // Without the trap a write beyond the limit would end the process.
        let mut process = Command::new("sh")
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(engine.get_program())
            .args(engine.get_args())
            .env_remove("IWF_ENGINE_TOKEN")
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let (address, mut log) = listening(&mut process);
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        let url = format!("http://{address}");
        Self { process, url }
    }

    fn limit_files(&self, bytes: Option<u64>) {
        let pid = i32::try_from(self.process.id())
            .ok()
            .and_then(Pid::from_raw);
        let limit = Rlimit {
            current: bytes,
            maximum: None,
        };
        prlimit(pid, Resource::Fsize, limit).expect("a limit");
    }

    async fn post(&self, operation: &str, body: Value) -> Answer {
        let url = format!("{}/api/v1/workflow/{operation}", self.url);
        Answer::of(reqwest::Client::new().post(url).body(body.to_string())).await
    }

    async fn start_workflow(&self, id: &str) -> Answer {
        let request = json!({
            "workflowId": id, "iwfWorkflowType": "Test", "workflowTimeoutSeconds": 0,
            "iwfWorkerUrl": "http://127.0.0.1:1"
        });
        self.post("start", request).await
    }

    async fn readiness(&self) -> Answer {
        Answer::of(reqwest::Client::new().get(format!("{}/readyz", self.url))).await
    }

    fn kill(mut self) {
        self.process.kill().expect("it was running");
        self.process.wait().expect("it ends");
    }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_lost_and_it_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = Confined::start(folder.path());
    engine.start_workflow("before").await.ok();
    let log = folder.path().join("iwf-engine.db-wal");
    let size = std::fs::metadata(log).expect("a log").len();
    engine.limit_files(Some(size + 40_000));

    let mut kept = vec!["before".to_owned()];
    let lost = loop {
        let id = format!("w-{}", kept.len());
        let answer = engine.start_workflow(&id).await;
        if answer.status != 200 {
            let told = answer.refused(503);
            assert!(told.contains("nothing happened, try again"), "{told}");
            break id;
        }
        kept.push(id);
    };
    let readiness = engine.readiness().await;
    assert_eq!(readiness.status, 503);
    assert!(readiness.text.contains("make room"), "{}", readiness.text);
    // What is there can be read all the while.
    engine
        .post("get", json!({"workflowId": "before"}))
        .await
        .ok();
    engine.start_workflow(&lost).await.refused(503);

    engine.limit_files(None);
    while engine.readiness().await.status != 200 {}
    engine.start_workflow("after").await.ok();
    kept.push("after".to_owned());
    engine.kill();

    let engine = Confined::start(folder.path());
    for id in kept {
        engine.post("get", json!({ "workflowId": id })).await.ok();
    }
    engine
        .post("get", json!({ "workflowId": lost }))
        .await
        .refused(400);
    engine.kill();
}

#[tokio::test]
async fn what_cannot_be_written_is_told_at_the_start() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    Host::open(&data).await.stop().await;
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    allow(folder.path(), 0o755);
    for entry in std::fs::read_dir(&data).expect("listed") {
        allow(&entry.expect("a file").path(), 0o444);
    }
    allow(&data, 0o555);
    let refusal = || {
        let mut command = serve(&data, "127.0.0.1:0");
        // The administrator may write anywhere.
        let is_root = rustix::process::geteuid().is_root();
        if is_root {
            command.uid(65_534).gid(65_534);
        }
        refusal(command)
    };
    let told = refusal();
    assert!(told.contains("make it writable"), "{told}");
    // Only the database itself.
    allow(&data, 0o777);
    allow(&data.join("iwf-engine.lock"), 0o666);
    let told = refusal();
    assert!(
        told.contains("make the folder and its files writable"),
        "{told}"
    );
}

#[tokio::test]
async fn a_file_is_no_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("file");
    std::fs::write(&file, "mine").expect("written");
    for path in [file.clone(), file.join("below")] {
        let error = refused(&path).await;
        assert!(matches!(error, OpenError::NotAFolder { .. }), "{error}");
    }
    assert_eq!(std::fs::read_to_string(file).expect("text"), "mine");
}

#[tokio::test]
async fn a_foreign_database_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let theirs = database(folder.path());
    theirs.execute_batch("CREATE TABLE t (x)").expect("made");
    for version in [0, 1, 3] {
        theirs
            .pragma_update(None, "user_version", version)
            .expect("set");
        let error = refused(folder.path()).await;
        assert!(
            matches!(error, OpenError::Foreign { .. } | OpenError::Damaged { .. }),
            "{version}: {error}"
        );
    }
    let tables = theirs.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0));
    assert_eq!(tables, Ok(1), "nothing was added");

    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("iwf-engine.db");
    std::fs::write(&file, "a letter to my aunt; ".repeat(100)).expect("written");
    let error = refused(folder.path()).await;
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
}

#[tokio::test]
async fn a_changed_schema_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    Host::open(folder.path()).await.stop().await;
    database(folder.path())
        .execute_batch("DROP INDEX runs_due")
        .expect("dropped");
    let error = refused(folder.path()).await.to_string();
    assert!(
        error.contains("runs_due") && error.contains("restore"),
        "{error}"
    );
}

#[tokio::test]
async fn after_half_a_restore_no_engine_starts() {
    let folder = tempfile::tempdir().expect("a folder");
    Host::open(folder.path()).await.stop().await;
    let database = folder.path().join("iwf-engine.db");
    let incoming = folder.path().join("iwf-engine.db.restoring");
    std::fs::rename(database, incoming).expect("moved");
    let error = refused(folder.path()).await;
    assert!(matches!(error, OpenError::HalfRestored { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_run_harms_only_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = Host::open(folder.path()).await;
    for id in ["damaged", "whole"] {
        host.start(id, skip()).await;
        host.call().await;
    }
    host.stop().await;
    let sql = "UPDATE runs SET due_at = due_at - 1 WHERE workflow_id = 'damaged'";
    database(folder.path()).execute_batch(sql).expect("changed");

    let mut host = Host::open(folder.path()).await;
    let call = host.call().await;
    assert_eq!(call.context().workflow_id, "whole");
    call.complete("done");
    assert_eq!(
        host.end("whole").await.workflow_status,
        WorkflowStatus::Completed
    );
    let get = WorkflowGetRequest {
        workflow_id: "damaged".to_owned(),
        ..Default::default()
    };
    let failure = host.engine.get(get).await.expect_err("it is damaged");
    assert_eq!(failure.status, 500);
    assert!(failure.to_string().contains("restore"), "{failure}");
    let again = host
        .engine
        .start(crate::support::start_request("damaged", skip()));
    assert_eq!(again.await.expect_err("it is damaged").status, 500);
    let health = host.engine.health();
    assert_eq!((health.ready, health.damaged_runs), (true, 1));
    let metrics = host.engine.metrics_text();
    assert!(metrics.contains("damaged_runs 1\n"), "{metrics}");
    assert_eq!(host.stop().await, 0, "the damaged run was called");
}

#[tokio::test]
async fn a_large_database_is_examined_while_it_serves() {
    let folder = tempfile::tempdir().expect("a folder");
    let host = Host::open(folder.path()).await;
    let request = iwf_protocol::WorkflowStartRequest {
        workflow_start_options: serde_json::from_value(json!({"searchAttributes": [
            {"key": "CustomKeywordField", "valueType": "KEYWORD", "stringValue": "blue"}
        ]}))
        .expect("options"),
        ..crate::support::start_request("w", skip())
    };
    host.engine.start(request).await.expect("started");
    host.stop().await;
    database(folder.path())
        .execute_batch("UPDATE search_attributes SET value = 'red'")
        .expect("changed");
    assert!(matches!(
        refused(folder.path()).await,
        OpenError::Damaged { .. }
    ));

    let mut config = EngineConfig::new(folder.path());
    config.limits.examined_first_bytes_max = 0;
    let host = Host::with(config).await;
    while host.engine.health().ready {
        tokio::task::yield_now().await;
    }
    let problem = host.engine.health().problem.expect("a sentence");
    assert!(
        problem.contains("search index") && problem.contains("backup"),
        "{problem}"
    );
}
