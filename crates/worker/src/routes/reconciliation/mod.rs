//! Payments for bookkeeping: the list of them, and what does not agree with ledger, bookings and reservations.

mod look;
mod wish;

use posada_core::problem::System;
use posada_wire::reconciliation::{
    DifferenceView, PaymentView, Words, csv_head, write_difference_line, write_payment_line,
};
use posada_wire::stored::{Write, write_members};
use worker::js_sys;

use super::Ask;
use crate::auth::Role;
use crate::host;
use crate::respond::{self, Answer, Refused, unavailable};
use crate::settings;
use look::{Found, Look};
use wish::{Stop, Wish, invalid};

/// `GET /v1/staff/payments`
pub(crate) async fn payments(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let wish = Wish::of(&ask)?;
    if wish.stage.is_some() {
        invalid("after", "must be `next` of the page before")?;
    }
    let found = Look::new(&ask)?.payments(&wish, false).await.map_err(away)?;
    answer(&ask, &wish, &found).await
}

/// `GET /v1/staff/reconciliation`
pub(crate) async fn reconciliation(ask: Ask) -> Answer {
    ask.must_be(&[Role::Staff])?;
    let wish = Wish::of(&ask)?;
    let look = Look::new(&ask)?;
    let found = match &wish.stage {
        None => look.payments(&wish, true).await,
        Some(Stop::Bookings(at, id)) => look.bookings(*at, id).await,
        Some(Stop::Reservations(since, cursor)) => look.reservations(*since, cursor).await,
    };
    answer(&ask, &wish, &found.map_err(away)?).await
}

fn away(error: host::Error) -> Refused {
    unavailable(System::Payments, &error).into()
}

async fn answer(ask: &Ask, wish: &Wish, found: &Found) -> Answer {
    let hotel = settings::any(&ask.env).await?;
    let words = Words {
        language: ask.tone.language,
        utc_offset_minutes: hotel.map_or(0, |hotel| hotel.property.utc_offset_minutes),
    };
    if !wish.is_csv {
        let payments: Vec<PaymentView<'_>> = found.payments.iter().map(|it| PaymentView(it, words)).collect();
        let others: Vec<DifferenceView<'_>> =
            found.others.iter().map(|it| DifferenceView(it, words)).collect();
        let others = found.reservations.map(|_| others);
        let members: [(&str, &dyn Write); 4] = [
            ("payments", &payments),
            ("others", &others),
            ("reservations_compared", &found.reservations),
            ("next", &found.next),
        ];
        let mut text = String::new();
        write_members(&mut text, &members);
        return Ok(respond::json_text(&text, 200)?);
    }
    let mut text = csv_head();
    for it in &found.payments {
        write_payment_line(it, words, &mut text);
    }
    for it in &found.others {
        write_difference_line(it, words, &mut text);
    }
    let response = host::answer(&text, 200, "text/csv; charset=utf-8; header=present")?;
    for (name, value) in [
        ("Content-Disposition", "attachment; filename=\"posada.csv\""),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
    ] {
        host::set_header(&response, name, value)?;
    }
    if let Some(next) = &found.next {
        host::set_header(&response, "Link", &link(&ask.request.url(), next))?;
    }
    Ok(response)
}

/// The address of the next page, which is this one's with another `after`.
fn link(url: &str, next: &str) -> String {
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut pairs: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after=")).collect();
    let after = ["after=".to_owned(), String::from(js_sys::encode_uri_component(next))].concat();
    pairs.push(&after);
    ["<", path, "?", &pairs.join("&"), ">; rel=\"next\""].concat()
}
