//! The emails beside the one that is open, on a wide screen: what needs the person first, as in the list.
//!
//! Rendered by the server alone. A page that stays open gets this part anew from time to time, as markup,
//! so that it is never long behind and costs the browser's program next to nothing.

use email_agent_api::{EmailId, EmailList, EmailSummary};
use leptos::prelude::*;

use super::stage_class::stage_class;
use crate::{
    language::{say, wish_text},
    plain_page,
};

/// More are found in the list.
const ROWS_MAX: usize = 20;

/// The place of them, empty while there are none.
#[component]
pub(crate) fn Others(
    /// The first page of the list.
    list: EmailList,
    /// The email that is open.
    open: EmailId,
) -> impl IntoView {
    view! { <div class="others" id="others">{rows(list, &open)}</div> }
}

/// What stands in that place, for a page that is open already.
#[must_use]
pub fn render(list: EmailList, open: &EmailId) -> String {
    plain_page::fragment(|| rows(list, open))
}

fn rows(list: EmailList, open: &EmailId) -> Option<AnyView> {
    let mut others: Vec<_> = list
        .emails
        .into_iter()
        .filter(|row| row.id != *open)
        .collect();
    if others.is_empty() {
        return None;
    }
    others.truncate(ROWS_MAX);
    let rows = others.into_iter().map(row).collect_view();
    let view = view! {
        <nav aria-labelledby="others-heading">
            <h2 class="others__heading" id="others-heading">{say("Other emails")}</h2>
            <ul class="others__rows">{rows}</ul>
            <a class="others__all" id="others-all" href="/">{say("All emails")}</a>
        </nav>
    };
    Some(view.into_any())
}

fn row(row: EmailSummary) -> AnyView {
    let title = match (row.name.is_empty(), row.title.is_empty()) {
        (false, _) => row.name,
        (true, false) => row.title,
        (true, true) => say("New email").to_owned(),
    };
    let to = if row.to.is_empty() {
        say("Nobody yet").to_owned()
    } else {
        row.to
    };
    let wish = row.send_at.as_ref().filter(|_| !row.stage.is_final());
    let time = wish.map(|wish| {
        let text = wish_text(wish);
        view! { <span class="others__time">{text}</span> }.into_any()
    });
    view! {
        <li>
            <a class="others__row" id=format!("other-{}", row.id) href=format!("/e/{}", row.id)>
                <span class="others__title" dir="auto">{title}</span>
                <span class="others__to" dir="auto">{to}</span>
                <span class=format!("pill pill--{}", stage_class(row.stage))>{say(row.stage.label())}</span>
                {time}
            </a>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use email_agent_api::StageKind;

    use super::*;

    fn email(letter: &str) -> EmailSummary {
        EmailSummary {
            id: format!("email-{}", letter.repeat(26)).parse().unwrap(),
            change: 1,
            stage: StageKind::Draft,
            name: String::new(),
            to: "ana@example.com".to_owned(),
            title: format!("<b>{letter}"),
            send_at: None,
            changed_at: chrono::DateTime::UNIX_EPOCH,
            pinned: false,
            archived: false,
            deleted: false,
        }
    }

    fn list(letters: &[&str]) -> EmailList {
        EmailList {
            emails: letters.iter().map(|letter| email(letter)).collect(),
            ..EmailList::default()
        }
    }

    #[test]
    fn the_open_one_is_not_among_them() {
        let html = render(list(&["a", "b"]), &email("a").id);
        assert!(
            html.contains("&lt;b&gt;b") && !html.contains("&lt;b&gt;a"),
            "{html}"
        );
        assert_eq!(html.matches("others__row\"").count(), 1);
        assert!(!html.contains("<!>"));
    }

    #[test]
    fn alone_there_is_nothing() {
        assert_eq!(render(list(&["a"]), &email("a").id), "");
    }
}
