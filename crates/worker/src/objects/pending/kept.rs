//! What is written down of a payment that is waited for: the wish, and events not yet told.

use posada_core::ids::Millis;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::pending::Pending;
use posada_wire::stored::to_text;
use posada_wire::stored_record;

use crate::host::{Result, Sql};
use crate::registry::Waited;
use crate::rows;

/// The most events that wait for a receiver; of more the oldest is let go of.
const NOTICES_MAX: usize = 16;

const SCHEMA: &str =
    "CREATE TABLE IF NOT EXISTS pending (id INTEGER PRIMARY KEY CHECK (id = 1), kept TEXT NOT NULL)";

/// Something to be told, in the words that it is told in every time.
#[derive(Clone)]
pub(super) struct Told {
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) at: Millis,
    pub(super) data: String,
    /// How many tries have failed.
    pub(super) times: u32,
    pub(super) due: Millis,
}

/// All that is kept.
#[derive(Clone, Default)]
pub(super) struct Kept {
    pub(super) pending: Option<Pending>,
    pub(super) notices: Vec<Told>,
    /// The payment that all this is about.
    pub(super) payment: Option<PaymentRef>,
}

impl Kept {
    /// What is done next, as the registry has it; `None` where nothing is left.
    pub(super) fn waited(&self) -> Option<Waited> {
        let row =
            |claim, next_at, is_sought| Waited { claim, next_at, is_sought, payment: self.payment.clone() };
        let sought = self.pending.iter().map(|it| row(it.claim.to_string(), it.next_at, true));
        let told = self.notices.iter().map(|it| row(it.id.clone(), it.due, false));
        let mut next = sought.chain(told).min_by_key(|it| it.next_at)?;
        next.is_sought = self.pending.is_some();
        Some(next)
    }

    /// Takes in what is waited for now, and what is to be told besides.
    pub(super) fn put(&mut self, pending: Option<Pending>, told: Option<Told>) {
        if let Some(pending) = &pending {
            self.payment = Some(pending.wish.payment.clone());
        }
        self.pending = pending;
        self.notices.extend(told);
        let over = self.notices.len().saturating_sub(NOTICES_MAX);
        self.notices.drain(..over);
    }

    /// What was written down; nothing where nothing was.
    pub(super) fn read(sql: &Sql) -> Result<Self> {
        let is_there = "SELECT '1' AS json FROM sqlite_master WHERE name = 'pending'";
        if rows::query::<i64>(sql, is_there, &[])?.is_empty() {
            return Ok(Self::default());
        }
        let kept: Vec<Self> = rows::query(sql, "SELECT kept AS json FROM pending", &[])?;
        let mut kept = kept.into_iter().next().unwrap_or_default();
        let sought = kept.pending.as_ref().map(|it| it.wish.payment.clone());
        kept.payment = kept.payment.or(sought);
        Ok(kept)
    }

    /// Writes it down.
    pub(super) fn write(&self, sql: &Sql) -> Result<()> {
        sql.exec(SCHEMA, &[])?;
        let keep = "INSERT INTO pending (id, kept) VALUES (1, ?1) ON CONFLICT (id) DO UPDATE SET kept = ?1";
        sql.exec(keep, &[to_text(self).into()]).map(drop)
    }
}

stored_record!(Told { id, kind, at, data, times, due });
stored_record!(Kept { pending, notices, payment });
