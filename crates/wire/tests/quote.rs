//! Requests for quotes, good and bad, and how their answers are written.

use chrono::NaiveDate;
use posada_core::booking::request::RequestedRoom;
use posada_core::distribute::Objective;
use posada_core::fixtures;
use posada_core::ids::{Millis, PackageId, RoomTypeId};
use posada_core::party::Occupancy;
use posada_core::price::price_room;
use posada_core::problem::Problem;
use posada_core::proposal::{QuoteRequest, RoomsWish};
use posada_wire::number::Amount;
use posada_wire::proposal::{AlternativeView, LeftOutView, QuoteAnswer, RoomView};
use posada_wire::quote::read_quote_request;
use posada_wire::stay::stay_of_query;
use posada_wire::stored::to_text;
use posada_wire::time::Timestamp;
use serde_json::{Value, json};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 8, 20).expect("a date")
}

fn read(changes: Value) -> Result<QuoteRequest, Problem> {
    let mut body = json!({
        "check_in_date": "2025-08-23", "check_out_date": "2025-08-24", "package_type": "Hospedaje",
        "party": {"adults": 8, "children_0_5": 0, "children_6_10": 0},
    });
    let (Some(members), Value::Object(changes)) = (body.as_object_mut(), changes) else { panic!("objects") };
    members.extend(changes);
    read_quote_request(body.to_string().as_bytes(), today())
}

#[track_caller]
fn check(changes: Value, expected: &[&str]) {
    match read(changes.clone()) {
        Err(Problem::Invalid { fields }) => {
            let found: Vec<String> = fields.iter().map(|f| format!("{}: {}", f.field, f.message)).collect();
            assert_eq!(found, expected, "{changes}");
        }
        other => panic!("faults of fields, not {other:?}"),
    }
}

fn room(room_type: &str, adults: u16, children_0_5: u16, children_6_10: u16) -> Value {
    json!({
        "bungalow_type": room_type, "adults": adults, "children_0_5": children_0_5, "children_6_10": children_6_10,
    })
}

#[test]
fn wishes_about_the_rooms_are_told_apart() {
    let junior = RoomTypeId::parse("Junior").expect("an id");
    let wish = |changes| read(changes).expect("a request").wish;
    assert_eq!(wish(json!({})), RoomsWish::Any { rooms: None });
    assert_eq!(wish(json!({"rooms": 3, "split": null})), RoomsWish::Any { rooms: Some(3) });
    assert_eq!(
        wish(json!({"rooms": 3, "bungalow_type": "Junior"})),
        RoomsWish::OneType { room_type: junior.clone(), rooms: Some(3) }
    );
    let counts = json!({"bungalow_types": [{"bungalow_type": "Junior", "count": 2}]});
    assert_eq!(wish(counts), RoomsWish::Types(vec![(junior, 2)]));
    let split = wish(json!({"split": [room("Junior", 4, 0, 0), room("Familiar", 4, 0, 0)]}));
    assert!(matches!(split, RoomsWish::Split(rooms) if rooms.len() == 2));
    assert_eq!(read(json!({"objective": "fewest_rooms"})).map(|r| r.objective), Ok(Objective::FewestRooms));
    assert_eq!(read(json!({})).map(|r| r.objective), Ok(Objective::Even));
}

#[test]
fn parties_are_counted_by_band_or_by_age() {
    let party = |party: Value| read(json!({"party": party})).expect("a request").party;
    assert_eq!(party(json!({"adults": 2})).occupancy(), Occupancy { adults: 2, ..Occupancy::default() });
    // Nobody said twice is nobody: models fill in every member.
    let nobody = json!({"adults": 2, "children_0_5": 0, "children_6_10": 0, "children": []});
    assert_eq!(party(nobody), party(json!({"adults": 2})));
    let both = json!({"adults": 2, "children_0_5": 0, "children_6_10": 0, "children": [4]});
    assert_eq!(party(both), party(json!({"adults": 2, "children": [4]})));
    let aged = party(json!({"adults": 2, "children": [0, 5, 6, 10, 11.0]}));
    assert_eq!(aged.occupancy(), Occupancy { adults: 3, children_6_10: 2, children_0_5: 2 });
    assert_eq!(aged.guardians(), 2);
    let split = read(json!({"party": null, "split": [room("Familiar", 3, 0, 1)]})).expect("a request");
    assert_eq!(split.party.occupancy(), Occupancy { adults: 3, children_6_10: 1, children_0_5: 0 });
}

