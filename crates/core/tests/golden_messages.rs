//! Every message in both languages against the texts in `tests/golden/messages`.
//!
//! `POSADA_GOLDEN=write cargo test -p posada-core --test golden_messages` writes the files anew; read what
//! changed as a guest would before it is committed.

#[path = "golden/bookings.rs"]
mod bookings;
#[path = "golden/problems.rs"]
mod problems;
#[path = "golden/talk.rs"]
mod talk;

use std::fmt::Write as _;

use posada_core::fixtures;
use posada_core::message::{Language, MESSAGE_LENGTH_MAX, Voice};
use posada_core::property::Property;

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// What a case is called, and what is said in a voice.
type Case = (String, Box<dyn Fn(&Voice<'_>) -> String>);

fn cases() -> Vec<Case> {
    let mut cases = bookings::cases();
    cases.extend(problems::cases());
    cases.extend(talk::cases());
    cases
}

/// The demo hotel as the cases see it: with a contact, as a real hotel has one, where `contact` is set.
fn hotel(contact: bool) -> Property {
    let mut parts = fixtures::demo_parts();
    parts.policy.reception_contact = contact.then(|| "+503 2222-2222".to_owned());
    Property::new(parts).expect("the demo hotel's settings are right")
}

fn golden(language: Language) -> &'static str {
    match language {
        Language::Es => include_str!("golden/messages/es.txt"),
        Language::En => include_str!("golden/messages/en.txt"),
    }
}

fn rendered(language: Language) -> String {
    let hotel = hotel(false);
    let voice = Voice::of(&hotel, language);
    cases().iter().fold(String::new(), |mut all, (name, say)| {
        write!(all, "=== {name}\n{}\n\n", say(&voice)).expect("a String takes everything");
        all
    })
}

#[cfg(not(target_arch = "wasm32"))]
fn written_anew(language: Language, text: &str) -> bool {
    let wanted = std::env::var("POSADA_GOLDEN").is_ok_and(|value| value == "write");
    if wanted {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/messages");
        std::fs::write(format!("{folder}/{}.txt", language.code()), text).expect("the folder is there");
    }
    wanted
}

#[cfg(target_arch = "wasm32")]
fn written_anew(_: Language, _: &str) -> bool {
    false
}

#[track_caller]
fn check(language: Language) {
    let text = rendered(language);
    if written_anew(language, &text) {
        return;
    }
    let golden = golden(language).replace("\r\n", "\n");
    for (said, wanted) in text.split("=== ").zip(golden.split("=== ")) {
        assert_eq!(said, wanted, "{language:?}");
    }
    assert_eq!(text.len(), golden.len(), "{language:?}: a case is missing on one side");
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn spanish_is_as_written() {
    check(Language::Es);
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn english_is_as_written() {
    check(Language::En);
}

/// The runs of digits of a text, sorted: its amounts, codes, counts and dates.
fn numbers(text: &str) -> Vec<&str> {
    let mut runs: Vec<&str> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    runs.sort_unstable();
    runs
}

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn both_languages_state_the_same_facts_and_fit_whatsapp() {
    for contact in [false, true] {
        let hotel = hotel(contact);
        for (name, say) in cases() {
            let es = say(&Voice::of(&hotel, Language::Es));
            let en = say(&Voice::of(&hotel, Language::En));
            assert_eq!(numbers(&es), numbers(&en), "{name}:\n{es}\n\n{en}");
            for text in [&es, &en] {
                let length = text.encode_utf16().count();
                assert!((1..=MESSAGE_LENGTH_MAX).contains(&length), "{name}: {length}");
                assert!(!text.contains("  1") && !text.ends_with([' ', '\n']), "{name}: {text:?}");
            }
        }
    }
}

/// The reservation API's words, a quote and what is meant for developers must never reach a guest.
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn nothing_internal_is_told() {
    let hotel = hotel(true);
    for language in [Language::Es, Language::En] {
        for (name, say) in cases() {
            let text = say(&Voice::of(&hotel, language));
            assert!(!text.contains("INTERNAL"), "{name}: {text}");
        }
    }
}
