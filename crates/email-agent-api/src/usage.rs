//! What the answers of a language model cost.

use serde::{Deserialize, Serialize};

use crate::to_say;

/// Tokens, and their estimated price where one is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Tokens read.
    pub input_tokens: u64,
    /// Tokens written.
    pub output_tokens: u64,
    /// Millionths of a US dollar, by the price list at the time of the answer; none where the price
    /// of any part is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_microdollars: Option<u64>,
}

impl Usage {
    /// Both together. A sum with an unknown price in it has none: it would be too low.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            cost_microdollars: self
                .cost_microdollars
                .zip(other.cost_microdollars)
                .map(|(one, two)| one.saturating_add(two)),
        }
    }

    /// `150 tokens, about $0.0008`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = self.to_sentence();
        text.pop();
        text
    }

    /// `150 tokens, about $0.0008.`
    #[must_use]
    pub fn to_sentence(&self) -> String {
        let tokens = self.input_tokens.saturating_add(self.output_tokens);
        let Some(cost) = self.cost_microdollars else {
            return to_say!("{tokens} tokens.");
        };
        // To the hundredth of a cent, rounded up, so that what costs something never reads as free.
        let cost = cost.div_ceil(100);
        let cost = format!("{}.{:04}", cost / 10_000, cost % 10_000);
        to_say!("{tokens} tokens, about ${cost}.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(cost_microdollars: Option<u64>) -> Usage {
        Usage {
            input_tokens: 100,
            output_tokens: 50,
            cost_microdollars,
        }
    }

    #[test]
    fn a_cost_is_told_only_where_it_is_known() {
        assert_eq!(usage(Some(750)).to_text(), "150 tokens, about $0.0008");
        assert_eq!(
            usage(Some(12_345_678)).to_text(),
            "150 tokens, about $12.3457"
        );
        assert_eq!(usage(None).to_text(), "150 tokens");
    }

    #[test]
    fn a_sum_with_an_unknown_price_has_none() {
        let sum = usage(Some(1)).plus(usage(Some(2)));
        assert_eq!((sum.input_tokens, sum.cost_microdollars), (200, Some(3)));
        assert_eq!(usage(Some(1)).plus(usage(None)).cost_microdollars, None);
    }
}
