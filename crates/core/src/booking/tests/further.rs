//! Several payments over one booking, on real ledgers: to the cent, once, and given back.

use super::*;
use crate::booking::further::FurtherStanding;
use crate::booking::request::FurtherRequest;
use crate::message::Language;
use crate::payment::ledger::{Account, PaymentRow};
use crate::payment::operation::{Attach, Rules, attach, settle};
use crate::payment::pending::Schedule;
use crate::problem::Problem;

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

/// The hotel's payments by reference.
struct Ledgers {
    accounts: BTreeMap<String, Account>,
    next_claim: u128,
    /// Answers that are lost although the call was carried out.
    loses: u32,
}

impl Ledgers {
    fn new(rows: &[(&str, i64)]) -> Self {
        let mut ledgers = Self { accounts: BTreeMap::new(), next_claim: 100, loses: 0 };
        rows.iter().for_each(|(reference, amount)| ledgers.comes_in(reference, *amount));
        ledgers
    }

    fn comes_in(&mut self, reference: &str, amount: i64) {
        let row = PaymentRow {
            payment: PaymentRef::parse(PaymentMethod::CompraClick, reference).expect("a reference"),
            amount: cents(amount),
            currency: "USD".to_owned(),
            payer: String::new(),
            paid_on: None,
            used: Money::ZERO,
            codreser: String::new(),
        };
        let account = Account::load(row, Vec::new()).expect("an empty ledger");
        self.accounts.insert(reference.to_owned(), account);
    }

    fn carry_out(&mut self, booking: &BookingId, effect: &Effect) -> Option<Input> {
        let rules = Rules::of(&fixtures::demo());
        match effect {
            Effect::ClaimPayment { payment, part, holder, named, wish, rooms, evidence } => {
                self.next_claim += 1;
                let request = Attach {
                    claim: ClaimId::from_bits(self.next_claim),
                    booking: booking.clone(),
                    part: *part,
                    holder: holder.clone(),
                    named: named.clone(),
                    wish: *wish,
                    rooms: *rooms,
                    evidence: *evidence,
                };
                let reference = payment.reference.clone();
                let account = self.accounts.get(&reference);
                let decided = account
                    .ok_or(Problem::PaymentNotFound { reference: reference.clone() })
                    .and_then(|account| attach(account, &rules, Millis(1), &request));
                let answer = decided.map_err(Failure::Refused).map(|decision| {
                    let (decision, it) = decision.part();
                    self.write(&reference, decision);
                    (it.claim, it.amount)
                });
                Some(Input::claim(*part, self.heard(answer)))
            }
            Effect::SettlePayment { payment, part, claim, payees } => {
                let account = self.accounts.get(&payment.reference).expect("it was claimed");
                let decided = settle(account, &rules, Millis(2), booking, claim, payees);
                let answer = decided.map_err(Failure::Refused).map(|decision| {
                    let (decision, it) = decision.part();
                    self.write(&payment.reference, decision);
                    it.fits
                });
                Some(Input::settle(*part, self.heard(answer)))
            }
            _ => None,
        }
    }

    fn write(&mut self, reference: &str, decision: crate::payment::operation::Decision<()>) {
        let account = self.accounts.remove(reference).expect("it was read");
        let account = account.after(decision).expect("it was decided on this");
        self.accounts.insert(reference.to_owned(), account);
    }

    fn heard<T>(&mut self, answer: Result<T, Failure<Problem>>) -> Result<T, Failure<Problem>> {
        if self.loses == 0 {
            return answer;
        }
        self.loses -= 1;
        Err(Failure::Unknown)
    }

    /// `used` and `codreser` of a payment.
    fn row(&self, reference: &str) -> String {
        let account = &self.accounts[reference];
        format!("{} {}", account.used(), account.codreser())
    }
}

