//! What is stored is read back as it was, in a form that people and SQL can read.

use posada_core::booking::effect::{Holding, Reservation, RoomNeed, RoomOrder};
use posada_core::booking::journal::{
    Capabilities, Entry, HeldRoom, Requester, StaffReason, Stamped, Step, Terms,
};
use posada_core::booking::outcome::FailureCause;
use posada_core::booking::request::{
    BookingRequest, Evidence, FurtherRequest, Guest, PaymentIntent, RequestedRoom,
};
use posada_core::ids::{
    BookingId, ClaimId, LineNo, Millis, OperationId, PackageId, Reference, ReservationCode, RoomNumber,
    RoomTypeId, WaId,
};
use posada_core::message::Language;
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::ledger::{EntryKind, Holder, LedgerEntry};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::pending::Schedule;
use posada_core::problem::{FieldFault, Problem, Shortage, System};
use posada_core::stay::Stay;
use posada_wire::stored::{Read, Write, from_text, to_text};

#[track_caller]
fn survives<T: Read + Write + PartialEq + std::fmt::Debug>(value: &T) -> String {
    let text = to_text(value);
    let again: Option<T> = from_text(&text);
    assert_eq!(again.as_ref(), Some(value), "{text}");
    let known: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert!(!known.is_null());
    text
}

fn money(mills: i64) -> Money {
    Money::from_mills(mills)
}

fn room(name: &str) -> RoomNumber {
    RoomNumber::parse(name).expect("a room")
}

fn code(text: &str) -> ReservationCode {
    ReservationCode::parse(text).expect("a code")
}

fn stay() -> Stay {
    let date = |text: &str| text.parse().expect("a date");
    Stay::new(date("2025-08-23"), date("2025-08-25")).expect("a stay")
}

fn payment() -> PaymentRef {
    PaymentRef::parse(PaymentMethod::DepositoBac, "123456").expect("a reference")
}

fn guest() -> Guest {
    let text = |text: &str| text.to_owned();
    Guest {
        customer_name: text("Ana \"La Jefa\" Pérez\n"),
        email: text("ana@example.com"),
        phone_number: text("+50370001234"),
        city: text("San Salvador"),
        dui_passport: text("01234567-8"),
        nationality: text("salvadoreña \u{1F1F8}\u{1F1FB}"),
    }
}

fn requested() -> RequestedRoom {
    RequestedRoom {
        room_type: RoomTypeId::parse("Junior").expect("an id"),
        guests: Occupancy { adults: 3, children_6_10: 1, children_0_5: 2 },
        extra_beds: 1,
    }
}

fn request(wa_id: Option<WaId>) -> BookingRequest {
    BookingRequest {
        guest: guest(),
        wa_id,
        stay: stay(),
        package: PackageId::parse("Todo incluido").expect("an id"),
        rooms: vec![requested(), requested()],
        payment: PaymentIntent {
            payment: payment(),
            amount: Some(money(690_000)),
            maker_name: "Ana".to_owned(),
            claim: Some(ClaimId::from_bits(9)),
        },
        follows: Some(BookingId::from_bits(8)),
        all_or_nothing: true,
        customer_instructions: Some("cerca de la piscina".to_owned()),
    }
}

fn further(checks: Option<Schedule>) -> FurtherRequest {
    let payment = request(None).payment;
    let date = "2025-08-20".parse().expect("a date");
    let evidence = checks.is_none().then(|| Evidence { amount: money(10), date });
    FurtherRequest { payment, evidence, key: "0f".to_owned(), checks }
}

