//! Members that may be missing or wrong: a wrong one is remembered with what is wrong, so that reading goes on and
//! all faults of a body are found.
//!
//! Bodies are taken from a [`Node`], not by derived readers: those stop at the first fault, and each would add some
//! 10 kB to the Worker.

use std::borrow::Cow;

/// What is wrong with a value, in English, said after the field's name: `must be a text`.
pub type Message = Cow<'static, str>;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number without fraction that fits 64 bits.
    Whole(i64),
    /// Any other number.
    Fraction(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// An object.
    Object(Members),
}

/// The members of a JSON object, in their order; no name is there twice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Members(pub(crate) Vec<(String, Option<Node>)>);

impl Members {
    /// Takes the member of this name.
    #[inline(never)]
    pub(crate) fn take(&mut self, name: &str) -> Option<Node> {
        self.0.iter_mut().find(|(known, _)| known == name).and_then(|(_, value)| value.take())
    }

    /// Takes and reads the member of this name.
    #[inline(never)]
    pub fn field<T: Readable>(&mut self, name: &str) -> Field<T> {
        self.take(name).map_or(Field::Absent, Field::of)
    }

    /// The names of the members that nobody took.
    #[must_use]
    pub fn into_unknown(self) -> Unknown {
        Unknown(self.0.into_iter().filter(|(_, value)| value.is_some()).map(|(name, _)| name).collect())
    }
}

/// The names of members that an object does not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unknown(pub Vec<String>);

/// A member of a JSON object as it was sent. `null` is the same as not sent: callers that must name every member
/// (strict function schemas) send it for those that they leave out.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Field<T> {
    /// Not sent.
    #[default]
    Absent,
    /// Sent, but not as it must be.
    Wrong(Message),
    /// Sent and read.
    Given(T),
}

impl<T> Field<T> {
    /// The wrong value that this is said of.
    pub fn wrong(message: impl Into<Message>) -> Self {
        Self::Wrong(message.into())
    }

    /// Whether nothing was sent.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The value read, where one was.
    #[must_use]
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            Self::Absent | Self::Wrong(_) => None,
        }
    }

    /// The field that `of` makes of the value read.
    pub fn and_then<U>(self, of: impl FnOnce(T) -> Field<U>) -> Field<U> {
        match self {
            Self::Absent => Field::Absent,
            Self::Wrong(message) => Field::Wrong(message),
            Self::Given(value) => of(value),
        }
    }
}

impl<T: Readable> Field<T> {
    /// Reads the value.
    #[must_use]
    pub fn of(node: Node) -> Self {
        if node == Node::Null { Self::Absent } else { T::read(node) }
    }
}

/// A type that can be read from any JSON value: from the wrong kind as [`Field::Wrong`].
pub trait Readable: Sized {
    /// Reads the value, which is not `null`.
    fn read(node: Node) -> Field<Self>;
}

/// A list of at most `MAX` entries.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T, const MAX: usize>(pub Vec<Field<T>>);

impl<T: Readable, const MAX: usize> Readable for List<T, MAX> {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::List(entries) if entries.len() > MAX => {
                Field::wrong(format!("must have at most {MAX} entries, not {}", entries.len()))
            }
            Node::List(entries) => Field::Given(Self(entries.into_iter().map(Field::of).collect())),
            _ => Field::wrong("must be a list"),
        }
    }
}

/// The struct of an object: what its members are. The macro `body!` defines them.
pub trait Body: Sized {
    /// Takes the members that the object has; what is left is unknown.
    fn take(members: Members) -> Self;
}

/// An object.
#[derive(Debug, Clone, PartialEq)]
pub struct Object<T>(pub T);

impl<T: Body> Readable for Object<T> {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::Object(members) => Field::Given(Self(T::take(members))),
            _ => Field::wrong("must be an object"),
        }
    }
}

/// Defines the struct of an object: its members by their names on the wire, each a [`Field`] of the type given, and
/// [`Unknown`] for the others. The same list describes it.
macro_rules! body {
    ($(#[$about:meta])* $visible:vis struct $name:ident { $($(#[$member_about:meta])* $member:ident: $type:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone)]
        $visible struct $name {
            $($(#[$member_about])* $member: $crate::field::Field<$type>,)*
            unknown: $crate::field::Unknown,
        }

        impl $crate::field::Body for $name {
            fn take(mut members: $crate::field::Members) -> Self {
                Self {
                    $($member: members.field(stringify!($member)),)*
                    unknown: members.into_unknown(),
                }
            }
        }

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::describe::Describe for $name {
            fn describe(known: &mut $crate::describe::Schemas) -> serde_json::Value {
                known.refer(stringify!($name), |known| {
                    let mut members = serde_json::Map::new();
                    $(members.insert(
                        stringify!($member).to_owned(),
                        <$type as $crate::describe::Describe>::describe(known),
                    );)*
                    members
                })
            }
        }
    };
}
pub(crate) use body;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::{Count, Text};
    use crate::read::read;

    body! {
        struct LineBody {
            adults: Count<0, 60>,
            beds: Count<0, 2>,
        }
    }

    body! {
        struct WholeBody {
            name: Text<5>,
            lines: List<Object<LineBody>, 2>,
        }
    }

    fn body(json: &str) -> WholeBody {
        read(json.as_bytes(), 1_000).expect("wrong values are remembered, not errors")
    }

    #[test]
    fn what_is_missing_wrong_or_unknown_is_remembered() {
        let it = body(r#"{"x": [{"y": 1}], "lines": [{"adults": "two", "beds": null, "z": 1}, 5]}"#);
        assert_eq!(it.name, Field::Absent);
        assert_eq!(it.unknown.0, ["x"]);
        let Field::Given(List(lines)) = it.lines else { panic!("two entries") };
        let Field::Given(Object(line)) = &lines[0] else { panic!("an object") };
        assert_eq!(line.adults, Field::wrong("must be a whole number from 0 to 60"));
        assert_eq!(line.beds, Field::Absent);
        assert_eq!(line.unknown.0, ["z"]);
        assert!(matches!(&lines[1], Field::Wrong(message) if message == "must be an object"));
    }

    #[test]
    fn lists_have_their_limits() {
        let wrong = |json: &str| match body(json).lines {
            Field::Wrong(message) => message.into_owned(),
            other => panic!("{other:?}"),
        };
        assert_eq!(wrong(r#"{"lines": [1, 2, 3, {"a": [[]]}, 5]}"#), "must have at most 2 entries, not 5");
        for json in ["1", "-1", "1.5", "\"\"", "true", "{}"] {
            assert_eq!(wrong(&format!("{{\"lines\": {json}}}")), "must be a list");
        }
        assert!(body(r#"{"lines": null}"#).lines.is_absent());
        assert_eq!(body(r#"{"name": {"a": [1]}}"#).name, Field::wrong("must be a text"));
    }
}
