//! Why a question has no answer, and the nearest one that has.

use super::capacity::{self, Cover, Supply};
use super::instance::{Guests, Instance, Kind, ROOMS_MAX, bands, is_usable};
use super::{Distribution, Objective, Question, TypeOffer, solve};
use crate::party::{Occupancy, Party};

/// The rule that stops a question. Of several the first in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// No room is free in which anyone could sleep.
    NothingFree,
    /// More rooms of a type are asked for than are free.
    TypeNotFree {
        /// The type, as its place in the offers.
        offer: usize,
        /// Rooms asked for.
        wanted: u16,
        /// Rooms free.
        free: u16,
    },
    /// A type is asked for that takes nobody: no place for an adult, or rates out of range.
    TypeTakesNobody {
        /// The type, as its place in the offers.
        offer: usize,
    },
    /// More rooms are asked for than a booking may have.
    RoomsOverMax {
        /// Rooms asked for.
        rooms: u16,
        /// Rooms that a booking may have.
        most: u16,
    },
    /// More rooms are asked for than there are adults to look after them.
    RoomsOverAdults {
        /// Rooms asked for.
        rooms: u16,
        /// Guests who can be the adult that each room needs.
        adults: u16,
    },
    /// The number of rooms asked for is not that of the types and counts asked for.
    RoomsAgainstTypes {
        /// Rooms asked for.
        rooms: u16,
        /// Rooms of the types asked for: the nearest number that they allow.
        types: u16,
    },
    /// More rooms are asked for than are free.
    RoomsNotFree {
        /// Rooms asked for.
        rooms: u16,
        /// Rooms free.
        free: u16,
    },
    /// The rooms asked for are too few for the guests.
    RoomsTooFew {
        /// Rooms asked for.
        rooms: u16,
        /// The fewest rooms that hold the guests.
        needed: u16,
        /// The most of the guests that the rooms asked for hold.
        most: u16,
    },
    /// The types and counts asked for cannot hold the guests; other rooms that are free could.
    TypesCannotHold {
        /// Rooms of the types asked for.
        rooms: u16,
        /// Guests of the party.
        guests: u16,
        /// The most of them that the rooms asked for hold.
        most: u16,
    },
    /// The guests need more rooms than a booking may have.
    NeedsMoreRoomsThanMax {
        /// The fewest rooms that would hold them.
        needed: u16,
        /// Rooms that a booking may have.
        most: u16,
    },
    /// The guests need more rooms than there are adults to look after them.
    NeedsMoreRoomsThanAdults {
        /// The fewest rooms that would hold them.
        needed: u16,
        /// Guests who can be the adult that each room needs.
        adults: u16,
    },
    /// More children than the rooms may hold, extra beds included.
    ChildrenOverLimits {
        /// Children of the party.
        children: u16,
        /// The most children that fit.
        most: u16,
    },
    /// More adults than the rooms may hold, extra beds included.
    AdultsOverLimits {
        /// Guests of 11 and more of the party.
        adults: u16,
        /// The most of them that fit.
        most: u16,
    },
    /// More guests than the rooms may hold, extra beds included.
    GuestsOverLimits {
        /// Guests of the party.
        guests: u16,
        /// The most of them that fit together.
        most: u16,
    },
}

/// A question that has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Impossible {
    /// What stops it.
    pub rule: Rule,
    /// What could be had instead; `None` only where nobody can sleep anywhere.
    pub nearest: Option<Nearest>,
}

/// The nearest possible request: the first of these that is possible.
/// 1. Where a number of rooms was asked for: another number, as near as possible, everything else as asked.
/// 2. Where counts of types were asked for: as many of each as are free; else those and as few more rooms as are
///    needed; else as many of those as may be had. The number of rooms is free.
/// 3. Any types, with the number of rooms that was asked for or as near as possible.
/// 4. Fewer guests, any types and number of rooms: the most guests that fit, of those the most adults, then the most
///    children of 6 to 10. (Guests of 11 to 17 sent as children stay behind before those who look after a room.)
///
/// Where types or guests remain to be chosen the objective chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The guests it is for: all, or the most that fit.
    pub guests: Occupancy,
    /// Whether it leaves guests out.
    pub leaves_guests_out: bool,
    /// Who would sleep where; the number of its rooms, and of each type, are the nearest request.
    pub distribution: Distribution,
}

