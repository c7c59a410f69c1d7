//! The hotel's object: holds by room and night, and the reservation book of a hotel that has no other.
//! Where it has another, holds are of rooms that its reservation API lists as free (`outside`).
//!
//! Everything here runs between two awaits, so that no other request comes between: a room that was seen free is
//! still free when it is taken. Several rows are written in one statement, for a loop of statements would not be
//! undone where one of them fails.

mod book;
mod holds;
mod intents;
mod inventory;
mod limits;
mod outside;
mod tidy;

use std::cell::RefCell;
use std::rc::Rc;

use chrono::{Days, NaiveDate};
use posada_core::ids::{Millis, RoomNumber};
use posada_core::property::Property;
use posada_core::sorted::Set;
use posada_core::stay::{Stay, date_text};
use posada_wire::stored::to_text;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::js_sys::{Promise, futures::future_to_promise};
use worker::web_sys::{Request, Response};
use worker::worker_sys::types::DurableObjectState;

use super::calls::{self, Availability, PropertyCall, PropertyReply, stays};
use crate::host::{Result, Sql, State, answer, number, request_text};
use crate::{config, rows};

/// The hotel.
#[wasm_bindgen]
pub struct PropertyObject {
    inner: Rc<Inner>,
}

struct Inner {
    state: State,
    env: Env,
    settings: RefCell<Option<(String, Rc<Property>)>>,
}

#[wasm_bindgen]
impl PropertyObject {
    /// The object, as the platform makes it.
    #[wasm_bindgen(constructor)]
    pub fn new(state: DurableObjectState, env: Env) -> Self {
        Self { inner: Rc::new(Inner { state: State::new(state), env, settings: RefCell::default() }) }
    }

    /// Answers a call.
    pub fn fetch(&self, request: Request) -> Promise {
        let inner = Rc::clone(&self.inner);
        future_to_promise(async move { Ok(inner.fetch(&request).await?.into()) })
    }
}

impl Inner {
    async fn fetch(&self, request: &Request) -> Result<Response> {
        let call: PropertyCall = calls::read(&request_text(request).await?)?;
        answer(&to_text(&self.answer(call)?), 200, "application/json")
    }

    fn answer(&self, call: PropertyCall) -> Result<PropertyReply> {
        let sql = self.state.sql()?;
        let now = config::now(&self.env);
        match call {
            PropertyCall::Configure { version, document, removed } => {
                let property = parse(&document)?;
                sql.exec(include_str!("schema.sql"), &[])?;
                let lost = inventory::lost(&sql, &document, &property, now)?;
                if removed.is_none_or(|removed| !lost.iter().any(|it| stays(it, &removed))) {
                    self.configure(&sql, version, document, property)?;
                }
                Ok(PropertyReply::Configured { lost })
            }
            PropertyCall::Availability { stay, intent } => {
                let availability = match self.settings(&sql)? {
                    None => Availability {
                        settings_version: String::new(),
                        free: Vec::new(),
                        others: Vec::new(),
                        retry_after_s: None,
                    },
                    Some((settings_version, property)) => {
                        let (others, retry_after_s) = match intent {
                            Some(intent) => intents::note(&sql, &property, &intent, &stay, now)?,
                            None => (Vec::new(), None),
                        };
                        Availability {
                            settings_version,
                            free: free_rooms(&sql, &property, &stay, now)?.into_iter().collect(),
                            others,
                            retry_after_s,
                        }
                    }
                };
                Ok(PropertyReply::Availability { availability })
            }
            PropertyCall::Calendar { from, nights } => {
                let free = match self.settings(&sql)? {
                    None => Vec::new(),
                    Some((_, property)) => free_by_night(&sql, &property, from, nights, now)?,
                };
                Ok(PropertyReply::Calendar { free })
            }
            PropertyCall::Hold { booking, stay, needs, ttl_ms, listed } => match self.settings(&sql)? {
                None => Ok(PropertyReply::Refused { error: "no settings were loaded".to_owned() }),
                Some((_, property)) => {
                    let asked = holds::Asked { booking, stay, needs, now, ttl_ms, listed };
                    let holding = holds::hold(&sql, &property, &asked)?;
                    limits::count(&sql, &asked.booking)?;
                    Ok(PropertyReply::Held { holding })
                }
            },
            PropertyCall::Release { booking, lines } => {
                holds::release(&sql, &booking, &lines)?;
                limits::count(&sql, &booking)?;
                Ok(PropertyReply::Done)
            }
            PropertyCall::Record { reference, code, room, is_choice } => {
                let reply = outside::record(&sql, &reference, &code, &room, is_choice, now)?;
                limits::count(&sql, &reference.booking)?;
                Ok(reply)
            }
            PropertyCall::Unrecord { reference } => {
                outside::unrecord(&sql, &reference)?;
                Ok(PropertyReply::Done)
            }
            PropertyCall::Book { order } => match self.settings(&sql)? {
                None => Ok(PropertyReply::Refused { error: "no settings were loaded".to_owned() }),
                Some((_, property)) => {
                    let reply = book::book(&sql, &property, &order, now)?;
                    limits::count(&sql, &order.reference.booking)?;
                    Ok(reply)
                }
            },
            PropertyCall::LookUp { reference } => {
                Ok(PropertyReply::Found { reservation: book::find(&sql, &reference)? })
            }
            PropertyCall::Tidy { ended, noted_before } => match self.settings(&sql)? {
                None => Ok(PropertyReply::Done),
                Some((_, property)) => tidy::tidy(&sql, &property, &ended, noted_before, now),
            },
            PropertyCall::Erase { booking } => {
                sql.exec(include_str!("schema.sql"), &[])?;
                for table in [
                    "UPDATE reservations SET requested = '{}'",
                    "DELETE FROM intents",
                    "DELETE FROM under_way",
                ] {
                    sql.exec(&[table, " WHERE booking = ?1"].concat(), &[booking.as_str().into()])?;
                }
                Ok(PropertyReply::Done)
            }
            PropertyCall::CountHeld => {
                sql.exec(include_str!("schema.sql"), &[])?;
                Ok(PropertyReply::Counted { rooms: limits::held(&sql, now)? })
            }
            PropertyCall::Cancel { reference, code } => book::cancel(&sql, &reference, &code, now),
            PropertyCall::List { made_since, after } => {
                Ok(PropertyReply::Listed { page: book::list(&sql, made_since, after.as_deref())? })
            }
        }
    }

