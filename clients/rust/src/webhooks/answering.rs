//! From a request to its answer, in any framework.

use std::error::Error as StdError;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderValue, Response, StatusCode};
use serde::Serialize;

use super::{IntoReply, NO_RETRY, Received, Refused, Secrets, receive};
use crate::json::encode;

/// The longest body that a delivery has: data has at most 1 MiB, and in an envelope it is longer.
pub const MOST_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Any error; `?` makes it of every other one.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// Returns the answer to a request.
///
/// `receiver` gets the event, if the request is genuine. What it returns is the answer for callers that wait: any
/// value that serde can write as JSON, `()`, or a [`Reply`](super::Reply) that also queues events. After an error the
/// delivery is sent again later, unless the error is [`Refused`]. The answer does not show other errors; they are
/// an `Arc<BoxError>` in its extensions, for your log.
///
/// Do not read more than [`MOST_BODY_BYTES`] of a body, so that strangers cannot fill the memory.
pub async fn respond<F, Fut, R>(
    body: &Bytes,
    headers: &HeaderMap,
    secrets: &Secrets,
    receiver: F,
) -> Response<Bytes>
where
    F: FnOnce(Received) -> Fut,
    Fut: Future<Output = Result<R, BoxError>>,
    R: IntoReply,
{
    let event = match receive(body, headers, secrets) {
        Ok(event) => event,
        Err(error) => return refusal(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    match receiver(event).await.and_then(answer) {
        Ok(response) => response,
        Err(error) => match error.downcast_ref::<Refused>() {
            Some(refused) => refused_for_good(refused),
            None => failed(error),
        },
    }
}

fn answer(reply: impl IntoReply) -> Result<Response<Bytes>, BoxError> {
    let body = reply.into_reply()?.into_body()?;
    if body == "null" {
        return Ok(with_status(StatusCode::NO_CONTENT, Bytes::new()));
    }
    Ok(json(StatusCode::OK, body))
}

fn refused_for_good(refused: &Refused) -> Response<Bytes> {
    let mut response = refusal(StatusCode::UNPROCESSABLE_ENTITY, &refused.to_string());
    response.headers_mut().insert(NO_RETRY.0, HeaderValue::from_static(NO_RETRY.1));
    response
}

fn failed(error: BoxError) -> Response<Bytes> {
    let mut response = with_status(StatusCode::INTERNAL_SERVER_ERROR, Bytes::new());
    response.extensions_mut().insert(Arc::new(error));
    response
}

/// Returns the answer for a request that is refused.
pub(crate) fn refusal(status: StatusCode, error: &str) -> Response<Bytes> {
    #[derive(Serialize)]
    struct Document<'a> {
        error: &'a str,
    }
    json(status, encode(&Document { error }).unwrap_or_default())
}

fn json(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = with_status(status, body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn with_status(status: StatusCode, body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
