//! The program ends at a bad moment and starts again on the same folder.

use email_agent::Settings;
use email_agent_api::{Speaker, StageKind};

use super::house::{House, Say, draft, quick, undo_window};

#[tokio::test]
async fn a_turn_in_work_and_a_queue_survive() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([Say::Hang]);
    house.ask(&id, "thank ana@example.com").await;
    house
        .until(&id, "in work", |view| {
            view.queue.iter().any(|request| request.in_work)
        })
        .await;
    house.ask(&id, "and bob@example.org").await;
    let house = house.restart().await;
    house.assistant.say([
        Say::Answer(draft("one", 3_600)),
        Say::Answer(draft("two", 3_600)),
    ]);
    let view = house
        .until(&id, "both answered", |view| {
            view.version == 2 && view.queue.is_empty()
        })
        .await;
    let asked: Vec<_> = view
        .conversation
        .iter()
        .filter(|turn| turn.speaker == Speaker::You)
        .map(|turn| turn.text.as_str())
        .collect();
    assert_eq!(
        asked,
        ["thank ana@example.com", "and bob@example.org"],
        "none missing, none doubled"
    );
}

#[tokio::test]
async fn a_schedule_survives_and_is_kept() {
    let settings = Settings {
        safety: undo_window(2),
        ..quick()
    };
    let house = House::with(settings).await;
    let id = house.drafted().await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::UndoWindow).await;
    let house = house.restart().await;
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails().len(), 1);
}
