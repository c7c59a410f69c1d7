//! What is asked of the payments API is read as it was meant, and so are its answers.

use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode, WaId};
use posada_core::money::Money;
use posada_core::payment::claim::ClaimWish;
use posada_core::payment::command::{Command, Done};
use posada_core::payment::ledger::{Account, EntryKind, Holder, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{Attach, Claimed, Linked, Payee, Payees, Rules, Validate};
use posada_core::payment::reconcile::Link;
use posada_core::problem::{Problem, System};
use posada_wire::payments_api::{
    Ask, EntryPlace, LedgerPage, ListPage, Listed, Operation, account_text, ask_text, done_text,
    entries_text, find_text, links_of, page_text, read_account, read_ask, read_done, read_entries, read_find,
    read_ledger, read_list, read_page, read_refusal, refusal_text,
};
use proptest::prelude::*;

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn payment(method: PaymentMethod) -> PaymentRef {
    PaymentRef::parse(method, "55-0001/a.b").expect("a reference")
}

fn ask(command: Command) -> Ask {
    let rules = Rules {
        currency: "USD".to_owned(),
        code_prefix: "HR".to_owned(),
        code_length_max: 10,
        codreser_length_max: 255,
        claim_ttl_ms: 86_400_000,
    };
    let payment = payment(PaymentMethod::DepositoBac);
    Ask { payment, at: Millis(1_764_000_000_123), rules, utc_offset_minutes: -360, command }
}

fn commands() -> Vec<Command> {
    let booking = BookingId::from_bits(7);
    let claim = ClaimId::from_bits(8);
    let guest = Holder::Guest(WaId::parse("50370001234").expect("a wa_id"));
    let code = |text: &str| ReservationCode::parse(text).expect("a code");
    let payee = |line, text, amount| Payee { line: LineNo(line), code: code(text), amount: cents(amount) };
    let attach = |named, amount: Option<Money>, evidence| {
        Command::Attach(Attach {
            claim: claim.clone(),
            booking: booking.clone(),
            part: if amount.is_some() { 2 } else { 0 },
            holder: Holder::Booking(booking.clone()),
            named,
            wish: ClaimWish { total: cents(69_001), required: cents(34_501), amount },
            rooms: 3,
            evidence,
        })
    };
    let date = "2026-11-20".parse().expect("a date");
    vec![
        Command::Claim(Validate {
            claim: claim.clone(),
            holder: guest.clone(),
            amount: cents(25_875),
            waited_since: None,
        }),
        attach(None, None, None),
        attach(
            Some(ClaimId::from_bits(9)),
            Some(cents(50_000)),
            Some(Evidence { amount: cents(100_000), date }),
        ),
        Command::Settle {
            booking: booking.clone(),
            claim: claim.clone(),
            payees: Payees {
                paid: vec![payee(0, "26181", 25_875), payee(19, "A-7", 1)],
                kept: cents(17_250),
                reversed: vec![LineNo(1), LineNo(2)],
            },
        },
        Command::Settle { booking: booking.clone(), claim: claim.clone(), payees: Payees::default() },
        Command::Reverse { booking, line: LineNo(19) },
        Command::Expire,
        Command::Claim(Validate {
            claim,
            holder: guest,
            amount: cents(25_875),
            waited_since: Some(Millis(1_764_000_000_000)),
        }),
    ]
}

#[test]
fn what_is_asked_is_read_as_it_was_meant() {
    for command in commands() {
        let ask = ask(command);
        let text = ask_text(&ask);
        let operation = Operation::of(&ask.command);
        assert_eq!(read_ask(operation, text.as_bytes()), Ok(ask), "{text}");
    }
    for method in PaymentMethod::ALL {
        let payment = payment(method);
        assert_eq!(read_find(find_text(&payment).as_bytes()), Ok(payment));
    }
}

#[test]
fn a_release_is_a_settlement_of_nothing() {
    let body = ask_text(&ask(Command::Reverse { booking: BookingId::from_bits(7), line: LineNo(0) }));
    let claim = ClaimId::from_bits(8);
    let body = body.replace(r#""line":0"#, &format!(r#""claim":"{claim}""#));
    let read = read_ask(Operation::Release, body.as_bytes()).expect("a release");
    let payees = Payees::default();
    assert_eq!(read.command, Command::Settle { booking: BookingId::from_bits(7), claim, payees });
}

#[track_caller]
fn check(operation: Operation, body: &str, fields: &[&str]) {
    let problem = read_ask(operation, body.as_bytes()).expect_err("refused");
    let found: Vec<String> = problem.fields().into_iter().map(|fault| fault.field).collect();
    assert_eq!(found, fields, "{problem:?}");
}

#[test]
fn every_fault_is_named() {
    let all = ["payment_method", "at_ms", "rules"];
    check(Operation::Claim, "{}", &[&all[..], &["claim", "holder", "amount"]].concat());
    check(
        Operation::Attach,
        "{}",
        &[&all[..], &["claim", "booking", "holder", "total_amount", "required_amount", "rooms"]].concat(),
    );
    check(Operation::Settle, "{}", &[&all[..], &["booking", "claim", "paid"]].concat());
    check(Operation::Release, "{}", &[&all[..], &["booking", "claim"]].concat());
    check(Operation::Reverse, "{}", &[&all[..], &["booking", "line"]].concat());
    let text = ask_text(&ask(commands().remove(3)));
    let bad = text
        .replace(r#""line":19"#, r#""line":0"#)
        .replace("26181", "26,181")
        .replace("172.5", "172.505")
        .replace(r#""reservation_code_prefix":"HR""#, r#""reservation_code_prefix":"H,""#)
        .replace(r#""reversed":[1,2]"#, r#""reversed":[1,20],"line":1,"x":1"#);
    check(
        Operation::Settle,
        &bad,
        &["rules.reservation_code_prefix", "paid[0].code", "kept_amount", "reversed[1]", "line", "x"],
    );
    let twice = text.replace(r#""line":19"#, r#""line":0"#);
    check(Operation::Settle, &twice, &["paid[1].line"]);
    assert_eq!(read_ask(Operation::Find, text.as_bytes()), Err(Problem::NotFound));
    assert!(read_find(text.as_bytes()).is_err_and(|problem| problem.fields().len() == 7));
}

#[test]
fn answers_are_read_as_they_were_meant() {
    let claimed = |expires_at| {
        let (amount, available) = (cents(25_875), Money::ZERO);
        Done::Claimed(Claimed { claim: ClaimId::from_bits(8), amount, available, expires_at })
    };
    let all = commands();
    for (command, done) in [
        (&all[0], claimed(Some(Millis(5)))),
        (&all[1], claimed(None)),
        (&all[3], Done::Settled(Linked { fits: false })),
        (&all[5], Done::Reversed),
    ] {
        let text = done_text(&done);
        assert_eq!(read_done(command, text.as_bytes()), Some(done), "{text}");
    }
    assert_eq!(read_done(&all[0], done_text(&Done::Reversed).as_bytes()), None);
    for garbage in ["", "{", "[]", "{}", "<html>", "null"] {
        for command in &all {
            assert_eq!(read_done(command, garbage.as_bytes()), None);
            assert_eq!(
                read_refusal(
                    Operation::of(command),
                    &payment(PaymentMethod::CompraClick),
                    garbage.as_bytes()
                ),
                None
            );
        }
    }
}

#[test]
fn refusals_are_read_as_they_were_meant() {
    let payment = payment(PaymentMethod::CompraClick);
    let reference = payment.reference.clone();
    let claim = Operation::Claim;
    for problem in [
        Problem::PaymentNotFound { reference: reference.clone() },
        Problem::PaymentUsed { reference },
        Problem::PaymentShort { available: cents(1), required: cents(2), missing: cents(1) },
        Problem::PaymentCurrency { payment: "EUR".to_owned(), hotel: "USD".to_owned() },
        Problem::CodreserFull,
        Problem::Unavailable { system: System::Payments, retry_after_s: 2 },
        Problem::KeyReused,
    ] {
        let text = refusal_text(&problem, 422);
        assert_eq!(read_refusal(claim, &payment, text.as_bytes()), Some(problem), "{text}");
    }
    let nowhere = refusal_text(&Problem::NotFound, 404);
    assert_eq!(read_refusal(Operation::Reverse, &payment, nowhere.as_bytes()), Some(Problem::NotFound));
    assert_eq!(read_refusal(claim, &payment, nowhere.as_bytes()), None, "the path is wrong, not the payment");
    for other in [Problem::Unauthorized, Problem::Uncertain { retry_after_s: 1 }, Problem::field("x", "y")] {
        assert_eq!(read_refusal(claim, &payment, refusal_text(&other, 400).as_bytes()), None);
    }
}

#[test]
fn an_account_is_read_as_it_was_written() {
    let payment = payment(PaymentMethod::CompraClick);
    let row = PaymentRow {
        payment: payment.clone(),
        amount: cents(100_000),
        currency: "USD".to_owned(),
        payer: "María \"López\"".to_owned(),
        paid_on: Some("2026-11-20".parse().expect("a date")),
        used: cents(25_875),
        codreser: "HR19001,HR19002".to_owned(),
    };
    let kind = EntryKind::External { amount: cents(25_875), codes: "HR19001,HR19002".to_owned() };
    let operation = OperationId::parse("external:1").expect("an id");
    let entries = vec![LedgerEntry { seq: 1, operation, at: Millis(5), kind }];
    for row in [PaymentRow { paid_on: None, ..row.clone() }, row] {
        let account = Account::load(row, entries.clone()).expect("a ledger");
        let text = account_text(&account);
        assert_eq!(read_account(&payment, text.as_bytes()), Some(account), "{text}");
    }
}

#[test]
fn pages_are_read_as_they_were_written() {
    let booking = BookingId::from_bits(7);
    let code = ReservationCode::parse("26181").expect("a code");
    let claim = ClaimId::from_bits(8);
    let holder = Holder::Booking(booking.clone());
    let amount = cents(10_000);
    let kinds = [
        EntryKind::Attached { claim: claim.clone(), holder, booking: booking.clone(), amount, rooms: 1 },
        EntryKind::Settled {
            claim: claim.clone(),
            booking: booking.clone(),
            line: LineNo(0),
            prefix: "HR".to_owned(),
            code: code.clone(),
            amount,
        },
        EntryKind::Reversed {
            claim: Some(claim.clone()),
            booking: booking.clone(),
            line: LineNo(0),
            code: code.clone(),
            amount,
        },
    ];
    let operation = OperationId::parse("operation").expect("an id");
    let entry = |(seq, kind)| LedgerEntry { seq, operation: operation.clone(), at: Millis(1), kind };
    let entries: Vec<LedgerEntry> = (1..).zip(kinds).map(entry).collect();
    let row = |method, paid_on: Option<&str>| PaymentRow {
        payment: payment(method),
        amount: cents(100_000),
        currency: "USD".to_owned(),
        payer: "Ana \"=1+1\"".to_owned(),
        paid_on: paid_on.map(|date| date.parse().expect("a date")),
        used: cents(1),
        codreser: String::new(),
    };
    let payments = vec![
        Listed { row: row(PaymentMethod::CompraClick, Some("2026-11-20")), entries: Ok(entries.clone()) },
        Listed { row: row(PaymentMethod::DepositoBac, None), entries: Err(3) },
    ];
    for is_more in [false, true] {
        let page = ListPage { payments: payments.clone(), is_more };
        assert_eq!(read_page(page_text(&page).as_bytes()), Some(page));
    }
    let of = payment(PaymentMethod::DepositoBac);
    let all: Vec<_> = entries.into_iter().map(|entry| (of.clone(), entry)).collect();
    let next = Some(EntryPlace { at: Millis(1), payment: of, seq: 3 });
    let page = LedgerPage { entries: all.clone(), next };
    assert_eq!(read_entries(entries_text(&page).as_bytes()), Some(page));
    assert_eq!(links_of(&all), []);
    assert_eq!(links_of(&all[..2]), [Link { booking, code, amount }]);
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = (read_list(&bytes), read_ledger(&bytes), read_page(&bytes), read_entries(&bytes));
        for operation in Operation::ALL {
            let _ = read_ask(operation, &bytes);
        }
        let _ = read_find(&bytes);
        let _ = read_account(&payment(PaymentMethod::CompraClick), &bytes);
        for command in commands() {
            let _ = read_done(&command, &bytes);
        }
    }

    #[test]
    fn no_amount_is_changed_on_the_way(amount in 1_i64..100_000_000_000, claim in any::<u128>()) {
        let holder = Holder::Booking(BookingId::from_bits(claim));
        let command = Command::Claim(Validate {
            claim: ClaimId::from_bits(claim),
            holder,
            amount: cents(amount),
            waited_since: None,
        });
        let ask = ask(command);
        prop_assert_eq!(read_ask(Operation::Claim, ask_text(&ask).as_bytes()), Ok(ask));
    }
}
