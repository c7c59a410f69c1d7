//! The best totals of each type, its number of rooms being given.
//!
//! Over k rooms of one type, guests of whatever totals that fit at all can be split so that the number of guests, of
//! adults and of children 6-10 each differ by at most one between the rooms, with the fewest beds: those numbers lie
//! in one cell of a triangulation on which beds are linear. So a type's key is a formula of its totals, and as a
//! function of them it is M-natural-convex (each room's is: beds and pairs are in guests and adults, the children's
//! split adds a convex function, and infimal convolution keeps it). For such functions a party can be placed guest
//! by guest along shortest paths: a guest of a band goes to a type, or takes the place of a guest of another band
//! there who moves on.
//!
//! None of this is trusted: the paths also give multipliers, a price for each band, under which every room can be
//! bounded by itself, and an answer counts only when that bound equals its key.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: bands are 0..3 and types below their number; for the ranges of keys see `keys`"
)]

use super::instance::{Instance, Kind};
use super::keys::{Key, Order, PAIR, pairs};

/// A price for each band.
pub(super) type Multipliers = [Key; 3];

/// Totals of one type by band.
type Totals = [i32; 3];

/// What changing a type's totals by a guest or two costs.
#[derive(Clone, Copy)]
struct Steps {
    /// One more guest of the band.
    add: [Key; 3],
    /// A guest of the first band in the place of one of the second.
    swap: [[Key; 3]; 3],
}

/// A type with a number of rooms.
struct Type<'a> {
    kind: &'a Kind,
    rooms: i32,
    totals: Totals,
}

impl Type<'_> {
    fn beds(&self, [a, s, y]: Totals) -> i32 {
        let places = self.kind.places;
        let over = |count: i32, of: u16| count - self.rooms * i32::from(of);
        over(a + s + y, places.guests)
            .max(over(a, places.adults))
            .max(over(s + y, places.children_beside_adult()))
            .max(0)
    }

    fn beds_most(&self) -> i32 {
        self.rooms * i32::from(self.kind.places.beds)
    }

    /// The number that the fuller rooms get beyond the others when one more comes: the pairs that it adds.
    fn each(&self, count: i32) -> i64 {
        i64::from(count / self.rooms)
    }

    fn key(&self, order: Order) -> Key {
        let [a, s, y] = self.totals;
        let rooms = i64::from(self.rooms);
        let even = |count: i32| {
            let (each, more) = (self.each(count), i64::from(count % self.rooms));
            rooms * pairs(each) + more * each
        };
        let (bed_price, beds) = order.beds(self.kind, self.beds(self.totals).into());
        let [rate_a, rate_s, rate_y] = self.kind.bands;
        let price = rate_a * i64::from(a) + rate_s * i64::from(s) + rate_y * i64::from(y) + bed_price;
        let counted = PAIR[0] * even(a + s + y) + PAIR[1] * even(a) + PAIR[2] * even(s) + beds;
        order.room(self.kind).times(rooms) + order.key(price, counted)
    }

    fn steps(&self, order: Order) -> Steps {
        let totals @ [a, s, y] = self.totals;
        let beds = self.beds(totals);
        let most = self.beds_most();
        let change = |change: [i32; 3], bands: i64, pairs: i64| {
            let after = self.beds([a + change[0], s + change[1], y + change[2]]);
            if after > most {
                return Key::FAR;
            }
            let (price, counted) = order.beds(self.kind, (after - beds).into());
            order.key(bands + price, pairs + counted)
        };
        let [rate_a, rate_s, rate_y] = self.kind.bands;
        let guest = PAIR[0] * self.each(a + s + y);
        let (adult, child) = (PAIR[1] * self.each(a), PAIR[2] * self.each(s));
        let add = [
            change([1, 0, 0], rate_a, guest + adult),
            change([0, 1, 0], rate_s, guest + child),
            change([0, 0, 1], rate_y, guest),
        ];
        let mut swap = [[Key::FAR; 3]; 3];
        if a > self.rooms {
            let adult = PAIR[1] * self.each(a - 1);
            swap[1][0] = change([-1, 1, 0], rate_s - rate_a, child - adult);
            swap[2][0] = change([-1, 0, 1], rate_y - rate_a, -adult);
        }
        if s > 0 {
            let child = PAIR[2] * self.each(s - 1);
            swap[0][1] = change([1, -1, 0], rate_a - rate_s, adult - child);
            swap[2][1] = change([0, -1, 1], rate_y - rate_s, -child);
        }
        if y > 0 {
            swap[0][2] = change([1, 0, -1], rate_a - rate_y, adult);
            swap[1][2] = change([0, 1, -1], rate_s - rate_y, child);
        }
        Steps { add, swap }
    }
}

