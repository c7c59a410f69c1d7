//! What staff load: the hotel's settings, and payments as they come in.

use posada_core::problem::Problem;
use posada_core::stay::local_date;
use posada_wire::import::{dated_ahead, read_payments_csv, read_payments_json};
use posada_wire::read::check_json;
use posada_wire::settings::SETTINGS_BYTES_MAX;
use posada_wire::written;

use super::{Ask, query};
use crate::auth::Role;
use crate::host::header;
use crate::respond::{self, Answer};
use crate::{config, payments, settings};

/// The settings that were loaded.
struct LoadedView {
    version: String,
    tariff_version: String,
    room_types: usize,
    rooms: usize,
    tariff_rows: usize,
    rooms_removed: Vec<String>,
}

written!(LoadedView { version, tariff_version, room_types, rooms, tariff_rows, rooms_removed });

/// `PUT /v1/staff/settings`
pub(crate) async fn put_settings(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let body = ask.body(&["application/json"]).await?;
    let Ok(document) = String::from_utf8(body) else {
        return Err(Problem::BadJson { detail: "it is not UTF-8".to_owned() }.into());
    };
    // What is no JSON has no places that a fault could be at.
    if let Err(problem @ Problem::BadJson { .. }) = check_json(document.as_bytes(), SETTINGS_BYTES_MAX) {
        return Err(problem.into());
    }
    let removed = query(&ask.request, "rooms_removed").unwrap_or_default();
    let (loaded, rooms_removed) = settings::load(&ask.env, &document, &removed).await?;
    let rooms: usize = loaded.property.room_types.iter().map(|it| it.rooms.len()).sum();
    let answer = LoadedView {
        version: loaded.version.clone(),
        tariff_version: format!("{:016x}", loaded.tariff_version),
        room_types: loaded.property.room_types.len(),
        rooms,
        tariff_rows: loaded.property.tariff.rows().len(),
        rooms_removed,
    };
    Ok(respond::json(&answer, 200)?)
}

/// `PUT /v1/staff/payments`
pub(crate) async fn put_payments(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let content_type = header(&ask.request, "Content-Type")?.unwrap_or_default();
    let is_csv = content_type.trim_start().to_ascii_lowercase().starts_with("text/csv");
    let body = ask.body(&["application/json", "text/csv"]).await?;
    let read = if is_csv { read_payments_csv } else { read_payments_json };
    let records = read(&body)?;
    let mut answer = payments::put_records(&ask.env, &records).await?;
    // They are taken by now: without settings there is no hotel's date, and no warning.
    if let Ok(Some(hotel)) = settings::any(&ask.env).await {
        let today = local_date(config::now(&ask.env), hotel.property.utc_offset_minutes);
        answer.warnings = dated_ahead(&records, today);
    }
    Ok(respond::json(&answer, 200)?)
}
