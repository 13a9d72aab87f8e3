//! Asks a webhook for a price, and waits at most two seconds: `cargo run --example price tea`.

use std::time::{Duration, SystemTime};

use bellrope::{Client, ErrorKind, Event};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Question {
    item: String,
}

#[derive(Deserialize)]
struct Price {
    price: f64,
}

const PATIENCE: Duration = Duration::from_secs(2);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bellrope::Error> {
    let item = std::env::args().nth(1).unwrap_or("tea".to_owned());
    let client = Client::builder().build()?.with_timeout(PATIENCE);
    // Without the expire time, the webhook would still be called after the deadline.
    let question = Event::new("price-asked", &Question { item: item.clone() })?;
    let question = question.expire_time(SystemTime::now() + PATIENCE);

    match client.trigger(question).await {
        Ok(answer) => println!("{item} costs {}", answer.result::<Price>()?.price),
        Err(error) => match error.kind() {
            ErrorKind::NoTriggerMatched => println!("nobody knows prices"),
            ErrorKind::DeadlinePassed => println!("too late"),
            ErrorKind::WebhookFailed => {
                let attempts = error.results().iter().filter_map(|result| result.last_attempt.as_ref());
                let codes: Vec<_> = attempts.map(|attempt| attempt.status_code.to_string()).collect();
                println!("failed with {}", codes.join(", "));
            }
            _ => return Err(error),
        },
    }
    Ok(())
}
