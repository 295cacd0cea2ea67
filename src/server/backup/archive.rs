//! The archive of a backup: a zip file, because every desktop opens one and any entry of it can be read without the others.
//!
//! - `manifest.json`: version, migrations, when, the tables with rows and checksums
//! - `tables/〈table〉.jsonl`: a line of column names, then a line for each row
//! - `files.sha256`: every file, as `sha256sum -c` reads it
//! - `files/〈two digits〉/〈hash〉`: the content
//!
//! Where the settings have a key, every entry is sealed under it (AES-256, as WinZip and 7-Zip write it).
//!
//! The comment at its very end is the SHA-256 of everything before it.

use crate::server::db::rows::{Cells, Sum, line};
use crate::server::db::seals::Head;
use crate::server::storage::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use zip::read::ZipFile;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipArchive, ZipWriter};

/// The name of the manifest in the archive.
const MANIFEST: &str = "manifest.json";
/// The name of the list of files.
const FILES: &str = "files.sha256";
/// What this program writes, and reads.
const FORMAT: u32 = 1;
/// Letters of the seal at the end.
const SEAL: u64 = 64;
/// Bytes read at a time.
const PIECE: usize = 256 * 1024;
/// The longest line of a table: a record's texts together are far shorter.
const LONGEST_LINE: u64 = 64 * 1024 * 1024;

/// What an archive says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: u32,
    /// The version of the program that made it.
    pub version: String,
    /// When: what was committed before is there, what came later is not.
    pub made_at: String,
    /// The migrations that the store had seen.
    pub migrations: Vec<i64>,
    /// The tables.
    pub tables: Vec<TableSum>,
    /// How many files.
    pub files: u64,
    /// Their bytes together.
    pub bytes: u64,
    /// Files that records name and the file store no longer had as they were.
    pub damaged: Vec<String>,
    /// The end of the chain over 操作记录.
    pub audits: Head,
}

impl Manifest {
    /// Begins a manifest.
    pub fn new(made_at: String, migrations: Vec<i64>) -> Self {
        Self {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            made_at,
            migrations,
            tables: Vec::new(),
            files: 0,
            bytes: 0,
            damaged: Vec::new(),
            audits: Head::default(),
        }
    }
}

/// A table in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSum {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: u64,
    /// The sum of the SHA-256 of its lines, modulo 2^256.
    pub checksum: String,
}

impl TableSum {
    /// Of a table that was read to its end.
    pub fn new(name: &str, sum: &Sum) -> Self {
        Self {
            name: name.to_owned(),
            rows: sum.rows,
            checksum: sum.checksum(),
        }
    }
}

