//! What staff load: the hotel's settings, and payments as they come in.

use posada_core::problem::{FieldFault, Problem, System};
use posada_wire::import::{PAYMENTS_BYTES_MAX, read_payments_csv, read_payments_json};
use posada_wire::read::check_json;
use posada_wire::settings::SETTINGS_BYTES_MAX;
use serde_json::json;
use worker::{Response, Result};

use super::{Ask, read_body};
use crate::auth::Role;
use crate::respond::{self, Tone};
use crate::{payments, settings};

/// `PUT /v1/staff/settings`
pub(crate) async fn put_settings(mut ask: Ask) -> Result<Response> {
    let tone = Tone::new(ask.language, false);
    if let Err(problem) = ask.asker.must_be(&[Role::Staff]) {
        return respond::problem(&problem, None, tone);
    }
    let body = match read_body(&mut ask.request, &["application/json"], SETTINGS_BYTES_MAX).await? {
        Ok(body) => body,
        Err(problem) => return respond::problem(&problem, None, tone),
    };
    let Ok(document) = String::from_utf8(body) else {
        let problem = Problem::BadJson { detail: "it is not UTF-8".to_owned() };
        return respond::problem(&problem, None, tone);
    };
    // What is no JSON has no places that a fault could be at.
    if let Err(problem @ Problem::BadJson { .. }) = check_json(document.as_bytes(), SETTINGS_BYTES_MAX) {
        return respond::problem(&problem, None, tone);
    }
    match settings::load(&ask.env, &document).await {
        Ok(Ok(loaded)) => {
            let rooms: usize = loaded.property.room_types.iter().map(|it| it.rooms.len()).sum();
            let answer = json!({
                "version": loaded.version,
                "tariff_version": format!("{:016x}", loaded.tariff_version),
                "room_types": loaded.property.room_types.len(),
                "rooms": rooms,
                "tariff_rows": loaded.property.tariff.rows().len(),
            });
            respond::json(&answer, 200)
        }
        Ok(Err(faults)) => {
            let fields =
                faults.into_iter().map(|fault| FieldFault::new(fault.pointer, fault.message)).collect();
            respond::problem(&Problem::Invalid { fields }, None, tone)
        }
        Err(error) => respond::problem(&respond::unavailable(System::Storage, &error), None, tone),
    }
}

/// `PUT /v1/staff/payments`
pub(crate) async fn put_payments(mut ask: Ask) -> Result<Response> {
    let tone = Tone::new(ask.language, false);
    if let Err(problem) = ask.asker.must_be(&[Role::Staff]) {
        return respond::problem(&problem, None, tone);
    }
    let content_type = ask.request.headers().get("Content-Type")?.unwrap_or_default();
    let is_csv = content_type.trim_start().to_ascii_lowercase().starts_with("text/csv");
    let body = read_body(&mut ask.request, &["application/json", "text/csv"], PAYMENTS_BYTES_MAX).await?;
    let read = if is_csv { read_payments_csv } else { read_payments_json };
    let records = match body.and_then(|body| read(&body)) {
        Ok(records) => records,
        Err(problem) => return respond::problem(&problem, None, tone),
    };
    match payments::put_records(&ask.env.d1("DB")?, &records).await {
        Ok(Ok(answer)) => respond::json(&answer, 200),
        Ok(Err(problem)) => respond::problem(&problem, None, tone),
        Err(error) => respond::problem(&respond::unavailable(System::Payments, &error), None, tone),
    }
}