#[test]
fn every_fault_is_named() {
    check(
        json!({"check_in_date": "2025-08-19", "package_type": "", "party": {"adults": 0}, "objective": "best"}),
        &[
            "check_in_date: check-in must not be in the past",
            "package_type: is required",
            "party.adults: must be at least 1",
            "objective: must be one of: even, cheapest, fewest_rooms",
        ],
    );
    check(json!({"party": null}), &["party: is required"]);
    check(json!({"party": {"children": [3]}}), &["party.adults: is required"]);
    check(json!({"party": {"adults": 60, "children_0_5": 1}}), &["party: must have at most 60 guests"]);
    check(
        json!({"party": {"adults": 2, "children": [3], "children_0_5": 1}}),
        &["party.children: cannot be sent together with children_0_5 and children_6_10"],
    );
    check(
        json!({"party": {"adults": 2, "children": [3, 18]}}),
        &["party.children[1]: a child's age is 0 to 17; an older guest is an adult"],
    );
    check(
        json!({"party": {"adults": 2, "children": [3, "4", null]}}),
        &["party.children[1]: must be a whole number from 0 to 120", "party.children[2]: is required"],
    );
    check(json!({"party": {"adults": 2, "babies": 1}}), &["party.babies: is not a known field here"]);
    check(json!({"rooms": 0}), &["rooms: must be a whole number from 1 to 20"]);
    check(json!({"rooms": 21}), &["rooms: must be a whole number from 1 to 20"]);
    check(
        json!({"rooms": 2, "split": [room("Junior", 8, 0, 0)]}),
        &["split: cannot be sent together with rooms"],
    );
    check(
        json!({"bungalow_type": "Junior", "bungalow_types": [{"bungalow_type": "Junior", "count": 1}]}),
        &["bungalow_types: cannot be sent together with bungalow_type"],
    );
    check(json!({"bungalow_types": []}), &["bungalow_types: must have at least one type"]);
    check(
        json!({"bungalow_types": [{"bungalow_type": "Junior", "count": 11}, {"bungalow_type": "Junior", "count": 11}]}),
        &[
            "bungalow_types[1].bungalow_type: is named a second time",
            "bungalow_types: must have at most 20 rooms together",
        ],
    );
    check(json!({"split": []}), &["split: must have at least one room"]);
    let alone = json!({"party": null, "split": [room("Junior", 0, 1, 0), room("Junior", 0, 0, 0)]});
    check(alone, &["split[0].adults: must be at least 1"]);
    let many = vec![room("Junior", 4, 0, 0); 16];
    check(json!({"party": null, "split": many}), &["split: must have at most 60 guests"]);
    check(
        json!({"split": [room("Junior", 3, 0, 0)]}),
        &["split: must place exactly the guests of the party"],
    );
    check(
        json!({"split": [{"adults": 8}]}),
        &[
            "split[0].bungalow_type: is required",
            "split[0].children_0_5: is required",
            "split[0].children_6_10: is required",
        ],
    );
}

#[test]
fn dates_of_a_query_are_read_alike() {
    assert!(stay_of_query(Some("2025-08-23"), Some("2025-08-24"), today()).is_ok());
    let fields = |check_in, check_out| {
        let problem = stay_of_query(check_in, check_out, today()).expect_err("wrong dates");
        problem.fields().into_iter().map(|fault| fault.field).collect::<Vec<_>>()
    };
    assert_eq!(fields(None, Some("x")), ["check_in_date", "check_out_date"]);
    assert_eq!(fields(Some("2025-08-19"), Some("2025-08-24")), ["check_in_date"]);
    assert_eq!(fields(Some("2025-08-23"), Some("2025-08-23")), ["check_out_date"]);
}

#[test]
fn answers_are_written_as_the_contract_says() {
    let hotel = fixtures::demo();
    let package = PackageId::parse("Hospedaje").expect("an id");
    let stay = read(json!({})).expect("a request").stay;
    let room = RequestedRoom {
        room_type: RoomTypeId::parse("Familiar").expect("an id"),
        guests: Occupancy { adults: 3, children_6_10: 1, children_0_5: 0 },
        extra_beds: 0,
    };
    let price =
        price_room(&hotel.tariff, &room.room_type, &package, &stay, &room.guests, 0).expect("a price");
    let rooms = vec![RoomView::new(&room, &price)];
    let answer = QuoteAnswer {
        objective: Objective::Even,
        optimal: true,
        rooms: rooms.clone(),
        total_amount: Amount(price.amount()),
        currency: "USD".to_owned(),
        alternatives: vec![AlternativeView {
            objective: Objective::FewestRooms,
            rooms,
            total_amount: Amount(price.amount()),
            quote: "b".to_owned(),
        }],
        quote: "a".to_owned(),
        expires_at: Timestamp(Millis(1_756_015_199_999)),
        left_out: Some(vec![LeftOutView { bungalow_type: room.room_type.clone(), night: today() }]),
        customer_message: None,
    };
    let view = json!({
        "bungalow_type": "Familiar", "adults": 3, "children_0_5": 0, "children_6_10": 1, "extra_beds": 0,
        "nights": [{"date": "2025-08-23", "amount": 301.88}], "amount": 301.88,
    });
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&to_text(&answer)).expect("JSON"),
        json!({
            "objective": "even", "optimal": true, "rooms": [view], "total_amount": 301.88, "currency": "USD",
            "alternatives": [{
                "objective": "fewest_rooms", "rooms": [view], "total_amount": 301.88, "quote": "b",
            }],
            "quote": "a", "expires_at": "2025-08-24T05:59:59Z",
            "left_out": [{"bungalow_type": "Familiar", "night": "2025-08-20"}],
        })
    );
}
