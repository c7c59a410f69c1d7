//! Every kind of fault, over HTTP: what the caller sees, and what the book holds afterwards.

#![allow(clippy::disallowed_methods, reason = "it measures how long answers take")]

mod support;

use std::time::{Duration, Instant};

use posada_sandbox::Options;
use serde_json::{Value, json};
use support::{Hotel, hotel, open, order};

/// Whether a body is what a kind of garbage makes of it.
type IsIt = fn(&Value) -> bool;

/// Books under one fault. Returns the answer, `None` where there was none, and the codes then booked.
async fn book_under(hotel: &Hotel, fault: Value) -> (Option<(u16, Value)>, Vec<String>) {
    hotel.fault(json!({"id": "it", "route": "book", "fault": fault})).await;
    let sent = hotel.booking(&order("abc-0-1", "54")).timeout(Duration::from_secs(3)).send().await;
    let answer = match sent {
        Ok(answer) => {
            let status = answer.status().as_u16();
            answer
                .text()
                .await
                .ok()
                .map(|text| (status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
        }
        Err(_) => None,
    };
    hotel.call("DELETE", "/control/faults").await;
    (answer, hotel.reservations().await.into_iter().map(|(_, code, _)| code).collect())
}

fn yes(code: &str) -> (u16, Value) {
    (200, json!({"success": true, "reserva": code, "room_number": "54"}))
}

#[tokio::test]
async fn an_answer_is_lost_after_the_commit() {
    for fault in [json!({"kind": "lost_answer"}), json!({"kind": "cut_in_answer", "bytes": 9})] {
        let hotel = hotel().await;
        let (answer, booked) = book_under(&hotel, fault).await;
        assert_eq!((answer, booked.as_slice()), (None, ["26181".to_owned()].as_slice()));
        let again = hotel.book(&order("abc-0-1", "54")).await;
        assert_eq!(again, yes("26181"), "repeated, it is known");
        let log = hotel.log().await;
        let first = log.iter().find(|entry| entry["route"] == "book").unwrap();
        assert_eq!((&first["faults"], &first["late"]), (&json!(["it"]), &json!(false)));
        assert_eq!(first["committed"]["booked"]["reserva"], "26181");
    }
}

#[tokio::test]
async fn a_connection_is_cut_before() {
    let hotel = hotel().await;
    let (answer, booked) = book_under(&hotel, json!({"kind": "cut"})).await;
    assert_eq!((answer, booked.len()), (None, 0));
    let log = hotel.log().await;
    assert_eq!((&log[0]["committed"], &log[0]["answer"]), (&Value::Null, &json!({"cut": true})));
}

#[tokio::test]
async fn a_commit_is_late() {
    let hotel = hotel().await;
    let (answer, booked) = book_under(&hotel, json!({"kind": "late_commit", "ms": 300})).await;
    assert_eq!((answer, booked.len()), (None, 0));
    assert_eq!(hotel.call("GET", "/reservations/abc-0-1").await.0, 404, "not yet");
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(hotel.call("GET", "/reservations/abc-0-1").await.1["status"], "booked");
    let late = hotel.log().await.into_iter().find(|entry| entry["late"] == true).unwrap();
    assert_eq!((&late["reference"], &late["faults"]), (&json!("abc-0-1"), &json!(["it"])));
    assert_eq!(late["committed"]["booked"]["reserva"], "26181");
    assert_eq!(late["answer"]["unsent"]["status"], 200);
}

#[tokio::test]
async fn a_late_commit_finds_what_came_before_it() {
    let hotel = hotel().await;
    let late = json!({"route": "book", "times": 1, "fault": {"kind": "late_commit", "ms": 200}});
    hotel.fault(late.clone()).await;
    assert!(hotel.booking(&order("abc-0-1", "54")).send().await.is_err());
    assert_eq!(hotel.book(&order("abc-0-1", "54")).await, yes("26181"), "the repetition is first");
    hotel.call("DELETE", "/control/faults").await;
    hotel.fault(late).await;
    assert!(hotel.booking(&order("abc-1-1", "56")).send().await.is_err());
    hotel.call("POST", "/control/reset").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(hotel.reservations().await, [], "a reset forgets late commits");
}

#[tokio::test]
async fn a_silent_late_commit_outlives_its_caller() {
    let hotel = hotel().await;
    hotel.fault(json!({"route": "book", "fault": {"kind": "late_commit", "ms": 400, "silent": true}})).await;
    let call = hotel.booking(&order("abc-0-1", "54")).timeout(Duration::from_millis(100));
    assert!(call.send().await.unwrap_err().is_timeout());
    tokio::time::sleep(Duration::from_millis(700)).await;
    assert_eq!(hotel.reservations().await.len(), 1);
}

#[tokio::test]
async fn a_status_comes_before_or_after_the_commit() {
    let hotel = hotel().await;
    for status in [429, 503, 500, 403] {
        let (answer, booked) = book_under(&hotel, json!({"kind": "status", "status": status})).await;
        assert_eq!((answer.unwrap().0, booked.len()), (status, 0));
    }
    hotel.fault(json!({"route": "*", "fault": {"kind": "status", "status": 429, "retry_after": "7"}})).await;
    for path in ["/availability?check_in_date=2026-12-04&check_out_date=2026-12-06", "/reservations/abc-0-1"]
    {
        let answer = hotel.at("GET", path).send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["retry-after"]),
            (429, &"7".parse().unwrap())
        );
    }
    hotel.call("DELETE", "/control/faults").await;
    let (answer, booked) = book_under(&hotel, json!({"kind": "status_after_commit", "status": 502})).await;
    assert_eq!((answer.unwrap().0, booked.len()), (502, 1));
}

