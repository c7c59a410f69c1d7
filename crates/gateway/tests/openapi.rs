//! `docs/payments-api.openapi.json` against what is asked and answered, as the Worker and the gateway write it.

use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode, WaId};
use posada_core::money::Money;
use posada_core::payment::claim::ClaimWish;
use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::{Account, EntryKind, Holder, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{Attach, Claimed, Linked, Payee, Payees, Rules, Validate};
use posada_core::problem::{Problem, System};
use posada_wire::payments_api::{
    Ask, EntryPlace, LedgerAsk, LedgerPage, ListAsk, ListPage, Listed, Operation, Place, account_text,
    ask_text, done_text, entries_text, find_text, ledger_text, list_text, page_text, read_ask, read_ledger,
    read_list, refusal_text,
};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(include_str!("../../../docs/payments-api.openapi.json")).expect("JSON")
}

/// What is wrong with a value by a schema of the document, if anything is.
fn fault(document: &Value, schema: &Value, value: &Value) -> Option<String> {
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> = validator.iter_errors(value).map(|error| error.to_string()).collect();
    (!faults.is_empty()).then(|| faults.join("; "))
}

fn post<'a>(document: &'a Value, operation: &str) -> &'a Value {
    &document["paths"][format!("/v1/payments/{operation}")]["post"]
}

fn request_fault(document: &Value, operation: &str, text: &str) -> Option<String> {
    let schema = &post(document, operation)["requestBody"]["content"]["application/json"]["schema"];
    fault(document, schema, &serde_json::from_str(text).expect("JSON"))
}

#[track_caller]
fn check_answer(document: &Value, operation: &str, status: u16, text: &str) {
    let mut response = &post(document, operation)["responses"][status.to_string()];
    if let Some(name) = response["$ref"].as_str() {
        response = document.pointer(name.trim_start_matches('#')).expect("a component");
    }
    let kind = if status == 200 { "application/json" } else { "application/problem+json" };
    let schema = &response["content"][kind]["schema"];
    assert!(schema.is_object(), "{operation}: {status} is not in the document");
    let value = serde_json::from_str(text).expect("JSON");
    assert_eq!(fault(document, schema, &value), None, "{operation}: {status} {text}");
}

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn payment(method: PaymentMethod) -> PaymentRef {
    PaymentRef::parse(method, "550001").expect("a reference")
}

fn booking() -> BookingId {
    BookingId::from_bits(7)
}

fn claim() -> ClaimId {
    ClaimId::from_bits(8)
}

fn guest() -> Holder {
    Holder::Guest(WaId::parse("50370001234").expect("a wa_id"))
}

fn code() -> ReservationCode {
    ReservationCode::parse("26181").expect("a code")
}

fn commands() -> Vec<Command> {
    let attach = |named, amount, evidence| {
        let wish = ClaimWish { total: cents(69_001), required: cents(34_501), amount };
        let (claim, booking) = (claim(), booking());
        let holder = Holder::Booking(booking.clone());
        let part = if amount.is_some() { 20 } else { 0 };
        Command::Attach(Attach { claim, booking, part, holder, named, wish, rooms: 20, evidence })
    };
    let evidence = Evidence { amount: cents(100_000), date: "2026-11-20".parse().expect("a date") };
    let payee = Payee { line: LineNo(19), code: code(), amount: cents(1) };
    let payees = Payees { paid: vec![payee], kept: cents(17_250), reversed: vec![LineNo(0)] };
    vec![
        Command::Claim(Validate {
            claim: claim(),
            holder: guest(),
            amount: cents(25_875),
            waited_since: None,
        }),
        Command::Claim(Validate {
            claim: claim(),
            holder: guest(),
            amount: cents(1),
            waited_since: Some(Millis(1_764_000_000_000)),
        }),
        attach(None, None, None),
        attach(Some(claim()), Some(cents(50_000)), Some(evidence)),
        Command::Settle { booking: booking(), claim: claim(), payees },
        Command::Settle { booking: booking(), claim: claim(), payees: Payees::default() },
        Command::Reverse { booking: booking(), line: LineNo(19) },
        Command::Expire,
    ]
}

