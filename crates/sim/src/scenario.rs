//! What a seed stands for: the hotel, its payments, who asks for what, and what goes wrong how often.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use posada_core::booking::journal::{Capabilities, Terms};
use posada_core::booking::request::{BookingRequest, FurtherRequest, Guest, PaymentIntent, RequestedRoom};
use posada_core::fixtures;
use posada_core::ids::{BookingId, PackageId, RoomTypeId, WaId};
use posada_core::message::Language;
use posada_core::money::Money;
use posada_core::party::Occupancy;
use posada_core::payment::claim::required;
use posada_core::payment::ledger::PaymentRow;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::pending::Schedule;
use posada_core::property::Property;
use posada_core::stay::Stay;

use crate::receiver::Troubles;
use crate::rng::Rng;

/// How long rooms are held. Shorter than a hotel's, so that holds expire while calls are under way.
const HOLD_TTL_MS: [i64; 4] = [2_000, 20_000, 60_000, 900_000];

/// One guest's wish: an intent gives one booking, however often it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Intent {
    pub(crate) request: BookingRequest,
    pub(crate) terms: Terms,
    /// When it is sent: more than once by impatient guests.
    pub(crate) sent_ms: Vec<i64>,
    /// When the guest changes their mind and staff cancel a line, or all.
    pub(crate) cancels: Vec<(i64, Option<u8>)>,
    /// Further payments, and when each is sent.
    pub(crate) pays: Vec<(i64, FurtherRequest)>,
}

/// What goes wrong, in thousandths of the occasions.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Rates {
    pub(crate) fault: u32,
    pub(crate) crash: u32,
    /// After so many faults and crashes the world is kind, so that every booking can end.
    pub(crate) budget: u32,
}

/// A world before it begins.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) property: Property,
    /// Whether the hotel has no reservation system but the embedded book.
    pub(crate) is_embedded: bool,
    /// Whether the reservation API picks another room of the type than was asked for.
    pub(crate) picks_rooms: bool,
    pub(crate) capabilities: Capabilities,
    pub(crate) payments: Vec<PaymentRow>,
    pub(crate) intents: Vec<Intent>,
    pub(crate) rates: Rates,
    /// From when to when the payments' database is away.
    pub(crate) database_away: Option<(i64, i64)>,
    /// From when to when the reservation API is away.
    pub(crate) api_away: Option<(i64, i64)>,
    /// When the front desk takes a room.
    pub(crate) desk_ms: Vec<i64>,
    /// When another program of the hotel uses a payment.
    pub(crate) outsider_ms: Vec<i64>,
    /// When the clock jumps forward, and by how much.
    pub(crate) jumps: Vec<(i64, i64)>,
    /// When who is told of endings is not as it should be.
    pub(crate) receiver: Troubles,
    /// Payments that are not there yet, and when each comes in.
    pub(crate) late: BTreeMap<PaymentRef, i64>,
}

pub(crate) fn money(cents: i64) -> Money {
    Money::from_cents(cents).expect("a small amount")
}

fn payment(place: usize) -> PaymentRef {
    PaymentRef::parse(PaymentMethod::ALL[place % 2], &format!("10000{place}")).expect("a reference")
}

/// The price of a room under the demo hotel's tariff, in thousandths; computed here apart from the core.
fn price(guests: &Occupancy, nights: u16) -> Money {
    let night = 86_250 * i64::from(guests.adults) + 43_125 * i64::from(guests.children_6_10);
    Money::from_mills(night * i64::from(nights))
}

