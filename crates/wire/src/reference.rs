//! The payment that a body names: its method, its reference, and the evidence that the caller has it before them.

use posada_core::booking::request::Evidence;
use posada_core::payment::method::{PaymentMethod, PaymentRef, REFERENCE_CHARS_MAX};

use crate::command::Caller;
use crate::faults::Faults;
use crate::field::{Field, Object, body};
use crate::leaf::{Date, Text};
use crate::number::Amount;

/// The most characters of a payment's reference as it is sent; the core says which are one.
pub(crate) const REFERENCE_SENT_CHARS_MAX: usize = 100;

body! {
    /// Evidence of a payment as it is sent.
    pub struct EvidenceBody {
        /// The whole amount of the payment.
        amount: Amount,
        /// The date of the payment.
        date: Date,
    }
}

/// A text that names a payment in its own system.
pub(crate) type ReferenceText = Text<REFERENCE_SENT_CHARS_MAX>;

/// Reads the payment's method and the reference that belongs to it; the other method's must not be sent.
pub(crate) fn read_payment_ref(
    method: Field<PaymentMethod>,
    authorization_number: Field<ReferenceText>,
    transfer_id: Field<ReferenceText>,
    faults: &mut Faults,
) -> Option<PaymentRef> {
    let method = faults.required("payment_method", method);
    read_reference(method, authorization_number, transfer_id, faults)
}

/// Reads the reference that belongs to the method.
pub(crate) fn read_reference(
    method: Option<PaymentMethod>,
    authorization_number: Field<ReferenceText>,
    transfer_id: Field<ReferenceText>,
    faults: &mut Faults,
) -> Option<PaymentRef> {
    let mut found = None;
    for (owner, field) in
        [(PaymentMethod::CompraClick, authorization_number), (PaymentMethod::DepositoBac, transfer_id)]
    {
        let name = owner.reference_field();
        match method {
            Some(method) if method == owner => {
                let Some(Text(text)) = faults.required(name, field) else { continue };
                found = PaymentRef::parse(method, &text);
                if found.is_none() {
                    let message =
                        format!("must have 1 to {REFERENCE_CHARS_MAX} letters, digits, -, _, . or /");
                    faults.push(name, message);
                }
            }
            Some(method) if !field.is_absent() => {
                let own = method.reference_field();
                faults.push(name, format!("does not belong to {method}; send {own} alone"));
            }
            Some(_) | None => {
                faults.optional(name, field);
            }
        }
    }
    found
}

/// Reads `payment_evidence`, which the public must send.
pub(crate) fn read_evidence(
    field: Field<Object<EvidenceBody>>,
    caller: Caller,
    faults: &mut Faults,
) -> Option<Evidence> {
    let body = match caller {
        Caller::Public => faults.required("payment_evidence", field),
        Caller::Assistant | Caller::Staff => faults.optional("payment_evidence", field),
    };
    let Object(body) = body?;
    faults.within("payment_evidence", |faults| {
        let amount = faults.required("amount", body.amount);
        let date = faults.required("date", body.date);
        faults.unknown(&body.unknown);
        Some(Evidence { amount: amount?.0, date: date?.0 })
    })
}
