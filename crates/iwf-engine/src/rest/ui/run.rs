//! Everything about one run.

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::list::{address, pill, with_parameters};
use super::table::table;
use super::time::instant;
use crate::inspect::{
    Api, ChannelKind, Failing, Phase, RunDetails, StateExecution, Timer, Trigger, Value,
};

pub(super) fn view(run: &RunDetails, with_values: bool, now: DateTime<Utc>) -> Markup {
    html! {
        nav.crumbs aria-label="Way back" { a href="/ui" { "All runs" } }
        h1 { (run.summary.workflow_id) }
        (facts(run, now))
        (outcome(run))
        (executions(&run.state_executions, now))
        (waits(&run.state_executions, now))
        (channels(run))
        (attributes(run, with_values))
        (timeline(run, now))
        @if !run.state_counts.is_empty() {
            h2 { "States so far" }
            (table("How often each state was started", ["State", "Started"],
                run.state_counts.iter().map(|(id, count)| [html! { (id) }, html! { (count) }])))
        }
    }
}

fn facts(run: &RunDetails, now: DateTime<Utc>) -> Markup {
    let summary = &run.summary;
    let at = |at: Option<DateTime<Utc>>| at.map(|at| instant(at, now));
    let other = |id: &Option<String>| {
        let id = id.as_deref()?;
        Some(html! { a href=(address(&summary.workflow_id, id)) { (id) } })
    };
    let first = (run.first_run_id != summary.run_id).then(|| run.first_run_id.clone());
    let retry = run.workflow_retry.map(|retry| {
        let of = match retry.maximum_attempts {
            0 => String::new(),
            maximum => format!(" of {maximum}"),
        };
        html! { "attempt " (retry.attempt) (of) }
    });
    let queued = (!run.queued_state_ids.is_empty()).then(|| run.queued_state_ids.join(", "));
    let facts = [
        ("Status", Some(html! { (pill(summary.status)) })),
        ("Type", Some(html! { (summary.workflow_type) })),
        ("Run", Some(html! { code { (summary.run_id) } })),
        ("Started", at(Some(summary.started_at))),
        ("Closed", at(summary.closed_at)),
        ("Starts its states", at(run.starts_at)),
        ("Then in", queued.map(|ids| html! { (ids) })),
        ("Times out", at(run.deadline)),
        (
            "Completing",
            run.is_completing
                .then(|| html! { "when the last state execution ends" }),
        ),
        ("Worker", Some(html! { code { (run.worker_url) } })),
        ("Workflow retry", retry),
        ("First run of the chain", other(&first)),
        ("Run before", other(&run.previous_run_id)),
        ("Run after", other(&run.next_run_id)),
    ];
    html! {
        dl.facts {
            @for (name, fact) in facts {
                @if let Some(fact) = fact {
                    div { dt { (name) } dd { (fact) } }
                }
            }
        }
    }
}

fn outcome(run: &RunDetails) -> Markup {
    let Some(outcome) = &run.outcome else {
        return html! {};
    };
    let error_type = outcome
        .error_type
        .map(|kind| serde_json::to_value(kind).unwrap_or_default());
    let error_type = error_type.as_ref().and_then(|kind| kind.as_str());
    html! {
        @if error_type.is_some() || outcome.error_message.is_some() {
            h2 { "Why it failed" }
            div.problem {
                @if let Some(kind) = error_type { p { code { (kind) } } }
                @if let Some(message) = &outcome.error_message { (text(message)) }
                @if outcome.is_retried { p { "Another run took over." } }
            }
        }
        @if !run.outputs.is_empty() {
            h2 { "Results" }
            (table("What the closing decisions returned", ["State execution", "Value"],
                run.outputs.iter().map(|output| [
                    html! { (output.state_execution_id) },
                    value(Some(&output.value)),
                ])))
        }
    }
}

