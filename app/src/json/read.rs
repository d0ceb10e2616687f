//! Reading: one pass over the text, driven by the type.

use std::borrow::Cow;

use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::Mismatch;

type Result<T> = std::result::Result<T, Mismatch>;

/// The value that this text is, if it is one of this type.
pub(crate) fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    let mut reader = Reader { json, at: 0 };
    let value = T::deserialize(&mut reader).ok()?;
    reader.is_at_end().then_some(value)
}

/// The text, and how far it has been read.
struct Reader<'a> {
    json: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next byte that is no white space, left where it is.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.json.as_bytes().get(self.at)?;
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Takes this byte, if it is the next.
    fn take(&mut self, wanted: u8) -> bool {
        let is_next = self.peek() == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, wanted: u8) -> Result<()> {
        self.take(wanted).then_some(()).ok_or(Mismatch)
    }

    /// Whether a list or an object goes on; takes the comma before the next item, or the end.
    fn goes_on(&mut self, end: u8, is_first: &mut bool) -> Result<bool> {
        if self.take(end) {
            return Ok(false);
        }
        if !std::mem::take(is_first) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// A number or one of the three words, as it is written.
    fn word(&mut self) -> Result<&'a str> {
        self.peek();
        let rest = self.json.get(self.at..).unwrap_or_default();
        let is_of_it = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.');
        let length = rest.find(|c| !is_of_it(c)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).ok_or(Mismatch)
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N> {
        self.word()?.parse().map_err(|_| Mismatch)
    }

    fn string(&mut self) -> Result<Cow<'a, str>> {
        self.expect(b'"')?;
        let mut unescaped = String::new();
        loop {
            let rest = self.json.get(self.at..).ok_or(Mismatch)?;
            let length = rest.find(['"', '\\']).ok_or(Mismatch)?;
            let (plain, ended) = rest.split_at(length);
            self.at += length + 1;
            if ended.starts_with('"') {
                return Ok(if unescaped.is_empty() {
                    Cow::Borrowed(plain)
                } else {
                    unescaped.push_str(plain);
                    Cow::Owned(unescaped)
                });
            }
            unescaped.push_str(plain);
            unescaped.push(self.escape()?);
        }
    }

    /// What stands after a backslash.
    fn escape(&mut self) -> Result<char> {
        let byte = *self.json.as_bytes().get(self.at).ok_or(Mismatch)?;
        self.at += 1;
        Ok(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                let is_first_half = (0xd800..0xdc00).contains(&unit);
                let next = self.json.get(self.at..).unwrap_or_default();
                if is_first_half && next.starts_with("\\u") {
                    self.at += 2;
                    let pair = [unit, self.unit()?];
                    char::decode_utf16(pair)
                        .next()
                        .and_then(std::result::Result::ok)
                        .unwrap_or(char::REPLACEMENT_CHARACTER)
                } else {
                    char::from_u32(unit.into()).unwrap_or(char::REPLACEMENT_CHARACTER)
                }
            }
            _ => return Err(Mismatch),
        })
    }

    fn unit(&mut self) -> Result<u16> {
        let digits = self.json.get(self.at..self.at + 4).ok_or(Mismatch)?;
        self.at += 4;
        u16::from_str_radix(digits, 16).map_err(|_| Mismatch)
    }

    /// Passes over any value.
    fn skip(&mut self) -> Result<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek().ok_or(Mismatch)? {
                b'"' => drop(self.string()?),
                b'{' | b'[' => {
                    self.at += 1;
                    depth += 1;
                }
                b'}' | b']' => {
                    self.at += 1;
                    depth = depth.checked_sub(1).ok_or(Mismatch)?;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                _ if self.word()?.is_empty() => return Err(Mismatch),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// Numbers, each by its own method.
macro_rules! numbers {
    ($($method:ident $visit:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.number()?)
        })*
    };
}

