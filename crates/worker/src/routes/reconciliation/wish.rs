//! What staff ask of the payments, as it stands in the address.

use posada_core::money::Money;
use posada_core::payment::candidate::has_words;
use posada_core::payment::method::PaymentMethod;
use posada_core::payment::reconcile::Reconciled;
use posada_core::problem::Problem;
use posada_wire::leaf::Date;
use posada_wire::number::AMOUNT_DECIMALS_MAX;
use posada_wire::payments_api::{ListAsk, PAGE_LENGTH_MAX, Place};

use crate::host;
use crate::respond::Refused;
use crate::routes::{Ask, query};

/// How many payments a page has unless it is said.
const PAGE: usize = 20;
/// How many a page of a table has.
const CSV_PAGE: usize = 500;

/// What of the payments is asked for, and as what.
pub(super) struct Wish {
    pub(super) list: ListAsk,
    pub(super) only_differences: bool,
    /// What a guest knows of a payment whose reference nobody has: those that fit are candidates.
    pub(super) amount: Option<Money>,
    pub(super) name: Option<String>,
    pub(super) is_csv: bool,
    /// Whether other things than payments would be out of place.
    pub(super) is_filtered: bool,
    /// Where a reconciliation goes on behind the payments.
    pub(super) stage: Option<Stop>,
}

/// Where a reconciliation goes on behind the payments.
pub(super) enum Stop {
    /// With the bookings behind this one.
    Bookings(i64, String),
    /// With the reservations made since then, behind this cursor.
    Reservations(i64, String),
}

impl Stop {
    fn parse(text: &str) -> Option<Self> {
        let (kind, place) = text.split_once(':')?;
        let (at, rest) = place.split_once(':')?;
        let (at, rest) = (at.parse().ok()?, rest.to_owned());
        match kind {
            "b" => Some(Self::Bookings(at, rest)),
            "r" => Some(Self::Reservations(at, rest)),
            _ => None,
        }
    }

    pub(super) fn text(&self) -> String {
        match self {
            Self::Bookings(at, id) => format!("b:{at}:{id}"),
            Self::Reservations(since, cursor) => format!("r:{since}:{cursor}"),
        }
    }
}

pub(super) fn invalid<T>(name: &str, message: &str) -> Result<T, Problem> {
    Err(Problem::field(name, message))
}

impl Wish {
    pub(super) fn of(ask: &Ask) -> Result<Self, Refused> {
        let given = |name: &str| query(&ask.request, name).filter(|text| !text.is_empty());
        let is_csv = match given("format").as_deref() {
            Some("csv") => true,
            Some("json") => false,
            None => host::header(&ask.request, "Accept")?.is_some_and(|accept| accept.contains("text/csv")),
            Some(_) => invalid("format", "must be json or csv")?,
        };
        let method = match given("payment_method").map(|name| PaymentMethod::parse(&name)) {
            Some(None) => invalid("payment_method", "must be one of: CompraClick, Depósito BAC")?,
            Some(method) => method,
            None => None,
        };
        let date = |name: &str| match given(name).map(|text| Date::parse(&text)) {
            Some(None) => invalid(name, "must be a date such as 2025-08-23"),
            Some(date) => Ok(date),
            None => Ok(None),
        };
        let only_differences = match given("differences").as_deref() {
            Some("true") => true,
            None | Some("false") => false,
            Some(_) => invalid("differences", "must be true or false")?,
        };
        let limit = match given("limit").map(|text| text.parse::<usize>()) {
            None if is_csv => CSV_PAGE,
            None => PAGE,
            Some(Ok(limit)) if (1..=PAGE_LENGTH_MAX).contains(&limit) => limit,
            Some(_) => invalid("limit", "must be a whole number from 1 to 100")?,
        };
        let (mut after, mut stage) = (None, None);
        if let Some(text) = given("after") {
            after = Place::parse(&text);
            stage = Stop::parse(&text);
            if after.is_none() && stage.is_none() {
                invalid("after", "must be `next` of the page before")?;
            }
        }
        let list = ListAsk {
            method,
            reference: given("reference"),
            from: date("from")?,
            to: date("to")?,
            after,
            entries_since: None,
            limit,
        };
        let amount = match given("amount").map(|text| Money::parse_decimal(&text, AMOUNT_DECIMALS_MAX)) {
            Some(Err(_)) => invalid("amount", "must be a number such as 690 or 86.25")?,
            Some(Ok(amount)) => Some(amount),
            None => None,
        };
        let name = given("payment_maker_name");
        let is_filtered = list.method.is_some()
            || list.reference.is_some()
            || list.from.is_some()
            || list.to.is_some()
            || amount.is_some()
            || name.is_some();
        Ok(Self { list, only_differences, amount, name, is_csv, is_filtered, stage })
    }

    /// Whether not every payment of a page is wanted.
    pub(super) fn is_picky(&self) -> bool {
        self.only_differences || self.amount.is_some() || self.name.is_some()
    }

    pub(super) fn wants(&self, it: &Reconciled) -> bool {
        let row = it.row();
        (!self.only_differences || !it.differences.is_empty())
            && self.amount.is_none_or(|amount| row.amount == amount)
            && self.name.as_ref().is_none_or(|name| has_words(&row.payer, name))
    }
}
