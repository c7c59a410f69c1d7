//! Bookings that follow one another, with the semantics of the Worker's `BookingObject`: the present follower is asked how
//! it is, and only then the followed booking decides, in one write.

use std::collections::BTreeMap;

use posada_core::booking::Rejection;
use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::outcome::{FailureCause, Outcome};
use posada_core::ids::BookingId;
use posada_core::party::Occupancy;
use posada_core::problem::Problem;

use crate::calls::{Call, Stage};
use crate::mutation::Mutation;
use crate::world::World;

impl World {
    fn host_of(&self, id: &BookingId) -> Option<usize> {
        self.hosts.iter().position(|host| host.id == *id)
    }

    /// The answer of the followed booking, or `None` where the call goes on to its next stage.
    pub(crate) fn follow(&mut self, call: &mut Call) -> Option<Input> {
        let Effect::Follow { followed, wish } = &call.effect else { return None };
        let refused = |problem| Some(Input::Follow(Err(Failure::Refused(problem))));
        let Some(host) = self.host_of(followed) else { return refused(Problem::NotFound) };
        let now = self.clock();
        if let Err(what) = self.hosts[host].load(now).and_then(|()| self.drive(host)) {
            self.broken.get_or_insert(what);
        }
        let booking = self.hosts[call.host].id.clone();
        let Stage::Deciding(dead) = call.stage else {
            call.stage = Stage::Deciding(self.dead_follower(host, &booking));
            return None;
        };
        let mut wish = wish.clone();
        if self.planted.is(Mutation::FollowedForMore) {
            wish.guests = Occupancy::default();
        }
        if self.planted.is(Mutation::FollowNotWritten) {
            let mut tried = self.hosts[host].memory.clone();
            let decide = |memory: &mut crate::host::Memory| {
                memory.booking.decide(Input::FollowedBy { booking, wish, dead }, now).is_ok()
            };
            return match tried.as_mut().map(decide) {
                Some(true) => Some(Input::Follow(Ok(()))),
                _ => refused(Problem::NotFound),
            };
        }
        let before = self.hosts[host].journal.len();
        let taken = self.hosts[host].feed(Input::FollowedBy { booking, wish, dead }, now);
        self.show(host, before);
        let answer = match taken {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Rejection::Impossible(problem))) => Err(Failure::Refused(problem)),
            Ok(Err(_)) => Err(Failure::Refused(Problem::NotFound)),
            Err(what) => {
                self.broken.get_or_insert(what);
                Err(Failure::Unknown)
            }
        };
        // Killed after it wrote, and before it answered.
        let answer = if self.crashes(host) { Err(Failure::Unknown) } else { answer };
        Some(Input::Follow(answer))
    }

    /// The number of the present follower, where it is another and came to nothing.
    fn dead_follower(&mut self, host: usize, asking: &BookingId) -> Option<u32> {
        let (by, number) = self.with(host, |it| it.follower().map(|(by, number)| (by.clone(), number)))?;
        if by == *asking {
            return None;
        }
        let follower = self.host_of(&by)?;
        let replayed = self.hosts[follower].replayed();
        let is_living = match replayed {
            Ok(booking) if self.planted.is(Mutation::FollowerUnderWayIsDead) => {
                booking.is_live() && booking.outcome().is_some()
            }
            Ok(booking) => booking.is_live(),
            Err(what) => {
                self.broken.get_or_insert(what);
                true
            }
        };
        (!is_living || self.planted.is(Mutation::FollowedTwice)).then_some(number)
    }

    /// I4 for those who were left without a room: one living booking at most is for them, the one that the booking which it
    /// follows knows of, and for no others.
    pub(crate) fn check_follows(&self) -> Result<(), String> {
        let mut followers: BTreeMap<BookingId, usize> = BTreeMap::new();
        for (host, it) in self.hosts.iter().enumerate() {
            let booking = it.replayed()?;
            let Some(request) = booking.request().filter(|_| booking.is_accepted()) else { continue };
            let Some(followed) = request.follows.clone() else { continue };
            if booking.outcome() == Some(Outcome::NotBooked) {
                continue;
            }
            if let Some(other) = followers.insert(followed.clone(), host) {
                return Err(format!("I4: booking {followed} is followed by {other} and {host}"));
            }
            let Some(of) = self.host_of(&followed) else {
                return Err(format!("I4: booking {host} follows nothing"));
            };
            let of = self.hosts[of].replayed()?;
            if of.follower().map(|(by, _)| by) != Some(&it.id) {
                return Err(format!("I4: booking {followed} does not know that {host} follows it"));
            }
            let (mut left, mut placed) = ([0; 3], [0; 3]);
            let add = |sum: &mut [u16; 3], guests: &Occupancy| {
                for (sum, count) in
                    sum.iter_mut().zip([guests.adults, guests.children_6_10, guests.children_0_5])
                {
                    *sum += count;
                }
            };
            for failed in of.report().failed {
                if !matches!(failed.cause, FailureCause::Unconfirmed | FailureCause::Cancelled) {
                    add(&mut left, &failed.guests);
                }
            }
            request.rooms.iter().for_each(|room| add(&mut placed, &room.guests));
            if placed.iter().zip(left).any(|(placed, left)| *placed > left) {
                return Err(format!("I4: booking {host} is for {placed:?} guests, {left:?} were left"));
            }
        }
        Ok(())
    }
}
