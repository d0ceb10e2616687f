//! `status`, `backup`, `restore`, `compact` and `check`: what concerns a data folder as a whole.

use std::fmt::Write as _;
use std::process::ExitCode;

use iwf_engine::maintenance::{self, CheckReport, Existing, FolderStatus};

use super::output::{self, Table, instant_or_dash, size};
use super::{Backup, Check, OnFolder, Restore};

pub(super) fn status(on: &OnFolder) -> anyhow::Result<()> {
    let status = maintenance::status(&on.data_dir)?;
    if on.json {
        output::json(&status)
    } else {
        output::print(&status_for_people(&status)?)
    }
}

fn status_for_people(status: &FolderStatus) -> anyhow::Result<String> {
    let served = match (status.served.is_served, status.served.process_id) {
        (false, _) => "no".to_owned(),
        (true, None) => "yes".to_owned(),
        (true, Some(id)) => format!("yes, by process {id}"),
    };
    let schema = if status.schema_version == status.known_schema_version {
        status.schema_version.to_string()
    } else {
        format!(
            "{}; this program writes {}",
            status.schema_version, status.known_schema_version
        )
    };
    let runs = &status.runs;
    let number = |number: u64| number.to_string();
    let mut table = Table::default();
    table.row(["data folder", &status.data_dir.display().to_string()]);
    table.row(["served", &served]);
    table.row(["schema version", &schema]);
    table.row(["database", &size(status.database_bytes)]);
    table.row(["write-ahead log", &size(status.wal_bytes)]);
    table.row(["free within", &size(status.free_bytes)]);
    table.row(["running", &number(runs.running)]);
    table.row(["completed", &number(runs.completed)]);
    table.row(["failed", &number(runs.failed)]);
    table.row(["timed out", &number(runs.timed_out)]);
    table.row(["terminated", &number(runs.terminated)]);
    table.row(["canceled", &number(runs.canceled)]);
    table.row(["continued as new", &number(runs.continued_as_new)]);
    table.row(["due now", &number(status.due_now)]);
    table.row(["due since", &instant_or_dash(status.oldest_due_at)]);
    table.row(["next due", &instant_or_dash(status.next_due_at)]);
    table.into_text()
}

pub(super) fn backup(backup: &Backup) -> anyhow::Result<()> {
    let existing = if backup.overwrite {
        Existing::Replace
    } else {
        Existing::Keep
    };
    let report = maintenance::backup(&backup.on.data_dir, &backup.file, existing)?;
    if backup.on.json {
        return output::json(&report);
    }
    output::print(&format!(
        "{} holds {} runs in {}\n",
        report.file.display(),
        report.runs,
        size(report.size_bytes)
    ))
}

pub(super) fn restore(restore: &Restore) -> anyhow::Result<()> {
    let report = maintenance::restore(&restore.on.data_dir, &restore.file)?;
    if restore.on.json {
        return output::json(&report);
    }
    let mut text = format!(
        "{} holds the {} runs of {}\n",
        report.data_dir.display(),
        report.runs,
        restore.file.display()
    );
    if let Some(kept) = &report.kept_in {
        writeln!(
            text,
            "what was there before is in {}: delete it when nobody misses it",
            kept.display()
        )?;
    }
    text.push_str(
        "start `iwf-engine serve`: it goes on from the backup, and calls workers again for what they have done since\n",
    );
    output::print(&text)
}

pub(super) fn compact(on: &OnFolder) -> anyhow::Result<()> {
    let report = maintenance::compact(&on.data_dir)?;
    if on.json {
        return output::json(&report);
    }
    let freed = report.before_bytes.saturating_sub(report.after_bytes);
    output::print(&format!(
        "{} freed: {} before, {} now\n",
        size(freed),
        size(report.before_bytes),
        size(report.after_bytes)
    ))
}

pub(super) fn check(check: &Check) -> anyhow::Result<ExitCode> {
    let report = match (&check.file, &check.data_dir) {
        (Some(file), _) => maintenance::check_file(file)?,
        (None, Some(data_dir)) => maintenance::check(data_dir)?,
        (None, None) => anyhow::bail!("name a folder with --data-dir, or a backup with --file"),
    };
    if check.json {
        output::json(&report)?;
    } else {
        output::print(&findings_for_people(&report)?)?;
    }
    Ok(if report.problems == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn findings_for_people(report: &CheckReport) -> anyhow::Result<String> {
    let file = report.file.display();
    if report.problems == 0 {
        return Ok(format!("{file} is whole: {} runs checked\n", report.runs));
    }
    let mut text = String::new();
    for finding in &report.findings {
        let about = match (&finding.workflow_id, finding.run_key) {
            (Some(id), Some(key)) => format!("workflow {} (run {key}): ", output::printable(id)),
            (None, Some(key)) => format!("run {key}: "),
            (_, None) => String::new(),
        };
        let problem = output::printable(&finding.problem);
        write!(text, "{about}{problem}\n  {}\n", finding.advice)?;
    }
    let plural = if report.problems == 1 { "" } else { "s" };
    writeln!(
        text,
        "{file}: {} problem{plural}, {} runs checked",
        report.problems, report.runs
    )?;
    Ok(text)
}
