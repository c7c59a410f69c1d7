use proptest::prelude::*;

use super::*;
use crate::ids::{LineNo, WaId};
use crate::payment::claim::ClaimWish;
use crate::payment::ledger::Holder;
use crate::payment::method::PaymentMethod;
use crate::payment::operation::{
    Attach, Decision, Payee, Payees, Rules, Validate, attach, reverse, settle, validate,
};
use crate::problem::Problem;

const NOW: Millis = Millis(1_796_148_000_000);

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn code(n: u32) -> ReservationCode {
    ReservationCode::parse(&n.to_string()).expect("a code")
}

/// A payment that operations work on, and the bookings and reservations that come of it.
#[derive(Debug, Clone)]
struct World {
    row: PaymentRow,
    entries: Vec<LedgerEntry>,
    bookings: Vec<BookingFact>,
    reservations: Vec<ReservationFact>,
    now: Millis,
}

impl World {
    fn new(amount: i64) -> Self {
        let row = PaymentRow {
            payment: PaymentRef::parse(PaymentMethod::CompraClick, "123456").expect("a reference"),
            amount: cents(amount),
            currency: "USD".to_owned(),
            payer: "María López".to_owned(),
            paid_on: None,
            used: Money::ZERO,
            codreser: String::new(),
        };
        Self { row, entries: Vec::new(), bookings: Vec::new(), reservations: Vec::new(), now: NOW }
    }

    fn write<T>(
        &mut self,
        decide: impl FnOnce(&Account, &Rules, Millis) -> Result<Decision<T>, Problem>,
    ) -> Option<T> {
        let rules = Rules::of(&crate::fixtures::demo());
        let account =
            Account::load(self.row.clone(), self.entries.clone()).expect("a ledger that operations wrote");
        let (decision, answer) = decide(&account, &rules, self.now).ok()?.part();
        if !decision.entries.is_empty() {
            self.entries.extend(decision.entries);
            self.row.used = decision.used;
            self.row.codreser = decision.codreser;
        }
        Some(answer)
    }

    fn open(&mut self, n: u32, amount: i64) {
        let holder = Holder::Guest(WaId::parse(&format!("5037000{n:04}")).expect("a wa_id"));
        let wish = Validate {
            claim: ClaimId::from_bits(9_000 + u128::from(n)),
            holder,
            amount: cents(amount),
            waited_since: None,
        };
        self.write(|account, rules, now| validate(account, rules, now, &wish));
    }

    /// A booking takes a claim and ends with these rooms; `None` where the payment has not so much.
    fn book(&mut self, n: u32, shares: &[i64]) -> Option<BookingId> {
        let id = BookingId::from_bits(u128::from(n));
        let total = cents(shares.iter().sum());
        let wish = Attach {
            part: 0,
            claim: ClaimId::from_bits(1_000 + u128::from(n)),
            booking: id.clone(),
            holder: Holder::Booking(id.clone()),
            named: None,
            wish: ClaimWish { total, required: total, amount: None },
            rooms: 3,
            evidence: None,
        };
        self.write(|account, rules, now| attach(account, rules, now, &wish))?;
        let payee = |(line, share): (usize, &i64)| Payee {
            line: LineNo(u8::try_from(line).expect("few lines")),
            code: code(n * 10 + u32::try_from(line).expect("few lines")),
            amount: cents(*share),
        };
        let paid: Vec<Payee> = shares.iter().enumerate().map(payee).collect();
        let payees = Payees { paid: paid.clone(), ..Payees::default() };
        self.write(|account, rules, now| settle(account, rules, now, &id, &wish.claim, &payees))?;
        let rooms = paid.iter().map(|it| RoomFact { code: it.code.clone(), due: Some(it.amount) }).collect();
        let fact = |it: &Payee| ReservationFact { booking: id.clone(), code: it.code.clone(), is_live: true };
        self.reservations.extend(paid.iter().map(fact));
        let set_aside = Some(Money::ZERO);
        self.bookings.push(BookingFact { booking: id.clone(), stage: Stage::Ended, rooms, set_aside });
        Some(id)
    }

    /// Cancels a booking's first room everywhere.
    fn cancel(&mut self, id: &BookingId) {
        self.write(|account, rules, now| reverse(account, rules, now, id, LineNo(0)));
        let it = self.bookings.iter_mut().find(|it| it.booking == *id).expect("the booking");
        let gone = it.rooms.remove(0).code;
        let it = self.reservations.iter_mut().find(|it| it.code == gone).expect("the reservation");
        it.is_live = false;
    }

    fn reconciled(&self) -> Reconciled {
        let mut it = Reconciled::of(self.row.clone(), self.entries.clone(), self.now);
        it.compare_bookings(&self.bookings, self.now);
        let mut all = Set::new();
        it.note_bookings(&mut all);
        it.compare_reservations(&all, &self.reservations);
        it
    }

    /// All that does not agree, by name.
    fn named(&self) -> Vec<&'static str> {
        let mut it = self.reconciled();
        let links = it.links();
        it.differences.extend(compare_rooms(&links, &self.bookings));
        it.differences.extend(compare_reservations(&links, &self.bookings, &self.reservations));
        it.differences.iter().map(Difference::code).collect()
    }
}

