//! Streams events to a server with the client, or with the generated code alone.
//!
//!     throughput HOST:PORT client|stubs DATA COUNT...
//!
//! DATA is JSON text, which every event has. Each COUNT is a stream.

use std::env::args;

use bellrope::v1::queue_stream_response::result::Outcome as Settled;
use bellrope::v1::{QueueRequest, QueueStreamRequest, QueueStreamResponse};
use bellrope::{Client, Event, Outcome, RawJson};
use bytes::Bytes;
use futures_util::stream;
use http::uri::PathAndQuery;
use tonic::IntoStreamingRequest;
use tonic::client::Grpc;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;

type Failed = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failed> {
    let arguments: Vec<String> = args().collect();
    let [_, server, form, data, counts @ ..] = &arguments[..] else {
        return Err("the arguments are HOST:PORT client|stubs DATA COUNT...".into());
    };
    let client = Client::connect(server).await?;
    let channel = Endpoint::from_shared(format!("http://{server}"))?.connect().await?;
    for count in counts {
        let count = count.parse()?;
        let stored = match form.as_str() {
            "client" => with_client(&client, data, count).await?,
            _ => with_stubs(&channel, data, count).await?,
        };
        if stored != count {
            return Err(format!("{stored} of {count} events were stored").into());
        }
    }
    Ok(())
}

async fn with_client(client: &Client, data: &str, count: usize) -> Result<usize, Failed> {
    let data = RawJson::new(data)?;
    let events = (0..count).map(move |_| Event::raw("measured", data.clone()));
    let mut outcomes = client.queue_stream(stream::iter(events));
    let mut stored = 0;
    while let Some(outcome) = outcomes.try_next().await? {
        stored += usize::from(matches!(outcome, Outcome::Stored(_)));
    }
    Ok(stored)
}

/// Does what the client of a service does that tonic generates.
async fn with_stubs(channel: &Channel, data: &str, count: usize) -> Result<usize, Failed> {
    let data = Bytes::from(data.to_owned());
    let messages =
        (0..count).map(move |number| QueueStreamRequest { event: Some(event(number, data.clone())) });
    let mut grpc = Grpc::new(channel.clone());
    grpc.ready().await?;
    let path = PathAndQuery::from_static("/bellrope.v1.Eventing/QueueStream");
    let codec = ProstCodec::<QueueStreamRequest, QueueStreamResponse>::default();
    let mut answers =
        grpc.streaming(stream::iter(messages).into_streaming_request(), path, codec).await?.into_inner();
    let mut stored = 0;
    while let Some(answer) = answers.message().await? {
        let accepted = |outcome: &Option<_>| matches!(outcome, Some(Settled::Accepted(_)));
        stored += answer.results.iter().filter(|result| accepted(&result.outcome)).count();
    }
    Ok(stored)
}

/// The id is as long as the client's own.
fn event(number: usize, data: Bytes) -> QueueRequest {
    let (project, r#type) = ("default".to_owned(), "measured".to_owned());
    QueueRequest { project, r#type, data, id: format!("{number:036}"), ..Default::default() }
}
