//! The audit: what every payment's ledger comes to, counted anew by the core's ledger, against the hotel's tables;
//! and the ledger against bookings and reservations.

use std::collections::{BTreeMap, BTreeSet};

use posada_core::{
    booking::{
        Booking,
        journal::Stamped,
        outcome::{BookedRoom, FailureCause, Outcome, Report},
    },
    ids::{BookingId, Millis},
    message::{Language, difference_text},
    money::Money,
    payment::{
        self,
        ledger::{Allocation, EntryKind},
        reconcile::{BookingFact, Reconciled, RoomFact, Stage, compare_rooms},
    },
};
use posada_wire::stored::from_text;

use crate::state::{self, Book, LineKey, LiveReservation, Payments, StoredBooking, line_of};

/// Something that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about: a payment, a booking, a room.
    pub about: String,
    /// What is wrong.
    pub detail: String,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.about, self.detail)
    }
}

/// What an audit found.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    /// What is wrong; empty where all agrees.
    pub differences: Vec<Difference>,
    /// How many payments were counted anew.
    pub payments: usize,
    /// How many ledger entries they have.
    pub entries: usize,
    /// How many bookings ended, by how.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// How many requests were refused before anything was done.
    pub refused: usize,
    /// Bookings that wait for staff, with their reasons.
    pub staff: Vec<String>,
    /// How many reservations live, in the embedded book and in the hotel's own system.
    pub reservations: usize,
    /// How many of them a payment paid for.
    pub linked: usize,
}

impl Audit {
    fn differs(&mut self, about: impl Into<String>, detail: impl Into<String>) {
        self.differences.push(Difference { about: about.into(), detail: detail.into() });
    }
}

/// The hotel's own reservation system, as it tells itself.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// Its reservations that live and were made through its API.
    pub reservations: Vec<LiveReservation>,
    /// Room-nights that its front desk has.
    pub front_desk: Vec<(String, String)>,
}

/// What is looked at beside the payments.
#[derive(Debug, Clone, Copy, Default)]
pub struct Against<'a> {
    /// The bookings' journals.
    pub bookings: Option<&'a [StoredBooking]>,
    /// The embedded book and the holds.
    pub book: Option<&'a Book>,
    /// The hotel's own system.
    pub system: Option<&'a System>,
    /// Whether every booking must have ended.
    pub is_over: bool,
}

/// What a payment paid for a reservation that lives.
struct Link {
    payment: String,
    line: LineKey,
    code: String,
}

/// Audits.
#[must_use]
pub fn audit(payments: &Payments, against: Against<'_>) -> Audit {
    let mut found = Audit::default();
    let mut accounts = accounts(payments, &mut found);
    let links: Vec<Link> = accounts.iter().flat_map(links).collect();
    found.linked = links.len();
    linked_once(&links, &mut found);
    let reports = against.bookings.map(|stored| reports(stored, against.is_over, &mut found));
    let facts = reports.as_ref().map(facts);
    for it in &mut accounts {
        if let Some(facts) = &facts {
            // Nobody is still writing anything down.
            it.compare_bookings(facts, Millis(i64::MAX));
        }
        told(&name(it.payment()), &it.differences, &mut found);
    }
    if let Some(facts) = &facts {
        let links: Vec<payment::reconcile::Link> = accounts.iter().flat_map(Reconciled::links).collect();
        told("bookings", &compare_rooms(&links, facts), &mut found);
    }
    let embedded = against.book.map(|book| book.reservations.as_slice()).unwrap_or_default();
    let outside = against.system.map(|system| system.reservations.as_slice()).unwrap_or_default();
    let live: Vec<&LiveReservation> = embedded.iter().chain(outside).collect();
    found.reservations = live.len();
    owners(&live, against.system, &mut found);
    if let Some(book) = against.book {
        nights(book, &mut found);
    }
    if let (Some(reports), true) = (&reports, against.book.is_some() || against.system.is_some()) {
        reserved(reports, &live, &mut found);
    }
    found
}

