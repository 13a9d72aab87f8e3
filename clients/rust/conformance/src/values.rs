//! The values of the protocol, as a program in Rust has them, and back.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bellrope::{Error, Event, RawJson};
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::Failed;
use crate::shapes::system_time;

/// What a program has as data.
enum Data {
    Null,
    Bool(bool),
    Text(String),
    Signed(i64),
    Unsigned(u64),
    Long(i128),
    LongUnsigned(u128),
    Double(f64),
    Bytes(Vec<u8>),
    List(Vec<Data>),
    Map(Vec<(String, Data)>),
    Raw(RawJson),
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Bool(value) => value.serialize(serializer),
            Self::Text(text) => text.serialize(serializer),
            Self::Signed(number) => number.serialize(serializer),
            Self::Unsigned(number) => number.serialize(serializer),
            Self::Long(number) => number.serialize(serializer),
            Self::LongUnsigned(number) => number.serialize(serializer),
            Self::Double(number) => number.serialize(serializer),
            Self::Bytes(bytes) => serializer.serialize_bytes(bytes),
            Self::List(items) => items.serialize(serializer),
            Self::Map(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                members.iter().try_for_each(|(name, value)| map.serialize_entry(name, value))?;
                map.end()
            }
            Self::Raw(raw) => raw.serialize(serializer),
        }
    }
}

fn data(value: &Value) -> Result<Data, Error> {
    let (kind, value) = value.as_object().and_then(|each| each.iter().next()).expect("a value has a kind");
    let text = || value.as_str().expect("it is a text");
    Ok(match kind.as_str() {
        "bool" => Data::Bool(value == true),
        "string" => Data::Text(text().to_owned()),
        "integer" => integer(text())?,
        "double" => Data::Double(text().parse().expect("it is a number")),
        "bytes" => Data::Bytes(STANDARD.decode(text()).expect("it is base64")),
        "list" => Data::List(items(value).map(data).collect::<Result<_, _>>()?),
        "object" => Data::Map(items(value).map(member).collect::<Result<_, _>>()?),
        "raw" => Data::Raw(RawJson::new(text())?),
        _ => Data::Null,
    })
}

/// Returns an integer as the smallest type that holds it. Rust has none beyond 128 bits.
fn integer(text: &str) -> Result<Data, Error> {
    let whole = text.parse().map(Data::Signed).or_else(|_| text.parse().map(Data::Unsigned));
    let whole =
        whole.or_else(|_| text.parse().map(Data::Long)).or_else(|_| text.parse().map(Data::LongUnsigned));
    whole.or_else(|_| RawJson::new(text).map(Data::Raw))
}

fn member(pair: &Value) -> Result<(String, Data), Error> {
    Ok((pair[0].as_str().expect("it is a name").to_owned(), data(&pair[1])?))
}

fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Returns an event.
pub fn event(given: &Value) -> Result<Event, Failed> {
    let kind = given["type"].as_str().unwrap_or_default();
    let mut event = match &given["data"] {
        Value::Object(value) if value.contains_key("absent") => Event::bare(kind),
        Value::Object(value) if value.contains_key("raw") => {
            Event::raw(kind, RawJson::new(value["raw"].as_str().unwrap_or_default())?)
        }
        Value::Null => Event::bare(kind),
        value => Event::new(kind, &data(value)?)?,
    };
    if let Some(id) = given["id"].as_str() {
        event = event.id(id);
    }
    if let Some(delay) = given["delay_ms"].as_f64() {
        event = event.delay(Duration::try_from_secs_f64(delay / 1000.0)?);
    }
    if let Some(time) = given["time"].as_str() {
        event = event.time(system_time(time));
    }
    if let Some(time) = given["expire_time"].as_str() {
        event = event.expire_time(system_time(time));
    }
    for (name, value) in given["options"].as_object().into_iter().flatten() {
        event = event.option(name, value.as_str().unwrap_or_default());
    }
    if let Some(traceparent) = given["traceparent"].as_str() {
        event = event.traceparent(traceparent);
    }
    if let Some(tracestate) = given["tracestate"].as_str() {
        event = event.tracestate(tracestate);
    }
    Ok(event)
}

/// Returns data for a reply.
pub fn returned(value: &Value) -> Result<impl Serialize + use<>, Error> {
    data(value)
}

/// Returns bytes in base64.
pub fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Returns the bytes of base64.
pub fn bytes(value: &Value) -> bytes::Bytes {
    STANDARD.decode(value.as_str().unwrap_or_default()).expect("it is base64").into()
}

/// Returns a value of JSON text in the protocol's form. Its numbers keep their digits.
pub fn shown(text: &RawValue) -> Value {
    let text = text.get();
    match text.as_bytes()[0] {
        b'n' => json!({"null": null}),
        b't' | b'f' => json!({"bool": text == "true"}),
        b'"' => json!({"string": serde_json::from_str::<String>(text).expect("it is a string")}),
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(text).expect("it is a list");
            json!({"list": items.into_iter().map(shown).collect::<Vec<_>>()})
        }
        b'{' => {
            let Members(members) = serde_json::from_str(text).expect("it is an object");
            json!({"object": members.iter().map(|(name, value)| json!([name, shown(value)])).collect::<Vec<_>>()})
        }
        _ if text.contains(['.', 'e', 'E']) => {
            json!({"double": text.parse::<f64>().expect("it is a number").to_string()})
        }
        _ => json!({"integer": if text == "-0" { "0" } else { text }}),
    }
}

/// The members of an object, in order.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}
