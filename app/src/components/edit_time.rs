//! The send time in the editor: as fields, with one press, or in words. Words are read by the server,
//! and what it understood is shown before it is taken.

use email_agent_api::SendWish;
use leptos::{ev::KeyboardEvent, html::Input, prelude::*, task::spawn_local};
use tr::tr;

use super::edit_fields::Fields;
use crate::{
    browser::{self, Preset},
    erased::{heard, kept, redrawn},
    language::{known, say, wish_text},
    live::with_retries,
    logic::{EmailForm, Field},
    server_fns,
};

/// Date, time and zone.
#[component]
pub(super) fn TimeFields(fields: Fields) -> impl IntoView {
    let set = move |change: fn(&mut EmailForm, String), text: String| {
        fields.change(|form| change(form, text));
    };
    let leave = move |_| fields.leave(Field::SendAt);
    let choose = move |preset: Preset| {
        let (date, time) = browser::preset(preset);
        let zone = browser::time_zone();
        fields.change(|form| (form.date, form.time, form.zone) = (date, time, zone));
    };
    let invalid = move || fields.problem(Field::SendAt).is_some().then_some("true");
    let preset = move |label: &'static str, preset: Preset| {
        view! {
            <button class="button button--small" type="button" on:click=heard(move |_| choose(preset))>{label}</button>
        }
        .into_any()
    };
    view! {
        <fieldset class="field when">
            <legend class="field__name">{say("Sending Time")}</legend>
            <div class="when__fields">
                <label class="when__field">
                    {say("Date")}
                    <input
                        class="field__control"
                        id="field-send_at"
                        type="date"
                        aria-describedby="problem-send_at"
                        aria-invalid=kept(invalid)
                        prop:value=kept(move || fields.form.with(|form| form.date.clone()))
                        on:input=heard(move |event| set(|form, text| form.date = text, event_target_value(&event)))
                        on:blur=heard(leave)
                    />
                </label>
                <label class="when__field">
                    {say("Time")}
                    <input
                        class="field__control"
                        type="time"
                        step="1"
                        aria-describedby="problem-send_at"
                        aria-invalid=kept(invalid)
                        prop:value=kept(move || fields.form.with(|form| form.time.clone()))
                        on:input=heard(move |event| set(|form, text| form.time = text, event_target_value(&event)))
                        on:blur=heard(leave)
                    />
                </label>
                <label class="when__field when__field--zone">
                    {say("Time zone")}
                    <input
                        class="field__control"
                        type="text"
                        autocomplete="off"
                        aria-describedby="problem-send_at"
                        prop:value=kept(move || fields.form.with(|form| form.zone.clone()))
                        on:input=heard(move |event| set(|form, text| form.zone = text, event_target_value(&event)))
                        on:blur=heard(leave)
                    />
                </label>
            </div>
            <div class="when__presets" role="group" aria-label=say("Choose a time")>
                {preset(say("In 1 hour"), Preset::InOneHour)}
                {preset(say("Tomorrow 09:00"), Preset::Tomorrow)}
                {preset(say("Monday 09:00"), Preset::Monday)}
                {preset(say("1st of next month 09:00"), Preset::NextMonth)}
                <button class="button button--small" type="button" on:click=heard(move |_| fields.change(EmailForm::clear_time))>
                    {say("No time")}
                </button>
            </div>
            <InWords fields />
            <p class="problem" id="problem-send_at" aria-live="polite">{redrawn(move || fields.problem(Field::SendAt))}</p>
            <Deadline fields />
        </fieldset>
    }
}

