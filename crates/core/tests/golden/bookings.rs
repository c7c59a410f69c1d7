//! Bookings in every outcome, for every cause, with one, some and 20 rooms.

use posada_core::booking::outcome::{BookedRoom, FailedRoom, FailureCause, Outcome, Report};
use posada_core::booking::request::RequestedRoom;
use posada_core::distribute::Objective;
use posada_core::ids::{LineNo, ReservationCode, RoomNumber, RoomTypeId};
use posada_core::message::{NextStep, booking_message, booking_message_with, cancellation_requested_message};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::problem::Problem;
use posada_core::proposal::{Placement, ProposedRoom};
use posada_core::quote::price_now;
use posada_core::redistribution::Redistribution;
use posada_core::stay::Stay;

use super::Case;

fn guests(adults: u16, children_0_5: u16, children_6_10: u16) -> Occupancy {
    Occupancy { adults, children_6_10, children_0_5 }
}

fn booked(line: u8, room: &str, room_type: &str, code: &str, guests: Occupancy) -> BookedRoom {
    let amount = Money::from_mills(86_250 * i64::from(guests.adults));
    BookedRoom {
        line: LineNo(line),
        room: RoomNumber::parse(room).expect("a room"),
        room_type: RoomTypeId::parse(room_type).expect("a type"),
        code: ReservationCode::parse(code).expect("a code"),
        guests,
        extra_beds: 0,
        amount,
        paid: amount,
    }
}

fn failed(line: u8, cause: FailureCause) -> FailedRoom {
    let was_booked = matches!(cause, FailureCause::Cancelled | FailureCause::AllOrNothing);
    let amount = Money::from_mills(258_750);
    FailedRoom {
        line: LineNo(line),
        room_type: RoomTypeId::parse("Junior").expect("a type"),
        guests: guests(3, 0, 0),
        extra_beds: 0,
        room: was_booked.then(|| RoomNumber::parse(&format!("{}", 54 + line)).expect("a room")),
        code: was_booked
            .then(|| ReservationCode::parse(&format!("{}", 26_181 + u32::from(line))).expect("a code")),
        amount,
        share: amount,
        cause,
    }
}

fn refused() -> FailureCause {
    FailureCause::Refused { error: "INTERNAL: no se permite DUI 00000000-0".to_owned() }
}

fn three() -> Vec<BookedRoom> {
    vec![
        booked(0, "54", "Junior", "26181", guests(3, 0, 0)),
        booked(1, "56", "Junior", "26182", guests(3, 0, 0)),
        booked(2, "57", "Junior", "26183", guests(2, 0, 0)),
    ]
}

fn one() -> Vec<BookedRoom> {
    vec![booked(0, "54", "Junior", "26181", guests(2, 1, 0))]
}

fn family() -> Vec<BookedRoom> {
    vec![
        booked(0, "12", "Familiar", "26181", guests(3, 1, 0)),
        booked(1, "14", "Familiar", "26182", guests(1, 0, 1)),
        booked(2, "16", "Familiar", "26183", guests(2, 2, 3)),
    ]
}

/// 20 rooms whose names, types and codes are as long as they may be, in `letter`s.
fn longest(letter: &str) -> Vec<BookedRoom> {
    (0..20)
        .map(|line| {
            let text = |length: usize| format!("{line:02}{}", letter.repeat(length - 2));
            booked(line, &text(20), &text(40), &text(20), guests(20, 20, 20))
        })
        .collect()
}

/// As many failures as `causes`, behind the rooms booked.
fn failures(first: usize, causes: impl IntoIterator<Item = FailureCause>) -> Vec<FailedRoom> {
    causes
        .into_iter()
        .zip(first..)
        .map(|(cause, line)| failed(u8::try_from(line).expect("at most 20 lines"), cause))
        .collect()
}

fn case(
    name: &str,
    outcome: Outcome,
    booked: Vec<BookedRoom>,
    causes: Vec<FailureCause>,
    due_mills: i64,
) -> Case {
    let total = booked.iter().map(|room| room.amount).sum::<Option<Money>>().expect("small amounts");
    let failed = failures(booked.len(), causes);
    let report = Report { outcome, booked, failed, total, balance_due: Money::from_mills(due_mills) };
    (format!("booking {name}"), Box::new(move |voice| booking_message(&report, voice)))
}

