//! Literals that mean an instant, as nanoseconds since 1970.

use chrono::DateTime;

use super::condition::{Comparison, Literal};

/// RFC 3339 text, or nanoseconds since 1970 as a number or as text.
pub(super) fn nanoseconds(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Integer(nanoseconds) => Some(*nanoseconds),
        Literal::Text(text) => text.parse().ok().or_else(|| {
            DateTime::parse_from_rfc3339(text)
                .ok()?
                .timestamp_nanos_opt()
        }),
        Literal::Decimal(_) | Literal::Bool(_) => None,
    }
}

/// The whole number of coarser units that compares with whole numbers as `nanoseconds` does:
/// `3 ms > 2.5 ms` is `3 > 2`, and `3 ms < 2.5 ms` is `3 < 3`. `None` if nothing can be equal.
pub(super) fn in_units_of(unit: i64, comparison: Comparison, nanoseconds: i64) -> Option<i64> {
    let below = nanoseconds.div_euclid(unit);
    let exact = nanoseconds.rem_euclid(unit) == 0;
    match comparison {
        Comparison::Equal => exact.then_some(below),
        Comparison::Greater | Comparison::AtMost => Some(below),
        Comparison::Less | Comparison::AtLeast => Some(below + i64::from(!exact)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<i64> {
        nanoseconds(&Literal::Text(text.to_owned()))
    }

    #[test]
    fn any_offset_names_the_same_instant() {
        let instant = Some(1_731_434_401_731_455_544);
        assert_eq!(read("2024-11-12T18:00:01.731455544+00:00"), instant);
        assert_eq!(read("2024-11-12T18:00:01.731455544Z"), instant);
        assert_eq!(read("2024-11-12T20:00:01.731455544+02:00"), instant);
        assert_eq!(read("1731434401731455544"), instant);
        assert_eq!(read("soon"), None);
        assert_eq!(read("2024-11-12"), None);
        assert_eq!(nanoseconds(&Literal::Bool(true)), None);
    }

    #[test]
    fn rounding_keeps_the_comparison() {
        use Comparison::{AtLeast, AtMost, Equal, Greater, Less};
        for nanoseconds in [-2_500_000, -2_000_000, 0, 2_500_000, 3_000_000] {
            for value in -4..5_i64 {
                let exact = value * 1_000_000;
                let holds = |comparison, test: fn(&i64, &i64) -> bool| {
                    let rounded = in_units_of(1_000_000, comparison, nanoseconds);
                    assert_eq!(
                        rounded.is_some_and(|rounded| test(&value, &rounded)),
                        test(&exact, &nanoseconds),
                        "{value} ms {} {nanoseconds} ns",
                        comparison.sign()
                    );
                };
                holds(Equal, i64::eq);
                holds(Less, i64::lt);
                holds(AtMost, i64::le);
                holds(Greater, i64::gt);
                holds(AtLeast, i64::ge);
            }
        }
    }
}
