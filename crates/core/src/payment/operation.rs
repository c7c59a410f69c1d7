//! What may be done with a payment: validate, attach, settle, release, reverse.
//!
//! Each operation looks at an [`Account`] and decides the entries to append and the row that follows; a store
//! writes both in one transaction, on the condition that nothing changed since it read. Each carries an id, and
//! repeating it appends nothing and answers the same.

use super::claim::ClaimWish;
use super::codes;
use super::ledger::{Account, Allocation, Claim, ClaimState, EntryKind, Holder, LedgerEntry, LedgerError};
use crate::booking::request::Evidence;
use crate::ids::{BookingId, ClaimId, LineNo, Millis, OperationId, ReservationCode};
use crate::money::Money;
use crate::problem::Problem;

/// The hotel's rules that every operation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// The hotel's currency.
    pub currency: String,
    /// What is put before reservation codes.
    pub code_prefix: String,
    /// The longest reservation code, without prefix.
    pub code_length_max: usize,
    /// What the column `codreser` holds.
    pub codreser_length_max: usize,
    /// How long an open claim lasts.
    pub claim_ttl_ms: i64,
}

impl Rules {
    /// The rules of this hotel.
    #[must_use]
    pub fn of(property: &crate::property::Property) -> Self {
        let policy = &property.policy;
        Self {
            currency: property.currency.clone(),
            code_prefix: policy.reservation_code_prefix.clone(),
            code_length_max: policy.reservation_code_length_max.into(),
            codreser_length_max: policy.codreser_length_max.into(),
            claim_ttl_ms: policy.claim_ttl_ms,
        }
    }
}

/// What a validation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validate {
    /// The id of the claim, if a new one is opened.
    pub claim: ClaimId,
    /// Whose claim it is.
    pub holder: Holder,
    /// How much is to be set aside, in whole cents, more than 0.
    pub amount: Money,
    /// Since when the payment is waited for, where it is looked for again: what a booking of the holder's took of it
    /// since is what was waited for, and nothing more is set aside.
    pub waited_since: Option<Millis>,
}

/// What a booking asks for when it is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// The id of the claim, if a new one is opened.
    pub claim: ClaimId,
    /// The booking.
    pub booking: BookingId,
    /// Which of the booking's payments it is: 0 is the one that it was made with, others came later.
    pub part: u8,
    /// Whose open claim may be taken: the booking's own holder.
    pub holder: Holder,
    /// The claim that the booking names, if it names one.
    pub named: Option<ClaimId>,
    /// How much is wanted.
    pub wish: ClaimWish,
    /// How many rooms it is to pay for.
    pub rooms: u16,
    /// What the caller knows of the payment, on the public route.
    pub evidence: Option<Evidence>,
}

/// A reservation to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// The booking's line.
    pub line: LineNo,
    /// The reservation's code, without prefix.
    pub code: ReservationCode,
    /// What the payment pays of it, in whole cents.
    pub amount: Money,
}

/// A claim as an operation left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// The claim.
    pub claim: ClaimId,
    /// How much is set aside.
    pub amount: Money,
    /// What else is left of the payment.
    pub available: Money,
    /// When an open claim ends.
    pub expires_at: Option<Millis>,
}

/// What an operation decided: nothing to write where `entries` is empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<T> {
    /// Entries to append, numbered on from the account's last.
    pub entries: Vec<LedgerEntry>,
    /// What `used` is to be afterwards.
    pub used: Money,
    /// What `codreser` is to be afterwards.
    pub codreser: String,
    /// Whether `dateused` is to be set to the hotel's local time.
    pub touches_dateused: bool,
    /// The answer.
    pub answer: T,
}

impl<T> Decision<T> {
    /// What is to be written, and the answer by itself.
    pub fn part(self) -> (Decision<()>, T) {
        let Self { entries, used, codreser, touches_dateused, answer } = self;
        (Decision { entries, used, codreser, touches_dateused, answer: () }, answer)
    }
}

impl Account {
    /// The account once a decision on it was written, as it would be read then.
    ///
    /// # Errors
    /// [`LedgerError`] where the decision is not one on this account.
    pub fn after(mut self, written: Decision<()>) -> Result<Self, LedgerError> {
        self.row.used = written.used;
        self.row.codreser = written.codreser;
        for entry in written.entries {
            self.append(entry)?;
        }
        Ok(self)
    }
}

