//! The commands that look after a data folder, on one that an engine serves and on one at rest.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use iwf_engine::maintenance;
use iwf_protocol::{KeyValue, StateStartResponse};
use serde_json::Value;

use crate::support::{Host, object};

/// A finished command.
struct Done {
    code: i32,
    text: String,
    error: String,
}

impl Done {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("text");
        Self {
            code: output.status.code().expect("it ended by itself"),
            text: text(output.stdout),
            error: text(output.stderr),
        }
    }

    fn ok(self) -> String {
        assert_eq!((self.code, self.error.as_str()), (0, ""), "{}", self.text);
        self.text
    }

    fn json(self) -> Value {
        serde_json::from_str(&self.ok()).expect("JSON")
    }

    /// What a command says that could not do it.
    fn refused(self) -> String {
        assert_eq!(self.code, 1, "{} {}", self.text, self.error);
        self.error
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_iwf-engine"));
    command
        .args(arguments)
        .env("IWF_ENGINE_DATA_DIR", folder)
        .stdin(Stdio::null());
    command
}

fn run(folder: &Path, arguments: &[&str]) -> Done {
    Done::of(command(folder, arguments).output().expect("it runs"))
}

/// An engine with a run that is called, one that waits, one that is closed.
async fn host(folder: &Path) -> Host {
    let mut host = Host::open(folder).await;
    host.start("closed", crate::support::skip()).await;
    host.call().await.complete("\"a result\"");
    host.end("closed").await;
    host.start("waiting", iwf_protocol::WorkflowStateOptions::default())
        .await;
    let secret = KeyValue {
        key: "secret".to_owned(),
        value: Some(object("\"a secret\"")),
    };
    let timer = iwf_protocol::TimerCommand {
        duration_seconds: Some(1_000_000),
        ..Default::default()
    };
    let request = iwf_protocol::CommandRequest {
        command_waiting_type: Some(iwf_protocol::CommandWaitingType::AllCompleted),
        timer_commands: vec![timer],
        ..Default::default()
    };
    host.call().await.answer_wait_until(StateStartResponse {
        command_request: Some(request),
        upsert_data_objects: vec![secret],
        ..Default::default()
    });
    // The answer is committed once its attribute is there.
    loop {
        let seen = host
            .engine
            .inspect(
                "waiting",
                None,
                iwf_engine::inspect::InspectOptions::default(),
            )
            .await;
        if !seen.expect("a run").data_attributes.is_empty() {
            break;
        }
        tokio::task::yield_now().await;
    }
    host.start("called", crate::support::skip()).await;
    host.call().await;
    host
}

#[tokio::test]
async fn a_folder_is_looked_at_while_it_is_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let host = host(folder).await;

    let status = run(folder, &["status", "--json"]).json();
    assert_eq!(status["served"]["isServed"], true);
    assert_eq!(status["served"]["processId"], std::process::id());
    assert_eq!(status["runs"]["running"], 2);
    assert_eq!(status["runs"]["completed"], 1);
    assert_eq!(status["dueNow"], 1);
    assert!(run(folder, &["status"]).ok().contains("yes, by process"));

    let page = run(folder, &["list", "--limit", "2", "--json"]).json();
    let token = page["nextPageToken"].as_str().expect("there is more");
    assert_eq!(page["runs"][0]["workflowId"], "called");
    assert_eq!(page["runs"][1]["workflowId"], "waiting");
    let rest = ["list", "--page-token", token, "--json"];
    assert_eq!(run(folder, &rest).json()["runs"][0]["workflowId"], "closed");
    let closed = run(folder, &["list", "--status", "completed"]).ok();
    assert_eq!(run(folder, &["list", "--status", "COMPLETED"]).ok(), closed);
    run(folder, &["list", "--status", "TimedOut"]).ok();
    run(folder, &["list", "--status", "TIMEOUT"]).ok();
    assert!(
        closed.contains("closed") && !closed.contains("waiting"),
        "{closed}"
    );
    let found = run(folder, &["search", "WorkflowId = 'waiting'", "--json"]).json();
    assert_eq!(found["runs"].as_array().expect("runs").len(), 1);
    let told = run(folder, &["search", "WorkflowId ="]).refused();
    assert!(told.contains("not understood"), "{told}");

    assert!(run(folder, &["check"]).ok().contains("is whole: 3 runs"));
    let told = run(folder, &["compact"]).refused();
    let by_us = format!("in use by another process ({})", std::process::id());
    assert!(told.contains(&by_us), "{told}");
    host.stop().await;
    let status = run(folder, &["status", "--json"]).json();
    assert_eq!(status["served"]["isServed"], false);
}

