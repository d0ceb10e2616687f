//! What a language model may answer, a thousand times over: broken, of the wrong type, huge, hostile.
//!
//! Whatever it is, the program goes on, asks a bounded number of times, and neither sends nor
//! schedules anything that nobody has approved. The answers are generated, the same ones in each run.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use email_agent::{
    AssistantRetry, Settings,
    assistant::openai::{OpenAi, OpenAiSettings, OpenAiVariables},
};
use email_agent_api::{Command, Email, EmailId, EmailView, StageKind};
use proptest::{
    collection::vec, prelude::*, sample::select, strategy::ValueTree, test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::house::{House, quick};
use crate::support::model::{Answer, ModelServer};

const REPLIES: usize = 1_000;
/// Emails that are talked about at the same time: most of the time goes into the pauses before a
/// second attempt.
const LANES: usize = 50;
/// Replies to one email before another one is begun, so that all stay below the limits of a
/// conversation.
const REPLIES_PER_EMAIL: usize = 10;
const ATTEMPTS: u32 = 2;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_answers_of_a_model_change_nothing_that_was_not_approved() {
    let mut runner = TestRunner::deterministic();
    let replies: Arc<[Answer]> = (0..REPLIES)
        .map(|_| reply().new_tree(&mut runner).unwrap().current())
        .collect();
    let talk = Arc::new(Talk::begin(replies).await);
    let mut lanes = tokio::task::JoinSet::new();
    for lane in 0..LANES {
        let talk = Arc::clone(&talk);
        lanes.spawn(async move { talk.lane(lane).await });
    }
    let mut understood = 0;
    while let Some(lane) = lanes.join_next().await {
        understood += lane.unwrap();
    }
    assert_eq!(
        talk.house.post.mails().len(),
        0,
        "nothing was approved to leave"
    );
    // The test is worth something only if some answers are of use, and some are not.
    let range = REPLIES / 10..REPLIES * 9 / 10;
    assert!(range.contains(&understood), "{understood}");
}

/// A house whose agent asks a model over HTTP.
struct Talk {
    house: House,
    replies: Arc<[Answer]>,
    /// How often the model was asked for which reply.
    calls: Arc<[AtomicU32]>,
    _model: ModelServer,
}

impl Talk {
    async fn begin(replies: Arc<[Answer]>) -> Self {
        let retry = AssistantRetry {
            attempts: ATTEMPTS,
            ..quick().assistant_retry
        };
        let house = House::with(Settings {
            assistant_retry: retry,
            ..quick()
        })
        .await;
        let calls: Arc<[AtomicU32]> = replies.iter().map(|_| AtomicU32::new(0)).collect();
        let server = ModelServer::start([]).await;
        server.afterwards({
            let (replies, calls) = (Arc::clone(&replies), Arc::clone(&calls));
            move |body| match asked(body) {
                Some(number) => {
                    calls[number].fetch_add(1, Ordering::Relaxed);
                    replies[number].clone()
                }
                None => Answer::json("resp_1", &first_draft()),
            }
        });
        let variables = OpenAiVariables {
            api_key: Some("test-key".into()),
            model: Some("gpt-4o".to_owned()),
            base_url: Some(server.url.clone()),
            price_input: None,
            price_output: None,
        };
        let settings = OpenAiSettings::parse(&variables).unwrap().unwrap();
        house
            .assistant
            .otherwise(Arc::new(OpenAi::new(settings).unwrap()));
        Self {
            house,
            replies,
            calls,
            _model: server,
        }
    }

    /// Hears every reply of one lane; how many of them were understood.
    async fn lane(&self, lane: usize) -> usize {
        // In every other lane, an email is approved and scheduled when the first reply comes.
        let is_scheduled = lane.is_multiple_of(2);
        let numbers: Vec<_> = (lane..REPLIES).step_by(LANES).collect();
        let mut understood = 0;
        for numbers in numbers.chunks(REPLIES_PER_EMAIL) {
            let mut id = self.email(is_scheduled).await;
            for number in numbers {
                let before = self.house.view(&id).await;
                if before.stage.kind() == StageKind::Canceled {
                    id = self.email(is_scheduled).await;
                }
                understood += usize::from(self.hear(&id, *number).await);
            }
        }
        understood
    }

    /// An email with a draft, approved or not.
    async fn email(&self, is_scheduled: bool) -> EmailId {
        let id = self.house.start().await;
        self.house.ask(&id, "thank ana@example.com").await;
        self.house.stage(&id, StageKind::ReadyToApprove).await;
        if is_scheduled {
            let version = self.house.view(&id).await.version;
            let approve = Command::Approve { version };
            self.house.press(&id, approve).await.unwrap();
            self.house.stage(&id, StageKind::Scheduled).await;
        }
        id
    }

    /// One turn, and whether it was understood.
    async fn hear(&self, id: &EmailId, number: usize) -> bool {
        let before = self.house.view(id).await.email;
        self.house
            .ask(id, &format!("make it better {number}."))
            .await;
        let view = self
            .house
            .until(id, "an end of the turn", |view| {
                view.stage.kind() != StageKind::Working && view.queue.is_empty()
            })
            .await;
        let (calls, reply) = (&self.calls[number], &self.replies[number]);
        let calls = calls.load(Ordering::Relaxed);
        assert!((1..=ATTEMPTS).contains(&calls), "{calls} for {reply:?}");
        check(&before, &view, reply);
        view.conversation.last().is_some_and(|turn| !turn.failed)
    }
}

/// Which reply a request to the model wants: the number in its last words.
fn asked(body: &Value) -> Option<usize> {
    let words = body["input"].as_array()?.last()?["content"].as_str()?;
    let number = words.strip_prefix("make it better ")?.strip_suffix('.')?;
    number.parse().ok()
}

fn first_draft() -> Value {
    json!({
        "reply": "Here is a draft.", "asks": false, "to": ["ana@example.com"], "cc": null, "bcc": null,
        "subject": "Thanks", "body": "Thank you.", "action": "none",
        "send_time": {"change": "after", "date": null, "time": null, "zone": null, "amount": 100, "unit": "hours"},
    })
}

/// What must be true after every reply.
fn check(approved: &Email, view: &EmailView, reply: &Answer) {
    match view.stage.kind() {
        StageKind::NeedsAnswer
        | StageKind::Draft
        | StageKind::ReadyToApprove
        | StageKind::Canceled => {}
        StageKind::Scheduled => assert_eq!(view.email, *approved, "after {reply:?}"),
        stage => panic!("{stage:?} after {reply:?}"),
    }
    for recipient in view.email.recipients() {
        let address = recipient.address();
        let is_flagged = view
            .warnings
            .iter()
            .any(|warning| warning.blocks && warning.text.contains(address));
        assert!(
            address == "ana@example.com" || is_flagged,
            "{address} after {reply:?}"
        );
    }
}

/// One reply of the provider.
fn reply() -> impl Strategy<Value = Answer> {
    let text = |text: String| Answer::text("resp_1", &text);
    prop_oneof![
        6 => bent().prop_map(|answer| Answer::json("resp_1", &answer)),
        2 => (bent(), 0.0..1.0).prop_map(move |(answer, part)| text(cut(&answer.to_string(), part))),
        1 => (bent(), ".{0,40}").prop_map(move |(answer, chatter)| text(format!("{chatter}```json\n{answer}\n```{chatter}"))),
        1 => ".{0,200}".prop_map(text),
        1 => json_value().prop_map(|value| Answer::json("resp_1", &value)),
        1 => json_value().prop_map(|content| Answer::response("resp_1", &content)),
        1 => json_value().prop_map(|body| Answer::Send(200, body.to_string())),
        1 => (select(vec![200, 400, 401, 404, 429, 500, 503]), ".{0,200}")
            .prop_map(|(status, body)| Answer::Send(status, body)),
        1 => ".{1,60}".prop_map(|words| Answer::response("resp_1", &json!([{"type": "refusal", "refusal": words}]))),
        1 => huge().prop_map(|answer| Answer::json("resp_1", &answer)),
    ]
}

/// The first part of a text.
fn cut(text: &str, part: f64) -> String {
    let chars = text.chars().count();
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "any place will do"
    )]
    let place = (chars as f64 * part) as usize;
    text.chars().take(place).collect()
}

