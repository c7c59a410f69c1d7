//! The statements on a hotel's tables, with its own names in them.

use crate::settings::{Settings, TableSettings};

/// A name as SQL has it, whatever its characters.
pub(crate) fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

/// A text as SQL has it.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"))
}

/// What the columns of a table are like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns {
    /// How many characters `codreser` holds.
    pub codreser_length_max: usize,
    /// Whether `codreser` may be NULL, which it is where there is no code.
    pub codreser_is_nullable: bool,
}

/// The statements on one payment table.
#[derive(Debug, Clone)]
pub(crate) struct Statements {
    /// The row of a reference: key, amount, currency, payer, date, used, codreser.
    pub(crate) find: String,
    /// The same, locked.
    pub(crate) lock: String,
    /// The same columns of every row.
    pub(crate) select: String,
    /// The date as text, empty where there is none: what lists are ordered by.
    pub(crate) date_text: String,
    /// The key as text, by its characters' numbers.
    pub(crate) key_text: String,
    update: String,
    pub(crate) key: String,
    codreser: String,
    dateused: String,
    pub(crate) columns: Columns,
}

impl Statements {
    pub(crate) fn new(table: &TableSettings, columns: Columns) -> Self {
        let name = |column: &String| quoted(column);
        let currency = match (&table.currency, &table.currency_is) {
            (Some(column), _) => format!("CAST({} AS CHAR)", quoted(column)),
            (None, code) => literal(code.as_deref().unwrap_or_default()),
        };
        // A key may be a number: two texts that are the same number are told apart by the text that comes back. Of
        // two rows neither is taken.
        let select = format!(
            "SELECT CAST({key} AS CHAR), CAST(ROUND(COALESCE({amount}, 0) * 100) AS SIGNED), {currency}, \
             CAST({payer} AS CHAR), DATE_FORMAT({date}, '%Y-%m-%d'), \
             CAST(ROUND(COALESCE({used}, 0) * 100) AS SIGNED), CAST({codreser} AS CHAR) \
             FROM {table}",
            key = name(&table.key),
            amount = name(&table.amount),
            payer = name(&table.payer),
            date = name(&table.date),
            used = name(&table.used),
            codreser = name(&table.codreser),
            table = quoted(&table.table),
        );
        let find = format!("{select} WHERE {} = ? LIMIT 2", name(&table.key));
        Self {
            lock: format!("{find} FOR UPDATE"),
            find,
            date_text: format!("COALESCE(DATE_FORMAT({}, '%Y-%m-%d'), '')", name(&table.date)),
            key_text: format!(
                "CONVERT(CAST({} AS CHAR) USING utf8mb4) COLLATE utf8mb4_bin",
                name(&table.key)
            ),
            select,
            // Not divided: to how many decimals that is done is a setting of the database.
            update: format!("UPDATE {} SET {} = ? * 0.01", quoted(&table.table), name(&table.used)),
            key: name(&table.key),
            codreser: name(&table.codreser),
            dateused: name(&table.dateused),
            columns,
        }
    }

    /// Sets `used`, and `codreser` and `dateused` where they change: cents, codes, local time, reference.
    pub(crate) fn update(&self, codreser: bool, dateused: bool) -> String {
        let mut text = self.update.clone();
        if codreser {
            let value = if self.columns.codreser_is_nullable { "NULLIF(?, '')" } else { "?" };
            text.push_str(&format!(", {} = {value}", self.codreser));
        }
        if dateused {
            text.push_str(&format!(", {} = ?", self.dateused));
        }
        text.push_str(&format!(" WHERE {} = ?", self.key));
        text
    }
}

/// The statements on the ledger.
#[derive(Debug, Clone)]
pub(crate) struct LedgerStatements {
    /// The entries of a payment, oldest first.
    pub(crate) entries: String,
    /// The table's name as SQL has it.
    pub(crate) table: String,
    insert: String,
}

impl LedgerStatements {
    pub(crate) fn new(settings: &Settings) -> Self {
        let table = quoted(&settings.ledger_table);
        Self {
            entries: format!("SELECT entry FROM {table} WHERE method = ? AND reference = ? ORDER BY seq"),
            insert: format!("INSERT INTO {table} (method, reference, seq, entry) VALUES "),
            table,
        }
    }

    /// Appends so many entries: method, reference, number and entry of each.
    pub(crate) fn append(&self, count: usize) -> String {
        format!("{}{}", self.insert, vec!["(?, ?, ?, ?)"; count].join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_quotes() {
        assert_eq!(quoted("a`b; DROP TABLE x"), "`a``b; DROP TABLE x`");
        assert_eq!(literal(r"a'b\"), r"'a''b\\'");
    }

    #[test]
    fn a_row_is_changed_only_where_it_changes() {
        let text = include_str!("../gateway.example.toml");
        let settings = Settings::read(text).expect("the example");
        let columns = Columns { codreser_length_max: 255, codreser_is_nullable: true };
        let statements = Statements::new(&settings.compraclick, columns);
        assert_eq!(
            statements.update(false, false),
            "UPDATE `compraclick` SET `used` = ? * 0.01 WHERE `autorizacion` = ?"
        );
        assert_eq!(
            statements.update(true, true),
            "UPDATE `compraclick` SET `used` = ? * 0.01, `codreser` = NULLIF(?, ''), `dateused` = ? WHERE `autorizacion` = ?"
        );
        let strict = Columns { codreser_is_nullable: false, ..columns };
        let statements = Statements::new(&settings.bac, strict);
        assert_eq!(
            statements.update(true, false),
            "UPDATE `bac` SET `used` = ? * 0.01, `codreser` = ? WHERE `id` = ?"
        );
        assert!(statements.find.contains(", 'USD', "), "{}", statements.find);
        let append = LedgerStatements::new(&settings).append(2);
        assert!(append.ends_with("VALUES (?, ?, ?, ?), (?, ?, ?, ?)"), "{append}");
    }
}
