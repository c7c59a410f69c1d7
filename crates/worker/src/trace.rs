//! Which trace the work at hand is part of, as [W3C Trace Context] has it. It goes where the environment goes: every call
//! takes that anyway, and a request, an alarm and an object have one each, made of the deployment's.
//!
//! [W3C Trace Context]: https://www.w3.org/TR/trace-context-1/

use posada_wire::trace::{PARENT, STATE, Trace, carried};
use worker::js_sys::{Object, Reflect};
use worker::web_sys::Request;
use worker::{Env, wasm_bindgen::JsCast};

use crate::host::{self, header, text};

/// An environment with all of this one's settings and bindings, and a trace of its own.
pub(crate) fn own(env: &Env) -> Env {
    let env: &Object = env.unchecked_ref();
    Object::create(env).unchecked_into()
}

/// The environment of a request: in the trace that it names, or in a new one of the id that is made.
pub(crate) fn of_request(env: &Env, request: &Request, new_id: impl FnOnce() -> String) -> Env {
    let env = own(env);
    let (trace, state) = of_headers(request, new_id);
    set(&env, PARENT, &parent(trace.as_ref()));
    // A new environment has no state yet.
    if let Some(state) = state {
        set(&env, STATE, &state);
    }
    env
}

/// The environment of what begins by itself.
pub(crate) fn begun(env: &Env) -> Env {
    let env = own(env);
    begin(&env);
    env
}

/// Has an environment that is nobody else's go on in the trace of a request, or in a new one.
pub(crate) fn join(env: &Env, request: &Request, new_id: impl FnOnce() -> String) {
    let (trace, state) = of_headers(request, new_id);
    set_both(env, trace.as_ref(), state.as_deref());
}

/// Has an environment that is nobody else's go on in a new trace.
pub(crate) fn begin(env: &Env) {
    set_both(env, Trace::begun(&new_id()).as_ref(), None);
}

/// The trace that a request is part of, or a new one, and the state that is carried with it.
fn of_headers(request: &Request, new_id: impl FnOnce() -> String) -> (Option<Trace>, Option<String>) {
    let sent = |name| header(request, name).ok().flatten();
    match sent(PARENT).and_then(|parent| Trace::read(&parent)) {
        Some(trace) => (Some(trace), sent(STATE).filter(|state| carried(state).is_some())),
        // A state without its trace is nobody's.
        None => (Trace::begun(&new_id()), None),
    }
}

fn parent(trace: Option<&Trace>) -> String {
    trace.map(|trace| trace.parent(0)).unwrap_or_default()
}

fn set_both(env: &Env, trace: Option<&Trace>, state: Option<&str>) {
    set(env, PARENT, &parent(trace));
    set(env, STATE, state.unwrap_or_default());
}

fn set(env: &Env, name: &str, value: &str) {
    // An object of our own takes every member.
    let _ = Reflect::set(env, &name.into(), &value.into());
}

fn of(env: &Env) -> Option<Trace> {
    Trace::read(&text(env, PARENT)?)
}

/// The trace's id, for the log.
pub(crate) fn id(env: &Env) -> Option<String> {
    of(env).map(|trace| trace.id().to_owned())
}

/// What a call says of the trace that it is made in, as a span of its own.
pub(crate) fn headers(env: &Env) -> Vec<(&'static str, String)> {
    let Some(trace) = of(env) else { return Vec::new() };
    let span = getrandom::u64().unwrap_or_else(|_| host::clock().0.cast_unsigned());
    let mut headers = vec![(PARENT, trace.parent(span))];
    headers.extend(text(env, STATE).map(|state| (STATE, state)));
    headers
}

/// An id of 32 hexadecimal digits.
pub(crate) fn new_id() -> String {
    let mut bits = [0; 16];
    if getrandom::fill(&mut bits).is_err() {
        bits = u128::from(host::clock().0.cast_unsigned()).to_be_bytes();
    }
    format!("{:032x}", u128::from_be_bytes(bits))
}
