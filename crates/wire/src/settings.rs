//! The hotel's settings: one JSON document, read into the core's [`Property`] with every fault named by JSON
//! pointer.

use posada_core::ids::{PackageId, PropertyId};
use posada_core::payment::pending::{CHECKS_MAX, Schedule};
use posada_core::problem::Problem;
use posada_core::property::{PACKAGES_MAX, Policy, Property, PropertyParts, ROOM_TYPES_MAX, SettingsFault};

use crate::faults::{Faults, Style};
use crate::field::{Field, List, Node, Object, Readable, body};
use crate::leaf::{Count, Paragraph, Text};
use crate::read;
use crate::room_types::{RoomTypeBody, Small, Whole, read_list, read_room_types};
use crate::stored::{Write, write_text};
use crate::tariff::{RowsBody, read_tariff, tariff_version};

/// The largest settings document, in bytes: 2,000 rooms and 2,000 rows of the tariff fit.
pub const SETTINGS_BYTES_MAX: usize = 1024 * 1024;
/// The most characters of `reception_contact`.
pub const RECEPTION_CONTACT_CHARS_MAX: usize = 200;

/// A language that guests are addressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Spanish.
    Es,
    /// English.
    En,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Self; 2] = [Self::Es, Self::En];
}

impl Write for Language {
    fn write(&self, out: &mut String) {
        write_text(
            match self {
                Self::Es => "es",
                Self::En => "en",
            },
            out,
        );
    }
}

impl Readable for Language {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::Text(text) if text == "es" => Field::Given(Self::Es),
            Node::Text(text) if text == "en" => Field::Given(Self::En),
            _ => Field::wrong("must be \"es\" or \"en\""),
        }
    }
}

/// The settings, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The hotel.
    pub property: Property,
    /// The languages it addresses guests in, its own first.
    pub languages: Vec<Language>,
    /// The version of its tariff, see [`tariff_version`].
    pub tariff_version: u64,
}

/// A duration in milliseconds.
type DurationMs = Count<0, 9_007_199_254_740_992>;

/// A text that may be empty, which is not the same as not sent.
#[derive(Debug, Clone)]
struct Prefix(String);

