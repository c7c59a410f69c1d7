//! The tariff in the settings: its rows read with their places kept, and the version that quotes name.

use std::fmt;

use chrono::Weekday;
use posada_core::ids::{PackageId, RoomTypeId};
use posada_core::tariff::{Match, Rates, TARIFF_ROWS_MAX, Tariff, TariffError, TariffRow, Weekdays};
use sha2::{Digest, Sha256};

use crate::canonical::{Canonical, insert_sorted};
use crate::faults::Faults;
use crate::field::{Field, List, Message, Node, Object, Readable, body};
use crate::leaf::Date;
use crate::number::Rate;
use crate::stored::Write;
use crate::written;

body! {
    /// One row of the tariff as it is sent.
    pub struct RowBody {
        /// A type's id, or `*`.
        room_type: Selector<RoomTypeId>,
        /// A package, or `*`.
        package: Selector<PackageId>,
        /// The season's first night.
        from: Date,
        /// The season's last night, itself included.
        to: Date,
        /// `*`, or a list of `mon` to `sun`.
        weekdays: Days,
        /// For the room.
        room: Rate,
        /// For each guest of 11 and more.
        adult: Rate,
        /// For each child of 0 to 5.
        children_0_5: Rate,
        /// For each child of 6 to 10.
        children_6_10: Rate,
        /// For each extra bed.
        extra_bed: Rate,
    }
}

/// A tariff's rows as they are sent.
pub type RowsBody = List<Object<RowBody>, TARIFF_ROWS_MAX>;

/// `*`, or one value.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Selector<T>(Match<T>);