#[tokio::test]
async fn values_are_shown_on_demand_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    host(folder).await.stop().await;
    let shown = run(folder, &["show", "waiting"]).ok();
    assert!(
        shown.contains("secret") && shown.contains("timer"),
        "{shown}"
    );
    assert!(!shown.contains("a secret"), "{shown}");
    assert!(
        !run(folder, &["show", "waiting", "--json"])
            .ok()
            .contains("a secret")
    );
    assert!(
        run(folder, &["show", "waiting", "--values"])
            .ok()
            .contains("a secret")
    );
    let cut = ["show", "waiting", "--values", "--value-chars", "3"];
    assert!(run(folder, &cut).ok().contains("\"a …"));
    let closed = run(folder, &["show", "closed", "--values", "--json"]).json();
    assert_eq!(closed["status"], "COMPLETED");
    assert_eq!(closed["outputs"][0]["value"]["text"], "\"a result\"");
    let told = run(folder, &["show", "nobody"]).refused();
    assert!(told.contains("no such run"), "{told}");
}

#[tokio::test]
async fn a_backup_of_a_served_folder_is_restored_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let backups = tempfile::tempdir().expect("a folder");
    let file = backups.path().join("backup.db");
    let file = file.to_str().expect("text");
    let served = host(folder.path()).await;
    let report = run(folder.path(), &["backup", file, "--json"]).json();
    assert_eq!(report["runs"], 3);
    let told = run(folder.path(), &["backup", file]).refused();
    assert!(told.contains("--overwrite"), "{told}");
    served.start("later", crate::support::skip()).await;
    run(folder.path(), &["backup", file, "--overwrite"]).ok();
    assert!(
        run(folder.path(), &["check", "--file", file])
            .ok()
            .contains("4 runs")
    );
    let told = run(folder.path(), &["restore", file]).refused();
    assert!(told.contains("in use"), "{told}");
    served.stop().await;

    let other = tempfile::tempdir().expect("a folder");
    let mut other_host = Host::open(other.path()).await;
    other_host.start("other", crate::support::skip()).await;
    other_host.call().await;
    other_host.stop().await;
    let restored = || maintenance::restored(other.path()).expect("a whole mark or none");
    assert_eq!(restored(), None);
    let report = run(other.path(), &["restore", file, "--json"]).json();
    assert_eq!(report["runs"], 4);
    let mark = restored().expect("the restore has left its mark");
    assert!(mark.backup_written_at < Some(mark.restored_at));
    let kept = report["keptIn"].as_str().expect("a folder");
    let listed = run(Path::new(kept), &["list"]).ok();
    assert!(
        listed.contains("other") && !listed.contains("waiting"),
        "{listed}"
    );
    assert!(run(other.path(), &["check"]).ok().contains("4 runs"));
    let mut host = Host::open(other.path()).await;
    let mut called =
        [host.call().await, host.call().await].map(|call| call.context().workflow_id.clone());
    called.sort();
    assert_eq!(called, ["called", "later"]);
}

