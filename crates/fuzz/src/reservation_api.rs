//! What the hotel's own reservation system answers, as JSON under every status: it is believed only where it is what
//! was agreed, and whatever else it is, nothing is guessed.

use posada_core::booking::effect::{Failure, Reservation};
use posada_core::ids::{ReservationCode, RoomNumber};
use posada_wire::reservation_api::{
    ApiCapabilities, ListedRoom, Page, Reply, known_rooms, read_booked, read_cancelled, read_found,
    read_free, read_page, retry_after_ms,
};
use posada_wire::stored::{Read, Write, from_text, to_text};
use serde_json::json;

use crate::hotel::{NOW, hotel, rooms};
use crate::journal::reservation;

/// Those that mean something of their own, and some of those that mean nothing.
const STATUSES: [u16; 14] = [0, 100, 200, 201, 204, 302, 400, 401, 404, 409, 422, 429, 500, 503];
/// The most characters of the system's own words that are kept, and the longest that it may ask to be left alone.
const WORDS_CHARS_MAX: usize = 300;
const DAY_MS: i64 = 24 * 3_600_000;

/// Reads the body as the answer to every question and every order.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let header = text.lines().next().unwrap_or_default();
    let wait = retry_after_ms(header, NOW);
    assert!(wait.is_none_or(|ms| (0..=DAY_MS).contains(&ms)), "{wait:?}");
    if let Ok(capabilities) = ApiCapabilities::parse(header) {
        assert_eq!(ApiCapabilities::parse(&format!("{header},")), Ok(capabilities));
    }
    let mut is_well_formed = false;
    for status in STATUSES {
        let reply = Reply { status, retry_after: Some(header.to_owned()), body: data.to_vec() };
        is_well_formed |= read_all(&reply, wait);
    }
    is_well_formed
}

fn read_all(reply: &Reply, wait: Option<i64>) -> bool {
    let is_success = (200..=299).contains(&reply.status);
    let ordered = reservation("54", "1").room;
    let mut is_well_formed = false;
    for ordered in [None, Some(&ordered)] {
        let booked = twice(reply, wait, |it| read_booked(it, ordered, NOW));
        if let Ok(found) = &booked {
            assert!(is_success, "{} is no yes", reply.status);
            check_reservation(found, ordered);
        }
        is_well_formed |= booked.is_ok() || matches!(booked, Err(Failure::Refused(_)));
    }
    match twice(reply, wait, |it| read_found(it, NOW)) {
        Ok(Some(found)) => {
            assert!(is_success, "{} is no yes", reply.status);
            check_reservation(&found, None);
        }
        Ok(None) => {
            assert!(is_success || reply.status == 404, "{} does not say that there is none", reply.status)
        }
        Err(failure) => assert!(!matches!(failure, Failure::Refused(_)), "a question is never refused"),
    }
    if twice(reply, wait, |it| read_cancelled(it, NOW)).is_ok() {
        assert!(is_success || reply.status == 404, "{} is no yes", reply.status);
    }
    if let Ok(free) = twice(reply, wait, |it| read_free(it, NOW)) {
        assert!(is_success, "{} lists nothing", reply.status);
        is_well_formed |= !free.is_empty();
        check_free(&free);
    }
    if let Ok(page) = twice(reply, wait, |it| read_page(it, NOW)) {
        assert!(is_success, "{} lists nothing", reply.status);
        is_well_formed = true;
        check_stored::<Page>(&page);
    }
    is_well_formed
}

/// Reads twice, which must answer the same; and what is no answer must not be taken for one.
fn twice<T: PartialEq + std::fmt::Debug>(
    reply: &Reply,
    wait: Option<i64>,
    read: impl Fn(&Reply) -> Result<T, Failure<String>>,
) -> Result<T, Failure<String>> {
    let first = read(reply);
    assert_eq!(first, read(reply), "reading is deterministic");
    match (&first, reply.status) {
        (Err(Failure::Retryable { after_ms }), 429) => assert_eq!(*after_ms, wait),
        (_, 429) => panic!("429 is {first:?}"),
        (Err(Failure::Retryable { .. }), status) => panic!("{status} is to be tried again"),
        (Err(Failure::Unknown), _) => {}
        (Err(Failure::Refused(words)), status) => {
            assert!(matches!(status, 200 | 404 | 409 | 422), "{status} is no no");
            let length = words.chars().count();
            assert!(
                (1..=WORDS_CHARS_MAX).contains(&length) && !words.chars().any(char::is_control),
                "{words:?}"
            );
        }
        (Ok(_), 200..=299 | 404) => {}
        (Ok(_), status) => panic!("{status} is {first:?}"),
    }
    first
}

/// What is believed can be written to the ledger and to the hotel's table, and is the same when it is said again.
fn check_reservation(found: &Reservation, ordered: Option<&RoomNumber>) {
    let (code, room) = (found.code.as_str(), found.room.as_str());
    assert_eq!(ReservationCode::parse(code).as_ref(), Ok(&found.code));
    assert_eq!(RoomNumber::parse(room).as_ref(), Ok(&found.room));
    assert!(!code.contains(',') && !code.is_empty(), "a code is one of a list in codreser");
    check_stored::<Reservation>(found);
    let body = json!({"success": true, "reserva": code, "room_number": room, "status": "booked"}).to_string();
    let again = Reply { status: 200, retry_after: None, body: body.into_bytes() };
    assert_eq!(read_booked(&again, ordered, NOW).as_ref(), Ok(found));
    assert_eq!(read_found(&again, NOW), Ok(Some(found.clone())));
}

/// Of a list only the hotel's own rooms are free, and none that the list contradicts the settings about.
fn check_free(listed: &[ListedRoom]) {
    let hotel = hotel();
    let own = rooms(&hotel);
    let (known, contradicting) = known_rooms(listed, &hotel.room_types);
    for room in known.iter() {
        assert!(own.contains(room) && !contradicting.contains(room), "{room} is not free");
        assert!(listed.iter().any(|it| it.room == *room));
    }
    listed.iter().for_each(check_stored::<ListedRoom>);
}

/// What an object tells another is the same there.
fn check_stored<T: Read + Write + PartialEq + std::fmt::Debug>(value: &T) {
    let text = to_text(value);
    assert_eq!(from_text::<T>(&text).as_ref(), Some(value), "{text}");
}
