//! Writing: what a call takes, and what the browser keeps.

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::Mismatch;

type Result<T> = std::result::Result<T, Mismatch>;

/// The value as JSON; none of our types is without one.
pub(crate) fn write<T: Serialize>(value: &T) -> String {
    let mut out = String::new();
    // A type that JSON cannot hold writes half a value, which the reader refuses.
    let _ = value.serialize(&mut Writer { out: &mut out });
    out
}

struct Writer<'a> {
    out: &'a mut String,
}

impl Writer<'_> {
    fn string(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                c if c < ' ' => {
                    self.out.push_str("\\u00");
                    for digit in [u32::from(c) >> 4, u32::from(c) & 15] {
                        self.out.push(char::from_digit(digit, 16).unwrap_or('0'));
                    }
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }

    fn plain(&mut self, text: &str) -> Result<()> {
        self.out.push_str(text);
        Ok(())
    }
}

impl<'w, 'a> Writer<'a> {
    /// Opens a list or an object.
    fn items(&'w mut self, open: &str, close: &'static str) -> Items<'w, 'a> {
        self.out.push_str(open);
        Items {
            writer: self,
            close,
            is_first: true,
        }
    }
}

/// Numbers and `bool`: as they show themselves.
macro_rules! as_shown {
    ($($method:ident $kind:ty)*) => {
        $(fn $method(self, value: $kind) -> Result<()> {
            self.plain(&value.to_string())
        })*
    };
}

impl<'w, 'a> Serializer for &'w mut Writer<'a> {
    type Ok = ();
    type Error = Mismatch;
    type SerializeSeq = Items<'w, 'a>;
    type SerializeTuple = Items<'w, 'a>;
    type SerializeTupleStruct = Items<'w, 'a>;
    type SerializeTupleVariant = Items<'w, 'a>;
    type SerializeMap = Items<'w, 'a>;
    type SerializeStruct = Items<'w, 'a>;
    type SerializeStructVariant = Items<'w, 'a>;

    as_shown! {
        serialize_bool bool serialize_i8 i8 serialize_i16 i16 serialize_i32 i32
        serialize_i64 i64 serialize_u8 u8 serialize_u16 u16 serialize_u32 u32
        serialize_u64 u64 serialize_f32 f32 serialize_f64 f64
    }

    fn serialize_char(self, value: char) -> Result<()> {
        self.string(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Result<()> {
        self.string(value);
        Ok(())
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<()> {
        Err(Mismatch)
    }

    fn serialize_none(self) -> Result<()> {
        self.plain("null")
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<()> {
        self.plain("null")
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        self.plain("null")
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<()> {
        self.string(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let mut items = self.items("{", "}");
        items.field(variant, value)?;
        items.end()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Items<'w, 'a>> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple(self, _length: usize) -> Result<Items<'w, 'a>> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Items<'w, 'a>> {
        Ok(self.items("[", "]"))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Items<'w, 'a>> {
        self.out.push('{');
        self.string(variant);
        Ok(self.items(":[", "]}"))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Items<'w, 'a>> {
        Ok(self.items("{", "}"))
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Items<'w, 'a>> {
        Ok(self.items("{", "}"))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Items<'w, 'a>> {
        self.out.push('{');
        self.string(variant);
        Ok(self.items(":{", "}}"))
    }
}

/// What stands between two brackets.
struct Items<'w, 'a> {
    writer: &'w mut Writer<'a>,
    close: &'static str,
    is_first: bool,
}

impl Items<'_, '_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.writer.out.push(',');
        }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.comma();
        value.serialize(&mut *self.writer)
    }

    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        self.comma();
        self.writer.string(name);
        self.writer.out.push(':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        self.writer.plain(self.close)
    }
}

/// The kinds of lists and objects, which JSON does not tell apart.
macro_rules! kinds {
    ($($kind:ident $method:ident($($name:ident: $name_kind:ty)?) $as:ident)*) => {
        $(impl $kind for Items<'_, '_> {
            type Ok = ();
            type Error = Mismatch;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $name_kind,)? value: &T) -> Result<()> {
                self.$as($($name,)? value)
            }

            fn end(self) -> Result<()> {
                Items::end(self)
            }
        })*
    };
}

kinds! {
    SerializeSeq serialize_element() item
    SerializeTuple serialize_element() item
    SerializeTupleStruct serialize_field() item
    SerializeTupleVariant serialize_field() item
    SerializeStruct serialize_field(key: &'static str) field
    SerializeStructVariant serialize_field(key: &'static str) field
}

impl SerializeMap for Items<'_, '_> {
    type Ok = ();
    type Error = Mismatch;

    /// Keys are texts, or nothing that JSON can hold.
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.writer.out.push(':');
        value.serialize(&mut *self.writer)
    }

    fn end(self) -> Result<()> {
        Items::end(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use email_agent_api::{Command, EmailEdit, UnsureAnswer, WallTime};

    use super::*;

    /// The server reads with the usual crate; it must find the same.
    fn check<T: Serialize>(value: &T) {
        let ours: serde_json::Value = serde_json::from_str(&write(value)).unwrap();
        assert_eq!(ours, serde_json::to_value(value).unwrap());
    }

    #[test]
    fn the_server_reads_what_is_written() {
        check(&"\"quoted\" \\ / \n\r\t\u{8}\u{0}\u{1f} 🦊 مرحبا");
        check(&(1_u8, -2_i64, true, 'x', (), Some("y"), None::<u8>));
        check(&vec![vec![1], vec![]]);
        check(&BTreeMap::from([("a", 1), ("b", 2)]));
        check(&Command::Approve { version: 3 });
        check(&Command::Cancel);
        check(&Command::Settle {
            answer: UnsureAnswer::SendAgain,
        });
        check(&Command::Edit {
            base: 2,
            edit: EmailEdit {
                to: Some(vec!["Ana <ana@example.com>".parse().unwrap()]),
                subject: Some("Hi".parse().unwrap()),
                send_at: Some(WallTime {
                    local: "2026-11-24T09:00:00".parse().unwrap(),
                    zone: "Europe/Lisbon".to_owned(),
                }),
                clear_send_at: true,
                ..EmailEdit::default()
            },
        });
    }
}
