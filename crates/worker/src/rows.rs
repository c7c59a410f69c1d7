//! Rows of SQL as JSON: every query answers one column `json`, so that one reader serves them all.

use posada_wire::stored::{Read, from_text};
use serde::Deserialize;
use worker::{D1Result, Result, SqlStorage, SqlStorageValue};

#[derive(Deserialize)]
struct Row {
    json: String,
}

fn read<T: Read>(rows: Vec<Row>) -> Result<Vec<T>> {
    let all: Option<Vec<T>> = rows.iter().map(|row| from_text(&row.json)).collect();
    all.ok_or_else(|| "a stored row is not what it should be".into())
}

/// What a query of an object's own storage answers.
pub(crate) fn query<T: Read>(sql: &SqlStorage, text: &str, values: Vec<SqlStorageValue>) -> Result<Vec<T>> {
    read(sql.exec(text, values)?.to_array()?)
}

/// What a query of D1 answered.
pub(crate) fn answered<T: Read>(answer: Option<&D1Result>) -> Result<Vec<T>> {
    answer.map_or_else(|| Ok(Vec::new()), |answer| read(answer.results()?))
}

/// How many rows a statement of D1 changed.
pub(crate) fn changes(answer: Option<&D1Result>) -> Result<usize> {
    let meta = answer.map(D1Result::meta).transpose()?.flatten();
    Ok(meta.and_then(|meta| meta.changes).unwrap_or(0))
}
