//! What is kept and handed on inside: journals, ledger entries, calls between objects. JSON as well, so that people
//! can read it, in the forms that serde would give it; written and read by tables, because derived code for these
//! types would be most of the Worker. Answers are written by the same tables.
//!
//! A reader passes over members that it does not know: a later version may have added them.

mod booking;
mod call;
mod ledger;
mod problem;

use std::fmt::Write as _;
use std::str::SplitTerminator;

use chrono::NaiveDate;
use posada_core::booking::outcome::Outcome;
use posada_core::distribute::Objective;
use posada_core::ids::{
    BookingId, ClaimId, LineNo, Millis, OperationId, PackageId, PropertyId, Reference, ReservationCode,
    RoomNumber, RoomTypeId, WaId,
};
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::stay::{Stay, date_text};

use crate::field::{Members, Node};
use crate::leaf::Date;
use crate::read::parse;

/// A value that can be written.
pub trait Write {
    /// Writes the value's JSON behind what `out` holds.
    fn write(&self, out: &mut String);

    /// Whether an object goes without its member of this value.
    fn is_left_out(&self) -> bool {
        false
    }
}

/// A value that can be read back.
pub trait Read: Sized {
    /// Reads the value; `None` where it is something else.
    fn read(node: Node) -> Option<Self>;
}

/// How many bytes a text begins with.
const TEXT_BYTES: usize = 512;

/// The JSON of a value.
#[must_use]
pub fn to_text(value: &dyn Write) -> String {
    // Most answers are of this size: a text that grows from nothing is moved eight times.
    let mut out = String::with_capacity(TEXT_BYTES);
    value.write(&mut out);
    out
}

/// The value of this JSON; `None` where it is no JSON or the JSON of something else.
#[must_use]
pub fn from_text<T: Read>(text: &str) -> Option<T> {
    T::read(parse(text.as_bytes(), usize::MAX).ok()?)
}

/// Writes an object of these members, without those that are left out.
pub fn write_members(out: &mut String, members: &[(&str, &dyn Write)]) {
    write_object(out, &mut members.iter().copied());
}

/// Writes an object of these values, without those that are left out. A comma ends each of their `names`: one text for
/// all of a type is a quarter of the code that a list of them would be.
pub fn write_record(out: &mut String, names: &str, values: &[&dyn Write]) {
    write_object(out, &mut names.split_terminator(',').zip(values.iter().copied()));
}

fn write_object(out: &mut String, members: &mut dyn Iterator<Item = (&str, &dyn Write)>) {
    let mut before = '{';
    for (name, value) in members {
        if !value.is_left_out() {
            out.push(before);
            write_text(name, out);
            out.push(':');
            value.write(out);
            before = ',';
        }
    }
    out.push_str(if before == '{' { "{}" } else { "}" });
}

/// Writes a list.
fn write_list(out: &mut String, items: &mut dyn Iterator<Item = &dyn Write>) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        item.write(out);
    }
    out.push(']');
}

/// Writes a variant: its name, and where it has members an object of that one name. The `names` of the members are as
/// [`write_record`] takes them.
pub fn write_variant(out: &mut String, name: &str, names: &str, values: &[&dyn Write]) {
    if values.is_empty() {
        return write_text(name, out);
    }
    out.push('{');
    write_text(name, out);
    out.push(':');
    write_record(out, names, values);
    out.push('}');
}

/// Takes the member of this name; one that is not there is read from `null`.
#[inline(never)]
pub fn member<T: Read>(members: &mut Members, name: &str) -> Option<T> {
    T::read(members.take(name).unwrap_or(Node::Null))
}

/// Members that are read in the order of their names.
#[derive(Debug)]
pub struct Listed {
    members: Members,
    names: SplitTerminator<'static, char>,
}

/// The members of an object, to be read in the order of `names`, each ended by a comma.
#[must_use]
pub fn listed(node: Node, names: &'static str) -> Option<Listed> {
    Some(listed_of(members(node)?, names))
}

/// These members, to be read in the order of `names`.
#[must_use]
pub fn listed_of(members: Members, names: &'static str) -> Listed {
    Listed { members, names: names.split_terminator(',') }
}

/// Reads the next member; one that is not there is read from `null`.
#[inline(never)]
pub fn next<T: Read>(listed: &mut Listed) -> Option<T> {
    T::read(listed.take())
}

impl Listed {
    #[inline(never)]
    fn take(&mut self) -> Node {
        self.names.next().and_then(|name| self.members.take(name)).unwrap_or(Node::Null)
    }
}

/// The members of an object.
#[must_use]
pub fn members(node: Node) -> Option<Members> {
    match node {
        Node::Object(members) => Some(members),
        _ => None,
    }
}

