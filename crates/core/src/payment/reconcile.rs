//! Reconciliation: what a payment comes to, and what does not agree with its ledger, with the bookings or with the
//! reservation system, each difference under a name of its own.
//!
//! Whoever asks brings the facts: rows and entries, how bookings stand, what the reservation system has. What it could
//! not find out it leaves out, and nothing is said of that.

mod difference;

use super::codes;
use super::ledger::{
    Account, Allocation, Claim, ClaimState, EntryKind, LedgerEntry, LedgerError, PaymentRow,
};
use super::method::PaymentRef;
use crate::ids::{BookingId, ClaimId, Millis, ReservationCode};
use crate::money::Money;
use crate::sorted::Set;

pub use difference::Difference;

/// A claim younger than this may be of a booking that nobody has written down yet.
const YOUNG_MS: i64 = 600_000;

/// What the parts of a payment come to, by its ledger. They add up to its amount where nothing is overdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// What the hotel's other programs use.
    pub external: Money,
    /// Open claims, which wait for a booking.
    pub open: Money,
    /// Claims that bookings took and that have paid for nothing yet.
    pub attached: Money,
    /// What living reservations were paid.
    pub settled: Money,
    /// What can still be claimed.
    pub free: Money,
    /// The column `used` less what the ledger comes to; below zero where the column has less.
    pub difference: Money,
}

/// Where a booking is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It goes on: its claim stands for its rooms.
    Running,
    /// Staff are to find something out; it may keep money meanwhile.
    NeedsStaff,
    /// It has ended.
    Ended,
}

/// A room that a booking has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomFact {
    /// Its reservation's code.
    pub code: ReservationCode,
    /// What payments paid for it, where the booking was asked.
    pub due: Option<Money>,
}

/// How a booking stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFact {
    /// The booking.
    pub booking: BookingId,
    /// Where it is.
    pub stage: Stage,
    /// Its rooms.
    pub rooms: Vec<RoomFact>,
    /// How much of payments it may keep set aside, where that is known.
    pub set_aside: Option<Money>,
}

/// A reservation as the reservation system has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationFact {
    /// The booking that its reference names.
    pub booking: BookingId,
    /// Its code.
    pub code: ReservationCode,
    /// Whether it lives; else it was cancelled.
    pub is_live: bool,
}

/// What a payment paid for a living reservation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The booking.
    pub booking: BookingId,
    /// The reservation's code.
    pub code: ReservationCode,
    /// How much.
    pub amount: Money,
}

/// A payment with what it comes to and what does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    row: PaymentRow,
    account: Option<Account>,
    /// What does not agree, in the order in which it is looked for.
    pub differences: Vec<Difference>,
}

impl Reconciled {
    /// A payment's row against its ledger.
    #[must_use]
    pub fn of(row: PaymentRow, entries: Vec<LedgerEntry>, now: Millis) -> Self {
        match Account::load(row.clone(), entries) {
            Ok(account) => {
                let differences = of_row(&account, now);
                Self { row, account: Some(account), differences }
            }
            Err(LedgerError { seq, detail, .. }) => Self::broken(row, seq, detail),
        }
    }

    /// A payment whose ledger cannot be read from that entry on.
    #[must_use]
    pub fn broken(row: PaymentRow, seq: u32, detail: &'static str) -> Self {
        Self { row, account: None, differences: vec![Difference::LedgerBroken { seq, detail }] }
    }

    /// The payment.
    #[must_use]
    pub fn payment(&self) -> &PaymentRef {
        &self.row.payment
    }

    /// The hotel's row.
    #[must_use]
    pub fn row(&self) -> &PaymentRow {
        &self.row
    }

    /// Its account; none where the ledger is broken.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// What its parts come to; of a broken ledger nothing is known.
    #[must_use]
    pub fn totals(&self) -> Totals {
        let Some(account) = &self.account else { return Totals::default() };
        let sum =
            |amounts: &mut dyn Iterator<Item = Money>| amounts.sum::<Option<Money>>().unwrap_or(Money::MAX);
        let claims = |is_open: bool| {
            let state = |claim: &&Claim| matches!(claim.state, ClaimState::Open { .. }) == is_open;
            sum(&mut account.claims.values().filter(state).map(|claim| claim.amount))
        };
        Totals {
            external: account.external,
            open: claims(true),
            attached: claims(false),
            settled: sum(&mut self.rooms().map(|room| room.amount)),
            free: account.available(),
            difference: account.row.used.checked_sub(account.used()).unwrap_or(Money::ZERO),
        }
    }

