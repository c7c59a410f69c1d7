//! Any sequence of inputs to one booking: answers to what it asked for, answers to what it did not, restarts, staff,
//! in any order and as often as the input's bytes say.

use std::collections::BTreeSet;

use arbitrary::{Result, Unstructured};
use posada_core::booking::effect::{Effect, Failure, FollowWish, Holding, Input, Reservation};
use posada_core::booking::journal::{Capabilities, Entry, HeldRoom, Requester, Stamped, Step, Terms};
use posada_core::booking::outcome::Outcome;
use posada_core::booking::request::{BookingRequest, FurtherRequest, Guest, PaymentIntent, RequestedRoom};
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::{
    BookingId, ClaimId, LineNo, Millis, PackageId, Reference, ReservationCode, RoomNumber, RoomTypeId, WaId,
};
use posada_core::message::Language;
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::claim::required;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::pending::Schedule;
use posada_core::problem::Problem;
use posada_core::stay::Stay;
use posada_wire::stored::{from_text, to_text};

use crate::hotel::{NOW, hotel, today};
use crate::journal::reservation;
use crate::told::check_report;

/// The most inputs of one sequence.
const INPUTS_MAX: usize = 200;

/// Plays the sequence that these bytes are.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    // The bytes' end is the sequence's end.
    play(&mut Unstructured::new(data)).is_ok()
}

/// A booking and all that was appended for it.
struct Played {
    booking: Booking,
    journal: Vec<Stamped>,
    now: Millis,
    /// How it ended, until staff step in.
    ended: Option<Outcome>,
}

fn play(bytes: &mut Unstructured<'_>) -> Result<()> {
    let mut it =
        Played { booking: Booking::new(BookingId::from_bits(7)), journal: Vec::new(), now: NOW, ended: None };
    let (request, terms) = start(bytes)?;
    it.feed(Input::Start { request: Box::new(request), terms });
    for _ in 0..INPUTS_MAX {
        if bytes.is_empty() {
            break;
        }
        let input = it.input(bytes)?;
        it.now = it.now.plus(later(bytes)?);
        it.feed(input);
    }
    check_report(&it.booking, &hotel());
    Ok(())
}

impl Played {
    /// Decides, writes down, applies and checks, as a host would.
    fn feed(&mut self, input: Input) {
        let by_staff = matches!(input, Input::CancelBooked { .. } | Input::Resolve { .. });
        let decided = self.booking.decide(input.clone(), self.now);
        assert_eq!(decided, self.booking.decide(input.clone(), self.now), "the same follows from the same");
        let entries = match decided {
            Ok(entries) => entries,
            Err(
                Rejection::Impossible(_)
                | Rejection::AlreadyRequested
                | Rejection::StillRunning
                | Rejection::Stale,
            ) => return,
        };
        for entry in entries {
            let text = to_text(&entry);
            assert_eq!(from_text::<Stamped>(&text).as_ref(), Some(&entry), "{text}");
            let applied = self.booking.apply(&entry);
            assert_eq!(applied, Ok(()), "{input:?} was answered by {entry:?}");
            self.journal.push(entry);
        }
        let replayed = Booking::replay(self.booking.id().clone(), &self.journal);
        assert_eq!(replayed.as_ref(), Ok(&self.booking), "a booking is nothing but its journal");
        self.check(by_staff);
    }

