//! What must have come out of the demo.

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::{Value, json};

use super::{
    ROOMS, TYPE, now,
    report::{Report, list, money, text},
};

/// El Salvador's, all year.
pub(super) const UTC_OFFSET_MINUTES: i64 = -360;
const SPLIT: [u64; 3] = [3, 3, 2];
const TOTAL: f64 = 690.0;
const ROOM_NUMBERS: [&str; 3] = ["54", "56", "57"];
const CODES: [&str; 3] = ["26181", "26182", "26183"];
const CODRESER: &str = "HR26181,HR26182,HR26183";
/// How long the demo may take between booking and looking at the clock.
const DATEUSED_DRIFT_MAX: TimeDelta = TimeDelta::minutes(5);

/// The date and time at the hotel.
pub(super) fn hotels_now(offset_minutes: i64) -> NaiveDateTime {
    now().naive_utc() + TimeDelta::minutes(offset_minutes)
}

pub(super) fn quote(quote: &Value, report: &mut Report) {
    let rooms = list(&quote["rooms"]);
    report.check("the split is 3+3+2", &json!(SPLIT), &adults(rooms));
    report.check(
        "all rooms are of the type asked for",
        &Value::from(vec![TYPE; SPLIT.len()]),
        &field(rooms, "bungalow_type"),
    );
    report.check("the total is 690.00", &json!(TOTAL), &json!(number(&quote["total_amount"])));
    report.check("the rooms add up to it", &json!(TOTAL), &json!(sum(rooms, "amount")));
    let nights: f64 = rooms.iter().map(|room| sum(list(&room["nights"]), "amount")).sum();
    report.check("so do the nights", &json!(TOTAL), &json!(nights));
    report.check("the split is optimal", &json!(true), &quote["optimal"]);
}

pub(super) fn validation(before: &Value, after: &Value, report: &mut Report) {
    report.check("nothing of the payment was used before", &json!(0.0), &json!(number(&before["used"])));
    report.check("the validation raised `used` by the total", &json!(TOTAL), &json!(number(&after["used"])));
    report.check("and linked no reservation yet", &json!(""), &json!(text(&after["codreser"])));
}

pub(super) fn booking(booking: &Value, report: &mut Report) {
    let rooms = list(&booking["bookings"]);
    report.check("the outcome is `booked`", &json!("booked"), &booking["outcome"]);
    report.check("it is a success", &json!(true), &booking["success"]);
    report.check("no room failed", &json!(0), &json!(list(&booking["failed_bookings"]).len()));
    report.check("the rooms are the neighbours 54, 56 and 57", &json!(ROOM_NUMBERS), &field(rooms, "room"));
    report.check("the codes count up from 26181", &json!(CODES), &field(rooms, "reserva"));
    report.check("each room has the guests of its line", &json!(SPLIT), &adults(rooms));
    report.check("the rooms' amounts add up to the total", &json!(TOTAL), &json!(sum(rooms, "amount")));
    report.check("all of it is paid", &json!(TOTAL), &json!(sum(rooms, "paid_amount")));
    report.check(
        "so does what the answer calls the total",
        &json!(TOTAL),
        &json!(number(&booking["total_amount"])),
    );
    report.check("nothing is due", &json!(0.0), &json!(number(&booking["balance_due"])));
    report.check("the guest's message, to the letter", &json!(message()), &booking["customer_message"]);
}

pub(super) fn row(validated: &Value, settled: &Value, report: &mut Report) {
    report.check("`codreser` lists the codes in line order", &json!(CODRESER), &settled["codreser"]);
    let (once, now) = (number(&validated["used"]), number(&settled["used"]));
    report.check("booking did not raise `used` again", &json!(once), &json!(now));
    let dateused = NaiveDateTime::parse_from_str(&text(&settled["dateused"]), "%Y-%m-%d %H:%M:%S");
    let recent =
        dateused.is_ok_and(|time| (hotels_now(UTC_OFFSET_MINUTES) - time).abs() < DATEUSED_DRIFT_MAX);
    report.check(
        &format!("`dateused` ({}) is the hotel's time", text(&settled["dateused"])),
        &json!(true),
        &json!(recent),
    );
}

/// The hotel's own text for several rooms (its plan, 2.2).
fn message() -> String {
    let mut message = format!("✅ Se confirmaron {ROOMS} habitaciones:");
    for (index, ((room, code), adults)) in ROOM_NUMBERS.iter().zip(CODES).zip(SPLIT).enumerate() {
        message += &format!("\n{}. Habitación {room} - {TYPE}\n", index + 1);
        message += &format!("   Código: HR{code}\n   Ocupantes: {adults} adultos");
    }
    message
}

fn adults(rooms: &[Value]) -> Value {
    field(rooms, "adults")
}

fn field(rooms: &[Value], name: &str) -> Value {
    rooms.iter().map(|room| room[name].clone()).collect()
}

fn sum(entries: &[Value], name: &str) -> f64 {
    // Cents are exact as whole numbers, which their sum as floats is not.
    entries.iter().map(|entry| (number(&entry[name]) * 100.0).round()).sum::<f64>() / 100.0
}

/// Numbers come as JSON numbers or, from a database, as decimal text.
fn number(value: &Value) -> f64 {
    money(value).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_the_hotels() {
        assert_eq!(
            message(),
            "✅ Se confirmaron 3 habitaciones:\
             \n1. Habitación 54 - Junior\n   Código: HR26181\n   Ocupantes: 3 adultos\
             \n2. Habitación 56 - Junior\n   Código: HR26182\n   Ocupantes: 3 adultos\
             \n3. Habitación 57 - Junior\n   Código: HR26183\n   Ocupantes: 2 adultos"
        );
    }

    #[test]
    fn cents_add_up() {
        let rooms = json!([{ "amount": 0.1 }, { "amount": 0.2 }, { "amount": "258.75" }]);
        assert_eq!(sum(list(&rooms), "amount"), 259.05);
        assert!(sum(list(&json!([{}])), "amount").is_nan());
    }
}
