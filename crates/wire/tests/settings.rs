//! Settings documents with faults: each is named by its JSON pointer, all of them at once.

use posada_wire::settings::{Language, SETTINGS_BYTES_MAX, read_public, read_settings};
use proptest::prelude::*;
use serde_json::{Value, json};

const HOTEL: &str = include_str!("../../../demo/hotel.json");

/// The demo hotel with the value at each pointer replaced, or removed where the new value is the text `remove`.
fn hotel(changes: &[(&str, Value)]) -> Value {
    let mut document: Value = serde_json::from_str(HOTEL).expect("JSON");
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        match document.pointer_mut(parent).expect("a place in the document") {
            Value::Object(members) if *value == json!("remove") => drop(members.remove(name)),
            Value::Object(members) => drop(members.insert(name.to_owned(), value.clone())),
            Value::Array(entries) if name == "-" => entries.push(value.clone()),
            Value::Array(entries) => entries[name.parse::<usize>().expect("an index")] = value.clone(),
            other => panic!("{pointer} leads to {other}"),
        }
    }
    document
}

#[track_caller]
fn check(changes: &[(&str, Value)], expected: &[&str]) {
    let faults = read_settings(hotel(changes).to_string().as_bytes()).expect_err("there are faults");
    let found: Vec<String> = faults.iter().map(|f| format!("{} {}", f.pointer, f.message)).collect();
    assert_eq!(found, expected, "{changes:?}");
}

