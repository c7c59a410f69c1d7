//! `posada-describe write|check ROOT`: writes the files that describe the API, or says which are not as they would be
//! written.

use std::{fs, path::Path, process::ExitCode};

use anyhow::{Context, Result, bail};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (is_writing, root) = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["write", root] => (true, (*root).to_owned()),
        ["check", root] => (false, (*root).to_owned()),
        _ => bail!("use: posada-describe write|check ROOT"),
    };
    let mut code = ExitCode::SUCCESS;
    for (name, text) in posada_describe::files()? {
        let path = Path::new(&root).join(name);
        if fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        if is_writing {
            fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
            println!("wrote {name}");
        } else {
            println!("{name} is not what is described now; `cargo xtask schema` writes it");
            code = ExitCode::FAILURE;
        }
    }
    Ok(code)
}
