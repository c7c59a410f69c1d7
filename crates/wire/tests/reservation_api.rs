//! What the reservation API's answers mean: "no" is not "don't know", and nothing that it sends makes us fail.

use posada_core::booking::effect::{Failure, Reservation, RoomOrder};
use posada_core::booking::request::{Guest, RequestedRoom};
use posada_core::ids::{
    BookingId, LineNo, Millis, PackageId, Reference, ReservationCode, RoomNumber, RoomTypeId,
};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::sorted::Set;
use posada_core::stay::Stay;
use posada_wire::reservation_api::{
    ANSWER_BYTES_MAX, ApiCapabilities, LIST_BYTES_MAX, ListedRoom, Reply, is_deployment_fault, known_rooms,
    order_text, read_booked, read_cancelled, read_found, read_free, read_page, retry_after_ms,
};
use posada_wire::settings::read_settings;
use proptest::prelude::*;

const NOW: Millis = Millis(1_795_629_600_000);

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, retry_after: None, body: body.as_bytes().to_vec() }
}

fn room(name: &str) -> RoomNumber {
    RoomNumber::parse(name).expect("a room")
}

fn reservation(code: &str, name: &str) -> Reservation {
    Reservation { code: ReservationCode::parse(code).expect("a code"), room: room(name) }
}

type Booked = Result<Reservation, Failure<String>>;

/// What an answer to an order of room 54 means.
fn booked(status: u16, body: &str) -> Booked {
    read_booked(&reply(status, body), Some(&room("54")), NOW)
}

fn refused<T>(words: &str) -> Result<T, Failure<String>> {
    Err(Failure::Refused(words.to_owned()))
}

const UNKNOWN: Booked = Err(Failure::Unknown);
const YES: &str = r#"{"success": true, "reserva": "26181", "room_number": "54"}"#;
const NO: &str = r#"{"success": false, "error": "the room is taken"}"#;

#[test]
fn a_yes_is_believed_as_it_was_agreed() {
    for body in [
        YES,
        r#"{"success": true, "reserva": 26181, "room_number": 54}"#,
        r#"{"success": true, "reserva": "26181", "number": "54", "more": [1, {"a": null}]}"#,
        r#"{"number": 54, "room_number": "54", "reserva": "26181", "success": true}"#,
        r#"{"success": true, "reserva": "26181"}"#,
        r#"{"success": true, "reserva": "26181", "room_number": null}"#,
    ] {
        assert_eq!(booked(200, body), Ok(reservation("26181", "54")), "{body}");
        assert_eq!(booked(201, body), Ok(reservation("26181", "54")), "{body}");
    }
    let other = r#"{"success": true, "reserva": "26181", "room_number": "56"}"#;
    assert_eq!(booked(200, other), Ok(reservation("26181", "56")), "the answer names the room really booked");
}

