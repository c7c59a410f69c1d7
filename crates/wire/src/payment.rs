//! Bodies and answers of the payment tools, and of a further payment for a booking.

use posada_core::booking::request::{Evidence, PaymentIntent};
use posada_core::ids::{BookingId, ClaimId, WaId};
use posada_core::money::Money;
use posada_core::payment::candidate::Clue;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::Claimed;
use posada_core::payment::pending::Wish;
use posada_core::problem::Problem;

use crate::booking::NAME_CHARS_MAX;
use crate::command::Caller;
use crate::faults::{Faults, Style};
use crate::field::{Field, Object, Unknown, body};
use crate::leaf::{Date, Flag, Text};
use crate::number::{Amount, PositiveAmount};
use crate::read;
use crate::reference::{EvidenceBody, ReferenceText, read_evidence, read_payment_ref, read_reference};
use crate::stored::{Write, write_members};
use crate::time::Timestamp;
use crate::written;

body! {
    /// The body of `validate_compraclick_payment` and `validate_bank_transfer`. Each has its own reference only.
    pub struct ValidationBody {
        /// The payment's authorisation number.
        authorization_number: ReferenceText,
        /// The transfer's number.
        transfer_id: ReferenceText,
        /// How much of it to set aside: the total of the stay, of all rooms together.
        payment_amount: PositiveAmount,
        /// Who paid, as the guest says it.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// The WhatsApp id of the guest: the digits of an international number.
        wa_id: WaId,
    }
}

body! {
    /// The body of `retry_compraclick_payment` and `retry_bank_transfer`.
    pub struct RetryBody {
        /// The payment's authorisation number.
        authorization_number: ReferenceText,
        /// The transfer's number.
        transfer_id: ReferenceText,
        /// How much of it to set aside: the total of the stay, of all rooms together.
        payment_amount: PositiveAmount,
        /// Who paid, as the guest says it.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// The WhatsApp id of the guest: the digits of an international number.
        wa_id: WaId,
        /// Whether it is to be waited for no longer.
        stop: Flag,
    }
}

body! {
    /// The body of `find_payment`.
    pub struct FindPaymentBody {
        /// How it was paid.
        payment_method: PaymentMethod,
        /// How much was paid, all of it.
        payment_amount: PositiveAmount,
        /// The date of payment.
        payment_date: Date,
        /// In whose name, in full.
        payment_maker_name: Text<NAME_CHARS_MAX>,
    }
}

/// Reads the body of `find_payment`: by which method it was paid, and what the guest knows of it.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_find_payment(bytes: &[u8]) -> Result<(PaymentMethod, Clue), Problem> {
    let body: FindPaymentBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let method = faults.required("payment_method", body.payment_method);
    let amount = faults.required("payment_amount", body.payment_amount);
    let paid_on = faults.required("payment_date", body.payment_date);
    let name = faults.required("payment_maker_name", body.payment_maker_name);
    faults.unknown(&body.unknown);
    let read = || Some((method?, Clue { amount: amount?.0, paid_on: paid_on?.0, name: name?.0 }));
    faults.finish(read())
}

/// What `find_payment` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindPaymentAnswer {
    /// Whether exactly one payment fits. Not which: its reference is for the guest to say.
    pub found: bool,
    /// What the guest is told.
    pub customer_message: String,
}

written!(FindPaymentAnswer { found, customer_message });

/// A payment to be validated: it exists, and so much of it is to be set aside for its holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validation {
    /// The payment.
    pub payment: PaymentRef,
    /// How much of it.
    pub amount: Money,
    /// Who paid, as the guest says it.
    pub maker_name: Option<String>,
    /// For whom.
    pub wa_id: WaId,
    /// Whether it is to be waited for no longer.
    pub is_stop: bool,
}

/// Reads the body of the tool that validates a payment of this method.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_validation(bytes: &[u8], method: PaymentMethod) -> Result<Validation, Problem> {
    let body: ValidationBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let ValidationBody {
        authorization_number,
        transfer_id,
        payment_amount,
        payment_maker_name,
        wa_id,
        unknown,
    } = body;
    let stop = Field::Absent;
    let retry = RetryBody {
        authorization_number,
        transfer_id,
        payment_amount,
        payment_maker_name,
        wa_id,
        stop,
        unknown,
    };
    check_retry(retry, method)
}

