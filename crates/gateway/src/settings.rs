//! What a hotel sets: where its tables are and what their columns are called. Secrets are not in it.

use std::net::SocketAddr;

use posada_core::payment::method::PaymentMethod;
use serde::Deserialize;

/// The most characters of a name in MySQL and MariaDB.
const NAME_CHARS_MAX: usize = 64;
/// The most connections to the database.
const CONNECTIONS_MAX: u32 = 100;

/// The settings of a gateway.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where it listens: beside the proxy that does the TLS.
    pub listen: SocketAddr,
    /// The database that holds the tables.
    pub database: String,
    /// The table of the ledger, which the gateway adds.
    #[serde(default = "ledger_table")]
    pub ledger_table: String,
    /// The most connections to the database at once.
    #[serde(default = "connections_max")]
    pub connections_max: u32,
    /// The table of card payments.
    pub compraclick: TableSettings,
    /// The table of bank transfers.
    pub bac: TableSettings,
}

/// A payment table: its name and its columns'.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSettings {
    /// The table.
    pub table: String,
    /// The authorisation number or the transfer's id.
    pub key: String,
    /// How much was paid.
    pub amount: String,
    /// Who paid.
    pub payer: String,
    /// The date it was paid on.
    pub date: String,
    /// The column of the currency's code; or else `currency_is`.
    pub currency: Option<String>,
    /// The currency of every payment, where the table has no column for it.
    pub currency_is: Option<String>,
    /// How much is used.
    pub used: String,
    /// The reservations' codes.
    pub codreser: String,
    /// When it was used last.
    pub dateused: String,
}

/// Why settings cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// The text is no TOML, or a setting is missing, unknown or of the wrong type.
    #[error("{0}")]
    Unreadable(String),
    /// A value that makes no sense.
    #[error("{setting} {detail}")]
    Wrong {
        /// The setting.
        setting: String,
        /// What is wrong with it.
        detail: String,
    },
}

fn ledger_table() -> String {
    "posada_ledger".to_owned()
}

fn connections_max() -> u32 {
    10
}

impl Settings {
    /// Reads settings from TOML.
    ///
    /// # Errors
    /// [`SettingsError`], at the first fault.
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|error| SettingsError::Unreadable(error.to_string()))?;
        let wrong =
            |setting: String, detail: &str| SettingsError::Wrong { setting, detail: detail.to_owned() };
        let mut names = vec![
            ("database".to_owned(), &settings.database),
            ("ledger_table".to_owned(), &settings.ledger_table),
        ];
        for (section, table) in [("compraclick", &settings.compraclick), ("bac", &settings.bac)] {
            names.extend(table.names().into_iter().map(|(name, value)| (format!("{section}.{name}"), value)));
            match (&table.currency, &table.currency_is) {
                (Some(_), None) => {}
                (None, Some(code)) if code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) => {}
                (None, Some(_)) => {
                    return Err(wrong(format!("{section}.currency_is"), "must be a code such as USD"));
                }
                _ => {
                    return Err(wrong(
                        format!("{section}.currency"),
                        "or currency_is must be given, not both",
                    ));
                }
            }
        }
        for (setting, name) in names {
            if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control)
            {
                return Err(wrong(setting, "must be a name of 1 to 64 characters"));
            }
        }
        if !(1..=CONNECTIONS_MAX).contains(&settings.connections_max) {
            return Err(wrong("connections_max".to_owned(), "must be from 1 to 100"));
        }
        Ok(settings)
    }

    /// The table of a method.
    #[must_use]
    pub fn table(&self, method: PaymentMethod) -> &TableSettings {
        match method {
            PaymentMethod::CompraClick => &self.compraclick,
            PaymentMethod::DepositoBac => &self.bac,
        }
    }
}

impl TableSettings {
    fn names(&self) -> Vec<(&'static str, &String)> {
        let mut names = vec![("table", &self.table)];
        names.extend(self.columns());
        names
    }

    /// The columns by their settings.
    pub(crate) fn columns(&self) -> Vec<(&'static str, &String)> {
        let mut columns = vec![
            ("key", &self.key),
            ("amount", &self.amount),
            ("payer", &self.payer),
            ("date", &self.date),
            ("used", &self.used),
            ("codreser", &self.codreser),
            ("dateused", &self.dateused),
        ];
        columns.extend(self.currency.as_ref().map(|column| ("currency", column)));
        columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXAMPLE: &str = include_str!("../gateway.example.toml");

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = Settings::read(text).expect_err("refused").to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn the_example_is_right() {
        let settings = Settings::read(EXAMPLE).expect("the example");
        assert_eq!(settings.table(PaymentMethod::CompraClick).key, "autorizacion");
        assert_eq!(settings.table(PaymentMethod::DepositoBac).key, "id");
        assert_eq!((settings.ledger_table.as_str(), settings.connections_max), ("posada_ledger", 10));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        refused("", "missing field `listen`");
        refused(&EXAMPLE.replace("key = \"autorizacion\"", "kee = \"autorizacion\""), "unknown field `kee`");
        refused(&EXAMPLE.replace("\"autorizacion\"", "\"\""), "compraclick.key must be a name");
        refused(&EXAMPLE.replace("\"autorizacion\"", &format!("\"{}\"", "a".repeat(65))), "compraclick.key");
        refused(&EXAMPLE.replace("connections_max = 10", "connections_max = 0"), "connections_max must be");
        refused(&EXAMPLE.replacen("currency = \"moneda\"", "", 1), "compraclick.currency or currency_is");
        refused(
            &EXAMPLE.replacen("currency = \"moneda\"", "currency_is = \"$\"", 1),
            "currency_is must be a code",
        );
    }
}
