//! What is proposed, and what is refused.

use super::*;
use crate::fixtures;

fn request(adults: u16, children: &[u8], wish: RoomsWish, objective: Objective) -> QuoteRequest {
    let date = |text: &str| text.parse().expect("a date");
    QuoteRequest {
        stay: Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a stay"),
        package: PackageId::parse("Hospedaje").expect("an id"),
        party: Party::aged(adults, children).expect("a party"),
        wish,
        objective,
    }
}

fn id(text: &str) -> RoomTypeId {
    RoomTypeId::parse(text).expect("an id")
}

fn run(request: &QuoteRequest, taken: &[&str]) -> Result<Proposal, Problem> {
    let hotel = fixtures::demo();
    let rooms = hotel.room_types.iter().flat_map(|t| &t.rooms);
    let free = rooms.filter(|room| !taken.contains(&room.as_str())).cloned().collect();
    propose(&hotel, request, &free)
}

fn split(placement: &Placement) -> String {
    let room = |it: &ProposedRoom| {
        let Occupancy { adults, children_6_10, children_0_5 } = it.room.guests;
        format!("{}:{adults}/{children_6_10}/{children_0_5}", it.room.room_type)
    };
    placement.rooms.iter().map(room).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_seeds_two_examples() {
    let juniors = RoomsWish::OneType { room_type: id("Junior"), rooms: Some(3) };
    let proposal = run(&request(8, &[], juniors, Objective::Even), &[]).expect("a proposal");
    assert_eq!(split(&proposal.placement), "Junior:3/0/0 Junior:3/0/0 Junior:2/0/0");
    assert_eq!(proposal.placement.total().to_string(), "690.00");
    assert!(proposal.is_optimal);
    let familiars = RoomsWish::Types(vec![(id("Familiar"), 2)]);
    let proposal = run(&request(6, &[7, 8], familiars, Objective::Even), &[]).expect("a proposal");
    assert_eq!(split(&proposal.placement), "Familiar:3/1/0 Familiar:3/1/0");
}

#[test]
fn children_of_5_6_10_and_11_pay_as_their_band_says() {
    let family = RoomsWish::OneType { room_type: id("Familiar"), rooms: Some(1) };
    let proposal = run(&request(2, &[5, 6, 10, 11], family, Objective::Even), &[]).expect("a proposal");
    assert_eq!(split(&proposal.placement), "Familiar:3/2/1");
    assert_eq!(proposal.placement.total().to_string(), "345.00", "3 x 86.25 + 2 x 43.125");
}

#[test]
fn a_split_is_checked_and_not_changed() {
    let wish = |room_type: &str, adults| RoomWish {
        room_type: id(room_type),
        guests: Occupancy { adults, ..Occupancy::default() },
        extra_beds: None,
    };
    let given = RoomsWish::Split(vec![wish("Junior", 1), wish("Junior", 4), wish("Familiar", 3)]);
    let proposal = run(&request(8, &[], given.clone(), Objective::Even), &[]).expect("a proposal");
    assert_eq!(split(&proposal.placement), "Junior:1/0/0 Junior:4/0/0 Familiar:3/0/0");
    assert!(!proposal.is_optimal);
    assert_eq!(proposal.placement.rooms[1].room.extra_beds, 1);
    assert!(!proposal.alternatives.is_empty());
    let seven = run(&request(7, &[], given.clone(), Objective::Even), &[]);
    assert_eq!(seven.map_err(|p| p.fields()[0].field.clone()).map(|_| ()), Err("split".to_owned()));
    let taken = run(&request(8, &[], given, Objective::Even), &["54", "56", "57", "58"]);
    assert!(matches!(taken, Err(Problem::NoAvailability { shortages }) if shortages[0].free == 1));
}

#[test]
fn what_is_wrong_with_a_split_is_named_as_it_was_sent() {
    let wish = |room_type: &str, (adults, children_6_10)| RoomWish {
        room_type: id(room_type),
        guests: Occupancy { adults, children_6_10, ..Occupancy::default() },
        extra_beds: None,
    };
    for (second, code, field, detail) in [
        (("Junior", (0, 1)), "child_alone", "split[1].adults", "split[1] has children without an adult."),
        (
            ("Junior", (5, 0)),
            "over_capacity",
            "split[1]",
            "split[1] does not fit: a room of type Junior takes 3 adults, 2 children and 4 guests, and 1 extra beds \
             (at most 4 guests).",
        ),
        (
            ("Suite", (2, 0)),
            "invalid",
            "split[1].bungalow_type",
            "split[1].bungalow_type must be one of: Junior, Familiar.",
        ),
    ] {
        let (room_type, guests) = second;
        let given = RoomsWish::Split(vec![wish("Junior", (2, 0)), wish(room_type, guests)]);
        let refused = run(&request(2, &[], given, Objective::Even), &[]).map(|_| ()).expect_err(code);
        let fields: Vec<String> = refused.fields().into_iter().map(|it| it.field).collect();
        assert_eq!(
            (refused.code(), fields, refused.detail()),
            (code, vec![field.to_owned()], detail.to_owned())
        );
    }
}

#[test]
fn the_impossible_says_what_stops_it_and_what_is_nearest() {
    let detail = |result: Result<Proposal, Problem>| result.map(|_| ()).map_err(|p| (p.code(), p.detail()));
    let juniors = |rooms| RoomsWish::OneType { room_type: id("Junior"), rooms: Some(rooms) };
    assert_eq!(
        detail(run(&request(8, &[], juniors(3), Objective::Even), &["54", "56", "57"])),
        Err((
            "no_availability",
            "Too few rooms are free for the whole stay: 3 of type Junior asked, 2 free.".to_owned()
        ))
    );
    assert_eq!(
        detail(run(&request(8, &[], juniors(1), Objective::Even), &[])),
        Err((
            "over_capacity",
            "The party does not fit: 1 rooms are too few, 2 are needed; the nearest possible is 2 Junior for \
             all 8 guests (at most 4 guests)."
                .to_owned()
        ))
    );
    assert_eq!(
        detail(run(
            &request(9, &[], RoomsWish::Types(vec![(id("Junior"), 2)]), Objective::Even),
            &[]
        )),
        Err((
            "over_capacity",
            "The party does not fit: the 2 rooms asked for cannot hold 9 guests; the nearest possible is 3 Junior \
             for all 9 guests (at most 8 guests)."
                .to_owned()
        ))
    );
    assert_eq!(
        detail(run(&request(2, &[], RoomsWish::Any { rooms: Some(3) }, Objective::Even), &[]))
            .map_err(|e| e.0),
        Err("invalid")
    );
    // Told by the field that says how many rooms it is to be.
    let two = |wish| {
        run(&request(2, &[], wish, Objective::Even), &[])
            .map(|_| ())
            .map_err(|it| it.fields()[0].field.clone())
    };
    assert_eq!(two(RoomsWish::Any { rooms: Some(3) }), Err("rooms".to_owned()));
    assert_eq!(two(juniors(3)), Err("rooms".to_owned()));
    assert_eq!(two(RoomsWish::Types(vec![(id("Junior"), 3)])), Err("bungalow_types".to_owned()));
}

#[test]
fn a_type_without_a_rate_is_left_out_or_named() {
    let mut parts = fixtures::demo_parts();
    let rows =
        parts.tariff.rows().iter().filter(|row| row.room_type != crate::tariff::Match::Only(id("Junior")));
    parts.tariff = crate::tariff::Tariff::new(rows.cloned().collect()).expect("a tariff");
    let hotel = Property::new(parts).expect("a hotel");
    let free = hotel.room_types.iter().flat_map(|t| &t.rooms).cloned().collect();
    let any = request(2, &[], RoomsWish::Any { rooms: None }, Objective::Even);
    let proposal = propose(&hotel, &any, &free).expect("the other type has rates");
    assert_eq!(proposal.left_out, [(id("Junior"), "2025-08-23".parse().expect("a date"))]);
    let named = RoomsWish::OneType { room_type: id("Junior"), rooms: None };
    let missing = propose(&hotel, &request(2, &[], named, Objective::Even), &free);
    assert!(matches!(missing, Err(Problem::RateMissing { .. })));
    let mut parts = fixtures::demo_parts();
    parts.tariff = crate::tariff::Tariff::default();
    let hotel = Property::new(parts).expect("a hotel without prices");
    let missing = propose(&hotel, &any, &free);
    assert!(matches!(missing, Err(Problem::RateMissing { .. })), "no type has a rate: {missing:?}");
}
