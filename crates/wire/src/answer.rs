//! What a booking is answered.

use posada_core::booking::CancellationRequest;
use posada_core::booking::journal::StaffReason;
use posada_core::booking::notice::{Delivery, Notice};
use posada_core::booking::outcome::{BookedRoom, FailedRoom, FailureCause, Outcome, Report};
use posada_core::ids::{BookingId, LineNo, ReservationCode, RoomNumber, RoomTypeId, WaId};

use crate::command::{Caller, Form};
use crate::number::Amount;
use crate::progress::ProgressView;
use crate::proposal::Redistribution;
use crate::written;

/// A room that is booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookedView {
    /// Its place in the request, from 1: what it is called when it is to be cancelled.
    pub line: u16,
    /// The reservation API's code, without the hotel's prefix.
    pub reserva: ReservationCode,
    /// The room really booked.
    pub room: RoomNumber,
    /// Its type, as sent.
    pub bungalow_type: RoomTypeId,
    /// Guests of 11 and more.
    pub adults: u16,
    /// Children of 0 to 5.
    pub children_0_5: u16,
    /// Children of 6 to 10.
    pub children_6_10: u16,
    /// Extra beds in it.
    pub extra_beds: u16,
    /// Its price for the stay.
    pub amount: Amount,
    /// What the payment paid of it.
    pub paid_amount: Amount,
}

written!(BookedView {
    line,
    reserva,
    room,
    bungalow_type,
    adults,
    children_0_5,
    children_6_10,
    extra_beds,
    amount,
    paid_amount
});

impl From<&BookedRoom> for BookedView {
    fn from(room: &BookedRoom) -> Self {
        Self {
            line: place(room.line),
            reserva: room.code.clone(),
            room: room.room.clone(),
            bungalow_type: room.room_type.clone(),
            adults: room.guests.adults,
            children_0_5: room.guests.children_0_5,
            children_6_10: room.guests.children_6_10,
            extra_beds: room.extra_beds,
            amount: Amount(room.amount),
            paid_amount: Amount(room.paid),
        }
    }
}

/// A room as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedView {
    /// Its type, as sent.
    pub bungalow_type: RoomTypeId,
    /// Guests of 11 and more.
    pub adults: u16,
    /// Children of 0 to 5.
    pub children_0_5: u16,
    /// Children of 6 to 10.
    pub children_6_10: u16,
    /// Extra beds that they need.
    pub extra_beds: u16,
}

written!(AskedView { bungalow_type, adults, children_0_5, children_6_10, extra_beds });

/// A room that is not booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedView {
    /// Its place in the request, from 1.
    pub line: u16,
    /// What was asked for.
    pub booking: AskedView,
    /// The room last tried, or the one that was cancelled, where there was one.
    pub room: Option<RoomNumber>,
    /// The code of the reservation that was cancelled, where there was one.
    pub reserva: Option<ReservationCode>,
    /// Why, for programs.
    pub code: &'static str,
    /// Why, for the guest.
    pub reason: String,
    /// Why, in English, for the developer of the calling program; for staff in the reservation API's words.
    pub error: String,
}

written!(FailedView { line, booking, room, reserva, code, reason, error });

/// A line as people count: from 1.
pub(crate) fn place(line: LineNo) -> u16 {
    u16::from(line.0).saturating_add(1)
}

impl FailedView {
    /// The failed room, with its reason in the guest's language.
    #[must_use]
    pub fn new(room: &FailedRoom, reason: String, caller: Caller) -> Self {
        Self {
            line: place(room.line),
            reserva: room.code.clone(),
            booking: AskedView {
                bungalow_type: room.room_type.clone(),
                adults: room.guests.adults,
                children_0_5: room.guests.children_0_5,
                children_6_10: room.guests.children_6_10,
                extra_beds: room.extra_beds,
            },
            room: room.room.clone(),
            code: room.cause.code(),
            reason,
            error: error_of(&room.cause, caller),
        }
    }
}

/// The reservation API's own words may hold anything, so only staff see them.
fn error_of(cause: &FailureCause, caller: Caller) -> String {
    let error = match cause {
        FailureCause::NoAvailability => "No room of the type is free for the whole stay",
        FailureCause::Refused { error } if caller == Caller::Staff => error,
        FailureCause::Refused { .. } => "The reservation API refused the room",
        FailureCause::Unreachable => "The reservation API could not be reached; nothing was booked",
        FailureCause::Unconfirmed => "It is not known whether the room is booked; staff find out",
        FailureCause::AllOrNothing => {
            "Cancelled, because another room failed and all or nothing was asked for"
        }
        FailureCause::Cancelled => "Cancelled",
    };
    error.to_owned()
}

/// How telling the hotel's programs of the present ending stands; for staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationView {
    /// The event's number among the booking's.
    pub sequence: u32,
    /// `pending`, `delivered` or `given_up`.
    pub state: &'static str,
    /// Why it was given up.
    pub error: Option<String>,
}

written!(NotificationView { sequence, state, error });

impl From<(u32, Delivery)> for NotificationView {
    fn from((sequence, delivery): (u32, Delivery)) -> Self {
        let (state, error) = match delivery {
            Delivery::Pending => ("pending", None),
            Delivery::Delivered => ("delivered", None),
            Delivery::GivenUp { error } => ("given_up", Some(error)),
        };
        Self { sequence, state, error }
    }
}

