//! What is said to the hotel's systems about one room, and what a payment is waited for with.

use posada_core::booking::effect::{Holding, Reservation, RoomNeed, RoomOrder};

use posada_core::payment::pending::{Pending, Wish};

use crate::stored_record;

stored_record!(RoomNeed { line, generation, room_type, refused, holds });
stored_record!(RoomOrder {
    reference,
    room,
    requested,
    stay,
    package,
    amount,
    guest,
    payment,
    payment_maker_name,
    customer_instructions,
});
stored_record!(Holding { asked, rooms, expires_at });
stored_record!(Reservation { code, room });
stored_record!(Wish { payment, holder, amount, language });
stored_record!(Pending { wish, claim, since, next_at, unanswered });
