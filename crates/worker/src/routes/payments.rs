//! The tools that validate a payment: it exists, enough is left, and so much of it is set aside. One that is not there
//! yet is waited for.

use posada_core::payment::method::PaymentMethod;
use posada_core::payment::pending::Wish;
use posada_core::problem::Problem;
use posada_wire::payment::Validation;
use posada_wire::read::BODY_BYTES_MAX;

use super::{Ask, read_body};
use crate::auth::Role;
use crate::objects::pending::{self, AskCall};
use crate::respond::Answer;

/// `POST /v1/tools/validate_compraclick_payment` and `/validate_bank_transfer`, and the tools `retry_…`
pub(crate) async fn validation(
    ask: Ask,
    method: PaymentMethod,
    read: fn(&[u8], PaymentMethod) -> Result<Validation, Problem>,
) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = read_body(&ask.request, &["application/json"], BODY_BYTES_MAX).await?;
    let request = read(&body, method)?;
    let wish = Wish {
        payment: request.payment,
        holder: request.wa_id,
        amount: request.amount,
        language: ask.tone.language,
    };
    pending::ask(&ask.env, &AskCall { wish, is_stop: request.is_stop }).await
}
