//! Phone numbers in E.164, from a WhatsApp id or from what a guest typed.
//!
//! A generated table knows every country calling code, the lengths of its national numbers and its trunk
//! prefix: enough to tell the code from the number and to catch a digit too many or too few. Whether a number
//! is assigned, no table tells. The decision: `docs/adr/0003-phones-from-a-generated-table.md`.

mod table;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;

use std::fmt;

use crate::ids::WaId;
use table::{CODES, TRUNKS};

/// The longest text that is read as a phone number, in characters.
pub const PHONE_TEXT_CHARS_MAX: usize = 40;
/// The most digits of a number, country code included (ITU-T E.164).
const DIGITS_MAX: usize = 15;
const MEXICO: u16 = 52;
const BRAZIL: u16 = 55;
const NORTH_AMERICA: u16 = 1;

/// A country calling code, such as 503; several countries share some (1, 7, 44).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallingCode(u16);

impl CallingCode {
    /// El Salvador.
    pub const EL_SALVADOR: Self = Self(503);

    /// The code, if it is assigned.
    #[must_use]
    pub fn new(code: u16) -> Option<Self> {
        row(code).map(|_| Self(code))
    }

    /// The code as a number.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

/// A phone number of a possible length behind an assigned country calling code.
///
/// ```
/// # use posada_core::phone::{CallingCode, Phone};
/// let phone = Phone::parse("7000-1234", CallingCode::EL_SALVADOR)?;
/// assert_eq!(phone.e164(), "+50370001234");
/// assert_eq!(phone.to_string(), "+503 7000 1234");
/// # Ok::<(), posada_core::phone::PhoneError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone {
    /// `+` and digits.
    e164: String,
    code: CallingCode,
}

/// Why a text is not a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// No digit.
    #[error("must not be empty")]
    Empty,
    /// More than [`PHONE_TEXT_CHARS_MAX`] characters.
    #[error("must have at most {PHONE_TEXT_CHARS_MAX} characters")]
    TooLong,
    /// Something other than digits, the usual separators and one leading plus.
    #[error("must hold digits, spaces, hyphens, dots, parentheses and a leading + only")]
    BadCharacter,
    /// No country code, and not a number of the hotel's own country.
    #[error("must begin with + and the country code, or be a number of the hotel's country")]
    NoCountryCode,
    /// It begins with no assigned country calling code.
    #[error("must begin with an assigned country calling code")]
    UnknownCountryCode,
    /// A number of that country has another length.
    #[error("must have a length that numbers behind +{code} have")]
    WrongLength {
        /// The country calling code.
        code: u16,
    },
}

impl Phone {
    /// The phone of a WhatsApp id: an international number without its plus. Three countries' ids differ from
    /// the number to be dialled: Mexico's have a 1 behind the code that is no longer dialled, some of Brazil's
    /// lack the mobile numbers' ninth digit, and Argentina's 9 is part of the number and stays.
    ///
    /// # Errors
    /// [`PhoneError::UnknownCountryCode`] or [`PhoneError::WrongLength`]; a `wa_id` of a group or of a hidden
    /// number is one of these more often than not.
    pub fn from_wa_id(wa_id: &WaId) -> Result<Self, PhoneError> {
        let (code, national) = split(wa_id.as_str())?;
        let (area, subscriber) = national.split_at_checked(2).unwrap_or((national, ""));
        let mobile = subscriber.len() == 8 && subscriber.starts_with(['6', '7', '8', '9']);
        if code == BRAZIL && mobile {
            return Self::checked(code, &format!("{area}9{subscriber}"));
        }
        Self::international(wa_id.as_str())
    }

    /// Reads what people type: `+503 7000-1234`, `00503 7000 1234`, `503 7000 1234`, and without a country code
    /// a number of the `default` country (the hotel's), with its trunk prefix or without. `011` is read as
    /// the plus that it stands for in North America. `(0)` in an international number is passed over.
    ///
    /// # Errors
    /// [`PhoneError`] says what is missing or wrong.
    pub fn parse(text: &str, default: CallingCode) -> Result<Self, PhoneError> {
        if text.chars().count() > PHONE_TEXT_CHARS_MAX {
            return Err(PhoneError::TooLong);
        }
        let (plus, digits) = digits(text)?;
        if plus {
            return Self::international(&digits);
        }
        if let Some(rest) = digits.strip_prefix("00") {
            return Self::international(rest);
        }
        let national = Self::national(default, &digits);
        if national.is_ok() {
            return national;
        }
        let own = digits.strip_prefix(default.0.to_string().as_str());
        own.map(|rest| Self::checked(default.0, rest))
            .or_else(|| digits.strip_prefix("011").map(Self::international))
            .and_then(Result::ok)
            .ok_or(PhoneError::NoCountryCode)
    }

    /// The number as programs write it: `+50370001234`.
    #[must_use]
    pub fn e164(&self) -> &str {
        &self.e164
    }

    /// Its country calling code.
    #[must_use]
    pub fn calling_code(&self) -> CallingCode {
        self.code
    }

