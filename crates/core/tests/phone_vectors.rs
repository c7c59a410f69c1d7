//! Example numbers of every country calling code against what the library, from whose metadata the table was
//! derived, makes of them. The file is written by `tools/phone-table.py`.
#![cfg(feature = "phone")]

use posada_core::ids::WaId;
use posada_core::phone::{CallingCode, Phone};

const ABROAD: CallingCode = CallingCode::EL_SALVADOR;

#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
#[cfg_attr(not(target_arch = "wasm32"), test)]
fn every_country_is_read_as_the_library_reads_it() {
    let mut codes = std::collections::BTreeSet::new();
    for line in include_str!("phone_vectors.txt").lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [e164, name, international, national] = fields[..] else { panic!("four fields: {line}") };
        let e164_read = |text: &str, from| Phone::parse(text, from).map(String::from);
        assert_eq!(e164_read(international, ABROAD).as_deref(), Ok(e164), "{name}: {international}");
        assert_eq!(e164_read(&e164.replace('+', "00"), ABROAD).as_deref(), Ok(e164), "{name}: {e164}");
        let phone = Phone::try_from(e164.to_owned()).expect("it was just read");
        let shown = phone.to_string();
        assert_eq!(shown.replace(' ', ""), e164, "{name}: every digit is shown");
        assert_eq!(e164_read(&shown, ABROAD).as_deref(), Ok(e164), "{name}: {shown}");
        let wa_id = WaId::parse(&e164[1..]).expect("digits");
        assert_eq!(Phone::from_wa_id(&wa_id).map(String::from).as_deref(), Ok(e164), "{name}: {wa_id}");
        if !national.is_empty() {
            let home = phone.calling_code();
            assert_eq!(e164_read(national, home).as_deref(), Ok(e164), "{name}: {national}");
        }
        codes.insert(phone.calling_code());
    }
    assert_eq!(codes.len(), 215, "one country at least is missing");
}
