//! The hotel's settings, checked: what cannot be wrong afterwards.

use crate::ids::{PackageId, PropertyId, RoomNumber, RoomTypeId};
use crate::party::Occupancy;
use crate::payment::pending::Schedule;
use crate::sorted::Set;
use crate::tariff::{Match, Tariff};

/// The most rooms of one booking.
pub const ROOMS_PER_BOOKING_MAX: usize = 20;
/// The most room types of a hotel: with more the search for the best distribution could take seconds (ADR 0009).
pub const ROOM_TYPES_MAX: usize = 16;
/// The most rooms of a hotel.
pub const ROOMS_MAX: usize = 2_000;
/// The most guests or extra beds that a room's limits may name.
pub const ROOM_LIMIT_MAX: u16 = 20;
/// The most packages of a hotel.
pub const PACKAGES_MAX: usize = 40;

/// A text in the two languages that guests are addressed in.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Localized {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

/// How many may sleep in a room. `max_guests` counts everyone; each extra bed adds one to `max_guests` and
/// one to either of the other limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Guests of 11 and more, without extra beds.
    pub max_adults: u16,
    /// Children of 0 to 10, without extra beds.
    pub max_children: u16,
    /// Everyone, without extra beds.
    pub max_guests: u16,
    /// Extra beds that the room takes.
    pub max_extra_beds: u16,
}

impl Limits {
    /// The extra beds that these guests need: the most of 0, the guests beyond `max_guests`, and the adults and
    /// children beyond their own limits together. It may be more than the room takes.
    #[must_use]
    pub fn extra_beds_needed(&self, guests: &Occupancy) -> u16 {
        let over_guests = guests.guests().saturating_sub(self.max_guests);
        let over_bands = guests
            .adults
            .saturating_sub(self.max_adults)
            .saturating_add(guests.children().saturating_sub(self.max_children));
        over_guests.max(over_bands)
    }

    /// The extra beds that these guests get, or `None` where the room cannot take them.
    #[must_use]
    pub fn extra_beds(&self, guests: &Occupancy) -> Option<u16> {
        let beds = self.extra_beds_needed(guests);
        (beds <= self.max_extra_beds).then_some(beds)
    }
}

/// A type of room and the rooms of that type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RoomType {
    /// The type, as the hotel's programs spell it.
    pub id: RoomTypeId,
    /// What guests read.
    pub name: Localized,
    /// The rooms, in the order in which they lie: neighbours stand next to each other.
    pub rooms: Vec<RoomNumber>,
    /// Who fits.
    pub limits: Limits,
    /// The packages that the type is sold in; `None` is all of the hotel's.
    pub packages: Option<Vec<PackageId>>,
}

impl RoomType {
    /// Whether the type is sold in the package.
    #[must_use]
    pub fn is_sold_in(&self, package: &PackageId) -> bool {
        self.packages.as_ref().is_none_or(|packages| packages.contains(package))
    }
}

/// A hotel's times, limits and policies that have a default.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Policy {
    /// The part of the total that must be paid when booking, in percent (1 to 100).
    pub deposit_percent: u8,
    /// How long a validated payment is set aside for a guest who has not booked yet.
    pub claim_ttl_ms: i64,
    /// How long rooms are held for a booking under way before others may have them.
    pub hold_ttl_ms: i64,
    /// How long a caller waits for a booking before it is answered that it goes on.
    pub wait_ms: i64,
    /// How long a quote keeps its price.
    pub quote_ttl_ms: i64,
    /// When a payment that is not there yet is looked for again.
    pub payment_checks: Schedule,
    /// What is put before the reservation API's codes where they are shown and linked, such as `HR`.
    pub reservation_code_prefix: String,
    /// The longest code that the reservation API gives, without prefix; used to see ahead whether the list
    /// of codes will fit its column.
    pub reservation_code_length_max: u16,
    /// What the column `codreser` holds, in characters.
    pub codreser_length_max: u16,
    /// The first code of the embedded reservation book.
    pub reservation_code_first: u32,
    /// The most rooms that one phone may have under way at once, beside the booking that is its first.
    pub phone_rooms_max: u16,
    /// The same for one client of the public route.
    pub client_rooms_max: u16,
    /// The most of the hotel's rooms that one phone or client may have under way at once for the same night, beside
    /// the booking that is its first, in percent (1 to 100).
    pub share_percent_max: u8,
    /// How guests reach the reception, said where only people can help.
    pub reception_contact: Option<String>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            deposit_percent: 100,
            claim_ttl_ms: 24 * 3_600_000,
            hold_ttl_ms: 15 * 60_000,
            wait_ms: 10_000,
            quote_ttl_ms: 30 * 60_000,
            payment_checks: Schedule::default(),
            reservation_code_prefix: "HR".to_owned(),
            // Twenty rooms of it with a prefix of two letters still fit a column of 255.
            reservation_code_length_max: 9,
            codreser_length_max: 255,
            reservation_code_first: 1,
            phone_rooms_max: 20,
            client_rooms_max: 40,
            share_percent_max: 50,
            reception_contact: None,
        }
    }
}