/// An account being changed: the entries decided so far are taken in at once, so that each next step sees them.
struct Draft<'a> {
    account: Account,
    rules: &'a Rules,
    now: Millis,
    first_new: usize,
}

impl<'a> Draft<'a> {
    /// Begins with what is due whatever the operation: other programs' changes, and open claims that ended.
    fn begin(account: &Account, rules: &'a Rules, now: Millis) -> Self {
        let first_new = account.entries.len();
        let mut draft = Self { account: account.clone(), rules, now, first_new };
        if let Some(change) = draft.account.external_change() {
            draft.push(&format!("external:{}", draft.next_seq()), change);
        }
        let ended: Vec<(ClaimId, Money)> = draft
            .account
            .claims
            .iter()
            .filter(|(_, claim)| matches!(claim.state, ClaimState::Open { expires_at } if expires_at <= now))
            .map(|(id, claim)| (id.clone(), claim.amount))
            .collect();
        for (claim, amount) in ended {
            draft.push(&format!("expire:{claim}"), EntryKind::Released { claim, amount });
        }
        draft
    }

    fn next_seq(&self) -> u32 {
        self.account.entries.last().map_or(0, |last| last.seq).saturating_add(1)
    }

    fn push(&mut self, operation: &str, kind: EntryKind) {
        let operation = OperationId::parse(operation).expect("operation ids are made of ids and plain words");
        let entry = LedgerEntry { seq: self.next_seq(), operation, at: self.now, kind };
        self.account.append(entry).expect("an operation decides only entries that fit its account");
    }

    /// What was paid for a reservation is free again.
    fn give_back(&mut self, it: &Allocation) {
        let Allocation { claim, booking, line, code, amount, .. } = it.clone();
        let operation = format!("reverse:{booking}:{line}");
        self.push(&operation, EntryKind::Reversed { claim: Some(claim), booking, line, code, amount });
    }

    fn finish<T>(self, answer: T) -> Decision<T> {
        let touches_dateused = self
            .account
            .entries
            .iter()
            .skip(self.first_new)
            .any(|entry| matches!(entry.kind, EntryKind::Settled { .. }));
        // A list that does not fit its column stays in the ledger only; the row keeps what it has.
        let codreser = self.account.codreser();
        let fits = codreser.chars().count() <= self.rules.codreser_length_max;
        Decision {
            used: self.account.used(),
            codreser: if fits { codreser } else { self.account.row.codreser.clone() },
            touches_dateused,
            entries: self.account.entries.into_iter().skip(self.first_new).collect(),
            answer,
        }
    }

    fn claimed(&self, id: &ClaimId) -> Claimed {
        let claim = self.account.claims.get(id);
        Claimed {
            claim: id.clone(),
            amount: claim.map_or(Money::ZERO, |claim| claim.amount),
            available: self.account.available(),
            expires_at: claim.and_then(|claim| match claim.state {
                ClaimState::Open { expires_at } => Some(expires_at),
                ClaimState::Attached { .. } | ClaimState::Ended => None,
            }),
        }
    }

    /// What the operation appended before, if it was carried out already.
    fn earlier(&self, operation: &str) -> Vec<EntryKind> {
        let is_it = |entry: &&LedgerEntry| entry.operation.as_str() == operation;
        self.account.entries.iter().filter(is_it).map(|entry| entry.kind.clone()).collect()
    }

    /// The claim that a request of this id opened, changed or took before, whose it is and how much it was then.
    fn earlier_validation(&self, request: &ClaimId) -> Option<(ClaimId, Option<&Holder>, Money)> {
        let changed_by = format!(":{request}");
        let (claim, amount) = self.account.entries.iter().find_map(|entry| match &entry.kind {
            EntryKind::Opened { claim, amount, .. } if claim == request => Some((claim, *amount)),
            EntryKind::Attached { claim, .. } if claim == request => Some((claim, Money::ZERO)),
            EntryKind::Changed { claim, amount, .. } if entry.operation.as_str().ends_with(&changed_by) => {
                Some((claim, *amount))
            }
            EntryKind::External { .. }
            | EntryKind::Opened { .. }
            | EntryKind::Changed { .. }
            | EntryKind::Attached { .. }
            | EntryKind::Settled { .. }
            | EntryKind::Released { .. }
            | EntryKind::Reversed { .. } => None,
        })?;
        Some((claim.clone(), self.account.claims.get(claim).map(|claim| &claim.holder), amount))
    }

