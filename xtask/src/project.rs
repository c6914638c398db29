//! Where things are.

use std::path::{Path, PathBuf};

/// The checkout this command was built in.
pub struct Project {
    root: PathBuf,
}

impl Project {
    /// The checkout around this crate.
    pub fn here() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self {
            root: xtask.parent().unwrap_or(xtask).to_path_buf(),
        }
    }

    /// A path inside the checkout.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The root folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The finished app, ready for any static host.
    pub fn dist(&self) -> PathBuf {
        self.path("dist")
    }

    /// Where cargo puts what it builds.
    pub fn target(&self) -> PathBuf {
        match std::env::var_os("CARGO_TARGET_DIR") {
            Some(directory) => self.path(PathBuf::from(directory)),
            None => self.path("target"),
        }
    }

    /// Half-finished files of a build.
    pub fn scratch(&self) -> PathBuf {
        self.target().join("xtask")
    }
}
