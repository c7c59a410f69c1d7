//! One operation is one transaction, with the payment's row locked.

use posada_core::money::Money;
use posada_core::payment::command::Done;
use posada_core::payment::ledger::{Account, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{Decision, Rules};
use posada_core::problem::Problem;
use posada_core::stay::local_time_text;
use posada_wire::leaf::Date;
use posada_wire::payments_api::{Ask, LedgerAsk, LedgerPage, ListAsk, ListPage};
use posada_wire::stored::{from_text, to_text};
use sqlx::{
    AssertSqlSafe, MySqlConnection, Row,
    mysql::{MySqlDatabaseError, MySqlPool, MySqlRow},
};

use crate::{
    list,
    settings::Settings,
    statement::{Columns, LedgerStatements, Statements},
};

/// How often an operation is tried whose transaction was given up by the database, or whose end was not heard.
const TRIES_MAX: u32 = 4;
/// The database chose this transaction to be given up, for two waited for each other.
const DEADLOCK: u16 = 1213;

/// The hotel's tables.
#[derive(Debug, Clone)]
pub struct Store {
    pool: MySqlPool,
    compraclick: Statements,
    bac: Statements,
    ledger: LedgerStatements,
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub(crate) enum Failure {
    /// It is refused.
    Refused(Problem),
    /// The database cannot do it now; it is certainly not done.
    Unavailable(String),
    /// The end of its transaction was not heard: it may be done.
    Unknown(String),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

/// How an attempt ended that may be made again.
enum Attempt {
    Failed(Failure),
    /// Nothing was written, and it is worth another try.
    GivenUp(String),
    /// It is not known whether it was written.
    Unheard(String),
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// What of an error may be logged: which one it is, and nothing of the data that its text may repeat.
fn shown(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(inner) => match inner.try_downcast_ref::<MySqlDatabaseError>() {
            Some(inner) => format!("database error {}", inner.number()),
            None => "database error".to_owned(),
        },
        sqlx::Error::Io(error) => format!("connection: {:?}", error.kind()),
        sqlx::Error::PoolTimedOut => "no connection was free in time".to_owned(),
        sqlx::Error::PoolClosed => "the gateway is ending".to_owned(),
        sqlx::Error::ColumnDecode { index, .. } => format!("column {index} is not as it should be"),
        _ => "the database's answer was not understood".to_owned(),
    }
}

/// Of a question nothing was done.
fn unavailable(error: sqlx::Error) -> Failure {
    Failure::Unavailable(shown(&error))
}

fn is_deadlock(error: &sqlx::Error) -> bool {
    let database = error.as_database_error().and_then(|inner| inner.try_downcast_ref::<MySqlDatabaseError>());
    database.is_some_and(|inner| inner.number() == DEADLOCK)
}

/// Before the commit nothing is written, whatever happens.
impl From<sqlx::Error> for Attempt {
    fn from(error: sqlx::Error) -> Self {
        if is_deadlock(&error) {
            return Self::GivenUp(shown(&error));
        }
        Self::Failed(Failure::Unavailable(shown(&error)))
    }
}

impl Store {
    /// The store of these tables, as [`crate::inspect`] found them.
    ///
    /// # Panics
    /// Where a method's columns are not among `columns`.
    #[must_use]
    pub fn new(pool: MySqlPool, settings: &Settings, columns: &[(PaymentMethod, Columns)]) -> Self {
        let of = |method: PaymentMethod| {
            let columns = columns.iter().find(|(of, _)| *of == method).expect("every table was inspected");
            Statements::new(settings.table(method), columns.1)
        };
        Self {
            pool,
            compraclick: of(PaymentMethod::CompraClick),
            bac: of(PaymentMethod::DepositoBac),
            ledger: LedgerStatements::new(settings),
        }
    }

    fn statements(&self, method: PaymentMethod) -> &Statements {
        match method {
            PaymentMethod::CompraClick => &self.compraclick,
            PaymentMethod::DepositoBac => &self.bac,
        }
    }

    /// Whether the database answers.
    pub(crate) async fn is_there(&self) -> bool {
        sqlx::query("SELECT 1").execute(&self.pool).await.is_ok()
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// The account of a payment.
    pub(crate) async fn find(&self, payment: &PaymentRef) -> Result<Account, Failure> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        let statements = self.statements(payment.method);
        match self.read(&mut connection, &statements.find, payment).await {
            Ok(account) => Ok(account),
            Err(Attempt::Failed(failure)) => Err(failure),
            Err(Attempt::GivenUp(reason) | Attempt::Unheard(reason)) => Err(Failure::Unavailable(reason)),
        }
    }

    /// A page of payments.
    pub(crate) async fn list(&self, ask: &ListAsk) -> Result<ListPage, Failure> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        let tables = PaymentMethod::ALL.map(|method| (method, self.statements(method)));
        list::list(&mut connection, tables, &self.ledger, ask).await.map_err(unavailable)
    }

    /// A page of the ledger's entries.
    pub(crate) async fn entries(&self, ask: &LedgerAsk) -> Result<LedgerPage, Failure> {
        let mut connection = self.pool.acquire().await.map_err(unavailable)?;
        list::entries(&mut connection, &self.ledger, ask).await.map_err(unavailable)
    }

    /// Carries an operation out.
    pub(crate) async fn operate(&self, ask: &Ask) -> Result<Done, Failure> {
        let mut tries = 0;
        let mut unheard = None;
        loop {
            tries += 1;
            match self.attempt(ask).await {
                Ok(done) => return Ok(done),
                Err(Attempt::GivenUp(_)) if tries < TRIES_MAX => {}
                // Repeating it is harmless, and tells.
                Err(Attempt::Unheard(reason)) if tries < TRIES_MAX => unheard = Some(reason),
                Err(Attempt::GivenUp(reason)) => {
                    return Err(unheard.map_or(Failure::Unavailable(reason), Failure::Unknown));
                }
                Err(Attempt::Unheard(reason)) => return Err(Failure::Unknown(reason)),
                Err(Attempt::Failed(Failure::Unavailable(reason))) => {
                    return Err(unheard.map_or(Failure::Unavailable(reason), Failure::Unknown));
                }
                Err(Attempt::Failed(failure)) => return Err(failure),
            }
        }
    }

    async fn attempt(&self, ask: &Ask) -> Result<Done, Attempt> {
        let statements = self.statements(ask.payment.method);
        let mut transaction = self.pool.begin().await?;
        let account = self.read(&mut transaction, &statements.lock, &ask.payment).await?;
        let length = ask.rules.codreser_length_max.min(statements.columns.codreser_length_max);
        let rules = Rules { codreser_length_max: length, ..ask.rules.clone() };
        let (decision, done) = ask.command.decide(&account, &rules, ask.at).map_err(Failure::Refused)?.part();
        if decision.entries.is_empty() {
            transaction.rollback().await?;
            return Ok(done);
        }
        self.write(&mut transaction, &account, &decision, ask).await?;
        // A database that says "no" to the commit may have carried it out before: one that was told to break off while it
        // waited for a replica, or whose log was full. Only a deadlock is certainly none.
        transaction.commit().await.map_err(|error| match is_deadlock(&error) {
            true => Attempt::from(error),
            false => Attempt::Unheard(shown(&error)),
        })?;
        Ok(done)
    }

    async fn read(
        &self,
        connection: &mut MySqlConnection,
        statement: &str,
        payment: &PaymentRef,
    ) -> Result<Account, Attempt> {
        let found = sqlx::query(AssertSqlSafe(statement.to_owned()))
            .bind(&payment.reference)
            .fetch_all(&mut *connection)
            .await?;
        let not_found =
            || Failure::Refused(Problem::PaymentNotFound { reference: payment.reference.clone() });
        let [row] = found.as_slice() else {
            if found.len() > 1 {
                tracing::error!(method = payment.method.as_str(), "several rows have one key; none is taken");
            }
            return Err(not_found().into());
        };
        // `0123` is not 123, though a column of numbers finds it. Blanks behind it are no part of a reference, as they are
        // none to the column's index.
        let key = row.try_get::<Option<String>, _>(0)?;
        if key.as_deref().map(|key| key.trim_end_matches(' ')) != Some(payment.reference.as_str()) {
            return Err(not_found().into());
        }
        let row = read_row(row, payment)?;
        let rows = sqlx::query(AssertSqlSafe(self.ledger.entries.clone()))
            .bind(payment.method.as_str())
            .bind(&payment.reference)
            .fetch_all(connection)
            .await?;
        let mut entries = Vec::with_capacity(rows.len());
        for row in rows {
            let entry: String = row.try_get(0)?;
            let entry: Option<LedgerEntry> = from_text(&entry);
            entries.push(entry.ok_or_else(|| Failure::Unavailable("an entry is unreadable".to_owned()))?);
        }
        let broken = |error: posada_core::payment::ledger::LedgerError| {
            Failure::Unavailable(format!("the ledger is broken at entry {}: {}", error.seq, error.detail))
        };
        Ok(Account::load(row, entries).map_err(broken)?)
    }

    async fn write(
        &self,
        connection: &mut MySqlConnection,
        account: &Account,
        decision: &Decision<()>,
        ask: &Ask,
    ) -> Result<(), Attempt> {
        let payment = &ask.payment;
        let mut append = sqlx::query(AssertSqlSafe(self.ledger.append(decision.entries.len())));
        for entry in &decision.entries {
            append = append.bind(payment.method.as_str()).bind(&payment.reference);
            append = append.bind(entry.seq).bind(to_text(entry));
        }
        append.execute(&mut *connection).await?;
        let changes_codes = decision.codreser != account.row().codreser;
        let statement = self.statements(payment.method).update(changes_codes, decision.touches_dateused);
        let mut update = sqlx::query(AssertSqlSafe(statement)).bind(decision.used.cents_half_up());
        if changes_codes {
            update = update.bind(&decision.codreser);
        }
        if decision.touches_dateused {
            update = update.bind(local_time_text(ask.at, ask.utc_offset_minutes));
        }
        let updated = update.bind(&payment.reference).execute(connection).await?;
        if updated.rows_affected() != 1 {
            return Err(Failure::Unavailable("the row was not there to be written".to_owned()).into());
        }
        Ok(())
    }
}

fn read_row(row: &MySqlRow, payment: &PaymentRef) -> Result<PaymentRow, Attempt> {
    let money = |cents: i64| {
        let amount = Money::from_cents(cents.max(0)).filter(|amount| *amount <= Money::MAX);
        amount.ok_or_else(|| Failure::Unavailable("an amount is out of range".to_owned()))
    };
    let text =
        |index: usize| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(index)?.unwrap_or_default());
    Ok(PaymentRow {
        payment: payment.clone(),
        amount: money(row.try_get(1)?)?,
        currency: text(2)?.trim().to_owned(),
        payer: text(3)?,
        paid_on: Date::parse(&text(4)?),
        used: money(row.try_get(5)?)?,
        codreser: text(6)?,
    })
}
