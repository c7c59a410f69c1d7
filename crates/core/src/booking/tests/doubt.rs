//! When "no" is believed: not while an earlier call may still be carried out.

use super::effect::{ABSENT_AFTER_MS, RETRIES_MAX};
use super::*;

/// A booking of one room that is about to be booked.
fn about_to_book(capabilities: Capabilities, world: &mut World) -> Host {
    let request = request(&[("Junior", 2)], false);
    let terms = terms(&request, capabilities);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while !matches!(host.booking.pending(Millis(0)).first(), Some(Effect::BookRoom(_))) {
        let effect = host.booking.pending(Millis(0)).remove(0);
        let answer = world.carry_out(&effect);
        host.feed(answer).expect("an answer");
    }
    host
}

fn reference(generation: u32) -> Reference {
    Reference::new(&BookingId::from_bits(7), LineNo(0), generation)
}

/// Answers what is pending until a further room is looked for, and says when that is.
#[track_caller]
fn gives_the_room_up_after(mut host: Host, answer: impl Fn(&Effect) -> Input) -> i64 {
    for _ in 0..100 {
        match host.booking.pending(Millis(host.now)).first() {
            Some(Effect::HoldRooms { needs, .. }) if needs[0].generation == 2 => return host.now,
            Some(effect) => host.feed(answer(effect)).expect("an answer"),
            None => host.now = host.booking.deadline().expect("it goes on").0,
        }
    }
    panic!("the room is never given up");
}

