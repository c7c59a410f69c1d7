//! What is asked.

use posada_core::booking::request::Evidence;
use posada_core::ids::{BookingId, ClaimId, LineNo, Millis, ReservationCode};
use posada_core::money::Money;
use posada_core::payment::claim::ClaimWish;
use posada_core::payment::command::Command;
use posada_core::payment::ledger::Holder;
use posada_core::payment::method::{PaymentMethod, PaymentRef};
use posada_core::payment::operation::{Attach, Payee, Payees, Rules, Validate};
use posada_core::problem::Problem;

use super::{Ask, LINES_MAX, Operation, PREFIX_CHARS_MAX};
use crate::command::Caller;
use crate::faults::{Faults, Style};
use crate::field::{Field, List, Members, Object, body};
use crate::leaf::{Count, Text};
use crate::number::{Amount, PositiveAmount};
use crate::read::{BODY_BYTES_MAX, read};
use crate::reference::{EvidenceBody, ReferenceText, read_evidence, read_payment_ref};
use crate::stored::{Write, write_members};

/// The last instant of the year 9999.
pub(super) const AT_MS_MAX: i64 = 253_402_300_799_999;
const TTL_MS_MAX: i64 = 366 * 24 * 3_600_000;

struct RulesView<'a>(&'a Ask);

impl Write for RulesView<'_> {
    fn write(&self, out: &mut String) {
        let Ask { rules, utc_offset_minutes, .. } = self.0;
        write_members(
            out,
            &[
                ("currency", &rules.currency),
                ("reservation_code_prefix", &rules.code_prefix),
                ("reservation_code_length_max", &rules.code_length_max),
                ("codreser_length_max", &rules.codreser_length_max),
                ("claim_ttl_ms", &rules.claim_ttl_ms),
                ("utc_offset_minutes", utc_offset_minutes),
            ],
        );
    }
}

impl Write for Payee {
    fn write(&self, out: &mut String) {
        let amount = Amount(self.amount);
        write_members(out, &[("line", &self.line), ("code", &self.code), ("amount", &amount)]);
    }
}

struct EvidenceView(Evidence);

impl Write for EvidenceView {
    fn write(&self, out: &mut String) {
        write_members(out, &[("amount", &Amount(self.0.amount)), ("date", &self.0.date)]);
    }
}

fn text(payment: &PaymentRef, more: &[(&str, &dyn Write)]) -> String {
    let method = payment.method.as_str();
    let mut all: Vec<(&str, &dyn Write)> =
        vec![("payment_method", &method), (payment.method.reference_field(), &payment.reference)];
    all.extend_from_slice(more);
    let mut out = String::new();
    write_members(&mut out, &all);
    out
}

/// The body of `find`.
#[must_use]
pub fn find_text(payment: &PaymentRef) -> String {
    text(payment, &[])
}

/// The body of an operation, to be sent to the path of [`Operation::of`].
#[must_use]
pub fn ask_text(ask: &Ask) -> String {
    let rules = RulesView(ask);
    let with = |own: &[(&str, &dyn Write)]| {
        let mut all: Vec<(&str, &dyn Write)> = vec![("at_ms", &ask.at), ("rules", &rules)];
        all.extend_from_slice(own);
        text(&ask.payment, &all)
    };
    match &ask.command {
        Command::Claim(it) => with(&[
            ("claim", &it.claim),
            ("holder", &it.holder),
            ("amount", &Amount(it.amount)),
            ("waited_since_ms", &it.waited_since),
        ]),
        Command::Attach(it) => with(&[
            ("claim", &it.claim),
            ("booking", &it.booking),
            ("part", &(it.part > 0).then_some(it.part)),
            ("holder", &it.holder),
            ("named_claim", &it.named),
            ("total_amount", &Amount(it.wish.total)),
            ("required_amount", &Amount(it.wish.required)),
            ("payment_amount", &it.wish.amount.map(Amount)),
            ("rooms", &it.rooms),
            ("payment_evidence", &it.evidence.map(EvidenceView)),
        ]),
        Command::Settle { booking, claim, payees } => with(&[
            ("booking", booking),
            ("claim", claim),
            ("paid", &payees.paid),
            ("kept_amount", &Amount(payees.kept)),
            ("reversed", &payees.reversed),
        ]),
        Command::Reverse { booking, line } => with(&[("booking", booking), ("line", line)]),
        Command::Expire => with(&[]),
    }
}

body! {
    struct RulesBody {
        currency: Text<3>,
        reservation_code_prefix: Text<PREFIX_CHARS_MAX>,
        reservation_code_length_max: Count<1, 20>,
        codreser_length_max: Count<1, 65_535>,
        claim_ttl_ms: Count<1, TTL_MS_MAX>,
        utc_offset_minutes: Count<-1_440, 1_440>,
    }
}

