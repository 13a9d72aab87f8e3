//! Checks that a request is signed with the secret: signatures of version 1 of [Standard Webhooks].
//!
//! The published crate takes bodies in UTF-8 only, but the data of a CloudEvent may be any bytes.
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use http::HeaderMap;
use sha2::Sha256;

use super::{ReceiveError, header};
use crate::{Error, ErrorKind};

const PREFIX: &str = "whsec_";
const TOLERANCE: Duration = Duration::from_secs(300);

/// The secret of a trigger; several while one replaces another. A clone is cheap.
///
/// ```
/// use bellrope::webhooks::Secrets;
/// # fn main() -> Result<(), bellrope::Error> {
/// let secret: Secrets = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// let both = Secrets::new(["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Secrets(Arc<[Hmac<Sha256>]>);

impl Secrets {
    /// Takes secrets. The error is [`ErrorKind::InvalidSetting`] if there is none, or one is not `whsec_` and the
    /// base64 of 24 to 64 bytes; it does not show the secret.
    pub fn new(secrets: impl IntoIterator<Item = impl AsRef<str>>) -> Result<Self, Error> {
        let keys: Option<Vec<_>> = secrets.into_iter().map(|secret| key(secret.as_ref())).collect();
        let keys = keys.filter(|keys| !keys.is_empty());
        let wrong = "A secret must be whsec_ and the base64 of 24 to 64 bytes.";
        Ok(Self(keys.ok_or_else(|| Error::new(ErrorKind::InvalidSetting, wrong))?.into()))
    }
}

/// One secret.
impl FromStr for Secrets {
    type Err = Error;

    fn from_str(secret: &str) -> Result<Self, Error> {
        Self::new([secret])
    }
}

/// Shows no secret.
impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} secrets", self.0.len())
    }
}

/// Returns whether a request is genuine: signed with the secret, or one of them, within five minutes of now.
///
/// `body` must be the bytes as they came, because decoding and encoding JSON changes them. The error is
/// [`ReceiveError::SignatureInvalid`].
pub fn verify(body: &[u8], headers: &HeaderMap, secrets: &Secrets) -> Result<(), ReceiveError> {
    verify_at(body, headers, secrets, SystemTime::now())
}

fn verify_at(
    body: &[u8],
    headers: &HeaderMap,
    secrets: &Secrets,
    now: SystemTime,
) -> Result<(), ReceiveError> {
    let (id, timestamp) = (header(headers, "webhook-id"), header(headers, "webhook-timestamp"));
    check_age(timestamp, now)?;
    let given: Vec<_> = header(headers, "webhook-signature").split(' ').filter_map(signature_in).collect();
    let is_signed = secrets.0.iter().any(|key| {
        let signed = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
        let mac = signed.iter().fold(key.clone(), |mac, part| mac.chain_update(part));
        given.iter().any(|each| mac.clone().verify_slice(each).is_ok()) // in constant time
    });
    let wrong = ReceiveError::SignatureInvalid("no signature of it is made with this secret");
    is_signed.then_some(()).ok_or(wrong)
}

fn check_age(timestamp: &str, now: SystemTime) -> Result<(), ReceiveError> {
    let plain =
        !timestamp.is_empty() && timestamp.len() <= 15 && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = timestamp.parse().ok().filter(|_| plain);
    let seconds = seconds.ok_or(ReceiveError::SignatureInvalid("it has no `webhook-timestamp`"))?;
    let time = UNIX_EPOCH + Duration::from_secs(seconds);
    let age = now.duration_since(time).unwrap_or_else(|early| early.duration());
    if age > TOLERANCE {
        return Err(ReceiveError::SignatureInvalid("its time is more than five minutes from now"));
    }
    Ok(())
}

/// Returns the bytes of a signature of version 1.
fn signature_in(given: &str) -> Option<Vec<u8>> {
    STANDARD.decode(given.strip_prefix("v1,")?).ok()
}

