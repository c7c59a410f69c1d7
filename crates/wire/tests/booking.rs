//! Bodies of bookings, good and bad, in both forms and from every caller.

use chrono::NaiveDate;
use posada_core::fixtures;
use posada_core::problem::Problem;
use posada_wire::booking::{read_booking, read_make_booking};
use posada_wire::canonical::{body_fingerprint, content_fingerprint, intent_fingerprint};
use posada_wire::command::{BookingCommand, Caller, Context, Form, PhoneSource};
use proptest::prelude::*;
use serde_json::{Value, json};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 8, 20).expect("a date")
}

/// A stand-in for the core's phone table: one country, eight digits.
fn phone(source: PhoneSource<'_>) -> Result<String, String> {
    let digits: String = match source {
        PhoneSource::WaId(id) => id.as_str().strip_prefix("503").unwrap_or_default().to_owned(),
        PhoneSource::Number(text) => text.chars().filter(char::is_ascii_digit).collect(),
    };
    if digits.len() == 8 { Ok(format!("+503{digits}")) } else { Err("must be a phone number".to_owned()) }
}

fn read(tool: bool, caller: Caller, body: &Value) -> Result<BookingCommand, Problem> {
    let property = fixtures::demo();
    let context = Context { caller, property: &property, today: today(), phone: &phone };
    let bytes = body.to_string();
    if tool {
        read_make_booking(bytes.as_bytes(), &context)
    } else {
        read_booking(bytes.as_bytes(), &context)
    }
}

fn guest() -> Value {
    json!({
        "customer_name": "María López", "email": "maria@example.com", "phone_number": "7000 1234",
        "city": "San Salvador", "dui_passport": "01234567-8", "nationality": "Salvadoreña",
        "check_in_date": "2025-08-23", "check_out_date": "2025-08-24", "package_type": "Hospedaje",
        "payment_method": "CompraClick", "authorization_number": "123456", "payment_maker_name": "María López",
        "payment_evidence": {"amount": 690, "date": "2025-08-19"}, "wa_id": "50370001234",
    })
}

fn with(mut body: Value, changes: Value) -> Value {
    let (Some(members), Value::Object(changes)) = (body.as_object_mut(), changes) else { panic!("objects") };
    members.extend(changes);
    body
}

fn line(adults: u16) -> Value {
    json!({"bungalow_type": "Junior", "adults": adults, "children_0_5": 0, "children_6_10": 0})
}

fn many() -> Value {
    with(guest(), json!({"bookings": [line(3), line(3), line(2)]}))
}

fn single() -> Value {
    with(guest(), line(2))
}

#[track_caller]
fn faults(result: Result<BookingCommand, Problem>) -> Vec<String> {
    match result {
        Err(Problem::Invalid { fields }) => {
            fields.into_iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect()
        }
        other => panic!("faults of fields, not {other:?}"),
    }
}

/// Changes of a good body for the public and the faults that they make.
#[track_caller]
fn check(changes: Value, expected: &[&str]) {
    assert_eq!(faults(read(false, Caller::Public, &with(many(), changes.clone()))), expected, "{changes}");
}

#[test]
fn a_good_body_is_a_command() {
    let command = read(false, Caller::Public, &many()).expect("a booking");
    assert_eq!(command.guest.phone_number, "+50370001234");
    let rooms = command.check(&fixtures::demo(), today()).expect("rooms");
    let adults: Vec<u16> = rooms.iter().map(|room| room.guests.adults).collect();
    assert_eq!(adults, [3, 3, 2]);
    let request = command.into_request(rooms);
    assert_eq!(request.payment.payment.reference, "123456");
    assert_eq!(request.payment.amount, None);
}

