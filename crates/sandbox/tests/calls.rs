//! The five calls when nothing goes wrong, over HTTP.

mod support;

use posada_sandbox::Options;
use serde_json::{Value, json};
use support::{hotel, open, order};

#[tokio::test]
async fn a_room_is_booked_looked_up_listed_and_cancelled() {
    let hotel = hotel().await;
    assert_eq!(hotel.free().await, ["54", "56", "57", "58", "59", "12", "14", "16"]);
    let booked = hotel.book(&order("abc-0-1", "54")).await;
    assert_eq!(booked, (200, json!({"success": true, "reserva": "26181", "room_number": "54"})));
    assert_eq!(hotel.free().await, ["56", "57", "58", "59", "12", "14", "16"]);
    let found = hotel.call("GET", "/reservations/abc-0-1").await;
    let expected = json!({"success": true, "reserva": "26181", "room_number": "54", "status": "booked"});
    assert_eq!(found, (200, expected));
    let (_, list) = hotel.call("GET", "/reservations").await;
    assert_eq!(list["next"], Value::Null);
    let made_at = list["reservations"][0]["made_at"].as_str().unwrap().to_owned();
    assert_eq!(
        list["reservations"],
        json!([{"reference": "abc-0-1", "reserva": "26181", "room_number": "54", "status": "booked", "made_at": made_at}])
    );

    let other = hotel.call("DELETE", "/reservations/abc-0-1?reserva=26182").await;
    assert_eq!(other.0, 404, "the code of another one");
    for _ in 0..2 {
        let cancelled = hotel.call("DELETE", "/reservations/abc-0-1?reserva=26181").await;
        assert_eq!(cancelled, (200, json!({"success": true})));
    }
    let (status, found) = hotel.call("GET", "/reservations/abc-0-1").await;
    assert_eq!((status, &found["status"]), (200, &json!("cancelled")));
    assert_eq!(hotel.free().await.len(), 8);
    let again = hotel.book(&order("abc-0-2", "54")).await;
    assert_eq!(again.1["reserva"], "26182", "codes are counted up, and never given twice");
}

#[tokio::test]
async fn what_is_not_there_is_404() {
    let hotel = hotel().await;
    for (method, path) in
        [("GET", "/reservations/abc-0-1"), ("DELETE", "/reservations/abc-0-1?reserva=26181")]
    {
        let (status, body) = hotel.call(method, path).await;
        assert_eq!((status, &body["success"]), (404, &json!(false)), "{method} {body}");
    }
}

#[tokio::test]
async fn a_taken_room_is_refused_for_any_night_of_it() {
    let hotel = hotel().await;
    hotel.book(&order("a-0-1", "54")).await;
    let mut overlapping = order("b-0-1", "54");
    overlapping["check_in_date"] = json!("2026-12-05");
    overlapping["check_out_date"] = json!("2026-12-09");
    let (status, body) = hotel.book(&overlapping).await;
    assert_eq!((status, &body), (200, &json!({"success": false, "error": "room 54 is not free"})));
    let mut after = order("c-0-1", "54");
    after["check_in_date"] = json!("2026-12-06");
    after["check_out_date"] = json!("2026-12-07");
    assert_eq!(hotel.book(&after).await.1["success"], true, "the day of departure is another guest's");
}

#[tokio::test]
async fn fifty_for_one_room_have_one_winner() {
    let hotel = open(Options { latency_ms: 20, ..Options::default() }).await;
    let calls = (0..50).map(|n| {
        let call = hotel.booking(&order(&format!("crowd-{n}-1"), "54"));
        tokio::spawn(async move { support::read(call.send().await.unwrap()).await.1 })
    });
    let calls: Vec<_> = calls.collect();
    let mut won = 0;
    for call in calls {
        let body = call.await.unwrap();
        won += u32::from(body["success"] == true);
        assert!(body["success"] == true || body["error"] == "room 54 is not free", "{body}");
    }
    assert_eq!((won, hotel.reservations().await.len()), (1, 1));
}

#[tokio::test]
async fn a_reference_is_booked_once() {
    let hotel = hotel().await;
    let first = hotel.book(&order("abc-0-1", "54")).await;
    let calls: Vec<_> =
        (0..20).map(|_| tokio::spawn(hotel.booking(&order("abc-0-1", "54")).send())).collect();
    for call in calls {
        assert_eq!(support::read(call.await.unwrap().unwrap()).await, first);
    }
    let (status, body) = hotel.book(&order("abc-0-1", "56")).await;
    assert_eq!(status, 422);
    assert_eq!(body.get("success"), None, "neither yes nor no: {body}");
    assert_eq!(hotel.reservations().await.len(), 1);

    hotel.call("DELETE", "/reservations/abc-0-1?reserva=26181").await;
    let (status, body) = hotel.book(&order("abc-0-1", "54")).await;
    assert_eq!((status, &body["success"]), (200, &json!(false)), "{body}");
}

