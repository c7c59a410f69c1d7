//! How many tests a runner ran, by what it printed.

/// The tests of one or more runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Those that held.
    pub(crate) passed: u64,
    /// Those that did not, or never came to an end.
    pub(crate) failed: u64,
    /// Those that were left out.
    pub(crate) skipped: u64,
}

impl Counts {
    /// One check that held.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0, skipped: 0 };
    /// One that did not.
    pub(crate) const FAILURE: Self = Self { passed: 0, failed: 1, skipped: 0 };

    /// Adds those of another run.
    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// By the lines `test result: ok. 3 passed; 0 failed; 1 ignored; ...` of cargo test and of wasm-bindgen's
/// runner: one for each binary.
pub(crate) fn cargo_test(lines: &[String]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        let Some((_, results)) = line.split_once("test result: ") else { continue };
        for part in results.split([';', '.']) {
            match number_and_word(part) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "failed")) => counts.failed += number,
                Some((number, "ignored")) => counts.skipped += number,
                _ => {}
            }
        }
    }
    counts
}

/// By cargo-nextest's line `Summary [ 0.1s] 12 tests run: 11 passed (1 slow, 1 flaky), 1 failed, 2 skipped`.
pub(crate) fn nextest(lines: &[String]) -> Counts {
    let mut counts = Counts::default();
    for line in lines.iter().filter(|line| line.trim_start().starts_with("Summary ")) {
        let Some((_, results)) = line.split_once(" run: ") else { continue };
        let mut depth = 0;
        let plain: String = results
            .chars()
            .filter(|letter| {
                match letter {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => return depth == 0,
                }
                false
            })
            .collect();
        for part in plain.split(',') {
            match number_and_word(part) {
                Some((number, "passed")) => counts.passed += number,
                Some((number, "skipped")) => counts.skipped += number,
                // Failed, timed out, could not be started.
                Some((number, _)) => counts.failed += number,
                None => {}
            }
        }
    }
    counts
}

/// By the closing lines of node's test runner (`ℹ pass 8` or `# pass 8`).
pub(crate) fn node(lines: &[String]) -> Counts {
    let mut counts = Counts::default();
    for line in lines {
        let Some(rest) = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# ")) else { continue };
        let Some((word, number)) = rest.split_once(' ') else { continue };
        let Ok(number) = number.trim().parse::<u64>() else { continue };
        match word {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

fn number_and_word(part: &str) -> Option<(u64, &str)> {
    let mut words = part.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn counts(passed: u64, failed: u64, skipped: u64) -> Counts {
        Counts { passed, failed, skipped }
    }

    #[test]
    fn sums_cargo_tests_binaries() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.20s\n";
        assert_eq!(cargo_test(&lines(text)), counts(4, 2, 1));
        assert_eq!(cargo_test(&lines("error: could not compile `posada-core`")), counts(0, 0, 0));
    }

    #[test]
    fn reads_nextests_summary() {
        let cases = [
            ("     Summary [   0.013s] 12 tests run: 12 passed, 0 skipped", counts(12, 0, 0)),
            (
                "     Summary [   1.2s] 12 tests run: 11 passed (1 slow, 1 flaky), 1 failed, 2 skipped",
                counts(11, 1, 2),
            ),
            (
                "     Summary [   1.2s] 4/5 tests run: 1 passed, 1 failed, 1 timed out, 1 exec failed, 0 skipped",
                counts(1, 3, 0),
            ),
            ("     Summary [   0.001s] 1 test run: 1 passed, 3 skipped", counts(1, 0, 3)),
            ("        PASS [   0.1s] (1/2) core money::tests::test run: 9 passed", counts(0, 0, 0)),
        ];
        for (text, expected) in cases {
            assert_eq!(nextest(&lines(text)), expected, "{text}");
        }
    }

    #[test]
    fn reads_nodes_closing_lines() {
        let text = "✔ a test (1ms)\nℹ tests 7\nℹ suites 0\nℹ pass 4\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\nℹ duration_ms 5677.2\n";
        assert_eq!(node(&lines(text)), counts(4, 2, 1));
        assert_eq!(node(&lines("# pass 2\n# fail 0\n")), counts(2, 0, 0));
        assert_eq!(node(&lines("a line about pass 3")), counts(0, 0, 0));
    }
}
