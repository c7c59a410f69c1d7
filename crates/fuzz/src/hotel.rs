//! The world that inputs are read in: the demo hotel on a day of its season, and the real telephone table.

use chrono::NaiveDate;
use posada_core::fixtures;
use posada_core::ids::{Millis, RoomNumber};
use posada_core::phone::{CallingCode, Phone};
use posada_core::property::Property;
use posada_core::sorted::Set;
use posada_wire::command::{Caller, PhoneSource};

/// The instant at which everything is read: 2025-08-20, noon in San Salvador.
pub const NOW: Millis = Millis(1_755_712_800_000);

/// The key that tokens of the targets and their corpora are signed with.
pub const SIGNING_KEY: &[u8] = b"the signing key of the fuzz targets";

/// Everybody who may call.
pub const CALLERS: [Caller; 3] = [Caller::Public, Caller::Assistant, Caller::Staff];

/// The hotel's date at [`NOW`].
///
/// # Panics
/// Never: it is a constant.
#[must_use]
pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2025, 8, 20).expect("a constant of this file")
}

/// The hotel.
#[must_use]
pub fn hotel() -> Property {
    fixtures::demo()
}

/// All of a hotel's rooms.
#[must_use]
pub fn rooms(hotel: &Property) -> Set<RoomNumber> {
    hotel.room_types.iter().flat_map(|it| it.rooms.iter().cloned()).collect()
}

/// Reads telephone numbers as the Worker does.
///
/// # Errors
/// What is wrong with the number.
pub fn read_phone(source: PhoneSource<'_>) -> Result<String, String> {
    let phone = match source {
        PhoneSource::WaId(wa_id) => Phone::from_wa_id(wa_id),
        PhoneSource::Number(text) => Phone::parse(text, CallingCode::EL_SALVADOR),
    };
    phone.map(|phone| phone.e164().to_owned()).map_err(|error| error.to_string())
}
