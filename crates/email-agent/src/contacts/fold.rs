//! Texts in the form in which they are compared: without case, accents and widths, in any script.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};

/// `José`, `JOSE` and `ＪＯＳＥ` are one; marks that make another letter of a letter (as in Japanese
/// and the scripts of India) stay.
pub(crate) fn fold(text: &str) -> String {
    let apart = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    let mut plain = String::with_capacity(apart.len());
    for c in apart.chars().filter(|c| !is_accent(*c)) {
        match c {
            'ß' | 'ẞ' => plain.push_str("ss"),
            'ł' | 'Ł' => plain.push('l'),
            'ø' | 'Ø' => plain.push('o'),
            'đ' | 'Đ' => plain.push('d'),
            'ı' => plain.push('i'),
            'æ' | 'Æ' => plain.push_str("ae"),
            'œ' | 'Œ' => plain.push_str("oe"),
            // The form at the end of a word, which lower case alone would keep.
            'ς' => plain.push('σ'),
            _ => plain.extend(c.to_lowercase().filter(|c| !is_accent(*c))),
        }
    }
    ComposingNormalizerBorrowed::new_nfc()
        .normalize(&plain)
        .into_owned()
}

/// The words of a text, folded, with the place where each begins and ends in the text.
pub(crate) fn words(text: &str) -> Vec<Word<'_>> {
    let is_part = |c: char| c.is_alphanumeric() || is_accent(c) || is_joined(c);
    let mut words = Vec::new();
    let mut begin = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (begin, is_part(c)) {
            (None, true) => begin = Some(at),
            (Some(start), false) => {
                let written = text.get(start..at).unwrap_or_default();
                let folded = fold(written);
                words.push(Word {
                    written,
                    folded,
                    start,
                    end: at,
                });
                begin = None;
            }
            _ => {}
        }
    }
    words
}

/// See [`words`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word<'t> {
    /// As it stands in the text.
    pub(crate) written: &'t str,
    /// To compare.
    pub(crate) folded: String,
    /// Where it begins, in bytes.
    pub(crate) start: usize,
    /// Where it ends, in bytes.
    pub(crate) end: usize,
}

/// Whether words of this script stand without spaces between them.
pub(crate) fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{0e00}'..='\u{0eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Burmese, Khmer
        | '\u{3040}'..='\u{30ff}' // Japanese syllables
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' // Han
        | '\u{ac00}'..='\u{d7af}') // Korean joins particles to names
}

/// Marks that people leave out when they write quickly: accents, Hebrew points, Arabic vowels.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}'..='\u{05c2}'
        | '\u{05c4}'..='\u{05c5}' | '\u{05c7}' | '\u{0610}'..='\u{061a}' | '\u{0640}'
        | '\u{064b}'..='\u{065f}' | '\u{0670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Marks inside of words that are no letters by themselves: vowel signs of India and South-East Asia.
fn is_joined(c: char) -> bool {
    matches!(c, '\u{0900}'..='\u{0dff}' | '\u{0e31}' | '\u{0e34}'..='\u{0e3a}' | '\u{0e47}'..='\u{0e4e}'
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}' | '\u{3099}'..='\u{309a}' | '\u{200c}'..='\u{200d}')
        && !matches!(c, '\u{0964}' | '\u{0965}' | '\u{0df4}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_widths_make_no_difference() {
        for (one, other) in [
            ("José", "JOSE"),
            ("Ａｎａ", "ana"),
            ("Straße", "STRASSE"),
            ("Łukasz", "lukasz"),
            ("Søren", "soren"),
            ("İpek", "ipek"),
            ("Ιωάννης", "ΙΩΑΝΝΗΣ"),
            ("Алёна", "АЛЕНА"),
            ("أَحْمَد", "احمد"),
            ("דָּוִד", "דוד"),
            ("ﾊﾅｺ", "ハナコ"),
            ("Nguyễn", "nguyen"),
        ] {
            assert_eq!(fold(one), fold(other), "{one} {other}");
        }
        assert_ne!(fold("が"), fold("か"), "another letter, not an accent");
        assert_ne!(fold("राम"), fold("रम"), "a vowel, not an accent");
    }

    #[test]
    fn words_of_several_scripts() {
        let folded = |text| {
            let words = words(text).into_iter();
            words.map(|word| word.folded).collect::<Vec<_>>()
        };
        assert_eq!(
            folded("Escreve à Ana-Maria, já!"),
            ["escreve", "a", "ana", "maria", "ja"]
        );
        assert_eq!(folded("राम को लिखो।"), ["राम", "को", "लिखो"]);
        assert_eq!(folded("اكتب إلى ليلى."), ["اكتب", "الى", "ليلى"]);
        let text = "To José!";
        let jose = words(text).pop().unwrap();
        assert_eq!(text.get(jose.start..jose.end), Some("José"));
    }
}
