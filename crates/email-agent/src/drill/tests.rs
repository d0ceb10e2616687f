//! Each drilled port fails as often as asked, in the form of a real failure, and then works again.

use email_agent_api::Email;

use super::*;
use crate::{
    assistant::{Assistant, AssistantError, TurnInput, offline::Offline},
    mailer::{Mailer, OutgoingMail, SendOutcome, outbox::Outbox},
};

fn mail() -> OutgoingMail {
    OutgoingMail {
        to: vec!["ana@example.com".parse().unwrap()],
        cc: Vec::new(),
        bcc: vec!["bob@example.com".parse().unwrap()],
        subject: "Thanks".parse().unwrap(),
        body: "Thank you.".to_owned(),
        thread: None,
        message_id: "<1@example.org>".to_owned(),
        date: chrono::DateTime::UNIX_EPOCH,
        files: Vec::new(),
    }
}

#[tokio::test]
async fn mails_are_refused_for_now_and_then_taken() {
    let folder = tempfile::tempdir().unwrap();
    let drill = Drill::default();
    let mailer = DrilledMailer {
        demo: Outbox::new(folder.path().to_owned(), "me@example.org".parse().unwrap()),
        drill: drill.clone(),
    };
    // Pressing twice is pressing once.
    drill.refuse_mail();
    drill.refuse_mail();
    for _ in 0..REFUSALS {
        assert!(drill.refuses_mail());
        let outcome = mailer.send(&mail()).await;
        let SendOutcome::Refused {
            temporary: true,
            reason,
            results,
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        assert!(reason.contains("451 4.3.2"), "{reason}");
        assert_eq!(results.len(), 2, "hidden recipients are refused too");
        assert!(results.iter().all(|one| one.accepted == Some(false)));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }
    assert!(!drill.refuses_mail());
    let outcome = mailer.send(&mail()).await;
    assert!(
        matches!(outcome, SendOutcome::Accepted { .. }),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_answer_is_rubbish_and_the_next_one_is_not() {
    let drill = Drill::default();
    let assistant = DrilledAssistant {
        demo: Offline,
        drill: drill.clone(),
    };
    let turn = TurnInput::example("write to ana@example.com: thanks", Email::default());
    drill.spoil_answer();
    let error = assistant.turn(&turn).await.unwrap_err();
    assert_eq!(
        error,
        AssistantError::Permanent {
            message: "The answer of the model demo (fault drill) could not be read, twice (it was not one JSON object). Ask again in other words, or choose another model in the settings.".to_owned()
        }
    );
    assert!(!drill.spoils_answer());
    let answer = assistant.turn(&turn).await.unwrap();
    assert_eq!(answer, Offline.turn(&turn).await.unwrap());
}

#[test]
fn a_fault_is_used_up_once_by_whoever_comes_first() {
    let drill = Drill::default();
    assert!(!drill.takes_refusal());
    drill.refuse_mail();
    let taken = std::thread::scope(|scope| {
        let takers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| drill.takes_refusal()))
            .collect();
        let taken = takers.into_iter().map(|taker| taker.join().unwrap());
        taken.filter(|taken| *taken).count()
    });
    assert_eq!(taken, usize::try_from(REFUSALS).unwrap());
}
