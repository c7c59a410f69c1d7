//! What does not agree, in the words of bookkeeping.

use super::Language;
use crate::payment::reconcile::Difference;
use crate::stay::local_time_text;

/// What does not agree and what to do about it. Amounts are plain decimals, as in the hotel's tables; instants are local.
#[must_use]
pub fn difference_text(difference: &Difference, language: Language, utc_offset_minutes: i32) -> String {
    let pick = |es: String, en: String| match language {
        Language::Es => es,
        Language::En => en,
    };
    match difference {
        Difference::LedgerBroken { seq, detail } => pick(
            format!(
                "El libro no se puede leer desde la entrada {seq}. Avise a quien opera el sistema ({detail})."
            ),
            format!(
                "The ledger cannot be read from entry {seq} on. Tell who operates the system ({detail})."
            ),
        ),
        Difference::UsedAboveLedger { recorded, ledger } => pick(
            format!(
                "La columna used dice {recorded} y el libro {ledger}: otro programa usó la diferencia. Se respeta en la próxima operación."
            ),
            format!(
                "The column used says {recorded} and the ledger {ledger}: another program used the difference. It is respected at the next operation."
            ),
        ),
        Difference::UsedBelowLedger { recorded, ledger } => pick(
            format!(
                "La columna used dice {recorded} y el libro {ledger}: otro programa la bajó. La próxima operación la corrige."
            ),
            format!(
                "The column used says {recorded} and the ledger {ledger}: another program lowered it. The next operation puts it right."
            ),
        ),
        Difference::Overdrawn { used, amount } => pick(
            format!("Se usaron {used} de un pago de {amount}. Compare el monto del pago con el banco."),
            format!("{used} of a payment of {amount} are used. Check the payment's amount with the bank."),
        ),
        Difference::ExternalCode { code } => pick(
            format!("{code} está en codreser y el libro no lo conoce: lo anotó otro programa."),
            format!("{code} is in codreser and the ledger does not know it: another program wrote it."),
        ),
        Difference::CodeMissing { code } => pick(
            format!("Falta {code} en codreser: según el libro, este pago pagó esa reserva."),
            format!("{code} is missing in codreser: by the ledger this payment paid for that reservation."),
        ),
        Difference::CodesMisplaced => pick(
            "Los códigos de codreser están repetidos o en otro orden que en el libro.".to_owned(),
            "The codes in codreser are repeated or in another order than in the ledger.".to_owned(),
        ),
        Difference::ClaimExpired { amount, expired_at, .. } => {
            let since = local_time_text(*expired_at, utc_offset_minutes);
            pick(
                format!(
                    "{amount} siguen apartados aunque su plazo venció el {since}. Se liberan en el próximo barrido."
                ),
                format!(
                    "{amount} are still set aside though their time ended on {since}. The next sweep frees them."
                ),
            )
        }
        Difference::ClaimLeft { amount, .. } => pick(
            format!("{amount} siguen apartados para una reservación que ya terminó."),
            format!("{amount} are still set aside for a booking that has ended."),
        ),
        Difference::ClaimWithoutBooking { amount, .. } => pick(
            format!("{amount} están apartados para una reservación que nadie conoce."),
            format!("{amount} are set aside for a booking that nobody knows."),
        ),
        Difference::NotBooked { code, amount, .. } => pick(
            format!("La reserva {code} está pagada con {amount}, pero su reservación no la tiene."),
            format!("Reservation {code} is paid {amount}, but its booking does not have it."),
        ),
        Difference::RoomUnpaid { code, .. } => pick(
            format!("La reserva {code} no la pagó ningún pago."),
            format!("No payment paid for reservation {code}."),
        ),
        Difference::PaidOtherwise { code, paid, due, .. } => pick(
            format!("La reserva {code} está pagada con {paid}; su reservación dice {due}."),
            format!("Reservation {code} is paid {paid}; its booking says {due}."),
        ),
        Difference::ReservationCancelled { code, .. } => pick(
            format!("La reserva {code} está pagada, pero el hotel la canceló en su sistema."),
            format!("Reservation {code} is paid, but the hotel cancelled it in its system."),
        ),
        Difference::ReservationGone { code, .. } => pick(
            format!("La reserva {code} está pagada, pero el sistema de reservas no la tiene."),
            format!("Reservation {code} is paid, but the reservation system does not have it."),
        ),
        Difference::ReservationUnpaid { code, .. } => pick(
            format!("La reserva {code} está en el sistema de reservas y no la pagó ningún pago."),
            format!("Reservation {code} is in the reservation system and no payment paid for it."),
        ),
    }
}
