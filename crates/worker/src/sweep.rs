//! The sweeper: finds what nobody goes on with, and what belongs to nobody. It runs by the clock and when staff ask; it
//! does a bounded part each time and goes on there the next time, and what it has done once it finds no more.

mod ledger;
mod outside;
mod pending;
mod reservations;

use posada_core::ids::{BookingId, Millis, ReservationCode};
use posada_wire::stored::{Read, from_text, to_text};
use posada_wire::written;
use worker::Env;

use crate::findings::{self, Kind};
use crate::host::{Database, Result, number, post, response_text};
use crate::objects::booking::{BookingCall, Swept};
use crate::payments::Payments;
use crate::registry::{self, Row};
use crate::{config, log, metrics, rows};

/// For how long a booking may be overdue before it is set going: its own alarm may only be late.
const OVERDUE_MS: i64 = 60_000;
/// The most bookings that are asked in one run.
const ASKED_MAX: usize = 40;
/// Of those, the most that go on by their rows, and the most that have ended.
const OVERDUE_MAX: i64 = 15;
const COMPARED_MAX: i64 = 10;
/// How long a booking is kept; afterwards nothing is known of it.
const KEPT_MS: i64 = 90 * 24 * 3_600_000;

/// What a run found and did.
#[derive(Default)]
pub(crate) struct Report {
    /// Bookings that nobody went on with and that were set going.
    pub(crate) resumed: Vec<BookingId>,
    /// Bookings whose rows in the registry were put right.
    pub(crate) repaired: Vec<BookingId>,
    /// Reservations that belonged to nobody and were cancelled.
    pub(crate) cancelled: Vec<ReservationCode>,
    /// New cases for staff.
    pub(crate) cases: usize,
    /// Payments of which open claims that had ended were freed.
    pub(crate) freed: usize,
    /// Expired holds, and notes of no use, that were deleted.
    pub(crate) deleted: usize,
    /// Payments that are waited for, that nobody went on with and that were set going.
    pub(crate) payments_resumed: usize,
    /// Whether there was more than one run may do.
    pub(crate) more: bool,
    /// Parts that failed; they are done next time.
    pub(crate) failed: Vec<&'static str>,
}

written!(Report { resumed, repaired, cancelled, cases, freed, deleted, payments_resumed, more, failed });

/// A run.
struct Sweep<'a> {
    env: &'a Env,
    db: Database,
    now: Millis,
    asked: usize,
    report: Report,
}

/// What a booking's object answered.
enum Asked {
    /// The row that it should have, and what else was asked.
    Known(Box<Row>, Swept),
    /// Nothing is known of such a booking.
    Unknown,
    /// Its object cannot answer.
    Unreadable(String),
    /// No more may be asked in this run.
    Enough,
}

/// Sweeps once. A part that fails does not keep the others from being done.
///
/// # Errors
/// Where there is no database.
pub(crate) async fn run(env: &Env) -> Result<Report> {
    let db = Database::of(env)?;
    let mut sweep = Sweep { env, db, now: config::now(env), asked: 0, report: Report::default() };
    let done = sweep.overdue().await;
    sweep.done("bookings", done);
    let done = sweep.compare().await;
    sweep.done("registry", done);
    let done = sweep.pending_payments().await;
    sweep.done("pending_payments", done);
    match Payments::of(env) {
        Ok(payments @ Payments::Outside(_)) => {
            let done = sweep.claims_outside(&payments).await;
            sweep.done("claims", done);
            let done = sweep.reconcile(&payments).await;
            sweep.done("reconciliation", done);
        }
        Ok(payments @ Payments::Embedded(_)) => {
            let done = sweep.attached_claims().await;
            sweep.done("claims", done);
            let done = sweep.open_claims().await;
            sweep.done("open_claims", done);
            let done = sweep.reconcile(&payments).await;
            sweep.done("reconciliation", done);
        }
        Err(error) => sweep.done("claims", Err(error)),
    }
    let done = sweep.tidy().await;
    sweep.done("holds", done);
    let done = sweep.reservations().await;
    sweep.done("reservations", done);
    // Behind all else: what is left to do is what is measured.
    let done = metrics::sample(env).await;
    sweep.done("metrics", done);
    log::swept(env, &sweep.report);
    Ok(sweep.report)
}

const ROW: &str = "json_object('id', id, 'created_ms', created_ms, 'updated_ms', updated_ms, 'state', state,
    'is_paying', json(iif(is_paying, 'true', 'false')), 'reasons', json(reasons), 'stay', json_object('check_in', check_in, 'check_out', check_out),
    'rooms_asked', rooms_asked, 'rooms_booked', rooms_booked, 'codes', json(codes),
    'payment', json_object('method', method, 'reference', reference), 'content', content,
    'next_look_ms', next_look_ms, 'delayed_ms', delayed_ms,
    'cancel_asked_ms', cancel_asked_ms, 'failures', json(failures)) AS json";

