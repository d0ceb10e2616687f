//! One row of the list: a link, and a menu of what can be done to it.
//!
//! The menu is one plain form with several buttons; with script, the list takes the presses of all its
//! rows in one place. So a row costs the browser nothing but its elements.

use email_agent_api::{EmailSummary, StageKind, limits::EMAIL_NAME_CHARS_MAX, to_say};
use leptos::prelude::*;
use tr::tr;

use super::{list_bulk::BULK_FORM, local_time::LocalTime, stage_class::stage_class};
use crate::language::{say, wish_text};

/// The row.
#[component]
pub(crate) fn ListRow(
    /// What it shows.
    row: EmailSummary,
    /// Begins the keys of the plain forms.
    form_key: String,
    /// The address of the list, for the way back without script.
    back: String,
) -> impl IntoView {
    let to = if row.to.is_empty() {
        say("Nobody yet").to_owned()
    } else {
        row.to
    };
    let title = if row.title.is_empty() {
        say("New email").to_owned()
    } else {
        row.title
    };
    let (heading, who) = if row.name.is_empty() {
        (title, to)
    } else {
        (row.name.clone(), format!("{to} · {title}"))
    };
    let tick_label = tr!("Tick {name}", name = heading);
    let menu_label = tr!("Actions for {name}", name = heading);
    // What is over left at another time than it was wished for, or not at all.
    let wish = row.send_at.as_ref().filter(|_| !row.stage.is_final());
    let time = wish.map(wish_text).map_or_else(
        || {
            view! { <span class="list__time">{say("Changed ")} <LocalTime at=row.changed_at /></span> }
                .into_any()
        },
        |text| view! { <span class="list__time">{text}</span> }.into_any(),
    );
    let pin = row
        .pinned
        .then(|| view! { <span class="chip">{say("Pinned")}</span> }.into_any());
    let buttons = buttons(row.stage, row.pinned, row.archived, row.deleted)
        .into_iter()
        .map(|(value, label)| {
            view! { <button class="button button--small" type="submit" name="do" value=value>{say(label)}</button> }
                .into_any()
        })
        .collect_view();
    let id = row.id.to_string();
    // Half of the id is enough to tell the copies of one page apart.
    let key = format!("{form_key}-{}", id.get(6..22).unwrap_or_default());
    view! {
        <li class="list__item">
            <label class="list__tick">
                <input type="checkbox" name="id" value=id.clone() form=BULK_FORM aria-label=tick_label />
            </label>
            <a class="list__row" id=id.clone() href=format!("/e/{id}")>
                <span class="list__title" dir="auto">{pin} {heading}</span>
                <span class="list__who" dir="auto">{who}</span>
                <span class=format!("pill pill--{}", stage_class(row.stage))>{say(row.stage.label())}</span>
                {time}
            </a>
            <details class="list__menu">
                <summary class="list__more" aria-label=menu_label>"⋯"</summary>
                <form class="list__actions" method="post" action=format!("/e/{id}/arrange")>
                    <input type="hidden" name="key" value=key />
                    <input type="hidden" name="back" value=back />
                    <label class="list__name">
                        <span>{say("Name")}</span>
                        <input
                            class="field__control"
                            name="name"
                            value=row.name
                            maxlength=EMAIL_NAME_CHARS_MAX.to_string()
                            autocomplete="off"
                            dir="auto"
                        />
                    </label>
                    {buttons}
                </form>
            </details>
        </li>
    }
}

/// Values and words of the buttons. The first one is what Enter presses in the field for the name.
fn buttons(
    stage: StageKind,
    pinned: bool,
    archived: bool,
    deleted: bool,
) -> Vec<(&'static str, &'static str)> {
    let mut buttons = vec![("rename", to_say("Rename"))];
    if deleted {
        buttons.extend([
            ("restore", to_say("Restore")),
            ("erase", to_say("Erase for good")),
        ]);
        return buttons;
    }
    buttons.push(if pinned {
        ("unpin", to_say("Unpin"))
    } else {
        ("pin", to_say("Pin to the top"))
    });
    buttons.push(if archived {
        ("unarchive", to_say("Back to the list"))
    } else {
        ("archive", to_say("Archive"))
    });
    buttons.push(("duplicate", to_say("Duplicate as new")));
    let leaves = matches!(
        stage,
        StageKind::Scheduled | StageKind::UndoWindow | StageKind::Retrying | StageKind::Held
    );
    buttons.push(if leaves {
        ("delete", to_say("Delete and do not send"))
    } else {
        ("delete", to_say("Delete"))
    });
    buttons
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deleting_what_would_leave_says_so() {
        let words = |stage| buttons(stage, false, false, false).pop();
        assert_eq!(
            words(StageKind::Scheduled),
            Some(("delete", "Delete and do not send"))
        );
        assert_eq!(words(StageKind::Sent), Some(("delete", "Delete")));
        let deleted = buttons(StageKind::Draft, false, false, true);
        assert!(deleted.iter().all(|(value, _)| *value != "delete"));
    }
}
