//! Every kept version of the email: who made it, what changed, and the way back to it.

use email_agent_api::{Command, EmailVersion, Version};
use leptos::{ev::KeyboardEvent, html::Details, prelude::*};
use tr::tr;

use super::{command_button::CommandButton, local_time::LocalTime};
use crate::{
    browser,
    erased::{heard, kept, memo, redrawn},
    language::say,
    live::Live,
    logic::{fields, version_name},
};

/// The menu of versions; nothing before the first.
#[component]
pub(crate) fn Versions(
    /// The email.
    live: Live,
) -> impl IntoView {
    let versions = memo(move || live.view.with(|view| view.versions.clone()));
    let newest = memo(move || live.view.with(|view| view.version));
    let can_restore = memo(move || live.view.with(|view| !view.stage.kind().is_final()));
    let menu = NodeRef::<Details>::new();
    let close = move || {
        if let Some(menu) = menu.get_untracked() {
            menu.set_open(false);
        }
    };
    let escape = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            close();
            browser::focus("versions");
        }
    };
    // An old version is compared with the newest one, the newest with the one before it.
    let compare = Callback::new(move |(from, to): (Version, Version)| {
        close();
        live.looking.compare(&live.id(), from, to);
    });
    let rows = move || {
        let (newest, can_restore) = (newest.get(), can_restore.get());
        versions
            .get()
            .into_iter()
            .rev()
            .map(|version| {
                let number = version.version;
                let is_restorable = can_restore && number != newest;
                let pair = (number.min(newest.saturating_sub(1)), newest);
                view! { <Row live version is_restorable pair compare /> }.into_any()
            })
            .collect_view()
    };
    view! {
        <details class="versions" node_ref=menu on:keydown=heard(escape) hidden=kept(move || newest.get() == 0)>
            <summary class="versions__name" id="versions">
                <span class="sr-only">{say("Versions: ")}</span>
                {redrawn(move || tr!("v{version} of {version}", version = newest.get()))}
            </summary>
            <ol class="versions__rows" reversed>{redrawn(rows)}</ol>
        </details>
    }
}

#[component]
fn Row(
    live: Live,
    version: EmailVersion,
    is_restorable: bool,
    pair: (Version, Version),
    compare: Callback<(Version, Version)>,
) -> impl IntoView {
    let (from, to) = pair;
    let what = if from == 0 {
        tr!("Compare nothing with v{to}", to)
    } else {
        tr!("Compare v{from} with v{to}", from, to)
    };
    let command = Command::Restore {
        version: version.version,
    };
    view! {
        <li class="versions__row">
            <p>
                <strong>{version_name(&version)}</strong>
                " · "
                <LocalTime at=version.at />
            </p>
            <p class="versions__changed">{fields(&version.changed)}</p>
            <div class="versions__acts">
                <button
                    class="button button--small needs-script"
                    type="button"
                    aria-label=what
                    on:click=heard(move |_| compare.run((from, to)))
                >
                    {say("Compare")}
                </button>
                {is_restorable
                    .then(|| view! { <CommandButton live command label=say("Restore") busy=say("Restoring…") /> }.into_any())}
            </div>
        </li>
    }
}
