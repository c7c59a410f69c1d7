//! The facts that are compared: payments, bookings as the registry has them, reservations.

use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, Millis, Reference, ReservationCode};
use posada_core::money::Money;
use posada_core::payment::reconcile::{
    BookingFact, Difference, Link, Reconciled, ReservationFact, RoomFact, Stage, compare_reservations,
    compare_rooms,
};
use posada_core::sorted::Set;
use posada_core::stay::local_date;
use posada_wire::payments_api::{PAGE_LENGTH_MAX, Place};
use posada_wire::reservation_api::ListedReservation;
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use super::wish::{Stop, Wish};
use crate::host::{self, Database, number};
use crate::payments::Payments;
use crate::reservations::Reservations;
use crate::respond::Refused;
use crate::routes::Ask;
use crate::{config, rows};

/// How many payments are looked at for one page, where not all of them are shown.
const LOOKED_AT_MAX: usize = 500;
/// How many bookings are compared at a time.
const BOOKINGS_MAX: i64 = 200;
/// How many lists of reservations are read for one page.
const LISTS_MAX: u32 = 3;
/// How much clocks may differ, and how long a reservation may take to be seen.
const APART_MS: i64 = 24 * 3_600_000;
/// A reservation younger than this may be in the middle of being confirmed.
const YOUNG_MS: i64 = 600_000;
/// How far back reservations are looked at.
const LOOKED_BACK_MS: i64 = 30 * 24 * 3_600_000;

/// What is answered.
pub(super) struct Found {
    pub(super) payments: Vec<Reconciled>,
    pub(super) others: Vec<Difference>,
    /// Whether the reservation system could be asked; none where it was not.
    pub(super) reservations: Option<bool>,
    pub(super) next: Option<String>,
}

/// Gathers the facts that the core compares.
pub(super) struct Look<'a> {
    ask: &'a Ask,
    db: Database,
    payments: Payments,
    now: Millis,
}

/// A booking as the registry has it.
struct Known {
    id: BookingId,
    state: String,
    codes: Vec<ReservationCode>,
    check_out: String,
    created_ms: i64,
    updated_ms: i64,
}

stored_record!(Known { id, state, codes, check_out, created_ms, updated_ms });

impl Known {
    fn fact(&self) -> BookingFact {
        let stage = match self.state.as_str() {
            it if it == Outcome::InProgress.name() => Stage::Running,
            it if it == Outcome::NeedsStaff.name() => Stage::NeedsStaff,
            _ => Stage::Ended,
        };
        let set_aside = (stage == Stage::Ended).then_some(Money::ZERO);
        let rooms = self.codes.iter().map(|code| RoomFact { code: code.clone(), due: None }).collect();
        BookingFact { booking: self.id.clone(), stage, rooms, set_aside }
    }
}

/// A booking with a further payment under way goes on, as far as its money is concerned.
const KNOWN: &str =
    "SELECT json_object('id', id, 'state', iif(is_paying, 'in_progress', state), 'codes', json(codes), 'check_out', check_out,
    'created_ms', created_ms, 'updated_ms', updated_ms) AS json FROM bookings";

impl<'a> Look<'a> {
    pub(super) fn new(ask: &'a Ask) -> Result<Self, Refused> {
        let (db, payments) = (Database::of(&ask.env)?, Payments::of(&ask.env)?);
        Ok(Self { ask, db, payments, now: config::now(&ask.env) })
    }

    /// A page of payments; `deeply` compared with bookings and reservations as well.
    pub(super) async fn payments(&self, wish: &Wish, deeply: bool) -> host::Result<Found> {
        let mut found = Found {
            payments: Vec::new(),
            others: Vec::new(),
            reservations: deeply.then_some(true),
            next: None,
        };
        let mut list = wish.list.clone();
        let mut looked_at: usize = 0;
        loop {
            let most = if wish.is_picky() { PAGE_LENGTH_MAX } else { wish.list.limit };
            list.limit = most.min(PAGE_LENGTH_MAX);
            let page = self.payments.list(&list).await?;
            looked_at = looked_at.saturating_add(page.payments.len());
            let mut all: Vec<Reconciled> =
                page.payments.into_iter().map(|it| it.reconciled(self.now)).collect();
            if deeply && !self.compare(&mut all).await? {
                found.reservations = Some(false);
            }
            let mut rest = all.into_iter();
            for it in rest.by_ref() {
                list.after = Some(Place::of(it.row()));
                if wish.wants(&it) {
                    found.payments.push(it);
                }
                if found.payments.len() >= wish.list.limit {
                    break;
                }
            }
            let is_full = found.payments.len() >= wish.list.limit || looked_at >= LOOKED_AT_MAX;
            let is_more = page.is_more || rest.next().is_some();
            if is_more && is_full {
                found.next = list.after.as_ref().map(Place::text);
            }
            if !is_more && deeply && !wish.is_filtered {
                found.next = Some(Stop::Bookings(-1, String::new()).text());
            }
            if !is_more || is_full {
                return Ok(found);
            }
        }
    }

    /// Compares payments with bookings and reservations; `false` where the reservations could not be compared.
    async fn compare(&self, all: &mut [Reconciled]) -> host::Result<bool> {
        let mut ids = Set::new();
        for it in all.iter() {
            it.note_bookings(&mut ids);
        }
        let ids: Vec<BookingId> = ids.iter().cloned().collect();
        let known = self.known(&ids).await?;
        let facts: Vec<BookingFact> = known.iter().map(Known::fact).collect();
        let reserved = self.reserved(&known).await;
        for it in all {
            it.compare_bookings(&facts, self.now);
            if let Some((complete, reservations)) = &reserved {
                it.compare_reservations(complete, reservations);
            }
        }
        Ok(reserved.is_some())
    }

