//! What the timeline tells of a life, and that it stays bounded.

use email_agent_api::{EmailId, Mood, Speaker, Stage, Step, Timeline, limits};

use super::*;

fn told(world: &World) -> Timeline {
    told_as(world, &world.desk.record.stage)
}

fn told_as(world: &World, stage: &Stage) -> Timeline {
    let id = EmailId::from_random([3; 26]);
    world.desk.timeline(&world.book, stage, &id, 7)
}

fn texts(steps: &[Step]) -> Vec<(Speaker, Mood, &str)> {
    steps
        .iter()
        .map(|step| (step.who, step.mood, step.text.as_str()))
        .collect()
}

fn refused_for_now() -> SendOutcome {
    SendOutcome::Refused {
        temporary: true,
        reason: "The mail server is busy (451).".to_owned(),
        results: vec![RecipientResult {
            recipient: "ana@example.com".parse().unwrap(),
            accepted: Some(false),
            answer: "451 4.7.1 Greylisted".to_owned(),
        }],
    }
}

#[test]
fn a_whole_life_is_told_in_order() {
    let mut world = drafted(ApprovalMode::Ask);
    world.edit(body("Obrigado!"));
    world.approve();
    let scheduled = told(&world);
    assert_eq!(
        texts(&scheduled.steps),
        [
            (
                Speaker::You,
                Mood::Quiet,
                "Asked: “write to ana@example.com, tomorrow at 9”"
            ),
            (Speaker::Agent, Mood::Quiet, "Wrote version 1."),
            (
                Speaker::You,
                Mood::Quiet,
                "Edited by hand: Body. Version 2."
            ),
            (
                Speaker::You,
                Mood::Quiet,
                "Version 2 is approved. It leaves Tue 24 Nov 2026, 09:00 (Europe/Lisbon)."
            ),
            (
                Speaker::System,
                Mood::Busy,
                "Waiting until Tue 24 Nov 2026, 09:00 (Europe/Lisbon)."
            ),
        ]
    );
    assert_eq!(scheduled.steps[2].version, 2);
    world.deliver(accepted());
    let sent = told(&world);
    let attempt = &sent.steps[4];
    assert_eq!(
        (attempt.mood, attempt.text.as_str()),
        (Mood::Good, "Attempt 1: accepted.")
    );
    assert!(attempt.more[0].ends_with("took 0 ms · Message-ID <3@example.org>"));
    assert_eq!(attempt.more[1], "ana@example.com: accepted, “250 2.1.5 OK”");
    assert_eq!(
        sent.steps[5].text,
        "The mail server has accepted the email."
    );
    for part in [
        "Message-ID <3@example.org>",
        "250 2.1.5 OK",
        "Email: email-",
    ] {
        assert!(sent.details.contains(part), "{}", sent.details);
    }
    let numbers: Vec<_> = sent.steps.iter().map(|step| step.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5, 6]);
}

#[test]
fn attempts_that_were_repeated_stand_behind_the_last_one() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    for _ in 0..3 {
        world.deliver(refused_for_now());
    }
    let waiting = told(&world).steps;
    let [.., attempt, next] = waiting.as_slice() else {
        panic!("{waiting:?}")
    };
    assert_eq!(
        attempt.text,
        "Attempt 3: refused for now. The mail server is busy (451)."
    );
    let count =
        |step: &Step, part: &str| step.more.iter().filter(|line| line.contains(part)).count();
    assert_eq!(count(attempt, "Attempt "), 2, "{:?}", attempt.more);
    assert_eq!(count(attempt, "451 4.7.1 Greylisted"), 3, "its own words");
    assert!(
        next.text
            .starts_with("The next attempt is at Mon 23 Nov 2026, 12:"),
        "{}",
        next.text
    );
    let shown = waiting
        .iter()
        .filter(|step| step.text.starts_with("Attempt "));
    assert_eq!(shown.count(), 1, "the others are folded");
    world.deliver(accepted());
    let sent = told(&world).steps;
    let attempt = &sent[sent.len() - 2];
    assert_eq!(attempt.text, "Attempt 4: accepted.");
    assert_eq!(count(attempt, "refused for now"), 3);
}

#[test]
fn an_attempt_in_which_the_program_died_is_not_left_open() {
    let mut world = drafted(ApprovalMode::Ask);
    world.send_now();
    let attempt = world.due();
    let open = told(&world).steps.pop().unwrap();
    assert_eq!(
        (open.mood, open.text.as_str()),
        (Mood::Busy, "Attempt 1: handing it to the mail server.")
    );
    let reason = "The program was interrupted.".to_owned();
    world.desk.interrupted(&attempt, reason, world.now);
    let steps = told(&world).steps;
    let is_told = |step: &Step| step.text == "Attempt 1: the program was interrupted.";
    assert!(steps.iter().any(is_told));
    assert!(steps.iter().all(|step| step.mood != Mood::Busy));
}

#[test]
fn a_stop_and_a_cancel_are_told() {
    let mut world = World::new(ApprovalMode::Ask);
    let request = world.ask("thank ana@example.com").unwrap();
    let last = |timeline: Timeline| timeline.steps.into_iter().next_back().unwrap();
    assert_eq!(last(told(&world)).text, "The agent is working on it.");
    world.desk.stop(&request, world.now);
    let stopped = last(told(&world));
    assert!(stopped.who == Speaker::You && stopped.text.starts_with("You stopped this."));
    world.book.canceled = Some(world.now);
    assert_eq!(
        last(told_as(&world, &Stage::Canceled)).text,
        "You canceled the email. Nothing was sent."
    );
}

#[test]
fn the_list_is_bounded_in_steps() {
    let mut world = World::new(ApprovalMode::Ask);
    for _ in 0..limits::TIMELINE_STEPS_MAX {
        world.turn("hello", vec![]);
    }
    assert_eq!(world.desk.steps.len(), limits::TIMELINE_STEPS_MAX);
    let timeline = told(&world);
    assert!(timeline.is_cut);
    let last = timeline.steps.last().map(|step| step.number);
    assert_eq!(last, u32::try_from(2 * limits::TIMELINE_STEPS_MAX).ok());
}

#[test]
fn the_list_is_bounded_in_characters() {
    let mut world = drafted(ApprovalMode::Ask);
    world.settings.back_off.gaps = vec![std::time::Duration::from_secs(1)];
    world.send_now();
    let long = "é".repeat(2_000);
    let result = RecipientResult {
        recipient: "ana@example.com".parse().unwrap(),
        accepted: Some(false),
        answer: long.clone(),
    };
    for _ in 0..60 {
        world.deliver(SendOutcome::Refused {
            temporary: true,
            reason: long.clone(),
            results: vec![result.clone(); 50],
        });
    }
    let chars_of = |text: &String| text.chars().count();
    let chars: usize = (world.desk.steps.iter())
        .map(|step| chars_of(&step.text) + step.more.iter().map(chars_of).sum::<usize>())
        .sum();
    assert!(chars <= limits::TIMELINE_CHARS_MAX, "{chars}");
    assert!(world.desk.steps.len() > 5);
}

#[test]
fn steps_of_before_can_still_be_read() {
    let old = r#"{"number":1,"at":"2026-11-23T12:00:00Z","who":"you","text":"Asked."}"#;
    let step: crate::desk::StepRecord = serde_json::from_str(old).unwrap();
    assert_eq!(
        (step.number, step.mood, step.attempt),
        (1, Mood::Quiet, None)
    );
}