fn key(secret: &str) -> Option<Hmac<Sha256>> {
    let bytes = STANDARD.decode(secret.strip_prefix(PREFIX)?).ok()?;
    (24..=64).contains(&bytes.len()).then(|| Hmac::new_from_slice(&bytes).ok())?
}

/// Signs a request as a server does.
#[cfg(all(test, feature = "axum"))]
pub(super) fn signed(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> String {
    let key = key(secret).expect("it is a secret");
    let code = key.chain_update(format!("{id}.{timestamp}.")).chain_update(body).finalize().into_bytes();
    format!("v1,{}", STANDARD.encode(code))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use http::{HeaderMap, HeaderValue};

    use super::{ReceiveError, Secrets, verify_at};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const BODY: &[u8] = b"{\"test\": 2432232314}";
    const AT: u64 = 1_614_265_330;

    /// The example of the specification.
    fn headers() -> HeaderMap {
        let pairs = [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    }

    fn checked(body: &[u8], headers: &HeaderMap, secrets: &[&str]) -> Result<(), ReceiveError> {
        verify_at(body, headers, &Secrets::new(secrets).unwrap(), at(0))
    }

    fn at(later: i64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(AT.checked_add_signed(later).unwrap())
    }

    /// The specification's own example is valid, with one of several secrets, too.
    #[test]
    fn the_published_vector_is_valid() {
        assert_eq!(Ok(()), checked(BODY, &headers(), &[SECRET]));
        assert_eq!(Ok(()), checked(BODY, &headers(), &[OTHER, SECRET]));
        assert!(checked(BODY, &headers(), &[OTHER]).is_err());
        assert!(checked(b"{\"test\": 2432232315}", &headers(), &[SECRET]).is_err());
    }

    /// Whatever is changed or invented, the request is refused.
    #[test]
    fn a_forged_request_is_refused() {
        for (name, value) in [
            ("webhook-signature", ""),
            ("webhook-signature", "v1"),
            ("webhook-signature", "v1,"),
            ("webhook-signature", "v1,%%%"),
            ("webhook-signature", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ("webhook-signature", "v1a,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
            ("webhook-id", "msg_another"),
            ("webhook-timestamp", "1614265331"),
            ("webhook-timestamp", "+1614265330"),
            ("webhook-timestamp", "1614265330.0"),
            ("webhook-timestamp", "99999999999999999999"),
            ("webhook-timestamp", ""),
        ] {
            let mut changed = headers();
            changed.insert(name, HeaderValue::from_static(value));
            assert!(checked(BODY, &changed, &[SECRET]).is_err(), "{name}: {value}");
            changed.remove(name);
            assert!(checked(BODY, &changed, &[SECRET]).is_err(), "without {name}");
        }
    }

    /// Several signatures may come while a secret is replaced; one that fits is enough.
    #[test]
    fn one_of_several_signatures_is_enough() {
        let mut several = headers();
        let value = "v1a,xyz v2, v1 , v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        several.insert("webhook-signature", HeaderValue::from_static(value));
        assert_eq!(Ok(()), checked(BODY, &several, &[SECRET]));
    }

    /// A recorded request cannot be sent again after five minutes, and must not come from the future.
    #[test]
    fn an_old_request_is_refused() {
        let secrets: Secrets = SECRET.parse().unwrap();
        let verified = |later| verify_at(BODY, &headers(), &secrets, at(later)).is_ok();
        assert_eq!([false, true, true, false], [-301, -300, 300, 301].map(verified));
    }

    /// A secret that is none is refused, and not shown.
    #[test]
    fn a_secret_that_is_none_is_refused() {
        for wrong in
            ["", "whsec_", "whsec_c2hvcnQ=", &SECRET[6..], "whsec_%", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS"]
        {
            let error = wrong.parse::<Secrets>().unwrap_err().to_string();
            assert_eq!("A secret must be whsec_ and the base64 of 24 to 64 bytes.", error);
        }
        assert!(Secrets::new([""; 0]).is_err());
        assert_eq!("1 secrets", format!("{:?}", SECRET.parse::<Secrets>().unwrap()));
    }
}
