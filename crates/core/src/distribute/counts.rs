//! How many rooms of each type: a search through the numbers in the order that breaks ties, pruned by what must be
//! covered (`capacity`), by bounds (`cuts`) and by types that others outdo.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "the hot loop: tables are of the types' and the rooms' size; for the ranges of keys see `keys`"
)]

use std::cmp::Ordering;

use super::bound::Fillings;
use super::capacity::{Cover, Supply};
use super::cuts::Cut;
use super::fixed::{self, Multipliers};
use super::instance::{Instance, Kind};
use super::keys::{Key, Order};

/// The most cuts that are kept.
const CUTS_MAX: usize = 32;

/// The best numbers of rooms.
pub(super) struct Best {
    pub(super) key: Key,
    pub(super) counts: Vec<u16>,
    /// Multipliers that prove the key.
    pub(super) multipliers: Multipliers,
}

/// A certificate that did not come out: the plain program must decide.
pub(super) struct Uncertain;

/// What is searched.
pub(super) struct Search<'a> {
    pub(super) instance: &'a Instance,
    pub(super) order: Order,
    /// Rooms in all, the fewest and the most.
    pub(super) rooms: (u16, u16),
    pub(super) cover: &'a Cover,
    pub(super) need: Supply,
    pub(super) fillings: &'a [Fillings],
}

/// The state of the search.
struct State<'a> {
    of: &'a Search<'a>,
    best: Best,
    cuts: Vec<Cut>,
    counts: Vec<u16>,
    /// For each type those that outdo it.
    outdone_by: Vec<Vec<usize>>,
}

/// Whether moving a room from the second type to the first is never worse, and makes a better answer or one that
/// wins the tie.
fn outdoes(first: (usize, &Kind), second: (usize, &Kind)) -> bool {
    let ((place, it), (other_place, other)) = (first, second);
    let (a, b) = (it.places, other.places);
    let holds = a.guests >= b.guests && a.adults >= b.adults && a.children >= b.children && a.beds >= b.beds;
    let dearer = it.bands.iter().zip(other.bands).any(|(&own, other)| own > other) || it.bed > other.bed;
    let room = it.room.cmp(&other.room);
    holds && !dearer && (room == Ordering::Less || (room == Ordering::Equal && place < other_place))
}

impl<'a> Search<'a> {
    /// The numbers of rooms with the best key, of equals those with more rooms of the earlier types; `None` where
    /// none cover the need.
    pub(super) fn run(&'a self) -> Result<Option<Best>, Uncertain> {
        let Some(start) = self.cover.first(self.rooms, self.need) else { return Ok(None) };
        let kinds = &self.instance.kinds;
        let outdone_by = kinds
            .iter()
            .enumerate()
            .map(|kind| {
                kinds.iter().enumerate().filter(|&it| outdoes(it, kind)).map(|(place, _)| place).collect()
            })
            .collect();
        let (key, multipliers, cut) = self.solve(&start)?;
        let best = Best { key, counts: start, multipliers };
        let mut state = State { of: self, best, cuts: vec![cut], counts: vec![0; kinds.len()], outdone_by };
        state.climb()?;
        // A given number of rooms is bounded far better than all at once; the best so far is the likeliest.
        let likeliest = state.best.counts.iter().sum();
        state.search(likeliest)?;
        for rooms in (self.rooms.0..=self.rooms.1).filter(|&rooms| rooms != likeliest) {
            state.search(rooms)?;
        }
        Ok(Some(state.best))
    }

    /// The key of the best totals for these numbers of rooms, with a cut that proves it.
    fn solve(&self, counts: &[u16]) -> Result<(Key, Multipliers, Cut), Uncertain> {
        let fixed = fixed::solve(self.instance, self.order, counts).ok_or(Uncertain)?;
        let cut = Cut::new(self.instance, self.fillings, self.rooms.1, &fixed.multipliers);
        if cut.of(counts) == fixed.key { Ok((fixed.key, fixed.multipliers, cut)) } else { Err(Uncertain) }
    }
}

