//! Which of the two languages a guest is addressed in.

/// A language that guests are addressed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Language {
    /// Spanish, as it is written in El Salvador: what is spoken where nothing else was asked for.
    #[default]
    Es,
    /// English, as it is written in the United States.
    En,
}

/// What a language range of `Accept-Language` is worth, in thousandths, and where it stands in the list.
#[derive(Clone, Copy)]
struct Wish {
    quality: u16,
    place: usize,
}

impl Wish {
    /// Whether this wish is stronger; of equals the earlier one is.
    fn beats(self, other: Self) -> bool {
        self.quality > other.quality || (self.quality == other.quality && self.place < other.place)
    }
}

impl Language {
    /// The language of a tag (RFC 5646), by its first part: `es-419`, `EN`, `en_GB`. `None` for any other.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let first = tag.trim().split(['-', '_']).next().unwrap_or_default();
        [Self::Es, Self::En].into_iter().find(|language| first.eq_ignore_ascii_case(language.code()))
    }

    /// The better of the two languages for an `Accept-Language` header (RFC 9110, 12.5.4): the one of the higher
    /// quality, of equals the earlier one, and Spanish where the header asks for neither. Parts that are not
    /// well-formed are passed over, so no header is an error.
    ///
    /// ```
    /// # use posada_core::message::Language;
    /// assert_eq!(Language::from_accept_language("fr-CA, en;q=0.8, es;q=0.5"), Language::En);
    /// assert_eq!(Language::from_accept_language("de"), Language::Es);
    /// ```
    #[must_use]
    pub fn from_accept_language(header: &str) -> Self {
        let (mut es, mut en, mut any) = (None::<Wish>, None::<Wish>, None::<Wish>);
        for (place, part) in header.split(',').enumerate() {
            let mut pieces = part.split(';');
            let range = pieces.next().unwrap_or_default().trim();
            let Some(quality) = quality(pieces) else { continue };
            let slot = match (range, Self::from_tag(range)) {
                ("*", _) => &mut any,
                (_, Some(Self::Es)) => &mut es,
                (_, Some(Self::En)) => &mut en,
                (_, None) => continue,
            };
            let wish = Wish { quality, place };
            if slot.is_none_or(|earlier| wish.beats(earlier)) {
                *slot = Some(wish);
            }
        }
        // A range that names the language wins over `*`, even to refuse it.
        match (es.or(any), en.or(any)) {
            (None, Some(en)) if en.quality > 0 => Self::En,
            (Some(es), Some(en)) if en.quality > 0 && en.beats(es) => Self::En,
            _ => Self::Es,
        }
    }

    /// The language alone, as the settings name it: `es`, `en`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Es => "es",
            Self::En => "en",
        }
    }

    /// The locale whose habits the texts follow, for `Content-Language` and `lang`: `es-SV`, `en-US`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Es => "es-SV",
            Self::En => "en-US",
        }
    }
}

/// The weight among the parameters of a range, in thousandths; 1 where there is none. `None` where it is not a
/// `qvalue` of RFC 9110 (12.4.2).
fn quality<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    let mut weight = 1_000;
    for parameter in parameters {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("q") {
            weight = thousandths(value.trim())?;
        }
    }
    Some(weight)
}

/// `0`, `0.5`, `1.000` in thousandths.
fn thousandths(value: &str) -> Option<u16> {
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let rest: u16 = format!("{fraction:0<3}").parse().ok()?;
    match (whole, rest) {
        ("0", rest) => Some(rest),
        ("1", 0) => Some(1_000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_weighed() {
        use Language::{En, Es};
        for (header, expected) in [
            ("", Es),
            ("es", Es),
            ("en", En),
            ("EN-us", En),
            ("es-419,es;q=0.9,en;q=0.8", Es),
            ("en-GB,en;q=0.9,es;q=0.8", En),
            ("en;q=0.5, es;q=0.7", Es),
            ("en;q=0.7, es;q=0.5", En),
            ("en, es", En),
            ("es, en", Es),
            ("fr, en;q=0.1", En),
            ("fr", Es),
            ("*", Es),
            ("es;q=0, *", En),
            ("es;q=0, en;q=0", Es),
            ("en;q=0, *;q=0.5", Es),
            ("*;q=0.9, es;q=0.1", En),
            ("en;q=1.001", Es),
            ("en;q=2, es", Es),
            ("en;q=0.1234, es;q=0.1", Es),
            ("en;q=, es;q=0.1", Es),
            ("en ; q=0.9 , es ; q=0.8", En),
            ("english", Es),
            (",;,=;q,", Es),
        ] {
            assert_eq!(Language::from_accept_language(header), expected, "{header:?}");
        }
    }

    #[test]
    fn tags_are_read_by_their_first_part() {
        assert_eq!(Language::from_tag("es-SV"), Some(Language::Es));
        assert_eq!(Language::from_tag(" en_GB "), Some(Language::En));
        assert_eq!(Language::from_tag("eng"), None);
        assert_eq!(Language::from_tag(""), None);
    }
}
