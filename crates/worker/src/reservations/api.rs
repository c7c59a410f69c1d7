//! The hotel's own reservation system over HTTP, as `docs/reservation-api.md` has it.

use posada_core::booking::effect::{Failure, Reservation, RoomOrder};
use posada_core::ids::{Millis, Reference, ReservationCode};
use posada_core::stay::Stay;
use posada_wire::reservation_api::{
    ANSWER_BYTES_MAX, ApiCapabilities, LIST_BYTES_MAX, ListedRoom, Page, Reply, is_deployment_fault,
    order_text, read_booked, read_cancelled, read_found, read_free, read_page,
};
use posada_wire::time::Timestamp;
use worker::{Env, js_sys};

use crate::host::{self, Result};
use crate::outbound::{Outbound, send};
use crate::{config, log};

/// How long an order may take, and a cancellation: what changes something.
const ORDER_MS_MAX: u64 = 10_000;
/// How long a question may take.
const QUESTION_MS_MAX: u64 = 5_000;

/// Where the API is, and what it can do.
pub(crate) struct Api {
    url: String,
    authorization: Option<String>,
    pub(crate) can: ApiCapabilities,
    /// Deadlines of an order and of a question.
    deadlines_ms: (u64, u64),
    /// In whose trace it is asked.
    env: Env,
}

impl Api {
    /// The API that the deployment is set up with; `None` where it has none.
    ///
    /// # Errors
    /// What of the set-up is wrong.
    pub(crate) fn of(env: &Env) -> Result<Option<Self>> {
        let Some(url) = host::text(env, "RESERVATION_API_URL") else { return Ok(None) };
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("RESERVATION_API_URL must begin with https://".into());
        }
        // An empty text means that it can do nothing of all that, and is not the same as none.
        let declared = host::member(env, "RESERVATION_API_CAPABILITIES").and_then(|it| it.as_string());
        let can = match declared {
            None => ApiCapabilities::DEFAULT,
            Some(text) => ApiCapabilities::parse(&text)
                .map_err(|name| format!("RESERVATION_API_CAPABILITIES: there is no {name}"))?,
        };
        let key = host::text(env, "RESERVATION_API_KEY");
        let within = |ms: u64| config::test_api_deadline_ms(env).unwrap_or(ms);
        Ok(Some(Self {
            url: url.trim_end_matches('/').to_owned(),
            authorization: key.map(|key| format!("Bearer {key}")),
            can,
            deadlines_ms: (within(ORDER_MS_MAX), within(QUESTION_MS_MAX)),
            env: env.clone(),
        }))
    }

    /// The rooms that are free for the whole stay.
    pub(crate) async fn free(
        &self,
        stay: &Stay,
        now: Millis,
    ) -> std::result::Result<Vec<ListedRoom>, Failure<String>> {
        let (check_in, check_out) = (stay.check_in(), stay.check_out());
        let path = format!("/availability?check_in_date={check_in}&check_out_date={check_out}");
        let reply = self.ask("availability", &path, LIST_BYTES_MAX).await?;
        self.heard("availability", read_free(&reply, now), &reply)
    }

    /// Books a room.
    pub(crate) async fn book(
        &self,
        order: &RoomOrder,
        currency: &str,
        now: Millis,
    ) -> std::result::Result<Reservation, Failure<String>> {
        let reference = order.reference.to_string();
        let text = order_text(order, currency);
        let headers = [("Idempotency-Key", reference.as_str()), ("Content-Type", "application/json")];
        let what = "book";
        let reply = self.call(what, "POST", "/reservations", &headers, Some(&text), ANSWER_BYTES_MAX).await?;
        let ordered = if self.can.chooses_rooms { None } else { Some(&order.room) };
        self.heard(what, read_booked(&reply, ordered, now), &reply)
    }

    /// Looks a reservation up.
    pub(crate) async fn find(
        &self,
        reference: &Reference,
        now: Millis,
    ) -> std::result::Result<Option<Reservation>, Failure<String>> {
        let reply = self.ask("look_up", &format!("/reservations/{reference}"), ANSWER_BYTES_MAX).await?;
        self.heard("look_up", read_found(&reply, now), &reply)
    }

    /// Cancels a reservation of the reference, or whatever stands under it.
    pub(crate) async fn cancel(
        &self,
        reference: &Reference,
        code: Option<&ReservationCode>,
        now: Millis,
    ) -> std::result::Result<(), Failure<String>> {
        let mut path = format!("/reservations/{reference}");
        if let Some(code) = code {
            path.push_str("?reserva=");
            path.push_str(&String::from(js_sys::encode_uri_component(code.as_str())));
        }
        let reply = self.call("cancel", "DELETE", &path, &[], None, ANSWER_BYTES_MAX).await?;
        self.heard("cancel", read_cancelled(&reply, now), &reply)
    }

    /// Reservations made since then, from the cursor on.
    pub(crate) async fn list(
        &self,
        made_since: Millis,
        after: Option<&str>,
        now: Millis,
    ) -> std::result::Result<Page, Failure<String>> {
        let since: String = js_sys::encode_uri_component(&Timestamp(made_since).to_string()).into();
        let mut path = format!("/reservations?made_since={since}");
        if let Some(cursor) = after {
            path.push_str("&after=");
            path.push_str(&String::from(js_sys::encode_uri_component(cursor)));
        }
        let reply = self.ask("list", &path, LIST_BYTES_MAX).await?;
        self.heard("list", read_page(&reply, now), &reply)
    }

    async fn ask(
        &self,
        what: &str,
        path: &str,
        bytes_max: usize,
    ) -> std::result::Result<Reply, Failure<String>> {
        self.call(what, "GET", path, &[], None, bytes_max).await
    }

    async fn call(
        &self,
        what: &str,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
        bytes_max: usize,
    ) -> std::result::Result<Reply, Failure<String>> {
        let mut all = vec![("Accept", "application/json")];
        all.extend(self.authorization.iter().map(|value| ("Authorization", value.as_str())));
        all.extend_from_slice(headers);
        let (order_ms, question_ms) = self.deadlines_ms;
        let outbound = Outbound {
            traced: Some(&self.env),
            method,
            url: &format!("{}{path}", self.url),
            headers: &all,
            body,
            deadline_ms: if method == "GET" { question_ms } else { order_ms },
            bytes_max,
        };
        // What the platform throws says neither that nothing was sent nor that something was.
        send(&outbound).await.map_err(|error| {
            log::failed(&self.env, "reservation_api", &format_args!("{what}: {error}"));
            Failure::Unknown
        })
    }

    /// What an answer means; one that says nothing is logged by its status, for its words may hold anything.
    fn heard<T>(
        &self,
        what: &str,
        meaning: std::result::Result<T, Failure<String>>,
        reply: &Reply,
    ) -> std::result::Result<T, Failure<String>> {
        if matches!(meaning, Err(Failure::Unknown)) {
            let hint =
                if is_deployment_fault(reply.status) { ": the deployment is set up wrong" } else { "" };
            let said = format!("{what}: answered {}{hint}", reply.status);
            log::failed(&self.env, "reservation_api", &said);
        }
        meaning
    }
}
