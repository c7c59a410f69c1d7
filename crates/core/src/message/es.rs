//! Spanish, as it is written in El Salvador; the guest is "usted".

use std::fmt::Write as _;

use crate::booking::outcome::BookedRoom;
use crate::ids::{LineNo, Millis};
use crate::message::fields::spoken_list;
use crate::message::format::{Join, format_date, format_stay, format_time, format_wait, list, ordinal};
use crate::message::words::{Detail, Why, Words};
use crate::message::{Language, Notice, Proposal, Suggestion, Validation, Voice, clip};
use crate::money::Money;
use crate::party::Occupancy;
use crate::problem::{Problem, Shortage, System};

const ES: Language = Language::Es;
/// How much of a type's name is shown where space is short.
const SHORT_TYPE_LENGTH_MAX: usize = 12;

/// The Spanish texts.
pub(super) struct Spanish;

/// `1 adulto`, `2 adultos`.
fn counted(count: impl Into<u64>, one: &str, many: &str) -> String {
    let count = count.into();
    format!("{count} {}", if count == 1 { one } else { many })
}

fn type_as_sent(room: &BookedRoom, detail: Detail) -> String {
    match detail {
        Detail::Full => room.room_type.as_str().to_owned(),
        Detail::ShortType | Detail::CodeOnly => clip(room.room_type.as_str(), SHORT_TYPE_LENGTH_MAX),
    }
}

impl Words for Spanish {
    fn guests(&self, guests: &Occupancy) -> String {
        let mut text = counted(guests.adults, "adulto", "adultos");
        for (count, band) in [(guests.children_0_5, "(0-5)"), (guests.children_6_10, "(6-10)")] {
            if count > 0 {
                // Writing to a `String` cannot fail.
                let _ = write!(text, ", {} {band}", counted(count, "niño", "niños"));
            }
        }
        text
    }

