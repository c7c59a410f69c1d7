//! The room types in the settings.

use posada_core::ids::{PackageId, RoomNumber, RoomTypeId};
use posada_core::property::{Limits, Localized, PACKAGES_MAX, ROOM_TYPES_MAX, ROOMS_MAX, RoomType};

use crate::faults::Faults;
use crate::field::{Field, List, Object, body};
use crate::leaf::{Count, Text};
use crate::settings::Language;

/// The most characters of a type's name.
pub const TYPE_NAME_CHARS_MAX: usize = 100;

/// A number of guests or beds: the core names the limits, so any small number is let through.
pub(crate) type Small = Count<0, 65_535>;

body! {
    /// A text in the hotel's languages as it is sent.
    pub struct LocalizedBody {
        /// In Spanish.
        es: Text<TYPE_NAME_CHARS_MAX>,
        /// In English.
        en: Text<TYPE_NAME_CHARS_MAX>,
    }
}

body! {
    /// A room type as it is sent.
    pub struct RoomTypeBody {
        /// The type, as it is sent (`bungalow_type`).
        id: RoomTypeId,
        /// What guests read.
        name: Object<LocalizedBody>,
        /// Its rooms, in the order of their places.
        rooms: List<RoomNumber, ROOMS_MAX>,
        /// Guests of 11 and more, without extra beds.
        max_adults: Small,
        /// Children, without extra beds.
        max_children: Small,
        /// Everyone, without extra beds.
        max_guests: Small,
        /// Extra beds that it takes.
        max_extra_beds: Small,
        /// The packages that it is sold in; left out, all.
        packages: List<PackageId, PACKAGES_MAX>,
    }
}

/// Whether a document is the whole settings or their public part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whole {
    Yes,
    No,
}

/// The entries of a list, without those that are wrong.
pub(crate) fn read_list<T, const MAX: usize>(
    name: &str,
    field: Field<List<T, MAX>>,
    required: bool,
    faults: &mut Faults,
) -> Vec<T> {
    let list = if required { faults.required(name, field) } else { faults.optional(name, field) };
    let List(entries) = list.unwrap_or(List(Vec::new()));
    let read = |(index, entry)| faults.within_entry(name, index, |faults| faults.required("", entry));
    entries.into_iter().enumerate().filter_map(read).collect()
}

/// The types in the document's order, with what could not be read filled in; and whether all their ids were read.
pub(crate) fn read_room_types(
    field: Field<List<Object<RoomTypeBody>, ROOM_TYPES_MAX>>,
    languages: &[Language],
    whole: Whole,
    faults: &mut Faults,
) -> (Vec<RoomType>, bool) {
    let mut are_right = matches!(field, Field::Given(_));
    let List(bodies) = faults.required("room_types", field).unwrap_or(List(Vec::new()));
    let mut types = Vec::with_capacity(bodies.len());
    for (index, body) in bodies.into_iter().enumerate() {
        faults.within_entry("room_types", index, |faults| {
            let body = faults.required("", body).map(|Object(body)| body);
            are_right &= body.as_ref().is_some_and(|body| body.id.given().is_some());
            types.extend(stand_in(index).map(|stand_in| match body {
                Some(body) => read_room_type(body, stand_in, languages, whole, faults),
                None => stand_in,
            }));
        });
    }
    (types, are_right)
}

/// A right type for the place of one that cannot be read.
fn stand_in(index: usize) -> Option<RoomType> {
    Some(RoomType {
        id: RoomTypeId::parse(&format!("unread {index}")).ok()?,
        name: Localized { es: String::new(), en: String::new() },
        rooms: Vec::new(),
        limits: Limits { max_adults: 1, max_children: 1, max_guests: 1, max_extra_beds: 1 },
        packages: None,
    })
}

fn read_room_type(
    body: RoomTypeBody,
    stand_in: RoomType,
    languages: &[Language],
    whole: Whole,
    faults: &mut Faults,
) -> RoomType {
    let id = faults.required("id", body.id).unwrap_or(stand_in.id);
    let name = faults.required("name", body.name);
    let name = name.and_then(|Object(name)| faults.within("name", |f| read_localized(name, languages, f)));
    let rooms = if whole == Whole::Yes {
        faults.required("rooms", body.rooms)
    } else {
        faults.optional("rooms", body.rooms)
    };
    let List(rooms) = rooms.unwrap_or(List(Vec::new()));
    let room = |(k, room)| {
        let room = faults.within_entry("rooms", k, |faults| faults.required("", room));
        room.or_else(|| RoomNumber::parse(&format!("{id} {k}")).ok())
    };
    let rooms = rooms.into_iter().enumerate().filter_map(room).collect();
    let mut limit = |name: &str, field, stand_in| faults.required(name, field).map_or(stand_in, Small::small);
    let limits = Limits {
        max_adults: limit("max_adults", body.max_adults, stand_in.limits.max_adults),
        max_children: limit("max_children", body.max_children, stand_in.limits.max_children),
        max_guests: limit("max_guests", body.max_guests, stand_in.limits.max_guests),
        max_extra_beds: limit("max_extra_beds", body.max_extra_beds, stand_in.limits.max_extra_beds),
    };
    let packages = if body.packages.is_absent() {
        None
    } else {
        let sent_empty = body.packages.given().is_some_and(|List(packages)| packages.is_empty());
        if sent_empty {
            faults.push("packages", "must name at least one package, or be left out for all of them");
        }
        Some(read_list("packages", body.packages, false, faults))
    };
    if whole == Whole::Yes {
        faults.unknown(&body.unknown);
    }
    RoomType { id, name: name.unwrap_or(stand_in.name), rooms, limits, packages }
}

/// A text in both languages; one that the hotel does not use may be left out, and is then the other.
fn read_localized(body: LocalizedBody, languages: &[Language], faults: &mut Faults) -> Option<Localized> {
    let mut read = |name: &str, field, language| {
        if languages.contains(&language) {
            faults.required(name, field)
        } else {
            faults.optional(name, field)
        }
    };
    let es = read("es", body.es, Language::Es).map(|Text(text)| text);
    let en = read("en", body.en, Language::En).map(|Text(text)| text);
    faults.unknown(&body.unknown);
    let (es, en) = (es.clone().or_else(|| en.clone()), en.or(es));
    Some(Localized { es: es?, en: en? })
}
