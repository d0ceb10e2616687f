//! What stays here although its time has come, and what lets it go: a row of the table each.

use chrono::TimeDelta;
use email_agent_api::{ErrorCode, Held, HoldReason, Stage, Turn};

use super::*;
use crate::policy::Restored;

/// An email that is approved for tomorrow at nine.
fn approved() -> World {
    let mut world = drafted(ApprovalMode::Ask);
    world.approve();
    world
}

impl World {
    /// The time of what is armed comes, and so many minutes more. True if it passes.
    fn comes_due(&mut self, minutes_late: i64, count: &Count) -> bool {
        let Flow::Wait { attempt, due } = self.desk.flow() else {
            panic!("nothing is armed: {:?}", self.desk.record.stage)
        };
        self.now = self.now.max(due + TimeDelta::minutes(minutes_late));
        let (book, moment) = (self.book.clone(), self.moment());
        self.desk.begin(&attempt, &book, &moment, count)
    }

    fn held(&self) -> Option<&Held> {
        match &self.desk.record.stage {
            Stage::Held { held } => Some(held),
            _ => None,
        }
    }

    fn held_why(&self) -> Option<HoldReason> {
        self.held().map(|held| held.why)
    }

    /// How often it was said that it is on hold; that is no failure.
    fn told_of_hold(&self) -> usize {
        let says_so = |turn: &&Turn| turn.text.contains("on hold") && !turn.failed;
        self.desk.conversation.iter().filter(says_so).count()
    }
}

#[test]
fn everything_on_hold_keeps_what_is_due_and_says_so_once() {
    let mut world = approved();
    world.settings.safety.hold = true;
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Everything));
    assert_eq!(world.desk.flow(), Flow::Listen, "it waits for the switch");
    world.press(&Command::Resume);
    assert_eq!(world.desk.flow(), Flow::Listen, "the switch is still on");
    assert_eq!(world.told_of_hold(), 1);
}

#[test]
fn released_in_time_it_goes_on_as_scheduled() {
    let mut world = approved();
    world.settings.safety.hold = true;
    world.comes_due(0, &Count::Room);
    world.settings.safety.hold = false;
    world.now += TimeDelta::minutes(30);
    world.press(&Command::Resume);
    assert!(world.comes_due(0, &Count::Room));
    assert_eq!(world.stage(), StageKind::Sending);
}

#[test]
fn released_too_late_it_asks() {
    let mut world = approved();
    world.settings.safety.hold = true;
    world.comes_due(0, &Count::Room);
    world.settings.safety.hold = false;
    world.now += TimeDelta::minutes(31);
    world.press(&Command::Resume);
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Late));
    world.press(&Command::Resume);
    assert_eq!(world.desk.flow(), Flow::Listen, "a person decides");
    world.send_now();
    assert_eq!(world.stage(), StageKind::UndoWindow);
    assert!(world.comes_due(0, &Count::Room));
}

#[test]
fn late_is_more_than_was_agreed() {
    let cases = [
        (Some(30), 30, true),
        (Some(30), 31, false),
        (Some(0), 0, true),
        (Some(0), 1, false),
        (None, 100_000, true),
    ];
    for (minutes, late, leaves) in cases {
        let mut world = approved();
        world.settings.safety.ask_when_late_minutes = minutes;
        assert_eq!(
            world.comes_due(late, &Count::Room),
            leaves,
            "{minutes:?} {late}"
        );
    }
}

#[test]
fn a_further_attempt_is_not_late_within_the_day_of_its_attempts() {
    let mut world = approved();
    world.deliver(busy());
    world.now += TimeDelta::hours(5);
    assert!(world.comes_due(0, &Count::Room));
    let attempt = match world.desk.flow() {
        Flow::Listen => world.desk.record.delivery.clone().unwrap().attempts,
        flow => panic!("{flow:?}"),
    };
    assert_eq!(attempt, 2);

    let mut world = approved();
    world.deliver(busy());
    world.now += TimeDelta::hours(30);
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Late));
}

#[test]
fn what_was_due_before_restored_workflows_began_waits_for_a_person() {
    let began_at: DateTime<Utc> = "2026-11-24T09:10:00Z".parse().unwrap();
    let mut world = approved();
    world.settings.restored = Some(Restored { began_at });
    assert!(!world.comes_due(11, &Count::Failed));
    assert_eq!(world.held_why(), Some(HoldReason::Restored));
    world.press(&Command::Resume);
    assert_eq!(world.desk.flow(), Flow::Listen);
    world.send_now();
    assert!(world.comes_due(0, &Count::Room), "released by a person");

    let mut later = approved();
    later.settings.restored = Some(Restored {
        began_at: began_at - TimeDelta::hours(1),
    });
    assert!(later.comes_due(0, &Count::Room), "due after the start");
}

#[test]
fn a_retry_of_restored_data_waits_for_a_person_too() {
    let mut world = approved();
    world.deliver(busy());
    world.settings.restored = Some(Restored {
        began_at: world.now + TimeDelta::hours(1),
    });
    assert!(!world.comes_due(60, &Count::Failed));
    assert_eq!(world.held_why(), Some(HoldReason::Restored));
}

#[test]
fn an_attempt_that_was_handed_over_before_is_not_repeated_by_itself() {
    let mut world = approved();
    assert!(!world.comes_due(0, &Count::HandedOver { attempt: 3 }));
    assert_eq!(world.held_why(), Some(HoldReason::Restored));
    world.send_now();
    let Flow::Wait { attempt, .. } = world.desk.flow() else {
        panic!()
    };
    assert_eq!(attempt.number, 4, "released, it is an attempt of its own");
}

