//! Where things are: the folders of the workspace and what Cargo leaves in `target`.
//!
//! Nothing here changes a file. Chores take paths from here alone, so that a move is made once.

use anyhow::{Context, Result};
use std::env;
use std::path::{Path, PathBuf};

/// The target triple of the browser side.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The folders of this checkout.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

/// For whom we build: for the next minute, or for other people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Dev,
    Release,
}

impl Workspace {
    /// Finds the checkout this program was built from.
    pub(crate) fn locate() -> Result<Self> {
        // Cargo sets it when it runs us; the compiled-in value serves a direct call of the binary.
        let manifest_dir = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest_dir
            .ancestors()
            .nth(2)
            .context("xtask must lie two folders below the workspace: call it as `cargo xtask`")?
            .to_path_buf();
        let target = env::var_os("CARGO_TARGET_DIR")
            .map_or_else(|| root.join("target"), |dir| root.join(dir));
        Ok(Self { root, target })
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where Cargo and the chores put what they make.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// What the chores remember between two calls.
    pub(crate) fn notes(&self) -> PathBuf {
        self.target.join("xtask")
    }

    /// Programs that chores install for themselves.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// The folder the server serves as static files.
    pub(crate) fn site(&self) -> PathBuf {
        self.target.join("site")
    }

    pub(crate) fn end2end(&self) -> PathBuf {
        self.root.join("end2end")
    }

    /// A program built by Cargo in this workspace.
    pub(crate) fn program(&self, profile: Profile, name: &str) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "release",
        };
        self.target
            .join(folder)
            .join(format!("{name}{}", env::consts::EXE_SUFFIX))
    }

    /// The browser side as rustc writes it, before wasm-bindgen.
    pub(crate) fn raw_wasm(&self, profile: Profile) -> PathBuf {
        let folder = match profile {
            Profile::Dev => "debug",
            Profile::Release => "wasm-release",
        };
        self.target
            .join(WASM_TARGET)
            .join(folder)
            .join("frontend.wasm")
    }
}

impl Profile {
    pub(crate) fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}
