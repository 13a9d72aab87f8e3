//! Imports events from a file: `cargo run --example import order-placed < orders.jsonl`. Run it again after a crash.

use std::sync::Mutex;

use bellrope::{Client, Event, Outcome, RawJson};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::LinesStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let kind = std::env::args().nth(1).unwrap_or("order-placed".to_owned());
    let mut number = 0;
    let wrong = Mutex::new(None); // what ends the import before its time
    // Each line is an event. Its id comes from its place in the file, so that no line is stored twice.
    let events = LinesStream::new(BufReader::new(stdin()).lines()).map_while(|line| {
        number += 1;
        match line.map_err(Into::into).and_then(|text| Ok(RawJson::new(text)?)) {
            Ok(data) => Some(Event::raw(&kind, data).id(format!("{kind}-{number}"))),
            Err(error) => {
                let error: Box<dyn std::error::Error + Send + Sync> = error;
                *wrong.lock().unwrap() = Some(format!("line {number}: {error}"));
                None
            }
        }
    });

    let (mut stored, mut before, mut refused) = (0, 0, 0);
    let mut outcomes = Client::builder().build()?.queue_stream(events);
    while let Some(outcome) = outcomes.try_next().await? {
        match outcome {
            Outcome::Stored(queued) if queued.duplicate => before += 1,
            Outcome::Stored(_) => stored += 1,
            Outcome::Refused(error) => {
                refused += 1;
                eprintln!("line {}: {error}", error.index().unwrap_or_default() + 1);
            }
            other => eprintln!("{other:?}"),
        }
    }
    println!("{stored} stored, {before} stored before, {refused} refused");
    drop(outcomes); // and with it the lines
    wrong.into_inner()?.map_or(Ok(()), |wrong: String| Err(wrong.into()))
}
