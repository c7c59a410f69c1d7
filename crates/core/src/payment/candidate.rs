//! Payments that a guest describes without their reference: by amount, date and name. What fits is a candidate for
//! people to look at; nothing is ever set aside of it, for another guest may have paid the same on the same day.

use chrono::NaiveDate;

use super::ledger::PaymentRow;
use crate::money::Money;
use crate::sorted::sort_by;

/// What a guest knows of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clue {
    /// How much was paid.
    pub amount: Money,
    /// The date of payment.
    pub paid_on: NaiveDate,
    /// In whose name.
    pub name: String,
}

impl Clue {
    /// Whether the payment is as the guest says, in all three.
    #[must_use]
    pub fn fits(&self, row: &PaymentRow) -> bool {
        row.amount == self.amount && row.paid_on == Some(self.paid_on) && is_same_name(&row.payer, &self.name)
    }
}

/// Whether two names are made of the same words, whatever their accents, case and order, and what stands between them.
///
/// ```
/// # use posada_core::payment::candidate::is_same_name;
/// assert!(is_same_name("LÓPEZ NUÑEZ, MARÍA", "María López Núñez"));
/// assert!(!is_same_name("María López", "María"));
/// ```
#[must_use]
pub fn is_same_name(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    !a.is_empty() && a == b
}

/// Whether each word of `wanted` is in the name, as people search for one.
#[must_use]
pub fn has_words(name: &str, wanted: &str) -> bool {
    let name = words(name);
    words(wanted).iter().all(|word| name.contains(word))
}

/// The words of a name in alphabetical order, in small letters without accents.
fn words(name: &str) -> Vec<String> {
    let plain: String = name.chars().flat_map(char::to_lowercase).filter_map(plain).collect();
    let mut words: Vec<String> = plain
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    sort_by(&mut words, Ord::cmp);
    words
}

/// A small letter without its accent; nothing for a mark that stands by itself behind its letter. The letters are those of
/// Latin-1 and Latin Extended-A (Unicode's charts U0080 and U0100) that names in the region have; the tables of all of
/// Unicode would weigh more than all else that is done with payments.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '\u{300}'..='\u{36f}' => return None,
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'ĉ' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => 'i',
        'ñ' | 'ń' | 'ņ' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => 'o',
        'ś' | 'ŝ' | 'ş' | 'š' => 's',
        'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::method::{PaymentMethod, PaymentRef};

    #[test]
    fn accents_case_order_and_what_is_between_make_no_difference() {
        for (a, b) in [
            ("María José Núñez", "NUNEZ JOSE MARIA"),
            ("Zoë O'Brien", "zoe o brien"),
            ("Peña-Ávila,  Íngrid", "ingrid  pena avila"),
            // Accents as marks of their own, as some telephones write them.
            ("Mari\u{301}a", "maría"),
            ("GÜNTHER ŠIMIĆ", "Simic Gunther"),
        ] {
            assert!(is_same_name(a, b), "{a} / {b}");
        }
        for (a, b) in [
            ("María López", "María"),
            ("Ana Ana", "Ana"),
            ("María López", "María Lopes"),
            ("", ""),
            ("-", "'"),
            ("Juan", ""),
        ] {
            assert!(!is_same_name(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn people_search_by_some_of_the_words() {
        assert!(has_words("LÓPEZ NÚÑEZ, MARÍA", "nuñez maria"));
        assert!(has_words("María López", ""));
        assert!(!has_words("María López", "mar"));
        assert!(!has_words("María López", "maría peña"));
    }

    #[test]
    fn amount_date_and_name_must_all_be_so() {
        let on = |day| NaiveDate::from_ymd_opt(2026, 11, day).expect("a date");
        let row = PaymentRow {
            payment: PaymentRef { method: PaymentMethod::CompraClick, reference: "123456".to_owned() },
            amount: Money::from_mills(690_000),
            currency: "USD".to_owned(),
            payer: "MARIA LOPEZ".to_owned(),
            paid_on: Some(on(20)),
            used: Money::ZERO,
            codreser: String::new(),
        };
        let clue = Clue { amount: row.amount, paid_on: on(20), name: "López, María".to_owned() };
        assert!(clue.fits(&row));
        assert!(!Clue { amount: Money::from_mills(690_010), ..clue.clone() }.fits(&row));
        assert!(!Clue { paid_on: on(21), ..clue.clone() }.fits(&row));
        assert!(!Clue { name: "María".to_owned(), ..clue.clone() }.fits(&row));
        assert!(!clue.fits(&PaymentRow { paid_on: None, ..row }));
    }
}
