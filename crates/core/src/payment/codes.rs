//! `codreser`: the list of reservation codes that a payment's row carries, such as `HR26181,HR26182,HR26183`.

use crate::ids::ReservationCode;

/// A code as it is linked and shown: with the hotel's prefix. The one place where the prefix is added.
#[must_use]
pub fn external_code(prefix: &str, code: &ReservationCode) -> String {
    format!("{prefix}{code}")
}

/// The list's parts; an empty column is no part.
pub fn parts(codreser: &str) -> impl Iterator<Item = &str> {
    codreser.split(',').map(str::trim).filter(|part| !part.is_empty())
}

/// The list of these parts.
#[must_use]
pub fn join<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().collect::<Vec<_>>().join(",")
}

/// Whether `rooms` more codes of at most `code_length_max` characters will fit a column of `length_max`
/// characters that holds `codreser` now. Seen when claiming, so that no room is booked that could not be linked.
#[must_use]
pub fn will_fit(
    codreser: &str,
    rooms: usize,
    prefix: &str,
    code_length_max: usize,
    length_max: usize,
) -> bool {
    let each = 1_usize.saturating_add(prefix.len()).saturating_add(code_length_max);
    codreser.chars().count().saturating_add(rooms.saturating_mul(each)) <= length_max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_and_written() {
        assert_eq!(parts(" HR1, HR2,,HR3 ").collect::<Vec<_>>(), ["HR1", "HR2", "HR3"]);
        assert_eq!(parts("").count(), 0);
        assert_eq!(join(["HR1", "HR2"]), "HR1,HR2");
        assert_eq!(external_code("HR", &ReservationCode::parse("26181").expect("a code")), "HR26181");
    }

    #[test]
    fn what_will_fit_is_counted_with_commas_and_prefix() {
        assert!(will_fit("", 3, "HR", 5, 24));
        assert!(!will_fit("", 3, "HR", 5, 23));
        assert!(will_fit("HR26181", 1, "HR", 5, 15));
        assert!(!will_fit("HR26181", 1, "HR", 5, 14));
    }
}
