//! Every way in which asking a language model can end.

use std::time::Duration;

use email_agent::assistant::{
    Assistant, AssistantError, Operation, TurnInput, TurnOutput,
    openai::{OpenAi, OpenAiSettings, OpenAiVariables},
};
use email_agent_api::{Email, Speaker, Turn};
use serde_json::{Value, json};

use crate::support::model::{Answer, ModelServer};

fn settings(server: &ModelServer) -> OpenAiSettings {
    let variables = OpenAiVariables {
        api_key: Some("test-key".into()),
        model: Some("gpt-4o".to_owned()),
        base_url: Some(server.url.clone()),
        price_input: Some("2.50".to_owned()),
        price_output: Some("10".to_owned()),
    };
    OpenAiSettings::parse(&variables).unwrap().unwrap()
}

fn input(previous_response_id: Option<&str>) -> TurnInput {
    let turn = |number, speaker, text: &str| Turn {
        number,
        speaker,
        text: text.to_owned(),
        at: "2026-11-23T12:00:00Z".parse().unwrap(),
        changed: Vec::new(),
        version: None,
        failed: false,
        unanswered: false,
        usage: None,
    };
    TurnInput {
        conversation: vec![
            turn(1, Speaker::You, "write to ana@example.com"),
            turn(2, Speaker::Agent, "Done."),
        ],
        now: "2026-11-23T12:00:00Z".parse().unwrap(),
        time_zone: chrono_tz::Europe::Lisbon,
        previous_response_id: previous_response_id.map(str::to_owned),
        ..TurnInput::example("make it shorter", Email::default())
    }
}

fn done(id: &str) -> Answer {
    let answer = json!({
        "reply": "Shorter now.", "asks": false, "to": null, "cc": null, "bcc": null,
        "subject": null, "body": "Hi.", "action": "none",
        "send_time": {"change": "keep", "date": null, "time": null, "zone": null, "amount": null, "unit": null},
    });
    Answer::json(id, &answer)
}

async fn ask(
    input: &TurnInput,
    answers: impl IntoIterator<Item = Answer>,
) -> (Result<TurnOutput, AssistantError>, Vec<Value>) {
    let server = ModelServer::start(answers).await;
    let output = OpenAi::new(settings(&server)).unwrap().turn(input).await;
    let bodies = server.requests().into_iter().map(|request| request.body);
    (output, bodies.collect())
}

fn roles(body: &Value) -> Vec<&str> {
    let items = body["input"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["role"].as_str().unwrap())
        .collect()
}

fn permanent(output: Result<TurnOutput, AssistantError>) -> String {
    match output {
        Err(AssistantError::Permanent { message }) => message,
        other => panic!("{other:?}"),
    }
}

