//! `cargo xtask demo`: the main job, whole and real. A party of eight wants three Junior bungalows: the split is
//! proposed and priced, the payment validated, three rooms booked, and the hotel's tables and the guest's
//! message say so. On real workerd, by HTTP; each step is checked.

mod api;

pub(crate) use api::dev_var;
mod expect;
mod report;

use std::{os::unix::process::CommandExt, process::ExitCode};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Days, NaiveDate};
use pico_args::Arguments;
use serde_json::{Value, json};

use crate::{
    files,
    host::{self, Host},
    progress::say,
    setup::{self, Needs},
    worker::{self, Profile},
};
use api::Api;
use report::Report;

/// The party, and what it asks for.
const ADULTS: u64 = 8;
const ROOMS: u64 = 3;
const TYPE: &str = "Junior";
const PACKAGE: &str = "Hospedaje";
const DAYS_AHEAD: u64 = 7;

/// The payment, which demo/payments.json holds and nobody has used yet.
const AUTHORIZATION: &str = "123456";
const PAYER: &str = "María López";
const WA_ID: &str = "50370001234";

/// Runs the demo; succeeds only if every check holds.
pub(crate) fn run(mut args: Arguments) -> Result<ExitCode> {
    let json = args.contains("--json");
    let open = args.contains("--open");
    crate::finish(args)?;
    let mut report = Report::new(json);
    let outcome = play(&mut report);
    if let Err(error) = &outcome {
        report.broke(format!("{error:#}"));
    }
    report.close();
    if open && report.holds() {
        return leave_open();
    }
    Ok(if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Starts the demo hotel anew, for a person to look at, and becomes it.
fn leave_open() -> Result<ExitCode> {
    say(
        "The demo hotel's page is at the address below; Ctrl-C ends it. /widget.html is the booking element alone,",
    );
    say(
        "/reservar the form without JavaScript. The payment 234567 of 1,500.00, made on 2026-11-21, is unused.",
    );
    let demo = files::root().join("demo");
    let mut command = host::serve();
    command.arg("--no-stdin");
    command.arg("--settings").arg(demo.join("hotel.json")).arg("--payments").arg(demo.join("payments.json"));
    Err(command.exec()).context("cannot run node")
}

fn play(report: &mut Report) -> Result<()> {
    report.title(&format!("Posada: {ROOMS} {TYPE} bungalows for a party of {ADULTS}"));
    report.timed("set up", || setup::setup(Needs::Worker))?;
    report.timed("build the Worker", || worker::build(Profile::Release))?;
    let demo = files::root().join("demo");
    let mut host = report.timed("start it in workerd", || {
        Host::start(&demo.join("hotel.json"), &demo.join("payments.json"))
    })?;
    let api = Api::new(host.url(), &api::dev_var("ASSISTANT_KEY")?);

    let check_in = hotels_today(&api)?.checked_add_days(Days::new(DAYS_AHEAD)).context("no such date")?;
    let check_out = check_in.checked_add_days(Days::new(1)).context("no such date")?;
    let (check_in, check_out) = (check_in.to_string(), check_out.to_string());

    let quote = report.timed("quote", || quote(&api, &check_in, &check_out))?;
    report.quote(&quote, &format!("{PACKAGE}, {check_in} to {check_out}"));
    expect::quote(&quote, report);

    let before = row(&mut host)?;
    let validation = report.timed("validate the payment", || validate(&api, &quote))?;
    let validated = row(&mut host)?;
    report.validation(&validation, &before, &validated);
    expect::validation(&before, &validated, report);

    let booking = report.timed("book", || book(&api, &quote, &check_in, &check_out))?;
    report.booking(&booking);
    expect::booking(&booking, report);

    let settled = report.timed("read the payment back", || row(&mut host))?;
    report.row(&settled);
    expect::row(&validated, &settled, report);
    report.timed("stop", || {
        host.end();
        Ok(())
    })
}

/// The date at the hotel, by its own offset from UTC.
fn hotels_today(api: &Api) -> Result<NaiveDate> {
    let property = api.get("/v1/property")?;
    let offset_minutes = property["utc_offset_minutes"].as_i64().unwrap_or(expect::UTC_OFFSET_MINUTES);
    Ok(expect::hotels_now(offset_minutes).date())
}

fn quote(api: &Api, check_in: &str, check_out: &str) -> Result<Value> {
    api.post(
        "/v1/tools/quote_rooms",
        &json!({
            "check_in_date": check_in,
            "check_out_date": check_out,
            "package_type": PACKAGE,
            "party": { "adults": ADULTS, "children_0_5": 0, "children_6_10": 0 },
            "rooms": ROOMS,
            "bungalow_type": TYPE,
        }),
    )
}

fn validate(api: &Api, quote: &Value) -> Result<Value> {
    api.post(
        "/v1/tools/validate_compraclick_payment",
        &json!({
            "authorization_number": AUTHORIZATION,
            "payment_amount": quote["total_amount"],
            "payment_maker_name": PAYER,
            "wa_id": WA_ID,
        }),
    )
}

fn book(api: &Api, quote: &Value, check_in: &str, check_out: &str) -> Result<Value> {
    let lines: Vec<Value> = report::list(&quote["rooms"])
        .iter()
        .map(|room| {
            let fields = ["bungalow_type", "adults", "children_0_5", "children_6_10", "extra_beds"];
            Value::Object(fields.map(|field| (field.to_owned(), room[field].clone())).into_iter().collect())
        })
        .collect();
    api.post(
        "/v1/tools/make_booking",
        &json!({
            "customer_name": PAYER,
            "email": "maria@example.com",
            "city": "San Salvador",
            "dui_passport": "01234567-8",
            "nationality": "Salvadoreña",
            "check_in_date": check_in,
            "check_out_date": check_out,
            "package_type": PACKAGE,
            "bookings": lines,
            "payment_method": "CompraClick",
            "authorization_number": AUTHORIZATION,
            "payment_amount": quote["total_amount"],
            "payment_maker_name": PAYER,
            "wa_id": WA_ID,
            "quote": quote["quote"],
        }),
    )
}

/// The payment's row, from the hotel's tables and not by the API.
fn row(host: &mut Host) -> Result<Value> {
    let sql = "SELECT autorizacion, used, codreser, dateused FROM compraclick WHERE autorizacion = ?";
    match host.sql(sql, &[AUTHORIZATION])?.as_slice() {
        [row] => Ok(row.clone()),
        rows => bail!("{} rows of compraclick have the authorisation {AUTHORIZATION}", rows.len()),
    }
}

/// This moment, as milliseconds since 1970 would tell it in UTC.
fn now() -> DateTime<chrono::Utc> {
    let since_1970 = std::time::UNIX_EPOCH.elapsed().unwrap_or_default();
    DateTime::from_timestamp(i64::try_from(since_1970.as_secs()).unwrap_or_default(), 0).unwrap_or_default()
}
