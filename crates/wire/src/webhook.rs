//! What the hotel's programs are told: one event, signed as [Standard Webhooks] has it.
//!
//! [Standard Webhooks]: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use posada_core::booking::notice::Notice;
use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, Millis};
use sha2::Sha256;

use crate::stored::{Write, write_members};
use crate::time::Timestamp;

/// What a secret begins with, before its base64.
const SECRET_PREFIX: &str = "whsec_";
/// The fewest and the most bytes of a secret (Standard Webhooks: 192 to 512 bits).
pub const SECRET_BYTES: (usize, usize) = (24, 64);

/// Something that happened.
pub struct Event<'a> {
    /// What it is known by; told again it has the same id.
    pub id: String,
    /// What happened: `booking.finished`.
    pub kind: &'a str,
    /// When.
    pub at: Millis,
    /// All that is known of it.
    pub data: &'a dyn Write,
}

impl Event<'_> {
    /// The body: `{"type", "timestamp", "data"}`.
    #[must_use]
    pub fn body(&self) -> String {
        let mut out = String::new();
        let at = Timestamp(self.at);
        write_members(&mut out, &[("type", &self.kind), ("timestamp", &at), ("data", &Data(self.data))]);
        out
    }
}

struct Data<'a>(&'a dyn Write);

impl Write for Data<'_> {
    fn write(&self, out: &mut String) {
        self.0.write(out);
    }
}

/// The id of a booking's notice.
#[must_use]
pub fn notice_id(booking: &BookingId, number: u32) -> String {
    format!("{booking}-{number}")
}

/// What kind of event a notice is.
#[must_use]
pub fn notice_kind(notice: &Notice) -> &'static str {
    match notice.report.outcome {
        Outcome::NeedsStaff => "booking.needs_staff",
        Outcome::Booked | Outcome::PartlyBooked | Outcome::NotBooked | Outcome::InProgress => {
            "booking.finished"
        }
    }
}

/// The secrets of a setting: `whsec_` and base64 each, with spaces between, so that one can take another's place
/// without an event being refused. `None` where one is not as it should be, and where there is none.
#[must_use]
pub fn parse_secrets(setting: &str) -> Option<Vec<Vec<u8>>> {
    let secret = |text: &str| {
        let bytes = Base64::decode_vec(text.strip_prefix(SECRET_PREFIX)?).ok()?;
        (SECRET_BYTES.0..=SECRET_BYTES.1).contains(&bytes.len()).then_some(bytes)
    };
    let secrets: Vec<Vec<u8>> = setting.split_ascii_whitespace().map(secret).collect::<Option<_>>()?;
    (!secrets.is_empty()).then_some(secrets)
}

/// The header `webhook-signature` of a body that is sent at this second: one signature for each secret.
#[must_use]
pub fn signatures(secrets: &[Vec<u8>], id: &str, timestamp_s: i64, body: &str) -> String {
    let signed = format!("{id}.{timestamp_s}.{body}");
    let mut header = String::new();
    for secret in secrets {
        // HMAC takes keys of every length, so the other arm is never taken.
        let Ok(mut signer) = Hmac::<Sha256>::new_from_slice(secret) else { continue };
        signer.update(signed.as_bytes());
        if !header.is_empty() {
            header.push(' ');
        }
        header.push_str("v1,");
        header.push_str(&Base64::encode_string(&signer.finalize().into_bytes()));
    }
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    #[test]
    fn the_example_of_standard_webhooks_is_signed_as_it_says() {
        let secrets = parse_secrets(SECRET).expect("a secret");
        let header =
            signatures(&secrets, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(header, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn while_secrets_change_both_sign() {
        let both = format!(" {SECRET}  whsec_{} ", Base64::encode_string(&[7; 32]));
        let secrets = parse_secrets(&both).expect("two secrets");
        let header = signatures(&secrets, "id", 1, "{}");
        let [first, second] = [0, 1].map(|n| signatures(&secrets[n..=n], "id", 1, "{}"));
        assert_eq!(header, format!("{first} {second}"));
        assert_ne!(first, second);
    }

    #[test]
    fn what_is_no_secret_is_not_taken_for_one() {
        let of = |bytes: usize| format!("whsec_{}", Base64::encode_string(&vec![1; bytes]));
        for text in ["", " ", "whsec_", "whsec_***", &of(23), &of(65), &of(32)[6..], &format!("{SECRET} x")] {
            assert_eq!(parse_secrets(text), None, "{text}");
        }
        assert!(parse_secrets(&of(24)).is_some() && parse_secrets(&of(64)).is_some());
    }

    #[test]
    fn a_body_has_its_kind_its_instant_and_its_data() {
        let data = 7_i64;
        let event = Event { id: "b-1".to_owned(), kind: "booking.finished", at: Millis(0), data: &data };
        assert_eq!(
            event.body(),
            r#"{"type":"booking.finished","timestamp":"1970-01-01T00:00:00Z","data":7}"#
        );
    }
}
