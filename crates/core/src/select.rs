//! Which room numbers: free ones that lie together, and never one that is taken already.

use crate::booking::effect::RoomNeed;
use crate::booking::journal::HeldRoom;
use crate::ids::RoomNumber;
use crate::property::RoomType;
use crate::sorted::{Set, sort_by};

/// Picks `count` of a type's rooms that are free and not `taken`: those that span the fewest places of the type's
/// list, the earliest of equals. Fewer where there are not as many. In the order of their places.
///
/// Names say nothing about where a room lies; its place in `rooms` does.
///
/// ```
/// # use posada_core::{ids::RoomNumber, select::select_rooms, sorted::Set};
/// let room = |n: &str| RoomNumber::parse(n).unwrap();
/// let rooms = ["54", "56", "57", "58", "59"].map(room);
/// let free: Set<_> = rooms.iter().cloned().collect();
/// let taken = [room("56")].into_iter().collect::<Set<_>>();
/// assert_eq!(select_rooms(&rooms, &free, &taken, 2), [room("57"), room("58")]);
/// ```
#[must_use]
pub fn select_rooms(
    rooms: &[RoomNumber],
    free: &Set<RoomNumber>,
    taken: &Set<RoomNumber>,
    count: usize,
) -> Vec<RoomNumber> {
    let open: Vec<(usize, &RoomNumber)> =
        rooms.iter().enumerate().filter(|(_, room)| free.contains(room) && !taken.contains(room)).collect();
    let span = |window: &&[(usize, &RoomNumber)]| match (window.first(), window.last()) {
        (Some((first, _)), Some((last, _))) => last.saturating_sub(*first),
        _ => 0,
    };
    let count = count.min(open.len());
    if count == 0 {
        return Vec::new();
    }
    // `min_by_key` keeps the first of equals, which is the earliest.
    let best = open.windows(count).min_by_key(span).unwrap_or_default();
    best.iter().map(|(_, room)| (*room).clone()).collect()
}

/// Gives each line that needs a room one of its type: the lines of a type get rooms that lie together, in line
/// order; where there are too few, the later lines get none. Never a room that is `taken` (a sibling's), nor one that
/// the reservation API refused for any of these lines.
#[must_use]
pub fn assign_rooms(
    types: &[RoomType],
    needs: &[RoomNeed],
    free: &Set<RoomNumber>,
    taken: &Set<RoomNumber>,
) -> Vec<HeldRoom> {
    let mut held = Vec::with_capacity(needs.len());
    for room_type in types {
        let of_type: Vec<&RoomNeed> = needs.iter().filter(|need| need.room_type == room_type.id).collect();
        let refused = of_type.iter().flat_map(|need| &need.refused);
        let taken = taken.iter().chain(refused).cloned().collect();
        let rooms = select_rooms(&room_type.rooms, free, &taken, of_type.len());
        held.extend(of_type.iter().zip(rooms).map(|(need, room)| HeldRoom {
            line: need.line,
            generation: need.generation,
            room,
        }));
    }
    sort_by(&mut held, |a, b| a.line.cmp(&b.line));
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `rooms` in order; a room in brackets is not free.
    #[track_caller]
    fn check(rooms: &str, taken: &str, count: usize, expected: &str) {
        let name = |text: &str| RoomNumber::parse(text.trim_matches(['(', ')'])).expect("a room");
        let list: Vec<RoomNumber> = rooms.split(' ').map(name).collect();
        let free = rooms.split(' ').filter(|r| !r.starts_with('(')).map(name).collect();
        let taken = taken.split_terminator(' ').map(name).collect();
        let picked: Vec<String> =
            select_rooms(&list, &free, &taken, count).iter().map(ToString::to_string).collect();
        assert_eq!(picked.join(" "), expected);
    }

    #[test]
    fn neighbours_are_preferred_and_the_earliest_of_equals() {
        check("54 56 57 58 59", "", 3, "54 56 57");
        check("54 (56) 57 58 59", "", 3, "57 58 59");
        check("54 (56) 57 (58) 59", "", 2, "54 57");
        check("54 56 57 58 59", "56", 2, "57 58");
        check("9 10 8", "", 2, "9 10");
    }

    #[test]
    fn fewer_where_there_are_not_as_many() {
        check("54 (56) 57", "", 3, "54 57");
        check("54 (56) 57", "54 57", 3, "");
        check("(54)", "", 1, "");
        check("54", "", 0, "");
    }
}
