//! What people do to a booking that ended: cancel, and find out what could not be found out.

use super::*;
use crate::booking::effect::Ownership;
use crate::property::Property;

fn cancel(host: &mut Host, world: &mut World, line: Option<u8>) {
    host.feed(Input::CancelBooked { line: line.map(LineNo), by: "k".to_owned() })
        .expect("a booking that ended");
    host.run(world);
}

#[test]
fn one_line_and_then_all_are_cancelled_and_the_money_is_given_back() {
    let mut world = World::new(&JUNIORS);
    let mut host = run(&EIGHT, false, &mut world);
    cancel(&mut host, &mut world, Some(1));
    assert_eq!(host.summary(), "PartlyBooked: 0=54/26181/258.75 2=57/26183/172.50 1!cancelled");
    assert_eq!((world.settled.len(), world.reversed.as_slice()), (2, [LineNo(1)].as_slice()));
    cancel(&mut host, &mut world, None);
    assert_eq!(host.summary(), "NotBooked: 0!cancelled 1!cancelled 2!cancelled");
    assert_eq!((world.settled.len(), world.reversed.as_slice()), (0, [LineNo(0), LineNo(2)].as_slice()));
    let appends = host.appends;
    cancel(&mut host, &mut world, None);
    assert_eq!(host.appends, appends, "there is nothing left to cancel");
}

#[test]
fn of_all_or_nothing_one_line_may_be_cancelled_later() {
    let mut world = World::new(&JUNIORS);
    let mut host = run(&EIGHT, true, &mut world);
    cancel(&mut host, &mut world, Some(0));
    assert_eq!(host.summary(), "PartlyBooked: 1=56/26182/258.75 2=57/26183/172.50 0!cancelled");
}

#[test]
fn a_booking_under_way_is_not_crossed() {
    let request = request(&EIGHT, false);
    let terms = terms(&request, ALL);
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    let cancel = Input::CancelBooked { line: None, by: String::new() };
    assert_eq!(host.feed(cancel), Err(Rejection::StillRunning));
    let resolve = Input::Resolve { line: None, found: None, note: String::new(), by: None };
    assert_eq!(host.feed(resolve), Err(Rejection::StillRunning));
}

#[test]
fn what_cannot_be_cancelled_is_cancelled_by_people_or_stays() {
    let cases = [
        (false, "PartlyBooked: 1=56/26182/258.75 2=57/26183/172.50 0!cancelled"),
        (true, "Booked: 0=54/26181/258.75 1=56/26182/258.75 2=57/26183/172.50"),
    ];
    for (stays, expected) in cases {
        let mut world = World::new(&JUNIORS);
        let mut host = run(&EIGHT, false, &mut world);
        world.refuses_cancel = true;
        cancel(&mut host, &mut world, Some(0));
        assert_eq!(host.booking.outcome(), Some(Outcome::NeedsStaff));
        let found = world.booked.values().next().cloned().filter(|_| stays);
        let resolve = Input::Resolve { line: Some(LineNo(0)), found, note: "visto".to_owned(), by: None };
        host.feed(resolve).expect("a case");
        host.run(&mut world);
        assert_eq!(host.summary(), expected);
        assert!(host.booking.staff_reasons().is_empty());
    }
}