#[tokio::test]
async fn without_idempotency_a_reference_is_booked_twice() {
    let capabilities = "lookup,cancel,list,chooses_rooms".parse().unwrap();
    let hotel = open(Options { capabilities, ..Options::default() }).await;
    let first = hotel.book(&order("abc-0-1", "54")).await;
    let second = hotel.book(&order("abc-0-1", "54")).await;
    assert_eq!(first.1, json!({"success": true, "reserva": "26181", "room_number": "59"}));
    assert_eq!(second.1, json!({"success": true, "reserva": "26182", "room_number": "58"}));
    let (_, found) = hotel.call("GET", "/reservations/abc-0-1").await;
    assert_eq!(found["reserva"], "26182");
    hotel.call("DELETE", "/reservations/abc-0-1?reserva=26182").await;
    let (_, found) = hotel.call("GET", "/reservations/abc-0-1").await;
    assert_eq!((&found["reserva"], &found["status"]), (&json!("26181"), &json!("booked")));
}

#[tokio::test]
async fn it_chooses_rooms_of_the_type_until_there_are_none() {
    let capabilities = "idempotency,lookup,cancel,list,chooses_rooms".parse().unwrap();
    let hotel = open(Options { capabilities, ..Options::default() }).await;
    let mut rooms = Vec::new();
    for n in 0..3 {
        let (_, body) = hotel.book(&order(&format!("abc-{n}-1"), "12")).await;
        rooms.push(body["room_number"].as_str().unwrap().to_owned());
    }
    assert_eq!(rooms, ["16", "14", "12"]);
    let (_, body) = hotel.book(&order("abc-3-1", "12")).await;
    assert_eq!(body, json!({"success": false, "error": "no room of the type Familiar is free"}));
}

#[tokio::test]
async fn what_it_cannot_do_is_not_there() {
    let hotel = hotel().await;
    hotel.book(&order("abc-0-1", "54")).await;
    let all_but = |off: &[&str]| {
        let mut all = json!({"idempotency": true, "lookup": true, "cancel": true, "list": true, "chooses_rooms": false});
        off.iter().for_each(|name| all[*name] = json!(false));
        all
    };
    for (off, look_up, cancel, list) in [
        (&["lookup"][..], 405, 404, 200),
        (&["cancel"][..], 200, 405, 200),
        (&["list"][..], 200, 404, 405),
        (&["lookup", "cancel", "list"][..], 404, 404, 405),
    ] {
        let (status, _) = hotel.tell("PUT", "/control/capabilities", &all_but(off)).await;
        assert_eq!(status, 200);
        let looked_up = hotel.call("GET", "/reservations/abc-0-1").await;
        assert_eq!(looked_up.0, look_up, "{off:?}");
        let cancelled = hotel.call("DELETE", "/reservations/abc-0-1?reserva=1").await;
        assert_eq!(cancelled.0, cancel, "{off:?}");
        assert_eq!(hotel.call("GET", "/reservations").await.0, list, "{off:?}");
        for (status, body) in [looked_up, cancelled] {
            assert!(
                status == 200 || body.is_string() || body["success"] == false,
                "no route is not the same as no reservation: {body}"
            );
        }
    }
    let (status, body) = hotel.call("GET", "/reservations/abc-0-1").await;
    assert_eq!((status, body), (404, json!("Not Found")));
}

