//! Bodies that anybody may send: bookings in both forms, quotes, validations, further payments.

use posada_core::booking::Booking;
use posada_core::booking::effect::Input;
use posada_core::booking::journal::{Capabilities, Stamped, Terms};
use posada_core::ids::BookingId;
use posada_core::message::Language;
use posada_core::money::Money;
use posada_core::payment::claim::required;
use posada_core::payment::method::PaymentMethod;
use posada_core::problem::Problem;
use posada_core::proposal::{Proposal, QuoteRequest, propose};
use posada_core::quote::{PricingError, Quote, price_rooms, total};
use posada_wire::booking::{read_booking, read_make_booking};
use posada_wire::cancellation::read_cancellation;
use posada_wire::canonical::{body_bytes, body_fingerprint, intent_fingerprint};
use posada_wire::command::{BookingCommand, Caller, Context, Form};
use posada_wire::number::Amount;
use posada_wire::payment::{read_further_payment, read_retry};
use posada_wire::proposal::RoomView;
use posada_wire::quote::read_quote_request;
use posada_wire::read::{BODY_BYTES_MAX, check_json};
use posada_wire::stored::{Write, from_text, to_text};
use posada_wire::token::{sign_quote, verify_quote};
use serde_json::{Map, Value, json};

use crate::hotel::{CALLERS, NOW, SIGNING_KEY, hotel, read_phone, rooms, today};
use crate::told::{check_problem, check_report};

/// Reads the body as each of the routes would, and goes on with what is well-formed as far as that goes without a
/// host.
///
/// # Panics
/// Where Posada would, or where something does not hold.
pub fn run(data: &[u8]) -> bool {
    let mut is_well_formed = false;
    // The same body in other words: members in another order, other white space, other escapes.
    let respelled = respell(data);
    let hotel = hotel();
    for caller in CALLERS {
        for read in [read_booking, read_make_booking] {
            let context = Context { caller, property: &hotel, today: today(), phone: &read_phone };
            let read = |bytes: &[u8]| read(bytes, &context);
            let command = twice(data, respelled.as_deref(), read);
            match command {
                Ok(command) => {
                    is_well_formed = true;
                    check_booking(&command, caller, &read);
                }
                Err(problem) => check_problem(&problem, &hotel),
            }
        }
        match twice(data, respelled.as_deref(), |bytes| read_cancellation(bytes, caller)) {
            Ok(_) => is_well_formed = true,
            Err(problem) => check_problem(&problem, &hotel),
        }
        let further = twice(data, respelled.as_deref(), |bytes| read_further_payment(bytes, caller));
        match further {
            Ok(_) => is_well_formed = true,
            Err(problem) => check_problem(&problem, &hotel),
        }
    }
    for method in [PaymentMethod::CompraClick, PaymentMethod::DepositoBac] {
        match twice(data, respelled.as_deref(), |bytes| read_retry(bytes, method)) {
            Ok(validation) => {
                is_well_formed = true;
                assert!(validation.amount > Money::ZERO && validation.payment.method == method);
            }
            Err(problem) => check_problem(&problem, &hotel),
        }
    }
    match twice(data, respelled.as_deref(), |bytes| read_quote_request(bytes, today())) {
        Ok(request) => {
            is_well_formed = true;
            check_quote(&request);
        }
        Err(problem) => check_problem(&problem, &hotel),
    }
    is_well_formed
}

/// The body as another program would write the same.
fn respell(data: &[u8]) -> Option<Vec<u8>> {
    // A member given twice means nothing to another program's reader.
    check_json(data, BODY_BYTES_MAX).ok()?;
    let value: Value = serde_json::from_slice(data).ok()?;
    let respelled = serde_json::to_vec_pretty(&value).ok()?;
    // Floats of more digits than an amount may have come out otherwise; white space may make it too large.
    let is_same = serde_json::from_slice::<Value>(&respelled).is_ok_and(|again| again == value);
    (is_same && respelled.len() <= BODY_BYTES_MAX).then_some(respelled)
}

