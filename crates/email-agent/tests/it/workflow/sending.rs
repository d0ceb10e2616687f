//! From approval to the mail server's answer, whatever it is.

use std::time::Duration;

use email_agent::{BackOff, Settings};
use email_agent_api::{
    ApprovalMode, Command, CommandRequest, EmailAgent, EmailEdit, ErrorCode, Stage, StageKind,
    UnsureAnswer,
};

use super::house::{Do, House, Say, draft, key, quick, undo_window};

#[tokio::test]
async fn send_now_sends_once_and_ends() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::Sent).await;
    let mails = house.post.mails();
    assert_eq!(
        (mails.len(), mails[0].body.as_str()),
        (1, "Obrigado pela conversa!")
    );
    let Stage::Sent { proof } = view.stage else {
        panic!()
    };
    assert_eq!(
        (proof.version, &proof.message_id),
        (1, &mails[0].message_id)
    );
    assert!(proof.message_id.ends_with("@example.org>"));
    let late = house.press(&id, Command::Unschedule).await.unwrap_err();
    assert_eq!(late.code, ErrorCode::TooLate);
}

#[tokio::test]
async fn in_automatic_mode_it_leaves_at_its_time_by_itself() {
    let house = House::with(Settings {
        approval: ApprovalMode::Auto,
        ..quick()
    })
    .await;
    let id = house.start().await;
    house.assistant.say([Say::Answer(draft("Olá", 1))]);
    house.ask(&id, "thank ana@example.com in a second").await;
    let view = house.stage(&id, StageKind::Sent).await;
    let Stage::Sent { proof } = view.stage else {
        panic!()
    };
    assert!(
        proof.at >= view.email.send_at.unwrap().instant,
        "never early"
    );
    assert_eq!(house.post.mails().len(), 1);
}

#[tokio::test]
async fn approving_twice_is_one_schedule_and_one_mail() {
    let house = House::new().await;
    let id = house.drafted().await;
    let approve = CommandRequest {
        key: key(),
        command: Command::Approve { version: 1 },
    };
    let first = house
        .agent
        .command(id.clone(), approve.clone())
        .await
        .unwrap();
    assert_eq!(
        house.agent.command(id.clone(), approve).await.unwrap(),
        first
    );
    // Another press, with a key of its own, in the same moment.
    let _ = house.press(&id, Command::Approve { version: 1 }).await;
    house.stage(&id, StageKind::Scheduled).await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails().len(), 1);
}

#[tokio::test]
async fn an_edit_while_scheduled_retires_the_old_version() {
    let house = House::new().await;
    let id = house.drafted().await;
    house
        .press(&id, Command::Approve { version: 1 })
        .await
        .unwrap();
    house.stage(&id, StageKind::Scheduled).await;
    let edit = EmailEdit {
        body: Some("Mine, letter by letter. 你好 🌿".to_owned()),
        ..EmailEdit::default()
    };
    house
        .press(
            &id,
            Command::Edit {
                base: 1,
                edit: Box::new(edit),
                then: None,
            },
        )
        .await
        .unwrap();
    house.stage(&id, StageKind::ReadyToApprove).await;
    let old = house
        .press(&id, Command::SendNow { version: 1 })
        .await
        .unwrap_err();
    assert_eq!(old.code, ErrorCode::Conflict);
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    let bodies: Vec<_> = house
        .post
        .mails()
        .into_iter()
        .map(|mail| mail.body)
        .collect();
    assert_eq!(bodies, ["Mine, letter by letter. 你好 🌿"]);
}

#[tokio::test]
async fn undo_returns_the_whole_draft() {
    let house = House::with(Settings {
        safety: undo_window(3_600),
        ..quick()
    })
    .await;
    let id = house.drafted().await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::UndoWindow).await;
    house.press(&id, Command::Unschedule).await.unwrap();
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(
        (view.version, view.email.body.as_str()),
        (1, "Obrigado pela conversa!")
    );
    assert!(house.post.mails().is_empty());
}

#[tokio::test]
async fn what_was_accepted_in_time_always_wins_over_the_sending() {
    let house = House::new().await;
    for _ in 0..20 {
        let id = house.drafted().await;
        let before = house.post.mails().len();
        house.send_now(&id).await;
        let undone = house.press(&id, Command::Unschedule).await;
        let view = house
            .until(&id, "rest", |view| {
                !view.command_pending
                    && matches!(
                        view.stage.kind(),
                        StageKind::ReadyToApprove | StageKind::Sent
                    )
            })
            .await;
        let sent = house.post.mails().len() - before;
        match undone {
            Ok(_) => assert_eq!((view.stage.kind(), sent), (StageKind::ReadyToApprove, 0)),
            // Before the approval is taken up there is nothing to undo yet; then it is sent.
            Err(error) => {
                assert_eq!(error.code, ErrorCode::TooLate);
                house.stage(&id, StageKind::Sent).await;
            }
        }
    }
}

