//! Rows of SQL as JSON: every query answers one column `json`, so that one reader serves them all.

use posada_wire::stored::{Read, from_text};
use wasm_bindgen::JsValue;
use worker::js_sys::Array;

use crate::host::{Answered, Result, Sql, member};

/// The texts of the rows.
fn texts(rows: &Array) -> Vec<String> {
    rows.iter().filter_map(|row| member(&row, "json")?.as_string()).collect()
}

fn read<T: Read>(rows: &Array) -> Result<Vec<T>> {
    let mut all = Vec::new();
    for text in texts(rows) {
        all.push(from_text(&text).ok_or("a stored row is not what it should be")?);
    }
    Ok(all)
}

/// What a query of an object's own storage answers.
pub(crate) fn query<T: Read>(sql: &Sql, text: &str, values: &[JsValue]) -> Result<Vec<T>> {
    read(&sql.exec(text, values)?)
}

/// What a query of D1 answered.
pub(crate) fn answered<T: Read>(answer: Option<&Answered>) -> Result<Vec<T>> {
    answer.map_or_else(|| Ok(Vec::new()), |answer| read(&answer.rows()))
}

/// How many rows a statement of D1 changed.
pub(crate) fn changes(answer: Option<&Answered>) -> usize {
    answer.map_or(0, Answered::changes)
}
