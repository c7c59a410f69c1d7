//! The hotel of a proof, its guests and their payments.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

/// What an adult pays for a night, in cents; a room by itself and children cost nothing.
pub const ADULT_CENTS: u64 = 8_625;
/// The type of every room.
pub const TYPE: &str = "Junior";
/// How many adults a room takes.
pub const ADULTS_MAX: u64 = 3;

/// The hotel's settings: rooms `1` to `rooms`, all of one type.
#[must_use]
pub fn settings(rooms: usize) -> Value {
    let rooms: Vec<String> = (1..=rooms).map(|number| number.to_string()).collect();
    json!({
        "id": "proofs", "name": "Hotel Posada", "currency": "USD", "utc_offset_minutes": -360,
        "languages": ["es", "en"], "reservation_code_prefix": "HR", "reservation_code_first": 10_001,
        "codreser_length_max": 65_535,
        "room_types": [{
            "id": TYPE, "name": { "es": "Bungalow Junior", "en": "Junior bungalow" }, "rooms": rooms,
            "max_adults": ADULTS_MAX, "max_children": 2, "max_guests": 4, "max_extra_beds": 1,
        }],
        "packages": ["Hospedaje"],
        "tariff": [{
            "room_type": TYPE, "package": "*", "from": "2020-01-01", "to": "2099-12-31", "weekdays": "*",
            "room": "0", "adult": "86.25", "children_0_5": "0", "children_6_10": "0", "extra_bed": "0",
        }],
    })
}

/// A payment that came in.
#[must_use]
pub fn payment(reference: &str, cents: u64) -> Value {
    json!({
        "payment_method": "CompraClick", "authorization_number": reference, "amount": cents as f64 / 100.0,
        "currency": "USD", "payment_maker_name": "Wenceslao Iraheta", "payment_date": "2026-01-15",
    })
}

/// The hotel's today, near enough: what is booked lies days ahead of it.
#[must_use]
pub fn today() -> NaiveDate {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    NaiveDate::default() + Days::new(now.as_secs() / 86_400)
}

/// The body of a booking of a room for each of `adults`, from `days` days from now on.
#[must_use]
pub fn booking(guest: usize, payment: &str, days: u64, nights: u64, adults: &[u64]) -> Value {
    let check_in = today() + Days::new(days);
    let rooms: Vec<Value> =
        adults.iter().map(|adults| json!({ "bungalow_type": TYPE, "adults": adults, "children_0_5": 0, "children_6_10": 0 })).collect();
    json!({
        "customer_name": "Xiomara Quijano", "email": "xiomara@correo-inventado.example", "city": "Chalchuapa",
        "dui_passport": "04815162-3", "nationality": "Salvadoreña", "wa_id": format!("503{}", 70_000_000 + guest),
        "check_in_date": check_in.to_string(), "check_out_date": (check_in + Days::new(nights)).to_string(),
        "package_type": "Hospedaje", "bookings": rooms, "payment_method": "CompraClick",
        "authorization_number": payment, "payment_maker_name": "Wenceslao Iraheta",
    })
}

/// What such a booking costs, in cents.
#[must_use]
pub fn cost_cents(nights: u64, adults: &[u64]) -> u64 {
    adults.iter().sum::<u64>() * nights * ADULT_CENTS
}
