//! No log says who somebody is: what all programs logged in a test run is searched for what the tests sent of people.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, bail};

use crate::{files, progress::say};

/// Where programs that tests start find the folder.
pub(super) const VARIABLE: &str = "POSADA_TEST_LOGS";
/// What the demo and the proofs send, which note nothing themselves.
const SENT: [&str; 8] = [
    "María López",
    "maria@example.com",
    "01234567-8",
    "50370001234",
    "Xiomara",
    "Quijano",
    "xiomara@correo-inventado.example",
    "04815162-3",
];
/// Shorter texts would be found in ids.
const CHARS_MIN: usize = 5;
/// So many digits are a telephone or a document, however they are grouped.
const DIGITS_MIN: usize = 8;
const LEAKS_SHOWN_MAX: usize = 20;

/// Where this run collects.
pub(super) fn folder() -> PathBuf {
    files::target().join("test-logs")
}

/// Begins a run's collection; `anew` where what an earlier one left is not what is to be searched.
pub(super) fn collect(anew: bool) -> Result<()> {
    let folder = folder();
    if anew && folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(())
}

/// What was searched, and what was found.
#[derive(Debug, Default)]
struct Searched {
    programs: usize,
    lines: usize,
    leaks: Vec<String>,
}

/// Searches what this run's programs logged.
pub(super) fn check() -> Result<()> {
    let folder = folder();
    let mut texts: Vec<String> = SENT.map(str::to_owned).to_vec();
    for file in files_of(&folder.join("personal"))? {
        let noted: Vec<String> = serde_json::from_slice(&fs::read(&file)?)
            .with_context(|| format!("{} is no list of texts", file.display()))?;
        texts.extend(noted);
    }
    let Searched { programs, lines, leaks } = search(&folder.join("logs"), &texts)?;
    say(format!("{lines} lines of {programs} programs, and none of {} texts in them", texts.len()));
    if lines == 0 {
        bail!("no program of this run has logged anything; run it with the groups that start some");
    }
    if !leaks.is_empty() {
        let shown = leaks.iter().take(LEAKS_SHOWN_MAX).map(String::as_str).collect::<Vec<_>>().join("\n");
        bail!("{} log lines say who somebody is:\n{shown}", leaks.len());
    }
    Ok(())
}

/// The texts as they are looked for: in lower case, and those that are numbers also by their digits alone.
fn needles(texts: &[String]) -> (Vec<String>, Vec<String>) {
    let mut plain: Vec<String> = texts
        .iter()
        .map(|text| text.to_lowercase())
        .filter(|text| text.chars().count() >= CHARS_MIN)
        .collect();
    let digits = |text: &String| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let is_number = |text: &&String| !text.chars().any(char::is_alphabetic);
    let mut numbers: Vec<String> =
        texts.iter().filter(is_number).map(digits).filter(|digits| digits.len() >= DIGITS_MIN).collect();
    for list in [&mut plain, &mut numbers] {
        list.sort();
        list.dedup();
    }
    (plain, numbers)
}

/// A line without what people put between the digits of one number.
fn ungrouped(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        let is_between = matches!(letter, ' ' | '-' | '.' | '(' | ')')
            && out.ends_with(|c: char| c.is_ascii_digit())
            && letters.peek().is_some_and(char::is_ascii_digit);
        if !is_between {
            out.push(letter);
        }
    }
    out
}

fn search(folder: &Path, texts: &[String]) -> Result<Searched> {
    let (plain, numbers) = needles(texts);
    let (plain, numbers) = (AhoCorasick::new(plain)?, AhoCorasick::new(numbers)?);
    let mut searched = Searched::default();
    for file in files_of(folder)? {
        searched.programs += 1;
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for (number, line) in BufReader::new(fs::File::open(&file)?).split(b'\n').enumerate() {
            let line = String::from_utf8_lossy(&line?).into_owned();
            searched.lines += 1;
            if plain.is_match(&line.to_lowercase()) || numbers.is_match(&ungrouped(&line)) {
                searched.leaks.push(format!("{name}:{}: {line}", number + 1));
            }
        }
    }
    Ok(searched)
}

fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        found.push(entry?.path());
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn searched(line: &str) -> Searched {
        let folder =
            std::env::temp_dir().join(format!("posada-privacy-{}-{}", std::process::id(), line.len()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(
            folder.join("workerd-1.log"),
            format!("[MULTI_BOOKING] {{\"event\":\"started\"}}\n{line}\n"),
        )
        .unwrap();
        let texts = ["Wenceslao", "Dubón", "+503 7766-5544", "04815162-3", "x.q@correo.example", "a"];
        let found = search(&folder, &texts.map(str::to_owned)).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        found
    }

    #[test]
    fn what_is_planted_is_found() {
        for line in [
            "{\"payer\":\"WENCESLAO\"}",
            "paid by DUBÓN yesterday",
            "holder guest:50377665544",
            "calls +503 7766 5544 back",
            "document 048151623 of a guest",
            "mail to X.Q@correo.example",
        ] {
            let found = searched(line);
            assert_eq!(found.leaks, [format!("workerd-1.log:2: {line}")]);
        }
    }

    #[test]
    fn what_names_nobody_is_not() {
        for line in [
            "",
            "{\"booking_id\":\"7d1c0481a5162b3f\",\"duration_ms\":12}",
            "a line with a date 2026-11-20 and 690.00",
            "codes 26181, 26182",
        ] {
            let found = searched(line);
            assert!(found.leaks.is_empty(), "{line}: {:?}", found.leaks);
            assert_eq!((found.programs, found.lines), (1, 2));
        }
    }
}
