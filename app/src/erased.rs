//! Closures of one type.
//!
//! The framework is compiled anew for each type that it meets, and each closure has a type of its own.
//! A button's listener or a piece of changing text would bring a kilobyte or two of the same code along,
//! to be loaded, and compiled by the browser before the page is awake. Behind these functions all
//! closures of a kind look alike, and that code is there once.

use leptos::prelude::*;

/// A listener: `on:click=heard(move |_| …)`.
pub(crate) fn heard<E: 'static>(listen: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(listen)
}

/// A part of a view that is drawn anew when what it reads changes: `{redrawn(move || …)}`.
pub(crate) fn redrawn<V: IntoAny>(mut draw: impl FnMut() -> V + Send + 'static) -> AnyView {
    let draw: Box<dyn FnMut() -> AnyView + Send> = Box::new(move || draw().into_any());
    draw.into_any()
}

/// The value of an attribute that changes with what it reads: `hidden=kept(move || …)`.
pub(crate) fn kept<V: 'static>(
    value: impl FnMut() -> V + Send + 'static,
) -> Box<dyn FnMut() -> V + Send> {
    Box::new(value)
}

/// A memo that does not ask for its last value.
pub(crate) fn memo<T: PartialEq + Send + Sync + 'static>(
    value: impl Fn() -> T + Send + Sync + 'static,
) -> Memo<T> {
    let value: Box<dyn Fn() -> T + Send + Sync> = Box::new(value);
    Memo::new(move |_| value())
}

/// An effect that does not ask for its last value; in the browser alone.
pub(crate) fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}
