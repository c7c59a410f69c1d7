//! Signed requests: what the holder of a key sends instead of the key, and whether it holds.
//!
//! What is signed is a text of seven lines, [`Claim::text`], by HMAC-SHA-256 with the secret that the holder and the
//! deployment share. Everything of a request that makes a difference is in it, always, and there is nothing to choose.

use hmac::Mac;
use posada_core::problem::{FieldFault, Problem};

use crate::canonical::Fingerprint;
use crate::token::{hmac, is_one_of};

/// The header that names the key: its SHA-256, in hexadecimal digits.
pub const KEY: &str = "Posada-Key";
/// The header with the second in which the request was signed, since 1970.
pub const TIMESTAMP: &str = "Posada-Timestamp";
/// The header with a text that no other request of this key has.
pub const NONCE: &str = "Posada-Nonce";
/// The header with the signature.
pub const SIGNATURE: &str = "Posada-Signature";

/// The headers of a signed request.
pub const HEADERS: [&str; 4] = [KEY, TIMESTAMP, NONCE, SIGNATURE];

/// How far a timestamp may be from the deployment's clock, in seconds, either side.
pub const WINDOW_S: u64 = 300;
/// The fewest and the most characters of a nonce.
pub const NONCE_CHARS: (usize, usize) = (16, 64);
/// The digits of a digest, of a signature and of a secret.
const DIGITS: usize = 64;
/// The most digits of a timestamp.
const TIMESTAMP_CHARS_MAX: usize = 12;
/// What a signature begins with: the version of what is signed.
const PREFIX: &str = "v1=";
/// The first line of what is signed, so that a signature is good for nothing else.
const DOMAIN: &str = "posada-request-v1";

/// What a request says of its signature, each header in its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The key's digest.
    pub key: String,
    /// When it was signed, in seconds since 1970; within the window.
    pub timestamp_s: i64,
    /// What only this request has.
    pub nonce: String,
    timestamp: String,
    signature: String,
}

/// That a header is not what it must be. It says of every request the same, whatever is wrong with the header.
#[must_use]
pub fn fault(header: &'static str) -> Problem {
    let must = match header {
        KEY => "must be the SHA-256 of a key that signs here, in lower-case hexadecimal digits",
        TIMESTAMP => "must be the seconds since 1970, at most 300 away from now",
        NONCE => "must be 16 to 64 letters, digits, - and _ that no other request of this key has",
        SIGNATURE => "must be v1= and the signature of this request, in lower-case hexadecimal digits",
        _ => "must not be sent with a signature",
    };
    Problem::BadSignature { fault: FieldFault::new(header, must) }
}

/// Whether a text is 64 lower-case hexadecimal digits, as digests, secrets and signatures are.
#[must_use]
pub fn is_hex(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Claim {
    /// Reads the four headers, at this second of the deployment's clock.
    ///
    /// # Errors
    /// [`Problem::BadSignature`], which names the first that is missing or not in its form.
    pub fn read(header: impl Fn(&str) -> Option<String>, now_s: i64) -> Result<Self, Problem> {
        let sent = |name: &'static str, is_right: &dyn Fn(&str) -> bool| {
            header(name).filter(|text| is_right(text)).ok_or_else(|| fault(name))
        };
        let is_nonce = |text: &str| {
            (NONCE_CHARS.0..=NONCE_CHARS.1).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        };
        let is_number =
            |text: &str| text.len() <= TIMESTAMP_CHARS_MAX && text.bytes().all(|byte| byte.is_ascii_digit());
        let key = sent(KEY, &is_hex)?;
        let timestamp = sent(TIMESTAMP, &is_number)?;
        let timestamp_s: i64 = timestamp.parse().map_err(|_| fault(TIMESTAMP))?;
        if now_s.abs_diff(timestamp_s) > WINDOW_S {
            return Err(fault(TIMESTAMP));
        }
        let nonce = sent(NONCE, &is_nonce)?;
        let signature = sent(SIGNATURE, &|text| text.strip_prefix(PREFIX).is_some_and(is_hex))?;
        Ok(Self { key, timestamp_s, nonce, timestamp, signature })
    }

    /// What is signed of a request with this claim: seven lines, without a line's end behind the last. `target` is path
    /// and query as they were sent.
    #[must_use]
    pub fn text(&self, method: &str, target: &str, body: &[u8]) -> String {
        let digest = Fingerprint::of(body).hex();
        [DOMAIN, method, target, &self.timestamp, &self.nonce, &self.key, &digest].join("\n")
    }

    /// Whether the signature is one of this text by one of these secrets, in a time that tells nothing of either.
    #[must_use]
    pub fn holds(&self, text: &str, secrets: &[&str]) -> bool {
        let signed: Vec<String> = secrets.iter().map(|secret| sign(secret, text)).collect();
        is_one_of(&signed, &self.signature)
    }
}

