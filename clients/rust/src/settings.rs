//! Which server a client calls, and with which key.

use std::env;
use std::fmt;
use std::time::Duration;

use http::Uri;
use tonic::metadata::{Ascii, MetadataValue};

use crate::error::{Error, invalid};

const SERVER: &str = "127.0.0.1:4123";
const PROJECT: &str = "default";
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
pub(crate) const TRIGGER_TIMEOUT: Duration = Duration::from_secs(30);
/// gRPC writes at most eight digits.
const LONGEST: Duration = Duration::from_secs(99_999_999);

/// The settings of a client. What is not set comes from the environment, or has a default.
///
/// | setting | environment | default |
/// |---|---|---|
/// | `server` | `BELLROPE_SERVER` | `127.0.0.1:4123` |
/// | `project` | `BELLROPE_PROJECT` | `default` |
/// | `key` | `BELLROPE_KEY`, or `BELLROPE_ADMIN_KEY` | none |
/// | `timeout` | | 10 seconds, and 30 seconds for `trigger` |
///
/// ```
/// # fn main() -> Result<(), bellrope::Error> {
/// let client = bellrope::Client::builder().server("127.0.0.1:4123").project("shop").build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "a builder makes a client with `build`"]
pub struct ClientBuilder {
    server: Option<String>,
    project: Option<String>,
    key: Option<String>,
    no_key: bool,
    key_without_tls: bool,
    timeout: Option<Duration>,
    ca_certificate: Option<Vec<u8>>,
}

impl ClientBuilder {
    /// The server's gRPC address: `HOST:PORT` or `http://HOST:PORT` without TLS, `https://HOST` with TLS.
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.server = Some(server.into());
        self
    }

    /// The project of events, and of requests that name none.
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.project = Some(project.into());
        self
    }

    /// The key to call with.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// Sends no key, not even that of the environment: it may be for another server.
    pub fn without_key(mut self) -> Self {
        self.no_key = true;
        self
    }

    /// Allows a key on a connection without TLS to another machine. Anyone on the way can read it.
    pub fn allow_key_without_tls(mut self) -> Self {
        self.key_without_tls = true;
        self
    }

    /// How long a call may take, all its retries together. [`with_timeout`](crate::Client::with_timeout) is for single calls, and for
    /// `trigger`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The certificates to trust in place of those that the system trusts, in PEM.
    pub fn ca_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.ca_certificate = Some(pem.into());
        self
    }

    /// Returns the settings with their defaults, and the certificates.
    pub(crate) fn resolved(self) -> Result<(Settings, Option<Vec<u8>>), Error> {
        let settings = self.settled(|name| env::var(name).ok().filter(|value| !value.is_empty()))?;
        Ok((settings, self.ca_certificate))
    }

    fn settled(&self, variable: impl Fn(&str) -> Option<String>) -> Result<Settings, Error> {
        let or = |given: &Option<String>, name| given.clone().or_else(|| variable(name));
        let server = parsed(&or(&self.server, "BELLROPE_SERVER").unwrap_or_else(|| SERVER.to_owned()))?;
        let key = or(&self.key, "BELLROPE_KEY").or_else(|| variable("BELLROPE_ADMIN_KEY"));
        let key = key.filter(|_| !self.no_key);
        let safe = self.key_without_tls || server.scheme_str() == Some("https") || is_loopback(&server);
        if key.is_some() && !safe {
            let authority = server.authority().map_or("", |each| each.as_str());
            return Err(invalid(format!(
                "A key would cross the network unencrypted. Use https://{authority} or `allow_key_without_tls`."
            )));
        }
        Ok(Settings {
            server,
            project: or(&self.project, "BELLROPE_PROJECT").unwrap_or_else(|| PROJECT.to_owned()),
            authorization: key.map(|key| authorization(&key)).transpose()?,
            timeout: clamped(self.timeout.unwrap_or(TIMEOUT)),
        })
    }
}

/// Shows no key.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { server, project, timeout, .. } = self;
        write!(
            formatter,
            "ClientBuilder {{ server: {server:?}, project: {project:?}, timeout: {timeout:?} }}"
        )
    }
}

/// Settings with their defaults.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) server: Uri,
    pub(crate) project: String,
    pub(crate) authorization: Option<MetadataValue<Ascii>>,
    pub(crate) timeout: Duration,
}

pub(crate) fn clamped(timeout: Duration) -> Duration {
    timeout.min(LONGEST)
}

fn authorization(key: &str) -> Result<MetadataValue<Ascii>, Error> {
    let sendable = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
    let header = format!("Bearer {key}").parse().ok().filter(|_| sendable);
    let mut header: MetadataValue<Ascii> =
        header.ok_or_else(|| invalid("The key must be printable ASCII characters without white space."))?;
    header.set_sensitive(true);
    Ok(header)
}

