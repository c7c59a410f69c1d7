//! What a booking's object is asked for, by routes, by other bookings and by the sweeper.

use posada_core::booking::effect::{FollowWish, Reservation};
use posada_core::booking::request::FurtherRequest;
use posada_core::ids::{BookingId, LineNo, Reference, WaId};
use posada_wire::{stored_choice, stored_record};
use worker::Env;

use crate::auth::Role;
use crate::log;
use crate::registry::Row;

/// A request for a booking, as the route hands it on.
pub(crate) struct StartCall {
    /// The booking that this intent is.
    pub(crate) booking: BookingId,
    /// The body as it came.
    pub(crate) body: String,
    /// Whether it came by the assistant's tool, which takes both forms.
    pub(crate) is_tool: bool,
    /// Whether a booking that came to nothing may be replaced: the key was derived, not chosen.
    pub(crate) is_derived_key: bool,
    /// Who asks.
    pub(crate) role: Role,
    /// A hash of the client, for the public route's limits; empty where it is not known.
    pub(crate) client: String,
    /// A hash of the key, for what only staff may do.
    pub(crate) key_id: String,
    /// The language that the guest is answered in.
    pub(crate) language: String,
    /// Whether the caller would rather be answered at once, and ask again.
    pub(crate) is_async: bool,
    /// The request, for the log.
    pub(crate) request_id: String,
}

impl StartCall {
    /// For the log.
    pub(super) fn about<'a>(&'a self, env: &'a Env) -> log::About<'a> {
        log::About { env, booking: &self.booking, request: Some(&self.request_id) }
    }
}

/// A question about a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GetCall {
    /// Who asks; a guest by the booking's token.
    pub(crate) role: Role,
    /// The digest of the token that was sent, where one was.
    pub(crate) token_hash: Option<String>,
    /// The WhatsApp id that the assistant asks for.
    pub(crate) wa_id: Option<WaId>,
    /// The language that the guest is answered in.
    pub(crate) language: String,
    /// Whether a tool's caller asks.
    pub(crate) is_tool: bool,
}

/// Staff cancel rooms.
pub(crate) struct CancelCall {
    /// Who.
    pub(crate) who: GetCall,
    /// A hash of their key.
    pub(crate) key_id: String,
    /// The room; all of them where none is named.
    pub(crate) line: Option<LineNo>,
}

/// A guest would like rooms cancelled.
pub(crate) struct RequestCall {
    /// Who asks.
    pub(crate) who: GetCall,
    /// The rooms; all of them where none is named.
    pub(crate) lines: Vec<LineNo>,
    /// Why, in the guest's words.
    pub(crate) reason: Option<String>,
}

/// A further payment is to be made.
pub(crate) struct PayCall {
    /// Who asks.
    pub(crate) who: GetCall,
    /// What is asked for; when it is looked for, the settings say.
    pub(crate) request: FurtherRequest,
    /// Whether staff waive that it must be there already.
    pub(crate) is_forced: bool,
    /// A hash of the client, for the limit of wrong evidence.
    pub(crate) client: String,
}

/// Another booking wants to follow this one.
pub(crate) struct FollowCall {
    /// The other booking.
    pub(crate) booking: BookingId,
    /// Who made it, and so must be one who may see this one.
    pub(crate) who: GetCall,
    /// What it is for.
    pub(crate) wish: FollowWish,
}

/// A request of another key that is about the same as this booking.
pub(crate) struct SameCall {
    /// Who asks.
    pub(crate) role: Role,
    /// Whether it came by the assistant's tool.
    pub(crate) is_tool: bool,
    /// Whether it came in the form of a single room.
    pub(crate) is_single: bool,
    /// The language that the guest is answered in.
    pub(crate) language: String,
}

/// What staff found out about a case.
pub(crate) struct ResolveCall {
    pub(crate) line: Option<LineNo>,
    pub(crate) found: Option<Reservation>,
    pub(crate) note: String,
    /// A hash of the key that they came with.
    pub(crate) by: String,
    pub(crate) language: String,
}

/// What a booking's object is asked for.
pub(crate) enum BookingCall {
    Start {
        call: Box<StartCall>,
    },
    Get {
        call: GetCall,
    },
    Events {
        call: GetCall,
        after: i64,
    },
    Cancel {
        call: CancelCall,
    },
    RequestCancellation {
        call: RequestCall,
    },
    Pay {
        call: Box<PayCall>,
    },
    Follow {
        call: FollowCall,
    },
    /// Whether the booking goes on or came to something.
    IsLiving,
    Same {
        call: SameCall,
    },
    /// How it stands, for staff; with its journal where that is wanted.
    Look {
        language: String,
        with_journal: bool,
    },
    Resolve {
        call: ResolveCall,
    },
    /// Forget who the guest is; ordered by who has this key.
    Erase {
        key_id: String,
    },
    /// Go on if you do not, and say how you stand.
    Sweep,
    /// This reservation was made under one of your references: whose is it? A stray is cancelled.
    Stray {
        reference: Reference,
        reservation: Reservation,
    },
}

impl BookingCall {
    /// Whether it may set something going.
    pub(super) fn is_order(&self) -> bool {
        match self {
            Self::Start { .. }
            | Self::Cancel { .. }
            | Self::RequestCancellation { .. }
            | Self::Pay { .. }
            | Self::Follow { .. }
            | Self::Resolve { .. }
            | Self::Erase { .. }
            | Self::Sweep
            | Self::Stray { .. } => true,
            Self::Get { .. }
            | Self::Events { .. }
            | Self::IsLiving
            | Self::Same { .. }
            | Self::Look { .. } => false,
        }
    }
}

/// How a booking stands, for the sweeper.
pub(crate) struct Swept {
    /// As the registry should have it; none where nothing is known of the booking.
    pub(crate) row: Option<Row>,
    /// Of a reservation that was asked about, what came of it.
    pub(crate) stray: Option<Verdict>,
}

/// What came of a reservation that was found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the booking's, or may still be.
    Left,
    /// It was nobody's and is cancelled.
    Cancelled,
    /// It is nobody's and could not be cancelled.
    Stands,
}

stored_choice!(Verdict { "left" = Left, "cancelled" = Cancelled, "stands" = Stands });
stored_record!(Swept { row, stray });
stored_record!(ResolveCall { line, found, note, by, language });

stored_record!(StartCall {
    booking,
    body,
    is_tool,
    is_derived_key,
    role,
    client,
    key_id,
    language,
    is_async,
    request_id
});
stored_record!(GetCall { role, token_hash, wa_id, language, is_tool });
stored_record!(CancelCall { who, key_id, line });
stored_record!(RequestCall { who, lines, reason });
stored_record!(PayCall { who, request, is_forced, client });
stored_record!(FollowCall { booking, who, wish });
stored_record!(SameCall { role, is_tool, is_single, language });
stored_choice!(BookingCall {
    "start" = Start { call },
    "get" = Get { call },
    "events" = Events { call, after },
    "cancel" = Cancel { call },
    "request_cancellation" = RequestCancellation { call },
    "pay" = Pay { call },
    "follow" = Follow { call },
    "is_living" = IsLiving,
    "same" = Same { call },
    "look" = Look { language, with_journal },
    "resolve" = Resolve { call },
    "erase" = Erase { key_id },
    "sweep" = Sweep,
    "stray" = Stray { reference, reservation },
});

/// Said instead of an answer where the booking is over, or there is none, and another is to take its place.
pub(crate) const SUPERSEDED_STATUS: u16 = 410;