impl<T: Readable> Readable for Selector<T> {
    fn read(node: Node) -> Field<Self> {
        if node == Node::Text("*".to_owned()) {
            return Field::Given(Self(Match::Any));
        }
        T::read(node).and_then(|only| Field::Given(Self(Match::Only(only))))
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl<T: crate::describe::Describe> crate::describe::Describe for Selector<T> {
    fn describe(known: &mut crate::describe::Schemas) -> serde_json::Value {
        serde_json::json!({"anyOf": [{"const": "*"}, T::describe(known)]})
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl crate::describe::Describe for Days {
    fn describe(_: &mut crate::describe::Schemas) -> serde_json::Value {
        let days = serde_json::json!({"type": "string", "enum": DAYS.map(|(name, _)| name)});
        let list = serde_json::json!({"type": "array", "items": days, "minItems": 1, "uniqueItems": true});
        serde_json::json!({"anyOf": [{"const": "*"}, list]})
    }
}

/// The days' names on the wire, from Monday.
const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Mon),
    ("tue", Weekday::Tue),
    ("wed", Weekday::Wed),
    ("thu", Weekday::Thu),
    ("fri", Weekday::Fri),
    ("sat", Weekday::Sat),
    ("sun", Weekday::Sun),
];
const DAYS_MESSAGE: &str = "must be \"*\" or a list of mon, tue, wed, thu, fri, sat, sun";

/// `*` (`None`), or some weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Days(Option<Weekdays>);

impl Readable for Days {
    fn read(node: Node) -> Field<Self> {
        let wrong = || Field::wrong(DAYS_MESSAGE);
        let names = match node {
            Node::Text(text) if text == "*" => return Field::Given(Self(None)),
            Node::List(names) => names,
            _ => return wrong(),
        };
        let mut days: Vec<Weekday> = Vec::with_capacity(7);
        for name in &names {
            let Node::Text(name) = name else { return wrong() };
            match DAYS.iter().find(|(known, _)| known == name) {
                Some((_, day)) if !days.contains(day) => days.push(*day),
                _ => return wrong(),
            }
        }
        Weekdays::of(days).map_or_else(wrong, |days| Field::Given(Self(Some(days))))
    }
}

/// Reads a row; `None` where a fault was found.
fn read_row(body: RowBody, faults: &mut Faults) -> Option<TariffRow> {
    let room_type = faults.required("room_type", body.room_type);
    let package = faults.required("package", body.package);
    let from = faults.required("from", body.from);
    let to = faults.required("to", body.to);
    let weekdays = faults.required("weekdays", body.weekdays);
    let mut rate = |name: &str, field| faults.required(name, field).map(|Rate(rate)| rate);
    let room = rate("room", body.room);
    let adult = rate("adult", body.adult);
    let children_0_5 = rate("children_0_5", body.children_0_5);
    let children_6_10 = rate("children_6_10", body.children_6_10);
    let extra_bed = rate("extra_bed", body.extra_bed);
    faults.unknown(&body.unknown);
    Some(TariffRow {
        room_type: room_type?.0,
        package: package?.0,
        from: from?.0,
        to: to?.0,
        weekdays: weekdays?.0,
        rates: Rates {
            room: room?,
            adult: adult?,
            children_0_5: children_0_5?,
            children_6_10: children_6_10?,
            extra_bed: extra_bed?,
        },
    })
}

/// Reads the member `tariff`. `is_known_type` and `is_known_package` say what rows may name.
///
/// Faults name the document's rows, which the core sorts away. What could be read is returned in any case, so that
/// the rest of the settings can be checked too.
pub(crate) fn read_tariff(
    field: Field<RowsBody>,
    faults: &mut Faults,
    is_known_type: impl Fn(&RoomTypeId) -> bool,
    is_known_package: impl Fn(&PackageId) -> bool,
) -> Tariff {
    let List(bodies) = faults.required("tariff", field).unwrap_or(List(Vec::new()));
    let (mut rows, mut places) = (Vec::new(), Vec::new());
    for (index, body) in bodies.into_iter().enumerate() {
        faults.within_entry("tariff", index, |faults| {
            let Some(Object(body)) = faults.required("", body) else { return };
            let Some(row) = read_row(body, faults) else { return };
            if let Match::Only(id) = &row.room_type
                && !is_known_type(id)
            {
                faults.push("room_type", "is not one of the hotel's room types");
            }
            if let Match::Only(id) = &row.package
                && !is_known_package(id)
            {
                faults.push("package", "is not one of the hotel's packages");
            }
            rows.push(row);
            places.push(index);
        });
    }
    let errors = match Tariff::new(rows) {
        Ok(tariff) => return tariff,
        Err(errors) => errors,
    };
    let place = |row: usize| places.get(row).copied().unwrap_or(row);
    for error in errors {
        let (row, field, message): (usize, &str, Message) = match error {
            TariffError::EmptySeason { row } => (row, "to", "must not be before from".into()),
            TariffError::NegativeRate { row, field } => (row, field, "must not be negative".into()),
            TariffError::Ambiguous { row, other } => {
                let other = place(other);
                let message =
                    format!("is as specific as /tariff/{other} and matches some of the same nights");
                (row, "", message.into())
            }
            TariffError::TooManyRows => {
                faults.push("tariff", format!("must have at most {TARIFF_ROWS_MAX} rows"));
                continue;
            }
        };
        faults.within_entry("tariff", place(row), |faults| faults.push(field, message));
    }
    Tariff::default()
}

/// One row of the tariff, as it is shown; spelled as the settings spell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowView {
    /// A type's id, or `*`.
    pub room_type: String,
    /// A package, or `*`.
    pub package: String,
    /// The season's first night.
    pub from: chrono::NaiveDate,
    /// The season's last night, itself included.
    pub to: chrono::NaiveDate,
    /// `*`, or the weekdays.
    pub weekdays: DaysView,
    /// For the room.
    pub room: Rate,
    /// For each guest of 11 and more.
    pub adult: Rate,
    /// For each child of 0 to 5.
    pub children_0_5: Rate,
    /// For each child of 6 to 10.
    pub children_6_10: Rate,
    /// For each extra bed.
    pub extra_bed: Rate,
}

written!(RowView {
    room_type,
    package,
    from,
    to,
    weekdays,
    room,
    adult,
    children_0_5,
    children_6_10,
    extra_bed
});

/// Weekdays as they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DaysView {
    /// `*`
    Any(&'static str),
    /// From Monday.
    Listed(Vec<&'static str>),
}

#[cfg(not(target_arch = "wasm32"))]
impl crate::describe::Describe for DaysView {
    fn describe(known: &mut crate::describe::Schemas) -> serde_json::Value {
        Days::describe(known)
    }
}

impl Write for DaysView {
    fn write(&self, out: &mut String) {
        match self {
            Self::Any(any) => any.write(out),
            Self::Listed(days) => days.write(out),
        }
    }
}

/// A day of the week as the tariff spells it.
pub(crate) fn name_of(day: Weekday) -> &'static str {
    DAYS.iter().find(|(_, known)| *known == day).map_or("", |(name, _)| name)
}

fn selector<T: fmt::Display>(value: &Match<T>) -> String {
    match value {
        Match::Any => "*".to_owned(),
        Match::Only(only) => only.to_string(),
    }
}

impl From<&TariffRow> for RowView {
    fn from(row: &TariffRow) -> Self {
        let Rates { room, adult, children_0_5, children_6_10, extra_bed } = row.rates;
        Self {
            room_type: selector(&row.room_type),
            package: selector(&row.package),
            from: row.from,
            to: row.to,
            weekdays: match row.weekdays {
                None => DaysView::Any("*"),
                Some(days) => DaysView::Listed(days.iter().map(name_of).collect()),
            },
            room: Rate(room),
            adult: Rate(adult),
            children_0_5: Rate(children_0_5),
            children_6_10: Rate(children_6_10),
            extra_bed: Rate(extra_bed),
        }
    }
}

/// The tariff's version: the first 64 bits of the SHA-256 of its rows, in an order of their own, so that only a
/// change of what the rows say changes it.
#[must_use]
pub fn tariff_version(tariff: &Tariff) -> u64 {
    let mut rows = Vec::with_capacity(tariff.rows().len());
    for row in tariff.rows() {
        insert_sorted(&mut rows, canonical_row(row));
    }
    let mut hash = Sha256::new_with_prefix(b"posada tariff v1\0");
    for row in &rows {
        hash.update(row);
    }
    hash.finalize().iter().take(8).fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte))
}

