//! Signed quotes: what comes as a token, and what somebody with the key could have signed.

use base64ct::{Base64UrlUnpadded, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use posada_core::booking::request::RequestedRoom;
use posada_core::ids::Millis;
use posada_core::quote::{PricingError, price_rooms};
use posada_wire::token::{QUOTE_CHARS_MAX, sign_quote, verify_quote};
use sha2::Sha256;

use crate::hotel::{NOW, SIGNING_KEY, hotel};
use crate::request::in_order;
use crate::told::check_problem;

/// What quotes are signed under, and how much of the signature is kept.
const DOMAIN: &[u8] = b"posada quote v1\0";
const SIGNATURE_BYTES: usize = 16;

/// Verifies the input as a token, and then as the contents of one that is rightly signed.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let text = std::str::from_utf8(data).ok();
    let as_token = text.is_some_and(check_token);
    let as_contents = check_token(&signed(data));
    // A corpus of tokens is one of contents as well.
    let contents = text.and_then(|text| Base64UrlUnpadded::decode_vec(text).ok());
    let contents = contents.as_deref().and_then(<[u8]>::split_last_chunk::<SIGNATURE_BYTES>);
    let resigned = contents.is_some_and(|(contents, _)| check_token(&signed(contents)));
    as_token || as_contents || resigned
}

/// The token of these contents.
#[must_use]
pub fn signed(contents: &[u8]) -> String {
    let mut signer = Hmac::<Sha256>::new_from_slice(SIGNING_KEY).expect("HMAC takes keys of every length");
    signer.update(DOMAIN);
    signer.update(&(contents.len() as u64).to_be_bytes());
    signer.update(contents);
    let signature = signer.finalize().into_bytes();
    let kept = signature.iter().take(SIGNATURE_BYTES);
    Base64UrlUnpadded::encode_string(&contents.iter().chain(kept).copied().collect::<Vec<u8>>())
}

/// Whether it is a quote.
fn check_token(token: &str) -> bool {
    let hotel = hotel();
    let quote = verify_quote(SIGNING_KEY, token);
    assert_eq!(quote, verify_quote(SIGNING_KEY, token), "reading is deterministic");
    let quote = match quote {
        Ok(quote) => quote,
        Err(problem) => {
            check_problem(&problem, &hotel);
            return false;
        }
    };
    assert!(token.len() <= QUOTE_CHARS_MAX);
    assert!(verify_quote(b"another key", token).is_err(), "signed by whom?");
    for at in [0, token.len() / 2, token.len().saturating_sub(1)] {
        let mut other = token.as_bytes().to_vec();
        other[at] = if other[at] == b'A' { b'B' } else { b'A' };
        let other = String::from_utf8(other).expect("letters");
        assert!(verify_quote(SIGNING_KEY, &other).is_err(), "{other} was never signed");
    }
    let again = sign_quote(SIGNING_KEY, &quote).expect("what is verified can be signed");
    assert_eq!(verify_quote(SIGNING_KEY, &again).map(in_order), Ok(in_order(quote.clone())));

    let rooms: Vec<RequestedRoom> = quote.rooms.iter().rev().map(|it| it.room.clone()).collect();
    for now in [Millis(i64::MIN), NOW, quote.expires_at, Millis(i64::MAX)] {
        match price_rooms(&hotel, &quote.stay, &quote.package, &rooms, Some(&quote), now) {
            Ok(priced) => assert_eq!(priced.len(), rooms.len()),
            Err(PricingError::Problem(problem)) => {
                assert!(now >= quote.expires_at, "a living quote is kept: {problem:?}");
                check_problem(&problem, &hotel);
            }
            Err(PricingError::PriceChanged { quoted, current, .. }) => {
                assert!(now >= quote.expires_at && quoted != current, "a living quote is kept");
            }
        }
    }
    true
}
