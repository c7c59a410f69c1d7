mod contradiction;
mod doubt;
mod ending;
mod follow;
mod further;
mod notice;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::effect::{BOOK_CALLS_MAX, Effect, Failure, FollowWish, Holding, Input, Reservation};
use super::journal::{Capabilities, Requester};
use super::request::{Guest, PaymentIntent};
use super::*;
use crate::fixtures;
use crate::ids::{PackageId, Reference, RoomTypeId, WaId};
use crate::party::Occupancy;
use crate::payment::method::{PaymentMethod, PaymentRef};
use crate::payment::operation::Payee;
use crate::select::assign_rooms;
use crate::sorted::Set;
use crate::stay::Stay;

const ALL: Capabilities = Capabilities { idempotency: true, lookup: true, cancel: true };

fn request(lines: &[(&str, u16)], all_or_nothing: bool) -> BookingRequest {
    let date = |text: &str| text.parse().expect("a date");
    let text = |text: &str| text.to_owned();
    BookingRequest {
        guest: Guest {
            customer_name: text("Ana Pérez"),
            email: text("ana@example.com"),
            phone_number: text("+50370001234"),
            city: text("San Salvador"),
            dui_passport: text("01234567-8"),
            nationality: text("salvadoreña"),
        },
        wa_id: Some(WaId::parse("50370001234").expect("a wa_id")),
        stay: Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a stay"),
        package: PackageId::parse("Hospedaje").expect("an id"),
        rooms: lines
            .iter()
            .map(|(room_type, adults)| RequestedRoom {
                room_type: RoomTypeId::parse(room_type).expect("an id"),
                guests: Occupancy { adults: *adults, ..Occupancy::default() },
                extra_beds: 0,
            })
            .collect(),
        payment: PaymentIntent {
            payment: PaymentRef::parse(PaymentMethod::CompraClick, "123456").expect("a reference"),
            amount: None,
            maker_name: text("Ana Pérez"),
            claim: None,
        },
        follows: None,
        all_or_nothing,
        customer_instructions: None,
    }
}

fn terms(request: &BookingRequest, capabilities: Capabilities) -> Terms {
    let prices: Vec<Money> =
        request.rooms.iter().map(|r| Money::from_mills(86_250 * i64::from(r.guests.adults))).collect();
    let required = prices.iter().copied().sum::<Option<Money>>().expect("small amounts");
    Terms { prices, required, amount: None, hold_ttl_ms: 900_000, capabilities, notify: None, waits: None }
}

/// The hotel's systems, as one booking sees them: rooms, a reservation API and a payment.
#[derive(Clone)]
struct World {
    free: Set<RoomNumber>,
    held: BTreeMap<LineNo, RoomNumber>,
    booked: BTreeMap<String, Reservation>,
    /// Rooms that the API refuses, as if the front desk had just taken them.
    refuses: Set<RoomNumber>,
    codreser_fits: bool,
    settled: Vec<Payee>,
    kept: Money,
    reversed: Vec<LineNo>,
    settles: u32,
    claim: Option<Money>,
    next_code: u32,
    /// Cancels refused by the API.
    refuses_cancel: bool,
    /// What the hotel's programs were told.
    told: Vec<(u32, Outcome)>,
}

impl World {
    fn new(free: &[&str]) -> Self {
        Self {
            free: free.iter().map(|r| RoomNumber::parse(r).expect("a room")).collect(),
            held: BTreeMap::new(),
            booked: BTreeMap::new(),
            refuses: Set::new(),
            codreser_fits: true,
            settled: Vec::new(),
            kept: Money::ZERO,
            reversed: Vec::new(),
            settles: 0,
            claim: None,
            next_code: 26_181,
            refuses_cancel: false,
            told: Vec::new(),
        }
    }

