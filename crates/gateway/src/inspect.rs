//! Looking at the hotel's tables before the first operation: whether they can be worked on safely.

use posada_core::payment::method::PaymentMethod;
use sqlx::{Row, mysql::MySqlPool};

use crate::{
    settings::{Settings, TableSettings},
    statement::Columns,
};

/// Why the tables cannot be worked on.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The database cannot be asked.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// What is wrong with the tables, and what to do.
    #[error("{}", .0.join("\n"))]
    Faults(Vec<String>),
}

/// A column as the database describes it.
struct Column {
    name: String,
    kind: String,
    length: Option<u64>,
    scale: Option<u64>,
    is_nullable: bool,
}

/// Looks at both tables and the ledger, and answers what the columns of each are like.
///
/// # Errors
/// [`InspectError`], with every fault found.
pub async fn inspect(
    pool: &MySqlPool,
    settings: &Settings,
) -> Result<Vec<(PaymentMethod, Columns)>, InspectError> {
    let mut faults = Vec::new();
    let mut found = Vec::new();
    for method in PaymentMethod::ALL {
        let table = settings.table(method);
        if let Some(columns) = inspect_table(pool, settings, table, &mut faults).await? {
            found.push((method, columns));
        }
    }
    match engine(pool, &settings.database, &settings.ledger_table).await? {
        None => faults.push(format!(
            "there is no table {}: run `posada-gateway migrate` first (`--print` shows what it does)",
            settings.ledger_table
        )),
        Some(engine) => check_engine(&settings.ledger_table, &engine, &mut faults),
    }
    if faults.is_empty() { Ok(found) } else { Err(InspectError::Faults(faults)) }
}

async fn engine(pool: &MySqlPool, database: &str, table: &str) -> Result<Option<String>, sqlx::Error> {
    let asked = "SELECT CAST(engine AS CHAR) FROM information_schema.tables WHERE table_schema = ? AND table_name = ?";
    let row = sqlx::query(asked).bind(database).bind(table).fetch_optional(pool).await?;
    Ok(row.map(|row| row.try_get::<Option<String>, _>(0)).transpose()?.map(Option::unwrap_or_default))
}

fn check_engine(table: &str, engine: &str, faults: &mut Vec<String>) {
    if !engine.eq_ignore_ascii_case("InnoDB") {
        faults.push(format!("the table {table} is of the engine {engine}; transactions need InnoDB"));
    }
}

async fn inspect_table(
    pool: &MySqlPool,
    settings: &Settings,
    table: &TableSettings,
    faults: &mut Vec<String>,
) -> Result<Option<Columns>, sqlx::Error> {
    let name = &table.table;
    let Some(engine) = engine(pool, &settings.database, name).await? else {
        faults.push(format!("there is no table {name} that this user may read"));
        return Ok(None);
    };
    check_engine(name, &engine, faults);
    let columns = columns(pool, &settings.database, name).await?;
    let find = |wanted: &str| columns.iter().find(|column| column.name.eq_ignore_ascii_case(wanted));
    for (setting, column) in table.columns() {
        match find(column) {
            None => faults.push(format!("the table {name} has no column {column} (setting {setting})")),
            Some(column) => check_column(name, setting, column, faults),
        }
    }
    if !has_unique_key(pool, &settings.database, name, &table.key).await? {
        faults.push(format!(
            "the column {} of {name} has no unique index of its own; without one a payment is not one row, and locking it would lock the table",
            table.key
        ));
    }
    Ok(find(&table.codreser).map(|column| Columns {
        codreser_length_max: column.length.and_then(|it| usize::try_from(it).ok()).unwrap_or(0),
        codreser_is_nullable: column.is_nullable,
    }))
}

fn check_column(table: &str, setting: &str, column: &Column, faults: &mut Vec<String>) {
    let Column { name, kind, scale, .. } = column;
    let exact = matches!(kind.as_str(), "decimal" | "double");
    let wrong = match setting {
        "used" if !exact || (kind == "decimal" && scale.is_none_or(|scale| scale < 2)) => "DECIMAL(12,2)",
        "amount" if !exact && !kind.ends_with("int") => "DECIMAL(12,2)",
        "codreser" if !kind.ends_with("char") && !kind.ends_with("text") => "VARCHAR(255)",
        _ => return,
    };
    faults.push(format!("the column {name} of {table} is of the type {kind}; it must be such as {wrong}"));
}

async fn columns(pool: &MySqlPool, database: &str, table: &str) -> Result<Vec<Column>, sqlx::Error> {
    let asked = "SELECT CAST(column_name AS CHAR), CAST(data_type AS CHAR), \
                 CAST(character_maximum_length AS UNSIGNED), CAST(numeric_scale AS UNSIGNED), \
                 CAST(is_nullable AS CHAR) \
                 FROM information_schema.columns WHERE table_schema = ? AND table_name = ?";
    let rows = sqlx::query(asked).bind(database).bind(table).fetch_all(pool).await?;
    rows.iter()
        .map(|row| {
            Ok(Column {
                name: row.try_get(0)?,
                kind: row.try_get::<String, _>(1)?.to_ascii_lowercase(),
                length: row.try_get(2)?,
                scale: row.try_get(3)?,
                is_nullable: row.try_get::<String, _>(4)?.eq_ignore_ascii_case("yes"),
            })
        })
        .collect()
}

/// Whether a unique index is about this column alone.
async fn has_unique_key(
    pool: &MySqlPool,
    database: &str,
    table: &str,
    column: &str,
) -> Result<bool, sqlx::Error> {
    let asked = "SELECT COUNT(*) FROM (SELECT index_name FROM information_schema.statistics \
                 WHERE table_schema = ? AND table_name = ? AND non_unique = 0 GROUP BY index_name \
                 HAVING COUNT(*) = 1 AND MAX(LOWER(column_name)) = LOWER(?) AND MAX(sub_part IS NOT NULL) = 0) AS alone";
    let row = sqlx::query(asked).bind(database).bind(table).bind(column).fetch_one(pool).await?;
    Ok(row.try_get::<i64, _>(0)? > 0)
}
