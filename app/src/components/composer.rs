//! Where requests are written. Nothing typed here is ever lost: see `keeper`.

use email_agent_api::StageKind;
use leptos::{
    ev::{KeyboardEvent, SubmitEvent},
    html::Textarea,
    prelude::*,
};

use super::save_note::SaveNote;
use crate::{
    browser,
    erased::{effect, heard, kept, memo, redrawn},
    keeper::Keeper,
    language::say,
    live::{Live, Tab},
    logic::put_back,
    piece::once_awake,
};

/// The composer; a line of text where there is nothing more to say.
#[component]
pub(crate) fn Composer(
    /// The email.
    live: Live,
) -> impl IntoView {
    let is_final = memo(move || live.view.with(|view| view.stage.kind().is_final()));
    let part = move || {
        if is_final.get() {
            view! { <p class="composer__end">{say("This email is finished. Press Start New Email for another one.")}</p> }
                .into_any()
        } else {
            view! { <OpenComposer live /> }.into_any()
        }
    };
    redrawn(part)
}

#[component]
fn OpenComposer(live: Live) -> impl IntoView {
    let keeper = Keeper::new(live);
    let area = NodeRef::<Textarea>::new();
    let initial = keeper.note.with_untracked(|note| content(note.text()));
    let form_key = live
        .form_key
        .with_value(|key| format!("{}-request", key.as_str()));
    let (zone, sequence) = live.view.with_untracked(|view| {
        (
            view.time_zone.clone(),
            view.request_draft.sequence.to_string(),
        )
    });

    // The text field belongs to the browser; we write into it only when the text changes elsewhere.
    let show_text = move || {
        if let Some(area) = area.get_untracked() {
            keeper.note.with_untracked(|note| {
                if area.value() != note.text() {
                    area.set_value(note.text());
                }
            });
        }
    };
    effect(move || {
        let hide = window_event_listener_untyped("visibilitychange", move |_| {
            if browser::is_hidden() {
                keeper.save_now();
            }
        });
        let leave = window_event_listener_untyped("pagehide", move |_| keeper.last_words());
        on_cleanup(move || {
            hide.remove();
            leave.remove();
        });
    });
    let stored = memo(move || live.view.with(|view| view.request_draft.clone()));
    let is_focused = StoredValue::new(false);
    let text = memo(move || keeper.note.with(|note| note.text().to_owned()));
    // What was typed before the script was there must be taken up before anything is written over it.
    once_awake(move || {
        keeper.wake_up(area.get_untracked().map(|area| area.value()));
        show_text();
        effect(move || {
            if stored.with(|draft| keeper.seen(draft, is_focused.get_value())) {
                show_text();
            }
        });
        effect(move || {
            // Reading subscribes; merely tracking a memo that nobody reads would not.
            text.with(|_| show_text());
        });
    });

    effect(move || {
        if let Some(words) = live.put_back.get() {
            live.put_back.set(None);
            let text = (keeper.note).with_untracked(|note| put_back(note.text(), &words));
            keeper.typed(text);
            live.tab.set(Tab::Chat);
            browser::focus("request");
        }
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        keeper.send();
    };
    let keydown = move |event: KeyboardEvent| {
        if event.key() != "Enter" || browser::key_is_composing(&event) || event.shift_key() {
            return;
        }
        let is_shortcut = event.ctrl_key() || event.meta_key();
        if is_shortcut || !browser::is_touch_only() {
            event.prevent_default();
            keeper.send();
        }
    };
    let blur = move |_| {
        is_focused.set_value(false);
        keeper.save_now();
    };
    let label = move || {
        let is_busy = live
            .view
            .with(|view| view.stage.kind() == StageKind::Working || !view.queue.is_empty());
        match (keeper.is_sending.get(), is_busy) {
            (true, _) => say("Sending…"),
            (false, true) => say("Add to queue"),
            (false, false) => say("Talk to Agent"),
        }
    };
    view! {
        <form class="composer" method="post" action=format!("/e/{}/request", live.id()) on:submit=heard(submit)>
            <input type="hidden" name="key" value=form_key />
            <input type="hidden" name="time_zone" value=zone />
            <input type="hidden" name="draft_sequence" value=sequence />
            <label class="composer__label" for="request">{say("Your request")}</label>
            <textarea
                class="composer__text"
                id="request"
                name="text"
                rows="3"
                dir="auto"
                autocomplete="off"
                aria-describedby="request-help request-problem"
                aria-invalid=kept(move || keeper.problem.with(Option::is_some).then_some("true"))
                node_ref=area
                inner_html=initial
                on:input=heard(move |event| keeper.typed(event_target_value(&event)))
                on:focus=heard(move |_| is_focused.set_value(true))
                on:blur=heard(blur)
                on:keydown=heard(keydown)
            ></textarea>
            <p class="problem" id="request-problem" role="alert">{redrawn(move || keeper.problem.get())}</p>
            <div class="composer__foot">
                <p class="composer__help" id="request-help">{say("Enter sends, Shift+Enter makes a new line.")}</p>
                <SaveNote keeper />
                <button class="button button--main" type="submit">
                    {redrawn(label)}
                </button>
            </div>
        </form>
    }
}

/// Text as the content of a text field. The parser of a page drops one line break after the opening
/// tag, so one is put there for it; the browser's own `innerHTML` drops none.
fn content(text: &str) -> String {
    let dropped = if cfg!(feature = "ssr") { "\n" } else { "" };
    format!("{dropped}{}", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_cannot_leave_its_field() {
        assert_eq!(
            escape("</textarea><b>&amp;"),
            "&lt;/textarea>&lt;b>&amp;amp;"
        );
    }
}
