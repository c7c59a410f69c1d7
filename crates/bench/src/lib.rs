//! Seeded questions of the benchmark: the same everywhere, made by [`instances`] and pinned by their [`checksum`].
//!
//! The instances depend on the solver only through exact facts (whether a party fits, the fewest extra beds), so that
//! a faster solver does not change them.

use posada_core::distribute::{Distribution, Objective, Question, TypeOffer, distribute};
use posada_core::money::Money;
use posada_core::party::{Occupancy, Party};
use posada_core::price::StayRates;
use posada_core::property::Limits;
use posada_core::tariff::Rates;

/// How many instances each size has.
pub const INSTANCES: usize = 1_000;

/// A size of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// What it is called.
    pub name: &'static str,
    /// Guests of each party.
    pub guests: u16,
    /// Rooms of each hotel.
    pub rooms: u16,
    /// Room types of each hotel.
    pub types: u16,
    seed: u64,
    /// The checksum of its instances' text.
    pub checksum: u64,
}

/// The sizes that are measured.
pub const SIZES: [Size; 2] = [
    Size {
        name: "20 guests over 30 rooms of 4 types",
        guests: 20,
        rooms: 30,
        types: 4,
        seed: 20_304,
        checksum: 0xFA6E_9FE8_A74A_D94B,
    },
    Size {
        name: "60 guests over 40 rooms of 6 types",
        guests: 60,
        rooms: 40,
        types: 6,
        seed: 60_406,
        checksum: 0x3E66_E6F0_AD14_E31C,
    },
];

/// What makes an instance hard; a third of the instances each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Every room is free and the party has all three bands.
    MixedBands,
    /// Hardly more rooms are free than the party needs.
    ScarceRooms,
    /// The rooms that are free hold the party only with extra beds.
    BedsNeeded,
}

/// A question of the benchmark, which always has an answer.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Why it is hard.
    pub sort: Sort,
    /// Who travels.
    pub party: Party,
    /// What is free.
    pub offers: Vec<TypeOffer>,
}

impl Instance {
    /// The question, number of rooms free.
    #[must_use]
    pub fn question(&self) -> Question<'_> {
        Question { party: self.party, offers: &self.offers, rooms: None }
    }
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    fn within(&mut self, least: u16, most: u16) -> u16 {
        let width = u64::from(most - least) + 1;
        least + u16::try_from(self.next() % width).expect("below the width")
    }

    fn pick<T: Copy, const N: usize>(&mut self, of: [T; N]) -> T {
        of[usize::try_from(self.next() % N as u64).expect("below the length")]
    }

    /// One of the types, the more likely the more rooms it has free.
    fn room(&mut self, offers: &[TypeOffer]) -> usize {
        let all: u16 = offers.iter().map(|offer| offer.free).sum();
        let mut at = self.within(0, all - 1);
        offers
            .iter()
            .position(|offer| {
                let found = at < offer.free;
                at = at.saturating_sub(offer.free);
                found
            })
            .expect("within the sum")
    }
}

/// A hotel: types that grow in size, priced for a stay of some nights.
fn hotel(random: &mut Random, size: Size) -> Vec<TypeOffer> {
    let nights = i64::from(random.within(1, 10));
    let one_rate_for_all = random.within(1, 4) == 1;
    let rooms_are_priced = random.within(1, 3) == 1;
    let rates = |random: &mut Random| {
        // Quarters of the currency unit a night.
        let mut rate = |least: u16, most: u16| i64::from(random.within(least, most)) * 250;
        let adult = rate(100, 500);
        Rates {
            room: Money::from_mills(if rooms_are_priced { rate(80, 600) } else { 0 } * nights),
            adult: Money::from_mills(adult * nights),
            children_6_10: Money::from_mills(adult / 2 * nights),
            children_0_5: Money::from_mills(if random.within(1, 3) == 1 { adult / 4 } else { 0 } * nights),
            extra_bed: Money::from_mills(i64::from(random.pick([0_u16, 15, 20, 25, 40])) * 1_000 * nights),
        }
    };
    let common = rates(random);
    let mut free = vec![size.rooms / size.types; usize::from(size.types)];
    free[0] += size.rooms % size.types;
    for _ in 0..size.rooms / 4 {
        let (from, to) = (random.within(0, size.types - 1), random.within(0, size.types - 1));
        if free[usize::from(from)] > 2 {
            free[usize::from(from)] -= 1;
            free[usize::from(to)] += 1;
        }
    }
    free.into_iter()
        .map(|free| {
            let max_adults = random.within(2, 4);
            let max_children = random.within(0, 4);
            let max_guests = random.within(max_adults, max_adults + max_children);
            let max_extra_beds = random.pick([0, 1, 1, 2]);
            let rates = if one_rate_for_all { common } else { rates(random) };
            TypeOffer {
                limits: Limits { max_adults, max_children, max_guests, max_extra_beds },
                rates: StayRates::summed(rates),
                free,
                exactly: None,
            }
        })
        .collect()
}

fn party(random: &mut Random, guests: u16) -> Party {
    let adults = random.within(guests * 2 / 5, guests * 4 / 5);
    let children_6_10 = random.within(1, guests - adults - 1);
    let children_0_5 = guests - adults - children_6_10;
    Party::counted(Occupancy { adults, children_6_10, children_0_5 }).expect("a party")
}

