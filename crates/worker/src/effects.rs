//! Carrying out one effect of a booking on the hotel's systems, and saying how it went.

use posada_core::booking::effect::{Effect, Failure, Input};
use posada_core::booking::notice::Notice;
use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId};
use posada_core::message::{booking_message, failure_message};
use posada_core::payment::command::{Command, Done};
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::Attach;
use posada_core::problem::Problem;
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::webhook::{Event, notice_id, notice_kind};
use worker::Env;

use crate::payments::{Payments, StoreError};
use crate::reservations::{Listing, Reservations};
use crate::respond::{self, Tone};
use crate::{config, host, log, settings, webhook};

/// Carries `effect` out. It can be repeated: every system recognises the operation. `listing` is what was free when
/// the request was checked, where it is not known to be older than that.
pub(crate) async fn perform(
    env: &Env,
    booking: &BookingId,
    settings_version: &str,
    evidence: Option<&Evidence>,
    listing: Option<Listing>,
    effect: Effect,
) -> Input {
    let reservations = Reservations::of(env);
    match effect {
        Effect::ClaimPayment { payment, part, holder, named, wish, rooms, evidence: own } => {
            let request = Attach {
                claim: new_claim(),
                booking: booking.clone(),
                part,
                holder,
                named,
                wish,
                rooms,
                // What the booking was asked for with is evidence of the payment that it was made with.
                evidence: if part == 0 { evidence.copied() } else { own },
            };
            let done = operate(env, settings_version, &payment, Command::Attach(request)).await;
            let claimed = done.and_then(|done| match done {
                Done::Claimed(claimed) => Ok((claimed.claim, claimed.amount)),
                Done::Settled(_) | Done::Reversed | Done::Expired => Err(Failure::Unknown),
            });
            Input::claim(part, claimed)
        }
        Effect::HoldRooms { stay, package: _, needs, ttl_ms } => {
            Input::Hold(reservations.hold(env, booking, stay, needs, ttl_ms, listing).await)
        }
        Effect::BookRoom(order) => {
            let reference = order.reference.clone();
            Input::Book(reference, reservations.book(env, order, settings_version).await)
        }
        Effect::LookUp { reference } => {
            let found = reservations.look_up(env, &reference).await;
            Input::LookUp(reference, found)
        }
        Effect::CancelReservation { reference, code } => {
            let answer = reservations.cancel(env, &reference, code, true).await;
            Input::Cancel(reference, answer)
        }
        Effect::SettlePayment { payment, part, claim, payees } => {
            let command = Command::Settle { booking: booking.clone(), claim, payees };
            let done = operate(env, settings_version, &payment, command).await;
            let settled = done.and_then(|done| match done {
                Done::Settled(linked) => Ok(linked.fits),
                Done::Claimed(_) | Done::Reversed | Done::Expired => Err(Failure::Unknown),
            });
            Input::settle(part, settled)
        }
        Effect::ReleaseHolds { lines } => {
            Input::ReleaseHolds(reservations.release(env, booking, lines).await)
        }
        // Asked from booking to booking, not of the hotel's systems.
        Effect::Follow { .. } => Input::Follow(Err(Failure::Unknown)),
        Effect::Notify(notice) => {
            let number = notice.number;
            Input::Notify(number, notify(env, booking, settings_version, *notice).await)
        }
    }
}

/// Tells the hotel's programs how the booking ended. The same notice is told in the same words every time.
async fn notify(
    env: &Env,
    booking: &BookingId,
    settings_version: &str,
    notice: Notice,
) -> Result<(), Failure<String>> {
    let unreachable = |error: host::Error| {
        log::failed(env, "notify", &error);
        Failure::Retryable { after_ms: None }
    };
    let hotel = settings::at(env, settings_version).await.map_err(unreachable)?;
    let voice = respond::voice(hotel.as_deref(), Tone::new(notice.language, false));
    let words = Words {
        customer_message: booking_message(&notice.report, &voice),
        reason: &|room| failure_message(room, &voice),
    };
    let (id, kind, at) = (notice_id(booking, notice.number), notice_kind(&notice), notice.at);
    let answer = BookingAnswer::of_notice(booking, notice, words);
    webhook::send(env, &Event { id, kind, at, data: &answer }).await
}

/// The id of a claim, if a new one is opened.
pub(crate) fn new_claim() -> ClaimId {
    let random = |_| getrandom::u64().unwrap_or_else(|_| host::clock().0.cast_unsigned());
    let [high, low] = [0, 1].map(random);
    ClaimId::from_bits(u128::from(high) << 64 | u128::from(low))
}

/// An answer that was lost: the call may have been carried out.
fn lost<R>(env: &Env, what: &str, error: &host::Error) -> Failure<R> {
    log::failed(env, what, &error);
    Failure::Unknown
}

/// Carries an operation on a payment out, under these settings.
pub(crate) async fn operate(
    env: &Env,
    settings_version: &str,
    payment: &PaymentRef,
    command: Command,
) -> Result<Done, Failure<Problem>> {
    let unreachable = |error: &host::Error| {
        log::failed(env, "payments", &error);
        Failure::Retryable { after_ms: None }
    };
    let hotel = settings::at(env, settings_version).await.map_err(|error| unreachable(&error))?;
    let Some(hotel) = hotel else { return Err(Failure::Retryable { after_ms: None }) };
    let payments = Payments::of(env).map_err(|error| unreachable(&error))?;
    let answer = payments.operate(&hotel.property, payment, config::now(env), command).await;
    answer.map_err(|error| match error {
        StoreError::Problem(problem) => Failure::Refused(problem),
        StoreError::Unreachable(error) => unreachable(&error),
        StoreError::Unknown(error) => lost(env, "payments", &error),
    })
}
