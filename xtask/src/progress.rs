//! What a person sees of long work. All of it goes to standard error; standard output is for results.

use std::time::{Duration, Instant};

/// How often a long step says that it is still at work.
const TICK: Duration = Duration::from_secs(10);

/// Says one line.
pub(crate) fn say(line: impl AsRef<str>) {
    eprintln!("{}", line.as_ref());
}

/// `9 s` or `2 min 05 s`.
pub(crate) fn seconds(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {:02} s", seconds / 60, seconds % 60) }
}

/// A step that may take long: says that it begins, from time to time how far it is, and when it is done.
pub(crate) struct Step {
    label: String,
    started: Instant,
    said: Instant,
    unit: &'static str,
    done: usize,
    about: usize,
}

impl Step {
    /// Begins a step.
    pub(crate) fn begin(label: impl Into<String>) -> Self {
        let label = label.into();
        say(format!("{label} ..."));
        let now = Instant::now();
        Self { label, started: now, said: now, unit: "", done: 0, about: 0 }
    }

    /// What is counted, and about how many there will be (0 if that is not known).
    pub(crate) fn counting(mut self, unit: &'static str, about: usize) -> Self {
        self.unit = unit;
        self.about = about;
        self
    }

    /// One more is done.
    pub(crate) fn count(&mut self) {
        self.done += 1;
    }

    /// To be called often; speaks at most once in ten seconds.
    pub(crate) fn tick(&mut self) {
        if self.said.elapsed() >= TICK {
            self.said = Instant::now();
            say(format!("{}: {}{}", self.label, self.position(), seconds(self.started.elapsed())));
        }
    }

    /// Ends the step.
    pub(crate) fn end(self) {
        say(format!("{}: done in {}", self.label, seconds(self.started.elapsed())));
    }

    fn position(&self) -> String {
        match (self.done, self.about) {
            (0, _) => String::new(),
            (done, about) if about < done => format!("{done} {}, ", self.unit),
            (done, about) => format!("{done} of about {about} {}, ", self.unit),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_time_and_position() {
        assert_eq!(seconds(Duration::from_millis(59_900)), "59 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 05 s");
        let mut step = Step::begin("a test's step").counting("crates", 3);
        assert_eq!(step.position(), "");
        step.count();
        assert_eq!(step.position(), "1 of about 3 crates, ");
        step.done = 4;
        assert_eq!(step.position(), "4 crates, ");
    }
}
