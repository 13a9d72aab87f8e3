//! Receives webhooks: checks that a request is genuine, and returns the event in it. None of this loads gRPC.
//!
#![cfg_attr(feature = "axum", doc = "[`axum::post`] is a ready webhook.")]
//! For other frameworks [`respond`] makes the answer to a request, and [`receive`] returns the event only.

mod answering;
#[cfg(feature = "axum")]
pub mod axum;
mod members;
mod received;
mod reply;
mod signature;
mod time;

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;

pub use answering::{BoxError, MOST_BODY_BYTES, respond};
pub use received::{DataForm, Received, parse};
pub use reply::{IntoReply, Refused, Reply};
pub use signature::{Secrets, verify};

/// The header, and its value, of an answer other than 2xx after which the server does not send the delivery again.
pub const NO_RETRY: (&str, &str) = ("webhook-retry", "no");

/// A request is not one to act on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReceiveError {
    /// It was not signed with the secret, was changed on its way, or is too old or too new.
    SignatureInvalid(&'static str),
    /// It has no valid event. Another attempt would send the same request.
    NotAnEvent(String),
}

impl fmt::Display for ReceiveError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SignatureInvalid(why) => write!(formatter, "The request is not genuine: {why}."),
            Self::NotAnEvent(why) => write!(formatter, "The request has no valid event: {why}."),
        }
    }
}

impl std::error::Error for ReceiveError {}

/// Returns the event in a request that is signed with the secret.
///
/// `body` must be the bytes as they came, because decoding and encoding JSON changes them.
pub fn receive(body: &Bytes, headers: &HeaderMap, secrets: &Secrets) -> Result<Received, ReceiveError> {
    verify(body, headers, secrets)?;
    parse(body, headers)
}

/// Returns the text of a header; empty if there is none, or it is not UTF-8.
fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).unwrap_or_default()
}