#[test]
fn documents_that_cannot_be_taken_in_are_one_fault() {
    let fault = |bytes: &[u8]| {
        let faults = read_settings(bytes).expect_err("no settings");
        assert_eq!(faults.len(), 1);
        format!("{} {}", faults[0].pointer, faults[0].message)
    };
    assert_eq!(fault(b"{"), " The body is not valid JSON: EOF while parsing an object at line 1 column 1.");
    assert_eq!(fault(b"[]"), " must be an object");
    assert_eq!(fault(br#"{"room_types": [{"id": "a", "id": "b"}]}"#), "/room_types/0/id is given twice");
    assert_eq!(fault(&vec![b' '; SETTINGS_BYTES_MAX + 1]), " The body is larger than 1048576 bytes.");
}

#[test]
fn every_fault_of_form_and_of_rule_is_named() {
    check(
        &[("/currency", json!("usd")), ("/colour", json!("red"))],
        &[
            "/colour is not a known field here",
            "/currency must be the ISO 4217 code of a currency with two decimals, such as USD",
        ],
    );
    check(
        &[("/id", json!("remove")), ("/name", json!(5)), ("/utc_offset_minutes", json!(-900))],
        &[
            "/id is required",
            "/name must be a text",
            "/utc_offset_minutes must be a whole number from -840 to 840",
        ],
    );
    check(&[("/languages", json!([]))], &["/languages must name at least one language"]);
    check(&[("/languages", json!(["es", "es"]))], &["/languages names a language twice"]);
    check(&[("/languages", json!(["es", "de"]))], &["/languages/1 must be \"es\" or \"en\""]);
    check(
        &[("/reservation_code_prefix", json!("H,R"))],
        &["/reservation_code_prefix must have at most 8 letters and digits"],
    );
    check(&[("/deposit_percent", json!(0))], &["/deposit_percent must be a whole number from 1 to 100"]);
    check(
        &[("/hold_ttl_ms", json!(1)), ("/wait_ms", json!("10 s"))],
        &[
            "/wait_ms must be a whole number from 0 to 9007199254740992",
            "/hold_ttl_ms must be 30000 to 86400000",
        ],
    );
    check(
        &[
            ("/phone_rooms_max", json!(0)),
            ("/client_rooms_max", json!(2_001)),
            ("/share_percent_max", json!(0)),
        ],
        &[
            "/share_percent_max must be a whole number from 1 to 100",
            "/phone_rooms_max must be 1 to 2000",
            "/client_rooms_max must be 1 to 2000",
        ],
    );
    check(
        &[("/codreser_length_max", json!(70_000))],
        &["/codreser_length_max must be a whole number from 0 to 65535"],
    );
}

#[test]
fn faults_of_room_types_are_named_by_their_place() {
    check(
        &[
            ("/room_types/0/id", json!("*")),
            ("/room_types/0/rooms/1", json!(56)),
            ("/room_types/0/max_adults", json!(0)),
            ("/room_types/0/name/en", json!("remove")),
            ("/room_types/1/rooms/2", json!("54")),
            ("/room_types/1/max_guests", json!("six")),
            ("/room_types/1/max_extra_beds", json!(21)),
            ("/room_types/1/sea_view", json!(true)),
        ],
        &[
            "/room_types/0/id holds a character that is not allowed",
            "/room_types/0/name/en is required",
            "/room_types/0/rooms/1 must be a text",
            "/room_types/1/max_guests must be a whole number from 0 to 65535",
            "/room_types/1/sea_view is not a known field here",
            "/room_types/0/max_adults must be 1 to 20",
            "/room_types/1/rooms/2 room 54 stands here a second time",
            "/room_types/1/max_extra_beds must be 0 to 20",
        ],
    );
    check(
        &[("/room_types/-", json!(1)), ("/room_types/1/id", json!("Junior"))],
        &["/room_types/2 must be an object", "/room_types/1/id names a type twice"],
    );
    check(
        &[("/room_types", json!([]))],
        &[
            "/tariff/0/room_type is not one of the hotel's room types",
            "/tariff/1/room_type is not one of the hotel's room types",
            "/room_types must have 1 to 16 types",
        ],
    );
    check(
        &[("/room_types/0/packages", json!([])), ("/room_types/1/packages", json!(["Otro"]))],
        &[
            "/room_types/0/packages must name at least one package, or be left out for all of them",
            "/room_types/1/packages/0 is not one of the hotel's packages",
        ],
    );
    check(&[("/packages/1", json!("Hospedaje"))], &["/packages names a package twice"]);
}

#[test]
fn faults_of_the_tariff_are_named_by_the_documents_rows() {
    let row = |changes: Value| {
        let mut row = hotel(&[]).pointer("/tariff/0").expect("a row").clone();
        let (Some(members), Value::Object(changes)) = (row.as_object_mut(), changes) else {
            panic!("objects")
        };
        members.extend(changes);
        row
    };
    check(
        &[
            ("/tariff/0/adult", json!(86.25)),
            (
                "/tariff/-",
                row(json!({"weekdays": ["fri", "sat"], "extra_bed": "25.0001", "from": "2025-02-30"})),
            ),
            (
                "/tariff/-",
                row(json!({"weekdays": [], "room_type": "Suite", "package": "", "breakfast": "0"})),
            ),
            ("/tariff/-", row(json!({"room_type": "Suite", "package": "Otro"}))),
            ("/tariff/-", json!("*")),
        ],
        &[
            "/tariff/0/adult must be a decimal number as a text, such as \"43.125\"",
            "/tariff/2/from must be a date such as 2025-08-23",
            "/tariff/2/extra_bed must have at most 3 decimals",
            "/tariff/3/package is required",
            "/tariff/3/weekdays must be \"*\" or a list of mon, tue, wed, thu, fri, sat, sun",
            "/tariff/3/breakfast is not a known field here",
            "/tariff/4/room_type is not one of the hotel's room types",
            "/tariff/4/package is not one of the hotel's packages",
            "/tariff/5 must be an object",
        ],
    );
    // Row 0 cannot be read, so the core sees fewer rows than the document has.
    check(
        &[
            ("/tariff/0/room", json!(null)),
            ("/tariff/-", row(json!({"room_type": "Familiar"}))),
            ("/tariff/-", row(json!({"to": "2024-12-31"}))),
        ],
        &[
            "/tariff/0/room is required",
            "/tariff/2 is as specific as /tariff/1 and matches some of the same nights",
            "/tariff/3/to must not be before from",
        ],
    );
    for wrong in
        [json!("fri"), json!(["fri", "fri"]), json!(["Friday"]), json!([1]), json!({"fri": true}), json!(5)]
    {
        check(
            &[("/tariff/0/weekdays", wrong)],
            &["/tariff/0/weekdays must be \"*\" or a list of mon, tue, wed, thu, fri, sat, sun"],
        );
    }
}

#[test]
fn what_has_a_default_may_be_left_out_or_set() {
    let changes = [
        ("/languages", json!(["en"])),
        ("/room_types/0/name/es", json!("remove")),
        ("/reservation_code_prefix", json!("")),
        ("/deposit_percent", json!(50)),
        ("/reception_contact", json!("+503 2200 0000")),
        ("/wait_ms", json!(0)),
        ("/tariff/0/weekdays", json!(["sat", "sun"])),
        ("/room_types/1/packages", json!(["Hospedaje"])),
    ];
    let settings = read_settings(hotel(&changes).to_string().as_bytes()).expect("right settings");
    let (policy, types) = (&settings.property.policy, &settings.property.room_types);
    assert_eq!(settings.languages, [Language::En]);
    assert_eq!(types[0].name.es, "Junior bungalow", "the language that is there stands in");
    assert_eq!(policy.reservation_code_prefix, "");
    assert_eq!((policy.deposit_percent, policy.wait_ms), (50, 0));
    assert_eq!(policy.reception_contact.as_deref(), Some("+503 2200 0000"));
    assert_eq!(types[1].packages.as_ref().map(Vec::len), Some(1));
    let plain = read_settings(hotel(&[]).to_string().as_bytes()).expect("right settings");
    assert_ne!(settings.tariff_version, plain.tariff_version);
}

proptest! {
    #[test]
    fn no_change_of_the_document_makes_it_panic(
        place in prop::sample::select(vec![
            "/id", "/languages", "/room_types", "/room_types/0", "/room_types/0/rooms", "/room_types/0/name",
            "/packages", "/packages/0", "/tariff", "/tariff/0", "/tariff/0/weekdays", "/tariff/1/from", "/wait_ms",
        ]),
        value in prop::sample::select(vec![
            json!(null), json!(1), json!(-1e300), json!("x"), json!([]), json!({}), json!([[]]), json!([null]),
            json!([{}]), json!(["mon", "x"]), json!("9999-12-31"), json!("0000-01-01"), json!(true),
        ]),
    ) {
        let document = hotel(&[(place, value)]).to_string();
        let _ = read_settings(document.as_bytes());
        let _ = read_public(document.as_bytes());
    }
}
