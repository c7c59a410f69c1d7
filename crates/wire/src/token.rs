//! Signed quotes, and what is derived from secrets: booking ids, hashes of tokens, comparison of keys.
//!
//! A quote is as short as it can be, because an assistant has to repeat it letter by letter: a few bytes, the first
//! 128 bits of their HMAC-SHA-256, in base64url.

use base64ct::{Base64UrlUnpadded, Encoding};
use chrono::{Days, NaiveDate};
use ctutils::{Choice, CtEq};
use hmac::{Hmac, KeyInit, Mac};
use posada_core::booking::request::RequestedRoom;
use posada_core::ids::{BookingId, Millis, PackageId, RoomTypeId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::problem::Problem;
use posada_core::property::ROOMS_PER_BOOKING_MAX;
use posada_core::quote::{Quote, QuotedRoom};
use posada_core::stay::Stay;
use sha2::Sha256;

use crate::canonical::Fingerprint;

/// The longest signed quote, in characters: twenty rooms of as many types with the longest names fit.
pub const QUOTE_CHARS_MAX: usize = 6_000;

const QUOTE_DOMAIN: &[u8] = b"posada quote v1\0";
const BOOKING_DOMAIN: &[u8] = b"posada booking v1\0";
const COMPARE_DOMAIN: &[u8] = b"posada compare v1\0";
/// The first byte of a quote, to be counted up when what follows changes.
const QUOTE_VERSION: u8 = 1;
/// The bytes of the signature that are kept.
const SIGNATURE_BYTES: usize = 16;

type Signer = Hmac<Sha256>;

/// The HMAC of `domain` and each part, with the part's length before it.
pub(crate) fn hmac(key: &[u8], domain: &[u8], parts: &[&[u8]]) -> Signer {
    // HMAC takes keys of every length, so the other arm is never taken.
    let mut signer = Signer::new_from_slice(key).unwrap_or_else(|_| Signer::new(&Default::default()));
    signer.update(domain);
    for part in parts {
        signer.update(&(part.len() as u64).to_be_bytes());
        signer.update(part);
    }
    signer
}

/// Signs a quote.
///
/// # Errors
/// [`Problem::QuoteMismatch`] where it has more rooms than a booking may have, or prices or dates before any that can
/// be booked.
pub fn sign_quote(signing_key: &[u8], quote: &Quote) -> Result<String, Problem> {
    let unsignable = || Problem::QuoteMismatch { detail: "it cannot be signed".to_owned() };
    let mut bytes = encode(quote).ok_or_else(unsignable)?;
    let signature = hmac(signing_key, QUOTE_DOMAIN, &[&bytes]).finalize().into_bytes();
    bytes.extend(signature.iter().take(SIGNATURE_BYTES));
    Ok(Base64UrlUnpadded::encode_string(&bytes))
}

/// Reads a signed quote. Whether it has expired is the core's question.
///
/// # Errors
/// [`Problem::QuoteMismatch`] where it is not one of ours.
///
/// ```
/// # use posada_core::{booking::request::RequestedRoom, fixtures, ids::Millis, money::Money, party::Occupancy};
/// # use posada_core::{quote::{Quote, QuotedRoom}, stay::Stay};
/// # use posada_wire::token::{sign_quote, verify_quote};
/// let hotel = fixtures::demo();
/// let guests = Occupancy { adults: 3, ..Occupancy::default() };
/// let room = RequestedRoom { room_type: hotel.room_types[0].id.clone(), guests, extra_beds: 0 };
/// let quote = Quote {
///     stay: Stay::new("2025-08-23".parse().unwrap(), "2025-08-24".parse().unwrap()).unwrap(),
///     package: hotel.packages[0].clone(),
///     rooms: vec![QuotedRoom { room, exact: Money::from_mills(258_750) }],
///     tariff_version: 1,
///     expires_at: Millis(1_756_015_200_000),
/// };
/// let token = sign_quote(b"signing key", &quote).expect("a quote of one room");
/// assert_eq!(verify_quote(b"signing key", &token), Ok(quote));
/// assert!(verify_quote(b"another key", &token).is_err());
/// ```
pub fn verify_quote(signing_key: &[u8], token: &str) -> Result<Quote, Problem> {
    let foreign = || Problem::QuoteMismatch { detail: "it is not one of this hotel's quotes".to_owned() };
    if token.len() > QUOTE_CHARS_MAX {
        return Err(foreign());
    }
    let bytes = Base64UrlUnpadded::decode_vec(token).map_err(|_| foreign())?;
    let at = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or_else(foreign)?;
    let (payload, signature) = bytes.split_at_checked(at).ok_or_else(foreign)?;
    hmac(signing_key, QUOTE_DOMAIN, &[payload]).verify_truncated_left(signature).map_err(|_| foreign())?;
    decode(payload).ok_or_else(foreign)
}

/// The id of the booking that an idempotency key names: 128 bits that only this deployment can derive, the same
/// every time, so that a repetition finds its booking without a lookup.
#[must_use]
pub fn booking_id_for(signing_key: &[u8], scope: &str, key: &str) -> BookingId {
    let digest =
        hmac(signing_key, BOOKING_DOMAIN, &[scope.as_bytes(), key.as_bytes()]).finalize().into_bytes();
    BookingId::from_bits(digest.iter().take(16).fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte)))
}

