//! Bounds for every choice of numbers of rooms at once.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: tables are of the types' and the rooms' size; for the ranges of keys see `keys`"
)]

use super::bound::Fillings;
use super::fixed::Multipliers;
use super::instance::Instance;
use super::keys::Key;

/// What some multipliers say: a distribution costs at least `constant` and for every room its type's least.
pub(super) struct Cut {
    constant: Key,
    /// What a room of each type costs at least.
    rooms: Vec<Key>,
    /// For the types from each place on, by their number of rooms, the least that they cost.
    behind: Vec<Key>,
    width: usize,
    /// Along the path of a search, the sum of the types before each place.
    sums: Vec<Key>,
}

/// Beyond any bound.
const BEYOND: Key = Key::FAR_OFF;

impl Cut {
    /// The cut by these multipliers, for up to `rooms_most` rooms in all.
    pub(super) fn new(
        instance: &Instance,
        fillings: &[Fillings],
        rooms_most: u16,
        multipliers: &Multipliers,
    ) -> Self {
        let constant = multipliers
            .iter()
            .zip(instance.guests)
            .fold(Key::ZERO, |sum, (multiplier, guests)| sum + multiplier.times(guests.into()));
        let types = instance.kinds.len();
        let width = usize::from(rooms_most) + 1;
        let mut cut = Self {
            constant,
            rooms: fillings.iter().map(|it| it.least(multipliers)).collect(),
            behind: vec![BEYOND; (types + 1) * width],
            width,
            sums: vec![constant; types + 1],
        };
        cut.look_behind(instance);
        cut
    }

    fn look_behind(&mut self, instance: &Instance) {
        let width = self.width;
        // The rooms that must be, and what others cost, the cheapest first.
        let (mut must, mut must_cost) = (0, Key::ZERO);
        let mut others: Vec<Key> = Vec::with_capacity(2 * width);
        for place in (0..=instance.kinds.len()).rev() {
            if let (Some(kind), Some(&room)) = (instance.kinds.get(place), self.rooms.get(place)) {
                must += usize::from(kind.least);
                must_cost += room.times(kind.least.into());
                let more = usize::from(kind.most - kind.least).min(width - 1);
                let at = others.partition_point(|other| *other < room);
                others.splice(at..at, std::iter::repeat_n(room, more));
                others.truncate(width - 1);
            }
            let mut row = self.behind[place * width..(place + 1) * width].iter_mut().skip(must);
            let mut cost = must_cost;
            if let Some(to) = row.next() {
                *to = cost;
            }
            for (to, other) in row.zip(&others) {
                cost += *other;
                *to = cost;
            }
        }
    }

    /// The bound of these numbers of rooms.
    pub(super) fn of(&self, counts: &[u16]) -> Key {
        counts.iter().zip(&self.rooms).fold(self.constant, |sum, (&n, room)| sum + room.times(n.into()))
    }

    /// The bound of all choices of so many rooms.
    pub(super) fn of_all(&self, rooms: u16) -> Key {
        self.constant + self.behind[usize::from(rooms)]
    }

    /// What a room of the type costs at least.
    pub(super) fn room(&self, place: usize) -> Key {
        self.rooms[place]
    }

    /// Follows the path of a search to `own` rooms of the type at the place and `left` for those behind it: the
    /// bound of all that lies there.
    pub(super) fn follow(&mut self, place: usize, own: u16, left: u16) -> Key {
        let sum = self.sums[place] + self.rooms[place].times(own.into());
        self.sums[place + 1] = sum;
        sum + self.behind[(place + 1) * self.width + usize::from(left)]
    }

    /// Follows it to these numbers of rooms.
    pub(super) fn follow_all(&mut self, counts: &[u16]) {
        for (place, &own) in counts.iter().enumerate() {
            self.sums[place + 1] = self.sums[place] + self.rooms[place].times(own.into());
        }
    }
}
