//! Files that others read while they are written anew: the old one stays whole until the new one is.

use crate::{fault::Fault, words::Words};
use std::{
    fs::{self, File},
    io::{self, Write},
    path::{Path, PathBuf},
};

/// What stands at the beginning of a file that this program may write over.
pub const OVERLAYS: &[u8] = b"VSO";

/// Writes a file beside its place, puts it on the disk, reads it again, and moves it there. A file
/// that is there and begins otherwise than `mark` is somebody else's and stays.
pub fn put(path: &Path, bytes: &[u8], mark: &[u8], words: &Words) -> Result<bool, Fault> {
    let name = path.display().to_string();
    if let Ok(old) = fs::read(path)
        && !(old.is_empty() || old.starts_with(mark))
    {
        return Err(Fault::new(
            words.fill("office_other_file", &[("file", &name)]),
            words.get("office_other_file_do"),
        ));
    }
    let beside = with(path, ".new");
    let written = write(&beside, bytes).and_then(|()| {
        let took_compressed = fs::remove_file(with(path, ".br")).is_ok();
        fs::rename(&beside, path)?;
        Ok(took_compressed)
    });
    let took_compressed = written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        let error = error.to_string();
        Fault::new(
            words.fill("office_not_written", &[("file", &name), ("error", &error)]),
            words.get("office_not_written_do"),
        )
    })?;
    // So that the name, too, survives a loss of power; not every system can.
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|it| it.sync_all());
    Ok(took_compressed)
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    if fs::read(path)? == bytes {
        Ok(())
    } else {
        Err(io::ErrorKind::InvalidData.into())
    }
}

/// The name with this at its end; in the same folder, so that it can be moved in one step.
fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    path.with_file_name(name)
}