fn run(host: &mut Host, world: &mut World, ledgers: &mut Ledgers) {
    for _ in 0..1_000 {
        let Some(effect) = host.booking.pending(Millis(host.now)).into_iter().next() else {
            match host.booking.deadline() {
                Some(deadline) if deadline.0 < 30 * 3_600_000 => host.now = deadline.0,
                _ => return,
            }
            continue;
        };
        let answer = ledgers.carry_out(host.booking.id(), &effect);
        let answer = answer.unwrap_or_else(|| world.carry_out(&effect));
        host.feed(answer).expect("an answer to a pending effect");
        let replayed = Booking::replay(host.booking.id().clone(), &host.journal);
        assert_eq!(replayed.as_ref(), Ok(&host.booking), "the journal says all");
    }
    panic!("the booking does not end");
}

fn begin(amount: Option<i64>, waits: Option<Schedule>, ledgers: &mut Ledgers) -> (Host, World) {
    let mut request = request(&EIGHT, false);
    request.payment.amount = amount.map(cents);
    let required = amount.filter(|_| waits.is_none()).map_or(Money::ZERO, cents);
    let terms = Terms {
        required,
        amount: request.payment.amount,
        waits,
        notify: Some(Language::Es),
        ..terms(&request, ALL)
    };
    let (mut host, mut world) = (Host::new(), World::new(&JUNIORS));
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    run(&mut host, &mut world, ledgers);
    (host, world)
}

fn pay(key: &str, reference: &str, amount: Option<i64>, checks: Option<Schedule>) -> Input {
    let payment = PaymentIntent {
        payment: PaymentRef::parse(PaymentMethod::CompraClick, reference).expect("a reference"),
        amount: amount.map(cents),
        maker_name: "Ana".to_owned(),
        claim: None,
    };
    Input::AddPayment(Box::new(FurtherRequest { payment, evidence: None, key: key.to_owned(), checks }))
}

fn due(host: &Host) -> String {
    host.booking.report().balance_due.to_string()
}

#[test]
fn a_deposit_and_the_rest_by_another_payment_are_paid_to_the_cent_and_given_back() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500), ("777", 50_000)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    assert_eq!(host.summary(), "Booked: 0=54/26181/129.38 1=56/26182/129.37 2=57/26183/86.25");
    assert_eq!(due(&host), "345.00");
    host.feed(pay("a", "777", None, None)).expect("something is due");
    assert_eq!(host.booking.further_standing("a"), Some(FurtherStanding::UnderWay));
    assert_eq!(due(&host), "345.00", "it is paid once it is settled");
    let cancel = || Input::CancelBooked { line: None, by: "k".to_owned() };
    assert_eq!(host.feed(cancel()), Err(Rejection::StillRunning));
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(host.booking.further_standing("a"), Some(FurtherStanding::Settled));
    assert_eq!(host.summary(), "Booked: 0=54/26181/258.75 1=56/26182/258.75 2=57/26183/172.50");
    assert_eq!(due(&host), "0.00");
    let all = "HR26181,HR26182,HR26183";
    assert_eq!(
        [ledgers.row("123456"), ledgers.row("777")],
        [format!("345.00 {all}"), format!("345.00 {all}")]
    );
    assert_eq!(world.told, [(1, Outcome::Booked), (2, Outcome::Booked)], "the new balance is told");

    host.feed(pay("a", "777", None, None)).expect("the same again");
    assert_eq!(host.feed(pay("b", "777", None, None)), Err(Rejection::Impossible(Problem::NothingDue)));
    assert_eq!(host.feed(pay("a", "778", None, None)), Err(Rejection::Impossible(Problem::KeyReused)));

    host.feed(Input::CancelBooked { line: Some(LineNo(1)), by: "k".to_owned() }).expect("it has ended");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(ledgers.row("123456"), "215.63 HR26181,HR26183");
    assert_eq!(ledgers.row("777"), "215.62 HR26181,HR26183");
    assert_eq!(
        (due(&host), host.booking.report().released().to_string()),
        ("0.00".to_owned(), "258.75".to_owned())
    );
    host.feed(cancel()).expect("it has ended");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!([ledgers.row("123456"), ledgers.row("777")], ["0.00 ", "0.00 "]);
}

