//! Which changes are worth a notice of the browser.

use email_agent_api::StageKind;

/// Whether somebody who does not look at the page wants to hear of this change.
pub(crate) fn deserves_notice(before: StageKind, now: StageKind) -> bool {
    use StageKind as Kind;
    let is_done = matches!(
        now,
        Kind::Sent
            | Kind::PartlySent
            | Kind::NotSent
            | Kind::Unsure
            | Kind::Held
            | Kind::NeedsAnswer
            | Kind::ReadyToApprove
    );
    // A draft asks for nothing, unless it is what the agent was asked for.
    let is_answer = now == Kind::Draft && before == Kind::Working;
    before != now && (is_done || is_answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_or_asks_is_told_and_nothing_else() {
        use StageKind as Kind;
        for (before, now, is_told) in [
            (Kind::Sending, Kind::Sent, true),
            (Kind::Sending, Kind::Unsure, true),
            (Kind::Scheduled, Kind::Held, true),
            (Kind::Working, Kind::NeedsAnswer, true),
            (Kind::Working, Kind::Draft, true),
            (Kind::Scheduled, Kind::Draft, false),
            (Kind::Scheduled, Kind::Sending, false),
            (Kind::Sending, Kind::Retrying, false),
            (Kind::Sent, Kind::Sent, false),
        ] {
            assert_eq!(deserves_notice(before, now), is_told, "{before:?} {now:?}");
        }
    }
}
