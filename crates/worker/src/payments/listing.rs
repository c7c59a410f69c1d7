//! The embedded payments as a list, and what all of them paid for bookings.

use posada_core::ids::{BookingId, ReservationCode};
use posada_core::money::Money;
use posada_core::payment::ledger::{LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::reconcile::Link;
use posada_wire::leaf::Date;
use posada_wire::payments_api::{ListAsk, ListPage, Listed, rank};
use posada_wire::stored::{from_text, to_text};
use posada_wire::stored_record;
use wasm_bindgen::JsValue;

use crate::host::{Database, Result, number};
use crate::rows;

struct Row {
    rank: u8,
    reference: String,
    amount_cents: i64,
    currency: String,
    payer: String,
    paid_on: String,
    used_cents: i64,
    codreser: Option<String>,
}

stored_record!(Row { rank, reference, amount_cents, currency, payer, paid_on, used_cents, codreser });

/// Rank, reference, number and text of an entry.
struct Entry {
    rank: u8,
    reference: String,
    seq: u32,
    entry: String,
}

stored_record!(Entry { rank, reference, seq, entry });

fn method(of: u8) -> PaymentMethod {
    if of == rank(PaymentMethod::CompraClick) {
        PaymentMethod::CompraClick
    } else {
        PaymentMethod::DepositoBac
    }
}

/// An amount of the tables; one that is out of range is shown as the largest, for what does not agree is to be seen.
fn money(cents: i64) -> Money {
    Money::from_cents(cents).unwrap_or(Money::MAX)
}

/// The page that is asked for, and one more row.
const PAGE: &str = "WITH page AS (
    SELECT * FROM (SELECT 0 AS rank, autorizacion AS reference, amount_cents, currency, payer,
                       coalesce(paid_on, '') AS paid_on, used, codreser FROM compraclick
                   UNION ALL
                   SELECT 1, id, amount_cents, currency, payer, coalesce(paid_on, ''), used, codreser FROM bac) p
    WHERE (?1 IS NULL OR rank = ?1) AND ";
/// What goes on behind a condition on `?2`, the reference. One that is asked for is looked up, and no row gone through.
const PAGE_ON: &str = " AND (?3 IS NULL OR paid_on >= ?3)
      AND (?4 IS NULL OR (paid_on <= ?4 AND paid_on <> '')) AND (?5 IS NULL OR paid_on < ?5
        OR (paid_on = ?5 AND (rank > ?6 OR (rank = ?6 AND reference > ?7))))
      AND (?9 IS NULL OR EXISTS (SELECT 1 FROM ledger l WHERE l.method = iif(rank = 0, 'CompraClick', 'Depósito BAC')
        AND l.reference = p.reference AND l.at_ms >= ?9))
    ORDER BY paid_on DESC, rank, reference LIMIT ?8)";
const ROWS: &str =
    " SELECT json_object('rank', rank, 'reference', reference, 'amount_cents', amount_cents, 'currency', currency,
        'payer', payer, 'paid_on', paid_on, 'codreser', codreser,
        'used_cents', CAST(round(used * 100) AS INTEGER)) AS json FROM page ORDER BY paid_on DESC, rank, reference";
const ENTRIES: &str =
    " SELECT json_object('rank', rank, 'reference', l.reference, 'seq', seq, 'entry', entry) AS json
    FROM page JOIN ledger l ON l.method = iif(rank = 0, 'CompraClick', 'Depósito BAC') AND l.reference = page.reference
    ORDER BY l.method, l.reference, seq";

/// A page of payments, newest first.
///
/// # Errors
/// Where the database fails.
pub(super) async fn list(db: &Database, ask: &ListAsk) -> Result<ListPage> {
    let text = |text: Option<String>| text.map_or(JsValue::NULL, JsValue::from);
    let after = ask.after.as_ref();
    let limit = i64::try_from(ask.limit).unwrap_or(i64::MAX);
    let values = [
        ask.method.map_or(JsValue::NULL, |method| number(rank(method).into())),
        text(ask.reference.clone()),
        text(ask.from.map(|date| date.to_string())),
        text(ask.to.map(|date| date.to_string())),
        text(after.map(|place| place.paid_on.clone())),
        number(after.map_or(0, |place| rank(place.payment.method).into())),
        text(after.map(|place| place.payment.reference.clone())),
        number(limit.saturating_add(1)),
        ask.entries_since.map_or(JsValue::NULL, |since| number(since.0)),
    ];
    // Both in one transaction, so that no entry is in the one and not in the other.
    let of_reference = if ask.reference.is_some() { "reference = ?2" } else { "?2 IS NULL" };
    let query = |select: &str| db.prepare(&[PAGE, of_reference, PAGE_ON, select].concat(), &values);
    let answers = db.batch(vec![query(ROWS)?, query(ENTRIES)?]).await?;
    let mut rows: Vec<Row> = rows::answered(answers.first())?;
    let is_more = rows.len() > ask.limit;
    rows.truncate(ask.limit);
    let entries: Vec<Entry> = rows::answered(answers.get(1))?;
    let listed = |row: Row| {
        let own = entries.iter().filter(|it| it.rank == row.rank && it.reference == row.reference);
        let read = |it: &Entry| from_text::<LedgerEntry>(&it.entry).ok_or(it.seq);
        Listed {
            entries: own.map(read).collect(),
            row: PaymentRow {
                payment: PaymentRef { method: method(row.rank), reference: row.reference },
                amount: money(row.amount_cents),
                currency: row.currency,
                payer: row.payer,
                paid_on: Date::parse(&row.paid_on),
                used: money(row.used_cents),
                codreser: row.codreser.unwrap_or_default(),
            },
        }
    };
    Ok(ListPage { payments: rows.into_iter().map(listed).collect(), is_more })
}

/// What all payments paid for living reservations of these bookings.
///
/// # Errors
/// Where the database fails.
pub(super) async fn links(db: &Database, bookings: &[BookingId]) -> Result<Vec<Link>> {
    let statement = db.prepare(
        "SELECT json_array(booking, json_array(code, sum(iif(kind = 'settled', mills, -mills)))) AS json FROM ledger
         WHERE booking IN (SELECT value FROM json_each(?1)) AND kind IN ('settled', 'reversed')
         GROUP BY method, reference, booking, code
         HAVING sum(iif(kind = 'settled', 1, -1)) > 0",
        &[to_text(&bookings.to_vec()).into()],
    )?;
    let rows: Vec<(BookingId, (ReservationCode, Money))> = rows::answered(Some(&statement.run().await?))?;
    Ok(rows.into_iter().map(|(booking, (code, amount))| Link { booking, code, amount }).collect())
}