/// Reads the body of the tool that hurries a payment of this method that is waited for, or stops it.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_retry(bytes: &[u8], method: PaymentMethod) -> Result<Validation, Problem> {
    check_retry(read::read(bytes, read::BODY_BYTES_MAX)?, method)
}

fn check_retry(body: RetryBody, method: PaymentMethod) -> Result<Validation, Problem> {
    let mut faults = Faults::new(Style::Dotted);
    let payment = read_reference(Some(method), body.authorization_number, body.transfer_id, &mut faults);
    let amount = faults.required("payment_amount", body.payment_amount);
    let maker_name = faults.optional("payment_maker_name", body.payment_maker_name).map(|it| it.0);
    let wa_id = faults.required("wa_id", body.wa_id);
    let is_stop = faults.optional("stop", body.stop).is_some_and(|it| it.0);
    faults.unknown(&body.unknown);
    let read =
        || Some(Validation { payment: payment?, amount: amount?.0, maker_name, wa_id: wa_id?, is_stop });
    faults.finish(read())
}

/// What a validated payment is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValidationAnswer {
    /// Always `true`.
    pub success: bool,
    /// The claim: what a booking names to use it.
    pub claim: ClaimId,
    /// How much is set aside.
    pub claimed_amount: Amount,
    /// How much is left besides.
    pub available_amount: Amount,
    /// When it is released if no booking uses it.
    pub expires_at: Timestamp,
    /// What the guest is told.
    pub customer_message: String,
}

written!(ValidationAnswer { success, claim, claimed_amount, available_amount, expires_at, customer_message });

/// What is answered where a payment is to be waited for no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopAnswer {
    /// Always `true`.
    pub success: bool,
    /// Whether it was waited for until now.
    pub stopped: bool,
    /// What the guest is told.
    pub customer_message: String,
}

written!(StopAnswer { success, stopped, customer_message });

/// The data of an event about a payment that was waited for: what was wished for, how it ended, and what the guest is
/// told.
fn news(wish: &Wish, own: &[(&str, &dyn Write)], customer_message: &str) -> String {
    let mut all: Vec<(&str, &dyn Write)> = vec![
        ("payment_method", &wish.payment.method),
        (wish.payment.method.reference_field(), &wish.payment.reference),
    ];
    let amount = Amount(wish.amount);
    let rest: [(&str, &dyn Write); 3] =
        [("payment_amount", &amount), ("wa_id", &wish.holder), ("customer_message", &customer_message)];
    all.extend_from_slice(own);
    all.extend_from_slice(&rest);
    let mut out = String::new();
    write_members(&mut out, &all);
    out
}

/// The data of `payment.found`.
#[must_use]
pub fn found_text(wish: &Wish, claimed: &Claimed, customer_message: &str) -> String {
    let (amount, available) = (Amount(claimed.amount), Amount(claimed.available));
    let expires_at = claimed.expires_at.map(Timestamp);
    let own: [(&str, &dyn Write); 4] = [
        ("claim", &claimed.claim),
        ("claimed_amount", &amount),
        ("available_amount", &available),
        ("expires_at", &expires_at),
    ];
    news(wish, &own, customer_message)
}

/// The data of `payment.given_up`, with the code of the problem that it was given up for.
#[must_use]
pub fn given_up_text(wish: &Wish, problem: &Problem, customer_message: &str) -> String {
    news(wish, &[("code", &problem.code())], customer_message)
}