    async fn known(&self, ids: &[BookingId]) -> host::Result<Vec<Known>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let text = [KNOWN, " WHERE id IN (SELECT value FROM json_each(?1))"].concat();
        let answer = self.db.prepare(&text, &[to_text(&ids.to_vec()).into()])?.run().await?;
        rows::answered(Some(&answer))
    }

    /// The reservations of these bookings whose guests have not left, and the bookings of which all were seen. None
    /// where the reservation system cannot be asked.
    async fn reserved(&self, known: &[Known]) -> Option<(Set<BookingId>, Vec<ReservationFact>)> {
        let reservations = Reservations::of(&self.ask.env);
        if !reservations.can_list() {
            return None;
        }
        let today = local_date(self.now, 0).to_string();
        let staying = |it: &&Known| it.check_out >= today && it.state != Outcome::InProgress.name();
        let staying: Vec<&Known> = known.iter().filter(staying).collect();
        let Some(first) = staying.iter().map(|it| it.created_ms).min() else {
            return Some(Default::default());
        };
        let (mut seen, mut cursor, mut until) = (Vec::new(), None, i64::MIN);
        for _ in 0..LISTS_MAX {
            let since = Millis(first.saturating_sub(APART_MS));
            let page = reservations.list(&self.ask.env, since, cursor).await.ok()?;
            until = page.reservations.last().map_or(until, |it| it.made_at.0);
            seen.extend(page.reservations.iter().filter_map(fact));
            cursor = page.next;
            if cursor.is_none() {
                until = i64::MAX;
                break;
            }
        }
        let is_seen = |it: &&&Known| it.updated_ms.saturating_add(APART_MS) < until;
        Some((staying.iter().filter(is_seen).map(|it| it.id.clone()).collect(), seen))
    }

    /// Rooms of bookings that no payment paid for.
    pub(super) async fn bookings(&self, at: i64, id: &str) -> host::Result<Found> {
        let text = [
            KNOWN,
            " WHERE rooms_booked > 0 AND (created_ms > ?1 OR (created_ms = ?1 AND id > ?2)) ORDER BY created_ms, id LIMIT ?3",
        ];
        let values = [number(at), id.into(), number(BOOKINGS_MAX)];
        let known: Vec<Known> =
            rows::answered(Some(&self.db.prepare(&text.concat(), &values)?.run().await?))?;
        let (links, facts) = self.facts(&known).await?;
        let is_more = known.len() >= usize::try_from(BOOKINGS_MAX).unwrap_or(usize::MAX);
        let next = match known.last().filter(|_| is_more) {
            Some(last) => Some(Stop::Bookings(last.created_ms, last.id.to_string())),
            None if Reservations::of(&self.ask.env).can_list() => {
                let since = self.now.plus(LOOKED_BACK_MS.saturating_neg());
                Some(Stop::Reservations(since.0, String::new()))
            }
            None => None,
        };
        let others = compare_rooms(&links, &facts);
        let next = next.map(|stop| stop.text());
        Ok(Found { payments: Vec::new(), others, reservations: Some(true), next })
    }

    /// Reservations that no payment paid for and no booking knows.
    pub(super) async fn reservations(&self, since: i64, cursor: &str) -> host::Result<Found> {
        let mut found =
            Found { payments: Vec::new(), others: Vec::new(), reservations: Some(true), next: None };
        let after = Some(cursor.to_owned()).filter(|cursor| !cursor.is_empty());
        let Ok(page) = Reservations::of(&self.ask.env).list(&self.ask.env, Millis(since), after).await else {
            found.reservations = Some(false);
            return Ok(found);
        };
        let made_before = self.now.plus(YOUNG_MS.saturating_neg());
        let old = page.reservations.iter().filter(|it| it.made_at <= made_before);
        let mut seen: Vec<ReservationFact> = old.filter_map(fact).collect();
        let ids: Vec<BookingId> = seen.iter().map(|it| it.booking.clone()).collect();
        let known = self.known(&ids).await?;
        // What a booking has was looked at before.
        seen.retain(|it| known.iter().all(|of| of.id != it.booking || !of.codes.contains(&it.code)));
        let facts: Vec<BookingFact> = known.iter().map(Known::fact).collect();
        let links = if seen.is_empty() { Vec::new() } else { self.payments.links(&ids).await? };
        found.others = compare_reservations(&links, &facts, &seen);
        found.next = page.next.map(|cursor| Stop::Reservations(since, cursor).text());
        Ok(found)
    }

    async fn facts(&self, known: &[Known]) -> host::Result<(Vec<Link>, Vec<BookingFact>)> {
        let ids: Vec<BookingId> = known.iter().map(|it| it.id.clone()).collect();
        let links = if ids.is_empty() { Vec::new() } else { self.payments.links(&ids).await? };
        Ok((links, known.iter().map(Known::fact).collect()))
    }
}

/// A reservation that was made under a booking's reference.
fn fact(it: &ListedReservation) -> Option<ReservationFact> {
    let booking = Reference::parse(&it.reference)?.booking;
    let is_ours = booking.as_str().len() == BookingId::CHARS_MAX;
    is_ours.then(|| ReservationFact { booking, code: it.reserva.clone(), is_live: it.is_booked })
}
