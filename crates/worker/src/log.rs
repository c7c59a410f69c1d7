//! What operators read: one JSON object a line, with ids, counts, codes and durations; never a name, a telephone
//! number or a document's number.

use std::fmt::Display;

use posada_core::booking::journal::{Entry, Stamped, Step};
use posada_core::booking::outcome::Report;
use posada_core::ids::{BookingId, ClaimId};
use posada_wire::stored::{Write, write_members};
use worker::Env;

use crate::host::console_log;
use crate::trace;

fn line(event: &str, members: &[(&str, &dyn Write)]) {
    let mut text = "[MULTI_BOOKING] ".to_owned();
    let mut all: Vec<(&str, &dyn Write)> = vec![("event", &event)];
    all.extend_from_slice(members);
    write_members(&mut text, &all);
    console_log(&text);
}

/// A line of the trace that an environment is of.
fn traced(env: &Env, event: &str, members: &[(&str, &dyn Write)]) {
    let trace = trace::id(env);
    let mut all: Vec<(&str, &dyn Write)> = trace.iter().map(|id| ("trace_id", id as &dyn Write)).collect();
    all.extend_from_slice(members);
    line(event, &all);
}

/// What a line is about: a booking, the request that began it, where that is known, and in whose trace it is worked on.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub(crate) env: &'a Env,
    pub(crate) booking: &'a BookingId,
    pub(crate) request: Option<&'a String>,
}

impl About<'_> {
    fn line(self, event: &str, members: &[(&str, &dyn Write)]) {
        let mut all: Vec<(&str, &dyn Write)> = vec![("booking_id", self.booking)];
        if let Some(request) = &self.request {
            all.push(("request_id", *request));
        }
        all.extend_from_slice(members);
        traced(self.env, event, &all);
    }
}

/// A request was answered: by which route, how, and in what time. Questions that were answered are left out.
pub(crate) fn request(
    env: &Env,
    id: &str,
    route: &str,
    status: u16,
    problem: Option<&str>,
    duration_ms: i64,
) {
    let problem = problem.unwrap_or_default();
    let mut members: Vec<(&str, &dyn Write)> =
        vec![("request_id", &id), ("route", &route), ("status", &status), ("duration_ms", &duration_ms)];
    if !problem.is_empty() {
        members.push(("problem", &problem));
    }
    traced(env, "request", &members);
}

/// A booking was taken in.
pub(crate) fn started(about: About<'_>, rooms: usize) {
    about.line("started", &[("rooms", &rooms)]);
}

/// Who the guest of a booking is was forgotten.
pub(crate) fn erased(about: About<'_>) {
    about.line("erased", &[]);
}

/// A request is about the same as another booking, which is shown.
pub(crate) fn existing(about: About<'_>, other: &BookingId) {
    about.line("existing", &[("other", other)]);
}

/// A booking ended, or was answered while it goes on.
pub(crate) fn answered(about: About<'_>, report: &Report) {
    let codes: Vec<&str> = report.booked.iter().map(|room| room.code.as_str()).collect();
    let failures: Vec<&str> = report.failed.iter().map(|room| room.cause.code()).collect();
    let rooms = report.booked.len() + report.failed.len();
    about.line(
        "answered",
        &[
            ("outcome", &report.outcome),
            ("booked", &report.booked.len()),
            ("rooms", &rooms),
            ("codes", &codes),
            ("failures", &failures),
        ],
    );
}

/// A step was carried out.
pub(crate) fn step(about: About<'_>, step: Step, duration_ms: i64) {
    let members: [(&str, &dyn Write); 3] =
        [("step", &step_name(step)), ("line", &line_of(step)), ("duration_ms", &duration_ms)];
    about.line("step", &members);
}

/// The name of a step.
pub(crate) fn step_name(step: Step) -> &'static str {
    match step {
        Step::Follow => "follow",
        Step::Claim => "claim",
        Step::Hold => "hold",
        Step::Book { .. } => "book",
        Step::LookUp { .. } => "look_up",
        Step::Cancel { .. } => "cancel",
        Step::Settle => "settle",
        Step::ReleaseHolds => "release_holds",
        Step::Notify => "notify",
        Step::ClaimFurther { .. } => "claim_further",
        Step::SettleFurther { .. } => "settle_further",
    }
}

fn line_of(step: Step) -> Option<u8> {
    match step {
        Step::Book { line } | Step::LookUp { line } | Step::Cancel { line } => Some(line.0),
        Step::Follow
        | Step::Claim
        | Step::Hold
        | Step::Settle
        | Step::ReleaseHolds
        | Step::Notify
        | Step::ClaimFurther { .. }
        | Step::SettleFurther { .. } => None,
    }
}

/// Entries were appended: their kinds, not what they hold.
pub(crate) fn entries(about: About<'_>, entries: &[Stamped]) {
    let kinds: Vec<&str> = entries.iter().map(|stamped| kind(&stamped.entry)).collect();
    about.line("appended", &[("entries", &kinds)]);
}

fn kind(entry: &Entry) -> &'static str {
    match entry {
        Entry::Requested { .. } => "requested",
        Entry::FollowTaken => "follow_taken",
        Entry::FollowedBy { .. } => "followed_by",
        Entry::Claimed { .. } => "claimed",
        Entry::Refused { .. } => "refused",
        Entry::Held { .. } => "held",
        Entry::Confirmed { .. } => "confirmed",
        Entry::AttemptRefused { .. } => "attempt_refused",
        Entry::OutcomeUnknown { .. } => "outcome_unknown",
        Entry::FoundAbsent { .. } => "found_absent",
        Entry::LineFailed { .. } => "line_failed",
        Entry::Cancelled { .. } => "cancelled",
        Entry::CancelOrdered { .. } => "cancel_ordered",
        Entry::CancellationRequested { .. } => "cancellation_requested",
        Entry::Deferred { .. } => "deferred",
        Entry::Settled => "settled",
        Entry::HoldsReleased => "holds_released",
        Entry::Notified => "notified",
        Entry::NotifyGivenUp { .. } => "notify_given_up",
        Entry::Escalated { .. } => "escalated",
        Entry::Resolved { .. } => "resolved",
        Entry::StrayFound { .. } => "stray_found",
        Entry::AcceptedUnpaid => "accepted_unpaid",
        Entry::PaymentAdded { .. } => "payment_added",
        Entry::PaymentClaimed { .. } => "payment_claimed",
        Entry::PaymentRefused { .. } => "payment_refused",
        Entry::PaymentSettled { .. } => "payment_settled",
    }
}

/// How a payment that is not there yet stands, by the id of its claim.
pub(crate) fn pending(env: &Env, claim: &ClaimId, state: &str) {
    traced(env, "pending_payment", &[("claim", claim), ("state", &state)]);
}

/// The sweeper ran.
pub(crate) fn swept(env: &Env, report: &crate::sweep::Report) {
    traced(env, "swept", &[("report", report)]);
}

/// Something failed in the program or around it.
pub(crate) fn error(what: &str, detail: &dyn Display) {
    line("error", &[("what", &what), ("detail", &detail.to_string())]);
}

/// A call to a system elsewhere failed.
pub(crate) fn failed(env: &Env, what: &str, detail: &dyn Display) {
    traced(env, "error", &[("what", &what), ("detail", &detail.to_string())]);
}