body! {
    struct PayeeBody {
        line: Count<0, 19>,
        code: ReservationCode,
        amount: Amount,
    }
}

body! {
    struct AskBody {
        payment_method: PaymentMethod,
        authorization_number: ReferenceText,
        transfer_id: ReferenceText,
        at_ms: Count<0, AT_MS_MAX>,
        rules: Object<RulesBody>,
        claim: ClaimId,
        holder: Holder,
        amount: PositiveAmount,
        waited_since_ms: Count<0, AT_MS_MAX>,
        booking: BookingId,
        part: Count<0, 20>,
        named_claim: ClaimId,
        total_amount: Amount,
        required_amount: Amount,
        payment_amount: PositiveAmount,
        rooms: Count<1, { LINES_MAX as i64 }>,
        payment_evidence: Object<EvidenceBody>,
        paid: List<Object<PayeeBody>, LINES_MAX>,
        kept_amount: Amount,
        reversed: List<Count<0, 19>, LINES_MAX>,
        line: Count<0, 19>,
    }
}

/// Reads the body of `find`.
///
/// # Errors
/// As [`read`]; [`Problem::Invalid`] with every fault.
pub fn read_find(bytes: &[u8]) -> Result<PaymentRef, Problem> {
    let mut body: Members = read::<Found>(bytes, BODY_BYTES_MAX)?.0;
    let mut faults = Faults::new(Style::Dotted);
    let payment = read_payment_ref(
        body.field("payment_method"),
        body.field("authorization_number"),
        body.field("transfer_id"),
        &mut faults,
    );
    faults.unknown(&body.into_unknown());
    faults.finish(payment)
}

struct Found(Members);

impl crate::field::Body for Found {
    fn take(members: Members) -> Self {
        Self(members)
    }
}

/// Reads the body of an operation that writes. `find`, `list` and `ledger` write nothing and are refused.
///
/// # Errors
/// As [`read`]; [`Problem::Invalid`] with every fault.
pub fn read_ask(operation: Operation, bytes: &[u8]) -> Result<Ask, Problem> {
    let mut body: AskBody = read(bytes, BODY_BYTES_MAX)?;
    let mut faults = Faults::new(Style::Dotted);
    let payment = read_payment_ref(
        std::mem::take(&mut body.payment_method),
        std::mem::take(&mut body.authorization_number),
        std::mem::take(&mut body.transfer_id),
        &mut faults,
    );
    let at = faults.required("at_ms", std::mem::take(&mut body.at_ms));
    let rules = read_rules(std::mem::take(&mut body.rules), &mut faults);
    let command = match operation {
        Operation::Find | Operation::List | Operation::Ledger => Err(Problem::NotFound),
        Operation::Claim => Ok(read_claim(&mut body, &mut faults)),
        Operation::Attach => Ok(read_attach(&mut body, &mut faults)),
        Operation::Settle => Ok(read_settle(&mut body, &mut faults)),
        Operation::Release => Ok(read_release(&mut body, &mut faults)),
        Operation::Reverse => Ok(read_reverse(&mut body, &mut faults)),
        Operation::Expire => Ok(Some(Command::Expire)),
    }?;
    refuse_others(&body, &mut faults);
    faults.unknown(&body.unknown);
    let read = || {
        let (rules, utc_offset_minutes) = rules?;
        Some(Ask { payment: payment?, at: Millis(at?.get()), rules, utc_offset_minutes, command: command? })
    };
    faults.finish(read())
}

fn read_rules(field: Field<Object<RulesBody>>, faults: &mut Faults) -> Option<(Rules, i32)> {
    let Object(body) = faults.required("rules", field)?;
    faults.within("rules", |faults| {
        let currency = faults.required("currency", body.currency);
        let prefix = faults.optional("reservation_code_prefix", body.reservation_code_prefix);
        if prefix.as_ref().is_some_and(|Text(prefix)| prefix.contains(',')) {
            faults.push("reservation_code_prefix", "must not hold a comma");
        }
        let code_length = faults.required("reservation_code_length_max", body.reservation_code_length_max);
        let codreser_length = faults.required("codreser_length_max", body.codreser_length_max);
        let claim_ttl = faults.required("claim_ttl_ms", body.claim_ttl_ms);
        let offset = faults.required("utc_offset_minutes", body.utc_offset_minutes);
        faults.unknown(&body.unknown);
        let rules = Rules {
            currency: currency?.0,
            code_prefix: prefix.map(|it| it.0).unwrap_or_default(),
            code_length_max: code_length?.small().into(),
            codreser_length_max: codreser_length?.small().into(),
            claim_ttl_ms: claim_ttl?.get(),
        };
        Some((rules, i32::try_from(offset?.get()).unwrap_or(0)))
    })
}

