//! Which rule stops a question, and the nearest one that it does not stop.

use super::brute;
use super::cases::{Case, Random, Size};
use crate::distribute::{Distribution, Impossible, Objective, Question, Rule, TypeOffer, distribute};
use crate::money::Money;
use crate::party::{Occupancy, Party};
use crate::price::StayRates;
use crate::property::Limits;
use crate::tariff::Rates;

/// Types as `adults children guests beds xfree` or `... xfree=exactly`, the first the cheapest.
fn offers(text: &str) -> Vec<TypeOffer> {
    let offer = |(place, text): (i64, &str)| {
        let (limits, free) = text.split_once(" x").expect("limits xfree");
        let (free, exactly) = match free.split_once('=') {
            Some((free, exactly)) => (free, Some(exactly.parse().expect("a number"))),
            None => (free, None),
        };
        let limits: Vec<u16> = limits.split(' ').map(|n| n.parse().expect("a number")).collect();
        let [max_adults, max_children, max_guests, max_extra_beds] = limits[..] else { panic!("{text}") };
        TypeOffer {
            limits: Limits { max_adults, max_children, max_guests, max_extra_beds },
            rates: StayRates::summed(Rates { adult: Money::from_mills(1_000 * place), ..Rates::default() }),
            free: free.parse().expect("a number"),
            exactly,
        }
    };
    (1..).zip(text.split_terminator(", ")).map(offer).collect()
}

/// Rooms as `type:adults+children`.
fn words(distribution: &Distribution) -> String {
    let room =
        |it: &crate::distribute::Room| format!("{}:{}+{}", it.offer, it.guests.adults, it.guests.children());
    distribution.rooms.iter().map(room).collect::<Vec<_>>().join(" ")
}

/// A party as `adults+children` with the ages of the children, all 8 unless told.
#[track_caller]
fn check(adults: u16, ages: &[u8], types: &str, rooms: Option<u16>, rule: Rule, nearest: &str) {
    let offers = offers(types);
    let party = Party::aged(adults, ages).expect("a party");
    let question = Question { party, offers: &offers, rooms };
    let Err(Impossible { rule: found, nearest: near }) = distribute(&question, Objective::Even) else {
        panic!("{types} {rooms:?} is possible")
    };
    assert_eq!(found, rule);
    assert_eq!(near.map(|it| words(&it.distribution)).unwrap_or_default(), nearest);
}

#[test]
fn every_rule_is_named_with_the_nearest_request() {
    const DEMO: &str = "3 2 4 1 x5, 4 4 6 1 x3";
    check(2, &[], "", None, Rule::NothingFree, "");
    check(2, &[], "3 2 4 1 x0", None, Rule::NothingFree, "");
    check(2, &[], "0 2 4 1 x3", None, Rule::NothingFree, "");
    let rule = Rule::TypeNotFree { offer: 1, wanted: 4, free: 3 };
    check(8, &[], "3 2 4 1 x5=0, 4 4 6 1 x3=4", None, rule, "1:3+0 1:3+0 1:2+0");
    let rule = Rule::TypeTakesNobody { offer: 0 };
    check(4, &[], "0 2 4 1 x5=1, 4 4 6 1 x3=0", None, rule, "1:4+0");
    let rule = Rule::RoomsOverMax { rooms: 21, most: 20 };
    check(21, &[], "2 0 2 0 x30", Some(21), rule, &("0:2+0 ".to_owned() + &["0:1+0"; 19].join(" ")));
    check(2, &[8], DEMO, Some(3), Rule::RoomsOverAdults { rooms: 3, adults: 2 }, "0:1+1 0:1+0");
    check(2, &[14, 15], DEMO, Some(3), Rule::RoomsOverAdults { rooms: 3, adults: 2 }, "0:2+0 0:2+0");
    let rule = Rule::RoomsAgainstTypes { rooms: 2, types: 3 };
    check(8, &[], "3 2 4 1 x5=3, 4 4 6 1 x3=0", Some(2), rule, "0:3+0 0:3+0 0:2+0");
    check(
        9,
        &[],
        DEMO,
        Some(9),
        Rule::RoomsNotFree { rooms: 9, free: 8 },
        "0:2+0 0:1+0 0:1+0 0:1+0 0:1+0 1:1+0 1:1+0 1:1+0",
    );
    check(8, &[], DEMO, Some(1), Rule::RoomsTooFew { rooms: 1, needed: 2, most: 5 }, "1:4+0 1:4+0");
    let rule = Rule::TypesCannotHold { rooms: 1, guests: 8, most: 4 };
    check(8, &[], "3 2 4 1 x5=1, 4 4 6 1 x3=0", None, rule, "0:4+0 1:4+0");
    // More rooms than adults among the counts: as many of those as may be had.
    let rule = Rule::RoomsOverAdults { rooms: 3, adults: 2 };
    check(2, &[8], "3 2 4 1 x5=3", None, rule, "0:1+1 0:1+0");
    let rule = Rule::NeedsMoreRoomsThanMax { needed: 21, most: 20 };
    check(41, &[], "2 0 2 0 x30", None, rule, &["0:2+0"; 20].join(" "));
    let rule = Rule::NeedsMoreRoomsThanAdults { needed: 2, adults: 1 };
    check(1, &[8, 8, 8, 8, 8], "3 4 4 0 x5", None, rule, "0:1+3");
    let rule = Rule::ChildrenOverLimits { children: 4, most: 3 };
    check(5, &[8, 8, 8, 8], "3 1 4 0 x3", None, rule, "0:2+1 0:2+1 0:1+1");
    check(7, &[], "3 1 4 0 x2", None, Rule::AdultsOverLimits { adults: 7, most: 6 }, "0:3+0 0:3+0");
    let rule = Rule::GuestsOverLimits { guests: 9, most: 8 };
    check(6, &[8, 8, 8], "3 2 4 0 x2", None, rule, "0:3+1 0:3+1");
}

