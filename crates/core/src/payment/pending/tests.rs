use proptest::prelude::*;

use super::*;
use crate::booking::effect::Failure;
use crate::ids::BookingId;
use crate::payment::claim::ClaimWish;
use crate::payment::ledger::{Account, ClaimState, Holder, PaymentRow};
use crate::payment::method::PaymentMethod;
use crate::payment::operation::{Attach, Rules, Validate, attach, validate};

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const AMOUNT_CENTS: i64 = 34_500;

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn wish(amount: i64) -> Wish {
    Wish {
        payment: PaymentRef::parse(PaymentMethod::DepositoBac, "770001").expect("a reference"),
        holder: WaId::parse("50370001234").expect("a wa_id"),
        amount: cents(amount),
        language: Language::Es,
    }
}

fn pending() -> Pending {
    Pending::new(wish(AMOUNT_CENTS), ClaimId::from_bits(1), &Schedule::default(), Millis(0))
}

fn not_found() -> Failure<Problem> {
    Failure::Refused(Problem::PaymentNotFound { reference: "770001".to_owned() })
}

/// The hotel's table, in which the payment is or is not yet.
struct Bank {
    account: Option<Account>,
}

impl Bank {
    fn comes_in(&mut self) {
        let row = PaymentRow {
            payment: wish(1).payment,
            amount: cents(3 * AMOUNT_CENTS),
            currency: "USD".to_owned(),
            payer: "María López".to_owned(),
            paid_on: None,
            used: Money::ZERO,
            codreser: String::new(),
        };
        self.account = Some(Account::load(row, Vec::new()).expect("an empty ledger"));
    }

    fn look(&mut self, pending: &Pending, now: Millis) -> Result<Claimed, Problem> {
        let reference = pending.wish.payment.reference.clone();
        let account = self.account.as_ref().ok_or(Problem::PaymentNotFound { reference })?;
        let request = Validate {
            claim: pending.claim.clone(),
            holder: Holder::Guest(pending.wish.holder.clone()),
            amount: pending.wish.amount,
            waited_since: Some(pending.since),
        };
        let rules = Rules::of(&crate::fixtures::demo());
        let (decision, answer) = validate(account, &rules, now, &request)?.part();
        self.account = Some(account.clone().after(decision).expect("it was decided on this"));
        Ok(answer)
    }

    /// A booking of the guest's takes the payment.
    fn is_booked_with(&mut self, now: Millis) {
        let Some(account) = &self.account else { return };
        let total = cents(AMOUNT_CENTS);
        let request = Attach {
            claim: ClaimId::from_bits(900),
            booking: BookingId::from_bits(9),
            part: 0,
            holder: Holder::Guest(wish(1).holder),
            named: None,
            wish: ClaimWish { total, required: total, amount: None },
            rooms: 1,
            evidence: None,
        };
        let rules = Rules::of(&crate::fixtures::demo());
        let (decision, _) = attach(account, &rules, now, &request).expect("enough is there").part();
        self.account = Some(account.clone().after(decision).expect("it was decided on this"));
    }
}

/// Looks as the schedule says, with a payment that comes in at that minute; answers the minutes of the looks and the end.
fn run(comes_in_at: Option<i64>) -> (Vec<i64>, Next) {
    let mut bank = Bank { account: None };
    let mut waits = pending();
    let mut looks = Vec::new();
    loop {
        let now = waits.next_at;
        if bank.account.is_none() && comes_in_at.is_some_and(|minute| minute * MINUTE_MS <= now.0) {
            bank.comes_in();
        }
        looks.push(now.0 / MINUTE_MS);
        let answer = bank.look(&waits, now).map_err(Failure::Refused);
        match waits.looked(answer, &Schedule::default(), now) {
            Next::Waits(next) => waits = next,
            end => return (looks, end),
        }
    }
}

#[track_caller]
fn check_found(comes_in_at: i64, looks: &[i64]) {
    let (looked, end) = run(Some(comes_in_at));
    assert_eq!(looked, looks);
    let Next::Found(claimed) = end else { panic!("{end:?}") };
    assert_eq!((claimed.claim, claimed.amount), (ClaimId::from_bits(1), cents(AMOUNT_CENTS)));
}

