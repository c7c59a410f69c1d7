//! The registry in D1: one row for each booking that was begun, written from its journal; and one for each payment that is
//! waited for, written by its object. They name nobody.

use posada_core::booking::Booking;
use posada_core::booking::journal::StaffReason;
use posada_core::booking::notice::Delivery;
use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, Millis, ReservationCode};
use posada_core::payment::method::PaymentRef;
use posada_core::stay::Stay;
use posada_wire::stored_record;
use wasm_bindgen::JsValue;
use worker::Env;

use crate::config;
use crate::host::{Database, Result, number};
use crate::metrics::{self, Sample};

/// A booking as the registry has it.
pub(crate) struct Row {
    pub(crate) id: BookingId,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) state: String,
    /// Whether a further payment of a booking that has ended is under way: money is set aside for it.
    pub(crate) is_paying: bool,
    pub(crate) reasons: Vec<StaffReason>,
    pub(crate) stay: Stay,
    pub(crate) rooms_asked: usize,
    pub(crate) rooms_booked: usize,
    pub(crate) codes: Vec<ReservationCode>,
    pub(crate) payment: PaymentRef,
    pub(crate) content: Option<String>,
    pub(crate) next_look_ms: Option<i64>,
    pub(crate) delayed_ms: Option<i64>,
    pub(crate) cancel_asked_ms: Option<i64>,
    /// The ending that the hotel's programs could not be told of, which is a finding of its own.
    pub(crate) untold: Option<u32>,
    /// Why the rooms that are not booked failed, or why it was refused, by codes.
    pub(crate) failures: Vec<String>,
}

stored_record!(Row {
    id,
    created_ms,
    updated_ms,
    state,
    is_paying,
    reasons,
    stay,
    rooms_asked,
    rooms_booked,
    codes,
    payment,
    content,
    next_look_ms,
    delayed_ms,
    cancel_asked_ms,
    untold,
    failures,
});

impl Row {
    /// The row of a booking; `None` before anything was asked of it.
    pub(crate) fn of(booking: &Booking, created_ms: i64, content: Option<String>) -> Option<Self> {
        let request = booking.request()?;
        let report = booking.report();
        let failures = match booking.refusal() {
            Some(problem) => vec![problem.code().to_owned()],
            None => report.failed.iter().map(|room| room.cause.code().to_owned()).collect(),
        };
        let state = match booking.refusal() {
            Some(_) => "refused",
            None => booking.outcome().unwrap_or(Outcome::InProgress).name(),
        };
        Some(Self {
            id: booking.id().clone(),
            created_ms,
            updated_ms: booking.latest_at().0,
            state: state.to_owned(),
            is_paying: booking.is_paying(),
            reasons: booking.staff_reasons().to_vec(),
            stay: request.stay,
            rooms_asked: request.rooms.len(),
            rooms_booked: report.booked.len(),
            codes: report.booked.into_iter().map(|room| room.code).collect(),
            payment: request.payment.payment.clone(),
            content,
            next_look_ms: booking.deadline().map(|at| at.0),
            delayed_ms: booking.delayed_since().map(|at| at.0),
            cancel_asked_ms: booking.cancellation_requested().map(|it| it.at.0),
            untold: match booking.delivery() {
                Some((ending, Delivery::GivenUp { .. })) => Some(ending),
                Some((_, Delivery::Pending | Delivery::Delivered)) | None => None,
            },
            failures,
        })
    }
}

