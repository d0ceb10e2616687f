//! How the parts of an installation are, for people.

use crate::to_say;

/// One part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HealthRow {
    /// Its name.
    pub part: &'static str,
    /// How it is, at a glance.
    pub light: Light,
    /// How it is, in words; with the last time that it worked, where that is known.
    pub text: String,
    /// What to do, where something should be done.
    pub advice: Option<String>,
}

/// How something is; always shown with its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Light {
    /// It works.
    Green,
    /// It works in part, or nobody can tell yet.
    Amber,
    /// It does not work.
    Red,
}

impl Light {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => to_say("Works"),
            Self::Amber => to_say("Look at this"),
            Self::Red => to_say("Does not work"),
        }
    }
}