impl Readable for Prefix {
    fn read(node: Node) -> Field<Self> {
        match node {
            Node::Text(text) => Field::Given(Self(text)),
            _ => Field::wrong("must be a text"),
        }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl crate::describe::Describe for Prefix {
    fn describe(_: &mut crate::describe::Schemas) -> serde_json::Value {
        serde_json::json!({"type": "string"})
    }
}

body! {
    /// The settings document as it is sent.
    pub struct SettingsBody {
        /// The hotel's id.
        id: PropertyId,
        /// The hotel's name.
        name: Text<200>,
        /// Its currency (ISO 4217), of two decimals.
        currency: Text<3>,
        /// Minutes that its clocks are ahead of UTC.
        utc_offset_minutes: Count<-840, 840>,
        /// The languages that guests are addressed in; left out, both.
        languages: List<Language, 2>,
        /// What is set before a reservation's code where it is shown.
        reservation_code_prefix: Prefix,
        /// The room types, in the hotel's order.
        room_types: List<Object<RoomTypeBody>, ROOM_TYPES_MAX>,
        /// The packages that stays are sold in.
        packages: List<PackageId, PACKAGES_MAX>,
        /// What a night costs. Of the rows that match a night the most specific wins.
        tariff: RowsBody,
        /// What must be paid when booking, in percent of the total.
        deposit_percent: Count<1, 100>,
        /// How long a validated payment stays set aside, in milliseconds.
        claim_ttl_ms: DurationMs,
        /// How long rooms are held while they are booked, in milliseconds.
        hold_ttl_ms: DurationMs,
        /// How long a booking is waited for before it is answered as still running, in milliseconds.
        wait_ms: DurationMs,
        /// How long a quote keeps its price, in milliseconds.
        quote_ttl_ms: DurationMs,
        /// When a payment that is not there yet is looked for again: milliseconds after it was first asked for, ascending.
        payment_checks_ms: List<DurationMs, CHECKS_MAX>,
        /// The most characters of a reservation's code.
        reservation_code_length_max: Small,
        /// The most characters of a payment's column `codreser`.
        codreser_length_max: Small,
        /// The first code of the embedded reservation book.
        reservation_code_first: Count<1, 4_294_967_295>,
        /// The most rooms that one phone may have under way at once, beside its first booking.
        phone_rooms_max: Small,
        /// The same for one client of the public route.
        client_rooms_max: Small,
        /// The most of the hotel's rooms that either may have under way for the same night, in percent.
        share_percent_max: Count<1, 100>,
        /// How guests reach the reception.
        reception_contact: Paragraph<RECEPTION_CONTACT_CHARS_MAX>,
    }
}

/// Reads and checks a settings document.
///
/// # Errors
/// Every fault found, of the document's form and of the core's rules, each with its JSON pointer.
///
/// ```
/// # use posada_wire::settings::read_settings;
/// let faults = read_settings(br#"{"id": "demo", "currency": "JPY", "colour": "red"}"#).unwrap_err();
/// assert_eq!(faults[0].pointer, "/name");
/// assert_eq!(faults[0].message, "is required");
/// assert!(faults.iter().any(|fault| fault.pointer == "/colour"));
/// ```
pub fn read_settings(bytes: &[u8]) -> Result<Settings, Vec<SettingsFault>> {
    match read::read(bytes, SETTINGS_BYTES_MAX) {
        Ok(body) => convert(body, Whole::Yes),
        Err(problem) => Err(faults_of(&problem)),
    }
}

/// Reads what `GET /v1/property` shows back into a hotel without rooms, so that the widget can price and distribute
/// with the same code. Members that the settings do not have are passed over.
///
/// # Errors
/// Every fault found, each with its JSON pointer.
pub fn read_public(bytes: &[u8]) -> Result<Settings, Vec<SettingsFault>> {
    match read::read(bytes, SETTINGS_BYTES_MAX) {
        Ok(body) => convert(body, Whole::No),
        Err(problem) => Err(faults_of(&problem)),
    }
}

/// The faults of a document that could not be taken in.
fn faults_of(problem: &Problem) -> Vec<SettingsFault> {
    match problem {
        Problem::Invalid { fields } => {
            let pointer = |field: &str| match field {
                "body" => String::new(),
                path => format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/")),
            };
            fields.iter().map(|f| SettingsFault::new(pointer(&f.field), f.message.clone())).collect()
        }
        other => vec![SettingsFault::new("", other.detail())],
    }
}

fn convert(body: SettingsBody, whole: Whole) -> Result<Settings, Vec<SettingsFault>> {
    let mut faults = Faults::new(Style::Pointer);
    let faults = &mut faults;
    let id = faults.required("id", body.id);
    let name = faults.required("name", body.name).map(|Text(name)| name);
    let currency = faults.required("currency", body.currency).map(|Text(code)| code);
    let utc_offset = faults.required("utc_offset_minutes", body.utc_offset_minutes);
    let languages = read_languages(body.languages, faults);
    let prefix = faults.optional("reservation_code_prefix", body.reservation_code_prefix);
    let (room_types, ids_are_right) = read_room_types(body.room_types, &languages, whole, faults);
    let before_packages = faults.len();
    let packages = read_list("packages", body.packages, true, faults);
    let packages_are_right = faults.len() == before_packages;
    let tariff = read_tariff(
        body.tariff,
        faults,
        |id| !ids_are_right || room_types.iter().any(|known| known.id == *id),
        |id| !packages_are_right || packages.contains(id),
    );
    let default = Policy::default();
    let mut duration =
        |name: &str, field, default: i64| faults.optional(name, field).map_or(default, DurationMs::get);
    let claim_ttl_ms = duration("claim_ttl_ms", body.claim_ttl_ms, default.claim_ttl_ms);
    let hold_ttl_ms = duration("hold_ttl_ms", body.hold_ttl_ms, default.hold_ttl_ms);
    let wait_ms = duration("wait_ms", body.wait_ms, default.wait_ms);
    let quote_ttl_ms = duration("quote_ttl_ms", body.quote_ttl_ms, default.quote_ttl_ms);
    let payment_checks = read_checks(body.payment_checks_ms, default.payment_checks, faults);
    let mut length =
        |name: &str, field, default: u16| faults.optional(name, field).map_or(default, Small::small);
    let policy = Policy {
        claim_ttl_ms,
        hold_ttl_ms,
        wait_ms,
        quote_ttl_ms,
        payment_checks,
        reservation_code_prefix: prefix.map_or(default.reservation_code_prefix, |Prefix(prefix)| prefix),
        reservation_code_length_max: length(
            "reservation_code_length_max",
            body.reservation_code_length_max,
            default.reservation_code_length_max,
        ),
        codreser_length_max: length(
            "codreser_length_max",
            body.codreser_length_max,
            default.codreser_length_max,
        ),
        phone_rooms_max: length("phone_rooms_max", body.phone_rooms_max, default.phone_rooms_max),
        client_rooms_max: length("client_rooms_max", body.client_rooms_max, default.client_rooms_max),
        share_percent_max: faults
            .optional("share_percent_max", body.share_percent_max)
            .and_then(|percent| u8::try_from(percent.get()).ok())
            .unwrap_or(default.share_percent_max),
        reservation_code_first: faults
            .optional("reservation_code_first", body.reservation_code_first)
            .and_then(|first| u32::try_from(first.get()).ok())
            .unwrap_or(default.reservation_code_first),
        deposit_percent: faults
            .optional("deposit_percent", body.deposit_percent)
            .and_then(|percent| u8::try_from(percent.get()).ok())
            .unwrap_or(default.deposit_percent),
        reception_contact: faults.optional("reception_contact", body.reception_contact).map(|it| it.0),
    };
    if whole == Whole::Yes {
        faults.unknown(&body.unknown);
    }
    let found = std::mem::replace(faults, Faults::new(Style::Pointer)).into_list();
    let mut found: Vec<SettingsFault> =
        found.into_iter().map(|fault| SettingsFault::new(fault.field, fault.message)).collect();
    // What could not be read is filled in with what is right, so that the core's rules can be asked about the rest.
    let parts = PropertyParts {
        id: id.or_else(|| PropertyId::parse("unread").ok()).ok_or_else(|| found.clone())?,
        name: name.unwrap_or_else(|| "unread".to_owned()),
        currency: currency.unwrap_or_else(|| "USD".to_owned()),
        utc_offset_minutes: utc_offset.and_then(|offset| i32::try_from(offset.get()).ok()).unwrap_or(0),
        room_types,
        packages,
        tariff: tariff.clone(),
        policy,
    };
    let checked = Property::new(parts);
    if let Err(more) = &checked {
        merge(&mut found, more);
    }
    match checked {
        Ok(property) if found.is_empty() => {
            Ok(Settings { tariff_version: tariff_version(&property.tariff), property, languages })
        }
        _ => Err(found),
    }
}

/// Adds the core's faults, except where the place, or what it belongs to, is named already: those may follow from
/// what was filled in.
fn merge(found: &mut Vec<SettingsFault>, more: &[SettingsFault]) {
    let known: Vec<String> = found.iter().map(|fault| fault.pointer.clone()).collect();
    let follows = |pointer: &str| {
        known.iter().any(|at| {
            at == pointer
                || pointer.strip_prefix(at.as_str()).is_some_and(|rest| rest.starts_with('/'))
                || at.strip_prefix(pointer).is_some_and(|rest| rest.starts_with('/'))
        }) || (pointer.contains("/packages/") && known.iter().any(|at| at.starts_with("/packages")))
            // Rows that name what is not there were named by their places already.
            || (pointer == "/tariff" && !known.is_empty())
    };
    found.extend(more.iter().filter(|fault| !follows(&fault.pointer)).cloned());
}

/// Reads when a payment that is not there yet is looked for.
fn read_checks(
    field: Field<List<DurationMs, CHECKS_MAX>>,
    default: Schedule,
    faults: &mut Faults,
) -> Schedule {
    if field.is_absent() {
        return default;
    }
    let before = faults.len();
    let checks = read_list("payment_checks_ms", field, false, faults);
    if faults.len() != before {
        return default;
    }
    match Schedule::new(checks.into_iter().map(DurationMs::get).collect()) {
        Ok(schedule) => schedule,
        Err((Some(place), message)) => {
            faults.within_entry("payment_checks_ms", place, |faults| faults.push("", message));
            default
        }
        Err((None, message)) => {
            faults.push("payment_checks_ms", message);
            default
        }
    }
}

fn read_languages(field: Field<List<Language, 2>>, faults: &mut Faults) -> Vec<Language> {
    if field.is_absent() {
        return Language::ALL.to_vec();
    }
    let languages = read_list("languages", field, false, faults);
    match languages.as_slice() {
        [] => faults.push("languages", "must name at least one language"),
        [first, second] if first == second => faults.push("languages", "names a language twice"),
        _ => {}
    }
    languages
}