/// What a hotel is made of before its rules were checked; every part is already well-formed by itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PropertyParts {
    /// The hotel.
    pub id: PropertyId,
    /// Its name, for guests.
    pub name: String,
    /// Its currency, as an ISO 4217 code of three letters. Only currencies of two decimals.
    pub currency: String,
    /// Minutes that its clocks are ahead of UTC, all year.
    pub utc_offset_minutes: i32,
    /// Its room types, in the order that breaks the last tie between equal distributions.
    pub room_types: Vec<RoomType>,
    /// The packages that stays are sold in.
    pub packages: Vec<PackageId>,
    /// What they cost.
    pub tariff: Tariff,
    /// Times, limits and policies.
    pub policy: Policy,
}

/// One thing wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// Where, as a JSON pointer into the document: `/room_types/0/rooms/2`.
    pub pointer: String,
    /// What, in English, for the person who writes the settings.
    pub message: String,
}

impl SettingsFault {
    /// The fault `message` at `pointer`.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// A hotel whose settings agree with each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Property {
    parts: PropertyParts,
}

impl std::ops::Deref for Property {
    type Target = PropertyParts;
    fn deref(&self) -> &PropertyParts {
        &self.parts
    }
}

impl Property {
    /// The hotel made of these parts.
    ///
    /// # Errors
    /// Every fault found, each with its place in the settings document.
    pub fn new(parts: PropertyParts) -> Result<Self, Vec<SettingsFault>> {
        let mut faults = Vec::new();
        check_room_types(&parts, &mut faults);
        check_tariff(&parts, &mut faults);
        check_policy(&parts.policy, &mut faults);
        if parts.packages.is_empty() || parts.packages.len() > PACKAGES_MAX {
            faults.push(SettingsFault::new("/packages", format!("must have 1 to {PACKAGES_MAX} packages")));
        }
        let distinct: Set<_> = parts.packages.iter().collect();
        if distinct.len() != parts.packages.len() {
            faults.push(SettingsFault::new("/packages", "names a package twice"));
        }
        if !is_two_decimal_currency(&parts.currency) {
            let message = "must be the ISO 4217 code of a currency with two decimals, such as USD";
            faults.push(SettingsFault::new("/currency", message));
        }
        if parts.utc_offset_minutes.abs() > 14 * 60 {
            faults.push(SettingsFault::new("/utc_offset_minutes", "must be within -840 and 840"));
        }
        if parts.name.trim().is_empty() || parts.name.chars().count() > 200 {
            faults.push(SettingsFault::new("/name", "must have 1 to 200 characters"));
        }
        if faults.is_empty() { Ok(Self { parts }) } else { Err(faults) }
    }

    /// The type of this id.
    #[must_use]
    pub fn room_type(&self, id: &RoomTypeId) -> Option<&RoomType> {
        self.parts.room_types.iter().find(|room_type| room_type.id == *id)
    }

    /// The type that the room is of.
    #[must_use]
    pub fn type_of(&self, room: &RoomNumber) -> Option<&RoomType> {
        self.parts.room_types.iter().find(|room_type| room_type.rooms.contains(room))
    }
}

fn check_room_types(parts: &PropertyParts, faults: &mut Vec<SettingsFault>) {
    let types = &parts.room_types;
    if types.is_empty() || types.len() > ROOM_TYPES_MAX {
        faults.push(SettingsFault::new("/room_types", format!("must have 1 to {ROOM_TYPES_MAX} types")));
    }
    if types.iter().map(|t| t.rooms.len()).sum::<usize>() > ROOMS_MAX {
        faults.push(SettingsFault::new("/room_types", format!("must have at most {ROOMS_MAX} rooms")));
    }
    let (mut ids, mut rooms) = (Set::new(), Set::new());
    for (i, room_type) in types.iter().enumerate() {
        if !ids.insert(&room_type.id) {
            faults.push(SettingsFault::new(format!("/room_types/{i}/id"), "names a type twice"));
        }
        for (k, room) in room_type.rooms.iter().enumerate() {
            if !rooms.insert(room) {
                let pointer = format!("/room_types/{i}/rooms/{k}");
                faults.push(SettingsFault::new(pointer, format!("room {room} stands here a second time")));
            }
        }
        let Limits { max_adults, max_children, max_guests, max_extra_beds } = room_type.limits;
        for (field, value, least) in [
            ("max_adults", max_adults, 1),
            ("max_children", max_children, 0),
            ("max_guests", max_guests, 1),
            ("max_extra_beds", max_extra_beds, 0),
        ] {
            if value < least || value > ROOM_LIMIT_MAX {
                let message = format!("must be {least} to {ROOM_LIMIT_MAX}");
                faults.push(SettingsFault::new(format!("/room_types/{i}/{field}"), message));
            }
        }
        for (k, package) in room_type.packages.iter().flatten().enumerate() {
            if !parts.packages.contains(package) {
                let pointer = format!("/room_types/{i}/packages/{k}");
                faults.push(SettingsFault::new(pointer, "is not one of the hotel's packages"));
            }
        }
    }
}

