//! Everything about one run, from its rows.

use iwf_engine_core::{
    self as core, ChannelKey, DataAttributes, History, Run, RunId, SearchAttributes, Settings,
    WorkflowId,
};
use rusqlite::{Connection, OptionalExtension, params};

use super::failing;
use super::instant::instant;
use super::run::{
    Attribute, Channel, InspectOptions, Outcome, Output, RunDetails, SearchAttribute, WorkflowRetry,
};
use super::runs::summary;
use super::state_execution::StateExecution;
use super::timeline::Timeline;
use super::value::Value;
use crate::convert;
use crate::store::{Loaded, Reader, RunKey, StoreError};

/// The given run of a workflow, or its current one; `None` if there is no such run.
pub(crate) fn details(
    reader: &Reader,
    workflow_id: &WorkflowId,
    run_id: Option<RunId>,
    options: InspectOptions,
) -> Result<Option<RunDetails>, StoreError> {
    let key = match run_id {
        Some(id) => Some(RunKey::of(id)),
        None => reader.current(workflow_id)?,
    };
    let Some(key) = key else { return Ok(None) };
    // One snapshot for all that is read of the run.
    let _snapshot = reader.connection().unchecked_transaction()?;
    let (Some(summary), Some(loaded)) = (summary(reader.connection(), key)?, reader.load(key)?)
    else {
        return Ok(None);
    };
    let history = history(reader, key, &loaded, options)?;
    let run = loaded.run;
    if run_id.is_some_and(|id| id != run.id) || run.workflow_id != *workflow_id {
        return Ok(None);
    }
    let [previous_run_id, next_run_id] = neighbours(reader.connection(), workflow_id, key)?;
    let settings = &run.settings;
    let value_chars_max = options.value_chars_max;
    let counts = run.head.counters.iter();
    let queued = run.head.queued.iter();
    Ok(Some(RunDetails {
        summary,
        worker_url: without_password(&settings.worker_url),
        deadline: settings.deadline.map(instant),
        starts_at: run.head.starts_at.map(instant),
        queued_state_ids: queued.map(|next| next.state_id.to_string()).collect(),
        outcome: run.head.outcome.as_deref().map(outcome),
        outputs: outputs(&run.head.outputs, value_chars_max),
        is_completing: run.head.is_completing,
        first_run_id: settings.first_run_id.to_string(),
        previous_run_id,
        next_run_id,
        workflow_retry: workflow_retry(settings),
        state_executions: state_executions(&run, history.as_ref(), value_chars_max),
        state_counts: counts.map(|(id, count)| (id.to_string(), *count)).collect(),
        channels: run.channels.sizes().map(channel).collect(),
        data_attributes: data_attributes(&run.data_attributes, value_chars_max),
        search_attributes: search_attributes(&run.head.search_attributes),
        timeline: match options.timeline_entries_max {
            0 => None,
            max => Some(Timeline::new(history.as_ref(), max)),
        },
    }))
}

/// The runs of the same workflow before and after this one.
fn neighbours(
    connection: &Connection,
    workflow_id: &WorkflowId,
    key: RunKey,
) -> rusqlite::Result<[Option<String>; 2]> {
    let neighbour = |sql| -> rusqlite::Result<Option<String>> {
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row(params![workflow_id.as_str(), key.0], |row| row.get(0));
        let id = |bytes| RunId(u128::from_be_bytes(bytes)).to_string();
        Ok(found.optional()?.map(id))
    };
    Ok([
        neighbour(
            "SELECT run_id FROM runs WHERE workflow_id = ? AND run_key < ?
             ORDER BY run_key DESC LIMIT 1",
        )?,
        neighbour(
            "SELECT run_id FROM runs WHERE workflow_id = ? AND run_key > ?
             ORDER BY run_key LIMIT 1",
        )?,
    ])
}