fn executions(executions: &[StateExecution], now: DateTime<Utc>) -> Markup {
    html! {
        h2 { "State executions in progress" }
        @if executions.is_empty() {
            p.empty { "None." }
        } @else {
            (table("Where each of them is", ["State execution", "Where it is", "Last failed attempt", "Next attempt", "Input"],
                executions.iter().map(|execution| [
                    html! { (execution.id) },
                    phase(&execution.phase, now),
                    execution.failing.as_ref().map_or_else(none, |failing| failed(failing, now)),
                    next_attempt(&execution.phase, now),
                    value(execution.input.as_ref()),
                ])))
        }
    }
}

fn phase(phase: &Phase, now: DateTime<Utc>) -> Markup {
    match phase {
        Phase::Locking { api } => html! { (name(*api)) " waits for attribute locks" },
        Phase::Calling {
            api,
            attempt,
            first_attempt_at,
            since,
        } => html! {
            span.pill data-tone="busy" { "calling " (name(*api)) }
            span.hint.block {
                "attempt " (attempt)
                @if let Some(since) = since { " since " (instant(*since, now)) }
            }
            @if *attempt > 1 {
                span.hint.block { "the first was at " (instant(*first_attempt_at, now)) }
            }
        },
        Phase::BackingOff {
            api,
            attempt,
            first_attempt_at,
            ..
        } => html! {
            span.pill data-tone="bad" { "backing off" }
            span.hint.block {
                "before attempt " (attempt) " of " (name(*api)) ", the first was at "
                (instant(*first_attempt_at, now))
            }
        },
        Phase::Waiting {
            trigger,
            timers,
            channels,
        } => html! {
            span.pill data-tone="plain" { "waiting" }
            span.hint.block {
                "for " (wanted(trigger)) ": " (timers.len()) " timers, " (channels.len()) " messages"
            }
        },
    }
}

fn wanted(trigger: &Trigger) -> String {
    match trigger {
        Trigger::All => "all of".to_owned(),
        Trigger::Any => "any of".to_owned(),
        Trigger::AnyCombination(sets) => {
            let sets: Vec<String> = sets.iter().map(|ids| ids.join(" and ")).collect();
            format!("{} among", sets.join(", or "))
        }
    }
}

fn failed(failing: &Failing, now: DateTime<Utc>) -> Markup {
    html! {
        "attempt " (failing.attempt) " of " (name(failing.api)) ", " (instant(failing.at, now))
        (text(&failing.message))
    }
}

fn next_attempt(phase: &Phase, now: DateTime<Utc>) -> Markup {
    match phase {
        Phase::BackingOff { until, .. } => instant(*until, now),
        Phase::Calling { .. } => html! { "now" },
        Phase::Locking { .. } | Phase::Waiting { .. } => none(),
    }
}

/// The commands of those that wait.
fn waits(executions: &[StateExecution], now: DateTime<Utc>) -> Markup {
    let waiting = || {
        executions
            .iter()
            .filter_map(|execution| match &execution.phase {
                Phase::Waiting {
                    timers, channels, ..
                } => Some((&execution.id, timers, channels)),
                _ => None,
            })
    };
    let timers: Vec<(&String, &Timer)> = waiting()
        .flat_map(|(id, timers, _)| timers.iter().map(move |timer| (id, timer)))
        .collect();
    let messages: Vec<_> = waiting()
        .flat_map(|(id, _, channels)| channels.iter().map(move |channel| (id, channel)))
        .collect();
    html! {
        @if !timers.is_empty() {
            h2 { "Timers" }
            (table("Timers that state executions wait for", ["Timer", "State execution", "Fires", "State"],
                timers.iter().map(|(id, timer)| [
                    or_unnamed(&timer.id),
                    html! { (id) },
                    instant(timer.fires_at, now),
                    html! { @if timer.is_fired { "fired or skipped" } @else { "pending" } },
                ])))
        }
        @if !messages.is_empty() {
            h2 { "Awaited messages" }
            (table("Messages that state executions wait for", ["Command", "State execution", "Channel", "State"],
                messages.iter().map(|(id, channel)| [
                    or_unnamed(&channel.id),
                    html! { (id) },
                    html! { (kind(channel.kind)) " " (channel.name) },
                    html! { @if channel.is_received { "received" } @else { "not yet" } },
                ])))
        }
    }
}

