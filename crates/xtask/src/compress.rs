//! Compressed copies beside the static files, `.br` and `.gz`, and what everything weighs.
//!
//! The server hands such a copy out as it is to a browser that accepts it.

use crate::files;
use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::thread;

/// Kinds of files that shrink.
const SHRINKING: [&str; 8] = [
    "js",
    "wasm",
    "css",
    "svg",
    "html",
    "json",
    "txt",
    "webmanifest",
];
/// Below this size the saving is lost among the headers.
const WORTH_IT_BYTES: u64 = 1024;
const BROTLI_QUALITY: i32 = 11;
const BROTLI_WINDOW_BITS: i32 = 22;

/// What a first visit may cost in all: page, style, script, WebAssembly and icon as they travel. The goal
/// is 250,000 for every page. That of an email does not reach it yet, and nothing more may be added.
fn first_visit_bytes_max(page: &str) -> u64 {
    match page {
        "email" => 284_000,
        _ => 250_000,
    }
}
/// Of that, for the page itself, which is made anew for each visit: an email of a few turns has 4 KB.
/// `cargo xtask lighthouse` measures real ones.
const PAGE_BYTES_RESERVED: u64 = 10_000;

/// Writes the compressed copies of all files below a folder that gain by it.
pub(crate) fn beside_each(folder: &Path) -> Result<()> {
    let mut chosen = Vec::new();
    for file in files::below(folder)? {
        let path = folder.join(&file);
        if shrinks(&path) && fs::metadata(&path)?.len() >= WORTH_IT_BYTES {
            chosen.push(path);
        }
    }
    thread::scope(|scope| {
        let jobs: Vec<_> = chosen
            .iter()
            .map(|path| scope.spawn(move || both(path)))
            .collect();
        jobs.into_iter().try_for_each(|job| {
            job.join()
                .map_err(|_| anyhow::anyhow!("compression broke off"))?
        })
    })
}

fn shrinks(path: &Path) -> bool {
    path.extension()
        .and_then(|kind| kind.to_str())
        .is_some_and(|kind| SHRINKING.contains(&kind))
}

fn both(path: &Path) -> Result<()> {
    let plain = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    fs::write(beside(path, "br"), brotli(&plain)?)?;
    fs::write(beside(path, "gz"), gzip(&plain)?)?;
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn brotli(plain: &[u8]) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let settings = brotli::enc::BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        lgwin: BROTLI_WINDOW_BITS,
        size_hint: plain.len(),
        ..Default::default()
    };
    brotli::BrotliCompress(&mut &*plain, &mut packed, &settings)?;
    Ok(packed)
}

fn gzip(plain: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    Ok(encoder.finish()?)
}

/// Says what a first visit to a page costs, and fails above the limit. It loads the program of that page;
/// a page without script loads the style sheet and the icon alone.
pub(crate) fn first_visit(site: &Path, page: &str) -> Result<()> {
    let max = first_visit_bytes_max(page);
    let (_, [_, _, files]) = table(site, Some(page))?;
    let sum = files + PAGE_BYTES_RESERVED;
    let account =
        format!("{sum} bytes of {max}: files {files}, page at most {PAGE_BYTES_RESERVED}");
    if sum > max {
        bail!(
            "a first visit to the page `{page}` costs too much: {account}. Let the server render \
             what needs no script (app/src/alive.rs), and leave new crates out of the browser side"
        );
    }
    eprintln!("  first visit to the page `{page}`: {account}");
    Ok(())
}

/// A table of what the browser loads: raw, and compressed where there is a copy.
pub(crate) fn sizes(site: &Path) -> Result<String> {
    let (rows, sums) = table(site, None)?;
    Ok(format!(
        "{:>12} {:>10} {:>10}\n{rows}{}\n",
        "raw",
        "gzip",
        "brotli",
        line(sums, "in all")
    ))
}

/// A row for each file, and the sums; of all pages, or of one without the programs of others.
fn table(site: &Path, page: Option<&str>) -> Result<(String, [u64; 3])> {
    let mut table = String::new();
    let weight = |path: PathBuf| fs::metadata(path).map_or(0, |about| about.len());
    let mut sums = [0; 3];
    for file in files::below(site)? {
        let path = site.join(&file);
        if path
            .extension()
            .is_some_and(|kind| kind == "br" || kind == "gz")
        {
            continue;
        }
        let own = |page| {
            path.file_stem()
                .is_some_and(|stem| stem.to_string_lossy().ends_with(page))
        };
        let is_program = path
            .extension()
            .is_some_and(|kind| kind == "wasm" || kind == "js");
        if is_program && page.is_some_and(|page| !own(page)) {
            continue;
        }
        let raw = weight(path.clone());
        let packed = |ending| match weight(beside(&path, ending)) {
            0 => raw,
            bytes => bytes,
        };
        let row = [raw, packed("gz"), packed("br")];
        for (sum, size) in sums.iter_mut().zip(row) {
            *sum += size;
        }
        writeln!(table, "{}", line(row, &file.display().to_string()))?;
    }
    Ok((table, sums))
}

fn line([raw, gzip, brotli]: [u64; 3], name: &str) -> String {
    format!("{raw:>12} {gzip:>10} {brotli:>10}  {name}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn copies_unpack_to_the_original_and_small_or_packed_kinds_have_none() {
        let folder = tempfile::tempdir().unwrap();
        let text = "let answer = 42;\n".repeat(500);
        files::write(&folder.path().join("pkg/a.js"), &text).unwrap();
        files::write(&folder.path().join("tiny.js"), "1").unwrap();
        files::write(&folder.path().join("photo.png"), &text).unwrap();
        beside_each(folder.path()).unwrap();

        let names: Vec<_> = files::below(folder.path()).unwrap();
        let expected = [
            "photo.png",
            "pkg/a.js",
            "pkg/a.js.br",
            "pkg/a.js.gz",
            "tiny.js",
        ];
        assert_eq!(names, expected.map(PathBuf::from));

        let mut unpacked = String::new();
        let packed = fs::read(folder.path().join("pkg/a.js.br")).unwrap();
        brotli::Decompressor::new(&*packed, 4096)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
        unpacked.clear();
        let packed = fs::read(folder.path().join("pkg/a.js.gz")).unwrap();
        flate2::read::GzDecoder::new(&*packed)
            .read_to_string(&mut unpacked)
            .unwrap();
        assert_eq!(unpacked, text);
    }

    #[test]
    fn the_table_counts_each_file_once() {
        let folder = tempfile::tempdir().unwrap();
        files::write(&folder.path().join("a.js"), "12345").unwrap();
        files::write(&folder.path().join("a.js.br"), "12").unwrap();
        let table = sizes(folder.path()).unwrap();
        let sum: Vec<_> = table.lines().last().unwrap().split_whitespace().collect();
        assert_eq!(sum, ["5", "5", "2", "in", "all"]);
    }

    #[test]
    fn a_first_visit_has_a_limit() {
        let site = |bytes: u64| {
            let folder = tempfile::tempdir().unwrap();
            let size = usize::try_from(bytes).unwrap();
            files::write(&folder.path().join("a-list.js"), &"x".repeat(size)).unwrap();
            // What another page loads does not count.
            files::write(&folder.path().join("a-email.js"), &"x".repeat(size)).unwrap();
            first_visit(folder.path(), "list")
        };
        let most = first_visit_bytes_max("list") - PAGE_BYTES_RESERVED;
        assert!(site(most).is_ok());
        let error = site(most + 1).unwrap_err();
        assert!(
            error.to_string().contains("250001 bytes of 250000"),
            "{error}"
        );
    }
}