#[test]
fn every_journal_entry_survives() {
    let terms = Terms {
        prices: vec![money(43_125), money(258_750)],
        required: money(100),
        amount: None,
        hold_ttl_ms: 900_000,
        capabilities: Capabilities { idempotency: true, lookup: false, cancel: true },
        notify: None,
        waits: None,
    };
    let told = Terms { notify: Some(Language::En), waits: Some(Schedule::default()), ..terms.clone() };
    let line = LineNo(2);
    let causes = [
        FailureCause::NoAvailability,
        FailureCause::Refused { error: "ocupada".to_owned() },
        FailureCause::Unreachable,
        FailureCause::Unconfirmed,
        FailureCause::AllOrNothing,
        FailureCause::Cancelled,
    ];
    let mut entries = vec![
        Entry::Requested { request: Box::new(request(None)), terms: told },
        Entry::Requested { request: Box::new(request(WaId::parse("50370001234").ok())), terms },
        Entry::Claimed { claim: ClaimId::from_bits(1), amount: money(10), shares: vec![money(10), money(0)] },
        Entry::Refused { problem: Problem::MissingBooking },
        Entry::Held {
            rooms: vec![HeldRoom { line, generation: 1, room: room("54") }],
            expires_at: Millis(1_756_015_199_000),
        },
        Entry::Confirmed { line, generation: 3, room: room("54"), code: code("26181") },
        Entry::AttemptRefused { line, generation: 1, error: "no".to_owned() },
        Entry::OutcomeUnknown { line, generation: 1 },
        Entry::FoundAbsent { line, generation: 1 },
        Entry::Settled,
        Entry::HoldsReleased,
        Entry::Notified,
        Entry::NotifyGivenUp { error: "410".to_owned() },
        Entry::Resolved { note: "visto".to_owned(), line: None, by: None },
        Entry::Resolved { note: "visto".to_owned(), line: Some(line), by: Some("0f".to_owned()) },
        Entry::StrayFound { line, generation: 2, room: room("54"), code: code("26181") },
        Entry::CancelOrdered { lines: vec![line], by: "0a".to_owned() },
        Entry::CancellationRequested { lines: vec![line], reason: None, by: Requester::Guest },
        Entry::CancellationRequested {
            lines: vec![],
            reason: Some("no".to_owned()),
            by: Requester::Assistant,
        },
        Entry::CancellationRequested { lines: vec![line], reason: None, by: Requester::Staff },
        Entry::AcceptedUnpaid,
        Entry::PaymentAdded { request: Box::new(further(None)) },
        Entry::PaymentAdded { request: Box::new(further(Some(Schedule::default()))) },
        Entry::PaymentClaimed {
            part: 1,
            claim: ClaimId::from_bits(1),
            amount: money(10),
            shares: vec![money(10), money(0)],
        },
        Entry::PaymentRefused { part: 2, problem: Problem::NothingDue },
        Entry::PaymentSettled { part: 20 },
        Entry::FollowTaken,
        Entry::FollowedBy { booking: BookingId::from_bits(5) },
    ];
    entries.extend(causes.iter().map(|cause| Entry::LineFailed { line, cause: cause.clone() }));
    entries.extend(causes.iter().map(|cause| Entry::Cancelled { line, cause: cause.clone() }));
    for step in [
        Step::Follow,
        Step::Claim,
        Step::Hold,
        Step::Book { line },
        Step::LookUp { line },
        Step::Cancel { line },
        Step::Settle,
        Step::ReleaseHolds,
        Step::Notify,
        Step::ClaimFurther { part: 1 },
        Step::SettleFurther { part: 20 },
    ] {
        entries.push(Entry::Deferred { step, until: Millis(5), unknown_at: None });
        entries.push(Entry::Deferred { step, until: Millis(5), unknown_at: Some(Millis(4)) });
    }
    for reason in [
        StaffReason::Unconfirmed { line },
        StaffReason::CodreserFull,
        StaffReason::CancelFailed { line },
        StaffReason::LedgerRefused { code: "key_reused".to_owned() },
    ] {
        entries.push(Entry::Escalated { reason });
    }
    let stamped: Vec<Stamped> =
        entries.into_iter().map(|entry| Stamped::new(Millis(1_756_015_200_000), entry)).collect();
    survives(&stamped);
    assert_eq!(
        survives(&stamped[5]),
        r#"{"v":3,"at":1756015200000,"entry":{"confirmed":{"line":2,"generation":3,"room":"54","code":"26181"}}}"#
    );
    assert_eq!(survives(&stamped[9]), r#"{"v":3,"at":1756015200000,"entry":"settled"}"#);
}

#[test]
fn what_version_2_did_not_say_is_not_said() {
    let resolved = r#"{"v":2,"at":5,"entry":{"resolved":{"note":"visto","line":1}}}"#;
    let entry = Entry::Resolved { note: "visto".to_owned(), line: Some(LineNo(1)), by: None };
    assert_eq!(from_text::<Stamped>(resolved), Some(Stamped { v: 2, at: Millis(5), entry }));
}

#[test]
fn every_problem_survives() {
    let text = |text: &str| text.to_owned();
    let problems = vec![
        Problem::BadJson { detail: text("line 1") },
        Problem::Invalid { fields: vec![FieldFault::new("adults", "must be at least 1")] },
        Problem::MissingBooking,
        Problem::OverCapacity { room: None, guests_max: 5, detail: text("x") },
        Problem::ChildAlone { room: None },
        Problem::NoAvailability {
            shortages: vec![Shortage { room_type: requested().room_type, asked: 3, free: 2 }],
        },
        Problem::RateMissing { room_type: requested().room_type, night: stay().check_in() },
        Problem::PriceChanged { quoted: money(1), current: money(2), quote: text("q") },
        Problem::QuoteMismatch { detail: text("x") },
        Problem::PaymentNotFound { reference: text("1") },
        Problem::PaymentPending { reference: text("1"), next_check_at: 5 },
        Problem::NothingDue,
        Problem::PaymentUsed { reference: text("1") },
        Problem::PaymentShort { available: money(1), required: money(2), missing: money(1) },
        Problem::PaymentCurrency { payment: text("EUR"), hotel: text("USD") },
        Problem::CodreserFull,
        Problem::KeyReused,
        Problem::BookingInProgress { retry_after_s: 5 },
        Problem::AlreadyFollowed { followed_by: BookingId::from_bits(3) },
        Problem::DuplicateBooking,
        Problem::Unauthorized,
        Problem::BadSignature { fault: FieldFault::new("Posada-Nonce", "x") },
        Problem::Forbidden { detail: text("x") },
        Problem::ChallengeFailed,
        Problem::ForceNotAllowed,
        Problem::NotFound,
        Problem::MethodNotAllowed,
        Problem::TooLarge { bytes_max: 65_536 },
        Problem::UnsupportedMediaType,
        Problem::TooManyRequests { retry_after_s: 5 },
        Problem::Uncertain { retry_after_s: 5 },
        Problem::Unavailable { system: System::Payments, retry_after_s: 5 },
    ];
    survives(&problems);
}

#[test]
fn calls_survive() {
    let reference = Reference { booking: BookingId::from_bits(7), line: LineNo(0), generation: 1 };
    survives(&RoomOrder {
        reference,
        room: room("54"),
        requested: requested(),
        stay: stay(),
        package: PackageId::parse("Hospedaje").expect("an id"),
        amount: money(258_750),
        guest: guest(),
        payment: payment(),
        payment_maker_name: "Ana".to_owned(),
        customer_instructions: None,
    });
    survives(&RoomNeed {
        line: LineNo(0),
        generation: 2,
        room_type: requested().room_type,
        refused: vec![room("54"), room("56")],
        holds: Some(room("57")),
    });
    survives(&Holding {
        asked: vec![(LineNo(0), 1), (LineNo(1), 2)],
        rooms: vec![HeldRoom { line: LineNo(0), generation: 1, room: room("54") }],
        expires_at: Millis(-1),
    });
    survives(&Reservation { code: code("26181"), room: room("54") });
}

#[test]
fn every_ledger_entry_survives_flat() {
    let (claim, booking) = (ClaimId::from_bits(1), BookingId::from_bits(2));
    let (line, code, amount) = (LineNo(0), code("26181"), money(258_750));
    let guest = Holder::Guest(WaId::parse("50370001234").expect("a wa_id"));
    let kinds = vec![
        EntryKind::External { amount: money(-10), codes: "HR1,HR2".to_owned() },
        EntryKind::Opened { claim: claim.clone(), holder: guest.clone(), amount, expires_at: Millis(9) },
        EntryKind::Changed { claim: claim.clone(), amount, expires_at: Millis(9) },
        EntryKind::Attached {
            claim: claim.clone(),
            holder: Holder::Booking(booking.clone()),
            booking: booking.clone(),
            amount,
            rooms: 3,
        },
        EntryKind::Settled {
            claim: claim.clone(),
            booking: booking.clone(),
            line,
            prefix: "HR".to_owned(),
            code: code.clone(),
            amount,
        },
        EntryKind::Released { claim: claim.clone(), amount },
        EntryKind::Reversed { claim: None, booking: booking.clone(), line, code: code.clone(), amount },
        EntryKind::Reversed { claim: Some(claim), booking, line, code, amount },
    ];
    let operation = OperationId::parse("settle:7").expect("an id");
    let entries: Vec<LedgerEntry> = (1..)
        .zip(kinds)
        .map(|(seq, kind)| LedgerEntry { seq, operation: operation.clone(), at: Millis(5), kind })
        .collect();
    survives(&entries);
    assert_eq!(
        survives(&entries[4]),
        format!(
            "{{\"seq\":5,\"operation\":\"settle:7\",\"at\":5,\"kind\":\"settled\",\"amount\":258750,\"claim\":\
             \"{:032x}\",\"booking\":\"{:032x}\",\"line\":0,\"prefix\":\"HR\",\"code\":\"26181\"}}",
            1, 2
        )
    );
}

#[test]
fn what_is_something_else_is_not_read() {
    for text in
        ["", "{", "null", "5", "\"settled \"", "{\"settled\":{}, \"notified\":{}}", "{\"confirmed\":{}}"]
    {
        assert_eq!(from_text::<Entry>(text), None, "{text}");
    }
    assert_eq!(from_text::<Entry>("\"settled\""), Some(Entry::Settled));
    let later =
        r#"{"confirmed":{"line":2,"generation":3,"room":"54","code":"26181","by":"a later version"}}"#;
    assert!(from_text::<Entry>(later).is_some(), "members of a later version are passed over");
    assert_eq!(from_text::<Stay>(r#"{"check_in":"2025-08-23","check_out":"2025-08-23"}"#), None);
}