    fn booked_one(&self, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String {
        let Occupancy { adults, children_6_10, children_0_5 } = room.guests;
        format!(
            "✅ Reservación confirmada:\nHabitación {} - {}\nCódigo de reserva: {}{}\nAdultos: {adults}, Niños 0-5: \
             {children_0_5}, Niños 6-10: {children_6_10}",
            room.room,
            type_as_sent(room, detail),
            voice.code_prefix,
            room.code
        )
    }

    fn booked_header(&self, count: usize) -> String {
        format!("✅ Se confirmaron {count} habitaciones:")
    }

    fn booked_line(&self, place: usize, room: &BookedRoom, voice: &Voice<'_>, detail: Detail) -> String {
        let room_type = type_as_sent(room, detail);
        let mut text = format!(
            "\n{place}. Habitación {} - {room_type}\n   Código: {}{}",
            room.room, voice.code_prefix, room.code
        );
        if detail != Detail::CodeOnly {
            let _ = write!(text, "\n   Ocupantes: {}", self.guests(&room.guests));
        }
        text
    }

    fn nothing_booked(&self) -> String {
        "Lo sentimos, no pudimos completar ninguna de las reservaciones solicitadas.".to_owned()
    }

    fn failed(&self, why: Why, count: usize, others: bool) -> String {
        let one = count == 1;
        let could_not = if one {
            "No se pudo reservar 1 habitación".to_owned()
        } else {
            format!("No se pudieron reservar {count} habitaciones")
        };
        match why {
            Why::NoAvailability => format!("{could_not} por falta de disponibilidad."),
            Why::Refused => format!(
                "{could_not} porque el sistema de reservas del hotel no la{} aceptó.",
                if one { "" } else { "s" }
            ),
            Why::Unreachable => {
                format!("{could_not} porque no hubo comunicación con el sistema de reservas del hotel.")
            }
            Why::Unconfirmed if one => "Falta confirmar 1 habitación.".to_owned(),
            Why::Unconfirmed => format!("Falta confirmar {count} habitaciones."),
            Why::AllOrNothing => {
                let which = match (one, others) {
                    (true, true) => "quedó reservada la otra".to_owned(),
                    (true, false) => "quedó reservada 1 habitación".to_owned(),
                    (false, true) => format!("quedaron reservadas las otras {count}"),
                    (false, false) => format!("quedaron reservadas {count} habitaciones"),
                };
                format!("Como usted pidió todas las habitaciones o ninguna, no {which}.")
            }
            Why::Cancelled if one => "Se canceló 1 habitación.".to_owned(),
            Why::Cancelled => format!("Se cancelaron {count} habitaciones."),
        }
    }

    fn confirming(&self) -> String {
        "Estamos confirmando con el hotel. No pague de nuevo; le avisaremos aquí.".to_owned()
    }

    fn ask_reception(&self, voice: &Voice<'_>) -> String {
        format!("Si necesita una respuesta antes, comuníquese con {}.", voice.reception())
    }

    fn released(&self, amount: &str) -> String {
        format!("De su pago quedan libres {amount}, que puede usar en otra reservación.")
    }

    fn balance(&self, amount: &str) -> String {
        format!(
            "Saldo pendiente: {amount}. Puede pagarlo con CompraClick o Depósito BAC y enviarnos el número de \
             autorización o de transferencia."
        )
    }

    fn next_step(&self, reasons: &[Why], some_booked: bool, voice: &Voice<'_>) -> String {
        let mut steps = Vec::new();
        if reasons.contains(&Why::NoAvailability) {
            steps.extend(["elija otro tipo de habitación".to_owned(), "cambie las fechas".to_owned()]);
        }
        if reasons.contains(&Why::Unreachable) {
            steps.push("inténtelo de nuevo en unos minutos".to_owned());
        }
        if reasons.contains(&Why::Refused) || reasons.is_empty() {
            steps.push(format!("comuníquese con {}", voice.reception()));
        }
        match (steps.is_empty(), some_booked) {
            (true, _) if reasons.contains(&Why::Cancelled) => {
                format!("Si usted no pidió la cancelación, comuníquese con {}.", voice.reception())
            }
            (true, _) => String::new(),
            (false, true) => {
                format!("Si desea completar su reservación, {}.", list(&steps, Join::Or, ES))
            }
            (false, false) => format!("{}.", capitalized(&list(&steps, Join::Or, ES))),
        }
    }

    fn problem(&self, problem: &Problem, voice: &Voice<'_>) -> String {
        self::problem(problem, voice)
    }

    fn validation(&self, validation: &Validation, voice: &Voice<'_>) -> String {
        let mut text = format!(
            "✅ Pago validado: apartamos {} para su reservación hasta el {}.",
            voice.money(validation.claimed),
            instant(validation.expires_at, voice)
        );
        if validation.available > Money::ZERO {
            let _ = write!(text, " De su pago quedan libres {}.", voice.money(validation.available));
        }
        text.push_str(" Complete su reservación antes de esa hora.");
        text
    }

    fn proposal_intro(&self, types: &str, guests: &str) -> String {
        format!("Le proponemos {types}: {guests}.")
    }

    fn proposal_total(&self, proposal: &Proposal<'_>, voice: &Voice<'_>) -> String {
        format!(
            "Total: {} por {}, {}.",
            voice.money(proposal.total),
            counted(proposal.stay.night_count(), "noche", "noches"),
            format_stay(&proposal.stay, ES)
        )
    }

    fn extra_beds(&self, count: u16) -> String {
        counted(count, "cama extra", "camas extra")
    }

    fn alternatives_header(&self) -> String {
        "También es posible:".to_owned()
    }

    fn alternative(&self, suggestion: Suggestion, rooms: u16, total: &str) -> String {
        let name = match suggestion {
            Suggestion::Even => "El reparto más parejo",
            Suggestion::Cheapest => "Lo más económico",
            Suggestion::FewestRooms => "Con menos habitaciones",
        };
        format!("{name}: {}, {total}", counted(rooms, "habitación", "habitaciones"))
    }

    fn proposal_question(&self) -> String {
        "¿Le parece bien así o prefiere otra distribución?".to_owned()
    }
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// `23 de agosto de 2025 a las 10:05 p. m.`
fn instant(at: Millis, voice: &Voice<'_>) -> String {
    let time = voice.clock(at);
    format!("{} {}", format_date(time.date(), ES), at_time(at, voice))
}

/// `a las 10:05 p. m.`, `a la 1:05 p. m.`
fn at_time(at: Millis, voice: &Voice<'_>) -> String {
    let time = format_time(voice.clock(at), ES);
    let article = if time.starts_with("1:") { "a la" } else { "a las" };
    format!("{article} {time}")
}

/// Which room of the request is meant; empty where none is.
fn which_room(line: Option<LineNo>) -> String {
    line.map_or_else(String::new, |line| {
        format!(" Se trata de la {} habitación de su solicitud.", ordinal(line.index().saturating_add(1), ES))
    })
}

fn problem(problem: &Problem, voice: &Voice<'_>) -> String {
    let reception = voice.reception();
    match problem {
        Problem::BadJson { .. } | Problem::UnsupportedMediaType => format!(
            "No pudimos leer su solicitud. Inténtelo de nuevo; si vuelve a fallar, comuníquese con {reception}."
        ),
        Problem::Invalid { fields } => match spoken_list(fields, ES) {
            (_, 0) => format!(
                "Hay un dato que no pudimos procesar. Revise su solicitud e inténtelo de nuevo; si vuelve a fallar, \
                 comuníquese con {reception}."
            ),
            (field, 1) => format!("Revise este dato: {field}. Corríjalo e inténtelo de nuevo."),
            (fields, _) => format!("Revise estos datos: {fields}. Corríjalos e inténtelo de nuevo."),
        },
        Problem::MissingBooking => {
            "Información de reserva incompleta. Indique el tipo de habitación y cuántos adultos y niños habrá en \
             cada una."
                .to_owned()
        }
        Problem::OverCapacity { line: Some(line), guests_max, .. } => format!(
            "Esta habitación admite hasta {}. Mueva a alguien o agregue otra habitación.{}",
            counted(*guests_max, "persona", "personas"),
            which_room(Some(*line))
        ),
        Problem::OverCapacity { line: None, guests_max: 0, .. } => {
            "Su grupo no cabe en las habitaciones disponibles. Reduzca el grupo o cambie las fechas.".to_owned()
        }
        Problem::OverCapacity { line: None, guests_max, .. } => format!(
            "Su grupo no cabe en las habitaciones disponibles, que admiten hasta {}. Pida más habitaciones, reduzca \
             el grupo o cambie las fechas.",
            counted(*guests_max, "persona", "personas")
        ),
        Problem::ChildAlone { line } => format!(
            "Cada habitación con niños necesita al menos un adulto. Mueva a un adulto a esa habitación o a los niños \
             a otra.{}",
            which_room(*line)
        ),
        Problem::NoAvailability { shortages } => no_availability(shortages, voice),
        Problem::RateMissing { room_type, night } => format!(
            "Todavía no hay tarifa de {} para la noche del {}. Elija otro tipo, cambie las fechas o consulte a \
             {reception}.",
            voice.type_name(room_type),
            format_date(*night, ES)
        ),
        Problem::PriceChanged { quoted, current, .. } => format!(
            "El precio cambió de {} a {}. Revise y confirme.",
            voice.money(*quoted),
            voice.money(*current)
        ),
        Problem::QuoteMismatch { .. } => {
            "La cotización no corresponde a esta reservación. Pida una cotización nueva, revise el total y confirme."
                .to_owned()
        }
        Problem::PaymentNotFound { reference } => format!(
            "No encontramos {}. Verifique el número o espere unos minutos.",
            voice.reference(reference)
        ),
        Problem::PaymentPending { reference, next_check_at } => format!(
            "Todavía no encontramos {}. La buscaremos de nuevo {}. No pague de nuevo; le avisaremos aquí.",
            voice.reference(reference),
            at_time(Millis(*next_check_at), voice)
        ),
        Problem::PaymentUsed { .. } => {
            "Ese pago ya está aplicado. Si cree que es un error, escríbanos con su comprobante.".to_owned()
        }
        Problem::PaymentShort { available, required, missing } => format!(
            "Su pago cubre {} de {}. Faltan {}. Haga otro pago que cubra el total o reserve menos habitaciones.",
            voice.money(*available),
            voice.money(*required),
            voice.money(*missing)
        ),
        Problem::PaymentCurrency { payment, hotel } => format!(
            "Su pago está en {} y el hotel cobra en {}. Use un pago en {} o comuníquese con {reception}.",
            clip(payment, 12),
            clip(hotel, 12),
            clip(hotel, 12)
        ),
        Problem::CodreserFull => format!(
            "Ese pago ya no admite más códigos de reserva. Use otro pago o comuníquese con {reception}."
        ),
        Problem::KeyReused => {
            "Esa solicitud ya se envió con otros datos. Empiece una solicitud nueva para reservar de nuevo.".to_owned()
        }
        Problem::Unauthorized => format!(
            "No pudimos comprobar su acceso. Vuelva a entrar desde su reservación o comuníquese con {reception}."
        ),
        Problem::Forbidden { .. } => {
            format!("Eso solo lo puede hacer el personal del hotel. Comuníquese con {reception}.")
        }
        Problem::ForceNotAllowed => format!(
            "Solo el personal del hotel puede procesar una reservación sin el pago completo. Comuníquese con \
             {reception}."
        ),
        Problem::NotFound => format!(
            "No encontramos lo que busca. Revise el enlace o el número; si el problema sigue, comuníquese con \
             {reception}."
        ),
        Problem::MethodNotAllowed => {
            "Eso no se puede hacer aquí. Vuelva a la página de reservas e inténtelo de nuevo.".to_owned()
        }
        Problem::TooLarge { .. } => {
            "Su solicitud es demasiado larga. Acorte las instrucciones especiales e inténtelo de nuevo.".to_owned()
        }
        Problem::TooManyRequests { retry_after_s } => format!(
            "Hubo demasiados intentos. Espere {} e inténtelo de nuevo, o comuníquese con {reception}.",
            format_wait(*retry_after_s, ES)
        ),
        Problem::Unavailable { system, retry_after_s } => {
            let first = match system {
                System::Reservations => "Error al verificar disponibilidad.",
                System::Payments => "Error al verificar el pago. No pague de nuevo.",
                System::Storage => "En este momento no podemos atender su solicitud.",
            };
            format!("{first} No se reservó nada; inténtelo de nuevo en {}.", format_wait(*retry_after_s, ES))
        }
    }
}

fn no_availability(shortages: &[Shortage], voice: &Voice<'_>) -> String {
    if shortages.is_empty() {
        return "No quedan suficientes habitaciones para esas fechas. Pida menos habitaciones o cambie las fechas."
            .to_owned();
    }
    let left: Vec<&Shortage> = shortages.iter().filter(|s| s.free > 0).collect();
    let mut text = String::new();
    if !left.is_empty() {
        let each: Vec<String> = left.iter().map(|s| voice.counted_type(s.free, &s.room_type)).collect();
        let verb = if matches!(left.as_slice(), [only] if only.free == 1) { "queda" } else { "quedan" };
        let _ = write!(text, "Solo {verb} {} para esas fechas. ", list(&each, Join::And, ES));
    }
    let gone: Vec<String> =
        shortages.iter().filter(|s| s.free == 0).map(|s| voice.agreeing_type(0, &s.room_type)).collect();
    if !gone.is_empty() {
        let _ = write!(text, "No quedan {} para esas fechas. ", list(&gone, Join::Nor, ES));
    }
    text.push_str("Elija otro tipo o cambie las fechas.");
    text
}

/// The booking page's own words.
pub(super) fn notice(notice: Notice) -> String {
    match notice {
        Notice::QuoteExpired => "La cotización venció. La actualizamos: revise el total.".to_owned(),
        Notice::Offline => "Sin conexión. Sus datos siguen aquí; reintente.".to_owned(),
        Notice::Confirming => Spanish.confirming(),
        Notice::RoomFull { guests_max } => format!(
            "Esta habitación admite hasta {}. Mueva a alguien o agregue una cama extra.",
            counted(guests_max, "persona", "personas")
        ),
    }
}