#[test]
fn another_hold_does_not_make_what_was_handed_over_a_new_attempt() {
    let mut world = approved();
    world.settings.safety.hold = true;
    assert!(!world.comes_due(0, &Count::HandedOver { attempt: 1 }));
    assert_eq!(world.held_why(), Some(HoldReason::Everything));
    world.settings.safety.hold = false;
    world.press(&Command::Resume);
    let Flow::Wait { attempt, .. } = world.desk.flow() else {
        panic!()
    };
    assert_eq!(attempt.number, 1, "the file of sends still knows it");
    assert!(!world.comes_due(0, &Count::HandedOver { attempt: 1 }));
    assert_eq!(world.held_why(), Some(HoldReason::Restored));
}

#[test]
fn a_limit_holds_until_there_is_room_and_is_no_lateness() {
    let mut world = approved();
    let until = world.now + TimeDelta::hours(23);
    let full = Count::Full {
        why: HoldReason::HourlyLimit,
        until,
    };
    assert!(!world.comes_due(0, &full));
    assert_eq!(world.held().and_then(|held| held.until), Some(until));
    let since = world.held().unwrap().since;
    let Flow::Wait { due, .. } = world.desk.flow() else {
        panic!()
    };
    assert_eq!(due, until, "a durable timer");
    let longer = Count::Full {
        why: HoldReason::HourlyLimit,
        until: until + TimeDelta::hours(2),
    };
    assert!(!world.comes_due(0, &longer));
    assert_eq!(
        (world.held().unwrap().since, world.told_of_hold()),
        (since, 1),
        "one hold, told once"
    );
    assert!(
        world.comes_due(29, &Count::Room),
        "two hours late by its first time, but not by the limit's"
    );
}

#[test]
fn a_limit_that_was_raised_lets_it_go_at_once() {
    let mut world = approved();
    let full = Count::Full {
        why: HoldReason::DailyLimit,
        until: world.now + TimeDelta::hours(40),
    };
    world.comes_due(0, &full);
    world.press(&Command::Resume);
    let Flow::Wait { due, .. } = world.desk.flow() else {
        panic!()
    };
    assert_eq!(due, world.now);
    assert!(world.comes_due(0, &Count::Room));
}

#[test]
fn off_when_the_limit_ended_is_late_again() {
    let mut world = approved();
    let full = Count::Full {
        why: HoldReason::HourlyLimit,
        until: world.now + TimeDelta::hours(23),
    };
    world.comes_due(0, &full);
    assert!(!world.comes_due(31, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Late));
}

#[test]
fn what_cannot_be_counted_is_kept_and_looked_at_again() {
    let mut world = approved();
    assert!(!world.comes_due(0, &Count::Failed));
    assert_eq!(world.held_why(), Some(HoldReason::Uncounted));
    assert!(world.comes_due(0, &Count::Room));
}

#[test]
fn a_domain_that_is_not_allowed_is_refused_at_approval_and_held_later() {
    let mut world = drafted(ApprovalMode::Ask);
    world.settings.safety.allowed_domains = vec!["example.org".to_owned()];
    let send = Command::SendNow { version: 1 };
    let refused = world
        .desk
        .allow_recipients(&send, &world.settings.safety)
        .unwrap_err();
    assert_eq!(
        (refused.code, refused.field.as_deref()),
        (ErrorCode::BadInput, Some("to"))
    );
    world.press(&send);
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
    assert!(
        world.last_turn().contains("not carried out"),
        "{}",
        world.last_turn()
    );
    assert_eq!(world.desk.domain_warnings(&world.settings.safety).len(), 1);

    let mut world = approved();
    world.settings.safety.allowed_domains = vec!["example.org".to_owned()];
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Domain));
    world.press(&Command::Resume);
    assert_eq!(world.desk.flow(), Flow::Listen, "still not allowed");
    world.settings.safety.allowed_domains.clear();
    world.press(&Command::Resume);
    assert!(world.comes_due(0, &Count::Room));
}

#[test]
fn in_automatic_mode_a_domain_that_is_not_allowed_is_not_armed() {
    let mut world = World::new(ApprovalMode::Auto);
    world.settings.safety.allowed_domains = vec!["example.org".to_owned()];
    world.turn("write to ana@example.com, tomorrow at 9", complete());
    assert_eq!(world.stage(), StageKind::ReadyToApprove);
}

#[test]
fn a_held_email_can_be_changed_taken_back_and_canceled() {
    let held = || {
        let mut world = approved();
        world.settings.safety.hold = true;
        world.comes_due(0, &Count::Room);
        world
    };
    let mut edited = held();
    edited.edit(body("new"));
    assert_eq!(
        (edited.stage(), edited.desk.version()),
        (StageKind::Draft, 2)
    );
    assert!(edited.desk.record.delivery.is_none(), "retired");

    let mut back = held();
    back.press(&Command::Unschedule);
    assert_eq!(back.stage(), StageKind::Draft, "its time is over");

    let canceled = held();
    assert!(
        canceled
            .desk
            .allow(&Command::Cancel, false, canceled.now)
            .is_ok()
    );

    let mut asked = held();
    assert!(asked.ask("tomorrow instead").is_some());
    assert!(asked.desk.record.delivery.is_none());
}

#[test]
fn send_now_does_not_go_around_the_general_hold() {
    let mut world = approved();
    world.settings.safety.hold = true;
    world.send_now();
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(world.held_why(), Some(HoldReason::Everything));
}

#[test]
fn what_was_accepted_meanwhile_comes_before_any_hold() {
    let mut world = approved();
    world.settings.safety.hold = true;
    world.book.canceled = Some(world.now);
    assert!(!world.comes_due(0, &Count::Room));
    assert_eq!(
        world.stage(),
        StageKind::Scheduled,
        "the cancel is dealt with first"
    );
}
