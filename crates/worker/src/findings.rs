//! What the sweeper found and people must look at.

use posada_core::ids::{BookingId, Millis};
use posada_core::message::Language;
use posada_wire::cases::Raw;
use posada_wire::stored::{Write, to_text, write_members};
use posada_wire::stored_choice;

use crate::host::{Database, Result, number};
use crate::rows;

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The journal of a booking cannot be read.
    Unreadable,
    /// A booking of which nothing is kept.
    Lost,
    /// Money set aside for a booking of which nothing is known.
    ClaimWithoutBooking,
    /// Money set aside for a booking that has ended.
    ClaimLeft,
    /// A reservation for a booking of which nothing is known.
    ReservationWithoutBooking,
    /// A reservation that its booking gave up and that could not be cancelled.
    StrayReservation,
    /// The hotel's programs could not be told how a booking ended.
    NoticeGivenUp,
    /// The hotel's programs could not be told what came of a payment that was waited for.
    PaymentNoticeGivenUp,
    /// A payment that is waited for and whose object does not go on.
    PendingPaymentStuck,
    /// One that was cancelled: there is nothing left to do.
    StrayCancelled,
}

stored_choice!(Kind {
    "unreadable" = Unreadable,
    "lost" = Lost,
    "claim_without_booking" = ClaimWithoutBooking,
    "claim_left" = ClaimLeft,
    "reservation_without_booking" = ReservationWithoutBooking,
    "stray_reservation" = StrayReservation,
    "notice_given_up" = NoticeGivenUp,
    "payment_notice_given_up" = PaymentNoticeGivenUp,
    "pending_payment_stuck" = PendingPaymentStuck,
    "stray_cancelled" = StrayCancelled,
});

impl Kind {
    /// What it is, and what staff are to do, in words.
    pub(crate) fn text(self, language: Language) -> &'static str {
        let (es, en) = match self {
            Self::Unreadable => (
                "El registro de esta reservación no se puede leer y nadie la continúa. Avise a quien opera el sistema y compárela a mano.",
                "This booking's journal cannot be read and nobody goes on with it. Tell who operates the system, and check it by hand.",
            ),
            Self::Lost => (
                "De esta reservación no se guarda nada. Compárela a mano con el sistema de reservas y el pago.",
                "Nothing is kept of this booking. Check the reservation system and the payment by hand.",
            ),
            Self::ClaimWithoutBooking => (
                "Hay dinero apartado para una reservación que no se conoce.",
                "Money is set aside for a booking that is not known.",
            ),
            Self::ClaimLeft => (
                "Hay dinero apartado para una reservación que ya terminó.",
                "Money is set aside for a booking that has ended.",
            ),
            Self::ReservationWithoutBooking => (
                "Hay una reserva de una reservación que no se conoce. Compruebe de quién es o cancélela.",
                "There is a reservation of a booking that is not known. Find out whose it is, or cancel it.",
            ),
            Self::StrayReservation => (
                "Hay una reserva que su reservación dio por perdida y no se pudo cancelar. Cancélela.",
                "There is a reservation that its booking gave up and that could not be cancelled. Cancel it.",
            ),
            Self::NoticeGivenUp => (
                "No se pudo avisar a los programas del hotel cómo terminó esta reservación. Avíseles a mano.",
                "The hotel's programs could not be told how this booking ended. Tell them by hand.",
            ),
            Self::PaymentNoticeGivenUp => (
                "No se pudo avisar a los programas del hotel qué pasó con un pago que se esperaba. Avise al huésped a mano.",
                "The hotel's programs could not be told what came of a payment that was waited for. Tell the guest by hand.",
            ),
            Self::PendingPaymentStuck => (
                "Un huésped espera este pago y el sistema ya no puede buscarlo. Revise si llegó y avísele a mano.",
                "A guest waits for this payment, and it cannot be looked for any more. See whether it came, and tell the guest by hand.",
            ),
            Self::StrayCancelled => (
                "Una reserva que llegó tarde fue cancelada.",
                "A reservation that came too late was cancelled.",
            ),
        };
        match language {
            Language::Es => es,
            Language::En => en,
        }
    }
}

/// Writes a finding down, unless it was found before. One that leaves nothing to do is resolved at once. `true` where
/// it is new.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn found(
    db: &Database,
    kind: Kind,
    subject: &str,
    booking: Option<&BookingId>,
    detail: &[(&str, &dyn Write)],
    now: Millis,
) -> Result<bool> {
    let mut text = String::new();
    write_members(&mut text, detail);
    let resolved = (kind == Kind::StrayCancelled).then_some(now);
    let insert = db.prepare(
        "INSERT INTO findings (kind, subject, booking, detail, found_ms, resolved_ms)
         VALUES (json_extract(?1, '$'), ?2, json_extract(?3, '$'), ?4, ?5, json_extract(?6, '$'))
         ON CONFLICT (kind, subject) DO NOTHING",
        &[
            to_text(&kind).into(),
            subject.into(),
            to_text(&booking.cloned()).into(),
            text.into(),
            number(now.0),
            to_text(&resolved).into(),
        ],
    )?;
    let answers = db.batch(vec![insert]).await?;
    Ok(rows::changes(answers.first()) > 0)
}

/// Resolves a finding. `None` where there is none of this number, `false` where it was resolved before.
///
/// # Errors
/// Where the database fails.
pub(crate) async fn resolve(
    db: &Database,
    id: i64,
    note: &str,
    by: &str,
    now: Millis,
) -> Result<Option<bool>> {
    let update = db.prepare(
        "UPDATE findings SET resolved_ms = ?2, note = ?3, resolved_by = ?4 WHERE id = ?1 AND resolved_ms IS NULL",
        &[number(id), number(now.0), note.into(), by.into()],
    )?;
    let known = db.prepare("SELECT '1' AS json FROM findings WHERE id = ?1", &[number(id)])?;
    let answers = db.batch(vec![update, known]).await?;
    let known: Vec<i64> = rows::answered(answers.get(1))?;
    Ok((!known.is_empty()).then(|| rows::changes(answers.first()) > 0))
}

/// JSON of a finding's detail, as it was written down.
pub(crate) fn detail(text: String) -> Raw {
    Raw(text)
}