/// Every payment, its row compared to what its ledger comes to.
fn accounts(payments: &Payments, found: &mut Audit) -> Vec<Reconciled> {
    let mut accounts = Vec::new();
    for orphan in &payments.orphans {
        found.differs(orphan, "its ledger has entries, but there is no such payment");
    }
    for stored in &payments.payments {
        found.payments += 1;
        found.entries += stored.entries.len();
        let row = &stored.row;
        let name = name(&row.payment);
        let entries = match state::entries(stored) {
            Ok(entries) => entries,
            Err(text) => {
                found.differs(name, format!("its ledger has what is no entry: {text}"));
                continue;
            }
        };
        let is_settled = entries.iter().any(|entry| matches!(entry.kind, EntryKind::Settled { .. }));
        // Whether claims have been freed in time is the sweeper's business.
        let it = Reconciled::of(row.clone(), entries, Millis(i64::MIN));
        if is_settled && stored.dateused.is_none() {
            found.differs(&name, "it paid for reservations, but dateused is empty");
        }
        if let Some((claim, it)) = it.claims().find(|(_, claim)| claim.amount < Money::ZERO) {
            found.differs(&name, format!("claim {claim} is of {}", it.amount));
        }
        accounts.push(it);
    }
    accounts
}

/// What the core names of a payment, or of no payment.
fn told(about: &str, differences: &[payment::reconcile::Difference], found: &mut Audit) {
    for difference in differences {
        let booking = difference.booking().map(|booking| format!(" (booking {booking})")).unwrap_or_default();
        found.differs(about, format!("{}{booking}", difference_text(difference, Language::En, 0)));
    }
}

/// How bookings stand, as the core compares them.
fn facts(reports: &BTreeMap<String, Report>) -> Vec<BookingFact> {
    let fact = |(booking, report): (&String, &Report)| {
        // What staff have to find out keeps its share.
        let open = report.failed.iter().filter(|line| line.cause == FailureCause::Unconfirmed);
        let open = open.map(|line| line.share).sum::<Option<Money>>().unwrap_or(Money::MAX);
        let room = |room: &BookedRoom| RoomFact { code: room.code.clone(), due: Some(room.paid) };
        Some(BookingFact {
            booking: BookingId::parse(booking).ok()?,
            stage: if report.outcome == Outcome::InProgress { Stage::Running } else { Stage::Ended },
            rooms: report.booked.iter().map(room).collect(),
            set_aside: Some(open),
        })
    };
    reports.iter().filter_map(fact).collect()
}

fn name(payment: &posada_core::payment::method::PaymentRef) -> String {
    format!("{} {}", payment.method, payment.reference)
}

fn links(account: &Reconciled) -> Vec<Link> {
    let link = |it: &Allocation| Link {
        payment: name(account.payment()),
        line: LineKey::new(&it.booking, it.line),
        code: it.code.to_string(),
    };
    account.rooms().map(link).collect()
}

/// A code, and a line, is linked by one payment once.
fn linked_once(links: &[Link], found: &mut Audit) {
    let (mut by_code, mut by_line) = (BTreeMap::new(), BTreeMap::new());
    for link in links {
        if let Some(other) = by_code.insert(&link.code, &link.payment) {
            found.differs(&link.payment, format!("code {} is linked by {other} as well", link.code));
        }
        if let Some(other) = by_line.insert(&link.line, &link.payment) {
            found.differs(&link.payment, format!("{} is paid by {other} as well", link.line));
        }
    }
}

/// The bookings that were accepted and what they came to.
fn reports(stored: &[StoredBooking], is_over: bool, found: &mut Audit) -> BTreeMap<String, Report> {
    let mut reports = BTreeMap::new();
    for it in stored {
        let about = || format!("booking {}", it.id);
        let entries: Option<Vec<Stamped>> = it.journal.iter().map(|text| from_text(text)).collect();
        let (Some(entries), Ok(id)) = (entries, BookingId::try_from(it.id.clone())) else {
            found.differs(about(), "its journal cannot be read");
            continue;
        };
        let booking = match Booking::replay(id, &entries) {
            Ok(booking) => booking,
            Err(error) => {
                found.differs(about(), error.to_string());
                continue;
            }
        };
        if booking.refusal().is_some() {
            found.refused += 1;
            continue;
        }
        let report = booking.report();
        *found.outcomes.entry(report.outcome.name()).or_default() += 1;
        if is_over && report.outcome == Outcome::InProgress {
            let last = it.journal.last().map_or("", String::as_str);
            found.differs(about(), format!("it has not ended; its last entry is {last}"));
        }
        if report.outcome == Outcome::NeedsStaff {
            found.staff.push(format!("booking {}: {:?}", it.id, booking.staff_reasons()));
        }
        reports.insert(it.id.clone(), report);
    }
    reports
}