/// The signature of a text. A secret's characters are the bytes of HMAC's key.
#[must_use]
pub fn sign(secret: &str, text: &str) -> String {
    let bytes = hmac(secret.as_bytes(), text.as_bytes(), &[]).finalize().into_bytes();
    format!("{PREFIX}{}", Fingerprint(bytes.into()).hex())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// What a developer checks a client of theirs against.
    const VECTORS: &str = include_str!("../../../tests/vectors/signature.json");
    const NOW_S: i64 = 1_795_698_000;

    fn headers() -> [(&'static str, String); 4] {
        let key = Fingerprint::of(b"a key").hex();
        let signature = format!("v1={}", "0a".repeat(32));
        [(KEY, key), (TIMESTAMP, NOW_S.to_string()), (NONCE, "n-_5".repeat(4)), (SIGNATURE, signature)]
    }

    fn read(headers: &[(&str, String)], now_s: i64) -> Result<Claim, Problem> {
        let find = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1.clone());
        Claim::read(find, now_s)
    }

    #[test]
    fn the_committed_vectors_are_signed_as_they_say() {
        let vectors: Value = serde_json::from_str(VECTORS).expect("JSON");
        let text = |value: &Value, name: &str| value[name].as_str().expect(name).to_owned();
        assert_eq!(Fingerprint::of(text(&vectors, "key").as_bytes()).hex(), text(&vectors, "key_digest"));
        let requests = vectors["requests"].as_array().expect("requests");
        assert!(requests.len() >= 3);
        for request in requests {
            let it = |name: &str| text(request, name);
            let sent = [
                (KEY, text(&vectors, "key_digest")),
                (TIMESTAMP, it("timestamp")),
                (NONCE, it("nonce")),
                (SIGNATURE, it("signature")),
            ];
            let claim = read(&sent, it("timestamp").parse().expect("seconds")).expect("a claim");
            let signed = claim.text(&it("method"), &it("target"), it("body").as_bytes());
            assert_eq!(signed, it("signed_text"));
            let secret = text(&vectors, "secret");
            assert_eq!(sign(&secret, &signed), it("signature"));
            assert!(claim.holds(&signed, &["another", &secret]) && !claim.holds(&signed, &["another"]));
            assert!(!claim.holds(&signed, &[]));
        }
    }

    #[test]
    fn what_is_signed_differs_in_every_part() {
        let claim = read(&headers(), NOW_S).expect("a claim");
        let mut texts = vec![
            claim.text("POST", "/v1/quotes", b"{}"),
            claim.text("PUT", "/v1/quotes", b"{}"),
            claim.text("POST", "/v1/quotes?", b"{}"),
            claim.text("POST", "/v1/quotes", b"{} "),
        ];
        for (at, other) in [(0, "0".repeat(64)), (1, (NOW_S + 1).to_string()), (2, "n".repeat(16))] {
            let mut changed = headers();
            changed[at].1 = other;
            texts.push(read(&changed, NOW_S).expect("a claim").text("POST", "/v1/quotes", b"{}"));
        }
        for (i, text) in texts.iter().enumerate() {
            assert!(texts[..i].iter().all(|other| other != text), "{text}");
        }
    }

    #[track_caller]
    fn check_named(at: usize, wrong: &str) {
        let mut sent = headers();
        sent[at].1 = wrong.to_owned();
        let problem = read(&sent, NOW_S).expect_err(wrong);
        assert_eq!(problem.fields()[0].field, sent[at].0, "{wrong}");
    }

    #[test]
    fn a_header_of_another_form_is_named() {
        let [key, ..] = headers();
        for wrong in ["", "x", &key.1[1..], &key.1.to_uppercase(), &format!("{}0", key.1), &"g".repeat(64)] {
            check_named(0, wrong);
        }
        for wrong in ["", "-1", "+1795698000", "1795698000.0", " 1795698000", "1e9", "9999999999999", "now"] {
            check_named(1, wrong);
        }
        for wrong in
            ["", &"a".repeat(15), &"a".repeat(65), "aaaaaaaaaaaaaaa\n", "ñññññññññ", "a, aaaaaaaaaaaaaa"]
        {
            check_named(2, wrong);
        }
        let digits = "0a".repeat(32);
        for wrong in ["", "v1=", &digits, &format!("v2={digits}"), &format!("v1={}", digits.to_uppercase())] {
            check_named(3, wrong);
        }
        for at in 0..4 {
            let mut sent = headers().to_vec();
            let (name, _) = sent.remove(at);
            assert_eq!(read(&sent, NOW_S).expect_err(name).fields()[0].field, name);
        }
    }

    #[test]
    fn the_window_is_five_minutes_either_side() {
        for (away, is_right) in [(0, true), (300, true), (-300, true), (301, false), (-301, false)] {
            assert_eq!(read(&headers(), NOW_S + away).is_ok(), is_right, "{away}");
        }
        assert!(read(&headers(), i64::MIN).is_err());
    }

    proptest! {
        #[test]
        fn no_headers_make_it_panic(sent in proptest::array::uniform4(".{0,80}"), now_s in any::<i64>()) {
            let names = [KEY, TIMESTAMP, NONCE, SIGNATURE];
            let sent: Vec<(&str, String)> = names.into_iter().zip(sent).collect();
            let problem = read(&sent, now_s).expect_err("no claim");
            prop_assert_eq!(problem.code(), "bad_signature");
        }
    }
}
