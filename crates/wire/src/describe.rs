//! What values look like on the wire, as JSON Schema (draft 2020-12): said beside each reader and writer, and gathered
//! by the crate that describes the API. Native only: the Worker holds none of it.
//!
//! What a schema cannot see in a type, such as which members must be sent, that crate asks of the readers themselves.

use chrono::NaiveDate;
use posada_core::booking::outcome::Outcome;
use posada_core::distribute::Objective;
use posada_core::ids::{
    BookingId, ClaimId, PackageId, PropertyId, ReservationCode, RoomNumber, RoomTypeId, WaId,
};
use posada_core::money::Money;
use posada_core::payment::ledger::Holder;
use posada_core::payment::method::PaymentMethod;
use posada_core::problem::FieldFault;
use serde_json::{Map, Value, json};

use crate::field::{List, Object};
use crate::leaf::{Count, Date, Email, Flag, Paragraph, Text};
use crate::number::{Amount, PositiveAmount, Rate};
use crate::settings::Language;
use crate::time::Timestamp;

/// A character that no line of text may hold, as a class of a regular expression.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";

/// The objects described so far, by their types' names.
#[derive(Debug, Clone, Default)]
pub struct Schemas(pub Map<String, Value>);

impl Schemas {
    /// Describes an object once, and refers to it.
    pub fn refer(&mut self, name: &str, members: impl FnOnce(&mut Self) -> Map<String, Value>) -> Value {
        if !self.0.contains_key(name) {
            // It may hold itself.
            self.0.insert(name.to_owned(), Value::Null);
            let properties = members(self);
            let required: Vec<&String> = properties
                .iter()
                .filter(|(_, schema)| schema.get(OPTIONAL).is_none())
                .map(|(member, _)| member)
                .collect();
            let mut schema = json!({"type": "object", "properties": {}, "required": required});
            let clean = |(member, mut schema): (String, Value)| {
                if let Some(schema) = schema.as_object_mut() {
                    schema.remove(OPTIONAL);
                }
                (member, schema)
            };
            if let Some(of) = schema.get_mut("properties") {
                *of = Value::Object(properties.into_iter().map(clean).collect());
            }
            self.0.insert(name.to_owned(), schema);
        }
        json!({"$ref": format!("{PLACE}{name}")})
    }
}

/// Where references look for objects.
pub const PLACE: &str = "#/components/schemas/";
/// Marks the schema of a member that is left out where there is nothing to say.
const OPTIONAL: &str = "x-optional";

/// A type whose values are read from JSON or written as JSON.
pub trait Describe {
    /// The schema of its values.
    fn describe(known: &mut Schemas) -> Value;
}

/// The schema of a member, by how it is reached.
pub fn of_member<S, T: Describe>(_: fn(&S) -> &T, known: &mut Schemas) -> Value {
    T::describe(known)
}

