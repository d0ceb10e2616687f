//! The signature below a text that the assistant wrote: once, and without a second closing.
//!
//! In: a body and the person's signature. Out: the body that ends with it. What stands at the end of
//! the body already (the signature itself, a closing such as "Best regards,", the name) is not said
//! twice. Nothing before the last lines is ever touched.

use std::sync::LazyLock;

use email_agent_api::limits::BODY_CHARS_MAX;
use regex::Regex;

/// Ways to end a letter, in the languages of the page; alone in their line.
#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and every test here compiles it"
)]
static CLOSING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi)^ \s* (?: (?:(?:with|my)\s+)? (?:kind(?:est)?|best|warm(?:est)?|many)? \s* (?:regards|wishes|thanks)
          | best | cheers | sincerely(?:\s+yours)? | yours(?:\s+(?:sincerely|truly|faithfully))? | thank\s+you | love | all\s+the\s+best
          | (?:os\s+(?:meus\s+)?)?(?:melhores\s+)?cumprimentos | (?:um\s+)?(?:grande\s+)?abraços? | atenciosamente | com\s+os\s+melhores\s+cumprimentos | obrigad[oa] | beijos? | até\s+(?:breve|logo|já)
          | (?:un\s+)?(?:cordial\s+)?saludos?(?:\s+cordiales)? | atentamente | (?:un\s+)?abrazo | gracias
          | mit\s+(?:freundlichen|herzlichen|besten|lieben)\s+grüßen | (?:viele|liebe|beste|herzliche|freundliche)\s+grüße | danke | lg | mfg
          | (?:bien\s+)?cordialement | (?:bien\s+)?amicalement | merci
          | 此致(?:敬礼)? | 祝好 | 谢谢 | مع\s+(?:أطيب\s+)?(?:التحيات|التحية|تحياتي) | تحياتي | شكر[اًا]+ ) \s* [,.!\x{ff0c}\x{060c}]? \s* $",
    )
    .expect("the pattern is valid")
});

/// The body with the signature at its end; as it is if there is none, or no room for it.
pub(crate) fn signed(body: &str, signature: &str) -> String {
    let signature = signature.trim_matches('\n').trim_end();
    let own: Vec<&str> = spoken(signature);
    let mut lines: Vec<&str> = body.trim_end().lines().collect();
    let (Some(first), false) = (own.first(), lines.is_empty()) else {
        return body.to_owned();
    };
    if spoken(body).ends_with(&own) {
        return body.to_owned();
    }
    drop_name(&mut lines, &own);
    let mut gap = "\n\n";
    // "Thanks" alone is the text itself.
    if lines.len() > 1 && lines.last().is_some_and(|line| CLOSING.is_match(line)) {
        if CLOSING.is_match(first) {
            lines.pop();
            drop_blank_end(&mut lines);
        } else {
            gap = "\n";
        }
    }
    if lines.is_empty() {
        gap = "";
    }
    let signed = format!("{}{gap}{signature}", lines.join("\n"));
    if signed.chars().count() > BODY_CHARS_MAX {
        return body.to_owned();
    }
    signed
}

/// The lines with something in them, without white space at their ends.
fn spoken(text: &str) -> Vec<&str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect()
}

/// Takes the name from the end of the text if the signature says it: a whole line of the signature,
/// or, below a closing, the beginning of one ("Renata" of "Renata Souza").
fn drop_name(lines: &mut Vec<&str>, own: &[&str]) {
    let Some((last, before)) = lines.split_last() else {
        return;
    };
    let last = last.trim().to_lowercase();
    let is_closed = before
        .iter()
        .rfind(|line| !line.trim().is_empty())
        .is_some_and(|line| CLOSING.is_match(line));
    let is_name = own.iter().any(|line| {
        let line = line.to_lowercase();
        line == last || (is_closed && line.starts_with(&format!("{last} ")))
    });
    if is_name {
        lines.pop();
        drop_blank_end(lines);
    }
}

fn drop_blank_end(lines: &mut Vec<&str>) {
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_stands_below_the_text_once_and_nothing_is_said_twice() {
        let table = [
            // Nothing to add.
            ("hi", "", "hi"),
            ("", "Renata", ""),
            (
                "hi\n\nRenata\nACME\n",
                "Renata\nACME",
                "hi\n\nRenata\nACME\n",
            ),
            (
                "hi\nBest,\n\nRenata",
                "Best,\nRenata",
                "hi\nBest,\n\nRenata",
            ),
            // Simply below.
            ("hi", "Renata", "hi\n\nRenata"),
            ("Thanks!", "Renata", "Thanks!\n\nRenata"),
            ("hi\n\n", "\nRenata\nACME\n", "hi\n\nRenata\nACME"),
            // After a closing, without a gap.
            (
                "hi\n\nBest regards,",
                "Renata",
                "hi\n\nBest regards,\nRenata",
            ),
            // The name is in the signature.
            (
                "hi\n\nBest,\nRenata",
                "Renata Souza\nACME",
                "hi\n\nBest,\nRenata Souza\nACME",
            ),
            ("hi\n\nRENATA", "Renata\nACME", "hi\n\nRenata\nACME"),
            // The closing is in the signature.
            (
                "hi\n\nKind regards,\nRenata",
                "Best,\nRenata",
                "hi\n\nBest,\nRenata",
            ),
            (
                "Olá\n\nUm abraço,",
                "Com os melhores cumprimentos,\nRenata",
                "Olá\n\nCom os melhores cumprimentos,\nRenata",
            ),
            (
                "Hallo\n\nViele Grüße",
                "Mit freundlichen Grüßen\nRenata",
                "Hallo\n\nMit freundlichen Grüßen\nRenata",
            ),
            // Not a name: it stands below no closing.
            (
                "I met\nRenata",
                "Renata Souza",
                "I met\nRenata\n\nRenata Souza",
            ),
            // Not a closing: it goes on.
            (
                "Best regards to Bob",
                "Renata",
                "Best regards to Bob\n\nRenata",
            ),
        ];
        for (body, signature, expected) in table {
            assert_eq!(signed(body, signature), expected, "{body:?} {signature:?}");
        }
    }

    #[test]
    fn a_text_without_room_for_it_stays_as_it_is() {
        let body = "x".repeat(BODY_CHARS_MAX - 2);
        assert_eq!(signed(&body, "Renata"), body);
    }

    proptest! {
        /// Once signed is signed, and what is above the last lines stays letter by letter.
        #[test]
        fn a_second_time_changes_nothing(
            body in "(Dear Ana,|hi|Best,|Renata|Renata Souza|\n| ){0,12}",
            signature in "(Best,\n|Renata Souza|\nACME|\n){0,4}",
        ) {
            let once = signed(&body, &signature);
            prop_assert_eq!(signed(&once, &signature), once.clone());
            if !signature.trim().is_empty() && !body.trim().is_empty() {
                prop_assert!(spoken(&once).ends_with(&spoken(&signature)), "{:?}", once);
            }
        }
    }
}
