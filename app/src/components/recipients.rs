//! Recipients to read: each a chip, with what is known of it in a word.

use leptos::prelude::*;

use crate::{
    language::say,
    logic::{Mark, Marked},
};

/// The chips of one field.
#[component]
pub(crate) fn Recipients(
    /// Whom, and what is known of them.
    list: Vec<Marked>,
) -> impl IntoView {
    let rows = list.into_iter().map(row).collect_view();
    view! { <ul class="recipients__chips">{rows}</ul> }
}

fn row(Marked { text, mark }: Marked) -> AnyView {
    let (class, icon, word) = match mark {
        Mark::Plain => ("recipient", "", ""),
        Mark::New => ("recipient recipient--new", "✦ ", say("new")),
        Mark::Accepted => ("recipient recipient--good", "✓ ", say("accepted")),
        Mark::Refused => ("recipient recipient--bad", "✕ ", say("refused")),
        Mark::Unnamed => ("recipient recipient--bad", "⚠ ", say("not named by you")),
    };
    view! {
        <li class=class>
            <bdi>{text}</bdi>
            {(!word.is_empty())
                .then(|| {
                    view! {
                        <span class="recipient__mark">
                            <span aria-hidden="true">{icon}</span>
                            {word}
                        </span>
                    }
                        .into_any()
                })}
        </li>
    }
    .into_any()
}
