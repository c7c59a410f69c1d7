//! Connections: accepted, answered, and cut where a fault wants it.

use std::{convert::Infallible, io, sync::Arc, time::Duration};

use axum::{Router, body::Body, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{answer::Cut, api, control, sandbox::Sandbox};

/// How long calls under way are waited for at the end.
const END_MS_MAX: u64 = 2_000;
/// How long accepting rests when it fails, as it does where there are too many connections.
const REST_MS: u64 = 50;

/// Answers on the listener until `end` is there; calls under way are then given a moment, late commits are lost.
///
/// # Errors
/// None so far: a connection that breaks is that connection's matter.
pub async fn serve(
    listener: TcpListener,
    sandbox: Arc<Sandbox>,
    end: impl Future<Output = ()>,
) -> io::Result<()> {
    let router = control::router().merge(api::router()).with_state(sandbox);
    let graceful = GracefulShutdown::new();
    tokio::pin!(end);
    loop {
        let stream = tokio::select! {
            () = &mut end => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(REST_MS)).await;
                    continue;
                }
            },
        };
        // Small answers are to leave at once.
        let _ = stream.set_nodelay(true);
        let router = router.clone();
        let service = service_fn(move |request| respond(router.clone(), request));
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // It ends in an error where it was cut, by either side.
            let _ = connection.await;
        });
    }
    drop(listener);
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(Duration::from_millis(END_MS_MAX)) => {}
    }
    Ok(())
}

/// An error ends the connection without an answer.
async fn respond(router: Router, request: Request<Incoming>) -> Result<Response, io::Error> {
    let answered: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
    let response = answered.unwrap_or_else(|never| match never {});
    if response.extensions().get::<Cut>().is_some() {
        return Err(io::Error::other("cut on purpose"));
    }
    Ok(response)
}