    /// The codes of other programs that the ledger has taken in.
    #[must_use]
    pub fn external_codes(&self) -> &str {
        self.account.as_ref().map_or("", |account| &account.external_codes)
    }

    /// The living reservations that it paid for, in the order in which it did.
    pub fn rooms(&self) -> impl Iterator<Item = &Allocation> {
        let all = self.account.iter().flat_map(Account::allocations);
        all.filter(|allocation| !allocation.is_reversed)
    }

    /// The claims that still keep money.
    pub fn claims(&self) -> impl Iterator<Item = (&ClaimId, &Claim)> {
        let all = self.account.iter().flat_map(|account| account.claims.iter());
        all.filter(|(_, claim)| claim.state != ClaimState::Ended)
    }

    /// Adds the bookings that it is about.
    pub fn note_bookings(&self, all: &mut Set<BookingId>) {
        for room in self.rooms() {
            all.insert(room.booking.clone());
        }
        for (_, claim) in self.claims() {
            if let ClaimState::Attached { booking, .. } = &claim.state {
                all.insert(booking.clone());
            }
        }
    }

    /// What it paid for living reservations.
    #[must_use]
    pub fn links(&self) -> Vec<Link> {
        let link =
            |it: &Allocation| Link { booking: it.booking.clone(), code: it.code.clone(), amount: it.amount };
        self.rooms().map(link).collect()
    }

    /// When a claim was taken by its booking, or opened.
    #[must_use]
    pub fn claimed_at(&self, id: &ClaimId) -> Option<Millis> {
        let entries = self.account.as_ref()?.entries();
        let is_it = |entry: &&LedgerEntry| match &entry.kind {
            EntryKind::Opened { claim, .. } | EntryKind::Attached { claim, .. } => claim == id,
            EntryKind::External { .. }
            | EntryKind::Changed { .. }
            | EntryKind::Settled { .. }
            | EntryKind::Released { .. }
            | EntryKind::Reversed { .. } => false,
        };
        entries.iter().rev().find(is_it).map(|entry| entry.at)
    }

    /// Compares it with how all bookings stand that it is about: `known` are those that somebody knows. What was paid
    /// for a booking that is not known is no difference: bookings are forgotten long after the stay, ledgers never.
    pub fn compare_bookings(&mut self, known: &[BookingFact], now: Millis) {
        let mut found = Vec::new();
        for (id, claim) in self.claims() {
            let ClaimState::Attached { booking, .. } = &claim.state else { continue };
            let (claim_id, booking, amount) = (id.clone(), booking.clone(), claim.amount);
            match known.iter().find(|it| it.booking == booking) {
                Some(BookingFact { stage: Stage::Running, .. } | BookingFact { set_aside: None, .. }) => {}
                Some(BookingFact { set_aside: Some(most), .. }) if amount <= *most => {}
                Some(BookingFact { set_aside: Some(most), .. }) => {
                    let amount = amount.minus_or_zero(*most);
                    found.push(Difference::ClaimLeft { claim: claim_id, booking, amount });
                }
                None if self.claimed_at(id).is_some_and(|at| at.plus(YOUNG_MS) > now) => {}
                None => found.push(Difference::ClaimWithoutBooking { claim: claim_id, booking, amount }),
            }
        }
        for Allocation { booking, line, code, amount, .. } in self.rooms() {
            let of = known.iter().find(|it| it.booking == *booking && it.stage != Stage::Running);
            if of.is_some_and(|of| of.rooms.iter().all(|room| room.code != *code)) {
                let (booking, code) = (booking.clone(), code.clone());
                found.push(Difference::NotBooked { booking, line: *line, code, amount: *amount });
            }
        }
        self.differences.append(&mut found);
    }