#[test]
fn the_same_payment_can_pay_the_rest_and_its_codes_stand_once() {
    let mut ledgers = Ledgers::new(&[("123456", 69_000)]);
    let (mut host, mut world) = begin(Some(10_000), None, &mut ledgers);
    host.feed(pay("a", "123456", Some(20_000), None)).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(
        (due(&host), ledgers.row("123456").as_str()),
        ("390.00".to_owned(), "300.00 HR26181,HR26182,HR26183")
    );
    host.feed(pay("b", "123456", None, None)).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(
        (due(&host), ledgers.row("123456").as_str()),
        ("0.00".to_owned(), "690.00 HR26181,HR26182,HR26183")
    );
    host.feed(Input::CancelBooked { line: None, by: "k".to_owned() }).expect("it has ended");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(ledgers.row("123456"), "0.00 ");
}

#[test]
fn what_is_refused_is_forgotten_and_what_is_lost_is_found_out() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500), ("777", 34_499), ("778", 40_000)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    let told = world.told.len();
    for (reference, code) in [("777", "payment_short"), ("000", "payment_not_found")] {
        host.feed(pay("a", reference, None, None)).expect("something is due");
        run(&mut host, &mut world, &mut ledgers);
        let Some(FurtherStanding::Refused(problem)) = host.booking.further_standing("a") else {
            panic!("refused")
        };
        assert_eq!(problem.code(), code);
    }
    assert_eq!(
        (world.told.len(), due(&host).as_str()),
        (told, "345.00"),
        "nobody is told of what was refused"
    );
    // The answers to claiming and to settling are lost, each twice.
    ledgers.loses = 4;
    host.feed(pay("a", "778", None, None)).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(
        (due(&host), ledgers.row("778").as_str()),
        ("0.00".to_owned(), "345.00 HR26181,HR26182,HR26183")
    );
}

#[test]
fn staff_book_before_the_payment_is_there_and_it_is_paid_when_it_comes() {
    let mut ledgers = Ledgers::new(&[]);
    let request = request(&EIGHT, false);
    let terms = Terms { waits: Some(Schedule::default()), ..terms(&request, ALL) };
    let (mut host, mut world) = (Host::new(), World::new(&JUNIORS));
    host.feed(Input::Start { request: Box::new(request), terms }).expect("a new booking");
    loop {
        let Some(effect) = host.booking.pending(Millis(host.now)).into_iter().next() else {
            if host.booking.outcome().is_some() {
                break;
            }
            host.now = host.booking.deadline().expect("it goes on").0;
            continue;
        };
        let answer = ledgers.carry_out(host.booking.id(), &effect);
        host.feed(answer.unwrap_or_else(|| world.carry_out(&effect))).expect("an answer");
    }
    assert_eq!(host.summary(), "Booked: 0=54/26181/0.00 1=56/26182/0.00 2=57/26183/0.00");
    assert_eq!(due(&host), "690.00");
    let Some(FurtherStanding::Waits(_)) = host.booking.further_standing("") else { panic!("it waits") };
    // A room is cancelled meanwhile; less comes than is due, which will do.
    host.feed(Input::CancelBooked { line: Some(LineNo(2)), by: "k".to_owned() }).expect("it has ended");
    ledgers.comes_in("123456", 50_000);
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(host.summary(), "PartlyBooked: 0=54/26181/250.00 1=56/26182/250.00 2!cancelled");
    assert_eq!((due(&host), ledgers.row("123456").as_str()), ("17.50".to_owned(), "500.00 HR26181,HR26182"));
}