#[test]
fn everything_that_is_missing_is_named_at_once_and_in_order() {
    assert_eq!(
        faults(read(false, Caller::Public, &json!({}))),
        [
            "customer_name: is required",
            "email: is required",
            "phone_number: is required where there is no wa_id",
            "city: is required",
            "dui_passport: is required",
            "nationality: is required",
            "check_in_date: is required",
            "check_out_date: is required",
            "package_type: is required",
            "bookings: must have at least one room",
            "payment_method: is required",
            "payment_evidence: is required",
            "payment_maker_name: is required",
        ]
    );
    let names: Vec<String> = faults(read(true, Caller::Assistant, &json!({"bungalow_type": "Junior"})));
    assert!(names.contains(&"wa_id: is required".to_owned()), "{names:?}");
    assert!(names.contains(&"adults: is required".to_owned()), "{names:?}");
    assert!(!names.iter().any(|name| name.starts_with("payment_evidence")), "{names:?}");
}

#[test]
fn every_field_says_what_is_wrong_with_it() {
    check(json!({"customer_name": 5}), &["customer_name: must be a text"]);
    check(json!({"customer_name": " "}), &["customer_name: is required"]);
    check(json!({"customer_name": "x".repeat(121)}), &["customer_name: must have at most 120 characters"]);
    check(json!({"email": "maria@"}), &["email: must be an e-mail address such as ana@example.com"]);
    check(json!({"check_in_date": "23/08/2025"}), &["check_in_date: must be a date such as 2025-08-23"]);
    check(json!({"check_out_date": "2025-08-23"}), &["check_out_date: check-out must be after check-in"]);
    check(json!({"check_out_date": "2025-12-01"}), &["check_out_date: a stay has at most 30 nights"]);
    check(json!({"package_type": "*"}), &["package_type: holds a character that is not allowed"]);
    check(json!({"payment_method": "Visa"}), &["payment_method: must be one of: CompraClick, Depósito BAC"]);
    check(json!({"authorization_number": null}), &["authorization_number: is required"]);
    check(json!({"authorization_number": 123456}), &["authorization_number: must be a text"]);
    check(
        json!({"authorization_number": "1' OR 1=1"}),
        &["authorization_number: must have 1 to 40 letters, digits, -, _, . or /"],
    );
    check(
        json!({"transfer_id": "9"}),
        &["transfer_id: does not belong to CompraClick; send authorization_number alone"],
    );
    check(
        json!({"payment_method": "Depósito BAC"}),
        &[
            "authorization_number: does not belong to Depósito BAC; send transfer_id alone",
            "transfer_id: is required",
        ],
    );
    check(json!({"payment_evidence": null}), &["payment_evidence: is required"]);
    check(json!({"payment_evidence": "690"}), &["payment_evidence: must be an object"]);
    check(
        json!({"payment_evidence": {"amount": 43.125, "day": 1}}),
        &[
            "payment_evidence.amount: must have at most 2 decimals",
            "payment_evidence.date: is required",
            "payment_evidence.day: is not a known field here",
        ],
    );
    check(json!({"payment_amount": 0}), &["payment_amount: must be more than 0"]);
    check(json!({"payment_amount": "690"}), &["payment_amount: must be a number such as 690 or 86.25"]);
    check(
        json!({"wa_id": "abc", "phone_number": null}),
        &["wa_id: must be the digits of an international number, such as 50370001234"],
    );
    check(json!({"wa_id": null, "phone_number": "12"}), &["phone_number: must be a phone number"]);
    check(json!({"wa_id": "4470001234", "phone_number": null}), &["wa_id: must be a phone number"]);
    check(json!({"claim": "xyz"}), &["claim: holds a character that is not allowed"]);
    check(json!({"follows": 1}), &["follows: must be a text"]);
    check(json!({"all_or_nothing": "yes"}), &["all_or_nothing: must be true or false"]);
    check(json!({"force_process": 1}), &["force_process: must be true or false"]);
    check(json!({"confirm_another": "yes"}), &["confirm_another: must be true or false"]);
    check(json!({"adults": 2}), &["adults: is not a known field here"]);
    check(
        json!({"price": 1, "room": "54"}),
        &["price: is not a known field here", "room: is not a known field here"],
    );
    check(json!({"bookings": "Junior"}), &["bookings: must be a list"]);
    check(json!({"bookings": vec![line(1); 21]}), &["bookings: must have at most 20 entries, not 21"]);
    check(
        json!({"bookings": [line(2), 7, {"bungalow_type": "Junior", "adults": -1, "children_0_5": 2.5, "beds": 1}]}),
        &[
            "bookings[1]: must be an object",
            "bookings[2].adults: must be a whole number from 0 to 60",
            "bookings[2].children_0_5: must be a whole number from 0 to 60",
            "bookings[2].children_6_10: is required",
            "bookings[2].beds: is not a known field here",
        ],
    );
}

