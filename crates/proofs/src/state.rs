//! What a deployment on this machine has written down: D1 and the Durable Objects, as SQLite files below its data
//! folder. They are never opened where they are, only copies.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};
use posada_core::{
    ids::{BookingId, LineNo},
    money::Money,
    payment::{
        ledger::{LedgerEntry, PaymentRow},
        method::{PaymentMethod, PaymentRef},
    },
};
use posada_wire::{leaf::Date, stored::from_text};
use rusqlite::{Connection, Row, types::FromSql};
use serde_json::Value;

/// How often a file is copied anew because it changed meanwhile.
const COPY_TRIES_MAX: u32 = 50;

/// A payment's row and its ledger's entries, as they are stored.
#[derive(Debug, Clone)]
pub struct StoredPayment {
    /// The row.
    pub row: PaymentRow,
    /// The column `dateused`.
    pub dateused: Option<String>,
    /// The entries' JSON, in the order of their numbers.
    pub entries: Vec<String>,
}

/// What D1 holds.
#[derive(Debug, Clone, Default)]
pub struct Payments {
    /// Every payment.
    pub payments: Vec<StoredPayment>,
    /// Ledger entries of payments that are in no table: `method reference`.
    pub orphans: Vec<String>,
}

/// What a `BookingObject` holds.
#[derive(Debug, Clone)]
pub struct StoredBooking {
    /// Its id.
    pub id: String,
    /// The journal's entries' JSON, from the first on.
    pub journal: Vec<String>,
}

/// A reservation that lives, in the embedded book or in the hotel's own system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveReservation {
    /// The booking that its reference names.
    pub booking: String,
    /// The line that it names.
    pub line: u8,
    /// The whole reference.
    pub reference: String,
    /// Its code, without prefix.
    pub code: String,
    /// Its room.
    pub room: String,
    /// Its nights.
    pub nights: Vec<String>,
}

/// A night that somebody has, by the `PropertyObject`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Night {
    /// The room.
    pub room: String,
    /// The night.
    pub night: String,
    /// The reservation's code; that of one to come where it is held.
    pub code: String,
    /// Whether it is held and not booked.
    pub is_held: bool,
}

/// What the `PropertyObject` holds.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The embedded book's reservations that live.
    pub reservations: Vec<LiveReservation>,
    /// Who has which nights.
    pub nights: Vec<Night>,
}

/// A line of a booking, as a reference names it.
#[must_use]
pub fn line_of(reference: &str) -> Option<(&str, u8)> {
    let (rest, _generation) = reference.rsplit_once('-')?;
    let (booking, line) = rest.rsplit_once('-')?;
    Some((booking, line.parse().ok()?))
}

/// A deployment's data folder.
#[derive(Debug, Clone)]
pub struct State {
    /// D1's files.
    d1: PathBuf,
    /// The Durable Objects' folders, one for each class.
    objects: PathBuf,
}

impl State {
    /// The data below `folder`: what `--persist` names, or the data of a server of one's own.
    ///
    /// # Errors
    /// Where no deployment has kept anything there.
    pub fn at(folder: &Path) -> Result<Self> {
        let (miniflare, own) = (folder.join("v3"), folder.join("posada-d1"));
        if miniflare.is_dir() {
            return Ok(Self {
                d1: miniflare.join("d1/miniflare-D1DatabaseObject"),
                objects: miniflare.join("do"),
            });
        }
        if own.is_dir() {
            return Ok(Self { d1: own, objects: folder.to_owned() });
        }
        bail!("{} is no data folder of a deployment: it has neither `v3` nor `posada-d1`", folder.display())
    }

    /// Payments and their ledgers.
    ///
    /// # Errors
    /// Where the files cannot be read, or a row is not what it should be.
    pub fn payments(&self) -> Result<Payments> {
        let files = databases(&self.d1)?;
        let mut found = Payments::default();
        for file in files {
            let copy = Copied::of(&file)?;
            if copy.has_table("ledger")? {
                read_payments(&copy.connection, &mut found)?;
            }
        }
        Ok(found)
    }

