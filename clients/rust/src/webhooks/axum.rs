//! A webhook for axum.

use std::future::Future;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::routing::{self, MethodRouter};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};

use super::answering::refusal;
use super::{BoxError, IntoReply, MOST_BODY_BYTES, Received, Secrets, respond};

/// Returns a route that answers deliveries.
///
/// ```
/// use axum::Router;
/// use bellrope::webhooks::{self, Received, Refused, Secrets};
/// use serde_json::json;
///
/// # fn main() -> Result<(), bellrope::Error> {
/// let secrets: Secrets = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// let hook = webhooks::axum::post(secrets, |event: Received| async move {
///     if event.r#type != "order-placed" {
///         return Err(Refused::new("not for this webhook").into()); // a dead letter at once, without retries
///     }
///     Ok(json!({"fine": true})) // the answer for a caller that waits
/// });
/// let app: Router = Router::new().route("/hook", hook);
/// # Ok(())
/// # }
/// ```
///
/// What the function returns, and which errors it may return, is as for [`respond`].
pub fn post<F, Fut, R, S>(secrets: Secrets, receiver: F) -> MethodRouter<S>
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, BoxError>> + Send + 'static,
    R: IntoReply + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    routing::post(move |request: Request| answered(request, secrets.clone(), receiver.clone()))
}

async fn answered<F, Fut, R>(request: Request, secrets: Secrets, receiver: F) -> Response<Body>
where
    F: Fn(Received) -> Fut + Send,
    Fut: Future<Output = Result<R, BoxError>> + Send,
    R: IntoReply + Send,
{
    let (head, body) = request.into_parts();
    match whole(body, head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok())).await {
        Ok(body) => respond(&body, &head.headers, &secrets, receiver).await,
        Err(response) => response,
    }
    .map(Body::from)
}

/// Returns the bytes of a body; or the answer, if they are too many or do not come.
async fn whole(body: Body, announced: Option<&str>) -> Result<Bytes, Response<Bytes>> {
    let too_long = announced.and_then(|length| length.parse::<u64>().ok()) > Some(MOST_BODY_BYTES as u64);
    let read = if too_long { None } else { to_bytes(body, MOST_BODY_BYTES).await.ok() };
    let wrong = "The body is longer than a delivery can be.";
    read.ok_or_else(|| refusal(StatusCode::PAYLOAD_TOO_LARGE, wrong))
}
