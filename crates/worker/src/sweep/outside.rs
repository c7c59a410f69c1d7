//! Claims behind a gateway: payments of which the ledger was written to lately are looked at, page by page.

use posada_core::ids::BookingId;
use posada_core::payment::command::Command;
use posada_core::payment::ledger::ClaimState;
use posada_wire::payments_api::{ListAsk, PAGE_LENGTH_MAX, Place};
use posada_wire::stored::to_text;

use super::Sweep;
use super::ledger::{Attached, YOUNG_MS};
use crate::host::Result;
use crate::payments::{Payments, StoreError};
use crate::{rows, settings};

/// How far back the ledger's entries are looked for: longer than a claim lasts, and a booking.
const LOOKED_BACK_MS: i64 = 30 * 24 * 3_600_000;
/// The most payments of which claims are freed in one run.
const EXPIRED_MAX: usize = 20;

impl Sweep<'_> {
    /// Money that stays set aside belongs to a booking that goes on or that staff look at; what has expired is freed.
    pub(super) async fn claims_outside(&mut self, payments: &Payments) -> Result<()> {
        let Some(hotel) = settings::any(self.env).await? else { return Ok(()) };
        let from: String = self.position("claims_outside").await?.unwrap_or_default();
        let ask = ListAsk {
            after: Place::parse(&from),
            entries_since: Some(self.now.plus(LOOKED_BACK_MS.saturating_neg())),
            limit: PAGE_LENGTH_MAX,
            ..ListAsk::default()
        };
        let page = payments.list(&ask).await?;
        let mut freed: usize = 0;
        let mut position = from;
        for listed in page.payments {
            let it = listed.reconciled(self.now);
            let mut has_expired = false;
            for (claim, of) in it.claims() {
                match &of.state {
                    ClaimState::Open { expires_at } => has_expired |= *expires_at <= self.now,
                    ClaimState::Attached { booking, .. } => {
                        let at = it.claimed_at(claim).unwrap_or(self.now);
                        if at.plus(YOUNG_MS) > self.now {
                            continue;
                        }
                        let state = self.state_of(booking).await?;
                        let attached = Attached {
                            at_ms: at.0,
                            rowid: 0,
                            claim: claim.to_string(),
                            booking: booking.clone(),
                            payment: it.payment().clone(),
                            left: of.amount.mills(),
                            state,
                        };
                        if attached.has_ended() && !self.attached_claim(&attached).await? {
                            // It goes on here next time.
                            return self.set_position("claims_outside", &position).await;
                        }
                    }
                    ClaimState::Ended => {}
                }
            }
            if has_expired {
                if freed >= EXPIRED_MAX {
                    self.report.more = true;
                    return self.set_position("claims_outside", &position).await;
                }
                match payments.operate(&hotel.property, it.payment(), self.now, Command::Expire).await {
                    Ok(_) => {
                        freed += 1;
                        self.report.freed += 1;
                    }
                    Err(StoreError::Problem(_)) => {}
                    Err(StoreError::Unreachable(error) | StoreError::Unknown(error)) => return Err(error),
                }
            }
            position = Place::of(it.row()).text();
        }
        self.report.more |= page.is_more;
        // From the beginning again, once all were seen.
        self.set_position("claims_outside", &if page.is_more { position } else { String::new() }).await
    }

    async fn state_of(&self, booking: &BookingId) -> Result<Option<String>> {
        let query = "SELECT json_quote(iif(is_paying, 'in_progress', state)) AS json FROM bookings WHERE id = json_extract(?1, '$')";
        let answer = self.db.prepare(query, &[to_text(booking).into()])?.run().await?;
        Ok(rows::answered(Some(&answer))?.into_iter().next())
    }
}
