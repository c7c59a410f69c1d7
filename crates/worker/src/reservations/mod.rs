//! The hotel's reservation system: the embedded book of its `PropertyObject`, or a system of its own behind a
//! reservation API. All that the host asks of either goes through here.

mod api;

use std::rc::Rc;

use futures_util::future::join;
use posada_core::booking::effect::{Failure, Holding, Reservation, RoomNeed, RoomOrder};
use posada_core::booking::journal::Capabilities;
use posada_core::ids::{BookingId, LineNo, Millis, Reference, ReservationCode, RoomNumber};
use posada_core::problem::{Problem, System};
use posada_core::sorted::Set;
use posada_core::stay::Stay;
use posada_wire::reservation_api::{ListedRoom, Page, known_rooms};
use worker::Env;

use crate::host::{self, wait};
use crate::objects::calls::{Intent, Noted, PropertyCall, PropertyReply, ask_property};
use crate::respond::unavailable;
use crate::settings::{self, Loaded};
use crate::{config, log};
use api::Api;

/// The embedded book: the same reference books once, it can be looked up and cancelled.
const EMBEDDED: Capabilities = Capabilities { idempotency: true, lookup: true, cancel: true };
/// How long a list of free rooms is good enough to pick rooms by: it is the one that the request was checked with.
const LISTED_FRESH_MS: i64 = 10_000;
/// How often it is tried to write down what was booked.
const RECORD_TRIES: u32 = 2;
/// How much longer than the stay a room is held where nobody can find out whether it is booked.
const DAY_MS: i64 = 24 * 3_600_000;

/// What is free for a stay.
pub(crate) struct Free {
    /// The rooms.
    pub(crate) rooms: Set<RoomNumber>,
    /// What the reservation API listed, where there is one.
    pub(crate) listing: Option<Listing>,
    /// Other bookings of the same content that may live; where there are any, nothing is said to be free.
    pub(crate) others: Vec<Noted>,
}

/// What the reservation API listed as free, and when it was asked.
pub(crate) struct Listing {
    asked_at: Millis,
    rooms: Vec<ListedRoom>,
}

/// A reservation system.
pub(crate) enum Reservations {
    /// The embedded book.
    Book,
    /// The hotel's own, behind its API.
    Api(Box<Api>),
    /// One that is set up wrong: it can be asked for nothing, and the embedded book is not to take its place.
    Unusable,
}

/// An answer that was lost: the call may have been carried out.
fn lost<R>(env: &Env, what: &str, error: &host::Error) -> Failure<R> {
    log::failed(env, what, &error);
    Failure::Unknown
}

/// What of the settings about the reservation system is wrong.
pub(crate) fn check(env: &Env) -> Option<host::Error> {
    Api::of(env).err()
}

impl Reservations {
    /// The system that this deployment is set up with. What of the set-up is wrong goes to the log.
    pub(crate) fn of(env: &Env) -> Self {
        match Api::of(env) {
            Ok(None) => Self::Book,
            Ok(Some(api)) => Self::Api(Box::new(api)),
            Err(error) => {
                log::failed(env, "reservation_api", &error);
                Self::Unusable
            }
        }
    }

    /// What a booking may count on.
    pub(crate) fn capabilities(&self) -> Capabilities {
        match self {
            Self::Book => EMBEDDED,
            Self::Api(api) => Capabilities {
                idempotency: api.can.idempotency,
                lookup: api.can.lookup,
                cancel: api.can.cancel,
            },
            Self::Unusable => Capabilities { idempotency: false, lookup: false, cancel: false },
        }
    }

    /// How long rooms are held at a time: where it cannot be found out whether one is booked, until the guest would
    /// have left, for only people know then whether it is free.
    pub(crate) fn hold_ttl_ms(&self, policy_ms: i64, stay: &Stay, now: Millis) -> i64 {
        let Capabilities { idempotency, lookup, .. } = self.capabilities();
        if idempotency || lookup {
            return policy_ms;
        }
        let left = stay.check_out().and_time(chrono::NaiveTime::MIN).and_utc().timestamp_millis();
        left.saturating_add(DAY_MS).saturating_sub(now.0).max(policy_ms)
    }