fn check_tariff(parts: &PropertyParts, faults: &mut Vec<SettingsFault>) {
    for row in parts.tariff.rows() {
        if let Match::Only(id) = &row.room_type
            && !parts.room_types.iter().any(|t| t.id == *id)
        {
            faults.push(SettingsFault::new("/tariff", format!("has a row for the unknown room type {id}")));
        }
        if let Match::Only(id) = &row.package
            && !parts.packages.contains(id)
        {
            faults.push(SettingsFault::new("/tariff", format!("has a row for the unknown package {id}")));
        }
    }
}

fn check_policy(policy: &Policy, faults: &mut Vec<SettingsFault>) {
    const DAY_MS: i64 = 24 * 3_600_000;
    if !(1..=100).contains(&policy.deposit_percent) {
        faults.push(SettingsFault::new("/deposit_percent", "must be 1 to 100"));
    }
    for (field, value, least, most) in [
        ("claim_ttl_ms", policy.claim_ttl_ms, 60_000, 60 * DAY_MS),
        ("hold_ttl_ms", policy.hold_ttl_ms, 30_000, DAY_MS),
        ("wait_ms", policy.wait_ms, 0, 60_000),
        ("quote_ttl_ms", policy.quote_ttl_ms, 1_000, 7 * DAY_MS),
        ("reservation_code_length_max", policy.reservation_code_length_max.into(), 1, 20),
        ("codreser_length_max", policy.codreser_length_max.into(), 10, 65_535),
        ("phone_rooms_max", policy.phone_rooms_max.into(), 1, 2_000),
        ("client_rooms_max", policy.client_rooms_max.into(), 1, 2_000),
        ("share_percent_max", policy.share_percent_max.into(), 1, 100),
    ] {
        if !(least..=most).contains(&value) {
            faults.push(SettingsFault::new(format!("/{field}"), format!("must be {least} to {most}")));
        }
    }
    let prefix = &policy.reservation_code_prefix;
    if prefix.len() > 8 || !prefix.chars().all(|c| c.is_ascii_alphanumeric()) {
        let message = "must have at most 8 letters and digits";
        faults.push(SettingsFault::new("/reservation_code_prefix", message));
    }
}

/// Whether the code is of three capital letters and not one of the currencies (ISO 4217) that have no
/// hundredths, or thousandths.
fn is_two_decimal_currency(code: &str) -> bool {
    const OTHER_DECIMALS: [&str; 24] = [
        "BHD", "BIF", "CLF", "CLP", "DJF", "GNF", "IQD", "ISK", "JOD", "JPY", "KMF", "KRW", "KWD", "LYD",
        "OMR", "PYG", "RWF", "TND", "UGX", "UYI", "UYW", "VND", "VUV", "XAF",
    ];
    const MORE_WITHOUT: [&str; 2] = ["XOF", "XPF"];
    code.len() == 3
        && code.bytes().all(|b| b.is_ascii_uppercase())
        && !OTHER_DECIMALS.contains(&code)
        && !MORE_WITHOUT.contains(&code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn guests(adults: u16, children_6_10: u16, children_0_5: u16) -> Occupancy {
        Occupancy { adults, children_6_10, children_0_5 }
    }

    #[test]
    fn extra_beds_are_exactly_what_is_needed() {
        let junior = Limits { max_adults: 3, max_children: 2, max_guests: 4, max_extra_beds: 1 };
        assert_eq!(junior.extra_beds(&guests(3, 0, 1)), Some(0));
        assert_eq!(junior.extra_beds(&guests(4, 0, 0)), Some(1), "one adult too many");
        assert_eq!(junior.extra_beds(&guests(3, 1, 1)), Some(1), "one guest too many");
        assert_eq!(junior.extra_beds(&guests(4, 1, 0)), Some(1), "the same bed serves both limits");
        assert_eq!(junior.extra_beds(&guests(1, 2, 1)), Some(1), "one child too many");
        assert_eq!(junior.extra_beds(&guests(4, 2, 0)), None);
        assert_eq!(junior.extra_beds_needed(&guests(4, 3, 0)), 3);
        assert_eq!(junior.extra_beds_needed(&guests(5, 3, 0)), 4);
    }

    #[test]
    fn every_fault_of_the_settings_is_named() {
        let mut parts = fixtures::demo_parts();
        parts.currency = "JPY".to_owned();
        parts.utc_offset_minutes = 900;
        let first = parts.room_types[0].rooms[0].clone();
        parts.room_types[1].rooms.push(first);
        parts.room_types[0].limits.max_adults = 0;
        parts.policy.deposit_percent = 0;
        parts.packages.clear();
        let faults = Property::new(parts).expect_err("all of that is wrong");
        let pointers: Vec<&str> = faults.iter().map(|f| f.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/room_types/0/max_adults",
                "/room_types/1/rooms/3",
                "/deposit_percent",
                "/packages",
                "/currency",
                "/utc_offset_minutes"
            ]
        );
    }
}
