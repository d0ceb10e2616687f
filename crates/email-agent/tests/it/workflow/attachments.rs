//! Files that go with an email, from the attaching to the mail, and to the erasing.

use email_agent_api::{
    Arrange, AttachRequest, Attachment, Author, Command, CommandRequest, EmailAgent, EmailEdit,
    EmailId, ErrorCode, FileId, FileName, MediaType, NewFile, Show, Stage, StageKind, Version,
    limits::{ATTACHMENTS_BYTES_MAX, ATTACHMENTS_MAX},
};

use super::house::{Do, House, Say, draft, key, rewrite};

fn file(name: &str, bytes: &[u8]) -> NewFile {
    NewFile {
        name: FileName::cleaned(name),
        media_type: MediaType::cleaned("application/pdf"),
        bytes: bytes.to_vec(),
    }
}

fn request(base: Version, files: Vec<NewFile>) -> AttachRequest {
    AttachRequest {
        key: key(),
        base,
        files,
    }
}

/// Attaches files to the newest version, and waits until they show.
async fn attach(house: &House, id: &EmailId, files: Vec<NewFile>) -> Vec<Attachment> {
    let (base, count) = (house.view(id).await.version, files.len());
    let request = request(base, files);
    house.agent.attach(id.clone(), request).await.unwrap();
    let view = house
        .until(id, "the files show", |view| view.version == base + 1)
        .await;
    let all = view.email.attachments;
    all[all.len() - count..].to_vec()
}

async fn detach(house: &House, id: &EmailId, file: &FileId) {
    let base = house.view(id).await.version;
    let edit = EmailEdit {
        detach: vec![file.clone()],
        ..EmailEdit::default()
    };
    house
        .press(
            id,
            Command::Edit {
                base,
                edit: Box::new(edit),
                then: None,
            },
        )
        .await
        .unwrap();
    house
        .until(id, "the file is gone", |view| view.version == base + 1)
        .await;
}

fn names(attachments: &[Attachment]) -> Vec<&str> {
    attachments.iter().map(|file| file.name.as_str()).collect()
}

async fn code_of(house: &House, id: &EmailId, request: AttachRequest) -> ErrorCode {
    let refused = house.agent.attach(id.clone(), request).await;
    refused.unwrap_err().code
}

#[tokio::test]
async fn a_file_is_a_change_by_hand_and_leaves_with_the_mail() {
    let house = House::new().await;
    let id = house.drafted().await;
    let approve = Command::Approve { version: 1 };
    house.press(&id, approve).await.unwrap();
    house.stage(&id, StageKind::Scheduled).await;
    let bytes = b"%PDF \r\n\0".to_vec();
    let request = request(1, vec![file("Relatório ação 日本.pdf", &bytes)]);
    let first = house
        .agent
        .attach(id.clone(), request.clone())
        .await
        .unwrap();
    let view = house.stage(&id, StageKind::ReadyToApprove).await;
    assert_eq!(view.version, 2, "the approval was of version 1");
    let made = view.versions.last().unwrap();
    assert_eq!(made.author, Author::You);
    assert_eq!(made.changed, ["attachments"]);
    // The same key again is the same action.
    assert_eq!(
        house.agent.attach(id.clone(), request).await.unwrap(),
        first
    );
    let old = house.press(&id, Command::SendNow { version: 1 }).await;
    assert_eq!(old.unwrap_err().code, ErrorCode::Conflict);
    let found = house.rows(Show::All, "relatorio").await;
    assert_eq!(found.len(), 1, "by the name of its file: {found:?}");

    house.post.does([Do::Busy]);
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::Sent).await;
    assert_eq!(names(&view.email.attachments), ["Relatório ação 日本.pdf"]);
    let mails = house.post.mails();
    assert_eq!(mails.len(), 2, "both attempts");
    for mail in &mails {
        assert_eq!(mail.files.len(), 1);
        assert_eq!(mail.files[0].bytes, bytes);
        assert_eq!(mail.files[0].attachment, view.email.attachments[0]);
    }
    let late = request_after(&house, &id).await;
    assert_eq!(late, ErrorCode::TooLate);
    let kept = view.email.attachments[0].id.clone();
    let read = house.agent.file(id, kept).await.unwrap();
    assert_eq!(read.bytes, bytes, "what was sent can still be read");
}

async fn request_after(house: &House, id: &EmailId) -> ErrorCode {
    let version = house.view(id).await.version;
    code_of(house, id, request(version, vec![file("late.pdf", b"x")])).await
}

#[tokio::test]
async fn removed_files_come_back_with_their_version() {
    let house = House::new().await;
    let id = house.drafted().await;
    let files = attach(&house, &id, vec![file("a.pdf", b"a"), file("b.pdf", b"b")]).await;
    detach(&house, &id, &files[0].id).await;
    let view = house.view(&id).await;
    assert_eq!(names(&view.email.attachments), ["b.pdf"]);
    house
        .press(&id, Command::Restore { version: 2 })
        .await
        .unwrap();
    let view = house
        .until(&id, "restored", |view| {
            view.version == 4 && !view.command_pending
        })
        .await;
    assert_eq!(view.email.attachments, files);

    // The agent is told of them and cannot touch them.
    house.assistant.say([Say::Answer(rewrite("Shorter."))]);
    house.ask(&id, "shorter").await;
    house.stage(&id, StageKind::ReadyToApprove).await;
    let heard = house.assistant.heard();
    assert_eq!(heard.last().unwrap().email.attachments, files);

    let copy = house.agent.duplicate(id.clone(), key()).await.unwrap().id;
    house.agent.arrange(id, Arrange::Erase).await.unwrap();
    house.send_now(&copy).await;
    house.stage(&copy, StageKind::Sent).await;
    let mails = house.post.mails();
    let sent: Vec<_> = mails[0].files.iter().map(|file| &file.bytes).collect();
    assert_eq!(sent, [b"a", b"b"], "the copy has its own");
}

