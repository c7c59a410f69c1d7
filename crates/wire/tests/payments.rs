//! Bodies about payments: validations, further payments, and files of payments as JSON and CSV.

use posada_core::payment::method::PaymentMethod;
use posada_core::problem::Problem;
use posada_wire::command::Caller;
use posada_wire::import::{
    PAYMENTS_BYTES_MAX, PAYMENTS_MAX, PaymentRecord, read_payments_csv, read_payments_json,
};
use posada_wire::payment::{read_further_payment, read_retry, read_validation};
use proptest::prelude::*;
use serde_json::{Value, json};

#[track_caller]
fn faults<T: std::fmt::Debug>(result: Result<T, Problem>) -> Vec<String> {
    match result {
        Err(Problem::Invalid { fields }) => {
            fields.into_iter().map(|fault| format!("{}: {}", fault.field, fault.message)).collect()
        }
        other => panic!("faults of fields, not {other:?}"),
    }
}

#[test]
fn only_a_retry_stops() {
    let body = |stop: Value| json!({"authorization_number": "123456", "payment_amount": 690, "wa_id": "50370001234", "stop": stop});
    let retry = |stop| read_retry(body(stop).to_string().as_bytes(), PaymentMethod::CompraClick);
    for (sent, is_stop) in [(json!(true), true), (json!(false), false), (Value::Null, false)] {
        assert_eq!(retry(sent).map(|it| it.is_stop), Ok(is_stop));
    }
    assert_eq!(faults(retry(json!("yes"))), ["stop: must be true or false"]);
    let validation = read_validation(body(json!(false)).to_string().as_bytes(), PaymentMethod::CompraClick);
    assert_eq!(faults(validation), ["stop: is not a known field here"]);
}

#[test]
fn validations_name_their_own_reference() {
    let read = |method, body: Value| read_validation(body.to_string().as_bytes(), method);
    let body = json!({"authorization_number": "123456", "payment_amount": 690, "wa_id": "50370001234"});
    let validation = read(PaymentMethod::CompraClick, body.clone()).expect("a validation");
    assert_eq!(validation.amount.to_string(), "690.00");
    assert_eq!(validation.maker_name, None);
    assert_eq!(
        faults(read(PaymentMethod::DepositoBac, body)),
        [
            "authorization_number: does not belong to Depósito BAC; send transfer_id alone",
            "transfer_id: is required"
        ]
    );
    assert_eq!(
        faults(read(PaymentMethod::CompraClick, json!({"payment_amount": -1, "amount": 5}))),
        [
            "authorization_number: is required",
            "payment_amount: must not be negative",
            "wa_id: is required",
            "amount: is not a known field here",
        ]
    );
}

#[test]
fn further_payments_need_evidence_from_the_public() {
    let read = |caller, body: Value| read_further_payment(body.to_string().as_bytes(), caller);
    let body =
        json!({"payment_method": "Depósito BAC", "transfer_id": "900001", "payment_maker_name": "Rosa"});
    assert_eq!(faults(read(Caller::Public, body.clone())), ["payment_evidence: is required"]);
    assert_eq!(faults(read(Caller::Assistant, body.clone())), ["wa_id: is required"]);
    let mut forced = body;
    forced["wa_id"] = json!("50370001234");
    let further = read(Caller::Assistant, forced.clone()).expect("a payment");
    assert_eq!((further.payment.amount, further.evidence), (None, None));
    forced["force_process"] = json!(true);
    assert_eq!(read(Caller::Assistant, forced.clone()), Err(Problem::ForceNotAllowed));
    assert!(read(Caller::Staff, forced).is_ok_and(|further| further.force_process));
}

fn payment(reference: &str) -> Value {
    json!({
        "payment_method": "CompraClick", "authorization_number": reference, "amount": 690.5, "currency": "USD",
        "payment_maker_name": "María López", "payment_date": "2026-11-20",
    })
}

fn csv(rows: &[&str]) -> Result<Vec<PaymentRecord>, Problem> {
    read_payments_csv(rows.join("\r\n").as_bytes())
}

const HEADER: &str =
    "payment_method,authorization_number,transfer_id,amount,currency,payment_maker_name,payment_date";