#[test]
fn it_is_looked_for_after_1_5_15_60_minutes_and_then_hourly_for_a_day() {
    check_found(0, &[1]);
    check_found(5, &[1, 5]);
    check_found(20, &[1, 5, 15, 60]);
    check_found(61, &[1, 5, 15, 60, 120]);
    let (looks, end) = run(None);
    let hours: Vec<i64> = (1..=24).map(|hour| hour * 60).collect();
    assert_eq!(looks, [&[1, 5, 15][..], &hours].concat());
    assert!(matches!(end, Next::GivenUp(Problem::PaymentNotFound { .. })), "{end:?}");
}

#[test]
fn a_look_out_of_turn_changes_nothing_of_the_schedule() {
    let schedule = Schedule::default();
    let Next::Waits(waits) = pending().looked(Err(not_found()), &schedule, Millis(20_000)) else {
        panic!("it waits")
    };
    assert_eq!(waits, pending());
    // A host that was away for hours looks once, not as often as it missed.
    let late = Millis(3 * HOUR_MS + 7);
    let Next::Waits(waits) = pending().looked(Err(not_found()), &schedule, late) else { panic!("it waits") };
    assert_eq!(waits.next_at, Millis(4 * HOUR_MS));
    let end = pending().looked(Err(not_found()), &schedule, Millis(30 * HOUR_MS));
    assert!(matches!(end, Next::GivenUp(_)), "{end:?}");
}

#[test]
fn while_the_payments_cannot_be_reached_nothing_is_given_up() {
    let schedule = Schedule::default();
    let mut waits = pending();
    let mut gaps = Vec::new();
    let end = loop {
        let now = waits.next_at;
        let answer =
            if gaps.len() % 2 == 0 { Failure::Unknown } else { Failure::Retryable { after_ms: None } };
        match waits.looked(Err(answer), &schedule, now) {
            Next::Waits(next) => {
                gaps.push((next.next_at.0 - now.0) / 1_000);
                waits = next;
            }
            end => break (now, end),
        }
    };
    assert_eq!(gaps.get(..7), Some(&[30, 60, 120, 240, 480, 900, 900][..]));
    assert!(end.0 >= Millis(48 * HOUR_MS) && end.0 < Millis(49 * HOUR_MS), "{:?}", end.0);
    assert!(matches!(end.1, Next::GivenUp(Problem::Unavailable { system: System::Payments, .. })));

    // An answer brings it back to the schedule, and one that comes after the schedule's end is the last.
    let Next::Waits(waits) = pending().looked(Err(Failure::Unknown), &schedule, Millis(MINUTE_MS)) else {
        panic!("it waits")
    };
    let Next::Waits(waits) = waits.looked(Err(not_found()), &schedule, Millis(2 * MINUTE_MS)) else {
        panic!("it waits")
    };
    assert_eq!((waits.next_at, waits.unanswered), (Millis(5 * MINUTE_MS), 0));
}

#[test]
fn what_is_there_and_cannot_be_claimed_is_given_up_with_its_reason() {
    for problem in [
        Problem::PaymentUsed { reference: "770001".to_owned() },
        Problem::PaymentShort { available: cents(1), required: cents(2), missing: cents(1) },
        Problem::PaymentCurrency { payment: "EUR".to_owned(), hotel: "USD".to_owned() },
    ] {
        let end =
            pending().looked(Err(Failure::Refused(problem.clone())), &Schedule::default(), Millis(MINUTE_MS));
        assert_eq!(end, Next::GivenUp(problem));
    }
}

#[test]
fn asked_for_again_it_is_the_same_unless_the_amount_is_another() {
    let again = pending().asked(wish(AMOUNT_CENTS), ClaimId::from_bits(2));
    assert_eq!(again, pending());
    let more = pending().asked(wish(AMOUNT_CENTS + 1), ClaimId::from_bits(2));
    assert_eq!((more.claim.clone(), more.wish.amount), (ClaimId::from_bits(2), cents(AMOUNT_CENTS + 1)));
    assert_eq!(more.next_at, pending().next_at);
}

#[test]
fn what_a_booking_took_meanwhile_is_not_claimed_a_second_time() {
    let mut bank = Bank { account: None };
    bank.comes_in();
    bank.is_booked_with(Millis(30_000));
    let answer = bank.look(&pending(), Millis(MINUTE_MS)).map_err(Failure::Refused);
    assert_eq!(pending().looked(answer, &Schedule::default(), Millis(MINUTE_MS)), Next::Taken);
    assert_eq!(bank.account.map(|account| account.used()), Some(cents(AMOUNT_CENTS)));
}