/// Returns the address as a URI with a scheme and a port.
fn parsed(server: &str) -> Result<Uri, Error> {
    let wrong =
        || invalid(format!("`{server}` is no server. Write HOST:PORT, http://HOST:PORT or https://HOST."));
    let (scheme, rest) = server.split_once("://").unwrap_or(("http", server));
    let scheme = scheme.to_ascii_lowercase();
    let default_port: u16 = match scheme.as_str() {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong()),
    };
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let uri: Uri = format!("{scheme}://{authority}").parse().map_err(|_| wrong())?;
    let host = uri.host().unwrap_or_default();
    let port = authority.strip_prefix(host).ok_or_else(wrong)?; // so nobody's name and no path is in it
    let port = match port.strip_prefix(':') {
        None if port.is_empty() => default_port,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().map_err(|_| wrong())?
        }
        _ => return Err(wrong()),
    };
    if host.is_empty() || port == 0 {
        return Err(wrong());
    }
    format!("{scheme}://{host}:{port}").parse().map_err(|_| wrong())
}

fn is_loopback(server: &Uri) -> bool {
    let host = server.host().unwrap_or_default().to_ascii_lowercase();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{ClientBuilder, Settings};
    use crate::{Client, Error, ErrorKind};

    fn settled(builder: ClientBuilder) -> Result<Settings, Error> {
        builder.settled(|_| None)
    }

    /// An address has TLS only if it begins with https://.
    #[test]
    fn an_address_is_read() {
        for (given, server) in [
            ("127.0.0.1:4123", "http://127.0.0.1:4123/"),
            ("http://bellrope.internal:4123", "http://bellrope.internal:4123/"),
            ("HTTPS://bellrope.example.com/", "https://bellrope.example.com:443/"),
            ("[::1]:4123", "http://[::1]:4123/"),
            ("bellrope", "http://bellrope:80/"),
        ] {
            let settings = settled(Client::builder().server(given)).unwrap();
            assert_eq!(server, settings.server.to_string());
        }
    }

    /// What is no address is refused with what to write.
    #[test]
    fn other_text_is_no_address() {
        for wrong in [
            "",
            "ftp://a:1",
            "http://",
            "me@host:1",
            "host:99999",
            "host:0",
            "host:1/path",
            "a b:1",
            "host:",
            "::1",
        ] {
            let error = settled(Client::builder().server(wrong)).unwrap_err();
            let expected =
                format!("`{wrong}` is no server. Write HOST:PORT, http://HOST:PORT or https://HOST.");
            assert_eq!((ErrorKind::InvalidSetting, expected), (error.kind(), error.to_string()));
        }
    }

    /// A key crosses a network only with TLS, unless the program says otherwise.
    #[test]
    fn a_key_needs_tls() {
        let with_key = |server: &str| Client::builder().server(server).key("a-key");
        for fine in
            ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "a.localhost:1", "[::1]:1", "https://far.example"]
        {
            assert!(settled(with_key(fine)).is_ok(), "{fine}");
        }
        for far in ["far.example:1", "10.0.0.1:1", "http://127.0.0.1.far.example:1"] {
            assert!(settled(with_key(far)).unwrap_err().to_string().contains("unencrypted"), "{far}");
            assert!(settled(with_key(far).allow_key_without_tls()).is_ok());
        }
        for wrong in ["", "a b", "kéy", "a\n"] {
            assert!(settled(Client::builder().key(wrong)).unwrap_err().to_string().contains("printable"));
        }
    }

    /// The environment stands in for what is not set; explicit settings come first.
    #[test]
    fn the_environment_stands_in() {
        let variable = |name: &str| match name {
            "BELLROPE_SERVER" => Some("localhost:5".to_owned()),
            "BELLROPE_PROJECT" => Some("of-the-environment".to_owned()),
            "BELLROPE_ADMIN_KEY" => Some("admin".to_owned()),
            _ => None,
        };
        let settings = Client::builder().settled(variable).unwrap();
        assert_eq!("http://localhost:5/", settings.server.to_string());
        assert_eq!("of-the-environment", settings.project);
        assert_eq!("Bearer admin", settings.authorization.unwrap());
        let settings = Client::builder().project("mine").key("own").settled(variable).unwrap();
        assert_eq!("mine", settings.project);
        assert_eq!("Bearer own", settings.authorization.unwrap());
        assert_eq!("default", settled(Client::builder()).unwrap().project);
    }

    /// A program can decline the environment's key, which may be for another server.
    #[test]
    fn the_environments_key_can_be_declined() {
        let variable = |name: &str| (name == "BELLROPE_KEY").then(|| "of-the-environment".to_owned());
        let settings =
            Client::builder().server("bellrope.example.com:1").without_key().settled(variable).unwrap();
        assert!(settings.authorization.is_none());
    }

    /// Certificates are for TLS: without it, nothing would be checked with them.
    #[test]
    fn certificates_need_tls() {
        let error = Client::builder().server("localhost:1").ca_certificate("PEM").build().unwrap_err();
        assert_eq!(ErrorKind::InvalidSetting, error.kind());
        assert!(error.to_string().contains("https://localhost:1"), "{error}");
    }

    /// Neither a builder nor a client shows its key.
    #[test]
    fn a_key_is_not_shown() {
        let builder = Client::builder().server("localhost:1").key("hush");
        assert!(!format!("{builder:?} {:?}", builder.clone().build().unwrap()).contains("hush"));
    }
}
