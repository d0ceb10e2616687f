//! Writing the email by hand. Saved in one piece, as a new version; kept in the browser until then.

use email_agent_api::{
    AfterEdit, Command, EmailEdit, ErrorCode, IdempotencyKey, Revision, Version,
};
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
    task::spawn_local,
};
use serde::{Deserialize, Serialize};
use tr::tr;

use super::edit_fields::EditFields;
use crate::{
    browser::{self, Storage},
    erased::{effect, heard, kept, redrawn},
    language::{known, say},
    live::{Live, with_retries},
    logic::{EmailForm, Field},
    server_fns,
};

/// What the browser keeps until the edit is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptEdit {
    base: Version,
    before: EmailForm,
    form: EmailForm,
}

/// Where the tab keeps an unsaved edit. Not shared between tabs: each may edit for itself.
fn storage_key(id: &str) -> String {
    format!("email-agent:edit:{id}")
}

/// Whether an edit of this email waits in the browser.
pub(crate) fn has_kept_edit(id: &str) -> bool {
    Storage::Tab.load::<KeptEdit>(&storage_key(id)).is_some()
}

/// The state of the editor. It exists in the browser only.
#[derive(Clone, Copy)]
struct Editor {
    live: Live,
    base: RwSignal<Version>,
    before: RwSignal<EmailForm>,
    form: RwSignal<EmailForm>,
    problem: RwSignal<Option<String>>,
    is_saving: RwSignal<bool>,
    /// Saved; shows from this revision on.
    accepted: RwSignal<Option<Revision>>,
    unsettled: StoredValue<Option<(Command, IdempotencyKey)>>,
}

impl Editor {
    fn open(live: Live) -> Self {
        let fresh = live.view.with_untracked(|view| {
            let form = EmailForm::of(&view.email, &browser::time_zone());
            KeptEdit {
                base: view.version,
                before: form.clone(),
                form,
            }
        });
        let kept = Storage::Tab
            .load::<KeptEdit>(&storage_key(&live.id()))
            .unwrap_or(fresh);
        Self {
            live,
            base: RwSignal::new(kept.base),
            before: RwSignal::new(kept.before),
            form: RwSignal::new(kept.form),
            problem: RwSignal::new(None),
            is_saving: RwSignal::new(false),
            accepted: RwSignal::new(None),
            unsettled: StoredValue::new(None),
        }
    }

    fn keep(self) {
        let kept = KeptEdit {
            base: self.base.get_untracked(),
            before: self.before.get_untracked(),
            form: self.form.get_untracked(),
        };
        Storage::Tab.store(&storage_key(&self.live.id()), &kept);
    }

    fn close(self) {
        Storage::Tab.remove(&storage_key(&self.live.id()));
        self.live.editing.set(None);
        browser::focus("card-heading");
    }

    /// Somebody else has made a version since this edit began.
    fn is_overtaken(self) -> bool {
        self.live.view.with(|view| view.version) != self.base.get() && self.accepted.get().is_none()
    }

    /// Puts this edit on top of the newest version.
    fn rebase(self) {
        self.base
            .set(self.live.view.with_untracked(|view| view.version));
        self.problem.set(None);
        self.keep();
    }

    /// `then`: what is done with the version that it makes.
    fn save(self, then: Option<AfterEdit>) {
        if self.is_saving.get_untracked() {
            return;
        }
        self.problem.set(None);
        let changes = self
            .form
            .with_untracked(|form| self.before.with_untracked(|before| form.changes(before)));
        match changes {
            Err(problems) => {
                self.problem
                    .set(Some(say("Not saved: correct what is marked.").to_owned()));
                if let Some(problem) = problems.first() {
                    browser::focus(&format!("field-{}", problem.field.name()));
                }
            }
            Ok(edit) if edit == EmailEdit::default() && then.is_none() => self.close(),
            Ok(edit) => self.deliver(edit, then),
        }
    }

