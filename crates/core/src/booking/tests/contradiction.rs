//! What contradicts itself is not believed: a room that two lines would have, a journal that ends before its lines do.

use super::journal::HeldRoom;
use super::*;

fn started(lines: &[(&str, u16)]) -> (Host, World) {
    let request = request(lines, false);
    let terms = terms(&request, ALL);
    let (mut host, mut world) = (Host::new(), World::new(&JUNIORS));
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    let effect = host.booking.pending(Millis(0)).remove(0);
    host.feed(world.carry_out(&effect)).expect("the claim");
    (host, world)
}

#[test]
fn a_room_held_for_two_lines_is_the_first_ones() {
    let (mut host, _) = started(&[("Junior", 2), ("Junior", 2)]);
    let room =
        |line| HeldRoom { line: LineNo(line), generation: 1, room: RoomNumber::parse("54").expect("a room") };
    let asked = vec![(LineNo(0), 1), (LineNo(1), 1)];
    let holding = Holding { asked, rooms: vec![room(0), room(1)], expires_at: Millis(900_000) };
    host.feed(Input::Hold(Ok(holding))).expect("an answer");
    let ordered: Vec<LineNo> = host
        .booking
        .pending(Millis(host.now))
        .iter()
        .filter_map(|effect| match effect {
            Effect::BookRoom(order) => Some(order.reference.line),
            _ => None,
        })
        .collect();
    assert_eq!(ordered, [LineNo(0)]);
    assert!(matches!(host.booking.lines[1].state, LineState::Failed { .. }));
}

#[track_caller]
fn check(booking: &Booking, entry: Entry, says: &'static str) {
    let stamped = Stamped::new(Millis(1_000), entry);
    assert_eq!(booking.clone().apply(&stamped), Err(ReplayError::Contradiction(says)));
}

#[test]
fn a_journal_does_not_settle_what_has_not_ended() {
    let (mut host, mut world) = started(&[("Junior", 2)]);
    check(&host.booking, Entry::Settled, "settled before every line had ended");
    let effect = host.booking.pending(Millis(host.now)).remove(0);
    host.feed(world.carry_out(&effect)).expect("a hold");
    check(&host.booking, Entry::Settled, "settled before every line had ended");
    let reference = Reference::new(host.booking.id(), LineNo(0), 1);
    host.feed(Input::Book(reference, Err(Failure::Unknown))).expect("an answer");
    check(&host.booking, Entry::Settled, "settled before every line had ended");
    let resolved = Entry::Resolved { note: "visto".to_owned(), line: Some(LineNo(0)), by: None };
    check(&host.booking, resolved, "resolved a line that is still unknown");
}