/// A variant's name and its members; a variant without members is a text.
#[must_use]
pub fn variant(node: Node) -> Option<(String, Members)> {
    match node {
        Node::Text(name) => Some((name, Members::default())),
        Node::Object(Members(mut all)) if all.len() == 1 => match all.pop()? {
            (name, Some(Node::Object(members))) => Some((name, members)),
            _ => None,
        },
        _ => None,
    }
}

/// Says how a struct is answered: an object of these members, which are also its description.
#[macro_export]
macro_rules! written {
    ($type:ty { $($member:ident),* $(,)? }) => {
        $crate::stored_only!($type { $($member),* });

        #[cfg(not(target_arch = "wasm32"))]
        impl $crate::describe::Describe for $type {
            fn describe(known: &mut $crate::describe::Schemas) -> serde_json::Value {
                known.refer(stringify!($type), |known| {
                    let mut members = serde_json::Map::new();
                    $(members.insert(
                        stringify!($member).to_owned(),
                        $crate::describe::of_member(|it: &$type| &it.$member, known),
                    );)*
                    members
                })
            }
        }
    };
}

/// Says how a struct is written: an object of these members.
#[macro_export]
macro_rules! stored_only {
    ($type:ty { $($member:ident),* $(,)? }) => {
        impl $crate::stored::Write for $type {
            fn write(&self, out: &mut String) {
                $crate::stored::write_record(
                    out,
                    concat!($(stringify!($member), ","),*),
                    &[$(&self.$member),*],
                );
            }
        }
    };
}

/// Says how a struct is stored: an object of these members.
#[macro_export]
macro_rules! stored_record {
    ($type:ty { $($member:ident),* $(,)? }) => {
        $crate::stored_only!($type { $($member),* });

        impl $crate::stored::Read for $type {
            fn read(node: $crate::field::Node) -> Option<Self> {
                let mut members = $crate::stored::listed(node, concat!($(stringify!($member), ","),*))?;
                Some(Self { $($member: $crate::stored::next(&mut members)?),* })
            }
        }
    };
}

/// Says how an enum is stored: each variant under its name, with these members.
#[macro_export]
macro_rules! stored_choice {
    ($type:ty { $($name:literal = $variant:ident $({ $($member:ident),* $(,)? })?),* $(,)? }) => {
        impl $crate::stored::Write for $type {
            fn write(&self, out: &mut String) {
                match self {
                    $(Self::$variant $({ $($member),* })? => $crate::stored::write_variant(
                        out,
                        $name,
                        concat!($($(stringify!($member), ","),*)?),
                        &[$($($member as &dyn $crate::stored::Write),*)?],
                    ),)*
                }
            }
        }

        impl $crate::stored::Read for $type {
            #[allow(unused_mut, unused_variables, reason = "an enum may have no variant with members")]
            fn read(node: $crate::field::Node) -> Option<Self> {
                let (name, members) = $crate::stored::variant(node)?;
                Some(match name.as_str() {
                    $($name => $crate::stored_choice!(@read members $variant $($($member)*)?),)*
                    _ => return None,
                })
            }
        }
    };
    (@read $members:ident $variant:ident) => { Self::$variant };
    (@read $members:ident $variant:ident $($member:ident)+) => {{
        let mut members = $crate::stored::listed_of($members, concat!($(stringify!($member), ","),+));
        Self::$variant { $($member: $crate::stored::next(&mut members)?),+ }
    }};
}

/// Writes a text with its quotes.
pub fn write_text(text: &str, out: &mut String) {
    if text.bytes().any(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)) {
        // A text can always be written.
        out.push_str(&serde_json::to_string(text).unwrap_or_default());
        return;
    }
    // Nearly every text, and each name of a member, stands in JSON as it is.
    out.push('"');
    out.push_str(text);
    out.push('"');
}

impl Write for str {
    fn write(&self, out: &mut String) {
        write_text(self, out);
    }
}

impl Write for &str {
    fn write(&self, out: &mut String) {
        write_text(self, out);
    }
}

impl Write for String {
    fn write(&self, out: &mut String) {
        write_text(self, out);
    }
}

