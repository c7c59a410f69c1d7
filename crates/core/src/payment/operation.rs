//! What may be done with a payment: validate, attach, settle, release, reverse.
//!
//! Each operation looks at an [`Account`] and decides the entries to append and the row that follows; a store
//! writes both in one transaction, on the condition that nothing changed since it read. Each carries an id, and
//! repeating it appends nothing and answers the same.

mod draft;
mod settlement;

use super::claim::ClaimWish;
use super::codes;
use super::ledger::{Account, ClaimState, EntryKind, Holder, LedgerEntry, LedgerError};
use crate::booking::request::Evidence;
use crate::ids::{BookingId, ClaimId, Millis};
use crate::money::Money;
use crate::problem::Problem;

use draft::Draft;
pub use settlement::{Linked, Payee, Payees, reverse, settle};

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
    let reachable = draft.account.available_beside(open.as_ref().map(|(_, claim)| claim));
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
    let reachable = draft.account.available_beside(open.as_ref().map(|(_, claim)| claim));
    let amount = request.wish.claimable(reachable, reference)?;
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
