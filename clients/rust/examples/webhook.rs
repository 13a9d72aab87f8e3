//! A webhook that answers prices: `WEBHOOK_SECRET=whsec_... cargo run --example webhook --features axum`.
//!
//! ```sh
//! bellrope triggers create prices --type price-asked --url http://127.0.0.1:8000/ --secret whsec_...
//! ```

use std::collections::HashMap;
use std::env;

use axum::Router;
use bellrope::webhooks::{self, Received, Refused, Secrets};
use serde::Deserialize;
use serde_json::json;
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Question {
    item: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let secret = env::var("WEBHOOK_SECRET").unwrap_or("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
    let port = env::var("PORT").unwrap_or("8000".to_owned());
    let prices = HashMap::from([("tea", 3.5), ("cup", 12.0)]);

    let secrets: Secrets = secret.parse()?;
    let hook = webhooks::axum::post(secrets, move |event: Received| {
        let prices = prices.clone();
        async move {
            let Question { item } = event.data()?;
            match prices.get(item.as_str()) {
                Some(price) => Ok(json!({"price": price})),
                None => Err(Refused::new(format!("no price for {item}")).into()), // another attempt would not help
            }
        }
    });

    let listener = TcpListener::bind(format!("127.0.0.1:{port}")).await?;
    println!("listening on port {port}");
    axum::serve(listener, Router::new().route("/", hook)).await?;
    Ok(())
}