/// Rooms that are offered for guests of failed ones.
fn offer(rooms: &[(&str, Occupancy, u16)]) -> Redistribution {
    let room = |(room_type, guests, extra_beds): &(&str, Occupancy, u16)| {
        let hotel = posada_core::fixtures::demo();
        let room_type = RoomTypeId::parse(room_type).expect("a type");
        let room = RequestedRoom { room_type, guests: *guests, extra_beds: *extra_beds };
        let date = |text: &str| text.parse().expect("a date");
        let stay = Stay::new(date("2025-08-23"), date("2025-08-24")).expect("a stay");
        let price = price_now(&hotel, &stay, &hotel.packages[0], &room).expect("a price");
        ProposedRoom { room, price }
    };
    Redistribution::Offer(Placement { objective: Objective::Even, rooms: rooms.iter().map(room).collect() })
}

fn offering(name: &str, outcome: Outcome, causes: Vec<FailureCause>, offer: Redistribution) -> Case {
    let booked = if outcome == Outcome::NotBooked { vec![] } else { one() };
    let failed = failures(booked.len(), causes);
    let total = booked.iter().map(|room| room.amount).sum::<Option<Money>>().expect("small amounts");
    let report = Report { outcome, booked, failed, total, balance_due: Money::ZERO };
    (
        format!("booking {name}"),
        Box::new(move |voice| booking_message_with(&report, NextStep::Redistribution(&offer), voice)),
    )
}

fn offers() -> Vec<Case> {
    use FailureCause::{AllOrNothing, Cancelled, NoAvailability};
    use Outcome::{NotBooked, PartlyBooked};
    let staff = |reason| Redistribution::Staff { reason };
    let one_room = || offer(&[("Familiar", guests(3, 0, 0), 0)]);
    let full = || staff(Problem::NoAvailability { shortages: vec![] });
    let request = |count: usize| -> Case {
        (
            format!("cancellation requested, {count}"),
            Box::new(move |v| cancellation_requested_message(count, v)),
        )
    };
    let mut letters: Vec<Case> = Vec::new();
    let mut long = longest("W");
    long.truncate(10);
    let report = Report {
        outcome: PartlyBooked,
        booked: long,
        failed: failures(10, vec![NoAvailability; 10]),
        total: Money::MAX,
        balance_due: Money::MAX,
    };
    let twenty = offer(&[("Junior", guests(2, 1, 1), 1); 20]);
    letters.push((
        "booking partly, the longest with an offer".to_owned(),
        Box::new(move |voice| booking_message_with(&report, NextStep::Redistribution(&twenty), voice)),
    ));
    letters.extend([
        offering("partly, 1 room offered", PartlyBooked, vec![NoAvailability], one_room()),
        offering(
            "partly, 2 rooms offered",
            PartlyBooked,
            vec![NoAvailability; 2],
            offer(&[("Junior", guests(3, 0, 1), 0), ("Familiar", guests(3, 0, 0), 0)]),
        ),
        offering(
            "partly, 1 room with a bed offered, 1 cancelled",
            PartlyBooked,
            vec![NoAvailability, Cancelled],
            offer(&[("Junior", guests(4, 0, 0), 1)]),
        ),
        offering("none, all or nothing, offered", NotBooked, vec![NoAvailability, AllOrNothing], one_room()),
        offering("partly, all full", PartlyBooked, vec![NoAvailability], full()),
        offering("none, all full", NotBooked, vec![NoAvailability; 2], full()),
        offering(
            "partly, children cannot stand alone",
            PartlyBooked,
            vec![NoAvailability],
            staff(Problem::ChildAlone { room: None }),
        ),
        (
            "booking partly, followed".to_owned(),
            Box::new(|voice| {
                let failed = failures(3, [NoAvailability]);
                let (total, balance_due) = (Money::from_mills(690_000), Money::ZERO);
                let report = Report { outcome: PartlyBooked, booked: three(), failed, total, balance_due };
                booking_message_with(&report, NextStep::Followed, voice)
            }),
        ),
        request(1),
        request(3),
    ]);
    letters
}

