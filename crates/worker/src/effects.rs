//! Carrying out one effect of a booking on the hotel's systems, and saying how it went.

use posada_core::booking::effect::{Effect, Failure, Input, RoomOrder};
use posada_core::booking::notice::Notice;
use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId, Millis};
use posada_core::message::{booking_message, failure_message};
use posada_core::payment::ledger::Account;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::operation::{self, Attach, Decision, Rules};
use posada_core::problem::Problem;
use posada_wire::answer::{BookingAnswer, Words};
use posada_wire::webhook::{Event, notice_id, notice_kind};
use worker::Env;

use crate::objects::calls::{PropertyCall, PropertyReply, ask_property};
use crate::payments::{self, StoreError};
use crate::respond::{self, Tone};
use crate::{config, host, log, settings, webhook};

/// Carries `effect` out. It can be repeated: every system recognises the operation.
pub(crate) async fn perform(
    env: &Env,
    booking: &BookingId,
    settings_version: &str,
    evidence: Option<&Evidence>,
    effect: Effect,
) -> Input {
    let started = config::now(env);
    let step = effect.step();
    let input = match effect {
        Effect::ClaimPayment { payment, holder, named, wish, rooms } => {
            let request = Attach {
                claim: new_claim(),
                booking: booking.clone(),
                holder,
                named,
                wish,
                rooms,
                evidence: evidence.copied(),
            };
            let answer = with_account(env, settings_version, &payment, &|account, rules, now| {
                operation::attach(account, rules, now, &request)
            })
            .await;
            Input::Claim(answer.map(|claimed| (claimed.claim, claimed.amount)))
        }
        Effect::HoldRooms { stay, package: _, needs, ttl_ms } => {
            let call = PropertyCall::Hold { booking: booking.clone(), stay, needs, ttl_ms };
            Input::Hold(match ask_property(env, &call).await {
                Ok(PropertyReply::Held { holding }) => Ok(holding),
                Ok(_) => Err(Failure::Retryable { after_ms: None }),
                Err(error) => Err(lost("hold", &error)),
            })
        }
        Effect::BookRoom(order) => {
            let reference = order.reference.clone();
            Input::Book(reference, book(env, order).await)
        }
        Effect::LookUp { reference } => {
            let answer = ask_property(env, &PropertyCall::LookUp { reference: reference.clone() }).await;
            Input::LookUp(
                reference,
                match answer {
                    Ok(PropertyReply::Found { reservation }) => Ok(reservation),
                    Ok(_) => Err(Failure::Unknown),
                    Err(error) => Err(lost("look_up", &error)),
                },
            )
        }
        Effect::CancelReservation { reference, code } => {
            let call = PropertyCall::Cancel { reference: reference.clone(), code };
            let answer = match ask_property(env, &call).await {
                Ok(PropertyReply::Done) => Ok(()),
                Ok(PropertyReply::Refused { error }) => Err(Failure::Refused(error)),
                Ok(_) => Err(Failure::Unknown),
                Err(error) => Err(lost("cancel", &error)),
            };
            Input::Cancel(reference, answer)
        }
        Effect::SettlePayment { payment, claim, payees } => {
            let answer = with_account(env, settings_version, &payment, &|account, rules, now| {
                operation::settle(account, rules, now, booking, &claim, &payees)
            })
            .await;
            Input::Settle(answer.map(|linked| linked.fits))
        }
        Effect::ReleaseHolds => {
            let answer = ask_property(env, &PropertyCall::Release { booking: booking.clone() }).await;
            Input::ReleaseHolds(match answer {
                Ok(_) => Ok(()),
                Err(error) => Err(lost("release", &error)),
            })
        }
        Effect::Notify(notice) => {
            let number = notice.number;
            Input::Notify(number, notify(env, booking, settings_version, *notice).await)
        }
    };
    log::step(booking, step, config::now(env).0.saturating_sub(started.0));
    input
}

/// Tells the hotel's programs how the booking ended. The same notice is told in the same words every time.
async fn notify(
    env: &Env,
    booking: &BookingId,
    settings_version: &str,
    notice: Notice,
) -> Result<(), Failure<String>> {
    let unreachable = |error: host::Error| {
        log::error("notify", &error.to_string());
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

async fn book(
    env: &Env,
    order: Box<RoomOrder>,
) -> Result<posada_core::booking::effect::Reservation, Failure<String>> {
    let latency_ms = config::test_book_latency_ms(env).saturating_mul(u64::from(order.reference.line.0));
    if latency_ms > 0 {
        host::wait(latency_ms).await;
    }
    match ask_property(env, &PropertyCall::Book { order }).await {
        Ok(PropertyReply::Booked { reservation }) => Ok(reservation),
        Ok(PropertyReply::Refused { error }) => Err(Failure::Refused(error)),
        Ok(_) => Err(Failure::Unknown),
        Err(error) => Err(lost("book", &error)),
    }
}

/// An answer that was lost: the call may have been carried out.
fn lost<R>(what: &str, error: &host::Error) -> Failure<R> {
    log::error(what, &error.to_string());
    Failure::Unknown
}

/// What an operation decides on an account, under these rules, at this instant.
type Decide<'a, T> = &'a dyn Fn(&Account, &Rules, Millis) -> Result<Decision<T>, Problem>;

async fn with_account<T>(
    env: &Env,
    settings_version: &str,
    payment: &PaymentRef,
    decide: Decide<'_, T>,
) -> Result<T, Failure<Problem>> {
    let unreachable = |error: &host::Error| {
        log::error("payments", &error.to_string());
        Failure::Retryable { after_ms: None }
    };
    let hotel = settings::at(env, settings_version).await.map_err(|error| unreachable(&error))?;
    let Some(hotel) = hotel else { return Err(Failure::Retryable { after_ms: None }) };
    let db = host::Database::of(env).map_err(|error| unreachable(&error))?;
    let rules = Rules::of(&hotel.property);
    let now = config::now(env);
    let answer = payments::operate(&db, payment, now, hotel.property.utc_offset_minutes, |account| {
        decide(account, &rules, now)
    });
    answer.await.map_err(|error| match error {
        StoreError::Problem(problem) => Failure::Refused(problem),
        StoreError::Unreachable(error) => unreachable(&error),
        StoreError::Unknown(error) => lost("payments", &error),
    })
}