fn channels(run: &RunDetails) -> Markup {
    html! {
        @if !run.channels.is_empty() {
            h2 { "Channels" }
            (table("Messages that nobody has taken yet", ["Channel", "Kind", "Messages"],
                run.channels.iter().map(|channel| [
                    html! { (channel.name) },
                    html! { (kind(channel.kind)) },
                    html! { (channel.messages) },
                ])))
        }
    }
}

fn attributes(run: &RunDetails, with_values: bool) -> Markup {
    let (id, run_id) = (&run.summary.workflow_id, &run.summary.run_id);
    html! {
        h2 id="attributes" { "Attributes" }
        p {
            @if with_values {
                a href=(address(id, run_id)) { "Hide the values" }
            } @else {
                a href=(with_parameters("/ui/run", &[("workflowId", id), ("runId", run_id), ("values", "1")])) {
                    "Show the values"
                }
                span.hint { " They may be private." }
            }
        }
        @if run.data_attributes.is_empty() && run.search_attributes.is_empty() {
            p.empty { "None." }
        }
        @if !run.data_attributes.is_empty() {
            (table("Data attributes", ["Key", "Value"],
                run.data_attributes.iter().map(|attribute| [
                    html! { (attribute.key) },
                    value(attribute.value.as_ref()),
                ])))
        }
        @if !run.search_attributes.is_empty() {
            (table("Search attributes", ["Key", "Type", "Value"],
                run.search_attributes.iter().map(|attribute| [
                    html! { (attribute.key) },
                    html! { (type_name(attribute.value_type)) },
                    html! { code { (attribute.value.to_string()) } },
                ])))
        }
    }
}

fn timeline(run: &RunDetails, now: DateTime<Utc>) -> Markup {
    let Some(timeline) = &run.timeline else {
        return html! {};
    };
    html! {
        h2 { "Timeline" }
        @if let Some(problem) = &timeline.problem { p.empty { (problem) } }
        @if timeline.omitted > 0 {
            p.hint { "The first " (timeline.omitted) " events are not shown." }
        }
        @if !timeline.entries.is_empty() {
            (table("What happened, oldest first", ["Number", "When", "What", "What followed"],
                timeline.entries.iter().map(|entry| [
                    html! { span.number { (entry.number) } },
                    instant(entry.at, now),
                    html! { (entry.text) },
                    html! { ul { @for then in &entry.then { li { (then) } } } },
                ])))
        }
    }
}

fn type_name(kind: Option<iwf_protocol::SearchAttributeValueType>) -> String {
    let name = kind.map(|kind| serde_json::to_value(kind).unwrap_or_default());
    let name = name.as_ref().and_then(|name| name.as_str());
    name.unwrap_or("not indexed").to_owned()
}

fn value(value: Option<&Value>) -> Markup {
    let Some(value) = value else { return none() };
    html! {
        @if let Some(shown) = &value.text { (text(shown)) }
        span.hint {
            @if value.is_cut { "cut, " }
            (value.size_bytes) " bytes"
            @if let Some(encoding) = &value.encoding { ", " (encoding) }
        }
    }
}

/// A text of somebody, as it is.
fn text(text: &str) -> Markup {
    html! { pre { (text) } }
}

fn or_unnamed(id: &str) -> Markup {
    if id.is_empty() {
        html! { span.hint { "without id" } }
    } else {
        html! { (id) }
    }
}

fn none() -> Markup {
    html! { span.hint { "–" } }
}

fn name(api: Api) -> &'static str {
    match api {
        Api::WaitUntil => "waitUntil",
        Api::Execute => "execute",
    }
}

fn kind(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Signal => "signal",
        ChannelKind::Internal => "internal",
    }
}
