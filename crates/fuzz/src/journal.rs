//! Stored journals: whatever a table holds, it is replayed or refused, and a booking that was replayed can be asked
//! anything and told anything.

use posada_core::booking::Booking;
use posada_core::booking::effect::{Effect, Failure, FollowWish, Holding, Input, Reservation};
use posada_core::booking::journal::{HeldRoom, Requester, Stamped};
use posada_core::booking::progress::Milestone;
use posada_core::booking::request::FurtherRequest;
use posada_core::ids::{BookingId, ClaimId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::pending::Schedule;
use posada_core::problem::Problem;
use posada_wire::stored::{from_text, to_text};

use crate::hotel::hotel;
use crate::told::check_report;

/// Takes a line for each entry. What is no entry, or does not fit the ones before, is passed over: so a changed line
/// does not hide those behind it.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let id = BookingId::from_bits(7);
    let mut booking = Booking::new(id.clone());
    let mut journal: Vec<Stamped> = Vec::new();
    for line in text.lines() {
        let Some(entry) = from_text::<Stamped>(line) else { continue };
        let written = to_text(&entry);
        assert_eq!(from_text::<Stamped>(&written).as_ref(), Some(&entry), "{written}");
        let mut next = booking.clone();
        if next.apply(&entry).is_ok() {
            let told = next.milestone(&entry.entry);
            let rooms = next.progress().len();
            assert!(told.iter().flat_map(Milestone::lines).all(|line| line.index() < rooms), "{told:?}");
            booking = next;
            journal.push(entry);
        }
    }
    assert_eq!(Booking::replay(id, &journal).as_ref(), Ok(&booking), "a booking is nothing but its journal");
    check_report(&booking, &hotel());
    let last = journal.last().map_or(Millis(0), |entry| entry.at);
    for now in [last, last.plus(1_000), last.plus(100_000_000), Millis(0), Millis(i64::MAX), Millis(i64::MIN)]
    {
        ask(&booking, now);
    }
    !journal.is_empty()
}

/// Feeds the booking every answer to what it asks for, and what staff and a restart may say.
fn ask(booking: &Booking, now: Millis) {
    let (due, all) = (booking.pending(now), booking.pending(Millis(i64::MAX)));
    assert_eq!(due, booking.pending(now), "what is pending follows from the state");
    assert!(due.iter().all(|effect| all.contains(effect)), "what is due now is due at some time");
    assert_eq!(
        booking.deadline().is_some(),
        !all.is_empty(),
        "I5: the alarm is set as long as there is something to do, and no longer"
    );
    if booking.is_accepted() && all.is_empty() {
        assert!(booking.outcome().is_some(), "I5: nothing is left to do, and it has not ended");
    }
    let by = || "staff".to_owned();
    let mut inputs = vec![Input::Resumed, Input::CancelBooked { line: None, by: by() }];
    if let Some(request) = booking.request() {
        for checks in [None, Some(Schedule::default())] {
            let (payment, key) = (request.payment.clone(), "key".to_owned());
            inputs.push(Input::AddPayment(Box::new(FurtherRequest { payment, evidence: None, key, checks })));
        }
        let guests = Occupancy { adults: 2, ..Occupancy::default() };
        let wish = FollowWish { stay: request.stay, package: request.package.clone(), guests };
        for dead in [None, Some(0), Some(1), Some(u32::MAX)] {
            inputs.push(Input::FollowedBy { booking: BookingId::from_bits(9), wish: wish.clone(), dead });
        }
    }
    for line in [None, Some(LineNo(0)), Some(LineNo(u8::MAX))] {
        for found in [None, Some(reservation("54", "26181"))] {
            inputs.push(Input::Resolve { line, found, note: "visto".to_owned(), by: Some(by()) });
        }
    }
    for line in [LineNo(0), LineNo(1), LineNo(u8::MAX)] {
        let stray = Reference { booking: booking.id().clone(), line, generation: 1 };
        inputs.push(Input::RequestCancellation { lines: vec![line], reason: None, by: Requester::Guest });
        inputs.push(Input::Stray(stray, reservation("54", "26181")));
    }
    for effect in all {
        inputs.extend(answers(&effect, now));
    }
    for input in inputs {
        let decided = booking.decide(input.clone(), now);
        assert_eq!(decided, booking.decide(input.clone(), now), "the same follows from the same");
        let Ok(entries) = decided else { continue };
        let mut next = booking.clone();
        for entry in &entries {
            let written = to_text(entry);
            assert_eq!(from_text::<Stamped>(&written).as_ref(), Some(entry), "{written}");
            let applied = next.apply(entry);
            assert_eq!(applied, Ok(()), "{input:?} was answered by {entry:?}");
        }
        let all = next.pending(Millis(i64::MAX));
        assert_eq!(next.deadline().is_some(), !all.is_empty(), "I5: {input:?} was answered by {entries:?}");
        assert_eq!(next.report(), next.report());
    }
}