    /// The digits behind a plus, a trunk prefix behind the country code being passed over.
    fn international(digits: &str) -> Result<Self, PhoneError> {
        let (code, national) = split(digits)?;
        let trunk = row(code).map_or("", |(_, _, trunk)| trunk);
        // Where 0 is dialled before numbers, none begins with it; the other prefixes may be a number's own.
        if trunk == "0"
            && let Some(rest) = national.strip_prefix('0')
        {
            return Self::checked(code, rest);
        }
        Self::checked(code, national).or_else(|wrong| {
            let rest =
                if code == MEXICO { national.strip_prefix('1') } else { without_trunk(national, trunk) };
            rest.map_or(Err(wrong), |rest| Self::checked(code, rest))
        })
    }

    /// A number as it is dialled within the country.
    fn national(country: CallingCode, digits: &str) -> Result<Self, PhoneError> {
        let trunk = row(country.0).map_or("", |(_, _, trunk)| trunk);
        let short = without_trunk(digits, trunk).map(|rest| Self::checked(country.0, rest));
        match short {
            Some(Ok(phone)) => Ok(phone),
            Some(Err(_)) | None => Self::checked(country.0, digits),
        }
    }

    /// The number if it can be one of that country.
    fn checked(code: u16, national: &str) -> Result<Self, PhoneError> {
        let (_, lengths, _) = row(code).ok_or(PhoneError::UnknownCountryCode)?;
        let e164 = format!("+{code}{national}");
        let possible = national.len() <= DIGITS_MAX && lengths & (1 << national.len()) != 0;
        let dialable = code != NORTH_AMERICA || is_north_american(national);
        if possible && dialable && e164.len() <= DIGITS_MAX.saturating_add(1) {
            Ok(Self { e164, code: CallingCode(code) })
        } else {
            Err(PhoneError::WrongLength { code })
        }
    }
}

/// `+503 7000 1234`: the code, then the number in groups that can be read out.
impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+{}", self.code.0)?;
        let (_, national) = split(self.e164.trim_start_matches('+')).unwrap_or((self.code.0, ""));
        let sizes: &[usize] = match national.len() {
            0..=4 => &[4],
            5..=7 => &[3, 4],
            8 => &[4, 4],
            9 => &[3, 3, 3],
            10 => &[3, 3, 4],
            11 => &[3, 4, 4],
            _ => &[4, 4, 4, 4],
        };
        let mut rest = national;
        for &size in sizes {
            let (group, after) = rest.split_at_checked(size).unwrap_or((rest, ""));
            if !group.is_empty() {
                write!(f, " {group}")?;
            }
            rest = after;
        }
        Ok(())
    }
}

/// Reads the E.164 form again.
impl TryFrom<String> for Phone {
    type Error = PhoneError;
    fn try_from(text: String) -> Result<Self, PhoneError> {
        let digits = text.strip_prefix('+').ok_or(PhoneError::NoCountryCode)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(PhoneError::BadCharacter);
        }
        let (code, national) = split(digits)?;
        Self::checked(code, national)
    }
}

impl From<Phone> for String {
    fn from(phone: Phone) -> Self {
        phone.e164
    }
}

/// The table's row: code, lengths, trunk prefix.
fn row(code: u16) -> Option<(u16, u16, &'static str)> {
    let place = CODES.binary_search_by_key(&code, |&(code, ..)| code).ok()?;
    let &(code, lengths, trunk) = CODES.get(place)?;
    Some((code, lengths, TRUNKS.get(usize::from(trunk)).copied().unwrap_or_default()))
}

/// The country code and what follows it. No code is the beginning of another, so at most one fits.
fn split(digits: &str) -> Result<(u16, &str), PhoneError> {
    if digits.is_empty() {
        return Err(PhoneError::Empty);
    }
    (1..=3)
        .filter_map(|length| digits.split_at_checked(length))
        .filter(|(code, _)| !code.starts_with('0'))
        .find_map(|(code, national)| {
            let code = code.parse().ok().filter(|&code| row(code).is_some())?;
            Some((code, national))
        })
        .ok_or(PhoneError::UnknownCountryCode)
}

fn without_trunk<'a>(national: &'a str, trunk: &str) -> Option<&'a str> {
    if trunk.is_empty() { None } else { national.strip_prefix(trunk) }
}

/// Whether area code and exchange can be ones of the North American plan: neither begins with 0 or 1.
fn is_north_american(national: &str) -> bool {
    let begins = |at: usize| matches!(national.as_bytes().get(at), Some(b'2'..=b'9'));
    begins(0) && begins(3)
}

/// Whether the text begins with a plus, and its digits.
fn digits(text: &str) -> Result<(bool, String), PhoneError> {
    // Contacts copied on a phone bring marks of the writing direction along.
    let hidden =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}');
    let text: String = text.chars().filter(|&c| !hidden(c)).collect();
    let text = text.trim();
    let text = text.strip_prefix("tel:").unwrap_or(text).trim_start();
    let (plus, rest) = match text.strip_prefix(['+', '＋']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let rest = if plus || rest.starts_with("00") { rest.replace("(0)", "") } else { rest.to_owned() };
    let mut digits = String::new();
    for c in rest.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2013}' => {}
            c if c.is_whitespace() => {}
            _ => return Err(PhoneError::BadCharacter),
        }
    }
    if digits.is_empty() { Err(PhoneError::Empty) } else { Ok((plus, digits)) }
}