    /// What must hold after every step.
    fn check(&mut self, by_staff: bool) {
        let booking = &self.booking;
        let all = booking.pending(Millis(i64::MAX));
        assert_eq!(
            booking.deadline().is_some(),
            !all.is_empty(),
            "I5: an alarm as long as something is to be done"
        );
        let steps: BTreeSet<_> = all.iter().map(Effect::step).collect();
        assert_eq!(steps.len(), all.len(), "at most one of each step: {all:?}");
        let rooms = booking.request().map_or(0, |request| request.rooms.len());
        assert_eq!(booking.progress().len(), rooms, "every room is told of");
        let report = booking.report();
        let rooms: BTreeSet<&RoomNumber> = report.booked.iter().map(|it| &it.room).collect();
        assert_eq!(rooms.len(), report.booked.len(), "I1: two lines have one room: {report:?}");
        let codes: BTreeSet<&ReservationCode> = report.booked.iter().map(|it| &it.code).collect();
        assert_eq!(codes.len(), report.booked.len(), "I1: two lines have one reservation: {report:?}");
        self.check_held();
        self.check_shares();
        if booking.outcome().is_some() {
            let goes_on = |effect: &&Effect| match effect.step() {
                // What stands beside it: telling, and further payments.
                Step::Notify | Step::ClaimFurther { .. } | Step::SettleFurther { .. } => false,
                _ => true,
            };
            assert_eq!(all.iter().find(goes_on), None, "it ended, and goes on");
        } else if booking.is_accepted() {
            assert!(!all.is_empty(), "I5: it has not ended, and there is nothing to do");
        }
        // I5: only people change how it ended. (A restart or a late answer does not.)
        if let (Some(before), false) = (self.ended, by_staff) {
            let staff_are_at_it = booking.outcome() != Some(before);
            assert!(
                !staff_are_at_it || !all.is_empty() || self.is_resettled(),
                "{before:?} became {report:?}"
            );
        }
        self.ended = booking.outcome();
    }

    /// Whether the last entry ends what staff began.
    fn is_resettled(&self) -> bool {
        let last = self.journal.last().map(|it| &it.entry);
        matches!(
            last,
            Some(
                Entry::Settled
                    | Entry::Cancelled { .. }
                    | Entry::Escalated { .. }
                    | Entry::HoldsReleased
                    | Entry::PaymentSettled { .. }
            )
        )
    }

    /// I1: what is held or called for is one room for one line.
    fn check_held(&self) {
        let mut rooms = BTreeSet::new();
        for effect in self.booking.pending(Millis(i64::MAX)) {
            if let Effect::BookRoom(order) = effect {
                assert!(rooms.insert(order.room.clone()), "I1: room {} is booked for two lines", order.room);
                assert!(order.amount >= Money::ZERO);
            }
        }
    }

    /// I6: the shares of the rooms are what was claimed, to the cent, and none is more than its room costs.
    fn check_shares(&self) {
        let claimed = self.journal.iter().rev().find_map(|it| match &it.entry {
            Entry::Claimed { amount, shares, .. } => Some((amount, shares)),
            _ => None,
        });
        let terms = self.journal.iter().rev().find_map(|it| match &it.entry {
            Entry::Requested { terms, .. } => Some(terms),
            _ => None,
        });
        let (Some((amount, shares)), Some(terms)) = (claimed, terms) else { return };
        let prices: Vec<Money> = terms.prices.iter().map(|it| it.round_half_up_to_cents()).collect();
        let total = prices.iter().copied().sum::<Option<Money>>().expect("small amounts");
        let shared = shares.iter().copied().sum::<Option<Money>>();
        assert_eq!(shared, Some(total.min(*amount)), "shares add up");
        assert!(shares.iter().zip(&prices).all(|(share, price)| share <= price && *share >= Money::ZERO));
        for effect in self.booking.pending(Millis(i64::MAX)) {
            if let Effect::SettlePayment { part: 0, payees, .. } = effect {
                let paid = payees.paid.iter().map(|it| it.amount).chain([payees.kept]);
                let paid = paid.sum::<Option<Money>>().expect("small amounts");
                assert!(paid <= *amount, "I2: more is settled than was claimed");
            }
        }
    }

