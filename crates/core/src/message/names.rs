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

/// Whether the word is in the list, in whatever case of the letters a to z: the tables for all letters would be
/// the largest part of this file, and a word that is not found is only left as it is.
fn is_one_of(words: &[&str], word: &str) -> bool {
    words.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The plural of a Spanish word of the lists above.
fn plural_es(word: &str) -> String {
    const LOANS: [&str; 4] = ["bungalow", "chalet", "glamping", "loft"];
    if let Some(stem) = word.strip_suffix("ión") {
        return format!("{stem}iones");
    }
    let vowel = word.ends_with(['a', 'e', 'i', 'o', 'u', 'á', 'é', 'í', 'ó', 'ú', 'A', 'E', 'I', 'O', 'U']);
    ended(word, if vowel || is_one_of(&LOANS, word) { "s" } else { "es" })
}

/// The word with the ending, in capitals behind capitals.
fn ended(word: &str, ending: &str) -> String {
    let capitals = !word.bytes().any(|b| b.is_ascii_lowercase());
    if capitals { format!("{word}{}", ending.to_ascii_uppercase()) } else { format!("{word}{ending}") }
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
            (2, "CABAÑA DOBLE", "2 habitaciones del tipo CABAÑA DOBLE"),
            (2, "CUARTO DOBLE", "2 CUARTOS DOBLES"),
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
