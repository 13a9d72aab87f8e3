//! Makes the calls of all services: with the key, within the timeout, and with our errors.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::{Stream, StreamExt, TryStreamExt, once};
use http::uri::PathAndQuery;
use prost::Message;
use tonic::client::Grpc;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use tonic::{IntoStreamingRequest, Request, Response, Status, Streaming};
use tonic_prost::ProstCodec;

use crate::connection::Connection;
use crate::settings::{Settings, clamped};
use crate::status::{deadline_passed, typed};
use crate::written::{Written, WrittenCodec};
use crate::{Error, Items};

/// What each call gets. A clone shares the connection.
#[derive(Clone)]
pub(crate) struct Calls {
    connection: Arc<Connection>,
    authorization: Option<MetadataValue<Ascii>>,
    project: Arc<str>,
    timeout: Duration,
}

impl Calls {
    pub(crate) fn new(connection: Connection, settings: Settings) -> Self {
        Self {
            connection: Arc::new(connection),
            authorization: settings.authorization,
            project: settings.project.into(),
            timeout: settings.timeout,
        }
    }

    pub(crate) fn within(&self, timeout: Duration) -> Self {
        Self { timeout: clamped(timeout), ..self.clone() }
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn project(&self) -> &str {
        &self.project
    }

    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// Puts the client's project into a request that names none.
    pub(crate) fn fill(&self, project: &mut String) {
        if project.is_empty() {
            project.push_str(&self.project);
        }
    }

    /// Connects, if it is not connected.
    pub(crate) async fn reach(&self) -> Result<(), Error> {
        self.in_time(async { self.connection.reach().await.map_err(failed) }).await
    }

    /// Makes a call with one answer.
    pub(crate) async fn unary<M, R>(&self, path: &'static str, message: M) -> Result<R, Error>
    where
        M: Message + 'static,
        R: Message + Default + 'static,
    {
        let mut request = self.with_key(Request::new(message));
        request.set_timeout(self.timeout);
        let call = async {
            let mut grpc = self.grpc();
            grpc.ready().await.map_err(failed)?;
            grpc.unary(request, PathAndQuery::from_static(path), ProstCodec::<M, R>::default()).await
        };
        self.in_time(call).await.map(Response::into_inner)
    }

    /// Makes a call whose answers are a stream. It has no timeout.
    pub(crate) fn server_stream<M, R>(&self, path: &'static str, message: M) -> Items<'static, R>
    where
        M: Message + 'static,
        R: Message + Default + 'static,
    {
        let (request, calls) = (self.with_key(Request::new(message)), self.clone());
        answers(async move {
            let mut grpc = calls.grpc(); // the connection belongs to the runtime that reads
            grpc.ready().await.map_err(failed)?;
            grpc.server_streaming(request, PathAndQuery::from_static(path), ProstCodec::<M, R>::default())
                .await
        })
    }

    /// Makes a call with streams in both directions. It has no timeout.
    pub(crate) fn both_stream<M, R, S>(&self, path: &'static str, messages: S) -> Items<'static, R>
    where
        M: Message + 'static,
        R: Message + Default + 'static,
        S: Stream<Item = Written<M>> + Send + 'static,
    {
        let (request, calls) = (self.with_key(messages.into_streaming_request()), self.clone());
        answers(async move {
            let mut grpc = calls.grpc();
            grpc.ready().await.map_err(failed)?;
            grpc.streaming(request, PathAndQuery::from_static(path), WrittenCodec::<M, R>::default()).await
        })
    }

    /// An answer can have 1 MiB of each webhook, and a page of deliveries has many of them.
    fn grpc(&self) -> Grpc<Channel> {
        Grpc::new(self.connection.channel()).max_decoding_message_size(usize::MAX)
    }

    fn with_key<T>(&self, mut request: Request<T>) -> Request<T> {
        if let Some(authorization) = &self.authorization {
            request.metadata_mut().insert("authorization", authorization.clone());
        }
        request
    }

    async fn in_time<T>(&self, call: impl Future<Output = Result<T, Status>>) -> Result<T, Error> {
        match tokio::time::timeout(self.timeout, call).await {
            Ok(answer) => answer.map_err(typed),
            Err(_) => Err(deadline_passed("The timeout passed before the answer came.")),
        }
    }
}

/// Shows no key.
impl fmt::Debug for Calls {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}, project {}, {:?}", self.connection, self.project, self.timeout)
    }
}

fn failed(error: tonic::transport::Error) -> Status {
    Status::from_error(Box::new(error))
}

fn answers<R: Send + 'static>(
    call: impl Future<Output = Result<Response<Streaming<R>>, Status>> + Send + 'static,
) -> Items<'static, R> {
    let opened = once(call).map(|answer| answer.map(Response::into_inner));
    Items::of(opened.try_flatten().map_err(typed))
}

#[cfg(test)]
mod tests {
    use std::future::Future;
    use std::time::Duration;

    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;

    use crate::v1::{DeleteProjectRequest, PauseProjectRequest};
    use crate::{Client, Error};

    const ENOUGH: Duration = Duration::from_millis(500);

    /// Returns what a call sends to a server that says nothing.
    async fn sent<T, Fut: Future<Output = Result<T, Error>>>(call: impl FnOnce(Client) -> Fut) -> String {
        let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = silent.local_addr().unwrap().to_string();
        let client =
            Client::builder().server(address).project("of-the-client").timeout(ENOUGH).build().unwrap();
        let mut found = Vec::new();
        let read = async {
            let (mut connection, _) = silent.accept().await.unwrap();
            let _ = connection.read_to_end(&mut found).await;
        };
        tokio::select! {
            () = read => {}
            _ = call(client) => {}
        }
        String::from_utf8_lossy(&found).into_owned()
    }

    /// A request takes the client's project, but nobody deletes a project without its name.
    #[tokio::test]
    async fn a_project_is_deleted_by_its_name_only() {
        let none = DeleteProjectRequest::default();
        let delete = sent(|client| async move { client.projects().delete_project(none).await }).await;
        assert!(delete.starts_with("PRI") && !delete.contains("of-the-client"), "{delete}");
        let named = DeleteProjectRequest { project: "old-shop".to_owned() };
        let delete = sent(|client| async move { client.projects().delete_project(named).await }).await;
        assert!(delete.contains("old-shop"), "{delete}");
        let none = PauseProjectRequest::default();
        let pause = sent(|client| async move { client.projects().pause_project(none).await }).await;
        assert!(pause.contains("of-the-client"), "{pause}");
    }
}