/// Reads twice, which must answer the same, and the respelled body, which must mean the same.
fn twice<T: PartialEq + std::fmt::Debug>(
    data: &[u8],
    respelled: Option<&[u8]>,
    read: impl Fn(&[u8]) -> Result<T, Problem>,
) -> Result<T, Problem> {
    let first = read(data);
    assert_eq!(first, read(data), "reading is deterministic");
    if let Some(respelled) = respelled {
        let again = read(respelled);
        match (&first, &again) {
            (Ok(first), Ok(again)) => assert_eq!(first, again, "white space and order mean nothing"),
            (Err(first), Err(again)) => assert_eq!(first.code(), again.code()),
            _ => panic!("{first:?} in other words is {again:?}"),
        }
    }
    first
}

/// A well-formed booking: it can be written again, checked, priced, started, and told.
fn check_booking(
    command: &BookingCommand,
    caller: Caller,
    read: &dyn Fn(&[u8]) -> Result<BookingCommand, Problem>,
) {
    let body = json_of(command, caller).to_string();
    let again = read(body.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?} in {body}"));
    assert_eq!(*command, again, "what was read, written and read again: {body}");
    assert_eq!(body_bytes(command), body_bytes(&again));
    assert_eq!(body_fingerprint(command), body_fingerprint(&again));
    assert_eq!(intent_fingerprint(command), intent_fingerprint(&again));

    let hotel = hotel();
    let priced = command.check(&hotel, today()).and_then(|rooms| {
        let quote = command.quote.as_deref().map(|token| verify_quote(SIGNING_KEY, token)).transpose()?;
        price_rooms(&hotel, &command.stay, &command.package, &rooms, quote.as_ref(), NOW).map_err(|error| {
            match error {
                PricingError::Problem(problem) => problem,
                PricingError::PriceChanged { quoted, current, rooms: _ } => {
                    Problem::PriceChanged { quoted, current, quote: "q".to_owned() }
                }
            }
        })
    });
    let priced = match priced {
        Ok(priced) => priced,
        Err(problem) => return check_problem(&problem, &hotel),
    };
    let terms = Terms {
        notify: Some(Language::En),
        waits: None,
        prices: priced.iter().map(|room| room.exact).collect(),
        required: required(total(&priced), hotel.policy.deposit_percent),
        amount: command.payment.amount,
        hold_ttl_ms: hotel.policy.hold_ttl_ms,
        capabilities: Capabilities { idempotency: true, lookup: true, cancel: true },
    };
    let rooms = priced.into_iter().map(|room| room.room).collect();
    let request = Box::new(command.clone().into_request(rooms));
    let mut booking = Booking::new(BookingId::from_bits(1));
    let entries = booking.decide(Input::Start { request, terms }, NOW).expect("a checked request is taken");
    for entry in &entries {
        let text = to_text(entry);
        assert_eq!(from_text::<Stamped>(&text).as_ref(), Some(entry), "{text}");
        booking.apply(entry).expect("what was decided fits");
    }
    assert!(!booking.pending(NOW).is_empty() && booking.deadline().is_some(), "it would never end");
    check_report(&booking, &hotel);
}

/// An amount as JSON.
fn amount(money: Money) -> Value {
    written(&Amount(money))
}

/// What is written as JSON, as a value.
pub(crate) fn written(value: &dyn Write) -> Value {
    serde_json::from_str(&to_text(value)).expect("what is written is JSON")
}