#[tokio::test]
#[cfg(unix)]
async fn nobody_else_may_read_what_is_made() {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |path: &Path| {
        let found = std::fs::metadata(path).expect("it is there");
        found.permissions().mode() & 0o777
    };
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().join("data");
    let served = host(&data_dir).await;
    let backup = folder.path().join("backup.db");
    run(&data_dir, &["backup", backup.to_str().expect("text")]).ok();
    let files = ["iwf-engine.db", "iwf-engine.db-wal", "iwf-engine.lock"];
    for file in files
        .map(|name| data_dir.join(name))
        .iter()
        .chain([&backup])
    {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
    assert_eq!(mode(&data_dir), 0o700);
    served.stop().await;
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&data_dir, open).expect("ours");
    run(&data_dir, &["restore", backup.to_str().expect("text")]).ok();
    assert_eq!(mode(&data_dir.join("iwf-engine.db")), 0o600);
    assert_eq!(mode(&data_dir), 0o755, "what exists keeps its mode");
}

/// The engine would go on with files that nobody finds again.
#[tokio::test]
#[cfg(unix)]
async fn a_copy_never_takes_the_place_of_what_it_is_made_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let data_dir = folder.path().join("data");
    let served = host(&data_dir).await;
    let [link, twin, other] = ["link", "twin", "other"].map(|name| folder.path().join(name));
    std::os::unix::fs::symlink(&data_dir, &link).expect("a link");
    std::fs::hard_link(data_dir.join("iwf-engine.db"), &twin).expect("a link");
    let own = ["", "-wal", "-shm", ".restoring"];
    let own = own.map(|end| data_dir.join(format!("iwf-engine.db{end}")));
    let links = ["iwf-engine.db", "iwf-engine.lock"].map(|name| link.join(name));
    for file in own.iter().chain(&links).chain([&twin]) {
        let name = file.to_str().expect("text");
        let told = run(&data_dir, &["backup", name, "--overwrite"]).refused();
        assert!(told.contains("belongs to the data folder"), "{told}");
    }
    std::os::unix::fs::symlink("/dev/null", &other).expect("a link");
    for file in [other.to_str().expect("text"), "/dev/null"] {
        let told = run(&data_dir, &["backup", file, "--overwrite"]).refused();
        assert!(told.contains("no regular file"), "{told}");
    }
    served.start("later", crate::support::skip()).await;
    served.stop().await;
    assert!(run(&data_dir, &["check"]).ok().contains("4 runs"));
    for file in [&own[0], &links[0], &twin] {
        let told = run(&data_dir, &["restore", file.to_str().expect("text")]).refused();
        assert!(told.contains("belongs to the data folder"), "{told}");
    }
}

#[test]
fn only_a_whole_backup_is_restored() {
    let folder = tempfile::tempdir().expect("a folder");
    let backup = folder.path().join("backup.db");
    let data_dir = folder.path().join("data");
    let restore = || run(&data_dir, &["restore", backup.to_str().expect("text")]).refused();
    assert!(restore().contains("backup.db does not exist"));
    let cut = include_bytes!("data/schema-1.db").get(..6000);
    std::fs::write(&backup, cut.expect("it is larger")).expect("written");
    let told = run(
        &data_dir,
        &["check", "--file", backup.to_str().expect("text")],
    )
    .refused();
    assert!(told.contains("damaged"), "{told}");
    assert!(!told.contains("iwf-engine check"), "{told}");
    std::fs::write(&backup, "").expect("written");
    assert!(restore().contains("holds no engine database"));
    std::fs::write(
        &backup,
        "not a database, but longer than a header of one; ".repeat(20),
    )
    .expect("written");
    assert!(restore().contains("no database of this program"));
    std::fs::write(&backup, include_bytes!("data/schema-1.db")).expect("written");
    let database = rusqlite::Connection::open(&backup).expect("a database");
    let sql = "UPDATE runs SET head = substr(head, 1, length(head) - 1)";
    database.execute_batch(sql).expect("written");
    let told = restore();
    assert!(told.contains("damaged"), "{told}");
    assert!(!data_dir.join("iwf-engine.db").exists());
}