impl State<'_> {
    fn try_counts(&mut self, counts: &[u16]) -> Result<(), Uncertain> {
        let (key, multipliers, mut cut) = self.of.solve(counts)?;
        cut.follow_all(&self.counts);
        if self.cuts.len() == CUTS_MAX {
            self.cuts.pop();
        }
        self.cuts.push(cut);
        if key < self.best.key || (key == self.best.key && counts > &self.best.counts[..]) {
            self.best = Best { key, counts: counts.to_vec(), multipliers };
        }
        Ok(())
    }

    /// Moves a room from one type to another, or takes one more or one less, as long as the bounds promise a better
    /// key: a good answer early makes the search short.
    fn climb(&mut self) -> Result<(), Uncertain> {
        while let Some(counts) = self.promising() {
            self.try_counts(&counts)?;
        }
        Ok(())
    }

    fn promising(&self) -> Option<Vec<u16>> {
        let kinds = &self.of.instance.kinds;
        let sums: Vec<Key> = self.cuts.iter().map(|cut| cut.of(&self.best.counts)).collect();
        let rooms: u16 = self.best.counts.iter().sum();
        let mut promising: Option<(Key, Vec<u16>)> = None;
        // A place beyond the types stands for no type.
        for less in 0..=kinds.len() {
            let is_less = kinds.get(less).is_some_and(|kind| self.best.counts[less] > kind.least);
            if less < kinds.len() && !is_less {
                continue;
            }
            for more in 0..=kinds.len() {
                let is_more = kinds.get(more).is_some_and(|kind| self.best.counts[more] < kind.most);
                let number = rooms + u16::from(is_more) - u16::from(is_less);
                if less == more
                    || (more < kinds.len() && !is_more)
                    || !(self.of.rooms.0..=self.of.rooms.1).contains(&number)
                {
                    continue;
                }
                let change = |cut: &Cut| {
                    let more = if is_more { cut.room(more) } else { Key::ZERO };
                    more - if is_less { cut.room(less) } else { Key::ZERO }
                };
                let least = promising.as_ref().map_or(self.best.key, |(key, _)| *key);
                let bound = self.cuts.iter().zip(&sums).map(|(cut, sum)| *sum + change(cut)).max();
                let Some(bound) = bound.filter(|&bound| bound < least) else { continue };
                let mut counts = self.best.counts.clone();
                if is_more {
                    counts[more] += 1;
                }
                if is_less {
                    counts[less] -= 1;
                }
                if self.of.cover.holds(&counts, self.of.need) {
                    promising = Some((bound, counts));
                }
            }
        }
        promising.map(|(_, counts)| counts)
    }

    /// Searches the choices of so many rooms.
    fn search(&mut self, rooms: u16) -> Result<(), Uncertain> {
        let is_hopeless = self.cuts.iter().any(|cut| cut.of_all(rooms) > self.best.key);
        if is_hopeless { Ok(()) } else { self.descend(0, rooms, self.of.need) }
    }

    /// Searches the numbers of the types from the place on, the greatest first; `left` rooms are theirs.
    fn descend(&mut self, place: usize, left: u16, need: Supply) -> Result<(), Uncertain> {
        let Some(kind) = self.of.instance.kinds.get(place) else {
            // Nothing is left of the rooms and of the need: the cover said so on the way.
            if self.counts == self.best.counts {
                return Ok(());
            }
            let counts = self.counts.clone();
            return self.try_counts(&counts);
        };
        let (mut least, mut most) = (kind.least, kind.most.min(left));
        let kinds = &self.of.instance.kinds;
        for &other in self.outdone_by[place].iter().filter(|&&other| other < place) {
            if self.counts[other] < kinds[other].most {
                most = most.min(least);
            }
        }
        for (other, it) in kinds.iter().enumerate().take(place) {
            if self.counts[other] > it.least && self.outdone_by[other].contains(&place) {
                least = kind.most;
            }
        }
        for own in (least..=most).rev() {
            self.counts[place] = own;
            if self.is_pruned(place, own, left - own) {
                continue;
            }
            let Some(need) = self.of.cover.after(place, own, left - own, need) else { continue };
            self.descend(place + 1, left - own, need)?;
        }
        Ok(())
    }

    /// Whether nothing on from here is better than the best, or equal and first in the tie's order.
    fn is_pruned(&mut self, place: usize, own: u16, left: u16) -> bool {
        let best = self.best.key;
        let loses_ties = self.counts[..=place] < self.best.counts[..=place];
        for at in 0..self.cuts.len() {
            let bound = self.cuts[at].follow(place, own, left);
            if bound > best || (bound == best && loses_ties) {
                // The cut may prune again soon, so it comes earlier.
                self.cuts.swap(at, at / 2);
                return true;
            }
        }
        false
    }
}
