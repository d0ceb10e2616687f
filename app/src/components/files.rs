//! The files that go with the email: each with its size, a link to keep it and a button to remove it,
//! and below them the way to attach more. What was sent keeps its files, without buttons.

use email_agent_api::{
    Attachment, Command, Email, EmailEdit, FileId, StageKind, limits::KEY_CHARS_MAX, size_text,
};
use leptos::{ev::SubmitEvent, prelude::*};

use super::attach_form::AttachForm;
use crate::{
    browser,
    erased::{heard, kept, memo, redrawn},
    language::say,
    live::Live,
};

const HEADING_ID: &str = "files-heading";

/// The files; nothing where there are none and none can be attached.
#[component]
pub(crate) fn Files(
    /// The email.
    live: Live,
    /// Its newest version.
    email: Memo<Email>,
) -> impl IntoView {
    // An edit by hand that is open would be overtaken by the version that a file makes.
    let can_change = memo(move || {
        live.view.with(|view| can_still_change(view.stage.kind()))
            && live.editing.with(Option::is_none)
    });
    let is_empty = move || email.with(|email| email.attachments.is_empty());
    let rows = move || {
        let can_change = can_change.get();
        let row = |file| view! { <Row live file can_change /> }.into_any();
        email.get().attachments.into_iter().map(row).collect_view()
    };
    view! {
        <div
            class="fact files"
            role="group"
            aria-labelledby=HEADING_ID
            hidden=kept(move || is_empty() && !can_change.get())
        >
            <h3 class="fact__name" id=HEADING_ID tabindex="-1">
                {say("Files")}
            </h3>
            <ul class="files__rows" hidden=kept(is_empty)>
                {redrawn(rows)}
            </ul>
            {redrawn(move || can_change.get().then(|| view! { <AttachForm live /> }.into_any()))}
        </div>
    }
}

/// As the table in the workflow's `allow` has it for edits.
fn can_still_change(stage: StageKind) -> bool {
    !matches!(
        stage,
        StageKind::Sending | StageKind::Sent | StageKind::Unsure | StageKind::Canceled
    )
}

#[component]
fn Row(live: Live, file: Attachment, can_change: bool) -> impl IntoView {
    let address = format!("/e/{}/files/{}", live.id(), file.id);
    let name = file.name.to_string();
    let saved_as = name.clone();
    let remove = can_change.then(|| {
        let name = name.clone();
        view! { <RemoveForm live file=file.id name /> }.into_any()
    });
    view! {
        <li class="files__row">
            <a class="files__name" href=address download=saved_as>
                <bdi>{name}</bdi>
            </a>
            <span class="files__size">{size_text(file.size_bytes)}</span>
            {remove}
        </li>
    }
}

#[component]
fn RemoveForm(live: Live, file: FileId, name: String) -> impl IntoView {
    let mut key = live
        .form_key
        .with_value(|key| format!("{}-{file}", key.as_str()));
    key.truncate(KEY_CHARS_MAX);
    let version = move || live.view.with(|view| view.version);
    // For the plain form, which is loaded anew for each version.
    let (id, shown) = (file.to_string(), untrack(version).to_string());
    let file = StoredValue::new(file);
    let command = move || Command::Edit {
        base: version(),
        edit: Box::new(EmailEdit {
            detach: vec![file.get_value()],
            ..EmailEdit::default()
        }),
        then: None,
    };
    let is_waiting = move || live.is_waiting(&command());
    let press = move |event: SubmitEvent| {
        event.prevent_default();
        live.press(untrack(command));
        // The button goes with its file. The keyboard must not end up on that of the next one.
        browser::focus(HEADING_ID);
    };
    view! {
        <form class="files__remove" method="post" action=format!("/e/{}/command", live.id()) on:submit=heard(press)>
            <input type="hidden" name="do" value="detach" />
            <input type="hidden" name="file" value=id />
            <input type="hidden" name="version" value=shown />
            <input type="hidden" name="key" value=key />
            <button class="button button--small" type="submit" aria-disabled=kept(move || is_waiting().then_some("true"))>
                {say("Remove")}
                <span class="sr-only">" "{name}</span>
            </button>
        </form>
    }
}
