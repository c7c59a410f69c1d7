//! The invariants: what must never be, after any step and at the end. Computed from what the hotel's systems hold,
//! not by the functions that are being tried.

use std::collections::{BTreeMap, BTreeSet};

use posada_core::booking::effect::Reservation;
use posada_core::booking::journal::StaffReason;
use posada_core::booking::outcome::{FailureCause, Outcome, Report};
use posada_core::ids::{ClaimId, LineNo, Reference, ReservationCode, RoomNumber};
use posada_core::message::{Language, Voice, booking_message};
use posada_core::money::Money;
use posada_core::payment::ledger::EntryKind;
use posada_core::stay::Stay;

use crate::world::{Event, World};

/// A live reservation that Posada made.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Live {
    reference: Reference,
    code: ReservationCode,
    room: RoomNumber,
    stay: Stay,
}

impl World {
    /// Live reservations that Posada made, with what the sweeper is told of them.
    pub(crate) fn reservations(&self) -> Vec<(Reference, Reservation)> {
        let of = |it: Live| (it.reference, Reservation { code: it.code, room: it.room });
        self.live().into_iter().map(of).collect()
    }

    fn live(&self) -> Vec<Live> {
        if self.scenario.is_embedded {
            let live = self.hotel.book.iter().filter(|(_, it)| !it.is_cancelled);
            live.map(|(reference, it)| Live {
                reference: reference.clone(),
                code: it.code.clone(),
                room: it.room.clone(),
                stay: it.stay,
            })
            .collect()
        } else {
            let live = self.api.list.iter().filter(|it| !it.is_cancelled);
            live.filter_map(|it| {
                let reference = it.reference.clone()?;
                Some(Live { reference, code: it.code.clone(), room: it.room.clone(), stay: it.stay })
            })
            .collect()
        }
    }

    /// What must hold at any moment.
    pub(crate) fn check_step(&mut self) -> Result<(), String> {
        if let Some(what) = self.broken.take() {
            return Err(what);
        }
        // Until the sweeper has run, a call that was carried out long after may stand beside the line's own.
        self.check_rooms(!self.beyond.had_strays)?;
        self.check_ledgers()?;
        self.check_keys()?;
        for host in 0..self.hosts.len() {
            if self.hosts[host].memory.is_some() {
                self.check_ending(host)?;
            }
        }
        Ok(())
    }

    /// I1: one owner for each room and night, one reservation for each requested room.
    fn check_rooms(&self, is_strict: bool) -> Result<(), String> {
        let live = self.live();
        let mut lines = BTreeSet::new();
        let mut nights = BTreeSet::new();
        let mut codes = BTreeSet::new();
        for it in &live {
            let Reference { booking, line, .. } = &it.reference;
            // One that staff know to be nobody's is not the line's, whichever of the two came first.
            let is_known = self.beyond.stray_cases.contains(&it.code);
            if !is_known && !lines.insert((booking.clone(), *line)) && is_strict {
                return Err(format!("I1: line {line} of {booking} has two live reservations"));
            }
            if !codes.insert(it.code.clone()) {
                return Err(format!("I1: two live reservations have the code {}", it.code));
            }
            for night in it.stay.nights() {
                if !nights.insert((it.room.clone(), night)) {
                    return Err(format!("I1: room {} is booked twice on {night}", it.room));
                }
                let key = (it.room.clone(), night);
                let owner = self.hotel.nights.get(&key);
                let is_its =
                    owner.is_some_and(|o| o.booking == *booking && o.line == *line && o.expires.is_none());
                if self.scenario.is_embedded && !is_its {
                    return Err(format!("I1: the reservation {} does not have its room's night", it.code));
                }
            }
        }
        let owned = self.hotel.nights.iter().filter(|(_, night)| night.expires.is_none());
        for (key, night) in owned {
            if !nights.contains(key) {
                let (room, at) = key;
                return Err(format!("I1: {room} on {at} belongs to no reservation of {}", night.booking));
            }
        }
        Ok(())
    }

