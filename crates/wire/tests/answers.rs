//! How bookings and problems are written.

use posada_core::booking::CancellationRequest;
use posada_core::booking::journal::Requester;
use posada_core::booking::outcome::{BookedRoom, FailedRoom, FailureCause, Outcome, Report};
use posada_core::ids::{BookingId, LineNo, Millis, ReservationCode, RoomNumber, RoomTypeId};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::problem::{FieldFault, Problem, Shortage, System};
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::command::{Caller, Form};
use posada_wire::number::Amount;
use posada_wire::problem::ProblemDocument;
use posada_wire::proposal::Redistribution;
use posada_wire::stored::{Write, to_text};
use posada_wire::time::Timestamp;
use serde_json::{Value, json};

fn junior() -> RoomTypeId {
    RoomTypeId::parse("Junior").expect("an id")
}

fn guests(adults: u16) -> Occupancy {
    Occupancy { adults, ..Occupancy::default() }
}

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("an amount")
}

fn report() -> Report {
    Report {
        outcome: Outcome::PartlyBooked,
        booked: vec![BookedRoom {
            line: LineNo(0),
            room: RoomNumber::parse("54").expect("a room"),
            room_type: junior(),
            code: ReservationCode::parse("26181").expect("a code"),
            guests: guests(3),
            extra_beds: 0,
            amount: cents(25_875),
            paid: cents(25_000),
        }],
        failed: vec![FailedRoom {
            line: LineNo(1),
            room_type: junior(),
            guests: guests(2),
            extra_beds: 0,
            room: Some(RoomNumber::parse("56").expect("a room")),
            code: None,
            amount: cents(17_250),
            share: cents(17_250),
            cause: FailureCause::Refused { error: "SQLSTATE 42".to_owned() },
        }],
        total: cents(25_875),
        balance_due: cents(875),
    }
}

fn answer(report: &Report, form: Form, caller: Caller) -> BookingAnswer {
    let reason = |_: &FailedRoom| "No se pudo".to_owned();
    let words = Words { customer_message: "Hola".to_owned(), reason: &reason };
    BookingAnswer::new(&BookingId::from_bits(1), report, form, caller, words)
}

fn written(answer: &dyn Write) -> Value {
    serde_json::from_str(&to_text(answer)).expect("JSON")
}

#[test]
fn a_booking_is_answered_as_the_contract_says() {
    assert_eq!(
        written(&answer(&report(), Form::Many, Caller::Public).with_token("t".to_owned())),
        json!({
            "booking_id": "00000000000000000000000000000001", "token": "t", "outcome": "partly_booked",
            "success": true,
            "bookings": [{
                "line": 1, "reserva": "26181", "room": "54", "bungalow_type": "Junior", "adults": 3, "children_0_5": 0,
                "children_6_10": 0, "extra_beds": 0, "amount": 258.75, "paid_amount": 250,
            }],
            "failed_bookings": [{
                "line": 2,
                "booking": {
                    "bungalow_type": "Junior", "adults": 2, "children_0_5": 0, "children_6_10": 0, "extra_beds": 0,
                },
                "room": "56", "code": "refused", "reason": "No se pudo",
                "error": "The reservation API refused the room",
            }],
            "total_amount": 258.75, "balance_due": 8.75, "customer_message": "Hola",
        })
    );
}

#[test]
fn only_staff_read_the_reservation_apis_own_words() {
    let error =
        |caller| written(&answer(&report(), Form::Many, caller))["failed_bookings"][0]["error"].clone();
    assert_eq!(error(Caller::Staff), "SQLSTATE 42");
    assert_eq!(error(Caller::Assistant), "The reservation API refused the room");
}

#[test]
fn the_single_form_has_its_code_besides() {
    let single = written(&answer(&report(), Form::Single, Caller::Assistant));
    assert_eq!((&single["success"], &single["reserva"]), (&json!(true), &json!("26181")));
    let mut nothing = report();
    nothing.booked.clear();
    let single = written(&answer(&nothing, Form::Single, Caller::Assistant));
    assert_eq!((&single["success"], single.get("reserva")), (&json!(false), Some(&Value::Null)));
    assert_eq!(written(&answer(&nothing, Form::Many, Caller::Assistant)).get("reserva"), None);
}

