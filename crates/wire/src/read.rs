//! From bytes to a body: what is too large, no JSON, too deep or gives a member twice is refused here.

use std::fmt;

use posada_core::problem::{FieldFault, Problem};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use crate::field::{Body, Members, Node};

/// The largest body of the API, in bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// The deepest that lists and objects may stand in each other.
pub const DEPTH_MAX: usize = 16;
/// The most values of one document: the largest settings and files of payments have fewer.
pub const NODES_MAX: usize = 200_000;
/// The most members of one object.
pub const MEMBERS_MAX: usize = 200;

/// Reads a body of at most `bytes_max` bytes as the object `T`.
///
/// # Errors
/// [`Problem::TooLarge`], [`Problem::BadJson`], or [`Problem::Invalid`] where it is no object, is too deep, has too many
/// values or gives a member twice. (Which of two equal members counts differs from program to program, so neither
/// does.)
pub fn read<T: Body>(bytes: &[u8], bytes_max: usize) -> Result<T, Problem> {
    match parse(bytes, bytes_max)? {
        Node::Object(members) => Ok(T::take(members)),
        _ => Err(Problem::field("body", "must be an object")),
    }
}

/// Refuses what is no JSON that a body may be.
///
/// # Errors
/// As [`read`], but for the object that a body must be.
pub fn check_json(bytes: &[u8], bytes_max: usize) -> Result<(), Problem> {
    parse(bytes, bytes_max).map(|_| ())
}

/// Reads a body as whatever it is.
pub(crate) fn parse(bytes: &[u8], bytes_max: usize) -> Result<Node, Problem> {
    if bytes.len() > bytes_max {
        return Err(Problem::TooLarge { bytes_max });
    }
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::BadJson { detail: "it is empty".to_owned() });
    }
    let mut walk = Walk { path: String::new(), nodes: 0, found: None };
    let mut source = serde_json::Deserializer::from_slice(bytes);
    let node = Step { depth: 0, walk: &mut walk }.deserialize(&mut source);
    let whole = node.and_then(|node| source.end().map(|()| node));
    match (walk.found, whole) {
        (Some(fault), _) => Err(Problem::Invalid { fields: vec![fault] }),
        (None, Err(error)) => Err(Problem::BadJson { detail: error.to_string() }),
        (None, Ok(node)) => Ok(node),
    }
}

/// What is remembered on the way through a document.
struct Walk {
    /// Where the reader is.
    path: String,
    /// How many values there were.
    nodes: usize,
    /// What the walk was stopped for.
    found: Option<FieldFault>,
}

/// One step of the walk: a value at this depth.
struct Step<'a> {
    depth: usize,
    walk: &'a mut Walk,
}

impl Step<'_> {
    fn refuse<E: Error>(&mut self, message: String) -> E {
        let mut path = std::mem::take(&mut self.walk.path);
        if path.is_empty() {
            path.push_str("body");
        }
        self.walk.found = Some(FieldFault::new(path, message));
        E::custom("refused")
    }

    fn enter<E: Error>(&mut self) -> Result<usize, E> {
        if self.depth >= DEPTH_MAX {
            return Err(self.refuse(format!("is nested deeper than {DEPTH_MAX} levels")));
        }
        Ok(self.depth.saturating_add(1))
    }

    fn count<E: Error>(&mut self) -> Result<(), E> {
        self.walk.nodes = self.walk.nodes.saturating_add(1);
        if self.walk.nodes > NODES_MAX {
            return Err(self.refuse(format!("goes beyond the {NODES_MAX} values that a document may have")));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Step<'_> {
    type Value = Node;
    fn deserialize<D: Deserializer<'de>>(mut self, source: D) -> Result<Node, D::Error> {
        self.count()?;
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Step<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Whole(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 64 bits every kind of number here is too large anyway"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        Ok(i64::try_from(value).map_or(Node::Fraction(value as f64), Node::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Fraction(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Node, A::Error> {
        let depth = self.enter()?;
        let outer = self.walk.path.len();
        let mut nodes = Vec::new();
        loop {
            self.walk.path.push_str(&format!("[{}]", nodes.len()));
            let item = items.next_element_seed(Step { depth, walk: &mut *self.walk })?;
            self.walk.path.truncate(outer);
            match item {
                Some(node) => nodes.push(node),
                None => return Ok(Node::List(nodes)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut source: A) -> Result<Node, A::Error> {
        let depth = self.enter()?;
        let outer = self.walk.path.len();
        let mut members: Vec<(String, Option<Node>)> = Vec::new();
        while let Some(name) = source.next_key::<String>()? {
            if members.len() >= MEMBERS_MAX {
                return Err(self.refuse(format!("has more than {MEMBERS_MAX} members")));
            }
            if outer > 0 {
                self.walk.path.push('.');
            }
            self.walk.path.push_str(&name);
            if members.iter().any(|(known, _)| *known == name) {
                return Err(self.refuse("is given twice".to_owned()));
            }
            let node = source.next_value_seed(Step { depth, walk: &mut *self.walk })?;
            self.walk.path.truncate(outer);
            members.push((name, Some(node)));
        }
        Ok(Node::Object(Members(members)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::field::body;
    use crate::leaf::Flag;

    body! {
        struct Anything {
            name: Flag,
        }
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
        assert!(body.name.is_absent());
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
