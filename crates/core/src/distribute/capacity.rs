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

/// Numbers of rooms of each type, within their bounds, that cover a need.
pub(super) struct Cover {
    supplies: Vec<Supply>,
    bounds: Vec<(u16, u16)>,
    /// For the types from each place on, by number of rooms, the most that they give, each supply for itself; `None`
    /// where their bounds do not allow that many.
    best: Vec<Option<Supply>>,
    width: usize,
}

impl Cover {
    /// The cover by these types, `supply` of each room, for up to `rooms_most` rooms.
    pub(super) fn new(kinds: &[Kind], rooms_most: u16, supply: impl Fn(&Kind) -> Supply) -> Self {
        let width = usize::from(rooms_most).saturating_add(1);
        let mut cover = Self {
            supplies: kinds.iter().map(supply).collect(),
            bounds: kinds.iter().map(|kind| (kind.least, kind.most)).collect(),
            best: vec![None; kinds.len().saturating_add(1).saturating_mul(width)],
            width,
        };
        cover.fill();
        cover
    }

    fn fill(&mut self) {
        // The rooms that must be, and what others give, the most first.
        let (mut must, mut must_give) = (0_usize, [0; 4]);
        let mut others: [Vec<u16>; 4] = std::array::from_fn(|_| Vec::with_capacity(self.width));
        let most_others = self.width.saturating_sub(1);
        let types = self.supplies.iter().zip(&self.bounds);
        let mut rows = self.best.chunks_exact_mut(self.width).rev();
        if let Some(first) = rows.next().and_then(|row| row.first_mut()) {
            *first = Some([0; 4]);
        }
        for (row, (supply, &(least, most))) in rows.zip(types.rev()) {
            must = must.saturating_add(usize::from(least));
            must_give = zip(&must_give, supply, |sum, s| sum.saturating_add(s.saturating_mul(least)));
            let more = usize::from(most.saturating_sub(least)).min(most_others);
            for (others, &give) in others.iter_mut().zip(supply) {
                let at = others.partition_point(|&other| other >= give);
                others.splice(at..at, std::iter::repeat_n(give, more));
                others.truncate(most_others);
            }
            let mut give = must_give;
            let [guests, adults, children, beds] = &others;
            let others = guests.iter().zip(adults).zip(children.iter().zip(beds));
            let mut row = row.iter_mut().skip(must);
            if let Some(to) = row.next() {
                *to = Some(give);
            }
            for (to, ((&guests, &adults), (&children, &beds))) in row.zip(others) {
                give = zip(&give, &[guests, adults, children, beds], u16::saturating_add);
                *to = Some(give);
            }
        }
    }

    /// The most that exactly so many rooms of the types from the place on give, each supply for itself.
    fn most_from(&self, place: usize, rooms: u16) -> Option<Supply> {
        *self.best.get(place.checked_mul(self.width)?.checked_add(usize::from(rooms))?)?
    }

    /// The most that exactly this many rooms give, each supply for itself; `None` where the types' bounds do not
    /// allow that many.
    pub(super) fn most(&self, rooms: u16) -> Option<Supply> {
        self.most_from(0, rooms)
    }

    /// Whether exactly this many rooms can give all of the need at once.
    pub(super) fn covers(&self, rooms: u16, need: Supply) -> bool {
        self.reaches(0, rooms, need, &mut |_, _| {})
    }

    /// Numbers of rooms within the bounds that cover the need, with the fewest rooms of the range.
    pub(super) fn first(&self, rooms: (u16, u16), need: Supply) -> Option<Vec<u16>> {
        let mut counts: Vec<u16> = self.bounds.iter().map(|&(least, _)| least).collect();
        let mut set = |place: usize, own: u16| {
            if let Some(to) = counts.get_mut(place) {
                *to = own;
            }
        };
        (rooms.0..=rooms.1).any(|rooms| self.reaches(0, rooms, need, &mut set)).then_some(counts)
    }

