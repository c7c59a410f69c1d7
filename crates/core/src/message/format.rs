//! Amounts, dates and lists as people write them in each language.

use chrono::{Datelike, NaiveDate, NaiveDateTime, Timelike};

use crate::message::Language;
use crate::money::Money;
use crate::stay::Stay;

/// Keeps the parts of an amount or a time on one line.
const NO_BREAK_SPACE: char = '\u{a0}';

const MONTHS_ES: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
const MONTHS_EN: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The sign that `en-US` writes for a currency (Unicode CLDR 48); the code where it has none.
fn symbol_en(currency: &str) -> Option<&'static str> {
    Some(match currency {
        "USD" => "$",
        "AUD" => "A$",
        "BRL" => "R$",
        "CAD" => "CA$",
        "CNY" => "CN¥",
        "EUR" => "€",
        "GBP" => "£",
        "HKD" => "HK$",
        "ILS" => "₪",
        "INR" => "₹",
        "MXN" => "MX$",
        "NZD" => "NZ$",
        "PHP" => "₱",
        "TWD" => "NT$",
        "XCD" => "EC$",
        _ => return None,
    })
}

/// An amount as the locale writes it, rounded half up to cents: `$1,234.50` for US dollars in both; of other
/// currencies `es-SV` writes the code (`EUR 1,234.50`, with a no-break space) and `en-US` the sign where it has
/// one (`€1,234.50`, `GTQ 1,234.50`).
///
/// ```
/// # use posada_core::{message::{Language, format_money}, money::Money};
/// assert_eq!(format_money(Money::from_mills(1_234_500), "USD", Language::Es), "$1,234.50");
/// ```
#[must_use]
pub fn format_money(amount: Money, currency: &str, language: Language) -> String {
    let cents = amount.cents_half_up();
    let sign = if cents < 0 { "-" } else { "" };
    let (units, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let symbol = match language {
        Language::Es => (currency == "USD").then_some("$"),
        Language::En => symbol_en(currency),
    };
    let (symbol, gap) = match symbol {
        Some(symbol) => (symbol, String::new()),
        None => (currency, String::from(NO_BREAK_SPACE)),
    };
    format!("{sign}{symbol}{gap}{}.{rest:02}", grouped(units))
}

/// The number with a comma before every three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (left, digit) in (0..digits.len()).rev().zip(digits.chars()) {
        out.push(digit);
        if left > 0 && left.is_multiple_of(3) {
            out.push(',');
        }
    }
    out
}

