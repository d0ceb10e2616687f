//! One run under test, with short ways to say what happens to it.

use std::sync::Arc;

use iwf_engine_core::{
    ApiOptions, AttributeWrites, CallFailure, CallId, CallState, ChannelKey, ChannelKind, Close,
    CloseKind, CommandId, CommandRequest, Config, Decision, Effect, Event, ExecuteAnswer, History,
    LoadingPolicy, Movement, Payload, Phase, Publication, Recorded, Rejection, RetryPolicy, RpcId,
    Run, RunId, Settings, Start, Started, StateExecution, StateMovement, StateOptions, Status,
    TimerCommand, Timestamp, WaitFor, WaitUntilAnswer, Write, lock_notes, step,
};

use crate::rows::{self, Step};

pub(crate) struct World {
    pub(crate) run: Run,
    pub(crate) now: Timestamp,
    pub(crate) writes: Vec<Write>,
    pub(crate) effects: Vec<Effect>,
    /// As the engine records them.
    pub(crate) recorded: Vec<Recorded>,
    /// The lock that these hold.
    pub(crate) noted: Option<RpcId>,
}

pub(crate) fn start() -> Start {
    Start {
        id: RunId(7),
        workflow_id: "w".into(),
        settings: Settings {
            workflow_type: "type".into(),
            worker_url: "http://worker".into(),
            first_run_id: RunId(7),
            started_at: Timestamp(0),
            deadline: None,
            request_id: None,
            wait_for_state_ids: vec![],
            wait_for_execution_ids: vec![],
            retry: None,
        },
        config: Config::default(),
        starts_at: None,
        movement: None,
        data_attributes: vec![],
        search_attributes: vec![],
    }
}

impl World {
    /// A run whose first movements are these.
    pub(crate) fn with(movements: Vec<StateMovement>) -> Self {
        let mut world = Self::new(start());
        world.rpc(movements);
        world
    }

    pub(crate) fn new(start: Start) -> Self {
        let mut world = Self {
            run: Run::new(&start),
            now: Timestamp(0),
            writes: vec![],
            effects: vec![],
            recorded: vec![],
            noted: None,
        };
        world.event(Event::Started(Started::from(start))).unwrap();
        world
    }

    pub(crate) fn event(&mut self, event: Event) -> Result<(), Rejection> {
        let before = self.run.clone();
        let result = step(&before, self.now, event.clone());
        for write in result.iter().flat_map(|transition| &transition.writes) {
            self.run.apply(write);
        }
        rows::check(&Step {
            before: &before,
            now: self.now,
            event: &event,
            result: &result,
            after: &self.run,
        });
        let transition = result?;
        if transition.is_durable() || matches!(event, Event::Started(_)) {
            let notes = lock_notes(&before, &event, self.noted);
            for event in notes.into_iter().chain([event]) {
                let number = u64::try_from(self.recorded.len()).unwrap() + 1;
                let at = self.now;
                self.recorded.push(Recorded { number, at, event });
            }
            self.noted = self.run.rpc_in_progress();
        }
        self.writes.extend(transition.writes);
        self.effects = transition.effects;
        Ok(())
    }

    pub(crate) fn history(&self) -> History {
        History {
            id: self.run.id,
            workflow_id: self.run.workflow_id.clone(),
            settings: self.run.settings.clone(),
            base: None,
            events: self.recorded.clone(),
        }
    }

    pub(crate) fn at(&mut self, seconds: i64) -> &mut Self {
        self.at_millis(seconds * 1000)
    }

    pub(crate) fn at_millis(&mut self, millis: i64) -> &mut Self {
        self.now = Timestamp(millis);
        self.event(Event::TimeReached).unwrap();
        self
    }

    pub(crate) fn rpc(&mut self, movements: Vec<StateMovement>) {
        let movements = movements.into_iter().map(Movement::State).collect();
        let answer = iwf_engine_core::RpcAnswer::new(AttributeWrites::default(), vec![], movements);
        let answer = answer.unwrap();
        self.event(Event::RpcReturned { rpc: None, answer })
            .unwrap();
    }

    pub(crate) fn signal(&mut self, channel: &str, value: &str) {
        let (channel, value) = (channel.into(), Some(payload(value)));
        self.event(Event::SignalReceived { channel, value })
            .unwrap();
    }

    pub(crate) fn wait_until(&mut self, execution: &str, commands: CommandRequest) {
        let call = self.call(execution);
        let answer = WaitUntilAnswer {
            attributes: AttributeWrites::default(),
            publications: vec![],
            locals: vec![],
            commands,
        };
        self.event(Event::WaitUntilReturned { call, answer })
            .unwrap();
    }

    pub(crate) fn execute(&mut self, execution: &str, movements: Vec<Movement>) {
        self.execute_publishing(execution, &[], Decision::new(movements, None).unwrap());
    }

    pub(crate) fn execute_publishing(
        &mut self,
        execution: &str,
        channels: &[&str],
        decision: Decision,
    ) {
        let call = self.call(execution);
        let publication = |channel: &&str| Publication {
            channel: (*channel).into(),
            value: None,
        };
        let answer = ExecuteAnswer {
            attributes: AttributeWrites::default(),
            publications: channels.iter().map(publication).collect(),
            decision,
        };
        self.event(Event::ExecuteReturned { call, answer }).unwrap();
    }

