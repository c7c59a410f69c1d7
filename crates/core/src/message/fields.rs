//! What guests call the fields of a request: `bookings[1].adults` is «adultos de la 2.ª habitación».

use std::fmt::Write as _;

use crate::message::Language;
use crate::message::format::{Join, list, ordinal};
use crate::party::{CHILD_AGE_MAX, GUESTS_MAX};
use crate::problem::FieldFault;
use crate::property::ROOMS_PER_BOOKING_MAX;
use crate::stay::NIGHTS_MAX;

/// The most fields that one message names; the rest is counted.
const FIELDS_NAMED_MAX: usize = 10;

/// A field in words, and what it should hold where that helps.
struct Words {
    es: &'static str,
    en: &'static str,
    hint_es: Option<String>,
    hint_en: Option<String>,
}

impl Words {
    fn plain(es: &'static str, en: &'static str) -> Option<Self> {
        Some(Self { es, en, hint_es: None, hint_en: None })
    }

    fn hinted(
        es: &'static str,
        en: &'static str,
        hint_es: impl Into<String>,
        hint_en: impl Into<String>,
    ) -> Option<Self> {
        Some(Self { es, en, hint_es: Some(hint_es.into()), hint_en: Some(hint_en.into()) })
    }
}

/// The words for a field by its own name, whatever it is part of. `None` for what only programs know.
fn words(name: &str) -> Option<Words> {
    match name {
        "customer_name" => Words::plain("nombre", "name"),
        "email" => Words::hinted(
            "correo electrónico",
            "e-mail address",
            "por ejemplo, nombre@correo.com",
            "for example, name@mail.com",
        ),
        "phone_number" | "wa_id" => {
            Words::hinted("teléfono", "phone number", "con código de país", "with country code")
        }
        "city" => Words::plain("ciudad", "city"),
        "dui_passport" => Words::plain("DUI o pasaporte", "DUI or passport"),
        "nationality" => Words::plain("nacionalidad", "nationality"),
        "check_in_date" => {
            Words::hinted("fecha de entrada", "check-in date", "de hoy en adelante", "today or later")
        }
        "check_out_date" => Words::hinted(
            "fecha de salida",
            "check-out date",
            format!("después de la entrada, hasta {NIGHTS_MAX} noches"),
            format!("after check-in, up to {NIGHTS_MAX} nights"),
        ),
        "package_type" => Words::plain("paquete", "package"),
        "bookings" | "rooms" | "split" | "bungalow_types" => Words::hinted(
            "habitaciones",
            "rooms",
            format!("de 1 a {ROOMS_PER_BOOKING_MAX}"),
            format!("1 to {ROOMS_PER_BOOKING_MAX}"),
        ),
        "party" => Words::hinted(
            "huéspedes",
            "guests",
            format!("de 1 a {GUESTS_MAX}, con al menos un adulto"),
            format!("1 to {GUESTS_MAX}, with at least one adult"),
        ),
        "bungalow_type" => Words::plain("tipo de habitación", "room type"),
        "count" => Words::plain("cantidad de habitaciones", "number of rooms"),
        "adults" => Words::hinted("adultos", "adults", "al menos 1", "at least 1"),
        "children_0_5" => Words::plain("niños de 0 a 5 años", "children aged 0 to 5"),
        "children_6_10" => Words::plain("niños de 6 a 10 años", "children aged 6 to 10"),
        "children" => Words::hinted(
            "edades de los niños",
            "children's ages",
            format!("de 0 a {CHILD_AGE_MAX} años"),
            format!("0 to {CHILD_AGE_MAX}"),
        ),
        "extra_beds" => Words::plain("camas extra", "extra beds"),
        "extra_beds_cost" => Words::plain("costo de las camas extra", "cost of the extra beds"),
        "payment_method" => Words::hinted(
            "forma de pago",
            "payment method",
            "CompraClick o Depósito BAC",
            "CompraClick or Depósito BAC",
        ),
        "authorization_number" => Words::plain("número de autorización", "authorization number"),
        "transfer_id" => Words::plain("número de transferencia", "transfer number"),
        "payment_evidence" => {
            Words::plain("monto y fecha del comprobante", "amount and date on your receipt")
        }
        "payment_amount" | "amount" => {
            Words::hinted("monto del pago", "payment amount", "por ejemplo, 690.00", "for example, 690.00")
        }
        "payment_date" | "date" => Words::plain("fecha del pago", "payment date"),
        "payment_maker_name" => Words::plain("nombre de quien hizo el pago", "name of the person who paid"),
        "currency" => Words::plain("moneda", "currency"),
        "customer_instructions" => Words::plain("instrucciones especiales", "special instructions"),
        "quote" => Words::plain("cotización", "quote"),
        "claim" => Words::plain("pago apartado", "payment set aside"),
        "follows" => Words::plain("reservación anterior", "earlier booking"),
        _ => None,
    }
}

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
    let words = words(name)?;
    let (mut text, hint) = match language {
        Language::Es => (words.es.to_owned(), words.hint_es),
        Language::En => (words.en.to_owned(), words.hint_en),
    };
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
    if let Some(hint) = hint {
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
                "adultos de la 2.ª habitación (al menos 1)",
                "adults of the 2nd room (at least 1)",
            ),
            (
                "/bookings/1/adults",
                "adultos de la 2.ª habitación (al menos 1)",
                "adults of the 2nd room (at least 1)",
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
