//! `/reservar`: quotes and books without JavaScript. A plain form that asks the API as any page would, and shows the
//! message that each answer has for the guest.

use posada_core::message::Language;
use posada_core::problem::Problem;
use posada_wire::canonical::Fingerprint;
use posada_wire::field::Node;
use posada_wire::read::BODY_BYTES_MAX;
use posada_wire::stored::{Read, from_text, to_text, write_text};
use posada_wire::stored_record;
use wasm_bindgen::prelude::*;
use worker::Env;
use worker::web_sys::{Request, Response};

use super::read_body;
use crate::auth::may_be_token;
use crate::host::{self, Result, header, request_of, response_text, set_header};
use crate::respond::{Refused, Tone};
use crate::settings;

#[wasm_bindgen]
extern "C" {
    /// What a form sends.
    type URLSearchParams;

    #[wasm_bindgen(constructor)]
    fn new(text: &str) -> URLSearchParams;

    #[wasm_bindgen(method)]
    fn get(this: &URLSearchParams, name: &str) -> Option<String>;
}

/// A room of a proposal as a booking asks for it.
struct Line {
    bungalow_type: String,
    adults: u16,
    children_0_5: u16,
    children_6_10: u16,
}

struct Quoted {
    customer_message: String,
    quote: String,
    rooms: Vec<Line>,
}

/// What every answer and every problem says.
struct Said {
    customer_message: String,
    /// A booking's.
    outcome: Option<String>,
    booking_id: Option<String>,
    token: Option<String>,
    redistribution: Option<Offer>,
    /// A problem's.
    code: Option<String>,
    quote: Option<String>,
}

/// Other rooms for those who were left without one, where there are any.
struct Offer {
    quote: Option<String>,
    rooms: Option<Vec<Line>>,
}

/// A number, as JSON has them.
struct Number;

impl Read for Number {
    fn read(node: Node) -> Option<Self> {
        matches!(node, Node::Whole(_) | Node::Fraction(_)).then_some(Self)
    }
}

stored_record!(Line { bungalow_type, adults, children_0_5, children_6_10 });
stored_record!(Quoted { customer_message, quote, rooms });
stored_record!(Said { customer_message, outcome, booking_id, token, redistribution, code, quote });
stored_record!(Offer { quote, rooms });

