//! Claims: those attached to bookings that do not have them, and open ones that should have ended.

use posada_core::ids::{BookingId, Millis};
use posada_core::money::Money;
use posada_core::payment::command::Done;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::{Rules, expire};
use posada_wire::payments_api::{ListAsk, PAGE_LENGTH_MAX, Place};
use posada_wire::stored_record;

use super::{Asked, Sweep};
use crate::findings::Kind;
use crate::host::{Result, number};
use crate::metrics::{self, Sample};
use crate::objects::booking::BookingCall;
use crate::payments::{self, Basis, Payments, StoreError};
use crate::{registry, rows, settings};

/// A claim younger than this may be in the middle of being made.
pub(super) const YOUNG_MS: i64 = 600_000;
/// The most attached claims that are looked at in one run.
const ATTACHED_MAX: i64 = 200;
/// The most payments of which claims are freed in one run.
const EXPIRED_MAX: i64 = 20;

pub(super) struct Attached {
    pub(super) at_ms: i64,
    pub(super) rowid: i64,
    pub(super) claim: String,
    pub(super) booking: BookingId,
    pub(super) payment: PaymentRef,
    pub(super) left: i64,
    pub(super) state: Option<String>,
}

impl Attached {
    /// Whether its booking has ended and has no further payment under way, by the registry, and it keeps money.
    pub(super) fn has_ended(&self) -> bool {
        self.left > 0 && self.state.as_deref().is_none_or(|s| s != "in_progress" && s != "needs_staff")
    }
}

stored_record!(Attached { at_ms, rowid, claim, booking, payment, left, state });

struct Expired {
    payment: PaymentRef,
    expires_ms: i64,
}

stored_record!(Expired { payment, expires_ms });

