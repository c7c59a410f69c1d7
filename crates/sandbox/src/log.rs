//! What the system did, for tests to compare with what Posada believes. No personal data.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;

/// The most entries that are kept; the oldest go first.
pub(crate) const LOG_ENTRIES_MAX: usize = 100_000;

/// One thing that it did.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Entry {
    /// From 1, without gaps, whatever was reset.
    pub(crate) seq: u64,
    /// When it was done, in milliseconds since 1970.
    pub(crate) at_ms: i64,
    /// `availability`, `book`, `lookup`, `cancel`, `list`, `control` or `other`.
    pub(crate) route: &'static str,
    /// The reference that it was about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    /// The call's `traceparent`, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) traceparent: Option<String>,
    /// The call's `tracestate`, as it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tracestate: Option<String>,
    /// What was asked, without what names a person.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) request: Value,
    /// SHA-256 of the whole body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) body_sha256: Option<String>,
    /// The rules that were applied, by their ids.
    pub(crate) faults: Vec<String>,
    /// Whether this is the commit of a call that was answered, or cut, before.
    pub(crate) late: bool,
    /// What changed in the book, and `null` where nothing did.
    pub(crate) committed: Value,
    /// What was answered: `status` and `body`, or `cut`, `silent`, and how the body was sent.
    pub(crate) answer: Value,
    /// From the call's arrival to its answer.
    pub(crate) took_ms: u64,
}

/// The log.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: VecDeque<Entry>,
    last: u64,
}

impl Log {
    /// Writes down an entry, and numbers it.
    pub(crate) fn add(&mut self, mut entry: Entry) {
        self.last += 1;
        entry.seq = self.last;
        if self.entries.len() == LOG_ENTRIES_MAX {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// The entries after number `seq`, and the number of the last.
    pub(crate) fn after(&self, seq: u64) -> (Vec<&Entry>, u64) {
        let from = self.entries.partition_point(|entry| entry.seq <= seq);
        (self.entries.range(from..).collect(), self.last)
    }
}
