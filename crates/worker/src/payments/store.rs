//! Reading an account and writing what an operation decided, in one transaction and only if nothing changed since.

use std::cell::RefCell;

use posada_core::ids::Millis;
use posada_core::money::Money;
use posada_core::payment::command::Done;
use posada_core::payment::ledger::{Account, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::Decision;
use posada_core::problem::Problem;
use posada_core::stay::local_time_text;
use posada_wire::leaf::Date;
use posada_wire::stored::to_text;
use posada_wire::stored_record;
use wasm_bindgen::JsValue;

use crate::host::{self, Database, Result, number, wait};
use crate::rows;

/// How often an operation is decided anew because another came between.
const TRIES_MAX: u32 = 60;
/// How often a read that failed is tried again.
const READS_MAX: u32 = 3;

/// How long an account is kept as it was left, and how many.
const LEFT_MS: i64 = 10_000;
const LEFT_MAX: usize = 32;

/// Why an operation was not carried out.
pub(crate) enum StoreError {
    /// Certainly not done.
    Problem(Problem),
    /// The database could not be reached; certainly not done.
    Unreachable(host::Error),
    /// The answer to the write was lost: it may have been done. Repeating the operation is harmless.
    Unknown(host::Error),
}

impl From<Problem> for StoreError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

/// The table of a method and its key's column.
pub(super) fn table(method: PaymentMethod) -> (&'static str, &'static str) {
    match method {
        PaymentMethod::CompraClick => ("compraclick", "autorizacion"),
        PaymentMethod::DepositoBac => ("bac", "id"),
    }
}

struct Row {
    amount_cents: i64,
    currency: String,
    payer: String,
    paid_on: Option<String>,
    used_cents: i64,
    codreser: Option<String>,
}

stored_record!(Row { amount_cents, currency, payer, paid_on, used_cents, codreser });

fn cents(value: i64) -> Result<Money> {
    Ok(Money::from_cents(value).ok_or("an amount of the payment tables is out of range")?)
}

/// The account of a payment; `None` where its row is not in the table.
///
/// # Errors
/// Where the database cannot be reached, or its rows are not what they should be.
pub(super) async fn find(db: &Database, payment: &PaymentRef) -> Result<Option<Account>> {
    let (table, key) = table(payment.method);
    let row = db.prepare(
        &format!(
            "SELECT json_object('amount_cents', amount_cents, 'currency', currency, 'payer', payer,
                                'paid_on', paid_on, 'codreser', codreser,
                                'used_cents', CAST(round(used * 100) AS INTEGER)) AS json
             FROM {table} WHERE {key} = ?1"
        ),
        &[payment.reference.as_str().into()],
    )?;
    let ledger = db.prepare(
        "SELECT entry AS json FROM ledger WHERE method = ?1 AND reference = ?2 ORDER BY seq",
        &[payment.method.as_str().into(), payment.reference.as_str().into()],
    )?;
    let answers = db.batch(vec![row, ledger]).await?;
    let row: Option<Row> = rows::answered(answers.first())?.into_iter().next();
    let Some(row) = row else { return Ok(None) };
    let entries: Vec<LedgerEntry> = rows::answered(answers.get(1))?;
    let row = PaymentRow {
        payment: payment.clone(),
        amount: cents(row.amount_cents)?,
        currency: row.currency,
        payer: row.payer,
        paid_on: row.paid_on.and_then(|date| Date::parse(&date)),
        used: cents(row.used_cents)?,
        codreser: row.codreser.unwrap_or_default(),
    };
    Ok(Some(Account::load(row, entries).map_err(|error| error.to_string())?))
}

/// Which account an operation is decided on first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Basis {
    /// The one that is read.
    Read,
    /// The one that the last write has left a moment ago, where there was one: for what looks at nothing but what a
    /// write is conditional on.
    Left,
}

