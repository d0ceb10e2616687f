//! What a model costs, for estimates beside its answers.
//!
//! Prices are US dollars per million tokens, as the operator has set them. There is no list of our own:
//! providers change their prices, and a wrong one is worse than none. Without a price only the tokens are
//! shown. Discounts (cached input, batches) are not known here, so what is shown is rather too high
//! than too low.

use email_agent_api::Usage;

use crate::settings::{SettingsError, present};

/// No model costs more: a larger number is a mistake in the unit.
const DOLLARS_MAX: f64 = 100_000.0;

/// US dollars per million tokens, in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    input: u32,
    output: u32,
}

impl Price {
    /// What was set, if anything was.
    pub(super) fn parse(
        input: Option<&str>,
        output: Option<&str>,
    ) -> Result<Option<Self>, SettingsError> {
        match (present(input), present(output)) {
            (Some(input), Some(output)) => Ok(Some(Self {
                input: parse(input, "OPENAI_PRICE_INPUT")?,
                output: parse(output, "OPENAI_PRICE_OUTPUT")?,
            })),
            (None, None) => Ok(None),
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

    fn price(input: &str, output: &str) -> Result<Option<Price>, SettingsError> {
        Price::parse(Some(input), Some(output))
    }

    #[test]
    fn there_is_no_price_but_the_one_that_was_set() {
        assert_eq!(price("", ""), Ok(None));
        assert_eq!(Price::parse(None, None), Ok(None));
        let set = price("0.5", "1").unwrap().unwrap();
        assert_eq!((set.input, set.output), (500, 1_000));
        let usage = Usage {
            input_tokens: 1_000_000,
            output_tokens: 100_000,
            cost_microdollars: None,
        };
        assert_eq!(set.of(&usage), 600_000);
        let tiny = Usage {
            input_tokens: 1,
            ..Usage::default()
        };
        assert_eq!(set.of(&tiny), 1, "never free when it costs something");
        assert!(price("0.5", "").is_err() && price("", "1").is_err());
        for wrong in ["-1", "cheap", "NaN", "inf", "1e9"] {
            assert_eq!(price(wrong, "1").unwrap_err().setting, "OPENAI_PRICE_INPUT");
        }
    }
}