/// A payment of two bookings, one with a cancelled room, and an open claim.
fn world() -> World {
    let mut world = World::new(100_000);
    world.row.used = cents(15_500);
    world.row.codreser = "HR19001, HR19002".to_owned();
    world.book(1, &[17_250, 8_625]).expect("enough");
    let other = world.book(2, &[25_875, 8_625]).expect("enough");
    world.cancel(&other);
    world.open(1, 10_000);
    world
}

#[test]
fn where_all_agrees_nothing_is_named_and_the_parts_add_up() {
    let world = world();
    assert_eq!(world.named(), <[&str; 0]>::default());
    let it = world.reconciled();
    assert_eq!(
        it.totals(),
        Totals {
            external: cents(15_500),
            open: cents(10_000),
            attached: Money::ZERO,
            settled: cents(34_500),
            free: cents(40_000),
            difference: Money::ZERO,
        }
    );
    assert_eq!(it.rooms().map(|room| room.code.to_string()).collect::<Vec<_>>(), ["10", "11", "21"]);
    assert_eq!(it.external_codes(), "HR19001,HR19002");
    assert_eq!(it.claims().count(), 1);
    let mut all = Set::new();
    it.note_bookings(&mut all);
    assert_eq!(all.iter().count(), 2);
}

#[test]
fn a_row_that_nobody_touched_yet_is_named() {
    let mut world = World::new(50_000);
    assert_eq!(world.named(), <[&str; 0]>::default());
    world.row.used = cents(10_000);
    world.row.codreser = "HR77001".to_owned();
    assert_eq!(world.named(), ["used_above_ledger", "external_code"]);
    assert_eq!(world.reconciled().totals().difference, cents(10_000));
    assert_eq!(
        world.reconciled().totals().free,
        cents(50_000),
        "by the ledger, which the next operation corrects"
    );
}

/// Each kind of difference, planted alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Plant {
    Used(i64),
    Amount,
    ExternalCode,
    CodeMissing,
    CodesMisplaced,
    ClaimExpired,
    ClaimLeft,
    ClaimWithoutBooking,
    NotBooked,
    RoomUnpaid,
    PaidOtherwise,
    Cancelled,
    Gone,
    Unpaid,
    Broken,
}

/// A booking that has ended and kept a claim.
fn keep(world: &mut World, n: u32) -> BookingId {
    let id = BookingId::from_bits(u128::from(n));
    let entry = |seq| LedgerEntry {
        seq,
        operation: crate::ids::OperationId::parse(&format!("attach:{id}")).expect("an operation"),
        at: NOW.plus(-YOUNG_MS),
        kind: EntryKind::Attached {
            claim: ClaimId::from_bits(77_000 + u128::from(n)),
            holder: Holder::Booking(id.clone()),
            booking: id.clone(),
            amount: cents(100),
            rooms: 1,
        },
    };
    let seq = world.entries.last().map_or(1, |last| last.seq + 1);
    world.entries.push(entry(seq));
    world.row.used = world.row.used.checked_add(cents(100)).expect("a small amount");
    id
}

impl Plant {
    const ALL: [Self; 16] = [
        Self::Used(100),
        Self::Used(-100),
        Self::Amount,
        Self::ExternalCode,
        Self::CodeMissing,
        Self::CodesMisplaced,
        Self::ClaimExpired,
        Self::ClaimLeft,
        Self::ClaimWithoutBooking,
        Self::NotBooked,
        Self::RoomUnpaid,
        Self::PaidOtherwise,
        Self::Cancelled,
        Self::Gone,
        Self::Unpaid,
        Self::Broken,
    ];

