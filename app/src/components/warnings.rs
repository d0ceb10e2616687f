//! What to look at before approving.

use email_agent_api::{EmailView, StageKind, Warning};
use leptos::prelude::*;
use tr::tr;

use crate::{
    erased::{heard, memo, redrawn},
    language::{known, say},
    live::Live,
    logic::{Field, changed_field_label},
};

/// The warnings; nothing if there are none.
#[component]
pub(crate) fn Warnings(
    /// The email.
    live: Live,
) -> impl IntoView {
    // What is over needs no warning.
    let warnings = memo(move || {
        live.view.with(|view| {
            let is_over = view.stage.kind().is_final();
            if is_over {
                Vec::new()
            } else {
                view.warnings.clone()
            }
        })
    });
    let can_edit = memo(move || live.view.with(can_edit));
    let list = move || {
        let warnings = warnings.get();
        (!warnings.is_empty()).then(|| {
            let rows = warnings
                .into_iter()
                .map(|warning| row(live, can_edit.get(), warning))
                .collect_view();
            view! {
                <ul class="warnings" id="warnings" tabindex="-1" aria-label=say("Before you approve")>
                    {rows}
                </ul>
            }
            .into_any()
        })
    };
    redrawn(list)
}

/// Whether the fields can be opened for writing by hand.
fn can_edit(view: &EmailView) -> bool {
    !view.stage.kind().is_final()
        && !matches!(view.stage.kind(), StageKind::Sending | StageKind::Unsure)
}

fn row(live: Live, can_edit: bool, warning: Warning) -> AnyView {
    let (class, word) = if warning.blocks {
        ("warning warning--blocks", say("Must be mended: "))
    } else {
        ("warning", say("Please check: "))
    };
    let door = Field::named(&warning.field).filter(|_| can_edit).map(|field| {
        view! {
            <button class="warning__door needs-script" type="button" on:click=heard(move |_| live.edit(field))>
                {tr!("Go to {field}", field = known(changed_field_label(field.name())))}
            </button>
        }
        .into_any()
    });
    view! {
        <li class=class>
            <strong>{word}</strong>
            <span dir="auto">{known(&warning.text)}</span>
            {door}
        </li>
    }
    .into_any()
}