    fn deliver(self, edit: EmailEdit, then: Option<AfterEdit>) {
        let command = Command::Edit {
            base: self.base.get_untracked(),
            edit: Box::new(edit),
            then,
        };
        let key = self
            .unsettled
            .with_value(|unsettled| match unsettled {
                Some((before, key)) if *before == command => Some(key.clone()),
                _ => None,
            })
            .unwrap_or_else(browser::random_key);
        self.is_saving.set(true);
        spawn_local(async move {
            let id = self.live.id();
            let saved = with_retries(|| {
                server_fns::command(id.clone(), key.as_str().to_owned(), command.clone())
            })
            .await;
            if self.problem.try_set(None).is_some() {
                return;
            }
            match saved {
                Ok(accepted) => self.accepted.set(Some(accepted.revision)),
                Err(error) => {
                    self.is_saving.set(false);
                    self.unsettled
                        .set_value(error.lost.then_some((command, key)));
                    // The note about the newer version says it better.
                    let is_conflict = error.error.code == ErrorCode::Conflict;
                    let reason = known(&error.to_string());
                    self.problem
                        .set((!is_conflict).then(|| tr!("Not saved: {reason}", reason)));
                }
            }
            self.live.look_now();
        });
    }
}

/// The form for writing by hand.
#[component]
pub(crate) fn EmailEditor(
    /// The email.
    live: Live,
) -> impl IntoView {
    let editor = Editor::open(live);
    let start = live.editing.get_untracked().unwrap_or(Field::To);
    effect(move || browser::focus(&format!("field-{}", start.name())));
    // Closes once the saved version is on the screen.
    effect(move || {
        let shows = editor.accepted.get().is_some_and(|accepted| {
            live.view
                .with(|view| view.revision >= accepted && !view.command_pending)
        });
        if shows {
            editor.close();
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        editor.save(None);
    };
    let approve = move |_| editor.save(Some(AfterEdit::Approve));
    // With a time, and as long as no agent is at work on it, one press is enough for both.
    let has_time = move || {
        editor.form.with(|form| !form.date.is_empty())
            && live.view.with(|view| view.queue.is_empty())
    };
    let shortcut = move |event: KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            editor.save(None);
        }
    };
    let update = Callback::new(move |form: EmailForm| {
        editor.form.set(form);
        editor.keep();
    });
    view! {
        <form class="editor" novalidate on:submit=heard(submit) on:keydown=heard(shortcut)>
            {redrawn(move || editor.is_overtaken().then(|| view! { <Overtaken editor /> }.into_any()))}
            <EditFields form=editor.form update />
            <p class="problem" role="alert">{redrawn(move || editor.problem.get())}</p>
            <div class="editor__foot">
                <button class="button button--main" type="submit" aria-disabled=kept(move || editor.is_saving.get().then_some("true"))>
                    {redrawn(move || if editor.is_saving.get() { say("Saving…") } else { say("Save") })}
                </button>
                <Show when=has_time>
                    <button
                        class="button"
                        type="button"
                        aria-disabled=kept(move || editor.is_saving.get().then_some("true"))
                        on:click=heard(approve)
                    >
                        {say("Save and approve")}
                    </button>
                </Show>
                <button class="button" type="button" on:click=heard(move |_| editor.close())>{say("Discard changes")}</button>
            </div>
        </form>
    }
}

/// Never a silent overwrite: the person decides.
#[component]
fn Overtaken(editor: Editor) -> impl IntoView {
    view! {
        <div class="conflict" role="alert">
            <p>
                {redrawn(move || {
                    let version = editor.live.view.with(|view| view.version);
                    tr!("This draft was changed meanwhile (now v{version}). Nothing of yours is lost.", version)
                })}
            </p>
            <button class="button" type="button" on:click=heard(move |_| editor.close())>{say("See theirs")}</button>
            <button class="button" type="button" on:click=heard(move |_| editor.rebase())>{say("Keep mine as a new version")}</button>
        </div>
    }
}