impl Scenario {
    /// The scenario of a seed.
    pub(crate) fn of(rng: &mut Rng) -> Self {
        let is_embedded = rng.permille(400);
        let capabilities = if is_embedded {
            Capabilities { idempotency: true, lookup: true, cancel: true }
        } else {
            Capabilities {
                idempotency: rng.permille(500),
                lookup: rng.permille(650),
                cancel: rng.permille(750),
            }
        };
        let payments: Vec<PaymentRow> = (0..1 + rng.index(3)).map(|place| row(place, rng)).collect();
        let calm = rng.permille(80);
        let rates = Rates {
            fault: if calm { 0 } else { rng.pick(&[20, 80, 200, 400]) },
            crash: if calm { 0 } else { rng.pick(&[0, 10, 40, 120]) },
            budget: if calm { 0 } else { rng.pick(&[3, 8, 20]) },
        };
        let mut scenario = Self {
            property: fixtures::demo(),
            is_embedded,
            picks_rooms: !is_embedded && rng.permille(150),
            capabilities,
            payments,
            intents: Vec::new(),
            rates,
            database_away: None,
            api_away: None,
            desk_ms: Vec::new(),
            outsider_ms: Vec::new(),
            jumps: Vec::new(),
            receiver: Troubles::default(),
            late: BTreeMap::new(),
        };
        for _ in 0..1 + rng.index(4) {
            let intent = scenario.intent(rng);
            scenario.intents.push(intent);
        }
        let firsts = scenario.intents.len();
        // Worlds without followers show more of everything else before they are through.
        let has_followers = rng.permille(400);
        for followed in (0..firsts).filter(|_| has_followers) {
            while scenario.intents.len() < 8 && rng.permille(350) {
                let intent = scenario.follower(followed, rng);
                scenario.intents.push(intent);
            }
        }
        if !calm {
            let away = |rng: &mut Rng| {
                let from = rng.between(0, 3_000);
                let long = rng.pick(&[2_000, 30_000, 1_200_000, 86_400_000]);
                rng.permille(200).then_some((from, from + long))
            };
            scenario.database_away = away(rng);
            scenario.api_away = away(rng).filter(|_| !is_embedded);
            let times = |rng: &mut Rng| (0..rng.index(3)).map(|_| rng.between(0, 20_000)).collect();
            scenario.desk_ms = (0..rng.index(6)).map(|_| rng.between(0, 4_000)).collect();
            scenario.outsider_ms = times(rng);
            if rng.permille(150) {
                let by = rng.pick(&[5_000, 60_000, 1_000_000, 90_000_000]);
                scenario.jumps.push((rng.between(0, 30_000), by));
            }
        }
        scenario
    }

    /// Has somebody told how bookings end, who is away at times. It has chances of its own, so that the seeds of
    /// worlds without one stand for what they always did.
    pub(crate) fn add_receiver(&mut self, seed: u64) {
        let mut rng = Rng::new(seed ^ 0x6e6f_7469_6679);
        for intent in &mut self.intents {
            intent.terms.notify = rng.permille(700).then_some(Language::Es);
        }
        if self.rates.budget > 0 {
            let from = rng.between(0, 40_000);
            let long = rng.pick(&[2_000, 400_000, 86_400_000, 400_000_000]);
            self.receiver.away = rng.permille(300).then_some((from, from + long));
            self.receiver.gone = rng.permille(80).then(|| rng.between(0, 100_000_000));
        }
    }