/// Writes a row, given as its JSON, unless a later one of the booking is there, and counts calls that were made for it.
/// That the booking has ended is counted by the database (migrations/0006_metrics.sql).
///
/// # Errors
/// Where the database fails.
pub(crate) async fn put(env: &Env, row: &str, samples: &Vec<Sample>) -> Result<()> {
    let db = Database::of(env)?;
    let upsert = db.prepare(
        "INSERT INTO bookings (id, created_ms, updated_ms, state, reasons, check_in, check_out, rooms_asked,
             rooms_booked, codes, method, reference, content, next_look_ms, delayed_ms,
             cancel_asked_ms, failures, is_paying)
         SELECT value->>'id', value->>'created_ms', value->>'updated_ms', value->>'state', value->'reasons',
             value->>'$.stay.check_in', value->>'$.stay.check_out', value->>'rooms_asked', value->>'rooms_booked',
             value->'codes', value->>'$.payment.method', value->>'$.payment.reference', value->>'content',
             value->>'next_look_ms', value->>'delayed_ms', value->>'cancel_asked_ms', value->'failures',
             coalesce(value->>'is_paying', 0)
         FROM json_each(json_array(json(?1))) WHERE true
         ON CONFLICT (id) DO UPDATE SET created_ms = excluded.created_ms, updated_ms = excluded.updated_ms,
             state = excluded.state, reasons = excluded.reasons, check_in = excluded.check_in,
             check_out = excluded.check_out, rooms_asked = excluded.rooms_asked,
             rooms_booked = excluded.rooms_booked, codes = excluded.codes, method = excluded.method,
             reference = excluded.reference, content = excluded.content, next_look_ms = excluded.next_look_ms,
             delayed_ms = excluded.delayed_ms, cancel_asked_ms = excluded.cancel_asked_ms,
             failures = excluded.failures, is_paying = excluded.is_paying
         WHERE excluded.updated_ms >= bookings.updated_ms",
        &[row.into()],
    )?;
    let untold = db.prepare(
        "INSERT INTO findings (kind, subject, booking, detail, found_ms)
         SELECT 'notice_given_up', value->>'id' || ':' || (value->>'untold'), value->>'id', '{}',
             value->>'updated_ms'
         FROM json_each(json_array(json(?1))) WHERE value->>'untold' IS NOT NULL
         ON CONFLICT (kind, subject) DO NOTHING",
        &[row.into()],
    )?;
    let mut statements = vec![upsert, untold];
    if !samples.is_empty() {
        statements.push(metrics::count(&db, samples, config::now(env))?);
    }
    db.batch(statements).await.map(drop)
}

/// A payment that is waited for, as its object notes it: for the metrics, and for the sweeper, which finds by it whose
/// alarm is lost.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Waited {
    /// The claim that is opened when it is found, or where that has ended the event that is to be told.
    pub(crate) claim: String,
    /// When its object goes on.
    pub(crate) next_at: Millis,
    /// Whether it is looked for: otherwise only its end is to be told.
    pub(crate) is_sought: bool,
    /// The payment, where its object knows it.
    pub(crate) payment: Option<PaymentRef>,
}

/// Writes the row of the object that has this id.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn put_waited(env: &Env, object: &str, waited: &Waited) -> Result<()> {
    // It takes the place of the object's former row, also of one that did not say whose it is.
    let put = "INSERT OR REPLACE INTO pending_payments (claim, next_ms, object, is_sought, method, reference)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let or_null = |text: Option<&str>| text.map_or(JsValue::NULL, JsValue::from);
    let payment = waited.payment.as_ref();
    let bound = [
        waited.claim.as_str().into(),
        number(waited.next_at.0),
        object.into(),
        number(waited.is_sought.into()),
        or_null(payment.map(|it| it.method.as_str())),
        or_null(payment.map(|it| it.reference.as_str())),
    ];
    Database::of(env)?.prepare(put, &bound)?.run().await.map(drop)
}

/// Deletes the row of the object that has this id.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn forget_waited(env: &Env, object: &str) -> Result<()> {
    let delete = "DELETE FROM pending_payments WHERE object = ?1";
    Database::of(env)?.prepare(delete, &[object.into()])?.run().await.map(drop)
}

/// Deletes a booking's row: what was known of it is gone.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn forget(env: &Env, booking: &BookingId) -> Result<()> {
    let delete =
        Database::of(env)?.prepare("DELETE FROM bookings WHERE id = ?1", &[booking.as_str().into()])?;
    delete.run().await.map(drop)
}