impl Read for String {
    fn read(node: Node) -> Option<Self> {
        match node {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Write for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Read for bool {
    fn read(node: Node) -> Option<Self> {
        match node {
            Node::Flag(flag) => Some(flag),
            _ => None,
        }
    }
}

impl Write for i64 {
    fn write(&self, out: &mut String) {
        // A text takes all that is written to it.
        let _ = write!(out, "{self}");
    }
}

impl Read for i64 {
    fn read(node: Node) -> Option<Self> {
        match node {
            Node::Whole(number) => Some(number),
            _ => None,
        }
    }
}

macro_rules! small_numbers {
    ($($type:ty)*) => {$(
        impl Write for $type {
            fn write(&self, out: &mut String) {
                i64::from(*self).write(out);
            }
        }

        impl Read for $type {
            fn read(node: Node) -> Option<Self> {
                i64::read(node)?.try_into().ok()
            }
        }
    )*};
}
small_numbers!(u8 u16 u32 i32);

/// Counts and limits, which are far below 2^63.
macro_rules! counts {
    ($($type:ty)*) => {$(
        impl Write for $type {
            fn write(&self, out: &mut String) {
                i64::try_from(*self).unwrap_or(i64::MAX).write(out);
            }
        }

        impl Read for $type {
            fn read(node: Node) -> Option<Self> {
                i64::read(node)?.try_into().ok()
            }
        }
    )*};
}
counts!(u64 usize);

macro_rules! text_ids {
    ($($type:ty)*) => {$(
        impl Write for $type {
            fn write(&self, out: &mut String) {
                write_text(self.as_str(), out);
            }
        }

        impl Read for $type {
            fn read(node: Node) -> Option<Self> {
                Self::try_from(String::read(node)?).ok()
            }
        }
    )*};
}
text_ids!(PropertyId RoomTypeId RoomNumber PackageId ReservationCode WaId BookingId ClaimId OperationId);

macro_rules! numbers {
    ($($type:ident($read:ident)),*) => {$(
        impl Write for $type {
            fn write(&self, out: &mut String) {
                self.0.write(out);
            }
        }

        impl Read for $type {
            fn read(node: Node) -> Option<Self> {
                $read::read(node).map(Self)
            }
        }
    )*};
}
numbers!(LineNo(u8), Millis(i64));

impl Write for Money {
    fn write(&self, out: &mut String) {
        self.mills().write(out);
    }
}

impl Read for Money {
    fn read(node: Node) -> Option<Self> {
        i64::read(node).map(Self::from_mills)
    }
}

impl Write for NaiveDate {
    fn write(&self, out: &mut String) {
        write_text(&date_text(*self), out);
    }
}

impl Read for NaiveDate {
    fn read(node: Node) -> Option<Self> {
        Date::parse(&String::read(node)?)
    }
}

impl<T: Write> Write for Vec<T> {
    fn write(&self, out: &mut String) {
        write_list(out, &mut self.iter().map(|item| item as &dyn Write));
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(node: Node) -> Option<Self> {
        match node {
            Node::List(items) => {
                let mut all = Self::new();
                for item in items {
                    all.push(T::read(item)?);
                }
                Some(all)
            }
            _ => None,
        }
    }
}

impl<T: Write> Write for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            None => out.push_str("null"),
            Some(value) => value.write(out),
        }
    }

    fn is_left_out(&self) -> bool {
        self.is_none()
    }
}

impl<T: Read> Read for Option<T> {
    fn read(node: Node) -> Option<Self> {
        match node {
            Node::Null => Some(None),
            node => T::read(node).map(Some),
        }
    }
}

impl<T: Write> Write for Box<T> {
    fn write(&self, out: &mut String) {
        (**self).write(out);
    }
}

impl<T: Read> Read for Box<T> {
    fn read(node: Node) -> Option<Self> {
        T::read(node).map(Box::new)
    }
}

impl<A: Write, B: Write> Write for (A, B) {
    fn write(&self, out: &mut String) {
        out.push('[');
        self.0.write(out);
        out.push(',');
        self.1.write(out);
        out.push(']');
    }
}

impl<A: Read, B: Read> Read for (A, B) {
    fn read(node: Node) -> Option<Self> {
        let Node::List(items) = node else { return None };
        let [a, b] = <[Node; 2]>::try_from(items).ok()?;
        Some((A::read(a)?, B::read(b)?))
    }
}

impl Write for Objective {
    fn write(&self, out: &mut String) {
        write_text(self.name(), out);
    }
}

impl Write for Outcome {
    fn write(&self, out: &mut String) {
        write_text(self.name(), out);
    }
}

stored_record!(Occupancy { adults, children_6_10, children_0_5 });
stored_record!(Reference { booking, line, generation });

impl Write for Stay {
    fn write(&self, out: &mut String) {
        write_members(out, &[("check_in", &self.check_in()), ("check_out", &self.check_out())]);
    }
}

impl Read for Stay {
    fn read(node: Node) -> Option<Self> {
        let mut members = members(node)?;
        Self::new(member(&mut members, "check_in")?, member(&mut members, "check_out")?).ok()
    }
}
