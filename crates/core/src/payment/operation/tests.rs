use proptest::prelude::*;

use super::*;
use crate::ids::{LineNo, ReservationCode, WaId};
use crate::payment::ledger::PaymentRow;
use crate::payment::method::{PaymentMethod, PaymentRef};

fn cents(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn rules() -> Rules {
    Rules::of(&crate::fixtures::demo())
}

fn row(amount: i64, used: i64, codreser: &str) -> PaymentRow {
    PaymentRow {
        payment: PaymentRef::parse(PaymentMethod::CompraClick, "123456").expect("a reference"),
        amount: cents(amount),
        currency: "USD".to_owned(),
        payer: "María López".to_owned(),
        paid_on: Some("2025-08-20".parse().expect("a date")),
        used: cents(used),
        codreser: codreser.to_owned(),
    }
}

fn booking(n: u128) -> BookingId {
    BookingId::from_bits(n)
}

fn guest(n: u32) -> Holder {
    Holder::Guest(WaId::parse(&format!("5037000{n:04}")).expect("a wa_id"))
}

fn payee(line: u8, code: &str, amount: i64) -> Payee {
    Payee { line: LineNo(line), code: ReservationCode::parse(code).expect("a code"), amount: cents(amount) }
}

fn attach_request(n: u128, holder: Holder, total: i64) -> Attach {
    let total = cents(total);
    Attach {
        claim: ClaimId::from_bits(1_000 + n),
        booking: booking(n),
        part: 0,
        holder,
        named: None,
        wish: ClaimWish { total, required: total, amount: None },
        rooms: 3,
        evidence: None,
    }
}

/// A payment in a store: what operations decide is written, as a real store does.
struct Store {
    row: PaymentRow,
    entries: Vec<LedgerEntry>,
    dated: u32,
}

impl Store {
    fn new(row: PaymentRow) -> Self {
        Self { row, entries: Vec::new(), dated: 0 }
    }

    fn account(&self) -> Account {
        Account::load(self.row.clone(), self.entries.clone()).expect("a ledger that operations wrote")
    }

    fn write<T>(&mut self, decision: Result<Decision<T>, Problem>) -> Result<T, Problem> {
        let before = self.account();
        let (decision, answer) = decision?.part();
        if !decision.entries.is_empty() {
            self.entries.extend(decision.entries.clone());
            self.row.used = decision.used;
            self.row.codreser.clone_from(&decision.codreser);
            self.dated += u32::from(decision.touches_dateused);
            assert_eq!(before.after(decision), Ok(self.account()), "as it would be read");
        }
        Ok(answer)
    }

    fn validate(&mut self, now: i64, claim: u128, holder: Holder, amount: i64) -> Result<Claimed, Problem> {
        let request =
            Validate { claim: ClaimId::from_bits(claim), holder, amount: cents(amount), waited_since: None };
        let decision = validate(&self.account(), &rules(), Millis(now), &request);
        self.write(decision)
    }

    fn attach(&mut self, now: i64, request: &Attach) -> Result<Claimed, Problem> {
        let decision = attach(&self.account(), &rules(), Millis(now), request);
        self.write(decision)
    }

    fn settle(&mut self, n: u128, claim: &ClaimId, payees: &[Payee]) -> Result<Linked, Problem> {
        self.settle_all(n, claim, Payees { paid: payees.to_vec(), ..Payees::default() })
    }

    fn settle_all(&mut self, n: u128, claim: &ClaimId, payees: Payees) -> Result<Linked, Problem> {
        let decision = settle(&self.account(), &rules(), Millis(0), &booking(n), claim, &payees);
        self.write(decision)
    }

    #[track_caller]
    fn check(&self, used: i64, codreser: &str) {
        assert_eq!((self.row.used, self.row.codreser.as_str()), (cents(used), codreser));
        assert_eq!(self.account().used(), self.row.used, "invariant I2");
    }
}

#[test]
fn validate_then_book_raises_used_once_and_links_the_codes() {
    let mut store = Store::new(row(69_000, 0, ""));
    let claimed = store.validate(0, 1, guest(1), 69_000).expect("enough is there");
    store.check(69_000, "");
    assert_eq!((claimed.amount, claimed.available), (cents(69_000), Money::ZERO));
    let again = store.validate(5, 2, guest(1), 69_000).expect("the same claim");
    assert_eq!(again, claimed, "validating again with the same amount returns the claim");
    let attached = store.attach(10, &attach_request(7, guest(1), 69_000)).expect("its own claim");
    assert_eq!(attached.claim, claimed.claim);
    let payees = [payee(0, "26181", 25_875), payee(1, "26182", 25_875), payee(2, "26183", 17_250)];
    for _ in 0..2 {
        assert_eq!(store.settle(7, &attached.claim, &payees), Ok(Linked { fits: true }));
        store.check(69_000, "HR26181,HR26182,HR26183");
    }
    assert_eq!(store.dated, 1);
    assert_eq!(store.entries.len(), 5, "opened, attached, three settled");
    assert_eq!(store.settle(7, &attached.claim, &payees[..2]), Err(Problem::KeyReused));
}

#[test]
fn what_is_not_known_stays_set_aside_and_what_is_cancelled_is_given_back_once() {
    let mut store = Store::new(row(69_000, 0, ""));
    let claim = store.attach(0, &attach_request(7, guest(1), 69_000)).expect("enough is there").claim;
    let [first, second, third] = [payee(0, "1", 25_875), payee(1, "2", 25_875), payee(2, "3", 17_250)];
    let early = Payees { paid: vec![first.clone()], kept: cents(17_250), reversed: Vec::new() };
    let late = Payees { paid: vec![first.clone(), third.clone()], ..Payees::default() };
    let cancelled = Payees { paid: vec![third.clone()], kept: Money::ZERO, reversed: vec![LineNo(0)] };
    let all_cancelled = Payees { reversed: vec![LineNo(0), LineNo(2)], ..Payees::default() };
    for (payees, used, codreser) in [
        (&early, 43_125, "HR1"),
        (&early, 43_125, "HR1"),
        (&late, 43_125, "HR1,HR3"),
        (&cancelled, 17_250, "HR3"),
        (&cancelled, 17_250, "HR3"),
        (&late, 17_250, "HR3"),
        (&all_cancelled, 0, ""),
        (&cancelled, 0, ""),
    ] {
        store.settle_all(7, &claim, payees.clone()).expect("it was claimed");
        store.check(used, codreser);
    }
    let more = Payees { paid: vec![first, second, third], ..Payees::default() };
    assert_eq!(store.settle_all(7, &claim, more), Err(Problem::KeyReused), "its claim has ended");
}

#[test]
fn another_amount_changes_the_claim_and_too_much_is_short() {
    let mut store = Store::new(row(69_000, 0, ""));
    store.validate(0, 1, guest(1), 30_000).expect("enough");
    store.validate(0, 2, guest(1), 69_000).expect("its own claim counts as available");
    store.check(69_000, "");
    store.validate(0, 3, guest(1), 10_000).expect("less");
    store.check(10_000, "");
    let short = store.validate(0, 4, guest(2), 60_000);
    assert_eq!(
        short,
        Err(Problem::PaymentShort {
            available: cents(59_000),
            required: cents(60_000),
            missing: cents(1_000)
        })
    );
    store.validate(0, 4, guest(2), 59_000).expect("the rest");
    assert_eq!(
        store.validate(0, 5, guest(3), 1),
        Err(Problem::PaymentUsed { reference: "123456".to_owned() })
    );
    store.check(69_000, "");
}

#[test]
fn what_was_set_aside_of_a_payment_that_was_corrected_since_is_no_more_than_it_is() {
    let mut store = Store::new(row(69_000, 0, ""));
    store.validate(0, 1, guest(1), 69_000).expect("it is there");
    // A zero too many, which the hotel put right in its own table.
    store.row.amount = cents(6_900);
    let short =
        Problem::PaymentShort { available: cents(6_900), required: cents(69_000), missing: cents(62_100) };
    assert_eq!(store.attach(5, &attach_request(7, guest(1), 69_000)), Err(short.clone()));
    assert_eq!(store.validate(5, 2, guest(1), 69_000), Err(short));
    let claimed = store.attach(5, &attach_request(8, guest(1), 6_900)).expect("what there is");
    assert_eq!((claimed.amount, claimed.available), (cents(6_900), Money::ZERO));
    store.check(6_900, "");
}

#[test]
fn an_expired_claim_frees_its_money_at_the_next_touch() {
    let mut store = Store::new(row(69_000, 0, ""));
    let ttl = rules().claim_ttl_ms;
    let first = store.validate(0, 1, guest(1), 69_000).expect("enough");
    assert!(store.validate(ttl - 1, 2, guest(2), 69_000).is_err());
    store.validate(ttl, 2, guest(2), 69_000).expect("the first has expired");
    store.check(69_000, "");
    let mut late = attach_request(7, guest(1), 69_000);
    late.named = Some(first.claim);
    assert!(matches!(store.attach(ttl, &late), Err(Problem::PaymentUsed { .. })));
}

#[test]
fn a_booking_takes_only_its_own_claim() {
    let mut store = Store::new(row(100_000, 0, ""));
    let other = store.validate(0, 1, guest(1), 50_000).expect("enough");
    let mut request = attach_request(7, guest(2), 50_000);
    request.named = Some(other.claim.clone());
    let not_found = Err(Problem::PaymentNotFound { reference: "123456".to_owned() });
    assert_eq!(store.attach(0, &request), not_found, "another's claim");
    request.named = Some(ClaimId::from_bits(99));
    assert_eq!(store.attach(0, &request), not_found, "no claim");
    request.named = None;
    let own = store.attach(0, &request).expect("a claim of its own");
    assert_ne!(own.claim, other.claim);
    assert_eq!(store.attach(0, &request).expect("repeated"), own);
    store.check(100_000, "");
}

#[test]
fn wrong_evidence_is_like_no_payment() {
    let mut store = Store::new(row(69_000, 0, ""));
    let mut request = attach_request(7, Holder::Booking(booking(7)), 69_000);
    let date = |text: &str| text.parse().expect("a date");
    for (amount, paid_on, is_right) in
        [(69_000, "2025-08-21", false), (68_999, "2025-08-20", false), (69_000, "2025-08-20", true)]
    {
        request.evidence = Some(Evidence { amount: cents(amount), date: date(paid_on) });
        assert_eq!(store.attach(0, &request).is_ok(), is_right, "{amount} {paid_on}");
    }
}

#[test]
fn partly_booked_pays_what_was_booked_and_frees_the_rest() {
    let mut store = Store::new(row(100_000, 0, ""));
    let attached = store.attach(0, &attach_request(7, guest(1), 69_000)).expect("enough");
    store.check(69_000, "");
    store
        .settle(7, &attached.claim, &[payee(0, "26181", 25_875), payee(2, "26183", 17_250)])
        .expect("two of three");
    store.check(43_125, "HR26181,HR26183");
    let attached = store.attach(0, &attach_request(8, guest(1), 50_000)).expect("enough");
    store.settle(8, &attached.claim, &[]).expect("nothing was booked");
    store.check(43_125, "HR26181,HR26183");
    store.settle(8, &attached.claim, &[]).expect("repeated");
    assert!(store.settle(9, &attached.claim, &[]).is_err(), "not its claim");
}

#[test]
fn two_bookings_on_one_payment_keep_both_lists_and_a_reversal_takes_out_one_code() {
    let mut store = Store::new(row(100_000, 0, ""));
    for (n, codes) in [(1, ["1", "2"]), (2, ["3", "4"])] {
        let attached = store.attach(0, &attach_request(n, guest(1), 50_000)).expect("enough");
        let payees = [payee(0, codes[0], 25_000), payee(1, codes[1], 25_000)];
        store.settle(n, &attached.claim, &payees).expect("settled");
    }
    store.check(100_000, "HR1,HR2,HR3,HR4");
    for _ in 0..2 {
        let decision = reverse(&store.account(), &rules(), Millis(0), &booking(1), LineNo(1));
        store.write(decision).expect("reversed, or reversed before");
        store.check(75_000, "HR1,HR3,HR4");
    }
}

#[test]
fn what_other_programs_used_and_wrote_is_respected() {
    let mut store = Store::new(row(100_000, 20_000, "HR9,HR8"));
    assert!(matches!(
        store.validate(0, 1, guest(1), 80_001),
        Err(Problem::PaymentShort { available, .. }) if available == cents(80_000)
    ));
    let attached = store.attach(0, &attach_request(1, guest(1), 50_000)).expect("enough is left");
    store.check(70_000, "HR9,HR8");
    // Meanwhile another program uses more, adds a code and loses one.
    store.row.used = cents(80_000);
    store.row.codreser = "HR8,HR7".to_owned();
    store.settle(1, &attached.claim, &[payee(0, "1", 50_000)]).expect("settled");
    store.check(80_000, "HR8,HR7,HR1");
    // Another program overwrites both columns, as the seed's did: the ledger's part is restored.
    store.row.used = cents(0);
    store.row.codreser = "HR6".to_owned();
    store.validate(0, 2, guest(2), 1_000).expect("enough");
    store.check(51_000, "HR6,HR1");
}

#[test]
fn codes_that_would_not_fit_are_seen_before_and_those_that_do_not_stay_in_the_ledger() {
    // 255 characters hold 21 codes of 12 with their commas; each attached booking's rooms count.
    let mut store = Store::new(row(900_000, 0, ""));
    let mut request = attach_request(1, guest(1), 10_000);
    request.rooms = 15;
    let attached = store.attach(0, &request).expect("15 fit");
    let mut second = attach_request(2, guest(1), 10_000);
    second.rooms = 7;
    assert_eq!(store.attach(0, &second), Err(Problem::CodreserFull));
    let long = |n: u8| payee(n, &format!("{n:020}"), 100);
    let payees: Vec<Payee> = (0..15).map(long).collect();
    assert_eq!(store.settle(1, &attached.claim, &payees), Ok(Linked { fits: false }));
    store.check(1_500, "");
    assert_eq!(store.account().allocations().len(), 15, "the ledger links them all the same");
}

#[test]
fn codes_keep_the_prefix_that_they_were_linked_with() {
    let mut store = Store::new(row(100_000, 0, ""));
    let attached = store.attach(0, &attach_request(1, guest(1), 50_000)).expect("enough");
    store.settle(1, &attached.claim, &[payee(0, "1", 50_000)]).expect("settled");
    let renamed = Rules { code_prefix: "PX".to_owned(), ..rules() };
    let decision = attach(&store.account(), &renamed, Millis(0), &attach_request(2, guest(1), 50_000));
    let attached = store.write(decision).expect("enough");
    let payees = Payees { paid: vec![payee(0, "2", 50_000)], ..Payees::default() };
    let decision = settle(&store.account(), &renamed, Millis(0), &booking(2), &attached.claim, &payees);
    store.write(decision).expect("settled");
    store.check(100_000, "HR1,PX2");
}

#[test]
fn a_claim_taken_before_serves_only_what_it_is_enough_for() {
    let mut store = Store::new(row(100_000, 0, ""));
    store.attach(0, &attach_request(1, guest(1), 25_875)).expect("enough");
    assert_eq!(store.attach(0, &attach_request(1, guest(1), 69_000)), Err(Problem::KeyReused));
    let mut fewer = attach_request(1, guest(1), 25_875);
    fewer.rooms = 2;
    assert_eq!(store.attach(0, &fewer), Err(Problem::KeyReused));
    store.check(25_875, "");
}

#[test]
fn another_currency_is_refused() {
    let mut euros = row(69_000, 0, "");
    euros.currency = "EUR".to_owned();
    let mut store = Store::new(euros);
    assert!(matches!(store.validate(0, 1, guest(1), 1), Err(Problem::PaymentCurrency { .. })));
}

#[test]
fn a_validation_that_comes_late_again_changes_nothing() {
    let mut store = Store::new(row(69_000, 0, ""));
    let first = store.validate(0, 1, guest(1), 30_000).expect("enough");
    store.validate(0, 2, guest(1), 40_000).expect("changed");
    store.validate(0, 3, guest(1), 50_000).expect("changed again");
    for (id, amount) in [(1, 30_000), (2, 40_000), (3, 50_000)] {
        let again = store.validate(5, id, guest(1), amount).expect("what came of it then");
        assert_eq!((&again.claim, again.amount), (&first.claim, cents(amount)));
        store.check(50_000, "");
        assert_eq!(store.validate(5, id, guest(1), amount + 1), Err(Problem::KeyReused), "another amount");
        assert_eq!(store.validate(5, id, guest(2), amount), Err(Problem::KeyReused), "another holder");
    }
    // Its claim is a booking's now, and a repetition opens no second one.
    let attached = store.attach(10, &attach_request(7, guest(1), 50_000)).expect("its own claim");
    assert_eq!(store.validate(20, 3, guest(1), 50_000).expect("as before").claim, attached.claim);
    store.check(50_000, "");
    assert_eq!(store.entries.len(), 4, "opened, changed twice, attached");
}

#[test]
fn nobody_takes_a_claim_by_giving_its_id_to_a_new_one() {
    let mut store = Store::new(row(100_000, 0, ""));
    store.validate(0, 1_007, guest(1), 10_000).expect("enough");
    let theirs = attach_request(7, guest(2), 20_000);
    assert_eq!(store.attach(0, &theirs), Err(Problem::KeyReused), "guest 1 has that id");
    store.attach(0, &attach_request(8, guest(2), 20_000)).expect("a new id");
    assert_eq!(store.validate(0, 1_008, guest(3), 5_000), Err(Problem::KeyReused), "booking 8 has that id");
    store.check(30_000, "");
}

proptest! {
    /// Whatever is done in whatever order and however often, I2 holds after every step, nothing is spent beyond the
    /// amount, and every live allocation is linked exactly once (I3).
    #[test]
    fn the_invariants_hold_after_every_operation(
        steps in proptest::collection::vec((0_u8..6, 0_u32..4, 0_i64..60_000, 0_u128..5, 1_i64..40), 1..60),
    ) {
        let mut store = Store::new(row(100_000, 0, ""));
        let mut attached: Vec<(u128, Claimed)> = Vec::new();
        let (mut now, mut code) = (0, 0_u32);
        for (kind, who, amount, n, hours) in steps {
            now += hours * 3_600_000;
            match kind {
                0 | 1 => drop(store.validate(now, u128::from(who) + u128::try_from(now).expect("later"), guest(who), amount + 1)),
                2 | 3 => {
                    if let Ok(claimed) = store.attach(now, &attach_request(n, guest(who), amount))
                        && !attached.iter().any(|(of, _)| *of == n)
                    {
                        attached.push((n, claimed));
                    }
                }
                4 => {
                    if let Some((n, claimed)) = attached.iter().find(|(of, _)| *of == n).cloned() {
                        let half = claimed.amount.cents_half_up() / 2;
                        code += 1;
                        let _ = store.settle(n, &claimed.claim, &[payee(0, &code.to_string(), half)]);
                    }
                }
                _ => {
                    let decision = reverse(&store.account(), &rules(), Millis(now), &booking(n), LineNo(0));
                    let _ = store.write(decision);
                }
            }
            let account = store.account();
            prop_assert_eq!(account.used(), store.row.used);
            prop_assert!(store.row.used <= store.row.amount && store.row.used >= Money::ZERO);
            let live: Vec<String> = account
                .allocations().iter().filter(|a| !a.is_reversed).map(|a| format!("HR{}", a.code)).collect();
            prop_assert_eq!(store.row.codreser.clone(), live.join(","));
        }
    }
}

#[test]
fn what_two_claims_paid_alike_for_one_room_is_given_back_by_each() {
    let mut store = Store::new(row(69_000, 0, ""));
    let [first, second] = [(0, 1_u128), (1, 2)].map(|(part, claim)| {
        let request = Attach { part, claim: ClaimId::from_bits(claim), ..attach_request(7, guest(1), 100) };
        let claimed = store.attach(0, &request).expect("enough is there");
        store.settle(7, &claimed.claim, &[payee(0, "26181", 100)]).expect("it is the booking's");
        claimed.claim
    });
    store.check(200, "HR26181");
    let given_back = || Payees { reversed: vec![LineNo(0)], ..Payees::default() };
    // The second first: it must not be the first's that is taken for given back.
    for (claim, left, codes) in [(&second, 100, "HR26181"), (&second, 100, "HR26181"), (&first, 0, "")] {
        store.settle_all(7, claim, given_back()).expect("it was paid by this claim");
        store.check(left, codes);
    }
}

#[test]
fn a_code_that_another_program_wrote_before_it_was_settled_stands_once_and_goes_with_its_reservation() {
    let mut store = Store::new(row(69_000, 0, ""));
    let claim = store.attach(0, &attach_request(7, guest(1), 34_500)).expect("enough is there").claim;
    // The hotel's reservation system links by itself what it booked.
    store.row.codreser = "HR1,HR26181".to_owned();
    let [first, second] = [payee(0, "26181", 17_250), payee(1, "26182", 17_250)];
    store.settle(7, &claim, &[first, second.clone()]).expect("its claim");
    store.check(34_500, "HR1,HR26181,HR26182");
    let cancelled = Payees { paid: vec![second], reversed: vec![LineNo(0)], ..Payees::default() };
    store.settle_all(7, &claim, cancelled).expect("it was paid");
    store.check(17_250, "HR1,HR26182");
}
