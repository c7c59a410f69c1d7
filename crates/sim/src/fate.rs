//! What goes wrong: drawn from the seed, or planned by the explorer.

use posada_core::booking::journal::Step;

use crate::explore::can_happen;
use crate::rng::Rng;
use crate::scenario::Rates;

/// What happens to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It never arrives, and nobody says so.
    LostBefore,
    /// It is carried out, and the answer is lost.
    LostAfter,
    /// It times out, and is carried out after that.
    Late,
    /// It is refused although nothing speaks against it.
    Refused,
    /// It is carried out, and the answer makes no sense.
    Garbage,
    /// Too many calls: it is not carried out, and is to be made again later.
    Limited,
    /// No connection: certainly not carried out.
    Unreachable,
    /// The answer comes twice.
    Duplicated,
    /// The answer names a code that another reservation has.
    SeenCode,
}

impl Fault {
    /// What can happen to calls of this step.
    pub(crate) fn of(step: Step) -> &'static [Self] {
        use Fault::{
            Duplicated, Garbage, Late, Limited, LostAfter, LostBefore, Refused, SeenCode, Unreachable,
        };
        match step {
            // An answer of the host's own systems comes once: it is a future's.
            Step::Claim | Step::Settle | Step::ClaimFurther { .. } | Step::SettleFurther { .. } => {
                &[LostBefore, LostAfter, Late, Unreachable]
            }
            Step::Follow => &[LostBefore, LostAfter, Late],
            Step::Hold => &[LostBefore, LostAfter, Late, Duplicated],
            Step::ReleaseHolds => &[LostBefore, LostAfter, Late],
            Step::Book { .. } => &[
                LostBefore,
                LostAfter,
                Late,
                Late,
                Refused,
                Garbage,
                Limited,
                Unreachable,
                Duplicated,
                SeenCode,
            ],
            // An old answer that comes again would be no answer to what is asked now; HTTP has none such.
            Step::LookUp { .. } => &[LostBefore, LostAfter, Garbage, Limited, Unreachable],
            Step::Cancel { .. } => &[LostBefore, LostAfter, Late, Refused, Limited, Unreachable, Duplicated],
            Step::Notify => &[LostBefore, LostAfter, Late, Limited, Unreachable, Duplicated],
        }
    }
}

/// Where the faults come from.
#[derive(Debug)]
pub(crate) enum Fate {
    /// From chance, as long as the budget lasts.
    Drawn(Rates),
    /// From a plan: a fault at the n-th call, and a crash at the n-th moment where one can be.
    Planned { fault: Option<(usize, Fault)>, crash: Option<usize> },
}

/// What could go wrong so far.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Occasions {
    pub(crate) calls: usize,
    pub(crate) moments: usize,
    pub(crate) faults: usize,
    /// Calls that were carried out after they had been given up.
    pub(crate) late: usize,
    pub(crate) crashes: usize,
}

impl Fate {
    /// What happens to the next call.
    pub(crate) fn fault(&mut self, step: Step, rng: &mut Rng, so_far: &mut Occasions) -> Option<Fault> {
        let place = so_far.calls;
        so_far.calls += 1;
        let fault = match self {
            Self::Drawn(rates) => {
                let happens = rates.budget > 0 && rng.permille(rates.fault);
                rates.budget -= u32::from(happens);
                happens.then(|| rng.pick(Fault::of(step)))
            }
            Self::Planned { fault, .. } => {
                fault.filter(|(at, what)| *at == place && can_happen(*what, step)).map(|(_, fault)| fault)
            }
        };
        so_far.faults += usize::from(fault.is_some());
        so_far.late += usize::from(fault == Some(Fault::Late));
        fault
    }

    /// Whether the object is killed at this moment.
    pub(crate) fn crash(&mut self, rng: &mut Rng, so_far: &mut Occasions) -> bool {
        let place = so_far.moments;
        so_far.moments += 1;
        let crashes = match self {
            Self::Drawn(rates) => {
                let happens = rates.budget > 0 && rng.permille(rates.crash);
                rates.budget -= u32::from(happens);
                happens
            }
            Self::Planned { crash, .. } => *crash == Some(place),
        };
        so_far.crashes += usize::from(crashes);
        crashes
    }
}
