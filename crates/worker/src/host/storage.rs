//! What is kept: an object's own storage and alarm, and the database.

use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::{self, Array};
use worker::worker_sys::types as sys;

use super::{Result, binding, clock, member, number, promised};

/// The values that a statement is given, in the order of its `?1`, `?2`.
fn values(bound: &[JsValue]) -> Array {
    let array = Array::new();
    for value in bound {
        array.push(value);
    }
    array
}

/// The SQL of an object's own storage.
pub(crate) struct Sql(sys::SqlStorage);

impl Sql {
    /// Runs a statement and answers its rows.
    pub(crate) fn exec(&self, text: &str, bound: &[JsValue]) -> Result<Array> {
        Ok(self.0.exec(text, values(bound))?.to_array())
    }
}

/// What the platform gives an object: its storage, its alarm, and leave to go on after an answer.
pub(crate) struct State(sys::DurableObjectState);

impl State {
    pub(crate) fn new(state: sys::DurableObjectState) -> Self {
        Self(state)
    }

    pub(crate) fn sql(&self) -> Result<Sql> {
        Ok(Sql(self.0.storage()?.sql()))
    }

    /// The object's id, which says nothing of its name.
    pub(crate) fn id(&self) -> Result<String> {
        Ok(self.0.id()?.to_string()?)
    }

    /// Sets the alarm for so many milliseconds from now.
    pub(crate) async fn set_alarm(&self, after_ms: i64) -> Result<()> {
        let at = js_sys::Date::new(&number(clock().plus(after_ms).0));
        promised(self.0.storage()?.set_alarm(at, JsValue::NULL.into())).await.map(drop)
    }

    pub(crate) async fn delete_alarm(&self) -> Result<()> {
        promised(self.0.storage()?.delete_alarm(JsValue::NULL.into())).await.map(drop)
    }

    /// Deletes all that the object keeps.
    pub(crate) async fn delete_all(&self) -> Result<()> {
        promised(self.0.storage()?.delete_all()).await.map(drop)
    }

    /// Goes on with `work` after the answer.
    pub(crate) fn wait_until(&self, work: impl Future<Output = ()> + 'static) -> Result<()> {
        let promise = js_sys::futures::future_to_promise(async move {
            work.await;
            Ok(JsValue::UNDEFINED)
        });
        Ok(self.0.wait_until(&promise)?)
    }
}

/// A D1 database.
pub(crate) struct Database(sys::D1Database);

/// A statement with its values.
pub(crate) struct Statement(sys::D1PreparedStatement);

/// What a statement of D1 answered: rows, and how many it changed.
pub(crate) struct Answered(JsValue);

impl Database {
    /// The database that this deployment keeps settings and payments in.
    pub(crate) fn of(env: &Env) -> Result<Self> {
        binding(env, "DB").map(Self)
    }

    /// A statement of these values.
    pub(crate) fn prepare(&self, text: &str, bound: &[JsValue]) -> Result<Statement> {
        Ok(Statement(self.0.prepare(text)?.bind(values(bound))?))
    }

    /// Runs statements in one transaction.
    pub(crate) async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Answered>> {
        let all = Array::new();
        for statement in statements {
            all.push(&statement.0);
        }
        let answers: Array = promised(self.0.batch(all)).await?.unchecked_into();
        Ok(answers.iter().map(Answered).collect())
    }
}

impl Statement {
    /// Runs the statement by itself.
    pub(crate) async fn run(&self) -> Result<Answered> {
        promised(self.0.all()).await.map(Answered)
    }
}

impl Answered {
    /// The rows.
    pub(crate) fn rows(&self) -> Array {
        member(&self.0, "results").map_or_else(Array::new, JsCast::unchecked_into)
    }

    /// How many rows the statement changed.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a count")]
    pub(crate) fn changes(&self) -> usize {
        let changes = member(&self.0, "meta").and_then(|meta| member(&meta, "changes"));
        changes.and_then(|changes| changes.as_f64()).unwrap_or(0.0) as usize
    }
}