/// The body that asks for this.
fn json_of(command: &BookingCommand, caller: Caller) -> Value {
    let mut body = Map::new();
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    let guest = &command.guest;
    for (name, text) in [
        ("customer_name", &guest.customer_name),
        ("email", &guest.email),
        ("phone_number", &guest.phone_number),
        ("city", &guest.city),
        ("dui_passport", &guest.dui_passport),
        ("nationality", &guest.nationality),
        ("payment_maker_name", &command.payment.maker_name),
    ] {
        put(name, json!(text));
    }
    put("check_in_date", written(&command.stay.check_in()));
    put("check_out_date", written(&command.stay.check_out()));
    put("package_type", json!(command.package.as_str()));
    put("payment_method", json!(command.payment.payment.method.as_str()));
    put(command.payment.payment.method.reference_field(), json!(command.payment.payment.reference));
    let lines = command.wishes.iter().zip(&command.extra_beds_costs).map(|(wish, cost)| {
        let mut line = Map::new();
        line.insert("bungalow_type".to_owned(), json!(wish.room_type.as_str()));
        line.insert("adults".to_owned(), json!(wish.guests.adults));
        line.insert("children_0_5".to_owned(), json!(wish.guests.children_0_5));
        line.insert("children_6_10".to_owned(), json!(wish.guests.children_6_10));
        line.extend(wish.extra_beds.map(|beds| ("extra_beds".to_owned(), json!(beds))));
        line.extend(cost.map(|cost| ("extra_beds_cost".to_owned(), amount(cost))));
        line
    });
    match command.form {
        Form::Many => put("bookings", lines.collect()),
        Form::Single => lines.flatten().for_each(|(name, value)| put(&name, value)),
    }
    let texts = [
        ("wa_id", command.wa_id.as_ref().map(|it| it.as_str())),
        ("claim", command.payment.claim.as_ref().map(|it| it.as_str())),
        ("follows", command.follows.as_ref().map(|it| it.as_str())),
        ("quote", command.quote.as_deref()),
        ("customer_instructions", command.customer_instructions.as_deref()),
    ];
    for (name, text) in texts {
        text.into_iter().for_each(|text| put(name, json!(text)));
    }
    command.payment.amount.into_iter().for_each(|it| put("payment_amount", amount(it)));
    if let Some(evidence) = &command.evidence {
        put("payment_evidence", json!({"amount": amount(evidence.amount), "date": written(&evidence.date)}));
    }
    put("all_or_nothing", json!(command.all_or_nothing));
    if caller == Caller::Staff {
        put("force_process", json!(command.force_process));
    }
    if command.confirm_another {
        put("confirm_another", json!(true));
    }
    Value::Object(body)
}

/// A well-formed question for rooms: what is proposed holds the party, and costs what its rooms and nights cost.
fn check_quote(request: &QuoteRequest) {
    let hotel = hotel();
    let free = rooms(&hotel);
    let proposal = propose(&hotel, request, &free);
    assert_eq!(proposal, propose(&hotel, request, &free), "equal questions have equal answers");
    let proposal = match proposal {
        Ok(proposal) => proposal,
        Err(problem) => return check_problem(&problem, &hotel),
    };
    let Proposal { placement, alternatives, .. } = &proposal;
    for placement in std::iter::once(placement).chain(alternatives) {
        let placed = placement.rooms.iter().fold(Default::default(), |sum, it| it.room.guests.plus(&sum));
        assert_eq!(placed, request.party.occupancy(), "everybody has a bed");
        for it in &placement.rooms {
            assert!(it.room.guests.adults > 0, "a room without an adult");
            let nights = it.price.nights.iter().map(|night| night.amount).sum::<Option<Money>>();
            assert_eq!(nights, Some(it.price.amount()), "nights add up to their room");
            written(&RoomView::new(&it.room, &it.price));
        }
        let quote = Quote {
            stay: request.stay,
            package: request.package.clone(),
            rooms: placement.quoted(),
            tariff_version: 1,
            expires_at: NOW.plus(1_000),
        };
        let token = sign_quote(SIGNING_KEY, &quote).expect("what is proposed can be signed");
        assert_eq!(verify_quote(SIGNING_KEY, &token).map(in_order), Ok(in_order(quote)));
    }
}

/// The quote with its rooms in an order of their own, since theirs means nothing.
pub(crate) fn in_order(mut quote: Quote) -> Quote {
    quote.rooms.sort();
    quote
}