fn says_no(effect: &Effect) -> Input {
    match effect {
        Effect::LookUp { reference } => Input::LookUp(reference.clone(), Ok(None)),
        Effect::BookRoom(order) => Input::Book(order.reference.clone(), Err(Failure::Refused(String::new()))),
        Effect::HoldRooms { needs, .. } => {
            let asked = needs.iter().map(|need| (need.line, need.generation)).collect();
            Input::Hold(Ok(Holding { asked, rooms: Vec::new(), expires_at: Millis(0) }))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn absence_and_refusal_are_believed_once_a_late_call_can_no_longer_come() {
    for (idempotency, lookup) in [(false, true), (true, false), (true, true)] {
        for doubt in [Input::Book(reference(1), Err(Failure::Unknown)), Input::Resumed] {
            let capabilities = Capabilities { idempotency, lookup, cancel: true };
            let mut host = about_to_book(capabilities, &mut World::new(&JUNIORS));
            host.feed(doubt).expect("an answer");
            let after_ms = gives_the_room_up_after(host, says_no);
            assert!(after_ms >= ABSENT_AFTER_MS, "{capabilities:?}: after {after_ms} ms");
        }
    }
}

/// Killed every few seconds, as `cargo xtask kill` found it: each restart doubted anew what was only being looked up.
#[test]
fn restarts_do_not_keep_a_line_from_ending() {
    for (idempotency, lookup) in [(false, true), (true, false), (true, true)] {
        let capabilities = Capabilities { idempotency, lookup, cancel: true };
        let mut host = about_to_book(capabilities, &mut World::new(&JUNIORS));
        host.feed(Input::Book(reference(1), Err(Failure::Unknown))).expect("an answer");
        let mut restart = 3_700;
        let after_ms = loop {
            assert!(host.journal.len() < 40, "{capabilities:?}: {:#?}", host.journal);
            match host.booking.pending(Millis(host.now)).first() {
                Some(Effect::HoldRooms { needs, .. }) if needs[0].generation == 2 => break host.now,
                Some(effect) => host.feed(says_no(effect)).expect("an answer"),
                None => {
                    host.now = host.booking.deadline().expect("it goes on").0.min(restart);
                    if host.now == restart {
                        host.feed(Input::Resumed).expect("killed");
                        restart += 3_700;
                    }
                }
            }
        };
        assert!((ABSENT_AFTER_MS..60_000).contains(&after_ms), "{capabilities:?}: after {after_ms} ms");
    }
}

#[test]
fn an_absence_is_asked_for_again_as_soon_as_it_can_be_believed() {
    let capabilities = Capabilities { idempotency: false, lookup: true, cancel: true };
    let mut host = about_to_book(capabilities, &mut World::new(&JUNIORS));
    host.feed(Input::Book(reference(1), Err(Failure::Unknown))).expect("an answer");
    assert_eq!(gives_the_room_up_after(host, says_no), ABSENT_AFTER_MS);
}

/// As `cargo xtask kill` found it: the next call was put off for a minute, and looking it up with it.
#[test]
fn while_a_call_is_put_off_for_long_it_is_looked_up() {
    const DOUBTS: usize = 7;
    let mut host = about_to_book(ALL, &mut World::new(&JUNIORS));
    let (mut calls, mut last_doubt) = (0, 0);
    let given_up = loop {
        let Some(effect) = host.booking.pending(Millis(host.now)).into_iter().next() else {
            host.now = host.booking.deadline().expect("it goes on").0;
            continue;
        };
        let answer = match &effect {
            Effect::HoldRooms { needs, .. } if needs[0].generation == 2 => break host.now,
            Effect::BookRoom(order) if calls < DOUBTS => {
                (calls, last_doubt) = (calls + 1, host.now);
                Input::Book(order.reference.clone(), Err(Failure::Unknown))
            }
            // The system can be asked again soon, and then has nothing.
            Effect::LookUp { reference } if host.now - last_doubt < 1_000 => {
                Input::LookUp(reference.clone(), Err(Failure::Retryable { after_ms: Some(1_000) }))
            }
            Effect::LookUp { reference } => Input::LookUp(reference.clone(), Ok(None)),
            Effect::HoldRooms { .. } => says_no(&effect),
            other => panic!("{other:?}"),
        };
        host.feed(answer).expect("an answer");
    };
    assert_eq!(given_up - last_doubt, ABSENT_AFTER_MS, "{:#?}", host.journal);
}

#[test]
fn an_absence_that_was_asked_for_before_the_host_slept_is_not_believed() {
    let capabilities = Capabilities { idempotency: false, lookup: true, cancel: true };
    let mut host = about_to_book(capabilities, &mut World::new(&JUNIORS));
    host.feed(Input::Book(reference(1), Err(Failure::Unknown))).expect("an answer");
    host.now = 86_400_000;
    host.feed(Input::LookUp(reference(1), Ok(None))).expect("an answer");
    let found = Reservation {
        code: ReservationCode::parse("26181").expect("a code"),
        room: RoomNumber::parse("54").expect("a room"),
    };
    host.feed(Input::LookUp(reference(1), Ok(Some(found)))).expect("an answer");
    assert_eq!(host.summary(), "InProgress: 0=54/26181/172.50");
}

#[test]
fn a_duplicate_of_an_early_refusal_is_not_the_answer_to_a_later_call() {
    let capabilities = Capabilities { idempotency: true, lookup: false, cancel: true };
    let mut host = about_to_book(capabilities, &mut World::new(&JUNIORS));
    host.feed(Input::Resumed).expect("killed");
    let refused = || Input::Book(reference(1), Err(Failure::Refused(String::new())));
    for now in [100, 9_000, ABSENT_AFTER_MS - 1] {
        host.now = now;
        host.feed(refused()).expect("an answer");
    }
    assert!(matches!(host.booking.lines[0].state, LineState::Unknown { generation: 1, .. }));
}

#[test]
fn a_code_that_a_sibling_has_says_nothing_about_the_line() {
    let mut world = World::new(&JUNIORS);
    let request = request(&EIGHT, false);
    let terms = terms(&request, Capabilities { idempotency: false, lookup: true, cancel: true });
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while host.booking.outcome().is_none() {
        let effect = host.booking.pending(Millis(host.now)).remove(0);
        let answer = match world.carry_out(&effect) {
            Input::Book(reference, Ok(mut it)) => {
                it.code = ReservationCode::parse("26181").expect("a code");
                Input::Book(reference, Ok(it))
            }
            other => other,
        };
        host.feed(answer).expect("an answer");
    }
    assert_eq!(host.summary(), "Booked: 0=54/26181/258.75 1=56/26182/258.75 2=57/26183/172.50");
}

#[test]
fn a_room_that_a_sibling_has_says_nothing_about_the_line() {
    let mut world = World::new(&JUNIORS);
    let request = request(&[("Junior", 2), ("Junior", 2)], false);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while !matches!(host.booking.pending(Millis(0)).first(), Some(Effect::BookRoom(_))) {
        let effect = host.booking.pending(Millis(0)).remove(0);
        host.feed(world.carry_out(&effect)).expect("an answer");
    }
    let code = |text| ReservationCode::parse(text).expect("a code");
    let room = |text| RoomNumber::parse(text).expect("a room");
    let first = Reservation { code: code("26181"), room: room("54") };
    host.feed(Input::Book(reference(1), Ok(first))).expect("an answer");
    let second = Reference { line: LineNo(1), ..reference(1) };
    let same_room = Reservation { code: code("26182"), room: room("54") };
    host.feed(Input::Book(second.clone(), Ok(same_room.clone()))).expect("an answer");
    assert!(matches!(host.booking.lines[1].state, LineState::Unknown { generation: 1, .. }));
    host.feed(Input::LookUp(second.clone(), Ok(Some(same_room)))).expect("an answer");
    assert!(matches!(host.booking.lines[1].state, LineState::Unknown { generation: 1, .. }));
    let other = Reservation { code: code("26182"), room: room("56") };
    host.feed(Input::LookUp(second, Ok(Some(other)))).expect("an answer");
    assert!(matches!(host.booking.lines[1].state, LineState::Booked { .. }));
}

#[test]
fn a_refused_payment_is_believed_once_a_late_claim_can_no_longer_come() {
    let request = request(&EIGHT, false);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    host.feed(Input::Resumed).expect("killed while it was claimed");
    let refused = || Input::Claim(Err(Failure::Refused(Problem::NotFound)));
    host.feed(refused()).expect("an answer");
    assert_eq!(host.booking.refusal(), None);
    host.now = host.booking.deadline().expect("it goes on").0;
    assert!(host.now >= ABSENT_AFTER_MS);
    host.feed(refused()).expect("an answer");
    assert_eq!(host.booking.refusal(), Some(&Problem::NotFound));
}

#[test]
fn a_hold_is_prolonged_before_it_ends_and_a_room_out_of_reach_is_given_up() {
    let mut host = about_to_book(ALL, &mut World::new(&JUNIORS));
    let (mut prolonged, mut tries) = (0, 0);
    while host.booking.report().failed.is_empty() {
        let Some(effect) = host.booking.pending(Millis(host.now)).into_iter().next() else {
            host.now = host.booking.deadline().expect("it goes on").0;
            continue;
        };
        let answer = match &effect {
            Effect::HoldRooms { needs, ttl_ms, .. } => {
                prolonged += 1;
                let need = needs[0].clone();
                let room = need.holds.expect("it holds a room");
                let held = journal::HeldRoom { line: need.line, generation: need.generation, room };
                Input::Hold(Ok(Holding {
                    asked: vec![(need.line, need.generation)],
                    rooms: vec![held],
                    expires_at: Millis(host.now + ttl_ms),
                }))
            }
            Effect::BookRoom(order) => {
                tries += 1;
                Input::Book(order.reference.clone(), Err(Failure::Retryable { after_ms: None }))
            }
            other => panic!("{other:?}"),
        };
        host.feed(answer).expect("an answer");
    }
    assert_eq!((tries, prolonged), (RETRIES_MAX + 1, 3), "{} ms", host.now);
    assert_eq!(host.summary(), "InProgress: 0!unreachable");
}