fn booked_lines(reports: &BTreeMap<String, Report>) -> impl Iterator<Item = (LineKey, &Report, &BookedRoom)> {
    reports.iter().flat_map(|(booking, report)| {
        let key = |room: &BookedRoom| LineKey { booking: booking.clone(), line: room.line.0 };
        report.booked.iter().map(move |room| (key(room), report, room))
    })
}

/// A room-night has one owner.
fn owners(live: &[&LiveReservation], system: Option<&System>, found: &mut Audit) {
    let mut owners: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let desk = system.map(|system| system.front_desk.as_slice()).unwrap_or_default();
    for (room, night) in desk {
        owners.insert((room, night), "the front desk");
    }
    for it in live {
        for night in &it.nights {
            if let Some(other) = owners.insert((&it.room, night), &it.code) {
                found.differs(format!("room {}", it.room), format!("{night} is {other}'s and {}'s", it.code));
            }
        }
    }
}

/// In the embedded book, nights and reservations say the same.
fn nights(book: &Book, found: &mut Audit) {
    let booked = book.nights.iter().filter(|night| !night.is_held);
    let nights: BTreeSet<_> =
        booked.map(|it| (it.room.as_str(), it.night.as_str(), it.code.as_str())).collect();
    let mut expected = BTreeSet::new();
    for it in &book.reservations {
        expected.extend(it.nights.iter().map(|night| (it.room.as_str(), night.as_str(), it.code.as_str())));
    }
    for (room, night, code) in expected.difference(&nights) {
        found
            .differs(format!("room {room}"), format!("{night} is reservation {code}'s, but not taken by it"));
    }
    for (room, night, code) in nights.difference(&expected) {
        found.differs(format!("room {room}"), format!("{night} is taken as {code}, which is no reservation"));
    }
}

/// Every reservation is exactly one line's, and every booked line has its reservation.
fn reserved(reports: &BTreeMap<String, Report>, live: &[&LiveReservation], found: &mut Audit) {
    let mut by_line: BTreeMap<LineKey, Vec<&LiveReservation>> = BTreeMap::new();
    for it in live {
        if line_of(&it.reference) != Some((it.booking.as_str(), it.line)) {
            found.differs(format!("reservation {}", it.code), format!("its reference is {}", it.reference));
        }
        let line = LineKey { booking: it.booking.clone(), line: it.line };
        by_line.entry(line).or_default().push(it);
    }
    for (line, report, room) in booked_lines(reports) {
        let own = by_line.remove(&line).unwrap_or_default();
        let is_it = |it: &&LiveReservation| it.code == room.code.as_str() && it.room == room.room.as_str();
        match own.as_slice() {
            [it] if is_it(it) => {}
            [] => found.differs(
                format!("booking {}", line.booking),
                format!(
                    "line {} has {} in room {}, which is no reservation",
                    line.line, room.code, room.room
                ),
            ),
            // What is under way may be answered next.
            _ if report.outcome == Outcome::InProgress => {}
            own => found.differs(
                format!("booking {}", line.booking),
                format!(
                    "line {} was answered {} in room {}, it has {}",
                    line.line,
                    room.code,
                    room.room,
                    shown(own)
                ),
            ),
        }
    }
    for (line, own) in by_line {
        let report = reports.get(&line.booking);
        let is_open = |report: &Report| {
            let failed = report.failed.iter().find(|it| it.line.0 == line.line);
            report.outcome == Outcome::InProgress
                || failed.is_some_and(|it| it.cause == FailureCause::Unconfirmed)
        };
        if report.is_some_and(is_open) && own.len() == 1 {
            continue;
        }
        found.differs(
            format!("booking {}", line.booking),
            format!("line {} is not booked, but has {}", line.line, shown(&own)),
        );
    }
}

fn shown(own: &[&LiveReservation]) -> String {
    let all: Vec<String> =
        own.iter().map(|it| format!("{} ({}, room {})", it.code, it.reference, it.room)).collect();
    all.join(" and ")
}
