//! Splits that the caller gave.

use crate::distribute::{SplitFault, SplitRule, TypeOffer, check_split};
use crate::fixtures;
use crate::money::Money;
use crate::party::Occupancy;
use crate::price::StayRates;
use crate::tariff::Rates;

fn demo() -> Vec<TypeOffer> {
    let hotel = fixtures::demo();
    let rates = StayRates::summed(Rates {
        adult: Money::from_mills(86_250),
        children_6_10: Money::from_mills(43_125),
        extra_bed: Money::from_mills(25_000),
        ..Rates::default()
    });
    let offer =
        |it: &crate::property::RoomType| TypeOffer { limits: it.limits, rates, free: 3, exactly: None };
    hotel.room_types.iter().map(offer).collect()
}

/// Lines as `type:adults+children 6-10+children 0-5`.
fn lines(text: &str) -> Vec<(usize, Occupancy)> {
    let line = |text: &str| {
        let (offer, guests) = text.split_once(':').expect("type:guests");
        let guests: Vec<u16> = guests.split('+').map(|n| n.parse().expect("a number")).collect();
        let [adults, children_6_10, children_0_5] = guests[..] else { panic!("{text}") };
        (offer.parse().expect("a place"), Occupancy { adults, children_6_10, children_0_5 })
    };
    text.split_terminator(' ').map(line).collect()
}

#[track_caller]
fn check(split: &str, expected: Result<&str, &[(Option<usize>, SplitRule)]>) {
    let found = check_split(&demo(), &lines(split));
    let found = found.map(|it| format!("{} {}", it.price, it.extra_beds()));
    let expected = expected.map(str::to_owned);
    assert_eq!(
        found,
        expected.map_err(|faults| {
            faults.iter().map(|&(line, rule)| SplitFault { line, rule }).collect::<Vec<_>>()
        })
    );
}

#[test]
fn a_split_is_priced_in_its_own_order() {
    check("0:3+0+0 0:3+0+0 0:2+0+0", Ok("690.00 0"));
    check("1:3+1+0 1:3+1+0", Ok("603.75 0"));
    check("0:4+0+0", Ok("370.00 1"));
    let split = lines("1:1+0+0 0:1+0+1 0:2+0+0");
    let rooms = check_split(&demo(), &split).expect("it fits").rooms;
    let found: Vec<(usize, Occupancy)> = rooms.iter().map(|room| (room.offer, room.guests)).collect();
    assert_eq!(found, split);
}

#[test]
fn every_broken_rule_is_named() {
    check("", Err(&[(None, SplitRule::NoRoom)]));
    check("0:0+1+0", Err(&[(Some(0), SplitRule::NoAdult)]));
    check("0:0+0+0", Err(&[(Some(0), SplitRule::NoAdult)]));
    check("2:1+0+0", Err(&[(Some(0), SplitRule::UnknownOffer)]));
    let over = SplitRule::OverLimits { beds_needed: 2, beds_most: 1 };
    check("1:1+0+0 0:5+0+0", Err(&[(Some(1), over)]));
    let scarce = SplitRule::TypeNotFree { rooms: 4, free: 3 };
    let faults = [(Some(3), scarce), (Some(4), SplitRule::NoAdult), (Some(5), over)];
    check("0:1+0+0 0:1+0+0 0:1+0+0 0:1+0+0 1:0+1+0 1:6+0+0", Err(&faults));
    let many = ["1:1+0+0"; 21].join(" ");
    let mut faults = vec![(None, SplitRule::RoomsOverMax { rooms: 21, most: 20 })];
    faults.extend((3..21).map(|line| (Some(line), SplitRule::TypeNotFree { rooms: 21, free: 3 })));
    check(&many, Err(&faults));
    let crowd = SplitRule::OverLimits { beds_needed: 57, beds_most: 1 };
    check(
        "0:61+0+0",
        Err(&[
            (None, SplitRule::GuestsOverMax { guests: 61, most: 60 }),
            (Some(0), SplitRule::OverLimits { beds_needed: 58, beds_most: 1 }),
        ]),
    );
    check("0:60+0+0", Err(&[(Some(0), crowd)]));
    check(
        "0:65535+65535+65535",
        Err(&[
            (None, SplitRule::GuestsOverMax { guests: 196_605, most: 60 }),
            (Some(0), SplitRule::OverLimits { beds_needed: u16::MAX, beds_most: 1 }),
        ]),
    );
}

#[test]
fn a_count_asked_for_bounds_the_split() {
    let mut offers = demo();
    offers[0].exactly = Some(1);
    let faults = check_split(&offers, &lines("0:1+0+0 0:1+0+0")).expect_err("one was asked for");
    assert_eq!(faults, [SplitFault { line: Some(1), rule: SplitRule::TypeNotFree { rooms: 2, free: 1 } }]);
}
