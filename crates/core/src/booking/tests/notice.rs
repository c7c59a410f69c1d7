//! Telling the hotel's programs, and the guest who waits.

use super::super::notice::{Delivery, NOTIFY_DELAYS_MS, NOTIFY_RETRY_AFTER_MAX_MS};
use super::super::progress::{Milestone, RoomState};
use super::*;
use crate::message::Language;

fn started(lines: &[(&str, u16)], all_or_nothing: bool) -> Host {
    let request = request(lines, all_or_nothing);
    let terms = Terms { notify: Some(Language::En), ..terms(&request, ALL) };
    let mut host = Host::new();
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    host
}

/// A booking that ended and has told nobody yet.
fn untold(world: &mut World) -> Host {
    let mut host = started(&EIGHT, false);
    while host.booking.outcome().is_none() {
        let effect = host.booking.pending(Millis(host.now)).remove(0);
        let answer = world.carry_out(&effect);
        host.feed(answer).expect("an answer");
    }
    host
}

fn unanswered() -> Input {
    Input::Notify(1, Err(Failure::Unknown))
}

#[test]
fn an_ending_is_told_once_and_takes_one_append_more() {
    let mut world = World::new(&JUNIORS);
    let mut host = started(&EIGHT, false);
    host.run(&mut world);
    assert_eq!(world.told, [(1, Outcome::Booked)]);
    assert_eq!(host.appends, 3 + 4 + 1);
    assert_eq!((host.booking.deadline(), host.booking.delivery()), (None, Some((1, Delivery::Delivered))));
    let mut quiet = World::new(&JUNIORS);
    run(&EIGHT, false, &mut quiet);
    assert_eq!(quiet.told, [], "nobody is told who did not ask for it");
}

#[test]
fn nobody_waits_for_the_telling() {
    let host = untold(&mut World::new(&JUNIORS));
    assert_eq!(host.booking.outcome(), Some(Outcome::Booked));
    assert_eq!(host.booking.delivery(), Some((1, Delivery::Pending)));
    assert!(host.booking.deadline().is_some(), "the alarm stays armed");
    let steps: Vec<Step> = host.booking.pending(Millis(host.now)).iter().map(Effect::step).collect();
    assert_eq!(steps, [Step::Notify]);
}

#[test]
fn what_is_not_answered_is_told_again_by_the_schedule_and_then_given_up_in_writing() {
    let mut host = untold(&mut World::new(&JUNIORS));
    let first = host.booking.notice();
    for delay_ms in NOTIFY_DELAYS_MS {
        assert_eq!(host.booking.notice(), first, "the same number says the same");
        host.feed(unanswered()).expect("an answer");
        assert_eq!(host.feed(unanswered()), Err(Rejection::Stale), "a duplicate puts nothing off");
        assert_eq!(host.booking.deadline(), Some(Millis(host.now + delay_ms)));
        assert!(host.booking.pending(Millis(host.now + delay_ms - 1)).is_empty());
        host.now += delay_ms;
    }
    host.feed(unanswered()).expect("an answer");
    let Some(Entry::NotifyGivenUp { error }) = host.journal.last().map(|it| &it.entry) else {
        panic!("it is given up")
    };
    assert_eq!(host.booking.delivery(), Some((1, Delivery::GivenUp { error: error.clone() })));
    assert_eq!((host.booking.deadline(), host.booking.outcome()), (None, Some(Outcome::Booked)));
}

#[test]
fn a_receiver_may_ask_for_more_time_and_for_an_end() {
    let hour_ms = 3_600_000;
    for (asked_ms, expected_ms) in
        [(1, 5_000), (hour_ms, hour_ms), (i64::MAX, NOTIFY_RETRY_AFTER_MAX_MS), (-1, 5_000)]
    {
        let mut host = untold(&mut World::new(&JUNIORS));
        let failure = Failure::Retryable { after_ms: Some(asked_ms) };
        host.feed(Input::Notify(1, Err(failure))).expect("an answer");
        assert_eq!(host.booking.deadline(), Some(Millis(host.now + expected_ms)), "asked for {asked_ms}");
    }
    let mut host = untold(&mut World::new(&JUNIORS));
    host.feed(Input::Notify(1, Err(Failure::Refused("410".to_owned())))).expect("an answer");
    let given_up = Delivery::GivenUp { error: "410".to_owned() };
    assert_eq!((host.booking.deadline(), host.booking.delivery()), (None, Some((1, given_up))));
}

