//! Where the next page begins: after the last entry of the page before.
//!
//! A place, not a count, so that runs which start or close between two pages neither shift the
//! pages nor cost anything. Clients pass it back unread.

use std::fmt;
use std::str::FromStr;

/// A listing has the running runs first, newest start first, then the closed ones, newest close
/// first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageToken {
    Running { run_key: i64 },
    Closed { closed_at: i64, run_key: i64 },
}

impl fmt::Display for PageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Running { run_key } => write!(f, "r.{run_key}"),
            Self::Closed { closed_at, run_key } => write!(f, "c.{closed_at}.{run_key}"),
        }
    }
}

/// The text is no token of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotAToken;

impl FromStr for PageToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        let number = |text: &str| text.parse().map_err(|_| NotAToken);
        let fields: Vec<&str> = text.split('.').collect();
        match fields.as_slice() {
            ["r", run_key] => Ok(Self::Running {
                run_key: number(run_key)?,
            }),
            ["c", closed_at, run_key] => Ok(Self::Closed {
                closed_at: number(closed_at)?,
                run_key: number(run_key)?,
            }),
            _ => Err(NotAToken),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back() {
        for token in [
            PageToken::Running { run_key: i64::MAX },
            PageToken::Closed {
                closed_at: -1,
                run_key: 7,
            },
        ] {
            assert_eq!(token.to_string().parse(), Ok(token));
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "r",
            "c.1",
            "x.1.2",
            "r.1.2",
            "r.a",
            "r.99999999999999999999",
        ] {
            assert_eq!(text.parse::<PageToken>(), Err(NotAToken), "{text}");
        }
    }
}
