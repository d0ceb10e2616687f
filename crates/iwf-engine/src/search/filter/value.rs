//! A test on one value, by what kind of value it is.

use iwf_protocol::SearchAttributeValueType as Type;
use rusqlite::types::Value;

use super::super::condition::{Comparison, Literal, Test};
use super::super::{instant, words};
use super::{NONE, Writer};

/// How a value is stored and compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text as a whole.
    Keyword,
    /// Text by its words.
    Text,
    Number,
    Bool,
    /// An integer that counts this many nanoseconds.
    Instant {
        unit: i64,
    },
}

impl Kind {
    pub(super) fn of(value_type: Type) -> Self {
        match value_type {
            Type::Keyword | Type::KeywordArray => Self::Keyword,
            Type::Text => Self::Text,
            Type::Int | Type::Double => Self::Number,
            Type::Bool => Self::Bool,
            Type::Datetime => Self::Instant { unit: 1 },
        }
    }

    /// The literal as a stored value, to be compared in this way. `None` if no value of this kind
    /// can compare so with it.
    fn value(self, comparison: Comparison, literal: &Literal) -> Option<Value> {
        match (self, literal) {
            (Self::Keyword | Self::Text, Literal::Text(text)) => Some(Value::Text(text.clone())),
            (Self::Number, Literal::Integer(integer)) => Some(Value::Integer(*integer)),
            (Self::Number, Literal::Decimal(decimal)) => Some(Value::Real(*decimal)),
            (Self::Number, Literal::Text(text)) => quoted_number(text),
            (Self::Bool, Literal::Bool(value)) => Some(Value::Integer(i64::from(*value))),
            (Self::Instant { unit }, literal) => {
                let nanoseconds = instant::nanoseconds(literal)?;
                instant::in_units_of(unit, comparison, nanoseconds).map(Value::Integer)
            }
            _ => None,
        }
    }
}

fn quoted_number(text: &str) -> Option<Value> {
    let integer = text.parse().map(Value::Integer);
    integer
        .or_else(|_| text.parse().map(Value::Real))
        .ok()
        .filter(|value| !matches!(value, Value::Real(number) if !number.is_finite()))
}

/// Writes an expression that is true, false or, for a missing value, NULL.
pub(super) fn test(writer: &mut Writer<'_>, value: &str, kind: Kind, test: &Test) {
    match test {
        Test::Compare(comparison, literal) => compare(writer, value, kind, *comparison, literal),
        Test::Between(low, high) => {
            writer.sql.push('(');
            compare(writer, value, kind, Comparison::AtLeast, low);
            writer.sql.push_str(" AND ");
            compare(writer, value, kind, Comparison::AtMost, high);
            writer.sql.push(')');
        }
        Test::AnyOf(literals) => any_of(writer, value, kind, literals),
        Test::StartsWith(start) if matches!(kind, Kind::Keyword | Kind::Text) => {
            // The first half lets an index help, the second half decides.
            let start = || Value::Text(start.clone());
            writer.bind(&format!("({value} >= ?"), start());
            writer.bind(&format!(" AND substr({value}, 1, length(?))"), start());
            writer.bind(" = ?)", start());
        }
        Test::StartsWith(_) => writer.sql.push_str(NONE),
        Test::Absent => writer.push([value, " IS NULL"]),
    }
}

/// One SQL list, since a chain of `OR` would nest too deep for SQLite.
fn any_of(writer: &mut Writer<'_>, value: &str, kind: Kind, literals: &[Literal]) {
    if kind == Kind::Text {
        // To share a word with one of several texts is to share one with all of them together.
        let texts = literals.iter().filter_map(Literal::as_text);
        let together = Literal::Text(texts.collect::<Vec<_>>().join(" "));
        return compare(writer, value, kind, Comparison::Equal, &together);
    }
    let equal = |literal| kind.value(Comparison::Equal, literal);
    writer.is_one_of(value, literals.iter().filter_map(equal));
}

fn compare(
    writer: &mut Writer<'_>,
    value: &str,
    kind: Kind,
    comparison: Comparison,
    literal: &Literal,
) {
    let Some(wanted) = kind.value(comparison, literal) else {
        writer.sql.push_str(NONE);
        return;
    };
    if kind == Kind::Text && comparison == Comparison::Equal {
        let call = format!("{}({value}, ?)", words::FUNCTION);
        writer.bind(&call, wanted);
    } else {
        writer.bind(&format!("{value} {} ?", comparison.sign()), wanted);
    }
}

/// The codes of the column `search_attributes.type`.
pub(super) fn type_of_code(code: i64) -> Option<Type> {
    match code {
        0 => Some(Type::Keyword),
        1 => Some(Type::Text),
        2 => Some(Type::Datetime),
        3 => Some(Type::Int),
        4 => Some(Type::Double),
        5 => Some(Type::Bool),
        6 => Some(Type::KeywordArray),
        _ => None,
    }
}
