//! What the Worker and its Durable Objects say to each other, as JSON over their stubs.

use posada_core::booking::effect::{Holding, Reservation, RoomNeed, RoomOrder};
use posada_core::ids::{BookingId, Reference, ReservationCode, RoomNumber};
use posada_core::stay::Stay;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use worker::{Env, Headers, Method, Request, RequestInit, Response, Result, Stub};

/// What the hotel's object is asked for.
#[derive(Serialize, Deserialize)]
pub(crate) enum PropertyCall {
    /// Take these settings: the rooms are its inventory.
    Configure { version: String, document: String },
    /// Which rooms are free for the whole stay?
    Availability { stay: Stay },
    /// Pick and hold rooms for these lines, all that can be had, in one transaction.
    Hold { booking: BookingId, stay: Stay, needs: Vec<RoomNeed>, ttl_ms: i64 },
    /// Let go of what the booking holds and did not book.
    Release { booking: BookingId },
    /// Book a held room in the embedded reservation book.
    Book { order: Box<RoomOrder> },
    /// Is there a reservation of this reference in the embedded book?
    LookUp { reference: Reference },
    /// Cancel a reservation of the embedded book.
    Cancel { reference: Reference, code: ReservationCode },
}

/// Rooms free for a stay, and which settings the object has.
#[derive(Serialize, Deserialize)]
pub(crate) struct Availability {
    /// Empty where no settings were loaded yet.
    pub(crate) settings_version: String,
    pub(crate) free: Vec<RoomNumber>,
}

/// What the hotel's object answers.
#[derive(Serialize, Deserialize)]
pub(crate) enum PropertyReply {
    Done,
    Availability(Availability),
    Held(Holding),
    Booked(Reservation),
    Found(Option<Reservation>),
    /// Certainly not done; the book's own words.
    Refused(String),
}

/// Asks the hotel's object. One deployment is one hotel, hence one object.
///
/// # Errors
/// Where the object cannot be reached or its answer is lost: the call may or may not have been carried out.
pub(crate) async fn ask_property(env: &Env, call: &PropertyCall) -> Result<PropertyReply> {
    let stub = env.durable_object("PROPERTY")?.get_by_name("property")?;
    let mut response = post(&stub, call).await?;
    read(&mut response).await
}

/// Sends a call to an object.
///
/// # Errors
/// Where the object cannot be reached or its answer is lost.
pub(crate) async fn post<T: Serialize>(stub: &Stub, call: &T) -> Result<Response> {
    let body = serde_json::to_string(call)?;
    let headers = Headers::new();
    headers.set("Content-Type", "application/json")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_headers(headers).with_body(Some(body.into()));
    stub.fetch_with_request(Request::new_with_init("https://object/", &init)?).await
}

async fn read<T: DeserializeOwned>(response: &mut Response) -> Result<T> {
    if response.status_code() != 200 {
        return Err(worker::Error::from(format!("an object answered {}", response.status_code())));
    }
    Ok(serde_json::from_str(&response.text().await?)?)
}
