//! What to look at before approving.

use email_agent_api::Warning;
use leptos::prelude::*;

use crate::live::Live;

/// The warnings; nothing if there are none.
#[component]
pub(crate) fn Warnings(
    /// The email.
    live: Live,
) -> impl IntoView {
    let warnings = Memo::new(move |_| live.view.with(|view| view.warnings.clone()));
    let list = move || {
        let warnings = warnings.get();
        (!warnings.is_empty()).then(|| {
            let rows = warnings.into_iter().map(row).collect_view();
            view! {
                <ul class="warnings" id="warnings" tabindex="-1" aria-label="Before you approve">
                    {rows}
                </ul>
            }
            .into_any()
        })
    };
    view! { {move || list()} }
}

fn row(warning: Warning) -> AnyView {
    let (class, word) = if warning.blocks {
        ("warning warning--blocks", "Must be mended: ")
    } else {
        ("warning", "Please check: ")
    };
    view! {
        <li class=class>
            <strong>{word}</strong>
            <span dir="auto">{warning.text}</span>
        </li>
    }
    .into_any()
}