#[test]
fn an_offer_or_the_receptions_help_comes_with_failed_rooms() {
    let with = |offer| {
        let mut answer = answer(&report(), Form::Many, Caller::Public);
        answer.redistribution = Some(offer);
        written(&answer)["redistribution"].clone()
    };
    assert_eq!(
        with(Redistribution::Staff { reason: "child_alone" }),
        json!({"kind": "staff", "reason": "child_alone"})
    );
    let offer = Redistribution::Offer {
        rooms: vec![],
        total_amount: Amount(cents(17_250)),
        currency: "USD".to_owned(),
        quote: "AY1P".to_owned(),
        expires_at: Timestamp(Millis(1_756_015_200_000)),
    };
    assert_eq!(
        with(offer),
        json!({
            "kind": "offer", "rooms": [], "total_amount": 172.5, "currency": "USD", "quote": "AY1P",
            "expires_at": "2025-08-24T06:00:00Z",
        })
    );
}

#[test]
fn a_cancelled_room_has_its_code_and_a_followed_booking_its_follower() {
    let mut report = report();
    for failed in &mut report.failed {
        failed.code = ReservationCode::parse("26182").ok();
        failed.cause = FailureCause::Cancelled;
    }
    let request = CancellationRequest {
        lines: vec![LineNo(0)],
        reason: Some("ya no viajamos".to_owned()),
        by: Requester::Guest,
        at: Millis(0),
    };
    let mut answer = answer(&report, Form::Many, Caller::Public).with_cancellation_requested(Some(&request));
    answer.followed_by = Some(BookingId::from_bits(2));
    let json = written(&answer);
    assert_eq!(json["failed_bookings"][0]["reserva"], "26182");
    assert_eq!(json["failed_bookings"][0]["code"], "cancelled");
    assert_eq!(json["followed_by"], "00000000000000000000000000000002");
    assert_eq!(json["cancellation_requested"], json!([1]));
}

fn document(problem: &Problem, status: u16) -> Value {
    written(&ProblemDocument::new(problem, status, "Mensaje".to_owned()))
}

#[test]
fn problems_are_rfc_9457_documents() {
    let fields = vec![FieldFault::new("email", "is required"), FieldFault::new("city", "is required")];
    assert_eq!(
        document(&Problem::Invalid { fields }, 422),
        json!({
            "type": "urn:posada:problem:invalid", "title": "Some fields are missing or wrong", "status": 422,
            "code": "invalid", "detail": "email is required; city is required.",
            "fields": [
                {"field": "email", "message": "is required"}, {"field": "city", "message": "is required"},
            ],
            "customer_message": "Mensaje",
        })
    );
}

#[test]
fn some_problems_carry_members_of_their_own() {
    let changed = Problem::PriceChanged { quoted: cents(100), current: cents(150), quote: "new".to_owned() };
    let found = document(&changed, 409);
    assert_eq!(found["quote"], "new");
    assert_eq!((&found["total_amount"], &found["quoted_amount"]), (&json!(1.5), &json!(1)));
    let pending = Problem::PaymentPending { reference: "1".to_owned(), next_check_at: 1_756_015_199_999 };
    assert_eq!(document(&pending, 202)["next_check_at"], "2025-08-24T05:59:59Z");
    let shortages = vec![Shortage { room_type: junior(), asked: 3, free: 2 }];
    let found = document(&Problem::NoAvailability { shortages }, 409);
    assert_eq!(found["shortages"], json!([{"bungalow_type": "Junior", "asked": 3, "free": 2}]));
    let down = Problem::Unavailable { system: System::Reservations, retry_after_s: 5 };
    assert_eq!(document(&down, 503)["retry_after_s"], 5);
    let night = chrono::NaiveDate::from_ymd_opt(2028, 1, 1).expect("a date");
    let missing = document(&Problem::RateMissing { room_type: junior(), night }, 422);
    assert_eq!((&missing["bungalow_type"], &missing["night"]), (&json!("Junior"), &json!("2028-01-01")));
}

#[test]
fn what_is_left_of_a_payment_can_be_kept_back() {
    let short = Problem::PaymentShort { available: cents(100), required: cents(300), missing: cents(200) };
    let told = ProblemDocument::new(&short, 422, "Mensaje".to_owned());
    assert_eq!(written(&told)["missing_amount"], 2);
    let kept_back = written(&told.for_tool().without_amounts()).to_string();
    for amount in ["1.00", "2.00", "3.00", "_amount"] {
        assert!(!kept_back.contains(amount), "{kept_back}");
    }
}

#[test]
fn tools_are_answered_with_success_and_error_as_well() {
    let found = written(
        &ProblemDocument::new(&Problem::MissingBooking, 422, "Información de reserva incompleta.".to_owned())
            .for_tool(),
    );
    assert_eq!(found["success"], false);
    assert_eq!(found["error"], "Missing booking information");
    assert_eq!(found["customer_message"], "Información de reserva incompleta.");
    assert_eq!((&found["status"], &found["code"]), (&json!(422), &json!("missing_booking")));
}
