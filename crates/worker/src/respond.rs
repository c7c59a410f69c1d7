//! Answers over HTTP.

use std::rc::Rc;

use posada_core::message::{Language, ReferenceKind, Voice, problem_message};
use posada_core::problem::{Problem, System};
use posada_core::property::RoomType;
use posada_wire::problem::{CONTENT_TYPE, ProblemDocument, status};
use posada_wire::signature::SIGNATURE;
use posada_wire::stored::{Write, to_text};
use worker::web_sys::Response;

use crate::host::{self, Result};
use crate::settings::Loaded;

/// How an answer is to be worded.
#[derive(Clone, Copy)]
pub(crate) struct Tone {
    /// The guest's language.
    pub(crate) language: Language,
    /// Whether a tool's caller asks, who looks at `success` and `error`.
    pub(crate) is_tool: bool,
    /// What the payment's reference is called.
    pub(crate) reference: ReferenceKind,
    /// Whether the payment is towards the balance of a booking that is made.
    pub(crate) is_balance: bool,
}

impl Tone {
    pub(crate) fn new(language: Language, is_tool: bool) -> Self {
        Self { language, is_tool, reference: ReferenceKind::default(), is_balance: false }
    }
}

const NO_TYPES: &[RoomType] = &[];

/// The hotel's voice, or a plain one where the settings are not known.
pub(crate) fn voice<'a>(loaded: Option<&'a Loaded>, tone: Tone) -> Voice<'a> {
    let voice = match loaded {
        Some(loaded) => Voice::of(&loaded.property, tone.language),
        None => Voice {
            language: tone.language,
            currency: "USD",
            code_prefix: "",
            utc_offset_minutes: 0,
            reception: None,
            room_types: NO_TYPES,
            reference: ReferenceKind::default(),
            is_balance: false,
        },
    };
    voice.with_reference(tone.reference).of_balance(tone.is_balance)
}

/// Why a request is not answered as it was asked.
pub(crate) struct Refused(Box<(Problem, Option<Rc<Loaded>>)>);

/// What a request is answered: a response, or why it is refused.
pub(crate) type Answer = std::result::Result<Response, Refused>;

impl Refused {
    /// Refusing in the voice of the hotel.
    pub(crate) fn by(hotel: &Rc<Loaded>) -> impl Fn(Problem) -> Self {
        |problem| Self(Box::new((problem, Some(Rc::clone(hotel)))))
    }

    /// The problem that it is refused for.
    pub(crate) fn problem(&self) -> &Problem {
        &self.0.0
    }
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self(Box::new((problem, None)))
    }
}

impl From<host::Error> for Refused {
    fn from(error: host::Error) -> Self {
        unavailable(System::Storage, &error).into()
    }
}

/// The answer to a request that is refused.
pub(crate) fn refused(refused: &Refused, tone: Tone) -> Result<Response> {
    problem(&refused.0.0, refused.0.1.as_deref(), tone)
}

/// The answer that a problem is.
fn problem(problem: &Problem, loaded: Option<&Loaded>, tone: Tone) -> Result<Response> {
    let status = status(problem);
    let message = problem_message(problem, &voice(loaded, tone));
    let mut document = ProblemDocument::new(problem, status, message);
    if tone.is_tool {
        document = document.for_tool();
    }
    let response = json(&document, status)?;
    let headers = response.headers();
    headers.set("Content-Type", CONTENT_TYPE)?;
    headers.set("Content-Language", tone.language.tag())?;
    match problem {
        Problem::TooManyRequests { retry_after_s }
        | Problem::BookingInProgress { retry_after_s }
        | Problem::Uncertain { retry_after_s }
        | Problem::Unavailable { retry_after_s, .. } => {
            headers.set("Retry-After", &retry_after_s.to_string())?;
        }
        Problem::Unauthorized => headers.set("WWW-Authenticate", "Bearer")?,
        Problem::BadSignature { .. } => headers.set("WWW-Authenticate", SIGNATURE)?,
        _ => {}
    }
    Ok(response)
}

/// What could not be reached, as a problem; the reason goes to the log.
pub(crate) fn unavailable(system: System, error: &host::Error) -> Problem {
    crate::log::error("unavailable", &error);
    Problem::Unavailable { system, retry_after_s: 5 }
}

/// An answer that was lost, as a problem: what was asked for may have been done. The reason goes to the log.
pub(crate) fn uncertain(error: &host::Error) -> Problem {
    crate::log::error("uncertain", &error);
    Problem::Uncertain { retry_after_s: 5 }
}

/// A JSON answer.
pub(crate) fn json(body: &dyn Write, status: u16) -> Result<Response> {
    json_text(&to_text(body), status)
}

/// An answer of this JSON.
pub(crate) fn json_text(text: &str, status: u16) -> Result<Response> {
    host::answer(text, status, "application/json")
}
