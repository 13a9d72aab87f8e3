//! Operations of webhooks.

use std::sync::{Arc, Mutex};

use axum::Router;
use bellrope::webhooks::{self, BoxError, Received, Refused, Reply, Secrets};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Failed, Outcome, shapes, values};

pub fn verify(arguments: &Value) -> Outcome {
    let (body, headers, secrets) =
        (values::bytes(&arguments["body"]), headers(arguments), secrets(arguments)?);
    webhooks::verify(&body, &headers, &secrets).map_err(|error| shapes::receive_error(&error))?;
    Ok(json!({}))
}

pub fn parse(arguments: &Value) -> Outcome {
    let event = webhooks::parse(&values::bytes(&arguments["body"]), &headers(arguments));
    Ok(shapes::received(&event.map_err(|error| shapes::receive_error(&error))?))
}

pub fn receive(arguments: &Value) -> Outcome {
    let body = values::bytes(&arguments["body"]);
    let event = webhooks::receive(&body, &headers(arguments), &secrets(arguments)?);
    Ok(shapes::received(&event.map_err(|error| shapes::receive_error(&error))?))
}

fn secrets(arguments: &Value) -> Result<Secrets, Failed> {
    let given = arguments["secrets"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Secrets::new(given).map_err(|error| Failed::Error(json!({"kind": "REFUSED", "message": error.message()})))
}

/// Returns headers; what HTTP cannot have as a header is left out.
fn headers(arguments: &Value) -> HeaderMap {
    let given = arguments["headers"].as_object().into_iter().flatten();
    given
        .filter_map(|(name, value)| {
            let value = HeaderValue::from_bytes(value.as_str()?.as_bytes()).ok()?;
            Some((name.parse::<HeaderName>().ok()?, value))
        })
        .collect()
}

/// A webhook that runs.
pub struct Serving {
    pub url: String,
    received: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Serving {
    pub async fn start(arguments: &Value) -> Result<Self, Failed> {
        let missing = |error: std::io::Error| Failed::Missing(error.to_string());
        let listener = TcpListener::bind("127.0.0.1:0").await.map_err(missing)?;
        let url = format!("http://{}/", listener.local_addr().map_err(missing)?);
        let received = Arc::new(Mutex::new(Vec::new()));
        let (kept, returns) = (received.clone(), arguments["returns"].clone());
        let hook = webhooks::axum::post(secrets(arguments)?, move |event: Received| {
            kept.lock().expect("nobody fails in it").push(shapes::received(&event));
            std::future::ready(returned(&returns))
        });
        let app: Router = Router::new().route("/", hook);
        let task = tokio::spawn(async move { axum::serve(listener, app).await.unwrap_or_default() });
        Ok(Self { url, received, task })
    }

    pub fn stop(self) -> Vec<Value> {
        self.task.abort();
        std::mem::take(&mut self.received.lock().expect("nobody fails in it"))
    }
}

/// Does what the function of the application does.
fn returned(returns: &Value) -> Result<Reply, BoxError> {
    if let Some(why) = returns["refuse"].as_str() {
        return Err(Refused::new(why).into());
    }
    if returns["fail"].is_string() || returns["fail"] == true {
        return Err("the application's own trouble".into());
    }
    let mut reply = match &returns["value"] {
        Value::Null => Reply::new(&())?,
        value => Reply::new(&values::returned(value)?)?,
    };
    for event in returns["events"].as_array().into_iter().flatten() {
        reply = reply.event(values::event(event).map_err(|_| "it is no event")?)?;
    }
    Ok(reply)
}
