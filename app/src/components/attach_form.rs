//! Attaching files: chosen is attached, with words for what goes on. Without script it is a plain form
//! with a button of its own.

use email_agent_api::{Revision, check_attachments};
use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use tr::tr;

use crate::{
    CallError,
    browser::{self, Chosen},
    erased::{effect, heard, redrawn},
    language::{known, say},
    live::Live,
};

const FORM_ID: &str = "attach";
/// The field of the form.
pub(crate) const FIELD_ID: &str = "attach-files";
/// Pauses before files that got lost on the way are sent again, with the same key.
const RETRIES_MS: [u32; 2] = [1_000, 3_000];

/// The state of the form.
#[derive(Clone, Copy)]
struct Attaching {
    live: Live,
    /// What is being attached, until it shows.
    what: RwSignal<Option<String>>,
    /// Why the last files were not.
    problem: RwSignal<Option<String>>,
    /// Accepted by the server; shows from this revision on.
    accepted: RwSignal<Option<Revision>>,
}

impl Attaching {
    fn begin(self) {
        let Some(chosen) = browser::chosen(FORM_ID) else {
            return;
        };
        if self.what.with_untracked(Option::is_some) {
            let text = say("Wait until the files before are attached, then choose these again.");
            self.problem.set(Some(text.to_owned()));
            return;
        }
        self.problem.set(None);
        let (there, bytes) = self.live.view.with_untracked(|view| {
            let email = &view.email;
            (email.attachments.len(), email.attached_bytes())
        });
        // The server looks too; but it would have to be sent all of it first.
        if let Err(error) = check_attachments(there + chosen.names.len(), bytes + chosen.size_bytes)
        {
            self.problem.set(Some(known(&error.to_string())));
            return;
        }
        self.what.set(Some(match chosen.names.as_slice() {
            [one] => one.clone(),
            several => tr!("{n} file" | "{n} files" % several.len()),
        }));
        spawn_local(self.send(chosen));
    }

    async fn send(self, chosen: Chosen) {
        let version = self.live.view.with_untracked(|view| view.version);
        let (id, key) = (self.live.id(), browser::random_key());
        let mut pauses = RETRIES_MS.into_iter();
        let answer = loop {
            let answer = chosen.send(&id, version, key.as_str()).await;
            let is_passing = answer.as_ref().is_err_and(CallError::is_temporary);
            match pauses.next() {
                Some(pause_ms) if is_passing => browser::sleep_ms(pause_ms).await,
                _ => break answer,
            }
        };
        // None: the page has been left meanwhile.
        if self.problem.try_set(None).is_some() {
            return;
        }
        match answer {
            Ok(accepted) => self.accepted.set(Some(accepted.revision)),
            Err(error) => {
                self.what.set(None);
                let text = if error.lost {
                    say("The server was not reached. Look whether the files are here once it is, and if not, attach them again.").to_owned()
                } else {
                    known(&error.to_string())
                };
                self.problem.set(Some(text));
            }
        }
        self.live.look_now();
    }
}

/// The form.
#[component]
pub(crate) fn AttachForm(
    /// The email.
    live: Live,
) -> impl IntoView {
    let attaching = Attaching {
        live,
        what: RwSignal::new(None),
        problem: RwSignal::new(None),
        accepted: RwSignal::new(None),
    };
    effect(move || {
        let shows = attaching.accepted.get().is_some_and(|accepted| {
            live.view
                .with(|view| view.revision >= accepted && !view.command_pending)
        });
        if shows {
            attaching.accepted.set(None);
            attaching.what.set(None);
        }
    });
    let key = live
        .form_key
        .with_value(|key| format!("{}-attach", key.as_str()));
    // For the plain form, which is loaded anew for each version.
    let version = live.view.with_untracked(|view| view.version.to_string());
    let progress = move || {
        let what = attaching.what.get();
        what.map(|what| tr!("Attaching {what}…", what))
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        attaching.begin();
    };
    view! {
        <form
            class="attach"
            id=FORM_ID
            method="post"
            enctype="multipart/form-data"
            action=format!("/e/{}/attach", live.id())
            on:submit=heard(submit)
        >
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="version" value=version />
            <label class="attach__label" for=FIELD_ID>{say("Attach file…")}</label>
            <input
                class="attach__files"
                id=FIELD_ID
                type="file"
                name="file"
                multiple
                on:change=heard(move |_| attaching.begin())
            />
            <button class="button button--small attach__send" type="submit">{say("Attach")}</button>
            <span class="attach__hint needs-script">{say("or drop it anywhere on this page")}</span>
        </form>
        <p class="attach__progress" role="status">{redrawn(progress)}</p>
        <p class="problem" role="alert">{redrawn(move || attaching.problem.get())}</p>
    }
}
