//! Payments that are waited for and that nobody goes on with: their alarm is lost.

use posada_core::payment::pending::{CHECK_MS_MAX, UNANSWERED_MS_MAX};
use posada_wire::stored::{from_text, to_text};
use posada_wire::stored_record;

use super::{OVERDUE_MS, Sweep};
use crate::findings::Kind;
use crate::host::{Error, Result, number, post_to_id, response_text};
use crate::objects::pending::PendingCall;
use crate::rows;

/// The most that are asked in one run.
const ASKED_MAX: i64 = 20;
/// One that is asked for so long and gets no further is a case.
const STUCK_MS: i64 = 3_600_000;
/// After so long nobody can be waiting any more.
const KEPT_MS: i64 = CHECK_MS_MAX + UNANSWERED_MS_MAX;

/// A row of one that is overdue.
struct Overdue {
    claim: String,
    object: String,
    next_ms: i64,
    asked_since_ms: Option<i64>,
    method: Option<String>,
    reference: Option<String>,
}

stored_record!(Overdue { claim, object, next_ms, asked_since_ms, method, reference });

impl Sweep<'_> {
    /// Asks those that are overdue, first those that were not for longest: each sets its alarm anew. One that waits for
    /// nothing is struck off; one that gets no further is for staff, and is asked on.
    pub(super) async fn pending_payments(&mut self) -> Result<()> {
        let delete =
            "DELETE FROM pending_payments WHERE asked_since_ms <= ?1 OR (object IS NULL AND next_ms <= ?1)";
        self.db.prepare(delete, &[number(self.now.plus(-KEPT_MS).0)])?.run().await?;
        let answer = self.db.prepare(
            "SELECT json_object('claim', claim, 'object', object, 'next_ms', next_ms, 'asked_since_ms', asked_since_ms,
                 'method', method, 'reference', reference) AS json
             FROM pending_payments WHERE next_ms <= ?1 AND asked_ms <= ?1 AND object IS NOT NULL
             ORDER BY asked_ms, claim LIMIT ?2",
            &[number(self.now.plus(-OVERDUE_MS).0), number(ASKED_MAX)],
        )?;
        let overdue: Vec<Overdue> = rows::answered(Some(&answer.run().await?))?;
        self.report.more |= overdue.len() >= usize::try_from(ASKED_MAX).unwrap_or(usize::MAX);
        for it in overdue {
            self.pending_payment(&it).await?;
        }
        Ok(())
    }

    async fn pending_payment(&mut self, it: &Overdue) -> Result<()> {
        let answered = async {
            let call = to_text(&PendingCall::Sweep);
            let response = post_to_id(self.env, "PENDING_PAYMENT", &it.object, &call).await?;
            let text = response_text(&response).await?;
            from_text::<Option<i64>>(&text).ok_or_else(|| Error::from("it answers something else"))
        };
        // Its object may write another row meanwhile.
        let bound = [it.claim.as_str().into(), number(it.next_ms), number(self.now.0)];
        let (due, error) = match answered.await {
            Ok(None) => {
                let delete = "DELETE FROM pending_payments WHERE claim = ?1 AND next_ms = ?2 AND ?3";
                self.db.prepare(delete, &bound)?.run().await?;
                self.report.deleted += 1;
                return Ok(());
            }
            Ok(Some(due)) => (due, None),
            Err(error) => (it.next_ms, Some(error.to_string())),
        };
        let is_overdue = due <= self.now.0;
        if is_overdue && error.is_none() {
            self.report.payments_resumed += 1;
        }
        let asked = "UPDATE pending_payments SET next_ms = ?4, asked_ms = ?3,
                         asked_since_ms = iif(?4 > ?3, NULL, coalesce(asked_since_ms, ?3))
                     WHERE claim = ?1 AND next_ms = ?2";
        self.db.prepare(asked, &[&bound[..], &[number(due)]].concat())?.run().await?;
        if !is_overdue || it.asked_since_ms.is_none_or(|since| since > self.now.plus(-STUCK_MS).0) {
            return Ok(());
        }
        let detail: [(&str, &dyn posada_wire::stored::Write); 3] =
            [("payment_method", &it.method), ("payment_reference", &it.reference), ("error", &error)];
        self.case(Kind::PendingPaymentStuck, &it.claim, None, &detail).await
    }
}