/// The best of the distributions, by the objective and the tie.
fn better(of: impl IntoIterator<Item = Option<Distribution>>, objective: Objective) -> Option<Distribution> {
    of.into_iter().flatten().min_by_key(|it| brute::key(&it.rooms, objective))
}

/// The definition of [`crate::distribute::Nearest`], tried out.
fn nearest_by_trying(question: &Question<'_>, objective: Objective) -> Option<Distribution> {
    let place = Objective::ALL.iter().position(|&it| it == objective).expect("one of all");
    let best = |question: &Question<'_>| brute::best(question)[place].clone();
    let nearest_number = |offers: &[TypeOffer]| {
        let with = |rooms: Option<u16>| best(&Question { rooms, offers, ..*question });
        let Some(wanted) = question.rooms else { return with(None) };
        (0..=20).find_map(|off| {
            let fewer = wanted.checked_sub(off).and_then(|rooms| with(Some(rooms)));
            better([fewer, with(Some(wanted + off))], objective)
        })
    };
    let any: Vec<TypeOffer> = question.offers.iter().map(|&it| TypeOffer { exactly: None, ..it }).collect();
    let numbers = || question.rooms.and_then(|_| nearest_number(question.offers));
    let counts = || {
        question.offers.iter().find(|it| it.exactly.is_some())?;
        // Every number of rooms of every type.
        let mut all: Vec<Vec<u16>> = vec![Vec::new()];
        for it in question.offers {
            all = all.iter().flat_map(|head| (0..=it.free).map(|n| [&head[..], &[n]].concat())).collect();
        }
        let asked = |offer: &TypeOffer| offer.exactly.map(|n| n.min(offer.free));
        let of = |allowed: &dyn Fn(&TypeOffer, u16) -> bool, fewest: Option<bool>| {
            let allowed = all
                .iter()
                .filter(|counts| question.offers.iter().zip(*counts).all(|(offer, &n)| allowed(offer, n)));
            let solved: Vec<_> = allowed
                .filter_map(|counts| {
                    let exactly = |(offer, &n): (&TypeOffer, &u16)| TypeOffer { exactly: Some(n), ..*offer };
                    let offers: Vec<_> = question.offers.iter().zip(counts).map(exactly).collect();
                    best(&Question { offers: &offers, rooms: None, ..*question })
                })
                .collect();
            let numbers = solved.iter().map(|it| it.rooms.len());
            let number = match fewest {
                None => None,
                Some(true) => numbers.min(),
                Some(false) => numbers.max(),
            };
            let solved = solved.into_iter().filter(|it| number.is_none_or(|n| n == it.rooms.len()));
            better(solved.map(Some), objective)
        };
        of(&|offer, n| asked(offer).is_none_or(|asked| asked == n), None)
            .or_else(|| of(&|offer, n| asked(offer).unwrap_or(0) <= n, Some(true)))
            .or_else(|| of(&|offer, n| asked(offer).is_none_or(|asked| asked >= n), Some(false)))
    };
    let fewer_guests = || {
        let Occupancy { adults, children_6_10, children_0_5 } = question.party.occupancy();
        let all = adults + children_6_10 + children_0_5;
        (1..all).rev().find_map(|total| {
            (1..=adults.min(total)).rev().find_map(|adults| {
                (0..=children_6_10.min(total - adults)).rev().find_map(|children_6_10| {
                    let children_0_5 = total - adults - children_6_10;
                    let part = Occupancy { adults, children_6_10, children_0_5 };
                    best(&Question { party: question.party.part(part)?, offers: &any, rooms: None })
                })
            })
        })
    };
    numbers().or_else(counts).or_else(|| nearest_number(&any)).or_else(fewer_guests)
}

