//! Listening, until it is to end.

use std::{io, sync::Arc, time::Duration};

use tokio::{net::TcpListener, time::timeout};

use crate::api::{self, Gateway};

/// How long requests under way are waited for at the end: longer than one may take.
const END_MS_MAX: u64 = 10_000;

/// Answers on the listener until `end` is there. No new connection is taken then; requests under way are finished.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    gateway: Arc<Gateway>,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (ended, mut is_ended) = tokio::sync::watch::channel(false);
    let end = async move {
        end.await;
        let _ = ended.send(true);
    };
    let serving = axum::serve(listener, api::router(Arc::clone(&gateway))).with_graceful_shutdown(end);
    let serving = serving.into_future();
    tokio::pin!(serving);
    let outcome = tokio::select! {
        outcome = &mut serving => outcome,
        _ = is_ended.wait_for(|ended| *ended) => {
            timeout(Duration::from_millis(END_MS_MAX), serving).await.unwrap_or(Ok(()))
        }
    };
    gateway.close().await;
    outcome
}
