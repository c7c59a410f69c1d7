//! The book's journal: one JSON document a line, written before anything is answered, so that the system can be
//! killed and started again.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use crate::book::Event;

/// An open journal file.
#[derive(Debug)]
pub(crate) struct Journal(File);

impl Journal {
    /// Opens or creates the file, and returns what it holds. A last line that a kill cut short is removed: nothing
    /// was answered for it.
    pub(crate) fn open(path: &Path) -> io::Result<(Self, Vec<Event>)> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |place| place + 1);
        let mut events = Vec::new();
        for (number, line) in text[..whole].split(|byte| *byte == b'\n').enumerate() {
            if !line.is_empty() {
                let event = serde_json::from_slice(line).map_err(|error| {
                    io::Error::new(io::ErrorKind::InvalidData, format!("line {}: {error}", number + 1))
                })?;
                events.push(event);
            }
        }
        file.set_len(whole as u64)?;
        file.seek(SeekFrom::End(0))?;
        Ok((Self(file), events))
    }

    /// Adds a line. It outlives this process, though not a power failure: nothing is synchronised.
    pub(crate) fn append(&mut self, event: &Event) -> io::Result<()> {
        let mut line = serde_json::to_vec(event)?;
        line.push(b'\n');
        self.0.write_all(&line)
    }
}
