//! The real binary: commands, servers as processes of their own, and people who come over HTTP.

use hometown::server::db;
use hometown::server::password::hash_now;
use reqwest::blocking::{Client, Response, multipart};
use serde_json::Value as Json;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

const BINARY: &str = env!("CARGO_BIN_EXE_hometown");

/// The settings of an installation.
#[derive(Clone)]
pub struct Place {
    folder: PathBuf,
    settings: Vec<(String, String)>,
}

impl Place {
    /// SQLite and a folder of files.
    pub fn new(folder: &Path) -> Self {
        let url = format!("sqlite://{}", folder.join("test.db").display());
        Self {
            folder: folder.to_owned(),
            settings: Vec::new(),
        }
        .with("HOMETOWN_DATABASE_URL", &url)
        .with("HOMETOWN_FILES", &folder.join("files").display().to_string())
        .with("HOMETOWN_ADDRESS", "127.0.0.1:0")
        .with("HOMETOWN_PUBLIC_URL", "")
        // However full the disk of whoever runs the tests is.
        .with("HOMETOWN_FILES_DISK_PERCENT", "100")
        // These tests save faster than anybody types.
        .with("HOMETOWN_SAVES_PER_MINUTE", "0")
    }

    /// With another setting.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(BINARY);
        command.current_dir(&self.folder).envs(self.settings.iter().cloned());
        command
    }

    /// Runs a command; what it said and how it ended.
    pub fn output(&self, words: &[&str]) -> Output {
        self.command().args(words).output().unwrap()
    }

    /// Runs a command that must go well; what it printed.
    pub fn run(&self, words: &[&str]) -> String {
        let output = self.output(words);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{words:?}: {said}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The divisions and their accounts, and a password that some of them have chosen.
    pub fn seed(&self, accounts: &[&str], password: &str) {
        let first = self.folder.join("first.csv");
        self.run(&["seed", "--passwords", first.to_str().unwrap()]);
        let url = self.settings.iter().find(|(name, _)| name == "HOMETOWN_DATABASE_URL");
        let (url, hash) = (&url.unwrap().1, hash_now(password).unwrap());
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = db::Store::open(url).await.unwrap();
            let mut tx = store.begin().await.unwrap();
            for key in accounts {
                let account = db::accounts::by_key(&mut tx, key).await.unwrap().unwrap().account;
                db::accounts::set_password(&mut tx, &account.id, &hash, false, None, super::NOW)
                    .await
                    .unwrap();
            }
            tx.commit().await.unwrap();
            store.close().await;
        });
    }

    /// Starts a server.
    pub fn start(&self) -> Server {
        let mut process = self
            .command()
            .arg("serve")
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let log = Arc::new(Mutex::new(String::new()));
        let (mut address, mut metrics) = (String::new(), None);
        for line in lines.by_ref().map_while(Result::ok) {
            let after = |words: &str| {
                let (_, rest) = line.split_once(words)?;
                rest.split(['"', ' ']).next().map(str::to_owned)
            };
            writeln!(Log(&log), "{line}").unwrap();
            metrics = after("metrics on ").or(metrics);
            if let Some(found) = after("listening on ") {
                address = found;
                break;
            }
        }
        assert!(
            !address.is_empty(),
            "the server says its address: {}",
            log.lock().unwrap()
        );
        let kept = Arc::clone(&log);
        let reading = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                writeln!(Log(&kept), "{line}").unwrap();
            }
        });
        Server {
            process,
            address,
            metrics,
            log,
            reading,
        }
    }
}

struct Log<'a>(&'a Mutex<String>);

impl Write for Log<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A server process.
pub struct Server {
    process: Child,
    /// Where it listens.
    pub address: String,
    /// Where Prometheus may read.
    pub metrics: Option<String>,
    log: Arc<Mutex<String>>,
    reading: std::thread::JoinHandle<()>,
}

impl Server {
    /// kill -9.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Tells it to stop, as systemd does.
    pub fn terminate(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Waits for its end: whether it ended well, and all that it has logged.
    pub fn ended(mut self) -> (bool, String) {
        let status = self.process.wait().unwrap();
        self.reading.join().unwrap();
        let log = self.log.lock().unwrap().clone();
        (status.success(), log)
    }

    /// Host and port.
    pub fn socket(&self) -> &str {
        self.address.trim_start_matches("http://")
    }
}

/// Somebody with a browser.
#[derive(Clone)]
pub struct Person {
    client: Client,
    /// The server that they talk to.
    pub address: String,
    /// Their cookies.
    pub cookie: String,
}

impl Person {
    /// Somebody who is not signed in.
    pub fn stranger(server: &Server) -> Self {
        let client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            client,
            address: server.address.clone(),
            cookie: String::new(),
        }
    }

