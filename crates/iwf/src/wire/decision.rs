//! Decisions and movements. Every movement carries the options of its state, because the server
//! remembers none.

use super::{payload_to_wire, state_options_to_wire};
use crate::{
    CxError, Payload,
    decision::{Close, RawDecision},
    next::RawMove,
    registry::DynWorkflow,
};
use iwf_protocol::{
    self as wire, StateDecision, StateMovement, WorkflowConditionalClose,
    WorkflowConditionalCloseType as CloseType,
};

pub(crate) fn decision_to_wire(
    decision: RawDecision,
    workflow: &dyn DynWorkflow,
) -> Result<StateDecision, CxError> {
    Ok(match decision {
        RawDecision::Moves(moves) => movements_to_wire(moves, workflow)?,
        RawDecision::Close(close, output) => StateDecision {
            next_states: vec![closing(close, output)],
            conditional_close: None,
        },
        RawDecision::CloseIfEmpty {
            channel,
            signal,
            output,
            or_else,
        } => StateDecision {
            conditional_close: Some(WorkflowConditionalClose {
                conditional_close_type: Some(if signal {
                    CloseType::ForceCompleteOnSignalChannelEmpty
                } else {
                    CloseType::ForceCompleteOnInternalChannelEmpty
                }),
                channel_name: channel,
                close_input: payload_to_wire(output),
            }),
            ..movements_to_wire(or_else, workflow)?
        },
    })
}

pub(crate) fn movements_to_wire(
    moves: Vec<RawMove>,
    workflow: &dyn DynWorkflow,
) -> Result<StateDecision, CxError> {
    let next_states = moves
        .into_iter()
        .map(|one| movement(one, workflow))
        .collect::<Result<_, _>>()?;
    Ok(StateDecision {
        next_states,
        conditional_close: None,
    })
}

fn movement(one: RawMove, workflow: &dyn DynWorkflow) -> Result<StateMovement, CxError> {
    let options = one
        .options
        .as_ref()
        .or_else(|| workflow.options(one.state_id));
    Ok(StateMovement {
        state_id: one.state_id.to_owned(),
        state_input: payload_to_wire(one.input?),
        state_options: options.and_then(state_options_to_wire).map(Box::new),
        wait_for_key: one.wait_key,
    })
}

fn closing(close: Close, output: Payload) -> StateMovement {
    let id = match close {
        Close::DeadEnd => wire::DEAD_END,
        Close::Complete => wire::GRACEFUL_COMPLETING_WORKFLOW,
        Close::CompleteNow => wire::FORCE_COMPLETING_WORKFLOW,
        Close::Fail => wire::FORCE_FAILING_WORKFLOW,
    };
    StateMovement {
        state_id: id.to_owned(),
        state_input: payload_to_wire(output),
        ..StateMovement::default()
    }
}