    /// Has guests pay further, and staff book before a payment is there. With chances of its own, too.
    pub(crate) fn add_payments(&mut self, seed: u64) {
        let mut rng = Rng::new(seed ^ 0x0070_6179_6d65_6e74);
        if !rng.permille(500) {
            return;
        }
        let late = payment(rng.index(self.payments.len()));
        if rng.permille(300) {
            self.late.insert(late.clone(), rng.pick(&[10_000, 400_000, 20_000_000, 200_000_000]));
        }
        let schedule = Schedule::default();
        for (place, intent) in self.intents.iter_mut().enumerate() {
            let is_late = self.late.contains_key(&intent.request.payment.payment);
            if is_late && rng.permille(700) {
                (intent.terms.waits, intent.terms.required) = (Some(schedule.clone()), Money::ZERO);
            }
            while intent.pays.len() < 4 && rng.permille(600) {
                let by = payment(rng.index(self.payments.len()));
                let amount = rng.permille(500).then(|| money(rng.between(1, 60_000)));
                let request = FurtherRequest {
                    payment: PaymentIntent {
                        payment: by,
                        amount,
                        maker_name: "Ana Pérez".to_owned(),
                        claim: None,
                    },
                    evidence: None,
                    key: format!("{place}-{}", intent.pays.len()),
                    checks: rng.permille(300).then(|| schedule.clone()),
                };
                let at = rng.pick(&[5_000, 20_000, 200_000, 50_000_000]) + rng.between(0, 3_000);
                intent.pays.push((at, request.clone()));
                // Said again, it is the same.
                if rng.permille(300) {
                    intent.pays.push((at + rng.between(0, 60_000), request));
                }
            }
            // Without a deposit there is something left to pay.
            if !intent.pays.is_empty() && rng.permille(600) {
                let part = rng.pick(&[1, 4_999, 10_000]);
                (intent.terms.required, intent.terms.amount) = (Money::ZERO, Some(money(part)));
            }
        }
    }

    /// Whether nothing happens but what the guests do.
    pub(crate) fn is_quiet(&self) -> bool {
        let away = self.database_away.is_none() && self.api_away.is_none() && self.receiver.away.is_none();
        away && self.desk_ms.is_empty()
            && self.jumps.is_empty()
            && self.intents.len() == 1
            && self.intents[0].cancels.is_empty()
            && self.intents[0].pays.is_empty()
            && self.late.is_empty()
    }

    /// One guest who wants `rooms` rooms and pays enough, with nothing going wrong by itself.
    pub(crate) fn alone(rooms: usize, capabilities: Capabilities, is_embedded: bool, all: bool) -> Self {
        let mut rng = Rng::new(7);
        let mut row = row(0, &mut rng);
        row.amount = money(1_000_000);
        let mut scenario = Self {
            property: fixtures::demo(),
            is_embedded,
            picks_rooms: false,
            capabilities,
            payments: vec![row],
            intents: Vec::new(),
            rates: Rates::default(),
            database_away: None,
            api_away: None,
            desk_ms: Vec::new(),
            outsider_ms: Vec::new(),
            jumps: Vec::new(),
            receiver: Troubles::default(),
            late: BTreeMap::new(),
        };
        let mut intent = scenario.intent(&mut rng);
        let guests = Occupancy { adults: 2, ..Occupancy::default() };
        let room_type = scenario.property.room_types[0].id.clone();
        intent.request.rooms = vec![RequestedRoom { room_type, guests, extra_beds: 0 }; rooms];
        intent.request.all_or_nothing = all && capabilities.cancel;
        intent.request.payment.amount = None;
        intent.terms = terms(&intent.request, capabilities, 100, 900_000);
        intent.terms.notify = Some(Language::Es);
        intent.sent_ms = vec![0];
        intent.cancels = Vec::new();
        scenario.intents.push(intent);
        scenario
    }

    /// A booking for guests whom an earlier one may leave without a room: whether it does is seen only then.
    fn follower(&self, followed: usize, rng: &mut Rng) -> Intent {
        let mut intent = self.intent(rng);
        let first = &self.intents[followed].request;
        let request = &mut intent.request;
        (request.stay, request.wa_id) = (first.stay, first.wa_id.clone());
        // The first intents have the first hosts, which have these ids.
        request.follows = Some(BookingId::from_bits(followed as u128 + 1));
        request.rooms = first.rooms.iter().rev().take(1 + rng.index(2)).cloned().collect();
        for room in &mut request.rooms {
            if rng.permille(700) {
                room.room_type = RoomTypeId::parse("Familiar").expect("an id");
            }
        }
        if rng.permille(800) {
            request.payment.payment = first.payment.payment.clone();
        }
        intent.terms = terms(request, self.capabilities, 100, intent.terms.hold_ttl_ms);
        let first_ms = rng.pick(&[3_000, 15_000, 40_000, 200_000]);
        let again = 1 + rng.index(3);
        intent.sent_ms = (0..again).map(|_| first_ms + rng.between(0, 20_000)).collect();
        intent
    }