#[test]
fn a_schedule_ascends_and_ends() {
    let new = |checks: &[i64]| Schedule::new(checks.to_vec());
    assert!(new(&[1_000, 2_000]).is_ok() && new(&[CHECK_MS_MAX]).is_ok());
    for (checks, place) in [
        (&[][..], None),
        (&[999], Some(0)),
        (&[-5], Some(0)),
        (&[5_000, 5_999], Some(1)),
        (&[5_000, 4_000], Some(1)),
        (&[1_000, CHECK_MS_MAX + 1], Some(1)),
    ] {
        assert_eq!(new(checks).map_err(|(place, _)| place), Err(place), "{checks:?}");
    }
    assert_eq!(Schedule::new((1..=101).map(|n| n * 1_000).collect()).map_err(|it| it.0), Err(None));
    let Schedule(default) = Schedule::default();
    assert_eq!(new(&default), Ok(Schedule::default()));
}

/// What happens to one look.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Answered,
    /// The call does not arrive.
    Unreachable,
    /// It is carried out, and its answer is lost.
    AnswerLost,
    /// It is carried out, and the host is killed before it has written down what came of it.
    Killed,
    /// A booking of the guest's comes between.
    BookedBefore,
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        4 => Just(Fate::Answered),
        2 => Just(Fate::Unreachable),
        2 => Just(Fate::AnswerLost),
        2 => Just(Fate::Killed),
        1 => Just(Fate::BookedBefore),
    ]
}

proptest! {
    /// A guest waits while calls, answers and the host are lost, asks out of turn, and may book meanwhile.
    #[test]
    fn it_ends_and_is_claimed_once(
        comes_in_at in proptest::option::of(0_i64..30 * HOUR_MS),
        fates in proptest::collection::vec((fate(), proptest::option::of(1_i64..4 * HOUR_MS)), 0..60),
    ) {
        let schedule = Schedule::default();
        let mut bank = Bank { account: None };
        let mut waits = pending();
        let mut now = Millis(0);
        let mut is_booked = false;
        let mut fates = fates.into_iter();
        let mut looks = 0;
        let end = loop {
            let (fate, hurried) = fates.next().unwrap_or((Fate::Answered, None));
            let due = waits.next_at.max(now.plus(1));
            now = hurried.map_or(due, |ms| now.plus(ms).min(due));
            looks += 1;
            prop_assert!(looks < 300, "it ends");
            if bank.account.is_none() && comes_in_at.is_some_and(|at| at <= now.0) {
                bank.comes_in();
            }
            if matches!(fate, Fate::BookedBefore) && bank.account.is_some() && !is_booked {
                bank.is_booked_with(now);
                is_booked = true;
            }
            let answer = match fate {
                Fate::Unreachable => Err(Failure::Retryable { after_ms: None }),
                Fate::Answered | Fate::BookedBefore => bank.look(&waits, now).map_err(Failure::Refused),
                Fate::AnswerLost => {
                    let _ = bank.look(&waits, now);
                    Err(Failure::Unknown)
                }
                Fate::Killed => {
                    // What was kept before is what there is after the restart.
                    let _ = bank.look(&waits, now);
                    continue;
                }
            };
            match waits.clone().looked(answer, &schedule, now) {
                Next::Waits(next) => waits = next,
                end => break end,
            }
        };
        let account = bank.account.as_ref();
        let used = account.map_or(Money::ZERO, Account::used);
        let open = account.map_or(0, |account| {
            account.claims().values().filter(|it| matches!(it.state, ClaimState::Open { .. })).count()
        });
        match end {
            Next::Found(claimed) => {
                prop_assert_eq!((claimed.amount, used, open), (cents(AMOUNT_CENTS), cents(AMOUNT_CENTS), 1));
            }
            Next::Taken => prop_assert!(is_booked && used == cents(AMOUNT_CENTS) && open == 0),
            Next::GivenUp(Problem::PaymentNotFound { .. }) => {
                prop_assert!(account.is_none() && now.0 >= 24 * HOUR_MS);
            }
            other => prop_assert!(false, "{:?}", other),
        }
    }
}
