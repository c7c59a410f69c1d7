//! What staff see of bookings, and what they send about their cases.

use posada_core::booking::Booking;
use posada_core::booking::effect::Reservation;
use posada_core::booking::journal::Stamped;
use posada_core::booking::outcome::{LineStanding, Outcome};
use posada_core::ids::{BookingId, LineNo, Reference, ReservationCode, RoomNumber, RoomTypeId};
use posada_core::message::{Language, entry_text, reason_text, step_text};
use posada_core::problem::Problem;
use posada_core::property::ROOMS_PER_BOOKING_MAX;

use crate::booking::INSTRUCTIONS_CHARS_MAX;
use crate::faults::{Faults, Style};
use crate::field::{Object, body};
use crate::leaf::{Count, Paragraph};
use crate::number::Amount;
use crate::read;
use crate::stored::Write;
use crate::time::Timestamp;
use crate::written;

const LINE_MAX: i64 = ROOMS_PER_BOOKING_MAX as i64;

/// A line as people count it, from 1.
fn counted(line: LineNo) -> u16 {
    u16::from(line.0).saturating_add(1)
}

body! {
    /// A reservation that staff found.
    pub struct FoundBody {
        /// The reservation's code, with the hotel's prefix or without.
        reserva: ReservationCode,
        /// The room.
        room_number: RoomNumber,
    }
}

body! {
    /// The body of `POST /v1/staff/cases/{id}/resolve`.
    pub struct ResolutionBody {
        /// The booking's line that it is about, from 1; left out, the payment or the case itself.
        line: Count<1, LINE_MAX>,
        /// The reservation that there is for the line; left out, there is none.
        found: Object<FoundBody>,
        /// What staff found out and did.
        note: Paragraph<INSTRUCTIONS_CHARS_MAX>,
    }
}

/// What staff found out about a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The line; none where it is the payment that they looked at, or no booking's case.
    pub line: Option<LineNo>,
    /// The reservation that there is for it, if there is one.
    pub found: Option<Reservation>,
    /// What they found and did.
    pub note: String,
}

/// Reads the body of a resolution.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_resolution(bytes: &[u8]) -> Result<Resolution, Problem> {
    let body: ResolutionBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let line = faults.optional("line", body.line).map(|line| {
        let place = line.get().saturating_sub(1);
        LineNo(u8::try_from(place).unwrap_or(u8::MAX))
    });
    let found = faults.optional("found", body.found).and_then(|Object(found)| {
        faults.within("found", |faults| {
            let code = faults.required("reserva", found.reserva);
            let room = faults.required("room_number", found.room_number);
            faults.unknown(&found.unknown);
            Some(Reservation { code: code?, room: room? })
        })
    });
    if found.is_some() && line.is_none() && faults.is_empty() {
        faults.push("line", "is required with found");
    }
    let note = faults.required("note", body.note).map(|it| it.0);
    faults.unknown(&body.unknown);
    faults.finish(note.map(|note| Resolution { line, found, note }))
}

/// JSON that is there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raw(pub String);

impl Write for Raw {
    fn write(&self, out: &mut String) {
        out.push_str(&self.0);
    }
}

/// Why staff must look at a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonView {
    /// For programs.
    pub code: &'static str,
    /// The line, from 1; none where it is the payment.
    pub line: Option<u16>,
    /// For people.
    pub text: String,
}

written!(ReasonView { code, line, text });

/// A step that cannot be carried out for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DelayView {
    /// What is to be done, for people.
    pub text: String,
    /// Since when it is tried.
    pub since: Timestamp,
}

written!(DelayView { text, since });

/// What the guest asks to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationView {
    /// The lines, from 1.
    pub lines: Vec<u16>,
    /// Why, in the guest's words.
    pub reason: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

written!(CancellationView { lines, reason, since });

/// A line of a booking, for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineView {
    /// Its place, from 1.
    pub line: u16,
    /// Its type.
    pub bungalow_type: RoomTypeId,
    /// Guests of 11 and more.
    pub adults: u16,
    /// Children of 0 to 5.
    pub children_0_5: u16,
    /// Children of 6 to 10.
    pub children_6_10: u16,
    /// How it stands.
    pub state: &'static str,
    /// Its room, where it has or had one.
    pub room: Option<RoomNumber>,
    /// Its reservation's code.
    pub reserva: Option<ReservationCode>,
    /// What the reservation system knows it by, or may.
    pub reference: Option<String>,
    /// Its price for the stay.
    pub amount: Amount,
    /// Its share of the payment.
    pub share_amount: Amount,
}

written!(LineView {
    line,
    bungalow_type,
    adults,
    children_0_5,
    children_6_10,
    state,
    room,
    reserva,
    reference,
    amount,
    share_amount,
});

impl From<LineStanding> for LineView {
    fn from(it: LineStanding) -> Self {
        let guests = it.requested.guests;
        Self {
            line: counted(it.line),
            bungalow_type: it.requested.room_type,
            adults: guests.adults,
            children_0_5: guests.children_0_5,
            children_6_10: guests.children_6_10,
            state: it.state,
            room: it.room,
            reserva: it.code,
            reference: it.reference.as_ref().map(Reference::to_string),
            amount: Amount(it.amount),
            share_amount: Amount(it.share),
        }
    }
}

/// An entry of a booking's journal, for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryView {
    /// When.
    pub at: Timestamp,
    /// What happened.
    pub text: String,
}