fn month(months: &[&'static str; 12], date: NaiveDate) -> &'static str {
    usize::try_from(date.month0()).ok().and_then(|index| months.get(index).copied()).unwrap_or_default()
}

/// A date in words: `23 de agosto de 2025`, `August 23, 2025`.
#[must_use]
pub fn format_date(date: NaiveDate, language: Language) -> String {
    match language {
        Language::Es => format!("{} de {} de {}", date.day(), month(&MONTHS_ES, date), date.year()),
        Language::En => format!("{} {}, {}", month(&MONTHS_EN, date), date.day(), date.year()),
    }
}

/// A stay's two dates in words, with what they share said once: `del 23 al 24 de agosto de 2025`,
/// `August 23–24, 2025`.
#[must_use]
pub fn format_stay(stay: &Stay, language: Language) -> String {
    let (from, to) = (stay.check_in(), stay.check_out());
    let same_year = from.year() == to.year();
    let same_month = same_year && from.month() == to.month();
    match language {
        Language::Es => {
            let until = format_date(to, language);
            if same_month {
                format!("del {} al {until}", from.day())
            } else if same_year {
                format!("del {} de {} al {until}", from.day(), month(&MONTHS_ES, from))
            } else {
                format!("del {} al {until}", format_date(from, language))
            }
        }
        Language::En => {
            if same_month {
                format!("{} {}–{}, {}", month(&MONTHS_EN, from), from.day(), to.day(), to.year())
            } else if same_year {
                format!("{} {} – {}", month(&MONTHS_EN, from), from.day(), format_date(to, language))
            } else {
                format!("{} – {}", format_date(from, language), format_date(to, language))
            }
        }
    }
}

/// A time of day on the twelve-hour clock, as both locales tell it: `10:05 p. m.`, `10:05 PM`.
#[must_use]
pub fn format_time(time: NaiveDateTime, language: Language) -> String {
    let (afternoon, hour) = time.hour12();
    let half = match (language, afternoon) {
        (Language::Es, false) => "a.\u{a0}m.",
        (Language::Es, true) => "p.\u{a0}m.",
        (Language::En, false) => "AM",
        (Language::En, true) => "PM",
    };
    format!("{hour}:{:02}{NO_BREAK_SPACE}{half}", time.minute())
}

/// A span of waiting, rounded up: seconds below a minute, minutes below two hours, then hours.
#[must_use]
pub(super) fn format_wait(seconds: u32, language: Language) -> String {
    let (count, es, en) = if seconds < 60 {
        (seconds.max(1), "segundo", "second")
    } else if seconds < 7_200 {
        (seconds.div_ceil(60), "minuto", "minute")
    } else {
        (seconds.div_ceil(3_600), "hora", "hour")
    };
    let unit = match language {
        Language::Es => es,
        Language::En => en,
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// A room's place in a request, counted from 1, as an ordinal: `2.ª`, `2nd`. Never a plain number, which
/// would be taken for the room's own.
#[must_use]
pub(super) fn ordinal(place: usize, language: Language) -> String {
    match (language, place % 10, place % 100) {
        (Language::Es, ..) => format!("{place}.ª"),
        (Language::En, _, 11..=13) => format!("{place}th"),
        (Language::En, 1, _) => format!("{place}st"),
        (Language::En, 2, _) => format!("{place}nd"),
        (Language::En, 3, _) => format!("{place}rd"),
        (Language::En, ..) => format!("{place}th"),
    }
}

/// How the last two items of a list are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Join {
    /// y, and.
    And,
    /// o, or.
    Or,
    /// ni, or: after a negation.
    Nor,
}

/// `a, b y c`. Spanish says `e` before an i and `u` before an o.
#[must_use]
pub(super) fn list(items: &[String], join: Join, language: Language) -> String {
    let Some((last, rest)) = items.split_last() else { return String::new() };
    if rest.is_empty() {
        return last.clone();
    }
    let sound = last.strip_prefix(['h', 'H']).unwrap_or(last);
    let word = match (language, join) {
        (Language::Es, Join::And)
            if sound.starts_with(['i', 'I'])
                && !sound.get(1..).is_some_and(|s| s.starts_with(['e', 'E'])) =>
        {
            "e"
        }
        (Language::Es, Join::And) => "y",
        (Language::Es, Join::Or) if sound.starts_with(['o', 'O']) => "u",
        (Language::Es, Join::Or) => "o",
        (Language::Es, Join::Nor) => "ni",
        (Language::En, Join::And) => "and",
        (Language::En, Join::Or | Join::Nor) => "or",
    };
    format!("{} {word} {last}", rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_the_locales_write_them() {
        use Language::{En, Es};
        // Compared with Intl.NumberFormat of ICU 78 (CLDR 48) for es-SV and en-US.
        for (mills, currency, language, expected) in [
            (1_234_500, "USD", Es, "$1,234.50"),
            (1_234_500, "USD", En, "$1,234.50"),
            (0, "USD", Es, "$0.00"),
            (43_125, "USD", Es, "$43.13"),
            (-1_234_567_500, "USD", Es, "-$1,234,567.50"),
            (999_990, "USD", En, "$999.99"),
            (1_000_000_000_000, "USD", En, "$1,000,000,000.00"),
            (1_234_500, "EUR", Es, "EUR\u{a0}1,234.50"),
            (1_234_500, "EUR", En, "€1,234.50"),
            (1_234_500, "CAD", En, "CA$1,234.50"),
            (1_234_500, "GTQ", En, "GTQ\u{a0}1,234.50"),
            (-5_000, "GTQ", Es, "-GTQ\u{a0}5.00"),
            (i64::MAX, "USD", En, "$9,223,372,036,854,775.80"),
        ] {
            assert_eq!(format_money(Money::from_mills(mills), currency, language), expected);
        }
    }

    #[test]
    fn dates_and_times_are_spelled_for_people() {
        let date = |text: &str| text.parse::<NaiveDate>().expect("the tests write dates right");
        let stay = |from, to| Stay::new(date(from), date(to)).expect("a stay");
        for (stay, es, en) in [
            (stay("2025-08-23", "2025-08-24"), "del 23 al 24 de agosto de 2025", "August 23–24, 2025"),
            (
                stay("2025-08-31", "2025-09-02"),
                "del 31 de agosto al 2 de septiembre de 2025",
                "August 31 – September 2, 2025",
            ),
            (
                stay("2025-12-30", "2026-01-02"),
                "del 30 de diciembre de 2025 al 2 de enero de 2026",
                "December 30, 2025 – January 2, 2026",
            ),
        ] {
            assert_eq!(format_stay(&stay, Language::Es), es);
            assert_eq!(format_stay(&stay, Language::En), en);
        }
        for (hour, es, en) in [
            (0, "12:05\u{a0}a.\u{a0}m.", "12:05\u{a0}AM"),
            (10, "10:05\u{a0}a.\u{a0}m.", "10:05\u{a0}AM"),
            (12, "12:05\u{a0}p.\u{a0}m.", "12:05\u{a0}PM"),
            (22, "10:05\u{a0}p.\u{a0}m.", "10:05\u{a0}PM"),
        ] {
            let time = date("2025-08-23").and_hms_opt(hour, 5, 0).expect("a time");
            assert_eq!(format_time(time, Language::Es), es);
            assert_eq!(format_time(time, Language::En), en);
        }
    }

    #[test]
    fn places_are_ordinals() {
        for (place, en) in
            [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (13, "13th"), (21, "21st")]
        {
            assert_eq!(ordinal(place, Language::En), en);
        }
        assert_eq!(ordinal(2, Language::Es), "2.ª");
    }

    #[test]
    fn waits_and_lists_read_naturally() {
        for (seconds, expected) in [
            (0, "1 segundo"),
            (30, "30 segundos"),
            (60, "1 minuto"),
            (119, "2 minutos"),
            (7_199, "120 minutos"),
            (86_400, "24 horas"),
        ] {
            assert_eq!(format_wait(seconds, Language::Es), expected);
        }
        let items = |texts: &[&str]| texts.iter().map(|&t| t.to_owned()).collect::<Vec<_>>();
        for (texts, join, es, en) in [
            (vec!["a", "b", "c"], Join::And, "a, b y c", "a, b and c"),
            (vec!["fecha", "instrucciones"], Join::And, "fecha e instrucciones", "fecha and instrucciones"),
            (vec!["agua", "hielo"], Join::And, "agua y hielo", "agua and hielo"),
            (vec!["esta", "otra"], Join::Or, "esta u otra", "esta or otra"),
            (vec!["a", "b"], Join::Nor, "a ni b", "a or b"),
            (vec!["a"], Join::Or, "a", "a"),
            (vec![], Join::Or, "", ""),
        ] {
            assert_eq!(list(&items(&texts), join, Language::Es), es);
            assert_eq!(list(&items(&texts), join, Language::En), en);
        }
    }
}
