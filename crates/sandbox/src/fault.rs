//! Faults: rules that say which calls go wrong, and how.

use serde::{Deserialize, Serialize};

/// The calls of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Route {
    Availability,
    Book,
    Lookup,
    Cancel,
    List,
}

impl Route {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Availability => "availability",
            Self::Book => "book",
            Self::Lookup => "lookup",
            Self::Cancel => "cancel",
            Self::List => "list",
        }
    }
}

/// Which routes a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Routes {
    #[serde(rename = "*")]
    All,
    #[serde(untagged)]
    One(Route),
}

/// What a call must be like for a rule to be about it. What is not named may be anything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Match {
    /// The room asked for, or that the reference has.
    #[serde(skip_serializing_if = "Option::is_none")]
    room_number: Option<String>,
    /// The line, as in `<booking>-<line>-<generation>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// The generation, as there.
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<u32>,
    /// How the reference begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference_prefix: Option<String>,
    /// Only the nth of the calls that are like that otherwise, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    nth: Option<u64>,
}

/// How a call goes wrong. A call that is not carried out leaves the book as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// Slower; with `after_commit` once it is carried out. It is carried out even if the caller has gone.
    Latency {
        ms: u64,
        #[serde(default)]
        after_commit: bool,
    },
    /// Carried out; then the connection is cut without an answer.
    LostAnswer {},
    /// The connection is cut (or, `silent`, stays without an answer), and the call carried out `ms` later.
    LateCommit {
        ms: u64,
        #[serde(default)]
        silent: bool,
    },
    /// Not carried out; this status.
    Status {
        status: u16,
        /// Seconds, or a date.
        retry_after: Option<String>,
    },
    /// Carried out; this status.
    StatusAfterCommit { status: u16 },
    /// An answer that nobody can use; carried out, unless `commit` is false.
    Garbage {
        garbage: Garbage,
        #[serde(default = "yes")]
        commit: bool,
    },
    /// Not carried out, the connection is cut.
    Cut {},
    /// Carried out; the connection is cut after so many bytes of the answer's body.
    CutInAnswer { bytes: usize },
    /// Carried out; the answer comes byte by byte.
    SlowDrip { ms_per_byte: u64 },
    /// The front desk takes the room just before.
    FrontDesk {},
    /// Not carried out; sent elsewhere.
    Redirect {},
    /// Refused: `{"success": false}` with this error.
    Refuse { error: String },
    /// A cancellation is refused.
    CancelFails {},
    /// Carried out, and answered in another spelling that is to be understood: `number` for `room_number`, numbers for
    /// texts, more members.
    Dialect {},
}

/// What is wrong with an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Garbage {
    /// A page of HTML.
    NotJson,
    /// Nothing, with status 200.
    Empty,
    /// Members of other kinds.
    WrongTypes,
    /// A success without its members.
    MissingMembers,
    /// JSON that ends too early.
    Truncated,
    /// More than 2 MiB.
    HugeBody,
    /// The code of another reservation.
    UsedCode,
    /// A code of 40 characters.
    LongCode,
    /// A code with a comma.
    CommaCode,
    /// An empty code.
    EmptyCode,
}

fn yes() -> bool {
    true
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Its name in the log; made up where none is given.
    #[serde(default)]
    id: String,
    route: Routes,
    #[serde(default, rename = "match")]
    matches: Match,
    /// How probably it is applied, 0 to 1; always where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chance: Option<f64>,
    /// How often it is applied at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u64>,
    fault: Fault,
}

/// A rule and how often it was met.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Counted {
    #[serde(flatten)]
    rule: Rule,
    /// How many calls it was about.
    seen: u64,
    /// To how many of them it was applied.
    applied: u64,
}

/// A call, as far as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) route: Route,
    pub(crate) reference: Option<&'a str>,
    pub(crate) room_number: Option<&'a str>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Plan {
    /// The rules applied.
    pub(crate) ids: Vec<String>,
    pub(crate) before_ms: u64,
    pub(crate) after_ms: u64,
    /// All but latency.
    pub(crate) fault: Option<Fault>,
}