#[test]
fn json_and_csv_say_the_same() {
    let list = json!([payment("1"), payment("2")]);
    let bare = read_payments_json(list.to_string().as_bytes()).expect("a bare list");
    let wrapped = read_payments_json(json!({"payments": list}).to_string().as_bytes()).expect("an object");
    assert_eq!(bare, wrapped);
    let row = |n| format!("CompraClick,{n},,690.50,USD,\"María López\",2026-11-20");
    assert_eq!(csv(&[HEADER, &row(1), &row(2), ""]), Ok(bare.clone()));
    // As a Spanish spreadsheet writes it, with the columns in another order.
    let other = "\u{feff}amount;currency;payment_date;payment_maker_name;payment_method;authorization_number";
    let row = |n| format!("690.5;USD;2026-11-20;María López;CompraClick;{n}");
    assert_eq!(csv(&[other, &row(1), &row(2)]), Ok(bare.clone()));
    // Spreadsheets write rows of separators alone behind the last one, and where one was emptied.
    assert_eq!(csv(&[other, &row(1), "; ;;;;", &row(2), ";;;;;", ";;;;;"]), Ok(bare));
    assert_eq!(csv(&[HEADER]), Ok(Vec::new()));
}

#[test]
fn every_fault_of_a_file_names_its_row() {
    let mut wrong = payment("2");
    wrong["amount"] = json!("690");
    wrong["currency"] = json!("usd");
    wrong["used"] = json!(5);
    let list = json!({"payments": [payment("1"), wrong, payment("1"), 7], "file": "x"});
    assert_eq!(
        faults(read_payments_json(list.to_string().as_bytes())),
        [
            "file: is not a known field here",
            "payments[1].amount: must be a number such as 690 or 86.25",
            "payments[1].currency: must be the ISO 4217 code of a currency, such as USD",
            "payments[1].used: is not a known field here",
            "payments[2].authorization_number: is the same as that of payments[0]",
            "payments[3]: must be an object",
        ]
    );
    assert_eq!(
        faults(csv(&[
            HEADER,
            "CompraClick,1,,690,USD,\"López\r\nMaría\",2026-11-20",
            "Visa,1,,690.005,USD,,20/11/2026",
            "CompraClick,1",
            "Depósito BAC,,7,0,USD,Ana,2026-11-20",
        ])),
        [
            "payments[0].payment_maker_name: holds a character that is not allowed (line 2)",
            "payments[1].payment_method: must be one of: CompraClick, Depósito BAC (line 4)",
            "payments[1].amount: must have at most 2 decimals (line 4)",
            "payments[1].payment_maker_name: is required (line 4)",
            "payments[1].payment_date: must be a date such as 2025-08-23 (line 4)",
            "payments[2]: must have 7 fields, not 2 (line 5)",
            "payments[3].amount: must be more than 0 (line 6)",
        ]
    );
}

#[test]
fn files_that_are_no_payments_are_refused() {
    assert_eq!(
        faults(csv(&["payment_method,amount,amount,color"])),
        [
            "amount: is given twice",
            "color: is not a known field here",
            "currency: is a required column",
            "payment_maker_name: is a required column",
            "payment_date: is a required column",
        ]
    );
    assert_eq!(faults(csv(&[""])), ["body: must begin with a line of column names"]);
    assert_eq!(faults(csv(&[HEADER, "\"a"])), ["body: line 2: a quoted field is not closed"]);
    assert_eq!(faults(read_payments_csv(&[0xff, 0xfe])), ["body: must be UTF-8"]);
    assert_eq!(faults(read_payments_json(b"{}")), ["payments: is required"]);
    assert_eq!(faults(read_payments_json(b"5")), ["body: must be an object or a list"]);
    let huge = vec![b'['; PAYMENTS_BYTES_MAX + 1];
    assert_eq!(read_payments_csv(&huge), Err(Problem::TooLarge { bytes_max: PAYMENTS_BYTES_MAX }));
    assert_eq!(read_payments_json(&huge), Err(Problem::TooLarge { bytes_max: PAYMENTS_BYTES_MAX }));
    let many = json!(vec![1; PAYMENTS_MAX + 1]).to_string();
    assert_eq!(
        faults(read_payments_json(many.as_bytes())),
        ["payments: must have at most 5000 entries, not 5001"]
    );
    let many = json!(vec![1; 200]).to_string();
    let found = faults(read_payments_json(many.as_bytes()));
    assert_eq!(found.last().map(String::as_str), Some(": and 100 more faults"));
}

proptest! {
    #[test]
    fn no_file_makes_it_panic(text in "(payment_method|amount|currency|payment_date|payment_maker_name|[,;\"\n\ra1 ]){0,40}") {
        let _ = read_payments_csv(text.as_bytes());
        let _ = csv(&[HEADER, &text]);
        let _ = read_payments_json(text.as_bytes());
    }
}
