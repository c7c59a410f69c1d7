//! The programs that a proof runs: the Worker in workerd, and a hotel's reservation system.

use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    process::{Child, ChildStdin, ChildStdout, Command},
    sync::broadcast,
    time::timeout,
};

const READY_LIMIT: Duration = Duration::from_secs(90);
const ANSWER_LIMIT: Duration = Duration::from_secs(90);
const END_LIMIT: Duration = Duration::from_secs(20);
/// Below those that Linux gives to outgoing connections.
const PORTS: std::ops::Range<u16> = 12_000..32_000;
const PORT_TRIES_MAX: u32 = 100;
/// How many log lines a slow listener may be behind.
const LOG_LINES_BEHIND_MAX: usize = 4_096;
const LOG_MARK: &str = "[MULTI_BOOKING] ";

/// The repository's root folder.
#[must_use]
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// Where built programs are.
#[derive(Debug, Clone)]
pub struct Built {
    /// The folder of the Worker's bundle.
    pub bundle: PathBuf,
    /// The reservation system.
    pub sandbox: PathBuf,
}

/// How the Worker is run.
#[derive(Debug, Clone)]
pub struct Setup<'a> {
    /// What is built.
    pub built: &'a Built,
    /// Where its data and its log are kept.
    pub folder: &'a Path,
    /// The hotel's settings.
    pub settings: &'a Value,
    /// Vars beside those of wrangler.toml.
    pub vars: Vec<(String, String)>,
}

/// The keys of the roles.
#[derive(Debug, Clone)]
pub struct Keys {
    /// The assistant's.
    pub assistant: String,
    /// The staff's.
    pub staff: String,
}

/// The Worker, running.
pub struct Worker {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
    questions: u64,
    events: broadcast::Sender<Value>,
    /// Where it answers, before and after a restart.
    pub url: String,
    /// The keys that it knows.
    pub keys: Keys,
}

impl Worker {
    /// Starts it and waits until it answers.
    ///
    /// # Errors
    /// Where it does not start; its log says why.
    pub async fn start(setup: &Setup<'_>) -> Result<Self> {
        fs::create_dir_all(setup.folder)?;
        let settings = setup.folder.join("hotel.json");
        fs::write(&settings, setup.settings.to_string())?;
        let mut command = Command::new("node");
        command.current_dir(root()).arg(root().join("xtask/host/serve.mjs"));
        command.arg("--settings").arg(settings).arg("--bundle").arg(&setup.built.bundle);
        command.arg("--persist").arg(setup.folder.join("state")).arg("--port").arg(free_port()?.to_string());
        for (name, value) in &setup.vars {
            command.arg("--var").arg(format!("{name}={value}"));
        }
        let mut child = spawn(&mut command).context("cannot run node")?;
        let mut answers = lines(&mut child)?;
        let log = File::options().append(true).create(true).open(setup.folder.join("worker.log"))?;
        let events = broadcast::Sender::new(LOG_LINES_BEHIND_MAX);
        tokio::spawn(keep_log(
            child.stderr.take().context("node has no standard error")?,
            log,
            events.clone(),
        ));
        let url = ready(&mut answers).await.with_context(|| {
            format!("the Worker did not start, see {}", setup.folder.join("worker.log").display())
        })?;
        let keys = Keys { assistant: dev_var("ASSISTANT_KEY")?, staff: dev_var("STAFF_KEY")? };
        let stdin = child.stdin.take();
        Ok(Self { child, stdin, answers, questions: 0, events, url, keys })
    }

    /// What the Worker logs from now on: its structured lines.
    #[must_use]
    pub fn events(&self) -> broadcast::Receiver<Value> {
        self.events.subscribe()
    }

    /// Ends workerd as a crash would.
    ///
    /// # Errors
    /// Where the host does not answer.
    pub async fn kill(&mut self) -> Result<()> {
        self.ask(json!({ "kill": true })).await
    }

