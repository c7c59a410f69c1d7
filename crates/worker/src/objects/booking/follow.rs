//! Bookings that follow one another: asking the one that is followed, and being asked.

use std::rc::Rc;

use posada_core::booking::effect::{Failure, FollowWish, Input};
use posada_core::booking::{Booking, Rejection};
use posada_core::ids::BookingId;
use posada_core::problem::Problem;
use posada_wire::stored::to_text;
use posada_wire::stored_choice;
use worker::Env;
use worker::web_sys::Response;

use super::answer::must_see;
use super::journal::Facts;
use super::{BookingCall, FollowCall, Inner};
use crate::host::{Result, post, response_text};
use crate::objects::calls;
use crate::{log, respond};

/// What a booking answers to one that wants to follow it.
enum FollowReply {
    Taken,
    Refused { problem: Problem },
}

stored_choice!(FollowReply {
    "taken" = Taken,
    "refused" = Refused { problem },
});

/// Asks the booking that this one is to follow.
pub(super) async fn ask(env: &Env, facts: &Facts, followed: &BookingId, wish: FollowWish) -> Input {
    Input::Follow(match &facts.follows_as {
        None => Err(Failure::Refused(Problem::NotFound)),
        Some(who) => {
            let call = FollowCall { booking: facts.booking.clone(), who: who.clone(), wish };
            match sent(env, followed, BookingCall::Follow { call }).await {
                Ok(FollowReply::Taken) => Ok(()),
                Ok(FollowReply::Refused { problem }) => Err(Failure::Refused(problem)),
                Err(error) => {
                    log::failed(env, "follow", &error);
                    Err(Failure::Unknown)
                }
            }
        }
    })
}

async fn sent<T: posada_wire::stored::Read>(env: &Env, booking: &BookingId, call: BookingCall) -> Result<T> {
    let response = post(env, "BOOKING", booking.as_str(), &to_text(&call)).await?;
    calls::read(&response_text(&response).await?)
}

/// Whether another booking goes on or came to something.
pub(super) async fn is_living(env: &Env, booking: &BookingId) -> Result<bool> {
    sent(env, booking, BookingCall::IsLiving).await
}

/// Answers a booking that wants to follow this one. Which one may is decided and written down in one go; what is asked
/// before, whether the present follower lives, is only good for that follower as it was asked for.
pub(super) async fn take(inner: &Rc<Inner>, call: FollowCall) -> Result<Response> {
    let FollowCall { booking, who, wish } = call;
    if let Err(problem) = must_see(inner, &who) {
        return respond::json(&FollowReply::Refused { problem }, 200);
    }
    let of = |it: &Booking| it.follower().map(|(by, number)| (by.clone(), number));
    let dead = match inner.with_booking(of).flatten() {
        Some((by, number)) if by != booking && !is_living(&inner.env, &by).await? => Some(number),
        _ => None,
    };
    let reply = match inner.step_in(Input::FollowedBy { booking, wish, dead }).await? {
        Ok(()) => FollowReply::Taken,
        Err(Rejection::Impossible(problem)) => FollowReply::Refused { problem },
        Err(Rejection::StillRunning) => {
            FollowReply::Refused { problem: Problem::BookingInProgress { retry_after_s: 5 } }
        }
        Err(Rejection::AlreadyRequested | Rejection::Stale) => {
            FollowReply::Refused { problem: Problem::NotFound }
        }
    };
    respond::json(&reply, 200)
}
