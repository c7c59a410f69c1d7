//! The hotel's own payment database over HTTP, as `docs/payments-api.md` has it.

use posada_core::ids::BookingId;
use posada_core::payment::command::Done;
use posada_core::payment::ledger::Account;
use posada_core::payment::method::PaymentRef;
use posada_core::payment::reconcile::Link;
use posada_core::problem::Problem;
use posada_wire::payments_api::{
    ANSWER_BYTES_MAX, Ask, LedgerAsk, ListAsk, ListPage, Operation, ask_text, find_text, ledger_text,
    links_of, list_text, read_account, read_done, read_entries, read_page, read_refusal,
};
use posada_wire::reservation_api::Reply;
use worker::Env;

use super::store::StoreError;
use crate::host::{self, Result};
use crate::outbound::{Outbound, send};
use crate::{config, log};

/// How long a call may take.
const CALL_MS_MAX: u64 = 5_000;
/// How often a call is made whose outcome is not known. It carries the same ids, so it is carried out once.
const CALLS_MAX: u32 = 3;

/// Where the gateway is.
pub(crate) struct Gateway {
    url: String,
    authorization: String,
    deadline_ms: u64,
    /// In whose trace it is asked.
    env: Env,
}

/// Why a call has no answer that says what it did.
enum Unheard {
    /// It was certainly not carried out, for now.
    NotDone(host::Error),
    /// It may have been carried out.
    Unknown(host::Error),
}

impl Gateway {
    /// The gateway that the deployment is set up with; `None` where it has none.
    ///
    /// # Errors
    /// What of the set-up is wrong.
    pub(super) fn of(env: &Env) -> Result<Option<Self>> {
        let Some(url) = host::text(env, "PAYMENTS_URL") else { return Ok(None) };
        if !url.starts_with("https://") && !url.starts_with("http://") {
            return Err("PAYMENTS_URL must begin with https://".into());
        }
        let Some(key) = host::text(env, "PAYMENTS_KEY") else {
            return Err("PAYMENTS_KEY must be set".into());
        };
        Ok(Some(Self {
            url: url.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {key}"),
            deadline_ms: config::test_api_deadline_ms(env).unwrap_or(CALL_MS_MAX),
            env: env.clone(),
        }))
    }

    /// Carries an operation out.
    pub(super) async fn operate(&self, ask: &Ask) -> std::result::Result<Done, StoreError> {
        let text = ask_text(ask);
        let operation = Operation::of(&ask.command);
        let mut is_unknown = false;
        let mut calls = 0;
        loop {
            calls += 1;
            let reply = self.call(operation, &text).await;
            let unheard = match reply.map(|reply| (read_done(&ask.command, &reply.body), reply)) {
                Ok((Some(done), Reply { status: 200, .. })) => return Ok(done),
                Ok((_, reply)) => match read_refusal(operation, &ask.payment, &reply.body) {
                    // After a doubt it says nothing of the call before: that one may still be under way.
                    Some(_) if is_unknown => Unheard::Unknown("refused after a doubt".into()),
                    Some(Problem::Unavailable { .. }) => Unheard::NotDone("put off".into()),
                    Some(problem) => return Err(StoreError::Problem(problem)),
                    None => not_understood(operation, reply.status),
                },
                Err(error) => Unheard::Unknown(error),
            };
            match unheard {
                Unheard::Unknown(error) if calls < CALLS_MAX => {
                    is_unknown = true;
                    log::failed(&self.env, "payments_api", &error);
                }
                Unheard::NotDone(error) if !is_unknown => return Err(StoreError::Unreachable(error)),
                Unheard::NotDone(error) | Unheard::Unknown(error) => return Err(StoreError::Unknown(error)),
            }
        }
    }

    /// The account of a payment; `None` where there is no such payment.
    pub(super) async fn find(&self, payment: &PaymentRef) -> Result<Option<Account>> {
        let reply = self.call(Operation::Find, &find_text(payment)).await?;
        if reply.status == 200
            && let Some(account) = read_account(payment, &reply.body)
        {
            return Ok(Some(account));
        }
        match (
            read_refusal(Operation::Find, payment, &reply.body),
            not_understood(Operation::Find, reply.status),
        ) {
            (Some(Problem::PaymentNotFound { .. }), _) => Ok(None),
            (_, Unheard::NotDone(error) | Unheard::Unknown(error)) => Err(error),
        }
    }

    /// A page of payments, newest first.
    pub(super) async fn list(&self, ask: &ListAsk) -> Result<ListPage> {
        let reply = self.call(Operation::List, &list_text(ask)).await?;
        let page = (reply.status == 200).then(|| read_page(&reply.body)).flatten();
        page.ok_or_else(|| unread(Operation::List, reply.status))
    }

    /// What all payments paid for living reservations of these bookings.
    pub(super) async fn links(&self, bookings: &[BookingId]) -> Result<Vec<Link>> {
        let mut ask = LedgerAsk { bookings: Some(bookings.to_vec()), ..LedgerAsk::default() };
        let mut entries = Vec::new();
        loop {
            let reply = self.call(Operation::Ledger, &ledger_text(&ask)).await?;
            let page = (reply.status == 200).then(|| read_entries(&reply.body)).flatten();
            let page = page.ok_or_else(|| unread(Operation::Ledger, reply.status))?;
            entries.extend(page.entries);
            ask.after = page.next;
            if ask.after.is_none() {
                return Ok(links_of(&entries));
            }
        }
    }

    async fn call(&self, operation: Operation, body: &str) -> Result<Reply> {
        let outbound = Outbound {
            traced: Some(&self.env),
            method: "POST",
            url: &format!("{}/v1/payments/{}", self.url, operation.name()),
            headers: &[
                ("Accept", "application/json"),
                ("Authorization", &self.authorization),
                ("Content-Type", "application/json"),
            ],
            body: Some(body),
            deadline_ms: self.deadline_ms,
            bytes_max: ANSWER_BYTES_MAX,
        };
        send(&outbound).await
    }
}

fn unread(operation: Operation, status: u16) -> host::Error {
    match not_understood(operation, status) {
        Unheard::NotDone(error) | Unheard::Unknown(error) => error,
    }
}

/// What an answer without meaning is by its status: what is refused with 4xx was not carried out. The words are not
/// logged, for they may hold anything.
fn not_understood(operation: Operation, status: u16) -> Unheard {
    let error = format!("{}: answered {status}", operation.name()).into();
    if (400..500).contains(&status) { Unheard::NotDone(error) } else { Unheard::Unknown(error) }
}
