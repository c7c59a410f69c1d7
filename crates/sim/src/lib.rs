//! A seeded world: guests, a hotel's systems that fail, crashes and clocks, all driving the same core that the Worker
//! drives. After every step and at the end it is checked what must never be (invariants I1 to I7).
//!
//! A seed stands for one world and everything that happens in it; the same seed gives the same schedule for ever.

mod api;
mod beyond;
mod calls;
mod check;
mod explore;
mod fate;
mod follow;
mod host;
mod hotel;
mod mutation;
mod payments;
mod receiver;
mod rng;
mod scenario;
mod spoil;
mod world;

use std::ops::AddAssign;
use std::rc::Rc;

use beyond::Beyond;
pub use explore::explore;
use fate::Fate;
pub use mutation::Mutation;
use mutation::Planted;
use rng::Rng;
use scenario::Scenario;
use world::World;

/// Something that must never be.
#[derive(Debug, Clone)]
pub struct Violation {
    /// What gives the same schedule again.
    pub seed: u64,
    /// Which invariant, and how.
    pub what: String,
    /// What had happened, where it was recorded.
    pub schedule: Vec<String>,
}

/// What a run was like.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stats {
    /// Things that happened.
    pub events: usize,
    /// Faults of calls.
    pub faults: usize,
    /// Crashes.
    pub crashes: usize,
}

impl AddAssign for Stats {
    fn add_assign(&mut self, other: Self) {
        self.events += other.events;
        self.faults += other.faults;
        self.crashes += other.crashes;
    }
}

/// Runs the world of a seed.
///
/// # Errors
/// [`Violation`], with its schedule where `records` is set.
pub fn run(seed: u64, mutation: Option<Mutation>, records: bool) -> Result<Stats, Box<Violation>> {
    let mut rng = Rng::new(seed);
    let mut scenario = Scenario::of(&mut rng);
    scenario.add_receiver(seed);
    scenario.add_payments(seed);
    let fate = Fate::Drawn(scenario.rates);
    let beyond = Beyond::of(seed, scenario.intents.len());
    let mut world = World::new(Rc::new(scenario), rng, fate, Planted(mutation), records, beyond);
    let result = world.run();
    let schedule = world.trace.take().unwrap_or_default();
    match result {
        Ok(()) => {
            Ok(Stats { events: world.events, faults: world.so_far.faults, crashes: world.so_far.crashes })
        }
        Err(what) => Err(Box::new(Violation { seed, what, schedule })),
    }
}
