//! JSON text: written strictly from values of Rust, or given as it is.

use std::fmt;
use std::io;

use bytes::Bytes;
use serde::{Serialize, Serializer};
use serde_json::ser::Formatter;
use serde_json::value::RawValue;

use crate::search;
use crate::{Error, ErrorKind};

/// JSON text that reaches the webhook byte for byte, as the whole data or anywhere inside it.
///
/// ```
/// # fn main() -> Result<(), bellrope::Error> {
/// let price = bellrope::RawJson::new(r#"{"price": 1.10}"#)?;
/// assert_eq!(price.as_str(), r#"{"price": 1.10}"#);
/// # Ok(())
/// # }
/// ```
///
/// Inside other data, the white space around it is left out. A bare string is a JSON string, never JSON text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RawJson(String);

impl RawJson {
    /// Takes JSON text. The error is [`ErrorKind::InvalidData`] if it is not one JSON text.
    pub fn new(text: impl Into<String>) -> Result<Self, Error> {
        let text = text.into();
        serde_json::from_str::<&RawValue>(&text).map_err(|error| not_json(&error))?;
        Ok(Self(text))
    }

    /// Takes JSON text in UTF-8.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, Error> {
        let text = std::str::from_utf8(bytes).map_err(|error| not_json(&error))?;
        Self::new(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0.into()
    }
}

impl fmt::Debug for RawJson {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawJson({})", self.0)
    }
}

impl Serialize for RawJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde_json::from_str::<&RawValue>(&self.0).map_err(serde::ser::Error::custom)?.serialize(serializer)
    }
}

fn not_json(error: &dyn fmt::Display) -> Error {
    Error::new(ErrorKind::InvalidData, format!("The text is not JSON: {error}."))
}

/// Returns a value as JSON text. What JSON cannot hold is refused with its place.
///
/// `serde_json` writes NaN and infinity as `null`, and serde's bytes as a list. So where it has written a `null` or
/// bytes, the value is searched for them.
pub(crate) fn encode<T: Serialize + ?Sized>(data: &T) -> Result<Bytes, Error> {
    let mut text = Vec::with_capacity(128);
    let mut doubtful = false;
    let mut serializer = serde_json::Serializer::with_formatter(&mut text, Doubts(&mut doubtful));
    data.serialize(&mut serializer).map_err(|error| {
        Error::new(ErrorKind::InvalidData, format!("The data cannot be written as JSON: {error}."))
    })?;
    if doubtful {
        search::check(data)?;
    }
    Ok(text.into())
}

/// Writes without spaces, and notes whether it writes what may stand for something that JSON cannot hold.
struct Doubts<'a>(&'a mut bool);

impl Formatter for Doubts<'_> {
    fn write_null<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        *self.0 = true;
        writer.write_all(b"null")
    }

    fn write_byte_array<W: ?Sized + io::Write>(&mut self, _: &mut W, _: &[u8]) -> io::Result<()> {
        *self.0 = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::Serialize;
    use serde_json::json;

    use super::{RawJson, encode};
    use crate::ErrorKind;

    fn text(data: &impl Serialize) -> String {
        String::from_utf8(encode(data).unwrap().to_vec()).unwrap()
    }

    fn refusal(data: &impl Serialize) -> String {
        let error = encode(data).unwrap_err();
        assert_eq!(ErrorKind::InvalidData, error.kind());
        error.to_string()
    }

    /// Text is written in UTF-8 without needless escapes, and a string is never taken for JSON text.
    #[test]
    fn values_become_short_json() {
        assert_eq!(r#"{"to":"Zoë \u2028 😀","quote":"\"{}\""}"#.replace("\\u2028", "\u{2028}"), {
            let pairs = [("to", "Zoë \u{2028} 😀"), ("quote", "\"{}\"")];
            #[derive(Serialize)]
            struct Data {
                to: &'static str,
                quote: &'static str,
            }
            text(&Data { to: pairs[0].1, quote: pairs[1].1 })
        });
        assert_eq!("null", text(&()));
        assert_eq!("[1,255]", text(&[1u8, 255]));
    }

    /// An integer keeps all of its digits.
    #[test]
    fn integers_keep_their_digits() {
        assert_eq!("[18446744073709551615,-170141183460469231731687303715884105728]", {
            text(&(u64::MAX, i128::MIN))
        });
        assert_eq!("340282366920938463463374607431768211455", text(&u128::MAX));
    }

    /// Raw JSON is written byte for byte, inside other data, too.
    #[test]
    fn raw_json_is_written_as_it_is() {
        let raw = RawJson::new(r#"{"a": 1.0, "b":1e999,"a":-0}"#).unwrap();
        assert_eq!(r#"[null,{"a": 1.0, "b":1e999,"a":-0}]"#, text(&(None::<u8>, &raw)));
    }

    /// What is not one JSON text is no raw JSON.
    #[test]
    fn other_text_is_no_raw_json() {
        for wrong in ["", "{", "1 2", "{'a': 1}", "NaN", "\"\n\"", "[1,]"] {
            assert_eq!(ErrorKind::InvalidData, RawJson::new(wrong).unwrap_err().kind(), "{wrong}");
        }
        assert!(RawJson::from_slice(b"\"\xff\"").is_err());
        assert_eq!(" 1 ", RawJson::from_slice(b" 1 ").unwrap().as_str());
    }

    /// NaN and infinity are refused with their place; a real null is not.
    #[test]
    fn numbers_that_are_none_are_refused_with_their_place() {
        #[derive(Serialize)]
        struct Order {
            note: Option<&'static str>,
            items: Vec<BTreeMap<&'static str, f64>>,
        }
        let order = |price| Order { note: None, items: vec![BTreeMap::from([("unit price", price)])] };
        assert_eq!(r#"{"note":null,"items":[{"unit price":0.5}]}"#, text(&order(0.5)));
        assert_eq!(
            r#"data.items[0]["unit price"] is NaN, which JSON cannot hold. Leave it out, or use null."#,
            refusal(&order(f64::NAN))
        );
        assert_eq!(
            "data is inf, which JSON cannot hold. Leave it out, or use null.",
            refusal(&Some(f32::INFINITY))
        );
        #[derive(Serialize)]
        enum Sum {
            Of(f64, f64),
            Named { left: f64 },
        }
        assert!(refusal(&Sum::Of(1.0, f64::NEG_INFINITY)).starts_with("data.Of[1] is -inf"));
        assert!(refusal(&Sum::Named { left: f64::NAN }).starts_with("data.Named.left is NaN"));
        assert_eq!(r#"{"n":null}"#, text(&json!({"n": f64::NAN})), "serde_json's own Value holds null");
    }

    /// What is bytes to serde is refused, too; a list of numbers is a list.
    #[test]
    fn bytes_are_refused_with_their_place() {
        struct File;
        impl Serialize for File {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(b"{}")
            }
        }
        let expected = "data.file is bytes, which JSON cannot hold. \
                        Use RawJson if they are JSON text, else write them as a string.";
        assert_eq!(expected, refusal(&BTreeMap::from([("file", File)])));
        assert_eq!("[123,125]", text(&b"{}".to_vec()));
    }

    /// A map whose keys are no text cannot be JSON.
    #[test]
    fn keys_must_be_text() {
        let data = BTreeMap::from([((1, 2), 3)]);
        assert_eq!("The data cannot be written as JSON: key must be a string.", refusal(&data));
    }
}
