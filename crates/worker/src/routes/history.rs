//! `GET /v1/staff/metrics`: what was counted and measured, over time.

use posada_core::problem::Problem;
use posada_core::stay::local_date;
use posada_wire::leaf::Date;
use wasm_bindgen::JsValue;

use super::{Ask, query};
use crate::auth::Role;
use crate::host::Database;
use crate::respond::{self, Answer};
use crate::{config, rows, settings};

/// The steps, each with the most days that are told at once by it.
const STEPS: [(&str, i64); 3] = [("hour", 7), ("day", 100), ("month", 400)];
/// For how many days hours are kept (migrations/0009_metric_history.sql).
const HOURS_KEPT_DAYS: i64 = 35;

/// What is in the tables between two days, added up by the step: of a gauge the highest value.
const HISTORY: &str = "WITH kept (hour, family, labels, value) AS (
   SELECT hour, family, labels, value FROM metric_hours
     WHERE hour BETWEEN unixepoch(?1) / 3600 AND unixepoch(?2) / 3600 + 23
   UNION ALL SELECT day * 24, family, labels, value FROM metric_days
     WHERE day BETWEEN unixepoch(?1) / 86400 AND unixepoch(?2) / 86400),
 seen AS (
   SELECT family, kind, labels, iif(kind = 'gauge', max(value), sum(value)) AS value,
     strftime(CASE ?3 WHEN 'hour' THEN '%Y-%m-%dT%H:00' WHEN 'day' THEN '%Y-%m-%d' ELSE '%Y-%m' END,
              hour * 3600, 'unixepoch') AS at
   FROM kept JOIN metric_families USING (family) WHERE ?4 IS NULL OR family = ?4 GROUP BY family, labels, at)
 SELECT json_quote(json_object('from', ?1, 'to', ?2, 'step', ?3,
   'since', (SELECT strftime('%Y-%m-%d', min(hour) * 3600, 'unixepoch')
     FROM (SELECT min(hour) AS hour FROM metric_hours UNION ALL SELECT min(day) * 24 FROM metric_days)),
   'buckets', (SELECT json_group_object(family, json(bounds)) FROM (
     SELECT family, json_group_array(le) AS bounds FROM (SELECT * FROM metric_buckets ORDER BY family, most)
     WHERE ?4 IS NULL OR family = ?4 GROUP BY family)),
   'series', (SELECT json_group_array(json(one)) FROM (
     SELECT json_object('metric', family, 'kind', kind,
       'labels', json(iif(labels = '', '{}',
         '{\"' || replace(replace(labels, '=\"', '\":\"'), '\",', '\",\"') || '}')),
       'values', json_group_object(at, value)) AS one
     FROM seen GROUP BY family, labels ORDER BY family, labels))) || '') AS json
 WHERE ?4 IS NULL OR EXISTS (SELECT 1 FROM metric_families WHERE family = ?4)";

/// `GET /v1/staff/metrics?from&to&step&metric`
pub(crate) async fn history(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let hotel = settings::must(&ask.env).await?;
    let today = local_date(config::now(&ask.env), hotel.property.utc_offset_minutes);
    let given = |name: &str| query(&ask.request, name).filter(|text| !text.is_empty());
    let date = |name: &str, unless| match given(name) {
        Some(text) => {
            Date::parse(&text).ok_or_else(|| Problem::field(name, "must be a date such as 2025-08-23"))
        }
        None => Ok(unless),
    };
    let to = date("to", today)?;
    let from = date("from", to)?;
    let step = given("step").unwrap_or_else(|| "day".to_owned());
    let Some((_, days_max)) = STEPS.iter().find(|(name, _)| *name == step) else {
        return Err(Problem::field("step", "must be one of: hour, day, month").into());
    };
    let days = to.signed_duration_since(from).num_days().saturating_add(1);
    if !(1..=*days_max).contains(&days) {
        let message = format!("must not be after to, nor more than {days_max} days with it");
        return Err(Problem::field("from", message).into());
    }
    if step == "hour" && today.signed_duration_since(from).num_days() > HOURS_KEPT_DAYS {
        let message = format!("by the hour must be of the last {HOURS_KEPT_DAYS} days");
        return Err(Problem::field("from", message).into());
    }
    let bound: [JsValue; 4] = [
        from.to_string().into(),
        to.to_string().into(),
        step.into(),
        given("metric").map_or(JsValue::NULL, JsValue::from),
    ];
    let answer = Database::of(&ask.env)?.prepare(HISTORY, &bound)?.run().await?;
    let texts: Vec<String> = rows::answered(Some(&answer))?;
    match texts.first() {
        Some(text) => Ok(respond::json_text(text, 200)?),
        None => Err(Problem::field("metric", "must be one of those of /metrics").into()),
    }
}
