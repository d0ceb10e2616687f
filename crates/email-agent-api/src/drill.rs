//! The fault drill of the demo: what can be broken on purpose, so that a visitor sees it heal.

use serde::{Deserialize, Serialize};

/// A fault that a visitor may cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The worker that runs the steps of all emails dies, and is replaced.
    Worker,
    /// The demo mailbox refuses the next mails for now.
    Mail,
    /// The demo assistant answers with what nobody can read.
    Model,
}

impl Fault {
    /// All of them, in the order of the buttons.
    pub const ALL: [Self; 3] = [Self::Worker, Self::Mail, Self::Model];

    /// As forms name it: the same as on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Mail => "mail",
            Self::Model => "model",
        }
    }
}

/// A fault that is offered here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedFault {
    /// Which.
    pub fault: Fault,
    /// It was asked for and is not over.
    pub is_on: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_wire_name_a_fault_alike() {
        for fault in Fault::ALL {
            let wire = serde_json::to_value(fault).unwrap();
            assert_eq!(wire, fault.name());
        }
    }
}
