//! Holding, releasing and counting, through the door that the pages use.

use std::sync::Arc;

use email_agent::service::safety;
use email_agent_api::{Command, EmailAgent, ErrorCode, HoldReason, Safety, Stage, StageKind};

use super::house::{House, quick};

fn at_once() -> Safety {
    quick().safety
}

fn held(stage: &Stage) -> Option<HoldReason> {
    match stage {
        Stage::Held { held } => Some(held.why),
        _ => None,
    }
}

#[tokio::test]
async fn what_is_held_goes_on_once_everything_is_released() {
    let house = House::new().await;
    tokio::spawn(Arc::clone(&house.agent).keep_resuming());
    let on = Safety {
        hold: true,
        ..at_once()
    };
    house.agent.save_safety(on.clone()).await.unwrap();
    assert!(house.agent.info().hold);
    assert_eq!(
        safety::load(&house.store).await.unwrap(),
        on,
        "it is stored, for the next start"
    );
    let id = house.drafted().await;
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::Held).await;
    assert_eq!(held(&view.stage), Some(HoldReason::Everything));
    let refused = house.agent.release(HoldReason::Late).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Conflict);
    assert!(house.post.mails().is_empty());
    house.agent.save_safety(at_once()).await.unwrap();
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails().len(), 1);
}

#[tokio::test]
async fn a_held_email_can_be_canceled() {
    let house = House::new().await;
    let on = Safety {
        hold: true,
        ..at_once()
    };
    house.agent.save_safety(on).await.unwrap();
    let id = house.drafted().await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Held).await;
    house.press(&id, Command::Cancel).await.unwrap();
    house.stage(&id, StageKind::Canceled).await;
    assert!(house.post.mails().is_empty());
}

#[tokio::test]
async fn a_limit_is_counted_over_all_emails_and_wrong_settings_change_nothing() {
    let house = House::new().await;
    let one = Safety {
        mails_per_day: 1,
        ..at_once()
    };
    house.agent.save_safety(one.clone()).await.unwrap();
    let wrong = Safety {
        mails_per_day: u32::MAX,
        ..one.clone()
    };
    let refused = house.agent.save_safety(wrong).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("mails_per_day"));
    assert_eq!(house.agent.safety().await.unwrap(), one);
    let (first, second) = (house.drafted().await, house.drafted().await);
    house.send_now(&first).await;
    house.stage(&first, StageKind::Sent).await;
    house.send_now(&second).await;
    let view = house.stage(&second, StageKind::Held).await;
    assert_eq!(held(&view.stage), Some(HoldReason::DailyLimit));
    assert_eq!(house.post.mails().len(), 1);
}