    /// Carries an effect out; every operation is idempotent, as the real ones are.
    fn carry_out(&mut self, effect: &Effect) -> Input {
        match effect {
            Effect::Follow { .. } => Input::Follow(Ok(())),
            Effect::ClaimPayment { part: 0, wish, .. } => {
                self.claim = Some(wish.total);
                Input::Claim(Ok((ClaimId::from_bits(1), wish.total)))
            }
            Effect::ClaimPayment { part, .. } => Input::FurtherClaim(*part, Err(Failure::Unknown)),
            Effect::HoldRooms { needs, .. } => {
                for need in needs {
                    self.held.remove(&need.line);
                }
                let taken =
                    self.held.values().chain(self.booked.values().map(|r| &r.room)).cloned().collect();
                let rooms = assign_rooms(&fixtures::demo().room_types, needs, &self.free, &taken);
                self.held.extend(rooms.iter().map(|held| (held.line, held.room.clone())));
                let asked = needs.iter().map(|need| (need.line, need.generation)).collect();
                Input::Hold(Ok(Holding { asked, rooms, expires_at: Millis(900_000) }))
            }
            Effect::BookRoom(order) => {
                let key = order.reference.to_string();
                if self.refuses.contains(&order.room) {
                    let refused = Failure::Refused("Habitación ocupada".to_owned());
                    return Input::Book(order.reference.clone(), Err(refused));
                }
                let next = &mut self.next_code;
                let reservation = self.booked.entry(key).or_insert_with(|| {
                    let code = ReservationCode::parse(&next.to_string()).expect("a code");
                    *next += 1;
                    Reservation { code, room: order.room.clone() }
                });
                self.held.remove(&order.reference.line);
                Input::Book(order.reference.clone(), Ok(reservation.clone()))
            }
            Effect::LookUp { reference } => {
                let found = self.booked.get(&reference.to_string()).cloned();
                Input::LookUp(reference.clone(), Ok(found))
            }
            Effect::CancelReservation { reference, .. } => {
                if self.refuses_cancel {
                    return Input::Cancel(reference.clone(), Err(Failure::Refused("no".to_owned())));
                }
                self.booked.remove(&reference.to_string());
                Input::Cancel(reference.clone(), Ok(()))
            }
            Effect::SettlePayment { part, payees, .. } => {
                self.settles += 1;
                self.settled.clone_from(&payees.paid);
                self.kept = payees.kept;
                self.reversed.clone_from(&payees.reversed);
                Input::settle(*part, Ok(self.codreser_fits))
            }
            Effect::ReleaseHolds { .. } => {
                self.held.clear();
                Input::ReleaseHolds(Ok(()))
            }
            Effect::Notify(notice) => {
                self.told.push((notice.number, notice.report.outcome));
                Input::Notify(notice.number, Ok(()))
            }
        }
    }
}

/// A host with a journal: what it appends survives it.
struct Host {
    booking: Booking,
    journal: Vec<Stamped>,
    appends: usize,
    now: i64,
}

impl Host {
    fn new() -> Self {
        let booking = Booking::new(BookingId::from_bits(7));
        Self { booking, journal: Vec::new(), appends: 0, now: 0 }
    }

    fn feed(&mut self, input: Input) -> Result<(), Rejection> {
        let entries = self.booking.decide(input, Millis(self.now))?;
        if !entries.is_empty() {
            self.appends += 1;
        }
        for entry in entries {
            self.booking.apply(&entry).expect("decided entries fit");
            self.journal.push(entry);
        }
        Ok(())
    }

    /// Carries pending effects out one by one until nothing is left, jumping ahead to what was put off.
    fn run(&mut self, world: &mut World) {
        for _ in 0..1_000 {
            let Some(effect) = self.booking.pending(Millis(self.now)).into_iter().next() else {
                match self.booking.deadline() {
                    None => return,
                    Some(deadline) => self.now = deadline.0,
                }
                continue;
            };
            let answer = world.carry_out(&effect);
            self.feed(answer).expect("an answer to a pending effect");
        }
        panic!("the booking does not end");
    }

