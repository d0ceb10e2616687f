//! What an older program has stored goes on under this one, story 23.
//!
//! The file holds one workflow as the program of 27 November 2026 has left it: version 2 of an email,
//! approved by hand for a day in 2036. It was made with that program and `iwf-engine backup`.

use std::{fs, path::Path};

use email_agent_api::{EmailId, Stage, StageKind};
use iwf_protocol::WorkflowSkipTimerRequest;

use super::{
    engines::server_url,
    house::{House, quick},
};

const ID: &str = "email-vehlrweksmfnii34eiyqkqxjph";
const MESSAGE_ID: &str = "<ab4d5ee70d6f384223cafd152a4dff24@outbox.invalid>";

fn stored() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let engine = folder.path().join("engine");
    fs::create_dir(&engine).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/scheduled-2026-11-27.db");
    fs::copy(file, engine.join("iwf-engine.db")).unwrap();
    folder
}

#[tokio::test]
async fn story_23_a_mail_scheduled_by_an_older_program_leaves_once() {
    // A server elsewhere has data of its own.
    if server_url().is_some() {
        return;
    }
    let id: EmailId = ID.parse().unwrap();
    let mut house = House::on(quick(), stored()).await;
    for _ in 0..2 {
        let view = house.stage(&id, StageKind::Scheduled).await;
        let Stage::Scheduled { schedule } = view.stage else {
            panic!()
        };
        assert_eq!(schedule.due.to_rfc3339(), "2036-06-02T08:00:00+00:00");
        assert_eq!(
            (schedule.version, schedule.message_id.as_str()),
            (2, MESSAGE_ID)
        );
        assert_eq!((view.versions.len(), view.conversation.len()), (2, 3));
        assert_eq!(view.email.attachments, [], "there were no files then");
        house = house.restart().await;
    }
    // The years pass.
    let timer = WorkflowSkipTimerRequest {
        workflow_id: ID.to_owned(),
        workflow_state_execution_id: "ScheduleState-1".to_owned(),
        timer_command_index: Some(0),
        ..WorkflowSkipTimerRequest::default()
    };
    house.client.backend().skip_timer(timer).await.unwrap();
    house.stage(&id, StageKind::Sent).await;
    let mails = house.post.mails();
    let sent: Vec<_> = mails
        .iter()
        .map(|mail| (mail.message_id.as_str(), mail.body.as_str()))
        .collect();
    assert_eq!(sent, [(MESSAGE_ID, "obrigada pela conversa")]);
}
