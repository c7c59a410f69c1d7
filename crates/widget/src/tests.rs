//! The vectors that the Worker answers too, in a browser: `tests/widget/vectors.test.mjs` makes them, and holds the
//! lists of numbers against the JSON that they stand for.

use serde_json::Value;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use super::Hotel;

wasm_bindgen_test_configure!(run_in_browser);

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

#[wasm_bindgen_test]
fn quotes_are_those_of_the_vectors() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../../tests/vectors/quotes.json")).expect("JSON");
    let hotels: Vec<Hotel> = vectors["hotels"].as_array().expect("hotels")[..]
        .iter()
        .map(|hotel| Hotel::of(&numbers(&hotel["types"]), &numbers(&hotel["rows"])).expect("a hotel"))
        .collect();
    let quotes = vectors["quotes"].as_array().expect("quotes");
    assert!(quotes.len() >= 150);
    for quote in quotes {
        let place = quote["hotel"].as_u64().expect("a place");
        let hotel = &hotels[usize::try_from(place).expect("few hotels")];
        assert_eq!(hotel.quote(&numbers(&quote["ask"])), numbers(&quote["numbers"]), "{}", quote["body"]);
    }
}

#[wasm_bindgen_test]
fn what_is_no_list_of_a_hotel_or_of_a_question_is_refused() {
    assert!(Hotel::of(&[2.0, 1.0], &[]).is_none(), "half a type");
    assert!(Hotel::of(&[2.0, 1.0, -1.0, 0.0, 1.0], &[]).is_none(), "a negative limit");
    assert!(Hotel::of(&[2.0, 1.0, 2.0, 0.0, 1.0], &[0.0, 0.0, 1.0]).is_none(), "part of a row");
    let hotel = Hotel::of(&[2.0, 1.0, 2.0, 0.0, 1.0], &[]).expect("a hotel without prices");
    let broken: [&[f64]; 4] = [&[], &[740_000.0], &[f64::NAN; 12], &[1e300; 40]];
    for ask in broken {
        assert_eq!(hotel.quote(ask), [0.0], "{ask:?}");
    }
}