    /// I2 and I3: `used` and `codreser` are what the ledger's entries come to.
    fn check_ledgers(&self) -> Result<(), String> {
        for (payment, kept) in &self.payments.kept {
            let (mut claims, mut paid): (BTreeMap<_, i64>, Vec<(String, i64)>) =
                (BTreeMap::new(), Vec::new());
            let mut external = 0;
            for entry in &kept.entries {
                match &entry.kind {
                    EntryKind::External { amount, .. } => external += amount.mills(),
                    EntryKind::Opened { claim, amount, .. }
                    | EntryKind::Changed { claim, amount, .. }
                    | EntryKind::Attached { claim, amount, .. } => {
                        claims.insert(claim.clone(), amount.mills());
                    }
                    EntryKind::Settled { claim, code, amount, .. } => {
                        *claims.entry(claim.clone()).or_default() -= amount.mills();
                        paid.push((format!("HR{code}"), amount.mills()));
                    }
                    EntryKind::Released { claim, amount } => {
                        *claims.entry(claim.clone()).or_default() -= amount.mills();
                    }
                    EntryKind::Reversed { code, amount, .. } => {
                        let it = (format!("HR{code}"), amount.mills());
                        let place = paid.iter().position(|paid| *paid == it);
                        let place =
                            place.ok_or_else(|| format!("I2: {code} was given back what it was not paid"))?;
                        paid.remove(place);
                    }
                }
            }
            let reference = &payment.reference;
            if claims.values().any(|left| *left < 0) {
                return Err(format!("I2: more was paid by {reference} than was claimed"));
            }
            let used = external + claims.values().sum::<i64>() + paid.iter().map(|(_, it)| it).sum::<i64>();
            // What other programs used and Posada has not seen yet is in the row only.
            let unseen = kept.outside.mills() - external;
            if kept.row.used.mills() != used + unseen {
                return Err(format!(
                    "I2: {reference} has used {}, not {}",
                    kept.row.used.mills(),
                    used + unseen
                ));
            }
            if kept.row.used > kept.row.amount || kept.row.used < Money::ZERO {
                return Err(format!("I2: {} of {} of {reference} is used", kept.row.used, kept.row.amount));
            }
            let mut codes: Vec<&str> = kept.row.codreser.split(',').filter(|code| !code.is_empty()).collect();
            // One code stands there once, however many claims of the payment paid for it.
            let own: BTreeSet<&str> = paid.iter().map(|(code, _)| code.as_str()).collect();
            let mut expected: Vec<&str> = kept.outside_codes.iter().map(String::as_str).chain(own).collect();
            codes.sort_unstable();
            expected.sort_unstable();

            if codes != expected {
                return Err(format!("I3: codreser of {reference} is {codes:?}, not {expected:?}"));
            }
        }
        Ok(())
    }

    /// I5: what ended stays as it ended, unless it is cancelled or staff step in.
    fn check_ending(&mut self, host: usize) -> Result<(), String> {
        let Some(outcome) = self.with(host, posada_core::booking::Booking::outcome) else {
            if self.ended.contains_key(&host) {
                return Err(format!("I5: booking {host} ended and goes on"));
            }
            return Ok(());
        };
        match self.ended.get(&host) {
            Some(before) if *before == outcome => {}
            // A payment that staff counted on did not come.
            Some(_) if outcome == Outcome::NeedsStaff && self.counts_on_payments(host) => {
                self.ended.insert(host, outcome);
            }
            Some(_) => return Err(format!("I6: booking {host} ended otherwise than it was said to")),
            None => {
                self.ended.insert(host, outcome);
                // Half of the cases are worked off; the others show what is left to staff.
                if outcome == Outcome::NeedsStaff && self.rng.permille(500) {
                    let after_ms = self.rng.between(20_000, 4_000_000);
                    self.schedule(after_ms, Event::Resolve { host });
                }
            }
        }
        Ok(())
    }

    /// Whether staff waived that a payment of the booking must be there.
    fn counts_on_payments(&self, host: usize) -> bool {
        let intent = &self.scenario.intents[self.intents[host]];
        intent.terms.waits.is_some() || intent.pays.iter().any(|(_, request)| request.checks.is_some())
    }

    /// The reservation that there really is for a line.
    pub(crate) fn really(&self, host: usize, line: LineNo) -> Option<Reservation> {
        let id = &self.hosts[host].id;
        let own = self.with(host, |it| it.lines().get(line.index()).and_then(|it| it.code.clone()));
        let is_it = |it: &Live| {
            let is_lines = it.reference.booking == *id && it.reference.line == line;
            is_lines && own.as_ref().is_none_or(|code| *code == it.code)
        };
        let live = self.live().into_iter().find(is_it);
        live.map(|it| Reservation { code: it.code, room: it.room })
    }