    fn intent(&self, rng: &mut Rng) -> Intent {
        let first = NaiveDate::from_ymd_opt(2025, 8, 23).expect("a date");
        let check_in = first + Days::new(rng.below(2));
        let stay = Stay::new(check_in, check_in + Days::new(1 + rng.below(2))).expect("a stay");
        let many = if rng.permille(60) { 9 } else { 4 };
        let rooms = (0..1 + rng.index(many))
            .map(|_| {
                let id = if rng.permille(750) { "Junior" } else { "Familiar" };
                let adults = 1 + u16::try_from(rng.below(3)).expect("below 3");
                let children_6_10 = u16::from(rng.permille(300));
                RequestedRoom {
                    room_type: RoomTypeId::parse(id).expect("an id"),
                    guests: Occupancy { adults, children_6_10, children_0_5: 0 },
                    extra_beds: 0,
                }
            })
            .collect();
        let guest = Guest {
            customer_name: "Ana Pérez".to_owned(),
            email: "ana@example.com".to_owned(),
            phone_number: "+50370001234".to_owned(),
            city: "San Salvador".to_owned(),
            dui_passport: "01234567-8".to_owned(),
            nationality: "salvadoreña".to_owned(),
        };
        let wa_id = format!("5037000123{}", rng.below(3));
        let request = BookingRequest {
            guest,
            wa_id: rng.permille(600).then(|| WaId::parse(&wa_id).expect("a wa_id")),
            stay,
            package: PackageId::parse("Hospedaje").expect("an id"),
            rooms,
            payment: PaymentIntent {
                payment: payment(rng.index(self.payments.len())),
                amount: rng.permille(200).then(|| money(rng.between(10_000, 120_000))),
                maker_name: "Ana Pérez".to_owned(),
                claim: None,
            },
            follows: None,
            all_or_nothing: self.capabilities.cancel && rng.permille(250),
            customer_instructions: None,
        };
        let percent = rng.pick(&[100, 100, 50]);
        let ttl_ms = rng.pick(&HOLD_TTL_MS);
        let terms = terms(&request, self.capabilities, percent, ttl_ms);
        let mut sent_ms = vec![rng.between(0, 3_000)];
        while rng.permille(350) {
            sent_ms.push(rng.between(0, 30_000));
        }
        let mut cancels = Vec::new();
        while rng.permille(150) {
            let line = rng.permille(600).then(|| u8::try_from(rng.below(4)).expect("below 4"));
            cancels.push((rng.pick(&[2_000, 20_000, 200_000, 100_000_000]), line));
        }
        Intent { request, terms, sent_ms, cancels, pays: Vec::new() }
    }
}

fn terms(request: &BookingRequest, capabilities: Capabilities, percent: u8, hold_ttl_ms: i64) -> Terms {
    let prices: Vec<Money> =
        request.rooms.iter().map(|room| price(&room.guests, request.stay.night_count())).collect();
    let total = prices.iter().map(|price| price.round_half_up_to_cents()).sum::<Option<Money>>();
    let required = required(total.expect("small amounts"), percent);
    Terms {
        prices,
        required,
        amount: request.payment.amount,
        hold_ttl_ms,
        capabilities,
        notify: None,
        waits: None,
    }
}

fn row(place: usize, rng: &mut Rng) -> PaymentRow {
    let is_used = rng.permille(200);
    PaymentRow {
        payment: payment(place),
        amount: money(rng.pick(&[50_000, 100_000, 200_000, 400_000])),
        currency: "USD".to_owned(),
        payer: "Ana Pérez".to_owned(),
        paid_on: None,
        used: if is_used { money(10_000) } else { Money::ZERO },
        codreser: if is_used { "HR1,HR2".to_owned() } else { String::new() },
    }
}
