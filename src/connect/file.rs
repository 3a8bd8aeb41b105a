//! Why an SQLite file cannot be opened, in words: SQLite itself says only that it cannot.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use sea_orm::DbErr;

use crate::error::Error;

/// Explains why an SQLite file could not be opened.
pub async fn explain(url: &str, error: DbErr) -> Error {
    let path = url.trim_start_matches("sqlite:").trim_start_matches("//");
    let path = PathBuf::from(path.split('?').next().unwrap_or_default());
    let creates = url.contains("mode=rwc");
    let explained = tokio::task::spawn_blocking(move || problem_of_file(&path, creates)).await;
    match explained {
        Ok(Some((found, advice))) => Error::Unreachable { found, advice: advice.to_owned() },
        _ => error.into(),
    }
}

/// Says what is wrong with a file and what to do about it, if that can be seen.
fn problem_of_file(path: &Path, creates: bool) -> Option<(String, &'static str)> {
    let name = path.display();
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if path.is_dir() {
        return Some((format!("{name} is a folder"), "give the path of a file"));
    }
    if !folder.is_dir() {
        return Some((format!("there is no folder {}", folder.display()), "create it, or correct the database URL"));
    }
    if !path.exists() && !creates {
        return Some((format!("there is no file {name}"), "add ?mode=rwc to the database URL to create it"));
    }
    // SQLite writes files of its own beside the database.
    let probe = folder.join(format!(".fleet-scim-{}", std::process::id()));
    if let Err(error) = std::fs::write(&probe, "") {
        let found = format!("the folder {} cannot be written: {error}", folder.display());
        return Some((found, "let the user of this process write there, or choose another folder in the database URL"));
    }
    let _ = std::fs::remove_file(&probe);
    if let Err(error) = std::fs::OpenOptions::new().append(true).create(creates).open(path) {
        return Some((format!("{name} cannot be written: {error}"), "let the user of this process write to the file"));
    }
    if !begins_as_sqlite(path) {
        return Some((format!("{name} is no SQLite database"), "choose another file in the database URL"));
    }
    None
}

/// Says whether a file is empty, or begins as a database of SQLite does.
fn begins_as_sqlite(path: &Path) -> bool {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let mut begins = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(16).read_to_end(&mut begins));
    read.is_err() || begins.is_empty() || begins == HEADER
}