/// After this it must not leave; folded away where there is none.
#[component]
fn Deadline(fields: Fields) -> impl IntoView {
    let is_open = fields
        .form
        .with_untracked(|form| !form.until_date.is_empty());
    let leave = move |_| fields.leave(Field::NotAfter);
    let invalid = move || fields.problem(Field::NotAfter).is_some().then_some("true");
    let control = move |id: &'static str,
                        kind: &'static str,
                        part: fn(&mut EmailForm) -> &mut String| {
        view! {
            <input
                class="field__control"
                id=id
                type=kind
                aria-describedby="problem-not_after"
                aria-invalid=kept(invalid)
                prop:value=kept(move || part(&mut fields.form.get()).clone())
                on:input=heard(move |event| fields.change(|form| *part(form) = event_target_value(&event)))
                on:blur=heard(leave)
            />
        }
        .into_any()
    };
    view! {
        <details class="editor__copies" open=is_open>
            <summary>{say("Deadline: not after …")}</summary>
            <p class="field__help">{say("If something delays it beyond this time, it stays here.")}</p>
            <div class="when__fields">
                <label class="when__field">
                    {say("Last date")} {control("field-not_after", "date", |form| &mut form.until_date)}
                </label>
                <label class="when__field">
                    {say("Last time")} {control("field-until-time", "time", |form| &mut form.until_time)}
                </label>
            </div>
            <p class="problem" id="problem-not_after" aria-live="polite">{redrawn(move || fields.problem(Field::NotAfter))}</p>
        </details>
    }
}

/// "next Tuesday at 9", read by the server.
#[component]
fn InWords(fields: Fields) -> impl IntoView {
    let words = NodeRef::<Input>::new();
    let answer = RwSignal::new(None::<Result<SendWish, String>>);
    let is_reading = RwSignal::new(false);
    let read = move || {
        let Some(text) = words.get_untracked().map(|input| input.value()) else {
            return;
        };
        if is_reading.get_untracked() {
            return;
        }
        is_reading.set(true);
        answer.set(None);
        // The zone of the fields, which may be another one than the browser's.
        let zone = fields.form.with_untracked(|form| form.zone.clone());
        spawn_local(async move {
            let read = with_retries(|| server_fns::resolve_time(text.clone(), zone.clone())).await;
            let _ = is_reading.try_set(false);
            let _ = answer.try_set(Some(read.map_err(|error| error.to_string())));
        });
    };
    let keydown = move |event: KeyboardEvent| {
        // With Ctrl it saves the email, as everywhere in the editor.
        let is_plain = !event.ctrl_key() && !event.meta_key();
        if event.key() == "Enter" && is_plain && !browser::key_is_composing(&event) {
            event.prevent_default();
            read();
        }
    };
    let accept = Callback::new(move |wish: SendWish| {
        fields.change(|form| form.set_time(&wish.wall));
        answer.set(None);
        browser::focus("field-send_at");
    });
    let shown = move || match answer.get() {
        None => ().into_any(),
        Some(Err(problem)) => view! { <p class="problem">{known(&problem)}</p> }.into_any(),
        Some(Ok(wish)) => view! { <Understood wish accept /> }.into_any(),
    };
    view! {
        <div class="when__words">
            <label class="when__field">
                {say("In words")}
                <input
                    class="field__control"
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    placeholder=say("next Tuesday at 9, in 2 hours")
                    aria-describedby="when-answer"
                    node_ref=words
                    on:keydown=heard(keydown)
                    on:input=heard(move |_| answer.set(None))
                />
            </label>
            <button class="button" type="button" aria-disabled=kept(move || is_reading.get().then_some("true")) on:click=heard(move |_| read())>
                {say("Read it")}
            </button>
        </div>
        <div class="when__answer" id="when-answer" aria-live="polite">{redrawn(shown)}</div>
    }
}

/// What was understood, to be taken or not.
#[component]
fn Understood(wish: SendWish, accept: Callback<SendWish>) -> impl IntoView {
    let own_zone = browser::time_zone();
    let own = (own_zone != wish.wall.zone).then(|| {
        let own = browser::local_time(wish.instant.timestamp_millis()).date_time;
        let text = tr!("Your clock: {time} ({zone})", time = own, zone = own_zone);
        view! { <p class="fact__note">{text}</p> }.into_any()
    });
    let note = wish
        .note
        .as_deref()
        .map(|note| view! { <p class="fact__note">{known(note)}</p> }.into_any());
    view! {
        <p>{wish_text(&wish)}</p>
        {own}
        {note}
        <button class="button button--small" type="button" on:click=heard(move |_| accept.run(wish.clone()))>
            {say("Use this time")}
        </button>
    }
}