/// Damage that `SQLite` itself would serve without a word.
#[tokio::test]
async fn a_check_finds_what_was_not_written() {
    let original = tempfile::tempdir().expect("a folder");
    host(original.path()).await.stop().await;
    for (damage, found) in [
        (
            "UPDATE runs SET due_at = due_at - 1 WHERE due_at > 0",
            "checksum",
        ),
        (
            "UPDATE runs SET workflow_id = 'other' WHERE run_key = 1",
            "checksum",
        ),
        ("DELETE FROM data_attributes", "data attributes"),
        ("UPDATE data_attributes SET key = 'other'", "checksum"),
        (
            "UPDATE history SET events = zeroblob(20) WHERE id = 1",
            "format 0",
        ),
        ("DELETE FROM history WHERE id = 1", "history of run"),
        (
            "DELETE FROM history WHERE id = (SELECT max(id) FROM history)",
            "end at different events",
        ),
        (
            "DELETE FROM runs WHERE run_key = 1",
            "a history without its run",
        ),
        (
            "INSERT INTO messages VALUES (99, 0, 0, 'c', x'00')",
            "messages of a run that is not there",
        ),
        (
            "INSERT INTO messages VALUES (1, 0, 0, 'c', x'00')",
            "1 rows in messages",
        ),
        (
            "INSERT INTO search_attributes VALUES (1, 'a', 0, 0, 'b')",
            "search index",
        ),
        (
            "INSERT INTO completions VALUES ('w', 'k', 0, 1)",
            "completion k",
        ),
        ("DROP INDEX runs_due", "runs_due"),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("iwf-engine.db");
        std::fs::copy(original.path().join("iwf-engine.db"), &file).expect("copied");
        let database = rusqlite::Connection::open(file).expect("a database");
        database.execute_batch(damage).expect(damage);
        drop(database);
        let check = run(folder.path(), &["check"]);
        assert_eq!(check.code, 1, "{damage}");
        assert!(check.text.contains(found), "{damage}: {}", check.text);
        assert!(check.text.contains("backup"), "{}", check.text);
    }
}

#[tokio::test]
async fn compacting_gives_room_back() {
    let folder = tempfile::tempdir().expect("a folder");
    host(folder.path()).await.stop().await;
    let database = rusqlite::Connection::open(folder.path().join("iwf-engine.db")).expect("there");
    let sql =
        "CREATE TABLE waste (x); INSERT INTO waste VALUES (zeroblob(1000000)); DROP TABLE waste";
    database.execute_batch(sql).expect("written");
    drop(database);
    let report = run(folder.path(), &["compact", "--json"]).json();
    let bytes = |key: &str| report[key].as_u64().expect("a number");
    assert!(
        bytes("beforeBytes") - bytes("afterBytes") >= 1_000_000,
        "{report}"
    );
    assert!(run(folder.path(), &["check"]).ok().contains("3 runs"));
}

#[test]
fn a_folder_without_a_database_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let missing = folder.path().join("missing");
    for arguments in [
        &["status"][..],
        &["list"],
        &["show", "w"],
        &["check"],
        &["compact"],
    ] {
        let told = run(&missing, arguments).refused();
        assert!(told.contains("database"), "{arguments:?}: {told}");
    }
    assert!(!missing.exists(), "looking makes nothing");
    assert_eq!(run(&missing, &["list", "--limit", "0"]).code, 2);
    assert_eq!(run(&missing, &["restart"]).code, 2);
}

#[tokio::test]
async fn a_reader_who_leaves_early_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    host(folder.path()).await.stop().await;
    let mut child = command(folder.path(), &["list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    assert_eq!(
        Done::of(child.wait_with_output().expect("it ends")).ok(),
        ""
    );
}