fn table_entry(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

/// The name of a file's entry.
fn file_entry(sha256: &str) -> String {
    format!("files/{}/{sha256}", sha256.get(..2).unwrap_or("00"))
}

fn readable(error: impl std::fmt::Display) -> String {
    format!("the archive: {error}")
}

/// An archive that is being written.
pub struct Writer {
    zip: ZipWriter<File>,
    key: String,
}

impl Writer {
    /// Into an empty file, sealed under a key or, where that is empty, open.
    pub fn new(file: File, key: &str) -> Self {
        Self {
            zip: ZipWriter::new(file),
            key: key.to_owned(),
        }
    }

    fn begin(&mut self, name: String, method: CompressionMethod) -> Result<(), String> {
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .unix_permissions(0o600)
            .large_file(true);
        let begun = match self.key.as_str() {
            "" => self.zip.start_file(name, options),
            key => {
                let sealed = options.with_aes_encryption(AesMode::Aes256, key);
                self.zip.start_file(name, sealed)
            }
        };
        begun.map_err(readable)
    }

    /// Begins a table with the names of its columns.
    pub fn table(&mut self, name: &str, columns: &[&str]) -> Result<(), String> {
        self.begin(table_entry(name), CompressionMethod::Deflated)?;
        let mut line = serde_json::to_vec(columns).map_err(readable)?;
        line.push(b'\n');
        self.write(&line)
    }

    /// Begins the list of files.
    pub fn list_of_files(&mut self) -> Result<(), String> {
        self.begin(FILES.to_owned(), CompressionMethod::Deflated)
    }

    /// A line of that list.
    pub fn list_file(&mut self, sha256: &str) -> Result<(), String> {
        self.write(format!("{sha256}  {}\n", file_entry(sha256)).as_bytes())
    }

    /// Begins a file. Pictures, PDFs and Office files are compressed already.
    pub fn file(&mut self, sha256: &str) -> Result<(), String> {
        self.begin(file_entry(sha256), CompressionMethod::Stored)
    }

    /// Adds to what was begun.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.zip.write_all(bytes).map_err(readable)
    }

    /// Leaves out what was begun.
    pub fn abort(&mut self) -> Result<(), String> {
        self.zip.abort_file().map_err(readable)
    }

    /// Writes the manifest and the seal; the archive is on the disk when this returns.
    pub fn finish(mut self, manifest: &Manifest) -> Result<(), String> {
        self.begin(MANIFEST.to_owned(), CompressionMethod::Deflated)?;
        let text = serde_json::to_vec_pretty(manifest).map_err(readable)?;
        self.write(&text)?;
        self.zip.set_comment("0".repeat(SEAL as usize)).map_err(readable)?;
        let mut file = self.zip.finish().map_err(readable)?;
        let (hash, end) = hash_to_seal(&mut file).map_err(readable)?;
        file.seek(SeekFrom::Start(end)).map_err(readable)?;
        file.write_all(hash.as_bytes()).map_err(readable)?;
        file.sync_all().map_err(readable)
    }
}

/// The hash over everything but the seal, and where the seal stands.
fn hash_to_seal(file: &mut File) -> std::io::Result<(String, u64)> {
    let end = file.metadata()?.len().saturating_sub(SEAL);
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha256::new();
    let mut rest = file.take(end);
    let mut piece = vec![0; PIECE];
    loop {
        match rest.read(&mut piece)? {
            0 => return Ok((hex(&hash.finalize()), end)),
            read => hash.update(&piece[..read]),
        }
    }
}

/// An archive that is read.
pub struct Reader {
    zip: ZipArchive<BufReader<File>>,
    key: String,
    /// What it says of itself.
    pub manifest: Manifest,
}

impl Reader {
    /// Opens an archive that is whole: not a byte of it is other than when it was written. A sealed one opens with its key.
    pub fn open(path: &Path, key: &str) -> Result<Self, String> {
        let mut file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let (hash, end) = hash_to_seal(&mut file).map_err(readable)?;
        file.seek(SeekFrom::Start(end)).map_err(readable)?;
        let mut seal = String::new();
        // What is no text is no seal.
        if file.read_to_string(&mut seal).is_err() || seal != hash {
            return Err(format!("{} is not what was written, or not whole", path.display()));
        }
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(readable)?;
        let manifest = entry(&mut zip, key, MANIFEST)?;
        let manifest: Manifest = serde_json::from_reader(manifest).map_err(readable)?;
        if manifest.format != FORMAT {
            return Err(format!(
                "the archive has format {}, this program reads {FORMAT}",
                manifest.format
            ));
        }
        let key = key.to_owned();
        Ok(Self { zip, key, manifest })
    }

