//! The demo hotel's files are right, and the hotel is the one that the core's examples use.

use posada_core::fixtures;
use posada_core::payment::method::PaymentMethod;
use posada_wire::import::read_payments_json;
use posada_wire::public::PropertyView;
use posada_wire::settings::{Language, read_public, read_settings};
use posada_wire::stored::to_text;

const HOTEL: &[u8] = include_bytes!("../../../demo/hotel.json");
const PAYMENTS: &[u8] = include_bytes!("../../../demo/payments.json");

#[test]
fn the_demo_hotel_is_the_one_of_the_examples() {
    let settings = read_settings(HOTEL).expect("the demo hotel's settings are right");
    assert_eq!(settings.property, fixtures::demo());
    assert_eq!(settings.languages, Language::ALL);
}

#[test]
fn the_public_part_prices_like_the_whole_and_holds_no_room() {
    let settings = read_settings(HOTEL).expect("settings");
    let today = "2026-11-25".parse().expect("a date");
    let json = to_text(&PropertyView::new(&settings, today));
    assert!(!json.contains("\"54\""), "{json}");
    assert!(json.contains(r#""today":"2026-11-25""#), "{json}");
    assert!(json.contains(r#""children_6_10":"43.125""#), "{json}");
    let public = read_public(json.as_bytes()).expect("the widget reads what the Worker shows");
    assert_eq!(public.property.tariff, settings.property.tariff);
    assert_eq!(public.tariff_version, settings.tariff_version);
    assert_eq!(public.property.room_types[0].limits, settings.property.room_types[0].limits);
}

#[test]
fn the_demo_payments_can_be_loaded() {
    let payments = read_payments_json(PAYMENTS).expect("the demo payments are right");
    let first = &payments[0];
    assert_eq!(
        (first.payment.method, first.payment.reference.as_str()),
        (PaymentMethod::CompraClick, "123456")
    );
    assert_eq!((first.amount.to_string().as_str(), first.payer.as_str()), ("690.00", "María López"));
    let transfers = payments.iter().filter(|p| p.payment.method == PaymentMethod::DepositoBac);
    assert_eq!(transfers.count(), 2);
}
