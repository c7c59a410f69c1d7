//! What is answered.

use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::{Account, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{Claimed, Linked};
use posada_core::problem::{Problem, System};

use super::Operation;
use crate::field::{Members, Node};
use crate::number::Amount;
use crate::problem::{TYPE_PREFIX, title};
use crate::read::parse;
use crate::stored::{Write, member, members, to_text, write_members};

/// What an operation is answered where it was carried out.
#[must_use]
pub fn done_text(done: &Done) -> String {
    let mut out = String::new();
    match done {
        Done::Claimed(it) => write_members(
            &mut out,
            &[
                ("claim", &it.claim),
                ("claimed_amount", &Amount(it.amount)),
                ("available_amount", &Amount(it.available)),
                ("expires_at_ms", &it.expires_at),
            ],
        ),
        Done::Settled(it) => write_members(&mut out, &[("fits", &it.fits)]),
        Done::Reversed => write_members(&mut out, &[("reversed", &true)]),
        Done::Expired => write_members(&mut out, &[("expired", &true)]),
    }
    out
}

pub(super) fn object(bytes: &[u8]) -> Option<Members> {
    members(parse(bytes, super::ANSWER_BYTES_MAX).ok()?)
}

/// What the operation is answered; `None` where that is something else.
#[must_use]
pub fn read_done(command: &Command, bytes: &[u8]) -> Option<Done> {
    let it = &mut object(bytes)?;
    match command {
        Command::Claim(_) | Command::Attach(_) => Some(Done::Claimed(Claimed {
            claim: member(it, "claim")?,
            amount: member::<Amount>(it, "claimed_amount")?.0,
            available: member::<Amount>(it, "available_amount")?.0,
            expires_at: member(it, "expires_at_ms")?,
        })),
        Command::Settle { .. } => Some(Done::Settled(Linked { fits: member(it, "fits")? })),
        Command::Reverse { .. } => member::<bool>(it, "reversed")?.then_some(Done::Reversed),
        Command::Expire => member::<bool>(it, "expired")?.then_some(Done::Expired),
    }
}

pub(super) struct RowView<'a>(pub(super) &'a PaymentRow);

impl Write for RowView<'_> {
    fn write(&self, out: &mut String) {
        let row = self.0;
        let method = row.payment.method.as_str();
        write_members(
            out,
            &[
                ("payment_method", &method),
                (row.payment.method.reference_field(), &row.payment.reference),
                ("amount", &Amount(row.amount)),
                ("currency", &row.currency),
                ("payment_maker_name", &row.payer),
                ("payment_date", &row.paid_on),
                ("used", &Amount(row.used)),
                ("codreser", &row.codreser),
            ],
        );
    }
}

pub(super) struct LedgerView<'a>(pub(super) &'a [LedgerEntry]);

impl Write for LedgerView<'_> {
    fn write(&self, out: &mut String) {
        let entries: Vec<String> = self.0.iter().map(|entry| to_text(entry)).collect();
        out.push('[');
        out.push_str(&entries.join(","));
        out.push(']');
    }
}

/// What `find` is answered: the row as the hotel's table has it, what is left by the ledger, and the ledger as it is
/// kept (its amounts are thousandths).
#[must_use]
pub fn account_text(account: &Account) -> String {
    let mut out = String::new();
    write_members(
        &mut out,
        &[
            ("payment", &RowView(account.row())),
            ("available_amount", &Amount(account.available())),
            ("ledger", &LedgerView(account.entries())),
        ],
    );
    out
}

/// The account that `find` was answered for this payment; `None` where the answer is something else.
#[must_use]
pub fn read_account(payment: &PaymentRef, bytes: &[u8]) -> Option<Account> {
    let it = &mut object(bytes)?;
    let row = read_row(payment.clone(), &mut members(member::<Any>(it, "payment")?.0)?)?;
    Account::load(row, member(it, "ledger")?).ok()
}

/// The row of a payment, without the members that name it.
pub(super) fn read_row(payment: PaymentRef, row: &mut Members) -> Option<PaymentRow> {
    Some(PaymentRow {
        payment,
        amount: member::<Amount>(row, "amount")?.0,
        currency: member(row, "currency")?,
        payer: member(row, "payment_maker_name")?,
        paid_on: member(row, "payment_date")?,
        used: member::<Amount>(row, "used")?.0,
        codreser: member(row, "codreser")?,
    })
}

/// The payment that members name.
pub(super) fn read_ref(it: &mut Members) -> Option<PaymentRef> {
    let method = PaymentMethod::parse(&member::<String>(it, "payment_method")?)?;
    Some(PaymentRef { method, reference: member(it, method.reference_field())? })
}

/// Any value, to be read further.
pub(super) struct Any(pub(super) Node);

impl crate::stored::Read for Any {
    fn read(node: Node) -> Option<Self> {
        Some(Self(node))
    }
}

/// The problem document of an operation that was not carried out.
#[must_use]
pub fn refusal_text(problem: &Problem, status: u16) -> String {
    let kind = format!("{TYPE_PREFIX}{}", problem.code());
    let (code, title) = (problem.code(), title(problem));
    let (detail, fields) = (problem.detail(), problem.fields());
    let mut all: Vec<(&str, &dyn Write)> = vec![
        ("type", &kind),
        ("title", &title),
        ("status", &status),
        ("code", &code),
        ("detail", &detail),
        ("fields", &fields),
    ];
    let mut out = String::new();
    match problem {
        Problem::PaymentShort { available, required, missing } => {
            let amounts = [available, required, missing].map(|amount| Amount(*amount));
            let [available, required, missing] = &amounts;
            all.push(("available_amount", available));
            all.push(("required_amount", required));
            all.push(("missing_amount", missing));
            write_members(&mut out, &all);
        }
        Problem::PaymentCurrency { payment, hotel } => {
            all.push(("payment_currency", payment));
            all.push(("hotel_currency", hotel));
            write_members(&mut out, &all);
        }
        Problem::Uncertain { retry_after_s } | Problem::Unavailable { retry_after_s, .. } => {
            all.push(("retry_after_s", retry_after_s));
            write_members(&mut out, &all);
        }
        _ => write_members(&mut out, &all),
    }
    out
}

/// Why an operation was certainly not carried out, by the problem document that it was answered; `None` where the
/// document says nothing of the payment.
#[must_use]
pub fn read_refusal(operation: Operation, payment: &PaymentRef, bytes: &[u8]) -> Option<Problem> {
    let it = &mut object(bytes)?;
    let code: String = member(it, "code")?;
    let reference = payment.reference.clone();
    let mut amount = |name| Some(member::<Amount>(it, name)?.0);
    Some(match code.as_str() {
        "payment_not_found" => Problem::PaymentNotFound { reference },
        "payment_used" => Problem::PaymentUsed { reference },
        "payment_short" => Problem::PaymentShort {
            available: amount("available_amount")?,
            required: amount("required_amount")?,
            missing: amount("missing_amount")?,
        },
        "payment_currency" => Problem::PaymentCurrency {
            payment: member(it, "payment_currency")?,
            hotel: member(it, "hotel_currency")?,
        },
        "codreser_full" => Problem::CodreserFull,
        "key_reused" => Problem::KeyReused,
        "payments_unavailable" => {
            Problem::Unavailable { system: System::Payments, retry_after_s: member(it, "retry_after_s")? }
        }
        // For the others it would be the path that is wrong.
        "not_found" if operation == Operation::Reverse => Problem::NotFound,
        _ => return None,
    })
}