#[tokio::test]
async fn a_busy_server_is_tried_again_with_the_same_message() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.post.does([Do::Busy, Do::Busy, Do::Accept]);
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::Retrying).await;
    let Stage::Retrying { retrying } = view.stage else {
        panic!()
    };
    assert!(retrying.reason.contains("451") && retrying.next_at < retrying.until);
    house.stage(&id, StageKind::Sent).await;
    let mails = house.post.mails();
    assert_eq!(mails.len(), 3);
    assert!(
        mails.iter().all(|mail| *mail == mails[0]),
        "the very same message, date included"
    );
}

fn slow() -> Settings {
    let back_off = BackOff {
        gaps: vec![Duration::from_hours(1)],
        give_up_after: Duration::from_hours(24),
    };
    Settings {
        back_off,
        ..quick()
    }
}

#[tokio::test]
async fn try_now_does_not_wait_and_stop_trying_keeps_the_draft() {
    let house = House::with(slow()).await;
    let id = house.drafted().await;
    house.post.does([Do::Busy, Do::Busy]);
    house.send_now(&id).await;
    house.stage(&id, StageKind::Retrying).await;
    house.press(&id, Command::TryNow).await.unwrap();
    house
        .until(
            &id,
            "a second attempt",
            |view| matches!(&view.stage, Stage::Retrying { retrying } if retrying.attempts == 2),
        )
        .await;
    house.press(&id, Command::Unschedule).await.unwrap();
    house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(house.post.mails().len(), 2);
}

#[tokio::test]
async fn a_final_refusal_is_told_at_once_and_can_be_tried_again() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.post.does([Do::NotToday]);
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::NotSent).await;
    assert!(matches!(view.stage, Stage::NotSent { reason } if reason.contains("535")));
    house.press(&id, Command::TryAgain).await.unwrap();
    house.stage(&id, StageKind::Sent).await;
}

#[tokio::test]
async fn one_refused_address_is_corrected_and_the_others_are_left_alone() {
    let house = House::new().await;
    let id = house.start().await;
    let to = |list: &[&str]| Some(list.iter().map(|one| one.parse().unwrap()).collect());
    let edit = EmailEdit {
        to: to(&["ana@example.com", "bob@exampel.org"]),
        body: Some("Hello".to_owned()),
        ..EmailEdit::default()
    };
    house
        .press(
            &id,
            Command::Edit {
                base: 0,
                edit: Box::new(edit),
                then: None,
            },
        )
        .await
        .unwrap();
    house.stage(&id, StageKind::Draft).await;
    house.post.does([Do::Refuse(&["bob@exampel.org"])]);
    house.send_now(&id).await;
    house.stage(&id, StageKind::PartlySent).await;
    let edit = EmailEdit {
        to: to(&["ana@example.com", "bob@example.org"]),
        ..EmailEdit::default()
    };
    house
        .press(
            &id,
            Command::Edit {
                base: 1,
                edit: Box::new(edit),
                then: None,
            },
        )
        .await
        .unwrap();
    house.stage(&id, StageKind::Draft).await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    let mails = house.post.mails();
    let second: Vec<_> = mails[1]
        .recipients()
        .into_iter()
        .map(|one| one.address().to_owned())
        .collect();
    assert_eq!(
        (mails.len(), second),
        (2, vec!["bob@example.org".to_owned()])
    );
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_a_person() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.post.does([Do::LoseTheAnswer]);
    house.send_now(&id).await;
    house.stage(&id, StageKind::Unsure).await;
    assert_eq!(
        house.press(&id, Command::Cancel).await.unwrap_err().code,
        ErrorCode::TooLate
    );
    house
        .press(
            &id,
            Command::Settle {
                answer: UnsureAnswer::SendAgain,
            },
        )
        .await
        .unwrap();
    house.stage(&id, StageKind::Sent).await;
    let mails = house.post.mails();
    assert_eq!(
        (mails.len(), &mails[0].message_id),
        (2, &mails[1].message_id)
    );
}

#[tokio::test]
async fn dying_in_the_middle_of_the_exchange_is_never_repeated() {
    let house = House::new().await;
    let id = house.drafted().await;
    house.post.does([Do::Die]);
    house.send_now(&id).await;
    house.stage(&id, StageKind::Unsure).await;
    house
        .press(
            &id,
            Command::Settle {
                answer: UnsureAnswer::Arrived,
            },
        )
        .await
        .unwrap();
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails().len(), 1);
}