    fn summary(&self) -> String {
        let report = self.booking.report();
        let mut text = format!("{:?}:", report.outcome);
        for room in &report.booked {
            text.push_str(&format!(" {}={}/{}/{}", room.line, room.room, room.code, room.paid));
        }
        for room in &report.failed {
            text.push_str(&format!(" {}!{}", room.line, room.cause.code()));
        }
        text
    }
}

#[track_caller]
fn run(lines: &[(&str, u16)], all_or_nothing: bool, world: &mut World) -> Host {
    let request = request(lines, all_or_nothing);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    host.run(world);
    host
}

const EIGHT: [(&str, u16); 3] = [("Junior", 3), ("Junior", 3), ("Junior", 2)];
const JUNIORS: [&str; 5] = ["54", "56", "57", "58", "59"];

#[test]
fn eight_adults_in_three_juniors_take_n_plus_four_appends() {
    let mut world = World::new(&JUNIORS);
    let host = run(&EIGHT, false, &mut world);
    assert_eq!(host.summary(), "Booked: 0=54/26181/258.75 1=56/26182/258.75 2=57/26183/172.50");
    assert_eq!(host.appends, 3 + 4);
    let report = host.booking.report();
    assert_eq!((report.total.to_string(), report.balance_due), ("690.00".to_owned(), Money::ZERO));
    assert_eq!(world.settled.len(), 3);
    assert_eq!(host.booking.deadline(), None);
}

#[test]
fn two_free_of_three_is_partly_booked_and_the_third_share_is_free() {
    let mut world = World::new(&["57", "59"]);
    let host = run(&EIGHT, false, &mut world);
    assert_eq!(host.summary(), "PartlyBooked: 0=57/26181/258.75 1=59/26182/258.75 2!no_availability");
    assert_eq!(host.booking.report().released().to_string(), "172.50");
    assert_eq!(world.settled.len(), 2);
}

#[test]
fn nothing_free_is_not_booked_and_the_claim_is_let_go() {
    let mut world = World::new(&[]);
    let host = run(&EIGHT, false, &mut world);
    assert_eq!(host.summary(), "NotBooked: 0!no_availability 1!no_availability 2!no_availability");
    assert_eq!((world.settles, world.settled.len()), (1, 0));
}

#[test]
fn a_refused_room_is_tried_again_with_another_and_the_answer_names_the_one_booked() {
    let mut world = World::new(&JUNIORS);
    world.refuses.insert(RoomNumber::parse("56").expect("a room"));
    let host = run(&EIGHT, false, &mut world);
    assert_eq!(host.summary(), "Booked: 0=54/26181/258.75 1=58/26182/258.75 2=57/26183/172.50");
}

#[test]
fn a_line_that_is_refused_three_times_fails_with_its_last_room_and_the_holds_are_released() {
    let mut world = World::new(&JUNIORS);
    world.refuses = world.free.clone();
    let host = run(&[("Junior", 2)], false, &mut world);
    assert_eq!(host.summary(), "NotBooked: 0!refused");
    let failed = &host.booking.report().failed[0];
    assert_eq!(failed.room.as_ref().map(RoomNumber::as_str), Some("57"), "54 and 56 were tried before");
    assert!(world.held.is_empty());
}

#[test]
fn all_or_nothing_books_nothing_where_one_room_cannot_be_had() {
    let mut world = World::new(&["57", "59"]);
    let host = run(&EIGHT, true, &mut world);
    assert_eq!(host.summary(), "NotBooked: 0!all_or_nothing 1!all_or_nothing 2!no_availability");
    assert!(world.booked.is_empty() && world.held.is_empty());
    assert_eq!(world.next_code, 26_181, "no room was booked only to be cancelled");
}

