//! Reservations that nobody owns, expired holds, and notes of bookings that came to nothing.

use posada_core::booking::effect::Reservation;
use posada_core::ids::{BookingId, Reference};
use posada_wire::stored::to_text;

use super::{Asked, Sweep};
use crate::findings::Kind;
use crate::host::Result;
use crate::objects::booking::{BookingCall, Verdict};
use crate::objects::calls::{Kept, LISTED_MAX, Noted, PropertyCall, PropertyReply, ask_property};
use crate::rows;

/// A reservation younger than this may be in the middle of being confirmed.
const YOUNG_MS: i64 = 600_000;
/// A note older than this is of a booking that was begun, or of a request that was refused.
const NOTE_MS: i64 = 24 * 3_600_000;

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

    /// Every reservation of the book belongs to a booking whose journal has its code.
    pub(super) async fn reservations(&mut self) -> Result<()> {
        let after: i64 = self.position("reservations").await?.unwrap_or(0);
        let made_before = self.now.plus(-YOUNG_MS).0;
        let reply = ask_property(self.env, &PropertyCall::Reservations { after, made_before }).await?;
        let PropertyReply::Reservations { reservations } = reply else { return Ok(()) };
        let known: Vec<(String, String)> = self.owned(&reservations).await?;
        let mut place = after;
        for it in &reservations {
            let is_owned = known.iter().any(|(booking, code)| {
                (booking.as_str(), code.as_str()) == (it.booking.as_str(), it.code.as_str())
            });
            if !is_owned && !self.unowned(it).await? {
                return self.set_position("reservations", &place).await;
            }
            place = it.place;
        }
        // From the beginning again, once all were seen.
        let is_last = reservations.len() < LISTED_MAX;
        self.report.more |= !is_last;
        self.set_position("reservations", &if is_last { 0_i64 } else { place }).await
    }

    /// The codes that the registry has for the bookings of these reservations.
    async fn owned(&self, reservations: &[Kept]) -> Result<Vec<(String, String)>> {
        let ids: Vec<BookingId> = reservations.iter().map(|it| it.booking.clone()).collect();
        let answer = self.db.prepare(
            "SELECT json_array(b.id, c.value) AS json FROM bookings b, json_each(b.codes) c
             WHERE b.id IN (SELECT value FROM json_each(?1))",
            &[to_text(&ids).into()],
        )?;
        rows::answered(Some(&answer.run().await?))
    }

    /// Asks the booking whose a reservation is. `false` where no more may be asked.
    async fn unowned(&mut self, it: &Kept) -> Result<bool> {
        let reference = Reference { booking: it.booking.clone(), line: it.line, generation: it.generation };
        let reservation = Reservation { code: it.code.clone(), room: it.room.clone() };
        let detail: [(&str, &dyn posada_wire::stored::Write); 3] =
            [("reserva", &it.code), ("room", &it.room), ("reference", &reference.to_string())];
        let code = it.code.as_str();
        match self.ask(&it.booking, &BookingCall::Stray { reference, reservation }).await {
            Asked::Enough => return Ok(false),
            Asked::Unknown => {
                self.case(Kind::ReservationWithoutBooking, code, Some(&it.booking), &detail).await?;
            }
            Asked::Unreadable(error) => {
                self.case(Kind::Unreadable, it.booking.as_str(), Some(&it.booking), &[("error", &error)])
                    .await?;
            }
            Asked::Known(_, swept) => match swept.stray {
                Some(Verdict::Cancelled) => {
                    self.case(Kind::StrayCancelled, code, Some(&it.booking), &detail).await?;
                    self.report.cancelled.push(it.code.clone());
                }
                Some(Verdict::Stands) => {
                    self.case(Kind::StrayReservation, code, Some(&it.booking), &detail).await?;
                }
                Some(Verdict::Left) | None => {}
            },
        }
        Ok(true)
    }
}
