//! Cancelling: which rooms, and a guest's request for it.

use posada_core::ids::{BookingId, LineNo, WaId};
use posada_core::problem::Problem;
use posada_core::property::ROOMS_PER_BOOKING_MAX;

use crate::command::Caller;
use crate::faults::{Faults, Style};
use crate::field::{List, Unknown, body};
use crate::leaf::{Count, Paragraph};
use crate::read;

/// The most characters of why a guest would like to cancel.
pub const REASON_CHARS_MAX: usize = 500;

/// A room's place in its booking, from 1.
pub(crate) type Place = Count<1, { ROOMS_PER_BOOKING_MAX as i64 }>;

/// Places of a booking.
type PlaceList = List<Place, ROOMS_PER_BOOKING_MAX>;

body! {
    /// The body of `POST /v1/bookings/{id}/cancellation-request`.
    pub struct CancellationBody {
        /// The rooms to cancel, by their `line` in the booking, from 1; left out, all of them.
        rooms: PlaceList,
        /// Why, in the guest's words.
        reason: Paragraph<REASON_CHARS_MAX>,
        /// The WhatsApp id of the booking's guest. Required of the assistant.
        wa_id: WaId,
    }
}

/// What a guest would like cancelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancellationCommand {
    /// The rooms; all of them where none is named.
    pub lines: Vec<LineNo>,
    /// Why.
    pub reason: Option<String>,
    /// The WhatsApp id that the assistant talks to.
    pub wa_id: Option<WaId>,
}

/// Reads the body of `POST /v1/bookings/{id}/cancellation-request`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_cancellation(bytes: &[u8], caller: Caller) -> Result<CancellationCommand, Problem> {
    let body: CancellationBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let command = convert(body, caller, &mut faults);
    faults.finish(Some(command))
}

/// What is asked for.
fn convert(body: CancellationBody, caller: Caller, faults: &mut Faults) -> CancellationCommand {
    let mut lines: Vec<LineNo> = Vec::new();
    if let Some(List(places)) = faults.optional("rooms", body.rooms) {
        if places.is_empty() {
            faults.push("rooms", "must have at least one room, or be left out for all");
        }
        for (index, place) in places.into_iter().enumerate() {
            let place = faults.within_entry("rooms", index, |faults| faults.required("", place));
            let line = place.and_then(|place| u8::try_from(place.get()).ok()).and_then(|n| n.checked_sub(1));
            lines.extend(line.map(LineNo));
        }
    }
    let reason = faults.optional("reason", body.reason).map(|it| it.0);
    let wa_id = match caller {
        Caller::Assistant => faults.required("wa_id", body.wa_id),
        Caller::Public | Caller::Staff => faults.optional("wa_id", body.wa_id),
    };
    faults.unknown(&body.unknown);
    CancellationCommand { lines, reason, wa_id }
}

body! {
    /// The body of the tool `request_cancellation`.
    pub struct RequestCancellationBody {
        /// The booking.
        booking_id: BookingId,
        /// The rooms to cancel, by their `line` in the booking, from 1; left out, all of them.
        rooms: PlaceList,
        /// Why, in the guest's words.
        reason: Paragraph<REASON_CHARS_MAX>,
        /// The WhatsApp id of the booking's guest: the digits of an international number.
        wa_id: WaId,
    }
}

/// Reads the body of `request_cancellation`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_request_cancellation(bytes: &[u8]) -> Result<(BookingId, CancellationCommand), Problem> {
    let body: RequestCancellationBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let id = faults.required("booking_id", body.booking_id);
    let body = CancellationBody {
        rooms: body.rooms,
        reason: body.reason,
        wa_id: body.wa_id,
        unknown: Unknown(body.unknown.0),
    };
    let command = convert(body, Caller::Assistant, &mut faults);
    faults.finish(id.map(|id| (id, command)))
}

/// The room that `n` of a path names, counted from 1.
///
/// # Errors
/// [`Problem::Invalid`] where it is no number, or one that no booking has.
pub fn read_place(n: &str) -> Result<LineNo, Problem> {
    let is_plain = !n.is_empty() && n.len() <= 2 && n.bytes().all(|byte| byte.is_ascii_digit());
    let line = n.parse::<u8>().ok().filter(|_| is_plain).and_then(|n| n.checked_sub(1));
    match line.filter(|line| usize::from(*line) < ROOMS_PER_BOOKING_MAX) {
        Some(line) => Ok(LineNo(line)),
        None => {
            Err(Problem::field("n", format!("must be a room of the booking, 1 to {ROOMS_PER_BOOKING_MAX}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_counted_from_one() {
        assert_eq!(read_place("1"), Ok(LineNo(0)));
        assert_eq!(read_place("20"), Ok(LineNo(19)));
        for wrong in ["", "0", "21", "-1", "+1", "1.0", "one", "999", "१"] {
            assert!(read_place(wrong).is_err(), "{wrong}");
        }
    }

    #[track_caller]
    fn faults(body: &str, caller: Caller) -> Vec<String> {
        let Err(Problem::Invalid { fields }) = read_cancellation(body.as_bytes(), caller) else {
            panic!("{body} has faults")
        };
        fields.into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn a_request_names_rooms_or_means_all() {
        let read = |body: &str| read_cancellation(body.as_bytes(), Caller::Public).expect("a request");
        assert_eq!(read("{}"), CancellationCommand { lines: vec![], reason: None, wa_id: None });
        let some = read(r#"{"rooms": [3, 1], "reason": "ya no viajamos"}"#);
        assert_eq!(
            (some.lines, some.reason.as_deref()),
            (vec![LineNo(2), LineNo(0)], Some("ya no viajamos"))
        );
        assert_eq!(
            faults(r#"{"rooms": [0, "x"], "more": 1}"#, Caller::Public),
            ["rooms[0]", "rooms[1]", "more"]
        );
        assert_eq!(faults(r#"{"rooms": []}"#, Caller::Public), ["rooms"]);
        assert_eq!(faults("{}", Caller::Assistant), ["wa_id"]);
    }

    #[test]
    fn the_tool_names_the_booking_too() {
        let wrong = |body: &str| read_request_cancellation(body.as_bytes()).expect_err("refused").fields();
        let fields = wrong(r#"{"booking_id": null, "rooms": [1, 0], "wa_id": "50370001234"}"#);
        assert_eq!(fields.iter().map(|it| it.field.as_str()).collect::<Vec<_>>(), ["booking_id", "rooms[1]"]);
        let booking_id = "0f".repeat(16);
        let all = format!(
            r#"{{"booking_id": "{booking_id}", "wa_id": "50370001234", "rooms": null, "reason": null}}"#
        );
        let (id, command) = read_request_cancellation(all.as_bytes()).expect("a request");
        assert_eq!((id.as_str(), command.lines.len()), (booking_id.as_str(), 0));
    }
}