    pub(crate) fn fail(&mut self, execution: &str) {
        let call = self.call(execution);
        self.event(failed(call)).unwrap();
    }

    pub(crate) fn execution(&self, id: &str) -> Arc<StateExecution> {
        let found = self
            .run
            .executions
            .values()
            .find(|execution| execution.id.to_string() == id);
        found.unwrap_or_else(|| panic!("no execution {id}")).clone()
    }

    pub(crate) fn call(&self, execution: &str) -> CallId {
        self.execution(execution)
            .call_id()
            .expect("it is in a call")
    }

    pub(crate) fn call_state(&self, execution: &str) -> CallState {
        self.execution(execution)
            .call()
            .expect("it is in a call")
            .1
            .state
    }

    pub(crate) fn status(&self) -> Status {
        self.run.head.status
    }

    /// The messages an execution got, in the order of its commands.
    pub(crate) fn received(&self, execution: &str) -> Vec<Option<String>> {
        let execution = self.execution(execution);
        let commands = match &execution.phase {
            Phase::Waiting(commands)
            | Phase::Execute {
                results: iwf_engine_core::Results::Waited(commands),
                ..
            } => commands,
            phase => panic!("no commands in {phase:?}"),
        };
        let data = |value: &Option<Payload>| value.as_ref().and_then(|value| value.data.clone());
        let waiters = commands.waiters.iter();
        let received = waiters.map(|waiter| waiter.received.as_ref().and_then(data));
        received
            .map(|data| data.map(|data| data.to_string()))
            .collect()
    }

    pub(crate) fn outputs(&self) -> Vec<String> {
        let outputs = self.run.head.outputs.iter();
        let text = |output: &iwf_engine_core::Output| {
            let data = output.value.data.as_deref().unwrap_or_default();
            format!("{} {data}", output.execution_id)
        };
        outputs.map(text).collect()
    }

    /// Whether execute is owed.
    pub(crate) fn is_executing(&self, execution: &str) -> bool {
        matches!(self.execution(execution).phase, Phase::Execute { .. })
    }
}

pub(crate) fn failed(call: CallId) -> Event {
    let message = "broken".into();
    Event::CallFailed {
        call,
        failure: CallFailure { message },
    }
}

pub(crate) fn payload(data: &str) -> Payload {
    Payload {
        data: Some(data.into()),
        ..Payload::default()
    }
}

/// A movement to a state with waitUntil.
pub(crate) fn to(state: &str) -> StateMovement {
    StateMovement {
        state_id: state.into(),
        input: None,
        options: None,
        wait_for_key: None,
    }
}

/// A movement to a state without waitUntil.
pub(crate) fn skip_to(state: &str) -> StateMovement {
    with_options(
        state,
        StateOptions {
            skip_wait_until: true,
            ..StateOptions::default()
        },
    )
}

pub(crate) fn with_options(state: &str, options: StateOptions) -> StateMovement {
    StateMovement {
        options: Some(options.into()),
        ..to(state)
    }
}

pub(crate) fn attempts(maximum_attempts: u32) -> ApiOptions {
    let retry = RetryPolicy {
        maximum_attempts,
        ..RetryPolicy::default()
    };
    let all = LoadingPolicy::default();
    ApiOptions::new(None, Some(retry), all.clone(), all)
}

pub(crate) fn go(movement: StateMovement) -> Vec<Movement> {
    vec![Movement::State(movement)]
}

pub(crate) fn close(kind: CloseKind, output: Option<&str>) -> Vec<Movement> {
    vec![Movement::Close(Close {
        kind,
        output: output.map(payload),
    })]
}

pub(crate) fn dead_end() -> Vec<Movement> {
    close(CloseKind::DeadEnd, None)
}

pub(crate) fn signal(name: &str) -> ChannelKey {
    ChannelKey {
        kind: ChannelKind::Signal,
        name: name.into(),
    }
}

pub(crate) fn internal(name: &str) -> ChannelKey {
    ChannelKey {
        kind: ChannelKind::Internal,
        name: name.into(),
    }
}

/// Waits for messages; the id of each command is its number.
pub(crate) fn wait(wait_for: WaitFor, channels: &[ChannelKey]) -> CommandRequest {
    let id = |number: usize| CommandId::from(number.to_string());
    let channels = channels
        .iter()
        .enumerate()
        .map(|(number, channel)| (id(number), channel.clone()));
    CommandRequest::new(Some(wait_for), vec![], vec![], channels.collect()).unwrap()
}

/// Waits for timers, and perhaps for a signal on channel `s`.
pub(crate) fn wait_timers(wait_for: WaitFor, seconds: &[i64], with_signal: bool) -> CommandRequest {
    let timers = seconds.iter().map(|&seconds| {
        (
            CommandId::from(format!("t{seconds}")),
            TimerCommand::AfterSeconds(seconds),
        )
    });
    let channels = if with_signal {
        vec![("s".into(), signal("s"))]
    } else {
        vec![]
    };
    CommandRequest::new(Some(wait_for), vec![], timers.collect(), channels).unwrap()
}
