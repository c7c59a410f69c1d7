//! How a booking is getting on: in the answer of one that still runs, and in its stream of events.

use posada_core::booking::Booking;
use posada_core::booking::journal::{Entry, Stamped};
use posada_core::booking::outcome::Outcome;
use posada_core::booking::progress::{Milestone, RoomProgress};
use posada_core::ids::{BookingId, ReservationCode, RoomNumber};

use crate::answer::{BookingAnswer, place};
use crate::stored::{Write, write_members};
use crate::time::Timestamp;
use crate::written;

/// How far one requested room is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgressView {
    /// Its place in the request, from 1.
    pub line: u16,
    /// `checking`, `held`, `booked` or `failed`.
    pub state: &'static str,
    /// The room that is held or booked for it; of a failed one that which was last tried.
    pub room: Option<RoomNumber>,
    /// Its reservation's code, once it is booked.
    pub reserva: Option<ReservationCode>,
}

written!(ProgressView { line, state, room, reserva });

impl From<RoomProgress> for ProgressView {
    fn from(it: RoomProgress) -> Self {
        Self { line: place(it.line), state: it.state.name(), room: it.room, reserva: it.code }
    }
}

/// How far every requested room is, in line order.
#[must_use]
pub fn progress_of(booking: &Booking) -> Vec<ProgressView> {
    booking.progress().into_iter().map(ProgressView::from).collect()
}

/// One event of a booking's stream. All have this one shape.
struct EventView<'a> {
    booking_id: &'a BookingId,
    at: Timestamp,
    outcome: Outcome,
    lines: Vec<u16>,
    progress: Vec<ProgressView>,
    code: Option<&'static str>,
    answer: Option<&'a BookingAnswer>,
}

impl Write for EventView<'_> {
    fn write(&self, out: &mut String) {
        let Self { booking_id, at, outcome, lines, progress, code, answer } = self;
        let mut members: Vec<(&str, &dyn Write)> =
            vec![("booking_id", *booking_id), ("at", at), ("outcome", outcome)];
        members.extend_from_slice(&[("lines", lines), ("progress", progress), ("code", code)]);
        if let Some(answer) = answer {
            members.push(("answer", *answer));
        }
        write_members(out, &members);
    }
}

/// A booking's journal as the guest follows it: what each entry tells, in the form of server-sent events.
pub struct Follower {
    booking: Booking,
    /// The number of the entry last taken in.
    pub seq: i64,
    /// When the entry was decided after which the booking had ended, and its number.
    ended: Option<(i64, Timestamp)>,
}

impl Follower {
    /// Before the first entry.
    #[must_use]
    pub fn new(id: BookingId) -> Self {
        Self { booking: Booking::new(id), seq: 0, ended: None }
    }

    /// Takes an entry in and writes what it tells the guest, unless they have it: `after` is the number that they
    /// have last. `None` where the entry does not fit.
    #[must_use]
    pub fn take(&mut self, seq: i64, stamped: &Stamped, after: i64, out: &mut String) -> Option<()> {
        let before = self.booking.outcome();
        self.booking.apply(stamped).ok()?;
        self.seq = seq;
        let now = self.booking.outcome();
        let at = Timestamp(stamped.at);
        if matches!(stamped.entry, Entry::Requested { .. }) {
            // What an earlier try was refused for is not this one's affair.
            out.clear();
        }
        if now != before {
            self.ended = now.map(|_| (seq, at));
        }
        let ends_here = now.is_some() && now != before;
        if let Some(milestone) = self.booking.milestone(&stamped.entry).filter(|_| seq > after) {
            let lines = milestone.lines().iter().map(|line| place(*line)).collect();
            let code = match &milestone {
                Milestone::Refused => self.booking.refusal().map(|problem| problem.code()),
                _ => None,
            };
            // What ends the booking tells that next, under the same number: who has only the first has not all.
            let number = (!ends_here).then_some(seq);
            self.write(milestone.name(), number, at, lines, code, None, out);
        }
        Some(())
    }

    /// The booking as far as its entries were taken in.
    #[must_use]
    pub fn booking(&self) -> &Booking {
        &self.booking
    }

    /// Whether there is nothing more to be told: it ended, or was refused.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.booking.outcome().is_some() || self.booking.refusal().is_some()
    }

    /// Whether who has the entry of this number has all.
    #[must_use]
    pub fn has_all(&self, after: i64) -> bool {
        match self.ended {
            Some((seq, _)) => after >= seq,
            None => self.booking.refusal().is_some() && after >= self.seq,
        }
    }

    /// Writes the last event of a booking that ended: its whole answer.
    pub fn finish(&self, answer: &BookingAnswer, out: &mut String) {
        if let Some((seq, at)) = self.ended {
            self.write("finished", Some(seq), at, Vec::new(), None, Some(answer), out);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is a member of the event")]
    fn write(
        &self,
        name: &str,
        number: Option<i64>,
        at: Timestamp,
        lines: Vec<u16>,
        code: Option<&'static str>,
        answer: Option<&BookingAnswer>,
        out: &mut String,
    ) {
        if let Some(number) = number {
            out.push_str("id: ");
            number.write(out);
            out.push('\n');
        }
        out.push_str("event: ");
        out.push_str(name);
        out.push_str("\ndata: ");
        let view = EventView {
            booking_id: self.booking.id(),
            at,
            outcome: self.booking.report().outcome,
            lines,
            progress: progress_of(&self.booking),
            code,
            answer,
        };
        // JSON writes line breaks as \n, so that the data are one line.
        view.write(out);
        out.push_str("\n\n");
    }
}
