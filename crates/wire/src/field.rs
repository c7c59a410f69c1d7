//! Members that may be missing or wrong: a wrong one is remembered with what is wrong, so that reading goes on and
//! all faults of a body are found.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, de::DeserializeOwned};

/// What is wrong with a value, in English, said after the field's name: `must be a text`.
pub type Message = Cow<'static, str>;

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
}

/// A type that can be read from any JSON value: from the wrong kind as [`Field::Wrong`], not as an error.
pub trait Readable: Sized {
    /// Reads the value, which is not `null`.
    ///
    /// # Errors
    /// Only those of the source itself, such as broken JSON.
    fn read<'de, D: Deserializer<'de>>(source: D) -> Result<Field<Self>, D::Error>;
}

impl<'de, T: Readable> Deserialize<'de> for Field<T> {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        // An option, because that is also what a derived reader asks of a member that is not there.
        source.deserialize_option(FieldVisitor(PhantomData))
    }
}

struct FieldVisitor<T>(PhantomData<T>);

impl<'de, T: Readable> Visitor<'de> for FieldVisitor<T> {
    type Value = Field<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Field::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, source: D) -> Result<Self::Value, D::Error> {
        T::read(source)
    }
}

/// A JSON value without what is inside of lists and objects.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `null`, inside of something that is not a [`Field`].
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
    List,
    /// An object.
    Object,
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_any(ScalarVisitor)
    }
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Scalar, E> {
        Ok(Scalar::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Whole(value))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "beyond 64 bits every kind of number here is too large anyway"
    )]
    fn visit_u64<E>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Fraction(value as f64), Scalar::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Fraction(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Scalar, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Scalar, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Object)
    }
}

/// A type that is read from a single value.
pub trait Leaf: Sized {
    /// Reads the value.
    fn of(scalar: Scalar) -> Field<Self>;
}

impl<T: Leaf> Readable for T {
    fn read<'de, D: Deserializer<'de>>(source: D) -> Result<Field<Self>, D::Error> {
        Scalar::deserialize(source).map(T::of)
    }
}

/// The visits of a visitor that takes neither numbers nor flags.
macro_rules! refuse_numbers {
    ($message:expr) => {
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok(Field::wrong($message))
        }

        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok(Field::wrong($message))
        }

        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok(Field::wrong($message))
        }

        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok(Field::wrong($message))
        }
    };
}
pub(crate) use refuse_numbers;

/// A list of at most `MAX` items. What stands beyond them is counted, not kept.
#[derive(Debug, Clone, PartialEq)]
pub struct List<T, const MAX: usize>(pub Vec<Field<T>>);

impl<T: Readable, const MAX: usize> Readable for List<T, MAX> {
    fn read<'de, D: Deserializer<'de>>(source: D) -> Result<Field<Self>, D::Error> {
        source.deserialize_any(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T, const MAX: usize>(PhantomData<T>);

impl<'de, T: Readable, const MAX: usize> Visitor<'de> for ListVisitor<T, MAX> {
    type Value = Field<List<T, MAX>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    refuse_numbers!("must be a list");

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Field::wrong("must be a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Field::wrong("must be a list"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut kept = Vec::new();
        while kept.len() < MAX {
            match items.next_element()? {
                Some(item) => kept.push(item),
                None => return Ok(Field::Given(List(kept))),
            }
        }
        let mut beyond: usize = 0;
        while items.next_element::<IgnoredAny>()?.is_some() {
            beyond = beyond.saturating_add(1);
        }
        if beyond > 0 {
            let sent = MAX.saturating_add(beyond);
            return Ok(Field::wrong(format!("must have at most {MAX} entries, not {sent}")));
        }
        Ok(Field::Given(List(kept)))
    }
}

/// An object, read by the derived reader of its struct.
#[derive(Debug, Clone, PartialEq)]
pub struct Object<T>(pub T);

impl<T: DeserializeOwned> Readable for Object<T> {
    fn read<'de, D: Deserializer<'de>>(source: D) -> Result<Field<Self>, D::Error> {
        source.deserialize_any(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for ObjectVisitor<T> {
    type Value = Field<Object<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    refuse_numbers!("must be an object");

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Field::wrong("must be an object"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Field::wrong("must be an object"))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(members)).map(|value| Field::Given(Object(value)))
    }
}

/// The names of members that the object does not have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unknown(pub Vec<String>);

impl<'de> Deserialize<'de> for Unknown {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        source.deserialize_map(UnknownVisitor)
    }
}

struct UnknownVisitor;

impl<'de> Visitor<'de> for UnknownVisitor {
    type Value = Unknown;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unknown, A::Error> {
        let mut names = Vec::new();
        while let Some((name, IgnoredAny)) = members.next_entry()? {
            names.push(name);
        }
        Ok(Unknown(names))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::leaf::{Count, Text};

    #[derive(Debug, Deserialize, PartialEq)]
    struct Line {
        adults: Field<Count<0, 60>>,
        beds: Field<Count<0, 2>>,
        #[serde(flatten)]
        unknown: Unknown,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    struct Body {
        name: Field<Text<5>>,
        lines: Field<List<Object<Line>, 2>>,
        #[serde(flatten)]
        unknown: Unknown,
    }

    fn body(json: &str) -> Body {
        serde_json::from_str(json).expect("wrong values are remembered, not errors")
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
        assert_eq!(lines[1], Field::wrong("must be an object"));
    }

    #[test]
    fn lists_beyond_their_limit_are_counted_and_not_kept() {
        let it = body(r#"{"name": {"a": [1]}, "lines": [1, 2, 3, {"a": [[]]}, 5]}"#);
        assert_eq!(it.lines, Field::wrong("must have at most 2 entries, not 5"));
        assert_eq!(it.name, Field::wrong("must be a text"));
        for wrong in ["1", "-1", "1.5", "\"\"", "true", "{}"] {
            assert_eq!(body(&format!("{{\"lines\": {wrong}}}")).lines, Field::wrong("must be a list"));
        }
        assert_eq!(body(r#"{"lines": null}"#).lines, Field::Absent);
    }
}