macro_rules! take {
    ($faults:ident . required $body:ident . $member:ident) => {
        $faults.required(stringify!($member), std::mem::take(&mut $body.$member))
    };
    ($faults:ident . optional $body:ident . $member:ident) => {
        $faults.optional(stringify!($member), std::mem::take(&mut $body.$member))
    };
}

fn read_claim(body: &mut AskBody, faults: &mut Faults) -> Option<Command> {
    let claim = take!(faults.required body.claim);
    let holder = take!(faults.required body.holder);
    let amount = take!(faults.required body.amount);
    let waited_since = take!(faults.optional body.waited_since_ms).map(|at| Millis(at.get()));
    Some(Command::Claim(Validate { claim: claim?, holder: holder?, amount: amount?.0, waited_since }))
}

fn read_attach(body: &mut AskBody, faults: &mut Faults) -> Option<Command> {
    let claim = take!(faults.required body.claim);
    let booking = take!(faults.required body.booking);
    let part = take!(faults.optional body.part).map_or(0, |part| u8::try_from(part.get()).unwrap_or(0));
    let holder = take!(faults.required body.holder);
    let named = take!(faults.optional body.named_claim);
    let total = take!(faults.required body.total_amount);
    let required = take!(faults.required body.required_amount);
    let amount = take!(faults.optional body.payment_amount);
    let rooms = take!(faults.required body.rooms);
    // It is sent where the booking was asked for by the public.
    let evidence = read_evidence(std::mem::take(&mut body.payment_evidence), Caller::Staff, faults);
    Some(Command::Attach(Attach {
        claim: claim?,
        booking: booking?,
        part,
        holder: holder?,
        named,
        wish: ClaimWish { total: total?.0, required: required?.0, amount: amount.map(|it| it.0) },
        rooms: rooms?.small(),
        evidence,
    }))
}

fn read_settle(body: &mut AskBody, faults: &mut Faults) -> Option<Command> {
    let booking = take!(faults.required body.booking);
    let claim = take!(faults.required body.claim);
    let List(sent) = take!(faults.required body.paid).unwrap_or(List(Vec::new()));
    let mut paid: Vec<Payee> = Vec::new();
    for (index, payee) in sent.into_iter().enumerate() {
        let read = faults.within_entry("paid", index, |faults| {
            let Object(it) = faults.required("", payee)?;
            let line = faults.required("line", it.line);
            let code = faults.required("code", it.code);
            let amount = faults.required("amount", it.amount);
            faults.unknown(&it.unknown);
            let line = line_of(line?);
            if paid.iter().any(|earlier| earlier.line == line) {
                faults.push("line", "is paid twice");
            }
            Some(Payee { line, code: code?, amount: amount?.0 })
        });
        paid.extend(read);
    }
    let kept = take!(faults.optional body.kept_amount).map_or(Money::ZERO, |it| it.0);
    let List(sent) = take!(faults.optional body.reversed).unwrap_or(List(Vec::new()));
    let mut reversed = Vec::new();
    for (index, line) in sent.into_iter().enumerate() {
        let read = faults.within_entry("reversed", index, |faults| faults.required("", line));
        reversed.extend(read.map(line_of));
    }
    Some(Command::Settle { booking: booking?, claim: claim?, payees: Payees { paid, kept, reversed } })
}

fn read_release(body: &mut AskBody, faults: &mut Faults) -> Option<Command> {
    let booking = take!(faults.required body.booking);
    let claim = take!(faults.required body.claim);
    Some(Command::Settle { booking: booking?, claim: claim?, payees: Payees::default() })
}

fn read_reverse(body: &mut AskBody, faults: &mut Faults) -> Option<Command> {
    let booking = take!(faults.required body.booking);
    let line = take!(faults.required body.line);
    Some(Command::Reverse { booking: booking?, line: line_of(line?) })
}

fn line_of(count: Count<0, 19>) -> LineNo {
    LineNo(u8::try_from(count.get()).unwrap_or(u8::MAX))
}

/// What the operation did not take is not its own.
fn refuse_others(body: &AskBody, faults: &mut Faults) {
    faults.refuse("claim", &body.claim);
    faults.refuse("holder", &body.holder);
    faults.refuse("amount", &body.amount);
    faults.refuse("waited_since_ms", &body.waited_since_ms);
    faults.refuse("booking", &body.booking);
    faults.refuse("part", &body.part);
    faults.refuse("named_claim", &body.named_claim);
    faults.refuse("total_amount", &body.total_amount);
    faults.refuse("required_amount", &body.required_amount);
    faults.refuse("payment_amount", &body.payment_amount);
    faults.refuse("rooms", &body.rooms);
    faults.refuse("payment_evidence", &body.payment_evidence);
    faults.refuse("paid", &body.paid);
    faults.refuse("kept_amount", &body.kept_amount);
    faults.refuse("reversed", &body.reversed);
    faults.refuse("line", &body.line);
}
