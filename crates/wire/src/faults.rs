//! Collecting what is wrong with a body, in the order of its fields, each named as the caller wrote it.

use posada_core::problem::{FieldFault, Problem};

use crate::field::{Field, Message, Unknown};

/// The most faults that one answer names; the last then says how many more there are.
pub const FAULTS_MAX: usize = 100;
/// The most characters of an unknown name that are repeated to the caller.
const NAME_CHARS_MAX: usize = 60;

/// How the place of a fault is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `bookings[1].adults`
    Dotted,
    /// `/room_types/1/rooms`, a JSON pointer (RFC 6901).
    Pointer,
}

/// The faults found so far, and where in the body the reader is.
#[derive(Debug, Clone)]
pub struct Faults {
    style: Style,
    prefix: String,
    found: Vec<FieldFault>,
    beyond: usize,
}

impl Faults {
    /// No faults yet.
    #[must_use]
    pub fn new(style: Style) -> Self {
        Self { style, prefix: String::new(), found: Vec::new(), beyond: 0 }
    }

    /// Whether none was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many are named.
    #[must_use]
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The place of the member `name` of the object that is being read.
    #[must_use]
    pub fn place(&self, name: &str) -> String {
        match self.style {
            Style::Dotted if self.prefix.is_empty() || name.is_empty() => format!("{}{name}", self.prefix),
            Style::Dotted => format!("{}.{name}", self.prefix),
            Style::Pointer if name.is_empty() => self.prefix.clone(),
            Style::Pointer => format!("{}/{}", self.prefix, name.replace('~', "~0").replace('/', "~1")),
        }
    }

    /// Adds the fault of the member `name`; of the object itself where `name` is empty.
    pub fn push(&mut self, name: &str, message: impl Into<Message>) {
        self.add(name, message.into());
    }

    #[inline(never)]
    fn add(&mut self, name: &str, message: Message) {
        if self.found.len() >= FAULTS_MAX {
            self.beyond = self.beyond.saturating_add(1);
            return;
        }
        self.found.push(FieldFault::new(self.place(name), message.into_owned()));
    }

    /// Puts faults with their whole names among those found, at the place `at`.
    pub fn insert(&mut self, at: usize, faults: Vec<FieldFault>) {
        let at = at.min(self.found.len());
        self.found.splice(at..at, faults);
    }

    /// Adds a note to the messages of the faults found since there were `before` of them.
    pub fn note_since(&mut self, before: usize, note: &str) {
        for fault in self.found.iter_mut().skip(before) {
            fault.message.push(' ');
            fault.message.push_str(note);
        }
    }

    /// The value of a member that must be sent.
    #[inline(never)]
    pub fn required<T>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        if field.is_absent() {
            self.push(name, "is required");
        }
        self.optional(name, field)
    }

    /// The value of a member that may be left out.
    #[inline(never)]
    pub fn optional<T>(&mut self, name: &str, field: Field<T>) -> Option<T> {
        match field {
            Field::Given(value) => Some(value),
            Field::Absent => None,
            Field::Wrong(message) => {
                self.push(name, message);
                None
            }
        }
    }

    /// Refuses a member that this place does not have.
    pub fn refuse<T>(&mut self, name: &str, field: &Field<T>) {
        if !field.is_absent() {
            self.push(name, "is not a known field here");
        }
    }

    /// Refuses the members that the object does not have.
    pub fn unknown(&mut self, unknown: &Unknown) {
        for name in &unknown.0 {
            let shown: String = name
                .chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .take(NAME_CHARS_MAX)
                .collect();
            self.push(&shown, "is not a known field here");
        }
    }

    /// Reads the member `name`, an object, with the faults named under it.
    pub fn within<R>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> R) -> R {
        let inner = self.place(name);
        self.under(inner, read)
    }

    /// Reads entry `index` of the list `name` with the faults named under it. The fault of the entry itself has an
    /// empty name then.
    pub fn within_entry<R>(&mut self, name: &str, index: usize, read: impl FnOnce(&mut Self) -> R) -> R {
        let list = self.place(name);
        let inner = match self.style {
            Style::Dotted => format!("{list}[{index}]"),
            Style::Pointer => format!("{list}/{index}"),
        };
        self.under(inner, read)
    }

    fn under<R>(&mut self, inner: String, read: impl FnOnce(&mut Self) -> R) -> R {
        let outer = std::mem::replace(&mut self.prefix, inner);
        let result = read(self);
        self.prefix = outer;
        result
    }

    /// The faults, in the order found.
    #[must_use]
    pub fn into_list(mut self) -> Vec<FieldFault> {
        if self.beyond > 0 {
            self.found.push(FieldFault::new("", format!("and {} more faults", self.beyond)));
        }
        self.found
    }

    /// The problem that these faults are.
    #[must_use]
    pub fn into_problem(self) -> Problem {
        Problem::Invalid { fields: self.into_list() }
    }

    /// The value where nothing is wrong.
    ///
    /// # Errors
    /// [`Problem::Invalid`] where faults were found. A value that is missing without a fault is a fault of the
    /// program and reads as broken JSON rather than as a panic.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Problem> {
        if !self.is_empty() {
            return Err(self.into_problem());
        }
        value.ok_or_else(|| Problem::BadJson { detail: "it could not be read".to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(style: Style) -> Vec<String> {
        let mut faults = Faults::new(style);
        faults.push("name", "x");
        faults.within("party", |faults| {
            faults.within_entry("children", 2, |faults| faults.push("", "x"));
            faults.push("adults", "x");
        });
        faults.within_entry("rooms", 1, |faults| faults.unknown(&Unknown(vec!["a/b\n".to_owned()])));
        faults.into_list().into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn places_are_named_as_callers_write_them() {
        let dotted = ["name", "party.children[2]", "party.adults", "rooms[1].a/b\u{fffd}"];
        assert_eq!(fill(Style::Dotted), dotted);
        let pointers = ["/name", "/party/children/2", "/party/adults", "/rooms/1/a~1b\u{fffd}"];
        assert_eq!(fill(Style::Pointer), pointers);
    }

    #[test]
    fn no_more_than_a_hundred_faults_are_named() {
        let mut faults = Faults::new(Style::Dotted);
        for _ in 0..105 {
            faults.push("x", "y");
        }
        let list = faults.into_list();
        assert_eq!(list.len(), 101);
        assert_eq!(list.last().map(|fault| fault.message.as_str()), Some("and 5 more faults"));
    }
}
