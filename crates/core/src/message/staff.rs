//! What staff read about a booking: why it needs them, and its journal in words.

use super::Language;
use crate::booking::journal::{Entry, Requester, StaffReason, Step};
use crate::booking::outcome::FailureCause;
use crate::ids::LineNo;
use crate::payment::method::PaymentRef;

fn pick(language: Language, es: &str, en: &str) -> String {
    match language {
        Language::Es => es,
        Language::En => en,
    }
    .to_owned()
}

/// A sentence about one room, which people count from 1.
fn of_room(language: Language, line: LineNo, es: &str, en: &str) -> String {
    let number = u16::from(line.0).saturating_add(1);
    match language {
        Language::Es => format!("Habitación {number}: {es}"),
        Language::En => format!("Room {number}: {en}"),
    }
}

/// Why people must look at a booking, and what they are to find out.
#[must_use]
pub fn reason_text(reason: &StaffReason, language: Language) -> String {
    match reason {
        StaffReason::Unconfirmed { line } => of_room(
            language,
            *line,
            "no se sabe si quedó reservada. Búsquela por su referencia en el sistema de reservas.",
            "it is not known whether it is booked. Look for its reference in the reservation system.",
        ),
        StaffReason::CancelFailed { line } => of_room(
            language,
            *line,
            "su reserva no se pudo cancelar. Cancélela en el sistema de reservas o déjela en pie.",
            "its reservation could not be cancelled. Cancel it in the reservation system or let it stand.",
        ),
        StaffReason::CodreserFull => pick(
            language,
            "Los códigos no caben en la fila del pago. Anótelos aparte.",
            "The codes do not fit the payment's row. Note them elsewhere.",
        ),
        StaffReason::LedgerRefused { code } => match language {
            Language::Es => {
                format!("El pago no se pudo liquidar ({code}). Compare la reservación con el pago.")
            }
            Language::En => {
                format!("The payment could not be settled ({code}). Compare booking and payment.")
            }
        },
    }
}

/// What a step does.
#[must_use]
pub fn step_text(step: Step, language: Language) -> String {
    match step {
        Step::Follow => pick(language, "preguntar a la reservación anterior", "ask the booking before"),
        Step::Claim => pick(language, "apartar el pago", "set the payment aside"),
        Step::Hold => pick(language, "apartar habitaciones", "hold rooms"),
        Step::Book { line } => of_room(language, line, "reservarla", "book it"),
        Step::LookUp { line } => of_room(language, line, "buscar su reserva", "look its reservation up"),
        Step::Cancel { line } => of_room(language, line, "cancelar su reserva", "cancel its reservation"),
        Step::Settle => pick(language, "liquidar el pago", "settle the payment"),
        Step::ReleaseHolds => pick(language, "soltar habitaciones apartadas", "let go of held rooms"),
        Step::ClaimFurther { .. } => pick(language, "apartar otro pago", "set another payment aside"),
        Step::SettleFurther { .. } => pick(language, "liquidar otro pago", "settle another payment"),
        Step::Notify => pick(language, "avisar a los programas del hotel", "tell the hotel's programs"),
    }
}

/// Rooms as people count them, from 1.
fn rooms_of(lines: &[LineNo]) -> String {
    let numbers: Vec<String> =
        lines.iter().map(|line| u16::from(line.0).saturating_add(1).to_string()).collect();
    numbers.join(", ")
}

fn cause_text(cause: &FailureCause, language: Language) -> String {
    match cause {
        FailureCause::NoAvailability => pick(language, "no había habitación libre", "no room was free"),
        FailureCause::Refused { error } => error.clone(),
        FailureCause::Unreachable => pick(language, "no quedó reservada", "it is not booked"),
        FailureCause::Unconfirmed => pick(language, "no se sabe", "it is not known"),
        FailureCause::AllOrNothing => pick(language, "era todo o nada", "it was all or nothing"),
        FailureCause::Cancelled => pick(language, "cancelada", "cancelled"),
    }
}

