//! Distribution against the table in `golden/distribute.txt`, natively and in a browser.

use posada_core::distribute::{Distribution, Impossible, Objective, Question, TypeOffer, distribute};
use posada_core::fixtures;
use posada_core::money::Money;
use posada_core::party::Party;
use posada_core::price::StayRates;
use posada_core::property::RoomType;
use posada_core::stay::Stay;
use posada_core::tariff::Rates;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

const NAMES: [&str; 2] = ["Junior", "Familiar"];

fn offers() -> Vec<TypeOffer> {
    let hotel = fixtures::demo();
    let date = |text: &str| text.parse().expect("a date");
    let stay = Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a night");
    let offer = |it: &RoomType| TypeOffer {
        limits: it.limits,
        rates: StayRates::of(&hotel.tariff, &it.id, &hotel.packages[0], &stay).expect("rates"),
        free: u16::try_from(it.rooms.len()).expect("few rooms"),
        exactly: None,
    };
    hotel.room_types.iter().map(offer).collect()
}

/// `8 adults`, with the children's ages after `children of`; where there is one age after a number of children
/// (`2 children of 8`), it is that of each.
fn party(text: &str) -> Party {
    let (adults, children) = text.split_once(", ").unwrap_or((text, ""));
    let adults = adults.split(' ').next().and_then(|n| n.parse().ok()).expect("adults");
    let (count, ages) = children.split_once("children of ").unwrap_or_default();
    let ages: Vec<u8> = ages.split_whitespace().map(|age| age.parse().expect("an age")).collect();
    let ages = match count.trim().parse() {
        Ok(count) => vec![ages[0]; count],
        Err(_) => ages,
    };
    Party::aged(adults, &ages).expect("a party")
}

/// Changes the offers by what is asked, and says how many rooms are.
fn ask(text: &str, offers: &mut [TypeOffer]) -> Option<u16> {
    let mut rooms = None;
    for wish in text.split(", ") {
        match wish.split(' ').collect::<Vec<_>>()[..] {
            ["anything"] => {}
            ["priced", "per", "room"] => {
                let rates = Rates {
                    room: Money::from_mills(86_250),
                    extra_bed: Money::from_mills(25_000),
                    ..Rates::default()
                };
                offers.iter_mut().for_each(|offer| offer.rates = StayRates::summed(rates));
            }
            [number, "rooms"] => rooms = Some(number.parse().expect("a number")),
            [number, name, "free"] => {
                let at = NAMES.iter().position(|it| *it == name).expect("a type");
                offers[at].free = number.parse().expect("a number");
            }
            [number, name] => {
                let at = NAMES.iter().position(|it| *it == name).expect("a type");
                for offer in offers.iter_mut().filter(|offer| offer.exactly.is_none()) {
                    offer.exactly = Some(0);
                }
                offers[at].exactly = Some(number.parse().expect("a number"));
            }
            _ => panic!("{wish}"),
        }
    }
    rooms
}

fn words(answer: &Distribution) -> String {
    let mut types = Vec::new();
    for (offer, name) in NAMES.iter().enumerate() {
        let rooms: Vec<String> = answer
            .rooms
            .iter()
            .filter(|room| room.offer == offer)
            .map(|room| {
                let guests = room.guests;
                let numbers =
                    [guests.adults, guests.children_6_10, guests.children_0_5].map(|n| n.to_string());
                let shown = match (guests.children_6_10, guests.children_0_5) {
                    (0, 0) => 1,
                    (_, 0) => 2,
                    _ => 3,
                };
                numbers[..shown].join("+") + &"*".repeat(room.extra_beds.into())
            })
            .collect();
        if !rooms.is_empty() {
            types.push(format!("{name} {}", rooms.join(", ")));
        }
    }
    format!("{} = {}", types.join("; "), answer.price)
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_line_of_the_table_holds() {
    let mut wrong = Vec::new();
    let lines = include_str!("golden/distribute.txt").lines();
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    for line in &lines {
        let [who, asked, objective, expected] = line.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let mut offers = offers();
        let rooms = ask(asked, &mut offers);
        let question = Question { party: party(who), offers: &offers, rooms };
        let answer = match distribute(&question, Objective::named(objective).expect("an objective")) {
            Ok(answer) => words(&answer),
            Err(Impossible { rule, nearest: None }) => format!("{rule:?}"),
            Err(Impossible { rule, nearest: Some(it) }) => format!("{rule:?}; {}", words(&it.distribution)),
        };
        if answer != expected {
            wrong.push(format!("{who} | {asked} | {objective} | {answer}\n  expected {expected}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(lines.len() > 30, "the table was read");
}
