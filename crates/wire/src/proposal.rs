//! What a request for a quote is answered: rooms, who sleeps in each, and what each night costs.

use chrono::NaiveDate;
use posada_core::booking::request::RequestedRoom;
use posada_core::distribute::Objective;
use posada_core::ids::RoomTypeId;
use posada_core::price::RoomPrice;
use posada_core::problem::Problem;
use posada_core::proposal::{Placement, Proposal};

use crate::number::Amount;
use crate::public::HotelView;
use crate::stored::{Write, write_members};
use crate::time::Timestamp;
use crate::written;

/// A night and its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NightView {
    /// The date on which it begins.
    pub date: NaiveDate,
    /// Its price; the nights add up to their room.
    pub amount: Amount,
}

written!(NightView { date, amount });

/// A room of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomView {
    /// Its type.
    pub bungalow_type: RoomTypeId,
    /// Guests of 11 and more.
    pub adults: u16,
    /// Children of 0 to 5.
    pub children_0_5: u16,
    /// Children of 6 to 10.
    pub children_6_10: u16,
    /// Extra beds, exactly as many as needed.
    pub extra_beds: u16,
    /// Night by night.
    pub nights: Vec<NightView>,
    /// Its price for the stay.
    pub amount: Amount,
}

written!(RoomView { bungalow_type, adults, children_0_5, children_6_10, extra_beds, nights, amount });

impl RoomView {
    /// The room at this price.
    #[must_use]
    pub fn new(room: &RequestedRoom, price: &RoomPrice) -> Self {
        let night = |night: &posada_core::price::NightPrice| NightView {
            date: night.date,
            amount: Amount(night.amount),
        };
        Self {
            bungalow_type: room.room_type.clone(),
            adults: room.guests.adults,
            children_0_5: room.guests.children_0_5,
            children_6_10: room.guests.children_6_10,
            extra_beds: room.extra_beds,
            nights: price.nights.iter().map(night).collect(),
            amount: Amount(price.amount()),
        }
    }
}

/// Another objective's answer, where it differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlternativeView {
    /// The objective.
    pub objective: Objective,
    /// Its rooms.
    pub rooms: Vec<RoomView>,
    /// What they cost together.
    pub total_amount: Amount,
    /// A signed quote for them.
    pub quote: String,
}

written!(AlternativeView { objective, rooms, total_amount, quote });

/// A type that a free search left out because a night has no rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutView {
    /// The type.
    pub bungalow_type: RoomTypeId,
    /// The first night without a rate.
    pub night: NaiveDate,
}

written!(LeftOutView { bungalow_type, night });

/// What `POST /v1/quotes` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteAnswer {
    /// What was best.
    pub objective: Objective,
    /// Whether no placing is better. (An exact split was checked, not searched.)
    pub optimal: bool,
    /// The rooms.
    pub rooms: Vec<RoomView>,
    /// What they cost together.
    pub total_amount: Amount,
    /// In this currency.
    pub currency: String,
    /// The other objectives' answers, where they differ.
    pub alternatives: Vec<AlternativeView>,
    /// A signed quote: it keeps the price, not the rooms.
    pub quote: String,
    /// When the price is no longer kept.
    pub expires_at: Timestamp,
    /// Types left out of a free search.
    pub left_out: Option<Vec<LeftOutView>>,
    /// The proposal in words, for the assistant.
    pub customer_message: Option<String>,
}

written!(QuoteAnswer {
    objective,
    optimal,
    rooms,
    total_amount,
    currency,
    alternatives,
    quote,
    expires_at,
    left_out,
    customer_message
});

/// How placements are signed, and when their quotes expire.
pub struct Signing<'a> {
    /// Signs a placement.
    pub sign: &'a dyn Fn(&Placement) -> Result<String, Problem>,
    /// When its price is no longer kept.
    pub expires_at: Timestamp,
}

