//! What the demo says: for a person as it goes along, or as one JSON document at the end.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

/// What was seen, how long it took, and whether it was as it must be.
pub(crate) struct Report {
    json: bool,
    steps: Vec<(&'static str, Duration)>,
    seen: Map<String, Value>,
    checks: Vec<Check>,
    error: Option<String>,
}

struct Check {
    what: String,
    expected: Value,
    seen: Value,
}

impl Check {
    fn holds(&self) -> bool {
        self.expected == self.seen
    }
}

impl Report {
    /// An empty report; with `json` it keeps quiet until the end.
    pub(crate) fn new(json: bool) -> Self {
        Self { json, steps: Vec::new(), seen: Map::new(), checks: Vec::new(), error: None }
    }

    /// Runs a step and notes its time.
    pub(crate) fn timed<T>(&mut self, name: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let started = Instant::now();
        let result = step();
        self.steps.push((name, started.elapsed()));
        result.with_context(|| format!("could not {name}"))
    }

    /// Notes whether something is as expected.
    pub(crate) fn check(&mut self, what: &str, expected: &Value, seen: &Value) {
        let check = Check { what: what.to_owned(), expected: expected.clone(), seen: seen.clone() };
        if check.holds() {
            self.line(&format!("  ✓ {what}"));
        } else {
            self.line(&format!("  ✗ {what}:\n      expected {expected}\n      but it is {seen}"));
        }
        self.checks.push(check);
    }

    /// Notes that the demo could not go on.
    pub(crate) fn broke(&mut self, error: String) {
        self.line(&format!("\n  ✗ {error}"));
        self.error = Some(error);
    }

    /// Whether all went as it must.
    pub(crate) fn holds(&self) -> bool {
        self.error.is_none() && !self.checks.is_empty() && self.checks.iter().all(Check::holds)
    }

    /// The headline.
    pub(crate) fn title(&self, title: &str) {
        self.line(&format!("\n{title}\n"));
    }

    /// The proposed split, and each room's price by night.
    pub(crate) fn quote(&mut self, quote: &Value, subject: &str) {
        self.heading(&format!("The proposal ({subject})"));
        let rooms = list(&quote["rooms"]);
        let nights = rooms.first().map_or(&[][..], |room| list(&room["nights"]));
        let dates: String = nights.iter().map(|night| format!("{:>12}", text(&night["date"]))).collect();
        self.line(&format!("  room  {:<10}{:>8}{dates}{:>12}", "type", "adults", "together"));
        for (index, room) in rooms.iter().enumerate() {
            let by_night: String = list(&room["nights"])
                .iter()
                .map(|night| format!("{:>12}", amount(&night["amount"])))
                .collect();
            let (kind, adults) = (text(&room["bungalow_type"]), text(&room["adults"]));
            self.line(&format!(
                "  {:<6}{kind:<10}{adults:>8}{by_night}{:>12}",
                index + 1,
                amount(&room["amount"])
            ));
        }
        let total = format!("{} {}", text(&quote["currency"]), amount(&quote["total_amount"]));
        self.line(&format!("  {:<width$}{total:>12}", "total", width = 24 + 12 * nights.len()));
        self.seen.insert("quote".into(), quote.clone());
    }

    /// What the payment check answered, and what it did to the payment.
    pub(crate) fn validation(&mut self, validation: &Value, before: &Value, after: &Value) {
        self.heading("The payment is validated");
        self.line(&format!(
            "  claimed {}, used {} -> {}",
            amount(&validation["claimed_amount"]),
            amount(&before["used"]),
            amount(&after["used"])
        ));
        self.quoted(&text(&validation["customer_message"]));
        self.seen.insert("validation".into(), without_secrets(validation));
        self.seen.insert("payment_before".into(), before.clone());
        self.seen.insert("payment_validated".into(), after.clone());
    }

    /// The booking room by room, and what the guest reads.
    pub(crate) fn booking(&mut self, booking: &Value) {
        self.heading("The booking");
        self.line(&format!(
            "  room  {:<10}{:>8}{:>10}{:>12}{:>12}",
            "type", "adults", "code", "amount", "paid"
        ));
        for room in list(&booking["bookings"]) {
            let [number, kind, adults, code] =
                ["room", "bungalow_type", "adults", "reserva"].map(|name| text(&room[name]));
            let (price, paid) = (amount(&room["amount"]), amount(&room["paid_amount"]));
            self.line(&format!("  {number:<6}{kind:<10}{adults:>8}{code:>10}{price:>12}{paid:>12}"));
        }
        for failed in list(&booking["failed_bookings"]) {
            self.line(&format!("  not booked: {failed}"));
        }
        self.heading("What the guest reads");
        self.quoted(&text(&booking["customer_message"]));
        self.line("");
        self.seen.insert("booking".into(), without_secrets(booking));
    }