fn texts() -> Vec<(Operation, String)> {
    let rules = Rules {
        currency: "USD".to_owned(),
        code_prefix: "HR".to_owned(),
        code_length_max: 10,
        codreser_length_max: 255,
        claim_ttl_ms: 86_400_000,
    };
    let text = |command: Command| {
        let operation = Operation::of(&command);
        let payment = payment(PaymentMethod::DepositoBac);
        let (at, rules) = (Millis(1_764_000_000_123), rules.clone());
        (operation, ask_text(&Ask { payment, at, rules, utc_offset_minutes: -360, command }))
    };
    commands().into_iter().map(text).collect()
}

#[test]
fn what_is_asked_is_as_the_document_says() {
    let document = document();
    for (operation, text) in texts() {
        assert_eq!(request_fault(&document, operation.name(), &text), None, "{text}");
    }
    for method in PaymentMethod::ALL {
        assert_eq!(request_fault(&document, "find", &find_text(&payment(method))), None);
    }
    let paths: Vec<String> =
        Operation::ALL.iter().map(|operation| format!("/v1/payments/{}", operation.name())).collect();
    let mut known: Vec<&String> = document["paths"].as_object().expect("paths").keys().collect();
    known.retain(|path| *path != "/healthz");
    let mut all: Vec<&String> = paths.iter().collect();
    all.sort();
    known.sort();
    assert_eq!(known, all);
}

/// Members that are left out, or are of no sense: the document and the reader agree that this is not to be asked.
#[test]
fn the_document_refuses_what_the_gateway_refuses() {
    let document = document();
    let mut tried = 0;
    for (operation, text) in texts() {
        let whole: Value = serde_json::from_str(&text).expect("JSON");
        for name in whole.as_object().expect("an object").keys() {
            let mut less = whole.clone();
            less.as_object_mut().expect("an object").remove(name);
            let mut wrong = whole.clone();
            wrong[name] = json!({ "no": "sense" });
            let mut more = whole.clone();
            more[format!("{name}_")] = json!(1);
            for body in [less, wrong, more] {
                let by_document = request_fault(&document, operation.name(), &body.to_string());
                let by_reader = read_ask(operation, body.to_string().as_bytes());
                assert_eq!(
                    by_document.is_some(),
                    by_reader.is_err(),
                    "{operation:?} {body}: {by_document:?}"
                );
                tried += 1;
            }
        }
    }
    assert!(tried > 100);
}

#[test]
fn what_is_answered_is_as_the_document_says() {
    let document = document();
    let claimed = |expires_at| {
        Done::Claimed(Claimed { claim: claim(), amount: cents(25_875), available: Money::ZERO, expires_at })
    };
    for operation in ["claim", "attach"] {
        check_answer(&document, operation, 200, &done_text(&claimed(Some(Millis(5)))));
        check_answer(&document, operation, 200, &done_text(&claimed(None)));
    }
    for operation in ["settle", "release"] {
        check_answer(&document, operation, 200, &done_text(&Done::Settled(Linked { fits: false })));
    }
    check_answer(&document, "reverse", 200, &done_text(&Done::Reversed));
    check_answer(&document, "expire", 200, &done_text(&Done::Expired));
    let reference = "550001".to_owned();
    for (status, problem) in [
        (400, Problem::BadJson { detail: "x".to_owned() }),
        (401, Problem::Unauthorized),
        (404, Problem::PaymentNotFound { reference: reference.clone() }),
        (409, Problem::PaymentUsed { reference }),
        (413, Problem::TooLarge { bytes_max: 1 }),
        (415, Problem::UnsupportedMediaType),
        (422, Problem::field("amount", "is required")),
        (422, Problem::PaymentShort { available: cents(1), required: cents(2), missing: cents(1) }),
        (422, Problem::PaymentCurrency { payment: "EUR".to_owned(), hotel: "USD".to_owned() }),
        (422, Problem::CodreserFull),
        (422, Problem::KeyReused),
        (503, Problem::Uncertain { retry_after_s: 2 }),
        (503, Problem::Unavailable { system: System::Payments, retry_after_s: 2 }),
    ] {
        check_answer(&document, "claim", status, &refusal_text(&problem, status));
    }
}