/// Carries an operation out: reads the account, lets `decide` decide, and writes both entries and row if nothing
/// changed meanwhile; else anew.
///
/// # Errors
/// [`StoreError`]: what `decide` refuses, [`Problem::PaymentNotFound`] where there is no such payment, and what the
/// database does.
pub(crate) async fn operate(
    db: &Database,
    payment: &PaymentRef,
    basis: Basis,
    now: Millis,
    utc_offset_minutes: i32,
    decide: impl Fn(&Account) -> std::result::Result<Decision<Done>, Problem>,
) -> std::result::Result<Done, StoreError> {
    // Where more has happened since, nothing is written; and no refusal is made of what was left.
    if basis == Basis::Left
        && let Some(account) = take_left(payment, now)
        && let Ok(decision) = decide(&account)
    {
        let (decision, answer) = decision.part();
        if let Ok(true) = write(db, &account, &decision, now, utc_offset_minutes).await {
            leave(account, decision, now);
            return Ok(answer);
        }
    }
    for attempt in 0..TRIES_MAX {
        if attempt > 0 {
            // Those who lost the race come back one after another, not all at once.
            let spread = u64::from(getrandom::u32().unwrap_or(attempt) % (4 + 2 * attempt));
            wait(spread).await;
        }
        let account = read(db, payment).await.map_err(StoreError::Unreachable)?;
        let Some(account) = account else {
            return Err(Problem::PaymentNotFound { reference: payment.reference.clone() }.into());
        };
        let (decision, answer) = decide(&account)?.part();
        if decision.entries.is_empty() {
            return Ok(answer);
        }
        match write(db, &account, &decision, now, utc_offset_minutes).await {
            Ok(true) => {
                leave(account, decision, now);
                return Ok(answer);
            }
            Ok(false) => {}
            // Another's entry has the number, which is as if nothing had been written.
            Err(error) if error.to_string().contains("UNIQUE constraint failed") => {}
            // More is used than the row has: another program lowered it. Trying again would not change that.
            Err(error) if error.to_string().contains("CHECK constraint failed") => {
                return Err(Problem::PaymentUsed { reference: payment.reference.clone() }.into());
            }
            Err(error) => return Err(StoreError::Unknown(error)),
        }
    }
    Err(StoreError::Unreachable("too many operations on one payment at once".into()))
}

thread_local! {
    static LEFT: RefCell<Vec<(Millis, Account)>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an account as a write has left it, for the operation that follows on it.
fn leave(account: Account, decision: Decision<()>, now: Millis) {
    if let Ok(account) = account.after(decision) {
        LEFT.with_borrow_mut(|left| {
            left.retain(|(at, it)| now.0 < at.plus(LEFT_MS).0 && it.row().payment != account.row().payment);
            if left.len() < LEFT_MAX {
                left.push((now, account));
            }
        });
    }
}

/// The account as the last write has left it, where that was a moment ago.
fn take_left(payment: &PaymentRef, now: Millis) -> Option<Account> {
    LEFT.with_borrow_mut(|left| {
        let place = left.iter().position(|(_, it)| it.row().payment == *payment)?;
        let (at, account) = left.swap_remove(place);
        (now.0 < at.plus(LEFT_MS).0).then_some(account)
    })
}

async fn read(db: &Database, payment: &PaymentRef) -> Result<Option<Account>> {
    let mut last = None;
    for _ in 0..READS_MAX {
        match find(db, payment).await {
            Ok(account) => return Ok(account),
            Err(error) => last = Some(error),
        }
    }
    Err(last.unwrap_or_else(|| "the payments cannot be read".into()))
}

/// Appends the entries on the condition that the row is as it was read, and sets the row on the condition that they
/// were appended. Both statements are one transaction. `false` where nothing was written.
async fn write(
    db: &Database,
    account: &Account,
    decision: &Decision<()>,
    now: Millis,
    utc_offset_minutes: i32,
) -> Result<bool> {
    let row = account.row();
    let (table, key) = table(row.payment.method);
    let reference = || JsValue::from_str(&row.payment.reference);
    let method = || JsValue::from_str(row.payment.method.as_str());
    let cents = |amount: Money| number(amount.cents_half_up());
    let append = db.prepare(
        &format!(
            "INSERT INTO ledger (method, reference, seq, entry)
             SELECT ?1, ?2, json_extract(value, '$.seq'), value FROM json_each(?3)
             WHERE EXISTS (SELECT 1 FROM {table} WHERE {key} = ?2 AND amount_cents = ?4
                           AND CAST(round(used * 100) AS INTEGER) = ?5 AND coalesce(codreser, '') = ?6)"
        ),
        &[
            method(),
            reference(),
            to_text(&decision.entries).into(),
            cents(row.amount),
            cents(row.used),
            row.codreser.as_str().into(),
        ],
    )?;
    let (Some(first), Some(last)) = (decision.entries.first(), decision.entries.last()) else {
        return Ok(true);
    };
    let dateused = decision.touches_dateused.then(|| local_time_text(now, utc_offset_minutes));
    let dateused = dateused.map_or(JsValue::NULL, JsValue::from);
    let set = db
        .prepare(&format!(
            "UPDATE {table} SET used = ?3 / 100.0, codreser = nullif(?4, ''), dateused = coalesce(?5, dateused)
             WHERE {key} = ?2 AND EXISTS (SELECT 1 FROM ledger WHERE method = ?1 AND reference = ?2
                                          AND seq = ?6 AND operation = ?7 AND at_ms = ?8)"
        ), &[
            method(),
            reference(),
            cents(decision.used),
            decision.codreser.as_str().into(),
            dateused,
            number(last.seq.into()),
            last.operation.as_str().into(),
            number(first.at.0),
        ])?;
    let answers = db.batch(vec![append, set]).await?;
    let is_written = rows::changes(answers.first()) == decision.entries.len();
    Ok(is_written && rows::changes(answers.get(1)) == 1)
}