#[test]
fn siblings_of_a_line_that_nobody_can_find_out_about_are_paid_and_linked() {
    let mut world = World::new(&JUNIORS);
    let request = request(&EIGHT, false);
    let terms = terms(&request, Capabilities { idempotency: false, lookup: false, cancel: true });
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    while host.booking.outcome().is_none() {
        let effect = host.booking.pending(Millis(host.now)).remove(0);
        let answer = match world.carry_out(&effect) {
            Input::Book(reference, _) if reference.line == LineNo(1) => {
                Input::Book(reference, Err(Failure::Unknown))
            }
            other => other,
        };
        host.feed(answer).expect("an answer");
    }
    assert_eq!(host.summary(), "NeedsStaff: 0=54/26181/258.75 2=57/26183/172.50 1!unconfirmed");
    assert_eq!((world.settled.len(), world.kept.to_string().as_str()), (2, "258.75"));
    let found = world.booked.values().find(|it| it.code.as_str() == "26182").cloned();
    assert_eq!(host.booking.asked_reference(LineNo(0)), None, "it is known");
    assert_eq!(host.booking.asked_reference(LineNo(1)).map(|it| it.generation), Some(1));
    let reservation = |code: &str, room: &str| Reservation {
        code: ReservationCode::parse(code).expect("a code"),
        room: RoomNumber::parse(room).expect("a room"),
    };
    for (code, room, known, wrong) in [
        ("7", "59", None, ""),
        ("7", "12", None, "found.room_number"),
        ("7", "99", None, "found.room_number"),
        ("7", "54", None, "found.room_number"),
        // What the system has is so, wherever the hotel put those guests.
        ("7", "12", Some(("7", "12")), ""),
        ("7", "59", Some(("7", "58")), "found.room_number"),
        ("7", "59", Some(("8", "59")), "found.reserva"),
    ] {
        let known = known.map(|(code, room)| reservation(code, room));
        let hotel = crate::fixtures::demo();
        let checked = host.booking.check_found(LineNo(1), &reservation(code, room), known.as_ref(), &hotel);
        let named = checked.err().map_or_else(String::new, |it| it.fields()[0].field.clone());
        assert_eq!(named, wrong, "{code} in {room}, {known:?}");
    }
    let mut closed = crate::fixtures::demo_parts();
    closed.room_types[0].rooms.retain(|room| room.as_str() != "56");
    let closed = Property::new(closed).expect("a hotel");
    assert_eq!(
        host.booking.check_found(LineNo(1), &reservation("7", "56"), None, &closed),
        Ok(()),
        "it was ordered"
    );
    assert!(found.is_some());
    host.feed(Input::Resolve { line: Some(LineNo(1)), found, note: "visto".to_owned(), by: None })
        .expect("a case");
    host.run(&mut world);
    assert_eq!(host.summary(), "Booked: 0=54/26181/258.75 1=56/26182/258.75 2=57/26183/172.50");
    assert_eq!((world.settled.len(), world.kept), (3, Money::ZERO));
}

#[test]
fn a_request_to_cancel_changes_nothing_but_is_there_until_staff_decide() {
    let mut world = World::new(&JUNIORS);
    let mut host = run(&EIGHT, false, &mut world);
    let before = host.summary();
    let ask = |host: &mut Host, lines: &[u8], reason: Option<&str>| {
        let lines = lines.iter().map(|line| LineNo(*line)).collect();
        let reason = reason.map(str::to_owned);
        host.feed(Input::RequestCancellation { lines, reason, by: Requester::Assistant })
    };
    let asked = |host: &Host| -> Vec<u8> {
        let request = host.booking.cancellation_requested();
        request.map(|it| it.lines.iter().map(|line| line.0).collect()).unwrap_or_default()
    };
    ask(&mut host, &[1], None).expect("a request");
    let appends = host.appends;
    ask(&mut host, &[1], None).expect("the same request");
    assert_eq!((host.appends, asked(&host)), (appends, vec![1]), "nothing new was said");
    ask(&mut host, &[], Some("ya no viajamos")).expect("a request for all");
    assert_eq!(asked(&host), [0, 1, 2]);
    assert_eq!(
        host.booking.cancellation_requested().and_then(|it| it.reason).as_deref(),
        Some("ya no viajamos")
    );
    assert_eq!(host.summary(), before);
    assert!(host.booking.staff_reasons().is_empty() && host.booking.deadline().is_none());
    assert_eq!(ask(&mut host, &[3], None), Err(Rejection::Stale), "there is no such room");
    cancel(&mut host, &mut world, Some(1));
    assert_eq!(asked(&host), [0, 2], "what was cancelled is no longer asked for");
    let resolve = |line| Input::Resolve { line, found: None, note: "se queda".to_owned(), by: None };
    assert_eq!(
        host.feed(resolve(Some(LineNo(0)))),
        Err(Rejection::Stale),
        "a booked room is not lost by that"
    );
    host.feed(resolve(None)).expect("looked at");
    assert!(asked(&host).is_empty());
    assert_eq!(host.summary(), "PartlyBooked: 0=54/26181/258.75 2=57/26183/172.50 1!cancelled");
}

#[test]
fn only_what_was_given_up_for_certain_is_a_stray() {
    let mut world = World::new(&JUNIORS);
    let mut host = run(&EIGHT, false, &mut world);
    cancel(&mut host, &mut world, Some(1));
    let whose = |line: u8, generation: u32, code: &str| {
        let reference = Reference::new(host.booking.id(), LineNo(line), generation);
        host.booking.ownership(&reference, &ReservationCode::parse(code).expect("a code"))
    };
    let cases = [
        ("what the line has", 0, 1, "26181", Ownership::Owned),
        ("a late call of another try", 0, 2, "26199", Ownership::Stray),
        ("its own reservation under a new code", 0, 1, "R-26181", Ownership::Disputed),
        ("what was cancelled stands again", 1, 1, "26182", Ownership::Disputed),
        ("a late call of a cancelled line", 1, 2, "26199", Ownership::Stray),
    ];
    for (what, line, generation, code, expected) in cases {
        assert_eq!(whose(line, generation, code), expected, "{what}");
    }
}
