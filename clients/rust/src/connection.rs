//! The connection to a server, made when it is first used.

use std::fmt;
use std::sync::OnceLock;
use std::time::Duration;

use http::Uri;
use tonic::transport::{Channel, Endpoint};

use crate::error::{Error, invalid};

/// The details of an error are in the trailers, which are limited to 16 KiB by default.
const MOST_HEADER_BYTES: u32 = 4 * 1024 * 1024;
/// The server answers pings that are 5 seconds apart. A connection that died is noticed within half a minute.
const PING_INTERVAL: Duration = Duration::from_secs(20);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// A call or a stream that nobody else limits does not wait longer for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// A server, and the connection to it. It is made in the runtime that first uses it, and again after it broke.
pub(crate) struct Connection {
    endpoint: Endpoint,
    channel: OnceLock<Channel>,
}

impl Connection {
    /// `ca_certificate` is in PEM.
    pub(crate) fn to(server: &Uri, ca_certificate: Option<Vec<u8>>) -> Result<Self, Error> {
        let endpoint = Endpoint::from(server.clone())
            .user_agent(concat!("bellrope-rust/", env!("CARGO_PKG_VERSION")))
            .map_err(|error| invalid(error.to_string()))?
            .connect_timeout(CONNECT_TIMEOUT)
            .http2_max_header_list_size(MOST_HEADER_BYTES)
            .http2_keep_alive_interval(PING_INTERVAL)
            .keep_alive_timeout(PING_TIMEOUT);
        Ok(Self { endpoint: secured(endpoint, ca_certificate)?, channel: OnceLock::new() })
    }

    pub(crate) fn channel(&self) -> Channel {
        self.channel.get_or_init(|| self.endpoint.connect_lazy()).clone()
    }

    /// Connects now, if it has not been used yet.
    pub(crate) async fn reach(&self) -> Result<(), tonic::transport::Error> {
        if self.channel.get().is_none() {
            let connected = self.endpoint.connect().await?;
            self.channel.get_or_init(|| connected);
        }
        Ok(())
    }

    pub(crate) fn uses_tls(&self) -> bool {
        self.endpoint.uri().scheme_str() == Some("https")
    }

    /// Returns `HOST:PORT`.
    pub(crate) fn address(&self) -> &str {
        self.endpoint.uri().authority().map_or("", |authority| authority.as_str())
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.endpoint.uri())
    }
}

#[cfg(feature = "tls")]
fn secured(endpoint: Endpoint, ca_certificate: Option<Vec<u8>>) -> Result<Endpoint, Error> {
    use tonic::transport::{Certificate, ClientTlsConfig};

    if endpoint.uri().scheme_str() != Some("https") {
        return unsecured(endpoint, ca_certificate);
    }
    let tls = match ca_certificate {
        Some(pem) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem)),
        None => ClientTlsConfig::new().with_native_roots(),
    };
    endpoint
        .tls_config(tls)
        .map_err(|error| invalid(format!("The certificates are of no use: {}.", cause(&error))))
}

#[cfg(not(feature = "tls"))]
fn secured(endpoint: Endpoint, ca_certificate: Option<Vec<u8>>) -> Result<Endpoint, Error> {
    if endpoint.uri().scheme_str() == Some("https") {
        return Err(invalid("TLS is not built in. Turn the feature `tls` of the crate `bellrope` on."));
    }
    unsecured(endpoint, ca_certificate)
}

/// Certificates without TLS are a mistake in the address.
fn unsecured(endpoint: Endpoint, ca_certificate: Option<Vec<u8>>) -> Result<Endpoint, Error> {
    match ca_certificate {
        None => Ok(endpoint),
        Some(_) => Err(invalid(format!(
            "`ca_certificate` is for a server with TLS. Use https://{}, or leave it out.",
            endpoint.uri().authority().map_or("", |authority| authority.as_str())
        ))),
    }
}

/// Returns the innermost error's text: the others only say that there was one.
pub(crate) fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
