//! The assistant's guidelines: written by hand in both languages, with examples that the core makes of the demo hotel.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use posada_core::booking::outcome::{BookedRoom, FailedRoom, FailureCause, Outcome, Report};
use posada_core::ids::{LineNo, ReservationCode, RoomNumber};
use posada_core::message::{
    self, Language, NextStep, Voice, booking_message_with, problem_message, proposed_message,
};
use posada_core::money::Money;
use posada_core::party::GUESTS_MAX;
use posada_core::problem::Problem;
use posada_core::property::{Property, ROOMS_PER_BOOKING_MAX};
use posada_core::proposal::{Placement, Proposal, QuoteRequest, propose};
use posada_core::redistribution::redistribute;
use posada_core::select::select_rooms;
use posada_core::sorted::Set;
use posada_wire::number::Amount;
use posada_wire::quote::read_quote_request;
use posada_wire::stored::to_text;
use serde_json::{Value, json};

use crate::bodies::{hotel, today};

/// Noon of the examples' day on the demo hotel's clocks, and when a payment is looked for again.
const NOON_MS: i64 = 1_796_148_000_000;
const FIRST_CHECK_MS: i64 = 60_000;
const STAY: (&str, &str) = ("2027-08-21", "2027-08-22");

/// The guidelines in this language.
///
/// # Errors
/// Where an example is impossible, or a place of the text has none.
pub fn text(language: Language) -> Result<String> {
    let template = match language {
        Language::Es => include_str!("../guidelines/es.md"),
        Language::En => include_str!("../guidelines/en.md"),
    };
    fill(template, &examples(language)?)
}

/// Puts the examples into their places, `{{name}}`.
fn fill(template: &str, examples: &BTreeMap<&str, String>) -> Result<String> {
    let mut text = String::new();
    let mut rest = template;
    let mut used = Vec::new();
    while let Some((head, tail)) = rest.split_once("{{") {
        let (name, tail) = tail.split_once("}}").context("a place ends with }}")?;
        let example = examples.get(name).with_context(|| format!("there is no example `{name}`"))?;
        text.push_str(head);
        text.push_str(example);
        used.push(name);
        rest = tail;
    }
    text.push_str(rest);
    match examples.keys().find(|name| !used.contains(name)) {
        Some(unused) => bail!("the example `{unused}` has no place"),
        None => Ok(text),
    }
}

/// The demo hotel while the examples go on.
struct World {
    property: Property,
    free: Set<RoomNumber>,
    next_code: u32,
}

impl World {
    fn new() -> Self {
        let property = hotel().property;
        let free = property.room_types.iter().flat_map(|it| it.rooms.iter().cloned()).collect();
        let next_code = property.policy.reservation_code_first;
        Self { property, free, next_code }
    }

    fn propose(&self, call: &Value) -> Result<(QuoteRequest, Proposal)> {
        let said = |problem: Problem| anyhow::anyhow!("{}", problem.detail());
        let request = read_quote_request(call.to_string().as_bytes(), today()).map_err(said)?;
        let proposal = propose(&self.property, &request, &self.free).map_err(said)?;
        Ok((request, proposal))
    }

    /// Books the rooms as far as there are any, as the embedded reservation book would.
    fn book(&mut self, placement: &Placement) -> Result<Report> {
        let (mut booked, mut failed) = (Vec::new(), Vec::new());
        let mut taken: BTreeMap<String, Vec<RoomNumber>> = BTreeMap::new();
        for room_type in &self.property.room_types {
            let count = placement.rooms.iter().filter(|it| it.room.room_type == room_type.id).count();
            let free = room_type.rooms.iter().filter(|room| self.free.contains(room)).count();
            let rooms = select_rooms(&room_type.rooms, &self.free, &Set::new(), count.min(free));
            taken.insert(room_type.id.to_string(), rooms);
        }
        for (index, it) in placement.rooms.iter().enumerate() {
            let line = LineNo(u8::try_from(index)?);
            let rooms = taken.entry(it.room.room_type.to_string()).or_default();
            if rooms.is_empty() {
                failed.push(FailedRoom {
                    line,
                    room_type: it.room.room_type.clone(),
                    guests: it.room.guests,
                    extra_beds: it.room.extra_beds,
                    room: None,
                    code: None,
                    amount: it.price.amount(),
                    share: it.price.amount(),
                    cause: FailureCause::NoAvailability,
                });
                continue;
            }
            let room = rooms.remove(0);
            self.free = self.free.iter().filter(|free| **free != room).cloned().collect();
            let code = ReservationCode::parse(&self.next_code.to_string()).context("a code")?;
            self.next_code += 1;
            booked.push(BookedRoom {
                line,
                room,
                room_type: it.room.room_type.clone(),
                code,
                guests: it.room.guests,
                extra_beds: it.room.extra_beds,
                amount: it.price.amount(),
                paid: it.price.amount(),
            });
        }
        let total = booked.iter().map(|room| room.amount).sum::<Option<Money>>().unwrap_or(Money::ZERO);
        let outcome = match (booked.is_empty(), failed.is_empty()) {
            (_, true) => Outcome::Booked,
            (false, false) => Outcome::PartlyBooked,
            (true, false) => Outcome::NotBooked,
        };
        Ok(Report { outcome, booked, failed, total, balance_due: Money::ZERO })
    }
}

