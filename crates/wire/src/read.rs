//! From bytes to a body: what is too large, no JSON, too deep or gives a member twice is refused here.

use std::collections::BTreeSet;
use std::fmt;

use posada_core::problem::{FieldFault, Problem};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::field::{Field, Object};

/// The largest body of the API, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The deepest that lists and objects may stand in each other.
pub const DEPTH_MAX: usize = 16;

/// Reads a body of at most `bytes_max` bytes as the object `T`.
///
/// # Errors
/// [`Problem::TooLarge`], [`Problem::BadJson`], or [`Problem::Invalid`] where it is no object, is too deep or gives a
/// member twice. (Which of two equal members counts differs from program to program, so neither does.)
pub fn read<T: DeserializeOwned>(bytes: &[u8], bytes_max: usize) -> Result<T, Problem> {
    inspect(bytes, bytes_max)?;
    match parse(bytes)? {
        Field::Given(Object(body)) => Ok(body),
        Field::Absent => Err(Problem::field("body", "must be an object")),
        Field::Wrong(message) => Err(Problem::field("body", message)),
    }
}

/// Reads JSON that [`inspect`] let through.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(bytes).map_err(|error| bad_json(&error))
}

/// Refuses what no body may be.
pub(crate) fn inspect(bytes: &[u8], bytes_max: usize) -> Result<(), Problem> {
    if bytes.len() > bytes_max {
        return Err(Problem::TooLarge { bytes_max });
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::BadJson { detail: "it is empty".to_owned() });
    }
    let mut found = None;
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let walked = Walk { depth: 0, path: &mut String::new(), found: &mut found }.deserialize(&mut source);
    let ended = walked.and_then(|()| source.end());
    match (found, ended) {
        (Some(fault), _) => Err(Problem::Invalid { fields: vec![fault] }),
        (None, Err(error)) => Err(bad_json(&error)),
        (None, Ok(())) => Ok(()),
    }
}

fn bad_json(error: &serde_json::Error) -> Problem {
    Problem::BadJson { detail: error.to_string() }
}

/// Walks through a value without keeping it and stops at the first fault.
struct Walk<'a> {
    depth: usize,
    path: &'a mut String,
    found: &'a mut Option<FieldFault>,
}

impl Walk<'_> {
    fn refuse<E: Error>(&mut self, message: String) -> E {
        let path = std::mem::take(self.path);
        *self.found = Some(FieldFault::new(path, message));
        E::custom("refused")
    }

    fn enter<E: Error>(&mut self) -> Result<usize, E> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse(format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        Ok(self.depth.saturating_add(1))
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        let depth = self.enter()?;
        let outer = self.path.len();
        for index in 0_usize.. {
            self.path.push_str(&format!("[{index}]"));
            let seed = Walk { depth, path: &mut *self.path, found: &mut *self.found };
            let more = items.next_element_seed(seed)?;
            self.path.truncate(outer);
            if more.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        let depth = self.enter()?;
        let outer = self.path.len();
        let mut names = BTreeSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if outer > 0 {
                self.path.push('.');
            }
            self.path.push_str(&name);
            if !names.insert(name) {
                return Err(self.refuse("is given twice".to_owned()));
            }
            members.next_value_seed(Walk { depth, path: &mut *self.path, found: &mut *self.found })?;
            self.path.truncate(outer);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;

    use super::*;
    use crate::field::Unknown;

    #[derive(Debug, Deserialize)]
    struct Anything {
        #[serde(flatten)]
        unknown: Unknown,
    }

    #[track_caller]
    fn check(body: &[u8], code: &str, detail: &str) {
        let problem = read::<Anything>(body, 1_000).expect_err("refused");
        assert_eq!((problem.code(), problem.detail().as_str()), (code, detail));
    }

    #[test]
    fn what_is_no_body_is_refused() {
        check(&vec![b' '; 10 << 20], "too_large", "The body is larger than 1000 bytes.");
        check(b" ", "bad_json", "The body is not valid JSON: it is empty.");
        check(
            b"{",
            "bad_json",
            "The body is not valid JSON: EOF while parsing an object at line 1 column 1.",
        );
        check(b"{} x", "bad_json", "The body is not valid JSON: trailing characters at line 1 column 4.");
        check(
            b"{\"a\": 1e400}",
            "bad_json",
            "The body is not valid JSON: number out of range at line 1 column 11.",
        );
        check(
            b"{\"a\": \"\xff\"}",
            "bad_json",
            "The body is not valid JSON: invalid unicode code point at line 1 column 8.",
        );
        check(
            br#"{"a": "\ud800"}"#,
            "bad_json",
            "The body is not valid JSON: unexpected end of hex escape at line 1 column 14.",
        );
        for bad in ["[]", "1", "\"x\"", "true"] {
            check(bad.as_bytes(), "invalid", "body must be an object.");
        }
        check(b"null", "invalid", "body must be an object.");
    }

    #[test]
    fn no_member_is_given_twice_and_nothing_is_too_deep() {
        check(br#"{"a": 1, "b": [{"c": 1, "c": 1}]}"#, "invalid", "b[0].c is given twice.");
        let deep = format!("{}1{}", "{\"a\":[".repeat(8), "]}".repeat(8));
        assert!(read::<Anything>(deep.as_bytes(), 1_000).is_ok());
        let deeper = format!("{{\"a\":{deep}}}");
        let problem = read::<Anything>(deeper.as_bytes(), 1_000).expect_err("17 levels");
        assert!(problem.detail().ends_with(" is nested deeper than 16 levels."), "{problem:?}");
        let bottomless = "[".repeat(60_000);
        assert!(read::<Anything>(bottomless.as_bytes(), BODY_BYTES_MAX).is_err());
    }

    #[test]
    fn names_of_any_script_are_kept() {
        let body = read::<Anything>("{\"niño\": 1, \"子\": \"😀\"}".as_bytes(), 1_000).expect("JSON");
        assert_eq!(body.unknown.0, ["niño", "子"]);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = read::<Anything>(&bytes, 1_000);
        }

        #[test]
        fn no_text_of_brackets_makes_it_panic(text in "[\\[\\]{}\",:a1 ]{0,80}") {
            let _ = read::<Anything>(text.as_bytes(), 1_000);
        }
    }
}
