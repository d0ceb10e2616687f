//! What a model costs, for estimates beside its answers.
//!
//! Prices are US dollars per million tokens: those that the operator has set, or else OpenAI's list
//! prices as of 2025 for its own service. A model that is not listed, and any other service, has no
//! price, and then none is shown. Discounts (cached input, batches) are not known here, so what is
//! shown is rather too high than too low.

use email_agent_api::Usage;

use crate::settings::{SettingsError, present};

/// Names and prices in thousandths of a dollar per million tokens: read, written.
const OPENAI_LIST: [(&str, u32, u32); 13] = [
    ("gpt-4o", 2_500, 10_000),
    ("gpt-4o-mini", 150, 600),
    ("gpt-4.1", 2_000, 8_000),
    ("gpt-4.1-mini", 400, 1_600),
    ("gpt-4.1-nano", 100, 400),
    ("gpt-5", 1_250, 10_000),
    ("gpt-5-mini", 250, 2_000),
    ("gpt-5-nano", 50, 400),
    ("o1", 15_000, 60_000),
    ("o3", 2_000, 8_000),
    ("o3-mini", 1_100, 4_400),
    ("o4-mini", 1_100, 4_400),
    ("gpt-4-turbo", 10_000, 30_000),
];
/// No model costs more: a larger number is a mistake in the unit.
const DOLLARS_MAX: f64 = 100_000.0;

/// US dollars per million tokens, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    input: u32,
    output: u32,
}

impl Price {
    /// What was set, or else the list price of `model` at OpenAI itself.
    pub(super) fn parse(
        input: Option<&str>,
        output: Option<&str>,
        listed_model: Option<&str>,
    ) -> Result<Option<Self>, SettingsError> {
        match (present(input), present(output)) {
            (Some(input), Some(output)) => Ok(Some(Self {
                input: parse(input, "OPENAI_PRICE_INPUT")?,
                output: parse(output, "OPENAI_PRICE_OUTPUT")?,
            })),
            (None, None) => Ok(listed_model.and_then(listed)),
            (Some(_), None) => Err(half("OPENAI_PRICE_OUTPUT", "OPENAI_PRICE_INPUT")),
            (None, Some(_)) => Err(half("OPENAI_PRICE_INPUT", "OPENAI_PRICE_OUTPUT")),
        }
    }

    /// What these tokens cost, in millionths of a dollar, begun ones counted in full.
    pub(super) fn of(self, usage: &Usage) -> u64 {
        let part = |tokens: u64, price: u32| u128::from(tokens) * u128::from(price);
        let thousandths =
            part(usage.input_tokens, self.input) + part(usage.output_tokens, self.output);
        u64::try_from(thousandths.div_ceil(1_000)).unwrap_or(u64::MAX)
    }
}

/// Dated names (`gpt-4o-2024-08-06`) cost what their family costs.
fn listed(model: &str) -> Option<Price> {
    let is_date = |rest: &str| {
        rest.len() == 10
            && rest
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'-')
    };
    OPENAI_LIST
        .into_iter()
        .find(|(name, ..)| {
            model
                .strip_prefix(name)
                .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(is_date))
        })
        .map(|(_, input, output)| Price { input, output })
}

fn parse(text: &str, setting: &'static str) -> Result<u32, SettingsError> {
    let dollars = text
        .parse::<f64>()
        .ok()
        .filter(|dollars| (0.0..=DOLLARS_MAX).contains(dollars));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a hundred million"
    )]
    let thousandths = dollars.map(|dollars| (dollars * 1_000.0).round() as u32);
    thousandths.ok_or_else(|| {
        SettingsError::new(
            setting,
            "is not an amount of US dollars per million tokens, such as 2.50",
        )
    })
}

fn half(missing: &'static str, set: &str) -> SettingsError {
    SettingsError::new(
        missing,
        format!("is needed with {set}: set both, or neither"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(
        input: &str,
        output: &str,
        model: Option<&str>,
    ) -> Result<Option<Price>, SettingsError> {
        Price::parse(Some(input), Some(output), model)
    }

    #[test]
    fn the_list_knows_dated_names_and_nothing_more() {
        let cost = |model| {
            let usage = Usage {
                input_tokens: 1_000_000,
                output_tokens: 100_000,
                cost_microdollars: None,
            };
            price("", "", Some(model))
                .unwrap()
                .map(|price| price.of(&usage))
        };
        assert_eq!(cost("gpt-4o"), Some(3_500_000));
        assert_eq!(cost("gpt-4o-2024-08-06"), Some(3_500_000));
        assert_eq!(cost("gpt-4o-mini"), Some(210_000));
        for unknown in ["gpt-4o-audio", "llama3", "gpt-4", "gpt-4o-2024-08-066"] {
            assert_eq!(cost(unknown), None, "{unknown}");
        }
        assert_eq!(price("", "", None), Ok(None), "another service");
    }

    #[test]
    fn the_operator_knows_better_than_the_list() {
        let set = price("0.5", "1", Some("gpt-4o")).unwrap().unwrap();
        assert_eq!((set.input, set.output), (500, 1_000));
        let tiny = Usage {
            input_tokens: 1,
            ..Usage::default()
        };
        assert_eq!(set.of(&tiny), 1, "never free when it costs something");
        assert!(price("0.5", "", None).is_err() && price("", "1", None).is_err());
        for wrong in ["-1", "cheap", "NaN", "inf", "1e9"] {
            assert_eq!(
                price(wrong, "1", None).unwrap_err().setting,
                "OPENAI_PRICE_INPUT"
            );
        }
    }
}
