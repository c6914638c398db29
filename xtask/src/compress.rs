//! Writing the finished files, each also compressed, and weighing them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result, ensure};
use brotli::enc::BrotliEncoderParams;

use sha2::{Digest, Sha256};
use vaekstspejl_relay::site::{HASH_LETTERS, extension};

use crate::build::OVERLAYS;
use crate::offline::{WORKER, WORKER_OFF};

/// Finished files by their path in `dist/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// `app.js` → `app-0123456789ab.js`: a name that changes with the content, so that a browser may
/// keep the file for ever.
pub fn hashed_name(stem: &str, extension: &str, bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .take(HASH_LETTERS / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{stem}-{hash}.{extension}")
}

/// What one file weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// As it is.
    pub raw: usize,
    /// As it travels: compressed, or as it is where that does not pay.
    pub brotli: usize,
}

/// The weights of all files.
#[derive(Debug, Default)]
pub struct Sizes(BTreeMap<String, Size>);

/// Writes all files, and the compressed version of all that are not images.
pub fn write(folder: &Path, files: &Files) -> Result<Sizes> {
    let queue = Mutex::new(files.iter());
    let done = Mutex::new(Sizes::default());
    let work = || -> Result<()> {
        loop {
            // the guard must not live through the work
            let next = lock(&queue).next();
            let Some((name, bytes)) = next else {
                return Ok(());
            };
            let size = write_one(folder, name, bytes)?;
            lock(&done).0.insert(name.clone(), size);
        }
    };
    let hands = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let hands: Vec<_> = (0..hands).map(|_| scope.spawn(work)).collect();
        hands.into_iter().try_for_each(|hand| match hand.join() {
            Ok(result) => result,
            Err(_) => Err(anyhow::anyhow!("compressing failed")),
        })
    })?;
    Ok(done
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

fn write_one(folder: &Path, name: &str, bytes: &[u8]) -> Result<Size> {
    let path = folder.join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
    }
    fs::write(&path, bytes).with_context(|| format!("writing {}", path.display()))?;
    let raw = bytes.len();
    // A file that is replaced at a host has no other form of itself beside it, which would stay
    // behind: what publishers write, and the worker, when it is switched off.
    let replaced = [OVERLAYS, WORKER, WORKER_OFF].contains(&name);
    if matches!(extension(name), "png" | "woff2") || replaced {
        return Ok(Size { raw, brotli: raw });
    }
    let compressed = brotli(bytes)?;
    let path = folder.join(format!("{name}.br"));
    fs::write(&path, &compressed).with_context(|| format!("writing {}", path.display()))?;
    Ok(Size {
        raw,
        brotli: compressed.len(),
    })
}

/// The best Brotli can do: it is done once and fetched often.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let settings = BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &settings)
        .context("compressing with Brotli")?;
    Ok(compressed)
}

/// How many compressed bytes some of the files may have together.
pub struct Budget<'a> {
    /// What the bytes are for.
    pub what: &'a str,
    /// The files that count.
    pub files: Vec<&'a str>,
    /// The limit.
    pub bytes: usize,
}

impl Sizes {
    /// A line per file, heaviest last, and the sum of the budget's files, marked `*`.
    pub fn table(&self, budget: &Budget<'_>) -> String {
        let width = self
            .0
            .keys()
            .map(|name| name.chars().count())
            .max()
            .unwrap_or(0);
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_by_key(|(_, size)| size.brotli);
        let mut table = format!("  {:width$} {:>11} {:>11}\n", "file", "raw", "Brotli");
        for (name, size) in rows {
            let mark = if budget.files.contains(&name.as_str()) {
                '*'
            } else {
                ' '
            };
            let (raw, brotli) = (grouped(size.raw), grouped(size.brotli));
            let _ = writeln!(table, "{mark} {name:width$} {raw:>11} {brotli:>11}");
        }
        let _ = write!(table, "* {}", self.line(budget));
        table
    }