#[tokio::test]
async fn garbage_of_every_kind() {
    let cases: [(&str, IsIt); 10] = [
        ("not_json", |body| body.as_str().is_some_and(|text| text.starts_with("<!doctype"))),
        ("empty", |body| body == ""),
        ("wrong_types", |body| body["success"] == "yes"),
        ("missing_members", |body| *body == json!({"success": true})),
        ("truncated", |body| body.as_str().is_some_and(|text| text.starts_with('{') && !text.ends_with('}'))),
        ("huge_body", |body| body["padding"].as_str().is_some_and(|text| text.len() > 2 * 1024 * 1024)),
        ("used_code", |body| body["reserva"] == "26181"),
        ("long_code", |body| body["reserva"].as_str().is_some_and(|code| code.len() == 40)),
        ("comma_code", |body| body["reserva"].as_str().is_some_and(|code| code.contains(','))),
        ("empty_code", |body| body["reserva"] == ""),
    ];
    for (garbage, is_it) in cases {
        let hotel = hotel().await;
        hotel.book(&order("other-0-1", "56")).await;
        let (answer, booked) = book_under(&hotel, json!({"kind": "garbage", "garbage": garbage})).await;
        let (status, body) = answer.unwrap();
        assert!(status == 200 && is_it(&body), "{garbage}: {status} {body:.100}");
        assert_eq!(booked, ["26181", "26182"], "{garbage}: booked under its own code all the same");
    }
    let hotel = hotel().await;
    let fault = json!({"kind": "garbage", "garbage": "truncated", "commit": false});
    let (answer, booked) = book_under(&hotel, fault).await;
    assert!(answer.unwrap().1.is_string());
    assert_eq!(booked.len(), 0);
}

#[tokio::test]
async fn an_answer_drips() {
    let hotel = hotel().await;
    let started = Instant::now();
    let (answer, booked) = book_under(&hotel, json!({"kind": "slow_drip", "ms_per_byte": 5})).await;
    assert_eq!((answer, booked.len()), (Some(yes("26181")), 1));
    let bytes = yes("26181").1.to_string().len() as u64;
    assert!(started.elapsed() >= Duration::from_millis(5 * bytes), "{:?}", started.elapsed());
}

