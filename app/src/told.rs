//! What came of the last press, on the pages that the server renders alone.

use leptos::prelude::*;

use crate::language::{known, say};

/// See the module.
#[derive(Debug)]
pub(crate) enum Told<'a> {
    /// It is done: this sentence.
    Done(&'a str),
    /// It was refused, for a reason that no field can mend.
    Refused(&'a str),
    /// Fields must be corrected.
    Wrong,
}

impl Told<'_> {
    /// The sentence. It gets the focus, because without script nothing else leads there; where a field
    /// must be corrected, that field gets it.
    pub(crate) fn view(self) -> AnyView {
        let (class, role, text) = match &self {
            Self::Done(text) => ("notice notice--good", "status", known(text)),
            Self::Refused(text) => ("notice notice--bad", "alert", known(text)),
            Self::Wrong => (
                "notice notice--bad",
                "alert",
                say("Nothing was changed. Correct what is marked below.").to_owned(),
            ),
        };
        let focus = !matches!(self, Self::Wrong);
        view! { <p class=class role=role tabindex="-1" autofocus=focus>{text}</p> }.into_any()
    }
}
