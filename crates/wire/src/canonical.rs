//! One spelling of what was asked for, as bytes: to tell whether two requests say the same, and to derive a
//! booking's key from what it is about.

use posada_core::party::Occupancy;
use sha2::{Digest, Sha256};

use crate::command::{BookingCommand, Caller};

/// Bytes made of fields that cannot run into each other: each has its length in front.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canonical(Vec<u8>);

impl Canonical {
    pub(crate) fn put(&mut self, text: &str) -> &mut Self {
        self.0.extend_from_slice(text.len().to_string().as_bytes());
        self.0.push(b':');
        self.0.extend_from_slice(text.as_bytes());
        self
    }

    pub(crate) fn put_number(&mut self, number: i64) -> &mut Self {
        self.put(&number.to_string())
    }

    /// A value that may be missing; missing is not the same as empty.
    pub(crate) fn put_option(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            None => {
                self.0.push(b'-');
                self
            }
            Some(text) => self.put(text),
        }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

/// Puts the bytes into their place in a sorted list. (Lists are short here, and a sort of their own would be some kB of
/// the Worker.)
pub(crate) fn insert_sorted(list: &mut Vec<Vec<u8>>, bytes: Vec<u8>) {
    let at = list.partition_point(|known| *known < bytes);
    list.insert(at, bytes);
}

/// A SHA-256 digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub(crate) [u8; 32]);

impl Fingerprint {
    /// The digest of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// As 64 lower-case hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

fn put_guests(out: &mut Canonical, guests: &Occupancy) {
    let Occupancy { adults, children_6_10, children_0_5 } = *guests;
    for count in [adults, children_6_10, children_0_5] {
        out.put_number(count.into());
    }
}

/// What a request for a booking says, without `quote`: two bodies with the same bytes are the same request,
/// however they were written. What is left out and what is sent as its default are the same.
#[must_use]
pub fn body_bytes(command: &BookingCommand) -> Vec<u8> {
    let mut out = Canonical::default();
    out.put("posada body v1");
    let guest = &command.guest;
    for text in [
        &guest.customer_name,
        &guest.email,
        &guest.phone_number,
        &guest.city,
        &guest.dui_passport,
        &guest.nationality,
    ] {
        out.put(text);
    }
    out.put_option(command.wa_id.as_ref().map(|id| id.as_str()));
    out.put(&command.stay.check_in().to_string()).put_number(command.stay.night_count().into());
    out.put(command.package.as_str());
    out.put_number(i64::try_from(command.wishes.len()).unwrap_or(i64::MAX));
    for (i, wish) in command.wishes.iter().enumerate() {
        out.put(wish.room_type.as_str());
        put_guests(&mut out, &wish.guests);
        out.put_number(wish.extra_beds.unwrap_or(0).into());
        let cost = command.extra_beds_costs.get(i).copied().flatten();
        out.put_number(cost.map_or(0, |cost| cost.mills()));
    }
    let payment = &command.payment;
    out.put(payment.payment.method.as_str()).put(&payment.payment.reference);
    out.put_number(payment.amount.map_or(0, |amount| amount.mills())).put(&payment.maker_name);
    out.put_option(payment.claim.as_ref().map(|id| id.as_str()));
    match &command.evidence {
        None => out.put_option(None),
        Some(evidence) => out.put_number(evidence.amount.mills()).put(&evidence.date.to_string()),
    };
    out.put_option(command.follows.as_ref().map(|id| id.as_str()));
    for flag in [command.all_or_nothing, command.force_process, command.confirm_another] {
        out.put_number(flag.into());
    }
    out.put_option(command.customer_instructions.as_deref());
    out.into_bytes()
}

/// The digest of [`body_bytes`].
#[must_use]
pub fn body_fingerprint(command: &BookingCommand) -> Fingerprint {
    Fingerprint::of(&body_bytes(command))
}

/// The room lines in any order. Extra beds are not part of them, as they follow from type and guests.
fn lines_bytes(command: &BookingCommand) -> Vec<u8> {
    let mut lines = Vec::with_capacity(command.wishes.len());
    for wish in &command.wishes {
        let mut line = Canonical::default();
        line.put(wish.room_type.as_str());
        put_guests(&mut line, &wish.guests);
        insert_sorted(&mut lines, line.into_bytes());
    }
    lines.concat()
}

fn put_stay_and_payment(out: &mut Canonical, command: &BookingCommand) {
    out.put(&command.stay.check_in().to_string()).put_number(command.stay.night_count().into());
    out.put(command.package.as_str());
    out.put(command.payment.payment.method.as_str()).put(&command.payment.payment.reference);
}

/// What a call of `make_booking` without an idempotency key is recognised by: stay, package, payment, `wa_id`, the
/// booking that it follows and the room lines in any order.
#[must_use]
pub fn intent_bytes(command: &BookingCommand) -> Vec<u8> {
    let mut out = Canonical::default();
    out.put("posada intent v1");
    put_stay_and_payment(&mut out, command);
    out.put_option(command.wa_id.as_ref().map(|id| id.as_str()));
    if let Some(followed) = &command.follows {
        out.put("follows").put(followed.as_str());
    }
    let mut bytes = out.into_bytes();
    bytes.extend(lines_bytes(command));
    bytes
}

/// The digest of [`intent_bytes`].
#[must_use]
pub fn intent_fingerprint(command: &BookingCommand) -> Fingerprint {
    Fingerprint::of(&intent_bytes(command))
}

/// What a booking is about, whatever key it was sent under: who books, stay, package, payment, the booking that it
/// follows and the room lines in any order. Who books is the `wa_id`; where none is known, and on the public route,
/// where it is anybody's word, it is the document's number with e-mail and telephone, however they are written.
#[must_use]
pub fn content_bytes(command: &BookingCommand, caller: Caller) -> Vec<u8> {
    let mut out = Canonical::default();
    out.put("posada content v1");
    match &command.wa_id {
        Some(wa_id) if caller != Caller::Public => out.put("wa_id").put(wa_id.as_str()),
        _ => {
            let guest = &command.guest;
            let document = guest.dui_passport.chars().filter(|c| c.is_alphanumeric());
            out.put("document").put(&small(document));
            out.put(&small(guest.email.chars())).put(&guest.phone_number)
        }
    };
    put_stay_and_payment(&mut out, command);
    out.put_option(command.follows.as_ref().map(|id| id.as_str()));
    let mut bytes = out.into_bytes();
    bytes.extend(lines_bytes(command));
    bytes
}

/// In small letters, one by one: capitals, and what the end of a word does to a Greek letter, would be 5 kB of tables.
fn small(text: impl Iterator<Item = char>) -> String {
    text.flat_map(char::to_lowercase).collect()
}

/// The digest of [`content_bytes`].
#[must_use]
pub fn content_fingerprint(command: &BookingCommand, caller: Caller) -> Fingerprint {
    Fingerprint::of(&content_bytes(command, caller))
}
