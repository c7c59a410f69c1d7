//! What does not agree, in the words of bookkeeping.

use super::Language;
use crate::payment::reconcile::Difference;
use crate::stay::local_time_text;

/// What does not agree and what to do about it. Amounts are plain decimals, as in the hotel's tables; instants are local.
#[must_use]
pub fn difference_text(difference: &Difference, language: Language, utc_offset_minutes: i32) -> String {
    let none = String::new;
    let (es, en, values) = match difference {
        Difference::LedgerBroken { seq, detail } => (
            "El libro no se puede leer desde la entrada {}. Avise a quien opera el sistema ({}).",
            "The ledger cannot be read from entry {} on. Tell who operates the system ({}).",
            [seq.to_string(), (*detail).to_owned()],
        ),
        Difference::UsedAboveLedger { recorded, ledger } => (
            "La columna used dice {} y el libro {}: otro programa usó la diferencia. Se respeta en la próxima operación.",
            "The column used says {} and the ledger {}: another program used the difference. It is respected at the next operation.",
            [recorded.to_string(), ledger.to_string()],
        ),
        Difference::UsedBelowLedger { recorded, ledger } => (
            "La columna used dice {} y el libro {}: otro programa la bajó. La próxima operación la corrige.",
            "The column used says {} and the ledger {}: another program lowered it. The next operation puts it right.",
            [recorded.to_string(), ledger.to_string()],
        ),
        Difference::Overdrawn { used, amount } => (
            "Se usaron {} de un pago de {}. Compare el monto del pago con el banco.",
            "{} are used of a payment of {}. Check the payment's amount with the bank.",
            [used.to_string(), amount.to_string()],
        ),
        Difference::ExternalCode { code } => (
            "{} está en codreser y el libro no lo conoce: lo anotó otro programa.",
            "{} is in codreser and the ledger does not know it: another program wrote it.",
            [code.clone(), none()],
        ),
        Difference::CodeMissing { code } => (
            "{} falta en codreser: según el libro, este pago pagó esa reserva.",
            "{} is missing in codreser: by the ledger this payment paid for that reservation.",
            [code.clone(), none()],
        ),
        Difference::CodesMisplaced => (
            "Los códigos de codreser están repetidos o en otro orden que en el libro.",
            "The codes in codreser are repeated or in another order than in the ledger.",
            [none(), none()],
        ),
        Difference::ClaimExpired { amount, expired_at, .. } => (
            "{} siguen apartados aunque su plazo venció el {}. Se liberan en la próxima revisión.",
            "{} are still set aside though their time ended on {}. The next check frees them.",
            [amount.to_string(), local_time_text(*expired_at, utc_offset_minutes)],
        ),
        Difference::ClaimLeft { amount, .. } => (
            "{} siguen apartados para una reservación que ya terminó.",
            "{} are still set aside for a booking that has ended.",
            [amount.to_string(), none()],
        ),
        Difference::ClaimWithoutBooking { amount, .. } => (
            "{} están apartados para una reservación que nadie conoce.",
            "{} are set aside for a booking that nobody knows.",
            [amount.to_string(), none()],
        ),
        Difference::NotBooked { code, amount, .. } => (
            "La reserva {} está pagada con {}, pero su reservación no la tiene.",
            "Reservation {} is paid {}, but its booking does not have it.",
            [code.to_string(), amount.to_string()],
        ),
        Difference::RoomUnpaid { code, .. } => (
            "La reserva {} no la pagó ningún pago.",
            "No payment paid for reservation {}.",
            [code.to_string(), none()],
        ),
        Difference::PaidOtherwise { code, paid, due, .. } => (
            "La reserva {} no está pagada como dice su reservación ({}).",
            "Reservation {} is not paid as its booking says ({}).",
            [code.to_string(), [paid.to_string(), due.to_string()].join(" / ")],
        ),
        Difference::ReservationCancelled { code, .. } => (
            "La reserva {} está pagada, pero el hotel la canceló en su sistema.",
            "Reservation {} is paid, but the hotel cancelled it in its system.",
            [code.to_string(), none()],
        ),
        Difference::ReservationGone { code, .. } => (
            "La reserva {} está pagada, pero el sistema de reservas no la tiene.",
            "Reservation {} is paid, but the reservation system does not have it.",
            [code.to_string(), none()],
        ),
        Difference::ReservationUnpaid { code, .. } => (
            "La reserva {} está en el sistema de reservas y no la pagó ningún pago.",
            "Reservation {} is in the reservation system and no payment paid for it.",
            [code.to_string(), none()],
        ),
    };
    let [first, second] = values;
    // A value may hold braces of its own, so what it is put into is cut before.
    let template = match language {
        Language::Es => es,
        Language::En => en,
    };
    let mut parts = template.splitn(3, "{}");
    let mut next = || parts.next().unwrap_or_default();
    [next(), &first, next(), &second, next()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Money;

    #[test]
    fn values_are_in_their_places_in_both_languages() {
        let cents = |cents| Money::from_cents(cents).expect("a small amount");
        let above = Difference::UsedAboveLedger { recorded: cents(59_000), ledger: cents(55_875) };
        let es = difference_text(&above, Language::Es, 0);
        assert!(es.starts_with("La columna used dice 590.00 y el libro 558.75: otro"), "{es}");
        let code = Difference::ExternalCode { code: "a{}b".to_owned() };
        assert!(difference_text(&code, Language::En, 0).starts_with("a{}b is in codreser"));
    }
}
