//! Short names between a module and its JavaScript: wasm-bindgen's own have a digest each, which no compression makes
//! smaller, and each is in both files.

use std::{collections::HashMap, fs, path::Path};

use anyhow::{Context, Result, bail, ensure};

/// How the names begin that wasm-bindgen makes: nobody else asks for what has such a name.
const MADE: [&str; 4] = ["__wbg_", "__wbindgen_", "__externref_", "wasm_bindgen__"];

const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;

/// Gives short names to what wasm-bindgen named in this module and in the JavaScript around it.
pub(crate) fn shorten(module: &Path, glue: &Path) -> Result<()> {
    let wasm = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let script = fs::read_to_string(glue).with_context(|| format!("cannot read {}", glue.display()))?;
    let mut names = Names::default();
    let wasm = names.rename_module(&wasm).with_context(|| format!("in {}", module.display()))?;
    let script = names.rename_script(&script)?;
    fs::write(module, wasm).with_context(|| format!("cannot write {}", module.display()))?;
    fs::write(glue, script).with_context(|| format!("cannot write {}", glue.display()))
}

#[derive(Default)]
struct Names(HashMap<String, String>);

impl Names {
    /// The short name, which no minifier makes: they have no `$` before a digit.
    fn short(&mut self, name: &str) -> String {
        if !MADE.iter().any(|start| name.starts_with(start)) {
            return name.to_owned();
        }
        let next = format!("$0{:x}", self.0.len());
        self.0.entry(name.to_owned()).or_insert(next).clone()
    }

    fn rename_module(&mut self, wasm: &[u8]) -> Result<Vec<u8>> {
        let mut from = Reader(wasm);
        let mut to = from.take(8)?.to_vec();
        while !from.0.is_empty() {
            let id = from.take(1)?[0];
            let length = from.number()?;
            let section = from.take(length)?;
            let renamed = match id {
                IMPORTS => self.rename_entries(section, 1, skip_import)?,
                EXPORTS => self.rename_entries(section, 0, skip_export)?,
                _ => section.to_vec(),
            };
            to.push(id);
            write_number(renamed.len(), &mut to);
            to.extend(renamed);
        }
        Ok(to)
    }

    /// A list whose entries each begin with texts, `kept` of them and then a name, and go on with what `skip` passes.
    fn rename_entries(
        &mut self,
        section: &[u8],
        kept: usize,
        skip: fn(&mut Reader<'_>) -> Result<()>,
    ) -> Result<Vec<u8>> {
        let mut from = Reader(section);
        let mut to = Vec::new();
        let count = from.number()?;
        write_number(count, &mut to);
        for _ in 0..count {
            for _ in 0..kept {
                write_text(from.text()?, &mut to);
            }
            write_text(&self.short(from.text()?), &mut to);
            let rest = from.0;
            skip(&mut from)?;
            to.extend(&rest[..rest.len() - from.0.len()]);
        }
        Ok(to)
    }

    /// The JavaScript with the short names, each of which must be in it.
    fn rename_script(&self, script: &str) -> Result<String> {
        let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$');
        let mut unused: Vec<&String> = self.0.keys().collect();
        let mut renamed = String::with_capacity(script.len());
        let mut rest = script;
        while !rest.is_empty() {
            let length = rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length);
            ensure!(!word.starts_with("$0"), "the JavaScript has a name such as {word} already");
            renamed.push_str(self.0.get(word).map_or(word, String::as_str));
            unused.retain(|name| *name != word);
            let gap = behind.find(is_of_name).unwrap_or(behind.len());
            let (between, next) = behind.split_at(gap);
            renamed.push_str(between);
            rest = next;
        }
        if let Some(name) = unused.first() {
            bail!("the module has {name}, and its JavaScript does not");
        }
        Ok(renamed)
    }
}

/// Passes what is imported: of a kind, and by the index of its type.
fn skip_import(from: &mut Reader<'_>) -> Result<()> {
    match from.take(1)?[0] {
        0 => {}
        // A tag has a byte more.
        4 => drop(from.take(1)?),
        other => bail!("an import of kind {other} is not expected"),
    }
    from.number().map(drop)
}

/// Passes what is exported: of a kind, and by its index.
fn skip_export(from: &mut Reader<'_>) -> Result<()> {
    from.take(1)?;
    from.number().map(drop)
}

/// The bytes of a module that are left (<https://webassembly.github.io/spec/core/binary/>).
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).context("it breaks off")?;
        self.0 = rest;
        Ok(taken)
    }

    /// A number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        bail!("a number has too many bytes")
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        Ok(str::from_utf8(self.take(length)?)?)
    }
}

fn write_number(mut number: usize, to: &mut Vec<u8>) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            return to.push(low);
        }
        to.push(low | 0x80);
    }
}

fn write_text(text: &str, to: &mut Vec<u8>) {
    write_number(text.len(), to);
    to.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module that imports `./glue.js` `import` as a function and exports it as `export`.
    fn module(import: &str, export: &str) -> Vec<u8> {
        let mut all = b"\0asm\x01\0\0\0".to_vec();
        let mut imports = vec![1];
        write_text("./glue.js", &mut imports);
        write_text(import, &mut imports);
        imports.extend([0, 0]);
        let mut exports = vec![1];
        write_text(export, &mut exports);
        exports.extend([0, 0]);
        for (id, section) in [(1, vec![1, 0x60, 0, 0]), (IMPORTS, imports), (EXPORTS, exports)] {
            all.push(id);
            write_number(section.len(), &mut all);
            all.extend(section);
        }
        all
    }

    #[test]
    fn names_are_the_same_in_both_files() {
        let long = format!("__wbg_{}_0123456789abcdef", "x".repeat(130));
        let mut names = Names::default();
        let wasm = names.rename_module(&module(&long, "fetch")).unwrap();
        assert_eq!(wasm, module("$00", "fetch"));
        let script = format!("i={{{long}:function(){{}},__wbg_ptr:1,fetch}};é");
        assert_eq!(names.rename_script(&script).unwrap(), "i={$00:function(){},__wbg_ptr:1,fetch};é");
    }

    #[test]
    fn what_only_one_file_has_is_a_fault() {
        let mut names = Names::default();
        names.rename_module(&module("__wbg_a", "__wbindgen_b")).unwrap();
        assert!(names.rename_script("__wbg_a").is_err());
        assert!(names.rename_script("__wbg_a, __wbindgen_b, $01").is_err());
        assert!(names.rename_script("__wbg_a, __wbindgen_b").is_ok());
        assert!(Names::default().rename_module(b"\0asm\x01\0\0\0\x02\x05").is_err());
    }
}