#[test]
fn a_payment_that_staff_counted_on_and_that_never_comes_is_a_case() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    host.feed(pay("a", "777", None, Some(Schedule::default()))).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert!(host.now >= 24 * 3_600_000, "a day is waited");
    let reasons = host.booking.staff_reasons();
    assert_eq!(reasons, [StaffReason::LedgerRefused { code: "payment_not_found".to_owned() }]);
    assert_eq!(host.booking.outcome(), Some(Outcome::NeedsStaff));
    assert_eq!(due(&host), "345.00");
}

#[test]
fn a_claim_that_was_under_way_when_another_payment_paid_all_is_found_out_after_a_restart() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500), ("777", 34_500), ("778", 34_500)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    // One that staff wait for stands in nobody's way.
    host.feed(pay("a", "777", None, Some(Schedule::default()))).expect("something is due");
    let lost = host.booking.pending(Millis(host.now)).remove(0);
    host.feed(pay("b", "778", None, None)).expect("something is due");
    // The other one is claimed, settled and told while the first claim is under way.
    loop {
        let pending = host.booking.pending(Millis(host.now));
        let Some(effect) = pending.into_iter().find(|it| it.step() != lost.step()) else { break };
        let answer = ledgers.carry_out(host.booking.id(), &effect);
        let answer = answer.unwrap_or_else(|| world.carry_out(&effect));
        host.feed(answer).expect("an answer to a pending effect");
    }
    // It is carried out last, and nobody hears of it.
    ledgers.carry_out(host.booking.id(), &lost).expect("a claim");
    assert!(host.booking.deadline().is_some(), "it does not rest");
    host.feed(Input::Resumed).expect("a restart");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(due(&host), "0.00");
    assert_eq!(ledgers.accounts["777"].used(), Money::ZERO, "nothing stays set aside");
    assert_eq!(ledgers.row("778"), "345.00 HR26181,HR26182,HR26183");
}

#[test]
fn a_payment_that_was_refused_behind_others_and_is_made_again_is_answered_what_came_of_it() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500), ("778", 10_000)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    host.feed(pay("a", "777", None, Some(Schedule::default()))).expect("something is due");
    host.feed(pay("b", "778", Some(10_000), None)).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert!(matches!(host.booking.further_standing("a"), Some(FurtherStanding::Refused(_))));
    ledgers.comes_in("777", 24_500);
    host.feed(pay("a", "777", None, None)).expect("something is due");
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(due(&host), "0.00");
    assert_eq!(host.booking.further_standing("a"), Some(FurtherStanding::Settled));
}

#[test]
fn a_claim_that_was_under_way_when_all_was_cancelled_is_found_out_after_a_restart() {
    let mut ledgers = Ledgers::new(&[("123456", 34_500), ("777", 34_500)]);
    let (mut host, mut world) = begin(Some(34_500), None, &mut ledgers);
    host.feed(pay("a", "777", None, Some(Schedule::default()))).expect("something is due");
    let late = host.booking.pending(Millis(host.now)).remove(0);
    host.feed(Input::CancelBooked { line: None, by: "k".to_owned() }).expect("it has ended");
    host.feed(Input::Resumed).expect("a restart");
    // The call of before is carried out once the one after the restart was answered.
    let mut is_carried_out = false;
    while let Some(effect) = host.booking.pending(Millis(host.now)).into_iter().next() {
        let answer = match &effect {
            Effect::ClaimPayment { part, .. } if !is_carried_out => {
                let problem = Problem::PaymentUsed { reference: "777".to_owned() };
                Some(Input::claim(*part, Err(Failure::Refused(problem))))
            }
            _ => ledgers.carry_out(host.booking.id(), &effect),
        };
        host.feed(answer.unwrap_or_else(|| world.carry_out(&effect))).expect("an answer");
        if !is_carried_out && matches!(effect, Effect::ClaimPayment { .. }) {
            is_carried_out = true;
            ledgers.carry_out(host.booking.id(), &late).expect("a claim");
        }
    }
    assert!(is_carried_out);
    run(&mut host, &mut world, &mut ledgers);
    assert_eq!(ledgers.accounts["777"].used(), Money::ZERO, "nothing stays set aside");
}
