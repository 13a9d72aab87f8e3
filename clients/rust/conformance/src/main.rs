//! Runs the cases of `clients/conformance` with the Rust client: answers each line of its input with a line.

mod log;
mod receiving;
mod sending;
mod settings;
mod shapes;
mod values;

use std::time::{Duration, TryFromFloatSecsError};

use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

use receiving::Serving;
use settings::Clients;

/// What a line answers: what the call returned, or its error in the protocol's form.
type Outcome = Result<Value, Failed>;

/// Why there is no outcome of kind `ok`.
enum Failed {
    Error(Value),
    Missing(String),
    Broken { error: Value, before: Vec<Value> },
}

impl From<bellrope::Error> for Failed {
    fn from(error: bellrope::Error) -> Self {
        Self::Error(shapes::error(&error))
    }
}

/// A length of time cannot be negative in Rust: the standard library refuses it.
impl From<TryFromFloatSecsError> for Failed {
    fn from(error: TryFromFloatSecsError) -> Self {
        Self::Error(json!({"kind": "REFUSED", "message": error.to_string()}))
    }
}

/// A line of the input.
#[derive(Deserialize)]
struct Line {
    case: String,
    op: String,
    #[serde(default)]
    settings: Value,
    #[serde(flatten)]
    arguments: Value,
}

/// What is kept from one line to the next.
#[derive(Default)]
struct Runner {
    clients: Clients,
    serving: Option<Serving>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut runner = Runner::default();
    let mut lines = BufReader::new(stdin()).lines();
    while let Some(text) = lines.next_line().await? {
        let line = parsed(&text)?;
        let mut answer = match runner.answer(&line).await {
            Ok(found) => json!({"ok": found}),
            Err(Failed::Error(error)) => json!({"error": error}),
            Err(Failed::Missing(why)) => json!({"missing": why}),
            Err(Failed::Broken { error, before }) => json!({"error": error, "before": before}),
        };
        answer["case"] = line.case.into();
        println!("{answer}");
    }
    Ok(())
}

/// Reads a line, however deep its values are.
fn parsed(text: &str) -> serde_json::Result<Line> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    deserializer.disable_recursion_limit();
    Line::deserialize(&mut deserializer)
}

impl Runner {
    async fn answer(&mut self, line: &Line) -> Outcome {
        let arguments = &line.arguments;
        match line.op.as_str() {
            "verify" => return receiving::verify(arguments),
            "parse" => return receiving::parse(arguments),
            "receive" => return receiving::receive(arguments),
            "stacks" => return Ok(json!(["axum"])),
            "serve" => {
                let serving = self.serving.insert(Serving::start(arguments).await?);
                return Ok(json!({"url": serving.url}));
            }
            "stop" => return Ok(json!({"received": self.serving.take().map(Serving::stop)})),
            _ => {}
        }
        let mut client = self.clients.of(&line.settings)?;
        if let Some(timeout) = arguments["timeout_ms"].as_u64() {
            client = client.with_timeout(Duration::from_millis(timeout));
        }
        match line.op.as_str() {
            "queue" => sending::queue(&client, arguments).await,
            "trigger" => sending::trigger(&client, arguments).await,
            "queue_batch" => sending::queue_batch(&client, arguments).await,
            "queue_stream" => sending::queue_stream(&client, arguments).await,
            "cancel" => sending::cancel(&client, arguments).await,
            "load" => sending::load(&client, arguments).await,
            "update_trigger" => log::update_trigger(&client, arguments).await,
            "list_triggers" => log::list_triggers(&client).await,
            "delete_trigger" => log::delete_trigger(&client, arguments).await,
            "update_event_type" => log::update_event_type(&client, arguments).await,
            "list_events" => log::list_events(&client, arguments).await,
            "list_deliveries" => log::list_deliveries(&client, arguments).await,
            "replay_event" => log::replay_event(&client, arguments).await,
            "tail" => log::tail(&client, &line.case, arguments).await,
            "settings" => Ok(settings::shown(&client)),
            other => Err(Failed::Missing(format!("there is no `{other}`"))),
        }
    }
}
