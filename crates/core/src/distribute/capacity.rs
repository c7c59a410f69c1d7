//! How much some rooms hold, without deciding who sleeps where.
//!
//! In one room of a type with (tightened) places for `m` guests, `ma` adults and `mc` children, guests need the
//! most of 0, `n - m`, `a - ma` and `c - mc` extra beds. The guests without a bed of that room are the independent
//! sets of a polymatroid whose ranks are those places, and every extra bed adds one to each rank; the adult that
//! each room needs makes it a generalised polymatroid, with `min(mc, m - 1)` places for children. Integral
//! generalised polymatroids add: over several rooms, of whatever types, the places of the rooms simply add up, every
//! number of guests within the sums can be split into the rooms, and the fewest beds are the most of the three
//! excesses over the sums. So whether a party fits, and with how many beds, is a question about sums only. (The
//! tests compare it with every split of small parties.)

use super::instance::{Instance, Kind};

/// What a room gives towards a need, or what is needed in all: guests, adults, children, beds.
pub(super) type Supply = [u16; 4];

/// The most that rooms of some types give, by number of rooms.
struct Best {
    /// For each supply, by number of rooms; `None` where the types cannot have that many.
    by_rooms: Vec<Option<Supply>>,
}

/// Numbers of rooms of each type, within their bounds, that cover a need.
pub(super) struct Cover {
    supplies: Vec<Supply>,
    bounds: Vec<(u16, u16)>,
    /// For the types from each place on.
    best: Vec<Best>,
}

impl Cover {
    /// The cover by these types, `supply` of each room, for up to `rooms_most` rooms.
    pub(super) fn new(kinds: &[Kind], rooms_most: u16, supply: impl Fn(&Kind) -> Supply) -> Self {
        let supplies: Vec<Supply> = kinds.iter().map(supply).collect();
        let bounds: Vec<(u16, u16)> = kinds.iter().map(|kind| (kind.least, kind.most)).collect();
        let mut none = vec![None; usize::from(rooms_most).saturating_add(1)];
        if let Some(first) = none.first_mut() {
            *first = Some([0; 4]);
        }
        let mut best = vec![Best { by_rooms: none }];
        for (supply, &(least, most)) in supplies.iter().zip(&bounds).rev() {
            let Some(behind) = best.last() else { break };
            let by_rooms = (0..=rooms_most)
                .map(|rooms| {
                    let with = |own: u16| {
                        let behind = behind.by_rooms.get(usize::from(rooms.checked_sub(own)?))?.as_ref()?;
                        Some(zip(behind, supply, |b, s| b.saturating_add(s.saturating_mul(own))))
                    };
                    (least..=most.min(rooms))
                        .filter_map(with)
                        .reduce(|best, other| zip(&best, &other, |b, o| b.max(o)))
                })
                .collect();
            best.push(Best { by_rooms });
        }
        best.reverse();
        Self { supplies, bounds, best }
    }

    /// The most that exactly this many rooms give, each supply for itself; `None` where the types' bounds do not
    /// allow that many.
    pub(super) fn most(&self, rooms: u16) -> Option<Supply> {
        *self.best.first()?.by_rooms.get(usize::from(rooms))?
    }

    /// Whether exactly this many rooms can give all of the need at once.
    pub(super) fn covers(&self, rooms: u16, need: Supply) -> bool {
        self.reaches(0, rooms, need)
    }

    fn reaches(&self, place: usize, rooms: u16, need: Supply) -> bool {
        let most = self.best.get(place).and_then(|best| *best.by_rooms.get(usize::from(rooms))?);
        let Some(most) = most else { return false };
        if most.iter().zip(need).any(|(&most, need)| most < need) {
            return false;
        }
        if need == [0; 4] {
            return true;
        }
        let (Some(supply), Some(&(least, most))) = (self.supplies.get(place), self.bounds.get(place)) else {
            return false;
        };
        (least..=most.min(rooms)).rev().any(|own| {
            let rest = zip(&need, supply, |n, s| n.saturating_sub(s.saturating_mul(own)));
            self.reaches(place.saturating_add(1), rooms.saturating_sub(own), rest)
        })
    }
}

fn zip(a: &Supply, b: &Supply, f: impl Fn(u16, u16) -> u16) -> Supply {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*a, *b);
    [f(a0, b0), f(a1, b1), f(a2, b2), f(a3, b3)]
}

/// What a room gives where its extra beds may all be used.
pub(super) fn with_beds(kind: &Kind) -> Supply {
    let [guests, adults, children, beds] = without_beds(kind);
    [guests.saturating_add(beds), adults.saturating_add(beds), children.saturating_add(beds), 0]
}

/// What a room gives without extra beds, and how many it takes.
pub(super) fn without_beds(kind: &Kind) -> Supply {
    let places = kind.places;
    // One place at least is an adult's.
    let children = places.children.min(places.guests.saturating_sub(1));
    [places.guests, places.adults, children, places.beds]
}

/// What the party needs where extra beds are as good as places.
fn need(instance: &Instance) -> Supply {
    let [adults, c610, c05] = instance.guests;
    let children = c610.saturating_add(c05);
    [adults.saturating_add(children), adults, children, 0]
}

/// The fewest rooms that hold the party, extra beds included; `None` where no allowed number does. From there on
/// every number up to the instance's most holds it, for a further room takes nothing away.
pub(super) fn fewest_rooms(instance: &Instance) -> Option<u16> {
    let (least, most) = instance.rooms;
    let cover = Cover::new(&instance.kinds, most, with_beds);
    (least..=most).find(|&rooms| cover.covers(rooms, need(instance)))
}

/// The fewest extra beds, and with them the fewest rooms.
#[allow(dead_code)]
pub(super) fn fewest_beds_then_rooms(instance: &Instance) -> Option<(u16, u16)> {
    let (least, most) = instance.rooms;
    let cover = Cover::new(&instance.kinds, most, without_beds);
    let [guests, adults, children, _] = need(instance);
    let with = |beds: u16| {
        [guests.saturating_sub(beds), adults.saturating_sub(beds), children.saturating_sub(beds), beds]
    };
    // Where the types' bounds leave the most rooms out of reach, the search goes down to the first within it.
    let most = (least..=most).rev().find(|&rooms| cover.most(rooms).is_some())?;
    // With the most rooms there are the fewest beds.
    let beds = (0..=guests).find(|&beds| cover.covers(most, with(beds)))?;
    let rooms = (least..=most).find(|&rooms| cover.covers(rooms, with(beds)))?;
    Some((beds, rooms))
}
