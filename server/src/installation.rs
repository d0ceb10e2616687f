//! The data folder: where everything lies that must survive, readable by its owner alone.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use email_agent_store::Store;
use secrecy::{ExposeSecret, SecretString};

/// The engine's folder and the secret of this installation.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The file of the store.
    store_path: PathBuf,
    /// The folder itself.
    pub(crate) data_dir: PathBuf,
    /// For the embedded engine.
    pub(crate) engine_dir: PathBuf,
    /// 32 random bytes as hexadecimal digits, made once. Everything that must be unguessable from
    /// outside but the same after a restart is derived from it.
    pub(crate) secret: SecretString,
}

impl Installation {
    /// Opens the data folder, making what is missing.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        make_private_dir(data_dir).with_context(|| {
            format!(
                "the data folder {} cannot be made: choose another with --data-dir",
                data_dir.display()
            )
        })?;
        // Paths are shown on pages and in logs: whole ones help, relative ones mislead.
        let data_dir = data_dir
            .canonicalize()
            .context("the data folder has no readable path")?;
        Ok(Self {
            store_path: data_dir.join("app.db"),
            engine_dir: data_dir.join("engine"),
            secret: secret_in(&data_dir.join("installation.key"))?,
            data_dir,
        })
    }
}

impl Installation {
    /// What is remembered beside the workflows.
    pub(crate) fn store(&self) -> anyhow::Result<Store> {
        Store::open(&self.store_path)
            .with_context(|| format!("{} cannot be opened", self.store_path.display()))
    }
}

fn make_private_dir(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn secret_in(path: &Path) -> anyhow::Result<SecretString> {
    if !path.exists() {
        let random = rand::random::<u128>;
        let text = format!("{:032x}{:032x}", random(), random());
        write_private(path, &text).with_context(|| {
            format!(
                "{} cannot be written: make its folder writable",
                path.display()
            )
        })?;
    }
    let text = fs::read_to_string(path).with_context(|| {
        format!(
            "{} cannot be read: give this user the right to",
            path.display()
        )
    })?;
    let secret = SecretString::from(text.trim());
    ensure!(
        is_whole(secret.expose_secret()),
        "{} is damaged: restore it from a backup, or remove it (links to running emails stay valid, passwords and keys of the settings must be entered again)",
        path.display()
    );
    Ok(secret)
}

fn is_whole(key: &str) -> bool {
    key.len() == 64 && key.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whole or not at all: a crash in between must not leave half a key.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_made_once_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let open = || {
            Installation::open(dir.path())
                .unwrap()
                .secret
                .expose_secret()
                .to_owned()
        };
        let first = open();
        assert_eq!(open(), first);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(dir.path().join("installation.key"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o077, 0);
        }
    }

    #[test]
    fn a_damaged_secret_is_named() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("installation.key"), "short").unwrap();
        assert!(
            Installation::open(dir.path())
                .unwrap_err()
                .to_string()
                .contains("damaged")
        );
    }
}