    /// The claim that a booking of the holder's took since then, and how much it was.
    fn taken_since(&self, holder: &Holder, since: Millis) -> Option<(ClaimId, Money)> {
        self.account.entries.iter().rev().find_map(|entry| match &entry.kind {
            EntryKind::Attached { claim, holder: of, amount, .. } if of == holder && entry.at >= since => {
                Some((claim.clone(), *amount))
            }
            _ => None,
        })
    }

    fn open_claim_of(&self, holder: &Holder) -> Option<(ClaimId, Claim)> {
        let is_it = |claim: &Claim| claim.holder == *holder && matches!(claim.state, ClaimState::Open { .. });
        self.account
            .claims
            .iter()
            .find(|(_, claim)| is_it(claim))
            .map(|(id, claim)| (id.clone(), claim.clone()))
    }

    fn check_currency(&self) -> Result<(), Problem> {
        let (payment, hotel) = (&self.account.row.currency, &self.rules.currency);
        if payment == hotel {
            return Ok(());
        }
        Err(Problem::PaymentCurrency { payment: payment.clone(), hotel: hotel.clone() })
    }
}

/// The evidence of the public route must equal the row in both amount and date.
#[must_use]
pub fn evidence_matches(account: &Account, evidence: &Evidence) -> bool {
    evidence.amount == account.row.amount && Some(evidence.date) == account.row.paid_on
}

/// Frees open claims that ended, and nothing else: what the next operation on the payment would do first. Answers what
/// it is given.
#[must_use]
pub fn expire<T>(account: &Account, rules: &Rules, now: Millis, answer: T) -> Decision<T> {
    Draft::begin(account, rules, now).finish(answer)
}

/// Opens a claim, or returns or changes the one that the holder has open: at most one for each payment and holder.
/// A request whose id opened or changed a claim before is answered what came of it then. One that was waited for and
/// that a booking has taken meanwhile is answered without an end (`expires_at`).
///
/// # Errors
/// [`Problem::PaymentCurrency`], [`Problem::PaymentUsed`] or [`Problem::PaymentShort`]; [`Problem::KeyReused`] where the
/// id is another request's. Nothing is to be written then.
pub fn validate(
    account: &Account,
    rules: &Rules,
    now: Millis,
    request: &Validate,
) -> Result<Decision<Claimed>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    if let Some((claim, holder, amount)) = draft.earlier_validation(&request.claim) {
        if (holder, amount) != (Some(&request.holder), request.amount) {
            return Err(Problem::KeyReused);
        }
        let answer = Claimed { amount, ..draft.claimed(&claim) };
        return Ok(draft.finish(answer));
    }
    if let Some(since) = request.waited_since
        && let Some((claim, amount)) = draft.taken_since(&request.holder, since)
    {
        let answer = Claimed { amount, expires_at: None, ..draft.claimed(&claim) };
        return Ok(draft.finish(answer));
    }
    draft.check_currency()?;
    let reference = &account.row.payment.reference;
    let expires_at = now.plus(rules.claim_ttl_ms);
    let open = draft.open_claim_of(&request.holder);
    let available = draft.account.available();
    let has = open.as_ref().map_or(Money::ZERO, |(_, claim)| claim.amount);
    let reachable = available.checked_add(has).unwrap_or(available);
    let wish = ClaimWish { total: request.amount, required: request.amount, amount: Some(request.amount) };
    wish.claimable(reachable, reference)?;
    let claim = match open {
        Some((id, claim)) if claim.amount == request.amount => id,
        Some((id, _)) => {
            let operation = format!("change:{id}:{}", request.claim);
            let changed = EntryKind::Changed { claim: id.clone(), amount: request.amount, expires_at };
            draft.push(&operation, changed);
            id
        }
        None => {
            let id = request.claim.clone();
            let holder = request.holder.clone();
            let opened = EntryKind::Opened { claim: id.clone(), holder, amount: request.amount, expires_at };
            draft.push(&format!("open:{id}"), opened);
            id
        }
    };
    let answer = draft.claimed(&claim);
    Ok(draft.finish(answer))
}

