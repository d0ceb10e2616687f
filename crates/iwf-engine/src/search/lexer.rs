//! Query text to words, literals and signs.

use super::QueryError;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A bare word: a keyword, `true`, `false`, or the name of a field.
    Word(String),
    /// A name in back-ticks, never a keyword.
    Name(String),
    /// In single or double quotes.
    Text(String),
    Integer(i64),
    Decimal(f64),
    Sign(&'static str),
}

/// A token and the byte it begins at.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Spanned {
    pub(super) token: Token,
    pub(super) at: usize,
}

/// Longer signs first, so that `<=` is not read as `<`.
const SIGNS: [&str; 10] = ["<=", ">=", "!=", "<>", "=", "<", ">", "(", ")", ","];

pub(super) fn tokens(query: &str) -> Result<Vec<Spanned>, QueryError> {
    let mut found = Vec::new();
    let mut rest = query;
    loop {
        rest = rest.trim_start();
        let at = query.len() - rest.len();
        let Some(first) = rest.chars().next() else {
            return Ok(found);
        };
        let (token, after) = match first {
            '\'' | '"' => quoted(rest, first, at).map(|(text, rest)| (Token::Text(text), rest))?,
            '`' => quoted(rest, first, at).map(|(text, rest)| (Token::Name(text), rest))?,
            '0'..='9' | '-' | '+' | '.' => number(rest, at)?,
            _ if is_word(first) => word(rest),
            _ => sign(rest, at)?,
        };
        found.push(Spanned { token, at });
        rest = after;
    }
}

/// The quote itself is written twice, or after a backslash.
fn quoted(rest: &str, quote: char, at: usize) -> Result<(String, &str), QueryError> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1).peekable();
    while let Some((index, letter)) = letters.next() {
        if letter == quote {
            if letters.next_if(|(_, next)| *next == quote).is_none() {
                return Ok((text, &rest[index + quote.len_utf8()..]));
            }
            text.push(quote);
        } else if letter == '\\' {
            text.extend(letters.next().map(|(_, escaped)| escaped));
        } else {
            text.push(letter);
        }
    }
    Err(QueryError::at(
        at,
        format!("the closing {quote} is missing"),
    ))
}

fn number(rest: &str, at: usize) -> Result<(Token, &str), QueryError> {
    let end = rest
        .char_indices()
        .find(|(index, letter)| !continues_number(rest, *index, *letter))
        .map_or(rest.len(), |(index, _)| index);
    let (digits, after) = rest.split_at(end);
    let integer = digits.parse().map(Token::Integer);
    let token = integer.or_else(|_| match digits.parse::<f64>() {
        Ok(decimal) if decimal.is_finite() => Ok(Token::Decimal(decimal)),
        _ => Err(QueryError::at(at, format!("{digits:?} is no number"))),
    })?;
    Ok((token, after))
}

fn continues_number(rest: &str, index: usize, letter: char) -> bool {
    match letter {
        '+' | '-' => index == 0 || rest[..index].ends_with(['e', 'E']),
        '.' => true,
        _ => letter.is_ascii_alphanumeric(),
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.')
}

fn word(rest: &str) -> (Token, &str) {
    let end = rest.find(|letter| !is_word(letter)).unwrap_or(rest.len());
    let (word, after) = rest.split_at(end);
    (Token::Word(word.to_owned()), after)
}

fn sign(rest: &str, at: usize) -> Result<(Token, &str), QueryError> {
    SIGNS
        .iter()
        .find_map(|sign| Some((Token::Sign(sign), rest.strip_prefix(sign)?)))
        .ok_or_else(|| QueryError::at(at, "this sign has no meaning in a query".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Vec<Token> {
        let found = tokens(query).expect(query);
        found.into_iter().map(|spanned| spanned.token).collect()
    }

    fn text(text: &str) -> Token {
        Token::Text(text.to_owned())
    }

    #[test]
    fn quotes_may_hold_quotes_and_any_letter() {
        assert_eq!(read("'it''s'"), [text("it's")]);
        assert_eq!(read(r"'it\'s'"), [text("it's")]);
        assert_eq!(read(r#""say ""hi"" 'ü' 🦀""#), [text("say \"hi\" 'ü' 🦀")]);
        assert_eq!(read("`a b`"), [Token::Name("a b".to_owned())]);
        assert_eq!(read("''"), [text("")]);
    }

    #[test]
    fn numbers_are_whole_or_decimal() {
        assert_eq!(read("42 -7"), [Token::Integer(42), Token::Integer(-7)]);
        assert_eq!(
            read("2.5 -1e-3"),
            [Token::Decimal(2.5), Token::Decimal(-0.001)]
        );
        assert_eq!(
            read("9223372036854775808"),
            [Token::Decimal(9_223_372_036_854_775_808.0)]
        );
    }

    #[test]
    fn signs_need_no_space() {
        let word = |word: &str| Token::Word(word.to_owned());
        assert_eq!(
            read("(a<=1,b)"),
            [
                Token::Sign("("),
                word("a"),
                Token::Sign("<="),
                Token::Integer(1),
                Token::Sign(","),
                word("b"),
                Token::Sign(")")
            ]
        );
    }

    #[test]
    fn what_is_no_token_is_refused_with_its_place() {
        for (query, at) in [
            ("a = 'open", 4),
            ("a ; b", 2),
            ("a = 1x", 4),
            ("a = 1e999", 4),
        ] {
            assert_eq!(tokens(query).expect_err(query).at, at, "{query}");
        }
    }
}