/// What is said about a booking in words.
pub struct Words<'a> {
    /// The message for the guest.
    pub customer_message: String,
    /// Why a room failed, for the guest.
    pub reason: &'a dyn Fn(&FailedRoom) -> String,
}

/// A booking, as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingAnswer {
    /// The booking.
    pub booking_id: BookingId,
    /// What its guest shows to ask for it again; said to whom makes it, and to whom repeats that.
    pub token: Option<String>,
    /// `true` where the same was asked for under another key before, and this is that booking; else left out.
    pub existing: Option<bool>,
    /// How it stands.
    pub outcome: Outcome,
    /// Whether at least one room is booked.
    pub success: bool,
    /// The single form's room: its code, or `null` where it is not booked. Left out in the other form.
    pub reserva: Option<Option<ReservationCode>>,
    /// Rooms booked, in line order.
    pub bookings: Vec<BookedView>,
    /// Rooms not booked, in line order.
    pub failed_bookings: Vec<FailedView>,
    /// What is offered for the guests of the failed rooms.
    pub redistribution: Option<Redistribution>,
    /// The booking that is for the guests of the failed rooms.
    pub followed_by: Option<BookingId>,
    /// The booking whose failed rooms' guests this one is for.
    pub follows: Option<BookingId>,
    /// The rooms, from 1, that the guest asked to cancel and staff have not decided on.
    pub cancellation_requested: Option<Vec<u16>>,
    /// The price of the rooms booked.
    pub total_amount: Amount,
    /// What is still to be paid for them.
    pub balance_due: Amount,
    /// What the guest is told.
    pub customer_message: String,
    /// How far every requested room is, while the booking goes on.
    pub progress: Option<Vec<ProgressView>>,
    /// How telling the hotel's programs stands; for staff.
    pub notification: Option<NotificationView>,
    /// Of an event: its number among the booking's.
    pub sequence: Option<u32>,
    /// Of an event: the WhatsApp id that the assistant talks to.
    pub wa_id: Option<WaId>,
    /// Of an event: why people must look at it.
    pub staff_reasons: Option<Vec<&'static str>>,
}

written!(BookingAnswer {
    booking_id,
    token,
    existing,
    outcome,
    success,
    reserva,
    bookings,
    failed_bookings,
    redistribution,
    followed_by,
    follows,
    cancellation_requested,
    total_amount,
    balance_due,
    customer_message,
    progress,
    notification,
    sequence,
    wa_id,
    staff_reasons
});

impl BookingAnswer {
    /// The answer that this report is, in the form that the booking was sent in.
    #[must_use]
    pub fn new(id: &BookingId, report: &Report, form: Form, caller: Caller, words: Words<'_>) -> Self {
        let failed = |room: &FailedRoom| FailedView::new(room, (words.reason)(room), caller);
        Self {
            booking_id: id.clone(),
            token: None,
            existing: None,
            outcome: report.outcome,
            success: report.is_success(),
            reserva: match form {
                Form::Many => None,
                Form::Single => Some(report.booked.first().map(|room| room.code.clone())),
            },
            bookings: report.booked.iter().map(BookedView::from).collect(),
            failed_bookings: report.failed.iter().map(failed).collect(),
            redistribution: None,
            followed_by: None,
            follows: None,
            cancellation_requested: None,
            total_amount: Amount(report.total),
            balance_due: Amount(report.balance_due),
            customer_message: words.customer_message,
            progress: None,
            notification: None,
            sequence: None,
            wa_id: None,
            staff_reasons: None,
        }
    }

    /// What an event says of the booking: its answer, for the hotel's own programs.
    #[must_use]
    pub fn of_notice(id: &BookingId, notice: Notice, words: Words<'_>) -> Self {
        let reasons: Vec<&'static str> = notice.staff_reasons.iter().map(StaffReason::code).collect();
        Self {
            sequence: Some(notice.number),
            wa_id: notice.wa_id,
            staff_reasons: (!reasons.is_empty()).then_some(reasons),
            ..Self::new(id, &notice.report, Form::Many, Caller::Assistant, words)
        }
    }

    /// The same with the token that the guest keeps.
    #[must_use]
    pub fn with_token(mut self, token: String) -> Self {
        self.token = Some(token);
        self
    }

    /// The same, said of a booking that was made under another key.
    #[must_use]
    pub fn as_existing(mut self) -> Self {
        self.existing = Some(true);
        self
    }

    /// The same with the rooms that the guest asked to cancel.
    #[must_use]
    pub fn with_cancellation_requested(mut self, request: Option<&CancellationRequest>) -> Self {
        self.cancellation_requested = request.map(places);
        self
    }
}

fn places(request: &CancellationRequest) -> Vec<u16> {
    request.lines.iter().map(|line| place(*line)).collect()
}

/// What a request for a cancellation is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationAnswer {
    /// The booking.
    pub booking_id: BookingId,
    /// The rooms, from 1, that staff were asked to cancel and have not decided on.
    pub cancellation_requested: Vec<u16>,
    /// What the guest is told.
    pub customer_message: String,
}

written!(CancellationAnswer { booking_id, cancellation_requested, customer_message });

impl CancellationAnswer {
    /// The answer to a request that stands so.
    #[must_use]
    pub fn new(id: &BookingId, request: Option<&CancellationRequest>, customer_message: String) -> Self {
        let cancellation_requested = request.map(places).unwrap_or_default();
        Self { booking_id: id.clone(), cancellation_requested, customer_message }
    }
}
