//! What is added to the hotel's database, and what the gateway's user may do there: as SQL that a person can read.

use sqlx::{Executor, mysql::MySqlPool};

use crate::{
    settings::Settings,
    statement::{literal, quoted},
};

/// The statements that make the ledger, one by one. Repeating them changes nothing. The hotel's own tables are not
/// changed by any of them.
#[must_use]
pub fn migrations(settings: &Settings) -> Vec<String> {
    let table = quoted(&settings.ledger_table);
    let trigger = |event: &str| quoted(&trigger_name(&settings.ledger_table, event));
    let never = |event: &str, when: &str| {
        format!(
            "-- Append-only: no program changes or deletes an entry.\n\
             CREATE TRIGGER IF NOT EXISTS {} BEFORE {when} ON {table} FOR EACH ROW\n  \
             SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only'",
            trigger(event)
        )
    };
    vec![
        format!(
            "-- The ledger: what Posada did with each payment. It is the truth behind `used` and `codreser`.\n\
             -- Amounts are thousandths of the currency unit. `entry` is what is read back; the other columns are\n\
             -- derived from it, for people and reports.\n\
             CREATE TABLE IF NOT EXISTS {table} (\n  \
               method    VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,\n  \
               reference VARCHAR(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,\n  \
               seq       INT UNSIGNED NOT NULL,\n  \
               entry     LONGTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL CHECK (JSON_VALID(entry)),\n  \
               operation VARCHAR(120) AS (JSON_UNQUOTE(JSON_EXTRACT(entry, '$.operation'))) STORED,\n  \
               kind      VARCHAR(20) AS (JSON_UNQUOTE(JSON_EXTRACT(entry, '$.kind'))) STORED,\n  \
               claim     CHAR(32) AS (JSON_UNQUOTE(JSON_EXTRACT(entry, '$.claim'))) STORED,\n  \
               booking   CHAR(32) AS (JSON_UNQUOTE(JSON_EXTRACT(entry, '$.booking'))) STORED,\n  \
               line      INT AS (JSON_EXTRACT(entry, '$.line')) STORED,\n  \
               code      VARCHAR(20) AS (JSON_UNQUOTE(JSON_EXTRACT(entry, '$.code'))) STORED,\n  \
               mills     BIGINT AS (JSON_EXTRACT(entry, '$.amount')) STORED,\n  \
               at_ms     BIGINT AS (JSON_EXTRACT(entry, '$.at')) STORED,\n  \
               PRIMARY KEY (method, reference, seq),\n  \
               KEY by_booking (booking),\n  \
               KEY by_time (at_ms)\n\
             ) ENGINE = InnoDB"
        ),
        never("update", "UPDATE"),
        never("delete", "DELETE"),
    ]
}

/// At most 64 characters.
fn trigger_name(table: &str, event: &str) -> String {
    let stem: String = table.chars().take(48).collect();
    format!("{stem}_never_{event}")
}

/// The least that the gateway's user needs, for the account `user`@`host`.
#[must_use]
pub fn grants(settings: &Settings, user: &str, host: &str) -> Vec<String> {
    let account = format!("{}@{}", literal(user), literal(host));
    let on = |table: &str| format!("{}.{}", quoted(&settings.database), quoted(table));
    let mut grants = Vec::new();
    for table in [&settings.compraclick, &settings.bac] {
        let read: Vec<String> = table.columns().into_iter().map(|(_, name)| quoted(name)).collect();
        let written = [&table.used, &table.codreser, &table.dateused].map(|name| quoted(name)).join(", ");
        let (read, on) = (read.join(", "), on(&table.table));
        grants.push(format!("GRANT SELECT ({read}), UPDATE ({written}) ON {on} TO {account}"));
    }
    grants.push(format!("GRANT SELECT, INSERT ON {} TO {account}", on(&settings.ledger_table)));
    grants
}

/// Carries the migrations out.
///
/// # Errors
/// What the database says.
pub async fn apply(pool: &MySqlPool, settings: &Settings) -> Result<(), sqlx::Error> {
    for statement in migrations(settings) {
        pool.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement))).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants_name_columns() {
        let settings = Settings::read(include_str!("../gateway.example.toml")).expect("the example");
        assert_eq!(
            grants(&settings, "posada", "localhost"),
            [
                "GRANT SELECT (`autorizacion`, `monto`, `nombre`, `fecha`, `used`, `codreser`, `dateused`, `moneda`), \
                 UPDATE (`used`, `codreser`, `dateused`) ON `hotel`.`compraclick` TO 'posada'@'localhost'",
                "GRANT SELECT (`id`, `monto`, `nombre`, `fecha`, `used`, `codreser`, `dateused`), \
                 UPDATE (`used`, `codreser`, `dateused`) ON `hotel`.`bac` TO 'posada'@'localhost'",
                "GRANT SELECT, INSERT ON `hotel`.`posada_ledger` TO 'posada'@'localhost'",
            ]
        );
    }

    #[test]
    fn a_long_name_still_makes_a_trigger() {
        assert_eq!(trigger_name("posada_ledger", "update"), "posada_ledger_never_update");
        assert!(trigger_name(&"ñ".repeat(64), "update").chars().count() <= 64);
    }
}
