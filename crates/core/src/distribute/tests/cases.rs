//! Seeded random questions.

use crate::distribute::{Question, TypeOffer};
use crate::money::Money;
use crate::party::{Occupancy, Party};
use crate::price::StayRates;
use crate::property::Limits;
use crate::tariff::Rates;

/// SplitMix64: small, seeded, and the same everywhere.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `least` to `most`, both included.
    pub(super) fn within(&mut self, least: u16, most: u16) -> u16 {
        let width = u64::from(most - least) + 1;
        least + u16::try_from(self.next() % width).expect("below the width")
    }

    /// True once in `n` times.
    pub(super) fn one_in(&mut self, n: u16) -> bool {
        self.within(1, n) == 1
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::from(self.within(0, u16::try_from(of.len() - 1).expect("short lists")))]
    }
}

/// How large the questions are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) guests_most: u16,
    pub(super) types_most: u16,
    pub(super) free_most: u16,
    pub(super) places_most: u16,
}

/// A question that owns its offers.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) party: Party,
    pub(super) offers: Vec<TypeOffer>,
    pub(super) rooms: Option<u16>,
}

impl Case {
    pub(super) fn question(&self) -> Question<'_> {
        Question { party: self.party, offers: &self.offers, rooms: self.rooms }
    }

    /// Scarce and plentiful rooms, tight and wide limits, beds, equal and zero rates, fixed numbers, guests of 11 to
    /// 17 sent as children.
    pub(super) fn random(random: &mut Random, size: Size) -> Self {
        let guests = random.within(size.guests_most.div_ceil(3), size.guests_most);
        let adults = random.within(guests.div_ceil(4), guests);
        let mut left = guests - adults;
        let mut children = |random: &mut Random| {
            let count = if random.one_in(3) { 0 } else { random.within(0, left) };
            left -= count;
            count
        };
        let (c610, c05) = (children(random), children(random));
        let party = if random.one_in(4) {
            let teens = random.within(0, adults - 1);
            let ages = [(14, teens), (8, c610), (3, c05)];
            let ages: Vec<u8> =
                ages.iter().flat_map(|&(age, n)| std::iter::repeat_n(age, n.into())).collect();
            Party::aged(adults - teens, &ages)
        } else {
            Party::counted(Occupancy { adults, children_6_10: c610, children_0_5: c05 })
        };
        let scale = random.pick(&[1, 1, 1_000, 86_250, 400_000_000]);
        let mut offers: Vec<TypeOffer> = Vec::new();
        for _ in 0..random.within(1, size.types_most) {
            let mut offer = Self::offer(random, size, scale);
            if let Some(&earlier) = offers.last() {
                match random.within(0, 5) {
                    0 => offer = TypeOffer { free: offer.free, ..earlier },
                    1 => offer.rates = earlier.rates,
                    2 => offer.limits = earlier.limits,
                    _ => {}
                }
            }
            offers.push(offer);
        }
        if random.one_in(5) {
            let all = random.one_in(3);
            for offer in &mut offers {
                if all || random.one_in(2) {
                    let beyond = u16::from(random.one_in(10));
                    offer.exactly = Some(random.within(0, offer.free.min(3) + beyond));
                }
            }
        }
        let rooms =
            random.one_in(3).then(|| random.within(0, 1 + adults.min(size.free_most * size.types_most)));
        Self { party: party.expect("within the limits"), offers, rooms }
    }

    fn offer(random: &mut Random, size: Size, scale: i64) -> TypeOffer {
        let max_adults = random.within(1, size.places_most);
        let max_children = random.within(0, size.places_most);
        let sum = max_adults + max_children;
        let max_guests = if random.one_in(3) { sum } else { random.within(1, sum) };
        let max_extra_beds = if random.one_in(2) { 0 } else { random.within(0, 2) };
        let mut rate = |most: u16| {
            let rate = if random.one_in(4) { 0 } else { random.within(0, most) };
            Money::from_mills(i64::from(rate) * scale)
        };
        let rates = Rates {
            room: rate(4),
            adult: rate(4),
            children_0_5: rate(2),
            children_6_10: rate(3),
            extra_bed: rate(2),
        };
        TypeOffer {
            limits: Limits { max_adults, max_children, max_guests, max_extra_beds },
            rates: StayRates::summed(rates),
            free: random.within(0, size.free_most),
            exactly: None,
        }
    }
}