/// An entry of the journal in words.
#[must_use]
pub fn entry_text(entry: &Entry, language: Language) -> String {
    let say = |es: &str, en: &str| pick(language, es, en);
    let room = |line: LineNo, es: &str, en: &str| of_room(language, line, es, en);
    match entry {
        Entry::Requested { .. } => say("Se pidió la reservación.", "The booking was asked for."),
        Entry::FollowTaken => say("Sigue a una reservación anterior.", "It follows an earlier booking."),
        Entry::FollowedBy { booking } => match language {
            Language::Es => format!("La sigue la reservación {booking}."),
            Language::En => format!("The booking {booking} follows it."),
        },
        Entry::CancelOrdered { lines, .. } => {
            let list = rooms_of(lines);
            match language {
                Language::Es => format!("Se ordenó cancelar: habitaciones {list}."),
                Language::En => format!("Ordered to be cancelled: rooms {list}."),
            }
        }
        // Rooms that were asked for before, and why staff are about to cancel them.
        Entry::CancellationRequested { lines, reason, by: Requester::Staff } if lines.is_empty() => {
            pick(language, "Nota del personal: ", "Staff's note: ") + reason.as_deref().unwrap_or_default()
        }
        Entry::CancellationRequested { lines, reason, .. } => {
            let (list, reason) = (rooms_of(lines), reason.as_deref().unwrap_or_default());
            match language {
                Language::Es => format!("El huésped pide cancelar: habitaciones {list}. {reason}"),
                Language::En => format!("The guest asks to cancel: rooms {list}. {reason}"),
            }
        }
        Entry::Claimed { amount, .. } => match language {
            Language::Es => format!("Se apartaron {amount} del pago."),
            Language::En => format!("{amount} of the payment was set aside."),
        },
        Entry::AcceptedUnpaid => say(
            "El pago todavía no ha llegado; se reserva sin él y se seguirá buscando.",
            "The payment is not there yet; it is booked without, and looked for further.",
        ),
        Entry::PaymentAdded { request } => {
            let PaymentRef { method, reference } = &request.payment.payment;
            match language {
                Language::Es => format!("Otro pago: {method} {reference}."),
                Language::En => format!("Another payment: {method} {reference}."),
            }
        }
        Entry::PaymentClaimed { amount, .. } => match language {
            Language::Es => format!("Se apartaron {amount} del otro pago."),
            Language::En => format!("{amount} of the other payment was set aside."),
        },
        Entry::PaymentRefused { problem, .. } => match language {
            Language::Es => format!("El otro pago se rechazó: {}.", problem.code()),
            Language::En => format!("The other payment was refused: {}.", problem.code()),
        },
        Entry::PaymentSettled { .. } => say("Se liquidó el otro pago.", "The other payment was settled."),
        Entry::Refused { problem } => match language {
            Language::Es => format!("Se rechazó: {}.", problem.code()),
            Language::En => format!("It was refused: {}.", problem.code()),
        },
        Entry::Held { rooms, .. } => {
            let list: Vec<&str> = rooms.iter().map(|held| held.room.as_str()).collect();
            let list = list.join(", ");
            match language {
                Language::Es => format!("Se apartaron las habitaciones {list}."),
                Language::En => format!("Rooms {list} were held."),
            }
        }
        Entry::Confirmed { line, room: number, code, .. } => room(
            *line,
            &format!("reservada la {number} con el código {code}."),
            &format!("{number} is booked with the code {code}."),
        ),
        Entry::AttemptRefused { line, error, .. } => room(
            *line,
            &format!("el sistema de reservas la rechazó: {error}"),
            &format!("the reservation system refused it: {error}"),
        ),
        Entry::OutcomeUnknown { line, .. } => {
            room(*line, "no se sabe si quedó reservada.", "it is not known whether it is booked.")
        }
        Entry::FoundAbsent { line, .. } => room(*line, "no quedó reservada.", "it is not booked."),
        Entry::LineFailed { line, cause } | Entry::Cancelled { line, cause } => {
            let (es, en) = match entry {
                Entry::Cancelled { .. } => ("reserva cancelada", "reservation cancelled"),
                _ => ("sin reserva", "no reservation"),
            };
            let cause = cause_text(cause, language);
            room(*line, &format!("{es}: {cause}."), &format!("{en}: {cause}."))
        }
        Entry::Deferred { step, .. } => {
            let step = step_text(*step, language);
            match language {
                Language::Es => format!("Se intentará más tarde: {step}."),
                Language::En => format!("To be tried later: {step}."),
            }
        }
        Entry::Settled => say("Se liquidó el pago.", "The payment was settled."),
        Entry::HoldsReleased => say("Se soltaron las habitaciones apartadas.", "Held rooms were let go of."),
        Entry::Notified => say("Se avisó a los programas del hotel.", "The hotel's programs were told."),
        Entry::NotifyGivenUp { error } => match language {
            Language::Es => format!("No se pudo avisar a los programas del hotel: {error}"),
            Language::En => format!("The hotel's programs could not be told: {error}"),
        },
        Entry::Escalated { reason } => reason_text(reason, language),
        Entry::Resolved { note, line: None, .. } => note.clone(),
        Entry::Resolved { note, line: Some(line), .. } => room(*line, note, note),
        Entry::StrayFound { line, room: number, code, .. } => room(
            *line,
            &format!("la reserva {code} de la {number} llegó tarde y se cancela."),
            &format!("the reservation {code} of {number} came too late and is cancelled."),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_are_counted_from_one_and_both_languages_say_it() {
        let reason = StaffReason::Unconfirmed { line: LineNo(0) };
        assert!(reason_text(&reason, Language::Es).starts_with("Habitación 1: no se sabe"));
        assert!(reason_text(&reason, Language::En).starts_with("Room 1: it is not known"));
        let resolved = Entry::Resolved { note: "visto".to_owned(), line: Some(LineNo(2)), by: None };
        assert_eq!(entry_text(&resolved, Language::Es), "Habitación 3: visto");
    }
}
