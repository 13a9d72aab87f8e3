//! The messages and services of `protos/bellrope/v1`, generated.
//!
//! [`Client`](crate::Client) gives the services: [`Triggers`], [`Deliveries`], [`Projects`] and [`Server`].

#![allow(clippy::all, missing_docs, unreachable_pub)]

include!("gen/bellrope.v1.rs");
