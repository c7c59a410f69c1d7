//! Comma-separated values (RFC 4180), read strictly: a file about money that is not as it should be is refused, where
//! lenient readers guess. Written so that a spreadsheet takes no text for a formula.

/// A record and the line of the file that it begins on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line.
    pub line: usize,
    /// Its fields.
    pub fields: Vec<String>,
}

/// Why a text is not CSV.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsvError {
    /// A quoted field that is not closed.
    #[error("line {line}: a quoted field is not closed")]
    Unclosed {
        /// The line that the field begins on.
        line: usize,
    },
    /// A quote inside of a field without quotes, or something after a closing quote.
    #[error("line {line}: a quote stands where none may")]
    StrayQuote {
        /// The line.
        line: usize,
    },
    /// More records than allowed.
    #[error("has more than {records_max} rows")]
    TooMany {
        /// The limit, without the header.
        records_max: usize,
    },
}

/// Reads records with fields between `separator`s; empty lines are passed over. A byte-order mark in front is too.
///
/// # Errors
/// [`CsvError`], at the first place that is wrong.
pub fn read_csv(text: &str, separator: char, records_max: usize) -> Result<Vec<Record>, CsvError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut records = Vec::new();
    let mut line: usize = 1;
    let mut rest = text.chars().peekable();
    while rest.peek().is_some() {
        let mut record = Record { line, fields: Vec::new() };
        loop {
            let mut field = String::new();
            let is_quoted = rest.next_if_eq(&'"').is_some();
            if is_quoted {
                let opened_on = line;
                loop {
                    match rest.next() {
                        None => return Err(CsvError::Unclosed { line: opened_on }),
                        Some('"') if rest.next_if_eq(&'"').is_none() => break,
                        Some(c) => {
                            line = line.saturating_add(usize::from(c == '\n'));
                            field.push(c);
                        }
                    }
                }
            } else {
                while let Some(c) = rest.next_if(|&c| c != separator && c != '\n' && c != '\r') {
                    if c == '"' {
                        return Err(CsvError::StrayQuote { line });
                    }
                    field.push(c);
                }
            }
            record.fields.push(field);
            match rest.next() {
                Some(c) if c == separator => {}
                Some('\r') => {
                    rest.next_if_eq(&'\n');
                    break;
                }
                Some('\n') | None => break,
                Some(_) => return Err(CsvError::StrayQuote { line }),
            }
        }
        line = line.saturating_add(1);
        if record.fields != [""] {
            records.push(record);
        }
        if records.len() > records_max.saturating_add(1) {
            return Err(CsvError::TooMany { records_max });
        }
    }
    Ok(records)
}

/// What a spreadsheet would take for the beginning of a formula, in either width (OWASP, "CSV injection").
fn begins_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// Writes a record of texts. What a spreadsheet would take for a formula has an apostrophe before it.
pub fn write_texts(fields: &[&str], out: &mut String) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_text(field, out);
    }
    out.push_str("\r\n");
}

/// Writes one text. Where a country's spreadsheets separate by semicolons, a cell begins behind each, quoted or not.
pub fn write_text(field: &str, out: &mut String) {
    let is_formula = field.split(';').any(begins_formula);
    if !is_formula && !field.contains(['"', ',', '\r', '\n']) {
        out.push_str(field);
        return;
    }
    out.push('"');
    for (i, cell) in field.split(';').enumerate() {
        if i > 0 {
            out.push(';');
        }
        if begins_formula(cell) {
            out.push('\'');
        }
        out.push_str(&cell.replace('"', "\"\""));
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &[&str])]) {
        let records = read_csv(text, ',', 10).expect("CSV");
        let records: Vec<(usize, Vec<&str>)> =
            records.iter().map(|r| (r.line, r.fields.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(usize, Vec<&str>)> = expected.iter().map(|(l, f)| (*l, f.to_vec())).collect();
        assert_eq!(records, expected, "{text:?}");
    }

    #[test]
    fn records_are_read_as_the_rfc_says() {
        check("", &[]);
        check("a,b\r\n1,2\r\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check("\u{feff}a\n\n\nb", &[(1, &["a"]), (4, &["b"])]);
        check("a,\n,b\n", &[(1, &["a", ""]), (2, &["", "b"])]);
        check("\"a,\"\"b\"\"\",\"x\ny\"\nz", &[(1, &["a,\"b\"", "x\ny"]), (3, &["z"])]);
        check("\"\"\n", &[]);
        check("López,ñ", &[(1, &["López", "ñ"])]);
    }

    #[test]
    fn what_is_no_csv_is_refused() {
        assert_eq!(read_csv("a\n\"b", ',', 10), Err(CsvError::Unclosed { line: 2 }));
        assert_eq!(read_csv("a\"b", ',', 10), Err(CsvError::StrayQuote { line: 1 }));
        assert_eq!(read_csv("\"a\"b", ',', 10), Err(CsvError::StrayQuote { line: 1 }));
        assert_eq!(read_csv("h\n1\n2\n3\n", ',', 2), Err(CsvError::TooMany { records_max: 2 }));
        assert!(read_csv("h\n1\n2\n", ',', 2).is_ok());
    }

    #[test]
    fn no_text_becomes_a_formula() {
        let written = |field: &str| {
            let mut out = String::new();
            write_text(field, &mut out);
            out
        };
        for formula in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=HYPERLINK(\"http://x\",\"y\")"]
        {
            assert!(written(formula).starts_with("\"'"), "{formula}");
        }
        assert_eq!(written("Ana;=1+1;-2"), "\"Ana;'=1+1;'-2\"");
        assert_eq!(written("HR1 2.00; HR2 -3"), "HR1 2.00; HR2 -3");
        assert_eq!(written("López, \"Ana\""), "\"López, \"\"Ana\"\"\"");
        assert_eq!((written("HR1=2").as_str(), written("").as_str()), ("HR1=2", ""));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(fields in proptest::collection::vec("[a\",\n\r;ñ =+@-]{0,6}", 2..5)) {
            let mut text = String::new();
            write_texts(&fields.iter().map(String::as_str).collect::<Vec<_>>(), &mut text);
            let read = read_csv(&text, ',', 1).expect("CSV");
            let guarded = |cell: &str| if begins_formula(cell) { format!("'{cell}") } else { cell.to_owned() };
            let expected = |field: &String| field.split(';').map(guarded).collect::<Vec<_>>().join(";");
            prop_assert_eq!(&read[0].fields, &fields.iter().map(expected).collect::<Vec<_>>());
        }

        #[test]
        fn what_is_written_quoted_is_read_again(rows in proptest::collection::vec(
            proptest::collection::vec("[a\",\n\r;ñ ]{0,6}", 1..4), 0..8,
        )) {
            let quote = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let text: String = rows
                .iter()
                .map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",") + "\r\n")
                .collect();
            let read: Vec<Vec<String>> =
                read_csv(&text, ',', 10).expect("CSV").into_iter().map(|r| r.fields).collect();
            let kept: Vec<Vec<String>> = rows.into_iter().filter(|row| *row != [""]).collect();
            prop_assert_eq!(read, kept);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = read_csv(&text, ',', 10);
        }
    }
}