    /// The files of the bookings, each for itself: there may be thousands.
    ///
    /// # Errors
    /// Where they cannot be listed.
    pub fn booking_files(&self) -> Result<Vec<PathBuf>> {
        databases(&self.objects.join("posada-BookingObject"))
    }

    /// What a booking's file holds; `None` where nothing was ever taken in.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn booking(file: &Path) -> Result<Option<StoredBooking>> {
        let copy = Copied::of(file)?;
        if !copy.has_table("intake")? {
            return Ok(None);
        }
        let facts: Vec<String> = copy.column("SELECT facts FROM intake")?;
        let Some(facts) = facts.first() else { return Ok(None) };
        let facts: Value = serde_json::from_str(facts).context("a booking's facts are no JSON")?;
        let id = facts["booking"].as_str().context("a booking's facts have no id")?.to_owned();
        Ok(Some(StoredBooking { id, journal: copy.column("SELECT entry FROM journal ORDER BY seq")? }))
    }

    /// The bookings.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn bookings(&self) -> Result<Vec<StoredBooking>> {
        let mut found = Vec::new();
        for file in self.booking_files()? {
            found.extend(Self::booking(&file)?);
        }
        Ok(found)
    }

    /// The rooms.
    ///
    /// # Errors
    /// Where the files cannot be read.
    pub fn book(&self) -> Result<Book> {
        let mut book = Book::default();
        for file in databases(&self.objects.join("posada-PropertyObject"))? {
            let copy = Copied::of(&file)?;
            if !copy.has_table("nights")? {
                continue;
            }
            book.nights.extend(copy.rows("SELECT room, night, code, expires_ms FROM nights", |row| {
                Ok(Night {
                    room: row.get(0)?,
                    night: row.get(1)?,
                    code: row.get(2)?,
                    is_held: row.get::<_, Option<i64>>(3)?.is_some(),
                })
            })?);
            let live = "SELECT reference, code, booking, line, room, check_in, check_out FROM reservations
                        WHERE cancelled_ms IS NULL";
            book.reservations.extend(copy.rows(live, |row| {
                Ok(LiveReservation {
                    reference: row.get(0)?,
                    code: row.get(1)?,
                    booking: row.get(2)?,
                    line: row.get(3)?,
                    room: row.get(4)?,
                    nights: nights(&row.get::<_, String>(5)?, &row.get::<_, String>(6)?),
                })
            })?);
        }
        Ok(book)
    }
}

/// The nights from one date to the one before another.
#[must_use]
pub fn nights(check_in: &str, check_out: &str) -> Vec<String> {
    let (Some(first), Some(end)) = (Date::parse(check_in), Date::parse(check_out)) else { return Vec::new() };
    first.iter_days().take_while(|night| *night < end).map(|night| night.to_string()).collect()
}

