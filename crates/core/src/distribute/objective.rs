//! What is better: the three objectives.

use serde::{Deserialize, Serialize};

/// What makes one distribution better than another: a list of sums over its rooms, compared in order, less first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Extra beds, rooms, then the squares of guests, of adults and of children 6-10 in each room, then price. The
    /// default, as the hotel suggests an even split (seed, phase 4). Rooms come before the squares because one guest
    /// a room would be the most even of all.
    #[default]
    Even,
    /// Price, rooms, extra beds, then those squares.
    Cheapest,
    /// Rooms, price, extra beds, then those squares.
    FewestRooms,
}

impl Objective {
    /// All of them, the default first.
    pub const ALL: [Self; 3] = [Self::Even, Self::Cheapest, Self::FewestRooms];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Cheapest => "cheapest",
            Self::FewestRooms => "fewest_rooms",
        }
    }

    /// The objective of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|objective| objective.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for objective in Objective::ALL {
            assert_eq!(Objective::named(objective.name()), Some(objective));
            let json = serde_json::to_string(&objective).expect("a name");
            assert_eq!(json, format!("\"{}\"", objective.name()));
        }
        assert_eq!(Objective::named("evenly"), None);
    }
}