#[test]
fn what_changes_is_told_under_another_number_and_replaces_what_was_not_told_yet() {
    let mut world = World::new(&JUNIORS);
    let mut host = untold(&mut world);
    host.feed(unanswered()).expect("an answer");
    host.feed(Input::CancelBooked { line: Some(LineNo(1)), by: "k".to_owned() })
        .expect("a booking that ended");
    assert_eq!(host.booking.notice(), None, "while it goes on nothing is told");
    host.run(&mut world);
    assert_eq!(world.told, [(2, Outcome::PartlyBooked)]);
    assert_eq!(host.feed(Input::Notify(1, Ok(()))), Err(Rejection::Stale));
    host.feed(Input::CancelBooked { line: None, by: "k".to_owned() }).expect("a booking that ended");
    host.run(&mut world);
    assert_eq!(world.told, [(2, Outcome::PartlyBooked), (3, Outcome::NotBooked)]);
}

#[test]
fn staff_are_called_and_what_they_found_is_told() {
    let mut world = World::new(&JUNIORS);
    world.codreser_fits = false;
    let mut host = started(&EIGHT, false);
    host.run(&mut world);
    let looked = Input::Resolve { line: None, found: None, note: "visto".to_owned(), by: None };
    host.feed(looked.clone()).expect("a case");
    host.run(&mut world);
    assert_eq!(world.told, [(1, Outcome::NeedsStaff), (2, Outcome::Booked)]);
    assert_eq!(host.feed(looked), Err(Rejection::Stale), "there is no case any more");
    assert_eq!(host.booking.notice(), None);
}

#[test]
fn a_restart_goes_on_telling_where_it_was() {
    let mut host = untold(&mut World::new(&JUNIORS));
    host.feed(unanswered()).expect("an answer");
    let again = Booking::replay(host.booking.id().clone(), &host.journal).expect("a journal");
    assert_eq!(again, host.booking);
    assert_eq!(again.decide(Input::Resumed, Millis(host.now)), Ok(Vec::new()));
}

#[test]
fn a_request_that_was_refused_is_not_told() {
    let mut host = started(&EIGHT, false);
    let problem = Problem::PaymentNotFound { reference: "123456".to_owned() };
    host.feed(Input::Claim(Err(Failure::Refused(problem)))).expect("an answer");
    assert_eq!((host.booking.notice(), host.booking.deadline()), (None, None));
}

/// The milestones of a whole booking, and after each how far its rooms are.
fn watch(mut host: Host, world: &mut World) -> Vec<String> {
    host.run(world);
    let mut booking = Booking::new(host.booking.id().clone());
    let mut seen = Vec::new();
    for stamped in &host.journal {
        booking.apply(stamped).expect("a journal");
        let Some(milestone) = booking.milestone(&stamped.entry) else { continue };
        let rooms = booking.progress().into_iter().map(|it| match (it.state, it.room, it.code) {
            (RoomState::Checking, None, None) => "?".to_owned(),
            (RoomState::Held, Some(room), None) => format!("{room}?"),
            (RoomState::Booked, Some(room), Some(code)) => format!("{room}={code}"),
            (RoomState::Failed, room, None) => {
                format!("!{}", room.map_or(String::new(), |it| it.to_string()))
            }
            other => panic!("{other:?}"),
        });
        seen.push(format!("{} {}", milestone.name(), rooms.collect::<Vec<_>>().join(" ")));
        let about = milestone.lines().len();
        assert_eq!(about == 0, matches!(milestone, Milestone::Accepted | Milestone::Settled));
    }
    seen
}

#[test]
fn rooms_are_seen_to_be_looked_for_held_booked_and_failed() {
    let mut world = World::new(&["54", "56"]);
    let seen = watch(started(&EIGHT, false), &mut world);
    let expected = [
        "accepted ? ? ?",
        "held 54? 56? ?",
        "failed 54? 56? !",
        "booked 54=26181 56? !",
        "booked 54=26181 56=26182 !",
        "settled 54=26181 56=26182 !",
    ];
    assert_eq!(seen, expected);
}

#[test]
fn of_all_or_nothing_no_room_is_seen_before_all_are() {
    let mut world = World::new(&JUNIORS);
    let seen = watch(started(&EIGHT, true), &mut world);
    let expected = ["accepted ? ? ?", "held 54? 56? 57?", "settled 54=26181 56=26182 57=26183"];
    assert_eq!(seen, expected);
}