    /// Whether exactly so many rooms of the types from the place on cover the need; tells how many of each.
    fn reaches(&self, place: usize, rooms: u16, need: Supply, tell: &mut impl FnMut(usize, u16)) -> bool {
        let Some(most) = self.most_from(place, rooms) else { return false };
        if !is_enough(&most, &need) {
            return false;
        }
        let (Some(supply), Some(&(least, most))) = (self.supplies.get(place), self.bounds.get(place)) else {
            return true;
        };
        (least..=most.min(rooms)).rev().any(|own| {
            let (next, left) = (place.saturating_add(1), rooms.saturating_sub(own));
            let found = self.reaches(next, left, rest(&need, supply, own), tell);
            if found {
                tell(place, own);
            }
            found
        })
    }

    /// Whether these numbers of rooms cover the need.
    pub(super) fn holds(&self, counts: &[u16], need: Supply) -> bool {
        let all =
            self.supplies.iter().zip(counts).fold(need, |need, (supply, &own)| rest(&need, supply, own));
        all == [0; 4]
    }

    /// What is needed still after `own` rooms of the type at the place, or `None` where the types behind it cannot
    /// give that with exactly `left` rooms.
    pub(super) fn after(&self, place: usize, own: u16, left: u16, need: Supply) -> Option<Supply> {
        let rest = rest(&need, self.supplies.get(place)?, own);
        is_enough(&self.most_from(place.saturating_add(1), left)?, &rest).then_some(rest)
    }
}

fn zip(a: &Supply, b: &Supply, f: impl Fn(u16, u16) -> u16) -> Supply {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (*a, *b);
    [f(a0, b0), f(a1, b1), f(a2, b2), f(a3, b3)]
}

fn is_enough(most: &Supply, need: &Supply) -> bool {
    most.iter().zip(need).all(|(most, need)| most >= need)
}

fn rest(need: &Supply, supply: &Supply, own: u16) -> Supply {
    zip(need, supply, |need, supply| need.saturating_sub(supply.saturating_mul(own)))
}

/// What a room gives where its extra beds may all be used.
pub(super) fn with_beds(kind: &Kind) -> Supply {
    let [guests, adults, children, beds] = without_beds(kind);
    [guests.saturating_add(beds), adults.saturating_add(beds), children.saturating_add(beds), 0]
}

/// What a room gives without extra beds, and how many it takes.
pub(super) fn without_beds(kind: &Kind) -> Supply {
    let places = kind.places;
    [places.guests, places.adults, places.children_beside_adult(), places.beds]
}

/// What the party needs where so many have an extra bed and the rest a place.
pub(super) fn need(instance: &Instance, beds: u16) -> Supply {
    let [adults, c610, c05] = instance.guests;
    let children = c610.saturating_add(c05);
    let places = |guests: u16| guests.saturating_sub(beds);
    [places(adults.saturating_add(children)), places(adults), places(children), beds]
}

/// The fewest rooms that hold the party, extra beds included; `None` where no allowed number does. From there on
/// every number that the types' bounds allow holds it, for a further room takes nothing away.
pub(super) fn fewest_rooms(instance: &Instance) -> Option<u16> {
    fewest_rooms_of(&Cover::new(&instance.kinds, instance.rooms.1, with_beds), instance)
}

/// The same with a cover by rooms `with_beds`.
pub(super) fn fewest_rooms_of(cover: &Cover, instance: &Instance) -> Option<u16> {
    let (least, most) = instance.rooms;
    (least..=most).find(|&rooms| cover.covers(rooms, need(instance, 0)))
}

/// The fewest extra beds, and with them the fewest rooms, with a cover by rooms `without_beds`.
pub(super) fn fewest_beds_then_rooms(cover: &Cover, instance: &Instance) -> Option<(u16, u16)> {
    let (least, most) = instance.rooms;
    let guests = instance.guests.iter().fold(0_u16, |sum, &n| sum.saturating_add(n));
    // With the most rooms there are the fewest beds.
    let most = (least..=most).rev().find(|&rooms| cover.most(rooms).is_some())?;
    let beds = (0..=guests).find(|&beds| cover.covers(most, need(instance, beds)))?;
    let rooms = (least..=most).find(|&rooms| cover.covers(rooms, need(instance, beds)))?;
    Some((beds, rooms))
}