written!(EntryView { at, text });

/// A booking as staff see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffView {
    /// The booking.
    pub booking_id: BookingId,
    /// How it stands; `refused` where it was refused before anything was done.
    pub state: &'static str,
    /// Since when it waits for staff, or else when something last happened to it.
    pub since: Timestamp,
    /// Why staff must look at it.
    pub reasons: Vec<ReasonView>,
    /// What cannot be done for now.
    pub delays: Vec<DelayView>,
    /// What the guest asks to cancel, where that waits for staff.
    pub cancellation: Option<CancellationView>,
    /// Who booked.
    pub customer_name: String,
    /// The guest's telephone.
    pub phone_number: String,
    /// The guest's e-mail address.
    pub email: String,
    /// Arrival.
    pub check_in_date: String,
    /// Departure.
    pub check_out_date: String,
    /// How it is paid.
    pub payment_method: &'static str,
    /// The payment's reference.
    pub payment_reference: String,
    /// What of the payment is set aside for it and paid for nothing yet.
    pub set_aside_amount: Amount,
    /// Its lines.
    pub lines: Vec<LineView>,
    /// What happened to it, oldest first; only where that was asked for.
    pub journal: Option<Vec<EntryView>>,
}

written!(StaffView {
    booking_id,
    state,
    since,
    reasons,
    delays,
    cancellation,
    customer_name,
    phone_number,
    email,
    check_in_date,
    check_out_date,
    payment_method,
    payment_reference,
    set_aside_amount,
    lines,
    journal,
});

impl StaffView {
    /// The booking; `None` before anything was asked of it.
    #[must_use]
    pub fn of(booking: &Booking, language: Language, journal: Option<&[Stamped]>) -> Option<Self> {
        use posada_core::booking::journal::StaffReason;
        let request = booking.request()?;
        let reason = |reason: &StaffReason| ReasonView {
            code: match reason {
                StaffReason::Unconfirmed { .. } => "unconfirmed",
                StaffReason::CodreserFull => "codreser_full",
                StaffReason::CancelFailed { .. } => "cancel_failed",
                StaffReason::LedgerRefused { .. } => "ledger_refused",
            },
            line: reason.line().map(counted),
            text: reason_text(reason, language),
        };
        let payment = &request.payment.payment;
        Some(Self {
            booking_id: booking.id().clone(),
            state: match booking.refusal() {
                Some(_) => "refused",
                None => booking.outcome().unwrap_or(Outcome::InProgress).name(),
            },
            since: Timestamp(
                booking.escalated_at().or(booking.delayed_since()).unwrap_or(booking.latest_at()),
            ),
            reasons: booking.staff_reasons().iter().map(reason).collect(),
            delays: booking
                .delayed()
                .into_iter()
                .map(|(step, since)| DelayView { text: step_text(step, language), since: Timestamp(since) })
                .collect(),
            cancellation: booking.cancellation_requested().map(|it| CancellationView {
                lines: it.lines.into_iter().map(counted).collect(),
                reason: it.reason,
                since: Timestamp(it.at),
            }),
            customer_name: request.guest.customer_name.clone(),
            phone_number: request.guest.phone_number.clone(),
            email: request.guest.email.clone(),
            check_in_date: request.stay.check_in().to_string(),
            check_out_date: request.stay.check_out().to_string(),
            payment_method: payment.method.as_str(),
            payment_reference: payment.reference.clone(),
            set_aside_amount: Amount(booking.set_aside()),
            lines: booking.lines().into_iter().map(LineView::from).collect(),
            journal: journal.map(|journal| {
                let view = |stamped: &Stamped| EntryView {
                    at: Timestamp(stamped.at),
                    text: entry_text(&stamped.entry, language),
                };
                journal.iter().map(view).collect()
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, faults: &[&str]) {
        let problem = read_resolution(body.as_bytes()).expect_err("refused");
        let found: Vec<String> =
            problem.fields().iter().map(|fault| format!("{} {}", fault.field, fault.message)).collect();
        assert_eq!(found, faults, "{body}");
    }

    #[test]
    fn a_resolution_names_its_line_what_was_found_and_a_note() {
        let body = r#"{"line": 2, "found": {"reserva": "26181", "room_number": "54"}, "note": "vista"}"#;
        let resolution = read_resolution(body.as_bytes()).expect("a resolution");
        assert_eq!(resolution.line, Some(LineNo(1)));
        assert_eq!(resolution.found.map(|it| it.code.to_string()), Some("26181".to_owned()));
        let body = r#"{"line": 1, "found": null, "note": "no está"}"#;
        assert_eq!(read_resolution(body.as_bytes()).expect("a resolution").found, None);

        check("{}", &["note is required"]);
        check(r#"{"note": "x", "line": 21}"#, &["line must be a whole number from 1 to 20"]);
        check(r#"{"note": "x", "line": "1"}"#, &["line must be a whole number from 1 to 20"]);
        check(
            r#"{"note": "x", "line": 1, "found": {}}"#,
            &["found.reserva is required", "found.room_number is required"],
        );
        check(
            r#"{"note": "x", "found": {"reserva": "1", "room_number": "54"}}"#,
            &["line is required with found"],
        );
        check(r#"{"note": "x", "line": 1, "found": "26181"}"#, &["found must be an object"]);
        check(r#"{"note": "x", "room": "54"}"#, &["room is not a known field here"]);
    }
}
