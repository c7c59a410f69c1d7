//! How a booking stands, for guests and for people who look at it.

use super::outcome::{BookedRoom, FailedRoom, FailureCause, LineStanding, Outcome, Report};
use super::request::RequestedRoom;
use super::{Booking, Line, LineState, Paid, Phase};
use crate::ids::{LineNo, Reference};
use crate::money::Money;

impl Booking {
    /// How much of the payment is set aside for it without having paid for a room.
    #[must_use]
    pub fn set_aside(&self) -> Money {
        let further = self.further_set_aside();
        let claimed = self.accepted.as_ref().and_then(|accepted| accepted.claim.as_ref());
        let Some((_, claimed)) = claimed.filter(|_| self.is_accepted()) else { return further };
        if self.phase == Phase::Booking {
            return *claimed;
        }
        let kept = self.lines.iter().filter(|line| line.ledger == Paid::SetAside).map(|line| line.share);
        let kept = kept.sum::<Option<Money>>().unwrap_or(*claimed);
        kept.checked_add(further).unwrap_or(Money::MAX)
    }

    /// How each line stands, for people.
    #[must_use]
    pub fn lines(&self) -> Vec<LineStanding> {
        let standing = |(line, it): (LineNo, &Line)| {
            let reference = |generation: u32| Some(Reference::new(&self.id, line, generation));
            let (state, reference, room, code) = match &it.state {
                LineState::Waiting { .. } => ("waiting", None, None, None),
                LineState::Assigned { generation, room } => {
                    ("held", reference(*generation), Some(room.clone()), None)
                }
                LineState::Unknown { generation, room, .. } => {
                    ("unknown", reference(*generation), Some(room.clone()), None)
                }
                LineState::Booked { generation, room, code } => {
                    ("booked", reference(*generation), Some(room.clone()), Some(code.clone()))
                }
                LineState::Failed { room, code, cause } => (cause.code(), None, room.clone(), code.clone()),
            };
            LineStanding {
                line,
                requested: it.requested.clone(),
                state,
                reference,
                room,
                code,
                amount: it.exact.round_half_up_to_cents(),
                share: it.share,
            }
        };
        self.numbered().map(standing).collect()
    }

    /// How it stands, in line order.
    #[must_use]
    pub fn report(&self) -> Report {
        let outcome = self.stands();
        let (mut booked, mut failed) = (Vec::new(), Vec::new());
        // Of all or nothing nothing is said before it is all.
        let is_quiet = self.is_quiet();
        for (line, it) in self.numbered().filter(|_| !is_quiet) {
            let RequestedRoom { room_type, guests, extra_beds } = it.requested.clone();
            let amount = it.exact.round_half_up_to_cents();
            match &it.state {
                LineState::Booked { room, code, .. } => booked.push(BookedRoom {
                    line,
                    room: room.clone(),
                    room_type,
                    code: code.clone(),
                    guests,
                    extra_beds,
                    amount,
                    paid: it.share.checked_add(self.further_paid(line)).unwrap_or(Money::MAX),
                }),
                LineState::Failed { room, code, cause } => {
                    let (room, code, cause) = (room.clone(), code.clone(), cause.clone());
                    let share = it.share.checked_add(self.further_paid(line)).unwrap_or(Money::MAX);
                    failed.push(FailedRoom {
                        line,
                        room_type,
                        guests,
                        extra_beds,
                        room,
                        code,
                        amount,
                        share,
                        cause,
                    });
                }
                LineState::Unknown { room, .. } if outcome == Outcome::NeedsStaff => {
                    failed.push(FailedRoom {
                        line,
                        room_type,
                        guests,
                        extra_beds,
                        room: Some(room.clone()),
                        code: None,
                        amount,
                        share: it.share,
                        cause: FailureCause::Unconfirmed,
                    })
                }
                LineState::Waiting { .. } | LineState::Assigned { .. } | LineState::Unknown { .. } => {}
            }
        }
        let sum =
            |amounts: &mut dyn Iterator<Item = Money>| amounts.sum::<Option<Money>>().unwrap_or(Money::MAX);
        let total = sum(&mut booked.iter().map(|room| room.amount));
        let paid = sum(&mut booked.iter().map(|room| room.paid));
        Report { outcome, balance_due: total.minus_or_zero(paid), booked, failed, total }
    }

    /// How it stands, whether it ended or not.
    pub(super) fn stands(&self) -> Outcome {
        self.outcome().unwrap_or(match self.phase {
            Phase::Refused(_) => Outcome::NotBooked,
            Phase::New | Phase::Following | Phase::Claiming | Phase::Booking | Phase::Settled => {
                Outcome::InProgress
            }
        })
    }
}
