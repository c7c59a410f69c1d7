//! The public part of the hotel's settings: what `GET /v1/property` shows. Nothing of it is secret: no room numbers,
//! no durations, no form of the codes.

use chrono::{Datelike, NaiveDate};
use posada_core::party::{CHILD_0_5_AGE_MAX, CHILD_6_10_AGE_MAX, CHILD_AGE_MAX, GUESTS_MAX};
use posada_core::property::{Property, ROOMS_PER_BOOKING_MAX, RoomType};
use posada_core::stay::{DAYS_AHEAD_MAX, NIGHTS_MAX};

use crate::settings::{Language, Settings};
use crate::tariff::{RowView, name_of};
use crate::written;

/// A text in the hotel's languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalizedView {
    /// Spanish.
    pub es: String,
    /// English.
    pub en: String,
}

written!(LocalizedView { es, en });

/// A room type as guests may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomTypeView {
    /// The type, as it is sent (`bungalow_type`).
    pub id: String,
    /// What guests read.
    pub name: LocalizedView,
    /// How many rooms there are of it.
    pub room_count: usize,
    /// Guests of 11 and more, without extra beds.
    pub max_adults: u16,
    /// Children, without extra beds.
    pub max_children: u16,
    /// Everyone, without extra beds.
    pub max_guests: u16,
    /// Extra beds that it takes.
    pub max_extra_beds: u16,
    /// The packages that it is sold in; left out where it is all.
    pub packages: Option<Vec<String>>,
}

written!(RoomTypeView {
    id,
    name,
    room_count,
    max_adults,
    max_children,
    max_guests,
    max_extra_beds,
    packages
});

/// The room types, in the hotel's order.
fn room_types(hotel: &Property) -> Vec<RoomTypeView> {
    let room_type = |it: &RoomType| RoomTypeView {
        id: it.id.to_string(),
        name: LocalizedView { es: it.name.es.clone(), en: it.name.en.clone() },
        room_count: it.rooms.len(),
        max_adults: it.limits.max_adults,
        max_children: it.limits.max_children,
        max_guests: it.limits.max_guests,
        max_extra_beds: it.limits.max_extra_beds,
        packages: it.packages.as_ref().map(|packages| packages.iter().map(ToString::to_string).collect()),
    };
    hotel.room_types.iter().map(room_type).collect()
}

/// What an assistant must know of the hotel before it asks for anything else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotelView {
    /// The hotel's date now: the first that can be booked.
    pub today: NaiveDate,
    /// Its day of the week, `mon` to `sun`.
    pub weekday: &'static str,
    /// The packages that stays are sold in (`package_type`).
    pub packages: Vec<String>,
    /// The room types, with what a room holds.
    pub room_types: Vec<RoomTypeView>,
    /// What must be paid when booking, in percent of the total.
    pub deposit_percent: u8,
    /// How guests reach the reception.
    pub reception_contact: Option<String>,
}

written!(HotelView { today, weekday, packages, room_types, deposit_percent, reception_contact });

impl HotelView {
    /// The hotel on its date `today`.
    #[must_use]
    pub fn new(hotel: &Property, today: NaiveDate) -> Self {
        Self {
            today,
            weekday: name_of(today.weekday()),
            packages: hotel.packages.iter().map(ToString::to_string).collect(),
            room_types: room_types(hotel),
            deposit_percent: hotel.policy.deposit_percent,
            reception_contact: hotel.policy.reception_contact.clone(),
        }
    }
}

/// The limits of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitsView {
    /// The most rooms of a booking.
    pub rooms_max: usize,
    /// The most guests of a booking.
    pub guests_max: u16,
    /// The most nights of a stay.
    pub nights_max: u16,
    /// How far ahead a stay may begin, in days.
    pub days_ahead_max: u64,
    /// The oldest of the band `children_0_5`.
    pub children_0_5_age_max: u8,
    /// The oldest of the band `children_6_10`.
    pub children_6_10_age_max: u8,
    /// The oldest that may be sent by age among the children.
    pub child_age_max: u8,
}

written!(LimitsView {
    rooms_max,
    guests_max,
    nights_max,
    days_ahead_max,
    children_0_5_age_max,
    children_6_10_age_max,
    child_age_max
});

impl LimitsView {
    /// The limits as they are.
    pub const ALL: Self = Self {
        rooms_max: ROOMS_PER_BOOKING_MAX,
        guests_max: GUESTS_MAX,
        nights_max: NIGHTS_MAX,
        days_ahead_max: DAYS_AHEAD_MAX,
        children_0_5_age_max: CHILD_0_5_AGE_MAX,
        children_6_10_age_max: CHILD_6_10_AGE_MAX,
        child_age_max: CHILD_AGE_MAX,
    };
}

/// What `GET /v1/property` answers. Members that the settings have are spelled as there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PropertyView {
    /// The hotel.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its currency (ISO 4217).
    pub currency: String,
    /// Minutes that its clocks are ahead of UTC.
    pub utc_offset_minutes: i32,
    /// The hotel's date now: the first that can be booked.
    pub today: NaiveDate,
    /// The languages that guests are addressed in.
    pub languages: Vec<Language>,
    /// What must be paid when booking, in percent of the total.
    pub deposit_percent: u8,
    /// How guests reach the reception.
    pub reception_contact: Option<String>,
    /// The room types, in the hotel's order.
    pub room_types: Vec<RoomTypeView>,
    /// The packages that stays are sold in.
    pub packages: Vec<String>,
    /// What they cost, from the most specific row on.
    pub tariff: Vec<RowView>,
    /// The limits of the API.
    pub limits: LimitsView,
}

written!(PropertyView {
    id,
    name,
    currency,
    utc_offset_minutes,
    today,
    languages,
    deposit_percent,
    reception_contact,
    room_types,
    packages,
    tariff,
    limits
});

impl PropertyView {
    /// The public part of these settings on the hotel's date `today`.
    #[must_use]
    pub fn new(settings: &Settings, today: NaiveDate) -> Self {
        let hotel = &settings.property;
        Self {
            id: hotel.id.to_string(),
            name: hotel.name.clone(),
            currency: hotel.currency.clone(),
            utc_offset_minutes: hotel.utc_offset_minutes,
            today,
            languages: settings.languages.clone(),
            deposit_percent: hotel.policy.deposit_percent,
            reception_contact: hotel.policy.reception_contact.clone(),
            room_types: room_types(hotel),
            packages: hotel.packages.iter().map(ToString::to_string).collect(),
            tariff: hotel.tariff.rows().iter().map(RowView::from).collect(),
            limits: LimitsView::ALL,
        }
    }
}
