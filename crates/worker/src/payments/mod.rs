//! The payments: where they are, and what is done with them. Either the embedded database has them, the hotel's tables
//! and the ledger in D1, or a database of the hotel's own behind a gateway.

mod failures;
mod gateway;
mod listing;
mod records;
mod store;

use posada_core::ids::{BookingId, Millis};
use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::Account;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::Rules;
use posada_core::payment::reconcile::Link;
use posada_core::property::Property;
use posada_wire::payments_api::{Ask, ListAsk, ListPage};
use worker::Env;

use crate::host::{Database, Result};

pub(crate) use failures::{Attempt, attempt, end};
pub(crate) use records::put_records;
pub(crate) use store::{Basis, StoreError, operate as operate_embedded};

/// What of the settings about payments is wrong.
pub(crate) fn check(env: &Env) -> Option<crate::host::Error> {
    gateway::Gateway::of(env).err()
}

/// Where this deployment has its payments.
pub(crate) enum Payments {
    /// In D1.
    Embedded(Database),
    /// Behind a gateway.
    Outside(gateway::Gateway),
}

impl Payments {
    /// As the deployment is set up.
    ///
    /// # Errors
    /// What of the set-up is wrong.
    pub(crate) fn of(env: &Env) -> Result<Self> {
        match gateway::Gateway::of(env)? {
            Some(gateway) => Ok(Self::Outside(gateway)),
            None => Database::of(env).map(Self::Embedded),
        }
    }

    /// Carries an operation out under the hotel's rules.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) async fn operate(
        &self,
        hotel: &Property,
        payment: &PaymentRef,
        at: Millis,
        command: Command,
    ) -> std::result::Result<Done, StoreError> {
        let (rules, utc_offset_minutes) = (Rules::of(hotel), hotel.utc_offset_minutes);
        match self {
            Self::Embedded(db) => {
                // A claim looks at more of the row than a write is conditional on.
                let basis = match command {
                    Command::Settle { .. } => Basis::Left,
                    Command::Claim(_) | Command::Attach(_) | Command::Reverse { .. } | Command::Expire => {
                        Basis::Read
                    }
                };
                store::operate(db, payment, basis, at, utc_offset_minutes, |account| {
                    command.decide(account, &rules, at)
                })
                .await
            }
            Self::Outside(gateway) => {
                let payment = payment.clone();
                gateway.operate(&Ask { payment, at, rules, utc_offset_minutes, command }).await
            }
        }
    }

    /// The account of a payment; `None` where there is no such payment.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub(crate) async fn find(&self, payment: &PaymentRef) -> Result<Option<Account>> {
        match self {
            Self::Embedded(db) => store::find(db, payment).await,
            Self::Outside(gateway) => gateway.find(payment).await,
        }
    }

    /// A page of payments, newest first.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub(crate) async fn list(&self, ask: &ListAsk) -> Result<ListPage> {
        match self {
            Self::Embedded(db) => listing::list(db, ask).await,
            Self::Outside(gateway) => gateway.list(ask).await,
        }
    }

    /// What all payments paid for living reservations of these bookings.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub(crate) async fn links(&self, bookings: &[BookingId]) -> Result<Vec<Link>> {
        match self {
            Self::Embedded(db) => listing::links(db, bookings).await,
            Self::Outside(gateway) => gateway.links(bookings).await,
        }
    }
}
