//! A booking's progress as server-sent events: what its journal tells the guest, entry by entry, and at the end the
//! whole answer. A listener follows the journal and holds nothing of the booking; one that goes away is let go of.

use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{Either, select};
use posada_core::message::Language;
use posada_core::problem::Problem;
use posada_wire::progress::Follower;
use worker::Delay;
use worker::web_sys::Response;

use super::answer::{self, Telling};
use super::{GetCall, Inner, journal};
use crate::host::{self, EventWriter, Result};
use crate::respond::{self, Answer, Tone};
use crate::{config, log};

/// The most listeners of one booking: the guest's pages, the assistant and the staff's.
const LISTENERS_MAX: usize = 16;
/// How often a listener is written to where nothing happens, so that who went away is noticed.
const KEEP_ALIVE_MS: u64 = 15_000;
/// After so many of these a listener has to come again: five minutes.
const KEEP_ALIVES_MAX: u32 = 20;
/// When a client that lost its stream is to come again.
const RETRY_MS: u32 = 2_000;
/// When one that found no place is.
const FULL_RETRY_S: u32 = 15;

/// A place among a booking's listeners, given back when the listener goes.
struct Place(Rc<Inner>);

impl Place {
    fn take(inner: &Rc<Inner>) -> Option<Self> {
        let taken = inner.listeners.get();
        if taken >= LISTENERS_MAX {
            return None;
        }
        inner.listeners.set(taken + 1);
        Some(Self(Rc::clone(inner)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.listeners.set(self.0.listeners.get().saturating_sub(1));
    }
}

/// Answers with the stream, to who may ask how the booking stands.
pub(super) async fn listen(inner: &Rc<Inner>, call: &GetCall, after: i64) -> Result<Response> {
    let tone = Tone::new(Language::from_tag(&call.language).unwrap_or_default(), false);
    match open(inner, call, tone, after) {
        Ok(response) => Ok(response),
        Err(refused) => respond::refused(&refused, tone),
    }
}

fn open(inner: &Rc<Inner>, call: &GetCall, tone: Tone, after: i64) -> Answer {
    let facts = answer::must_see(inner, call)?;
    let mut follower = Follower::new(facts.booking);
    let mut told = String::new();
    read_on(inner, &mut follower, after, &mut told)?;
    if follower.has_all(after) {
        // What a client that comes again by itself takes for the end.
        return Ok(host::empty(204)?);
    }
    let Some(place) = Place::take(inner) else {
        return Err(Problem::TooManyRequests { retry_after_s: FULL_RETRY_S }.into());
    };
    let (writer, response) = EventWriter::open()?;
    let text = format!("retry: {RETRY_MS}\n\n{told}");
    let telling = Telling {
        tone,
        role: call.role,
        form: posada_wire::command::Form::Many,
        token: None,
        is_existing: false,
    };
    let followed = Rc::clone(inner);
    inner.state.wait_until(async move {
        if let Err(error) = follow(&followed, follower, after, text, &writer, &telling).await {
            log::failed(&followed.env, "events", &error);
        }
        writer.close().await;
        drop(place);
    })?;
    Ok(response)
}

/// Writes what the journal tells, until there is nothing more, the time is over, or nobody reads it.
async fn follow(
    inner: &Rc<Inner>,
    mut follower: Follower,
    after: i64,
    mut text: String,
    writer: &EventWriter,
    telling: &Telling,
) -> Result<()> {
    let tick = Duration::from_millis(config::test_keep_alive_ms(&inner.env).unwrap_or(KEEP_ALIVE_MS));
    let mut quiet = 0;
    let mut changed = inner.changed();
    loop {
        if follower.is_over() {
            if follower.booking().outcome().is_some() {
                // Where the answer cannot be made now, the client comes again.
                let composed = answer::compose(inner, telling).await;
                let (answer, _) = composed.map_err(|refused| refused.problem().code())?;
                follower.finish(&answer, &mut text);
            }
            writer.write(&text, tick).await;
            return Ok(());
        }
        if !text.is_empty() && !writer.write(&text, tick).await {
            return Ok(());
        }
        text.clear();
        match select(&mut changed, Delay::from(tick)).await {
            Either::Left(_) => {
                changed = inner.changed();
                read_on(inner, &mut follower, after, &mut text)?;
            }
            Either::Right(_) => {
                quiet += 1;
                if quiet >= KEEP_ALIVES_MAX {
                    return Ok(());
                }
                text.push_str(": waiting\n\n");
            }
        }
    }
}

/// Takes in the entries that were written since.
fn read_on(inner: &Inner, follower: &mut Follower, after: i64, out: &mut String) -> Result<()> {
    for (seq, stamped) in journal::since(&inner.state.sql()?, follower.seq)? {
        follower.take(seq, &stamped, after, out).ok_or("the journal cannot be followed")?;
    }
    Ok(())
}
