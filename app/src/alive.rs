//! The parts of a page that are alive: rendered by the server like the rest of it, woken up by the
//! browser.
//!
//! All else is text that the server has written: its code never reaches the browser, and a page
//! without any [`Part`] loads no script at all. The server puts each part into an element of its own,
//! with its data beside it; [`wake`] looks for these elements and renders the same view once more, on
//! top of what is there.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    components::{Checklist, EmailListView, EmailScreen, StartForm},
    logic::Place,
};

/// A part and what it is made from. A new one needs a name in [`Part::name`] and [`Part::read`].
pub(crate) enum Part {
    /// A button that begins an email.
    Start(StartData),
    /// What a fresh installation has still to decide: it knows the zone of the browser.
    Checklist(email_agent_api::FirstRun),
    /// The list of emails.
    List(Box<ListData>),
    /// The screen of one email.
    #[cfg_attr(
        all(feature = "hydrate", not(feature = "email-page")),
        expect(dead_code, reason = "the program of another page wakes it up")
    )]
    Email(Box<EmailData>),
}

/// See [`StartForm`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StartData {
    /// The key of the plain form.
    pub(crate) form_key: String,
    /// Words on the button.
    pub(crate) label: String,
    /// Words to put into the composer.
    pub(crate) request: Option<String>,
}

/// See [`EmailListView`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ListData {
    /// The rows.
    pub(crate) list: email_agent_api::EmailList,
    /// Where in the list they are from.
    pub(crate) place: Place,
    /// The email that was deleted last, without script.
    pub(crate) undo: Option<String>,
    /// What was done to several, in a sentence.
    pub(crate) said: Option<String>,
    /// Begins the keys of the plain forms.
    pub(crate) form_key: String,
    /// Whether keys without Ctrl, Alt or Shift do nothing.
    pub(crate) single_keys_off: bool,
}

/// See [`EmailScreen`].
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct EmailData {
    /// How this installation works.
    pub(crate) info: email_agent_api::AppInfo,
    /// The email as loaded.
    pub(crate) view: email_agent_api::EmailView,
    /// Begins the keys of the plain forms.
    pub(crate) form_key: email_agent_api::IdempotencyKey,
    /// Its steps, if the address asks for them.
    pub(crate) timeline: Option<email_agent_api::Timeline>,
}

impl Part {
    /// What both sides render. What the program of one page cannot meet is left out of it: the
    /// compiler drops what follows a condition that is never true.
    fn view(self) -> AnyView {
        let has_list = cfg!(any(feature = "ssr", feature = "list-page"));
        let has_email = cfg!(any(feature = "ssr", feature = "email-page"));
        match self {
            Self::Start(StartData {
                form_key,
                label,
                request,
            }) => view! { <StartForm form_key label request /> }.into_any(),
            Self::Checklist(decided) if has_list => view! { <Checklist decided /> }.into_any(),
            Self::List(data) if has_list => view! { <EmailListView data=*data /> }.into_any(),
            Self::Email(data) if has_email => {
                let EmailData {
                    info,
                    view,
                    form_key,
                    timeline,
                } = *data;
                view! { <EmailScreen info view form_key timeline /> }.into_any()
            }
            Self::Checklist(_) | Self::List(_) | Self::Email(_) => ().into_any(),
        }
    }
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::*;

    use super::Part;
    use crate::language::{language, words_address};

    impl Part {
        fn name(&self) -> &'static str {
            match self {
                Self::Start(_) => "start",
                Self::Checklist(_) => "checklist",
                Self::List(_) => "list",
                Self::Email(_) => "email",
            }
        }