/// Read only if there is something to tell from it.
fn history(
    reader: &Reader,
    key: RunKey,
    loaded: &Loaded,
    options: InspectOptions,
) -> Result<Option<History>, StoreError> {
    let mut executions = loaded.run.executions.values();
    if options.timeline_entries_max > 0
        || executions.any(|execution| failing::has_failed(execution))
    {
        reader.history_of(key, loaded)
    } else {
        Ok(None)
    }
}

/// Oldest first.
fn state_executions(
    run: &Run,
    history: Option<&History>,
    value_chars_max: usize,
) -> Vec<StateExecution> {
    let mut executions: Vec<_> = run.executions.values().collect();
    executions.sort_by_key(|execution| execution.serial);
    let executions = executions.into_iter();
    executions
        .map(|execution| {
            let deadline = run.settings.deadline;
            StateExecution::new(execution, deadline, history, value_chars_max)
        })
        .collect()
}

fn outputs(outputs: &[core::Output], value_chars_max: usize) -> Vec<Output> {
    let outputs = outputs.iter().map(|output| Output {
        state_execution_id: output.execution_id.to_string(),
        value: Value::new(&output.value, value_chars_max),
    });
    outputs.collect()
}

/// A URL may carry a name and a password before the host; nobody who looks needs them.
fn without_password(url: &str) -> String {
    let (scheme, rest) = url
        .split_once("://")
        .map_or(("", url), |(scheme, rest)| (scheme, rest));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    match authority.rsplit_once('@') {
        Some((_, host)) if scheme.is_empty() => format!("{host}{path}"),
        Some((_, host)) => format!("{scheme}://{host}{path}"),
        None => url.to_owned(),
    }
}

fn outcome(outcome: &core::Outcome) -> Outcome {
    Outcome {
        error_type: outcome.error_type.map(convert::error_type),
        error_message: outcome.error_message.as_deref().map(str::to_owned),
        is_retried: outcome.is_retried,
    }
}

fn workflow_retry(settings: &Settings) -> Option<WorkflowRetry> {
    let retry = settings.retry.as_deref()?;
    Some(WorkflowRetry {
        attempt: retry.attempt,
        maximum_attempts: retry.policy.maximum_attempts,
    })
}

fn channel((key, messages): (&ChannelKey, usize)) -> Channel {
    Channel {
        kind: key.kind.into(),
        name: key.name.to_string(),
        messages,
    }
}

fn data_attributes(attributes: &DataAttributes, value_chars_max: usize) -> Vec<Attribute> {
    let attributes = attributes.iter().map(|(key, payload)| Attribute {
        key: key.to_string(),
        value: payload
            .as_ref()
            .map(|payload| Value::new(payload, value_chars_max)),
    });
    attributes.collect()
}

fn search_attributes(attributes: &SearchAttributes) -> Vec<SearchAttribute> {
    let attributes = attributes.values().map(|attribute| {
        let key = attribute.key.as_str();
        let indexed = attribute.indexed.as_ref();
        let out = indexed.map(|indexed| convert::search_value_out(key, indexed));
        SearchAttribute {
            key: key.to_owned(),
            value_type: out.as_ref().and_then(|out| out.value_type),
            value: out.map(json_value).unwrap_or_default(),
        }
    });
    attributes.collect()
}

/// The one of the wire's five fields that is set.
fn json_value(out: iwf_protocol::SearchAttribute) -> serde_json::Value {
    let scalar = (out.string_value.map(Into::into))
        .or(out.integer_value.map(Into::into))
        .or(out.double_value.map(Into::into))
        .or(out.bool_value.map(Into::into));
    scalar.unwrap_or_else(|| out.string_array_value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_worker_url_is_not_shown() {
        for (url, shown) in [
            ("http://u:p@w:1/x@y", "http://w:1/x@y"),
            ("http://w:1/x@y", "http://w:1/x@y"),
            ("http://a@b@w", "http://w"),
            ("u:p@w/x", "w/x"),
            ("", ""),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