    /// The next input: mostly an answer to something that is asked for.
    fn input(&self, bytes: &mut Unstructured<'_>) -> Result<Input> {
        let all = self.booking.pending(Millis(i64::MAX));
        let kind = bytes.int_in_range(0..=20_u8)?;
        if kind < 11 && !all.is_empty() {
            let effect = bytes.choose(&all)?;
            return self.answer(effect, bytes);
        }
        Ok(match kind {
            11 => Input::Resumed,
            12 => Input::CancelBooked { line: maybe_line(bytes)?, by: "staff".to_owned() },
            13 => Input::Resolve {
                line: maybe_line(bytes)?,
                found: found(bytes)?,
                note: "visto".to_owned(),
                by: None,
            },
            // Answers that nobody waits for: duplicates, and those of another try.
            14 => Input::Book(reference(bytes)?, booked(bytes)?),
            15 => Input::LookUp(
                reference(bytes)?,
                if bytes.arbitrary()? { Ok(found(bytes)?) } else { Err(failed(bytes)?) },
            ),
            17 => Input::RequestCancellation {
                lines: maybe_line(bytes)?.into_iter().collect(),
                reason: None,
                by: Requester::Guest,
            },
            18 => {
                let guests = Occupancy { adults: bytes.int_in_range(0..=6)?, ..Occupancy::default() };
                let (request, _) = start(bytes)?;
                let wish = FollowWish { stay: request.stay, package: request.package, guests };
                let booking = BookingId::from_bits(bytes.int_in_range(8..=10)?);
                let dead = if bytes.arbitrary()? { Some(bytes.int_in_range(0..=3)?) } else { None };
                Input::FollowedBy { booking, wish, dead }
            }
            19 => {
                let (request, _) = start(bytes)?;
                Input::AddPayment(Box::new(FurtherRequest {
                    payment: PaymentIntent { amount: None, ..request.payment },
                    evidence: None,
                    key: bytes.int_in_range(0..=3_u8)?.to_string(),
                    checks: bytes.arbitrary::<bool>()?.then(Schedule::default),
                }))
            }
            20 => {
                let part = bytes.int_in_range(0..=3)?;
                match bytes.arbitrary()? {
                    true => Input::FurtherClaim(part, claimed(Money::from_mills(86_250), bytes)?),
                    false => Input::FurtherSettle(part, Ok(bytes.arbitrary()?)),
                }
            }
            16 => {
                let found = found(bytes)?.unwrap_or_else(|| reservation("100", "26000"));
                Input::Stray(reference(bytes)?, found)
            }
            0 => Input::Claim(claimed(Money::from_mills(690_000), bytes)?),
            1 => Input::Hold(Ok(Holding {
                asked: vec![(line(bytes)?, 1)],
                rooms: held(bytes)?,
                expires_at: self.now,
            })),
            2 => Input::Cancel(
                reference(bytes)?,
                if bytes.arbitrary()? { Ok(()) } else { Err(failed(bytes)?) },
            ),
            3 => Input::Settle(Ok(bytes.arbitrary()?)),
            4 => Input::ReleaseHolds(Ok(())),
            5 => Input::Notify(bytes.int_in_range(0..=3)?, Ok(())),
            _ => {
                let (request, terms) = start(bytes)?;
                Input::Start { request: Box::new(request), terms }
            }
        })
    }

