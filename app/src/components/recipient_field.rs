//! A field for recipients: what is typed or pasted becomes chips; contacts are suggested.
//!
//! A combobox with a list, as ARIA 1.2 has it: the focus stays in the text field, arrows move through
//! the suggestions, Enter takes one, Escape closes them. Each chip is two buttons, to edit and to
//! remove. The form has all of it as one text, as if it had been typed there.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html::Input,
    prelude::*,
    task::spawn_local,
};
use tr::tr;

use super::edit_fields::{Fields, LineSpec};
use crate::{
    browser,
    erased::{heard, kept, redrawn},
    language::say,
    live::with_timeout,
    logic::chips::{all, finished, is_address, joined},
    server_fns,
};

/// After the last key, before contacts are looked up.
const LOOK_UP_AFTER_MS: u32 = 200;
/// A press on a button takes longer than this from down to up, and must not be moved away under it.
const LEAVE_AFTER_MS: u32 = 250;
/// Suggestions at once.
const SUGGESTIONS_MAX: usize = 6;

/// The state of one field.
#[derive(Clone, Copy)]
struct Chips {
    fields: Fields,
    line: LineSpec,
    input: NodeRef<Input>,
    /// The chips, as typed.
    parts: RwSignal<Vec<String>>,
    /// What is being typed.
    typed: StoredValue<String>,
    suggestions: RwSignal<Vec<String>>,
    /// The suggestion that Enter takes.
    active: RwSignal<Option<usize>>,
    /// For those who do not see what happens.
    said: RwSignal<String>,
    /// Rises with each key, so that late answers are known.
    turn: StoredValue<u32>,
}

impl Chips {
    fn store(self) {
        let text = self
            .parts
            .with_untracked(|parts| self.typed.with_value(|typed| joined(parts, typed)));
        self.fields.change(|form| *(self.line.write)(form) = text);
    }

    /// Puts a text into the field.
    fn write(self, text: String) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value(&text);
        }
        self.typed.set_value(text);
    }

    fn add(self, parts: Vec<String>) {
        for part in parts {
            self.said.set(if is_address(&part) {
                tr!("{address} added", address = part)
            } else {
                tr!("{text} is not an address", text = part)
            });
            self.parts.update(|known| {
                if !known.contains(&part) {
                    known.push(part);
                }
            });
        }
    }

    /// The text has changed.
    fn input(self, text: String) {
        let (parts, rest) = finished(&text);
        if rest == text {
            self.typed.set_value(text);
        } else {
            self.write(rest);
            self.add(parts);
        }
        self.store();
        self.close();
        self.look_up(LOOK_UP_AFTER_MS);
    }

    /// What is typed is complete.
    fn complete(self) {
        let parts = self.typed.with_value(|typed| all(typed));
        self.close();
        if parts.is_empty() {
            return;
        }
        self.write(String::new());
        self.add(parts);
        self.store();
    }

    fn remove(self, at: usize) -> Option<String> {
        let mut removed = None;
        self.parts.update(|parts| {
            if at < parts.len() {
                removed = Some(parts.remove(at));
            }
        });
        if let Some(part) = &removed {
            self.said.set(tr!("{address} removed", address = part));
            self.store();
        }
        if let Some(input) = self.input.get_untracked() {
            let _ = input.focus();
        }
        removed
    }

    /// Takes a chip back into the text.
    fn edit(self, at: usize) {
        self.complete();
        if let Some(part) = self.remove(at) {
            self.write(part);
            self.store();
        }
    }

    fn choose(self, at: usize) {
        let chosen = self.suggestions.with_untracked(|all| all.get(at).cloned());
        if let Some(chosen) = chosen {
            self.write(chosen);
            self.complete();
        }
    }

    fn close(self) {
        self.turn.update_value(|turn| *turn = turn.wrapping_add(1));
        self.active.set(None);
        self.suggestions.set(Vec::new());
    }

    /// Suggests contacts, unless something else is typed meanwhile. A help: if it fails, there is none.
    fn look_up(self, after_ms: u32) {
        let (turn, search) = (self.turn.get_value(), self.typed.get_value());
        let is_mine = move || self.turn.try_get_value() == Some(turn);
        spawn_local(async move {
            browser::sleep_ms(after_ms).await;
            if !is_mine() || (after_ms > 0 && search.trim().is_empty()) {
                return;
            }
            let found = with_timeout(server_fns::contacts(search, None)).await;
            let (true, Ok(found)) = (is_mine(), found) else {
                return;
            };
            let names = found.contacts.iter().map(|one| one.recipient.to_string());
            let names: Vec<String> = self.parts.with_untracked(|parts| {
                names
                    .filter(|name| !parts.contains(name))
                    .take(SUGGESTIONS_MAX)
                    .collect()
            });
            if !names.is_empty() {
                self.said
                    .set(tr!("Suggestions: {count}", count = names.len()));
            }
            self.suggestions.set(names);
        });
    }

    /// To the next suggestion, or the one before; none is between the last and the first.
    fn move_on(self, is_down: bool) {
        let count = self.suggestions.with_untracked(Vec::len);
        if count == 0 {
            self.look_up(0);
            return;
        }
        self.active.update(|active| {
            *active = match (*active, is_down) {
                (None, true) => Some(0),
                (None, false) => Some(count - 1),
                (Some(at), true) => Some(at + 1).filter(|at| *at < count),
                (Some(at), false) => at.checked_sub(1),
            };
        });
    }

    fn key(self, event: &KeyboardEvent) {
        if browser::key_is_composing(event) || event.ctrl_key() || event.meta_key() {
            return;
        }
        let is_open = !self.suggestions.with_untracked(Vec::is_empty);
        match event.key().as_str() {
            "ArrowDown" => self.move_on(true),
            "ArrowUp" if is_open => self.move_on(false),
            "Escape" if is_open => self.close(),
            "Enter" => match self.active.get_untracked() {
                Some(at) => self.choose(at),
                None => self.complete(),
            },
            "Backspace" if self.typed.with_value(String::is_empty) => {
                let last = self.parts.with_untracked(Vec::len).checked_sub(1);
                if let Some(last) = last {
                    self.remove(last);
                }
            }
            _ => return,
        }
        event.prevent_default();
    }

    fn leave(self) {
        self.fields.leave(self.line.field);
        let turn = self.turn.get_value();
        spawn_local(async move {
            browser::sleep_ms(LEAVE_AFTER_MS).await;
            if self.turn.try_get_value() == Some(turn) {
                self.complete();
            }
        });
    }
}

