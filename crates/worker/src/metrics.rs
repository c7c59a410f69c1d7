//! The metrics, in Prometheus' text format. What is counted is in D1 and is counted there (migrations/0006_metrics.sql);
//! what is measured now is asked for when the metrics are, and by the sweeper, so that it can be drawn over time
//! (migrations/0009_metric_history.sql).

use posada_core::booking::journal::Step;
use posada_core::ids::Millis;
use posada_wire::stored::to_text;
use posada_wire::stored_record;
use worker::Env;

use crate::host::{self, Database, Result, Statement, number};
use crate::objects::calls::{PropertyCall, PropertyReply, ask_property};
use crate::respond::Answer;
use crate::routes::Ask;
use crate::routes::cases::{DELAYED_MS, OVERDUE_MS};
use crate::{config, log, rows};

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Something to be counted: so much more of a counter, or a value of a histogram.
pub(crate) struct Sample {
    family: String,
    /// As Prometheus spells them, without braces.
    labels: String,
    /// In the metric's unit, as a text of decimals.
    value: String,
}

stored_record!(Sample { family, labels, value });

impl Sample {
    /// So much more of a counter without labels.
    pub(crate) fn counter(family: &str, count: usize) -> Self {
        Self { family: family.to_owned(), labels: String::new(), value: count.to_string() }
    }

    /// A call to the reservation system.
    pub(crate) fn reservations(operation: &str, took_ms: i64) -> Self {
        Self::call("posada_reservation_call_seconds", operation, took_ms)
    }

    fn call(family: &str, operation: &str, took_ms: i64) -> Self {
        let labels = ["operation=\"", operation, "\""].concat();
        Self { family: family.to_owned(), labels, value: [&took_ms.max(0).to_string(), "e-3"].concat() }
    }

    /// The call that a step is, where it is one to the hotel's systems.
    pub(crate) fn of(step: Step, took_ms: i64) -> Option<Self> {
        let name = log::step_name(step);
        match step {
            Step::Claim | Step::Settle | Step::ClaimFurther { .. } | Step::SettleFurther { .. } => {
                Some(Self::call("posada_payment_call_seconds", name, took_ms))
            }
            Step::Hold | Step::Book { .. } | Step::LookUp { .. } | Step::Cancel { .. } => {
                Some(Self::reservations(name, took_ms))
            }
            Step::Follow | Step::ReleaseHolds | Step::Notify => None,
        }
    }
}

/// The statement that counts what happened now.
pub(crate) fn count(db: &Database, samples: &Vec<Sample>, now: Millis) -> Result<Statement> {
    db.prepare(
        "INSERT INTO counted (family, labels, value, at_ms)
         SELECT value->>'family', value->>'labels', CAST(value->>'value' AS NUMERIC), ?2 FROM json_each(?1)",
        &[to_text(samples).into(), number(now.0)],
    )
}

/// What is measured now, as the table `gauges` of a statement.
const GAUGES: &str = "WITH gauges (family, labels, value) AS (
   SELECT 'posada_rooms_held', '', ?4
   UNION ALL SELECT 'posada_bookings_open', '', count(*) FROM bookings WHERE state = 'in_progress'
   UNION ALL SELECT 'posada_claims', 'state=\"open\"', count(*) FROM ledger o
     WHERE kind IN ('opened', 'changed') AND json_extract(entry, '$.expires_at') > ?1
       AND NOT EXISTS (SELECT 1 FROM ledger x WHERE x.claim = o.claim AND x.seq > o.seq
                       AND x.method = o.method AND x.reference = o.reference)
   UNION ALL SELECT 'posada_claims', 'state=\"attached\"', count(*) FROM bookings b JOIN ledger a
     ON a.booking = b.id AND a.kind = 'attached' WHERE b.is_paying OR b.state IN ('in_progress', 'needs_staff')
   UNION ALL SELECT * FROM (SELECT 'posada_pending_payments', '', count(*) FROM pending_payments
     WHERE is_sought AND (object IS NOT NULL OR next_ms > ?1 - 600000)
   UNION ALL SELECT 'posada_cases', 'kind=\"' || kind || '\"', count(n) FROM (
     SELECT value AS kind, NULL AS n
       FROM json_each('[\"needs_staff\", \"cancellation_requested\", \"delayed\", \"overdue\"]')
     UNION ALL SELECT CASE WHEN state = 'needs_staff' THEN 'needs_staff'
         WHEN cancel_asked_ms IS NOT NULL THEN 'cancellation_requested'
         WHEN (state = 'in_progress' OR is_paying) AND delayed_ms <= ?2 THEN 'delayed' ELSE 'overdue' END, 1
       FROM bookings WHERE state = 'needs_staff' OR cancel_asked_ms IS NOT NULL
         OR ((state = 'in_progress' OR is_paying) AND delayed_ms <= ?2) OR next_look_ms <= ?3
     UNION ALL SELECT kind, 1 FROM findings WHERE resolved_ms IS NULL) GROUP BY kind)) ";

/// A statement that goes on from what is measured now.
async fn measuring(env: &Env, then: &str) -> Result<Statement> {
    let held = held(env).await?;
    let now = config::now(env);
    Database::of(env)?.prepare(
        &[GAUGES, then].concat(),
        &[
            number(now.0),
            number(now.plus(-DELAYED_MS).0),
            number(now.plus(-OVERDUE_MS).0),
            number(i64::try_from(held).unwrap_or(i64::MAX)),
        ],
    )
}

/// Enters what is measured now in the hour.
pub(crate) async fn sample(env: &Env) -> Result<()> {
    let statement = measuring(
        env,
        "INSERT INTO counted (family, labels, value, at_ms) SELECT family, labels, value, ?1 FROM gauges",
    );
    statement.await?.run().await.map(drop)
}

/// `GET /metrics`
pub(crate) async fn metrics(ask: Ask) -> Answer {
    let statement = measuring(
        &ask.env,
        "SELECT json_quote(text) AS json FROM (
           SELECT family, 0 AS part, '' AS labels, 0 AS place,
             '# HELP ' || family || ' ' || help || char(10) || '# TYPE ' || family || ' ' || kind AS text
           FROM metric_families
           UNION ALL SELECT family, 1, labels, place, sample || ' ' || value FROM metrics
           UNION ALL SELECT family, 1, labels, 0,
             family || iif(labels = '', '', '{' || labels || '}') || ' ' || value FROM gauges)
         ORDER BY family, part, labels, place",
    );
    let lines: Vec<String> = rows::answered(Some(&statement.await?.run().await?))?;
    let mut text = lines.join("\n");
    text.push('\n');
    Ok(host::answer(&text, 200, CONTENT_TYPE)?)
}

/// How many rooms are held.
async fn held(env: &Env) -> Result<usize> {
    match ask_property(env, &PropertyCall::CountHeld).await? {
        PropertyReply::Counted { rooms } => Ok(rooms),
        _ => Err("the hotel's object answered something else".into()),
    }
}
