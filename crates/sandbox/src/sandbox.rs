//! The reservation system: its book, its faults, its log.

use std::{
    io,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{SystemTime, UNIX_EPOCH},
};

use posada_core::property::Property;
use serde_json::{Value, json};

use crate::{
    book::{Book, Capabilities, Event},
    fault::Faults,
    journal::Journal,
    log::{Entry, Log},
};

/// The most reservations on one page of the list.
pub const LIST_PAGE_MAX: usize = 500;

/// How a reservation system is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// The key that calls must bring as `Authorization: Bearer`; none is asked for where this is `None`.
    pub key: Option<String>,
    /// The file that keeps the book over a restart; without one it is in memory only.
    pub journal: Option<PathBuf>,
    /// How long every call takes at least.
    pub latency_ms: u64,
    /// The first reservation's code; the hotel's `reservation_code_first` where it is `None`.
    pub first_code: Option<u64>,
    /// What faults by chance depend on.
    pub seed: u64,
    /// The most reservations on one page of the list, 1 to [`LIST_PAGE_MAX`].
    pub list_page: usize,
    /// What it can do at first.
    pub capabilities: Capabilities,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            key: None,
            journal: None,
            latency_ms: 0,
            first_code: None,
            seed: 1,
            list_page: LIST_PAGE_MAX,
            capabilities: Capabilities::default(),
        }
    }
}

/// Why it cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal cannot be read.
    #[error("cannot read the journal {path}: {error}")]
    Journal {
        /// Where it is.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

/// A hotel's reservation system.
#[derive(Debug)]
pub struct Sandbox {
    pub(crate) hotel: Property,
    pub(crate) key: Option<String>,
    pub(crate) list_page: usize,
    state: Mutex<State>,
}

/// What calls change. Whatever is done with it is done in one go.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) book: Book,
    pub(crate) faults: Faults,
    pub(crate) log: Log,
    pub(crate) latency_ms: u64,
    /// Counted up when everything is forgotten: a late commit of before is forgotten too.
    pub(crate) epoch: u64,
    journal: Option<Journal>,
}

impl Sandbox {
    /// A reservation system for the hotel, as its journal left it.
    ///
    /// # Errors
    /// [`StartError`] where the journal cannot be opened or understood.
    pub fn new(hotel: Property, options: Options) -> Result<Self, StartError> {
        let first_code = options.first_code.unwrap_or_else(|| hotel.policy.reservation_code_first.into());
        let mut book = Book::new(&hotel, first_code, options.capabilities);
        let journal = match options.journal {
            None => None,
            Some(path) => {
                let opened = Journal::open(&path).map_err(|error| StartError::Journal { path, error })?;
                opened.1.iter().for_each(|event| book.apply(event));
                Some(opened.0)
            }
        };
        let state = State {
            book,
            faults: Faults::new(options.seed),
            log: Log::default(),
            latency_ms: options.latency_ms,
            epoch: 0,
            journal,
        };
        let list_page = options.list_page.clamp(1, LIST_PAGE_MAX);
        Ok(Self { hotel, key: options.key, list_page, state: Mutex::new(state) })
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic while it was locked was a bug, and is seen where it happened.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Writes an event down, carries it out, and says for the log what changed.
    pub(crate) fn commit(&mut self, event: &Event) -> io::Result<Value> {
        if let Some(journal) = &mut self.journal {
            journal.append(event)?;
        }
        self.book.apply(event);
        Ok(match event {
            Event::Booked { reservation } => json!({ "booked": {
                "reference": reservation.reference,
                "reserva": reservation.reserva,
                "room_number": reservation.room_number,
            } }),
            Event::Cancelled { reserva } => json!({ "cancelled": reserva }),
            Event::Renamed { reserva, to } => json!({ "renamed": reserva, "to": to }),
            Event::FrontDesk { room_number, nights, taken } => json!({ "front_desk": {
                "room_number": room_number,
                "check_in_date": nights.check_in,
                "check_out_date": nights.check_out,
                "taken": taken,
            } }),
            Event::Capabilities { capabilities } => json!({ "capabilities": capabilities }),
            Event::Reset => json!({ "reset": true }),
        })
    }

    /// Writes down what was done by a control route.
    pub(crate) fn log_control(&mut self, committed: Value) {
        self.log.add(Entry { at_ms: now_ms(), route: "control", committed, ..Entry::default() });
    }
}

/// Milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
