//! Against real workerd: short runs of the proofs, and that the audit finds what is changed behind the Worker's back.
//! `cargo xtask test --only proofs` builds what is run and says where it is.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use posada_proofs::{
    audit::{Against, Audit, System, audit},
    client::{Control, Posada, read_system},
    hotel, kill, lastroom,
    programs::{Built, Sandbox, Setup, Worker},
    state::State,
};
use rusqlite::Connection;
use serde_json::{Value, json};

fn built() -> Built {
    let named = |name: &str| {
        PathBuf::from(
            env::var_os(name).unwrap_or_else(|| panic!("{name} is set by cargo xtask test --only proofs")),
        )
    };
    Built { bundle: named("POSADA_WORKER_BUNDLE"), sandbox: named("POSADA_SANDBOX") }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_callers_one_has_the_last_room() {
    let folder = tempfile::tempdir().unwrap();
    let options = lastroom::Options { rounds: 1, clients: 200, with_api: false };
    lastroom::run(&built(), folder.path(), &options).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_three_kills() {
    let folder = tempfile::tempdir().unwrap();
    let options = kill::Options { kills: 3, seed: 1, clients: 4, embedded: false };
    kill::run(&built(), folder.path(), &options).await.unwrap();
}

/// A deployment's data after two bookings, one of three rooms and one of none, and the list of the hotel's own system.
struct Left {
    folder: tempfile::TempDir,
    system: Option<Value>,
    booking: String,
}

async fn left(with_api: bool) -> Left {
    let folder = tempfile::tempdir().unwrap();
    let (built, settings) = (built(), hotel::settings(4));
    let mut vars = Vec::new();
    let sandbox = if with_api {
        let sandbox = Sandbox::start(&built, folder.path(), &settings, &[]).await.unwrap();
        vars.push(("RESERVATION_API_URL".to_owned(), sandbox.url.clone()));
        Some(sandbox)
    } else {
        None
    };
    let setup = Setup { built: &built, folder: folder.path(), settings: &settings, vars };
    let worker = Worker::start(&setup).await.unwrap();
    let posada = Posada::new(&worker.url, &worker.keys).unwrap();
    let payments = ["A", "B", "C"].map(|reference| hotel::payment(reference, 100_000));
    posada.load_payments(&payments).await.unwrap();
    let answer = posada.book("first", &hotel::booking(1, "A", 5, 2, &[2, 1, 2])).await.unwrap();
    assert_eq!((answer.status, answer.what()), (200, "booked"), "{}", answer.json);
    let other = posada.book("second", &hotel::booking(2, "B", 9, 1, &[1])).await.unwrap();
    assert_eq!((other.status, other.what()), (200, "booked"), "{}", other.json);
    let system = match &sandbox {
        Some(sandbox) => Some(Control::new(&sandbox.url).unwrap().list().await.unwrap()),
        None => None,
    };
    worker.end().await.unwrap();
    let booking = answer.json["booking_id"].as_str().unwrap().to_owned();
    Left { folder, system, booking }
}

fn audited(folder: &Path, system: Option<&Value>) -> Audit {
    let state = State::at(folder).unwrap();
    let system: Option<System> = system.map(|list| read_system(list).unwrap());
    let (bookings, book) = (state.bookings().unwrap(), state.book().unwrap());
    let against =
        Against { bookings: Some(&bookings), book: Some(&book), system: system.as_ref(), is_over: true };
    audit(&state.payments().unwrap(), against)
}

/// The one database below `folder` that has this table.
fn database(folder: &Path, table: &str) -> Connection {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "sqlite") {
                let db = Connection::open(path).unwrap();
                let sql = "SELECT count(*) FROM sqlite_master WHERE name = ?1";
                if db.query_row(sql, [table], |row| row.get::<_, i64>(0)).unwrap() > 0 {
                    return db;
                }
            }
        }
    }
    panic!("there is no table {table}");
}

fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copied(&entry.path(), &place)
        } else {
            fs::copy(entry.path(), place).map(drop).unwrap()
        }
    }
}

/// Changes a copy of the data, and asserts that the audit says what is wrong.
#[track_caller]
fn found(left: &Left, table: &str, sql: &str, about: &str, expected: &str) {
    let copy = tempfile::tempdir().unwrap();
    copied(&left.folder.path().join("state"), copy.path());
    let db = database(copy.path(), table);
    if table == "ledger" {
        db.execute_batch("DROP TRIGGER ledger_is_never_updated; DROP TRIGGER ledger_is_never_deleted")
            .unwrap();
    }
    assert!(db.execute(sql, []).unwrap() > 0, "{sql} changes nothing");
    drop(db);
    told(&audited(copy.path(), left.system.as_ref()), about, expected, sql);
}