#[test]
fn faults_against_the_settings_are_said_together_with_the_others() {
    check(
        json!({"email": null, "check_in_date": "2025-08-19", "bookings": [with(line(2), json!({"bungalow_type": "Suite"}))]}),
        &[
            "email: is required",
            "check_in_date: check-in must not be in the past",
            "bookings[0].bungalow_type: must be one of: Junior, Familiar",
        ],
    );
    let changes = json!({"bungalow_type": "Suite", "extra_beds": 1, "city": ""});
    let found = faults(read(true, Caller::Assistant, &with(single(), changes)));
    assert_eq!(found, ["city: is required", "bungalow_type: must be one of: Junior, Familiar"]);
}

#[test]
fn a_repetition_can_be_read_when_its_day_has_passed_or_the_settings_have_changed() {
    let body = with(many(), json!({"check_in_date": "2025-08-01", "check_out_date": "2025-08-02"}));
    let command = read(false, Caller::Public, &body).expect("well-formed");
    let found = command.check(&fixtures::demo(), today());
    assert_eq!(found.map_err(|problem| problem.fields()[0].field.clone()), Err("check_in_date".to_owned()));
    let body = with(single(), json!({"bungalow_type": "Suite", "package_type": "Otro"}));
    let command = read(true, Caller::Assistant, &body).expect("well-formed");
    let Err(problem) = command.check(&fixtures::demo(), today()) else { panic!("no such type") };
    let fields: Vec<String> = problem.fields().into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["package_type", "bungalow_type"], "named as the single form has them");
    for changes in [json!({"adults": 9}), json!({"adults": 0, "children_6_10": 1})] {
        let command = read(true, Caller::Assistant, &with(single(), changes)).expect("well-formed");
        let problem = command.check(&fixtures::demo(), today()).expect_err("they do not fit");
        assert!(!problem.detail().contains("bookings"), "{problem:?}");
    }
}

#[test]
fn a_booking_without_rooms_is_a_problem_of_its_own() {
    let missing = |tool, body: &Value| read(tool, Caller::Staff, body) == Err(Problem::MissingBooking);
    assert!(missing(true, &json!({})), "neither form, whatever else is missing");
    assert!(missing(true, &guest()));
    assert!(missing(true, &with(guest(), json!({"adults": 2}))), "the seed asks for the type");
    assert!(missing(true, &with(single(), json!({"bookings": []}))), "the list wins, and is empty");
    assert!(missing(false, &guest()));
    assert!(missing(false, &with(guest(), json!({"bookings": []}))));
}

#[test]
fn the_list_wins_over_the_single_form() {
    let both = with(single(), json!({"adults": "wrong", "bookings": [line(3), line(1)]}));
    let command = read(true, Caller::Assistant, &both).expect("the list");
    assert_eq!((command.form, command.wishes.len()), (Form::Many, 2));
    let command = read(true, Caller::Assistant, &single()).expect("the single form");
    assert_eq!((command.form, command.wishes.len()), (Form::Single, 1));
}

