//! Payments for bookkeeping: the list of them, and what does not agree with ledger, bookings and reservations.

use posada_core::booking::outcome::Outcome;
use posada_core::ids::{BookingId, Millis, Reference, ReservationCode};
use posada_core::money::Money;
use posada_core::payment::candidate::has_words;
use posada_core::payment::method::PaymentMethod;
use posada_core::payment::reconcile::{
    BookingFact, Difference, Link, Reconciled, ReservationFact, RoomFact, Stage, compare_reservations,
    compare_rooms,
};
use posada_core::problem::{Problem, System};
use posada_core::sorted::Set;
use posada_core::stay::local_date;
use posada_wire::leaf::Date;
use posada_wire::number::AMOUNT_DECIMALS_MAX;
use posada_wire::payments_api::{ListAsk, PAGE_LENGTH_MAX, Place};
use posada_wire::reconciliation::{
    DifferenceView, PaymentView, Words, csv_head, write_difference_line, write_payment_line,
};
use posada_wire::reservation_api::ListedReservation;
use posada_wire::stored::{Write, to_text, write_members};
use posada_wire::stored_record;
use worker::js_sys;

use super::{Ask, query};
use crate::auth::Role;
use crate::host::{self, Database, number};
use crate::payments::Payments;
use crate::reservations::Reservations;
use crate::respond::{self, Answer, Refused, unavailable};
use crate::{config, rows, settings};

/// How many payments a page has unless it is said.
const PAGE: usize = 20;
/// How many a page of a table has.
const CSV_PAGE: usize = 500;
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

/// What of the payments is asked for, and as what.
struct Wish {
    list: ListAsk,
    only_differences: bool,
    /// What a guest knows of a payment whose reference nobody has: those that fit are candidates.
    amount: Option<Money>,
    name: Option<String>,
    is_csv: bool,
    /// Whether other things than payments would be out of place.
    is_filtered: bool,
    /// Where a reconciliation goes on behind the payments.
    stage: Option<Stop>,
}

/// Where a reconciliation goes on behind the payments.
enum Stop {
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

    fn text(&self) -> String {
        match self {
            Self::Bookings(at, id) => format!("b:{at}:{id}"),
            Self::Reservations(since, cursor) => format!("r:{since}:{cursor}"),
        }
    }
}

fn invalid<T>(name: &str, message: &str) -> Result<T, Problem> {
    Err(Problem::field(name, message))
}

impl Wish {
    fn of(ask: &Ask) -> Result<Self, Refused> {
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
    fn is_picky(&self) -> bool {
        self.only_differences || self.amount.is_some() || self.name.is_some()
    }

    fn wants(&self, it: &Reconciled) -> bool {
        let row = it.row();
        (!self.only_differences || !it.differences.is_empty())
            && self.amount.is_none_or(|amount| row.amount == amount)
            && self.name.as_ref().is_none_or(|name| has_words(&row.payer, name))
    }
}

/// What is answered.
struct Found {
    payments: Vec<Reconciled>,
    others: Vec<Difference>,
    /// Whether the reservation system could be asked; none where it was not.
    reservations: Option<bool>,
    next: Option<String>,
}

/// `GET /v1/staff/payments`
pub(crate) async fn payments(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let wish = Wish::of(&ask)?;
    if wish.stage.is_some() {
        invalid("after", "must be `next` of the page before")?;
    }
    let found = Look::new(&ask)?.payments(&wish, false).await.map_err(away)?;
    answer(&ask, &wish, &found).await
}

/// `GET /v1/staff/reconciliation`
pub(crate) async fn reconciliation(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let wish = Wish::of(&ask)?;
    let look = Look::new(&ask)?;
    let found = match &wish.stage {
        None => look.payments(&wish, true).await,
        Some(Stop::Bookings(at, id)) => look.bookings(*at, id).await,
        Some(Stop::Reservations(since, cursor)) => look.reservations(*since, cursor).await,
    };
    answer(&ask, &wish, &found.map_err(away)?).await
}

fn away(error: host::Error) -> Refused {
    unavailable(System::Payments, &error).into()
}

async fn answer(ask: &Ask, wish: &Wish, found: &Found) -> Answer {
    let hotel = settings::any(&ask.env).await?;
    let words = Words {
        language: ask.tone.language,
        utc_offset_minutes: hotel.map_or(0, |hotel| hotel.property.utc_offset_minutes),
    };
    if !wish.is_csv {
        let payments: Vec<PaymentView<'_>> = found.payments.iter().map(|it| PaymentView(it, words)).collect();
        let others: Vec<DifferenceView<'_>> =
            found.others.iter().map(|it| DifferenceView(it, words)).collect();
        let others = found.reservations.map(|_| others);
        let members: [(&str, &dyn Write); 4] = [
            ("payments", &payments),
            ("others", &others),
            ("reservations_compared", &found.reservations),
            ("next", &found.next),
        ];
        let mut text = String::new();
        write_members(&mut text, &members);
        return Ok(respond::json_text(&text, 200)?);
    }
    let mut text = csv_head();
    for it in &found.payments {
        write_payment_line(it, words, &mut text);
    }
    for it in &found.others {
        write_difference_line(it, words, &mut text);
    }
    let response = host::answer(&text, 200, "text/csv; charset=utf-8; header=present")?;
    for (name, value) in [
        ("Content-Disposition", "attachment; filename=\"posada.csv\""),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        host::set_header(&response, name, value)?;
    }
    if let Some(next) = &found.next {
        host::set_header(&response, "Link", &link(&ask.request.url(), next))?;
    }
    Ok(response)
}

/// The address of the next page, which is this one's with another `after`.
fn link(url: &str, next: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after=")).collect();
    let after = ["after=".to_owned(), String::from(js_sys::encode_uri_component(next))].concat();
    pairs.push(&after);
    ["<", path, "?", &pairs.join("&"), ">; rel=\"next\""].concat()
}

/// Gathers the facts that the core compares.
struct Look<'a> {
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
    fn new(ask: &'a Ask) -> Result<Self, Refused> {
        let (db, payments) = (Database::of(&ask.env)?, Payments::of(&ask.env)?);
        Ok(Self { ask, db, payments, now: config::now(&ask.env) })
    }

    /// A page of payments; `deeply` compared with bookings and reservations as well.
    async fn payments(&self, wish: &Wish, deeply: bool) -> host::Result<Found> {
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
    async fn bookings(&self, at: i64, id: &str) -> host::Result<Found> {
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
    async fn reservations(&self, since: i64, cursor: &str) -> host::Result<Found> {
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
