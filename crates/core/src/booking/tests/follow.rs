//! One booking follows another.

use super::*;

/// A booking of two rooms of which one failed: two adults are left without a room.
fn followed() -> Host {
    let mut host = run(&[("Junior", 3), ("Junior", 2)], false, &mut World::new(&["54"]));
    host.now += 1;
    assert_eq!(host.booking.outcome(), Some(Outcome::PartlyBooked));
    host
}

fn wish(adults: u16) -> FollowWish {
    let request = request(&[], false);
    let guests = Occupancy { adults, ..Occupancy::default() };
    FollowWish { stay: request.stay, package: request.package, guests }
}

fn ask(host: &mut Host, by: u128, wish: FollowWish, dead: Option<u32>) -> Result<(), Rejection> {
    host.feed(Input::FollowedBy { booking: BookingId::from_bits(by), wish, dead })
}

fn code(result: Result<(), Rejection>) -> &'static str {
    match result {
        Ok(()) => "taken",
        Err(Rejection::Impossible(problem)) => problem.code(),
        Err(_) => "stale",
    }
}

#[test]
fn the_first_that_asks_follows_until_it_is_dead() {
    let mut host = followed();
    assert_eq!(code(ask(&mut host, 1, wish(2), None)), "taken");
    assert_eq!(code(ask(&mut host, 2, wish(2), None)), "already_followed");
    let number = host.booking.follower().map(|(_, number)| number);
    // Asked again, as where its answer was lost, it stays the follower; what was known of it is no longer true.
    assert_eq!(code(ask(&mut host, 1, wish(2), None)), "taken");
    assert_eq!(code(ask(&mut host, 2, wish(2), number)), "already_followed");
    let number = host.booking.follower().map(|(_, number)| number);
    assert_eq!(code(ask(&mut host, 2, wish(1), number)), "taken");
    assert_eq!(host.booking.follower().map(|(booking, _)| booking.clone()), Some(BookingId::from_bits(2)));
    assert_eq!(code(ask(&mut host, 1, wish(2), number)), "already_followed");
}

#[test]
fn only_those_who_were_left_without_a_room_are_followed_for() {
    let mut host = followed();
    let other = |change: &dyn Fn(&mut FollowWish)| {
        let mut wish = wish(2);
        change(&mut wish);
        wish
    };
    let check_out = |wish: &mut FollowWish| {
        let check_in = wish.stay.check_in();
        wish.stay = Stay::new(check_in, check_in + chrono::Days::new(2)).expect("a stay");
    };
    let package = |wish: &mut FollowWish| wish.package = PackageId::parse("Todo incluido").expect("an id");
    assert_eq!(code(ask(&mut host, 1, wish(3), None)), "invalid");
    assert_eq!(code(ask(&mut host, 1, other(&|it| it.guests.children_0_5 = 1), None)), "invalid");
    assert_eq!(code(ask(&mut host, 1, other(&check_out), None)), "invalid");
    assert_eq!(code(ask(&mut host, 1, other(&package), None)), "invalid");
    let own = host.booking.id().clone();
    assert_eq!(code(host.feed(Input::FollowedBy { booking: own, wish: wish(2), dead: None })), "invalid");
    assert!(host.booking.follower().is_none());
    let mut whole = run(&EIGHT, false, &mut World::new(&JUNIORS));
    assert_eq!(code(ask(&mut whole, 1, wish(2), None)), "invalid", "nobody was left without a room");
    assert_eq!(code(ask(&mut Host::new(), 1, wish(2), None)), "not_found");
}

#[test]
fn a_follower_asks_before_it_claims_and_is_dead_where_it_is_refused() {
    let start = || {
        let mut request = request(&[("Familiar", 2)], false);
        request.follows = Some(BookingId::from_bits(9));
        let terms = terms(&request, ALL);
        let mut host = Host::new();
        host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
        host
    };
    let mut host = start();
    let followed = BookingId::from_bits(9);
    assert_eq!(host.booking.pending(Millis(host.now)), [Effect::Follow { followed, wish: wish(2) }]);
    assert!(host.booking.is_live() && !host.booking.is_accepted());
    host.feed(Input::Follow(Err(Failure::Unknown))).expect("an answer");
    assert!(host.booking.pending(Millis(host.now)).is_empty(), "it asks again later");
    host.now += 10_000;
    host.feed(Input::Follow(Ok(()))).expect("an answer");
    host.run(&mut World::new(&["12"]));
    assert_eq!(host.summary(), "Booked: 0=12/26181/172.50");

    let mut host = start();
    let problem = Problem::AlreadyFollowed { followed_by: BookingId::from_bits(3) };
    host.feed(Input::Follow(Err(Failure::Refused(problem.clone())))).expect("an answer");
    assert_eq!(host.booking.refusal(), Some(&problem));
    assert!(!host.booking.is_live());

    let mut host = start();
    while host.booking.refusal().is_none() {
        host.now += 60_000;
        host.feed(Input::Follow(Err(Failure::Unknown))).expect("an answer");
        assert!(host.now < 3_600_000, "it is given up in the end");
    }
    assert_eq!(host.booking.refusal().map(Problem::code), Some("storage_unavailable"));
}

/// Version 2 noted what is followed and asked nobody, and had no entry of its own for what staff order.
#[test]
fn journals_of_version_2_go_on_as_they_did() {
    let mut request = request(&[("Junior", 2)], false);
    request.follows = Some(BookingId::from_bits(9));
    let terms = terms(&request, ALL);
    let mut booking = Booking::new(BookingId::from_bits(1));
    let take = |booking: &mut Booking, v, entry| {
        booking.apply(&Stamped { v, at: Millis(5), entry }).expect("it fits");
        booking.pending(Millis(5)).iter().map(Effect::step).collect::<Vec<Step>>()
    };
    let requested = Entry::Requested { request: Box::new(request), terms };
    assert_eq!(take(&mut booking, 2, requested.clone()), [Step::Claim]);
    assert_eq!(take(&mut Booking::new(BookingId::from_bits(1)), 3, requested), [Step::Follow]);
    let mut host = run(&EIGHT, false, &mut World::new(&JUNIORS));
    let step = Step::Cancel { line: LineNo(1) };
    let ordered = Entry::Deferred { step, until: Millis(5), unknown_at: None };
    assert_eq!(take(&mut host.booking, 2, ordered), [step]);
}
