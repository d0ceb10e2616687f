//! Reading what the model answers.
//!
//! In: the provider's response, any JSON. Out: a [`TurnOutput`], or why it cannot be read. Reasoning
//! items, unknown items and extra fields are skipped; code fences and chatter round the JSON are cut
//! away; nulls mean "no change". Nothing here is trusted or checked against the email: that is the
//! workflow's part.

use chrono::NaiveDate;
use email_agent_api::{Usage, to_say};
use serde_json::{Map, Value};

use crate::assistant::{Operation, SendTime, TurnOutput, time_of_day};

/// An IANA name is shorter.
const ZONE_CHARS_MAX: usize = 64;

/// One response of the provider.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// What the provider calls it.
    pub(super) id: Option<String>,
    /// Whether the provider keeps it, so that a later call can continue from it.
    pub(super) kept: bool,
    /// What it cost.
    pub(super) usage: Usage,
    /// How it ended.
    pub(super) ending: Ending,
    /// The texts of its messages.
    texts: Vec<String>,
    /// The words with which the model declined.
    refusal: Option<String>,
}

/// How a response ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) enum Ending {
    /// All of it is there.
    #[default]
    Whole,
    /// Cut off at the longest answer the model can give.
    TooLong,
    /// Stopped by the provider's filter.
    Filtered,
    /// The provider failed; the flag says whether a repeat may help.
    Failed {
        /// It may.
        temporary: bool,
    },
}

impl Reading {
    /// Takes what is useful from a response.
    pub(super) fn of(response: &Value) -> Self {
        let usage = |name: &str| response["usage"][name].as_u64().unwrap_or(0);
        let mut reading = Self {
            id: text(&response["id"]),
            // Servers without a memory (Ollama, for one) say so; OpenAI keeps unless told not to.
            kept: response["store"].as_bool().unwrap_or(true),
            usage: Usage {
                input_tokens: usage("input_tokens"),
                output_tokens: usage("output_tokens"),
                cost_microdollars: None,
            },
            ending: ending(response),
            ..Self::default()
        };
        let messages = response["output"].as_array().into_iter().flatten();
        for item in messages.filter(|item| item["type"] == "message") {
            reading.take_message(item);
        }
        reading
    }

    /// An answer of which there is nothing but the text.
    pub(super) fn of_text(text: &str) -> Self {
        Self {
            texts: vec![text.to_owned()],
            ..Self::default()
        }
    }

    fn take_message(&mut self, item: &Value) {
        let mut joined = String::new();
        for part in item["content"].as_array().into_iter().flatten() {
            match part["type"].as_str() {
                Some("output_text" | "text") => joined.extend(part["text"].as_str()),
                Some("refusal") => self.refusal = text(&part["refusal"]),
                _ => {}
            }
        }
        if !joined.trim().is_empty() {
            self.texts.push(joined);
        }
    }

    /// What a later call can continue from.
    pub(super) fn kept_id(&self) -> Option<&str> {
        self.id.as_deref().filter(|_| self.kept)
    }

    /// The text that the answer should be in: what a repair shows to the model.
    pub(super) fn last_text(&self) -> &str {
        self.texts.last().map_or("", String::as_str)
    }

    /// The answer, or what is wrong with it.
    pub(super) fn output(&self) -> Result<TurnOutput, &'static str> {
        let mut output = match (&self.refusal, self.texts.is_empty()) {
            // A refusal is an answer in words; the person decides what to do with it.
            (Some(refusal), _) => TurnOutput {
                reply: refusal.clone(),
                asks: true,
                ..TurnOutput::default()
            },
            (None, true) => return Err("it was empty"),
            // The last message is the final answer; models may talk to themselves before it.
            (None, false) => parse(self.last_text())?,
        };
        output.response_id = self.kept_id().map(str::to_owned);
        Ok(output)
    }
}

impl Reading {
    /// What it says of a draft that was to be translated, subject and body in one text.
    pub(super) fn translation(&self) -> Result<String, &'static str> {
        if self.refusal.is_some() {
            return Err("it declined");
        }
        let fields = object(self.last_text()).ok_or("it was not one JSON object")?;
        let subject = field(&fields, "subject").unwrap_or_default();
        let body = field(&fields, "body").ok_or("the translation was missing")?;
        let text = format!("{}\n\n{}", subject.trim(), body.trim());
        let text = text.trim();
        if text.is_empty() {
            return Err("the translation was empty");
        }
        Ok(text.to_owned())
    }
}

