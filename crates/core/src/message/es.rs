//! Spanish, as it is written in El Salvador; the guest is "usted".

mod problem;

use std::fmt::Write as _;

use crate::booking::outcome::BookedRoom;
use crate::distribute::Objective;
use crate::ids::Millis;
use crate::message::format::{Join, format_date, format_stay, format_time, list};
use crate::message::words::{Detail, Why, Words};
use crate::message::{Language, Notice, Proposal, Validation, Voice, clip};
use crate::money::Money;
use crate::party::Occupancy;
use crate::problem::Problem;

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

    fn nothing_booked(&self, rooms: usize) -> String {
        let what = if rooms == 1 {
            "la reservación solicitada"
        } else {
            "ninguna de las reservaciones solicitadas"
        };
        format!("Lo sentimos, no pudimos completar {what}.")
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
                    (true, true) => "tampoco quedó reservada la otra".to_owned(),
                    (true, false) => "no quedó reservada 1 habitación".to_owned(),
                    (false, true) => format!("tampoco quedaron reservadas las otras {count}"),
                    (false, false) => format!("no quedaron reservadas {count} habitaciones"),
                };
                format!("Como usted pidió todas las habitaciones o ninguna, {which}.")
            }
            Why::Cancelled if one => "Se canceló 1 habitación.".to_owned(),
            Why::Cancelled => format!("Se cancelaron {count} habitaciones."),
        }
    }

    fn cancelled(&self, rooms: &[String]) -> String {
        let cancelled = if rooms.len() == 1 { "Se canceló" } else { "Se cancelaron" };
        format!("{cancelled} {}: {}.", self.rooms(rooms.len()), list(rooms, Join::And, ES))
    }

    fn offered(&self, types: &str, guests: &str, total: &str) -> String {
        format!(
            "Para quienes quedaron sin habitación podemos ofrecerle {types}: {guests}, por {total} en total. ¿Desea \
             que se lo reservemos?"
        )
    }

    fn not_offered(&self, reason: &Problem, voice: &Voice<'_>) -> String {
        let reception = voice.reception();
        match reason {
            Problem::ChildAlone { .. } => format!(
                "Entre quienes quedaron sin habitación no hay suficientes adultos para acompañar a los niños en las \
                 habitaciones libres. Comuníquese con {reception} para buscar otra solución."
            ),
            _ => format!(
                "Por ahora no hay suficientes habitaciones libres para quienes quedaron sin habitación. Comuníquese con \
                 {reception} para buscar otra solución o cambie las fechas."
            ),
        }
    }

    fn followed(&self) -> String {
        "Para quienes quedaron sin habitación hay otra reservación.".to_owned()
    }

    fn cancellation_requested(&self, count: usize, voice: &Voice<'_>) -> String {
        format!(
            "Recibimos su solicitud de cancelar {}. Todavía no se ha cancelado nada: {} la revisará y le confirmará.",
            self.rooms(count),
            voice.reception()
        )
    }

    fn rooms(&self, count: usize) -> String {
        counted(u64::try_from(count).unwrap_or(u64::MAX), "habitación", "habitaciones")
    }

    fn confirming(&self) -> String {
        "Estamos confirmando con el hotel. No pague de nuevo; le avisaremos aquí.".to_owned()
    }

    fn ask_reception(&self, voice: &Voice<'_>) -> String {
        format!("Si necesita una respuesta antes, comuníquese con {}.", voice.reception())
    }

    fn released(&self, amount: &str) -> String {
        format!("De su pago vuelven a quedar libres {amount}, que puede usar en otra reservación.")
    }

    fn set_aside(&self, amount: &str) -> String {
        format!("De su pago siguen apartados {amount} mientras se confirma.")
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
        let people_must = reasons.iter().all(|why| matches!(why, Why::AllOrNothing | Why::Unconfirmed));
        if reasons.contains(&Why::Refused) || people_must {
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
        problem::problem(problem, voice)
    }

    fn not_come(&self, reference: &str, voice: &Voice<'_>) -> String {
        format!(
            "Esperamos {} y no ha llegado; ya no la buscamos. Revise el número con su banco y envíenoslo de nuevo, \
             o escriba a {} con su comprobante.",
            voice.reference(reference),
            voice.reception()
        )
    }

    fn not_sought(&self, reference: &str, voice: &Voice<'_>) -> String {
        format!(
            "Ya no buscamos {}. Si quiere que la busquemos de nuevo, envíenos el número.",
            voice.reference(reference)
        )
    }

    fn candidate(&self, is_one: bool, voice: &Voice<'_>) -> String {
        if is_one {
            "Hay un pago que coincide con esos datos. Para usarlo, envíenos el número de autorización o de la \
             transferencia: está en su comprobante."
                .to_owned()
        } else {
            format!(
                "Con esos datos no podemos identificar su pago. Envíenos el número de autorización o de la \
                 transferencia, que está en su comprobante, o comuníquese con {}.",
                voice.reception()
            )
        }
    }

    fn validation(&self, validation: &Validation, voice: &Voice<'_>) -> String {
        let mut text = format!(
            "✅ Pago validado: apartamos {} para su reservación hasta el {}",
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

    fn alternative(&self, objective: Objective, rooms: u16, total: &str) -> String {
        let name = match objective {
            Objective::Even => "El reparto más parejo",
            Objective::Cheapest => "Lo más económico",
            Objective::FewestRooms => "Con menos habitaciones",
        };
        format!("{name}: {}, {total}", counted(rooms, "habitación", "habitaciones"))
    }

    fn proposal_question(&self) -> String {
        "¿Le parece bien así o prefiere otra distribución?".to_owned()
    }
}

/// The text with its first letter, which is one of a to z, in upper case.
fn capitalized(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// `a las 10:05 p. m.`, `a la 1:05 p. m.`: its last point ends a sentence, too.
pub(super) fn at_time(at: Millis, voice: &Voice<'_>) -> String {
    let time = format_time(voice.clock(at), ES);
    let article = if time.starts_with("1:") { "a la" } else { "a las" };
    format!("{article} {time}")
}

/// `23 de agosto de 2025 a las 10:05 p. m.`
fn instant(at: Millis, voice: &Voice<'_>) -> String {
    let time = voice.clock(at);
    format!("{} {}", format_date(time.date(), ES), at_time(at, voice))
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