#[test]
fn all_or_nothing_cancels_what_is_booked_where_a_later_room_is_refused() {
    let mut world = World::new(&["54", "56", "57"]);
    world.refuses.insert(RoomNumber::parse("57").expect("a room"));
    let host = run(&EIGHT, true, &mut world);
    assert_eq!(host.summary(), "NotBooked: 0!all_or_nothing 1!all_or_nothing 2!no_availability");
    assert!(world.booked.is_empty());
    assert!(world.settled.is_empty());
    let mut world = World::new(&["54", "56", "57"]);
    world.refuses.insert(RoomNumber::parse("57").expect("a room"));
    world.refuses_cancel = true;
    let host = run(&EIGHT, true, &mut world);
    assert_eq!(host.booking.outcome(), Some(Outcome::NeedsStaff));
}

#[test]
fn a_refused_payment_ends_it_before_anything_and_the_intent_may_try_again() {
    let request = request(&EIGHT, false);
    let terms = terms(&request, ALL);
    let start = || Input::Start { request: Box::new(request.clone()), terms: terms.clone() };
    let mut host = Host::new();
    host.feed(start()).expect("a new booking");
    assert_eq!(host.feed(start()), Err(Rejection::AlreadyRequested));
    let problem = Problem::PaymentNotFound { reference: "123456".to_owned() };
    host.feed(Input::Claim(Err(Failure::Refused(problem.clone())))).expect("an answer");
    assert_eq!((host.booking.refusal(), host.booking.is_accepted()), (Some(&problem), false));
    assert!(host.booking.pending(Millis(0)).is_empty());
    host.feed(start()).expect("refused intents may try again");
    let mut world = World::new(&JUNIORS);
    host.run(&mut world);
    assert_eq!(host.booking.outcome(), Some(Outcome::Booked));
}

#[test]
fn a_claim_that_may_have_been_made_is_looked_for_until_it_is_known() {
    let request = request(&EIGHT, false);
    let terms = terms(&request, ALL);
    let unreachable = || Input::Claim(Err(Failure::Retryable { after_ms: None }));
    let new_host = || {
        let mut host = Host::new();
        let start = Input::Start { request: Box::new(request.clone()), terms: terms.clone() };
        host.feed(start).expect("a new booking");
        host
    };
    let mut host = new_host();
    host.feed(unreachable()).expect("an answer");
    assert!(host.booking.refusal().is_some(), "nothing was done, and the guest hears so at once");
    for doubt in [Input::Claim(Err(Failure::Unknown)), Input::Resumed] {
        let mut host = new_host();
        host.feed(doubt).expect("an answer");
        host.feed(unreachable()).expect("an answer");
        assert_eq!(host.booking.refusal(), None, "the claim may be there: it is not left behind");
        host.run(&mut World::new(&JUNIORS));
        assert_eq!(host.booking.outcome(), Some(Outcome::Booked));
    }
}

#[test]
fn of_all_or_nothing_nothing_is_said_before_it_is_all() {
    let mut world = World::new(&JUNIORS);
    let request = request(&EIGHT, true);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while host.booking.outcome().is_none() {
        assert!(host.booking.report().booked.is_empty());
        let effect = host.booking.pending(Millis(0)).remove(0);
        let answer = world.carry_out(&effect);
        host.feed(answer).expect("an answer");
    }
    assert_eq!(host.booking.report().booked.len(), 3);
}

#[test]
fn an_unknown_outcome_is_repeated_under_the_same_reference_where_that_is_harmless() {
    let mut world = World::new(&JUNIORS);
    let request = request(&EIGHT, false);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    let mut lost = 0;
    while host.booking.outcome().is_none() {
        let pending = host.booking.pending(Millis(host.now));
        let Some(effect) = pending.first() else {
            host.now = host.booking.deadline().expect("it goes on").0;
            continue;
        };
        let answer = world.carry_out(effect);
        // Every first answer about a room is lost after the room was booked.
        let answer = match answer {
            Input::Book(reference, Ok(_)) if lost < 3 => {
                lost += 1;
                Input::Book(reference, Err(Failure::Unknown))
            }
            other => other,
        };
        host.feed(answer).expect("an answer to a pending effect");
    }
    assert_eq!(host.booking.outcome(), Some(Outcome::Booked));
    assert_eq!(world.booked.len(), 3, "no room was booked twice");
}

