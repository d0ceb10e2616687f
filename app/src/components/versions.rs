//! Every kept version of the email: who made it, what changed, and the way back to it.

use email_agent_api::{Author, Command, EmailVersion};
use leptos::{ev::KeyboardEvent, html::Details, prelude::*};

use super::{command_button::CommandButton, local_time::LocalTime};
use crate::{browser, live::Live, logic::changed_field_label};

/// The menu of versions; nothing before the first.
#[component]
pub(crate) fn Versions(
    /// The email.
    live: Live,
) -> impl IntoView {
    let versions = Memo::new(move |_| live.view.with(|view| view.versions.clone()));
    let newest = Memo::new(move |_| live.view.with(|view| view.version));
    let can_restore = Memo::new(move |_| live.view.with(|view| !view.stage.kind().is_final()));
    let menu = NodeRef::<Details>::new();
    let close = move |event: KeyboardEvent| {
        if let ("Escape", Some(menu)) = (event.key().as_str(), menu.get_untracked()) {
            menu.set_open(false);
            browser::focus("versions");
        }
    };
    let rows = move || {
        let (newest, can_restore) = (newest.get(), can_restore.get());
        versions
            .get()
            .into_iter()
            .rev()
            .map(|version| {
                let is_restorable = can_restore && version.version != newest;
                view! { <Row live version is_restorable /> }.into_any()
            })
            .collect_view()
    };
    view! {
        <details class="versions" node_ref=menu on:keydown=close hidden=move || newest.get() == 0>
            <summary class="versions__name" id="versions">{move || format!("Version {}", newest.get())}</summary>
            <ol class="versions__rows" reversed>{move || rows()}</ol>
        </details>
    }
}

#[component]
fn Row(live: Live, version: EmailVersion, is_restorable: bool) -> impl IntoView {
    let author = match version.author {
        Author::Agent => "Agent",
        Author::You => "You",
    };
    let changed: Vec<_> = version
        .changed
        .iter()
        .map(|field| changed_field_label(field))
        .collect();
    let command = Command::Restore {
        version: version.version,
    };
    view! {
        <li class="versions__row">
            <p>
                <strong>{format!("v{} · {author}", version.version)}</strong>
                " · "
                <LocalTime at=version.at />
            </p>
            <p class="versions__changed">{changed.join(", ")}</p>
            {is_restorable
                .then(|| view! { <CommandButton live command label="Restore" busy="Restoring…" /> }.into_any())}
        </li>
    }
}
