//! Connections to the database.

use std::{str::FromStr, time::Duration};

use sqlx::{
    ConnectOptions, Executor,
    mysql::{MySqlConnectOptions, MySqlPool, MySqlPoolOptions},
};

use crate::settings::Settings;

/// How long a row that another program holds is waited for, in seconds.
pub const LOCK_WAIT_S: u32 = 4;
/// How long a free connection is waited for.
const ACQUIRE_MS_MAX: u64 = 5_000;
/// After how long without use a connection is closed.
const IDLE_MS_MAX: u64 = 300_000;
/// After how long a connection is closed in any case.
const LIFETIME_MS_MAX: u64 = 1_800_000;

/// Opens the pool. `url` names user, password and host (or `?socket=`): `mysql://user:password@localhost`.
///
/// # Errors
/// Where the URL is none, or the database cannot be reached with it.
pub async fn connect(url: &str, settings: &Settings) -> Result<MySqlPool, sqlx::Error> {
    let options = MySqlConnectOptions::from_str(url)?
        .database(&settings.database)
        // The hotel's programs write the server's local time; so is `dateused` written.
        .timezone(None)
        .pipes_as_concat(false)
        .disable_statement_logging();
    // A text that does not fit its column is to be an error, not cut. The row is locked first and the ledger read
    // after it, so nothing is gained by a snapshot, and locks on gaps would only be in the way of the hotel's inserts.
    let session = format!(
        "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), SESSION innodb_lock_wait_timeout = {LOCK_WAIT_S}; \
         SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
    );
    MySqlPoolOptions::new()
        .max_connections(settings.connections_max)
        .acquire_timeout(Duration::from_millis(ACQUIRE_MS_MAX))
        .idle_timeout(Duration::from_millis(IDLE_MS_MAX))
        .max_lifetime(Duration::from_millis(LIFETIME_MS_MAX))
        .after_connect(move |connection, _| {
            let session = session.clone();
            Box::pin(async move {
                connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(session))).await?;
                Ok(())
            })
        })
        .connect_with(options)
        .await
}