    /// What is free for a stay, and the settings that say so. With an `intent`, a booking is to be made of it.
    ///
    /// # Errors
    /// [`Problem::Unavailable`]: what is free cannot be found out for now, and nothing was changed.
    pub(crate) async fn free(
        &self,
        env: &Env,
        stay: &Stay,
        intent: Option<&Intent>,
    ) -> std::result::Result<(Rc<Loaded>, Free), Problem> {
        let asked_at = config::now(env);
        // Neither answer needs the other one.
        let (held, listed) =
            join(settings::availability(env, stay, intent), self.listed(stay, asked_at)).await;
        let unavailable = |error: host::Error| unavailable(System::Reservations, &error);
        let Some((loaded, availability)) = held.map_err(unavailable)? else {
            return Err(crate::respond::unavailable(System::Storage, &"no settings were loaded".into()));
        };
        if let Some(retry_after_s) = availability.retry_after_s {
            return Err(Problem::TooManyRequests { retry_after_s });
        }
        let others = availability.others;
        if !others.is_empty() {
            return Ok((loaded, Free { rooms: Set::new(), listing: None, others }));
        }
        let mut rooms: Set<RoomNumber> = availability.free.into_iter().collect();
        let Some(listed) = listed.map_err(|failure| away(&failure))? else {
            return Ok((loaded, Free { rooms, listing: None, others }));
        };
        let (known, _) = known_rooms(&listed, &loaded.property.room_types);
        rooms = rooms.iter().filter(|room| known.contains(room)).cloned().collect();
        let listing = Some(Listing { asked_at, rooms: listed });
        Ok((loaded, Free { rooms, listing, others }))
    }

    async fn listed(
        &self,
        stay: &Stay,
        now: Millis,
    ) -> std::result::Result<Option<Vec<ListedRoom>>, Failure<String>> {
        match self {
            Self::Book => Ok(None),
            Self::Api(api) => api.free(stay, now).await.map(Some),
            Self::Unusable => Err(Failure::Retryable { after_ms: None }),
        }
    }

    /// Picks rooms for lines that need one and holds them, or prolongs holds. `listing` is what the request was
    /// checked with, where this is the first time that rooms are picked for it.
    pub(crate) async fn hold(
        &self,
        env: &Env,
        booking: &BookingId,
        stay: Stay,
        needs: Vec<RoomNeed>,
        ttl_ms: i64,
        listing: Option<Listing>,
    ) -> std::result::Result<Holding, Failure<Problem>> {
        let now = config::now(env);
        let is_first = needs.iter().all(|need| need.generation == 1);
        let is_fresh = |it: &Listing| is_first && now.0 < it.asked_at.plus(LISTED_FRESH_MS).0;
        let listed = match (self, listing.filter(is_fresh)) {
            (Self::Api(_), Some(listing)) => Some(listing.rooms),
            // What is held already is not looked for.
            (Self::Api(_), None) if needs.iter().any(|need| need.holds.is_some()) => Some(Vec::new()),
            (Self::Book | Self::Api(_) | Self::Unusable, _) => match self.listed(&stay, now).await {
                Ok(listed) => listed,
                Err(Failure::Retryable { after_ms }) => return Err(Failure::Retryable { after_ms }),
                // A question changes nothing.
                Err(_) => return Err(Failure::Retryable { after_ms: None }),
            },
        };
        let call = PropertyCall::Hold { booking: booking.clone(), stay, needs, ttl_ms, listed };
        match ask_property(env, &call).await {
            Ok(PropertyReply::Held { holding }) => Ok(holding),
            Ok(_) => Err(Failure::Retryable { after_ms: None }),
            Err(error) => Err(lost(env, "hold", &error)),
        }
    }

    /// Lets go of what is held for lines and not booked.
    pub(crate) async fn release(
        &self,
        env: &Env,
        booking: &BookingId,
        lines: Vec<LineNo>,
    ) -> std::result::Result<(), Failure<Problem>> {
        match ask_property(env, &PropertyCall::Release { booking: booking.clone(), lines }).await {
            Ok(_) => Ok(()),
            Err(error) => Err(lost(env, "release", &error)),
        }
    }

    /// Books a held room.
    pub(crate) async fn book(
        &self,
        env: &Env,
        order: Box<RoomOrder>,
        settings_version: &str,
    ) -> std::result::Result<Reservation, Failure<String>> {
        let api = match self {
            Self::Api(api) => api,
            Self::Book => return book_embedded(env, order).await,
            Self::Unusable => return Err(Failure::Retryable { after_ms: None }),
        };
        // Nothing was sent yet.
        let not_sent = || Failure::Retryable { after_ms: None };
        let hotel = settings::at(env, settings_version).await.map_err(|error| {
            log::failed(env, "book", &error);
            not_sent()
        })?;
        let currency = &hotel.ok_or_else(not_sent)?.property.currency;
        let booked = api.book(&order, currency, config::now(env)).await?;
        record(env, api, &order.reference, booked).await
    }

    /// The reservation that there is under a reference.
    pub(crate) async fn look_up(
        &self,
        env: &Env,
        reference: &Reference,
    ) -> std::result::Result<Option<Reservation>, Failure<String>> {
        match self {
            Self::Book => {
                let call = PropertyCall::LookUp { reference: reference.clone() };
                match ask_property(env, &call).await {
                    Ok(PropertyReply::Found { reservation }) => Ok(reservation),
                    Ok(_) => Err(Failure::Unknown),
                    Err(error) => Err(lost(env, "look_up", &error)),
                }
            }
            Self::Api(api) => match api.find(reference, config::now(env)).await? {
                Some(found) => record(env, api, reference, found).await.map(Some),
                None => Ok(None),
            },
            Self::Unusable => Err(Failure::Retryable { after_ms: None }),
        }
    }