#[test]
fn an_account_with_every_kind_of_entry_is_as_the_document_says() {
    let document = document();
    let [claim, other] = [claim(), ClaimId::from_bits(9)];
    let amount = cents(10_000);
    let expires_at = Millis(5);
    let kinds = [
        EntryKind::External { amount: cents(0), codes: "HR1,HR2".to_owned() },
        EntryKind::Opened { claim: claim.clone(), holder: guest(), amount, expires_at },
        EntryKind::Changed { claim: claim.clone(), amount, expires_at },
        EntryKind::Attached { claim: claim.clone(), holder: guest(), booking: booking(), amount, rooms: 1 },
        EntryKind::Settled {
            claim: claim.clone(),
            booking: booking(),
            line: LineNo(0),
            prefix: "HR".to_owned(),
            code: code(),
            amount,
        },
        EntryKind::Opened { claim: other.clone(), holder: guest(), amount, expires_at },
        EntryKind::Released { claim: other, amount },
        EntryKind::Reversed { claim: Some(claim), booking: booking(), line: LineNo(0), code: code(), amount },
    ];
    let operation = OperationId::parse("operation").expect("an id");
    let entry = |(seq, kind)| LedgerEntry { seq, operation: operation.clone(), at: Millis(1), kind };
    let entries: Vec<LedgerEntry> = (1..).zip(kinds).map(entry).collect();
    for paid_on in [None, Some("2026-11-20".parse().expect("a date"))] {
        let row = PaymentRow {
            payment: payment(PaymentMethod::CompraClick),
            amount: cents(100_000),
            currency: "USD".to_owned(),
            payer: "Ana".to_owned(),
            paid_on,
            used: cents(1),
            codreser: String::new(),
        };
        let account = Account::load(row.clone(), entries.clone()).expect("a ledger");
        check_answer(&document, "find", 200, &account_text(&account));
        let listed = |entries| Listed { row: row.clone(), entries };
        let page = ListPage { payments: vec![listed(Ok(entries.clone())), listed(Err(3))], is_more: true };
        check_answer(&document, "list", 200, &page_text(&page));
        let of = row.payment.clone();
        let entries: Vec<_> = entries.iter().map(|entry| (of.clone(), entry.clone())).collect();
        let next = Some(EntryPlace { at: Millis(1), payment: of, seq: 3 });
        check_answer(&document, "ledger", 200, &entries_text(&LedgerPage { entries, next }));
    }
}

#[test]
fn what_is_asked_of_lists_is_as_the_document_says_and_as_it_is_read() {
    let document = document();
    let list = ListAsk {
        method: Some(PaymentMethod::DepositoBac),
        reference: Some("77".to_owned()),
        from: Some("2026-11-20".parse().expect("a date")),
        to: Some("2026-11-21".parse().expect("a date")),
        after: Some(Place { paid_on: "2026-11-20".to_owned(), payment: payment(PaymentMethod::CompraClick) }),
        entries_since: Some(Millis(1)),
        limit: 20,
    };
    let plain = ListAsk { limit: 1, ..ListAsk::default() };
    for ask in [list, plain] {
        let text = list_text(&ask);
        assert_eq!(request_fault(&document, "list", &text), None, "{text}");
        assert_eq!(read_list(text.as_bytes()), Ok(ask));
    }
    let after = Some(EntryPlace { at: Millis(7), payment: payment(PaymentMethod::DepositoBac), seq: 9 });
    let whole = LedgerAsk {
        payment: Some(payment(PaymentMethod::CompraClick)),
        bookings: Some(vec![booking()]),
        from: Some(Millis(1)),
        to: Some(Millis(2)),
        after,
    };
    let of_time = LedgerAsk { from: Some(Millis(0)), ..LedgerAsk::default() };
    for ask in [whole, of_time] {
        let text = ledger_text(&ask);
        assert_eq!(request_fault(&document, "ledger", &text), None, "{text}");
        assert_eq!(read_ledger(text.as_bytes()), Ok(ask));
    }
    for (operation, body) in [
        ("list", r#"{"limit": 101}"#),
        ("list", r#"{"payment_method": "Efectivo"}"#),
        ("list", r#"{"from": "20-11-2026"}"#),
        ("list", r#"{"page": 1}"#),
        ("ledger", "{}"),
        ("ledger", r#"{"payment_method": "CompraClick"}"#),
        ("ledger", r#"{"bookings": ["x"]}"#),
        ("ledger", r#"{"from_ms": -1}"#),
    ] {
        assert!(request_fault(&document, operation, body).is_some(), "{operation} {body}");
        let refused = match operation {
            "list" => read_list(body.as_bytes()).is_err(),
            _ => read_ledger(body.as_bytes()).is_err(),
        };
        assert!(refused, "{operation} {body}");
    }
    assert!(
        read_list(br#"{"after": "x"}"#).is_err() && read_ledger(br#"{"from_ms": 0, "after": "x"}"#).is_err()
    );
}
