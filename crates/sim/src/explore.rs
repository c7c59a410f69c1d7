//! All schedules of one booking with one crash and one fault, anywhere.

use std::rc::Rc;

use posada_core::booking::journal::{Capabilities, Step};

use crate::Violation;
use crate::beyond::Beyond;
use crate::fate::{Fate, Fault};
use crate::mutation::Planted;
use crate::rng::Rng;
use crate::scenario::Scenario;
use crate::world::World;

/// The most rooms of the booking.
const ROOMS_MAX: usize = 3;
const FAULTS: [Fault; 9] = [
    Fault::LostBefore,
    Fault::LostAfter,
    Fault::Late,
    Fault::Refused,
    Fault::Garbage,
    Fault::Limited,
    Fault::Unreachable,
    Fault::Duplicated,
    Fault::SeenCode,
];

/// Runs them all and answers how many there are.
///
/// # Errors
/// The first [`Violation`]; its seed is 0 and its schedule says what was planned.
pub fn explore(rooms_max: usize) -> Result<usize, Box<Violation>> {
    let mut schedules = 0;
    for (scenario, name) in scenarios(rooms_max.min(ROOMS_MAX)) {
        let scenario = Rc::new(scenario);
        let calm = one(&scenario, &name, None, None)?;
        schedules += 1;
        let faults = (0..calm.0).flat_map(|call| FAULTS.map(|fault| Some((call, fault))));
        for fault in std::iter::once(None).chain(faults) {
            // A fault brings calls and moments of its own; a crash can be at each of them.
            let (_, moments) = one(&scenario, &name, fault, None)?;
            for moment in 0..moments {
                one(&scenario, &name, fault, Some(moment))?;
            }
            schedules += 1 + moments;
        }
    }
    Ok(schedules)
}

fn scenarios(rooms_max: usize) -> Vec<(Scenario, String)> {
    let mut all = Vec::new();
    for rooms in 1..=rooms_max {
        for bits in 0..16_u8 {
            let has = |bit: u8| bits & (1 << bit) != 0;
            let capabilities = Capabilities { idempotency: has(0), lookup: has(1), cancel: has(2) };
            let all_or_nothing = has(3);
            if all_or_nothing && !capabilities.cancel {
                continue;
            }
            let name = format!("{rooms} rooms, {capabilities:?}, all or nothing: {all_or_nothing}");
            all.push((Scenario::alone(rooms, capabilities, false, all_or_nothing), name.clone()));
            if capabilities.idempotency && capabilities.lookup && capabilities.cancel {
                let scenario = Scenario::alone(rooms, capabilities, true, all_or_nothing);
                all.push((scenario, format!("{name}, embedded")));
            }
        }
    }
    all
}

/// Runs one and answers how many calls and moments for a crash it had.
fn one(
    scenario: &Rc<Scenario>,
    name: &str,
    fault: Option<(usize, Fault)>,
    crash: Option<usize>,
) -> Result<(usize, usize), Box<Violation>> {
    let run = |traced| {
        let fate = Fate::Planned { fault, crash };
        let mut world =
            World::new(Rc::clone(scenario), Rng::new(7), fate, Planted(None), traced, Beyond::none());
        let result = world.run();
        (result, world)
    };
    let (result, world) = run(false);
    if let Err(what) = result {
        let what = format!("{what} ({name}, fault {fault:?}, crash {crash:?})");
        let schedule = run(true).1.trace.unwrap_or_default();
        return Err(Box::new(Violation { seed: 0, what, schedule }));
    }
    Ok((world.so_far.calls, world.so_far.moments))
}

/// Whether a fault can happen to a step; the others are passed over.
pub(crate) fn can_happen(fault: Fault, step: Step) -> bool {
    Fault::of(step).contains(&fault)
}
