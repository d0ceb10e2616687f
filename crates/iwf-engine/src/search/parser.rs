//! Words to a condition, by recursive descent: `OR` binds weakest, then `AND`, then `NOT`.

use super::condition::{Comparison, Condition, Field, Literal, Test};
use super::lexer::{Spanned, Token, tokens};
use super::{QUERY_BYTES_MAX, QUERY_DEPTH_MAX, QUERY_TESTS_MAX, QueryError};

/// `None` is the empty query, which every run matches.
pub(super) fn condition(query: &str) -> Result<Option<Condition>, QueryError> {
    if query.len() > QUERY_BYTES_MAX {
        return Err(QueryError::at(
            QUERY_BYTES_MAX,
            format!("a query has at most {QUERY_BYTES_MAX} bytes"),
        ));
    }
    let tokens = tokens(query)?;
    if tokens.is_empty() {
        return Ok(None);
    }
    let mut parser = Parser {
        tokens: tokens.into_iter().peekable(),
        end: query.len(),
        depth: 0,
        tests: 0,
    };
    let condition = parser.any_of()?;
    match parser.tokens.next() {
        None => Ok(Some(condition)),
        Some(extra) => Err(QueryError::at(
            extra.at,
            "expected AND, OR or the end".to_owned(),
        )),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Spanned>>,
    end: usize,
    depth: usize,
    tests: usize,
}

impl Parser {
    fn any_of(&mut self) -> Result<Condition, QueryError> {
        let mut parts = vec![self.all_of()?];
        while self.takes("OR") {
            parts.push(self.all_of()?);
        }
        Ok(Condition::any(parts))
    }

    fn all_of(&mut self) -> Result<Condition, QueryError> {
        let mut parts = vec![self.negation()?];
        while self.takes("AND") {
            parts.push(self.negation()?);
        }
        Ok(Condition::all(parts))
    }

    fn negation(&mut self) -> Result<Condition, QueryError> {
        self.depth += 1;
        if self.depth > QUERY_DEPTH_MAX {
            return Err(self.error(format!("a query nests at most {QUERY_DEPTH_MAX} deep")));
        }
        let condition = if self.takes("NOT") {
            Condition::Not(Box::new(self.negation()?))
        } else if self.takes_sign("(") {
            let inner = self.any_of()?;
            self.needs_sign(")")?;
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn test(&mut self) -> Result<Condition, QueryError> {
        self.tests += 1;
        if self.tests > QUERY_TESTS_MAX {
            return Err(self.error(format!("a query has at most {QUERY_TESTS_MAX} tests")));
        }
        let at = self.at();
        let field = match self.tokens.next().map(|spanned| spanned.token) {
            Some(Token::Word(name)) if !is_keyword(&name) => Field::named(name),
            Some(Token::Name(name)) => Field::named(name),
            _ => Err("expected the name of a field".to_owned()),
        };
        let field = field.map_err(|message| QueryError::at(at, message))?;
        if self.takes("IS") {
            let negated = self.takes("NOT");
            self.needs("NULL")?;
            return Ok(Condition::test(field, Test::Absent, negated));
        }
        let negated = self.takes("NOT");
        let test = if self.takes("BETWEEN") {
            let low = self.literal()?;
            self.needs("AND")?;
            Test::Between(low, self.literal()?)
        } else if self.takes("IN") {
            Test::AnyOf(self.list()?)
        } else if self.takes("STARTS_WITH") {
            Test::StartsWith(self.text()?)
        } else if negated {
            return Err(self.error("expected BETWEEN, IN or STARTS_WITH".to_owned()));
        } else {
            return self.comparison(field);
        };
        Ok(Condition::test(field, test, negated))
    }

    fn comparison(&mut self, field: Field) -> Result<Condition, QueryError> {
        let at = self.at();
        let sign = match self.tokens.next().map(|spanned| spanned.token) {
            Some(Token::Sign(sign)) => sign,
            _ => "",
        };
        let (comparison, negated) = match sign {
            "=" => (Comparison::Equal, false),
            "!=" | "<>" => (Comparison::Equal, true),
            "<" => (Comparison::Less, false),
            "<=" => (Comparison::AtMost, false),
            ">" => (Comparison::Greater, false),
            ">=" => (Comparison::AtLeast, false),
            _ => {
                return Err(QueryError::at(
                    at,
                    "expected =, !=, <, <=, >, >=, BETWEEN, IN, IS or STARTS_WITH".to_owned(),
                ));
            }
        };
        let literal = self.literal()?;
        Ok(Condition::test(
            field,
            Test::Compare(comparison, literal),
            negated,
        ))
    }

    fn list(&mut self) -> Result<Vec<Literal>, QueryError> {
        self.needs_sign("(")?;
        let mut items = vec![self.literal()?];
        while self.takes_sign(",") {
            items.push(self.literal()?);
        }
        self.needs_sign(")")?;
        Ok(items)
    }

    fn literal(&mut self) -> Result<Literal, QueryError> {
        let at = self.at();
        match self.tokens.next().map(|spanned| spanned.token) {
            Some(Token::Text(text)) => Ok(Literal::Text(text)),
            Some(Token::Integer(integer)) => Ok(Literal::Integer(integer)),
            Some(Token::Decimal(decimal)) => Ok(Literal::Decimal(decimal)),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Ok(Literal::Bool(true)),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => {
                Ok(Literal::Bool(false))
            }
            _ => Err(QueryError::at(
                at,
                "expected a text in quotes, a number, true or false".to_owned(),
            )),
        }
    }

    fn text(&mut self) -> Result<String, QueryError> {
        let at = self.at();
        match self.literal()? {
            Literal::Text(text) => Ok(text),
            _ => Err(QueryError::at(at, "expected a text in quotes".to_owned())),
        }
    }

    fn takes(&mut self, keyword: &str) -> bool {
        let is_next = |spanned: &Spanned| matches!(&spanned.token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        self.tokens.next_if(is_next).is_some()
    }

    fn takes_sign(&mut self, sign: &str) -> bool {
        let is_next =
            |spanned: &Spanned| matches!(&spanned.token, Token::Sign(next) if *next == sign);
        self.tokens.next_if(is_next).is_some()
    }

    fn needs(&mut self, keyword: &str) -> Result<(), QueryError> {
        if self.takes(keyword) {
            return Ok(());
        }
        Err(self.error(format!("expected {keyword}")))
    }

    fn needs_sign(&mut self, sign: &str) -> Result<(), QueryError> {
        if self.takes_sign(sign) {
            return Ok(());
        }
        Err(self.error(format!("expected {sign}")))
    }

    fn at(&mut self) -> usize {
        self.tokens.peek().map_or(self.end, |spanned| spanned.at)
    }

    fn error(&mut self, message: String) -> QueryError {
        QueryError::at(self.at(), message)
    }
}

/// Words that cannot be the bare name of a field; in back-ticks they can.
fn is_keyword(word: &str) -> bool {
    const KEYWORDS: [&str; 14] = [
        "AND",
        "OR",
        "NOT",
        "BETWEEN",
        "IN",
        "IS",
        "NULL",
        "STARTS_WITH",
        "LIKE",
        "ORDER",
        "BY",
        "LIMIT",
        "TRUE",
        "FALSE",
    ];
    KEYWORDS
        .iter()
        .any(|keyword| word.eq_ignore_ascii_case(keyword))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The condition as fully bracketed text.
    fn read(query: &str) -> String {
        condition(query)
            .expect(query)
            .map_or_else(String::new, |condition| format!("{condition}"))
    }

    #[test]
    fn an_empty_query_has_no_condition() {
        assert_eq!(condition(""), Ok(None));
        assert_eq!(condition(" \n\t"), Ok(None));
    }

    #[test]
    fn and_binds_more_tightly_than_or_and_not_most() {
        assert_eq!(
            read("a=1 OR b=2 AND NOT c=3"),
            "(a = 1 OR (b = 2 AND NOT c = 3))"
        );
        assert_eq!(
            read("(a=1 or b=2) and not (c=3)"),
            "((a = 1 OR b = 2) AND NOT c = 3)"
        );
    }

    #[test]
    fn every_operator_is_read() {
        for (query, read_as) in [
            ("a = 'x'", "a = 'x'"),
            ("a != \"x\"", "NOT a = 'x'"),
            ("a <> 1", "NOT a = 1"),
            ("a < 1.5", "a < 1.5"),
            ("a <= -1", "a <= -1"),
            ("a > true", "a > true"),
            ("a >= FALSE", "a >= false"),
            ("a between 1 and 2", "a BETWEEN 1 AND 2"),
            ("a NOT BETWEEN 1 AND 2", "NOT a BETWEEN 1 AND 2"),
            ("a IN ('x', 'y')", "a IN ('x', 'y')"),
            ("a NOT IN (1)", "NOT a IN (1)"),
            ("a IS NULL", "a IS NULL"),
            ("a is not null", "NOT a IS NULL"),
            ("a STARTS_WITH 'x'", "a STARTS_WITH 'x'"),
            ("a NOT STARTS_WITH 'x'", "NOT a STARTS_WITH 'x'"),
            ("`a b` = 1", "a b = 1"),
            ("`ORDER` = 1", "ORDER = 1"),
        ] {
            assert_eq!(read(query), read_as);
        }
    }

    #[test]
    fn what_is_no_query_is_refused_with_its_place() {
        for (query, at) in [
            ("this is no query =", 8),
            ("a", 1),
            ("a =", 3),
            ("a = b", 4),
            ("= 1", 0),
            ("a = 1 b = 2", 6),
            ("a = 1 AND", 9),
            ("(a = 1", 6),
            ("a = 1)", 5),
            ("a IN ()", 6),
            ("a IN (1", 7),
            ("a BETWEEN 1", 11),
            ("a NOT = 1", 6),
            ("a LIKE 'x%'", 2),
            ("a = 1 ORDER BY b", 6),
            ("a = 1 LIMIT 5", 6),
            ("ORDER BY a", 0),
            ("a STARTS_WITH 1", 14),
            ("a IS 1", 5),
        ] {
            assert_eq!(condition(query).expect_err(query).at, at, "{query}");
        }
    }

    #[test]
    fn length_depth_and_tests_are_bounded() {
        let nested = |depth: usize| format!("{}a = 1{}", "(".repeat(depth), ")".repeat(depth));
        assert!(condition(&nested(QUERY_DEPTH_MAX - 1)).is_ok());
        assert!(condition(&nested(QUERY_DEPTH_MAX)).is_err());
        let chained = |tests: usize| vec!["a = 1"; tests].join(" OR ");
        assert!(condition(&chained(QUERY_TESTS_MAX)).is_ok());
        assert!(condition(&chained(QUERY_TESTS_MAX + 1)).is_err());
        let long = |bytes: usize| format!("a = '{}'", "x".repeat(bytes - 6));
        assert!(condition(&long(QUERY_BYTES_MAX)).is_ok());
        assert!(condition(&long(QUERY_BYTES_MAX + 1)).is_err());
    }
}
