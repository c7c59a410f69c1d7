//! What members mean: the documentation of the wire types, taken from their sources, so that it is written once.

use std::collections::BTreeMap;

/// The sources that bodies and answers are defined in.
const SOURCES: [&str; 15] = [
    include_str!("../../wire/src/answer.rs"),
    include_str!("../../wire/src/booking.rs"),
    include_str!("../../wire/src/cancellation.rs"),
    include_str!("../../wire/src/cases.rs"),
    include_str!("../../wire/src/import.rs"),
    include_str!("../../wire/src/payment.rs"),
    include_str!("../../wire/src/problem.rs"),
    include_str!("../../wire/src/progress.rs"),
    include_str!("../../wire/src/proposal.rs"),
    include_str!("../../wire/src/public.rs"),
    include_str!("../../wire/src/quote.rs"),
    include_str!("../../wire/src/reference.rs"),
    include_str!("../../wire/src/room_types.rs"),
    include_str!("../../wire/src/settings.rs"),
    include_str!("../../wire/src/tools.rs"),
];
const TARIFF: &str = include_str!("../../wire/src/tariff.rs");

/// The documentation of each member of each struct.
#[derive(Debug, Default)]
pub struct Docs(BTreeMap<(String, String), String>);

impl Docs {
    /// Reads the sources.
    #[must_use]
    pub fn read() -> Self {
        let mut docs = Self::default();
        for source in SOURCES.into_iter().chain([TARIFF]) {
            docs.take(source);
        }
        docs
    }

    /// Takes in a source: within a struct, each member has the documentation that stands above it.
    fn take(&mut self, source: &str) {
        let (mut within, mut said) = (None, String::new());
        for line in source.lines().map(str::trim) {
            if let Some(rest) = line.split_once("pub struct ").map(|(_, rest)| rest) {
                within = rest.strip_suffix(" {").map(str::to_owned);
                said.clear();
            } else if line == "}" {
                within = None;
            } else if let Some(text) = line.strip_prefix("///") {
                said = format!("{said} {}", text.trim()).trim().to_owned();
            } else if let (Some(name), Some((member, _))) = (&within, line.split_once(": ")) {
                let member = member.trim_start_matches("pub ").trim_start_matches("r#");
                self.0.insert((name.clone(), member.to_owned()), plain(&said));
                said.clear();
            }
        }
    }

    /// What the member means.
    #[must_use]
    pub fn member(&self, name: &str, member: &str) -> Option<&str> {
        self.0.get(&(name.to_owned(), member.to_owned())).map(String::as_str)
    }
}

/// Without the marks of links to other items.
fn plain(text: &str) -> String {
    text.replace("[`", "`").replace("`]", "`")
}