#[track_caller]
fn told(audit: &Audit, about: &str, expected: &str, changed: &str) {
    let is_it = |it: &&posada_proofs::audit::Difference| it.about == about && it.detail.contains(expected);
    assert!(audit.differences.iter().any(|it| is_it(&it)), "{changed}: {:#?}", audit.differences);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_finds_every_change_of_tables_ledger_and_rooms() {
    let left = left(false).await;
    let clean = audited(&left.folder.path().join("state"), None);
    assert_eq!(clean.differences, []);
    assert_eq!((clean.payments, clean.linked, clean.reservations), (3, 4, 4));
    assert_eq!(clean.outcomes.get("booked"), Some(&2));
    // The same data as a server of one's own lays them out, and a folder that is neither.
    let own = tempfile::tempdir().unwrap();
    assert!(State::at(own.path()).is_err());
    copied(&left.folder.path().join("state/v3/do"), own.path());
    copied(&left.folder.path().join("state/v3/d1/miniflare-D1DatabaseObject"), &own.path().join("posada-d1"));
    let same = audited(own.path(), None);
    assert_eq!((same.differences, same.payments, same.linked, same.reservations), (vec![], 3, 4, 4));

    let a = "CompraClick A";
    let used = "UPDATE compraclick SET used = used + 1 WHERE autorizacion = 'A'";
    found(&left, "compraclick", used, a, "used says 863.50 and the ledger 862.50");
    let foreign = "UPDATE compraclick SET used = 5 WHERE autorizacion = 'C'";
    found(&left, "compraclick", foreign, "CompraClick C", "used says 5.00 and the ledger 0.00");
    let codes = "UPDATE compraclick SET codreser = codreser || ',HR99999' WHERE autorizacion = 'A'";
    found(&left, "compraclick", codes, a, "HR99999 is in codreser and the ledger does not know it");
    let dateless = "UPDATE compraclick SET dateused = NULL WHERE autorizacion = 'A'";
    found(&left, "compraclick", dateless, a, "dateused is empty");
    found(&left, "compraclick", "DELETE FROM compraclick WHERE autorizacion = 'A'", a, "no such payment");
    let last = "DELETE FROM ledger WHERE reference = 'A' AND seq = (SELECT max(seq) FROM ledger WHERE reference = 'A')";
    found(&left, "ledger", last, a, "set aside for a booking that has ended");
    found(
        &left,
        "ledger",
        "DELETE FROM ledger WHERE reference = 'A' AND seq = 2",
        a,
        "its number does not follow",
    );
    let more =
        "UPDATE ledger SET entry = json_set(entry, '$.amount', 999000) WHERE reference = 'A' AND seq = 2";
    found(&left, "ledger", more, a, "its claim has less");
    let twice = "UPDATE ledger SET entry = json_set(entry, '$.code',
                   (SELECT code FROM ledger WHERE reference = 'A' AND kind = 'settled'))
                 WHERE reference = 'B' AND kind = 'settled'";
    found(&left, "ledger", twice, "CompraClick B", "is linked by CompraClick A as well");

    let booking = format!("booking {}", left.booking);
    let lost = "DELETE FROM reservations WHERE code = '10001'";
    found(&left, "reservations", lost, &booking, "line 0 has 10001 in room 1, which is no reservation");
    found(&left, "reservations", "DELETE FROM nights WHERE code = '10001'", "room 1", "not taken by it");
    let moved = "UPDATE reservations SET room = '2' WHERE code = '10001'";
    found(&left, "reservations", moved, "room 2", "'s");
    let strange = "INSERT INTO reservations SELECT replace(reference, '-1-1', '-7-1'), '77777', booking, 7, '4', check_in,
                     check_out, requested, reserved_ms, NULL FROM reservations WHERE code = '10002'";
    found(&left, "reservations", strange, &booking, "line 7 is not booked, but has 77777");
    let doubled = "INSERT INTO reservations SELECT replace(reference, '-1-1', '-1-2'), '77777', booking, line, '4', check_in,
                     check_out, requested, reserved_ms, NULL FROM reservations WHERE code = '10002'";
    found(&left, "reservations", doubled, &booking, "it has 10002");
    let cut = "DELETE FROM journal WHERE seq > 2";
    found_in_some_booking(&left, cut, "it has not ended");
}

#[track_caller]
fn found_in_some_booking(left: &Left, sql: &str, expected: &str) {
    let copy = tempfile::tempdir().unwrap();
    copied(&left.folder.path().join("state"), copy.path());
    assert!(database(copy.path(), "journal").execute(sql, []).unwrap() > 0);
    let audit = audited(copy.path(), left.system.as_ref());
    assert!(audit.differences.iter().any(|it| it.detail.contains(expected)), "{:#?}", audit.differences);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_finds_what_the_hotels_own_system_says_otherwise() {
    let left = left(true).await;
    let state = left.folder.path().join("state");
    let list = left.system.clone().unwrap();
    let clean = audited(&state, Some(&list));
    assert_eq!(clean.differences, []);
    assert_eq!((clean.linked, clean.reservations), (4, 4));

    let booking = format!("booking {}", left.booking);
    let first = list["reservations"]
        .as_array()
        .unwrap()
        .iter()
        .position(|it| it["reference"].as_str().unwrap().starts_with(&format!("{}-0-", left.booking)));
    let first = first.unwrap();
    let with = |change: &dyn Fn(&mut Value)| {
        let mut list = list.clone();
        change(&mut list["reservations"][first]);
        audited(&state, Some(&list))
    };
    told(&with(&|it| it["status"] = json!("cancelled")), &booking, "which is no reservation", "cancelled");
    told(&with(&|it| it["reserva"] = json!("1")), &booking, "line 0 was answered", "another code");
    told(&with(&|it| it["room_number"] = json!("77")), &booking, "line 0 was answered", "another room");
    let mut orphan = list.clone();
    let mut strange = list["reservations"][first].clone();
    strange["reference"] = json!(format!("{}-0-2", left.booking));
    strange["room_number"] = json!("88");
    orphan["reservations"].as_array_mut().unwrap().push(strange);
    told(&audited(&state, Some(&orphan)), &booking, "line 0 was answered", "a second reservation of a line");
    let mut desk = list.clone();
    let own = &list["reservations"][first];
    desk["front_desk"] = json!([{ "room_number": own["room_number"], "night": own["check_in_date"] }]);
    let room = format!("room {}", own["room_number"].as_str().unwrap());
    told(&audited(&state, Some(&desk)), &room, "the front desk's and", "a night of two owners");
}
