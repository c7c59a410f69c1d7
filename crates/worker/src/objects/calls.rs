//! What the Worker and its Durable Objects say to each other, as JSON over their stubs.

use chrono::NaiveDate;
use posada_core::booking::effect::{Holding, Reservation, RoomNeed, RoomOrder};
use posada_core::ids::{BookingId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use posada_core::stay::Stay;
use posada_wire::reservation_api::{ListedRoom, Page};
use posada_wire::stored::{Read, from_text, to_text};
use posada_wire::{stored_choice, stored_record};
use worker::Env;

use crate::host::{Result, post, response_text};

/// The most notes that the hotel's object answers at a time.
pub(crate) const LISTED_MAX: usize = 100;

/// What the hotel's object is asked for.
pub(crate) enum PropertyCall {
    /// Take these settings: the rooms are its inventory. Where rooms that may be `removed` are said, not if others that
    /// somebody has would go.
    Configure { version: String, document: String, removed: Option<String> },
    /// Which rooms are free for the whole stay? Where a booking is to be made of it, nobody else may be making the same.
    Availability { stay: Stay, intent: Option<Intent> },
    /// How many rooms of each type are free in each of these nights?
    Calendar { from: NaiveDate, nights: u16 },
    /// Pick and hold rooms for these lines, all that can be had, in one transaction. Where rooms are booked in an
    /// outside system, only such as are `listed` there as free.
    Hold {
        booking: BookingId,
        stay: Stay,
        needs: Vec<RoomNeed>,
        ttl_ms: i64,
        listed: Option<Vec<ListedRoom>>,
    },
    /// Let go of what the booking holds for these lines and did not book.
    Release { booking: BookingId, lines: Vec<LineNo> },
    /// The outside system booked this room for the line, under this code: the hold becomes a record of it.
    /// `is_choice` where that system may choose another room than it was asked for.
    Record { reference: Reference, code: ReservationCode, room: RoomNumber, is_choice: bool },
    /// The outside system cancelled what was booked under this reference: its room is free.
    Unrecord { reference: Reference },
    /// Book a held room in the embedded reservation book.
    Book { order: Box<RoomOrder> },
    /// Is there a reservation of this reference in the embedded book?
    LookUp { reference: Reference },
    /// Delete holds that have expired, what is noted of stays that are over, and these notes; answer notes that were
    /// made before this instant.
    Tidy { ended: Vec<Noted>, noted_before: i64 },
    /// Forget who reservations of this booking are for.
    Erase { booking: BookingId },
    /// How many rooms are held?
    CountHeld,
    /// Cancel a reservation of the embedded book.
    Cancel { reference: Reference, code: ReservationCode },
    /// Which reservations were made in the embedded book since then?
    List { made_since: Millis, after: Option<String> },
}

/// Rooms free for a stay, and which settings the object has.
pub(crate) struct Availability {
    /// Empty where no settings were loaded yet.
    pub(crate) settings_version: String,
    pub(crate) free: Vec<RoomNumber>,
    /// Bookings of the same content that may live. Where there are any the intent was not noted.
    pub(crate) others: Vec<Noted>,
    /// When to try again, in seconds, where who books has too much under way. The intent was not noted then either.
    pub(crate) retry_after_s: Option<u32>,
}

/// A booking that is about to be made.
#[derive(Clone)]
pub(crate) struct Intent {
    /// A keyed digest of what it is about: who, when, which rooms, which payment.
    pub(crate) content: String,
    pub(crate) booking: BookingId,
    /// Bookings of the same content that came to nothing.
    pub(crate) ended: Vec<Noted>,
    /// Whether it is confirmed that another of the same is meant.
    pub(crate) is_another: bool,
    /// Whose rooms they are, where that is limited.
    pub(crate) whose: Option<Whose>,
}

/// Who books, for the limits of what is under way at once.
#[derive(Clone)]
pub(crate) struct Whose {
    /// A keyed digest of the telephone.
    pub(crate) phone: String,
    /// A digest of the client's address; empty where it does not count.
    pub(crate) client: String,
    /// How many rooms the booking is for.
    pub(crate) rooms: usize,
}

/// A booking that was noted for its content, and its how manieth try that was: one that is tried again is not over.
#[derive(Clone)]
pub(crate) struct Noted {
    pub(crate) booking: BookingId,
    pub(crate) tries: u32,
}

/// What the hotel's object answers.
pub(crate) enum PropertyReply {
    Done,
    /// Rooms that somebody has and that the settings lack, each with its nights and codes. Where one of them is not to be
    /// removed (see [`stays`]), the settings are as they were.
    Configured {
        lost: Vec<String>,
    },
    Availability {
        availability: Availability,
    },
    /// By night, and for each in the settings' order of the types.
    Calendar {
        free: Vec<Vec<u16>>,
    },
    Held {
        holding: Holding,
    },
    Booked {
        reservation: Reservation,
    },
    Found {
        reservation: Option<Reservation>,
    },
    Tidied {
        deleted: usize,
        notes: Vec<Noted>,
    },
    Listed {
        page: Page,
    },
    Counted {
        rooms: usize,
    },
    /// Certainly not done; the book's own words.
    Refused {
        error: String,
    },
}

stored_record!(Availability { settings_version, free, others, retry_after_s });
stored_record!(Intent { content, booking, ended, is_another, whose });
stored_record!(Whose { phone, client, rooms });
stored_record!(Noted { booking, tries });
stored_choice!(PropertyCall {
    "configure" = Configure { version, document, removed },
    "availability" = Availability { stay, intent },
    "calendar" = Calendar { from, nights },
    "hold" = Hold { booking, stay, needs, ttl_ms, listed },
    "release" = Release { booking, lines },
    "record" = Record { reference, code, room, is_choice },
    "unrecord" = Unrecord { reference },
    "book" = Book { order },
    "look_up" = LookUp { reference },
    "cancel" = Cancel { reference, code },
    "tidy" = Tidy { ended, noted_before },
    "list" = List { made_since, after },
    "erase" = Erase { booking },
    "count_held" = CountHeld,
});
stored_choice!(PropertyReply {
    "done" = Done,
    "configured" = Configured { lost },
    "availability" = Availability { availability },
    "calendar" = Calendar { free },
    "held" = Held { holding },
    "booked" = Booked { reservation },
    "found" = Found { reservation },
    "listed" = Listed { page },
    "refused" = Refused { error },
    "tidied" = Tidied { deleted, notes },
    "counted" = Counted { rooms },
});

/// Whether a room that settings lack is not among those that are to be removed.
pub(crate) fn stays(lost: &str, removed: &str) -> bool {
    let room = lost.split(',').next();
    removed.split(',').all(|it| Some(it.trim()) != room)
}

/// Asks the hotel's object. One deployment is one hotel, hence one object.
///
/// # Errors
/// Where the object cannot be reached or its answer is lost: the call may or may not have been carried out.
pub(crate) async fn ask_property(env: &Env, call: &PropertyCall) -> Result<PropertyReply> {
    let response = post(env, "PROPERTY", "property", &to_text(call)).await?;
    if response.status() != 200 {
        return Err(format!("the hotel's object answered {}", response.status()).into());
    }
    read(&response_text(&response).await?)
}

/// Reads a call or an answer.
///
/// # Errors
/// Where it is something else: the two sides are not of the same version.
pub(crate) fn read<T: Read>(text: &str) -> Result<T> {
    Ok(from_text(text).ok_or("a message between objects is not what it should be")?)
}
