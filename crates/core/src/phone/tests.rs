//! Numbers as people and WhatsApp write them.

use super::*;

#[track_caller]
fn parsed(text: &str, expected: Result<&str, PhoneError>) {
    let phone = Phone::parse(text, CallingCode::EL_SALVADOR);
    assert_eq!(phone.as_ref().map(Phone::e164), expected.as_ref().copied(), "{text:?}");
}

#[test]
fn numbers_are_read_as_people_write_them() {
    for text in [
        "+503 7000-1234",
        "+50370001234",
        "00503 7000 1234",
        "50370001234",
        "7000-1234",
        "7000 1234",
        "(503) 7000.1234",
        "tel:+503-7000-1234",
        "\u{202a}+503 7000\u{a0}1234\u{202c}",
        "＋503 7000–1234",
        "011 503 7000 1234",
    ] {
        parsed(text, Ok("+50370001234"));
    }
    parsed("+1 (415) 555-2671", Ok("+14155552671"));
    parsed("011 44 20 7946 0958", Ok("+442079460958"));
    parsed("+44 (0)20 7946 0958", Ok("+442079460958"));
    parsed("+49 030 1234567", Ok("+49301234567"));
    parsed("+52 1 55 1234 5678", Ok("+525512345678"));
    parsed("+39 06 698 12345", Ok("+390669812345"));
    parsed("+7 8 912 345 67 89", Ok("+79123456789"));
}

#[test]
fn what_is_no_number_is_refused() {
    parsed("", Err(PhoneError::Empty));
    parsed("+", Err(PhoneError::Empty));
    parsed("no tengo", Err(PhoneError::BadCharacter));
    parsed("7000-1234 ext. 5", Err(PhoneError::BadCharacter));
    parsed("+503+70001234", Err(PhoneError::BadCharacter));
    parsed("7000123", Err(PhoneError::NoCountryCode));
    parsed("4155552671", Err(PhoneError::NoCountryCode));
    parsed("+503 7000 123", Err(PhoneError::WrongLength { code: 503 }));
    parsed("+1 415 155 2671", Err(PhoneError::WrongLength { code: 1 }));
    parsed("+1 015 555 2671", Err(PhoneError::WrongLength { code: 1 }));
    parsed("+999 123456789", Err(PhoneError::UnknownCountryCode));
    parsed("+0 123456789", Err(PhoneError::UnknownCountryCode));
    parsed("000", Err(PhoneError::UnknownCountryCode));
    parsed("00", Err(PhoneError::Empty));
    parsed(&"1".repeat(41), Err(PhoneError::TooLong));
    parsed(&"9".repeat(40), Err(PhoneError::NoCountryCode));
    parsed(&format!("+503{}", "9".repeat(36)), Err(PhoneError::WrongLength { code: 503 }));
    parsed("+503７０００１２３４", Err(PhoneError::BadCharacter));
}

#[test]
fn whatsapp_ids_become_numbers_that_can_be_dialled() {
    for (wa_id, expected) in [
        ("50370001234", Ok("+50370001234")),
        ("14155552671", Ok("+14155552671")),
        ("5215512345678", Ok("+525512345678")),
        ("525512345678", Ok("+525512345678")),
        ("5491123456789", Ok("+5491123456789")),
        ("553188887777", Ok("+5531988887777")),
        ("5531988887777", Ok("+5531988887777")),
        ("553132223333", Ok("+553132223333")),
        ("390669812345", Ok("+390669812345")),
        ("447400123456", Ok("+447400123456")),
        ("503", Err(PhoneError::WrongLength { code: 503 })),
        ("5037000123", Err(PhoneError::WrongLength { code: 503 })),
        ("99912345678", Err(PhoneError::UnknownCountryCode)),
        ("0", Err(PhoneError::UnknownCountryCode)),
    ] {
        let id = WaId::parse(wa_id).expect("the tests write ids right");
        let phone = Phone::from_wa_id(&id);
        assert_eq!(phone.as_ref().map(Phone::e164), expected.as_ref().copied(), "{wa_id}");
    }
}

#[test]
fn numbers_are_shown_in_groups() {
    for (e164, shown) in [
        ("+50370001234", "+503 7000 1234"),
        ("+14155552671", "+1 415 555 2671"),
        ("+34612345678", "+34 612 345 678"),
        ("+5491123456789", "+54 911 2345 6789"),
        ("+2905123", "+290 5123"),
    ] {
        let phone = Phone::try_from(e164.to_owned());
        assert_eq!(phone.map(|p| p.to_string()).as_deref(), Ok(shown));
    }
    assert!(Phone::try_from("+5037000123".to_owned()).is_err());
    assert_eq!(CallingCode::new(503), Some(CallingCode::EL_SALVADOR));
    assert_eq!(CallingCode::new(999), None);
}

#[test]
fn the_table_is_in_order() {
    assert!(CODES.is_sorted_by(|(a, ..), (b, ..)| a < b));
    assert!(CODES.iter().all(|&(_, lengths, trunk)| lengths != 0 && usize::from(trunk) < TRUNKS.len()));
}

#[cfg(not(target_arch = "wasm32"))]
proptest::proptest! {
    /// Whatever is typed is a number that reads back as itself, or is refused; nothing panics.
    #[test]
    fn any_text_is_a_number_or_refused(text in "[+0-9 ()./-]{0,24}|\\PC{0,48}", code in 0_u16..1_000) {
        if let Some(home) = CallingCode::new(code)
            && let Ok(phone) = Phone::parse(&text, home)
        {
            proptest::prop_assert!((5..=16).contains(&phone.e164().len()));
            proptest::prop_assert_eq!(Phone::parse(&phone.to_string(), home), Ok(phone));
        }
    }
}
