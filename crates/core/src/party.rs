//! Who travels: guests by age band.

/// The most guests of one booking.
pub const GUESTS_MAX: u16 = 60;
/// The oldest age that counts as a child of 0 to 5.
pub const CHILD_0_5_AGE_MAX: u8 = 5;
/// The oldest age that counts as a child of 6 to 10; from 11 a guest pays and counts as an adult.
pub const CHILD_6_10_AGE_MAX: u8 = 10;
/// The oldest age that may be sent among the children: an older guest is an adult.
pub const CHILD_AGE_MAX: u8 = 17;

/// How many guests of each band sleep in one room, or pay for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Occupancy {
    /// Guests of 11 and more.
    pub adults: u16,
    /// Children of 6 to 10.
    pub children_6_10: u16,
    /// Children of 0 to 5.
    pub children_0_5: u16,
}

impl Occupancy {
    /// Children of both bands.
    #[must_use]
    pub fn children(&self) -> u16 {
        self.children_0_5.saturating_add(self.children_6_10)
    }

    /// Everyone.
    #[must_use]
    pub fn guests(&self) -> u16 {
        self.adults.saturating_add(self.children())
    }

    /// Band by band, the sum.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            adults: self.adults.saturating_add(other.adults),
            children_6_10: self.children_6_10.saturating_add(other.children_6_10),
            children_0_5: self.children_0_5.saturating_add(other.children_0_5),
        }
    }
}

/// A party of at least one and at most [`GUESTS_MAX`] guests, with someone in it who can look after a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Party {
    occupancy: Occupancy,
    guardians: u16,
}

/// Why numbers of guests are not a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PartyError {
    /// No guest at all.
    #[error("a party has at least one guest")]
    Nobody,
    /// Children (of whatever age) without an adult.
    #[error("a party has at least one adult")]
    NoAdult,
    /// More than [`GUESTS_MAX`] guests.
    #[error("a booking has at most {GUESTS_MAX} guests")]
    TooMany,
    /// An age beyond [`CHILD_AGE_MAX`] among the children.
    #[error("a child's age is 0 to {CHILD_AGE_MAX}; an older guest is an adult")]
    NotAChild {
        /// The place of the age in the list, from 0.
        index: usize,
    },
}

impl Party {
    /// A party counted by band. Every adult can look after a room.
    ///
    /// # Errors
    /// [`PartyError`] where there is no adult, nobody, or there are too many.
    pub fn counted(occupancy: Occupancy) -> Result<Self, PartyError> {
        Self::checked(occupancy, occupancy.adults)
    }

    /// A party of `adults` and children by exact age. A child of 11 or more pays and counts as an adult but
    /// never stands in for the adult that each room needs.
    ///
    /// # Errors
    /// [`PartyError`] where there is no adult, nobody, there are too many, or an age is not a child's.
    pub fn aged(adults: u16, ages: &[u8]) -> Result<Self, PartyError> {
        let mut occupancy = Occupancy { adults, ..Occupancy::default() };
        for (index, &age) in ages.iter().enumerate() {
            let band = if age <= CHILD_0_5_AGE_MAX {
                &mut occupancy.children_0_5
            } else if age <= CHILD_6_10_AGE_MAX {
                &mut occupancy.children_6_10
            } else if age <= CHILD_AGE_MAX {
                &mut occupancy.adults
            } else {
                return Err(PartyError::NotAChild { index });
            };
            *band = band.saturating_add(1);
        }
        Self::checked(occupancy, adults)
    }

    /// The party without some of its guests: these remain, and of the guests of 11 and more those who can look
    /// after a room before the others. `None` where these are not part of it or are no party.
    #[must_use]
    pub fn part(&self, remaining: Occupancy) -> Option<Self> {
        let all = self.occupancy;
        let is_part = remaining.adults <= all.adults
            && remaining.children_6_10 <= all.children_6_10
            && remaining.children_0_5 <= all.children_0_5;
        is_part.then(|| Self::checked(remaining, self.guardians.min(remaining.adults)).ok())?
    }

    fn checked(occupancy: Occupancy, guardians: u16) -> Result<Self, PartyError> {
        if occupancy.guests() == 0 {
            return Err(PartyError::Nobody);
        }
        if occupancy.guests() > GUESTS_MAX {
            return Err(PartyError::TooMany);
        }
        if guardians == 0 {
            return Err(PartyError::NoAdult);
        }
        Ok(Self { occupancy, guardians })
    }

    /// Guests by the band they pay and count in.
    #[must_use]
    pub fn occupancy(&self) -> Occupancy {
        self.occupancy
    }

    /// Guests who can be the adult that each room needs: there are at most as many rooms.
    #[must_use]
    pub fn guardians(&self) -> u16 {
        self.guardians
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_fall_into_bands() {
        let party = Party::aged(2, &[0, 5, 6, 10, 11, 17]).expect("a family");
        assert_eq!(party.occupancy(), Occupancy { adults: 4, children_6_10: 2, children_0_5: 2 });
        assert_eq!(party.guardians(), 2, "a guest of 11 pays as an adult but looks after no room");
    }

    #[test]
    fn impossible_parties_are_refused() {
        let of = |adults, children_6_10, children_0_5| {
            Party::counted(Occupancy { adults, children_6_10, children_0_5 }).map(|_| ())
        };
        assert_eq!(of(0, 0, 0), Err(PartyError::Nobody));
        assert_eq!(of(0, 1, 0), Err(PartyError::NoAdult));
        assert_eq!(of(60, 0, 0), Ok(()));
        assert_eq!(of(60, 0, 1), Err(PartyError::TooMany));
        assert_eq!(of(u16::MAX, u16::MAX, u16::MAX), Err(PartyError::TooMany));
        assert_eq!(Party::aged(0, &[11]).map(|_| ()), Err(PartyError::NoAdult));
        assert_eq!(Party::aged(1, &[4, 18]).map(|_| ()), Err(PartyError::NotAChild { index: 1 }));
    }
}