impl Sweep<'_> {
    /// Money that stays set aside belongs to a booking that goes on or that staff look at.
    pub(super) async fn attached_claims(&mut self) -> Result<()> {
        let (at, rowid) = self.position("claims").await?.unwrap_or((0_i64, 0_i64));
        let answer = self.db.prepare(
            "SELECT json_object('at_ms', a.at_ms, 'rowid', a.rowid, 'claim', a.claim, 'booking', a.booking,
                 'payment', json_object('method', a.method, 'reference', a.reference), 'state', iif(b.is_paying, 'in_progress', b.state),
                 'left', a.mills - coalesce((SELECT sum(x.mills) FROM ledger x WHERE x.claim = a.claim
                    AND x.method = a.method AND x.reference = a.reference AND x.kind IN ('settled', 'released')), 0))
                 AS json
             FROM ledger a LEFT JOIN bookings b ON b.id = a.booking
             WHERE a.kind = 'attached' AND a.at_ms <= ?1 AND (a.at_ms > ?2 OR (a.at_ms = ?2 AND a.rowid > ?3))
             ORDER BY a.at_ms, a.rowid LIMIT ?4",
            &[number(self.now.plus(-YOUNG_MS).0), number(at), number(rowid), number(ATTACHED_MAX)],
        )?;
        let attached: Vec<Attached> = rows::answered(Some(&answer.run().await?))?;
        let is_last = attached.len() < usize::try_from(ATTACHED_MAX).unwrap_or(usize::MAX);
        let mut position = (at, rowid);
        for it in attached {
            if it.has_ended() && !self.attached_claim(&it).await? {
                // It goes on here next time.
                return self.set_position("claims", &position).await;
            }
            position = (it.at_ms, it.rowid);
        }
        self.report.more |= !is_last;
        // From the beginning again, once all were seen.
        self.set_position("claims", &if is_last { (0_i64, 0_i64) } else { position }).await
    }

    /// `false` where no more may be asked.
    pub(super) async fn attached_claim(&mut self, it: &Attached) -> Result<bool> {
        let detail: [(&str, &dyn posada_wire::stored::Write); 3] = [
            ("payment_method", &it.payment.method),
            ("payment_reference", &it.payment.reference),
            ("claim", &it.claim),
        ];
        match self.ask(&it.booking, &BookingCall::Sweep).await {
            Asked::Enough => return Ok(false),
            Asked::Unknown => {
                self.case(Kind::ClaimWithoutBooking, &it.claim, Some(&it.booking), &detail).await?;
            }
            Asked::Unreadable(error) => {
                self.case(Kind::Unreadable, it.booking.as_str(), Some(&it.booking), &[("error", &error)])
                    .await?;
            }
            Asked::Known(row, _) => {
                let state = if row.is_paying { "in_progress" } else { row.state.as_str() };
                if it.state.as_deref() != Some(state) {
                    self.report.repaired.push(row.id.clone());
                    registry::put(self.env, &posada_wire::stored::to_text(&*row), &Vec::new()).await?;
                }
                if state != "in_progress" && state != "needs_staff" {
                    self.case(Kind::ClaimLeft, &it.claim, Some(&it.booking), &detail).await?;
                }
            }
        }
        Ok(true)
    }

    /// Compares what payments say is used with what their ledgers say, and counts how often that agrees. Where it does
    /// not, another program wrote the row since the last operation, which will enter that in the ledger.
    pub(super) async fn reconcile(&mut self, payments: &Payments) -> Result<()> {
        let from: String = self.position("reconciled").await?.unwrap_or_default();
        let ask = ListAsk {
            after: Place::parse(&from),
            // Those that the ledger knows.
            entries_since: Some(Millis(0)),
            limit: PAGE_LENGTH_MAX,
            ..ListAsk::default()
        };
        let page = payments.list(&ask).await?;
        let last = page.payments.last().filter(|_| page.is_more);
        let next = last.map(|last| Place::of(&last.row).text()).unwrap_or_default();
        let checked = page.payments.len();
        let all = page.payments.into_iter().map(|it| it.reconciled(self.now));
        let differing =
            all.filter(|it| it.account().is_none() || it.totals().difference != Money::ZERO).count();
        let samples = vec![
            Sample::counter("posada_reconciliation_checked_total", checked),
            Sample::counter("posada_reconciliation_differing_total", differing),
        ];
        metrics::count(&self.db, &samples, self.now)?.run().await?;
        self.set_position("reconciled", &next).await
    }

    /// Frees open claims that have ended: otherwise that waits for the next operation on their payment.
    pub(super) async fn open_claims(&mut self) -> Result<()> {
        let from: i64 = self.position("expiry").await?.unwrap_or(0);
        let answer = self.db.prepare(
            "SELECT json_object('payment', json_object('method', method, 'reference', reference),
                                'expires_ms', json_extract(entry, '$.expires_at')) AS json
             FROM ledger o
             WHERE kind IN ('opened', 'changed') AND json_extract(entry, '$.expires_at') >= ?1
               AND json_extract(entry, '$.expires_at') <= ?2
               AND NOT EXISTS (SELECT 1 FROM ledger x WHERE x.claim = o.claim AND x.seq > o.seq
                               AND x.method = o.method AND x.reference = o.reference)
             ORDER BY json_extract(entry, '$.expires_at') LIMIT ?3",
            &[number(from), number(self.now.0), number(EXPIRED_MAX)],
        )?;
        let expired: Vec<Expired> = rows::answered(Some(&answer.run().await?))?;
        let is_last = expired.len() < usize::try_from(EXPIRED_MAX).unwrap_or(usize::MAX);
        let mut position = from;
        let Some(hotel) = settings::any(self.env).await? else { return Ok(()) };
        let (rules, offset) = (Rules::of(&hotel.property), hotel.property.utc_offset_minutes);
        for it in expired {
            let freed =
                payments::operate_embedded(&self.db, &it.payment, Basis::Read, self.now, offset, |account| {
                    Ok(expire(account, &rules, self.now, Done::Expired))
                });
            match freed.await {
                Ok(_) => self.report.freed += 1,
                // A row that the hotel deleted cannot be written, and frees nothing.
                Err(StoreError::Problem(_)) => {}
                Err(StoreError::Unreachable(error) | StoreError::Unknown(error)) => {
                    self.set_position("expiry", &position).await?;
                    return Err(error);
                }
            }
            position = it.expires_ms;
        }
        self.report.more |= !is_last;
        self.set_position("expiry", &if is_last { self.now.0 } else { position }).await
    }
}
