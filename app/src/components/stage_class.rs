//! What a stage looks like.

/// The style of a stage: five moods, each with its own mark, never by colour alone.
pub(crate) fn stage_class(stage: email_agent_api::StageKind) -> &'static str {
    use email_agent_api::StageKind as Kind;
    match stage {
        Kind::New | Kind::Draft | Kind::Canceled => "quiet",
        Kind::Working | Kind::Sending | Kind::UndoWindow => "busy",
        Kind::NeedsAnswer | Kind::ReadyToApprove | Kind::Held => "asks",
        Kind::Scheduled | Kind::Sent => "good",
        Kind::Retrying | Kind::PartlySent | Kind::Unsure | Kind::NotSent => "bad",
    }
}