    /// Tries to sign in; the answer.
    pub fn tries(&self, account: &str, password: &str) -> Response {
        self.form("/login", &format!("account={account}&password={password}"))
    }

    /// Sends a plain form.
    pub fn form(&self, path: &str, body: &str) -> Response {
        let request = self
            .client
            .post(format!("{}{path}", self.address))
            .header("origin", &self.address)
            .header("cookie", &self.cookie)
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body.to_owned()).send().unwrap()
    }

    /// Somebody who has signed in.
    pub fn sign_in(server: &Server, account: &str, password: &str) -> Self {
        let mut person = Self::stranger(server);
        let answer = person.tries(account, password);
        let cookies = answer
            .headers()
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok());
        let pairs: Vec<&str> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
        person.cookie = pairs.join("; ");
        person
    }

    /// The same browser, sent to another server by whatever stands in front of both.
    pub fn at(&self, server: &Server) -> Self {
        Self {
            address: server.address.clone(),
            ..self.clone()
        }
    }

    /// Gets a page or a file.
    pub fn get(&self, path: &str) -> Response {
        let request = self.client.get(format!("{}{path}", self.address));
        request.header("cookie", &self.cookie).send().unwrap()
    }

    /// Calls a server function; nothing when it was not done.
    pub fn call(&self, function: &str, arguments: &Json) -> Option<Json> {
        let answer = self
            .client
            .post(format!("{}/api/{function}", self.address))
            .header("origin", &self.address)
            .header("cookie", &self.cookie)
            .json(arguments)
            .send()
            .ok()?;
        let is_done = answer.status().is_success();
        answer.json().ok().filter(|_| is_done)
    }

    /// Sends JSON to a route.
    pub fn post(&self, path: &str, body: &impl serde::Serialize) -> Response {
        let request = self.client.post(format!("{}{path}", self.address));
        let request = request.header("origin", &self.address).header("cookie", &self.cookie);
        request.json(body).send().unwrap()
    }

    /// Sends a piece of a file.
    pub fn put_piece(&self, upload: &str, from: usize, piece: &[u8]) -> Response {
        let request = self
            .client
            .put(format!("{}/files/pieces/{upload}?from={from}", self.address));
        let request = request.header("origin", &self.address).header("cookie", &self.cookie);
        request.body(piece.to_vec()).send().unwrap()
    }

    /// Uploads a file for a mobilization; its id.
    pub fn upload(&self, record: &str, name: &str, content: &[u8]) -> Option<String> {
        let part = multipart::Part::bytes(content.to_vec()).file_name(name.to_owned());
        let form = multipart::Form::new()
            .text("form", "mobilization")
            .text("record", record.to_owned())
            .text("field", "files")
            .part("file", part);
        let request = self.client.post(format!("{}/files", self.address));
        let request = request.header("origin", &self.address).header("cookie", &self.cookie);
        let answer = request.multipart(form).send().ok()?;
        let file: hometown::domain::attachment::Attachment = answer.json().ok()?;
        Some(file.id)
    }

    /// Sends a workbook of candidates; how far its import is.
    pub fn sends_workbook(&self, content: &[u8]) -> Json {
        let part = multipart::Part::bytes(content.to_vec()).file_name("名单.xlsx");
        let request = self.client.post(format!("{}/imports/candidates", self.address));
        let request = request.header("origin", &self.address).header("cookie", &self.cookie);
        let form = multipart::Form::new().part("file", part);
        request.multipart(form).send().unwrap().json().unwrap()
    }

    /// Registers a mobilization with a file; its id when both were acknowledged.
    pub fn register(&self, title: &str) -> Option<String> {
        let id = db::new_id();
        let mut draft = super::mobilization(title);
        draft.set("files", self.upload(&id, "通知.pdf", super::PDF)?);
        let arguments =
            serde_json::json!({ "form": "mobilization", "id": id, "version": 0, "key": "k", "draft": draft });
        self.call("save_record", &arguments).map(|_| id)
    }

    /// Opens a mobilization.
    pub fn opens(&self, id: &str) -> Option<Json> {
        let arguments = serde_json::json!({ "page": "mobilization", "tab": "", "id": id });
        self.call("open_record", &arguments)
    }
}