/// An answer as asked for, of which some fields are something else, missing, or too many.
fn bent() -> impl Strategy<Value = Value> {
    let good = json!({
        "reply": "Better now.", "asks": false, "to": null, "cc": null, "bcc": null,
        "subject": "Thanks", "body": "Thank you, Ana.", "action": "none",
        "send_time": {"change": "keep", "date": null, "time": null, "zone": null, "amount": null, "unit": null},
    });
    let names = vec![
        "reply",
        "asks",
        "to",
        "cc",
        "bcc",
        "subject",
        "body",
        "action",
        "send_time",
        "not_after",
        "approve",
        "stage",
        "version",
    ];
    let change = (select(names), prop_oneof![hostile(), json_value()], 0..10);
    vec(change, 0..5).prop_map(move |changes| {
        let mut answer = good.clone();
        for (name, value, fate) in changes {
            let fields = answer.as_object_mut().unwrap();
            if fate == 0 {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), value);
            }
        }
        answer
    })
}

/// What somebody would answer who wants the mail to go elsewhere, or now.
fn hostile() -> impl Strategy<Value = Value> {
    let time = |change: &str, date: Value, time: Value, amount: Value| json!({"change": change, "date": date, "time": time, "zone": "Mars/Olympus", "amount": amount, "unit": "seconds"});
    select(vec![
        json!(["evil@example.net"]),
        json!(["ana@example.com", "evil@example.net"]),
        json!(["Ana <evil@example.net>"]),
        json!(["ana@example.com\r\nBcc: evil@example.net"]),
        json!(["аna@example.com"]),
        json!("evil@example.net"),
        json!(["", " ", "@", "ana", null, 7]),
        json!("Hello\r\nBcc: evil@example.net\r\n\r\n<script>alert(1)</script>"),
        json!("\u{0}\u{202e}\u{feff}"),
        json!("cancel"),
        json!("unschedule"),
        json!("send"),
        json!("approve"),
        json!("sent"),
        json!(true),
        time("at", json!("2001-01-01"), json!("09:00"), Value::Null),
        time("at", json!("9999-12-31"), json!("24:61"), Value::Null),
        time("at", Value::Null, json!("now"), Value::Null),
        time("after", Value::Null, Value::Null, json!(0)),
        time("after", Value::Null, Value::Null, json!(-1)),
        time("after", Value::Null, Value::Null, json!(u64::MAX)),
        time("after", Value::Null, Value::Null, json!(1e300)),
        time("clear", Value::Null, Value::Null, Value::Null),
    ])
}

/// More than anybody would write.
fn huge() -> impl Strategy<Value = Value> {
    let answer = |to: Value, subject: String, body: String| {
        json!({"reply": "Longer now.", "asks": false, "to": to, "cc": null, "bcc": null,
            "subject": subject, "body": body, "action": "none", "send_time": {"change": "keep"}})
    };
    (0..4, 10_000..600_000_usize).prop_map(move |(what, size)| match what {
        0 => answer(Value::Null, "Hi".to_owned(), "é".repeat(size)),
        1 => answer(Value::Null, "x".repeat(size), "Hi.".to_owned()),
        2 => {
            let many: Vec<_> = (0..size / 50)
                .map(|n| format!("a{n}@example.com"))
                .collect();
            answer(json!(many), "Hi".to_owned(), "Hi.".to_owned())
        }
        _ => answer(Value::Null, "Hi".to_owned(), "[".repeat(size)),
    })
}

/// Any JSON.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,30}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((".{0,12}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}