    /// What the budget's files weigh, and may weigh.
    pub fn line(&self, budget: &Budget<'_>) -> String {
        let (sum, most) = (grouped(self.sum(budget)), grouped(budget.bytes));
        format!("{}: {sum} of {most} bytes", budget.what)
    }

    /// Fails when the budget's files weigh more than it allows.
    pub fn hold(&self, budget: &Budget<'_>) -> Result<()> {
        for file in &budget.files {
            ensure!(
                self.0.contains_key(*file),
                "{file} is in the budget, but was not built"
            );
        }
        let sum = self.sum(budget);
        ensure!(
            sum <= budget.bytes,
            "over budget: {} bytes {}, {} are allowed",
            grouped(sum),
            budget.what,
            grouped(budget.bytes)
        );
        Ok(())
    }

    /// The compressed bytes of the budget's files together.
    pub fn sum(&self, budget: &Budget<'_>) -> usize {
        let brotli = |file: &&str| self.0.get(*file).map_or(0, |size| size.brotli);
        budget.files.iter().map(brotli).sum()
    }

    /// The files with their weights, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Size)> {
        self.0.iter().map(|(name, size)| (name.as_str(), *size))
    }
}

/// 1234567 → `1 234 567`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_hash_of_the_content() {
        // printf content | sha256sum
        let name = hashed_name("first-da", "bin", b"content");
        assert_eq!(name, "first-da-ed7002b439e9.bin");
        let keep = vaekstspejl_relay::site::cache_control(&format!("/{name}"));
        assert!(keep.contains("immutable"));
    }

    fn sizes() -> Sizes {
        let size = |raw, brotli| Size { raw, brotli };
        Sizes(BTreeMap::from([
            ("app.wasm".to_owned(), size(200_000, 70_000)),
            ("index.html".to_owned(), size(9_000, 2_500)),
            ("icon.svg".to_owned(), size(400, 300)),
        ]))
    }

    fn budget(bytes: usize) -> Budget<'static> {
        Budget {
            what: "until the first question",
            files: vec!["app.wasm", "index.html"],
            bytes,
        }
    }

    #[test]
    fn the_table_shows_what_counts() {
        assert_eq!(
            sizes().table(&budget(100_000)),
            "  file               raw      Brotli\n  \
             icon.svg           400         300\n\
             * index.html       9 000       2 500\n\
             * app.wasm       200 000      70 000\n\
             * until the first question: 72 500 of 100 000 bytes"
        );
    }

    #[test]
    fn a_budget_is_held_to_the_byte() {
        assert!(sizes().hold(&budget(72_500)).is_ok());
        let error = sizes().hold(&budget(72_499)).unwrap_err().to_string();
        assert_eq!(
            error,
            "over budget: 72 500 bytes until the first question, 72 499 are allowed"
        );
    }

    #[test]
    fn a_file_that_was_not_built_is_not_light() {
        let mut budget = budget(100_000);
        budget.files.push("first-da.bin");
        assert!(sizes().hold(&budget).is_err());
    }

    #[test]
    fn numbers_are_grouped() {
        let numbers = [0, 12, 999, 1_000, 1_234_567];
        assert_eq!(
            numbers.map(grouped),
            ["0", "12", "999", "1 000", "1 234 567"]
        );
    }

    #[test]
    fn every_file_is_written_with_its_compressed_version() {
        let folder = std::env::temp_dir().join(format!("xtask-compress-{}", std::process::id()));
        let files = Files::from([
            ("a.txt".to_owned(), vec![b'a'; 5_000]),
            ("deep/b.png".to_owned(), vec![1, 2, 3]),
        ]);
        let sizes = write(&folder, &files).unwrap();
        assert_eq!(fs::read(folder.join("a.txt")).unwrap().len(), 5_000);
        assert!(sizes.0["a.txt"].brotli < 50);
        assert!(folder.join("a.txt.br").is_file());
        assert!(!folder.join("deep/b.png.br").exists());
        fs::remove_dir_all(&folder).unwrap();
    }
}
