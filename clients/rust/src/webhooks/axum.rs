//! A webhook for axum.

use std::future::Future;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::routing::{self, MethodRouter};
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::{Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};

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
/// What the function returns, and which errors it may return, is as for [`respond`]. The answer does not show other
/// errors than [`Refused`](super::Refused); [`post_with`] gives them to your log.
pub fn post<F, Fut, R, S>(secrets: Secrets, receiver: F) -> MethodRouter<S>
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, BoxError>> + Send + 'static,
    R: IntoReply + Send + 'static,
    S: Clone + Send + Sync + 'static,
{
    post_with(secrets, receiver, |_: &BoxError| {})
}

/// Returns a route that answers deliveries, and gives each error that its answer does not show to `failed`.
///
/// ```
/// # use bellrope::webhooks::{self, BoxError, Received, Secrets};
/// # fn route(secrets: Secrets) -> axum::routing::MethodRouter {
/// let received = |event: Received| async move { Ok(event.data::<u64>()? + 1) };
/// webhooks::axum::post_with(secrets, received, |error: &BoxError| eprintln!("a delivery failed: {error}"))
/// # }
/// ```
pub fn post_with<F, Fut, R, S, L>(secrets: Secrets, receiver: F, failed: L) -> MethodRouter<S>
where
    F: Fn(Received) -> Fut + Clone + Send + Sync + 'static,
    Fut: Future<Output = Result<R, BoxError>> + Send + 'static,
    R: IntoReply + Send + 'static,
    S: Clone + Send + Sync + 'static,
    L: Fn(&BoxError) + Clone + Send + Sync + 'static,
{
    routing::post(move |request: Request| {
        answered(request, secrets.clone(), receiver.clone(), failed.clone())
    })
}

async fn answered<F, Fut, R, L>(request: Request, secrets: Secrets, receiver: F, failed: L) -> Response<Body>
where
    L: Fn(&BoxError) + Send,
    F: Fn(Received) -> Fut + Send,
    Fut: Future<Output = Result<R, BoxError>> + Send,
    R: IntoReply + Send,
{
    let (head, body) = request.into_parts();
    let response =
        match whole(body, head.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok())).await {
            Ok(body) => respond(&body, &head.headers, &secrets, receiver).await,
            Err(response) => response,
        };
    if let Some(error) = response.extensions().get::<Arc<BoxError>>() {
        failed(error);
    }
    response.map(Body::from)
}

/// Returns the bytes of a body; or the answer, if they are too many or do not come.
async fn whole(body: Body, announced: Option<&str>) -> Result<Bytes, Response<Bytes>> {
    let too_long = || refusal(StatusCode::PAYLOAD_TOO_LARGE, "The body is longer than a delivery can be.");
    if announced.and_then(|length| length.parse::<u64>().ok()) > Some(MOST_BODY_BYTES as u64) {
        return Err(too_long());
    }
    match Limited::new(body, MOST_BODY_BYTES).collect().await {
        Ok(read) => Ok(read.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_long()),
        Err(_) => Err(refusal(StatusCode::BAD_REQUEST, "The body did not come in full.")),
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Mutex;
    use std::time::SystemTime;

    use super::super::signature::signed;
    use super::{Body, BoxError, Bytes, MOST_BODY_BYTES, Received, Request, StatusCode, answered, whole};

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    /// What the application's function fails with goes to its log, and not to the caller.
    #[tokio::test]
    async fn a_failure_is_told_to_the_log_only() {
        let said = Mutex::new(Vec::new());
        let body = r#"{"specversion":"1.0-rc1","id":"e","type":"t","source":"e","time":"2030-01-01T00:00:00Z","data":1}"#;
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().to_string();
        let request = Request::post("/")
            .header("content-type", "application/json")
            .header("webhook-id", "d")
            .header("webhook-timestamp", &now)
            .header("webhook-signature", signed(SECRET, "d", &now, body.as_bytes()))
            .body(Body::from(body))
            .unwrap();
        let fails = |_: Received| async { Err::<(), BoxError>("the database is gone".into()) };
        let log = |error: &BoxError| said.lock().unwrap().push(error.to_string());
        let response = answered(request, SECRET.parse().unwrap(), fails, log).await;
        assert_eq!(StatusCode::INTERNAL_SERVER_ERROR, response.status());
        assert!(axum::body::to_bytes(response.into_body(), 1).await.unwrap().is_empty());
        assert_eq!(vec!["the database is gone"], *said.lock().unwrap());
    }

    async fn refused(body: Body) -> StatusCode {
        whole(body, None).await.unwrap_err().status()
    }

    /// A body that is too long is refused as such; one that breaks off is a bad request.
    #[tokio::test]
    async fn a_body_is_refused_for_what_is_wrong_with_it() {
        let pieces = |last: io::Result<Bytes>| {
            Body::from_stream(tokio_stream::iter([Ok(Bytes::from_static(b"{")), last]))
        };
        assert_eq!(StatusCode::PAYLOAD_TOO_LARGE, refused(vec![b' '; MOST_BODY_BYTES + 1].into()).await);
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert_eq!(StatusCode::BAD_REQUEST, refused(pieces(Err(reset))).await);
        assert_eq!("{}", whole(pieces(Ok(Bytes::from_static(b"}"))), None).await.unwrap());
    }
}
