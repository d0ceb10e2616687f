//! What a person looks at in the history of an email: two versions side by side, and which of the
//! agent's changes have been seen. Nothing of it is stored on the server.

use email_agent_api::Version;
use leptos::prelude::*;

use crate::browser::{self, Storage};

/// The heading of the comparison, where the keyboard goes when it opens.
pub(crate) const HEADING_ID: &str = "compare-heading";

/// The signals.
#[derive(Clone, Copy)]
pub(crate) struct Looking {
    /// The two versions that are compared; none while nothing is.
    pub(crate) comparing: RwSignal<Option<(Version, Version)>>,
    /// Changes up to this version have been seen.
    pub(crate) seen: RwSignal<Version>,
}

impl Looking {
    /// Nothing is compared, nothing seen yet.
    pub(crate) fn new() -> Self {
        Self {
            comparing: RwSignal::new(None),
            seen: RwSignal::new(0),
        }
    }

    /// Remembers what was seen when the page was last open. In an effect, once.
    pub(crate) fn wake_up(self, id: &str) {
        if let Some(seen) = Storage::Device.load::<Version>(&storage_key(id)) {
            self.seen.set(seen);
        }
    }

    /// Shows what differs; so it has been seen.
    pub(crate) fn compare(self, id: &str, from: Version, to: Version) {
        self.comparing.set(Some((from, to)));
        if self.seen.get_untracked() < to {
            self.seen.set(to);
            Storage::Device.store(&storage_key(id), &to);
        }
        // Once it is there.
        request_animation_frame(|| browser::focus(HEADING_ID));
    }

    /// Back to the email.
    pub(crate) fn close(self) {
        self.comparing.set(None);
        browser::focus("card-heading");
    }
}

fn storage_key(id: &str) -> String {
    format!("email-agent:seen:{id}")
}
