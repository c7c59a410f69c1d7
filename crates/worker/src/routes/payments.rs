//! The tools that validate a payment: it exists, enough is left, and so much of it is set aside.

use posada_core::message::{ReferenceKind, validation_message};
use posada_core::payment::ledger::Holder;
use posada_core::payment::method::PaymentMethod;
use posada_core::payment::operation::{Rules, Validate, validate};
use posada_core::problem::Problem;
use posada_wire::number::Amount;
use posada_wire::payment::{ValidationAnswer, read_validation};
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::time::Timestamp;
use worker::{Response, Result};

use super::{Ask, read_body};
use crate::auth::Role;
use crate::effects::new_claim;
use crate::respond::{self, Tone};
use crate::{config, payments, settings};

/// `POST /v1/tools/validate_compraclick_payment` and `/validate_bank_transfer`
pub(crate) async fn validation(mut ask: Ask, method: PaymentMethod) -> Result<Response> {
    let mut tone = Tone::new(ask.language, true);
    tone.reference = match method {
        PaymentMethod::CompraClick => ReferenceKind::Authorization,
        PaymentMethod::DepositoBac => ReferenceKind::Transfer,
    };
    if let Err(problem) = ask.asker.must_be(&[Role::Assistant, Role::Staff]) {
        return respond::problem(&problem, None, tone);
    }
    let body = read_body(&mut ask.request, &["application/json"], BODY_BYTES_MAX).await?;
    let request = match body.and_then(|body| read_validation(&body, method)) {
        Ok(request) => request,
        Err(problem) => return respond::problem(&problem, None, tone),
    };
    let hotel = match settings::must(&ask.env).await {
        Ok(hotel) => hotel,
        Err(problem) => return respond::problem(&problem, None, tone),
    };
    let now = config::now(&ask.env);
    let rules = Rules::of(&hotel.property);
    let wish = Validate { claim: new_claim(), holder: Holder::Guest(request.wa_id), amount: request.amount };
    let db = ask.env.d1("DB")?;
    let offset = hotel.property.utc_offset_minutes;
    let answer = payments::operate(&db, &request.payment, now, offset, |account| {
        validate(account, &rules, now, &wish)
    });
    let claimed = match answer.await {
        Ok(claimed) => claimed,
        Err(error) => {
            let problem: Problem = error.into_problem();
            return respond::problem(&problem, Some(&hotel), tone);
        }
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
        customer_message: validation_message(&words, &respond::voice(Some(&hotel), tone)),
    };
    respond::json(&answer, 200)
}
