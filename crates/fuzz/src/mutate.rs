//! How inputs are changed into new ones: bytes as every fuzzer does, and JSON by its values, which bytes alone would
//! nearly always break.
//!
//! The same mutator works in libFuzzer, in turn with libFuzzer's own, and in [`crate::smoke`].

use fastrand::Rng;
use serde_json::{Value, json};

use crate::words;

/// The form of a target's inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Any bytes.
    Bytes,
    /// One JSON document.
    Json,
    /// A JSON document in each line.
    JsonLines,
}

/// Texts at which readers may stumble.
const ODD_TEXTS: [&str; 21] = [
    "",
    " ",
    "0",
    "-0.00",
    "1e3",
    "0.005",
    "1000000000.00",
    "9999-12-31",
    "2025-02-29",
    "0001-01-01",
    "\u{0}",
    "\u{feff}",
    "á\u{301}",
    "\u{1F1F8}\u{1F1FB}",
    "\u{202e}x",
    "a,b",
    "HR26181",
    "*",
    "Depósito BAC",
    "+50370001234",
    "\"\\",
];

/// Changes inputs, the same ones the same way for the same seed.
#[derive(Debug)]
pub struct Mutator {
    form: Form,
    rng: Rng,
    words: Vec<&'static str>,
}

impl Mutator {
    /// A mutator of inputs of this form.
    #[must_use]
    pub fn new(form: Form, seed: u64) -> Self {
        Self { form, rng: Rng::with_seed(seed), words: words() }
    }

    /// An index below `len`, which is not 0.
    pub fn index(&mut self, len: usize) -> usize {
        self.rng.usize(..len)
    }

    /// A changed input of at most `bytes_max`; parts of `other` may be put into it.
    pub fn mutate(&mut self, input: &[u8], other: &[u8], bytes_max: usize) -> Vec<u8> {
        let by_value = self.form != Form::Bytes && self.rng.u8(..4) > 0;
        let mut changed = if by_value { self.values(input, other) } else { None }
            .unwrap_or_else(|| self.bytes(input, other));
        changed.truncate(bytes_max);
        changed
    }

    /// The input with some of its JSON values changed; `None` where it is no JSON, or would be too large.
    pub fn values(&mut self, input: &[u8], other: &[u8]) -> Option<Vec<u8>> {
        match self.form {
            Form::Bytes => None,
            Form::Json => {
                let mut value: Value = serde_json::from_slice(input).ok()?;
                let other = serde_json::from_slice(other).unwrap_or(Value::Null);
                self.change(&mut value, &other);
                serde_json::to_vec(&value).ok()
            }
            Form::JsonLines => {
                let read = |bytes: &[u8]| -> Vec<Value> {
                    let lines = bytes.split(|byte| *byte == b'\n');
                    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
                };
                let (mut lines, other) = (read(input), Value::Array(read(other)));
                if lines.is_empty() {
                    return None;
                }
                if self.rng.bool() {
                    // As a list, so that lines are moved, left out and repeated as well.
                    let mut list = Value::Array(lines);
                    self.change_list_or(&mut list, &other);
                    lines = list.as_array().cloned().unwrap_or_default();
                } else {
                    let at = self.index(lines.len());
                    let of = other.as_array().filter(|list| !list.is_empty());
                    let of = of.map_or(Value::Null, |list| list[self.rng.usize(..list.len())].clone());
                    self.change(lines.get_mut(at)?, &of);
                }
                let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
                Some(lines.join("\n").into_bytes())
            }
        }
    }

    /// Changes a place; now and then some.
    fn change(&mut self, value: &mut Value, other: &Value) {
        let places = if self.rng.u8(..4) == 0 { self.rng.usize(2..=4) } else { 1 };
        for _ in 0..places {
            let whole = value.clone();
            let at = self.index(count(value));
            if let Some(place) = nth(value, &mut { at }) {
                self.change_place(place, &whole, other);
            }
        }
    }

    fn change_list_or(&mut self, value: &mut Value, other: &Value) {
        let whole = value.clone();
        self.change_place(value, &whole, other);
    }

    fn change_place(&mut self, place: &mut Value, whole: &Value, other: &Value) {
        match self.rng.u8(..10) {
            0 => *place = self.odd(),
            1 => *place = self.part(whole),
            2 => *place = self.part(other),
            _ => match place {
                Value::Null => *place = self.odd(),
                Value::Bool(flag) => *flag = !*flag,
                Value::Number(_) => *place = self.number(place),
                Value::String(text) => *text = self.text(text),
                Value::Array(items) if items.is_empty() => items.push(self.part(other)),
                Value::Array(items) => {
                    let (at, to) = (self.index(items.len()), self.index(items.len()));
                    match self.rng.u8(..6) {
                        0 => drop(items.remove(at)),
                        1 => items.swap(at, to),
                        2 => items.truncate(at),
                        3 => items.insert(to, self.part(other)),
                        4 if items.len() < 64 => {
                            let copies = self.rng.usize(1..24);
                            let item = items[at].clone();
                            items.extend(std::iter::repeat_n(item, copies));
                        }
                        _ => items.insert(to, items[at].clone()),
                    }
                }
                Value::Object(members) => {
                    let names: Vec<String> = members.keys().cloned().collect();
                    let known = (!names.is_empty()).then(|| names[self.rng.usize(..names.len())].clone());
                    match (self.rng.u8(..4), known) {
                        (0, Some(name)) => drop(members.remove(&name)),
                        (1, Some(name)) => {
                            let value = members.remove(&name).unwrap_or(Value::Null);
                            members.insert(self.word(), value);
                        }
                        (2, Some(name)) => drop(members.insert(name, self.part(whole))),
                        _ => drop(members.insert(self.word(), self.part(whole))),
                    }
                }
            },
        }
    }

