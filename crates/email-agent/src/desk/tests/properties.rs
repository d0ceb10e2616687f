//! Whatever happens in whatever order: nothing leaves that was not approved, and nobody gets it twice.

use std::collections::HashSet;

use email_agent_api::{Recipient, UnsureAnswer};
use proptest::prelude::*;

use super::*;

#[derive(Debug, Clone)]
enum Event {
    Turn(u8),
    FailedTurn,
    EditBody(u8),
    EditTo(bool),
    Approve(u32),
    SendNow(u32),
    Press(u8),
    Wait(i64),
    /// The settings change.
    Brake(u8),
    /// The timer of the armed attempt fires; the mail server answers so.
    Due(u8),
    /// A timer that should be gone fires.
    LateTimer(u32),
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        (0..4_u8).prop_map(Event::Turn),
        Just(Event::FailedTurn),
        (0..3_u8).prop_map(Event::EditBody),
        any::<bool>().prop_map(Event::EditTo),
        (0..2_u32).prop_map(Event::Approve),
        (0..2_u32).prop_map(Event::SendNow),
        (0..8_u8).prop_map(Event::Press),
        (0..4_u8).prop_map(Event::Brake),
        (0..100_000_i64).prop_map(Event::Wait),
        (0..5_u8).prop_map(Event::Due),
        (0..9_u32).prop_map(Event::LateTimer),
    ]
}

fn outcome(kind: u8, to: &[Recipient]) -> SendOutcome {
    let all = |accepted: &dyn Fn(usize) -> bool| {
        to.iter()
            .enumerate()
            .map(|(n, recipient)| RecipientResult {
                recipient: recipient.clone(),
                accepted: Some(accepted(n)),
                answer: String::new(),
            })
            .collect()
    };
    match kind {
        0 => SendOutcome::Accepted {
            results: all(&|_| true),
        },
        1 => SendOutcome::Accepted {
            results: all(&|n| n == 0),
        },
        2 => busy(),
        3 => SendOutcome::refused_for_good("No."),
        _ => SendOutcome::Unknown {
            reason: "Lost.".to_owned(),
            results: vec![],
        },
    }
}

fn play(world: &mut World, event: &Event) -> Option<(Attempt, Vec<Recipient>)> {
    let back = |world: &World, n: u32| world.desk.version().saturating_sub(n);
    match event {
        Event::Turn(kind) => {
            let request = world.ask("write to ana@example.com and bob@example.org")?;
            let operations = match kind {
                0 => complete(),
                1 => vec![Operation::SetBody(format!("{}", world.sequence))],
                2 => vec![Operation::SetTo(vec!["evil@example.net".to_owned()])],
                _ => vec![Operation::ClearSendTime],
            };
            let moment = world.moment();
            world.desk.answered(
                &request,
                TurnOutput {
                    operations,
                    ..TurnOutput::default()
                },
                &[],
                &moment,
            );
        }
        Event::FailedTurn => {
            let request = world.ask("hello")?;
            let moment = world.moment();
            world.desk.unanswered(&request, "No.", &moment);
        }
        Event::EditBody(n) => world.edit(body(&"x".repeat(usize::from(*n)))),
        Event::EditTo(both) => world.edit(to(if *both {
            &["ana@example.com", "bob@example.org"]
        } else {
            &["ana@example.com"]
        })),
        Event::Approve(n) => {
            let version = back(world, *n);
            world.press(&Command::Approve { version });
        }
        Event::SendNow(n) => {
            let version = back(world, *n);
            world.press(&Command::SendNow { version });
        }
        Event::Press(n) => world.press(&match n {
            0 => Command::Unschedule,
            1 => Command::TryNow,
            2 => Command::TryAgain,
            3 => Command::Settle {
                answer: UnsureAnswer::Arrived,
            },
            4 => Command::Settle {
                answer: UnsureAnswer::SendAgain,
            },
            5 => Command::Restore { version: 1 },
            7 => Command::Resume,
            _ => Command::Edit {
                base: 0,
                edit: Box::new(to(&["bob@example.org"])),
                then: None,
            },
        }),
        Event::Brake(kind) => {
            world.settings.safety.hold = *kind == 1;
            world.settings.safety.ask_when_late_minutes = (*kind != 2).then_some(30);
        }
        Event::Wait(seconds) => world.now += chrono::Duration::seconds(*seconds),
        Event::Due(kind) => {
            let Flow::Wait { attempt, due } = world.desk.flow() else {
                return None;
            };
            world.now = world.now.max(due);
            return send(world, &attempt, *kind);
        }
        Event::LateTimer(number) => {
            let delivery = world.desk.record.delivery.clone();
            let attempt = Attempt {
                version: back(world, 1),
                message_id: delivery
                    .map(|one| one.schedule.message_id)
                    .unwrap_or_default(),
                number: *number,
            };
            return send(world, &attempt, 0);
        }
    }
    None
}

fn send(world: &mut World, attempt: &Attempt, kind: u8) -> Option<(Attempt, Vec<Recipient>)> {
    let (book, moment) = (world.book.clone(), world.moment());
    world.desk.begin(attempt, &book, &moment, &Count::Room);
    let mail = world.desk.outgoing(attempt)?;
    let to: Vec<_> = mail.recipients().into_iter().cloned().collect();
    world.desk.delivered(attempt, outcome(kind, &to), &moment);
    Some((attempt.clone(), to))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn only_what_was_approved_leaves_and_nobody_gets_it_twice(events in prop::collection::vec(event(), 1..40)) {
        let mut world = World::new(ApprovalMode::Ask);
        let mut approved = HashSet::new();
        for event in &events {
            let newest = world.desk.version();
            let have_it: Vec<_> = world.desk.record.accepted.iter().map(|one| one.recipient.clone()).collect();
            let before = world.desk.clone();
            let sent = play(&mut world, event);
            if matches!(event, Event::Approve(0) | Event::SendNow(0)) && world.desk.record.delivery.is_some() {
                approved.insert(newest);
            }
            if let Some((attempt, to)) = sent {
                prop_assert!(approved.contains(&attempt.version), "version {} was never approved", attempt.version);
                prop_assert_eq!(attempt.version, newest, "an old version left");
                prop_assert!(to.iter().all(|one| !have_it.iter().any(|had| had.same_mailbox(one))));
                prop_assert!(!before.warnings().iter().any(|warning| warning.blocks));
                prop_assert!(!to.is_empty(), "a mail to nobody");
            }
            match world.desk.flow() {
                Flow::Wait { attempt, .. } => prop_assert_eq!(attempt.version, world.desk.version()),
                Flow::Turn(_) => prop_assert!(false, "every turn here ends"),
                Flow::Listen | Flow::Close(_) => {}
            }
            let numbers: Vec<_> = world.desk.conversation.iter().map(|turn| turn.number).collect();
            prop_assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{:?}", numbers);
        }
    }
}