/// Takes the claim that pays for a booking: the one that it names, its holder's open one, or a new one.
///
/// # Errors
/// [`Problem::PaymentNotFound`] for wrong evidence and for a claim that is not the booking's to take, so that neither
/// tells anything; else what [`validate`] answers, [`Problem::CodreserFull`] where the codes would not fit, and
/// [`Problem::KeyReused`] where the booking took a claim before that is not enough for this.
pub fn attach(
    account: &Account,
    rules: &Rules,
    now: Millis,
    request: &Attach,
) -> Result<Decision<Claimed>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    let operation = match request.part {
        0 => format!("attach:{}", request.booking),
        part => format!("attach:{}:{part}", request.booking),
    };
    let reference = &account.row.payment.reference;
    let not_found = || Problem::PaymentNotFound { reference: reference.clone() };
    for earlier in draft.earlier(&operation) {
        if let EntryKind::Attached { claim, amount, rooms, .. } = earlier {
            if rooms != request.rooms || amount < request.wish.required {
                return Err(Problem::KeyReused);
            }
            // The claim may have ended since; the answer is still what was set aside then.
            let answer = Claimed { amount, ..draft.claimed(&claim) };
            return Ok(draft.finish(answer));
        }
    }
    if request.evidence.is_some_and(|evidence| !evidence_matches(account, &evidence)) {
        return Err(not_found());
    }
    draft.check_currency()?;
    let open = match &request.named {
        None => draft.open_claim_of(&request.holder),
        Some(id) => match draft.account.claims.get(id) {
            Some(claim) if claim.holder != request.holder => return Err(not_found()),
            Some(claim) if matches!(claim.state, ClaimState::Open { .. }) => {
                Some((id.clone(), claim.clone()))
            }
            // A claim that expired is opened anew by the same rules; one that never was is not found.
            Some(_) => None,
            None => return Err(not_found()),
        },
    };
    let has = open.as_ref().map_or(Money::ZERO, |(_, claim)| claim.amount);
    let available = draft.account.available();
    let amount = request.wish.claimable(available.checked_add(has).unwrap_or(available), reference)?;
    let promised: u16 = draft
        .account
        .claims
        .values()
        .map(|claim| match claim.state {
            ClaimState::Attached { rooms, .. } => rooms,
            ClaimState::Open { .. } | ClaimState::Ended => 0,
        })
        .fold(request.rooms, u16::saturating_add);
    let codreser = draft.account.codreser();
    let fits = codes::will_fit(
        &codreser,
        promised.into(),
        &rules.code_prefix,
        rules.code_length_max,
        rules.codreser_length_max,
    );
    if !fits {
        return Err(Problem::CodreserFull);
    }
    let (claim, holder) = match open {
        Some((id, claim)) => (id, claim.holder),
        None if draft.account.claims.get(&request.claim).is_some() => return Err(Problem::KeyReused),
        None => (request.claim.clone(), request.holder.clone()),
    };
    let attached = EntryKind::Attached {
        claim: claim.clone(),
        holder,
        booking: request.booking.clone(),
        amount,
        rooms: request.rooms,
    };
    draft.push(&operation, attached);
    let answer = draft.claimed(&claim);
    Ok(draft.finish(answer))
}

/// Whether the codes are in the row, or only in the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Linked {
    /// `false` where the list did not fit its column: staff must see to it.
    pub fits: bool,
}

/// What a booking's claim comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payees {
    /// All reservations that it pays for, those paid before as well.
    pub paid: Vec<Payee>,
    /// How much stays set aside, for rooms of which it is not known whether they are booked.
    pub kept: Money,
    /// Lines paid before whose reservations were cancelled since.
    pub reversed: Vec<LineNo>,
}