fn temporary(output: Result<TurnOutput, AssistantError>) -> String {
    match output {
        Err(AssistantError::Temporary { message }) => message,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_first_turn_brings_the_transcript_and_the_key() {
    let server = ModelServer::start([done("resp_1")]).await;
    let assistant = OpenAi::new(settings(&server)).unwrap();
    let output = assistant.turn(&input(None)).await.unwrap();
    assert_eq!(output.reply, "Shorter now.");
    assert_eq!(output.operations, [Operation::SetBody("Hi.".to_owned())]);
    assert_eq!(output.response_id.as_deref(), Some("resp_1"));
    let usage = output.usage.unwrap();
    assert_eq!((usage.input_tokens, usage.output_tokens), (100, 50));
    assert_eq!(usage.cost_microdollars, Some(750), "100 × 2.50 + 50 × 10");
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        requests[0].authorization.as_deref(),
        Some("Bearer test-key")
    );
    let body = &requests[0].body;
    assert!(body.get("previous_response_id").is_none());
    assert_eq!(roles(body), ["user", "assistant", "user", "user"]);
    assert_eq!(body["input"][3]["content"], "make it shorter");
}

#[tokio::test]
async fn a_server_of_ones_own_needs_no_key() {
    let server = ModelServer::start([done("resp_1")]).await;
    let mut settings = settings(&server);
    settings.api_key = None;
    OpenAi::new(settings)
        .unwrap()
        .turn(&input(None))
        .await
        .unwrap();
    assert_eq!(server.requests()[0].authorization, None);
}

#[tokio::test]
async fn a_later_turn_continues_the_providers_record() {
    let (output, bodies) = ask(&input(Some("resp_1")), [done("resp_2")]).await;
    assert_eq!(output.unwrap().response_id.as_deref(), Some("resp_2"));
    assert_eq!(bodies.len(), 1);
    assert_eq!(bodies[0]["previous_response_id"], "resp_1");
    assert_eq!(roles(&bodies[0]), ["user", "user"]);
}

#[tokio::test]
async fn a_lost_record_is_replaced_by_the_transcript() {
    for lost in [
        Answer::error(
            400,
            "previous_response_not_found",
            "Previous response with id 'resp_1' not found.",
        ),
        Answer::error(404, "not_found", "No such response."),
        Answer::Send(
            400,
            r#"{"error":"previous_response_id is not supported"}"#.to_owned(),
        ),
    ] {
        let (output, bodies) = ask(&input(Some("resp_1")), [lost, done("resp_9")]).await;
        assert_eq!(output.unwrap().response_id.as_deref(), Some("resp_9"));
        assert_eq!(bodies.len(), 2);
        assert!(bodies[1].get("previous_response_id").is_none());
        assert_eq!(roles(&bodies[1]), ["user", "assistant", "user", "user"]);
    }
}

/// The answer of a server that keeps nothing, as Ollama's.
fn forgetful(answer: Answer) -> Answer {
    let Answer::Send(status, body) = answer else {
        panic!("an answer is sent");
    };
    let mut body: Value = serde_json::from_str(&body).unwrap();
    body["store"] = json!(false);
    Answer::Send(status, body.to_string())
}

#[tokio::test]
async fn a_server_without_a_memory_is_shown_what_it_said() {
    let bad = forgetful(Answer::text("a", "Sure, shorter!"));
    let (output, bodies) = ask(&input(None), [bad, forgetful(done("b"))]).await;
    assert_eq!(output.unwrap().reply, "Shorter now.");
    assert!(bodies[1].get("previous_response_id").is_none());
    assert_eq!(
        roles(&bodies[1]),
        ["user", "assistant", "user", "user", "assistant", "system"]
    );
    assert_eq!(bodies[1]["input"][4]["content"], "Sure, shorter!");
}

#[tokio::test]
async fn a_server_without_a_memory_gets_the_transcript() {
    let (output, bodies) = ask(&input(None), [forgetful(done("resp_1"))]).await;
    assert_eq!(
        output.unwrap().response_id,
        None,
        "nothing to continue from"
    );
    assert_eq!(bodies.len(), 1);
    // Another provider was set since the last turn.
    let (output, bodies) = ask(
        &input(Some("resp_1")),
        [forgetful(done("a")), forgetful(done("b"))],
    )
    .await;
    assert_eq!(output.unwrap().response_id, None);
    assert_eq!(roles(&bodies[1]), ["user", "assistant", "user", "user"]);
}

#[tokio::test]
async fn an_unreadable_answer_is_repaired_once() {
    let (output, bodies) = ask(
        &input(Some("resp_1")),
        [Answer::text("resp_2", "Sure, shorter!"), done("resp_3")],
    )
    .await;
    let output = output.unwrap();
    assert_eq!(output.response_id.as_deref(), Some("resp_3"));
    assert_eq!(
        output.usage.unwrap().input_tokens,
        200,
        "both calls are counted"
    );
    // The provider keeps its answer, so the repair continues from there.
    assert_eq!(bodies[1]["previous_response_id"], "resp_2");
    assert_eq!(roles(&bodies[1]), ["system", "user"]);
    assert_eq!(bodies[1]["input"][1]["content"], "make it shorter");
}

#[tokio::test]
async fn after_one_repair_the_person_is_told() {
    for bad in [
        "",
        "Sure!",
        "{\"reply\": null}",
        "{\"reply\": \"x\", \"send_time\": {\"change\": \"at\", \"time\": \"soon\"}}",
    ] {
        let answers = [Answer::text("a", bad), Answer::text("b", bad), done("c")];
        let (output, bodies) = ask(&input(None), answers).await;
        let message = permanent(output);
        assert!(message.contains("could not be read, twice"), "{message}");
        assert_eq!(bodies.len(), 2, "{bad}");
    }
}

#[tokio::test]
async fn a_refusal_is_passed_on() {
    let refusal = json!([{"type": "refusal", "refusal": "I cannot help with that."}]);
    let (output, bodies) = ask(&input(None), [Answer::response("a", &refusal)]).await;
    let output = output.unwrap();
    assert_eq!(output.reply, "I cannot help with that.");
    assert!(output.asks && output.operations.is_empty());
    assert_eq!(bodies.len(), 1);
}

#[tokio::test]
async fn answers_that_ended_early() {
    let ended = |status: &str, reason: &str, code: &str| {
        let body = json!({
            "id": "a", "status": status, "output": [],
            "incomplete_details": {"reason": reason}, "error": {"code": code, "message": "x"},
        });
        [Answer::Send(200, body.to_string())]
    };
    let (output, _) = ask(&input(None), ended("incomplete", "max_output_tokens", "")).await;
    assert!(permanent(output).contains("too long"));
    let (output, _) = ask(&input(None), ended("incomplete", "content_filter", "")).await;
    assert!(permanent(output).contains("content filter"));
    let (output, _) = ask(&input(None), ended("failed", "", "server_error")).await;
    assert!(temporary(output).contains("failed while answering"));
}

#[tokio::test]
async fn errors_that_somebody_must_mend() {
    for (status, code, words) in [
        (401, "invalid_api_key", "OPENAI_API_KEY"),
        (403, "model_not_allowed", "may not use the model gpt-4o"),
        (404, "model_not_found", "There is no model gpt-4o"),
        (400, "invalid_json_schema", "structured outputs"),
        (402, "", "no credit left"),
        (429, "insufficient_quota", "no credit left"),
        (413, "", "too long"),
        (308, "", "points elsewhere"),
    ] {
        let (output, bodies) = ask(&input(None), [Answer::error(status, code, "no")]).await;
        let message = permanent(output);
        assert!(message.contains(words), "{status}: {message}");
        // The conversation says that itself, right after.
        assert!(!message.contains("words are kept"), "{message}");
        assert_eq!(bodies.len(), 1, "{status} is not repeated");
    }
}

#[tokio::test]
async fn errors_that_pass_by_themselves() {
    for status in [408, 409, 429, 500, 502, 503, 504, 529] {
        for previous in [None, Some("resp_1")] {
            let answers = [Answer::error(status, "x", "later")];
            let (output, bodies) = ask(&input(previous), answers).await;
            let message = temporary(output);
            assert!(message.contains(&status.to_string()), "{message}");
            assert_eq!(bodies.len(), 1, "the engine repeats it, not the adapter");
        }
    }
}

#[tokio::test]
async fn what_is_no_language_model_is_named() {
    for body in ["<html>Welcome</html>", "[]", ""] {
        let (output, _) = ask(&input(None), [Answer::Send(200, body.to_owned())]).await;
        let message = permanent(output);
        assert!(message.contains("OPENAI_BASE_URL"), "{message}");
    }
    let endless = "x".repeat(3 * 1024 * 1024);
    let (output, _) = ask(&input(None), [Answer::Send(200, endless)]).await;
    assert!(permanent(output).contains("longer than"));
}

#[tokio::test]
async fn a_key_in_an_error_is_not_shown() {
    let answer = Answer::error(400, "x", "bad key sk-proj-geheim given");
    let (output, _) = ask(&input(None), [answer]).await;
    assert!(!permanent(output).contains("geheim"));
}

#[tokio::test]
async fn a_provider_out_of_reach_is_temporary() {
    let server = ModelServer::start([]).await;
    let mut nobody = settings(&server);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    nobody.base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    drop(listener);
    let output = OpenAi::new(nobody).unwrap().turn(&input(None)).await;
    assert!(temporary(output).contains("could not be reached"));

    let silent = ModelServer::start([Answer::Hang]).await;
    let mut impatient = settings(&silent);
    impatient.limits.total = Duration::from_millis(300);
    let output = OpenAi::new(impatient).unwrap().turn(&input(None)).await;
    assert!(temporary(output).contains("did not answer"));
}
