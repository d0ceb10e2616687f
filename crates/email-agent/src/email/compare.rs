//! What differs between two versions, word by word.
//!
//! Two emails in, pieces of text out: joined without the added ones they are the old text, without
//! the removed ones the new one, letter by letter. Text that has little in common would fall into
//! thousands of shreds that nobody can read; it is compared by lines then, and as a last resort
//! shown as one text that went and one that came.

use std::time::Instant;

use email_agent_api::{
    Attachment, Email, FieldDiff, Piece, PieceKind, Recipient, SendWish,
    limits::COMPARE_PIECES_MAX, size_text,
};
use similar::{Algorithm, DiffOp, DiffableStr, capture_diff_slices_deadline};

use super::versions::changed_fields;

/// The fields that differ. After `deadline` the rest is compared roughly.
pub(crate) fn compare(before: &Email, after: &Email, deadline: Option<Instant>) -> Vec<FieldDiff> {
    let pieces = |field: &str| match field {
        "to" => recipients(&before.to, &after.to, deadline),
        "cc" => recipients(&before.cc, &after.cc, deadline),
        "bcc" => recipients(&before.bcc, &after.bcc, deadline),
        "subject" => text(before.subject.as_str(), after.subject.as_str(), deadline),
        "body" => text(&before.body, &after.body, deadline),
        "thread" => whole(&answered(before), &answered(after)),
        "not_after" => whole(
            &time(before.not_after.as_ref()),
            &time(after.not_after.as_ref()),
        ),
        "attachments" => files(&before.attachments, &after.attachments),
        // A date of which one digit is struck out is hard to read: times change as a whole.
        _ => whole(
            &time(before.send_at.as_ref()),
            &time(after.send_at.as_ref()),
        ),
    };
    changed_fields(before, after)
        .into_iter()
        .map(|field| FieldDiff {
            pieces: pieces(&field),
            field,
        })
        .collect()
}

fn time(wish: Option<&SendWish>) -> String {
    wish.map_or_else(String::new, SendWish::to_text)
}

fn answered(email: &Email) -> String {
    email
        .thread
        .as_ref()
        .map_or_else(String::new, |thread| thread.in_reply_to.to_string())
}

fn recipients(before: &[Recipient], after: &[Recipient], deadline: Option<Instant>) -> Vec<Piece> {
    let tokens = |list: &[Recipient]| -> Vec<String> {
        let mut tokens = Vec::new();
        for recipient in list {
            if !tokens.is_empty() {
                tokens.push(", ".to_owned());
            }
            tokens.push(recipient.to_string());
        }
        tokens
    };
    let (before, after) = (tokens(before), tokens(after));
    let borrow = |tokens: &[String]| {
        tokens
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join("")
    };
    if before.len() <= 1 && after.len() <= 1 {
        return whole(&borrow(&before), &borrow(&after));
    }
    let before: Vec<&str> = before.iter().map(String::as_str).collect();
    let after: Vec<&str> = after.iter().map(String::as_str).collect();
    of_tokens(&before, &after, deadline)
}

/// One line for each file. Two files of one name are two: they differ by what is in them.
fn files(before: &[Attachment], after: &[Attachment]) -> Vec<Piece> {
    let ids = |list: &[Attachment]| -> Vec<String> {
        let ids = list.iter().map(|file| file.id.to_string());
        ids.collect()
    };
    let lines = |list: &[Attachment], range: std::ops::Range<usize>| -> String {
        let files = list.get(range).unwrap_or_default().iter();
        let line = |file: &Attachment| format!("{} ({})\n", file.name, size_text(file.size_bytes));
        files.map(line).collect()
    };
    let mut pieces = Pieces::default();
    for op in capture_diff_slices_deadline(Algorithm::Myers, &ids(before), &ids(after), None) {
        if let DiffOp::Equal { .. } = op {
            pieces.same(&lines(after, op.new_range()));
        } else {
            pieces.removed.push_str(&lines(before, op.old_range()));
            pieces.added.push_str(&lines(after, op.new_range()));
        }
    }
    pieces.finish()
}

fn text(before: &str, after: &str, deadline: Option<Instant>) -> Vec<Piece> {
    let words = of_tokens(
        &before.tokenize_unicode_words(),
        &after.tokenize_unicode_words(),
        deadline,
    );
    if words.len() <= COMPARE_PIECES_MAX {
        return words;
    }
    let lines = of_tokens(&before.tokenize_lines(), &after.tokenize_lines(), deadline);
    if lines.len() <= COMPARE_PIECES_MAX {
        return lines;
    }
    whole(before, after)
}

fn whole(before: &str, after: &str) -> Vec<Piece> {
    let mut pieces = Pieces::default();
    if before == after {
        pieces.same(before);
    } else {
        pieces.removed.push_str(before);
        pieces.added.push_str(after);
    }
    pieces.finish()
}

fn of_tokens(before: &[&str], after: &[&str], deadline: Option<Instant>) -> Vec<Piece> {
    let ops = capture_diff_slices_deadline(Algorithm::Myers, before, after, deadline);
    let mut pieces = Pieces::default();
    for (place, op) in ops.iter().enumerate() {
        let old = || before.get(op.old_range()).unwrap_or_default().concat();
        let new = || after.get(op.new_range()).unwrap_or_default().concat();
        match op {
            DiffOp::Equal { .. } => {
                let text = new();
                let is_last = place + 1 == ops.len();
                if !is_last && pieces.is_bridge(&text) {
                    pieces.removed.push_str(&text);
                    pieces.added.push_str(&text);
                } else {
                    pieces.same(&text);
                }
            }
            DiffOp::Delete { .. } => pieces.removed.push_str(&old()),
            DiffOp::Insert { .. } => pieces.added.push_str(&new()),
            DiffOp::Replace { .. } => {
                pieces.removed.push_str(&old());
                pieces.added.push_str(&new());
            }
        }
    }
    pieces.finish()
}