#[test]
fn an_outcome_that_cannot_be_found_out_goes_to_staff_and_is_never_guessed() {
    let mut world = World::new(&JUNIORS);
    let request = request(&[("Junior", 2)], false);
    let terms = terms(&request, Capabilities { idempotency: false, lookup: false, cancel: true });
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while !matches!(host.booking.pending(Millis(0)).first(), Some(Effect::BookRoom(_))) {
        let effect = host.booking.pending(Millis(0)).remove(0);
        let answer = world.carry_out(&effect);
        host.feed(answer).expect("an answer");
    }
    host.feed(Input::Resumed).expect("killed while the call was under way");
    host.run(&mut world);
    assert_eq!(host.summary(), "NeedsStaff: 0!unconfirmed");
    assert!(host.booking.pending(Millis(i64::MAX)).is_empty());
    assert_eq!((world.settles, world.kept.to_string().as_str()), (1, "172.50"), "the money stays set aside");
    let found = world.booked.values().next().cloned();
    host.feed(Input::Resolve { line: Some(LineNo(0)), found, note: "visto".to_owned(), by: None })
        .expect("a case");
    host.run(&mut world);
    assert_eq!(host.summary(), "NotBooked: 0!unreachable");
    assert_eq!((world.settles, world.kept), (2, Money::ZERO));
}

#[test]
fn codes_that_do_not_fit_the_row_need_staff_although_all_is_booked() {
    let mut world = World::new(&JUNIORS);
    world.codreser_fits = false;
    let host = run(&EIGHT, false, &mut world);
    assert_eq!(host.booking.outcome(), Some(Outcome::NeedsStaff));
    assert_eq!(host.booking.staff_reasons(), [StaffReason::CodreserFull]);
    assert_eq!(host.booking.report().booked.len(), 3);
}

#[test]
fn a_request_to_cancel_outlives_the_resolution_of_a_case_about_the_payment() {
    let mut world = World::new(&JUNIORS);
    world.codreser_fits = false;
    let mut host = run(&EIGHT, false, &mut world);
    let asks = Input::RequestCancellation {
        lines: vec![LineNo(1)],
        reason: Some("viene uno menos".to_owned()),
        by: Requester::Guest,
    };
    host.feed(asks).expect("a request");
    let resolves = || Input::Resolve { line: None, found: None, note: "otro pago".to_owned(), by: None };
    host.feed(resolves()).expect("the case about the payment");
    assert_eq!(host.booking.staff_reasons(), []);
    let asked = host.booking.cancellation_requested().expect("nobody has looked at it yet");
    assert_eq!((asked.lines, asked.reason.as_deref()), (vec![LineNo(1)], Some("viene uno menos")));
    host.feed(resolves()).expect("the request");
    assert_eq!(host.booking.cancellation_requested(), None);
    assert_eq!(host.booking.report().booked.len(), 3);
}

#[test]
fn at_most_six_calls_are_under_way_and_duplicates_are_stale() {
    let lines = [
        ("Junior", 1),
        ("Junior", 1),
        ("Junior", 1),
        ("Junior", 1),
        ("Junior", 1),
        ("Familiar", 1),
        ("Familiar", 1),
    ];
    let mut world = World::new(&["54", "56", "57", "58", "59", "12", "14"]);
    let request = request(&lines, false);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    for _ in 0..2 {
        let effect = host.booking.pending(Millis(0)).remove(0);
        let answer = world.carry_out(&effect);
        host.feed(answer).expect("an answer");
    }
    let calls = host.booking.pending(Millis(0));
    assert_eq!(calls.len(), BOOK_CALLS_MAX);
    let answer = world.carry_out(&calls[3]);
    host.feed(answer.clone()).expect("replies come in any order");
    assert_eq!(host.feed(answer), Err(Rejection::Stale));
    let open: Vec<Step> = host.booking.pending(Millis(0)).iter().map(Effect::step).collect();
    let expected = [0, 1, 2, 4, 5, 6].map(|n| Step::Book { line: LineNo(n) });
    assert_eq!(open, expected, "the seventh takes the free place");
}

