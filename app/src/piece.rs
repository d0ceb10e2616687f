//! A part of a page woken up in pieces: each in a task of its own, so that nothing a person does has to
//! wait for more than one of them.
//!
//! The first call of a function costs a browser its compilation: on a phone, a whole screen at once
//! would stop it for most of a second. Until all pieces are awake, nothing may change what they show,
//! or the last of them would not find what they expect: so events pass them by, as they do before the
//! script is there, and what begins by itself waits for [`once_awake`].

use leptos::prelude::*;

/// Some of what a part shows; the server renders it like the rest. It must stand where the part never
/// changes, since it is woken up once and never drawn anew.
#[component]
pub(crate) fn Piece(
    /// What it shows.
    children: Children,
) -> impl IntoView {
    #[cfg(not(feature = "hydrate"))]
    return view! { <div class="alive">{children()}</div> };
    #[cfg(feature = "hydrate")]
    {
        let place = NodeRef::new();
        sleepers::add_piece(place, children);
        view! { <div class="alive" node_ref=place></div> }
    }
}

/// Does this in the browser when the whole page is awake; never on the server.
pub(crate) fn once_awake(begin: impl FnOnce() + Send + Sync + 'static) {
    let mut begin = Some(begin);
    Effect::new(move |_| {
        if let Some(begin) = begin.take() {
            untrack(|| when_awake(begin));
        }
    });
}

#[cfg(feature = "hydrate")]
use sleepers::when_awake;
#[cfg(not(feature = "hydrate"))]
fn when_awake(_: impl FnOnce() + 'static) {}

#[cfg(feature = "hydrate")]
pub(crate) use sleepers::{begin, wake_one};

#[cfg(feature = "hydrate")]
mod sleepers {
    use std::{cell::RefCell, collections::VecDeque, mem};

    use leptos::{
        html::Div,
        prelude::*,
        tachys::{hydration::Cursor, view::PositionState},
        wasm_bindgen::JsCast,
    };

    type Task = Box<dyn FnOnce()>;

    #[derive(Default)]
    struct Sleepers {
        are_awake: bool,
        pieces: VecDeque<Task>,
        beginnings: Vec<Task>,
    }

    thread_local! {
        static SLEEPERS: RefCell<Sleepers> = RefCell::default();
    }

    pub(super) fn add_piece(place: NodeRef<Div>, children: Children) {
        let task = owned(move || {
            if let Some(element) = place.get_untracked() {
                let cursor = Cursor::new(element.unchecked_into());
                let awake = children().hydrate::<true>(&cursor, &PositionState::default());
                // For as long as the page is open.
                mem::forget(awake);
            }
        });
        SLEEPERS.with_borrow_mut(|sleepers| sleepers.pieces.push_back(task));
    }

    pub(super) fn when_awake(begin: impl FnOnce() + 'static) {
        if SLEEPERS.with_borrow(|sleepers| sleepers.are_awake) {
            return begin();
        }
        let task = owned(begin);
        SLEEPERS.with_borrow_mut(|sleepers| sleepers.beginnings.push(task));
    }

    fn owned(task: impl FnOnce() + 'static) -> Task {
        let owner = Owner::current().unwrap_or_default();
        Box::new(move || owner.with(task))
    }

    /// Wakes up the first piece that still sleeps; whether there was one.
    pub(crate) fn wake_one() -> bool {
        let piece = SLEEPERS.with_borrow_mut(|sleepers| sleepers.pieces.pop_front());
        piece.map(|wake| wake()).is_some()
    }

    /// All are awake: begins what has waited for that.
    pub(crate) fn begin() {
        let beginnings = SLEEPERS.with_borrow_mut(|sleepers| {
            sleepers.are_awake = true;
            mem::take(&mut sleepers.beginnings)
        });
        for begin in beginnings {
            begin();
        }
    }
}
