//! The event in a request, in any of the encodings that a trigger can have.

use std::borrow::Cow;
use std::time::SystemTime;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::HeaderMap;
use serde::Deserialize;
use serde::de::value::{BorrowedBytesDeserializer, BorrowedStrDeserializer};
use serde_json::value::RawValue;

use super::members::Members;
use super::time::parsed;
use super::{ReceiveError, header};
use crate::{Error, ErrorKind};

const STRUCTURED: &str = "application/cloudevents+json";

/// How the data of an event came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DataForm {
    /// JSON text; or nothing, which is `null`.
    Json,
    /// Text of another media type.
    Text,
    /// Bytes of another media type.
    Bytes,
}

/// An event as a webhook gets it. Every attempt of a delivery has the same value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The event's id, as `queue` returned it to the sender.
    pub id: String,
    /// What happened.
    pub r#type: String,
    /// The name of the bellrope installation.
    pub source: String,
    /// When the event was accepted. If its sender sent a CloudEvent: what the sender says, or `None`.
    pub time: Option<SystemTime>,
    /// The id of the delivery. A delivery may come more than once, so ignore one that you have seen.
    pub delivery_id: String,
    /// How the data came.
    pub data_form: DataForm,
    /// The data as it was sent, byte for byte.
    pub raw: Bytes,
}

impl Received {
    /// Decodes the data. Text of another media type than JSON is a string, and other bytes are bytes to serde.
    ///
    /// The error is [`ErrorKind::InvalidData`] if the data is of another type.
    pub fn data<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Error> {
        let decoded = match self.data_form {
            DataForm::Json if self.raw.is_empty() => serde_json::from_str("null"),
            DataForm::Json => serde_json::from_slice(&self.raw),
            DataForm::Text => T::deserialize(of_text(&self.raw)),
            DataForm::Bytes => T::deserialize(BorrowedBytesDeserializer::new(&self.raw)),
        };
        decoded.map_err(|error| {
            Error::new(ErrorKind::InvalidData, format!("The event's data is of another type: {error}."))
        })
    }
}

fn of_text(text: &[u8]) -> BorrowedStrDeserializer<'_, serde_json::Error> {
    BorrowedStrDeserializer::new(std::str::from_utf8(text).unwrap_or_default())
}

/// Returns the event in a request without checking the signature; [`receive`](super::receive) checks it.
///
/// Reads bellrope's own body (specversion 1.0-rc1) and the two modes of the CloudEvents 1.0 HTTP binding, structured
/// and binary. The error is [`ReceiveError::NotAnEvent`].
pub fn parse(body: &Bytes, headers: &HeaderMap) -> Result<Received, ReceiveError> {
    let media_type = media_type(header(headers, "content-type"));
    let event = if media_type == STRUCTURED {
        in_document(body, "1.0", headers)
    } else if headers.contains_key("ce-specversion") {
        in_headers(body, &media_type, headers)
    } else {
        in_document(body, "1.0-rc1", headers)
    };
    event.map_err(ReceiveError::NotAnEvent)
}

type Data = (DataForm, Bytes);

/// Reads an event whose attributes and data are members of a JSON document.
fn in_document(body: &Bytes, version: &str, headers: &HeaderMap) -> Result<Received, String> {
    let members = Members::of(body).map_err(|error| error.to_string())?;
    let text = |name: &str| members.get(name).map(|text| string(text, name)).transpose();
    let media_type = media_type(&text("datacontenttype")?.unwrap_or_default());
    let data = match (members.get("data"), members.get("data_base64")) {
        (Some(_), Some(_)) => return Err("it has both data and data_base64".to_owned()),
        (_, Some(base64)) => {
            let bytes = STANDARD.decode(string(base64, "data_base64")?).map_err(|error| error.to_string())?;
            of_bytes(bytes.into(), &media_type)?
        }
        (text, None) => in_member(body, text.unwrap_or_default(), &media_type),
    };
    event(text, version, headers, data)
}