/// Who sleeps where in a few signs: `3+3+2`, and with children `3+1 · 3+1`.
fn split(placement: &Placement) -> String {
    let with_children = placement.rooms.iter().any(|it| it.room.guests.children() > 0);
    let room = |it: &posada_core::proposal::ProposedRoom| match with_children {
        true => format!("{}+{}", it.room.guests.adults, it.room.guests.children()),
        false => it.room.guests.adults.to_string(),
    };
    let rooms: Vec<String> = placement.rooms.iter().map(room).collect();
    rooms.join(if with_children { " · " } else { "+" })
}

/// The list of rooms of a booking.
fn bookings(placement: &Placement) -> Value {
    let line = |it: &posada_core::proposal::ProposedRoom| {
        json!({
            "bungalow_type": it.room.room_type.as_str(),
            "adults": it.room.guests.adults,
            "children_0_5": it.room.guests.children_0_5,
            "children_6_10": it.room.guests.children_6_10,
        })
    };
    placement.rooms.iter().map(line).collect()
}

/// A call as it is shown: its arguments, a member a line, and a room a line.
fn call(tool: &str, arguments: &Value) -> String {
    let mut lines = Vec::new();
    for (name, value) in arguments.as_object().into_iter().flatten() {
        let value = match value {
            Value::Array(items) if items.first().is_some_and(Value::is_object) => {
                let items: Vec<String> = items.iter().map(|item| format!("    {}", spaced(item))).collect();
                format!("[\n{}\n  ]", items.join(",\n"))
            }
            other => spaced(other),
        };
        lines.push(format!("  \"{name}\": {value}"));
    }
    format!("```json {tool}\n{{\n{}\n}}\n```", lines.join(",\n"))
}