/// Says what a type looks like that needs no other types for it.
macro_rules! plain {
    ($($(#[$about:meta])* $type:ty => $schema:expr;)*) => {$(
        impl Describe for $type {
            fn describe(_: &mut Schemas) -> Value {
                $schema
            }
        }
    )*};
}

/// Marks a text whose ends lose their white space when it is read, and which is the same as not sent when nothing is left.
pub const TRIMMED: &str = "x-trimmed";

/// A text of these characters, so many of them.
fn text(class: &str, chars_max: usize) -> Value {
    json!({"type": "string", "pattern": format!("^{class}{{1,{chars_max}}}$"), TRIMMED: true})
}

/// The amount above which none is read.
const AMOUNT_MAX: i64 = Money::MAX.mills().div_euclid(1_000);

plain! {
    Email => json!({"type": "string", "format": "email", "maxLength": Email::CHARS_MAX});
    Flag => json!({"type": "boolean"});
    bool => json!({"type": "boolean"});
    Date => json!({"type": "string", "format": "date"});
    NaiveDate => json!({"type": "string", "format": "date"});
    Timestamp => json!({"type": "string", "format": "date-time"});
    Amount => json!({"type": "number", "minimum": 0, "maximum": AMOUNT_MAX});
    PositiveAmount => json!({"type": "number", "exclusiveMinimum": 0, "maximum": AMOUNT_MAX});
    Rate => json!({"type": "string", "pattern": r"^[0-9]{1,9}(\.[0-9]{1,3})?$"});
    String => json!({"type": "string"});
    &'static str => json!({"type": "string"});
    PaymentMethod => json!({"type": "string", "enum": PaymentMethod::ALL.map(PaymentMethod::as_str)});
    Objective => json!({"type": "string", "enum": Objective::ALL.map(Objective::name)});
    Language => json!({"type": "string", "enum": ["es", "en"]});
    Outcome => json!({"type": "string", "enum": OUTCOMES.map(Outcome::name)});
    RoomTypeId => text(&format!("[^*{CONTROL}]"), RoomTypeId::CHARS_MAX);
    PackageId => text(&format!("[^*{CONTROL}]"), PackageId::CHARS_MAX);
    RoomNumber => text(&format!("[^,{CONTROL}]"), RoomNumber::CHARS_MAX);
    ReservationCode => text(&format!(r"[^,\s{CONTROL}]"), ReservationCode::CHARS_MAX);
    PropertyId => text("[A-Za-z0-9_-]", PropertyId::CHARS_MAX);
    WaId => json!({"type": "string", "pattern": r"^\+?[0-9]{1,20}$", TRIMMED: true});
    BookingId => json!({"type": "string", "pattern": "^[0-9a-f]{32}$", TRIMMED: true});
    Holder => json!({"type": "string", "pattern": "^(guest:[0-9]{1,20}|booking:[0-9a-f]{32})$"});
    ClaimId => json!({"type": "string", "pattern": "^[0-9a-f]{32}$", TRIMMED: true});
}

const OUTCOMES: [Outcome; 5] =
    [Outcome::Booked, Outcome::PartlyBooked, Outcome::NotBooked, Outcome::NeedsStaff, Outcome::InProgress];

macro_rules! whole_numbers {
    ($($type:ty)*) => {$(
        impl Describe for $type {
            fn describe(_: &mut Schemas) -> Value {
                json!({"type": "integer", "minimum": 0})
            }
        }
    )*};
}
whole_numbers!(u8 u16 u32 u64 usize);

impl Describe for i32 {
    fn describe(_: &mut Schemas) -> Value {
        json!({"type": "integer"})
    }
}

impl<const MAX: usize> Describe for Text<MAX> {
    fn describe(_: &mut Schemas) -> Value {
        json!({"type": "string", "maxLength": MAX, "pattern": format!("^[^{CONTROL}]*$"), TRIMMED: true})
    }
}

impl<const MAX: usize> Describe for Paragraph<MAX> {
    fn describe(_: &mut Schemas) -> Value {
        let allowed = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]";
        json!({"type": "string", "maxLength": MAX, "pattern": format!("^{allowed}*$"), TRIMMED: true})
    }
}

impl<const MIN: i64, const MAX: i64> Describe for Count<MIN, MAX> {
    fn describe(_: &mut Schemas) -> Value {
        json!({"type": "integer", "minimum": MIN, "maximum": MAX})
    }
}

impl<T: Describe, const MAX: usize> Describe for List<T, MAX> {
    fn describe(known: &mut Schemas) -> Value {
        json!({"type": "array", "maxItems": MAX, "items": T::describe(known)})
    }
}

impl<T: Describe> Describe for Object<T> {
    fn describe(known: &mut Schemas) -> Value {
        T::describe(known)
    }
}

impl<T: Describe> Describe for Vec<T> {
    fn describe(known: &mut Schemas) -> Value {
        json!({"type": "array", "items": T::describe(known)})
    }
}

/// A member of this type is left out where there is nothing. Within one that is not, nothing is `null`.
impl<T: Describe> Describe for Option<T> {
    fn describe(known: &mut Schemas) -> Value {
        let mut schema = T::describe(known);
        let Some(members) = schema.as_object_mut() else { return schema };
        if members.remove(OPTIONAL).is_some() {
            let kind = members.get("type").cloned().unwrap_or_default();
            members.insert("type".to_owned(), json!([kind, "null"]));
        }
        members.insert(OPTIONAL.to_owned(), Value::Bool(true));
        schema
    }
}

impl Describe for FieldFault {
    fn describe(known: &mut Schemas) -> Value {
        known.refer("FieldFault", |_| {
            let text = || json!({"type": "string"});
            [("field".to_owned(), text()), ("message".to_owned(), text())].into_iter().collect()
        })
    }
}
