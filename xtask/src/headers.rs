//! What every answer of a host says besides the file: types, how long to keep it, and what
//! the page may do.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// What a browser could be asked for and the app never does. Only names that Chromium knows:
/// it warns about others.
const CLOSED: [&str; 20] = [
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "usb",
];

/// The Content-Security-Policy of a page with one inline style, as it stands in the page; it may
/// speak to its own origin and to those of the mailboxes.
pub fn content_security_policy(style: &str, relays: &[String]) -> String {
    let connect: String = relays.iter().map(|origin| format!(" {origin}")).collect();
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' '{}'; \
         img-src 'self' data: blob:; connect-src 'self'{connect}; manifest-src 'self'; \
         base-uri 'none'; form-action 'none'",
        source_hash(style)
    )
}

/// The hash by which a policy allows exactly this text.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(text)))
}

/// The headers of every answer. A page can forbid being framed only by header.
pub fn security(page_policy: &str) -> Vec<(&'static str, String)> {
    vec![
        (
            "content-security-policy",
            format!("{page_policy}; frame-ancestors 'none'"),
        ),
        ("referrer-policy", "no-referrer".to_owned()),
        ("permissions-policy", permissions_policy()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
    ]
}

fn permissions_policy() -> String {
    CLOSED.map(|feature| format!("{feature}=()")).join(", ")
}

/// How long a file may be kept. A name with a hash never changes its content; of the others
/// the browser asks again, above all of the page that names them.
pub fn cache_control(path: &str) -> &'static str {
    if has_hashed_name(path) {
        "public, max-age=31536000, immutable"
    } else if matches!(extension(path), "html" | "") {
        "no-cache"
    } else {
        "public, max-age=3600"
    }
}

/// The type of a file, by its name; `None` where the server knows better.
pub fn content_type(path: &str) -> Option<&'static str> {
    Some(match extension(path) {
        "html" | "" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "bin" => "application/octet-stream",
        "svg" => "image/svg+xml; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// How many letters of a file's SHA-256 stand in its name.
const HASH_LETTERS: usize = 12;

/// `app.js` → `app-0123456789ab.js`.
pub fn hashed_name(stem: &str, extension: &str, bytes: &[u8]) -> String {
    let hash: String = Sha256::digest(bytes)
        .iter()
        .take(HASH_LETTERS / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{stem}-{hash}.{extension}")
}

fn has_hashed_name(path: &str) -> bool {
    path.rsplit_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| {
            hash.len() == HASH_LETTERS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
}

/// What follows the last dot of a path's last part.
pub fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_browsers_compute() {
        // printf 'b{}' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            source_hash("b{}"),
            "sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans="
        );
    }

    #[test]
    fn the_policy_is_closed() {
        let relays = ["https://post.example.dk".to_owned()];
        let policy = content_security_policy("b{}", &relays);
        assert!(policy.contains("connect-src 'self' https://post.example.dk;"));
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(!policy.contains("unsafe-inline"));
        assert!(!policy.contains("'unsafe-eval'"));
        assert!(!policy.contains("http"));
        assert!(!policy.contains('"'), "it stands in a quoted attribute");
    }

    #[test]
    fn framing_is_forbidden_by_header() {
        let headers = security("default-src 'none'");
        assert_eq!(
            headers[0],
            (
                "content-security-policy",
                "default-src 'none'; frame-ancestors 'none'".to_owned()
            )
        );
    }

    #[test]
    fn permissions_are_closed() {
        let policy = permissions_policy();
        assert!(policy.contains("camera=(), "));
        assert!(policy.contains("geolocation=()"));
        assert!(policy.split(", ").all(|part| part.ends_with("=()")));
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        let name = hashed_name("first-da", "bin", b"content");
        assert_eq!(name, "first-da-ed7002b439e9.bin");
        assert!(cache_control(&format!("/{name}")).contains("immutable"));
        assert_eq!(cache_control("/"), "no-cache");
        assert_eq!(cache_control("/index.html"), "no-cache");
        assert_eq!(cache_control("/icon.svg"), "public, max-age=3600");
        assert_eq!(
            cache_control("/apple-touch-icon.png"),
            "public, max-age=3600"
        );
    }

    #[test]
    fn types_are_right() {
        assert_eq!(content_type("/"), Some("text/html; charset=utf-8"));
        assert_eq!(content_type("/a-1.wasm"), Some("application/wasm"));
        assert_eq!(content_type("/x.y/a.bin"), Some("application/octet-stream"));
        assert_eq!(content_type("/icon.png"), None);
    }
}
