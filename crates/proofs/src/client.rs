//! Callers over HTTP: of the Worker in their roles, and of the reservation system's control routes.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

use crate::{audit::System, programs::Keys, state};

const CALL_LIMIT: Duration = Duration::from_secs(60);
/// How many payments are sent at once.
const PAYMENTS_AT_ONCE: usize = 2_000;

/// An answer of the Worker.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body, `null` where it is no JSON.
    pub json: Value,
}

impl Answer {
    /// The booking's outcome, or the problem's code.
    #[must_use]
    pub fn what(&self) -> &str {
        let known = |name: &str| self.json[name].as_str();
        known("outcome").or_else(|| known("code")).unwrap_or("no JSON")
    }

    /// Whether it is a booking's that ended.
    #[must_use]
    pub fn is_final(&self) -> bool {
        self.status == 200 && self.json["outcome"].is_string() && self.what() != "in_progress"
    }
}

/// Callers of the Worker.
#[derive(Debug, Clone)]
pub struct Posada {
    http: Client,
    url: String,
    keys: Keys,
}

impl Posada {
    /// Callers of the Worker at `url`.
    ///
    /// # Errors
    /// Where there can be none.
    pub fn new(url: &str, keys: &Keys) -> Result<Self> {
        let http = Client::builder().timeout(CALL_LIMIT).pool_idle_timeout(Duration::from_secs(2)).build()?;
        Ok(Self { http, url: url.to_owned(), keys: keys.clone() })
    }

    fn call(&self, method: Method, path: &str, key: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url)).bearer_auth(key)
    }

    async fn answer(request: RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok(Answer { status, json: serde_json::from_str(&text).unwrap_or_default() })
    }

    /// `POST /v1/bookings`, as the assistant.
    ///
    /// # Errors
    /// Where there is no answer: the booking may have been taken in.
    pub async fn book(&self, key: &str, body: &Value) -> Result<Answer> {
        let request = self.call(Method::POST, "/v1/bookings", &self.keys.assistant);
        Self::answer(request.header("idempotency-key", key).json(body)).await
    }

    /// `GET /v1/bookings/{id}`, as staff.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn booking(&self, id: &str) -> Result<Answer> {
        Self::answer(self.call(Method::GET, &format!("/v1/bookings/{id}"), &self.keys.staff)).await
    }

    /// Loads payments.
    ///
    /// # Errors
    /// Where there is no answer, or they are refused.
    pub async fn load_payments(&self, payments: &[Value]) -> Result<()> {
        for part in payments.chunks(PAYMENTS_AT_ONCE) {
            let request = self.call(Method::PUT, "/v1/staff/payments", &self.keys.staff);
            let answer = Self::answer(request.json(&json!({ "payments": part }))).await?;
            if answer.status != 200 {
                bail!("PUT /v1/staff/payments answered {}: {}", answer.status, answer.json);
            }
        }
        Ok(())
    }
}

/// The control routes of the reservation system.
#[derive(Debug, Clone)]
pub struct Control {
    http: Client,
    url: String,
}

impl Control {
    /// Those of the system at `url`.
    ///
    /// # Errors
    /// Where there can be none.
    pub fn new(url: &str) -> Result<Self> {
        Ok(Self { http: Client::builder().timeout(CALL_LIMIT).build()?, url: url.to_owned() })
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await.with_context(|| path.to_owned())?;
        let status = response.status();
        let text = response.text().await?;
        if !status.is_success() {
            bail!("{path} answered {status}: {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }

    /// Adds rules for what goes wrong.
    ///
    /// # Errors
    /// Where they are refused.
    pub async fn add_faults(&self, rules: &Value) -> Result<()> {
        self.call(Method::POST, "/control/faults", Some(rules)).await.map(|_| ())
    }

    /// Takes all rules away.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn lift_faults(&self) -> Result<()> {
        self.call(Method::DELETE, "/control/faults", None).await.map(|_| ())
    }

    /// The log's entries after number `seq`, and the number of the last.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn log(&self, seq: u64) -> Result<(Vec<Value>, u64)> {
        let log = self.call(Method::GET, &format!("/control/log?after={seq}"), None).await?;
        let entries = log["entries"].as_array().cloned().context("the log has no entries")?;
        Ok((entries, log["last"].as_u64().context("the log has no last number")?))
    }

    /// Lets the front desk take a room.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn front_desk_takes(&self, room: &str, check_in: &str, check_out: &str) -> Result<()> {
        let body = json!({ "action": "take", "room_number": room, "check_in_date": check_in, "check_out_date": check_out });
        self.call(Method::POST, "/control/front-desk", Some(&body)).await.map(|_| ())
    }

    /// Its reservations that live, and what the front desk has.
    ///
    /// # Errors
    /// Where there is no answer, or it is not what it should be.
    pub async fn system(&self) -> Result<System> {
        read_system(&self.list().await?)
    }

    /// The same as it comes.
    ///
    /// # Errors
    /// Where there is no answer.
    pub async fn list(&self) -> Result<Value> {
        self.call(Method::GET, "/control/reservations", None).await
    }
}

/// Reads a reservation system's own list.
///
/// # Errors
/// The member that is not there.
pub fn read_system(list: &Value) -> Result<System> {
    let mut system = System::default();
    let text = |of: &Value, name: &str| -> Result<String> {
        let found = of[name].as_str().with_context(|| format!("a reservation has no {name}: {of}"))?;
        Ok(found.to_owned())
    };
    for it in list["reservations"].as_array().context("there is no list of reservations")? {
        if it["status"] != "booked" {
            continue;
        }
        let reference = text(it, "reference")?;
        let (booking, line) = state::line_of(&reference).unwrap_or(("", 0));
        system.reservations.push(state::LiveReservation {
            booking: booking.to_owned(),
            line,
            code: text(it, "reserva")?,
            room: text(it, "room_number")?,
            nights: state::nights(&text(it, "check_in_date")?, &text(it, "check_out_date")?),
            reference,
        });
    }
    for it in list["front_desk"].as_array().into_iter().flatten() {
        system.front_desk.push((text(it, "room_number")?, text(it, "night")?));
    }
    Ok(system)
}