/// The least step over the types, and where.
#[derive(Clone, Copy)]
struct Least {
    key: Key,
    at: usize,
}

/// One solved problem.
pub(super) struct Fixed {
    /// The key of the totals found.
    pub(super) key: Key,
    /// The multipliers: the greatest that hold.
    pub(super) multipliers: Multipliers,
}

/// The best totals for these numbers of rooms, which must hold the party (see `capacity`); `None` where they do not.
pub(super) fn solve(instance: &Instance, order: Order, counts: &[u16]) -> Option<Fixed> {
    let mut types: Vec<Type<'_>> = instance
        .kinds
        .iter()
        .zip(counts)
        .filter(|&(_, &count)| count > 0)
        .map(|(kind, &count)| Type { kind, rooms: count.into(), totals: [count.into(), 0, 0] })
        .collect();
    let mut steps: Vec<Steps> = types.iter().map(|it| it.steps(order)).collect();
    let rooms: u16 = counts.iter().sum();
    let [adults, c610, c05] = instance.guests;
    for (band, guests) in [adults.checked_sub(rooms)?, c610, c05].into_iter().enumerate() {
        for _ in 0..guests {
            place(band, &mut types, &mut steps, order)?;
        }
    }
    let key = types.iter().fold(Key::ZERO, |sum, it| sum + it.key(order));
    let multipliers = [0, 1, 2].map(|band| path(band, &steps).0);
    Some(Fixed { key, multipliers })
}

fn least(steps: &[Steps], of: impl Fn(&Steps) -> Key) -> Least {
    let mut least = Least { key: Key::FAR, at: usize::MAX };
    for (at, step) in steps.iter().enumerate() {
        let key = of(step);
        if key < least.key {
            least = Least { key, at };
        }
    }
    least
}

/// The bands that move on one after another, the first being the new guest's, and the types they go to.
type Path = [Option<(usize, usize)>; 3];

/// The cheapest way to place one more guest of the band, of the shortest if there are several.
fn path(band: usize, steps: &[Steps]) -> (Key, Path) {
    let others = [(band + 1) % 3, (band + 2) % 3];
    let direct = least(steps, |it| it.add[band]);
    let mut best = (direct.key, [Some((band, direct.at)), None, None]);
    let add = others.map(|other| least(steps, |it| it.add[other]));
    let first = others.map(|other| least(steps, |it| it.swap[band][other]));
    for i in 0..2 {
        let key = first[i].key + add[i].key;
        if key < best.0 {
            best = (key, [Some((band, first[i].at)), Some((others[i], add[i].at)), None]);
        }
    }
    for i in 0..2 {
        let second = least(steps, |it| it.swap[others[i]][others[1 - i]]);
        let key = first[i].key + second.key + add[1 - i].key;
        if key < best.0 {
            let path = [
                Some((band, first[i].at)),
                Some((others[i], second.at)),
                Some((others[1 - i], add[1 - i].at)),
            ];
            best = (key, path);
        }
    }
    best
}

fn place(band: usize, types: &mut [Type<'_>], steps: &mut [Steps], order: Order) -> Option<()> {
    let (key, path) = path(band, steps);
    if key.is_far() {
        return None;
    }
    for (hop, step) in path.iter().enumerate() {
        let Some((band, at)) = *step else { break };
        types[at].totals[band] += 1;
        if let Some(Some((moved, _))) = path.get(hop + 1) {
            types[at].totals[*moved] -= 1;
        }
    }
    for (_, at) in path.iter().flatten() {
        steps[*at] = types[*at].steps(order);
    }
    Some(())
}
