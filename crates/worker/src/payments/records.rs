//! Payments as they come in: new ones are added, known ones corrected, and what is used of them is never touched.

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::{Problem, System};
use posada_wire::import::{ImportAnswer, PaymentRecord, fault_at};
use posada_wire::stored::to_text;
use posada_wire::stored_record;
use worker::Env;

use super::store::table;
use crate::host::{self, Database, Result};
use crate::respond::unavailable;
use crate::rows;

struct Row {
    key: String,
    amount_cents: i64,
    currency: String,
    payer: String,
    paid_on: String,
}

stored_record!(Row { key, amount_cents, currency, payer, paid_on });

/// A payment of which more is used than its new amount, or something in another currency: its key, and what of the record
/// is wrong with how much is used.
type Overdrawn = (String, String);

/// Writes the records, all or none.
///
/// # Errors
/// A problem that names the payments of which more is used than the new amount, or something in another currency;
/// [`Problem::Forbidden`] where the hotel has a database of its own; [`Problem::Unavailable`] where the database fails.
pub(crate) async fn put_records(
    env: &Env,
    records: &[PaymentRecord],
) -> std::result::Result<ImportAnswer, Problem> {
    if host::text(env, "PAYMENTS_URL").is_some() {
        let detail = "payments come in through the hotel's own database".to_owned();
        return Err(Problem::Forbidden { detail });
    }
    match put(env, records).await {
        Ok(answer) => answer,
        Err(error) => Err(unavailable(System::Payments, &error)),
    }
}

async fn put(env: &Env, records: &[PaymentRecord]) -> Result<std::result::Result<ImportAnswer, Problem>> {
    let db = Database::of(env)?;
    let mut statements = Vec::new();
    let mut lists = Vec::new();
    for method in PaymentMethod::ALL {
        let rows: Vec<Row> = records
            .iter()
            .filter(|record| record.payment.method == method)
            .map(|record| Row {
                key: record.payment.reference.clone(),
                amount_cents: record.amount.cents_half_up(),
                currency: record.currency.clone(),
                payer: record.payer.clone(),
                paid_on: record.paid_on.to_string(),
            })
            .collect();
        lists.push((method, to_text(&rows)));
    }
    for (method, list) in &lists {
        let (table, key) = table(*method);
        let overdrawn = format!(
            "SELECT json_array({table}.{key},
                 iif(round(used * 100) > it.value->>'amount_cents', 'amount ', 'currency ') || printf('%.2f', used)) AS json
             FROM {table} JOIN json_each(?1) AS it ON {table}.{key} = it.value->>'key'
             WHERE round(used * 100) > it.value->>'amount_cents'
                OR (used > 0 AND currency <> it.value->>'currency')"
        );
        let overdrawn = db.prepare(&overdrawn, &[list.as_str().into()])?.run().await?;
        let rows: Vec<Overdrawn> = rows::answered(Some(&overdrawn))?;
        if !rows.is_empty() {
            return Ok(Err(name_overdrawn(records, *method, &rows)));
        }
        let known = format!(
            "SELECT CAST(count(*) AS TEXT) AS json FROM {table} JOIN json_each(?1) AS it ON {table}.{key} = it.value->>'key'"
        );
        statements.push(db.prepare(&known, &[list.as_str().into()])?);
        let upsert = format!(
            "INSERT INTO {table} ({key}, amount_cents, currency, payer, paid_on)
             SELECT value->>'key', value->>'amount_cents', value->>'currency', value->>'payer', value->>'paid_on'
             FROM json_each(?1) WHERE true
             ON CONFLICT ({key}) DO UPDATE SET amount_cents = excluded.amount_cents, currency = excluded.currency,
               payer = excluded.payer, paid_on = excluded.paid_on
             WHERE (amount_cents, currency, payer, paid_on)
               IS NOT (excluded.amount_cents, excluded.currency, excluded.payer, excluded.paid_on)"
        );
        statements.push(db.prepare(&upsert, &[list.as_str().into()])?);
    }
    let answers = db.batch(statements).await?;
    let (mut known, mut written) = (0, 0);
    for pair in answers.chunks(2) {
        let counted: Vec<usize> = rows::answered(pair.first())?;
        known += counted.first().copied().unwrap_or(0);
        written += rows::changes(pair.get(1));
    }
    let added = records.len().saturating_sub(known);
    let changed = written.saturating_sub(added);
    Ok(Ok(ImportAnswer { received: records.len(), added, changed, warnings: None }))
}

fn name_overdrawn(records: &[PaymentRecord], method: PaymentMethod, rows: &[Overdrawn]) -> Problem {
    let fault = |(reference, wrong): &Overdrawn| {
        let is_it = |record: &PaymentRecord| {
            record.payment.method == method && record.payment.reference == *reference
        };
        let place = records.iter().position(is_it).unwrap_or(0);
        let (name, used) = wrong.split_once(' ').unwrap_or_default();
        let how = if name == "amount" { "less than" } else { "not that of" };
        fault_at(place, name, &["is ", how, " the ", used, " used of it"].concat())
    };
    Problem::Invalid { fields: rows.iter().map(fault).collect() }
}