    /// Reads a table to its end, some rows at a time; its checksum must be that of the manifest. `rows` answers whether to
    /// go on.
    pub fn table(
        &mut self,
        table: &TableSum,
        at_once: usize,
        mut columns: impl FnMut(Vec<String>) -> bool,
        mut rows: impl FnMut(Vec<Cells>) -> bool,
    ) -> Result<(), String> {
        let fault = |what: &str| format!("the table {} in the archive {what}", table.name);
        let entry = entry(&mut self.zip, &self.key, &table_entry(&table.name))?;
        let mut lines = BufReader::with_capacity(PIECE, entry);
        let mut text = Vec::new();
        let mut next = |text: &mut Vec<u8>| -> Result<bool, String> {
            text.clear();
            let mut longest = (&mut lines).take(LONGEST_LINE);
            let read = longest.read_until(b'\n', text).map_err(readable)?;
            if read > 0 && text.pop() != Some(b'\n') {
                return Err(fault("breaks off"));
            }
            Ok(read > 0)
        };
        if !next(&mut text)? || !columns(serde_json::from_slice(&text).map_err(readable)?) {
            return Err(fault("has other columns"));
        }
        let (mut sum, mut batch) = (Sum::default(), Vec::with_capacity(at_once));
        while next(&mut text)? {
            let cells: Cells = serde_json::from_slice(&text).map_err(readable)?;
            sum.add(&line(&cells));
            batch.push(cells);
            if batch.len() == at_once && !rows(std::mem::take(&mut batch)) {
                return Ok(());
            }
        }
        if TableSum::new(&table.name, &sum) != *table {
            return Err(fault("is not what the manifest says"));
        }
        if !batch.is_empty() {
            rows(batch);
        }
        Ok(())
    }

    /// The hashes of the files in it.
    pub fn files(&mut self) -> Result<Vec<String>, String> {
        let mut text = String::new();
        let mut entry = entry(&mut self.zip, &self.key, FILES)?;
        entry.read_to_string(&mut text).map_err(readable)?;
        let hashes = text.lines().filter_map(|line| line.split_whitespace().next());
        let hashes: Vec<String> = hashes.map(str::to_owned).collect();
        if hashes.len() as u64 != self.manifest.files {
            return Err("the list of files in the archive is not what the manifest says".to_owned());
        }
        Ok(hashes)
    }

    /// Copies a file; what comes out must have its hash.
    pub fn file(&mut self, sha256: &str, out: &mut impl Write) -> Result<u64, String> {
        let mut entry = entry(&mut self.zip, &self.key, &file_entry(sha256))?;
        let (mut hash, mut size, mut piece) = (Sha256::new(), 0, vec![0; PIECE]);
        loop {
            let read = entry.read(&mut piece).map_err(readable)?;
            if read == 0 {
                break;
            }
            hash.update(&piece[..read]);
            size += read as u64;
            out.write_all(&piece[..read]).map_err(readable)?;
        }
        if hex(&hash.finalize()) == sha256 {
            Ok(size)
        } else {
            Err(format!("the file {sha256} in the archive is not what its name says"))
        }
    }
}

/// An entry of an archive.
fn entry<'a>(
    zip: &'a mut ZipArchive<BufReader<File>>,
    key: &str,
    name: &str,
) -> Result<ZipFile<'a, BufReader<File>>, String> {
    let found = match key {
        "" => zip.by_name(name),
        key => zip.by_name_decrypt(name, key.as_bytes()),
    };
    found.map_err(|error| match error {
        ZipError::InvalidPassword => "the archive is sealed under another key than backup_key".to_owned(),
        ZipError::UnsupportedArchive(why) if why == ZipError::PASSWORD_REQUIRED => {
            "the archive is sealed: backup_key must be the key that it was made with".to_owned()
        }
        error => readable(error),
    })
}

/// Reads a whole archive; what is wrong with it.
pub fn faults(path: &Path, key: &str) -> Result<(Manifest, Vec<String>), String> {
    let mut reader = Reader::open(path, key)?;
    let mut faults = Vec::new();
    for table in reader.manifest.tables.clone() {
        faults.extend(reader.table(&table, 1_000, |_| true, |_| true).err());
    }
    match reader.files() {
        Ok(files) => {
            for sha256 in files {
                faults.extend(reader.file(&sha256, &mut std::io::sink()).err());
            }
        }
        Err(fault) => faults.push(fault),
    }
    let damaged = reader.manifest.damaged.iter();
    faults.extend(damaged.map(|sha256| format!("the file {sha256} was lost before the backup was made")));
    Ok((reader.manifest, faults))
}
