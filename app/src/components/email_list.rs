//! All emails of a person, each with its state and its time; filtered, searched and arranged.

use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    prelude::*,
};
use tr::tr;

use super::{
    list_bulk::ListBulk, list_empty::ListEmpty, list_filters::ListFilters, list_row::ListRow,
};
use crate::{
    alive::ListData,
    browser,
    erased::{effect, heard, redrawn},
    language::say,
    list_live::{Done, ListLive},
};

/// The list.
#[component]
pub(crate) fn EmailListView(
    /// What it shows.
    data: ListData,
) -> impl IntoView {
    let keys_work = !data.single_keys_off;
    let live = ListLive::new(data);
    let press = move |event: SubmitEvent| {
        let Some(press) =
            browser::pressed(&event).filter(|press| press.action.ends_with("/arrange"))
        else {
            return;
        };
        event.prevent_default();
        live.act(press);
    };
    effect(move || {
        live.keep_up();
        if keys_work {
            let keys = window_event_listener(leptos::ev::keydown, shortcut);
            on_cleanup(move || keys.remove());
        }
    });
    let form_key = live.form_key.get_value();
    let empty = {
        let form_key = form_key.clone();
        move || {
            live.list.with(|list| list.emails.is_empty()).then(|| {
                let (place, form_key) = (live.shown.get(), form_key.clone());
                let erase_after_days = live.list.with(|list| list.erase_after_days);
                view! { <ListEmpty place form_key erase_after_days /> }.into_any()
            })
        }
    };
    let pages = move || {
        let next = live.list.with(|list| list.next.clone());
        let place = live.shown.get();
        let first = place.page.as_ref().map(|_| {
            view! { <a class="button" href=place.at(None).address()>{say("First page")}</a> }
                .into_any()
        });
        let next = next.map(|next| {
            let address = place.at(Some(next)).address();
            view! { <a class="button" href=address rel="next">{say("Next page")}</a> }.into_any()
        });
        view! { {first} {next} }.into_any()
    };
    view! {
        <section class="list" aria-labelledby="list-heading" on:submit=heard(press)>
            <h2 id="list-heading">{say("Your emails")}</h2>
            <ListFilters live />
            <ListDone live />
            <p class="problem" role="alert">{redrawn(move || live.problem.get())}</p>
            {redrawn(empty)}
            <ul class="list__rows" aria-labelledby="list-heading">
                <For
                    each=move || live.list.get().emails
                    key=|row| (row.id.clone(), row.change)
                    children=move |row| {
                        let (form_key, back) = (form_key.clone(), live.shown.get_untracked().address());
                        view! { <ListRow row form_key back /> }.into_any()
                    }
                />
            </ul>
            <ListBulk live />
            <div class="list__pages">{redrawn(pages)}</div>
        </section>
    }
}

/// What was done last, and the way to undo it.
#[component]
fn ListDone(live: ListLive) -> impl IntoView {
    // After a form that was sent without script, or for several at once.
    let is_told = live.done.with_untracked(Option::is_some);
    // Nothing, and not an empty text, which would show as an empty box.
    let said = move || {
        live.done.with(|done| {
            let text = match done.as_ref()? {
                Done::Said(text) => text.clone().into_owned(),
                Done::Archived(_) => say("Put into the archive.").to_owned(),
                Done::Deleted(_) => tr!(
                    "Deleted. Nothing of it will be sent any more, and it is erased for good in {n} day."
                        | "Deleted. Nothing of it will be sent any more, and it is erased for good in {n} days."
                        % live.list.with(|list| list.erase_after_days)
                ),
            };
            Some(text)
        })
    };
    let undo = move || {
        let (id, value) = match live.done.get()? {
            Done::Deleted(id) => (id, "restore"),
            Done::Archived(id) => (id, "unarchive"),
            Done::Said(_) => return None,
        };
        let key = live.form_key.get_value();
        let back = live.shown.get_untracked().address();
        let form = view! {
            <form method="post" action=format!("/e/{id}/arrange")>
                <input type="hidden" name="key" value=key />
                <input type="hidden" name="back" value=back />
                <button class="button button--small" id="undo" type="submit" name="do" value=value>
                    {say("Undo")}
                </button>
            </form>
        };
        Some(form.into_any())
    };
    view! {
        <div class="list__done" id="list-done" tabindex="-1" autofocus=is_told>
            <p role="status">{redrawn(said)}</p>
            {redrawn(undo)}
        </div>
    }
}

/// Keys that work outside of fields.
fn shortcut(event: KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || browser::is_typing(&event) {
        return;
    }
    match event.key().as_str() {
        "/" => browser::focus("search"),
        "n" => browser::click(".home__start button"),
        "j" => browser::step_row(true),
        "k" => browser::step_row(false),
        "o" => browser::open_row(),
        "?" => browser::go_to("/help"),
        _ => return,
    }
    event.prevent_default();
}