#[tokio::test]
async fn latency_is_before_or_after_the_commit() {
    let hotel = open(Options { latency_ms: 50, ..Options::default() }).await;
    hotel.fault(json!({"route": "book", "fault": {"kind": "latency", "ms": 300}})).await;
    let call = |reference: &str, room: &str| {
        let call = hotel.booking(&order(reference, room)).timeout(Duration::from_millis(150));
        async move { call.send().await.unwrap_err().is_timeout() }
    };
    assert!(call("abc-0-1", "54").await);
    assert_eq!(hotel.reservations().await.len(), 0);
    tokio::time::sleep(Duration::from_millis(400)).await;
    assert_eq!(hotel.reservations().await.len(), 1, "it goes on when its caller has gone");

    hotel.call("DELETE", "/control/faults").await;
    hotel
        .fault(json!({"route": "book", "fault": {"kind": "latency", "ms": 5_000, "after_commit": true}}))
        .await;
    assert!(call("abc-1-1", "56").await);
    assert_eq!(hotel.reservations().await.len(), 2);
    assert_eq!(hotel.tell("PUT", "/control/latency", &json!({"ms": 0})).await.0, 200);
    let started = Instant::now();
    hotel.free().await;
    assert!(started.elapsed() < Duration::from_millis(50));
}

#[tokio::test]
async fn the_front_desk_takes_the_room_in_between() {
    let hotel = hotel().await;
    let (answer, booked) = book_under(&hotel, json!({"kind": "front_desk"})).await;
    let refused = (200, json!({"success": false, "error": "room 54 is not free"}));
    assert_eq!((answer, booked.len()), (Some(refused), 0));
    assert!(!hotel.free().await.contains(&"54".to_owned()));
    let nights = |action: &str, room: &str| json!({"action": action, "room_number": room, "check_in_date": "2026-12-01", "check_out_date": "2026-12-30"});
    hotel.tell("POST", "/control/front-desk", &nights("release", "54")).await;
    assert_eq!(hotel.book(&order("abc-0-2", "54")).await.1["success"], true);
    hotel.tell("POST", "/control/front-desk", &nights("take", "54")).await;
    hotel.tell("POST", "/control/front-desk", &nights("release", "54")).await;
    assert!(!hotel.free().await.contains(&"54".to_owned()), "a reservation is not the front desk's");
    assert_eq!(hotel.tell("POST", "/control/front-desk", &nights("take", "99")).await.0, 422);
}

#[tokio::test]
async fn the_front_desk_gives_a_reservation_another_code() {
    let hotel = hotel().await;
    let (_, booked) = hotel.book(&order("abc-0-1", "54")).await;
    let rename = |from: &str, to: &str| json!({"reserva": from, "to": to});
    let first = booked["reserva"].as_str().unwrap();
    assert_eq!(hotel.tell("POST", "/control/rename", &rename(first, "A-7")).await.0, 200);
    assert_eq!(hotel.tell("POST", "/control/rename", &rename(first, "A-8")).await.0, 422);
    assert_eq!(hotel.tell("POST", "/control/rename", &rename("A-7", "A-7")).await.0, 422);
    assert_eq!(hotel.reservations().await[0].1, "A-7");
    assert!(!hotel.free().await.contains(&"54".to_owned()));
}

#[tokio::test]
async fn it_redirects_and_refuses() {
    let hotel = hotel().await;
    let (answer, booked) = book_under(&hotel, json!({"kind": "redirect"})).await;
    assert_eq!((answer.unwrap().0, booked.len()), (307, 0));
    let (answer, booked) = book_under(&hotel, json!({"kind": "refuse", "error": "no"})).await;
    assert_eq!((answer, booked.len()), (Some((200, json!({"success": false, "error": "no"}))), 0));
}

#[tokio::test]
async fn a_cancellation_fails() {
    let hotel = hotel().await;
    hotel.book(&order("abc-0-1", "54")).await;
    hotel.fault(json!({"route": "cancel", "times": 1, "fault": {"kind": "cancel_fails"}})).await;
    let cancelled = hotel.call("DELETE", "/reservations/abc-0-1?reserva=26181").await;
    assert_eq!((cancelled.0, &cancelled.1["success"]), (200, &json!(false)));
    assert_eq!(hotel.call("GET", "/reservations/abc-0-1").await.1["status"], "booked");
    assert_eq!(hotel.call("DELETE", "/reservations/abc-0-1?reserva=26181").await.1, json!({"success": true}));
}

