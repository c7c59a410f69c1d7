//! A proposal in words: who would sleep where, what it costs, and what else is possible.

use crate::distribute::Objective;
use crate::ids::RoomTypeId;
use crate::message::format::{Join, list};
use crate::message::words::Words;
use crate::message::{MESSAGE_LENGTH_MAX, Voice, fit, length};
use crate::money::Money;
use crate::party::Occupancy;
use crate::proposal::Placement;
use crate::stay::Stay;

/// A room of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProposedRoom<'a> {
    /// Its type.
    pub room_type: &'a RoomTypeId,
    /// Who would sleep in it.
    pub guests: Occupancy,
    /// Extra beds that they need.
    pub extra_beds: u16,
    /// Its price for the stay, in cents.
    pub amount: Money,
}

/// Another possible distribution, by what it comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alternative {
    /// What it is good for.
    pub objective: Objective,
    /// How many rooms it takes.
    pub rooms: u16,
    /// Its price for the stay, in cents.
    pub total: Money,
}

/// A distribution that is proposed to a guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proposal<'a> {
    /// When.
    pub stay: Stay,
    /// The rooms, in the order in which they are told.
    pub rooms: &'a [ProposedRoom<'a>],
    /// The price of all, in cents.
    pub total: Money,
    /// What else is possible.
    pub alternatives: &'a [Alternative],
}

/// The proposal: rooms by type with their guests («3 Bungalows Junior: 3 + 3 + 2 adultos»), the total and for
/// how long, a line a room where there are several, the alternatives' totals, and a question. Where the lines
/// would not fit they are left out: the first sentence has them all together.
#[must_use]
pub fn proposal_message(proposal: &Proposal<'_>, voice: &Voice<'_>) -> String {
    let whole = compose(proposal, voice, true);
    fit(if length(&whole) <= MESSAGE_LENGTH_MAX { whole } else { compose(proposal, voice, false) })
}

/// A placement's rooms as they are told.
pub(super) fn told_rooms(placement: &Placement) -> Vec<ProposedRoom<'_>> {
    placement
        .rooms
        .iter()
        .map(|it| ProposedRoom {
            room_type: &it.room.room_type,
            guests: it.room.guests,
            extra_beds: it.room.extra_beds,
            amount: it.price.amount(),
        })
        .collect()
}

/// What was proposed for a stay, in words: as [`proposal_message`].
#[must_use]
pub fn proposed_message(stay: Stay, proposed: &crate::proposal::Proposal, voice: &Voice<'_>) -> String {
    let rooms = told_rooms(&proposed.placement);
    let alternatives: Vec<Alternative> = proposed
        .alternatives
        .iter()
        .map(|placement| Alternative {
            objective: placement.objective,
            rooms: u16::try_from(placement.rooms.len()).unwrap_or(u16::MAX),
            total: placement.total(),
        })
        .collect();
    let total = proposed.placement.total();
    proposal_message(&Proposal { stay, rooms: &rooms, total, alternatives: &alternatives }, voice)
}

fn compose(proposal: &Proposal<'_>, voice: &Voice<'_>, lines: bool) -> String {
    let words = voice.words();
    let mut text = format!(
        "{} {}",
        words.proposal_intro(&types(proposal.rooms, voice), &guests(proposal.rooms, words, voice)),
        words.proposal_total(proposal, voice)
    );
    if lines && proposal.rooms.len() > 1 {
        for (place, room) in (1..).zip(proposal.rooms) {
            text.push_str(&line(place, room, voice, words));
        }
    }
    if !proposal.alternatives.is_empty() {
        text.push_str("\n\n");
        text.push_str(&words.alternatives_header());
        for other in proposal.alternatives {
            text.push_str("\n- ");
            text.push_str(&words.alternative(other.objective, other.rooms, &voice.money(other.total)));
        }
    }
    text.push_str("\n\n");
    text.push_str(&words.proposal_question());
    text
}

/// «2 Bungalows Junior y 1 Bungalow Familiar», in the order in which the types come first.
pub(super) fn types(rooms: &[ProposedRoom<'_>], voice: &Voice<'_>) -> String {
    let mut counts: Vec<(&RoomTypeId, u16)> = Vec::new();
    for room in rooms {
        match counts.iter_mut().find(|(id, _)| *id == room.room_type) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => counts.push((room.room_type, 1)),
        }
    }
    let each: Vec<String> = counts.iter().map(|&(id, count)| voice.counted_type(count, id)).collect();
    list(&each, Join::And, voice.language)
}

/// «3 + 3 + 2 adultos» where that tells it all, else everyone together: the lines tell who sleeps where.
pub(super) fn guests(rooms: &[ProposedRoom<'_>], words: &dyn Words, voice: &Voice<'_>) -> String {
    let all = rooms.iter().fold(Occupancy::default(), |sum, room| sum.plus(&room.guests));
    let one_type = rooms.windows(2).all(|pair| match pair {
        [a, b] => a.room_type == b.room_type,
        _ => true,
    });
    if rooms.len() > 1 && all.children() == 0 && one_type {
        let split: Vec<String> = rooms.iter().map(|room| room.guests.adults.to_string()).collect();
        // The sum is at least 2, so the noun is in the plural.
        let noun = words.guests(&Occupancy { adults: all.adults.max(2), ..Occupancy::default() });
        let noun = noun.split_once(' ').map_or("", |(_, noun)| noun);
        return format!("{} {noun}", split.join(" + "));
    }
    let mut text = words.guests(&all);
    if let [only] = rooms
        && only.extra_beds > 0
    {
        text = list(&[text, words.extra_beds(only.extra_beds)], Join::And, voice.language);
    }
    text
}

/// One room: «1. Bungalow Junior: 3 adultos, 1 cama extra, $258.75».
fn line(place: usize, room: &ProposedRoom<'_>, voice: &Voice<'_>, words: &dyn Words) -> String {
    let mut parts = vec![words.guests(&room.guests)];
    if room.extra_beds > 0 {
        parts.push(words.extra_beds(room.extra_beds));
    }
    parts.push(voice.money(room.amount));
    format!("\n{place}. {}: {}", voice.type_name(room.room_type), parts.join(", "))
}
