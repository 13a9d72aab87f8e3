//! Operations that send events.

use std::time::{Duration, Instant};

use bellrope::{Client, Event};
use futures_util::stream::{self, FuturesUnordered, StreamExt};
use serde_json::{Value, json};

use crate::{Failed, Outcome, shapes, values};

pub async fn queue(client: &Client, arguments: &Value) -> Outcome {
    Ok(shapes::queued(&client.queue(values::event(&arguments["event"])?).await?))
}

pub async fn trigger(client: &Client, arguments: &Value) -> Outcome {
    shapes::answer(&client.trigger(values::event(&arguments["event"])?).await?)
}

pub async fn queue_batch(client: &Client, arguments: &Value) -> Outcome {
    let queued = client.queue_batch(events(arguments)?).await?;
    Ok(queued.iter().map(shapes::queued).collect())
}

pub async fn queue_stream(client: &Client, arguments: &Value) -> Outcome {
    let mut outcomes = client.queue_stream(stream::iter(events(arguments)?));
    let mut found = Vec::new();
    loop {
        match outcomes.try_next().await {
            Ok(Some(outcome)) => found.push(shapes::outcome(&outcome)),
            Ok(None) => return Ok(found.into()),
            Err(error) => return Err(Failed::Broken { error: shapes::error(&error), before: found }),
        }
    }
}

fn events(arguments: &Value) -> Result<Vec<Event>, Failed> {
    let given: Vec<Event> =
        arguments["events"].as_array().into_iter().flatten().map(values::event).collect::<Result<_, _>>()?;
    let id = arguments["event"]["id"].as_str().unwrap_or_default();
    let count = arguments["count"].as_u64().unwrap_or_default();
    let same = (0..count).map(|number| Ok(values::event(&arguments["event"])?.id(format!("{id}-{number}"))));
    given.into_iter().map(Ok).chain(same).collect()
}

/// Drops the future of a call.
pub async fn cancel(client: &Client, arguments: &Value) -> Outcome {
    let call = client.trigger(values::event(&arguments["event"])?);
    let after = Duration::from_millis(arguments["after_ms"].as_u64().unwrap_or_default());
    let begun = Instant::now();
    match tokio::time::timeout(after, call).await {
        Ok(answer) => shapes::answer(&answer?),
        Err(_) => Ok(json!({"cancelled": true, "after_ms": begun.elapsed().as_millis()})),
    }
}

pub async fn load(client: &Client, arguments: &Value) -> Outcome {
    let number = |name: &str| arguments[name].as_u64().unwrap_or_default();
    let kind = arguments["type"].as_str().unwrap_or_default();
    let mut numbers = 0..number("count");
    let call = || async { client.queue(Event::bare(kind)).await };
    let mut calls: FuturesUnordered<_> =
        numbers.by_ref().take(number("callers") as usize).map(|_| call()).collect();
    let mut ids = Vec::new();
    while let Some(queued) = calls.next().await {
        ids.push(queued?.event_id);
        calls.extend(numbers.next().map(|_| call()));
    }
    Ok(json!({"ids": ids}))
}