fn best(instance: &Instance, objective: Objective) -> Option<Distribution> {
    distribute(&instance.question(), objective).ok()
}

/// Takes rooms away one by one as long as `goes_on`; `None` where it never held.
fn thin_out(
    random: &mut Random,
    mut instance: Instance,
    goes_on: impl Fn(&Instance) -> bool,
) -> Option<Instance> {
    let mut last = None;
    while goes_on(&instance) {
        last = Some(instance.clone());
        let at = random.room(&instance.offers);
        instance.offers[at].free -= 1;
        if instance.offers.iter().all(|offer| offer.free == 0) {
            break;
        }
    }
    last
}

fn instance(random: &mut Random, size: Size, sort: Sort) -> Option<Instance> {
    let whole = Instance { sort, party: party(random, size.guests), offers: hotel(random, size) };
    best(&whole, Objective::FewestRooms)?;
    match sort {
        Sort::MixedBands => Some(whole),
        // As few rooms as hold the party, and one to three more.
        Sort::ScarceRooms => {
            let mut scarce =
                thin_out(random, whole.clone(), |it| best(it, Objective::FewestRooms).is_some())?;
            for _ in 0..random.within(1, 3) {
                let at = usize::from(random.within(0, size.types - 1));
                scarce.offers[at].free = (scarce.offers[at].free + 1).min(whole.offers[at].free);
            }
            Some(scarce)
        }
        // The first that holds it only with extra beds, then up to three rooms fewer.
        Sort::BedsNeeded => {
            let beds = |it: &Instance| best(it, Objective::Even).map(|best| best.extra_beds());
            let mut bedded = whole;
            while beds(&bedded)? == 0 {
                let at = random.room(&bedded.offers);
                bedded.offers[at].free -= 1;
            }
            for _ in 0..random.within(0, 3) {
                let mut fewer = bedded.clone();
                let at = random.room(&fewer.offers);
                fewer.offers[at].free -= 1;
                if beds(&fewer).is_some() {
                    bedded = fewer;
                }
            }
            Some(bedded)
        }
    }
}

/// The instances of a size.
#[must_use]
pub fn instances(size: Size) -> Vec<Instance> {
    let mut random = Random(size.seed);
    let sorts = [Sort::MixedBands, Sort::ScarceRooms, Sort::BedsNeeded];
    (0..INSTANCES)
        .map(|number| {
            loop {
                if let Some(found) = instance(&mut random, size, sorts[number % sorts.len()]) {
                    break found;
                }
            }
        })
        .collect()
}

/// The instances as text, one a line: guests by band, then for each type limits, rooms free and rates in thousandths
/// (room, adult, child 6-10, child 0-5, extra bed).
#[must_use]
pub fn text(instances: &[Instance]) -> String {
    let mut text = String::new();
    for instance in instances {
        let Occupancy { adults, children_6_10, children_0_5 } = instance.party.occupancy();
        text += &format!("{adults} {children_6_10} {children_0_5}");
        for TypeOffer { limits, rates, free, .. } in &instance.offers {
            let Limits { max_adults, max_children, max_guests, max_extra_beds } = limits;
            let rates = rates.rates();
            text += &format!(" | {max_adults} {max_children} {max_guests} {max_extra_beds} {free}");
            for rate in [rates.room, rates.adult, rates.children_6_10, rates.children_0_5, rates.extra_bed] {
                text += &format!(" {}", rate.mills());
            }
        }
        text.push('\n');
    }
    text
}

/// FNV-1a of the text.
#[must_use]
pub fn checksum(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

/// What the objective compares, in its order, to be held against another solver's.
#[must_use]
pub fn sums(answer: &Distribution, objective: Objective) -> [i64; 6] {
    let sum = |of: &dyn Fn(&posada_core::distribute::Room) -> u16| -> i64 {
        answer.rooms.iter().map(|room| i64::from(of(room))).sum()
    };
    let price = answer.price.mills();
    let (rooms, beds) = (sum(&|_| 1), sum(&|room| room.extra_beds));
    let guests = sum(&|room| room.guests.guests() * room.guests.guests());
    let adults = sum(&|room| room.guests.adults * room.guests.adults);
    let children = sum(&|room| room.guests.children_6_10 * room.guests.children_6_10);
    match objective {
        Objective::Even => [beds, rooms, guests, adults, children, price],
        Objective::Cheapest => [price, rooms, beds, guests, adults, children],
        Objective::FewestRooms => [rooms, price, beds, guests, adults, children],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_instances_are_those_that_were_committed() {
        for size in SIZES {
            let instances = instances(size);
            assert_eq!(instances.len(), INSTANCES);
            let found = checksum(&text(&instances));
            assert_eq!(found, size.checksum, "{}: {found:#x}", size.name);
            for (number, instance) in instances.iter().enumerate() {
                let even = best(instance, Objective::Even).expect("every instance has an answer");
                let is_bedded = instance.sort == Sort::BedsNeeded;
                assert!(!is_bedded || even.extra_beds() > 0, "{number}");
                let guests = instance.party.occupancy();
                assert!(
                    guests.children_0_5 > 0 && guests.children_6_10 > 0 && guests.guests() == size.guests
                );
            }
        }
    }
}
