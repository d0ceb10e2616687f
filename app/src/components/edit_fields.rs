//! The fields of the editor, each with its label and what is wrong with it.

use email_agent_api::to_say;
use leptos::prelude::*;

use super::{edit_time::TimeFields, recipient_field::RecipientField};
use crate::{
    erased::{heard, kept, redrawn},
    language::say,
    logic::{EmailForm, Field},
};

/// One text field of the form: which, how it is read, how it is written.
#[derive(Clone, Copy)]
pub(super) struct LineSpec {
    pub(super) field: Field,
    /// Said where it is shown.
    pub(super) label: &'static str,
    pub(super) read: fn(&EmailForm) -> &str,
    pub(super) write: fn(&mut EmailForm) -> &mut String,
}

const TO: LineSpec = LineSpec {
    field: Field::To,
    label: to_say("To"),
    read: |form| &form.to,
    write: |form| &mut form.to,
};
const CC: LineSpec = LineSpec {
    field: Field::Cc,
    label: to_say("Cc"),
    read: |form| &form.cc,
    write: |form| &mut form.cc,
};
const BCC: LineSpec = LineSpec {
    field: Field::Bcc,
    label: to_say("Bcc"),
    read: |form| &form.bcc,
    write: |form| &mut form.bcc,
};
const SUBJECT: LineSpec = LineSpec {
    field: Field::Subject,
    label: to_say("Subject"),
    read: |form| &form.subject,
    write: |form| &mut form.subject,
};
const BODY: LineSpec = LineSpec {
    field: Field::Body,
    label: to_say("Body"),
    read: |form| &form.body,
    write: |form| &mut form.body,
};

/// What the fields share.
#[derive(Clone, Copy)]
pub(super) struct Fields {
    pub(super) form: RwSignal<EmailForm>,
    update: Callback<EmailForm>,
    /// Fields that were left once: from then on they say at once what is wrong.
    left: RwSignal<Vec<Field>>,
}

impl Fields {
    pub(super) fn change(self, change: impl FnOnce(&mut EmailForm)) {
        let mut form = self.form.get_untracked();
        change(&mut form);
        self.update.run(form);
    }

    pub(super) fn leave(self, field: Field) {
        self.left.update(|left| {
            if !left.contains(&field) {
                left.push(field);
            }
        });
    }

    pub(super) fn problem(self, field: Field) -> Option<String> {
        let was_left = self.left.with(|left| left.contains(&field));
        let texts: Vec<_> = self
            .form
            .with(EmailForm::problems)
            .into_iter()
            .filter(|problem| was_left && problem.field == field)
            .map(|problem| problem.text)
            .collect();
        (!texts.is_empty()).then(|| texts.join(" "))
    }
}

/// All fields.
#[component]
pub(crate) fn EditFields(
    /// The form, as typed.
    form: RwSignal<EmailForm>,
    /// Takes the form after each change.
    update: Callback<EmailForm>,
) -> impl IntoView {
    let fields = Fields {
        form,
        update,
        left: RwSignal::new(Vec::new()),
    };
    let has_copies = form.with_untracked(|form| !form.cc.is_empty() || !form.bcc.is_empty());
    view! {
        <RecipientField fields line=TO />
        <details class="editor__copies" open=has_copies>
            <summary>{say("Cc and Bcc")}</summary>
            <RecipientField fields line=CC />
            <RecipientField fields line=BCC />
        </details>
        <Line fields line=SUBJECT />
        <Line fields line=BODY is_long=true />
        <TimeFields fields />
    }
}

#[component]
fn Line(fields: Fields, line: LineSpec, #[prop(optional)] is_long: bool) -> impl IntoView {
    let name = line.field.name();
    let (id, problem_id) = (format!("field-{name}"), format!("problem-{name}"));
    let value = move || fields.form.with(|form| (line.read)(form).to_owned());
    let input = move |event| {
        let text = event_target_value(&event);
        fields.change(|form| *(line.write)(form) = text);
    };
    let invalid = move || fields.problem(line.field).is_some().then_some("true");
    let control = if is_long {
        view! {
            <textarea
                class="field__control field__control--long"
                id=id.clone()
                rows="10"
                dir="auto"
                autocomplete="off"
                aria-describedby=problem_id.clone()
                aria-invalid=kept(invalid)
                prop:value=kept(value)
                on:input=heard(input)
                on:blur=heard(move |_| fields.leave(line.field))
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                class="field__control"
                id=id.clone()
                type="text"
                dir="auto"
                autocomplete="off"
                aria-describedby=problem_id.clone()
                aria-invalid=kept(invalid)
                prop:value=kept(value)
                on:input=heard(input)
                on:blur=heard(move |_| fields.leave(line.field))
            />
        }
        .into_any()
    };
    view! {
        <div class="field">
            <label class="field__name" for=id>{say(line.label)}</label>
            {control}
            <p class="problem" id=problem_id aria-live="polite">{redrawn(move || fields.problem(line.field))}</p>
        </div>
    }
}
