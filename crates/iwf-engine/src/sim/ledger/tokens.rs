//! Every value that was sent, by whom, and whether it was seen in a commit.

use std::collections::BTreeMap;

use iwf_engine_core::{Payload, Write};

use super::{Rule, Violation};
use crate::sim::disk::Saved;

#[derive(Default)]
pub(in crate::sim) struct Tokens(BTreeMap<String, Token>);

struct Token {
    origin: Origin,
    seen: u32,
    is_refused: bool,
}

/// Who sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) enum Origin {
    /// A client, with its place among all requests.
    Client(u64),
    /// The start of a workflow, whose attributes a retry sets again.
    Start,
    Worker,
}

impl Tokens {
    pub(in crate::sim) fn issue(&mut self, token: String, origin: Origin) {
        let token = self.0.insert(
            token,
            Token {
                origin,
                seen: 0,
                is_refused: false,
            },
        );
        debug_assert!(token.is_none(), "a token is issued once");
    }

    /// Says that the token must never have any effect.
    pub(in crate::sim) fn refuse(&mut self, name: &str) -> Result<(), Violation> {
        let Some(token) = self.0.get_mut(name) else {
            return Ok(());
        };
        token.is_refused = true;
        if token.seen > 0 {
            return Rule::Refused.broken(format_args!("{name} is in a commit"));
        }
        Ok(())
    }

    pub(in crate::sim) fn acknowledge(&self, name: &str) -> Result<(), Violation> {
        match self.0.get(name) {
            Some(token) if token.seen > 0 => Ok(()),
            _ => Rule::Acknowledged.broken(format_args!("{name} is in no commit")),
        }
    }

    pub(super) fn committed(
        &mut self,
        saved: &Saved,
        last_order: &mut u64,
    ) -> Result<(), Violation> {
        for write in &saved.writes {
            match write {
                Write::MessageAdded(_, message) => {
                    self.seen(message.value.as_ref(), Some(last_order))?;
                }
                Write::DataAttributeSet(attribute) => self.seen(attribute.value.as_ref(), None)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn seen(
        &mut self,
        value: Option<&Payload>,
        last_order: Option<&mut u64>,
    ) -> Result<(), Violation> {
        let name = value.and_then(|value| value.data.as_deref());
        let name = name.unwrap_or_default();
        let Some(token) = self.0.get_mut(name) else {
            return Rule::Invented.broken(format_args!("\"{name}\" is in a commit"));
        };
        if token.origin == Origin::Start {
            token.seen = 1;
            return Ok(());
        }
        token.seen += 1;
        if token.is_refused {
            return Rule::Refused.broken(format_args!("{name} is in a commit"));
        }
        if token.seen > 1 {
            return Rule::Once.broken(format_args!("{name} was applied again"));
        }
        if let (Origin::Client(order), Some(last)) = (token.origin, last_order) {
            if order <= *last {
                return Rule::MessageOrder.broken(format_args!("{name} came before another"));
            }
            *last = order;
        }
        Ok(())
    }
}