pub(super) fn explain(question: &Question<'_>, objective: Objective) -> Impossible {
    Impossible { rule: rule(question), nearest: nearest(question, objective) }
}

/// The offers without counts asked for.
fn any_types(offers: &[TypeOffer]) -> Vec<TypeOffer> {
    offers.iter().map(|&offer| TypeOffer { exactly: None, ..offer }).collect()
}

fn rule(question: &Question<'_>) -> Rule {
    let guardians = question.party.guardians();
    let usable = question.offers.iter().filter(|offer| is_usable(offer));
    if usable.clone().all(|offer| offer.free == 0) {
        return Rule::NothingFree;
    }
    for (offer, it) in question.offers.iter().enumerate() {
        let wanted = it.exactly.unwrap_or(0);
        if wanted > it.free {
            return Rule::TypeNotFree { offer, wanted, free: it.free };
        }
        if wanted > 0 && !is_usable(it) {
            return Rule::TypeTakesNobody { offer };
        }
    }
    let sum = |counts: &mut dyn Iterator<Item = u16>| counts.fold(0_u16, u16::saturating_add);
    let types_least = sum(&mut usable.clone().map(|offer| offer.exactly.unwrap_or(0)));
    let types_most = sum(&mut usable.clone().map(|offer| offer.exactly.unwrap_or(offer.free)));
    let free = sum(&mut usable.map(|offer| offer.free));
    let asked = question.rooms.unwrap_or(types_least);
    if asked > ROOMS_MAX {
        return Rule::RoomsOverMax { rooms: asked, most: ROOMS_MAX };
    }
    if asked > guardians {
        return Rule::RoomsOverAdults { rooms: asked, adults: guardians };
    }
    if let Some(rooms) = question.rooms {
        if rooms > free {
            return Rule::RoomsNotFree { rooms, free };
        }
        if rooms < types_least || rooms > types_most {
            return Rule::RoomsAgainstTypes { rooms, types: rooms.clamp(types_least, types_most) };
        }
        let free_number = Question { rooms: None, ..*question };
        if let Some(needed) = Instance::new(&free_number).as_ref().and_then(capacity::fewest_rooms) {
            return Rule::RoomsTooFew { rooms, needed, most: count(most_guests(question)) };
        }
    }
    let offers = any_types(question.offers);
    let any = Question { rooms: None, offers: &offers, ..*question };
    match Instance::new(&any).as_ref().and_then(capacity::fewest_rooms) {
        Some(_) => {
            let most = count(most_guests(question));
            Rule::TypesCannotHold { rooms: types_least, guests: count(Some(bands(question))), most }
        }
        None => over_capacity(question, free),
    }
}

/// Which bound is in the way where no choice of rooms holds the party.
fn over_capacity(question: &Question<'_>, free: u16) -> Rule {
    let guardians = question.party.guardians();
    let [adults, c610, c05] = bands(question);
    let children = c610.saturating_add(c05);
    let guests = adults.saturating_add(children);
    let kinds = Instance::kinds_of(&any_types(question.offers), bands(question));
    let fewest = |rooms_most: u16, supply: &dyn Fn(&Kind) -> Supply| {
        let cover = Cover::new(&kinds, rooms_most, supply);
        (1..=rooms_most).find(|&rooms| cover.covers(rooms, [guests, adults, children, 0]))
    };
    if let Some(needed) = fewest(free.min(guardians), &capacity::with_beds) {
        return Rule::NeedsMoreRoomsThanMax { needed, most: ROOMS_MAX };
    }
    // Without an adult in each room all its places could be children's.
    let without_adult = |kind: &Kind| {
        let [guests, adults, _, _] = capacity::with_beds(kind);
        [guests, adults, kind.places.children.saturating_add(kind.places.beds), 0]
    };
    // More rooms than guests help nobody.
    if let Some(needed) = fewest(free.min(guests), &without_adult)
        && needed > guardians
    {
        return Rule::NeedsMoreRoomsThanAdults { needed, adults: guardians };
    }
    let rooms = free.min(guardians).min(ROOMS_MAX);
    let most = Cover::new(&kinds, rooms, capacity::with_beds).most(rooms).unwrap_or_default();
    match most {
        [_, _, most, _] if children > most => Rule::ChildrenOverLimits { children, most },
        [_, most, _, _] if adults > most => Rule::AdultsOverLimits { adults, most },
        _ => Rule::GuestsOverLimits { guests, most: count(most_guests_anywhere(question)) },
    }
}