        /// The data as the text of a script element: no `<` in it can end that element.
        fn json(&self) -> String {
            let json = match self {
                Self::Start(data) => serde_json::to_string(data),
                Self::Checklist(decided) => serde_json::to_string(decided),
                Self::List(data) => serde_json::to_string(data),
                Self::Email(data) => serde_json::to_string(data),
            };
            // Our own types can be written; if one could not, the part would stay asleep.
            json.unwrap_or_default().replace('<', "\\u003c")
        }
    }

    /// A part in its element, with its data before it.
    #[component]
    pub(crate) fn Alive(
        /// The part.
        part: Part,
    ) -> impl IntoView {
        let (name, json) = (part.name(), part.json());
        view! {
            <script type="application/json" inner_html=json></script>
            <div class="alive" data-part=name>
                {part.view()}
            </div>
        }
    }

    /// Which programs for the browser there are.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum Programs {
        /// One for all pages, as every tool builds it.
        One,
        /// One for each page, with no more than it needs, as a release has them.
        EachPage,
    }

    impl Programs {
        /// What lies in the folder of static files.
        #[must_use]
        pub fn found(options: &LeptosOptions) -> Self {
            let one_of_them = Page::List.program(&options.output_name);
            let file = std::path::Path::new(&*options.site_root)
                .join(&*options.site_pkg_dir)
                .join(one_of_them)
                .with_extension("wasm");
            if file.exists() {
                Self::EachPage
            } else {
                Self::One
            }
        }
    }

    /// A page that has parts.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum Page {
        List,
        Email,
    }

    impl Page {
        /// The name of its own program, as `cargo xtask build --release` writes it.
        fn program(self, output_name: &str) -> String {
            match self {
                Self::List => format!("{output_name}-list"),
                Self::Email => format!("{output_name}-email"),
            }
        }
    }

    /// What loads the browser side; once on each page that has a part.
    #[component]
    pub(crate) fn Script(
        /// The page.
        page: Page,
    ) -> impl IntoView {
        let language = language();
        let words = words_address(language).map(|address| {
            // Begun together with the program, which asks for it first of all.
            view! {
                <link
                    id="words"
                    rel="preload"
                    r#as="fetch"
                    crossorigin="anonymous"
                    href=address
                    data-language=language.code()
                />
            }
        });
        let script = use_context::<LeptosOptions>().map(|mut options| {
            if use_context() == Some(Programs::EachPage) {
                options.output_name = page.program(&options.output_name).into();
            }
            view! { <HydrationScripts options /> }
        });
        view! {
            {words}
            {script}
        }
    }

    #[cfg(test)]
    mod tests {
        use super::super::{Part, StartData};

        #[test]
        fn data_cannot_leave_its_element() {
            let part = Part::Start(StartData {
                form_key: "k".to_owned(),
                label: "</script><b>".to_owned(),
                request: None,
            });
            assert!(!part.json().contains('<'));
            let read: StartData = serde_json::from_str(&part.json()).unwrap();
            assert_eq!(read.label, "</script><b>");
        }
    }
}

#[cfg(feature = "ssr")]
pub use server::Programs;
#[cfg(feature = "ssr")]
pub(crate) use server::{Alive, Page, Script};

#[cfg(feature = "hydrate")]
mod browser_side {
    use leptos::mount::hydrate_from;

    #[cfg(feature = "email-page")]
    use super::EmailData;
    use super::Part;
    use crate::{browser, json, language, piece};

    impl Part {
        async fn read(name: &str, json: &str) -> Option<Self> {
            match name {
                "start" => json::read(json).map(Self::Start),
                "checklist" if cfg!(feature = "list-page") => json::read(json).map(Self::Checklist),
                "list" if cfg!(feature = "list-page") => json::read(json).map(Self::List),
                #[cfg(feature = "email-page")]
                "email" => {
                    let data = EmailData::read(json).await?;
                    Some(Self::Email(Box::new(data)))
                }
                _ => None,
            }
        }
    }

    #[cfg(feature = "email-page")]
    impl EmailData {
        /// As it was written, one member after the other, each in a task of its own: to read all of it
        /// at once would take long.
        async fn read(json: &str) -> Option<Self> {
            let json = json::Object::of(json)?;
            let (info, form_key) = (json.member("info")?, json.member("form_key")?);
            browser::sleep_ms(0).await;
            let timeline = json.member("timeline")?;
            browser::sleep_ms(0).await;
            Some(Self {
                info,
                view: json.member("view")?,
                form_key,
                timeline,
            })
        }
    }

    /// Wakes up every part of the page that is open, once its words are there.
    pub fn wake() {
        // The framework has an executor of its own only once the first part is awake.
        wasm_bindgen_futures::spawn_local(async {
            language::load().await;
            for element in browser::parts() {
                // Each in a task of its own, and its data before it: what a person does meanwhile is not
                // kept waiting for all.
                browser::sleep_ms(0).await;
                let part = Part::read(&element.name, &element.json).await;
                browser::sleep_ms(0).await;
                if let Some(part) = part {
                    hydrate_from(element.root, move || part.view()).forget();
                }
                wake_pieces().await;
            }
            piece::begin();
            // Tests, and the style of what needs script, wait for this mark: after the effects of all
            // parts.
            browser::sleep_ms(0).await;
            browser::mark_hydrated();
        });
    }

    async fn wake_pieces() {
        let guard = browser::ignore_events();
        browser::sleep_ms(0).await;
        while piece::wake_one() {
            browser::sleep_ms(0).await;
        }
        drop(guard);
    }
}

#[cfg(feature = "hydrate")]
pub use browser_side::wake;