/// The field.
#[component]
pub(super) fn RecipientField(
    /// What the fields of the form share.
    fields: Fields,
    /// Which field.
    line: LineSpec,
) -> impl IntoView {
    let text = fields.form.with_untracked(|form| all((line.read)(form)));
    let chips = Chips {
        fields,
        line,
        input: NodeRef::new(),
        parts: RwSignal::new(text),
        typed: StoredValue::new(String::new()),
        suggestions: RwSignal::new(Vec::new()),
        active: RwSignal::new(None),
        said: RwSignal::new(String::new()),
        turn: StoredValue::new(0),
    };
    let name = line.field.name();
    let (id, problem_id) = (format!("field-{name}"), format!("problem-{name}"));
    let list_id = format!("suggestions-{name}");
    let is_open = move || chips.suggestions.with(|all| !all.is_empty());
    let controls = {
        let list_id = list_id.clone();
        move || is_open().then(|| list_id.clone())
    };
    let invalid = move || fields.problem(line.field).is_some().then_some("true");
    let rows = move || {
        let parts = chips.parts.get();
        (!parts.is_empty()).then(|| {
            let rows = parts
                .into_iter()
                .enumerate()
                .map(|(at, part)| chip(chips, at, part));
            view! {
                <ul class="recipients__chips" aria-label=tr!("Recipients in {field}", field = say(line.label))>
                    {rows.collect_view()}
                </ul>
            }
            .into_any()
        })
    };
    let options = move || {
        is_open().then(|| {
            let rows = chips.suggestions.get().into_iter().enumerate();
            let rows = rows.map(|(at, contact)| option(chips, at, contact));
            view! {
                <ul class="recipients__list" id=list_id.clone() role="listbox" aria-label=say("Contacts")>
                    {rows.collect_view()}
                </ul>
            }
            .into_any()
        })
    };
    view! {
        <div class="field">
            <label class="field__name" for=id.clone()>{say(line.label)}</label>
            <div class="recipients">
                {redrawn(rows)}
                <input
                    class="recipients__text"
                    id=id
                    type="text"
                    dir="auto"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    role="combobox"
                    aria-autocomplete="list"
                    aria-expanded=kept(move || if is_open() { "true" } else { "false" })
                    aria-controls=controls
                    aria-activedescendant=kept(move || chips.active.get().map(|at| option_id(name, at)))
                    aria-describedby=problem_id.clone()
                    aria-invalid=kept(invalid)
                    node_ref=chips.input
                    on:input=heard(move |event| chips.input(event_target_value(&event)))
                    on:keydown=heard(move |event| chips.key(&event))
                    on:blur=heard(move |_| chips.leave())
                />
                {redrawn(options)}
            </div>
            <p class="problem" id=problem_id aria-live="polite">{redrawn(move || fields.problem(line.field))}</p>
            <p class="sr-only" aria-live="polite">{redrawn(move || chips.said.get())}</p>
        </div>
    }
}

fn chip(chips: Chips, at: usize, part: String) -> AnyView {
    let is_bad = !is_address(&part);
    let class = if is_bad {
        "recipient recipient--bad"
    } else {
        "recipient"
    };
    let mark = is_bad.then(|| {
        view! { <span class="recipient__mark"><span aria-hidden="true">"⚠ "</span>{say("not an address")}</span> }
            .into_any()
    });
    let name = part.clone();
    view! {
        <li class=class>
            <button class="recipient__button" type="button" on:click=heard(move |_| chips.edit(at))>
                <span class="sr-only">{say("Edit ")}</span>
                <bdi>{part}</bdi>
                {mark}
            </button>
            <button class="recipient__button recipient__button--remove" type="button" on:click=heard(move |_| drop(chips.remove(at)))>
                <span class="sr-only">{tr!("Remove {name}", name)}</span>
                <span aria-hidden="true">"×"</span>
            </button>
        </li>
    }
    .into_any()
}

fn option(chips: Chips, at: usize, contact: String) -> AnyView {
    view! {
        <li
            class="recipients__option"
            id=option_id(chips.line.field.name(), at)
            role="option"
            aria-selected=kept(move || if chips.active.get() == Some(at) { "true" } else { "false" })
            // The focus stays in the text field.
            on:mousedown=heard(move |event: MouseEvent| event.prevent_default())
            on:click=heard(move |_| chips.choose(at))
        >
            <bdi>{contact}</bdi>
        </li>
    }
    .into_any()
}

fn option_id(field: &str, at: usize) -> String {
    format!("suggestion-{field}-{at}")
}