/// A reservation.
pub(crate) fn reservation(room: &str, code: &str) -> Reservation {
    Reservation {
        code: ReservationCode::parse(code).expect("a code"),
        room: RoomNumber::parse(room).expect("a room"),
    }
}

/// The ways in which a call can fail.
fn failures<R>(refusal: R) -> [Failure<R>; 4] {
    [
        Failure::Refused(refusal),
        Failure::Retryable { after_ms: None },
        Failure::Retryable { after_ms: Some(i64::MAX) },
        Failure::Unknown,
    ]
}

/// All kinds of answers to an effect.
fn answers(effect: &Effect, now: Millis) -> Vec<Input> {
    let no = || Problem::NotFound;
    let words = || "no".to_owned();
    let of_room = |reference: &Reference| {
        let found = reservation("56", "26199");
        let of = reference.clone();
        let booked = failures(words()).map(|it| Input::Book(of.clone(), Err(it)));
        let looked_up = failures(words()).map(|it| Input::LookUp(of.clone(), Err(it)));
        let mut inputs = vec![
            Input::Book(of.clone(), Ok(found.clone())),
            Input::LookUp(of.clone(), Ok(Some(found))),
            Input::LookUp(of.clone(), Ok(None)),
        ];
        inputs.extend(booked.into_iter().chain(looked_up));
        inputs
    };
    match effect {
        Effect::Follow { .. } => {
            let mut inputs = vec![Input::Follow(Ok(()))];
            inputs.extend(failures(no()).map(|it| Input::Follow(Err(it))));
            inputs
        }
        Effect::ClaimPayment { part, wish, .. } => {
            let claim = |answer| Input::claim(*part, answer);
            let mut inputs = vec![claim(Ok((ClaimId::from_bits(9), wish.total)))];
            inputs.push(claim(Ok((ClaimId::from_bits(9), Money::from_mills(10)))));
            inputs.extend(failures(no()).map(|it| claim(Err(it))));
            let reference = wish.total.to_string();
            inputs.push(claim(Err(Failure::Refused(Problem::PaymentNotFound { reference }))));
            inputs
        }
        Effect::HoldRooms { needs, ttl_ms, .. } => {
            let asked: Vec<(LineNo, u32)> = needs.iter().map(|it| (it.line, it.generation)).collect();
            let room = |(i, need): (usize, &posada_core::booking::effect::RoomNeed)| HeldRoom {
                line: need.line,
                generation: need.generation,
                room: need.holds.clone().unwrap_or_else(|| reservation(&(54 + i).to_string(), "1").room),
            };
            let rooms: Vec<HeldRoom> = needs.iter().enumerate().map(room).collect();
            let expires_at = now.plus(*ttl_ms);
            let mut inputs = vec![
                Input::Hold(Ok(Holding { asked: asked.clone(), rooms: Vec::new(), expires_at })),
                Input::Hold(Ok(Holding { asked, rooms, expires_at })),
            ];
            inputs.extend(failures(no()).map(|it| Input::Hold(Err(it))));
            inputs
        }
        Effect::BookRoom(order) => of_room(&order.reference),
        Effect::LookUp { reference } => of_room(reference),
        Effect::CancelReservation { reference, .. } => {
            let mut inputs = vec![Input::Cancel(reference.clone(), Ok(()))];
            inputs.extend(failures(words()).map(|it| Input::Cancel(reference.clone(), Err(it))));
            inputs
        }
        Effect::SettlePayment { part, .. } => {
            let settle = |answer| Input::settle(*part, answer);
            let mut inputs = vec![settle(Ok(true)), settle(Ok(false))];
            inputs.extend(failures(no()).map(|it| settle(Err(it))));
            inputs
        }
        Effect::ReleaseHolds { .. } => {
            let mut inputs = vec![Input::ReleaseHolds(Ok(()))];
            inputs.extend(failures(no()).map(|it| Input::ReleaseHolds(Err(it))));
            inputs
        }
        Effect::Notify(notice) => {
            let mut inputs = vec![Input::Notify(notice.number, Ok(()))];
            inputs.extend(failures(words()).map(|it| Input::Notify(notice.number, Err(it))));
            inputs
        }
    }
}