#[test]
fn no_extra_beds_means_as_many_as_needed_and_their_cost_is_kept() {
    let beds = |beds: Value, cost: Value| {
        let command = read(
            true,
            Caller::Assistant,
            &with(single(), json!({"extra_beds": beds, "extra_beds_cost": cost})),
        )
        .expect("a booking");
        (command.wishes[0].extra_beds, command.extra_beds_costs[0].map(|cost| cost.mills()))
    };
    assert_eq!(beds(json!(0), json!(0.0)), (None, None));
    assert_eq!(beds(json!(null), json!(null)), (None, None));
    assert_eq!(beds(json!(1.0), json!(25)), (Some(1), Some(25_000)));
}

#[test]
fn only_staff_may_force() {
    for caller in [Caller::Public, Caller::Assistant, Caller::Staff] {
        let forced = read(true, caller, &with(many(), json!({"force_process": true})));
        assert_eq!(forced == Err(Problem::ForceNotAllowed), caller != Caller::Staff, "{caller:?}");
        assert!(read(true, caller, &with(many(), json!({"force_process": false}))).is_ok(), "{caller:?}");
    }
}

#[test]
fn equal_requests_have_equal_fingerprints_however_they_are_written() {
    let of = |body: &Value| body_fingerprint(&read(true, Caller::Assistant, body).expect("a booking"));
    let same = [
        with(many(), json!({"quote": "abc"})),
        with(many(), json!({"force_process": false, "claim": null, "all_or_nothing": false})),
        with(many(), json!({"customer_name": " María López "})),
        with(many(), json!({"payment_evidence": {"amount": 690.00, "date": "2025-08-19"}})),
        with(many(), json!({"adults": 9})),
    ];
    for body in &same {
        assert_eq!(of(body), of(&many()), "{body}");
    }
    let other = [
        with(many(), json!({"customer_name": "María"})),
        with(many(), json!({"payment_amount": 690})),
        with(many(), json!({"all_or_nothing": true})),
        with(many(), json!({"follows": "0".repeat(32)})),
        with(many(), json!({"bookings": [line(3), line(2), line(3)]})),
        with(many(), json!({"customer_instructions": "cuna"})),
        with(many(), json!({"check_out_date": "2025-08-25"})),
    ];
    for body in &other {
        assert_ne!(of(body), of(&many()), "{body}");
    }
}

#[test]
fn an_intent_is_its_stay_package_payment_guest_and_rooms_in_any_order() {
    let of = |body: &Value| intent_fingerprint(&read(true, Caller::Staff, body).expect("a booking"));
    let same = [
        json!({"bookings": [line(2), line(3), line(3)]}),
        json!({"customer_name": "M. López", "email": "m@example.com", "payment_amount": 690}),
        json!({"bookings": [line(3), line(3), with(line(2), json!({"extra_beds": 1}))]}),
        json!({"confirm_another": true, "quote": "x"}),
    ];
    for changes in same {
        assert_eq!(of(&with(many(), changes.clone())), of(&many()), "{changes}");
    }
    let other = [
        json!({"bookings": [line(3), line(3)]}),
        json!({"bookings": [line(3), line(3), line(1)]}),
        json!({"authorization_number": "123457"}),
        json!({"package_type": "Todo incluido"}),
        json!({"wa_id": "50370001235"}),
        json!({"check_in_date": "2025-08-22"}),
    ];
    for changes in other {
        assert_ne!(of(&with(many(), changes.clone())), of(&many()), "{changes}");
    }
    let transfer =
        json!({"payment_method": "Depósito BAC", "transfer_id": "123456", "authorization_number": null});
    assert_ne!(of(&with(many(), transfer)), of(&many()), "the same reference of another method");
}