    /// Compares what it paid for with the reservation system. `reservations` are all that the system has of these
    /// `bookings`; of others nothing is said.
    pub fn compare_reservations(&mut self, bookings: &Set<BookingId>, reservations: &[ReservationFact]) {
        let mut found = Vec::new();
        for Allocation { booking, code, .. } in self.rooms().filter(|it| bookings.contains(&it.booking)) {
            let (booking, code) = (booking.clone(), code.clone());
            match reservations.iter().find(|it| it.code == code && it.booking == booking) {
                Some(ReservationFact { is_live: true, .. }) => {}
                Some(_) => found.push(Difference::ReservationCancelled { booking, code }),
                None => found.push(Difference::ReservationGone { booking, code }),
            }
        }
        self.differences.append(&mut found);
    }
}

/// What does not agree between a payment's row and its ledger, and within the ledger itself.
fn of_row(account: &Account, now: Millis) -> Vec<Difference> {
    let (recorded, ledger, amount) = (account.row.used, account.used(), account.row.amount);
    let mut found = Vec::new();
    if recorded > ledger {
        found.push(Difference::UsedAboveLedger { recorded, ledger });
    }
    if recorded < ledger {
        found.push(Difference::UsedBelowLedger { recorded, ledger });
    }
    if ledger > amount {
        found.push(Difference::Overdrawn { used: ledger, amount });
    }
    let expected = account.codreser();
    let (expected, has): (Vec<&str>, Vec<&str>) =
        (codes::parts(&expected).collect(), codes::parts(&account.row.codreser).collect());
    for code in has.iter().filter(|code| !expected.contains(code)) {
        found.push(Difference::ExternalCode { code: (*code).to_owned() });
    }
    for code in expected.iter().filter(|code| !has.contains(code)) {
        found.push(Difference::CodeMissing { code: (*code).to_owned() });
    }
    let known: Vec<&str> = has.into_iter().filter(|code| expected.contains(code)).collect();
    let there: Vec<&str> = expected.into_iter().filter(|code| known.contains(code)).collect();
    if known != there {
        found.push(Difference::CodesMisplaced);
    }
    for (claim, it) in account.claims.iter() {
        if let ClaimState::Open { expires_at } = it.state
            && expires_at <= now
        {
            let claim = claim.clone();
            found.push(Difference::ClaimExpired { claim, amount: it.amount, expired_at: expires_at });
        }
    }
    found
}

/// Rooms of bookings that payments paid nothing for, or another amount than the booking says. `links` are what all
/// payments paid for these bookings.
#[must_use]
pub fn compare_rooms(links: &[Link], bookings: &[BookingFact]) -> Vec<Difference> {
    let mut found = Vec::new();
    for it in bookings.iter().filter(|it| it.stage != Stage::Running) {
        for RoomFact { code, due } in &it.rooms {
            let is_its = |link: &&Link| link.booking == it.booking && link.code == *code;
            let paid = links.iter().filter(is_its).map(|link| link.amount);
            let is_linked = links.iter().any(|link| is_its(&link));
            let paid = paid.sum::<Option<Money>>().unwrap_or(Money::MAX);
            let (booking, code) = (it.booking.clone(), code.clone());
            match due {
                Some(Money::ZERO) if !is_linked => {}
                _ if !is_linked => found.push(Difference::RoomUnpaid { booking, code }),
                Some(due) if *due != paid => {
                    found.push(Difference::PaidOtherwise { booking, code, paid, due: *due });
                }
                Some(_) | None => {}
            }
        }
    }
    found
}

/// Living reservations that no payment paid for, but for those of bookings that go on. `links` are what all payments
/// paid for the bookings that these reservations name, and `bookings` are those of them that are known.
#[must_use]
pub fn compare_reservations(
    links: &[Link],
    bookings: &[BookingFact],
    reservations: &[ReservationFact],
) -> Vec<Difference> {
    let is_running =
        |id: &BookingId| bookings.iter().any(|it| it.booking == *id && it.stage == Stage::Running);
    let is_paid =
        |it: &ReservationFact| links.iter().any(|link| link.booking == it.booking && link.code == it.code);
    let unpaid = reservations.iter().filter(|it| it.is_live && !is_running(&it.booking) && !is_paid(it));
    unpaid
        .map(|it| Difference::ReservationUnpaid { booking: it.booking.clone(), code: it.code.clone() })
        .collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
