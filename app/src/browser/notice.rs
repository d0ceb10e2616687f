//! Notices of the browser: asked for by a press, shown while nobody looks at the page.

/// What the browser says about notices of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "hydrate"),
    expect(dead_code, reason = "a server has no browser to ask")
)]
pub(crate) enum Permission {
    /// This browser has none, or not for a page that is served like this.
    Missing,
    /// Refused, or nobody was asked yet.
    NotGranted,
    /// Allowed.
    Granted,
}

#[cfg(feature = "hydrate")]
mod imp {
    use js_sys::{Array, Function, Object, Promise, Reflect};
    use wasm_bindgen::{JsCast, JsValue, prelude::Closure};

    use super::Permission;

    /// Asked for by name: where it is missing, using its type would throw.
    fn class() -> Option<Function> {
        let window = web_sys::window()?;
        let class = Reflect::get(&window, &JsValue::from_str("Notification")).ok()?;
        class.dyn_into().ok()
    }

    /// What was decided before.
    pub(crate) fn permission() -> Permission {
        let Some(class) = class() else {
            return Permission::Missing;
        };
        let decided = Reflect::get(&class, &JsValue::from_str("permission"));
        match decided
            .ok()
            .and_then(|decided| decided.as_string())
            .as_deref()
        {
            Some("granted") => Permission::Granted,
            _ => Permission::NotGranted,
        }
    }

    /// Asks the person, who has just pressed a button; `done` hears when that is decided.
    pub(crate) fn ask(done: impl Fn() + Clone + 'static) {
        let asked = class().and_then(|class| {
            let ask = Reflect::get(&class, &JsValue::from_str("requestPermission")).ok()?;
            let promise = ask.dyn_into::<Function>().ok()?.call0(&class).ok()?;
            promise.dyn_into::<Promise>().ok()
        });
        let Some(asked) = asked else {
            return done();
        };
        let decided = Closure::<dyn FnMut(JsValue)>::new(move |_| done());
        let _ = asked.then2(&decided, &decided);
        // It is called later, by the browser.
        decided.forget();
    }

    /// Shows a notice; a newer one with the same tag takes its place. A press on it shows the page.
    pub(crate) fn show(title: &str, text: &str, tag: &str) {
        let Some(class) = class() else {
            return;
        };
        let set = |object: &JsValue, name: &str, value: &JsValue| {
            let _ = Reflect::set(object, &JsValue::from_str(name), value);
        };
        let options = Object::new();
        set(&options, "body", &JsValue::from_str(text));
        set(&options, "tag", &JsValue::from_str(tag));
        let arguments = Array::of2(&JsValue::from_str(title), &options);
        // A phone's browser has the class and refuses to make one: then there is no notice.
        if let Ok(notice) = Reflect::construct(&class, &arguments) {
            let focus = Closure::<dyn FnMut()>::new(|| {
                if let Some(window) = web_sys::window() {
                    let _ = window.focus();
                }
            });
            set(&notice, "onclick", &focus.into_js_value());
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod imp {
    use super::Permission;

    pub(crate) fn permission() -> Permission {
        Permission::Missing
    }

    pub(crate) fn ask(_done: impl Fn() + Clone + 'static) {}

    pub(crate) fn show(_title: &str, _text: &str, _tag: &str) {}
}

pub(crate) use imp::{ask, permission, show};
