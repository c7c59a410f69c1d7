//! `docs/reservation-api.openapi.json` and the example in `docs/reservation-api.md` against what the system takes and
//! answers.

mod support;

use posada_sandbox::Options;
use serde_json::{Value, json};
use support::{hotel, open, order};

fn document() -> Value {
    let text = include_str!("../../../docs/reservation-api.openapi.json");
    serde_json::from_str(text).unwrap()
}

/// What is wrong with a value by a schema of the document, if anything is.
fn fault(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    (!faults.is_empty()).then(|| faults.join("; "))
}

/// Checks that the document knows the answer, and that the answer is as it says.
fn check(document: &Value, operation: &str, (status, body): &(u16, Value)) {
    let (path, method) = operation.split_once(' ').map(|(method, path)| (path, method)).unwrap();
    let mut response = &document["paths"][path][method]["responses"][status.to_string()];
    if let Some(name) = response["$ref"].as_str() {
        response = document.pointer(name.trim_start_matches('#')).unwrap();
    }
    let content =
        response["content"].as_object().unwrap_or_else(|| panic!("{operation}: {status} is not there"));
    if let Some(json) = content.get("application/json") {
        let wrong = fault(document, &json["schema"], body);
        assert_eq!(wrong, None, "{operation}: {status} {body}");
    } else {
        assert!(content.contains_key("text/plain") && body.is_string(), "{operation}: {status} {body}");
    }
}

const AVAILABILITY: &str = "/availability?check_in_date=2026-12-04&check_out_date=2026-12-06";

#[tokio::test]
async fn every_answer_is_as_the_document_says() {
    let document = document();
    let hotel = hotel().await;
    check(&document, "get /availability", &hotel.call("GET", AVAILABILITY).await);
    check(&document, "get /availability", &hotel.call("GET", "/availability").await);
    let first = order("abc-0-1", "54");
    check(&document, "post /reservations", &hotel.book(&first).await);
    check(&document, "post /reservations", &hotel.book(&order("abc-0-1", "56")).await);
    check(&document, "post /reservations", &hotel.book(&order("abc-1-1", "54")).await);
    check(&document, "post /reservations", &hotel.book(&json!([])).await);
    check(&document, "post /reservations", &hotel.book(&json!({"reference": "abc-2-1"})).await);
    let one = "/reservations/abc-0-1";
    check(&document, "get /reservations/{reference}", &hotel.call("GET", one).await);
    check(&document, "get /reservations", &hotel.call("GET", "/reservations").await);
    check(&document, "get /reservations", &hotel.call("GET", "/reservations?after=x").await);
    for path in ["/reservations/none", "/reservations/a.b", "/reservations/abc-0-1?reserva=26181"] {
        check(&document, "delete /reservations/{reference}", &hotel.call("DELETE", path).await);
    }
    for path in [one, "/reservations/none", "/reservations/a.b"] {
        check(&document, "get /reservations/{reference}", &hotel.call("GET", path).await);
    }
    check(&document, "get /reservations", &hotel.call("GET", "/reservations").await);
    hotel.fault(json!({"route": "cancel", "fault": {"kind": "cancel_fails"}})).await;
    check(&document, "delete /reservations/{reference}", &hotel.call("DELETE", one).await);

    let shut = open(Options { key: Some("secret".to_owned()), ..Options::default() }).await;
    check(&document, "get /availability", &shut.call("GET", AVAILABILITY).await);
    check(&document, "post /reservations", &shut.book(&first).await);
    let bare = open(Options { capabilities: "lookup".parse().unwrap(), ..Options::default() }).await;
    check(&document, "get /reservations", &bare.call("GET", "/reservations").await);
    check(&document, "delete /reservations/{reference}", &bare.call("DELETE", one).await);
}

#[tokio::test]
async fn garbage_is_not_as_the_document_says() {
    let document = document();
    let schema = &document["paths"]["/reservations"]["post"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    for garbage in ["wrong_types", "missing_members", "long_code", "comma_code", "empty_code"] {
        let hotel = hotel().await;
        hotel.fault(json!({"route": "book", "fault": {"kind": "garbage", "garbage": garbage}})).await;
        let (_, body) = hotel.book(&order("abc-0-1", "54")).await;
        assert!(fault(&document, schema, &body).is_some(), "{garbage}: {body}");
    }
}

#[tokio::test]
async fn orders_are_taken_as_the_document_says() {
    let document = document();
    let schema = json!({"$ref": "#/components/schemas/Order"});
    let transfer =
        json!({"payment_method": "Depósito BAC", "transfer_id": "77", "authorization_number": null});
    let cases = [
        (json!({}), true),
        (transfer, true),
        (json!({"transfer_id": null}), true),
        (json!({"customer_instructions": "Cuna, por favor"}), true),
        (json!({"amount": 0}), true),
        (json!({"payment_method": "Depósito BAC"}), false),
        (json!({"transfer_id": "77"}), false),
        (json!({"payment_method": "Efectivo"}), false),
        (json!({"adults": 0}), false),
        (json!({"adults": "3"}), false),
        (json!({"children_0_5": 1.5}), false),
        (json!({"extra_beds": 61}), false),
        (json!({"amount": -1}), false),
        (json!({"amount": "1"}), false),
        (json!({"check_in_date": "4/12/2026"}), false),
        (json!({"reference": "a b"}), false),
        (json!({"room_number": 54}), false),
        (json!({"city": " "}), false),
        (json!({"phone_number": null}), false),
        (json!({"colour": "blue"}), false),
    ];
    for (changes, fits) in cases {
        let hotel = hotel().await;
        let mut order = order("abc-0-1", "54");
        for (name, value) in changes.as_object().unwrap() {
            order[name] = value.clone();
        }
        let wrong = fault(&document, &schema, &order);
        assert_eq!(wrong.is_none(), fits, "{changes}: {wrong:?}");
        let (status, body) = hotel.book(&order).await;
        assert_eq!(status == 200 && body["success"] == true, fits, "{changes}: {status} {body}");
    }
}

#[tokio::test]
async fn the_pages_example_is_an_order() {
    let page = include_str!("../../../docs/reservation-api.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    let order: Value = serde_json::from_str(&example.replacen('…', "abc-0-1", 1)).unwrap();
    let document = document();
    assert_eq!(fault(&document, &json!({"$ref": "#/components/schemas/Order"}), &order), None);
    let hotel = hotel().await;
    let booked = hotel.book(&order).await;
    assert_eq!(booked, (200, json!({"success": true, "reserva": "26181", "room_number": "54"})));
    assert!(page.contains("`{\"success\": true, \"reserva\": \"26181\", \"room_number\": \"54\"}`"));
}
