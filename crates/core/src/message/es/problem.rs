//! What is wrong with a request, in Spanish. Every problem has its sentence: a new one must be given one.

use std::fmt::Write as _;

use super::{ES, at_time, counted};
use crate::ids::Millis;
use crate::message::fields::spoken_list;
use crate::message::format::{Join, format_date, format_wait, list, ordinal};
use crate::message::{Voice, clip};
use crate::problem::{Problem, RoomAt, Shortage, System};

/// Which room of the request is meant; empty where none is.
fn which_room(room: Option<RoomAt>) -> String {
    room.and_then(RoomAt::line).map_or_else(String::new, |line| {
        format!(" Se trata de la {} habitación de su solicitud.", ordinal(line.index().saturating_add(1), ES))
    })
}

/// What is wrong and what to do about it.
pub(super) fn problem(problem: &Problem, voice: &Voice<'_>) -> String {
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
        Problem::OverCapacity { room: room @ Some(_), guests_max, .. } => format!(
            "Esta habitación admite hasta {}. Mueva a alguien o agregue otra habitación.{}",
            counted(*guests_max, "persona", "personas"),
            which_room(*room)
        ),
        Problem::OverCapacity { room: None, guests_max: 0, .. } => {
            "Su grupo no cabe en las habitaciones disponibles. Reduzca el grupo o cambie las fechas.".to_owned()
        }
        Problem::OverCapacity { room: None, guests_max, .. } => format!(
            "Su grupo no cabe en las habitaciones disponibles, que admiten hasta {}. Pida más u otras habitaciones, \
             reduzca el grupo, cambie las fechas o comuníquese con {reception}.",
            counted(*guests_max, "persona", "personas")
        ),
        Problem::ChildAlone { room } => format!(
            "Cada habitación con niños necesita al menos un adulto. Mueva a un adulto a esa habitación o a los niños \
             a otra.{}",
            which_room(*room)
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
            "Todavía no encontramos {}. La buscaremos de nuevo {} No pague de nuevo; le avisaremos aquí.",
            voice.reference(reference),
            at_time(Millis(*next_check_at), voice)
        ),
        Problem::NothingDue => {
            "En su reservación no queda nada por pagar; no hace falta otro pago. Si cree que es un error, escríbanos con su comprobante."
                .to_owned()
        }
        Problem::PaymentUsed { .. } => {
            "Ese pago ya está aplicado. Si cree que es un error, escríbanos con su comprobante.".to_owned()
        }
        Problem::PaymentShort { available, required, missing } => {
            let has = voice.money(*available);
            let next: &[&str] = if voice.is_balance {
                &["Díganos si desea abonar ahora ", &has, " y el resto después, haga un solo pago que cubra todo"]
            } else {
                &["Haga un solo pago que cubra el total, reserve menos habitaciones"]
            };
            format!(
                "Su pago cubre {has} de {}. Faltan {}. {} o comuníquese con {reception}.",
                voice.money(*required),
                voice.money(*missing),
                next.concat()
            )
        }
        Problem::PaymentCurrency { payment, hotel } => format!(
            "Su pago está en {} y el hotel cobra en {}. Use un pago en {} o comuníquese con {reception}.",
            clip(payment, 12),
            clip(hotel, 12),
            clip(hotel, 12)
        ),
        Problem::CodreserFull => format!(
            "Ese pago ya no admite más códigos de reserva. Use otro pago o comuníquese con {reception}."
        ),
        Problem::BookingInProgress { .. } => {
            "Esa reservación todavía se está procesando. Espere un momento e inténtelo de nuevo.".to_owned()
        }
        Problem::AlreadyFollowed { .. } => format!(
            "Ya hay otra reservación para quienes quedaron sin habitación. Si no la hizo usted, comuníquese con {reception}."
        ),
        Problem::KeyReused => {
            "Esa solicitud ya se envió con otros datos. Empiece una solicitud nueva para reservar de nuevo.".to_owned()
        }
        Problem::DuplicateBooking => format!(
            "Usted ya tiene esta misma reservación y no la hicimos de nuevo. Si desea otra igual, confírmelo; si no \
             encuentra la primera, comuníquese con {reception}."
        ),
        Problem::Unauthorized | Problem::BadSignature { .. } => format!(
            "No pudimos comprobar su acceso. Vuelva a entrar desde su reservación o comuníquese con {reception}."
        ),
        Problem::Forbidden { .. } => {
            format!("Eso solo lo puede hacer el personal del hotel. Comuníquese con {reception}.")
        }
        Problem::ForceNotAllowed => format!(
            "Solo el personal del hotel puede procesar una reservación sin el pago completo. Comuníquese con \
             {reception}."
        ),
        Problem::ChallengeFailed => format!(
            "No pudimos comprobar que usted es una persona. Vuelva a cargar la página e inténtelo de nuevo, o \
             comuníquese con {reception}."
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
        Problem::Uncertain { .. } => {
            "Estamos confirmando con el hotel. No pague de nuevo; vuelva a consultar en unos momentos.".to_owned()
        }
        Problem::Unavailable { system, retry_after_s } => {
            let first = match system {
                System::Reservations => "Error al verificar disponibilidad.",
                System::Payments => "Error al verificar el pago. No pague de nuevo.",
                System::Storage => "En este momento no podemos atender su solicitud.",
            };
            format!("{first} No se hizo ningún cambio; inténtelo de nuevo en {}.", format_wait(*retry_after_s, ES))
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