fn ending(response: &Value) -> Ending {
    match response["status"].as_str() {
        Some("incomplete") => match response["incomplete_details"]["reason"].as_str() {
            Some("content_filter") => Ending::Filtered,
            _ => Ending::TooLong,
        },
        Some("failed" | "cancelled") => Ending::Failed {
            temporary: !matches!(
                response["error"]["code"].as_str(),
                Some(code) if code.starts_with("invalid") || code == "insufficient_quota"
            ),
        },
        _ => Ending::Whole,
    }
}

fn parse(answer: &str) -> Result<TurnOutput, &'static str> {
    let fields = object(answer).ok_or("it was not one JSON object")?;
    let mut operations = Vec::new();
    let lists = [
        ("to", Operation::SetTo as fn(Vec<String>) -> Operation),
        ("cc", Operation::SetCc),
        ("bcc", Operation::SetBcc),
    ];
    for (name, operation) in lists {
        operations.extend(list(&fields, name).map(operation));
    }
    operations.extend(field(&fields, "subject").map(Operation::SetSubject));
    operations.extend(field(&fields, "body").map(Operation::SetBody));
    let mut asks = fields.get("asks").and_then(Value::as_bool) == Some(true);
    let times = [
        (
            "send_time",
            Operation::SetSendTime as fn(SendTime) -> Operation,
            Operation::ClearSendTime,
        ),
        (
            "not_after",
            Operation::SetNotAfter,
            Operation::ClearNotAfter,
        ),
    ];
    for (name, set, clear) in times {
        match wish(fields.get(name))? {
            Wish::None => {}
            // A day without a time of day is a question, whatever the model made of it.
            Wish::Incomplete => asks = true,
            Wish::Clear => operations.push(clear),
            Wish::Time(time) => operations.push(set(time)),
        }
    }
    match fields.get("action").and_then(Value::as_str) {
        Some("unschedule") => operations.push(Operation::Unschedule),
        Some("cancel") => operations.push(Operation::Cancel),
        _ => {}
    }
    let reply = field(&fields, "reply").filter(|reply| !reply.trim().is_empty());
    let reply = match (reply, operations.is_empty()) {
        (Some(reply), _) => reply,
        (None, false) => to_say("I changed the email.").to_owned(),
        (None, true) => return Err("the reply was missing"),
    };
    Ok(TurnOutput {
        reply,
        asks,
        operations,
        ..TurnOutput::default()
    })
}

/// The JSON object in `answer`, alone or between other things.
fn object(answer: &str) -> Option<Map<String, Value>> {
    let parse = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => Some(fields),
        _ => None,
    };
    parse(answer).or_else(|| {
        let start = answer.find('{')?;
        let end = answer.rfind('}')?;
        parse(answer.get(start..=end)?)
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}

/// A text field; small models write the word "null" where they mean it.
fn field(fields: &Map<String, Value>, name: &str) -> Option<String> {
    let text = text(fields.get(name)?)?;
    (!matches!(text.as_str(), "null" | "None")).then_some(text)
}

fn list(fields: &Map<String, Value>, name: &str) -> Option<Vec<String>> {
    match fields.get(name)? {
        Value::Array(items) => Some(items.iter().filter_map(text).collect()),
        Value::String(text) if text != "null" => {
            let parts = text.split([',', ';']).map(str::trim);
            Some(
                parts
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect(),
            )
        }
        _ => None,
    }
}

enum Wish {
    None,
    Incomplete,
    Clear,
    Time(SendTime),
}

fn wish(value: Option<&Value>) -> Result<Wish, &'static str> {
    let Some(Value::Object(fields)) = value else {
        return Ok(Wish::None);
    };
    match field(fields, "change").as_deref() {
        Some("clear") => Ok(Wish::Clear),
        Some("at") => at(fields),
        Some("after") => after(fields).map(Wish::Time),
        _ => Ok(Wish::None),
    }
}

