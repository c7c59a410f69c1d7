//! Payments as they come in: new ones are added, known ones corrected, and what is used of them is never touched.

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::{FieldFault, Problem};
use posada_wire::import::{ImportAnswer, PaymentRecord};
use serde::{Deserialize, Serialize};
use worker::{D1Database, Result};

use super::store::table;

#[derive(Serialize)]
struct Row<'a> {
    key: &'a str,
    amount_cents: i64,
    currency: &'a str,
    payer: &'a str,
    paid_on: String,
}

#[derive(Deserialize)]
struct Count {
    n: usize,
}

#[derive(Deserialize)]
struct Overdrawn {
    key: String,
    used_cents: i64,
}

/// Writes the records, all or none.
///
/// # Errors
/// `Ok(Err(problem))` that names the payments of which more is used than the new amount; an error where the database
/// fails.
pub(crate) async fn put_records(
    db: &D1Database,
    records: &[PaymentRecord],
) -> Result<std::result::Result<ImportAnswer, Problem>> {
    let mut statements = Vec::new();
    let mut lists = Vec::new();
    for method in PaymentMethod::ALL {
        let rows: Vec<Row<'_>> = records
            .iter()
            .filter(|record| record.payment.method == method)
            .map(|record| Row {
                key: &record.payment.reference,
                amount_cents: record.amount.cents_half_up(),
                currency: &record.currency,
                payer: &record.payer,
                paid_on: record.paid_on.to_string(),
            })
            .collect();
        lists.push((method, serde_json::to_string(&rows)?));
    }
    for (method, list) in &lists {
        let (table, key) = table(*method);
        let overdrawn = format!(
            "SELECT {table}.{key} AS key, CAST(round(used * 100) AS INTEGER) AS used_cents
             FROM {table} JOIN json_each(?1) AS it ON {table}.{key} = it.value->>'key'
             WHERE round(used * 100) > it.value->>'amount_cents'"
        );
        let rows =
            db.prepare(overdrawn).bind(&[list.as_str().into()])?.all().await?.results::<Overdrawn>()?;
        if !rows.is_empty() {
            return Ok(Err(name_overdrawn(records, *method, &rows)));
        }
        let known = format!(
            "SELECT count(*) AS n FROM {table} JOIN json_each(?1) AS it ON {table}.{key} = it.value->>'key'"
        );
        statements.push(db.prepare(known).bind(&[list.as_str().into()])?);
        let upsert = format!(
            "INSERT INTO {table} ({key}, amount_cents, currency, payer, paid_on)
             SELECT value->>'key', value->>'amount_cents', value->>'currency', value->>'payer', value->>'paid_on'
             FROM json_each(?1) WHERE true
             ON CONFLICT ({key}) DO UPDATE SET amount_cents = excluded.amount_cents, currency = excluded.currency,
               payer = excluded.payer, paid_on = excluded.paid_on
             WHERE (amount_cents, currency, payer, paid_on)
               IS NOT (excluded.amount_cents, excluded.currency, excluded.payer, excluded.paid_on)"
        );
        statements.push(db.prepare(upsert).bind(&[list.as_str().into()])?);
    }
    let answers = db.batch(statements).await?;
    let (mut known, mut written) = (0, 0);
    for pair in answers.chunks(2) {
        let [count, upsert] = pair else { continue };
        known += count.results::<Count>()?.first().map_or(0, |count| count.n);
        written += upsert.meta()?.and_then(|meta| meta.changes).unwrap_or(0);
    }
    let added = records.len().saturating_sub(known);
    Ok(Ok(ImportAnswer { received: records.len(), added, changed: written.saturating_sub(added) }))
}

fn name_overdrawn(records: &[PaymentRecord], method: PaymentMethod, rows: &[Overdrawn]) -> Problem {
    let fault = |row: &Overdrawn| {
        let is_it =
            |record: &PaymentRecord| record.payment.method == method && record.payment.reference == row.key;
        let place = records.iter().position(is_it).unwrap_or(0);
        let used = posada_core::money::Money::from_cents(row.used_cents).unwrap_or_default();
        FieldFault::new(format!("payments[{place}].amount"), format!("is less than the {used} used of it"))
    };
    Problem::Invalid { fields: rows.iter().map(fault).collect() }
}
