//! The profile code as a QR code: a link to the code, drawn here from its modules.

use crate::{
    own,
    words::{key, text},
};
use leptos::prelude::*;
use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

/// White around the code, in modules: readers find it by that (ISO/IEC 18004: 4).
const QUIET: i32 = 4;

/// The QR code of a profile code.
#[component]
pub fn Qr(
    /// The profile code.
    code: String,
) -> impl IntoView {
    let (side, path) = drawing(&own::address_of_codes(), &code)?;
    let frame = ["0 0 ", &side.to_string(), " ", &side.to_string()].concat();
    // Black on white also in the dark: many readers know nothing else.
    Some(view! {
        <svg class="qr" viewBox=frame role="img" aria-label=move || text(key::HOME_QR) shape-rendering="crispEdges">
            <rect width="100%" height="100%" fill="#fff"/>
            <path d=path fill="#000"/>
        </svg>
    })
}

/// Side in modules, quiet zone included, and the dark modules as a path of horizontal runs. The
/// code is in capitals, which a QR holds in little more than half the room.
pub fn drawing(address: &str, code: &str) -> Option<(i32, String)> {
    let before = QrSegment::make_bytes(address.as_bytes());
    let code = QrSegment::make_alphanumeric(&code.to_ascii_uppercase());
    let segments = match address.is_empty() {
        true => vec![code],
        false => vec![before, code],
    };
    let qr = QrCode::encode_segments(&segments, QrCodeEcc::Medium).ok()?;
    let mut path = String::new();
    for y in 0..qr.size() {
        let mut x = 0;
        while x < qr.size() {
            let run = (x..qr.size())
                .take_while(|it| qr.get_module(*it, y))
                .count() as i32;
            if run > 0 {
                let (left, top, run) = (
                    (x + QUIET).to_string(),
                    (y + QUIET).to_string(),
                    run.to_string(),
                );
                path.push_str(&["M", &left, " ", &top, "h", &run, "v1h-", &run, "z"].concat());
            }
            x += run.max(1);
        }
    }
    Some((qr.size() + 2 * QUIET, path))
}