/// Returns data that stands in the document as JSON; for another media type it may be a text.
fn in_member(body: &Bytes, text: &str, media_type: &str) -> Data {
    let is_other = !media_type.is_empty() && !is_json(media_type);
    match serde_json::from_str::<String>(text).ok().filter(|_| is_other) {
        Some(inside) => (DataForm::Text, inside.into()),
        None if text.is_empty() => (DataForm::Json, Bytes::new()),
        None => (DataForm::Json, body.slice_ref(text.as_bytes())),
    }
}

/// Reads a binary request (section 3.1 of the binding): attributes are percent-encoded headers.
fn in_headers(body: &Bytes, media_type: &str, headers: &HeaderMap) -> Result<Received, String> {
    let data = of_bytes(body.clone(), media_type)?;
    let text = |name: &str| match headers.get(format!("ce-{name}")) {
        Some(value) => unescaped(&unquoted(value.as_bytes())).map(Some),
        None => Ok(None),
    };
    event(text, "1.0", headers, data)
}

/// Returns data that came as bytes. Data of no type is JSON if it can be.
fn of_bytes(raw: Bytes, media_type: &str) -> Result<Data, String> {
    if raw.is_empty() {
        return Ok((DataForm::Json, raw));
    }
    let checked = serde_json::from_slice::<&RawValue>(&raw).map(|_| ());
    match checked {
        Err(error) if is_json(media_type) => Err(error.to_string()),
        Ok(()) if media_type.is_empty() || is_json(media_type) => Ok((DataForm::Json, raw)),
        _ => Ok((DataForm::Bytes, raw)),
    }
}

fn event(
    text: impl Fn(&str) -> Result<Option<String>, String>,
    version: &str,
    headers: &HeaderMap,
    (data_form, raw): Data,
) -> Result<Received, String> {
    if text("specversion")?.as_deref() != Some(version) {
        return Err(format!("its specversion is not {version}"));
    }
    let required = |name: &str| given(text(name)?.unwrap_or_default(), name);
    let time = text("time")?.map(|time| parsed(&time).ok_or("its time is not a time with a zone"));
    Ok(Received {
        id: required("id")?,
        r#type: required("type")?,
        source: required("source")?,
        time: time.transpose()?,
        delivery_id: given(header(headers, "webhook-id").to_owned(), "webhook-id")?,
        data_form,
        raw,
    })
}

fn given(text: String, name: &str) -> Result<String, String> {
    if text.is_empty() { Err(format!("it has no {name}")) } else { Ok(text) }
}

fn string(text: &str, name: &str) -> Result<String, String> {
    serde_json::from_str(text).map_err(|_| format!("its {name} is not a text"))
}

fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(media_type: &str) -> bool {
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Takes the quotes off a header.
fn unquoted(value: &[u8]) -> Cow<'_, [u8]> {
    let Some(inside) = value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return Cow::Borrowed(value);
    };
    let mut bytes = inside.iter();
    let mut plain = Vec::with_capacity(inside.len());
    while let Some(byte) = bytes.next() {
        let escaped = *byte == b'\\' && matches!(bytes.as_slice().first(), Some(b'"' | b'\\'));
        plain.push(*if escaped { bytes.next().unwrap_or(byte) } else { byte });
    }
    Cow::Owned(plain)
}

/// Decodes percent-encoded UTF-8. A percent sign that begins no code stays as it is.
fn unescaped(value: &[u8]) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&first, others)) = rest.split_first() {
        let code = others.get(..2).filter(|_| first == b'%').and_then(hex);
        bytes.push(code.unwrap_or(first));
        rest = if code.is_some() { &others[2..] } else { others };
    }
    String::from_utf8(bytes).map_err(|_| "an attribute is not UTF-8".to_owned())
}

fn hex(digits: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, 16).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests;
