//! The tools that validate a payment: it exists, enough is left, and so much of it is set aside.

use posada_core::message::validation_message;
use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::Holder;
use posada_core::payment::method::PaymentMethod;
use posada_core::payment::operation::Validate;
use posada_wire::number::Amount;
use posada_wire::payment::{ValidationAnswer, read_validation};
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::time::Timestamp;

use super::{Ask, read_body};
use crate::auth::Role;
use crate::effects::new_claim;
use crate::host;
use crate::payments::{Payments, StoreError};
use crate::respond::{self, Answer, Refused};
use crate::{config, settings};

/// `POST /v1/tools/validate_compraclick_payment` and `/validate_bank_transfer`
pub(crate) async fn validation(ask: Ask, method: PaymentMethod) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = read_body(&ask.request, &["application/json"], BODY_BYTES_MAX).await?;
    let request = read_validation(&body, method)?;
    let hotel = settings::must(&ask.env).await?;
    let now = config::now(&ask.env);
    let wish = Validate { claim: new_claim(), holder: Holder::Guest(request.wa_id), amount: request.amount };
    let payments = Payments::of(&ask.env)?;
    let answer = payments.operate(&hotel.property, &request.payment, now, Command::Claim(wish)).await;
    let Done::Claimed(claimed) = answer.map_err(StoreError::into_problem).map_err(Refused::by(&hotel))?
    else {
        return Err(Refused::from(host::Error::from("a claim was answered otherwise")));
    };
    let expires_at = claimed.expires_at.unwrap_or(now);
    let words = posada_core::message::Validation {
        claimed: claimed.amount,
        available: claimed.available,
        expires_at,
    };
    let answer = ValidationAnswer {
        success: true,
        claim: claimed.claim,
        claimed_amount: Amount(claimed.amount),
        available_amount: Amount(claimed.available),
        expires_at: Timestamp(expires_at),
        customer_message: validation_message(&words, &respond::voice(Some(&hotel), ask.tone)),
    };
    Ok(respond::json(&answer, 200)?)
}
