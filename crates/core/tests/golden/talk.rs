//! Proposals, validated payments and the booking page's own words.

use posada_core::distribute::Objective;
use posada_core::ids::{Millis, RoomTypeId};
use posada_core::message::{
    Alternative, Notice, Proposal, ProposedRoom, Validation, given_up_message, not_sought_message,
    notice_message, proposal_message, validation_message,
};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::problem::Problem;
use posada_core::stay::Stay;

use super::Case;

/// A type, then adults, children of 0 to 5, children of 6 to 10, extra beds and thousandths.
type Room = (&'static str, [u16; 4], i64);

fn proposal(name: &str, nights: u64, rooms: Vec<Room>, alternatives: Vec<Alternative>) -> Case {
    let say = move |voice: &posada_core::message::Voice<'_>| {
        let first = "2025-08-23".parse::<chrono::NaiveDate>().expect("a date");
        let stay = Stay::new(first, first + chrono::Days::new(nights)).expect("a stay");
        let types: Vec<RoomTypeId> =
            rooms.iter().map(|(id, ..)| RoomTypeId::parse(id).expect("a type")).collect();
        let rooms: Vec<ProposedRoom<'_>> = types
            .iter()
            .zip(&rooms)
            .map(|(room_type, &(_, [adults, children_0_5, children_6_10, extra_beds], mills))| ProposedRoom {
                room_type,
                guests: Occupancy { adults, children_6_10, children_0_5 },
                extra_beds,
                amount: Money::from_mills(mills),
            })
            .collect();
        let total = rooms.iter().map(|room| room.amount).sum::<Option<Money>>().expect("small amounts");
        proposal_message(&Proposal { stay, rooms: &rooms, total, alternatives: &alternatives }, voice)
    };
    (format!("proposal {name}"), Box::new(say))
}

fn other(objective: Objective, rooms: u16, mills: i64) -> Alternative {
    Alternative { objective, rooms, total: Money::from_mills(mills) }
}

fn validation(name: &str, claimed_mills: i64, available_mills: i64, expires_at_ms: i64) -> Case {
    let validation = Validation {
        claimed: Money::from_mills(claimed_mills),
        available: Money::from_mills(available_mills),
        expires_at: Millis(expires_at_ms),
    };
    (format!("validation {name}"), Box::new(move |voice| validation_message(&validation, voice)))
}

fn given_up(name: &str, problem: Problem) -> Case {
    (format!("given up {name}"), Box::new(move |voice| given_up_message(&problem, voice)))
}

fn notice(name: &str, notice: Notice) -> Case {
    (format!("notice {name}"), Box::new(move |voice| notice_message(notice, voice.language)))
}

pub(super) fn cases() -> Vec<Case> {
    let juniors: Vec<Room> = vec![
        ("Junior", [3, 0, 0, 0], 258_750),
        ("Junior", [3, 0, 0, 0], 258_750),
        ("Junior", [2, 0, 0, 0], 172_500),
    ];
    vec![
        proposal("3+3+2", 1, juniors.clone(), vec![]),
        proposal(
            "3+3+2 with alternatives",
            2,
            juniors,
            vec![other(Objective::Cheapest, 2, 1_330_000), other(Objective::FewestRooms, 1, 1_400_000)],
        ),
        proposal(
            "children and a bed",
            1,
            vec![("Familiar", [3, 1, 0, 0], 258_750), ("Familiar", [4, 0, 3, 1], 499_380)],
            vec![other(Objective::Even, 3, 800_000)],
        ),
        proposal(
            "two types",
            9,
            vec![
                ("Junior", [3, 0, 0, 0], 2_328_750),
                ("Junior", [3, 0, 0, 0], 2_328_750),
                ("Familiar", [4, 0, 0, 0], 3_105_000),
            ],
            vec![],
        ),
        proposal("one room", 1, vec![("Junior", [2, 0, 0, 0], 172_500)], vec![]),
        proposal("one adult", 1, vec![("Junior", [1, 0, 0, 0], 86_250)], vec![]),
        proposal("one room, a family and a bed", 1, vec![("Junior", [3, 1, 1, 1], 326_880)], vec![]),
        proposal("two adults, two rooms", 1, vec![("Junior", [1, 0, 0, 0], 86_250); 2], vec![]),
        proposal(
            "20 rooms, the longest",
            30,
            vec![("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", [20, 20, 20, 20], 999_999_999_990); 20],
            vec![other(Objective::Cheapest, 20, 1_000_000_000_000)],
        ),
        proposal(
            "20 rooms in letters beyond the basic plane",
            30,
            vec![
                ("𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎𝕎", [20, 20, 20, 20], 999_999_999_990);
                20
            ],
            vec![],
        ),
        validation("all of it", 690_000, 0, 1_756_053_300_000),
        validation("with something left", 690_000, 12_340, 1_756_062_300_000),
        given_up("not come", Problem::PaymentNotFound { reference: "123456".to_owned() }),
        (
            "not sought any more".to_owned(),
            Box::new(|voice: &posada_core::message::Voice<'_>| not_sought_message("123456", voice)),
        ),
        given_up("used", Problem::PaymentUsed { reference: "123456".to_owned() }),
        notice("quote_expired", Notice::QuoteExpired),
        notice("offline", Notice::Offline),
        notice("pms_timeout", Notice::Confirming),
        notice("over_capacity", Notice::RoomFull { guests_max: 4 }),
    ]
}
