//! The objectives' sums as two integers that are compared in order.
//!
//! The price is one of them; beds, rooms and the squares are digits of the other. Instead of the square of a number
//! the pairs in it are added, n(n-1)/2: over a fixed number of guests the order is the same, and the sums are half as
//! large. Ranges: 60 guests are at most 1,770 pairs (11 bits each for guests, adults and children 6-10) and need at
//! most 60 beds (6 bits); there are at most 20 rooms (5 bits): 44 bits. No rate is above 10^12 thousandths (see
//! `instance`), so that 20 rooms, 60 guests and 60 beds stay below 2^48. Multipliers are at most [`Key::FAR`], 2^46,
//! a guest, so that even 20 rooms of 60 guests each stay below 2^57.
#![allow(clippy::arithmetic_side_effects, reason = "the ranges are proved above")]

use std::ops::{Add, AddAssign, Neg, Sub};

use super::instance::Kind;
use super::objective::Objective;

/// Two sums, the first decisive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(i64, i64);

impl Key {
    pub(super) const ZERO: Self = Self(0, 0);
    /// What cannot be done: more than placing a guest can cost, which is three steps of at most two rates, or of a bed
    /// and 60 pairs of each kind, and so below 2^43.
    pub(super) const FAR: Self = Self(1 << 46, 0);
    /// More than any bound.
    pub(super) const FAR_OFF: Self = Self(1 << 60, 0);

    pub(super) fn times(self, n: i64) -> Self {
        Self(self.0 * n, self.1 * n)
    }

    /// Whether it is [`Key::FAR`], or a few steps from it.
    pub(super) fn is_far(self) -> bool {
        self.0 >= 1 << 45
    }
}

impl Add for Key {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl AddAssign for Key {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Key {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}

impl Neg for Key {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

/// The weight of a pair of guests, of adults, of children 6-10 in the second integer.
pub(super) const PAIR: [i64; 3] = [1 << 22, 1 << 11, 1];

/// How an objective arranges its sums.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    /// Whether the price comes last.
    price_last: bool,
    bed: i64,
    room: i64,
}

impl Order {
    pub(super) fn of(objective: Objective) -> Self {
        match objective {
            Objective::Even => Self { price_last: true, bed: 1 << 38, room: 1 << 33 },
            // The number of rooms is decided before the search where they are to be the fewest; then both are the
            // same.
            Objective::Cheapest | Objective::FewestRooms => {
                Self { price_last: false, bed: 1 << 33, room: 1 << 39 }
            }
        }
    }

    /// The key of a price and of what is counted.
    pub(super) fn key(self, price: i64, counted: i64) -> Key {
        if self.price_last { Key(counted, price) } else { Key(price, counted) }
    }

    /// The key of `beds` extra beds of the type.
    pub(super) fn beds(self, kind: &Kind, beds: i64) -> (i64, i64) {
        (kind.bed * beds, self.bed * beds)
    }

    /// The key of opening a room of the type.
    pub(super) fn room(self, kind: &Kind) -> Key {
        self.key(kind.room, self.room)
    }
}

/// The pairs in a number.
pub(super) fn pairs(n: i64) -> i64 {
    n * (n - 1) / 2
}
