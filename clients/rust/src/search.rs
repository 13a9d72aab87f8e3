//! Finds in a value what JSON cannot hold: NaN, infinity and bytes.

use std::fmt::{self, Display};

use serde::ser::{self, Serialize, Serializer};

use crate::{Error, ErrorKind};

/// Returns an error that names the place of the first thing that JSON cannot hold.
pub(crate) fn check<T: Serialize + ?Sized>(data: &T) -> Result<(), Error> {
    data.serialize(&mut Search { place: vec!["data".to_owned()] })
        .map_err(|Found(what)| Error::new(ErrorKind::InvalidData, what))
}

/// Goes through a value as a serializer that writes nothing.
struct Search {
    /// The way to the value that is looked at.
    place: Vec<String>,
}

/// What was found, as a sentence.
#[derive(Debug)]
struct Found(String);

impl Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Found {}

impl ser::Error for Found {
    fn custom<T: Display>(what: T) -> Self {
        Self(what.to_string())
    }
}

impl Search {
    fn number(&self, number: f64) -> Result<(), Found> {
        if number.is_finite() {
            return Ok(());
        }
        self.refuse(&format!("is {number}"), "Leave it out, or use null.")
    }

    fn refuse(&self, what: &str, instead: &str) -> Result<(), Found> {
        Err(Found(format!("{} {what}, which JSON cannot hold. {instead}", self.place.concat())))
    }

    fn inside<T: Serialize + ?Sized>(&mut self, step: String, value: &T) -> Result<(), Found> {
        self.place.push(step);
        value.serialize(&mut *self)?;
        self.place.pop();
        Ok(())
    }

    fn parts(&mut self, variant: Option<&'static str>) -> Parts<'_> {
        self.place.extend(variant.map(member));
        Parts { search: self, index: 0, key: String::new(), named: variant.is_some() }
    }
}

/// Returns the step to a member: `.name`, or `["a name"]`.
fn member(name: &str) -> String {
    let plain = name.chars().all(|each| each.is_alphanumeric() || each == '_') && !name.is_empty();
    if plain { format!(".{name}") } else { format!("[{name:?}]") }
}

/// The parts of a list, a map or a struct.
struct Parts<'a> {
    search: &'a mut Search,
    index: usize,
    key: String,
    /// Whether the name of a variant has to be taken off the place at the end.
    named: bool,
}

impl Parts<'_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        self.index += 1;
        self.search.inside(format!("[{}]", self.index - 1), value)
    }

    fn finish(self) -> Result<(), Found> {
        if self.named {
            self.search.place.pop();
        }
        Ok(())
    }
}

macro_rules! harmless {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Result<(), Found> { Ok(()) })*
    };
}

impl<'a> Serializer for &'a mut Search {
    type Ok = ();
    type Error = Found;
    type SerializeSeq = Parts<'a>;
    type SerializeTuple = Parts<'a>;
    type SerializeTupleStruct = Parts<'a>;
    type SerializeTupleVariant = Parts<'a>;
    type SerializeMap = Parts<'a>;
    type SerializeStruct = Parts<'a>;
    type SerializeStructVariant = Parts<'a>;

    harmless! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64,
        serialize_u128: u128, serialize_char: char, serialize_str: &str,
        serialize_unit_struct: &'static str
    }

    fn serialize_f32(self, number: f32) -> Result<(), Found> {
        self.number(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Found> {
        self.number(number)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<(), Found> {
        self.refuse("is bytes", "Use RawJson if they are JSON text, else write them as a string.")
    }

    fn serialize_none(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_unit(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Found> {
        self.inside(member(variant), value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'a>, Found> {
        Ok(self.parts(None))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'a>, Found> {
        Ok(self.parts(None))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Found> {
        Ok(self.parts(None))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Found> {
        Ok(self.parts(Some(variant)))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'a>, Found> {
        Ok(self.parts(None))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'a>, Found> {
        Ok(self.parts(None))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'a>, Found> {
        Ok(self.parts(Some(variant)))
    }
}

macro_rules! list {
    ($($form:ident $method:ident),*) => {
        $(impl ser::$form for Parts<'_> {
            type Ok = ();
            type Error = Found;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
                self.item(value)
            }

            fn end(self) -> Result<(), Found> {
                self.finish()
            }
        })*
    };
}

macro_rules! fields {
    ($($form:ident),*) => {
        $(impl ser::$form for Parts<'_> {
            type Ok = ();
            type Error = Found;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Found> {
                self.search.inside(member(name), value)
            }

            fn end(self) -> Result<(), Found> {
                self.finish()
            }
        })*
    };
}

list!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field
);
fields!(SerializeStruct, SerializeStructVariant);

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Found> {
        self.key = serde_json::to_string(key).map_err(ser::Error::custom)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        let name = serde_json::from_str::<String>(&self.key).unwrap_or_else(|_| self.key.clone());
        self.search.inside(member(&name), value)
    }

    fn end(self) -> Result<(), Found> {
        self.finish()
    }
}