    /// The settings, read once for each life of the object.
    fn settings(&self, sql: &Sql) -> Result<Option<(String, Rc<Property>)>> {
        if let Some(known) = &*self.settings.borrow() {
            return Ok(Some(known.clone()));
        }
        sql.exec(include_str!("schema.sql"), &[])?;
        let query = "SELECT json_array(version, document) AS json FROM settings";
        let rows: Vec<(String, String)> = rows::query(sql, query, &[])?;
        let Some((version, document)) = rows.into_iter().next() else { return Ok(None) };
        let known = (version, Rc::new(parse(&document)?));
        *self.settings.borrow_mut() = Some(known.clone());
        Ok(Some(known))
    }

    fn configure(&self, sql: &Sql, version: String, document: String, property: Property) -> Result<()> {
        sql.exec(
            "INSERT INTO settings (id, version, document) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET version = ?1, document = ?2",
            &[version.clone().into(), document.into()],
        )?;
        *self.settings.borrow_mut() = Some((version, Rc::new(property)));
        Ok(())
    }
}

fn parse(document: &str) -> Result<Property> {
    let settings = posada_wire::settings::read_settings(document.as_bytes());
    settings.map(|settings| settings.property).map_err(|_| "stored settings are not valid".into())
}

/// The last night and the first of a stay as the table spells them.
fn span(stay: &Stay) -> (JsValue, JsValue) {
    (stay.check_in().to_string().into(), stay.check_out().to_string().into())
}

/// Rooms that nobody has for any night of the stay. A hold that has expired is nobody's.
fn free_rooms(sql: &Sql, property: &Property, stay: &Stay, now: Millis) -> Result<Set<RoomNumber>> {
    let (first, end) = span(stay);
    let taken: Vec<RoomNumber> = rows::query(
        sql,
        "SELECT DISTINCT json_quote(room) AS json FROM nights
         WHERE night >= ?1 AND night < ?2 AND (expires_ms IS NULL OR expires_ms > ?3)",
        &[first, end, number(now.0)],
    )?;
    let taken: Set<RoomNumber> = taken.into_iter().collect();
    let rooms = property.room_types.iter().flat_map(|room_type| &room_type.rooms);
    Ok(rooms.filter(|room| !taken.contains(room)).cloned().collect())
}

/// How many rooms of each type nobody has, night by night.
fn free_by_night(
    sql: &Sql,
    property: &Property,
    from: NaiveDate,
    nights: u16,
    now: Millis,
) -> Result<Vec<Vec<u16>>> {
    let end = from.checked_add_days(Days::new(nights.into())).ok_or("no such date")?;
    let taken: Vec<(NaiveDate, RoomNumber)> = rows::query(
        sql,
        "SELECT json_array(night, room) AS json FROM nights
         WHERE night >= ?1 AND night < ?2 AND (expires_ms IS NULL OR expires_ms > ?3)",
        &[date_text(from).into(), date_text(end).into(), number(now.0)],
    )?;
    let all: Vec<u16> = property
        .room_types
        .iter()
        .map(|room_type| u16::try_from(room_type.rooms.len()).unwrap_or(u16::MAX))
        .collect();
    let mut free = vec![all; usize::from(nights)];
    for (night, room) in taken {
        let night = usize::try_from(night.signed_duration_since(from).num_days()).unwrap_or(usize::MAX);
        let of_type = property.room_types.iter().position(|room_type| room_type.rooms.contains(&room));
        // A room that the settings no longer have is nobody's to book.
        if let Some(count) = of_type.and_then(|at| free.get_mut(night)?.get_mut(at)) {
            *count = count.saturating_sub(1);
        }
    }
    Ok(free)
}
