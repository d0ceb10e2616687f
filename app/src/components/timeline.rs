//! Every step of the email's life, newest at the bottom, as the server tells it.
//!
//! All sentences and times are the server's, so that they read the same without script.

use email_agent_api::{Command, Mood, StageKind, Step};
use leptos::{prelude::*, task::spawn_local};

use super::command_button::CommandButton;
use crate::{
    browser,
    erased::{effect, heard, kept, memo, redrawn},
    language::{known, say},
    live::{Live, Tab, with_timeout},
    server_fns,
};

/// The timeline; nothing before somebody wants to see it.
#[component]
pub(crate) fn TimelineView(
    /// The email.
    live: Live,
) -> impl IntoView {
    effect(move || {
        if live.tab.get() != Tab::Timeline {
            return;
        }
        let known = live
            .timeline
            .with_untracked(|known| known.as_ref().map(|known| known.revision));
        // What is waited for comes and goes without a revision.
        let is_newer = live
            .view
            .with(|view| view.waiting.is_some() || known.is_none_or(|known| known < view.revision));
        if is_newer {
            load(live);
        }
    });
    let steps = memo(move || {
        let steps = |known: &Option<_>| known.as_ref().map(steps_of);
        live.timeline.with(steps).unwrap_or_default()
    });
    let details = move || {
        let text = |known: &Option<email_agent_api::Timeline>| {
            known.as_ref().map(|known| known.details.clone())
        };
        live.timeline.with(text).unwrap_or_default()
    };
    let is_cut = move || {
        let is_cut = |known: &Option<email_agent_api::Timeline>| {
            known.as_ref().is_some_and(|known| known.is_cut)
        };
        live.timeline.with(is_cut).then(|| {
            view! { <p class="steps__note">{say("The steps before are not kept any more.")}</p> }
                .into_any()
        })
    };
    let is_retrying = memo(move || {
        live.view
            .with(|view| view.stage.kind() == StageKind::Retrying)
    });
    let next = move || {
        is_retrying.get().then(|| {
            view! {
                <div class="steps__next">
                    <CommandButton live command=Command::TryNow label=say("Try now") busy=say("Trying…") />
                    <CommandButton live command=Command::Unschedule label=say("Stop trying") busy=say("Stopping…") />
                </div>
            }
            .into_any()
        })
    };
    let record = format!("/e/{}/record.json", live.id());
    let message = format!("/e/{}/message.eml", live.id());
    let is_written = move || live.view.with(|view| !view.email.to.is_empty());
    let note = RwSignal::new("");
    let copy = move |_| {
        browser::copy(&details(), move |done| {
            let _ = note.try_set(if done {
                say("Copied.")
            } else {
                say("The browser did not allow it. Open the details and copy them from there.")
            });
        });
    };
    view! {
        <header class="card__head">
            <h2 class="card__name" id="timeline-heading" tabindex="-1">{say("Timeline")}</h2>
        </header>
        {redrawn(is_cut)}
        <ol class="steps">
            <For
                each=move || steps.get()
                key=|step| (step.number, step.text.clone())
                children=|step| view! { <StepView step /> }
            />
        </ol>
        {redrawn(next)}
        <div class="steps__copy">
            <button class="button button--small needs-script" type="button" on:click=heard(copy)>
                {say("Copy technical details")}
            </button>
            <a class="button button--small" href=record download>
                {say("Save the whole record")}
            </a>
            <a class="button button--small" href=message download hidden=kept(move || !is_written())>
                {say("Save as .eml")}
            </a>
            <p class="steps__note" role="status">
                {redrawn(move || note.get())}
            </p>
        </div>
        <details class="steps__details">
            <summary>{say("Technical details")}</summary>
            <pre tabindex="0">{redrawn(details)}</pre>
        </details>
    }
}

fn steps_of(timeline: &email_agent_api::Timeline) -> Vec<Step> {
    timeline.steps.clone()
}

/// Asks for it once. What is newer than the page's view comes with the next look.
fn load(live: Live) {
    spawn_local(async move {
        match with_timeout(server_fns::timeline(live.id())).await {
            // Answers can overtake each other.
            Ok(timeline) => {
                let _ = live.timeline.try_update(|known| {
                    if known
                        .as_ref()
                        .is_none_or(|known| known.revision <= timeline.revision)
                    {
                        *known = Some(timeline);
                    }
                });
            }
            // The page says elsewhere that the server does not answer, and asks again with the next change.
            Err(error) if error.is_temporary() => {}
            Err(error) => {
                let _ = live.problem.try_set(Some(error.to_string()));
            }
        }
    });
}

#[component]
fn StepView(step: Step) -> impl IntoView {
    let class = match step.mood {
        Mood::Quiet => "step",
        Mood::Busy => "step step--busy",
        Mood::Good => "step step--good",
        Mood::Bad => "step step--bad",
    };
    let who = match step.who {
        email_agent_api::Speaker::You => say("You"),
        email_agent_api::Speaker::Agent => say("Agent"),
        email_agent_api::Speaker::System => say("Program"),
    };
    let more = (!step.more.is_empty()).then(|| {
        let lines = (step.more.into_iter())
            .map(|line| view! { <li dir="auto">{known(&line)}</li> }.into_any())
            .collect_view();
        view! {
            <details class="step__more">
                <summary>{say("More")}</summary>
                <ul>{lines}</ul>
            </details>
        }
        .into_any()
    });
    view! {
        <li class=class>
            <p class="step__head">
                <strong>{who}</strong>
                <time datetime=step.at.to_rfc3339()>{known(&step.when)}</time>
            </p>
            <p class="step__text" dir="auto">{known(&step.text)}</p>
            {more}
        </li>
    }
}
