//! How the planted bugs of a host misread answers and spoil what it writes.

use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::journal::{Entry, Stamped, Step};
use posada_core::ids::{Millis, Reference};
use posada_core::money::Money;
use posada_core::payment::ledger::{EntryKind, LedgerEntry};

use crate::mutation::Mutation;
use crate::payments::Draft;
use crate::world::World;

impl World {
    /// The answer as the host takes it.
    pub(crate) fn misread(&self, host: usize, input: Input) -> Input {
        let is = |mutation| self.planted.is(mutation);
        match input {
            Input::Book(reference, Err(Failure::Unknown)) if is(Mutation::UnknownIsRetried) => {
                Input::Book(reference, Err(Failure::Retryable { after_ms: None }))
            }
            Input::Book(reference, Err(Failure::Unknown)) if is(Mutation::UnknownIsRefused) => {
                Input::Book(reference, Err(Failure::Refused("tiempo agotado".to_owned())))
            }
            Input::Book(reference, Ok(mut it)) if is(Mutation::FirstRoomIsNamed) => {
                let first = self.first_room(host, &reference);
                it.room = first.unwrap_or(it.room);
                Input::Book(reference, Ok(it))
            }
            Input::Book(reference, answer) if is(Mutation::AnswerToAnotherTry) => {
                let present = self.with(host, |it| {
                    it.pending(Millis(i64::MAX)).iter().find_map(|effect| match effect {
                        Effect::BookRoom(order) if order.reference.line == reference.line => {
                            Some(order.reference.clone())
                        }
                        _ => None,
                    })
                });
                Input::Book(present.unwrap_or(reference), answer)
            }
            Input::LookUp(reference, Err(_)) if is(Mutation::LookUpErrorIsAbsent) => {
                Input::LookUp(reference, Ok(None))
            }
            Input::Cancel(reference, _) if is(Mutation::NothingCompensated) => {
                Input::Cancel(reference, Ok(()))
            }
            Input::Cancel(reference, Err(Failure::Unknown)) if is(Mutation::LostCancelIsDone) => {
                Input::Cancel(reference, Ok(()))
            }
            Input::Cancel(reference, Err(Failure::Refused(_))) if is(Mutation::RefusedCancelIsDone) => {
                Input::Cancel(reference, Ok(()))
            }
            Input::Notify(number, Err(Failure::Unknown)) if is(Mutation::LostNoticeIsDone) => {
                Input::Notify(number, Ok(()))
            }
            Input::Notify(number, Err(Failure::Retryable { .. })) if is(Mutation::NoticeGivenUpAtOnce) => {
                Input::Notify(number, Err(Failure::Refused("503".to_owned())))
            }
            Input::Follow(Err(Failure::Refused(_))) if is(Mutation::RefusedFollowIsTaken) => {
                Input::Follow(Ok(()))
            }
            Input::Follow(Err(Failure::Unknown)) if is(Mutation::LostFollowIsTaken) => Input::Follow(Ok(())),
            Input::Settle(Err(Failure::Unknown)) if is(Mutation::LostWriteIsDone) => Input::Settle(Ok(true)),
            Input::Claim(Err(Failure::Unknown)) if is(Mutation::LostWriteIsRefused) => {
                let problem = posada_core::problem::Problem::NotFound;
                Input::Claim(Err(Failure::Refused(problem)))
            }
            other => other,
        }
    }

    /// An entry that the planted bugs write without asking the core.
    pub(crate) fn unasked(&self, host: usize, input: &Input) -> Option<Entry> {
        match input {
            Input::LookUp(Reference { line, generation, .. }, Ok(None))
                if self.planted.is(Mutation::AbsentAtOnce) =>
            {
                let is_asked = |effect: &Effect| effect.step() == Step::LookUp { line: *line };
                let waits = self.with(host, |it| it.pending(Millis(i64::MAX)).iter().any(is_asked));
                waits.then_some(Entry::FoundAbsent { line: *line, generation: *generation })
            }
            _ => None,
        }
    }

    /// The room that was held for the line first.
    fn first_room(&self, host: usize, reference: &Reference) -> Option<posada_core::ids::RoomNumber> {
        let entries = self.hosts[host]
            .journal
            .iter()
            .filter_map(|text| posada_wire::stored::from_text::<Stamped>(text).map(|stamped| stamped.entry));
        entries
            .filter_map(|entry| match entry {
                Entry::Held { rooms, .. } => rooms.into_iter().find(|held| held.line == reference.line),
                _ => None,
            })
            .map(|held| held.room)
            .next()
    }

    /// What a settlement of the planted bugs writes.
    pub(crate) fn spoil_settlement(&mut self, draft: &mut Draft) {
        if self.planted.is(Mutation::FailedMoneyKept) {
            draft.entries.retain(|entry| !matches!(entry.kind, EntryKind::Released { .. }));
        }
        self.spoil_reversal(draft);
        if self.planted.is(Mutation::SettledTwice) {
            // The operation's id is made up anew each time, as if nothing had been settled.
            let kept = self.payments.kept.get_mut(&draft.payment).expect("it was just read");
            for entry in &mut kept.entries {
                if entry.operation.as_str().starts_with("settle:") {
                    let id = format!("lost:{}", entry.seq);
                    entry.operation = posada_core::ids::OperationId::parse(&id).expect("plain words");
                }
            }
        }
    }

    fn spoil_reversal(&self, draft: &mut Draft) {
        let is_reversal = |kind: &EntryKind| matches!(kind, EntryKind::Reversed { .. });
        let reversals: Vec<LedgerEntry> =
            draft.entries.iter().filter(|entry| is_reversal(&entry.kind)).cloned().collect();
        if reversals.is_empty() {
            return;
        }
        let amount = Self::sum(reversals.iter().map(|entry| match &entry.kind {
            EntryKind::Reversed { amount, .. } => *amount,
            _ => Money::ZERO,
        }));
        if self.planted.is(Mutation::ReversedTwice) {
            draft.entries.extend(reversals);
            draft.used = draft.used.minus_or_zero(amount);
        } else if self.planted.is(Mutation::CancelledMoneyKept) {
            draft.entries.retain(|entry| !is_reversal(&entry.kind));
            draft.used = Self::sum([draft.used, amount].into_iter());
            draft.codreser = draft.before.1.clone();
        } else if self.planted.is(Mutation::CancelledCodeKept) {
            draft.codreser = draft.before.1.clone();
        }
    }

    /// The sum of these amounts.
    pub(crate) fn sum(amounts: impl Iterator<Item = Money>) -> Money {
        amounts.sum::<Option<Money>>().expect("small amounts")
    }
}