fn count(guests: Option<Guests>) -> u16 {
    guests.unwrap_or_default().into_iter().fold(0, u16::saturating_add)
}

/// The most guests that fit into anything free, of those the most adults, then the most children of 6 to 10.
fn most_guests_anywhere(question: &Question<'_>) -> Option<Guests> {
    most_guests(&Question { offers: &any_types(question.offers), rooms: None, ..*question })
}

/// The same of the rooms that were asked for.
fn most_guests(question: &Question<'_>) -> Option<Guests> {
    let [adults, c610, c05] = bands(question);
    let children = c610.saturating_add(c05);
    let fits = |guests: Guests| {
        let fewer = Question { party: fewer(question.party, guests)?, ..*question };
        Instance::new(&fewer).as_ref().and_then(capacity::fewest_rooms)
    };
    (1..adults.saturating_add(children)).rev().find_map(|total| {
        (total.saturating_sub(children).max(1)..=adults.min(total)).rev().find_map(|a| {
            let rest = total.saturating_sub(a);
            let guests = [a, rest.min(c610), rest.saturating_sub(c610)];
            fits(guests).map(|_| guests)
        })
    })
}

/// Part of a party, with as many of those who can look after a room as possible.
fn fewer(party: Party, [adults, children_6_10, children_0_5]: Guests) -> Option<Party> {
    party.part(Occupancy { adults, children_6_10, children_0_5 })
}

fn nearest(question: &Question<'_>, objective: Objective) -> Option<Nearest> {
    let whole = question.party.occupancy();
    let answer = |distribution: Distribution| Nearest {
        guests: distribution.guests(),
        leaves_guests_out: distribution.guests() != whole,
        distribution,
    };
    // The number of rooms nearest to the one asked for.
    let near = |offers: &[TypeOffer], least_rooms: Option<u16>| {
        let free = Question { rooms: None, offers, ..*question };
        let Some(wanted) = least_rooms else { return solve(&free, objective) };
        let instance = Instance::new(&free)?;
        let fewest = capacity::fewest_rooms(&instance)?;
        let (_, most) = instance.rooms;
        solve(&Question { rooms: Some(wanted.clamp(fewest, most.max(fewest))), ..free }, objective)
    };
    if question.rooms.is_some()
        && let Some(found) = near(question.offers, question.rooms)
    {
        return Some(answer(found));
    }
    if question.offers.iter().any(|offer| offer.exactly.is_some())
        && let Some(found) = other_counts(question, objective)
    {
        return Some(answer(found));
    }
    let offers = any_types(question.offers);
    if let Some(found) = near(&offers, question.rooms) {
        return Some(answer(found));
    }
    let party = fewer(question.party, most_guests_anywhere(question)?)?;
    solve(&Question { party, offers: &offers, rooms: None }, objective).map(answer)
}

/// Step 2 of [`Nearest`].
fn other_counts(question: &Question<'_>, objective: Objective) -> Option<Distribution> {
    let clamped: Vec<TypeOffer> = question
        .offers
        .iter()
        .map(|&offer| TypeOffer {
            exactly: offer.exactly.map(|wanted| if is_usable(&offer) { wanted.min(offer.free) } else { 0 }),
            ..offer
        })
        .collect();
    let as_free = Question { offers: &clamped, rooms: None, ..*question };
    if let Some(found) = solve(&as_free, objective) {
        return Some(found);
    }
    let wanted = |offer: usize| clamped.get(offer).and_then(|it| it.exactly);
    let free = Question { offers: &any_types(question.offers), rooms: None, ..*question };
    let mut instance = Instance::new(&free)?;
    // Those and as few more as are needed.
    for kind in &mut instance.kinds {
        kind.least = wanted(kind.offer).unwrap_or(0);
    }
    if let Some(rooms) = capacity::fewest_rooms(&instance) {
        instance.rooms = (rooms, rooms);
        return super::solve_instance(question.offers, &instance, objective);
    }
    // As many of those as may be had.
    for kind in &mut instance.kinds {
        (kind.least, kind.most) = (0, wanted(kind.offer).unwrap_or(kind.most));
    }
    instance.rooms.1 =
        instance.rooms.1.min(instance.kinds.iter().fold(0, |sum, k| sum.saturating_add(k.most)));
    capacity::fewest_rooms(&instance)?;
    instance.rooms.0 = instance.rooms.1;
    super::solve_instance(question.offers, &instance, objective)
}