/// What is stored of a booking's token: its SHA-256, in hexadecimal. A token has 128 random bits, so it needs no salt.
#[must_use]
pub fn hash_token(token: &str) -> String {
    Fingerprint::of(token.as_bytes()).hex()
}

/// Whether two secrets are the same, in a time that does not tell how much of them is.
#[must_use]
pub fn are_equal(known: &str, sent: &str) -> bool {
    let known = hmac(b"", COMPARE_DOMAIN, &[known.as_bytes()]).finalize().into_bytes();
    hmac(b"", COMPARE_DOMAIN, &[sent.as_bytes()]).verify_slice(&known).is_ok()
}

/// Whether the digest of what was sent is one of those known. Every one is compared, and each in a time that does not
/// tell how much of it is the same.
#[must_use]
pub fn is_one_of(known: &[String], sent: &str) -> bool {
    let same = known.iter().map(|it| it.as_bytes().ct_eq(sent.as_bytes()));
    same.fold(Choice::FALSE, |found, it| found | it).to_bool()
}

/// The day that dates are counted from.
fn epoch() -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2000, 1, 1)
}

/// Numbers in as few bytes as they need, seven bits each from the lowest (LEB128).
fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// The quote's bytes: equal rooms stand once, with their number.
fn encode(quote: &Quote) -> Option<Vec<u8>> {
    if quote.rooms.len() > ROOMS_PER_BOOKING_MAX {
        return None;
    }
    let mut out = vec![QUOTE_VERSION];
    let days = quote.stay.check_in().signed_duration_since(epoch()?).num_days();
    put_number(&mut out, u64::try_from(days).ok()?);
    put_number(&mut out, quote.stay.night_count().into());
    put_text(&mut out, quote.package.as_str());
    out.extend_from_slice(&quote.tariff_version.to_be_bytes());
    put_number(&mut out, u64::try_from(quote.expires_at.0).ok()?);
    let mut groups: Vec<(&QuotedRoom, u64)> = Vec::with_capacity(quote.rooms.len());
    for room in &quote.rooms {
        match groups.iter_mut().find(|(known, _)| *known == room) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => groups.push((room, 1)),
        }
    }
    put_number(&mut out, groups.len() as u64);
    let mut type_before = None;
    for (QuotedRoom { room, exact }, count) in groups {
        put_number(&mut out, count);
        // An empty text repeats the type of the room before.
        let type_name = room.room_type.as_str();
        put_text(&mut out, if type_before == Some(type_name) { "" } else { type_name });
        type_before = Some(type_name);
        let Occupancy { adults, children_6_10, children_0_5 } = room.guests;
        for count in [adults, children_6_10, children_0_5, room.extra_beds] {
            put_number(&mut out, count.into());
        }
        put_number(&mut out, u64::try_from(exact.mills()).ok()?);
    }
    Some(out)
}

