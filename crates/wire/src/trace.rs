//! [W3C Trace Context]: which trace a request is part of, as `traceparent` and `tracestate` say it.
//!
//! [W3C Trace Context]: https://www.w3.org/TR/trace-context-1/

/// The header that names the trace and the caller's span.
pub const PARENT: &str = "traceparent";
/// The header with what tracing systems know of the trace, which is theirs and not read.
pub const STATE: &str = "tracestate";

/// The version that is sent.
const VERSION: &str = "00";
/// The version that there will never be.
const NO_VERSION: &str = "ff";
/// The most characters of a `tracestate` that is carried on: what the standard asks for at the least.
const STATE_CHARS_MAX: usize = 512;
/// The flag by which a caller says that it may have recorded the request.
const SAMPLED: u8 = 1;

/// A trace: its id, and whether its caller records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    id: String,
    is_sampled: bool,
}

impl Trace {
    /// A trace that begins here, which nobody records; `None` where the id is none.
    #[must_use]
    pub fn begun(id: &str) -> Option<Self> {
        is_id(id, 32).then(|| Self { id: id.to_owned(), is_sampled: false })
    }

    /// The trace that a `traceparent` names; `None` where it is not valid, and then a new one begins. Later versions are
    /// read as far as this one goes, as the standard has it.
    #[must_use]
    pub fn read(parent: &str) -> Option<Self> {
        let mut parts = parent.split('-');
        let (version, id, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let is_valid = is_hex(version, 2)
            && version != NO_VERSION
            && is_id(id, 32)
            && is_id(span, 16)
            && is_hex(flags, 2)
            && (version != VERSION || parts.next().is_none());
        let flags = u8::from_str_radix(flags, 16).ok()?;
        is_valid.then(|| Self { id: id.to_owned(), is_sampled: flags & SAMPLED != 0 })
    }

    /// Its id: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The `traceparent` of a call in this trace. Of the flags only whether it is sampled is known here, and passed on as
    /// it came.
    #[must_use]
    pub fn parent(&self, span: u64) -> String {
        // A span of zeros is none.
        format!("{VERSION}-{}-{:016x}-{:02x}", self.id, span.max(1), u8::from(self.is_sampled))
    }
}

/// A `tracestate` that is carried on as it is; what is longer, or no header of the standard's characters, is let go of.
#[must_use]
pub fn carried(state: &str) -> Option<&str> {
    let is_right = |byte: u8| matches!(byte, b' '..=b'~');
    let fits = (1..=STATE_CHARS_MAX).contains(&state.len());
    (fits && state.contains('=') && state.bytes().all(is_right)).then_some(state)
}

fn is_hex(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Ids are not all zeros.
fn is_id(text: &str, digits: usize) -> bool {
    is_hex(text, digits) && text.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[track_caller]
    fn check(parent: &str, passed_on: Option<&str>) {
        let trace = Trace::read(parent);
        assert_eq!(trace.map(|it| it.parent(0x00f0_67aa_0ba9_02b7)).as_deref(), passed_on, "{parent}");
    }

    #[test]
    fn a_trace_goes_on_under_a_span_of_its_own() {
        let sampled = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
        let plain = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-00";
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Some(sampled));
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", Some(plain));
        // Flags that are not known are not passed on.
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff", Some(sampled));
        check("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fe", Some(plain));
        // Of a later version what is known of it.
        check("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Some(sampled));
        check(
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-the-future-brings",
            Some(sampled),
        );
    }

    #[test]
    fn what_is_not_valid_is_not_carried_on() {
        for parent in [
            "",
            "00",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
            "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "0-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.more",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01",
            " 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            // Two headers come as one.
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        ] {
            check(parent, None);
        }
    }

    #[test]
    fn a_trace_that_begins_here_is_not_sampled() {
        let begun = Trace::begun(ID).expect("an id");
        assert_eq!(begun.parent(0), format!("00-{ID}-0000000000000001-00"));
        for id in ["", &"0".repeat(32), &ID.to_uppercase(), &ID[1..]] {
            assert_eq!(Trace::begun(id), None, "{id}");
        }
    }

    #[test]
    fn a_state_is_carried_on_within_its_limits() {
        for state in ["congo=t61rcWkgMzE", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", "a=b , c@d=e"] {
            assert_eq!(carried(state), Some(state));
        }
        let longest = format!("a={}", "b".repeat(510));
        assert_eq!(carried(&longest), Some(longest.as_str()));
        for state in ["", "no pairs", "a=b\nX: y", "a=ñ", &format!("{longest}b")] {
            assert_eq!(carried(state), None, "{state}");
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic_and_nothing_but_digits_is_kept(parent in "[0-9a-f-]{0,70}|.{0,80}") {
            if let Some(trace) = Trace::read(&parent) {
                prop_assert!(is_id(trace.id(), 32));
                prop_assert!(Trace::read(&trace.parent(7)).is_some());
            }
        }
    }
}