    /// The payment's row in the hotel's tables.
    pub(crate) fn row(&mut self, row: &Value) {
        self.heading("The payment in the hotel's tables (compraclick)");
        self.line(&format!("  {:<14}{:>8}  {:<26}{}", "autorizacion", "used", "codreser", "dateused"));
        let [authorization, codes, date] =
            ["autorizacion", "codreser", "dateused"].map(|name| text(&row[name]));
        self.line(&format!("  {authorization:<14}{:>8}  {codes:<26}{date}", amount(&row["used"])));
        self.seen.insert("payment_settled".into(), row.clone());
    }

    /// Says how long each step took and whether all holds.
    pub(crate) fn close(&self) {
        let total: Duration = self.steps.iter().map(|(_, elapsed)| *elapsed).sum();
        if self.json {
            println!("{:#}", self.document(total));
            return;
        }
        self.heading("Time by step");
        for (name, elapsed) in &self.steps {
            self.line(&format!("  {name:<24}{:>10.2} s", elapsed.as_secs_f64()));
        }
        self.line(&format!("  {:<24}{:>10.2} s", "together", total.as_secs_f64()));
        let held = self.checks.iter().filter(|check| check.holds()).count();
        self.line(&format!(
            "\n{held} of {} checks hold{}",
            self.checks.len(),
            if self.holds() { "" } else { ": FAILED" }
        ));
    }

    fn document(&self, total: Duration) -> Value {
        let seconds = |elapsed: &Duration| (elapsed.as_secs_f64() * 1000.0).round() / 1000.0;
        let mut document = self.seen.clone();
        let steps =
            self.steps.iter().map(|(name, elapsed)| json!({ "step": name, "seconds": seconds(elapsed) }));
        document.insert("steps".into(), steps.collect());
        document.insert("seconds".into(), json!(seconds(&total)));
        let checks = self.checks.iter().map(
            |check| json!({ "check": check.what, "holds": check.holds(), "expected": check.expected, "seen": check.seen }),
        );
        document.insert("checks".into(), checks.collect());
        document.insert("error".into(), json!(self.error));
        document.insert("holds".into(), json!(self.holds()));
        Value::Object(document)
    }

    fn heading(&self, heading: &str) {
        self.line(&format!("\n{heading}"));
    }

    fn quoted(&self, text: &str) {
        for line in text.lines() {
            self.line(&format!("  │ {line}"));
        }
    }

    fn line(&self, line: &str) {
        if !self.json {
            println!("{line}");
        }
    }
}

/// Without what lets one in: a report may be kept or sent around.
fn without_secrets(answer: &Value) -> Value {
    let mut answer = answer.clone();
    if let Some(fields) = answer.as_object_mut() {
        fields.remove("token");
    }
    answer
}

/// The entries of an array; none of anything else.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A value as a person writes it; nothing for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// An amount of money, from a number or from decimal text.
pub(super) fn money(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn amount(value: &Value) -> String {
    money(value).map_or_else(|| text(value), |amount| format!("{amount:.2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_only_if_every_check_does() {
        let mut report = Report::new(true);
        assert!(!report.holds(), "no check is no success");
        report.check("a", &json!(1), &json!(1));
        assert!(report.holds());
        report.check("b", &json!([3, 3, 2]), &json!([4, 2, 2]));
        assert!(!report.holds());
        let document = report.document(Duration::ZERO);
        assert_eq!(document["holds"], json!(false));
        assert_eq!(document["checks"][1]["seen"], json!([4, 2, 2]));

        let mut report = Report::new(true);
        report.check("a", &json!(1), &json!(1));
        report.broke("no answer".to_owned());
        assert!(!report.holds());
    }

    #[test]
    fn notes_a_step_that_fails() {
        let mut report = Report::new(true);
        let error = report.timed("start", || -> Result<()> { anyhow::bail!("no port") }).unwrap_err();
        assert_eq!(format!("{error:#}"), "could not start: no port");
        assert_eq!(report.steps.len(), 1);
    }

    #[test]
    fn reads_amounts_and_keeps_secrets() {
        assert_eq!(amount(&json!(690)), "690.00");
        assert_eq!(amount(&json!("690.5")), "690.50");
        assert_eq!(amount(&Value::Null), "");
        assert_eq!(
            without_secrets(&json!({ "token": "t", "booking_id": "b" })),
            json!({ "booking_id": "b" })
        );
    }
}