    fn word(&mut self) -> String {
        let at = self.index(self.words.len());
        self.words[at].to_owned()
    }

    /// A value out of a document.
    fn part(&mut self, of: &Value) -> Value {
        let mut of = of.clone();
        let at = self.index(count(&of));
        nth(&mut of, &mut { at }).map_or(Value::Null, std::mem::take)
    }

    /// A value at which readers may stumble.
    fn odd(&mut self) -> Value {
        match self.rng.u8(..12) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!([]),
            3 => json!({}),
            4 => json!(i64::MAX),
            5 => json!(i64::MIN),
            6 => json!(u64::MAX),
            7 => json!([0.005, 1e300, -0.0, 86.25, 0.1, 1e-9][self.rng.usize(..6)]),
            8 => json!("x".repeat(self.rng.usize(..2_000))),
            9 => json!(self.word()),
            10 => json!(self.rng.i64(-2..70)),
            _ => json!(ODD_TEXTS[self.rng.usize(..ODD_TEXTS.len())]),
        }
    }

    fn number(&mut self, number: &Value) -> Value {
        let Some(whole) = number.as_i64() else {
            let fraction = number.as_f64().unwrap_or(0.0);
            return json!(
                [fraction + 0.01, fraction / 10.0, -fraction, fraction.trunc()][self.rng.usize(..4)]
            );
        };
        match self.rng.u8(..8) {
            0 => json!(whole.wrapping_neg()),
            1 => json!(whole.wrapping_mul(10)),
            2 => json!(whole / 10),
            3 => json!(self.rng.i64(..) >> self.rng.u8(..63)),
            #[allow(clippy::cast_precision_loss, reason = "any number will do")]
            4 => json!(whole as f64 + 0.01),
            5 => json!(whole ^ (1 << self.rng.u8(..63))),
            6 => json!(whole.wrapping_sub(1)),
            _ => json!(whole.wrapping_add(1)),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        let at = self.rng.usize(..=letters.len());
        match self.rng.u8(..7) {
            0 => letters.truncate(at),
            1 => letters.insert(at, self.rng.char(..)),
            2 => drop((at < letters.len()).then(|| letters.remove(at))),
            3 => letters.extend(letters.clone()),
            4 => drop(letters.splice(at..at, self.word().chars())),
            // Dates, references, codes: another digit.
            5 => {
                let digits: Vec<usize> =
                    (0..letters.len()).filter(|&i| letters[i].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    letters[digits[self.rng.usize(..digits.len())]] = self.rng.digit(10);
                }
            }
            _ => return self.odd().as_str().map_or_else(|| self.word(), str::to_owned),
        }
        letters.into_iter().collect()
    }

    /// The input with some of its bytes changed.
    fn bytes(&mut self, input: &[u8], other: &[u8]) -> Vec<u8> {
        let mut bytes = input.to_vec();
        let places = if self.rng.bool() { self.rng.usize(2..=4) } else { 1 };
        for _ in 0..places {
            let at = self.rng.usize(..=bytes.len());
            let to = self.rng.usize(at..=bytes.len()).min(at + 64);
            match self.rng.u8(..8) {
                0 if at < bytes.len() => bytes[at] ^= 1 << self.rng.u8(..8),
                1 if at < bytes.len() => bytes[at] = self.rng.u8(..),
                2 => drop(bytes.drain(at..to)),
                3 => drop(bytes.splice(at..at, self.word().into_bytes())),
                4 => {
                    let part = bytes[at..to].to_vec();
                    drop(bytes.splice(at..at, part));
                }
                5 if !other.is_empty() => {
                    let from = self.index(other.len());
                    let until = self.rng.usize(from..=other.len());
                    drop(bytes.splice(at..to, other[from..until].iter().copied()));
                }
                6 => bytes.truncate(at),
                _ => bytes.insert(at, self.rng.u8(..)),
            }
        }
        bytes
    }
}

/// How many values a document has.
fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// The value at this place, counted as [`count`] does.
fn nth<'a>(value: &'a mut Value, at: &mut usize) -> Option<&'a mut Value> {
    if *at == 0 {
        return Some(value);
    }
    *at -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, at)),
        Value::Object(members) => members.values_mut().find_map(|item| nth(item, at)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_can_be_reached() {
        let document = json!({"a": [1, {"b": 2}], "c": null});
        assert_eq!(count(&document), 6);
        let places: Vec<Value> = (0..7)
            .map_while(|at| nth(&mut document.clone(), &mut { at }).map(|place| place.clone()))
            .collect();
        assert_eq!(
            places,
            [document.clone(), json!([1, {"b": 2}]), json!(1), json!({"b": 2}), json!(2), json!(null)]
        );
    }

    #[test]
    fn the_same_seed_makes_the_same_inputs_and_most_stay_json() {
        let input = br#"{"adults": 3, "bookings": [{"bungalow_type": "Junior"}]}"#;
        let made = |seed| {
            let mut mutator = Mutator::new(Form::Json, seed);
            (0..400).map(|_| mutator.mutate(input, b"[1]", 1_000)).collect::<Vec<_>>()
        };
        assert_eq!(made(1), made(1));
        assert_ne!(made(1), made(2));
        let json = made(1).iter().filter(|it| serde_json::from_slice::<Value>(it).is_ok()).count();
        assert!((200..400).contains(&json), "{json} of 400 are JSON");
        assert!(made(1).iter().filter(|it| it.as_slice() == input).count() < 40);
    }
}
