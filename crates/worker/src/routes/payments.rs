//! The tools that validate a payment: it exists, enough is left, and so much of it is set aside. One that is not there
//! yet is waited for.

use posada_core::message::{Voice, candidate_message};
use posada_core::payment::method::PaymentMethod;
use posada_core::payment::pending::Wish;
use posada_core::problem::{Problem, System};
use posada_wire::payment::{FindPaymentAnswer, Validation, read_find_payment};
use posada_wire::payments_api::{ListAsk, PAGE_LENGTH_MAX, Place};

use super::Ask;
use crate::auth::Role;
use crate::objects::pending::{self, AskCall};
use crate::payments::Payments;
use crate::respond::{self, Answer};
use crate::{host, settings};

/// The most payments of one day that are looked at for a guest who knows no reference.
const LOOKED_AT_MAX: usize = 1_000;

/// `POST /v1/tools/find_payment`: whether exactly one payment is as the guest says. Nothing is set aside of it, and its
/// reference is not told: who has paid has it.
pub(crate) async fn find(ask: Ask) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let (method, clue) = read_find_payment(&body)?;
    let hotel = settings::must(&ask.env).await?;
    let away = |error: host::Error| respond::unavailable(System::Payments, &error);
    let payments = Payments::of(&ask.env).map_err(away)?;
    let mut page = ListAsk {
        method: Some(method),
        reference: None,
        from: Some(clue.paid_on),
        to: Some(clue.paid_on),
        after: None,
        entries_since: None,
        limit: PAGE_LENGTH_MAX,
    };
    let (mut fitting, mut looked_at) = (0_usize, 0_usize);
    loop {
        let found = payments.list(&page).await.map_err(away)?;
        looked_at = looked_at.saturating_add(found.payments.len());
        fitting = fitting.saturating_add(found.payments.iter().filter(|it| clue.fits(&it.row)).count());
        page.after = found.payments.last().map(|it| Place::of(&it.row));
        if !found.is_more {
            break;
        }
        if looked_at >= LOOKED_AT_MAX {
            // There may be another behind: what is not known to be the only one is not said to be.
            fitting = 0;
            break;
        }
    }
    let found = fitting == 1;
    let voice = Voice::of(&hotel.property, ask.tone.language).with_reference(method.into());
    let customer_message = candidate_message(found, &voice);
    Ok(respond::json(&FindPaymentAnswer { found, customer_message }, 200)?)
}

/// `POST /v1/tools/validate_compraclick_payment` and `/validate_bank_transfer`, and the tools `retry_…`
pub(crate) async fn validation(
    ask: Ask,
    method: PaymentMethod,
    read: fn(&[u8], PaymentMethod) -> Result<Validation, Problem>,
) -> Answer {
    ask.must_be(&[Role::Assistant, Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let request = read(&body, method)?;
    let wish = Wish {
        payment: request.payment,
        holder: request.wa_id,
        amount: request.amount,
        language: ask.tone.language,
    };
    pending::ask(&ask.env, AskCall { wish, is_stop: request.is_stop }).await
}
