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
    join(&env, request, new_id);
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
    let sent = |name| header(request, name).ok().flatten();
    match sent(PARENT).and_then(|parent| Trace::read(&parent)) {
        Some(trace) => set(env, Some(&trace), sent(STATE).as_deref().and_then(carried)),
        // A state without its trace is nobody's.
        None => set(env, Trace::begun(&new_id()).as_ref(), None),
    }
}

/// Has an environment that is nobody else's go on in a new trace.
pub(crate) fn begin(env: &Env) {
    set(env, Trace::begun(&new_id()).as_ref(), None);
}

fn set(env: &Env, trace: Option<&Trace>, state: Option<&str>) {
    let parent = trace.map(|trace| trace.parent(0)).unwrap_or_default();
    for (name, value) in [(PARENT, parent.as_str()), (STATE, state.unwrap_or_default())] {
        // An object of our own takes every member.
        let _ = Reflect::set(env, &name.into(), &value.into());
    }
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