#[test]
fn what_is_impossible_is_so_and_the_nearest_is_as_defined() {
    let size = Size { guests_most: 5, types_most: 3, free_most: 2, places_most: 2 };
    let mut random = Random::new(5);
    let mut numbers = [0; 6];
    for number in 0..6_000 {
        let case = Case::random(&mut random, size);
        let question = case.question();
        for objective in Objective::ALL {
            let Err(Impossible { rule, nearest }) = distribute(&question, objective) else { continue };
            let expected = nearest_by_trying(&question, objective);
            let found = nearest.clone().map(|it| it.distribution);
            assert_eq!(found, expected, "case {number}, {objective:?}, {rule:?}: {case:#?}");
            if let Some(it) = &nearest {
                assert_eq!(it.guests, it.distribution.guests());
                assert_eq!(it.leaves_guests_out, it.guests != question.party.occupancy());
            }
            check_numbers(&rule, &question, nearest.map(|it| it.distribution).as_ref(), &mut numbers);
        }
    }
    assert!(numbers.iter().all(|&seen| seen > 20), "{numbers:?}");
}

/// The numbers that a rule names are those of brute force.
fn check_numbers(rule: &Rule, question: &Question<'_>, nearest: Option<&Distribution>, seen: &mut [u32; 6]) {
    let guests = || nearest.expect("someone fits").guests();
    match *rule {
        Rule::RoomsTooFew { rooms, needed, most } => {
            seen[0] += 1;
            assert!(rooms < needed && most < question.party.occupancy().guests());
            assert_eq!(nearest.map(|it| it.rooms.len()), Some(needed.into()));
        }
        Rule::TypesCannotHold { guests: all, most, .. } => {
            seen[1] += 1;
            assert!(most < all);
            assert_eq!(all, question.party.occupancy().guests());
            assert_eq!(guests(), question.party.occupancy());
        }
        Rule::ChildrenOverLimits { children, most } => {
            seen[2] += 1;
            assert!(children > most && guests().children() <= most);
        }
        Rule::AdultsOverLimits { adults, most } => {
            seen[3] += 1;
            assert!(adults > most && guests().adults <= most);
        }
        Rule::GuestsOverLimits { most, .. } => {
            seen[4] += 1;
            assert_eq!(guests().guests(), most);
        }
        Rule::NeedsMoreRoomsThanAdults { needed, adults } => {
            seen[5] += 1;
            assert!(needed > adults && guests() != question.party.occupancy());
        }
        Rule::NothingFree => assert_eq!(nearest, None),
        Rule::TypeNotFree { wanted, free, .. } => assert!(wanted > free),
        Rule::RoomsOverAdults { rooms, adults } => assert!(rooms > adults),
        Rule::RoomsNotFree { rooms, free } => assert!(rooms > free),
        Rule::RoomsAgainstTypes { rooms, types } => assert_ne!(rooms, types),
        Rule::TypeTakesNobody { .. } | Rule::RoomsOverMax { .. } | Rule::NeedsMoreRoomsThanMax { .. } => {
            panic!("{rule:?} does not happen here")
        }
    }
}