/// The rules in force.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Counted>,
    made: u64,
    random: fastrand::Rng,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), made: 0, random: fastrand::Rng::with_seed(seed) }
    }

    /// Adds a rule behind the others, and returns its id.
    pub(crate) fn add(&mut self, mut rule: Rule) -> Result<String, String> {
        rule.check()?;
        self.made += 1;
        if rule.id.is_empty() {
            rule.id = format!("rule-{}", self.made);
        }
        if self.rules.iter().any(|known| known.rule.id == rule.id) {
            return Err(format!("id: there is a rule {}", rule.id));
        }
        let id = rule.id.clone();
        self.rules.push(Counted { rule, seen: 0, applied: 0 });
        Ok(id)
    }

    pub(crate) fn rules(&self) -> &[Counted] {
        &self.rules
    }

    /// Takes the rule of this id away, or all.
    pub(crate) fn remove(&mut self, id: Option<&str>) -> usize {
        let before = self.rules.len();
        self.rules.retain(|known| id.is_some_and(|id| known.rule.id != id));
        before - self.rules.len()
    }

    /// What happens to a call: latencies add up, and of the other faults the first rule's counts.
    pub(crate) fn plan(&mut self, call: Seen<'_>) -> Plan {
        let mut plan = Plan::default();
        for known in &mut self.rules {
            let latency = matches!(known.rule.fault, Fault::Latency { .. });
            if (!latency && plan.fault.is_some()) || !known.rule.is_about(call) {
                continue;
            }
            known.seen += 1;
            let nth = known.rule.matches.nth.is_none_or(|nth| nth == known.seen);
            let left = known.rule.times.is_none_or(|times| known.applied < times);
            if !nth || !left || known.rule.chance.is_some_and(|chance| self.random.f64() >= chance) {
                continue;
            }
            known.applied += 1;
            plan.ids.push(known.rule.id.clone());
            match known.rule.fault {
                Fault::Latency { ms, after_commit: false } => plan.before_ms += ms,
                Fault::Latency { ms, after_commit: true } => plan.after_ms += ms,
                ref other => plan.fault = Some(other.clone()),
            }
        }
        plan
    }
}

impl Rule {
    fn check(&self) -> Result<(), String> {
        if self.chance.is_some_and(|chance| !(0.0..=1.0).contains(&chance)) {
            return Err("chance: must be 0 to 1".to_owned());
        }
        match &self.fault {
            Fault::Status { status, .. } | Fault::StatusAfterCommit { status }
                if !(200..=599).contains(status) =>
            {
                Err("fault.status: must be 200 to 599".to_owned())
            }
            Fault::Status { retry_after: Some(text), .. } if text.chars().any(char::is_control) => {
                Err("fault.retry_after: must be a line of text".to_owned())
            }
            Fault::FrontDesk {} if self.route != Routes::One(Route::Book) => {
                Err("fault: front_desk is for the route book".to_owned())
            }
            Fault::CancelFails {} if self.route != Routes::One(Route::Cancel) => {
                Err("fault: cancel_fails is for the route cancel".to_owned())
            }
            _ => Ok(()),
        }
    }

    fn is_about(&self, call: Seen<'_>) -> bool {
        let Match { room_number, line, generation, reference_prefix, nth: _ } = &self.matches;
        let route = match self.route {
            Routes::All => true,
            Routes::One(route) => route == call.route,
        };
        let (its_line, its_generation) = call.reference.map_or((None, None), line_and_generation);
        route
            && room_number.as_deref().is_none_or(|room| call.room_number == Some(room))
            && line.is_none_or(|line| its_line == Some(line))
            && generation.is_none_or(|generation| its_generation == Some(generation))
            && reference_prefix
                .as_deref()
                .is_none_or(|prefix| call.reference.is_some_and(|reference| reference.starts_with(prefix)))
    }
}

