//! What a person without script gets when a form was refused: why, and the way back.

use leptos::prelude::*;

use crate::{
    components::Frame,
    language::{known, say},
    plain_page,
};

pub use crate::plain_page::POLICY;

/// The document. `message` is a sentence for people; `back` is an address of ours.
#[must_use]
pub fn render(message: &str, back: &str) -> String {
    let (message, back) = (message.to_owned(), back.to_owned());
    plain_page::render(
        || say("Not done - AI Agent for Email").to_owned(),
        || {
            view! {
                <Frame info=None>
                    <main class="home">
                        <h1>{say("That was not done")}</h1>
                        <p>{known(&message)}</p>
                        <p>
                            <a href=back>{say("Back")}</a>
                        </p>
                    </main>
                </Frame>
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_why_and_runs_nothing() {
        let html = render("No <script>.", "/e/a\"b");
        assert!(html.contains("No &lt;script&gt;."));
        assert!(html.contains("href=\"/e/a&quot;b\""));
        assert!(html.contains("That was not done"));
    }
}