fn read_payments(db: &Connection, found: &mut Payments) -> Result<()> {
    let mut known = Vec::new();
    for method in PaymentMethod::ALL {
        let (table, key) = match method {
            PaymentMethod::CompraClick => ("compraclick", "autorizacion"),
            PaymentMethod::DepositoBac => ("bac", "id"),
        };
        let sql = format!(
            "SELECT {key}, amount_cents, currency, payer, paid_on, CAST(round(used * 100) AS INTEGER), codreser, dateused
             FROM {table} ORDER BY {key}"
        );
        let rows = rows(db, &sql, |row| {
            let codreser: Option<String> = row.get(6)?;
            let paid_on: Option<String> = row.get(4)?;
            let money = |cents: i64| Money::from_cents(cents).unwrap_or(Money::MAX);
            let row_of = PaymentRow {
                payment: PaymentRef { method, reference: row.get(0)? },
                amount: money(row.get(1)?),
                currency: row.get(2)?,
                payer: row.get(3)?,
                paid_on: paid_on.and_then(|date| Date::parse(&date)),
                used: money(row.get(5)?),
                codreser: codreser.unwrap_or_default(),
            };
            Ok((row_of, row.get(7)?))
        })?;
        let mut entries =
            db.prepare("SELECT entry FROM ledger WHERE method = ?1 AND reference = ?2 ORDER BY seq")?;
        for (row, dateused) in rows {
            let key = (method.as_str().to_owned(), row.payment.reference.clone());
            let entries =
                entries.query_map([&key.0, &key.1], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
            known.push(key);
            found.payments.push(StoredPayment { row, dateused, entries });
        }
    }
    let ledgers: Vec<(String, String)> =
        rows(db, "SELECT DISTINCT method, reference FROM ledger", |row| Ok((row.get(0)?, row.get(1)?)))?;
    known.sort();
    let orphans = ledgers.into_iter().filter(|key| known.binary_search(key).is_err());
    found.orphans.extend(orphans.map(|(method, reference)| format!("{method} {reference}")));
    Ok(())
}

fn rows<T>(db: &Connection, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    let mut statement = db.prepare(sql).with_context(|| sql.to_owned())?;
    let found = statement.query_map([], read)?.collect::<rusqlite::Result<Vec<T>>>();
    found.with_context(|| sql.to_owned())
}

/// The entries of a ledger; the first that cannot be read is the error.
///
/// # Errors
/// The text that is no entry.
pub fn entries(stored: &StoredPayment) -> Result<Vec<LedgerEntry>, String> {
    stored.entries.iter().map(|text| from_text(text).ok_or_else(|| text.clone())).collect()
}

/// The SQLite files of a folder, but for the platform's own about them all.
fn databases(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let Ok(listed) = fs::read_dir(folder) else { return Ok(files) };
    for entry in listed {
        let path = entry?.path();
        let is_own = path.file_stem().is_some_and(|stem| stem == "metadata");
        if path.extension().is_some_and(|ending| ending == "sqlite") && !is_own {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A copy of a database, with what its write-ahead log holds.
struct Copied {
    connection: Connection,
    _folder: tempfile::TempDir,
}

impl Copied {
    fn of(file: &Path) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("copy.sqlite");
        copy_unchanged(&[(file.to_owned(), copy.clone()), (log_of(file), log_of(&copy))])
            .with_context(|| format!("cannot copy {}", file.display()))?;
        let connection = Connection::open(&copy)?;
        Ok(Self { connection, _folder: folder })
    }

    fn has_table(&self, name: &str) -> Result<bool> {
        let sql = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?1";
        Ok(self.connection.query_row(sql, [name], |row| row.get::<_, i64>(0))? > 0)
    }

    fn rows<T>(&self, sql: &str, read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
        rows(&self.connection, sql, read)
    }

    fn column<T: FromSql>(&self, sql: &str) -> Result<Vec<T>> {
        self.rows(sql, |row| row.get(0))
    }
}

fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}

/// Copies files that a running program may be writing, until none changed while they were.
fn copy_unchanged(files: &[(PathBuf, PathBuf)]) -> Result<()> {
    let seen = || -> Vec<Option<(u64, SystemTime)>> {
        let look = |path: &Path| {
            let found = fs::metadata(path).ok()?;
            Some((found.len(), found.modified().ok()?))
        };
        files.iter().map(|(from, _)| look(from)).collect()
    };
    for _ in 0..COPY_TRIES_MAX {
        let before = seen();
        for (from, to) in files {
            let _ = fs::remove_file(to);
            match fs::copy(from, to) {
                Ok(_) => {}
                // Without a log there is nothing in it.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound && from != &files[0].0 => {}
                Err(error) => return Err(error.into()),
            }
        }
        if seen() == before {
            return Ok(());
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    bail!("it is written to all the time")
}

/// A line and its booking, as the ledger and a booking's report name them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct LineKey {
    pub(crate) booking: String,
    pub(crate) line: u8,
}

impl LineKey {
    pub(crate) fn new(booking: &BookingId, line: LineNo) -> Self {
        Self { booking: booking.to_string(), line: line.0 }
    }
}

impl std::fmt::Display for LineKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {} of booking {}", self.line, self.booking)
    }
}