#[tokio::test]
async fn it_speaks_in_dialect() {
    let hotel = hotel().await;
    hotel.fault(json!({"route": "*", "fault": {"kind": "dialect"}})).await;
    let (_, rooms) =
        hotel.call("GET", "/availability?check_in_date=2026-12-04&check_out_date=2026-12-06").await;
    assert_eq!((&rooms[0]["number"], &rooms[0]["bungalow_type"]), (&json!(54), &json!("Junior")));
    assert!(rooms[0].get("room_number").is_none() && rooms[0]["floor"].is_object());
    let (_, booked) = hotel.book(&order("abc-0-1", "54")).await;
    assert_eq!((&booked["reserva"], &booked["number"]), (&json!(26181), &json!(54)));
}

#[tokio::test]
async fn rules_are_shown_counted_and_taken_away() {
    let hotel = hotel().await;
    let rules = json!([
        {"id": "second", "route": "book", "match": {"nth": 2}, "fault": {"kind": "refuse", "error": "no"}},
        {"route": "lookup", "fault": {"kind": "cut"}},
    ]);
    let (status, added) = hotel.tell("POST", "/control/faults", &rules).await;
    assert_eq!((status, &added), (201, &json!({"ids": ["second", "rule-2"]})));
    let mut answers = Vec::new();
    for (n, room) in ["54", "56", "57"].iter().enumerate() {
        answers.push(hotel.book(&order(&format!("abc-{n}-1"), room)).await.1["success"] == true);
    }
    assert_eq!(answers, [true, false, true]);
    let (_, shown) = hotel.call("GET", "/control/faults").await;
    assert_eq!(
        shown["faults"][0],
        json!({"id": "second", "route": "book", "match": {"nth": 2}, "seen": 3, "applied": 1,
               "fault": {"kind": "refuse", "error": "no"}})
    );
    assert_eq!(hotel.call("DELETE", "/control/faults?id=second").await.1, json!({"removed": 1}));
    assert_eq!(hotel.call("DELETE", "/control/faults").await.1, json!({"removed": 1}));
    for (wrong, named) in [
        (json!({"route": "book", "fault": {"kind": "cuts"}}), "fault"),
        (json!({"route": "nowhere", "fault": {"kind": "cut"}}), "route"),
        (json!({"route": "book", "chance": 2, "fault": {"kind": "cut"}}), "chance"),
        (json!({"route": "book", "match": {"room": "54"}, "fault": {"kind": "cut"}}), "room"),
        (json!([]), ""),
    ] {
        let (status, body) = hotel.tell("POST", "/control/faults", &wrong).await;
        let error = body["error"].as_str().unwrap_or_default();
        assert!((status == 422 && error.contains(named)) || wrong == json!([]), "{wrong}: {status} {body}");
    }
    assert_eq!(hotel.call("GET", "/control/faults").await.1, json!({"faults": []}));
}

#[tokio::test]
async fn the_log_names_nobody() {
    let hotel = hotel().await;
    let order = order("abc-0-1", "54");
    hotel.book(&order).await;
    hotel.book(&json!({"customer_name": "Ana Pérez"})).await;
    hotel.call("GET", "/reservations/abc-0-1").await;
    let log = hotel.log().await;
    let routes: Vec<&str> = log.iter().map(|entry| entry["route"].as_str().unwrap()).collect();
    assert_eq!(routes, ["book", "book", "lookup"]);
    let text = json!(log).to_string();
    for name in ["customer_name", "email", "phone_number", "dui_passport", "authorization_number", "city"] {
        let value = order[name].as_str().unwrap();
        assert!(!text.contains(value), "{name}: {text}");
    }
    assert_eq!(log[0]["request"]["amount"], 517.5);
    assert_eq!(log[0]["body_sha256"].as_str().unwrap().len(), 64);
    let (_, rest) = hotel.call("GET", "/control/log?after=2").await;
    assert_eq!((rest["entries"].as_array().unwrap().len(), &rest["last"]), (1, &json!(3)));
}