/// Pieces in the making: what went stands before what came in its place.
#[derive(Default)]
struct Pieces {
    done: Vec<Piece>,
    removed: String,
    added: String,
}

impl Pieces {
    /// Whether this is nothing but the space between two words that were both replaced: shown apart,
    /// a rewritten sentence would be a row of single words, each with its own replacement.
    fn is_bridge(&self, same: &str) -> bool {
        !self.removed.is_empty()
            && !self.added.is_empty()
            && same.chars().all(|c| c.is_whitespace() && c != '\n')
    }

    fn same(&mut self, text: &str) {
        self.flush();
        self.push(PieceKind::Same, text.to_owned());
    }

    fn flush(&mut self) {
        let (removed, added) = (
            std::mem::take(&mut self.removed),
            std::mem::take(&mut self.added),
        );
        self.push(PieceKind::Removed, removed);
        self.push(PieceKind::Added, added);
    }

    fn push(&mut self, kind: PieceKind, text: String) {
        match self.done.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.kind == kind => last.text.push_str(&text),
            _ => self.done.push(Piece { kind, text }),
        }
    }

    fn finish(mut self) -> Vec<Piece> {
        self.flush();
        self.done
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `same [-removed-] {+added+}`.
    fn shown(pieces: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece.kind {
            PieceKind::Same => piece.text.clone(),
            PieceKind::Removed => format!("[-{}-]", piece.text),
            PieceKind::Added => format!("{{+{}+}}", piece.text),
        };
        pieces.iter().map(piece).collect()
    }

    fn body(before: &str, after: &str) -> String {
        shown(&text(before, after, None))
    }

    #[test]
    fn words_are_the_unit() {
        assert_eq!(
            body("Dear Ana, thank you.", "Dear Ana, thanks."),
            "Dear Ana, [-thank you-]{+thanks+}."
        );
        assert_eq!(body("", "Olá"), "{+Olá+}");
        assert_eq!(body("a b", "a b"), "a b");
        assert_eq!(
            body("a fatura 4711 vence", "a fatura 4712 vence"),
            "a fatura [-4711-]{+4712+} vence"
        );
        assert_eq!(
            body("one\ntwo\n", "one\nthree\n"),
            "one\n[-two-]{+three+}\n"
        );
    }

    #[test]
    fn replaced_words_in_a_row_are_one_piece() {
        assert_eq!(
            body("Olá querida Ana, até já", "Hello dear Ana, até já"),
            "[-Olá querida-]{+Hello dear+} Ana, até já"
        );
    }

    #[test]
    fn text_with_little_in_common_is_not_torn_to_shreds() {
        let before = "a b ".repeat(COMPARE_PIECES_MAX);
        let after = "a c d b e ".repeat(COMPARE_PIECES_MAX);
        assert_eq!(text(&before, &after, None).len(), 2);
    }

    #[test]
    fn every_field_that_differs_is_told_and_no_other() {
        let before = Email {
            to: vec!["ana@example.com".parse().unwrap()],
            body: "Hello".to_owned(),
            ..Email::default()
        };
        let mut after = before.clone();
        after.to.push("bob@example.org".parse().unwrap());
        after.body = "Hello!".to_owned();
        let fields = compare(&before, &after, None);
        let told: Vec<_> = fields
            .iter()
            .map(|diff| format!("{}: {}", diff.field, shown(&diff.pieces)))
            .collect();
        assert_eq!(
            told,
            [
                "to: ana@example.com{+, bob@example.org+}",
                "body: Hello{+!+}"
            ]
        );
        assert_eq!(compare(&after, &after, None), []);
    }

    #[test]
    fn files_are_told_apart_by_what_is_in_them() {
        let file = |number: u8, name: &str| Attachment::example(number, name, 12_000);
        let with = |attachments: Vec<Attachment>| Email {
            attachments,
            ..Email::default()
        };
        let before = with(vec![file(1, "a.pdf"), file(2, "b.pdf")]);
        let after = with(vec![file(2, "b.pdf"), file(3, "b.pdf")]);
        let told = compare(&before, &after, None);
        assert_eq!((told.len(), told[0].field.as_str()), (1, "attachments"));
        assert_eq!(
            shown(&told[0].pieces),
            "[-a.pdf (12 KB)\n-]b.pdf (12 KB)\n{+b.pdf (12 KB)\n+}"
        );
    }

    proptest! {
        #[test]
        fn the_pieces_are_both_texts_letter_by_letter(
            before in "([a-c]{1,2}|[ ,.\n]|你|é|🌷|\u{301}){0,40}",
            after in "([a-c]{1,2}|[ ,.\n]|你|é|🌷|\u{301}){0,40}",
        ) {
            let pieces = text(&before, &after, None);
            let without = |kind: PieceKind| -> String {
                pieces.iter().filter(|piece| piece.kind != kind).map(|piece| piece.text.as_str()).collect()
            };
            prop_assert_eq!(without(PieceKind::Added), before);
            prop_assert_eq!(without(PieceKind::Removed), after);
        }
    }
}