    /// Plants it and says what it is to be named.
    fn plant(self, world: &mut World) -> &'static str {
        match self {
            Self::Used(by) => {
                world.row.used = cents(world.row.used.cents_half_up() + by);
                if by > 0 { "used_above_ledger" } else { "used_below_ledger" }
            }
            Self::Amount => {
                let account = Account::load(world.row.clone(), world.entries.clone()).expect("a ledger");
                world.row.amount = cents(account.used().cents_half_up() - 1);
                "overdrawn"
            }
            Self::ExternalCode => {
                world.row.codreser.push_str(",HR99999");
                "external_code"
            }
            Self::CodeMissing => {
                world.row.codreser = world.row.codreser.replace(",HR10,", ",");
                "code_missing"
            }
            Self::CodesMisplaced => {
                let codes = world.row.codreser.clone();
                let parts: Vec<&str> = codes::parts(&codes).collect();
                world.row.codreser = codes::join(parts.into_iter().rev());
                "codes_misplaced"
            }
            Self::ClaimExpired => {
                world.now = NOW.plus(24 * 3_600_000);
                "claim_expired"
            }
            Self::ClaimLeft => {
                let booking = keep(world, 77);
                let (stage, set_aside) = (Stage::Ended, Some(Money::ZERO));
                world.bookings.push(BookingFact { booking, stage, rooms: Vec::new(), set_aside });
                "claim_left"
            }
            Self::ClaimWithoutBooking => {
                keep(world, 78);
                "claim_without_booking"
            }
            Self::NotBooked => {
                world.bookings[0].rooms.remove(0);
                "not_booked"
            }
            Self::RoomUnpaid => {
                world.bookings[0].rooms.push(RoomFact { code: code(501), due: None });
                "room_unpaid"
            }
            Self::PaidOtherwise => {
                let rooms = &mut world.bookings[0].rooms;
                rooms.iter_mut().find(|room| room.code == code(11)).expect("the room").due = Some(cents(1));
                "paid_otherwise"
            }
            Self::Cancelled => {
                let all = &mut world.reservations;
                all.iter_mut().find(|it| it.code == code(11)).expect("the reservation").is_live = false;
                "reservation_cancelled"
            }
            Self::Gone => {
                world.reservations.remove(0);
                "reservation_gone"
            }
            Self::Unpaid => {
                let booking = world.bookings[0].booking.clone();
                world.reservations.push(ReservationFact { booking, code: code(502), is_live: true });
                "reservation_unpaid"
            }
            Self::Broken => {
                world.entries.remove(0);
                "ledger_broken"
            }
        }
    }
}

#[test]
fn every_kind_of_difference_is_named_and_no_other() {
    let mut seen = Vec::new();
    for plant in Plant::ALL {
        let mut world = world();
        let name = plant.plant(&mut world);
        let named = world.named();
        if plant == Plant::Broken {
            // Nothing is known of what it paid for.
            assert!(named.contains(&name), "{named:?}");
        } else {
            assert_eq!(named, [name], "{plant:?}");
        }
        seen.push(name);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 16, "all of them");
}

#[test]
fn what_goes_on_or_is_young_is_no_difference() {
    let mut world = world();
    let booking = keep(&mut world, 77);
    let running =
        |stage, set_aside| BookingFact { booking: booking.clone(), stage, rooms: Vec::new(), set_aside };
    world.bookings.push(running(Stage::Running, None));
    world.reservations.push(ReservationFact { booking: booking.clone(), code: code(770), is_live: true });
    assert_eq!(world.named(), <[&str; 0]>::default(), "its claim stands for its room");
    world.bookings.pop();
    world.bookings.push(running(Stage::NeedsStaff, Some(cents(100))));
    world.reservations.pop();
    assert_eq!(world.named(), <[&str; 0]>::default(), "it may keep so much");
    world.bookings.pop();
    world.now = NOW.plus(-1);
    assert_eq!(world.named(), <[&str; 0]>::default(), "nobody has written it down yet");
}

proptest! {
    #[test]
    fn operations_leave_nothing_to_name_and_their_parts_add_up(
        amount in 1_000_i64..200_000,
        external in 0_i64..20_000,
        work in proptest::collection::vec((0_u8..4, 1_u32..6, 1_i64..40_000, 1_i64..40_000), 0..14),
    ) {
        let mut world = World::new(amount);
        world.row.used = cents(external.min(amount));
        world.open(0, 1);
        let mut booked = Vec::new();
        for (i, (kind, n, a, b)) in work.into_iter().enumerate() {
            let id = 100 + u32::try_from(i).expect("few");
            match kind {
                0 => world.open(n, a),
                1 => booked.extend(world.book(id, &[a])),
                2 => booked.extend(world.book(id, &[a, b])),
                _ => if let Some(id) = booked.pop() { world.cancel(&id) },
            }
        }
        // A payment of which all was used is never looked at by an operation, and so it stays as it was.
        if world.entries.is_empty() {
            world.row.used = Money::ZERO;
        }
        prop_assert_eq!(world.named(), <[&str; 0]>::default());
        let Totals { external, open, attached, settled, free, difference } = world.reconciled().totals();
        let parts = [external, open, attached, settled, free].into_iter().sum::<Option<Money>>();
        prop_assert_eq!((parts, difference), (Some(world.row.amount), Money::ZERO));
    }

    #[test]
    fn every_planted_difference_is_named_among_others(
        plants in proptest::sample::subsequence(Plant::ALL.to_vec(), 0..=4),
        bookings in proptest::collection::vec(1_i64..5_000, 0..4),
    ) {
        let mut world = world();
        for (i, share) in bookings.into_iter().enumerate() {
            world.book(300 + u32::try_from(i).expect("few"), &[share]);
        }
        let is_broken = plants.contains(&Plant::Broken);
        let is_twice = plants.contains(&Plant::Used(100)) && plants.contains(&Plant::Used(-100));
        let mut expected: Vec<&str> = plants.iter().map(|plant| plant.plant(&mut world)).collect();
        let named = world.named();
        if is_broken {
            expected = vec!["ledger_broken"];
        }
        if is_twice {
            // They are each other's remedy.
            expected.retain(|name| !name.starts_with("used_"));
        }
        for name in expected {
            prop_assert!(named.contains(&name), "{} of {:?}", name, named);
        }
    }
}
