//! Payments and ledger entries as lists: what is asked of them is read in one snapshot.

use std::cmp::Reverse;

use posada_core::ids::Millis;
use posada_core::money::Money;
use posada_core::payment::ledger::{LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_wire::leaf::Date;
use posada_wire::payments_api::{
    ENTRIES_MAX, EntryPlace, LedgerAsk, LedgerPage, ListAsk, ListPage, Listed, rank,
};
use posada_wire::stored::from_text;
use sqlx::{
    AssertSqlSafe, Connection, MySql, MySqlConnection, Row,
    mysql::{MySqlArguments, MySqlRow},
    query::Query,
};

use crate::statement::{LedgerStatements, Statements};

/// How many bytes of entries a page holds before it ends; the first payment's always fit.
const ENTRY_BYTES_MAX: usize = 512 * 1024;

/// What stands in a statement's place for a value.
enum Value {
    Text(String),
    Number(i64),
}

/// Conditions with their values.
#[derive(Default)]
struct Where {
    text: String,
    values: Vec<Value>,
}

impl Where {
    fn and(&mut self, condition: &str, values: impl IntoIterator<Item = Value>) {
        self.text.push_str(if self.text.is_empty() { " WHERE " } else { " AND " });
        self.text.push_str(condition);
        self.values.extend(values);
    }
}

fn bound<'q>(text: String, values: Vec<Value>) -> Query<'q, MySql, MySqlArguments> {
    let mut query = sqlx::query(AssertSqlSafe(text));
    for value in values {
        query = match value {
            Value::Text(text) => query.bind(text),
            Value::Number(number) => query.bind(number),
        };
    }
    query
}

fn text(text: impl ToString) -> Value {
    Value::Text(text.to_string())
}

fn places(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// A row of a table and its date as text, by which it is ordered.
struct Found {
    paid_on: String,
    row: PaymentRow,
}

/// A page of payments.
pub(crate) async fn list(
    connection: &mut MySqlConnection,
    tables: [(PaymentMethod, &Statements); 2],
    ledger: &LedgerStatements,
    ask: &ListAsk,
) -> Result<ListPage, sqlx::Error> {
    sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").execute(&mut *connection).await?;
    let mut transaction = connection.begin().await?;
    let mut found = Vec::new();
    for (method, statements) in tables {
        if ask.method.is_none_or(|asked| asked == method) {
            found.extend(rows(&mut transaction, method, statements, ledger, ask).await?);
        }
    }
    found.sort_by_cached_key(|it| {
        let payment = &it.row.payment;
        (Reverse(it.paid_on.clone()), rank(payment.method), payment.reference.clone())
    });
    let mut page = ListPage { payments: Vec::new(), is_more: found.len() > ask.limit };
    found.truncate(ask.limit);
    let mut entries = Vec::new();
    for (method, _) in tables {
        let of = found.iter().filter(|it| it.row.payment.method == method);
        let references: Vec<&str> = of.map(|it| it.row.payment.reference.as_str()).collect();
        if references.is_empty() {
            continue;
        }
        let sql = format!(
            "SELECT reference, CAST(seq AS SIGNED), entry FROM {} WHERE method = ? AND reference IN ({}) ORDER BY reference, seq",
            ledger.table,
            places(references.len())
        );
        let values = [method.as_str()].into_iter().chain(references).map(text).collect();
        for row in bound(sql, values).fetch_all(&mut *transaction).await? {
            let seq: i64 = row.try_get(1)?;
            entries.push((method, row.try_get::<String, _>(0)?, seq, row.try_get::<String, _>(2)?));
        }
    }
    transaction.rollback().await?;
    let mut bytes = 0;
    for Found { row, .. } in found {
        let own = || entries.iter().filter(|it| it.0 == row.payment.method && it.1 == row.payment.reference);
        bytes += own().map(|it| it.3.len()).sum::<usize>();
        if bytes > ENTRY_BYTES_MAX && !page.payments.is_empty() {
            page.is_more = true;
            break;
        }
        let read = |it: &(PaymentMethod, String, i64, String)| {
            from_text::<LedgerEntry>(&it.3).ok_or_else(|| u32::try_from(it.2).unwrap_or(0))
        };
        let entries = own().map(read).collect();
        page.payments.push(Listed { row, entries });
    }
    Ok(page)
}

async fn rows(
    connection: &mut MySqlConnection,
    method: PaymentMethod,
    statements: &Statements,
    ledger: &LedgerStatements,
    ask: &ListAsk,
) -> Result<Vec<Found>, sqlx::Error> {
    let (date, key) = (&statements.date_text, &statements.key_text);
    let mut of = Where::default();
    of.and(&format!("{} IS NOT NULL", statements.key), []);
    if let Some(reference) = &ask.reference {
        // The first uses the key's index, the second tells texts apart that are one number.
        of.and(&format!("{} = ?", statements.key), [text(reference)]);
        of.and(&format!("{key} = ?"), [text(reference)]);
    }
    if let Some(from) = ask.from {
        of.and(&format!("{date} >= ?"), [text(from)]);
    }
    if let Some(to) = ask.to {
        of.and(&format!("{date} <= ? AND {date} <> ''"), [text(to)]);
    }
    if let Some(since) = ask.entries_since {
        let touched =
            format!("{key} IN (SELECT reference FROM {} WHERE method = ? AND at_ms >= ?)", ledger.table);
        of.and(&touched, [text(method.as_str()), Value::Number(since.0)]);
    }
    if let Some(place) = &ask.after {
        let day = || text(&place.paid_on);
        match rank(method).cmp(&rank(place.payment.method)) {
            std::cmp::Ordering::Less => of.and(&format!("{date} < ?"), [day()]),
            std::cmp::Ordering::Greater => of.and(&format!("{date} <= ?"), [day()]),
            std::cmp::Ordering::Equal => of.and(
                &format!("({date} < ? OR ({date} = ? AND {key} > ?))"),
                [day(), day(), text(&place.payment.reference)],
            ),
        }
    }
    let limit = ask.limit + 1;
    let sql = format!("{}{} ORDER BY {date} DESC, {key} LIMIT {limit}", statements.select, of.text);
    let found = bound(sql, of.values).fetch_all(connection).await?;
    found.iter().map(|row| read(row, method)).collect()
}

/// A row as it is: of a list nothing is left out, so an amount that is out of range is shown as the largest.
fn read(row: &MySqlRow, method: PaymentMethod) -> Result<Found, sqlx::Error> {
    let money = |cents: i64| Money::from_cents(cents.max(0)).unwrap_or(Money::MAX);
    let text =
        |index: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(index)?.unwrap_or_default());
    let paid_on = text(4)?;
    let row = PaymentRow {
        payment: PaymentRef { method, reference: text(0)?.trim_end_matches(' ').to_owned() },
        amount: money(row.try_get(1)?),
        currency: text(2)?.trim().to_owned(),
        payer: text(3)?,
        paid_on: Date::parse(&paid_on),
        used: money(row.try_get(5)?),
        codreser: text(6)?,
    };
    Ok(Found { paid_on, row })
}

/// A page of entries, oldest first. One that cannot be read ends the list before it.
pub(crate) async fn entries(
    connection: &mut MySqlConnection,
    ledger: &LedgerStatements,
    ask: &LedgerAsk,
) -> Result<LedgerPage, sqlx::Error> {
    let mut of = Where::default();
    if let Some(payment) = &ask.payment {
        of.and("method = ? AND reference = ?", [text(payment.method.as_str()), text(&payment.reference)]);
    }
    if let Some(bookings) = &ask.bookings {
        if bookings.is_empty() {
            return Ok(LedgerPage::default());
        }
        of.and(&format!("booking IN ({})", places(bookings.len())), bookings.iter().map(text));
    }
    if let Some(from) = ask.from {
        of.and("at_ms >= ?", [Value::Number(from.0)]);
    }
    if let Some(to) = ask.to {
        of.and("at_ms <= ?", [Value::Number(to.0)]);
    }
    if let Some(EntryPlace { at, payment, seq }) = &ask.after {
        // `CompraClick` is before `Depósito BAC` by rank and by name.
        of.and(
            "(at_ms > ? OR (at_ms = ? AND (method > ? OR (method = ? AND (reference > ? OR (reference = ? AND seq > ?))))))",
            [
                Value::Number(at.0),
                Value::Number(at.0),
                text(payment.method.as_str()),
                text(payment.method.as_str()),
                text(&payment.reference),
                text(&payment.reference),
                Value::Number((*seq).into()),
            ],
        );
    }
    let sql = format!(
        "SELECT method, reference, entry FROM {}{} ORDER BY at_ms, method, reference, seq LIMIT {}",
        ledger.table,
        of.text,
        ENTRIES_MAX + 1
    );
    let mut page = LedgerPage::default();
    let mut bytes = 0;
    for row in bound(sql, of.values).fetch_all(connection).await? {
        let (method, reference, entry): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        bytes += entry.len();
        if page.entries.len() == ENTRIES_MAX || bytes > ENTRY_BYTES_MAX {
            page.next = page.entries.last().map(place);
            break;
        }
        let (Some(method), Some(entry)) = (PaymentMethod::parse(&method), from_text(&entry)) else {
            tracing::error!("an entry of the ledger cannot be read");
            break;
        };
        page.entries.push((PaymentRef { method, reference }, entry));
    }
    Ok(page)
}

fn place((payment, entry): &(PaymentRef, LedgerEntry)) -> EntryPlace {
    EntryPlace { at: Millis(entry.at.0), payment: payment.clone(), seq: entry.seq }
}
