//! What staff bring in: the hotel's settings, and payments as JSON and as CSV.

use posada_core::party::{Occupancy, Party};
use posada_core::price::StayRates;
use posada_core::problem::Problem;
use posada_core::property::SettingsFault;
use posada_core::proposal::{QuoteRequest, RoomsWish, propose};
use posada_core::stay::Stay;
use posada_wire::import::{PaymentRecord, read_payments_csv, read_payments_json};
use posada_wire::number::Amount;
use posada_wire::public::PropertyView;
use posada_wire::settings::{Settings, read_public, read_settings};
use posada_wire::stored::to_text;
use serde_json::{Map, Value, json};

use crate::hotel::{hotel, rooms, today};
use crate::request::written;
use crate::told::check_problem;

/// Reads the file as settings, as what is public of settings, and as payments in both forms.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let mut is_well_formed = false;
    for (read, is_whole) in [(read_settings as fn(&[u8]) -> _, true), (read_public, false)] {
        let settings: Result<Settings, Vec<SettingsFault>> = read(data);
        assert_eq!(settings, read(data), "reading is deterministic");
        match settings {
            Ok(settings) => {
                is_well_formed = true;
                check_settings(&settings, is_whole);
            }
            Err(faults) => assert!(!faults.is_empty(), "it is refused and no fault is named"),
        }
    }
    for read in [read_payments_json, read_payments_csv] {
        let payments: Result<Vec<PaymentRecord>, Problem> = read(data);
        assert_eq!(payments, read(data), "reading is deterministic");
        match payments {
            Ok(payments) => {
                is_well_formed = true;
                check_payments(&payments);
            }
            Err(problem) => check_problem(&problem, &hotel()),
        }
    }
    is_well_formed
}

/// Settings that are right can be shown, read again, and sell a room.
fn check_settings(settings: &Settings, is_whole: bool) {
    let shown = to_text(&PropertyView::new(settings, today()));
    let public = read_public(shown.as_bytes()).unwrap_or_else(|faults| panic!("{faults:?} in {shown}"));
    assert_eq!(public.property.tariff, settings.property.tariff);
    assert_eq!(public.tariff_version, settings.tariff_version);
    assert_eq!(public.languages, settings.languages);
    let hotel = &settings.property;
    let stay = Stay::new(today(), today().succ_opt().expect("not the last of days")).expect("a night");
    for package in &hotel.packages {
        for room_type in &hotel.room_types {
            let Ok(rates) = StayRates::of(&hotel.tariff, &room_type.id, package, &stay) else { continue };
            let price = rates.price(&Occupancy { adults: 2, children_6_10: 1, children_0_5: 1 }, 1);
            assert!(price.is_none_or(|price| price.mills() >= 0), "a price below nothing");
        }
        if is_whole {
            let party = Party::counted(Occupancy { adults: 4, children_6_10: 1, children_0_5: 1 });
            let request = QuoteRequest {
                stay,
                package: package.clone(),
                party: party.expect("six guests"),
                wish: RoomsWish::Any { rooms: None },
                objective: Default::default(),
            };
            if let Err(problem) = propose(hotel, &request, &rooms(hotel)) {
                check_problem(&problem, hotel);
            }
        }
    }
}

/// Payments that were read are the same when they are written and read again, in both forms and to the cent.
fn check_payments(payments: &[PaymentRecord]) {
    let rows = payments.iter().map(|it| {
        let mut row = Map::new();
        let mut put = |name: &str, value: Value| drop(row.insert(name.to_owned(), value));
        put("payment_method", json!(it.payment.method.as_str()));
        put(it.payment.method.reference_field(), json!(it.payment.reference));
        put("amount", written(&Amount(it.amount)));
        put("currency", json!(it.currency));
        put("payment_maker_name", json!(it.payer));
        put("payment_date", written(&it.paid_on));
        Value::Object(row)
    });
    let body = json!({ "payments": rows.collect::<Vec<_>>() }).to_string();
    assert_eq!(read_payments_json(body.as_bytes()).as_deref(), Ok(payments), "{body}");

    let mut csv = "payment_method;authorization_number;transfer_id;amount;currency;payment_maker_name;\
                   payment_date\r\n"
        .to_owned();
    for it in payments {
        let reference = |name: &str| {
            if it.payment.method.reference_field() == name { it.payment.reference.as_str() } else { "" }
        };
        let date = written(&it.paid_on);
        let cells = [
            it.payment.method.as_str(),
            reference("authorization_number"),
            reference("transfer_id"),
            &it.amount.to_string(),
            &it.currency,
            &it.payer,
            date.as_str().expect("a date is a text"),
        ];
        let quoted = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        csv.push_str(&quoted.join(";"));
        csv.push_str("\r\n");
    }
    assert_eq!(read_payments_csv(csv.as_bytes()).as_deref(), Ok(payments), "{csv}");
}
