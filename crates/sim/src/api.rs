//! A model of a hotel's own reservation system: it gives rooms to whoever asks first, and what else it can do is
//! switched on or off.

use posada_core::booking::effect::{Reservation, RoomOrder};
use posada_core::booking::journal::Capabilities;
use posada_core::ids::{Reference, ReservationCode, RoomNumber};
use posada_core::property::Property;
use posada_core::sorted::Set;
use posada_core::stay::Stay;

/// A reservation, whoever made it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// What Posada called it; `None` for the front desk's own.
    pub(crate) reference: Option<Reference>,
    pub(crate) code: ReservationCode,
    pub(crate) room: RoomNumber,
    pub(crate) stay: Stay,
    pub(crate) is_cancelled: bool,
}

#[derive(Debug)]
pub(crate) struct Api {
    property: Property,
    capabilities: Capabilities,
    picks_rooms: bool,
    pub(crate) list: Vec<Entry>,
}

fn overlap(a: &Stay, b: &Stay) -> bool {
    a.check_in() < b.check_out() && b.check_in() < a.check_out()
}

impl Api {
    pub(crate) fn new(property: Property, capabilities: Capabilities, picks_rooms: bool) -> Self {
        Self { property, capabilities, picks_rooms, list: Vec::new() }
    }

    /// Rooms that are free for the whole stay.
    pub(crate) fn free(&self, stay: &Stay) -> Set<RoomNumber> {
        let taken: std::collections::BTreeSet<&RoomNumber> = self
            .list
            .iter()
            .filter(|it| !it.is_cancelled && overlap(&it.stay, stay))
            .map(|it| &it.room)
            .collect();
        let rooms = self.property.room_types.iter().flat_map(|room_type| &room_type.rooms);
        rooms.filter(|room| !taken.contains(room)).cloned().collect()
    }

    /// Makes a reservation.
    pub(crate) fn create(&mut self, order: &RoomOrder) -> Result<Reservation, String> {
        if self.capabilities.idempotency {
            let known = self.list.iter().find(|it| it.reference.as_ref() == Some(&order.reference));
            match known {
                Some(it) if it.is_cancelled => return Err("reserva cancelada".to_owned()),
                Some(it) => return Ok(Reservation { code: it.code.clone(), room: it.room.clone() }),
                None => {}
            }
        }
        let free = self.free(&order.stay);
        let picked = if self.picks_rooms {
            let of_type = self.property.room_type(&order.requested.room_type);
            of_type
                .and_then(|room_type| room_type.rooms.iter().rev().find(|room| free.contains(room)))
                .cloned()
        } else {
            free.contains(&order.room).then(|| order.room.clone())
        };
        let Some(room) = picked else { return Err("Habitación ocupada".to_owned()) };
        let code = self.append(Some(order.reference.clone()), room.clone(), order.stay);
        Ok(Reservation { code, room })
    }

    fn append(&mut self, reference: Option<Reference>, room: RoomNumber, stay: Stay) -> ReservationCode {
        let code = ReservationCode::parse(&(26_181 + self.list.len()).to_string()).expect("a code");
        self.list.push(Entry { reference, code: code.clone(), room, stay, is_cancelled: false });
        code
    }

    /// The front desk takes a room, if it is free.
    pub(crate) fn take(&mut self, room: &RoomNumber, stay: Stay) -> bool {
        let is_free = self.free(&stay).contains(room);
        if is_free {
            self.append(None, room.clone(), stay);
        }
        is_free
    }

    /// What a look-up finds; an error where this API has none.
    pub(crate) fn find(&self, reference: &Reference) -> Result<Option<Reservation>, String> {
        if !self.capabilities.lookup {
            return Err("no hay búsqueda".to_owned());
        }
        let is_it = |it: &&Entry| it.reference.as_ref() == Some(reference) && !it.is_cancelled;
        let found = self.list.iter().find(is_it);
        Ok(found.map(|it| Reservation { code: it.code.clone(), room: it.room.clone() }))
    }

    /// Cancels by code; cancelled before is cancelled.
    pub(crate) fn cancel(&mut self, code: &ReservationCode) -> Result<(), String> {
        if !self.capabilities.cancel {
            return Err("no se puede cancelar".to_owned());
        }
        let Some(it) = self.list.iter_mut().find(|it| it.code == *code) else {
            return Err("no existe".to_owned());
        };
        it.is_cancelled = true;
        Ok(())
    }
}