pub(super) fn cases() -> Vec<Case> {
    use FailureCause::{AllOrNothing, Cancelled, NoAvailability, Unconfirmed, Unreachable};
    use Outcome::{Booked, InProgress, NeedsStaff, NotBooked, PartlyBooked};
    let mut cases = vec![
        case("3 rooms", Booked, three(), vec![], 0),
        case("1 room", Booked, one(), vec![], 0),
        case("3 rooms with children", Booked, family(), vec![], 0),
        case("3 rooms with a deposit", Booked, three(), vec![], 345_000),
        case("1 room with a deposit", Booked, one(), vec![], 86_250),
        case("partly, 1 without availability", PartlyBooked, three(), vec![NoAvailability], 0),
        case("partly, 2 without availability", PartlyBooked, one(), vec![NoAvailability; 2], 0),
        case("partly, with a deposit", PartlyBooked, one(), vec![NoAvailability], 86_250),
        case("partly, 1 refused", PartlyBooked, three(), vec![refused()], 0),
        case("partly, 2 refused", PartlyBooked, three(), vec![refused(), refused()], 0),
        case("partly, 1 unreachable", PartlyBooked, three(), vec![Unreachable], 0),
        case("partly, 2 unreachable", PartlyBooked, three(), vec![Unreachable; 2], 0),
        case("partly, 1 cancelled later", PartlyBooked, three(), vec![Cancelled], 0),
        case(
            "partly, mixed",
            PartlyBooked,
            one(),
            vec![NoAvailability, refused(), Unreachable, NoAvailability],
            0,
        ),
        case("none, 1 without availability", NotBooked, vec![], vec![NoAvailability], 0),
        case("none, 3 without availability", NotBooked, vec![], vec![NoAvailability; 3], 0),
        case("none, 1 refused", NotBooked, vec![], vec![refused()], 0),
        case("none, 2 unreachable", NotBooked, vec![], vec![Unreachable; 2], 0),
        case("none, all or nothing, 1 other", NotBooked, vec![], vec![NoAvailability, AllOrNothing], 0),
        case(
            "none, all or nothing, 2 others",
            NotBooked,
            vec![],
            vec![AllOrNothing, NoAvailability, AllOrNothing],
            0,
        ),
        case("none, all or nothing without the cause", NotBooked, vec![], vec![AllOrNothing; 2], 0),
        case("none, 1 all or nothing without the cause", NotBooked, vec![], vec![AllOrNothing], 0),
        case("none, 1 cancelled later", NotBooked, vec![], vec![Cancelled], 0),
        case("none, 3 cancelled later", NotBooked, vec![], vec![Cancelled; 3], 0),
        case("none, for no reason", NotBooked, vec![], vec![], 0),
        case("needs staff, nothing known", NeedsStaff, vec![], vec![Unconfirmed; 3], 0),
        case("needs staff, 1 of 3 unconfirmed", NeedsStaff, three(), vec![Unconfirmed], 0),
        case("needs staff, all booked", NeedsStaff, three(), vec![], 0),
        case("needs staff, mixed", NeedsStaff, one(), vec![Unconfirmed, NoAvailability], 345_000),
        case("in progress, nothing known", InProgress, vec![], vec![], 0),
        case("in progress, 1 booked", InProgress, one(), vec![], 0),
        case("in progress, 3 booked, 1 failed", InProgress, three(), vec![NoAvailability], 0),
        case("20 failed", NotBooked, vec![], vec![NoAvailability; 20], 0),
        case("20 rooms, the longest", Booked, longest("W"), vec![], 0),
    ];
    let mixed = vec![NoAvailability, refused(), Unreachable, Unconfirmed, AllOrNothing, Cancelled];
    let mut some = longest("W");
    some.truncate(14);
    cases.push(case(
        "14 rooms, the longest, and every cause",
        PartlyBooked,
        some,
        mixed.clone(),
        1_000_000_000_000,
    ));
    cases.push(case(
        "20 rooms in letters beyond the basic plane",
        PartlyBooked,
        longest("𝕎"),
        mixed,
        1_000_000_000_000,
    ));
    cases.extend(offers());
    cases
}