impl Sweep<'_> {
    fn done(&mut self, part: &'static str, done: Result<()>) {
        if let Err(error) = done {
            log::failed(self.env, part, &error);
            self.report.failed.push(part);
        }
    }

    /// Sets bookings going that go on by their rows and whose time has passed: their alarm is lost.
    async fn overdue(&mut self) -> Result<()> {
        let rows = self
            .rows(
                "next_look_ms <= ?1 OR (state = 'in_progress' AND next_look_ms IS NULL)",
                self.now.plus(-OVERDUE_MS),
                OVERDUE_MAX,
            )
            .await?;
        for row in rows {
            self.look(row, true).await?;
        }
        Ok(())
    }

    /// Compares bookings that have ended with what their journals say, those first that were not for longest.
    async fn compare(&mut self) -> Result<()> {
        let rows = self.rows(
            "state <> 'in_progress' AND next_look_ms IS NULL AND updated_ms <= ?1",
            self.now.plus(-OVERDUE_MS),
            COMPARED_MAX,
        );
        for row in rows.await? {
            self.look(row, false).await?;
        }
        Ok(())
    }

    async fn rows(&self, which: &str, at: Millis, limit: i64) -> Result<Vec<Row>> {
        let text = format!("SELECT {ROW} FROM bookings WHERE {which} ORDER BY checked_ms, id LIMIT ?2");
        let answer = self.db.prepare(&text, &[number(at.0), number(limit)])?.run().await?;
        rows::answered(Some(&answer))
    }

    async fn look(&mut self, row: Row, is_overdue: bool) -> Result<()> {
        match self.ask(&row.id, &BookingCall::Sweep).await {
            Asked::Enough => return Ok(()),
            Asked::Unreadable(error) => {
                self.case(Kind::Unreadable, row.id.as_str(), Some(&row.id), &[("error", &error)]).await?;
            }
            Asked::Unknown if self.is_past(&row) => {
                registry::forget(self.env, &row.id).await?;
                self.report.deleted += 1;
            }
            Asked::Unknown => self.case(Kind::Lost, row.id.as_str(), Some(&row.id), &[]).await?,
            Asked::Known(is, _) => {
                if is_overdue && is.next_look_ms.is_some() {
                    self.report.resumed.push(row.id.clone());
                }
                self.repair(&row, &is).await?;
            }
        }
        let checked = "UPDATE bookings SET checked_ms = ?2 WHERE id = ?1";
        self.db.prepare(checked, &[row.id.as_str().into(), number(self.now.0)])?.run().await?;
        Ok(())
    }

    /// Whether what was kept of a booking has been deleted by itself.
    fn is_past(&self, row: &Row) -> bool {
        let left = row.stay.check_out().and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        let since = if row.state == "refused" { row.created_ms } else { left.max(row.created_ms) };
        since.saturating_add(KEPT_MS) <= self.now.0
    }

    /// Writes the row as it should be, if it is not.
    async fn repair(&mut self, has: &Row, is: &Row) -> Result<()> {
        let text = to_text(is);
        if to_text(has) == text {
            return Ok(());
        }
        // The instant of what goes on moves all the time; only what staff see is worth telling of.
        if (&has.state, has.is_paying, has.rooms_booked, &has.codes, &has.reasons, has.cancel_asked_ms)
            != (&is.state, is.is_paying, is.rooms_booked, &is.codes, &is.reasons, is.cancel_asked_ms)
        {
            self.report.repaired.push(is.id.clone());
        }
        registry::put(self.env, &text, &Vec::new()).await
    }

    /// Asks a booking's object.
    async fn ask(&mut self, booking: &BookingId, call: &BookingCall) -> Asked {
        if self.asked >= ASKED_MAX {
            self.report.more = true;
            return Asked::Enough;
        }
        self.asked += 1;
        let answered = async {
            let response = post(self.env, "BOOKING", booking.as_str(), &to_text(call)).await?;
            response_text(&response).await
        };
        match answered.await {
            Err(error) => Asked::Unreadable(error.to_string()),
            Ok(text) => match from_text::<Swept>(&text) {
                None => Asked::Unreadable("it answers something else".to_owned()),
                Some(mut swept) => match swept.row.take() {
                    None => Asked::Unknown,
                    Some(row) => Asked::Known(Box::new(row), swept),
                },
            },
        }
    }

    async fn case(
        &mut self,
        kind: Kind,
        subject: &str,
        booking: Option<&BookingId>,
        detail: &[(&str, &dyn posada_wire::stored::Write)],
    ) -> Result<()> {
        if findings::found(&self.db, kind, subject, booking, detail, self.now).await?
            && kind != Kind::StrayCancelled
        {
            self.report.cases += 1;
        }
        Ok(())
    }

    /// Where a part goes on.
    async fn position<T: Read>(&self, name: &str) -> Result<Option<T>> {
        let query = "SELECT position AS json FROM sweeper WHERE name = ?1";
        let answer = self.db.prepare(query, &[name.into()])?.run().await?;
        Ok(rows::answered(Some(&answer))?.into_iter().next())
    }

    async fn set_position(&self, name: &str, position: &dyn posada_wire::stored::Write) -> Result<()> {
        let upsert = "INSERT INTO sweeper (name, position) VALUES (?1, ?2)
                      ON CONFLICT (name) DO UPDATE SET position = ?2";
        self.db.prepare(upsert, &[name.into(), to_text(position).into()])?.run().await.map(drop)
    }
}