    /// One of the answers that this effect may get.
    fn answer(&self, effect: &Effect, bytes: &mut Unstructured<'_>) -> Result<Input> {
        Ok(match effect {
            Effect::Follow { .. } => {
                Input::Follow(if bytes.ratio(2_u8, 3)? { Ok(()) } else { Err(refused(bytes)?) })
            }
            Effect::ClaimPayment { part, wish, .. } => Input::claim(*part, claimed(wish.total, bytes)?),
            Effect::HoldRooms { needs, ttl_ms, .. } => {
                if bytes.ratio(1_u8, 8)? {
                    return Ok(Input::Hold(Err(refused(bytes)?)));
                }
                let asked = needs.iter().map(|need| (need.line, need.generation)).collect();
                let mut rooms = if bytes.ratio(1_u8, 8)? { held(bytes)? } else { Vec::new() };
                for need in needs {
                    // A room of its own, mostly.
                    let number = match bytes.int_in_range(0..=15_u8)? {
                        0 => continue,
                        1 => bytes.int_in_range(0..=4)?,
                        _ => u32::from(need.line.0) * 10 + need.generation,
                    };
                    let room = need.holds.clone().unwrap_or_else(|| room(number));
                    rooms.push(HeldRoom { line: need.line, generation: need.generation, room });
                }
                Input::Hold(Ok(Holding { asked, rooms, expires_at: self.now.plus(*ttl_ms) }))
            }
            Effect::BookRoom(order) => {
                let own = Reservation { room: order.room.clone(), ..code_of(&order.reference) };
                let answer = if bytes.ratio(1_u8, 2)? { Ok(own) } else { booked(bytes)? };
                Input::Book(order.reference.clone(), answer)
            }
            Effect::LookUp { reference } => {
                let answer = match bytes.int_in_range(0..=3_u8)? {
                    0 => Ok(None),
                    1 => Ok(Some(code_of(reference))),
                    2 => Ok(found(bytes)?),
                    _ => Err(failed(bytes)?),
                };
                Input::LookUp(reference.clone(), answer)
            }
            Effect::CancelReservation { reference, .. } => {
                let answer = if bytes.ratio(2_u8, 3)? { Ok(()) } else { Err(failed(bytes)?) };
                Input::Cancel(reference.clone(), answer)
            }
            Effect::SettlePayment { part, .. } => {
                let answer =
                    if bytes.ratio(2_u8, 3)? { Ok(bytes.arbitrary()?) } else { Err(refused(bytes)?) };
                Input::settle(*part, answer)
            }
            Effect::ReleaseHolds { .. } => {
                Input::ReleaseHolds(if bytes.ratio(2_u8, 3)? { Ok(()) } else { Err(refused(bytes)?) })
            }
            Effect::Notify(notice) => {
                let answer = if bytes.ratio(2_u8, 3)? { Ok(()) } else { Err(failed(bytes)?) };
                Input::Notify(notice.number, answer)
            }
        })
    }
}

/// A request for up to six rooms, and its terms.
fn start(bytes: &mut Unstructured<'_>) -> Result<(BookingRequest, Terms)> {
    let count = bytes.int_in_range(1..=6_u8)?;
    let prices = (0..count)
        .map(|_| Ok(Money::from_mills(i64::from(bytes.int_in_range(0..=1_000_000_u32)?))))
        .collect::<Result<Vec<Money>>>()?;
    let room = RequestedRoom {
        room_type: RoomTypeId::parse("Junior").expect("an id"),
        guests: Occupancy { adults: 2, children_6_10: 1, children_0_5: 0 },
        extra_beds: 0,
    };
    let flags: u8 = bytes.arbitrary()?;
    let has = |bit: u8| flags & (1 << bit) != 0;
    let total: Option<Money> = prices.iter().map(|it| it.round_half_up_to_cents()).sum();
    let terms = Terms {
        notify: bytes.arbitrary::<bool>()?.then_some(Language::Es),
        waits: bytes.ratio(1_u8, 8)?.then(Schedule::default),
        prices,
        required: required(total.expect("small amounts"), if has(0) { 30 } else { 100 }),
        amount: None,
        hold_ttl_ms: if has(1) { 900_000 } else { 3_000 },
        capabilities: Capabilities { idempotency: !has(2), lookup: !has(3), cancel: !has(4) },
    };
    let text = |text: &str| text.to_owned();
    let request = BookingRequest {
        guest: Guest {
            customer_name: text("Ana Pérez"),
            email: text("ana@example.com"),
            phone_number: text("+50370001234"),
            city: text("San Salvador"),
            dui_passport: text("01234567-8"),
            nationality: text("salvadoreña"),
        },
        wa_id: has(5).then(|| WaId::parse("50370001234").expect("digits")),
        stay: Stay::new(today(), today().succ_opt().expect("not the last of days")).expect("a night"),
        package: PackageId::parse("Hospedaje").expect("an id"),
        rooms: vec![room; count.into()],
        payment: PaymentIntent {
            payment: PaymentRef::parse(PaymentMethod::CompraClick, "123456").expect("a reference"),
            amount: None,
            maker_name: text("Ana Pérez"),
            claim: None,
        },
        follows: has(7).then(|| BookingId::from_bits(6)),
        all_or_nothing: has(6),
        customer_instructions: None,
    };
    Ok((request, terms))
}