impl QuoteAnswer {
    /// The answer that a proposal is.
    ///
    /// # Errors
    /// What signing answers.
    pub fn new(currency: &str, proposal: &Proposal, signing: &Signing<'_>) -> Result<Self, Problem> {
        let rooms = |placement: &Placement| -> Vec<RoomView> {
            placement.rooms.iter().map(|it| RoomView::new(&it.room, &it.price)).collect()
        };
        let alternative = |placement: &Placement| {
            Ok(AlternativeView {
                objective: placement.objective,
                rooms: rooms(placement),
                total_amount: Amount(placement.total()),
                quote: (signing.sign)(placement)?,
            })
        };
        let left_out: Vec<LeftOutView> = proposal
            .left_out
            .iter()
            .map(|(id, night)| LeftOutView { bungalow_type: id.clone(), night: *night })
            .collect();
        Ok(Self {
            objective: proposal.placement.objective,
            optimal: proposal.is_optimal,
            rooms: rooms(&proposal.placement),
            total_amount: Amount(proposal.placement.total()),
            currency: currency.to_owned(),
            alternatives: proposal.alternatives.iter().map(alternative).collect::<Result<_, Problem>>()?,
            quote: (signing.sign)(&proposal.placement)?,
            expires_at: signing.expires_at,
            left_out: (!left_out.is_empty()).then_some(left_out),
            customer_message: None,
        })
    }
}

/// What a booking with failed rooms offers for their guests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Redistribution {
    /// Rooms that are still free, with their own quote: accepted by a new booking with it and `follows`.
    Offer {
        /// The rooms.
        rooms: Vec<RoomView>,
        /// What they cost together.
        total_amount: Amount,
        /// In this currency.
        currency: String,
        /// A signed quote for them.
        quote: String,
        /// When its price is no longer kept.
        expires_at: Timestamp,
    },
    /// Nothing can be offered to them: the reception helps.
    Staff {
        /// Why: a problem's code, `child_alone` where children would be without an adult.
        reason: &'static str,
    },
}

#[cfg(not(target_arch = "wasm32"))]
impl crate::describe::Describe for Redistribution {
    fn describe(known: &mut crate::describe::Schemas) -> serde_json::Value {
        let offer = known.refer("RedistributionOffer", |known| {
            let members = [
                ("kind", serde_json::json!({"const": "offer"})),
                ("rooms", Vec::<RoomView>::describe(known)),
                ("total_amount", Amount::describe(known)),
                ("currency", String::describe(known)),
                ("quote", String::describe(known)),
                ("expires_at", Timestamp::describe(known)),
            ];
            members.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
        });
        let staff = known.refer("RedistributionByStaff", |known| {
            let kind = serde_json::json!({"const": "staff"});
            let reason = String::describe(known);
            [("kind".to_owned(), kind), ("reason".to_owned(), reason)].into_iter().collect()
        });
        serde_json::json!({"oneOf": [offer, staff]})
    }
}

impl Write for Redistribution {
    fn write(&self, out: &mut String) {
        match self {
            Self::Offer { rooms, total_amount, currency, quote, expires_at } => write_members(
                out,
                &[
                    ("kind", &"offer"),
                    ("rooms", rooms),
                    ("total_amount", total_amount),
                    ("currency", currency),
                    ("quote", quote),
                    ("expires_at", expires_at),
                ],
            ),
            Self::Staff { reason } => write_members(out, &[("kind", &"staff"), ("reason", reason)]),
        }
    }
}

/// A free type of `GET /v1/availability`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeView {
    /// The type.
    pub bungalow_type: RoomTypeId,
    /// How many of its rooms are free for the whole stay.
    pub free: u16,
}

written!(FreeView { bungalow_type, free });

/// What `GET /v1/availability` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityAnswer {
    /// Arrival.
    pub check_in_date: NaiveDate,
    /// Departure.
    pub check_out_date: NaiveDate,
    /// Free rooms by type, in the hotel's order.
    pub rooms: Vec<FreeView>,
    /// When this was so.
    pub as_of: Timestamp,
    /// What an assistant must know of the hotel; left out unless its tool asks.
    pub hotel: Option<HotelView>,
}

written!(AvailabilityAnswer { check_in_date, check_out_date, rooms, as_of, hotel });

/// A night of `GET /v1/calendar`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayView {
    /// The date on which the night begins.
    pub date: NaiveDate,
    /// Rooms free for the night, of all types; left out where the hotel's own system is to be asked by stay.
    pub free_rooms: Option<u16>,
    /// The lowest price of a room that is free, for [`CalendarAnswer::adults`]; left out where there is none.
    pub from_amount: Option<Amount>,
}

written!(DayView { date, free_rooms, from_amount });

/// What `GET /v1/calendar` answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarAnswer {
    /// The guests that prices are for.
    pub adults: u16,
    /// The nights asked for.
    pub days: Vec<DayView>,
}

written!(CalendarAnswer { adults, days });