    /// What must hold once nothing happens any more.
    pub(crate) fn check_end(&mut self) -> Result<(), String> {
        self.check_rooms(true)?;
        let mut live = self.live();
        live.retain(|it| !self.beyond.stray_cases.contains(&it.code));
        let mut accounted = BTreeSet::new();
        for host in 0..self.hosts.len() {
            let booking = self.hosts[host].replayed()?;
            self.check_told(host)?;
            if let Some(memory) = &self.hosts[host].memory
                && memory.booking != booking
            {
                return Err(format!("I5: booking {host} in memory is not what its journal makes"));
            }
            let mine: Vec<&Live> =
                live.iter().filter(|it| it.reference.booking == self.hosts[host].id).collect();
            accounted.extend(mine.iter().map(|it| it.code.clone()));
            if booking.request().is_none() || booking.refusal().is_some() {
                if !mine.is_empty() {
                    return Err(format!("I1: booking {host} was refused and has reservations"));
                }
                self.check_money(host, None)?;
                continue;
            }
            let Some(outcome) = booking.outcome() else {
                return Err(format!("I5: booking {host} does not end"));
            };
            let report = booking.report();
            self.check_report(host, &report, &mine, booking.staff_reasons())?;
            self.check_money(host, Some(&report))?;
            let holds = self.hotel.nights.values().any(|night| {
                night.booking == self.hosts[host].id && night.expires.is_some_and(|at| at > self.clock())
            });
            let is_calm = self.so_far.faults == 0 && self.so_far.crashes == 0 && !self.beyond.is_swept;
            let is_timely = self.so_far.late == 0 && self.so_far.crashes == 0;
            if self.scenario.is_embedded && holds && is_timely && outcome != Outcome::NeedsStaff {
                return Err(format!("I1: booking {host} ended and still holds rooms"));
            }
            // Holds that are shorter than calls take are prolonged, which is written down as well.
            let is_roomy = self.scenario.intents[self.intents[host]].terms.hold_ttl_ms >= 60_000;
            if is_calm && is_roomy && self.scenario.is_quiet() {
                let lines = self.scenario.intents[self.intents[host]].request.rooms.len();
                let is_told = usize::from(self.scenario.intents[self.intents[host]].terms.notify.is_some());
                if outcome == Outcome::Booked && self.hosts[host].appends > lines + 4 + is_told {
                    let appends = self.hosts[host].appends;
                    return Err(format!("booking {host} of {lines} rooms took {appends} appends"));
                }
            }
        }
        self.check_intents()?;
        self.check_follows()?;
        match live.iter().find(|it| !accounted.contains(&it.code)) {
            Some(orphan) => Err(format!("I1: nobody owns the reservation {}", orphan.code)),
            None => Ok(()),
        }
    }

    /// I6: the report says what the reservation system has, at the prices that were quoted, and the message too.
    fn check_report(
        &self,
        host: usize,
        report: &Report,
        mine: &[&Live],
        staff: &[StaffReason],
    ) -> Result<(), String> {
        let intent = &self.scenario.intents[self.intents[host]];
        let is_open = |line: LineNo| {
            let unconfirmed = |f: &posada_core::booking::outcome::FailedRoom| {
                f.line == line && f.cause == FailureCause::Unconfirmed
            };
            report.outcome == Outcome::NeedsStaff
                && (report.failed.iter().any(unconfirmed)
                    || staff.contains(&StaffReason::CancelFailed { line }))
        };
        for it in mine {
            let line = it.reference.line;
            let told = report.booked.iter().find(|room| room.line == line);
            match told {
                Some(room) if room.code == it.code && room.room == it.room => {}
                _ if is_open(line) => {}
                _ => return Err(format!("I6: booking {host} does not tell of {} in {}", it.code, it.room)),
            }
        }
        for room in &report.booked {
            if !mine.iter().any(|it| it.reference.line == room.line) && !is_open(room.line) {
                return Err(format!("I6: booking {host} tells of {}, which there is not", room.code));
            }
            let price = intent.terms.prices[room.line.index()].round_half_up_to_cents();
            if room.amount != price || room.paid > price {
                return Err(format!("I6: line {} of booking {host} costs {price}", room.line));
            }
        }
        let lines = intent.request.rooms.len();
        if report.booked.len() + report.failed.len() != lines {
            return Err(format!("I6: booking {host} tells of other than {lines} rooms"));
        }
        let total = Self::sum(report.booked.iter().map(|room| room.amount));
        if report.total != total {
            return Err(format!("I6: the total of booking {host} is {total}"));
        }
        let message = booking_message(report, &Voice::of(&self.scenario.property, Language::Es));
        let untold = report.booked.iter().find(|room| !message.contains(&format!("HR{}", room.code)));
        if let Some(room) = untold {
            return Err(format!("I6: the message of booking {host} leaves out {}", room.code));
        }
        if intent.request.all_or_nothing
            && !matches!(report.outcome, Outcome::Booked | Outcome::NotBooked | Outcome::NeedsStaff)
            && !self.reopened.contains(&host)
        {
            return Err(format!(
                "I6: booking {host} is {:?} although all or nothing was asked",
                report.outcome
            ));
        }
        Ok(())
    }

