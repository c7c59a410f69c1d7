//! Room types in the plural: «2 Bungalows Junior», "2 Junior bungalows".
//!
//! The settings name a type in the singular. Its plural is formed where the noun is one that hotels use and
//! this file knows; any other name is left as it is and "rooms of type" put before it, which is always right.

use crate::message::Language;

/// The longest type's name that a message shows, in UTF-16 units.
pub(super) const NAME_LENGTH_MAX: usize = 60;

const NOUNS_ES: [&str; 17] = [
    "bungalow",
    "bungaló",
    "cabaña",
    "casa",
    "chalet",
    "cuarto",
    "apartamento",
    "dormitorio",
    "estudio",
    "glamping",
    "habitación",
    "loft",
    "penthouse",
    "recámara",
    "suite",
    "tienda",
    "villa",
];
/// Adjectives that agree in number; what stands beside the noun otherwise is a proper name and does not.
const ADJECTIVES_ES: [&str; 20] = [
    "familiar",
    "doble",
    "triple",
    "cuádruple",
    "sencilla",
    "sencillo",
    "individual",
    "matrimonial",
    "presidencial",
    "ejecutiva",
    "ejecutivo",
    "superior",
    "privada",
    "privado",
    "pequeña",
    "pequeño",
    "grande",
    "nupcial",
    "especial",
    "compartida",
];
const NOUNS_EN: [&str; 14] = [
    "apartment",
    "bungalow",
    "cabin",
    "chalet",
    "cottage",
    "house",
    "loft",
    "penthouse",
    "room",
    "studio",
    "suite",
    "tent",
    "twin",
    "villa",
];

fn is_one_of(words: &[&str], word: &str) -> bool {
    let word = word.to_lowercase();
    words.contains(&word.as_str())
}

/// The plural of a Spanish word of the lists above.
fn plural_es(word: &str) -> String {
    const LOANS: [&str; 4] = ["bungalow", "chalet", "glamping", "loft"];
    let lower = word.to_lowercase();
    if lower.ends_with("ión") {
        let stem: String = word.chars().take(word.chars().count().saturating_sub(2)).collect();
        return ended(&stem, "ones");
    }
    let vowel = lower.chars().next_back().is_some_and(|c| "aeiouáéíóú".contains(c));
    ended(word, if vowel || LOANS.contains(&lower.as_str()) { "s" } else { "es" })
}

/// The word with the ending, in capitals behind capitals.
fn ended(word: &str, ending: &str) -> String {
    let capitals = word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
    if capitals { format!("{word}{}", ending.to_uppercase()) } else { format!("{word}{ending}") }
}

/// `count` rooms of the type that is called `name`.
pub(super) fn counted(count: u16, name: &str, language: Language) -> String {
    format!("{count} {}", agreeing(count, name, language))
}

/// The type's name as it stands behind a number or, for 0, behind a negation.
pub(super) fn agreeing(count: u16, name: &str, language: Language) -> String {
    let one = count == 1;
    let words: Vec<&str> = name.split_whitespace().collect();
    match language {
        Language::Es => match words.split_first() {
            Some((noun, _)) if is_one_of(&NOUNS_ES, noun) => {
                let plural = |word: &&str| {
                    let agrees = is_one_of(&NOUNS_ES, word) || is_one_of(&ADJECTIVES_ES, word);
                    if agrees && !one { plural_es(word) } else { (*word).to_owned() }
                };
                words.iter().map(plural).collect::<Vec<_>>().join(" ")
            }
            _ if one => format!("habitación del tipo {name}"),
            _ => format!("habitaciones del tipo {name}"),
        },
        Language::En => match words.last() {
            Some(noun) if is_one_of(&NOUNS_EN, noun) => {
                if one {
                    name.to_owned()
                } else {
                    ended(name, "s")
                }
            }
            _ if one => format!("room of type {name}"),
            _ => format!("rooms of type {name}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_agree_with_their_number() {
        for (count, name, expected) in [
            (2, "Bungalow Junior", "2 Bungalows Junior"),
            (1, "Bungalow Junior", "1 Bungalow Junior"),
            (3, "Bungalow Familiar", "3 Bungalows Familiares"),
            (2, "Habitación Doble", "2 Habitaciones Dobles"),
            (2, "Cabaña del Lago", "2 Cabañas del Lago"),
            (2, "HABITACIÓN DOBLE", "2 HABITACIONES DOBLES"),
            (2, "SUITE", "2 SUITES"),
            (2, "Junior", "2 habitaciones del tipo Junior"),
            (1, "Junior", "1 habitación del tipo Junior"),
        ] {
            assert_eq!(counted(count, name, Language::Es), expected);
        }
        for (count, name, expected) in [
            (2, "Junior bungalow", "2 Junior bungalows"),
            (1, "Family bungalow", "1 Family bungalow"),
            (2, "Suite Deluxe", "2 rooms of type Suite Deluxe"),
            (1, "Junior", "1 room of type Junior"),
        ] {
            assert_eq!(counted(count, name, Language::En), expected);
        }
    }
}
