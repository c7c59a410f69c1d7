//! Journals: requests and entries.

use posada_core::booking::effect::FollowWish;
use posada_core::booking::journal::{
    Capabilities, Entry, HeldRoom, Requester, StaffReason, Stamped, Step, Terms,
};
use posada_core::booking::outcome::FailureCause;
use posada_core::booking::request::{
    BookingRequest, Evidence, FurtherRequest, Guest, PaymentIntent, RequestedRoom,
};
use posada_core::message::Language;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::pending::Schedule;

use super::{Read, Write, write_text};
use crate::field::Node;
use crate::{stored_choice, stored_record};

stored_record!(Guest { customer_name, email, phone_number, city, dui_passport, nationality });
stored_record!(RequestedRoom { room_type, guests, extra_beds });
stored_record!(Evidence { amount, date });
stored_record!(PaymentRef { method, reference });
stored_record!(PaymentIntent { payment, amount, maker_name, claim });
stored_record!(BookingRequest {
    guest,
    wa_id,
    stay,
    package,
    rooms,
    payment,
    follows,
    all_or_nothing,
    customer_instructions,
});
stored_record!(Capabilities { idempotency, lookup, cancel });
stored_record!(Terms { prices, required, amount, hold_ttl_ms, capabilities, notify, waits });
stored_record!(FurtherRequest { payment, evidence, key, checks });
stored_record!(HeldRoom { line, generation, room });
stored_record!(Stamped { v, at, entry });
stored_record!(FollowWish { stay, package, guests });

impl Write for Schedule {
    fn write(&self, out: &mut String) {
        self.checks_ms().to_vec().write(out);
    }
}

impl Read for Schedule {
    fn read(node: Node) -> Option<Self> {
        Self::new(Vec::read(node)?).ok()
    }
}

impl Write for Language {
    fn write(&self, out: &mut String) {
        write_text(self.code(), out);
    }
}

impl Read for Language {
    fn read(node: Node) -> Option<Self> {
        Self::from_tag(&String::read(node)?)
    }
}

impl Write for PaymentMethod {
    fn write(&self, out: &mut String) {
        write_text(self.as_str(), out);
    }
}

impl Read for PaymentMethod {
    fn read(node: Node) -> Option<Self> {
        Self::parse(&String::read(node)?)
    }
}

stored_choice!(FailureCause {
    "no_availability" = NoAvailability,
    "refused" = Refused { error },
    "unreachable" = Unreachable,
    "unconfirmed" = Unconfirmed,
    "all_or_nothing" = AllOrNothing,
    "cancelled" = Cancelled,
});

stored_choice!(Step {
    "follow" = Follow,
    "claim" = Claim,
    "hold" = Hold,
    "book" = Book { line },
    "look_up" = LookUp { line },
    "cancel" = Cancel { line },
    "settle" = Settle,
    "release_holds" = ReleaseHolds,
    "notify" = Notify,
    "claim_further" = ClaimFurther { part },
    "settle_further" = SettleFurther { part },
});

stored_choice!(StaffReason {
    "unconfirmed" = Unconfirmed { line },
    "codreser_full" = CodreserFull,
    "cancel_failed" = CancelFailed { line },
    "ledger_refused" = LedgerRefused { code },
});

stored_choice!(Requester {
    "guest" = Guest,
    "assistant" = Assistant,
    "staff" = Staff,
});

stored_choice!(Entry {
    "requested" = Requested { request, terms },
    "follow_taken" = FollowTaken,
    "followed_by" = FollowedBy { booking },
    "claimed" = Claimed { claim, amount, shares },
    "refused" = Refused { problem },
    "accepted_unpaid" = AcceptedUnpaid,
    "payment_added" = PaymentAdded { request },
    "payment_claimed" = PaymentClaimed { part, claim, amount, shares },
    "payment_refused" = PaymentRefused { part, problem },
    "payment_settled" = PaymentSettled { part },
    "held" = Held { rooms, expires_at },
    "confirmed" = Confirmed { line, generation, room, code },
    "attempt_refused" = AttemptRefused { line, generation, error },
    "outcome_unknown" = OutcomeUnknown { line, generation },
    "found_absent" = FoundAbsent { line, generation },
    "line_failed" = LineFailed { line, cause },
    "cancelled" = Cancelled { line, cause },
    "cancel_ordered" = CancelOrdered { lines, by },
    "cancellation_requested" = CancellationRequested { lines, reason, by },
    "deferred" = Deferred { step, until, unknown_at },
    "settled" = Settled,
    "holds_released" = HoldsReleased,
    "notified" = Notified,
    "notify_given_up" = NotifyGivenUp { error },
    "escalated" = Escalated { reason },
    "resolved" = Resolved { note, line, by },
    "stray_found" = StrayFound { line, generation, room, code },
});
