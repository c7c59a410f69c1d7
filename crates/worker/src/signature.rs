//! Requests that are signed instead of carrying a key: whose they are, and that each is taken once.

use posada_wire::signature::{Claim, HEADERS, KEY, NONCE, SIGNATURE, WINDOW_S, fault, is_hex};
use worker::Env;
use worker::web_sys::Request;

use crate::auth::Asker;
use crate::config::{Keys, parts};
use crate::host::{self, Database, header, number, text};
use crate::respond::Refused;
use crate::routes::body_bytes;

/// How much longer than its request can be taken a nonce is kept, in seconds: clocks of machines differ.
const KEPT_LONGER_S: i64 = 60;

/// Deletes some of what has expired: more than comes in by a request, so that it does not pile up, and not much more,
/// so that no request waits for it.
const FORGET: &str = "DELETE FROM request_nonces WHERE rowid IN
    (SELECT rowid FROM request_nonces WHERE kept_until_s < ?1 ORDER BY kept_until_s LIMIT 8)";
/// Answers a row where nobody was before.
const TAKE: &str = "INSERT INTO request_nonces (key_id, nonce, kept_until_s) VALUES (?1, ?2, ?3)
    ON CONFLICT DO NOTHING RETURNING 'true' AS json";

/// What the deployment's settings say of signatures.
#[derive(Default)]
pub(crate) struct Signing {
    /// Digests of keys, each with a secret; a key may have several.
    secrets: Vec<(String, String)>,
    /// Digests of the keys that open nothing but with a signature.
    required: Vec<String>,
}

impl Signing {
    /// Reads `SIGNATURE_SECRETS` and `SIGNATURE_REQUIRED`, and says what is wrong with them.
    pub(crate) fn read(env: &Env, keys: &Keys, faults: &mut Vec<String>) -> Self {
        let mut fault = |text: &str| faults.push(text.to_owned());
        let mut it = Self::default();
        for part in parts(&text(env, "SIGNATURE_SECRETS").unwrap_or_default()) {
            let (rest, secret) = part.rsplit_once(':').unwrap_or_default();
            let digest = rest.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
            if !is_hex(secret) {
                fault(
                    "SIGNATURE_SECRETS must list digests, each with : and a secret of 64 lower-case hexadecimal digits",
                );
            } else if keys.role_of(&digest).is_none() {
                fault("SIGNATURE_SECRETS must have secrets of keys that are listed, and no others");
            } else if keys.role_of(secret).is_some() {
                // Digests are no secrets.
                fault("SIGNATURE_SECRETS: a secret must not be the digest of a key");
            } else {
                it.secrets.push((digest, secret.to_owned()));
            }
        }
        for part in parts(&text(env, "SIGNATURE_REQUIRED").unwrap_or_default()) {
            let digest = part.rsplit(':').next().unwrap_or_default().to_ascii_lowercase();
            match part {
                "assistant" => it.required.extend_from_slice(&keys.assistant),
                "staff" => it.required.extend_from_slice(&keys.staff),
                "metrics" => it.required.extend_from_slice(&keys.metrics),
                _ if keys.role_of(&digest).is_some() => it.required.push(digest),
                _ => fault(
                    "SIGNATURE_REQUIRED must list roles (assistant, staff, metrics) or digests of keys that are listed",
                ),
            }
        }
        if it.required.iter().any(|key| it.secrets.iter().all(|(of, _)| of != key)) {
            fault("SIGNATURE_SECRETS must have a secret of every key that SIGNATURE_REQUIRED names");
        }
        it
    }

    /// Whether a key opens nothing without a signature.
    pub(crate) fn is_required(&self, key: &str) -> bool {
        self.required.iter().any(|it| it == key)
    }
}

/// A request whose signature holds.
pub(crate) struct Signed {
    /// Who signed.
    pub(crate) asker: Asker,
    body: Vec<u8>,
    claim: Claim,
}

/// Reads a signed request, of whose body no more than `bytes_max` is kept; `None` where it claims no signature.
///
/// # Errors
/// `Problem::BadSignature`; `Problem::TooLarge` and `Problem::BadJson` of the body.
pub(crate) async fn read(
    request: &Request,
    keys: &Keys,
    bytes_max: usize,
) -> Result<Option<Signed>, Refused> {
    let sent = |name: &str| header(request, name).ok().flatten();
    if HEADERS.iter().all(|name| sent(name).is_none()) {
        return Ok(None);
    }
    if sent("Authorization").is_some() {
        return Err(fault("Authorization").into());
    }
    // It is compared with clocks elsewhere, so it is the system's, not the one that tests set.
    let claim = Claim::read(sent, host::clock().0.div_euclid(1_000))?;
    let secrets = keys.signatures.secrets.iter().filter(|(of, _)| *of == claim.key);
    let secrets: Vec<&str> = secrets.map(|(_, secret)| secret.as_str()).collect();
    // Bodies are read for who has a key's digest at least: it is no secret, and nobody guesses it.
    let role = keys.role_of(&claim.key).filter(|_| !secrets.is_empty()).ok_or_else(|| fault(KEY))?;
    let body = body_bytes(request, bytes_max).await?;
    let signed = claim.text(&request.method(), target(&request.url()), &body);
    if !claim.holds(&signed, &secrets) {
        return Err(fault(SIGNATURE).into());
    }
    Ok(Some(Signed { asker: Asker { role, key_hash: claim.key.clone() }, body, claim }))
}

impl Signed {
    /// Takes the request, which nobody can then take again, and answers its body.
    ///
    /// # Errors
    /// `Problem::BadSignature` where it was taken before; `Problem::Unavailable` where that cannot be told.
    pub(crate) async fn take(self, env: &Env) -> Result<Vec<u8>, Refused> {
        let Claim { key, nonce, timestamp_s, .. } = &self.claim;
        let kept_until_s = timestamp_s.saturating_add_unsigned(WINDOW_S).saturating_add(KEPT_LONGER_S);
        let now_s = host::clock().0.div_euclid(1_000);
        let db = Database::of(env)?;
        let forget = db.prepare(FORGET, &[number(now_s)])?;
        let take = db.prepare(TAKE, &[key.into(), nonce.into(), number(kept_until_s)])?;
        let answers = db.batch(vec![forget, take]).await?;
        match answers.get(1).map(|taken| taken.rows().length()) {
            Some(1) => Ok(self.body),
            _ => Err(fault(NONCE).into()),
        }
    }
}

/// Path and query of an address, as they were sent.
fn target(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|start| rest.get(start..)).unwrap_or("/")
}