body! {
    /// The body of `POST /v1/bookings/{id}/payments`.
    pub struct FurtherPaymentBody {
        /// How it was paid.
        payment_method: PaymentMethod,
        /// The payment's authorisation number; with `CompraClick` only.
        authorization_number: ReferenceText,
        /// The transfer's number; with `Depósito BAC` only.
        transfer_id: ReferenceText,
        /// What shows that the caller has the payment before them; required of the public.
        payment_evidence: Object<EvidenceBody>,
        /// How much of it to take; left out, the balance.
        payment_amount: PositiveAmount,
        /// Who paid, as the payment says it.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// The claim that validating the payment opened.
        claim: ClaimId,
        /// The WhatsApp id of the booking's guest; required of the assistant.
        wa_id: WaId,
        /// `true`: staff waive that the payment must be there already.
        force_process: Flag,
    }
}

/// A further payment towards what is still to be paid for a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FurtherPayment {
    /// The payment; its whole balance where no amount is said.
    pub payment: PaymentIntent,
    /// What shows that the caller has the payment before them.
    pub evidence: Option<Evidence>,
    /// The WhatsApp id of the booking's guest, which the assistant must say.
    pub wa_id: Option<WaId>,
    /// Whether staff waive that it must be there already.
    pub force_process: bool,
}

/// Reads the body of `POST /v1/bookings/{id}/payments`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault; [`Problem::ForceNotAllowed`].
pub fn read_further_payment(bytes: &[u8], caller: Caller) -> Result<FurtherPayment, Problem> {
    let body: FurtherPaymentBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let further = convert_further(body, caller, &mut faults);
    let further = faults.finish(further)?;
    if further.force_process && caller != Caller::Staff {
        return Err(Problem::ForceNotAllowed);
    }
    Ok(further)
}

fn convert_further(body: FurtherPaymentBody, caller: Caller, faults: &mut Faults) -> Option<FurtherPayment> {
    let payment = read_payment_ref(body.payment_method, body.authorization_number, body.transfer_id, faults);
    let evidence = read_evidence(body.payment_evidence, caller, faults);
    let amount = faults.optional("payment_amount", body.payment_amount).map(|it| it.0);
    let maker_name = faults.required("payment_maker_name", body.payment_maker_name).map(|it| it.0);
    let claim = faults.optional("claim", body.claim);
    let wa_id = if caller == Caller::Assistant {
        faults.required("wa_id", body.wa_id)
    } else {
        faults.optional("wa_id", body.wa_id)
    };
    let force_process = faults.optional("force_process", body.force_process).is_some_and(|it| it.0);
    faults.unknown(&body.unknown);
    let payment = PaymentIntent { payment: payment?, amount, maker_name: maker_name?, claim };
    Some(FurtherPayment { payment, evidence, wa_id, force_process })
}

body! {
    /// The body of the tool `pay_balance`.
    pub struct PayBalanceBody {
        /// The booking.
        booking_id: BookingId,
        /// How it was paid.
        payment_method: PaymentMethod,
        /// The payment's authorisation number; with `CompraClick` only.
        authorization_number: ReferenceText,
        /// The transfer's number; with `Depósito BAC` only.
        transfer_id: ReferenceText,
        /// How much of it to take; left out, the balance.
        payment_amount: PositiveAmount,
        /// Who paid, as the payment says it.
        payment_maker_name: Text<NAME_CHARS_MAX>,
        /// The WhatsApp id of the booking's guest: the digits of an international number.
        wa_id: WaId,
    }
}

/// Reads the body of `pay_balance`.
///
/// # Errors
/// As [`read::read`]; [`Problem::Invalid`] with every fault.
pub fn read_pay_balance(bytes: &[u8]) -> Result<(BookingId, FurtherPayment), Problem> {
    let body: PayBalanceBody = read::read(bytes, read::BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let id = faults.required("booking_id", body.booking_id);
    let body = FurtherPaymentBody {
        payment_method: body.payment_method,
        authorization_number: body.authorization_number,
        transfer_id: body.transfer_id,
        payment_evidence: Field::Absent,
        payment_amount: body.payment_amount,
        payment_maker_name: body.payment_maker_name,
        claim: Field::Absent,
        wa_id: body.wa_id,
        force_process: Field::Absent,
        unknown: Unknown(body.unknown.0),
    };
    let further = convert_further(body, Caller::Assistant, &mut faults);
    faults.finish(id.zip(further))
}