#[test]
fn the_content_is_the_same_under_any_key_and_of_the_same_person_only() {
    let of = |caller: Caller, changes: Value| {
        let command = read(false, caller, &with(many(), changes)).expect("a booking");
        content_fingerprint(&command, caller)
    };
    let evidence = json!({"amount": 690, "date": "2025-08-20"});
    let public = |changes: Value| of(Caller::Public, with(json!({"payment_evidence": evidence}), changes));
    let staff = |changes| of(Caller::Staff, changes);
    for changes in [
        json!({"bookings": [line(2), line(3), line(3)], "payment_amount": 690, "confirm_another": true}),
        json!({"customer_name": "M. López", "email": "m@example.com", "dui_passport": "1"}),
        json!({"all_or_nothing": true, "customer_instructions": "cuna"}),
    ] {
        assert_eq!(staff(changes.clone()), staff(json!({})), "{changes}");
    }
    for changes in [
        json!({"wa_id": "50370001235"}),
        json!({"bookings": [line(3), line(3)]}),
        json!({"authorization_number": "123457"}),
        json!({"check_in_date": "2025-08-22"}),
        json!({"follows": "0123456789abcdef0123456789abcdef"}),
    ] {
        assert_ne!(staff(changes.clone()), staff(json!({})), "{changes}");
    }
    // What the public says of its `wa_id` proves nothing; document and e-mail are read as people write them.
    let said = json!({"dui_passport": "01234567-8", "email": "ana@example.com", "phone_number": "7000-1234"});
    let known = public(with(said.clone(), json!({"wa_id": null})));
    let spelled =
        json!({"dui_passport": " 01234567 8", "email": "Ana@Example.com", "phone_number": "7000 1234"});
    assert_eq!(public(with(spelled.clone(), json!({"wa_id": null}))), known);
    assert_ne!(public(with(said.clone(), json!({"wa_id": null, "dui_passport": "01234567-9"}))), known);
    assert_ne!(staff(said.clone()), known, "a wa_id that is known is the person");
    assert_eq!(staff(with(said, json!({"wa_id": null}))), known);
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~ñ😀\\u{0}]{0,12}".prop_map(Value::from),
        Just(json!("2025-08-23")),
        Just(json!("Junior")),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[a-z_]{1,10}|adults|bookings|bungalow_type", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_value_of_any_field_makes_it_panic(at in 0_usize..40, value in any_json()) {
        let mut body = with(many(), json!({
            "claim": null, "quote": null, "follows": null, "all_or_nothing": null, "force_process": null,
            "confirm_another": null, "customer_instructions": null, "payment_amount": null, "transfer_id": null,
            "bungalow_type": null, "adults": null, "extra_beds": null, "extra_beds_cost": null, "other": null,
        }));
        let members = body.as_object_mut().expect("an object");
        let name = members.keys().nth(at % members.len()).expect("a member").clone();
        members.insert(name, value);
        for caller in [Caller::Public, Caller::Assistant, Caller::Staff] {
            for tool in [true, false] {
                if let Ok(command) = read(tool, caller, &body) {
                    let _ = command.check(&fixtures::demo(), today());
                    let _ = (body_fingerprint(&command), intent_fingerprint(&command));
                }
            }
        }
    }

    #[test]
    fn no_json_makes_it_panic(body in any_json()) {
        let _ = read(true, Caller::Public, &body);
        let _ = read(false, Caller::Public, &body);
    }
}

#[test]
fn what_is_wrong_with_the_only_room_is_named_as_the_single_form_has_it() {
    let room = |members: Value| {
        let command = read(true, Caller::Assistant, &with(single(), members)).expect("well-formed");
        let refused = command.check(&fixtures::demo(), today()).expect_err("no such room");
        let fields: Vec<String> = refused.fields().into_iter().map(|it| it.field).collect();
        (refused.code(), fields)
    };
    let named = |code: &'static str, field: &str| (code, vec![field.to_owned()]);
    assert_eq!(room(json!({"adults": 0, "children_6_10": 1})), named("child_alone", "adults"));
    assert_eq!(room(json!({"adults": 9})), named("over_capacity", "bungalow_type"));
    assert_eq!(room(json!({"bungalow_type": "Suite"})), named("invalid", "bungalow_type"));
    assert_eq!(room(json!({"adults": 60, "children_6_10": 60})), named("invalid", "adults"));
}
