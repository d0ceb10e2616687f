//! A moment: in UTC from the server, in the person's own zone once the browser has it.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::{
    browser,
    erased::{effect, redrawn},
    logic::utc_text,
};

/// A moment in words.
#[component]
pub(crate) fn LocalTime(
    /// When.
    at: DateTime<Utc>,
    /// With the name of the zone.
    #[prop(optional)]
    zoned: bool,
) -> impl IntoView {
    let local = RwSignal::new(None::<String>);
    // Not in the view body: the server does not know the person's zone, so the trees would differ.
    effect(move || {
        let text = browser::local_time(at.timestamp_millis()).date_time;
        local.set(Some(if zoned {
            format!("{text} ({})", browser::time_zone())
        } else {
            text
        }));
    });
    // The same moment by another clock is no news: a screen reader does not say it again.
    view! {
        <time datetime=at.to_rfc3339() title=utc_text(at) aria-live="off">
            {redrawn(move || local.get().unwrap_or_else(|| utc_text(at)))}
        </time>
    }
}
