//! What is done to all emails that are ticked: a plain form, which style alone shows while some are.

use leptos::prelude::*;

use crate::{
    browser,
    erased::{heard, kept, redrawn},
    language::say,
    list_live::ListLive,
    logic::bulk_buttons,
};

/// The id of the form that the ticks of the rows belong to.
pub(crate) const BULK_FORM: &str = "bulk";

/// The buttons.
#[component]
pub(crate) fn ListBulk(
    /// The list.
    live: ListLive,
) -> impl IntoView {
    let buttons = move || {
        let show = live.shown.with(|place| place.show);
        let buttons = bulk_buttons(show).map(|(value, label)| {
            view! { <button class="button button--small" type="submit" name="do" value=value>{say(label)}</button> }
                .into_any()
        });
        buttons.into_iter().collect_view().into_any()
    };
    let back = move || live.shown.with(crate::logic::Place::address);
    view! {
        <form class="list__bulk" id=BULK_FORM method="post" action="/emails/bulk" aria-label=say("Ticked emails")>
            <input type="hidden" name="back" value=kept(back) />
            <p>{say("With those that are ticked:")}</p>
            {redrawn(buttons)}
            <button class="button button--small needs-script" type="button" on:click=heard(|_| browser::tick_all(BULK_FORM))>
                {say("Tick all on this page")}
            </button>
            <button class="button button--small" type="reset">
                {say("Untick all")}
            </button>
        </form>
    }
}
