//! What can be done to several emails of the list at once.

use email_agent_api::{Show, to_say};

/// Values and words of the buttons, as they make sense for what is shown.
pub(crate) fn bulk_buttons(show: Show) -> [(&'static str, &'static str); 2] {
    match show {
        Show::Deleted => [
            ("restore", to_say("Restore")),
            ("erase", to_say("Erase for good")),
        ],
        Show::Archived => [
            ("unarchive", to_say("Back to the list")),
            ("delete", to_say("Delete")),
        ],
        _ => [("archive", to_say("Archive")), ("delete", to_say("Delete"))],
    }
}

/// What was done to `n` emails, by the value of the button.
#[cfg(feature = "ssr")]
pub(crate) fn bulk_done(value: &str, n: u32) -> Option<String> {
    use tr::tr;

    Some(match value {
        "archive" => {
            tr!("{n} email was put into the archive." | "{n} emails were put into the archive." % n)
        }
        "unarchive" => {
            tr!("{n} email is back in your list." | "{n} emails are back in your list." % n)
        }
        "delete" => tr!(
            "{n} email was deleted and will not be sent. “Deleted” shows it."
                | "{n} emails were deleted and will not be sent. “Deleted” shows them." % n
        ),
        "restore" => tr!("{n} email is back; what was scheduled is a draft again."
            | "{n} emails are back; what was scheduled is a draft again." % n),
        "erase" => tr!("{n} email was erased for good." | "{n} emails were erased for good." % n),
        _ => return None,
    })
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn every_button_is_answered() {
        for (value, _) in Show::EACH.into_iter().flat_map(bulk_buttons) {
            let one = bulk_done(value, 1).unwrap();
            let many = bulk_done(value, 3).unwrap();
            assert!(one.starts_with("1 email ") && many.starts_with("3 emails "));
        }
        assert_eq!(bulk_done("nonsense", 1), None);
    }
}
