//! Makes errors from the status that the server sends.

use std::error::Error as StdError;
use std::time::Duration;

use prost::Message;
use tonic::{Code, Status, TimeoutExpired};
use tonic_types::pb::{BadRequest, ErrorInfo, RetryInfo, Status as Details};

use crate::connection::cause;
use crate::error::Failure;
use crate::v1::TriggerSyncResponse;
use crate::{Error, ErrorKind, FieldViolation};

/// Returns the error for the status of a call.
pub(crate) fn typed(status: Status) -> Error {
    if has_expired(&status) {
        return deadline_passed("The timeout passed before the answer came.");
    }
    let details = Details::decode(status.details()).unwrap_or_default();
    let lost = is_broken(status.code()) && detail::<ErrorInfo>(&details).is_none();
    let code = if lost { Code::Unavailable } else { status.code() };
    let message = match status.source() {
        Some(_) => format!("The connection to the server failed: {}.", cause(&status)),
        None => status.message().to_owned(),
    };
    let error = made(code, message, &details);
    if status.source().is_some() { error.because_of(status) } else { error }
}

/// Returns the error for one refused event of a stream.
pub(crate) fn refusal(details: &Details) -> Error {
    made(Code::from(details.code), details.message.clone(), details)
}

pub(crate) fn deadline_passed(message: &str) -> Error {
    made(Code::DeadlineExceeded, message.to_owned(), &Details::default())
}

pub(crate) fn unavailable(message: &str) -> Error {
    made(Code::Unavailable, message.to_owned(), &Details::default())
}

/// Whether tonic's own clock has ended the call; it calls that a cancellation.
fn has_expired(status: &Status) -> bool {
    let mut source = status.source();
    while let Some(error) = source {
        if error.is::<TimeoutExpired>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// Whether a transport reports a connection that broke, or was never made, with this code.
fn is_broken(code: Code) -> bool {
    matches!(code, Code::Aborted | Code::Cancelled | Code::Internal | Code::Unknown)
}

fn made(code: Code, message: String, details: &Details) -> Error {
    let ErrorInfo { reason, metadata, .. } = detail(details).unwrap_or_default();
    let BadRequest { field_violations } = detail(details).unwrap_or_default();
    let delay = detail::<RetryInfo>(details).and_then(|info| info.retry_delay);
    let failure = Failure {
        message,
        code: spelled(code),
        fields: field_violations
            .into_iter()
            .map(|each| FieldViolation { field: each.field, description: each.description })
            .collect(),
        retry_after: delay.and_then(|delay| Duration::try_from(delay).ok()),
        index: metadata.get("index").and_then(|index| index.parse().ok()),
        results: detail::<TriggerSyncResponse>(details).unwrap_or_default().results,
        ..Failure::default()
    };
    Error::of(kind(&reason, code), Failure { reason, metadata, ..failure })
}

fn kind(reason: &str, code: Code) -> ErrorKind {
    match (reason, code) {
        ("NO_TRIGGER_MATCHED", _) => ErrorKind::NoTriggerMatched,
        ("OVERLOADED", _) => ErrorKind::Overloaded,
        ("OVER_QUOTA", _) => ErrorKind::OverQuota,
        ("RESPONSE_TOO_LARGE", _) => ErrorKind::ResponseTooLarge,
        ("TOO_LARGE", _) => ErrorKind::TooLarge,
        ("TRIGGER_PAUSED", _) => ErrorKind::TriggerPaused,
        ("WEBHOOK_FAILED", _) => ErrorKind::WebhookFailed,
        (_, Code::AlreadyExists | Code::FailedPrecondition) => ErrorKind::Conflict,
        (_, Code::DeadlineExceeded) => ErrorKind::DeadlinePassed,
        (_, Code::Internal) => ErrorKind::InternalError,
        (_, Code::InvalidArgument) => ErrorKind::InvalidRequest,
        (_, Code::NotFound) => ErrorKind::NotFound,
        (_, Code::Unauthenticated) => ErrorKind::KeyRequired,
        (_, Code::Unavailable) => ErrorKind::Unavailable,
        _ => ErrorKind::Other,
    }
}

/// A message that may be a detail of an error.
trait Detail: Message + Default {
    const NAME: &'static str;
}

impl Detail for BadRequest {
    const NAME: &'static str = "google.rpc.BadRequest";
}

impl Detail for ErrorInfo {
    const NAME: &'static str = "google.rpc.ErrorInfo";
}

impl Detail for RetryInfo {
    const NAME: &'static str = "google.rpc.RetryInfo";
}

impl Detail for TriggerSyncResponse {
    const NAME: &'static str = "bellrope.v1.TriggerSyncResponse";
}

/// Returns the first detail of its type.
fn detail<T: Detail>(details: &Details) -> Option<T> {
    let any = details.details.iter().find(|any| any.type_url.rsplit('/').next() == Some(T::NAME))?;
    T::decode(any.value.as_slice()).ok()
}

/// Returns a code as gRPC spells it.
fn spelled(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::time::Duration;

    use tonic::{Code, Status};
    use tonic_types::{ErrorDetails, StatusExt};

    use super::typed;
    use crate::ErrorKind;

    /// An error has all that the server says: the kind, the reason, the fields and when to send it again.
    #[test]
    fn an_error_has_what_the_server_says() {
        let mut details = ErrorDetails::new();
        details
            .set_error_info("TOO_LARGE", "bellrope", HashMap::from([("index".to_owned(), "3".to_owned())]))
            .add_bad_request_violation("events[3].data", "is too large")
            .set_retry_info(Some(Duration::from_millis(1500)));
        let status = Status::with_error_details(Code::ResourceExhausted, "Send less.", details);
        let error = typed(status);
        assert_eq!((ErrorKind::TooLarge, Some("RESOURCE_EXHAUSTED")), (error.kind(), error.code()));
        assert_eq!("Send less. [TOO_LARGE]", error.to_string());
        assert_eq!("events[3].data", error.fields()[0].field);
        assert_eq!((Some(3), Some(Duration::from_millis(1500))), (error.index(), error.retry_after()));
    }

    /// A code with which transports report a lost connection is `Unavailable`, unless the server itself sent it.
    #[test]
    fn a_lost_connection_is_unavailable() {
        for code in [Code::Aborted, Code::Cancelled, Code::Internal, Code::Unknown, Code::Unavailable] {
            assert_eq!(ErrorKind::Unavailable, typed(Status::new(code, "reset")).kind());
        }
        let details = ErrorDetails::with_error_info("WEBHOOK_FAILED", "bellrope", HashMap::new());
        assert_eq!(
            ErrorKind::WebhookFailed,
            typed(Status::with_error_details(Code::Aborted, "", details)).kind()
        );
        assert_eq!(ErrorKind::Other, typed(Status::new(Code::PermissionDenied, "")).kind());
    }
}