#[tokio::test]
async fn the_list_has_pages_and_a_beginning() {
    let hotel = open(Options { list_page: 2, ..Options::default() }).await;
    for (n, room) in ["54", "56", "57", "58", "59"].iter().enumerate() {
        hotel.book(&order(&format!("abc-{n}-1"), room)).await;
    }
    let mut codes = Vec::new();
    let mut pages = 0;
    let mut after = String::new();
    loop {
        let (status, page) = hotel.call("GET", &format!("/reservations{after}")).await;
        assert_eq!(status, 200, "{page}");
        let entries = page["reservations"].as_array().unwrap();
        codes.extend(entries.iter().map(|it| it["reserva"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        after = format!("?after={next}");
    }
    assert_eq!((pages, codes.join(" ").as_str()), (3, "26181 26182 26183 26184 26185"));

    let (_, first) = hotel.call("GET", "/reservations").await;
    let made_at = first["reservations"][0]["made_at"].as_str().unwrap().to_owned();
    let (_, since) = hotel.call("GET", &format!("/reservations?made_since={made_at}")).await;
    assert_eq!(since["reservations"][0]["reserva"], "26181", "the instant itself counts");
    let (_, since) = hotel.call("GET", "/reservations?made_since=2999-01-01T00:00:00Z").await;
    assert_eq!(since, json!({"reservations": [], "next": null}));
}

#[tokio::test]
async fn a_key_is_asked_for() {
    let hotel = open(Options { key: Some("secret".to_owned()), ..Options::default() }).await;
    let path = "/availability?check_in_date=2026-12-04&check_out_date=2026-12-06";
    assert_eq!(hotel.call("GET", path).await.0, 401);
    for (key, status) in [("Bearer wrong", 401), ("secret", 401), ("Bearer secret", 200)] {
        let answer = hotel.at("GET", path).header("Authorization", key).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{key}");
    }
    assert_eq!(hotel.book(&order("abc-0-1", "54")).await.0, 401);
    assert_eq!(hotel.reservations().await, [], "the control routes ask for none");
}

#[tokio::test]
async fn wrong_orders_are_refused_by_name() {
    let hotel = hotel().await;
    let cases = [
        ("reference", json!("a b"), "reference: must be"),
        ("reference", json!("x".repeat(61)), "reference: must be"),
        ("room_number", json!("99"), "room_number: is no room"),
        ("room_number", json!("12"), "room_number: is no room of the type Junior"),
        ("room_number", json!(54), "room_number: "),
        ("bungalow_type", json!("Suite"), "bungalow_type: "),
        ("check_in_date", json!("2026-12-4"), "check_in_date: must be a date"),
        ("check_in_date", json!("04/12/2026"), "check_in_date: must be a date"),
        ("check_out_date", json!("2026-12-04"), "check_out_date: "),
        ("check_out_date", json!(null), "check_out_date: "),
        ("package_type", json!("Nada"), "package_type: "),
        ("adults", json!(0), "adults: "),
        ("adults", json!(-1), "adults: "),
        ("adults", json!("3"), "adults: "),
        ("children_0_5", json!(1.5), "children_0_5: "),
        ("extra_beds", json!(61), "extra_beds: "),
        ("amount", json!(258.755), "amount: "),
        ("amount", json!(-1), "amount: "),
        ("amount", json!("258.75"), "amount: "),
        ("currency", json!("EUR"), "currency: must be USD"),
        ("customer_name", json!(" "), "customer_name: "),
        ("email", json!(null), "email: "),
        ("payment_method", json!("Efectivo"), "payment_method: "),
        ("payment_method", json!("Depósito BAC"), "transfer_id: is required"),
        ("transfer_id", json!("9"), "transfer_id: does not belong"),
        ("authorization_number", json!(null), "authorization_number: is required"),
        ("customer_instructions", json!(5), "customer_instructions: "),
        ("colour", json!("blue"), "colour: is not known"),
    ];
    for (name, value, expected) in cases {
        let mut wrong = order("abc-0-1", "54");
        wrong[name] = value.clone();
        let (status, body) = hotel.book(&wrong).await;
        let error = body["error"].as_str().unwrap_or_default();
        assert!(error.starts_with(expected), "{name} = {value}: {body}");
        assert_eq!((status, &body["success"]), (422, &json!(false)), "{name} = {value}");
    }
    for name in ["reference", "adults", "amount", "nationality", "payment_method"] {
        let mut wrong = order("abc-0-1", "54");
        wrong.as_object_mut().unwrap().remove(name);
        let (status, body) = hotel.book(&wrong).await;
        assert_eq!((status, &body["error"]), (422, &json!(format!("{name}: is required"))));
    }
    let call = || hotel.at("POST", "/reservations").header("Idempotency-Key", "abc-0-1");
    for text in ["", "{", "nothing", "[1]", "5"] {
        let (status, body) = support::read(call().body(text).send().await.unwrap()).await;
        assert_eq!((status, &body["success"]), (400, &json!(false)), "{text}: {body}");
    }
    let keyless = hotel.at("POST", "/reservations").json(&order("abc-0-1", "54")).send().await.unwrap();
    let (status, body) = support::read(keyless).await;
    assert_eq!((status, &body["error"]), (422, &json!("Idempotency-Key: must be the reference")));
    let huge = call().body("x".repeat(70_000)).send().await.unwrap();
    assert_eq!(huge.status().as_u16(), 413);
    assert_eq!(hotel.reservations().await, []);
}

#[tokio::test]
async fn wrong_questions_are_refused_by_name() {
    let hotel = hotel().await;
    let cases = [
        ("GET", "/availability", "check_in_date: is required"),
        ("GET", "/availability?check_in_date=2026-12-04", "check_out_date: is required"),
        ("GET", "/availability?check_in_date=2026-12-04&check_out_date=2026-12-04", "check_out_date: "),
        ("GET", "/availability?check_in_date=2026-13-04&check_out_date=2026-12-04", "check_in_date: "),
        ("GET", "/availability?check_in_date=2026-12-04&check_out_date=2026-12-05&x=1", "x: is not known"),
        (
            "GET",
            "/availability?check_in_date=2026-12-04&check_in_date=2026-12-05",
            "check_in_date: is there twice",
        ),
        ("GET", "/reservations?made_since=yesterday", "made_since: "),
        ("GET", "/reservations?after=x", "after: "),
        ("GET", "/reservations/a.b", "reference: "),
        ("DELETE", "/reservations/abc-0-1?code=5", "code: is not known"),
    ];
    for (method, path, expected) in cases {
        let (status, body) = hotel.call(method, path).await;
        assert_eq!(status, 422, "{path}");
        assert!(body["error"].as_str().unwrap_or_default().starts_with(expected), "{path}: {body}");
    }
    assert_eq!(hotel.call("GET", "/nowhere").await, (404, json!("Not Found")));
    assert_eq!(hotel.call("PATCH", "/reservations").await.0, 405);
}