/// How much later something happens, in milliseconds; clocks may go back a little.
fn later(bytes: &mut Unstructured<'_>) -> Result<i64> {
    Ok(*bytes.choose(&[0, 1, 200, 500, 1_000, 5_000, 20_000, 60_000, 1_000_000, 90_000_000, -1, -700])?)
}

fn line(bytes: &mut Unstructured<'_>) -> Result<LineNo> {
    Ok(LineNo(if bytes.ratio(1_u8, 16)? { bytes.arbitrary()? } else { bytes.int_in_range(0..=5)? }))
}

fn maybe_line(bytes: &mut Unstructured<'_>) -> Result<Option<LineNo>> {
    if bytes.arbitrary()? { Ok(Some(line(bytes)?)) } else { Ok(None) }
}

fn reference(bytes: &mut Unstructured<'_>) -> Result<Reference> {
    let booking = BookingId::from_bits(if bytes.ratio(1_u8, 16)? { 8 } else { 7 });
    Ok(Reference { booking, line: line(bytes)?, generation: bytes.int_in_range(0..=4)? })
}

fn room(number: u32) -> RoomNumber {
    RoomNumber::parse(&(100 + number).to_string()).expect("a room")
}

/// The reservation that an honest hotel makes for a reference.
fn code_of(reference: &Reference) -> Reservation {
    let number = u32::from(reference.line.0) * 10 + reference.generation;
    reservation(&(100 + number).to_string(), &(26_000 + number).to_string())
}

fn found(bytes: &mut Unstructured<'_>) -> Result<Option<Reservation>> {
    let code = bytes.int_in_range(0..=15_u32)?;
    let room = bytes.int_in_range(0..=15_u32)?;
    Ok((code > 0).then(|| reservation(&(100 + room).to_string(), &(26_000 + code).to_string())))
}

fn held(bytes: &mut Unstructured<'_>) -> Result<Vec<HeldRoom>> {
    let count = bytes.int_in_range(0..=3_u8)?;
    (0..count)
        .map(|_| {
            let number = bytes.int_in_range(0..=4)?;
            Ok(HeldRoom { line: line(bytes)?, generation: bytes.int_in_range(0..=3)?, room: room(number) })
        })
        .collect()
}

fn booked(bytes: &mut Unstructured<'_>) -> Result<std::result::Result<Reservation, Failure<String>>> {
    Ok(match found(bytes)? {
        Some(reservation) => Ok(reservation),
        None => Err(failed(bytes)?),
    })
}

fn claimed(
    total: Money,
    bytes: &mut Unstructured<'_>,
) -> Result<std::result::Result<(ClaimId, Money), Failure<Problem>>> {
    Ok(match bytes.int_in_range(0..=7_u8)? {
        0 | 1 => Err(refused(bytes)?),
        2 => {
            let part = bytes.int_in_range(0..=1_000_u32)?;
            let cents = total.cents_half_up().saturating_mul(part.into()) / 1_000;
            Ok((ClaimId::from_bits(9), Money::from_cents(cents).expect("a part of the total")))
        }
        _ => Ok((ClaimId::from_bits(9), total)),
    })
}

fn failed(bytes: &mut Unstructured<'_>) -> Result<Failure<String>> {
    failure("no".to_owned(), bytes)
}

fn refused(bytes: &mut Unstructured<'_>) -> Result<Failure<Problem>> {
    failure(Problem::NotFound, bytes)
}

fn failure<R>(refusal: R, bytes: &mut Unstructured<'_>) -> Result<Failure<R>> {
    Ok(match bytes.int_in_range(0..=4_u8)? {
        0 | 1 => Failure::Refused(refusal),
        2 => Failure::Retryable { after_ms: None },
        3 => Failure::Retryable { after_ms: Some(bytes.arbitrary()?) },
        _ => Failure::Unknown,
    })
}
