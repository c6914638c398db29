//! The controls, one file each, with a stylesheet of the same name in `style/components/`.

mod footer;
mod header;
mod municipality;
mod notice;
mod progress;
mod question;

pub use footer::Footer;
pub use header::Header;
pub use municipality::MunicipalityField;
pub use notice::Notice;
pub use progress::Progress;
pub use question::Question;
