//! Words that were never answered: when they can be asked again, and how they get back into the composer.

use email_agent_api::{EmailView, Speaker};

/// Whether the turn with this number can be asked again: nothing is in work, and the agent has not
/// answered anything since.
pub(crate) fn can_ask_again(view: &EmailView, number: u32) -> bool {
    let answered_since =
        |turn: &email_agent_api::Turn| turn.number > number && turn.speaker == Speaker::Agent;
    view.queue.is_empty()
        && !view.stage.kind().is_final()
        && !view.conversation.iter().any(answered_since)
}

/// The composer with `words` in it again. Nothing that was typed there is lost.
pub(crate) fn put_back(typed: &str, words: &str) -> String {
    if typed.trim().is_empty() || typed == words {
        return words.to_owned();
    }
    format!("{}\n{words}", typed.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_stays_before_what_comes_back() {
        assert_eq!(put_back("", "thank Ana"), "thank Ana");
        assert_eq!(put_back(" \n", "thank Ana"), "thank Ana");
        assert_eq!(put_back("and Bob\n", "thank Ana"), "and Bob\nthank Ana");
        assert_eq!(
            put_back("thank Ana", "thank Ana"),
            "thank Ana",
            "pressed twice"
        );
    }
}