    /// Cancels a reservation. Where it is a line's own (`is_own`), the hotel may have given it another code in its own
    /// system since: all that stands under its reference goes. One that is nobody's may stand beside a line's own.
    pub(crate) async fn cancel(
        &self,
        env: &Env,
        reference: &Reference,
        code: ReservationCode,
        is_own: bool,
    ) -> std::result::Result<(), Failure<String>> {
        match self {
            Self::Book => {
                let call = PropertyCall::Cancel { reference: reference.clone(), code };
                match ask_property(env, &call).await {
                    Ok(PropertyReply::Done) => Ok(()),
                    Ok(PropertyReply::Refused { error }) => Err(Failure::Refused(error)),
                    Ok(_) => Err(Failure::Unknown),
                    Err(error) => Err(lost(env, "cancel", &error)),
                }
            }
            Self::Api(api) => {
                api.cancel(reference, (!is_own).then_some(&code), config::now(env)).await?;
                if let Err(error) =
                    ask_property(env, &PropertyCall::Unrecord { reference: reference.clone() }).await
                {
                    // The room is free again once its record ends.
                    log::failed(env, "unrecord", &error);
                }
                Ok(())
            }
            Self::Unusable => Err(Failure::Retryable { after_ms: None }),
        }
    }

    /// Whether reservations can be listed.
    pub(crate) fn can_list(&self) -> bool {
        match self {
            Self::Book => true,
            Self::Api(api) => api.can.list,
            Self::Unusable => false,
        }
    }

    /// Reservations made since then, oldest first, from the cursor on.
    pub(crate) async fn list(
        &self,
        env: &Env,
        made_since: Millis,
        after: Option<String>,
    ) -> std::result::Result<Page, Failure<String>> {
        match self {
            Self::Book => match ask_property(env, &PropertyCall::List { made_since, after }).await {
                Ok(PropertyReply::Listed { page }) => Ok(page),
                Ok(_) => Err(Failure::Unknown),
                Err(error) => Err(lost(env, "list", &error)),
            },
            Self::Api(api) => api.list(made_since, after.as_deref(), config::now(env)).await,
            Self::Unusable => Err(Failure::Retryable { after_ms: None }),
        }
    }
}

/// The problem that an API which does not say what is free is.
fn away(failure: &Failure<String>) -> Problem {
    let after_ms = match failure {
        Failure::Retryable { after_ms } => *after_ms,
        Failure::Refused(_) | Failure::Unknown => None,
    };
    match unavailable(System::Reservations, &"it is not known what is free".into()) {
        Problem::Unavailable { system, retry_after_s } => {
            let said_s = after_ms.map(|ms| u32::try_from(ms.saturating_add(999) / 1_000).unwrap_or(u32::MAX));
            Problem::Unavailable { system, retry_after_s: said_s.unwrap_or(retry_after_s).max(1) }
        }
        other => other,
    }
}

async fn book_embedded(
    env: &Env,
    order: Box<RoomOrder>,
) -> std::result::Result<Reservation, Failure<String>> {
    let latency_ms = config::test_book_latency_ms(env).saturating_mul(u64::from(order.reference.line.0));
    if latency_ms > 0 {
        wait(latency_ms).await;
    }
    match ask_property(env, &PropertyCall::Book { order }).await {
        Ok(PropertyReply::Booked { reservation }) => Ok(reservation),
        Ok(PropertyReply::Refused { error }) => Err(Failure::Refused(error)),
        Ok(_) => Err(Failure::Unknown),
        Err(error) => Err(lost(env, "book", &error)),
    }
}

/// Writes down what was booked. An answer that names a code or a room that somebody else has is not believed for now:
/// no room-night has two owners, and no code two reservations.
async fn record(
    env: &Env,
    api: &Api,
    reference: &Reference,
    booked: Reservation,
) -> std::result::Result<Reservation, Failure<String>> {
    let call = PropertyCall::Record {
        reference: reference.clone(),
        code: booked.code.clone(),
        room: booked.room.clone(),
        is_choice: api.can.chooses_rooms,
    };
    for _ in 0..RECORD_TRIES {
        match ask_property(env, &call).await {
            Ok(PropertyReply::Done) => break,
            Ok(_) => {
                log::failed(
                    env,
                    "reservation_api",
                    &"it booked a room or gave a code that another reservation has",
                );
                return Err(Failure::Unknown);
            }
            Err(error) => log::failed(env, "record", &error),
        }
    }
    // What was booked is booked; where it could not be written down the hold ends by itself.
    Ok(booked)
}