/// Kinds that are read like another.
macro_rules! like {
    ($($method:ident ($($_name:ident: $kind:ty),*) $as:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, $($_name: $kind,)* visitor: V) -> Result<V::Value> {
            self.$as(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.peek().ok_or(Mismatch)? {
            b'"' => self.deserialize_str(visitor),
            b'{' => self.deserialize_map(visitor),
            b'[' => self.deserialize_seq(visitor),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'n' => self.deserialize_unit(visitor),
            b'-' => self.deserialize_i64(visitor),
            _ => self.deserialize_u64(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_bool(self.number()?)
    }

    numbers! {
        deserialize_i8 visit_i8 deserialize_i16 visit_i16 deserialize_i32 visit_i32
        deserialize_i64 visit_i64 deserialize_u8 visit_u8 deserialize_u16 visit_u16
        deserialize_u32 visit_u32 deserialize_u64 visit_u64 deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    like! {
        deserialize_string() deserialize_str
        deserialize_char() deserialize_str
        deserialize_identifier() deserialize_str
        deserialize_bytes() deserialize_seq
        deserialize_byte_buf() deserialize_seq
        deserialize_unit_struct(_name: &'static str) deserialize_unit
        deserialize_tuple(_length: usize) deserialize_seq
        deserialize_tuple_struct(_name: &'static str, _length: usize) deserialize_seq
        deserialize_struct(_name: &'static str, _fields: &'static [&'static str]) deserialize_map
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.peek() == Some(b'n') {
            self.deserialize_unit(visitor)
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.word()? == "null" {
            visitor.visit_unit()
        } else {
            Err(Mismatch)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.expect(b'[')?;
        visitor.visit_seq(Items::of(self))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.expect(b'{')?;
        visitor.visit_map(Items::of(self))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.skip()?;
        visitor.visit_unit()
    }
}

/// What stands between two brackets.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    is_first: bool,
}

impl<'r, 'a> Items<'r, 'a> {
    fn of(reader: &'r mut Reader<'a>) -> Self {
        Self {
            reader,
            is_first: true,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, 'de> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        if !self.reader.goes_on(b']', &mut self.is_first)? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Items<'_, 'de> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if !self.reader.goes_on(b'}', &mut self.is_first)? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

/// Only names without content: what has content is read as a name and the fields that go with it, see
/// `wire` in `email-agent-api`.
impl<'de> EnumAccess<'de> for &mut Reader<'de> {
    type Error = Mismatch;
    type Variant = NoContent;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, NoContent)> {
        Ok((seed.deserialize(self)?, NoContent))
    }
}

struct NoContent;

impl<'de> VariantAccess<'de> for NoContent {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Result<T::Value> {
        Err(Mismatch)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Result<V::Value> {
        Err(Mismatch)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Result<V::Value> {
        Err(Mismatch)
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mood {
        VeryGood,
        Bad,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Sample {
        text: String,
        numbers: Vec<i64>,
        mood: Mood,
        is_on: bool,
        #[serde(default)]
        inner: Option<Box<Sample>>,
    }

    #[test]
    fn what_another_program_writes_is_read() {
        let texts = [
            "",
            "plain",
            "\"quoted\" \\ / \n\r\t\u{8}\u{c}\u{0}",
            "🦊 e\u{301} مرحبا",
        ];
        for text in texts {
            let sample = |inner| Sample {
                text: text.to_owned(),
                numbers: vec![0, -1, i64::MAX],
                mood: Mood::VeryGood,
                is_on: true,
                inner,
            };
            let value = sample(Some(Box::new(sample(None))));
            for json in [
                serde_json::to_string(&value).unwrap(),
                serde_json::to_string_pretty(&value).unwrap(),
            ] {
                assert_eq!(read::<Sample>(&json).as_ref(), Some(&value), "{json}");
            }
        }
    }

    #[test]
    fn escapes_of_all_kinds_are_read() {
        assert_eq!(
            read::<String>(r#""\u0041\ud83e\udd8a\/\"\\\b\f\n\r\t""#).unwrap(),
            "A🦊/\"\\\u{8}\u{c}\n\r\t"
        );
        // Half a pair is kept as a mark instead of losing the text around it.
        assert_eq!(read::<String>(r#""a\ud83eb""#).unwrap(), "a\u{fffd}b");
    }

    #[test]
    fn unknown_fields_are_passed_over() {
        let json = r#"{"new":{"a":[1,{"b":"]}"}],"c":null},"text":"t","more":-1.5e3,"numbers":[],"mood":"bad","is_on":false}"#;
        let read = read::<Sample>(json).unwrap();
        assert_eq!((read.text.as_str(), read.mood), ("t", Mood::Bad));
    }

    #[test]
    fn what_is_broken_or_of_another_type_is_none() {
        for json in [
            "",
            "null",
            "{",
            "{}",
            "[]",
            r#"{"text":"t"}"#,
            r#"{"text":"t","numbers":[1 2],"mood":"bad","is_on":true}"#,
            r#"{"text":"t","numbers":[],"mood":"odd","is_on":true}"#,
            r#"{"text":"t","numbers":[],"mood":"bad","is_on":"yes"}"#,
            r#"{"text":"t","numbers":[],"mood":"bad","is_on":true} x"#,
            r#"{"text":"t","numbers":[],"mood":"bad","is_on":true,"x":[}"#,
        ] {
            assert!(read::<Sample>(json).is_none(), "{json}");
        }
        for json in [r#"""#, r#""\x""#, r#""\u00""#, r#""\uzzzz""#, "\"é\\u1é\""] {
            assert!(read::<String>(json).is_none(), "{json}");
        }
        assert_eq!(read::<u32>("-1"), None);
        assert_eq!(read::<u32>("4294967296"), None);
    }
}