/// Name, Spanish, English, type, autocomplete.
type Field = (&'static str, &'static str, &'static str, &'static str, &'static str);

const STAY: [Field; 5] = [
    ("check_in_date", "Llegada", "Check-in", "date", "off"),
    ("check_out_date", "Salida", "Check-out", "date", "off"),
    ("adults", "Adultos (11 años o más)", "Adults (11 or older)", "number", "off"),
    ("children_6_10", "Niños de 6 a 10 años", "Children of 6 to 10", "number", "off"),
    ("children_0_5", "Niños de 0 a 5 años", "Children of 0 to 5", "number", "off"),
];
const GUEST: [Field; 6] = [
    ("customer_name", "Nombre completo", "Full name", "text", "name"),
    ("email", "Correo electrónico", "E-mail", "email", "email"),
    ("phone_number", "Teléfono", "Phone", "tel", "tel"),
    ("city", "Ciudad", "City", "text", "address-level2"),
    ("dui_passport", "DUI o pasaporte", "ID or passport", "text", "off"),
    ("nationality", "Nacionalidad", "Nationality", "text", "country-name"),
];
const PAYMENT: [Field; 4] = [
    (
        "reference",
        "Número de autorización o de transferencia",
        "Authorisation or transfer number",
        "text",
        "off",
    ),
    ("payment_maker_name", "A nombre de quién está el pago", "Name on the payment", "text", "name"),
    ("amount", "Monto pagado", "Amount paid", "text", "off"),
    ("date", "Fecha del pago", "Date of payment", "date", "off"),
];
/// What the second form keeps of the first.
const KEPT: [&str; 3] = ["check_in_date", "check_out_date", "package_type"];
/// What a booking has that follows another one.
const FOLLOWS: [&str; 2] = ["follows", "token"];
/// What a booking takes as it is.
const TAKEN: [&str; 11] = [
    "customer_name",
    "email",
    "phone_number",
    "city",
    "dui_passport",
    "nationality",
    "check_in_date",
    "check_out_date",
    "package_type",
    "payment_method",
    "payment_maker_name",
];
/// What else is entered.
const EVIDENCE: [&str; 3] = ["reference", "amount", "date"];

/// Answers a request for the form: `GET` with or without a stay, `POST` with a booking.
pub(crate) async fn form(
    request: &Request,
    env: &Env,
    tone: Tone,
    api: impl AsyncFn(Request, &str) -> Result<Response>,
) -> std::result::Result<Response, Refused> {
    let hotel = settings::must(env).await?;
    let query = request.url().split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default();
    let sent = if request.method() == "POST" {
        let types = ["application/x-www-form-urlencoded"];
        let body = read_body(request, &types, BODY_BYTES_MAX).await?;
        URLSearchParams::new(&String::from_utf8_lossy(&body))
    } else if request.method() == "GET" {
        URLSearchParams::new(&query)
    } else {
        return Err(Problem::MethodNotAllowed.into());
    };
    let language = sent.get("lang").and_then(|tag| Language::from_tag(&tag)).unwrap_or(tone.language);
    let mut page =
        Page { html: String::new(), language, sent, deposit_percent: hotel.property.policy.deposit_percent };
    page.begin(&hotel.property.name);
    if request.method() == "POST" {
        page.book(request, api).await?;
    } else if page.sent.get("check_in_date").is_some() {
        page.quote(&hotel.property.packages, api).await?;
    } else {
        page.stay(&hotel.property.packages);
    }
    Ok(page.end()?)
}

/// A page that is being written.
struct Page {
    html: String,
    language: Language,
    sent: URLSearchParams,
    /// How much of the total must be paid when booking.
    deposit_percent: u8,
}

impl Page {
    fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// Writes a text, which may hold anything.
    fn text(&mut self, text: &str) {
        for letter in text.chars() {
            match letter {
                '<' => self.put("&lt;"),
                '>' => self.put("&gt;"),
                '&' => self.put("&amp;"),
                '"' => self.put("&quot;"),
                '\'' => self.put("&#39;"),
                other => self.html.push(other),
            }
        }
    }

    fn say(&self, es: &'static str, en: &'static str) -> &'static str {
        match self.language {
            Language::Es => es,
            Language::En => en,
        }
    }

    fn value(&self, name: &str) -> String {
        self.sent.get(name).unwrap_or_default()
    }

    fn begin(&mut self, hotel: &str) {
        self.put("<!doctype html><html lang=");
        self.put(self.language.code());
        self.put("><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>");
        self.text(hotel);
        self.put("</title><link rel=stylesheet href=/reservar.css><main><h1>");
        self.text(hotel);
        self.put("</h1>");
    }

    fn end(self) -> Result<Response> {
        let response = host::answer(&self.html, 200, "text/html; charset=utf-8")?;
        let policy = "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        set_header(&response, "Content-Security-Policy", policy)?;
        set_header(&response, "Referrer-Policy", "same-origin")?;
        Ok(response)
    }

    fn message(&mut self, text: &str) {
        self.put("<p class=message role=status>");
        self.text(text);
        self.put("</p>");
    }

    fn fields(&mut self, fields: &[Field]) {
        for (name, es, en, kind, autocomplete) in fields {
            let value = match (self.value(name), *name) {
                (value, "adults") if value.is_empty() => "2".to_owned(),
                (value, _) if value.is_empty() && *kind == "number" => "0".to_owned(),
                (value, _) => value,
            };
            self.put("<label>");
            self.put(self.say(es, en));
            self.put("<input required name=");
            self.put(name);
            self.put(" type=");
            self.put(kind);
            self.put(" autocomplete=");
            self.put(autocomplete);
            self.put(if *kind == "number" { " min=0 max=60 value=\"" } else { " maxlength=120 value=\"" });
            self.text(&value);
            self.put("\"></label>");
        }
    }

    /// Values that are sent on as they are.
    fn hidden(&mut self, name: &str, value: &str) {
        self.put("<input type=hidden name=");
        self.put(name);
        self.put(" value=\"");
        self.text(value);
        self.put("\">");
    }

    fn choice(&mut self, legend: &str, name: &str, values: &[String]) {
        let chosen = self.value(name);
        self.put("<fieldset><legend>");
        self.put(legend);
        self.put("</legend>");
        for value in values {
            self.put("<label class=choice><input required type=radio name=");
            self.put(name);
            self.put(if *value == chosen || (chosen.is_empty() && values.first() == Some(value)) {
                " checked value=\""
            } else {
                " value=\""
            });
            self.text(value);
            self.put("\">");
            self.text(value);
            self.put("</label>");
        }
        self.put("</fieldset>");
    }

    /// What was sent under these names, to be sent once more.
    fn again(&mut self, names: &[&str]) {
        for name in names {
            let value = self.value(name);
            if !value.is_empty() {
                self.hidden(name, &value);
            }
        }
    }

    /// A way to the first form.
    fn anew(&mut self, words: &str) {
        self.put("<p><a href=\"/reservar?lang=");
        self.put(self.language.code());
        self.put("\">");
        self.put(words);
        self.put("</a></p>");
    }

    fn close(&mut self, button: &str) {
        self.hidden("lang", self.language.code());
        self.put("<button>");
        self.put(button);
        self.put("</button></form>");
    }

    fn stay(&mut self, packages: &[posada_core::ids::PackageId]) {
        self.put("<form action=/reservar>");
        self.fields(&STAY);
        let packages: Vec<String> = packages.iter().map(ToString::to_string).collect();
        self.choice("Plan", "package_type", &packages);
        self.close(self.say("Ver precio", "See the price"));
    }

    /// The second form: for these rooms at this price, which `proposal` tells; `is_another` where the same is booked already.
    fn details(&mut self, quote: &str, bookings: &str, proposal: &str, is_another: bool) {
        self.put("<form action=/reservar method=post>");
        self.again(&KEPT);
        self.again(&FOLLOWS);
        self.hidden("quote", quote);
        self.hidden("bookings", bookings);
        self.hidden("proposal", proposal);
        self.fields(&GUEST);
        self.put("<p>");
        self.put(self.say(
            "Pague antes con CompraClick o por transferencia y escriba aquí los datos del comprobante.",
            "Pay beforehand by CompraClick or bank transfer and enter here what the receipt says.",
        ));
        if self.deposit_percent < 100 {
            self.put(self.say(" Para reservar basta con pagar el ", " To book it is enough to pay "));
            self.put(&self.deposit_percent.to_string());
            self.put(self.say(" % del total.", "% of the total."));
        }
        self.put("</p>");
        let methods = ["CompraClick".to_owned(), "Depósito BAC".to_owned()];
        self.choice(self.say("Forma de pago", "Payment method"), "payment_method", &methods);
        self.fields(&PAYMENT);
        if is_another {
            self.hidden("confirm_another", "true");
            self.close(self.say("Reservar otra igual", "Book another like it"));
        } else {
            self.close(self.say("Reservar", "Book"));
        }
        self.anew(self.say("Cambiar fechas o huéspedes", "Change dates or guests"));
    }

    async fn quote(
        &mut self,
        packages: &[posada_core::ids::PackageId],
        api: impl AsyncFn(Request, &str) -> Result<Response>,
    ) -> Result<()> {
        let number = |name: &str| self.value(name).parse::<u16>().unwrap_or(0).to_string();
        let (adults, younger, older) = (number("adults"), number("children_0_5"), number("children_6_10"));
        let party = [
            "{\"party\":{\"adults\":",
            &adults,
            ",\"children_0_5\":",
            &younger,
            ",\"children_6_10\":",
            &older,
            "}",
        ];
        let mut body = party.concat();
        for name in KEPT {
            self.member(&mut body, name, name);
        }
        body.push('}');
        let path = "/v1/tools/quote_rooms";
        let asked = request_of(path, &body, &[("Accept-Language", self.language.tag())])?;
        let text = response_text(&api(asked, path).await?).await?;
        match from_text::<Quoted>(&text) {
            Some(quoted) => {
                // Without its other proposals and its question, to which there is no answer here.
                let proposal = quoted.customer_message.split("\n\n").next().unwrap_or_default();
                self.message(proposal);
                self.details(&quoted.quote, &to_text(&quoted.rooms), proposal, false);
            }
            None => {
                self.said(&text);
                self.stay(packages);
            }
        }
        Ok(())
    }

    /// One more member of a body: the text that was sent as `from`.
    fn member(&self, body: &mut String, name: &str, from: &str) {
        body.push_str(",\"");
        body.push_str(name);
        body.push_str("\":");
        write_text(&self.value(from), body);
    }

    /// Shows what an answer or a problem says.
    fn said(&mut self, text: &str) -> Option<Said> {
        let said: Said = from_text(text)?;
        self.message(&said.customer_message);
        Some(said)
    }

    async fn book(
        &mut self,
        request: &Request,
        api: impl AsyncFn(Request, &str) -> Result<Response>,
    ) -> Result<()> {
        let is_bank = self.value("payment_method") != "CompraClick";
        let reference = if is_bank { "transfer_id" } else { "authorization_number" };
        // An amount is a number or what the reader of bodies says of it. The reader tells numbers, and not the standard
        // library, whose tables for them are 10 kB that gzip makes no smaller.
        let amount: String = self.value("amount").chars().filter(|c| !matches!(c, '$' | ' ' | ',')).collect();
        let amount = if from_text::<Number>(&amount).is_some() { amount } else { "null".to_owned() };
        let bookings = self.value("bookings");
        let lines = from_text::<Vec<Line>>(&bookings).unwrap_or_default();
        let mut body = ["{\"payment_evidence\":{\"amount\":", &amount].concat();
        self.member(&mut body, "date", "date");
        body.push_str("},\"bookings\":");
        body.push_str(&to_text(&lines));
        for name in TAKEN {
            self.member(&mut body, name, name);
        }
        self.member(&mut body, "quote", "quote");
        self.member(&mut body, reference, "reference");
        let token = self.value("token");
        if !self.value("follows").is_empty() {
            self.member(&mut body, "follows", "follows");
        }
        body.push_str(if self.value("confirm_another").is_empty() {
            "}"
        } else {
            ",\"confirm_another\":true}"
        });
        let path = "/v1/bookings";
        // Sent again (a reload, a second press) it is the same booking: the quote is one of its own.
        let key = ["form-", &Fingerprint::of(self.value("quote").as_bytes()).hex()].concat();
        let client = header(request, "CF-Connecting-IP")?.unwrap_or_default();
        let bearer = ["Bearer ", &token].concat();
        let headers = [
            ("Idempotency-Key", key.as_str()),
            ("CF-Connecting-IP", &client),
            ("Accept-Language", self.language.tag()),
            ("Authorization", &bearer),
        ];
        let headers = headers.get(..if may_be_token(&token) { 4 } else { 3 }).unwrap_or_default();
        let text = response_text(&api(request_of(path, &body, headers)?, path).await?).await?;
        let Some(said) = self.said(&text) else { return Ok(()) };
        let Some(outcome) = said.outcome else {
            let proposal = match &said.quote {
                // At another price; the one that was told before is no longer true.
                Some(_) => String::new(),
                None => self.value("proposal"),
            };
            if !proposal.is_empty() {
                self.message(&proposal);
            }
            let quote = said.quote.unwrap_or_else(|| self.value("quote"));
            self.details(&quote, &bookings, &proposal, said.code.as_deref() == Some("duplicate_booking"));
            return Ok(());
        };
        if outcome == "in_progress" {
            self.put("<form action=/reservar method=post>");
            self.again(&TAKEN);
            self.again(&EVIDENCE);
            self.again(&FOLLOWS);
            self.again(&["quote", "bookings", "confirm_another"]);
            self.close(self.say("Ver cómo va", "See how it stands"));
            return Ok(());
        }
        if let (Some(Offer { quote: Some(quote), rooms: Some(rooms) }), Some(booking), Some(token)) =
            (said.redistribution, said.booking_id, said.token)
        {
            self.put("<form action=/reservar method=post>");
            self.again(&TAKEN);
            self.again(&EVIDENCE);
            self.hidden("quote", &quote);
            self.hidden("bookings", &to_text(&rooms));
            self.hidden("follows", &booking);
            self.hidden("token", &token);
            self.close(self.say("Sí, reservarlas", "Yes, book them"));
        }
        self.anew(self.say("Nueva reservación", "New booking"));
        Ok(())
    }
}
