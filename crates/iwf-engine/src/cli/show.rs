//! `show`: everything about one run.

use std::fmt::Write as _;
use std::process::ExitCode;

use iwf_engine::inspect::{
    Api, ChannelKind, DataFolder, InspectOptions, Phase, RunDetails, Trigger, Value,
};

use super::Show;
use super::output::{self, Table, due_or_dash, instant, instant_or_dash, size};
use super::runs::status_name;

/// The newest.
const TIMELINE_ENTRIES: usize = 100;

pub(super) fn run(show: &Show) -> anyhow::Result<ExitCode> {
    let folder = DataFolder::open(&show.on.data_dir)?;
    let options = InspectOptions {
        value_chars_max: if show.values {
            usize::try_from(show.value_chars)?
        } else {
            0
        },
        timeline_entries_max: TIMELINE_ENTRIES,
    };
    let Some(run) = folder.run(&show.workflow_id, show.run_id.as_deref(), options)? else {
        anyhow::bail!(
            "there is no such run of workflow {}: `iwf-engine list` shows which there are",
            output::printable(&show.workflow_id)
        );
    };
    if show.on.json {
        output::json(&run)?;
    } else {
        output::print(&for_people(&run)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn for_people(run: &RunDetails) -> anyhow::Result<String> {
    let mut text = facts(run)?;
    section(&mut text, "State executions", &state_executions(run)?)?;
    section(&mut text, "Channels", &channels(run)?)?;
    section(&mut text, "Data attributes", &data_attributes(run)?)?;
    section(&mut text, "Search attributes", &search_attributes(run)?)?;
    section(&mut text, "Outputs", &outputs(run)?)?;
    section(&mut text, "Timeline", &timeline(run)?)?;
    Ok(text)
}

fn timeline(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    let entries = run.timeline.iter().flat_map(|timeline| &timeline.entries);
    for entry in entries {
        let mut text = entry.text.clone();
        for then in &entry.then {
            text.push_str("; ");
            text.push_str(then);
        }
        table.row([&entry.number.to_string(), &instant(entry.at), &text]);
    }
    table.into_text()
}

fn section(text: &mut String, title: &str, body: &str) -> anyhow::Result<()> {
    if !body.is_empty() {
        write!(text, "\n{title}\n{body}")?;
    }
    Ok(())
}

fn facts(run: &RunDetails) -> anyhow::Result<String> {
    let summary = &run.summary;
    let mut table = Table::default();
    table.row(["workflow", &summary.workflow_id]);
    table.row(["run", &summary.run_id]);
    table.row(["type", &summary.workflow_type]);
    table.row(["status", &status_name(summary.status)]);
    table.row(["worker", &run.worker_url]);
    table.row(["started", &instant(summary.started_at)]);
    let times = [
        ("closed", summary.closed_at),
        ("next due", summary.due_at),
        ("times out", run.deadline),
        ("starts", run.starts_at),
    ];
    for (name, at) in times {
        if at.is_some() {
            table.row([name, &due_or_dash(at)]);
        }
    }
    let outcome = run.outcome.as_ref();
    if let Some(message) = outcome.and_then(|outcome| outcome.error_message.as_deref()) {
        table.row(["error", message]);
    }
    let runs = [
        ("run before", &run.previous_run_id),
        ("run after", &run.next_run_id),
    ];
    for (name, id) in runs {
        if let Some(id) = id {
            table.row([name, id]);
        }
    }
    table.into_text()
}

fn state_executions(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    for execution in &run.state_executions {
        table.row(["", &execution.id, &phase(&execution.phase)]);
        if let Some(failing) = &execution.failing {
            let next = failing.next_attempt_at;
            let message = format!(
                "attempt {} failed at {}, next at {}: {}",
                failing.attempt,
                instant(failing.at),
                instant_or_dash(next),
                failing.message
            );
            table.row(["", "", &message]);
        }
        if let Phase::Waiting {
            timers, channels, ..
        } = &execution.phase
        {
            for timer in timers {
                let state = if timer.is_fired { "fired" } else { "fires" };
                table.row([
                    "",
                    "",
                    &format!("timer {} {state} {}", timer.id, instant(timer.fires_at)),
                ]);
            }
            for channel in channels {
                let state = if channel.is_received {
                    "has come"
                } else {
                    "awaited"
                };
                let kind = kind_name(channel.kind);
                table.row([
                    "",
                    "",
                    &format!("{kind} {} {state} ({})", channel.name, channel.id),
                ]);
            }
        }
        // Last, because what the state waits for goes on with the lines before.
        if let Some(input) = &execution.input {
            table.row(["", "", &format!("input {}", value(input))]);
        }
    }
    table.into_text()
}

fn phase(phase: &Phase) -> String {
    match phase {
        Phase::Locking { api } => format!("{} waits for attribute keys", api_name(*api)),
        Phase::Calling { api, attempt, .. } => format!("{}, attempt {attempt}", api_name(*api)),
        Phase::BackingOff {
            api,
            attempt,
            until,
            ..
        } => {
            let (api, until) = (api_name(*api), instant(*until));
            format!("{api}, attempt {attempt} comes {until}")
        }
        Phase::Waiting { trigger, .. } => match trigger {
            Trigger::All => "waits for all of".to_owned(),
            Trigger::Any => "waits for any of".to_owned(),
            Trigger::AnyCombination(_) => "waits for a combination of".to_owned(),
        },
        _ => "in a phase that this command does not know".to_owned(),
    }
}

fn api_name(api: Api) -> &'static str {
    match api {
        Api::WaitUntil => "waitUntil",
        Api::Execute => "execute",
    }
}

fn kind_name(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Signal => "signal",
        ChannelKind::Internal => "internal channel",
    }
}

/// Its beginning if values were asked for, its size otherwise.
fn value(value: &Value) -> String {
    let size = size(u64::try_from(value.size_bytes).unwrap_or(u64::MAX));
    match &value.text {
        None => size,
        Some(text) if value.is_cut => format!("{text}… ({size})"),
        Some(text) => text.clone(),
    }
}

fn channels(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    for channel in &run.channels {
        let plural = if channel.messages == 1 { "" } else { "s" };
        let messages = format!("{} message{plural}", channel.messages);
        table.row(["", kind_name(channel.kind), &channel.name, &messages]);
    }
    table.into_text()
}

fn data_attributes(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    for attribute in &run.data_attributes {
        let shown = attribute
            .value
            .as_ref()
            .map_or_else(|| "no value".to_owned(), value);
        table.row(["", &attribute.key, &shown]);
    }
    table.into_text()
}

fn search_attributes(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    for attribute in &run.search_attributes {
        table.row(["", &attribute.key, &attribute.value.to_string()]);
    }
    table.into_text()
}

fn outputs(run: &RunDetails) -> anyhow::Result<String> {
    let mut table = Table::default();
    for output in &run.outputs {
        table.row(["", &output.state_execution_id, &value(&output.value)]);
    }
    table.into_text()
}
