//! What the object of a payment is asked for.

use posada_core::payment::pending::Wish;
use posada_wire::canonical::Fingerprint;
use posada_wire::stored::to_text;
use posada_wire::{stored_choice, stored_record};
use worker::Env;

use crate::host::post;
use crate::respond::{self, Answer};

/// A guest asks for a payment.
pub(crate) struct AskCall {
    /// What for.
    pub(crate) wish: Wish,
    /// Whether it is to be waited for no longer.
    pub(crate) is_stop: bool,
}

stored_record!(AskCall { wish, is_stop });

/// What the object is asked for.
pub(crate) enum PendingCall {
    /// What a guest asks.
    Ask { call: AskCall },
    /// Set your alarm, and say for when: nothing where nothing is left to be done.
    Sweep,
}

stored_choice!(PendingCall { "ask" = Ask { call }, "sweep" = Sweep });

/// Asks the object of the payment and the guest.
///
/// # Errors
/// Where its answer is lost; asked again it goes on where it was.
pub(crate) async fn ask(env: &Env, call: AskCall) -> Answer {
    let Wish { payment, holder, .. } = &call.wish;
    // The name is shown by the platform, so it says neither who nor what.
    let name = format!("{}:{}:{holder}", payment.method, payment.reference);
    let name = Fingerprint::of(name.as_bytes()).hex();
    let json = to_text(&PendingCall::Ask { call });
    if let Ok(response) = post(env, "PENDING_PAYMENT", &name, &json).await {
        return Ok(response);
    }
    // The object may have been restarted under the call.
    let response = post(env, "PENDING_PAYMENT", &name, &json).await;
    Ok(response.map_err(|error| respond::uncertain(&error))?)
}
