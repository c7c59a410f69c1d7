//! A reservation system on a free port, and what asks it.

#![allow(dead_code, missing_docs, clippy::unwrap_used, reason = "each test takes what it needs of it")]

use std::sync::Arc;

use posada_sandbox::{Options, Sandbox, serve};
use posada_wire::settings::read_settings;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::oneshot};

pub(crate) struct Hotel {
    pub(crate) url: String,
    pub(crate) client: Client,
    _end: Option<oneshot::Sender<()>>,
}

pub(crate) fn client() -> Client {
    // A connection of its own for every call, so that one that was cut hurts no other.
    Client::builder()
        .pool_max_idle_per_host(0)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
        .unwrap()
}

pub(crate) async fn open(options: Options) -> Hotel {
    let document = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/hotel.json")).unwrap();
    let sandbox = Arc::new(Sandbox::new(read_settings(&document).unwrap().property, options).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(serve(listener, sandbox, async move { drop(receiver.await) }));
    Hotel { url, client: client(), _end: Some(sender) }
}

pub(crate) async fn hotel() -> Hotel {
    open(Options::default()).await
}

pub(crate) fn order(reference: &str, room: &str) -> Value {
    json!({
        "reference": reference, "room_number": room,
        "bungalow_type": if room.starts_with('1') { "Familiar" } else { "Junior" },
        "check_in_date": "2026-12-04", "check_out_date": "2026-12-06", "package_type": "Hospedaje",
        "adults": 3, "children_0_5": 0, "children_6_10": 0, "extra_beds": 0, "amount": 517.5, "currency": "USD",
        "customer_name": "Ana Pérez", "email": "ana@example.com", "phone_number": "+50370001234",
        "city": "San Salvador", "dui_passport": "01234567-8", "nationality": "Salvadoreña",
        "payment_method": "CompraClick", "authorization_number": "123456", "payment_maker_name": "Ana Pérez",
        "customer_instructions": null,
    })
}

/// The status of an answer and its JSON; text where it is none.
pub(crate) async fn read(answer: Response) -> (u16, Value) {
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

impl Hotel {
    /// One that runs in another process.
    pub(crate) fn elsewhere(url: String, client: Client) -> Self {
        Self { url, client, _end: None }
    }

    pub(crate) fn at(&self, method: &str, path: &str) -> RequestBuilder {
        self.client.request(Method::from_bytes(method.as_bytes()).unwrap(), format!("{}{path}", self.url))
    }

    pub(crate) async fn call(&self, method: &str, path: &str) -> (u16, Value) {
        read(self.at(method, path).send().await.unwrap()).await
    }

    pub(crate) async fn tell(&self, method: &str, path: &str, body: &Value) -> (u16, Value) {
        read(self.at(method, path).json(body).send().await.unwrap()).await
    }

    pub(crate) fn booking(&self, order: &Value) -> RequestBuilder {
        let key = order["reference"].as_str().unwrap_or("none");
        self.at("POST", "/reservations").header("Idempotency-Key", key).json(order)
    }

    pub(crate) async fn book(&self, order: &Value) -> (u16, Value) {
        read(self.booking(order).send().await.unwrap()).await
    }

    pub(crate) async fn fault(&self, rule: Value) {
        let (status, body) = self.tell("POST", "/control/faults", &rule).await;
        assert_eq!(status, 201, "{body}");
    }

    /// The rooms free for the nights of `order`.
    pub(crate) async fn free(&self) -> Vec<String> {
        let (status, rooms) =
            self.call("GET", "/availability?check_in_date=2026-12-04&check_out_date=2026-12-06").await;
        assert_eq!(status, 200, "{rooms}");
        let rooms = rooms.as_array().unwrap().iter();
        rooms.map(|room| room["room_number"].as_str().unwrap().to_owned()).collect()
    }

    /// Reference, code and status of all reservations.
    pub(crate) async fn reservations(&self) -> Vec<(String, String, String)> {
        let (_, all) = self.call("GET", "/control/reservations").await;
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
        let entries = all["reservations"].as_array().unwrap().iter();
        entries.map(|it| (text(it, "reference"), text(it, "reserva"), text(it, "status"))).collect()
    }

    pub(crate) async fn log(&self) -> Vec<Value> {
        let (_, log) = self.call("GET", "/control/log").await;
        log["entries"].as_array().unwrap().clone()
    }
}