/// JSON on one line with a space behind each comma and colon that parts it.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("\"{name}\": {}", spaced(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// What the guest is told, as a quotation.
fn quotation(message: &str) -> String {
    let line = |line: &str| format!("> {line}").trim_end().to_owned();
    message.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn with_stay(more: Value) -> Value {
    let mut call = json!({"check_in_date": STAY.0, "check_out_date": STAY.1, "package_type": "Hospedaje"});
    if let (Some(members), Value::Object(more)) = (call.as_object_mut(), more) {
        members.extend(more);
    }
    call
}

fn guest(name: &str, wa_id: &str, reference: &str, rooms: Value, more: Value) -> Value {
    let mut call = json!({
        "customer_name": name,
        "email": "cliente@example.com",
        "city": "San Salvador",
        "dui_passport": "01234567-8",
        "nationality": "Salvadoreña",
        "check_in_date": STAY.0,
        "check_out_date": STAY.1,
        "package_type": "Hospedaje",
        "bookings": rooms,
        "payment_method": "CompraClick",
        "authorization_number": reference,
        "payment_maker_name": name,
        "wa_id": wa_id,
    });
    if let (Some(members), Value::Object(more)) = (call.as_object_mut(), more) {
        members.extend(more);
    }
    call
}

fn examples(language: Language) -> Result<BTreeMap<&'static str, String>> {
    let mut world = World::new();
    let property = world.property.clone();
    let voice = Voice::of(&property, language);
    let mut found = BTreeMap::new();
    let mut quoted = |world: &World, names: [&'static str; 3], arguments: Value| -> Result<Placement> {
        let (request, proposal) = world.propose(&arguments)?;
        found.insert(names[0], call("quote_rooms", &arguments));
        found.insert(names[1], quotation(&proposed_message(request.stay, &proposal, &voice)));
        found.insert(names[2], split(&proposal.placement));
        Ok(proposal.placement)
    };
    let nobody = json!(0);
    let families = json!({"adults": 6, "children_0_5": nobody, "children_6_10": 2});
    quoted(
        &world,
        ["families.call", "families.message", "families.split"],
        with_stay(json!({"party": families, "rooms": 2, "bungalow_type": "Familiar"})),
    )?;
    let own = json!([
        {"bungalow_type": "Familiar", "adults": 4, "children_0_5": 0, "children_6_10": 0},
        {"bungalow_type": "Familiar", "adults": 2, "children_0_5": 0, "children_6_10": 2},
    ]);
    quoted(&world, ["own.call", "own.message", "own.split"], with_stay(json!({"split": own})))?;
    let nine = json!({"adults": 9, "children_0_5": nobody, "children_6_10": nobody});
    let names = ["cheapest.call", "cheapest.message", "cheapest.split"];
    quoted(&world, names, with_stay(json!({"party": nine, "objective": "cheapest"})))?;
    let eight = json!({"adults": 8, "children_0_5": nobody, "children_6_10": nobody});
    let eight = quoted(
        &world,
        ["eight.call", "eight.message", "eight.split"],
        with_stay(json!({"party": eight, "rooms": 3, "bungalow_type": "Junior"})),
    )?;

    let payer = "María López";
    let amount = |money: Money| -> Result<Value> { Ok(serde_json::from_str(&to_text(&Amount(money)))?) };
    found.insert("total", voice.money(eight.total()));
    found.insert("guests_max", GUESTS_MAX.to_string());
    found.insert("rooms_max", ROOMS_PER_BOOKING_MAX.to_string());
    found.insert(
        "validate.call",
        call(
            "validate_compraclick_payment",
            &json!({"authorization_number": "123456", "payment_amount": amount(eight.total())?,
                "payment_maker_name": payer, "wa_id": "50370001234"}),
        ),
    );
    found.insert(
        "transfer.call",
        call(
            "validate_bank_transfer",
            &json!({"transfer_id": "900002", "payment_amount": amount(eight.total())?,
                "payment_maker_name": "Inversiones El Tránsito", "wa_id": "50370001236"}),
        ),
    );
    let known = json!({"payment_method": "CompraClick", "payment_amount": amount(eight.total())?,
        "payment_date": "2026-11-20", "payment_maker_name": payer});
    found.insert("find.call", call("find_payment", &known));
    found.insert("find.message", quotation(&message::candidate_message(true, &voice)));
    let more = json!({"claim": "<claim>", "quote": "<quote>"});
    found.insert(
        "book.call",
        call("make_booking", &guest(payer, "50370001234", "123456", bookings(&eight), more)),
    );
    let report = world.book(&eight)?;
    found.insert("book.message", quotation(&booking_message_with(&report, NextStep::Usual, &voice)));

    let waiting = json!({"authorization_number": "654321", "payment_amount": amount(eight.total())?,
        "payment_maker_name": payer, "wa_id": "50370001237"});
    found.insert("pending.call", call("validate_compraclick_payment", &waiting));
    let next_check_at = NOON_MS + FIRST_CHECK_MS;
    let pending = Problem::PaymentPending { reference: "654321".to_owned(), next_check_at };
    found.insert("pending.message", quotation(&problem_message(&pending, &voice)));
    found.insert("retry.call", call("retry_compraclick_payment", &waiting));
    let mut stopping = waiting;
    stopping["stop"] = json!(true);
    found.insert("stop.call", call("retry_compraclick_payment", &stopping));
    found.insert("stop.message", quotation(&message::not_sought_message("654321", &voice)));

    let line = json!({"bungalow_type": "Junior", "adults": 2, "children_0_5": 0, "children_6_10": 0});
    // What was free a moment ago: other guests took some of it meanwhile.
    let before = World::new();
    let (request, partly) = before.propose(&with_stay(json!({"split": [line, line, line]})))?;
    let agency = "Agencia Viajes del Pacífico";
    let rooms = bookings(&partly.placement);
    found.insert(
        "partly.call",
        call("make_booking", &guest(agency, "50370001235", "678901", rooms, json!({}))),
    );
    let report = world.book(&partly.placement)?;
    let left = report.left_without_room().context("somebody is left without a room")?;
    let offer = redistribute(&property, request.stay, &request.package, left, &world.free);
    let message = booking_message_with(&report, NextStep::Redistribution(&offer), &voice);
    found.insert("partly.message", quotation(&message));

    let posada_core::redistribution::Redistribution::Offer(placement) = offer else {
        bail!("other rooms are offered")
    };
    let more = json!({"quote": "<quote>", "follows": "<booking_id>"});
    let rooms = bookings(&placement);
    found.insert("follow.call", call("make_booking", &guest(agency, "50370001235", "678901", rooms, more)));
    let report = world.book(&placement)?;
    found.insert("follow.message", quotation(&booking_message_with(&report, NextStep::Usual, &voice)));

    let of_it = json!({"booking_id": "<booking_id>", "wa_id": "50370001235"});
    found.insert("state.call", call("get_booking", &of_it));
    let mut cancelling = of_it;
    cancelling["rooms"] = json!([1]);
    cancelling["reason"] = json!("Ya no viajamos.");
    found.insert("cancel.call", call("request_cancellation", &cancelling));
    let message = message::cancellation_requested_message(1, &voice);
    found.insert("cancel.message", quotation(&message));
    let stay = json!({"check_in_date": STAY.0, "check_out_date": STAY.1});
    found.insert("availability.call", call("check_availability", &stay));
    Ok(found)
}
