//! What guests call the fields of a request: `bookings[1].adults` is «adultos de la 2.ª habitación».

use std::fmt::Write as _;

use crate::message::Language;
use crate::message::format::{Join, list, ordinal};
use crate::problem::FieldFault;

/// The most fields that one message names; the rest is counted.
const FIELDS_NAMED_MAX: usize = 10;

/// A field by its own name, whatever it is part of: its words in Spanish and English, and what it should hold where
/// that helps. What only programs know is not here.
type Words = (&'static str, [&'static str; 2], [&'static str; 2]);

/// No hint.
const NONE: [&str; 2] = ["", ""];
const ROOMS: [&str; 2] = ["de 1 a 20", "1 to 20"];
const PHONE: [&str; 2] = ["con código de país", "with country code"];
const AMOUNT: [&str; 2] = ["por ejemplo, 690.00", "for example, 690.00"];

static WORDS: [Words; 36] = [
    ("customer_name", ["nombre", "name"], NONE),
    (
        "email",
        ["correo electrónico", "e-mail address"],
        ["por ejemplo, nombre@correo.com", "for example, name@mail.com"],
    ),
    ("phone_number", ["teléfono", "phone number"], PHONE),
    ("wa_id", ["teléfono", "phone number"], PHONE),
    ("city", ["ciudad", "city"], NONE),
    ("dui_passport", ["DUI o pasaporte", "DUI or passport"], NONE),
    ("nationality", ["nacionalidad", "nationality"], NONE),
    ("check_in_date", ["fecha de entrada", "check-in date"], ["de hoy en adelante", "today or later"]),
    (
        "check_out_date",
        ["fecha de salida", "check-out date"],
        ["después de la entrada, hasta 30 noches", "after check-in, up to 30 nights"],
    ),
    ("package_type", ["paquete", "package"], NONE),
    ("bookings", ["habitaciones", "rooms"], ROOMS),
    ("rooms", ["habitaciones", "rooms"], ROOMS),
    ("split", ["habitaciones", "rooms"], ROOMS),
    ("bungalow_types", ["habitaciones", "rooms"], ROOMS),
    (
        "party",
        ["huéspedes", "guests"],
        ["de 1 a 60, con al menos un adulto", "1 to 60, with at least one adult"],
    ),
    ("bungalow_type", ["tipo de habitación", "room type"], NONE),
    ("count", ["cantidad de habitaciones", "number of rooms"], NONE),
    ("adults", ["adultos", "adults"], ["de 1 a 60", "1 to 60"]),
    ("children_0_5", ["niños de 0 a 5 años", "children aged 0 to 5"], NONE),
    ("children_6_10", ["niños de 6 a 10 años", "children aged 6 to 10"], NONE),
    ("children", ["edades de los niños", "children's ages"], ["de 0 a 17 años", "0 to 17"]),
    ("extra_beds", ["camas extra", "extra beds"], NONE),
    ("extra_beds_cost", ["costo de las camas extra", "cost of the extra beds"], NONE),
    (
        "payment_method",
        ["forma de pago", "payment method"],
        ["CompraClick o Depósito BAC", "CompraClick or Depósito BAC"],
    ),
    ("authorization_number", ["número de autorización", "authorization number"], NONE),
    ("transfer_id", ["número de transferencia", "transfer number"], NONE),
    ("payment_evidence", ["monto y fecha del comprobante", "amount and date on your receipt"], NONE),
    ("payment_amount", ["monto del pago", "payment amount"], AMOUNT),
    ("amount", ["monto del pago", "payment amount"], AMOUNT),
    ("payment_date", ["fecha del pago", "payment date"], NONE),
    ("date", ["fecha del pago", "payment date"], NONE),
    ("payment_maker_name", ["nombre de quien hizo el pago", "name of the person who paid"], NONE),
    ("customer_instructions", ["instrucciones especiales", "special instructions"], NONE),
    ("quote", ["cotización", "quote"], NONE),
    ("claim", ["pago apartado", "payment set aside"], NONE),
    ("follows", ["reservación anterior", "earlier booking"], NONE),
];

/// The field in words with its room (counted from 1) and its hint; `None` where only programs know it.
fn spoken(field: &str, language: Language) -> Option<String> {
    let steps = field.split(['.', '[', ']', '/']).filter(|step| !step.is_empty());
    let (mut name, mut room) = ("", None::<usize>);
    let mut rooms_before = false;
    for step in steps {
        match step.parse::<usize>() {
            Ok(index) if rooms_before => room = Some(index.saturating_add(1)),
            Ok(_) => {}
            Err(_) => {
                name = step;
                rooms_before = matches!(step, "bookings" | "split");
            }
        }
    }
    let &(_, [es, en], [hint_es, hint_en]) = WORDS.iter().find(|(known, ..)| *known == name)?;
    let (text, hint) = match language {
        Language::Es => (es, hint_es),
        Language::En => (en, hint_en),
    };
    let mut text = text.to_owned();
    if let Some(room) = room {
        if matches!(name, "bookings" | "split") {
            // The fault is of the room as a whole, whose hint would speak of all rooms.
            return Some(match language {
                Language::Es => format!("{} habitación", ordinal(room, language)),
                Language::En => format!("{} room", ordinal(room, language)),
            });
        }
        // Writing to a `String` cannot fail.
        let _ = match language {
            Language::Es => write!(text, " de la {} habitación", ordinal(room, language)),
            Language::En => write!(text, " of the {} room", ordinal(room, language)),
        };
    }
    if !hint.is_empty() {
        let _ = write!(text, " ({hint})");
    }
    Some(text)
}

/// The fields that a guest can correct, each once, joined to a list; how many they are. Empty where the faults
/// are only in what programs fill in.
pub(super) fn spoken_list(faults: &[FieldFault], language: Language) -> (String, usize) {
    let mut texts: Vec<String> = Vec::new();
    for text in faults.iter().filter_map(|fault| spoken(&fault.field, language)) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let count = texts.len();
    if count > FIELDS_NAMED_MAX {
        let more = count.saturating_sub(FIELDS_NAMED_MAX);
        texts.truncate(FIELDS_NAMED_MAX);
        texts.push(match (language, more) {
            (Language::Es, 1) => "1 dato más".to_owned(),
            (Language::Es, _) => format!("{more} datos más"),
            (Language::En, _) => format!("{more} more"),
        });
    }
    (list(&texts, Join::And, language), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_guests_name_them() {
        for (field, es, en) in [
            (
                "email",
                "correo electrónico (por ejemplo, nombre@correo.com)",
                "e-mail address (for example, name@mail.com)",
            ),
            (
                "bookings[1].adults",
                "adultos de la 2.ª habitación (de 1 a 60)",
                "adults of the 2nd room (1 to 60)",
            ),
            (
                "/bookings/1/adults",
                "adultos de la 2.ª habitación (de 1 a 60)",
                "adults of the 2nd room (1 to 60)",
            ),
            ("bookings[0]", "1.ª habitación", "1st room"),
            ("bookings", "habitaciones (de 1 a 20)", "rooms (1 to 20)"),
            ("party.children[3]", "edades de los niños (de 0 a 17 años)", "children's ages (0 to 17)"),
            ("payment_evidence.date", "fecha del pago", "payment date"),
        ] {
            assert_eq!(spoken(field, Language::Es).as_deref(), Some(es));
            assert_eq!(spoken(field, Language::En).as_deref(), Some(en));
        }
        for field in ["Idempotency-Key", "", "[", "bookings[99999999999999999999].x"] {
            assert_eq!(spoken(field, Language::Es), None, "{field}");
        }
    }

    /// The hints spell the limits out; here they are held to them.
    #[test]
    fn hints_name_the_limits() {
        use crate::{party, property, stay};
        for (field, limit) in [
            ("check_out_date", u64::from(stay::NIGHTS_MAX)),
            ("bookings", property::ROOMS_PER_BOOKING_MAX as u64),
            ("party", u64::from(party::GUESTS_MAX)),
            ("adults", u64::from(party::GUESTS_MAX)),
            ("children", u64::from(party::CHILD_AGE_MAX)),
        ] {
            let hint = WORDS.iter().find(|(name, ..)| *name == field).expect("a known field").2;
            assert!(hint.iter().all(|text| text.contains(&limit.to_string())), "{field}: {hint:?}");
        }
    }

    #[test]
    fn many_fields_are_counted_and_equal_ones_said_once() {
        let faults: Vec<FieldFault> =
            (0..12).map(|i| FieldFault::new(format!("bookings[{i}].bungalow_type"), "is unknown")).collect();
        let (text, count) = spoken_list(&faults, Language::Es);
        assert_eq!(count, 12);
        assert!(text.ends_with("10.ª habitación y 2 datos más"), "{text}");
        let twice = [FieldFault::new("email", "a"), FieldFault::new("email", "b")];
        assert_eq!(spoken_list(&twice, Language::En).1, 1);
    }
}
