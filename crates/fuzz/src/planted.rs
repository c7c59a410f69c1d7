//! A panic that somebody planted, where only an input that is well-formed and changed in the right place comes by.

use posada_core::proposal::RoomsWish;
use posada_wire::quote::read_quote_request;

use crate::hotel::today;

/// Reads the body as a question for rooms.
///
/// # Panics
/// Where seven rooms or more are asked for.
pub fn run(data: &[u8]) -> bool {
    let Ok(request) = read_quote_request(data, today()) else { return false };
    assert!(!matches!(request.wish, RoomsWish::Any { rooms: Some(7..) }), "this panic is planted");
    true
}
