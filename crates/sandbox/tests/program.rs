//! The program itself: started, killed, started again, ended.

#![cfg(unix)]

mod support;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::json;
use support::{client, order};

struct Program {
    child: Child,
    hotel: support::Hotel,
}

fn start(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_posada-sandbox"))
        .args(["--settings", concat!(env!("CARGO_MANIFEST_DIR"), "/../../demo/hotel.json")])
        .args(arguments)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().strip_prefix("ready ").unwrap().to_owned();
    Program { child, hotel: support::Hotel::elsewhere(url, client()) }
}

impl Program {
    fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn end(&mut self, signal: &str) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already where its test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn with_journal(path: &Path) -> Program {
    start(&["--journal", path.to_str().unwrap(), "--first-code", "700"])
}

#[tokio::test]
async fn what_was_answered_outlives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let journal = folder.path().join("journal");
    let mut program = with_journal(&journal);
    for (n, room) in ["54", "56", "57"].iter().enumerate() {
        let (_, body) = program.hotel.book(&order(&format!("abc-{n}-1"), room)).await;
        assert_eq!(body["reserva"], (700 + n).to_string());
    }
    program.hotel.call("DELETE", "/reservations/abc-1-1?reserva=701").await;
    let desk = json!({"action": "take", "room_number": "58", "check_in_date": "2026-12-04", "check_out_date": "2026-12-05"});
    program.hotel.tell("POST", "/control/front-desk", &desk).await;
    let before = program.hotel.reservations().await;
    program.kill();
    // As a kill in the middle of a line leaves it.
    let whole = std::fs::read(&journal).unwrap();
    std::fs::write(&journal, [&whole[..], br#"{"event":"cancelled","res"#].concat()).unwrap();

    let mut program = with_journal(&journal);
    assert_eq!(program.hotel.reservations().await, before);
    assert_eq!(std::fs::read(&journal).unwrap(), whole);
    assert_eq!(program.hotel.free().await, ["56", "59", "12", "14", "16"]);
    assert_eq!(program.hotel.book(&order("abc-0-1", "54")).await.1["reserva"], "700", "known still");
    assert_eq!(program.hotel.book(&order("abc-3-1", "56")).await.1["reserva"], "703");
    assert_eq!(program.end("-TERM"), Some(0));
}

#[tokio::test]
async fn without_a_journal_nothing_is_kept() {
    let mut program = start(&[]);
    assert_eq!(program.hotel.book(&order("abc-0-1", "54")).await.1["reserva"], "26181");
    assert_eq!(program.end("-INT"), Some(0));
    let mut program = start(&[]);
    assert_eq!(program.hotel.reservations().await, []);
    program.kill();
}

#[tokio::test]
async fn a_call_under_way_is_answered_at_the_end() {
    let mut program = start(&["--latency-ms", "500"]);
    let call = tokio::spawn(program.hotel.booking(&order("abc-0-1", "54")).send());
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    let pid = program.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(support::read(call.await.unwrap().unwrap()).await.1["success"], true);
    assert_eq!(program.child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_not_understood_is_said() {
    let cases = [
        (&["--colour", "blue"][..], "--colour"),
        (&["--capabilities", "fly"][..], "fly"),
        (&["--port", "x"][..], "x"),
        (&["--settings", "no-such-file"][..], "no-such-file"),
        (&["--settings", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")][..], "Cargo.toml"),
        (&["--journal", "/"][..], "journal"),
    ];
    for (arguments, named) in cases {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
        let mut command = Command::new(env!("CARGO_BIN_EXE_posada-sandbox"));
        let output = command.current_dir(root).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(named), "{arguments:?}: {said}");
    }
}
