//! Why nothing can be proposed, and what would be possible instead.

use crate::distribute::{Impossible, Nearest, Rule};
use crate::problem::{Problem, Shortage};
use crate::property::RoomType;

/// What stops a request, and what would be possible instead; `field` says for how many rooms it is.
pub(crate) fn explain(impossible: &Impossible, types: &[&RoomType], field: &str) -> Problem {
    let nearest = impossible.nearest.as_ref().map(|nearest| describe(nearest, types));
    let and_nearest = |text: String| match &nearest {
        Some(nearest) => format!("{text}; the nearest possible is {nearest}"),
        None => text,
    };
    let over_by = |guests_max: u16, text: String| Problem::OverCapacity {
        room: None,
        guests_max,
        detail: and_nearest(text),
    };
    // Where the nearest leaves guests out, those that it places are the most that fit.
    let most = impossible.nearest.as_ref().map_or(0, |nearest| nearest.guests.guests());
    let over = |text: String| over_by(most, text);
    let shortage = |offer: usize, asked: u16, free: u16| {
        let room_type = types.get(offer).map(|it| it.id.clone());
        let shortages = room_type.map(|room_type| Shortage { room_type, asked, free }).into_iter().collect();
        Problem::NoAvailability { shortages }
    };
    match impossible.rule {
        Rule::NothingFree => match types {
            // Asked for by name, the type that is not free is named.
            [_] => shortage(0, 1, 0),
            _ => Problem::NoAvailability { shortages: Vec::new() },
        },
        Rule::TypeNotFree { offer, wanted, free } => shortage(offer, wanted, free),
        Rule::RoomsNotFree { rooms, free } if types.len() == 1 => shortage(0, rooms, free),
        Rule::RoomsNotFree { .. } => Problem::NoAvailability { shortages: Vec::new() },
        Rule::TypeTakesNobody { offer } => {
            let id = types.get(offer).map_or_else(String::new, |it| it.id.to_string());
            over(format!("rooms of type {id} take nobody"))
        }
        Rule::RoomsOverMax { rooms, most } => {
            Problem::field(field, and_nearest(format!("must be at most {most}, not {rooms}")))
        }
        Rule::RoomsOverAdults { rooms, adults } => {
            let text = format!("must be at most {adults}, one for each adult, not {rooms}");
            Problem::field(field, and_nearest(text))
        }
        Rule::RoomsAgainstTypes { rooms, types } => Problem::field(
            field,
            and_nearest(format!("must agree with the {types} of the types, not be {rooms}")),
        ),
        Rule::RoomsTooFew { rooms, needed, most } => {
            over_by(most, format!("{rooms} rooms are too few, {needed} are needed"))
        }
        Rule::TypesCannotHold { rooms, guests, most } => {
            over_by(most, format!("the {rooms} rooms asked for cannot hold {guests} guests"))
        }
        Rule::NeedsMoreRoomsThanMax { needed, most } => {
            over(format!("{needed} rooms would be needed, and a booking has at most {most}"))
        }
        Rule::NeedsMoreRoomsThanAdults { .. } => Problem::ChildAlone { room: None },
        Rule::ChildrenOverLimits { children, most } => {
            over(format!("{children} children are too many, {most} fit"))
        }
        Rule::AdultsOverLimits { adults, most } => over(format!("{adults} adults are too many, {most} fit")),
        Rule::GuestsOverLimits { guests, most } => over(format!("{guests} guests are too many, {most} fit")),
    }
}

fn describe(nearest: &Nearest, types: &[&RoomType]) -> String {
    let rooms = &nearest.distribution.rooms;
    let counts: Vec<String> = types
        .iter()
        .enumerate()
        .map(|(i, it)| (rooms.iter().filter(|room| room.offer == i).count(), &it.id))
        .filter(|(count, _)| *count > 0)
        .map(|(count, id)| format!("{count} {id}"))
        .collect();
    let guests = nearest.guests.guests();
    if nearest.leaves_guests_out {
        format!("{} for {guests} of the guests", counts.join(" and "))
    } else {
        format!("{} for all {guests} guests", counts.join(" and "))
    }
}