#[test]
fn a_journal_of_a_later_version_or_one_that_contradicts_itself_is_not_replayed() {
    let mut world = World::new(&JUNIORS);
    let host = run(&EIGHT, false, &mut world);
    let mut later = host.journal.clone();
    later[1].v = JOURNAL_VERSION_NEXT;
    assert_eq!(
        Booking::replay(BookingId::from_bits(7), &later),
        Err(ReplayError::Version(JOURNAL_VERSION_NEXT))
    );
    let twice: Vec<Stamped> = host.journal.iter().chain(&host.journal).cloned().collect();
    assert!(matches!(Booking::replay(BookingId::from_bits(7), &twice), Err(ReplayError::Contradiction(_))));
    assert_eq!(Booking::replay(BookingId::from_bits(7), &host.journal).as_ref(), Ok(&host.booking));
}

const JOURNAL_VERSION_NEXT: u8 = journal::JOURNAL_VERSION + 1;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A journal cut at any entry and replayed goes on to the same outcome, whatever was under way when it was cut,
    /// and no room is booked twice.
    #[test]
    fn cut_anywhere_and_replayed_it_goes_on_to_the_same_outcome(
        adults in proptest::collection::vec(1_u16..=3, 1..=7),
        free in proptest::sample::subsequence(JUNIORS.to_vec(), 0..=5),
        refuses in proptest::sample::subsequence(JUNIORS.to_vec(), 0..=2),
        all_or_nothing: bool,
        cut in 0_usize..60,
        repeats in proptest::collection::vec(0_usize..3, 0..60),
    ) {
        let lines: Vec<(&str, u16)> = adults.iter().map(|&a| ("Junior", a)).collect();
        let new_world = || {
            let mut world = World::new(&free);
            world.refuses = refuses.iter().map(|r| RoomNumber::parse(r).expect("a room")).collect();
            world
        };
        let mut world = new_world();
        let whole = run(&lines, all_or_nothing, &mut world);

        let mut world = new_world();
        let request = request(&lines, all_or_nothing);
        let terms = terms(&request, ALL);
        let mut host = Host::new();
        host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
        let mut repeats = repeats.into_iter();
        for step in 0.. {
            let pending = host.booking.pending(Millis(host.now));
            let Some(effect) = pending.first() else {
                let Some(deadline) = host.booking.deadline() else { break };
                host.now = deadline.0;
                continue;
            };
            let answer = world.carry_out(effect);
            if step == cut {
                // Killed after the step was carried out and before its answer was written down.
                host.booking = Booking::replay(host.booking.id().clone(), &host.journal).expect("a journal");
                host.feed(Input::Resumed).expect("resumed");
                continue;
            }
            for _ in 0..=repeats.next().unwrap_or(0) {
                // The first counts; what is delivered again is stale and changes nothing.
                let before = host.booking.clone();
                if host.feed(answer.clone()).is_err() {
                    prop_assert_eq!(&host.booking, &before);
                }
            }
        }
        // Which line gets which room and code follows the order of the calls, which a cut may change.
        let told = |host: &Host| {
            let report = host.booking.report();
            (report.outcome, report.booked.len(), report.failed.len())
        };
        prop_assert_eq!(told(&host), told(&whole));
        let report = host.booking.report();
        let rooms: Set<&RoomNumber> = report.booked.iter().map(|room| &room.room).collect();
        prop_assert_eq!(rooms.len(), report.booked.len());
        prop_assert_eq!(world.booked.len(), report.booked.len());
        let paid: i64 = report.booked.iter().map(|room| room.paid.mills()).sum();
        prop_assert_eq!(paid, world.settled.iter().map(|payee| payee.amount.mills()).sum::<i64>());
        for (n, _) in host.journal.iter().enumerate() {
            prop_assert!(Booking::replay(BookingId::from_bits(7), &host.journal[..n]).is_ok());
        }
    }
}
