//! The source of Rust's standard library, out of Debian's `rust-src` package.
//!
//! apt works on lists and folders of its own here: nothing of the system changes.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{
    files, process,
    progress::{Step, say},
};

/// Where Debian keeps compilers as new as ours.
const SUITES: [&str; 2] = ["trixie-backports", "sid"];
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Puts the standard library's source of Rust `version` at `destination`.
pub(crate) fn fetch_rust_library(version: &str, destination: &Path) -> Result<()> {
    for program in ["apt-get", "dpkg-deb", "tar"] {
        if files::on_path(&[program]).is_none() {
            bail!("this needs Debian's {program}, which is not on this machine");
        }
    }
    if !Path::new(KEYRING).is_file() {
        bail!(
            "this needs Debian's keys ({KEYRING}); bring them with: apt-get install debian-archive-keyring"
        );
    }
    let mirror = mirror().context("no mirror of Debian is named in /etc/apt")?;
    let scratch = files::scratch("apt")?;
    let step = Step::begin(format!("setup: fetching the source of Rust {version} from Debian"));
    let package = SUITES.iter().find_map(|suite| match download(&scratch, &mirror, suite, version) {
        Ok(package) => Some(package),
        Err(error) => {
            say(format!(
                "setup: not in Debian's {suite}: {}",
                error.to_string().lines().last().unwrap_or_default()
            ));
            None
        }
    });
    let Some(package) = package else {
        bail!("Debian holds no source of Rust {version} (looked in {})", SUITES.join(" and "));
    };
    unpack(&package, &scratch, destination)?;
    fs::remove_dir_all(&scratch)?;
    step.end();
    Ok(())
}

fn download(scratch: &Path, mirror: &str, suite: &str, version: &str) -> Result<PathBuf> {
    let folder = scratch.join(suite);
    fs::create_dir_all(folder.join("lists/partial"))?;
    fs::create_dir_all(folder.join("cache/archives/partial"))?;
    let sources = folder.join("debian.sources");
    fs::write(
        &sources,
        format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\nSigned-By: {KEYRING}\n"),
    )?;
    let option = |name: &str, path: &Path| {
        let mut option = OsString::from(format!("-o{name}="));
        option.push(path);
        option
    };
    let options = [
        option("Dir::Etc::sourcelist", &sources),
        option("Dir::Etc::sourceparts", Path::new("/dev/null")),
        option("Dir::State::lists", &folder.join("lists")),
        option("Dir::Cache", &folder.join("cache")),
        // The folders are ours, not those of the user that apt changes to.
        OsString::from("-oAPT::Sandbox::User="),
    ];
    let apt = |arguments: &[&str]| {
        process::output(
            Command::new("apt-get").current_dir(&folder).args(&options).arg("--quiet").args(arguments),
        )
    };
    apt(&["update"])?;
    apt(&["download", &format!("rust-src={version}*")])?;
    let package = fs::read_dir(&folder)?.flatten().map(|entry| entry.path());
    package
        .into_iter()
        .find(|path| path.extension().is_some_and(|end| end == "deb"))
        .context("apt brought no package")
}

/// Takes the `library` folder out of the package.
fn unpack(package: &Path, scratch: &Path, destination: &Path) -> Result<()> {
    let unpacked = scratch.join("unpacked");
    fs::create_dir_all(&unpacked)?;
    let mut archive = Command::new("dpkg-deb")
        .arg("--fsys-tarfile")
        .arg(package)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run dpkg-deb")?;
    let stream = archive.stdout.take().context("dpkg-deb has no output")?;
    let status = Command::new("tar")
        .current_dir(&unpacked)
        .args(["--extract", "--strip-components=5", "--wildcards", "./usr/src/rustc-*/library/*"])
        .stdin(stream)
        .status()
        .context("cannot run tar")?;
    if !archive.wait()?.success() || !status.success() || !unpacked.join("Cargo.lock").is_file() {
        bail!("{} could not be unpacked", package.display());
    }
    let parent = destination.parent().context("the toolchain has no folder for sources")?;
    fs::create_dir_all(parent)
        .with_context(|| format!("cannot write to the toolchain: {}", parent.display()))?;
    let _ = fs::remove_dir_all(destination);
    process::output(Command::new("cp").arg("-r").arg(&unpacked).arg(destination))?;
    Ok(())
}

/// The mirror that this system's own apt uses.
fn mirror() -> Option<String> {
    let mut paths = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = fs::read_dir("/etc/apt/sources.list.d") {
        paths.extend(entries.flatten().map(|entry| entry.path()));
    }
    paths.sort();
    paths.iter().find_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        match path.extension().and_then(|end| end.to_str()) {
            Some("sources") => mirror_of_stanzas(&text),
            Some("list") => mirror_of_lines(&text),
            _ => None,
        }
    })
}

/// From the newer format: stanzas of `Field: value`.
fn mirror_of_stanzas(text: &str) -> Option<String> {
    text.split("\n\n").find_map(|stanza| {
        let field = |name: &str| {
            stanza.lines().find_map(|line| {
                let (field, value) = line.split_once(':')?;
                (field.eq_ignore_ascii_case(name)).then(|| value.trim())
            })
        };
        if field("Enabled").is_some_and(|value| value.eq_ignore_ascii_case("no")) {
            return None;
        }
        let uri = field("URIs")?.split_whitespace().next()?;
        holds_the_archive(uri, field("Suites")?).then(|| uri.to_owned())
    })
}

/// From the older format: lines of `deb [options] uri suite component...`.
fn mirror_of_lines(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let line = line.trim().strip_prefix("deb ")?.trim();
        let line = if line.starts_with('[') { line.split_once(']')?.1 } else { line };
        let mut words = line.split_whitespace();
        let (uri, suite) = (words.next()?, words.next()?);
        holds_the_archive(uri, suite).then(|| uri.to_owned())
    })
}

/// Debian's own archive: neither its security updates nor some other maker's packages.
fn holds_the_archive(uri: &str, suites: &str) -> bool {
    let path = uri.trim_end_matches('/');
    (path.ends_with("/debian") || path.ends_with("/debian.list")) && !suites.contains("security")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_mirror_in_stanzas() {
        let text = "Types: deb\nURIs: http://mirror.example/debian-security\nSuites: bookworm-security\n\n\
                    # a comment\nEnabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\n\n\
                    Types: deb\nURIs: http://mirror.example/debian http://other.example/debian\n\
                    Suites: bookworm bookworm-updates\nComponents: main\n";
        assert_eq!(mirror_of_stanzas(text).as_deref(), Some("http://mirror.example/debian"));
        let text = "Types: deb\nURIs: https://packages.example/node\nSuites: nodistro\n";
        assert_eq!(mirror_of_stanzas(text), None);
        let text = "Types: deb\nURIs: mirror+file:///etc/apt/mirrors/debian.list\nSuites: bookworm\n";
        assert_eq!(mirror_of_stanzas(text).as_deref(), Some("mirror+file:///etc/apt/mirrors/debian.list"));
    }

    #[test]
    fn finds_the_mirror_in_lines() {
        let text = "# deb http://off.example/debian bookworm main\n\
                    deb http://mirror.example/debian-security bookworm-security main\n\
                    deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian/ bookworm main\n";
        assert_eq!(mirror_of_lines(text).as_deref(), Some("http://mirror.example/debian/"));
        assert_eq!(mirror_of_lines("deb https://packages.example/x stable main\n"), None);
    }
}