#[test]
fn an_api_that_chooses_rooms_must_say_which() {
    let unnamed = reply(200, r#"{"success": true, "reserva": "26181"}"#);
    assert_eq!(read_booked(&unnamed, None, NOW), Err(Failure::Unknown));
    assert_eq!(read_booked(&reply(200, YES), None, NOW), Ok(reservation("26181", "54")));
}

#[test]
fn a_no_is_believed_with_four_statuses() {
    for status in [200, 404, 409, 422] {
        assert_eq!(booked(status, NO), refused("the room is taken"), "{status}");
        assert_eq!(booked(status, r#"{"success": false}"#), refused("no reason was given"));
    }
    for status in [100, 199, 201, 204, 300, 302, 400, 401, 403, 405, 410, 418, 500, 502, 503, 599] {
        assert_eq!(booked(status, NO), UNKNOWN, "{status}");
    }
    let long = format!(r#"{{"success": false, "error": "{}\n{}"}}"#, "a".repeat(200), "b".repeat(200));
    let words = format!("{} {}", "a".repeat(200), "b".repeat(99));
    assert_eq!(booked(200, &long), refused(&words));
}

#[test]
fn whatever_is_not_as_agreed_says_nothing() {
    for body in [
        "",
        " ",
        "null",
        "true",
        "[]",
        "{}",
        "OK",
        "<html>Bad gateway</html>",
        "{\"success\": true, \"reserva\": \"26181\", \"room_number\": \"5",
        r#"{"success": true}"#,
        r#"{"success": "true", "reserva": "26181", "room_number": "54"}"#,
        r#"{"success": 1, "reserva": "26181", "room_number": "54"}"#,
        r#"{"success": null, "reserva": "26181", "room_number": "54"}"#,
        r#"{"reserva": "26181", "room_number": "54"}"#,
        r#"{"success": true, "reserva": "", "room_number": "54"}"#,
        r#"{"success": true, "reserva": null, "room_number": "54"}"#,
        r#"{"success": true, "reserva": "26,181", "room_number": "54"}"#,
        r#"{"success": true, "reserva": "123456789012345678901", "room_number": "54"}"#,
        r#"{"success": true, "reserva": 26181.5, "room_number": "54"}"#,
        r#"{"success": true, "reserva": ["26181"], "room_number": "54"}"#,
        r#"{"success": true, "reserva": "26181", "room_number": ""}"#,
        r#"{"success": true, "reserva": "26181", "room_number": {"number": "54"}}"#,
        r#"{"success": true, "reserva": "26181", "room_number": "54", "number": "56"}"#,
        r#"{"success": true, "reserva": "26181", "reserva": "26182", "room_number": "54"}"#,
        r#"{"success": true, "success": false, "reserva": "26181", "room_number": "54"}"#,
        r#"[{"success": true, "reserva": "26181", "room_number": "54"}]"#,
        r#"{"success": true, "reserva": "26181", "room_number": "54"} {"success": true}"#,
    ] {
        assert_eq!(booked(200, body), UNKNOWN, "{body}");
    }
    for status in [202, 301, 302, 307, 400, 401, 403, 404, 409, 422, 500, 503] {
        let meaning = booked(status, YES);
        let expected = if status == 202 { Ok(reservation("26181", "54")) } else { UNKNOWN };
        assert_eq!(meaning, expected, "{status}");
    }
    let huge = format!("{YES}{}", " ".repeat(ANSWER_BYTES_MAX));
    assert_eq!(booked(200, &huge), UNKNOWN);
}

#[test]
fn too_many_requests_is_certainly_not_done() {
    let after = |header: Option<&str>| {
        let answer = Reply { retry_after: header.map(str::to_owned), ..reply(429, YES) };
        match read_booked(&answer, Some(&room("54")), NOW) {
            Err(Failure::Retryable { after_ms }) => after_ms,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(after(None), None);
    assert_eq!(after(Some("2")), Some(2_000));
    assert_eq!(after(Some(" 0 ")), Some(0));
    assert_eq!(after(Some("Wed, 25 Nov 2026 18:00:30 GMT")), Some(30_000));
    assert_eq!(after(Some("Wed, 25 Nov 2026 17:00:00 GMT")), Some(0), "it is over already");
    for bad in ["", "soon", "-5", "1.5", "Wed, 25 Nov"] {
        assert_eq!(after(Some(bad)), None, "{bad}");
    }
    assert_eq!(retry_after_ms(&"9".repeat(40), NOW), Some(24 * 3_600_000));
}

#[test]
fn a_look_up_finds_it_or_not_or_does_not_say() {
    let found = |status, body: &str| read_found(&reply(status, body), NOW);
    let with = |status: &str| {
        format!(r#"{{"success": true, "reserva": "26181", "room_number": "54", "status": {status}}}"#)
    };
    assert_eq!(found(200, &with("\"booked\"")), Ok(Some(reservation("26181", "54"))));
    assert_eq!(found(200, &with("\"cancelled\"")), Ok(None));
    assert_eq!(found(404, NO), Ok(None));
    for (status, body) in [
        (200, NO),
        (409, NO),
        (422, NO),
        (404, "<html>"),
        (404, "{}"),
        (404, r#"{"success": true}"#),
        (200, YES),
        (200, &with("\"pending\"")),
        (200, &with("true")),
        (200, r#"{"success": true, "reserva": "26181", "status": "booked"}"#),
        (200, r#"{"success": true, "status": "cancelled"}"#),
        (401, NO),
        (500, NO),
        (302, ""),
    ] {
        assert_eq!(found(status, body), Err(Failure::Unknown), "{status} {body}");
    }
}

#[test]
fn a_cancellation_is_done_or_refused_or_in_doubt() {
    let cancelled = |status, body| read_cancelled(&reply(status, body), NOW);
    assert_eq!(cancelled(200, r#"{"success": true}"#), Ok(()));
    assert_eq!(cancelled(404, NO), Ok(()), "there is none");
    assert_eq!(cancelled(200, NO), refused("the room is taken"));
    assert_eq!(cancelled(409, NO), refused("the room is taken"));
    for (status, body) in [(404, "not found"), (204, ""), (200, "{}"), (500, NO), (403, NO)] {
        assert_eq!(cancelled(status, body), Err(Failure::Unknown), "{status} {body}");
    }
}

#[test]
fn free_rooms_are_a_list_of_rooms_with_their_types() {
    let free = |status, body| read_free(&reply(status, body), NOW).map(|rooms| rooms.len());
    let two = r#"[{"room_number": "54", "bungalow_type": "Junior", "beds": 2}, {"number": 12, "bungalow_type": "F"}]"#;
    assert_eq!(free(200, two), Ok(2));
    assert_eq!(free(200, "[]"), Ok(0));
    for (status, body) in [
        (200, "{}"),
        (200, "[1]"),
        (200, r#"[{"room_number": "54"}]"#),
        (200, r#"[{"bungalow_type": "Junior"}]"#),
        (200, r#"[{"room_number": "54", "bungalow_type": "*"}]"#),
        (200, "["),
        (200, ""),
        (404, "[]"),
        (500, "[]"),
        (302, "[]"),
        (401, "[]"),
    ] {
        assert_eq!(free(status, body), Err(Failure::Unknown), "{status} {body}");
    }
    assert_eq!(free(429, "[]"), Err(Failure::Retryable { after_ms: None }));
    let long = format!("[{}]", " ".repeat(LIST_BYTES_MAX));
    assert_eq!(free(200, &long), Err(Failure::Unknown));
}

#[test]
fn pages_of_reservations_go_on_to_the_end() {
    let row = r#"{"reference": "a-0-1", "reserva": "26181", "room_number": "54", "status": "booked",
                  "made_at": "2026-11-25T18:00:00Z"}"#;
    let page = |body: String| read_page(&reply(200, &body), NOW);
    let first = page(format!(r#"{{"reservations": [{row}], "next": "x"}}"#)).expect("a page");
    assert_eq!((first.reservations.len(), first.next.as_deref()), (1, Some("x")));
    let it = &first.reservations[0];
    assert_eq!((it.reference.as_str(), it.is_booked, it.made_at), ("a-0-1", true, NOW));
    let last = page(format!(r#"{{"reservations": [{row}], "next": null}}"#)).expect("a page");
    assert_eq!(last.next, None);
    assert_eq!(page(r#"{"reservations": []}"#.to_owned()).map(|it| it.next), Ok(None));
    for bad in [
        r#"{"reservations": [{}], "next": null}"#.to_owned(),
        r#"{"next": null}"#.to_owned(),
        "[]".to_owned(),
        format!(r#"{{"reservations": [], "next": "{}"}}"#, "x".repeat(201)),
        format!(r#"{{"reservations": [{}], "next": null}}"#, vec![row; 501].join(",")),
        format!(r#"{{"reservations": [{}], "next": null}}"#, row.replace("booked", "gone")),
        format!(r#"{{"reservations": [{}], "next": null}}"#, row.replace("Z", "")),
    ] {
        assert_eq!(page(bad.clone()), Err(Failure::Unknown), "{bad}");
    }
}

#[test]
fn capabilities_are_declared_by_name() {
    let none = ApiCapabilities {
        idempotency: false,
        lookup: false,
        cancel: false,
        list: false,
        chooses_rooms: false,
    };
    assert_eq!(ApiCapabilities::parse(""), Ok(none));
    assert_eq!(ApiCapabilities::parse("idempotency,lookup,cancel,list"), Ok(ApiCapabilities::DEFAULT));
    let two = ApiCapabilities { lookup: true, chooses_rooms: true, ..none };
    assert_eq!(ApiCapabilities::parse(" chooses_rooms, lookup "), Ok(two));
    assert_eq!(ApiCapabilities::parse("lookup,cancle"), Err("cancle".to_owned()));
    assert!([400, 401, 403].into_iter().all(is_deployment_fault));
    assert!(![200, 302, 404, 409, 422, 429, 500].into_iter().any(is_deployment_fault));
}

fn order(method: PaymentMethod, instructions: Option<&str>) -> RoomOrder {
    let text = str::to_owned;
    RoomOrder {
        reference: Reference { booking: BookingId::from_bits(7), line: LineNo(2), generation: 1 },
        room: room("54"),
        requested: RequestedRoom {
            room_type: RoomTypeId::parse("Junior").expect("a type"),
            guests: Occupancy { adults: 3, children_6_10: 1, children_0_5: 2 },
            extra_beds: 1,
        },
        stay: Stay::new("2026-12-04".parse().expect("a date"), "2026-12-05".parse().expect("a date"))
            .expect("a stay"),
        package: PackageId::parse("Hospedaje").expect("a package"),
        amount: Money::from_mills(258_750),
        guest: Guest {
            customer_name: text("Ana \"Núñez\""),
            email: text("ana@example.com"),
            phone_number: text("+50370001234"),
            city: text("San Salvador"),
            dui_passport: text("01234567-8"),
            nationality: text("Salvadoreña"),
        },
        payment: PaymentRef::parse(method, "123456").expect("a reference"),
        payment_maker_name: text("Ana Núñez"),
        customer_instructions: instructions.map(str::to_owned),
    }
}

#[test]
fn an_order_says_all_that_was_agreed() {
    let written: serde_json::Value =
        serde_json::from_str(&order_text(&order(PaymentMethod::CompraClick, Some("cuna")), "USD"))
            .expect("JSON");
    let expected = serde_json::json!({
        "reference": "00000000000000000000000000000007-2-1", "room_number": "54", "bungalow_type": "Junior",
        "check_in_date": "2026-12-04", "check_out_date": "2026-12-05", "package_type": "Hospedaje",
        "adults": 3, "children_0_5": 2, "children_6_10": 1, "extra_beds": 1, "amount": 258.75, "currency": "USD",
        "customer_name": "Ana \"Núñez\"", "email": "ana@example.com", "phone_number": "+50370001234",
        "city": "San Salvador", "dui_passport": "01234567-8", "nationality": "Salvadoreña",
        "payment_method": "CompraClick", "authorization_number": "123456", "payment_maker_name": "Ana Núñez",
        "customer_instructions": "cuna",
    });
    assert_eq!(written, expected);
    let bank = order_text(&order(PaymentMethod::DepositoBac, None), "USD");
    assert!(bank.contains(r#""transfer_id":"123456""#), "{bank}");
    assert!(!bank.contains("authorization_number") && !bank.contains("customer_instructions"), "{bank}");
}

#[test]
fn a_room_that_the_settings_do_not_have_or_have_as_another_type_is_not_free() {
    let settings = read_settings(include_bytes!("../../../demo/hotel.json")).expect("the demo hotel");
    let listed = |all: &[(&str, &str)]| {
        let it = |(name, of): &(&str, &str)| ListedRoom {
            room: room(name),
            room_type: RoomTypeId::parse(of).expect("a type"),
        };
        let listed: Vec<ListedRoom> = all.iter().map(it).collect();
        let (known, contradicting) = known_rooms(&listed, &settings.property.room_types);
        let names =
            |rooms: &Set<RoomNumber>| rooms.iter().map(RoomNumber::as_str).collect::<Vec<_>>().join(" ");
        (names(&known), names(&contradicting))
    };
    let both = |known: &str, contradicting: &str| (known.to_owned(), contradicting.to_owned());
    assert_eq!(listed(&[("54", "Junior"), ("12", "Familiar"), ("99", "Junior")]), both("12 54", ""));
    assert_eq!(listed(&[("54", "Familiar"), ("56", "Junior")]), both("56", "54"));
    assert_eq!(listed(&[("54", "Junior"), ("54", "Suite"), ("54", "Junior")]), both("", "54"));
    assert_eq!(listed(&[]), both("", ""));
}

/// Bytes that are often nearly an answer.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"success\"",
        "\"reserva\"",
        "\"room_number\"",
        "\"number\"",
        "true",
        "false",
        "null",
        "26181",
        "1e999",
        "\"\\ud800\"",
        "\"\u{0}\"",
        "\"status\"",
        "\"booked\"",
        "\"reservations\"",
        "\"next\"",
        "\"made_at\"",
        "\"2026-11-25T18:00:00Z\"",
        "\"bungalow_type\"",
        "\"Junior\"",
        "\u{feff}",
        " ",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..300),
        prop::collection::vec(pieces, 0..60).prop_map(|all| all.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        status in 100_u16..600, header in prop::option::of(".{0,40}"), body in bytes()
    ) {
        let reply = Reply { status, retry_after: header, body };
        let _ = read_free(&reply, NOW);
        let _ = read_page(&reply, NOW);
        let _ = read_cancelled(&reply, NOW);
        // A question is never refused, and only three kinds of status say that something certainly is.
        prop_assert!(!matches!(read_found(&reply, NOW), Err(Failure::Refused(_))));
        match read_booked(&reply, None, NOW) {
            Ok(_) => prop_assert!((200..300).contains(&status)),
            Err(Failure::Refused(_)) => prop_assert!([200, 404, 409, 422].contains(&status)),
            Err(Failure::Retryable { .. }) => prop_assert_eq!(status, 429),
            Err(Failure::Unknown) => {}
        }
    }

    #[test]
    fn an_answer_cut_anywhere_says_nothing(cut in 1..YES.len()) {
        prop_assert_eq!(booked(200, &YES[..cut]), UNKNOWN);
    }

    #[test]
    fn what_is_booked_is_what_is_named(code in "[A-Z0-9]{1,20}", name in "[A-Z0-9]{1,20}") {
        let body = format!(r#"{{"success": true, "reserva": "{code}", "room_number": "{name}"}}"#);
        prop_assert_eq!(booked(200, &body), Ok(reservation(&code, &name)));
    }
}
