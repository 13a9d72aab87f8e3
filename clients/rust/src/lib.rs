//! The Rust client of bellrope: hand an event over, and the right webhooks are called.
//!
//! [`Client`] sends events to a server and reads what became of them (feature `client`, on by default, with `tls`).
#![cfg_attr(
    feature = "webhooks",
    doc = "[`webhooks`] receives them (feature `webhooks`; `axum` has a ready handler). It needs no gRPC."
)]
//!
#![cfg_attr(feature = "client", doc = "```no_run")]
#![cfg_attr(not(feature = "client"), doc = "```ignore")]
//! # async fn example() -> Result<(), bellrope::Error> {
//! use bellrope::{Client, Event};
//! use std::time::Duration;
//!
//! let client = Client::connect("127.0.0.1:4123").await?;
//! let reminder = Event::new("reminder", &[1, 2, 3])?.delay(Duration::from_secs(600));
//! let queued = client.queue(reminder).await?;
//! println!("{} webhooks will be called", queued.delivery_count);
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs, rust_2018_idioms, unreachable_pub)]

#[cfg(feature = "client")]
mod answers;
#[cfg(feature = "client")]
mod calls;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod connection;
mod error;
mod event;
mod ids;
#[cfg(feature = "client")]
mod items;
mod json;
#[cfg(feature = "client")]
mod pages;
#[cfg(feature = "client")]
mod retries;
mod search;
#[cfg(feature = "client")]
mod settings;
#[cfg(feature = "client")]
mod status;
#[cfg(feature = "client")]
mod stream;
#[cfg(feature = "client")]
mod tail;
#[cfg(feature = "client")]
pub mod v1;
#[cfg(feature = "webhooks")]
pub mod webhooks;
#[cfg(feature = "client")]
mod window;
#[cfg(feature = "client")]
mod written;

#[cfg(feature = "client")]
pub use answers::{Answer, Queued};
#[cfg(feature = "client")]
pub use client::Client;
pub use error::{Error, ErrorKind, FieldViolation};
pub use event::Event;
#[cfg(feature = "client")]
pub use items::Items;
pub use json::RawJson;
/// The well-known types of Protocol Buffers, such as `Duration` and `Timestamp`, which are in messages of [`v1`].
#[cfg(feature = "client")]
pub use prost_types;
#[cfg(feature = "client")]
pub use settings::ClientBuilder;
#[cfg(feature = "client")]
pub use window::Outcome;