fn at(fields: &Map<String, Value>) -> Result<Wish, &'static str> {
    let filled = |name: &str| field(fields, name).filter(|text| !text.trim().is_empty());
    let Some(time) = filled("time") else {
        return Ok(Wish::Incomplete);
    };
    let time = time_of_day::parse(&time).ok_or("the time was not of the form HH:MM")?;
    let date = match filled("date") {
        None => None,
        Some(date) => {
            let date = NaiveDate::parse_from_str(date.trim(), "%Y-%m-%d");
            Some(date.map_err(|_| "the date was not of the form YYYY-MM-DD")?)
        }
    };
    let zone = filled("zone").map(|zone| zone.trim().chars().take(ZONE_CHARS_MAX).collect());
    Ok(Wish::Time(SendTime::At { date, time, zone }))
}

fn after(fields: &Map<String, Value>) -> Result<SendTime, &'static str> {
    let amount = match fields.get("amount") {
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(digits)) => digits.trim().parse().ok(),
        _ => None,
    };
    let amount = amount.ok_or("the amount was not a whole number")?;
    let unit_seconds: u64 = match field(fields, "unit").as_deref() {
        Some("seconds") => 1,
        Some("minutes") => 60,
        Some("hours") => 60 * 60,
        Some("days") => 24 * 60 * 60,
        Some("weeks") => 7 * 24 * 60 * 60,
        _ => return Err("the unit was missing"),
    };
    let seconds = amount.checked_mul(unit_seconds);
    let seconds = seconds.ok_or("the amount was too large")?;
    Ok(SendTime::After { seconds })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn response(text: &str) -> Value {
        json!({
            "id": "resp_1",
            "status": "completed",
            "output": [
                {"type": "reasoning", "summary": []},
                {"type": "something_new", "content": 7},
                {"type": "message", "content": [{"type": "output_text", "text": text}]},
            ],
            "usage": {"input_tokens": 7, "output_tokens": 5},
            "extra": {"field": null},
        })
    }

    fn read(text: &str) -> Result<TurnOutput, &'static str> {
        Reading::of(&response(text)).output()
    }

    fn read_time(time: &Value) -> Result<TurnOutput, &'static str> {
        read(&json!({"reply": "Done.", "send_time": time}).to_string())
    }

    #[test]
    fn a_full_answer() {
        let answer = json!({
            "reply": "Feito.", "asks": false,
            "to": ["ana@example.com"], "cc": null, "bcc": [],
            "subject": "Olá", "body": "Obrigado.\n",
            "send_time": {"change": "at", "date": "2026-11-24", "time": "09:00", "zone": null, "amount": null, "unit": null},
            "action": "none",
        });
        let output = read(&answer.to_string()).unwrap();
        assert_eq!(output.reply, "Feito.");
        assert_eq!(output.response_id.as_deref(), Some("resp_1"));
        assert_eq!(
            output.operations,
            [
                Operation::SetTo(vec!["ana@example.com".to_owned()]),
                Operation::SetBcc(Vec::new()),
                Operation::SetSubject("Olá".to_owned()),
                Operation::SetBody("Obrigado.\n".to_owned()),
                Operation::SetSendTime(SendTime::At {
                    date: Some("2026-11-24".parse().unwrap()),
                    time: "09:00:00".parse().unwrap(),
                    zone: None,
                }),
            ]
        );
    }

    #[test]
    fn fences_chatter_nulls_and_extra_fields_do_no_harm() {
        for text in [
            "```json\n{\"reply\": \"Yes.\", \"to\": null, \"mood\": \"good\"}\n```",
            "Here it is: {\"reply\": \"Yes.\", \"subject\": null, \"send_time\": null} Enjoy!",
            "{\"reply\": \"Yes.\", \"subject\": \"null\", \"body\": 7, \"asks\": null}",
        ] {
            let output = read(text).unwrap();
            assert_eq!(
                (output.reply.as_str(), output.operations.len()),
                ("Yes.", 0),
                "{text}"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_has_a_reason() {
        for (text, reason) in [
            ("", "it was empty"),
            ("Sure, I will do that.", "it was not one JSON object"),
            ("[1, 2]", "it was not one JSON object"),
            ("{\"reply\": ", "it was not one JSON object"),
            ("{}", "the reply was missing"),
            ("{\"reply\": null}", "the reply was missing"),
        ] {
            assert_eq!(read(text), Err(reason), "{text}");
        }
        assert_eq!(Reading::of(&Value::Null).output(), Err("it was empty"));
    }

    #[test]
    fn times_as_fields() {
        let after = |amount: Value, unit: &str| {
            read_time(&json!({"change": "after", "amount": amount, "unit": unit}))
        };
        for (amount, unit, seconds) in [
            (json!(2), "hours", 7200),
            (json!("5"), "seconds", 5),
            (json!(1), "weeks", 604_800),
        ] {
            let expected = Operation::SetSendTime(SendTime::After { seconds });
            assert_eq!(after(amount, unit).unwrap().operations, [expected]);
        }
        assert!(after(json!(-1), "hours").is_err());
        assert!(after(json!(null), "hours").is_err());
        assert!(after(json!(2), "fortnights").is_err());
        assert!(after(json!(u64::MAX), "weeks").is_err());
        assert!(read_time(&json!({"change": "at", "time": "soon"})).is_err());
        assert!(read_time(&json!({"change": "at", "time": "9:00", "date": "tomorrow"})).is_err());
        let cleared = read_time(&json!({"change": "clear"})).unwrap();
        assert_eq!(cleared.operations, [Operation::ClearSendTime]);
        let deadline = json!({
            "reply": "Done.",
            "send_time": {"change": "at", "time": "09:00"},
            "not_after": {"change": "after", "amount": 2, "unit": "hours"},
        });
        let both = read(&deadline.to_string()).unwrap().operations;
        assert_eq!(
            both[1..],
            [Operation::SetNotAfter(SendTime::After { seconds: 7200 })]
        );
        let kept = read_time(&json!({"change": "keep", "time": "09:00"})).unwrap();
        assert!(kept.operations.is_empty() && !kept.asks);
        let day_only = read_time(&json!({"change": "at", "date": "2026-11-24", "time": null}));
        let day_only = day_only.unwrap();
        assert!(day_only.operations.is_empty() && day_only.asks);
    }

    #[test]
    fn a_refusal_is_an_answer() {
        let refusal = json!({
            "id": "resp_2", "store": false,
            "output": [{"type": "message", "content": [{"type": "refusal", "refusal": "I won't."}]}],
        });
        let output = Reading::of(&refusal).output().unwrap();
        assert_eq!((output.reply.as_str(), output.asks), ("I won't.", true));
        // Not kept by the provider, so there is nothing to continue from.
        assert_eq!(output.response_id, None);
    }

    #[test]
    fn a_translation_is_subject_and_body() {
        let read = |subject: &str, body: Value| {
            let answer = json!({"subject": subject, "body": body});
            Reading::of(&response(&answer.to_string())).translation()
        };
        let both = read("Hi", json!("Dear Ana,\nthanks."));
        assert_eq!(both.as_deref(), Ok("Hi\n\nDear Ana,\nthanks."));
        assert_eq!(read("", json!("Thanks.")).as_deref(), Ok("Thanks."));
        assert!(read("Hi", Value::Null).is_err());
        assert!(read("", json!(" ")).is_err());
        assert!(Reading::of(&response("Thanks.")).translation().is_err());
    }

    #[test]
    fn endings() {
        let ending = |status: &str, reason: &str, code: &str| {
            let response = json!({
                "status": status,
                "incomplete_details": {"reason": reason},
                "error": {"code": code},
            });
            Reading::of(&response).ending
        };
        assert_eq!(ending("completed", "", ""), Ending::Whole);
        assert_eq!(
            ending("incomplete", "max_output_tokens", ""),
            Ending::TooLong
        );
        assert_eq!(ending("incomplete", "content_filter", ""), Ending::Filtered);
        let failed = |temporary| Ending::Failed { temporary };
        assert_eq!(ending("failed", "", "server_error"), failed(true));
        assert_eq!(ending("failed", "", "invalid_prompt"), failed(false));
    }
}