fn canonical_row(row: &TariffRow) -> Vec<u8> {
    let mut out = Canonical::default();
    out.put(&selector(&row.room_type)).put(&selector(&row.package));
    out.put(&row.from.to_string()).put(&row.to.to_string());
    let days: Vec<&str> = row.weekdays.iter().flat_map(|days| days.iter()).map(name_of).collect();
    out.put(&days.join(","));
    let Rates { room, adult, children_0_5, children_6_10, extra_bed } = row.rates;
    for rate in [room, adult, children_0_5, children_6_10, extra_bed] {
        out.put_number(rate.mills());
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use posada_core::fixtures;

    #[test]
    fn the_version_changes_with_what_the_rows_say_and_not_with_their_order() {
        let rows = fixtures::demo_parts().tariff.rows().to_vec();
        let version = |rows: &[TariffRow]| tariff_version(&Tariff::new(rows.to_vec()).expect("a tariff"));
        let same: Vec<TariffRow> = rows.iter().rev().cloned().collect();
        assert_eq!(version(&rows), version(&same));
        let mut other = rows.clone();
        other[0].rates.adult = posada_core::money::Money::from_mills(86_251);
        assert_ne!(version(&rows), version(&other));
        assert_ne!(version(&rows), version(&rows[..1]));
        other = rows.clone();
        other[1].weekdays = Weekdays::of([Weekday::Fri]);
        assert_ne!(version(&rows), version(&other));
    }
}
