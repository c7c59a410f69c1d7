//! Stored ledgers: whatever entries a table holds, they are a ledger or they are refused, and nothing that is done with
//! the payment takes more of it than there is.

use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId, LineNo, ReservationCode, WaId};
use posada_core::money::Money;
use posada_core::payment::claim::ClaimWish;
use posada_core::payment::ledger::{Account, ClaimState, EntryKind, Holder, LedgerEntry, PaymentRow};
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{
    Attach, Decision, Payee, Payees, Rules, Validate, attach, reverse, settle, validate,
};
use posada_core::problem::Problem;
use posada_wire::stored::{from_text, to_text};

use crate::hotel::{NOW, hotel, today};
use crate::told::check_problem;

/// Takes a line for each entry; what is no entry is passed over.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let text = String::from_utf8_lossy(data);
    let mut entries: Vec<LedgerEntry> = Vec::new();
    for line in text.lines() {
        let Some(entry) = from_text::<LedgerEntry>(line) else { continue };
        let written = to_text(&entry);
        assert_eq!(from_text::<LedgerEntry>(&written).as_ref(), Some(&entry), "{written}");
        entries.push(entry);
    }
    let Ok(account) = Account::load(row(Money::ZERO, ""), entries) else { return false };
    // Posada never writes less than nothing, nor that other programs used less than nothing. Its rows hold what the
    // ledger comes to.
    let mut external = Money::ZERO;
    let mut is_sound = |entry: &LedgerEntry| match &entry.kind {
        EntryKind::External { amount, .. } => {
            external = external.checked_add(*amount).unwrap_or(Money::MAX);
            external >= Money::ZERO
        }
        EntryKind::Opened { amount, .. }
        | EntryKind::Changed { amount, .. }
        | EntryKind::Attached { amount, .. }
        | EntryKind::Settled { amount, .. }
        | EntryKind::Released { amount, .. }
        | EntryKind::Reversed { amount, .. } => *amount >= Money::ZERO,
    };
    let used = account.used();
    let is_within = (Money::ZERO..=account.row().amount).contains(&used);
    let is_sound = is_within && account.entries().iter().all(&mut is_sound);
    let row = row(used.max(Money::ZERO), &account.codreser());
    let Ok(account) = Account::load(row, account.entries().to_vec()) else { unreachable!("it was loaded") };
    operate(&account, is_sound);
    !account.entries().is_empty()
}

fn row(used: Money, codreser: &str) -> PaymentRow {
    PaymentRow {
        payment: PaymentRef::parse(PaymentMethod::CompraClick, "123456").expect("a reference"),
        amount: Money::from_mills(690_000),
        currency: "USD".to_owned(),
        payer: "María López".to_owned(),
        paid_on: Some(today()),
        used,
        codreser: codreser.to_owned(),
    }
}

/// Does with the payment all that can be done.
fn operate(account: &Account, is_sound: bool) {
    let hotel = hotel();
    let rules = Rules::of(&hotel);
    let guest = Holder::Guest(WaId::parse("50370001234").expect("digits"));
    let booking = BookingId::from_bits(2);
    for cents in [1, 25_875, 69_000] {
        let amount = Money::from_cents(cents).expect("a small amount");
        let validated = validate(
            account,
            &rules,
            NOW,
            &Validate { claim: ClaimId::from_bits(901), holder: guest.clone(), amount, waited_since: None },
        );
        check(account, is_sound, validated);
        let request = Attach {
            part: 0,
            claim: ClaimId::from_bits(902),
            booking: booking.clone(),
            holder: guest.clone(),
            named: account.claims().iter().next().map(|(id, _)| id.clone()),
            wish: ClaimWish { total: amount, required: amount, amount: None },
            rooms: 2,
            evidence: Some(Evidence { amount: account.row().amount, date: today() }),
        };
        let again = |account: &Account| attach(account, &rules, NOW, &request);
        let attached = again(account);
        if let Some(after) = check(account, is_sound, attached.clone()) {
            let repeated = again(&after).map(|decision| (decision.entries, decision.answer.claim));
            let first = attached.map(|decision| (Vec::new(), decision.answer.claim));
            assert_eq!(repeated, first, "repeating an operation appends nothing");
        }
    }
    for (id, claim) in account.claims().iter() {
        let ClaimState::Attached { booking, .. } = &claim.state else { continue };
        let code = ReservationCode::parse("26181").expect("a code");
        let half = Money::from_cents(claim.amount.cents_half_up() / 2).unwrap_or(Money::ZERO);
        for paid in [vec![], vec![Payee { line: LineNo(0), code, amount: half }]] {
            let payees = Payees { paid, ..Payees::default() };
            let again = |account: &Account| settle(account, &rules, NOW, booking, id, &payees);
            if let Some(after) = check(account, is_sound, again(account)) {
                let repeated = again(&after).map(|decision| decision.entries);
                assert_eq!(repeated, Ok(Vec::new()), "repeating an operation appends nothing");
                assert!(after.used() <= account.used() || !is_sound, "settling never raises used");
            }
        }
    }
    for it in account.allocations() {
        check(account, is_sound, reverse(account, &rules, NOW, &it.booking, it.line));
    }
}

/// The account as it is once the decision is written down.
fn check<T>(account: &Account, is_sound: bool, decision: Result<Decision<T>, Problem>) -> Option<Account> {
    let decision = match decision {
        Ok(decision) => decision,
        Err(problem) => {
            check_problem(&problem, &hotel());
            return None;
        }
    };
    let entries = account.entries().iter().chain(&decision.entries).cloned().collect();
    let row = row(decision.used, &decision.codreser);
    let after = Account::load(row, entries);
    if !is_sound {
        return None;
    }
    let after = after.expect("what was decided fits");
    assert_eq!(after.used(), decision.used, "I2: the row has what the ledger comes to");
    let codes = after.codreser();
    let fits = codes.chars().count() <= Rules::of(&hotel()).codreser_length_max;
    assert!(codes == decision.codreser || !fits, "I3: and its codes, where they fit: {codes}");
    assert!((Money::ZERO..=after.row().amount).contains(&after.used()), "I2: {}", after.used());
    Some(after)
}
