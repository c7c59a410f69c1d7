//! One booking follows another: it is for the guests whom the other left without a room. There is one follower that lives
//! at a time, and the booking that is followed decides which: it is one object, and its journal says who came first.

use super::decide::Rejection;
use super::effect::{FOLLOW_TRIES_MAX, Failure, FollowWish};
use super::journal::{Entry, Step};
use super::{Booking, Phase, RETRY_AFTER_MS};
use crate::ids::{BookingId, Millis};
use crate::party::Occupancy;
use crate::problem::{Problem, System};

impl Booking {
    /// What the followed booking says to this one. Nothing was claimed yet, so a refusal needs nothing undone: whoever is
    /// refused is dead, and a dead follower gives way to the next.
    pub(super) fn follow_answered(
        &self,
        answer: Result<(), Failure<Problem>>,
        now: Millis,
    ) -> Result<Vec<Entry>, Rejection> {
        if self.phase != Phase::Following {
            return Err(Rejection::Stale);
        }
        Ok(vec![match answer {
            Ok(()) => Entry::FollowTaken,
            Err(Failure::Refused(problem)) => Entry::Refused { problem },
            Err(_) if self.times(Step::Follow) >= FOLLOW_TRIES_MAX => {
                let retry_after_s = u32::try_from(RETRY_AFTER_MS.1.div_euclid(1_000)).unwrap_or(u32::MAX);
                Entry::Refused { problem: Problem::Unavailable { system: System::Storage, retry_after_s } }
            }
            Err(Failure::Retryable { after_ms }) => self.defer(Step::Follow, after_ms, now),
            Err(Failure::Unknown) => self.defer(Step::Follow, None, now),
        }])
    }

    /// Whether another booking may follow this one. Asked again by the same one it is written down again: what was found
    /// out about that follower before is then no longer true.
    pub(super) fn followed_by(
        &self,
        booking: BookingId,
        wish: &FollowWish,
        dead: Option<u32>,
    ) -> Result<Vec<Entry>, Rejection> {
        let refused = |problem| Err(Rejection::Impossible(problem));
        let Some(request) = self.request().filter(|_| self.is_accepted()) else {
            return refused(Problem::NotFound);
        };
        if booking == self.id {
            return refused(Problem::field("follows", "is this booking itself"));
        }
        if self.outcome().is_none() {
            return refused(Problem::BookingInProgress { retry_after_s: 5 });
        }
        if request.stay != wish.stay {
            return refused(Problem::field("follows", "is for other dates"));
        }
        if request.package != wish.package {
            return refused(Problem::field("follows", "is for another package"));
        }
        let Some(left) = self.report().left_without_room() else {
            return refused(Problem::field("follows", "left nobody without a room"));
        };
        let Occupancy { adults, children_6_10, children_0_5 } = left;
        let guests = &wish.guests;
        if guests.adults > adults
            || guests.children_6_10 > children_6_10
            || guests.children_0_5 > children_0_5
        {
            let message = format!(
                "must be for no more guests than were left without a room: {adults} adults, {children_0_5} children of \
                 0 to 5, {children_6_10} of 6 to 10"
            );
            return refused(Problem::field("bookings", message));
        }
        match &self.follower {
            Some((of, number)) if *of != booking && dead != Some(*number) => {
                refused(Problem::AlreadyFollowed { followed_by: of.clone() })
            }
            _ => Ok(vec![Entry::FollowedBy { booking }]),
        }
    }
}