/// Bytes that are read from the front; `None` where they end too soon.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number: u64 = 0;
        for shift in (0..64).step_by(7) {
            let [byte] = self.take(1)? else { return None };
            let bits = u64::from(byte & 0x7f);
            let shifted = bits.checked_shl(shift)?;
            if shifted >> shift != bits {
                return None;
            }
            number |= shifted;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u16> {
        u16::try_from(self.number()?).ok()
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

fn decode(payload: &[u8]) -> Option<Quote> {
    let mut bytes = Bytes(payload);
    if bytes.take(1)? != [QUOTE_VERSION] {
        return None;
    }
    let check_in = epoch()?.checked_add_days(Days::new(bytes.number()?))?;
    let check_out = check_in.checked_add_days(Days::new(bytes.number()?))?;
    let stay = Stay::new(check_in, check_out).ok()?;
    let package = PackageId::parse(bytes.text()?).ok()?;
    let tariff_version = u64::from_be_bytes(bytes.take(8)?.try_into().ok()?);
    let expires_at = Millis(i64::try_from(bytes.number()?).ok()?);
    let groups = bytes.small()?;
    let mut rooms = Vec::new();
    let mut room_type: Option<RoomTypeId> = None;
    for _ in 0..groups {
        let count = usize::from(bytes.small()?);
        if rooms.len().saturating_add(count) > ROOMS_PER_BOOKING_MAX {
            return None;
        }
        let name = bytes.text()?;
        if !name.is_empty() {
            room_type = Some(RoomTypeId::parse(name).ok()?);
        }
        let guests =
            Occupancy { adults: bytes.small()?, children_6_10: bytes.small()?, children_0_5: bytes.small()? };
        let room = RequestedRoom { room_type: room_type.clone()?, guests, extra_beds: bytes.small()? };
        let exact = Money::from_mills(i64::try_from(bytes.number()?).ok()?);
        rooms.extend(std::iter::repeat_n(QuotedRoom { room, exact }, count));
    }
    bytes.0.is_empty().then_some(Quote { stay, package, rooms, tariff_version, expires_at })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &[u8] = b"a signing key of the tests";

    fn room(room_type: &str, adults: u16, mills: i64) -> QuotedRoom {
        let room_type = RoomTypeId::parse(room_type).expect("an id");
        let guests = Occupancy { adults, children_6_10: 1, children_0_5: 0 };
        QuotedRoom {
            room: RequestedRoom { room_type, guests, extra_beds: 0 },
            exact: Money::from_mills(mills),
        }
    }

    fn quote(rooms: Vec<QuotedRoom>) -> Quote {
        let date = |text: &str| text.parse().expect("a date");
        Quote {
            stay: Stay::new(date("2025-08-23"), date("2025-08-25")).expect("a stay"),
            package: PackageId::parse("Todo incluido").expect("an id"),
            rooms,
            tariff_version: u64::MAX,
            expires_at: Millis(1_756_015_200_000),
        }
    }

    fn seeds() -> Quote {
        quote(vec![room("Junior", 3, 301_875), room("Junior", 2, 215_625), room("Junior", 3, 301_875)])
    }

    /// Reads the token, and sorts the rooms of both: their order means nothing.
    #[track_caller]
    fn check_comes_back(mut quote: Quote, token: &str) {
        let mut read = verify_quote(KEY, token).expect("our own quote");
        quote.rooms.sort();
        read.rooms.sort();
        assert_eq!(read, quote);
    }

    #[test]
    fn a_signed_quote_is_read_again_and_is_short() {
        let token = sign_quote(KEY, &seeds()).expect("a token");
        check_comes_back(seeds(), &token);
        assert!(token.len() < 110, "{} characters", token.len());
    }

    #[test]
    fn the_longest_quote_fits_its_limit() {
        let types: Vec<String> = (0..20).map(|i| format!("{}{i:02}", "\u{1d40}".repeat(38))).collect();
        let mut longest = quote(types.iter().map(|it| room(it, 60, Money::MAX.mills())).collect());
        longest.package = PackageId::parse(&"😀".repeat(60)).expect("an id");
        let token = sign_quote(KEY, &longest).expect("a token");
        assert!(token.len() <= QUOTE_CHARS_MAX, "{} characters", token.len());
        check_comes_back(longest, &token);
    }

    #[test]
    fn nobody_elses_quote_is_taken() {
        let token = sign_quote(KEY, &seeds()).expect("a token");
        assert!(verify_quote(b"another key", &token).is_err());
        for at in 0..token.len() {
            for other in ["A", "B", "_", "=", " "] {
                let mut changed = token.clone();
                changed.replace_range(at..=at, other);
                assert!(changed == token || verify_quote(KEY, &changed).is_err(), "{changed}");
            }
            assert!(verify_quote(KEY, &token[..at]).is_err());
        }
        assert!(verify_quote(KEY, &format!("{token}A")).is_err());
        assert!(verify_quote(KEY, &"A".repeat(1_000_000)).is_err());
        // Signed by us, but for something else.
        let mut bytes = encode(&seeds()).expect("bytes");
        let signature = hmac(KEY, BOOKING_DOMAIN, &[&bytes]).finalize().into_bytes();
        bytes.extend(signature.iter().take(SIGNATURE_BYTES));
        assert!(verify_quote(KEY, &Base64UrlUnpadded::encode_string(&bytes)).is_err());
    }

    #[test]
    fn what_cannot_be_booked_is_not_signed() {
        assert!(sign_quote(KEY, &quote(vec![room("Junior", 1, 1); 21])).is_err());
        assert!(sign_quote(KEY, &quote(vec![room("Junior", 1, -1)])).is_err());
    }

    #[test]
    fn a_booking_has_one_id_for_each_scope_and_key() {
        let id = |scope, key| booking_id_for(KEY, scope, key);
        assert_eq!(id("public", "a"), id("public", "a"));
        assert_eq!(id("public", "a").as_str().len(), 32);
        assert_ne!(id("public", "a"), id("staff", "a"));
        assert_ne!(id("public", "a"), id("publica", ""));
        assert_ne!(id("public", "a"), booking_id_for(b"another key", "public", "a"));
    }

    #[test]
    fn secrets_are_compared_and_hashed() {
        assert!(are_equal("key", "key") && are_equal("", ""));
        assert!(!are_equal("key", "kez") && !are_equal("key", "key ") && !are_equal("key", ""));
        let known = ["key", "other"].map(str::to_owned);
        assert!(is_one_of(&known, "key") && is_one_of(&known, "other"));
        assert!(["kez", "key ", "", "ke", "keyother"].iter().all(|it| !is_one_of(&known, it)));
        assert!(!is_one_of(&[], ""));
        assert_eq!(
            hash_token("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "the SHA-256 of FIPS 180"
        );
    }

    proptest! {
        #[test]
        fn no_text_is_a_quote_or_makes_it_panic(text in ".{0,200}|[A-Za-z0-9_-]{0,300}") {
            prop_assert!(verify_quote(KEY, &text).is_err());
        }

        #[test]
        fn no_signed_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
            let _ = decode(&bytes);
            let mut versioned = vec![QUOTE_VERSION];
            versioned.extend(bytes);
            let _ = decode(&versioned);
        }

        #[test]
        fn every_quote_comes_back(
            rooms in proptest::collection::vec((0_usize..3, 1_u16..60, 0_u16..60, 0_u16..60, 0_u16..5, 0_i64..=Money::MAX.mills()), 0..=20),
            nights in 1_u64..=30,
            (version, expires_at) in (any::<u64>(), 0_i64..i64::MAX),
        ) {
            let types = ["Junior", "Familiar", "Suite ñ"];
            let mut it = quote(rooms.into_iter().map(|(kind, adults, c6, c0, extra_beds, mills)| {
                let mut room = room(types[kind], adults, mills);
                room.room.guests = Occupancy { adults, children_6_10: c6, children_0_5: c0 };
                room.room.extra_beds = extra_beds;
                room
            }).collect());
            it.tariff_version = version;
            it.expires_at = Millis(expires_at);
            it.stay = Stay::new(it.stay.check_in(), it.stay.check_in() + Days::new(nights)).expect("a stay");
            let token = sign_quote(KEY, &it).expect("a token");
            check_comes_back(it, &token);
        }

        #[test]
        fn numbers_have_one_spelling_each_way(number in any::<u64>()) {
            let mut out = Vec::new();
            put_number(&mut out, number);
            prop_assert_eq!(Bytes(&out).number(), Some(number));
        }
    }
}
