//! Reservations that nobody owns, expired holds, and notes of bookings that came to nothing.

use posada_core::booking::effect::Reservation;
use posada_core::ids::{BookingId, Millis, Reference, ReservationCode};
use posada_wire::reservation_api::ListedReservation;
use posada_wire::stored::to_text;

use super::{Asked, Sweep};
use crate::findings::Kind;
use crate::host::Result;
use crate::objects::booking::{BookingCall, Verdict};
use crate::objects::calls::{Noted, PropertyCall, PropertyReply, ask_property};
use crate::reservations::Reservations;
use crate::rows;

/// A reservation younger than this may be in the middle of being confirmed.
const YOUNG_MS: i64 = 600_000;
/// A note older than this is of a booking that was begun, or of a request that was refused.
const NOTE_MS: i64 = 24 * 3_600_000;
/// How far back reservations are looked at, again and again.
const LOOKED_BACK_MS: i64 = 30 * 24 * 3_600_000;

/// Where the list goes on: made since when, behind which cursor, and how many of the page were seen.
type Position = ((i64, String), usize);

/// The reference that a reservation was made under; `None` where it is not one of ours.
fn reference_of(text: &str) -> Option<Reference> {
    Reference::parse(text).filter(|it| it.booking.as_str().len() == BookingId::CHARS_MAX)
}

impl Sweep<'_> {
    /// Deletes what the hotel's object no longer needs.
    pub(super) async fn tidy(&mut self) -> Result<()> {
        let noted_before = self.now.plus(-NOTE_MS).0;
        let notes = self.tidied(Vec::new(), noted_before).await?;
        let ids: Vec<BookingId> = notes.iter().map(|note| note.booking.clone()).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let answer = self.db.prepare(
            "SELECT json_quote(id) AS json FROM bookings WHERE id IN (SELECT value FROM json_each(?1))
               AND state NOT IN ('refused', 'not_booked')",
            &[to_text(&ids).into()],
        )?;
        let live: Vec<BookingId> = rows::answered(Some(&answer.run().await?))?;
        let ended: Vec<Noted> = notes.into_iter().filter(|note| !live.contains(&note.booking)).collect();
        if !ended.is_empty() {
            self.tidied(ended, noted_before).await?;
        }
        Ok(())
    }

    async fn tidied(&mut self, ended: Vec<Noted>, noted_before: i64) -> Result<Vec<Noted>> {
        match ask_property(self.env, &PropertyCall::Tidy { ended, noted_before }).await? {
            PropertyReply::Tidied { deleted, notes } => {
                self.report.deleted += deleted;
                Ok(notes)
            }
            // No settings were loaded, so there is nothing.
            _ => Ok(Vec::new()),
        }
    }

    /// Every live reservation that was made under a booking's reference belongs to that booking by its journal.
    pub(super) async fn reservations(&mut self) -> Result<()> {
        let reservations = Reservations::of(self.env);
        if !reservations.can_list() {
            return Ok(());
        }
        let begin = self.now.plus(-LOOKED_BACK_MS).0;
        let position: Option<Position> = self.position("reservations").await?;
        let ((since, cursor), skipped) = position.unwrap_or(((begin, String::new()), 0));
        let after = Some(cursor.clone()).filter(|cursor| !cursor.is_empty());
        let page = match reservations.list(self.env, Millis(since), after).await {
            Ok(page) => page,
            Err(_) => return Err("the reservations cannot be listed".into()),
        };
        let made_before = self.now.plus(-YOUNG_MS);
        let is_seen = |it: &ListedReservation| it.is_booked && it.made_at <= made_before;
        let seen: Vec<(Reference, &ListedReservation)> = page
            .reservations
            .iter()
            .filter(|it| is_seen(it))
            .filter_map(|it| Some((reference_of(&it.reference)?, it)))
            .collect();
        let known = self.owned(&seen).await?;
        for (place, (reference, it)) in seen.iter().enumerate().skip(skipped) {
            let pair = (reference.booking.clone(), it.reserva.clone());
            if !known.contains(&pair) && !self.unowned(reference, it).await? {
                // It goes on here next time.
                return self.set_position("reservations", &((since, cursor), place)).await;
            }
        }
        self.report.more |= page.next.is_some();
        // From the beginning again, once all were seen.
        let next = page.next.map_or_else(|| (begin, String::new()), |next| (since, next));
        self.set_position("reservations", &(next, 0_usize)).await
    }

    /// The codes that the registry has for the bookings of these reservations.
    async fn owned(
        &self,
        seen: &[(Reference, &ListedReservation)],
    ) -> Result<Vec<(BookingId, ReservationCode)>> {
        let ids: Vec<BookingId> = seen.iter().map(|(reference, _)| reference.booking.clone()).collect();
        let answer = self.db.prepare(
            "SELECT json_array(b.id, c.value) AS json FROM bookings b, json_each(b.codes) c
             WHERE b.id IN (SELECT value FROM json_each(?1))",
            &[to_text(&ids).into()],
        )?;
        rows::answered(Some(&answer.run().await?))
    }

    /// Asks the booking whose a reservation is. `false` where no more may be asked.
    async fn unowned(&mut self, reference: &Reference, it: &ListedReservation) -> Result<bool> {
        let booking = &reference.booking;
        let reservation = Reservation { code: it.reserva.clone(), room: it.room.clone() };
        let detail: [(&str, &dyn posada_wire::stored::Write); 3] =
            [("reserva", &it.reserva), ("room", &it.room), ("reference", &it.reference)];
        let code = it.reserva.as_str();
        let call = BookingCall::Stray { reference: reference.clone(), reservation };
        match self.ask(booking, &call).await {
            Asked::Enough => return Ok(false),
            Asked::Unknown => {
                self.case(Kind::ReservationWithoutBooking, code, Some(booking), &detail).await?;
            }
            Asked::Unreadable(error) => {
                self.case(Kind::Unreadable, booking.as_str(), Some(booking), &[("error", &error)]).await?;
            }
            Asked::Known(_, swept) => match swept.stray {
                Some(Verdict::Cancelled) => {
                    self.case(Kind::StrayCancelled, code, Some(booking), &detail).await?;
                    self.report.cancelled.push(it.reserva.clone());
                }
                Some(Verdict::Stands) => {
                    self.case(Kind::StrayReservation, code, Some(booking), &detail).await?;
                }
                Some(Verdict::Left) | None => {}
            },
        }
        Ok(true)
    }
}