    /// Starts workerd again on the same port and the same data.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start_again(&mut self) -> Result<()> {
        self.ask(json!({ "start": true })).await
    }

    async fn ask(&mut self, mut question: Value) -> Result<()> {
        self.questions += 1;
        question["id"] = json!(self.questions);
        let stdin = self.stdin.as_mut().context("the Worker has ended")?;
        stdin.write_all(format!("{question}\n").as_bytes()).await?;
        let line =
            timeout(ANSWER_LIMIT, self.answers.next_line()).await.context("the host gives no answer")??;
        let answer: Value = serde_json::from_str(&line.context("the host has ended")?)?;
        if answer["id"] != question["id"] || !answer["rows"].is_array() {
            bail!("{question}: {}", answer["error"]);
        }
        Ok(())
    }

    /// Ends it in good order.
    ///
    /// # Errors
    /// Where it does not end in time.
    pub async fn end(mut self) -> Result<()> {
        drop(self.stdin.take());
        timeout(END_LIMIT, self.child.wait()).await.context("the host does not end")??;
        Ok(())
    }
}

/// A hotel's reservation system, running.
pub struct Sandbox {
    child: Child,
    /// Where it answers.
    pub url: String,
}

impl Sandbox {
    /// Starts it with the settings' rooms, and its book in `folder`.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start(built: &Built, folder: &Path, settings: &Value, more: &[String]) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let file = folder.join("hotel.json");
        fs::write(&file, settings.to_string())?;
        let mut command = Command::new(&built.sandbox);
        command
            .arg("--settings")
            .arg(file)
            .arg("--journal")
            .arg(folder.join("reservations.jsonl"))
            .args(more);
        command.kill_on_drop(true);
        let mut child =
            spawn(&mut command).with_context(|| format!("cannot run {}", built.sandbox.display()))?;
        let log = File::options().append(true).create(true).open(folder.join("sandbox.log"))?;
        let stderr = child.stderr.take().context("it has no standard error")?;
        tokio::spawn(keep_log(stderr, log, broadcast::Sender::new(1)));
        let url = ready(&mut lines(&mut child)?).await.context("the reservation system did not start")?;
        Ok(Self { child, url })
    }

    /// Ends it.
    ///
    /// # Errors
    /// Where it does not end.
    pub async fn end(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }
}

/// A free port that the system gives to nobody by itself: while workerd is down its callers go on, and one that was
/// given its port could even be connected to itself.
fn free_port() -> Result<u16> {
    (0..PORT_TRIES_MAX)
        .map(|_| fastrand::u16(PORTS))
        .find(|port| std::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, *port)).is_ok())
        .context("there is no free port")
}

fn spawn(command: &mut Command) -> Result<Child> {
    // Where this program ends, node sees the end of its input and ends workerd.
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    Ok(piped.spawn()?)
}

fn lines(child: &mut Child) -> Result<Lines<BufReader<ChildStdout>>> {
    Ok(BufReader::new(child.stdout.take().context("it has no standard output")?).lines())
}

async fn ready(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    let line = timeout(READY_LIMIT, lines.next_line()).await.context("it takes too long")??;
    let line = line.context("it ended")?;
    Ok(line.strip_prefix("ready ").with_context(|| format!("it said `{line}`"))?.to_owned())
}

/// Keeps what a program says, and hands its structured lines on.
async fn keep_log(from: impl tokio::io::AsyncRead + Unpin, mut to: File, events: broadcast::Sender<Value>) {
    let mut lines = BufReader::new(from).lines();
    let mut collected = collected();
    while let Ok(Some(line)) = lines.next_line().await {
        if let Some(event) = line.strip_prefix(LOG_MARK).and_then(|text| serde_json::from_str(text).ok()) {
            // Nobody may be listening.
            let _ = events.send(event);
        }
        let _ = writeln!(to, "{line}");
        if let Some(collected) = &mut collected {
            let _ = writeln!(collected, "{line}");
        }
    }
}

/// Where a test run collects what programs log, if one does.
fn collected() -> Option<File> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let folder = Path::new(&std::env::var_os("POSADA_TEST_LOGS")?).join("logs");
    fs::create_dir_all(&folder).ok()?;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    File::create(folder.join(format!("proofs-{}-{number}.log", std::process::id()))).ok()
}

/// A key of this machine's `.dev.vars`, which the first start made.
fn dev_var(name: &str) -> Result<String> {
    let path = root().join(".dev.vars");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let found = text.lines().find_map(|line| {
        let (found, value) = line.split_once('=')?;
        (found.trim() == name).then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    found.with_context(|| format!("{} holds no {name}", path.display()))
}
