//! The demo hotel as the core sees it, for documentation examples, tests and benchmarks.

use crate::ids::{PackageId, PropertyId, RoomNumber, RoomTypeId};
use crate::money::Money;
use crate::property::{Limits, Localized, Policy, Property, PropertyParts, RoomType};
use crate::tariff::{Match, Rates, Tariff, TariffRow};

fn room_type(id: &str, es: &str, en: &str, rooms: &[&str], limits: [u16; 4]) -> RoomType {
    let [max_adults, max_children, max_guests, max_extra_beds] = limits;
    RoomType {
        id: RoomTypeId::parse(id).expect("a constant of this file"),
        name: Localized { es: es.to_owned(), en: en.to_owned() },
        rooms: rooms.iter().map(|r| RoomNumber::parse(r).expect("a constant of this file")).collect(),
        limits: Limits { max_adults, max_children, max_guests, max_extra_beds },
        packages: None,
    }
}

fn row(id: &str) -> TariffRow {
    TariffRow {
        room_type: Match::Only(RoomTypeId::parse(id).expect("a constant of this file")),
        package: Match::Any,
        from: chrono::NaiveDate::from_ymd_opt(2025, 1, 1).expect("a constant of this file"),
        to: chrono::NaiveDate::from_ymd_opt(2027, 12, 31).expect("a constant of this file"),
        weekdays: None,
        rates: Rates {
            room: Money::ZERO,
            adult: Money::from_mills(86_250),
            children_0_5: Money::ZERO,
            children_6_10: Money::from_mills(43_125),
            extra_bed: Money::from_mills(25_000),
        },
    }
}

/// The parts of the demo hotel, to be changed before they are checked.
#[must_use]
pub fn demo_parts() -> PropertyParts {
    PropertyParts {
        id: PropertyId::parse("demo").expect("a constant of this file"),
        name: "Hotel Posada Demo".to_owned(),
        currency: "USD".to_owned(),
        utc_offset_minutes: -360,
        room_types: vec![
            room_type(
                "Junior",
                "Bungalow Junior",
                "Junior bungalow",
                &["54", "56", "57", "58", "59"],
                [3, 2, 4, 1],
            ),
            room_type("Familiar", "Bungalow Familiar", "Family bungalow", &["12", "14", "16"], [4, 4, 6, 1]),
        ],
        packages: ["Hospedaje", "Todo incluido"]
            .map(|p| PackageId::parse(p).expect("a constant of this file"))
            .to_vec(),
        tariff: Tariff::new(vec![row("Junior"), row("Familiar")]).expect("a constant of this file"),
        policy: Policy { reservation_code_first: 26_181, ..Policy::default() },
    }
}

/// The demo hotel.
#[must_use]
pub fn demo() -> Property {
    Property::new(demo_parts()).expect("the demo hotel's settings are right")
}

/// The demo hotel with the seed's other tariff: 86.25 a room, whoever sleeps in it.
#[must_use]
pub fn priced_per_room() -> Property {
    let mut parts = demo_parts();
    let rates = Rates { room: Money::from_mills(86_250), ..Rates::default() };
    let rows = parts.tariff.rows().iter().map(|row| TariffRow { rates, ..row.clone() }).collect();
    parts.tariff = Tariff::new(rows).expect("the demo hotel's rows with other rates");
    Property::new(parts).expect("the demo hotel's settings are right")
}
