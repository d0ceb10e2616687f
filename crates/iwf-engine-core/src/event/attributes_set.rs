//! A client set attributes.
//!
//! | state before | condition | writes | effects | state after |
//! |---|---|---|---|---|
//! | closed | | – | rejected | closed |
//! | running | | attributes | – | the same |
//! | running | a search attribute has no type | what workers see; the index keeps its value | – | the same |

use crate::draft::Draft;
use crate::event::AttributeWrites;
use crate::run::Run;
use crate::time::Timestamp;
use crate::transition::{Rejection, Transition, Write};

pub(crate) fn apply(
    run: &Run,
    now: Timestamp,
    attributes: AttributeWrites,
) -> Result<Transition, Rejection> {
    if !run.is_running() {
        return Err(Rejection::NotRunning);
    }
    let mut draft = Draft::new(run, now);
    for attribute in attributes.search {
        draft.write_search_attribute(attribute);
    }
    for attribute in attributes.data {
        draft.write(Write::DataAttributeSet(attribute));
    }
    Ok(draft.finish())
}
