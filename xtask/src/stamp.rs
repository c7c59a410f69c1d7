//! Whether something has changed since it was last built: a fingerprint of its inputs, kept beside it.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

/// The fingerprint of some inputs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    /// The fingerprint of the files' contents and of `facts`, which are all else that the result depends on.
    /// A file that is not there counts too.
    pub(crate) fn of(files: &[PathBuf], facts: &[&str]) -> Self {
        let mut files: Vec<&PathBuf> = files.iter().collect();
        files.sort();
        files.dedup();
        let mut hasher = DefaultHasher::new();
        facts.hash(&mut hasher);
        for file in files {
            file.hash(&mut hasher);
            // The contents, not the time: a checkout touches files without changing them.
            fs::read(file).ok().hash(&mut hasher);
        }
        Self(format!("{:016x}", hasher.finish()))
    }

    /// Whether this fingerprint is the one kept at `path`.
    pub(crate) fn is_at(&self, path: &Path) -> bool {
        fs::read_to_string(path).is_ok_and(|kept| kept.trim() == self.0)
    }

    /// Keeps this fingerprint at `path`.
    pub(crate) fn keep_at(&self, path: &Path) -> Result<()> {
        fs::write(path, format!("{}\n", self.0)).with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The files that a dep-info file of cargo's names (`target: file file ...`, with spaces escaped).
pub(crate) fn dep_info_files(text: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in text.lines() {
        let Some((_, list)) = line.split_once(": ") else { continue };
        let mut file = String::new();
        let mut letters = list.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\\' => file.extend(letters.next()),
                ' ' => files.extend((!file.is_empty()).then(|| PathBuf::from(std::mem::take(&mut file)))),
                other => file.push(other),
            }
        }
        files.extend((!file.is_empty()).then(|| PathBuf::from(file)));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_with_contents_facts_and_presence() {
        let folder = std::env::temp_dir().join(format!("posada-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (a, b) = (folder.join("a"), folder.join("b"));
        fs::write(&a, "1").unwrap();
        let first = Stamp::of(&[a.clone(), b.clone()], &["release"]);
        assert_eq!(
            first,
            Stamp::of(&[b.clone(), a.clone(), a.clone()], &["release"]),
            "order and repetition do not count"
        );
        assert_ne!(first, Stamp::of(&[a.clone(), b.clone()], &["dev"]));
        fs::write(&b, "").unwrap();
        assert_ne!(
            first,
            Stamp::of(&[a.clone(), b.clone()], &["release"]),
            "an empty file is not a missing one"
        );
        fs::remove_file(&b).unwrap();
        fs::write(&a, "2").unwrap();
        assert_ne!(first, Stamp::of(&[a.clone(), b.clone()], &["release"]));

        let kept = folder.join("stamp");
        assert!(!first.is_at(&kept));
        first.keep_at(&kept).unwrap();
        assert!(first.is_at(&kept));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn reads_dep_info() {
        let text = "/t/a.wasm: /src/lib.rs /my\\ src/b.rs\n\n/src/lib.rs:\n";
        assert_eq!(dep_info_files(text), [PathBuf::from("/src/lib.rs"), PathBuf::from("/my src/b.rs")]);
        assert!(dep_info_files("").is_empty());
    }
}