#[tokio::test]
async fn what_is_erased_leaves_no_bytes() {
    let house = House::new().await;
    let id = house.drafted().await;
    let files = attach(&house, &id, vec![file("a.pdf", b"a"), file("b.pdf", b"b")]).await;
    detach(&house, &id, &files[0].id).await;
    let base = house.view(&id).await.version;
    house
        .agent
        .arrange(id.clone(), Arrange::Erase)
        .await
        .unwrap();
    for one in &files {
        let kept = house.store.file(id.clone(), one.id.clone()).await.unwrap();
        assert_eq!(kept, None);
        let read = house.agent.file(id.clone(), one.id.clone()).await;
        assert_eq!(read.unwrap_err().code, ErrorCode::NotFound);
    }
    let late = code_of(&house, &id, request(base, vec![file("late.pdf", b"x")])).await;
    assert_eq!(late, ErrorCode::NotFound);
}

#[tokio::test]
async fn a_mail_whose_file_is_missing_or_damaged_does_not_leave() {
    let house = House::new().await;
    let id = house.drafted().await;
    let files = attach(&house, &id, vec![file("bill.pdf", b"a")]).await;
    // As in a backup that has the workflow and not the file.
    let gone = vec![files[0].id.clone()];
    house.store.forget_files(id.clone(), gone).await.unwrap();
    house.send_now(&id).await;
    let view = house.stage(&id, StageKind::NotSent).await;
    let Stage::NotSent { reason } = view.stage else {
        panic!()
    };
    assert!(reason.contains("bill.pdf"), "{reason}");
    // As on a disk that lies.
    let other = email_agent_api::FileContent {
        attachment: files[0].clone(),
        bytes: b"b".to_vec(),
    };
    house
        .store
        .keep_files(id.clone(), vec![other])
        .await
        .unwrap();
    house.press(&id, Command::TryAgain).await.unwrap();
    let view = house
        .until(
            &id,
            "refused again",
            |view| matches!(&view.stage, Stage::NotSent { reason } if reason.contains("damaged")),
        )
        .await;
    assert_eq!(house.post.mails().len(), 0, "nothing was handed over");
    // The way out that the sentence names.
    detach(&house, &id, &view.email.attachments[0].id).await;
    attach(&house, &id, vec![file("bill.pdf", b"a")]).await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails()[0].files[0].bytes, b"a");
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let house = House::new().await;
    let id = house.start().await;
    let nothing = code_of(&house, &id, request(0, Vec::new())).await;
    assert_eq!(nothing, ErrorCode::BadInput);
    let empty = code_of(&house, &id, request(0, vec![file("a.pdf", b"")])).await;
    assert_eq!(empty, ErrorCode::BadInput);
    let many = vec![file("a.pdf", b"x"); ATTACHMENTS_MAX + 1];
    assert_eq!(
        code_of(&house, &id, request(0, many)).await,
        ErrorCode::TooLarge
    );
    let largest = vec![0; usize::try_from(ATTACHMENTS_BYTES_MAX).unwrap()];
    let files = attach(&house, &id, vec![file("large.pdf", &largest)]).await;
    let beyond = request(1, vec![file("one more.pdf", b"x")]);
    assert_eq!(code_of(&house, &id, beyond).await, ErrorCode::TooLarge);
    let stale = request(0, vec![file("stale.pdf", b"x")]);
    assert_eq!(code_of(&house, &id, stale).await, ErrorCode::Conflict);
    let unknown: EmailId = format!("email-{}", "b".repeat(26)).parse().unwrap();
    let nobody = code_of(&house, &unknown, request(0, vec![file("a.pdf", b"x")])).await;
    assert_eq!(nobody, ErrorCode::NotFound);

    // A name without bytes is refused at the door.
    let edit = EmailEdit {
        attach: vec![files[0].clone()],
        ..EmailEdit::default()
    };
    let command = Command::Edit {
        base: 1,
        edit: Box::new(edit),
        then: None,
    };
    let request = CommandRequest {
        key: key(),
        command,
    };
    let refused = house.agent.command(id.clone(), request).await;
    assert_eq!(refused.unwrap_err().field.as_deref(), Some("attach"));
    assert_eq!(house.view(&id).await.version, 1);
}

#[tokio::test]
async fn a_file_survives_the_end_of_the_process() {
    let house = House::new().await;
    let id = house.start().await;
    house.assistant.say([Say::Answer(draft("Olá", 3_600))]);
    house.ask(&id, "thank ana@example.com").await;
    house.stage(&id, StageKind::ReadyToApprove).await;
    attach(&house, &id, vec![file("a.pdf", b"a")]).await;
    let house = house.restart().await;
    house.send_now(&id).await;
    house.stage(&id, StageKind::Sent).await;
    assert_eq!(house.post.mails()[0].files[0].bytes, b"a");
}
