//! Whether the tests and planted bugs that `docs/failures.md` and `docs/security.md` name exist.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::files;

const DOCUMENT: &str = "docs/failures.md";
/// Where tests are named in the last cell of a row.
const PROMISES: &str = "docs/security.md";
const BUGS: &str = "crates/sim/src/mutation.rs";

/// A failure of the document's table.
#[derive(Debug, PartialEq, Eq)]
struct Row<'a> {
    failure: &'a str,
    /// The file of its test, and the test's title or function.
    test: (&'a str, &'a str),
    /// The bug that the simulator is proved with.
    bug: Option<&'a str>,
}

/// Checks every row, and says how many there are.
pub(crate) fn check() -> Result<usize> {
    let read = |path: &str| fs::read_to_string(files::root().join(path)).with_context(|| path.to_owned());
    let document = read(DOCUMENT)?;
    let bugs = read(BUGS)?;
    let rows = rows(&document)?;
    for row in &rows {
        let (path, title) = row.test;
        if !has_test(&read(path)?, title) {
            bail!("{DOCUMENT}: {}: {path} has no test \"{title}\"", row.failure);
        }
        if let Some(bug) = row.bug.filter(|bug| !has_bug(&bugs, bug)) {
            bail!("{DOCUMENT}: {}: no bug `{bug}` is planted", row.failure);
        }
    }
    let document = read(PROMISES)?;
    let promises = promises(&document);
    if promises.is_empty() {
        bail!("{PROMISES} names no test");
    }
    for (path, title) in &promises {
        if !has_test(&read(path)?, title) {
            bail!("{PROMISES}: {path} has no test \"{title}\"");
        }
    }
    Ok(rows.len() + promises.len())
}

/// The file and the title of every test that a document names, as `` `file`: "title" ``.
fn promises(document: &str) -> Vec<(&str, &str)> {
    let named = document.lines().filter_map(|line| line.split_once("`: \""));
    named
        .filter_map(|(before, after)| Some((before.rsplit_once('`')?.1, after.rsplit_once("\" |")?.0)))
        .collect()
}

/// The rows behind the head of the table.
fn rows(document: &str) -> Result<Vec<Row<'_>>> {
    document.lines().filter(|line| line.starts_with('|')).skip(2).map(row).collect()
}

fn row(line: &str) -> Result<Row<'_>> {
    let not_a_row = || format!("{DOCUMENT}: not a row of four cells: {line}");
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [failure, _, test, bug] = cells[..] else { bail!(not_a_row()) };
    let (path, title) = test.split_once("`: \"").with_context(not_a_row)?;
    let path = path.strip_prefix('`').with_context(not_a_row)?;
    let title = title.strip_suffix('"').with_context(not_a_row)?;
    let bug = Some(bug.trim_matches('`')).filter(|bug| !bug.is_empty());
    Ok(Row { failure, test: (path, title), bug })
}

/// A function of this name, or a title that begins so: titles may have an apostrophe, and tables of cases name theirs.
fn has_test(source: &str, title: &str) -> bool {
    source.contains(&format!("fn {title}("))
        || ['"', '`'].iter().any(|it| source.contains(&format!("{it}{title}")))
}

fn has_bug(source: &str, bug: &str) -> bool {
    source.lines().any(|line| line.trim().trim_end_matches(',') == bug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_a_file_a_test_and_perhaps_a_bug() {
        let table = "| a | b | c | d |\n|---|---|---|---|\n| lost | seen | `x.mjs`: \"a, b\" | `Bug` |\n| old | read | `y.rs`: \"it\" | |\n";
        let lost = Row { failure: "lost", test: ("x.mjs", "a, b"), bug: Some("Bug") };
        let old = Row { failure: "old", test: ("y.rs", "it"), bug: None };
        assert_eq!(rows(table).unwrap(), [lost, old]);
        assert!(row("| lost | seen | `x.mjs` | |").is_err());
        assert!(row("| lost | seen |").is_err());
    }

    #[test]
    fn promises_name_a_file_and_a_test() {
        let table =
            "| a | b | test |\n| x | `not` this | `y.mjs`: \"one: two\" |\n| | z | `w.rs`: \"it\" |\n";
        assert_eq!(promises(table), [("y.mjs", "one: two"), ("w.rs", "it")]);
    }

    #[test]
    fn what_is_named_and_not_there_is_found() {
        assert!(has_test("test(\"one of two\", () => {", "one of two"));
        assert!(has_test("fn one_of_two() {", "one_of_two"));
        assert!(!has_test("// one of two\nfn one_of_two_more() {", "one_of_two"));
        assert!(has_bug("    /// Bug.\n    Bug,\n", "Bug"));
        assert!(!has_bug("    /// Bug, and more.\n    BugTwo,\n", "Bug"));
    }
}