    /// I2 and I3: the ledger pays for exactly what the report says is booked, and nothing stays set aside.
    fn check_money(&self, host: usize, report: Option<&Report>) -> Result<(), String> {
        let id = &self.hosts[host].id;
        let mut paid: BTreeMap<LineNo, (ReservationCode, Money)> = BTreeMap::new();
        let mut attached = BTreeSet::new();
        for kept in self.payments.kept.values() {
            // What is left of each of its claims, and which lines each has paid.
            let mut claims: BTreeMap<&ClaimId, (i64, BTreeSet<LineNo>)> = BTreeMap::new();
            for entry in &kept.entries {
                match &entry.kind {
                    EntryKind::Attached { booking, claim, amount, .. } if booking == id => {
                        if !attached.insert(entry.operation.clone()) {
                            return Err(format!("I4: booking {host} claimed twice: {}", entry.operation));
                        }
                        claims.insert(claim, (amount.mills(), BTreeSet::new()));
                    }
                    EntryKind::Settled { booking, line, code, amount, claim, .. } if booking == id => {
                        let known = claims.get_mut(claim);
                        let (left, lines) =
                            known.ok_or_else(|| format!("I3: booking {host} was paid by {claim}"))?;
                        *left -= amount.mills();
                        let (of, sum) = paid.entry(*line).or_insert((code.clone(), Money::ZERO));
                        if !lines.insert(*line) || of != code {
                            return Err(format!("I3: line {line} of booking {host} was paid twice"));
                        }
                        *sum = sum.checked_add(*amount).expect("small amounts");
                    }
                    EntryKind::Released { claim, amount } => {
                        if let Some((left, _)) = claims.get_mut(claim) {
                            *left -= amount.mills();
                        }
                    }
                    EntryKind::Reversed { booking, line, amount, .. } if booking == id => {
                        if let Some((_, sum)) = paid.get_mut(line) {
                            *sum = sum.minus_or_zero(*amount);
                        }
                    }
                    _ => {}
                }
            }
            let may_keep = report.is_some_and(|report| report.outcome == Outcome::NeedsStaff);
            let left: i64 = claims.values().map(|(left, _)| left).sum();
            if left != 0 && !may_keep {
                return Err(format!("I2: booking {host} ended and {left} thousandths stay set aside"));
            }
        }
        paid.retain(|_, (_, sum)| *sum > Money::ZERO);
        let intent = &self.scenario.intents[self.intents[host]];
        let Some(report) = report else {
            return if attached.is_empty() {
                Ok(())
            } else {
                Err(format!("I2: booking {host} was refused and claimed"))
            };
        };
        if attached.is_empty() && intent.terms.waits.is_none() {
            return Err(format!("I2: booking {host} claimed nothing"));
        }
        if attached.len() > 1 && intent.pays.is_empty() {
            return Err(format!("I4: booking {host} claimed {} times", attached.len()));
        }
        let told: BTreeMap<_, _> = report
            .booked
            .iter()
            .filter(|room| room.paid > Money::ZERO)
            .map(|room| (room.line, (room.code.clone(), room.paid)))
            .collect();
        if told != paid {
            return Err(format!("I3: booking {host} tells of {told:?}, the ledger of {paid:?}"));
        }
        let sum = Self::sum(paid.values().map(|(_, amount)| *amount));
        if report.balance_due != report.total.minus_or_zero(sum) {
            return Err(format!("I6: booking {host} says that {} is due", report.balance_due));
        }
        Ok(())
    }

    /// I4: of an intent that is sent under two keys one booking lives at a time.
    fn check_keys(&self) -> Result<(), String> {
        for intent in self.beyond.second_keys.keys() {
            let lives = |host: &usize| {
                self.intents[*host] == *intent && self.with(*host, |it| it.is_accepted() && it.is_live())
            };
            if (0..self.hosts.len()).filter(lives).count() > 1 {
                return Err(format!("I4: two bookings of intent {intent} live, under two keys"));
            }
        }
        Ok(())
    }

    /// I4: one intent, one booking.
    fn check_intents(&self) -> Result<(), String> {
        for intent in 0..self.scenario.intents.len() {
            let accepted = (0..self.hosts.len())
                .filter(|host| self.intents[*host] == intent)
                .filter(|host| self.with(*host, posada_core::booking::Booking::is_accepted));
            if accepted.count() > 1 && !self.beyond.second_keys.contains_key(&intent) {
                return Err(format!("I4: intent {intent} became two bookings"));
            }
        }
        Ok(())
    }
}
