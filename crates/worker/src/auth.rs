//! Who asks, and what they may do.

use posada_wire::canonical::Fingerprint;
use posada_wire::command::Caller;
use posada_wire::signature::{SIGNATURE, fault};
use posada_wire::stored_choice;
use posada_wire::token::{hash_token, is_one_of};
use worker::web_sys::Request;

use crate::config::Keys;
use crate::host::header;
use crate::respond::Refused;
use posada_core::problem::Problem;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Anybody.
    Public,
    /// A guest with the token of a booking; whether it is the right one the booking knows.
    Guest,
    /// The hotel's assistant.
    Assistant,
    /// The hotel's staff.
    Staff,
    /// A program that reads the metrics, and nothing else.
    Metrics,
}

stored_choice!(Role {
    "public" = Public,
    "guest" = Guest,
    "assistant" = Assistant,
    "staff" = Staff,
    "metrics" = Metrics,
});

impl Role {
    /// As bodies are read for.
    pub(crate) fn caller(self) -> Caller {
        match self {
            Self::Public | Self::Guest | Self::Metrics => Caller::Public,
            Self::Assistant => Caller::Assistant,
            Self::Staff => Caller::Staff,
        }
    }

    /// Whether the payment's evidence is all that it can show. A guest's token opens a booking, no payment.
    pub(crate) fn is_public(self) -> bool {
        matches!(self, Self::Public | Self::Guest | Self::Metrics)
    }

    /// The scope of its idempotency keys: one caller's keys never meet another's.
    pub(crate) fn scope(self) -> &'static str {
        match self {
            Self::Public | Self::Guest | Self::Metrics => "public",
            Self::Assistant => "assistant",
            Self::Staff => "staff",
        }
    }
}

/// Who asks, by what they sent.
#[derive(Clone)]
pub(crate) struct Asker {
    pub(crate) role: Role,
    /// A hash of the bearer key or token; empty without one.
    pub(crate) key_hash: String,
}

/// Reads `Authorization`. A bearer that is none of the keys is taken for a booking's token where `takes_token`.
///
/// # Errors
/// [`Problem::Unauthorized`] for a bearer that cannot be one here, and for another scheme; [`Problem::BadSignature`] for
/// a key that must sign.
pub(crate) fn asker(request: &Request, keys: &Keys, takes_token: bool) -> Result<Asker, Refused> {
    let Some(header) = header(request, "Authorization")? else {
        return Ok(Asker { role: Role::Public, key_hash: String::new() });
    };
    let bearer = match header.split_once(' ') {
        Some((scheme, bearer)) if scheme.eq_ignore_ascii_case("bearer") => bearer.trim(),
        _ => return Err(Problem::Unauthorized.into()),
    };
    let key_hash = hash_token(bearer);
    let role = match keys.role_of(&key_hash) {
        Some(_) if keys.signatures.is_required(&key_hash) => return Err(fault(SIGNATURE).into()),
        Some(role) => role,
        None if takes_token && may_be_token(bearer) => Role::Guest,
        None => return Err(Problem::Unauthorized.into()),
    };
    Ok(Asker { role, key_hash })
}

impl Keys {
    /// Whose key has this digest; `None` where it is nobody's.
    pub(crate) fn role_of(&self, digest: &str) -> Option<Role> {
        // Every key is compared, so that the time does not tell which one it was like.
        match [&self.staff, &self.assistant, &self.metrics].map(|known| is_one_of(known, digest)) {
            [true, _, _] => Some(Role::Staff),
            [_, true, _] => Some(Role::Assistant),
            [_, _, true] => Some(Role::Metrics),
            [false, false, false] => None,
        }
    }
}

/// Whether a bearer has the form of a booking's token: 128 bits as hexadecimal digits.
pub(crate) fn may_be_token(bearer: &str) -> bool {
    bearer.len() == 32 && bearer.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A hash of the client's address: enough to count by. Of an IPv6 address it is the network's part, as the rest is the
/// client's to choose. `None` where no address is known: then all callers would be one.
pub(crate) fn client(request: &Request) -> crate::host::Result<Option<String>> {
    let Some(address) = header(request, "CF-Connecting-IP")?.filter(|address| !address.is_empty()) else {
        return Ok(None);
    };
    let network = if address.contains(':') {
        let head = address.split("::").next().unwrap_or_default();
        head.split(':').take(4).collect::<Vec<_>>().join(":")
    } else {
        address
    };
    Ok(Some(Fingerprint::of(network.as_bytes()).hex()))
}

impl Asker {
    /// The form without JavaScript, which asks on a guest's behalf within the program: as the assistant where a tool
    /// words a proposal, with a booking's token where there is one, else as anybody; never with a key.
    pub(crate) fn form(request: &Request, is_tool: bool) -> crate::host::Result<Self> {
        let token = header(request, "Authorization")?.unwrap_or_default();
        let token = token.strip_prefix("Bearer ").unwrap_or_default();
        Ok(match token {
            _ if is_tool => Self { role: Role::Assistant, key_hash: String::new() },
            "" => Self { role: Role::Public, key_hash: String::new() },
            token => Self { role: Role::Guest, key_hash: hash_token(token) },
        })
    }

    /// Refuses who has no key, or one of another role.
    pub(crate) fn must_be(&self, roles: &[Role]) -> Result<(), Problem> {
        if roles.contains(&self.role) {
            return Ok(());
        }
        Err(match self.role {
            Role::Public | Role::Guest => Problem::Unauthorized,
            Role::Assistant | Role::Staff | Role::Metrics => {
                Problem::Forbidden { detail: "This key may not do that.".to_owned() }
            }
        })
    }
}