/// Turns a booking's claim into payments for its reservations, gives back what cancelled ones were paid, and frees
/// the rest. With no payee it only frees. `used` is never raised by this.
///
/// # Errors
/// [`Problem::KeyReused`] where the booking was settled before with other reservations;
/// [`Problem::PaymentNotFound`] where the claim is not the booking's, or holds less than is to be paid.
pub fn settle(
    account: &Account,
    rules: &Rules,
    now: Millis,
    booking: &BookingId,
    claim: &ClaimId,
    payees: &Payees,
) -> Result<Decision<Linked>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    let operation = format!("settle:{booking}");
    let is_claims = |kind: &EntryKind| match kind {
        EntryKind::Settled { claim: of, .. } | EntryKind::Released { claim: of, .. } => of == claim,
        _ => false,
    };
    let is_repeated = draft.earlier(&operation).iter().any(is_claims);
    // A payment may pay for a booking by more than one claim: each is settled by itself.
    let is_before = |it: &&Allocation| it.booking == *booking && it.claim == *claim;
    let before: Vec<Allocation> = draft.account.allocations.iter().filter(is_before).cloned().collect();
    let of_line = |line| before.iter().find(|it| it.line == line);
    let is_named = |it: &&Allocation| {
        payees.paid.iter().any(|p| p.line == it.line && p.code == it.code && p.amount == it.amount)
            || payees.reversed.contains(&it.line)
    };
    if !before.iter().filter(|it| !it.is_reversed).all(|it| is_named(&it))
        || payees.paid.iter().any(|p| of_line(p.line).is_some_and(|it| !is_named(&it)))
    {
        return Err(Problem::KeyReused);
    }
    let new: Vec<&Payee> = payees.paid.iter().filter(|payee| of_line(payee.line).is_none()).collect();
    let pay = |draft: &mut Draft<'_>, payees: &[&Payee]| {
        for payee in payees {
            let Payee { line, code, amount } = (*payee).clone();
            let (claim, booking, prefix) = (claim.clone(), booking.clone(), rules.code_prefix.clone());
            draft.push(&operation, EntryKind::Settled { claim, booking, line, prefix, code, amount });
        }
    };
    let is_its =
        |claim: &&Claim| matches!(&claim.state, ClaimState::Attached { booking: of, .. } if of == booking);
    let held = draft.account.claims.get(claim).filter(is_its).map(|claim| claim.amount);
    let wanted = new.iter().map(|payee| payee.amount).chain([payees.kept]).sum::<Option<Money>>();
    match (held, wanted) {
        (Some(held), Some(wanted)) if wanted <= held => {
            pay(&mut draft, &new);
            let rest = held.minus_or_zero(wanted);
            if rest > Money::ZERO || (payees.paid.is_empty() && payees.kept == Money::ZERO) {
                draft.push(&operation, EntryKind::Released { claim: claim.clone(), amount: rest });
            }
        }
        // A reservation whose share is nothing is linked all the same, also where the claim has ended.
        (None, Some(Money::ZERO)) if is_repeated => pay(&mut draft, &new),
        (None, _) if is_repeated => return Err(Problem::KeyReused),
        _ => return Err(Problem::PaymentNotFound { reference: account.row.payment.reference.clone() }),
    }
    for it in before.iter().filter(|it| !it.is_reversed && payees.reversed.contains(&it.line)) {
        draft.give_back(it);
    }
    let length = draft.account.codreser().chars().count();
    Ok(draft.finish(Linked { fits: length <= rules.codreser_length_max }))
}

/// Gives back what a reservation was paid: it was cancelled.
///
/// # Errors
/// [`Problem::NotFound`] where the payment never paid for that line.
pub fn reverse(
    account: &Account,
    rules: &Rules,
    now: Millis,
    booking: &BookingId,
    line: LineNo,
) -> Result<Decision<()>, Problem> {
    let mut draft = Draft::begin(account, rules, now);
    let of_line = |a: &&Allocation| a.booking == *booking && a.line == line;
    // It may have been paid by several claims.
    let paid: Vec<Allocation> = draft.account.allocations.iter().filter(of_line).cloned().collect();
    if paid.is_empty() {
        return Err(Problem::NotFound);
    }
    for it in paid.iter().filter(|it| !it.is_reversed) {
        draft.give_back(it);
    }
    Ok(draft.finish(()))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
