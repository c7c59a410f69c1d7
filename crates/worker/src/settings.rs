//! The hotel's settings: kept in D1, read once for each life of the program, and read anew when they changed.

use std::cell::RefCell;
use std::rc::Rc;

use posada_core::ids::Millis;
use posada_core::problem::{FieldFault, Problem, System};
use posada_core::stay::Stay;
use posada_wire::canonical::Fingerprint;
use posada_wire::settings::{Settings, read_settings};
use worker::Env;

use crate::host::{self, Database, Result, number};
use crate::objects::calls::{Availability, Intent, PropertyCall, PropertyReply, ask_property, stays};
use crate::respond::unavailable;
use crate::{config, rows};

/// How long settings are taken for the present ones where nothing says that they changed.
const FRESH_MS: i64 = 15_000;

/// Settings as they were loaded.
pub(crate) struct Loaded {
    /// The digest of the document.
    pub(crate) version: String,
    /// The document as it was loaded.
    pub(crate) document: String,
    /// When it was read.
    read_at: Millis,
    /// What it says.
    settings: Settings,
}

impl std::ops::Deref for Loaded {
    type Target = Settings;
    fn deref(&self) -> &Settings {
        &self.settings
    }
}

thread_local! {
    static KNOWN: RefCell<Option<Rc<Loaded>>> = const { RefCell::new(None) };
}

fn known() -> Option<Rc<Loaded>> {
    KNOWN.with(|known| known.borrow().clone())
}

/// The settings, as new as this version at least; the ones known are used where they are of this version.
///
/// # Errors
/// Where D1 cannot be read. `None` where no settings were loaded.
pub(crate) async fn at(env: &Env, version: &str) -> Result<Option<Rc<Loaded>>> {
    match known() {
        Some(known) if known.version == version => Ok(Some(known)),
        _ => reload(env).await,
    }
}

/// The settings last known here, read anew where that was some time ago: another instance may have loaded others.
///
/// # Errors
/// Where D1 cannot be read. `None` where no settings were loaded.
pub(crate) async fn any(env: &Env) -> Result<Option<Rc<Loaded>>> {
    match known() {
        Some(known) if config::now(env).0 < known.read_at.plus(FRESH_MS).0 => Ok(Some(known)),
        _ => reload(env).await,
    }
}

/// As [`any`], for a route: what is missing is a problem.
pub(crate) async fn must(env: &Env) -> std::result::Result<Rc<Loaded>, Problem> {
    match any(env).await {
        Ok(Some(loaded)) => Ok(loaded),
        Ok(None) => Err(unavailable(System::Storage, &"no settings were loaded".into())),
        Err(error) => Err(unavailable(System::Storage, &error)),
    }
}

async fn reload(env: &Env) -> Result<Option<Rc<Loaded>>> {
    let query = "SELECT json_array(version, document) AS json FROM settings";
    let answer = Database::of(env)?.prepare(query, &[])?.run().await?;
    let rows: Vec<(String, String)> = rows::answered(Some(&answer))?;
    let Some((version, document)) = rows.into_iter().next() else { return Ok(None) };
    let settings = read_settings(document.as_bytes()).map_err(|_| "the stored settings are not valid")?;
    let loaded = Loaded { version, document, read_at: config::now(env), settings };
    Ok(Some(remember(loaded)))
}

fn remember(loaded: Loaded) -> Rc<Loaded> {
    let loaded = Rc::new(loaded);
    KNOWN.with(|known| *known.borrow_mut() = Some(Rc::clone(&loaded)));
    loaded
}

/// What is free for a stay, with the settings that the hotel's object has: one call for both, and for noting what is
/// to be made of it.
///
/// # Errors
/// Where the object or D1 cannot be reached. `None` where no settings were loaded.
pub(crate) async fn availability(
    env: &Env,
    stay: &Stay,
    intent: Option<&Intent>,
) -> Result<Option<(Rc<Loaded>, Availability)>> {
    let mut availability = ask_availability(env, stay, intent).await?;
    let Some(loaded) = at(env, &availability.settings_version).await? else { return Ok(None) };
    if loaded.version != availability.settings_version {
        // A load that was interrupted between the object and D1 is taken back here; one that goes on tells the object again.
        configure(env, &loaded.version, &loaded.document, None).await?;
        availability = ask_availability(env, stay, intent).await?;
    }
    Ok(Some((loaded, availability)))
}

async fn ask_availability(env: &Env, stay: &Stay, intent: Option<&Intent>) -> Result<Availability> {
    let call = PropertyCall::Availability { stay: *stay, intent: intent.cloned() };
    match ask_property(env, &call).await? {
        PropertyReply::Availability { availability } => Ok(availability),
        _ => Err("the hotel's object answered something else".into()),
    }
}

/// Tells the hotel's object; the rooms that somebody has and that the document lacks.
async fn configure(env: &Env, version: &str, document: &str, removed: Option<&str>) -> Result<Vec<String>> {
    let call = PropertyCall::Configure {
        version: version.to_owned(),
        document: document.to_owned(),
        removed: removed.map(str::to_owned),
    };
    match ask_property(env, &call).await? {
        PropertyReply::Configured { lost } => Ok(lost),
        _ => Err("the hotel's object answered something else".into()),
    }
}

/// Loads settings: checks them, tells the hotel's object and keeps them in D1. Repeatable. Answers them with the rooms
/// that they take away though somebody has them, which must be among those that are `removed` knowingly: under another
/// number such a room would be sold twice.
///
/// # Errors
/// [`Problem::Invalid`] where the document is wrong or takes other rooms away, and nothing was changed;
/// [`Problem::Unavailable`] where something cannot be reached.
pub(crate) async fn load(
    env: &Env,
    document: &str,
    removed: &str,
) -> std::result::Result<(Rc<Loaded>, Vec<String>), Problem> {
    let settings = read_settings(document.as_bytes()).map_err(|faults| Problem::Invalid {
        fields: faults.into_iter().map(|fault| FieldFault::new(fault.pointer, fault.message)).collect(),
    })?;
    let version = Fingerprint::of(document.as_bytes()).hex();
    let lost = configure(env, &version, document, Some(removed)).await.map_err(unreachable)?;
    let fault = |room: &String| {
        FieldFault::new("/room_types", ["must have room ", room, ", unless ?rooms_removed names it"].concat())
    };
    let fields: Vec<FieldFault> = lost.iter().filter(|it| stays(it, removed)).map(fault).collect();
    if !fields.is_empty() {
        return Err(Problem::Invalid { fields });
    }
    let loaded = keep(env, version, document, settings).await.map_err(unreachable)?;
    // A question that came between the two has taken the object back. Where it is not told now, it is by a later question.
    let _ = configure(env, &loaded.version, document, None).await;
    Ok((loaded, lost))
}

fn unreachable(error: host::Error) -> Problem {
    unavailable(System::Storage, &error)
}

async fn keep(env: &Env, version: String, document: &str, settings: Settings) -> Result<Rc<Loaded>> {
    let insert = Database::of(env)?.prepare(
        "INSERT INTO settings (id, version, document, loaded_ms) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET version = ?1, document = ?2, loaded_ms = ?3",
        &[version.as_str().into(), document.into(), number(config::now(env).0)],
    )?;
    insert.run().await?;
    let read_at = config::now(env);
    Ok(remember(Loaded { version, document: document.to_owned(), read_at, settings }))
}