fn line_and_generation(reference: &str) -> (Option<u32>, Option<u32>) {
    let mut parts = reference.rsplit('-');
    let generation = parts.next().and_then(|part| part.parse().ok());
    (parts.next().and_then(|part| part.parse().ok()), generation)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn faults(rules: &[serde_json::Value]) -> Faults {
        let mut faults = Faults::new(7);
        for rule in rules {
            faults.add(serde_json::from_value(rule.clone()).unwrap()).unwrap();
        }
        faults
    }

    fn book(reference: &str) -> Seen<'_> {
        Seen { route: Route::Book, reference: Some(reference), room_number: Some("54") }
    }

    #[test]
    fn rules_look_at_route_room_line_generation_and_reference() {
        let cases = [
            (json!({"route": "*", "fault": {"kind": "cut"}}), true),
            (json!({"route": "book", "fault": {"kind": "cut"}}), true),
            (json!({"route": "lookup", "fault": {"kind": "cut"}}), false),
            (json!({"route": "book", "match": {"room_number": "54"}, "fault": {"kind": "cut"}}), true),
            (json!({"route": "book", "match": {"room_number": "56"}, "fault": {"kind": "cut"}}), false),
            (json!({"route": "book", "match": {"line": 2, "generation": 1}, "fault": {"kind": "cut"}}), true),
            (json!({"route": "book", "match": {"line": 1}, "fault": {"kind": "cut"}}), false),
            (json!({"route": "book", "match": {"generation": 2}, "fault": {"kind": "cut"}}), false),
            (json!({"route": "book", "match": {"reference_prefix": "abc-"}, "fault": {"kind": "cut"}}), true),
            (json!({"route": "book", "match": {"reference_prefix": "b"}, "fault": {"kind": "cut"}}), false),
        ];
        for (rule, expected) in cases {
            let fault = faults(std::slice::from_ref(&rule)).plan(book("abc-2-1")).fault;
            assert_eq!(fault.is_some(), expected, "{rule}");
        }
    }

    #[test]
    fn nth_and_times_count() {
        let mut nth = faults(&[json!({"route": "book", "match": {"nth": 2}, "fault": {"kind": "cut"}})]);
        let hits: Vec<bool> = (0..4).map(|_| nth.plan(book("a-0-1")).fault.is_some()).collect();
        assert_eq!(hits, [false, true, false, false]);
        let mut times = faults(&[json!({"route": "book", "times": 2, "fault": {"kind": "cut"}})]);
        let hits: Vec<bool> = (0..4).map(|_| times.plan(book("a-0-1")).fault.is_some()).collect();
        assert_eq!(hits, [true, true, false, false]);
    }

    #[test]
    fn latencies_add_up_and_the_first_other_fault_counts() {
        let plan = faults(&[
            json!({"id": "slow", "route": "*", "fault": {"kind": "latency", "ms": 5}}),
            json!({"id": "cut", "route": "book", "fault": {"kind": "cut"}}),
            json!({"id": "never", "route": "book", "fault": {"kind": "lost_answer"}}),
            json!({"id": "after", "route": "book", "fault": {"kind": "latency", "ms": 7, "after_commit": true}}),
        ])
        .plan(book("a-0-1"));
        assert_eq!(plan.ids, ["slow", "cut", "after"]);
        assert_eq!((plan.before_ms, plan.after_ms, plan.fault), (5, 7, Some(Fault::Cut {})));
    }

    #[test]
    fn chance_is_repeatable_by_seed() {
        let rule = json!({"route": "book", "chance": 0.3, "fault": {"kind": "cut"}});
        let run = || {
            let mut faults = faults(std::slice::from_ref(&rule));
            (0..1_000).map(|_| faults.plan(book("a-0-1")).fault.is_some()).collect::<Vec<bool>>()
        };
        let hits = run();
        assert_eq!(hits, run());
        let count = hits.iter().filter(|hit| **hit).count();
        assert!((250..350).contains(&count), "{count} of 1,000");
    }

    #[test]
    fn rules_that_make_no_sense_are_refused() {
        let cases = [
            (json!({"route": "book", "chance": 1.5, "fault": {"kind": "cut"}}), "chance"),
            (json!({"route": "book", "fault": {"kind": "status", "status": 99}}), "fault.status"),
            (json!({"route": "list", "fault": {"kind": "front_desk"}}), "front_desk"),
            (json!({"route": "*", "fault": {"kind": "cancel_fails"}}), "cancel_fails"),
        ];
        for (rule, named) in cases {
            let error = Faults::new(1).add(serde_json::from_value(rule).unwrap()).unwrap_err();
            assert!(error.contains(named), "{error}");
        }
        for rule in [
            json!({"route": "books", "fault": {"kind": "cut"}}),
            json!({"route": "book", "fault": {"kind": "cuts"}}),
            json!({"route": "book", "fault": {"kind": "latency"}}),
            json!({"route": "book", "fault": {"kind": "cut"}, "colour": 1}),
        ] {
            assert!(serde_json::from_value::<Rule>(rule.clone()).is_err(), "{rule}");
        }
    }
}
