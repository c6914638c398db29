//! The built app from a folder, with the headers a real host must send: types, how long to keep
//! a file, and what a page may do. Used by the relay of a small office, and by the developer's
//! commands, so that both are the same. It refuses to guess: a folder whose page has no policy is
//! not served.
//!
//! One page, `embed.html`, may be shown in frames of other pages: those that the publishers of the
//! site name in the first line of `overlays.bin`, and no others. All other pages never.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fmt, fs};

use axum::Router;
use axum::extract::{Request, State};
use axum::handler::HandlerWithoutStateExt as _;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use tower_http::services::ServeDir;

/// The page of a folder; its policy holds for everything in the folder.
const PAGE: &str = "index.html";
/// The page that may be shown in a frame.
const FRAMED: &str = "/embed.html";
/// The script that other pages take to show it.
const TAG: &str = "/embed.js";
/// Where the office's page stands.
const CONSOLE: &str = "/console/";
/// What the publishers lay over the content; its first line names the pages that may frame.
const OVERLAYS: &str = "overlays.bin";
/// What that line begins with, up to the version of the file's form.
const OVERLAYS_MARK: &str = "VSO";
/// That line is no longer (bytes).
const LONGEST_LINE: u64 = 64 * 1024;
/// What stands before the policy in a finished page.
pub const POLICY_BEFORE: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
/// The policy where no page says what may be done.
const NOTHING: &str = "default-src 'none'";
/// How many letters of a file's SHA-256 stand in its name.
pub const HASH_LETTERS: usize = 12;

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

/// Why a folder is not served.
#[derive(Debug)]
pub enum SiteError {
    /// There is no page, or it cannot be read.
    NoPage(PathBuf, io::Error),
    /// The page has no policy.
    NoPolicy(PathBuf),
}

impl fmt::Display for SiteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPage(path, error) => write!(
                f,
                "{}: {error}. `cargo xtask build` makes the folder dist/ that belongs here",
                path.display()
            ),
            Self::NoPolicy(path) => write!(
                f,
                "{} has no Content-Security-Policy: it is not a page that was built for this",
                path.display()
            ),
        }
    }
}

impl std::error::Error for SiteError {}

/// Serves a folder.
pub fn router(folder: &Path) -> Result<Router, SiteError> {
    let pages = Arc::new(Pages::new(folder));
    pages.policy(&folder.join(PAGE))?;
    let files = ServeDir::new(folder)
        .precompressed_br()
        .fallback(not_found.into_service());
    Ok(Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn_with_state(pages, with_headers)))
}

async fn with_headers(
    State(pages): State<Arc<Pages>>,
    mut request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    // An older build that is put back has older dates, and by its date it would never be new.
    request.headers_mut().remove(header::IF_MODIFIED_SINCE);
    // the compressed version is another form of a file, not a file of its own
    let mut response = if path.ends_with(".br") {
        not_found().await
    } else {
        next.run(request).await
    };
    let found = matches!(
        response.status(),
        StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::NOT_MODIFIED
    );
    let headers = response.headers_mut();
    headers.remove(header::LAST_MODIFIED);
    for (name, value) in security_headers(&path, &pages.policy_at(&path), &pages.frames()) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let keep = if found {
        cache_control(&path)
    } else {
        "no-store"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    if let Some(kind) = content_type(&path).filter(|_| found) {
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    }
    response
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, "Not found\n").into_response()
}

/// The headers of every answer at a path, with the policy of its page. `frames` are the origins
/// whose pages may show the page for frames, one after the other; a page can say so only by header.
/// Files with a hash in their name, and the publishers' file, are parts of pages and never pages, so
/// what is said about pages is not said with them: that would be a kilobyte for each before the first question.
pub fn security_headers(path: &str, policy: &str, frames: &str) -> Vec<(&'static str, String)> {
    let of_all = [
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ];
    let mut all = Vec::from(of_all.map(|(name, value)| (name, value.to_owned())));
    if has_hashed_name(path) || path.strip_prefix('/') == Some(OVERLAYS) {
        all.push(("cross-origin-resource-policy", "same-origin".to_owned()));
        return all;
    }
    let ancestors = match path {
        FRAMED => ["'self' ", frames].concat(),
        _ => "'none'".to_owned(),
    };
    let policy = format!("{policy}; frame-ancestors {}", ancestors.trim_end());
    all.push(("content-security-policy", policy));
    all.push(("permissions-policy", permissions_policy(path)));
    let about_others = match path {
        // so that pages which isolate themselves may show it as well
        FRAMED => [
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "cross-origin"),
        ],
        // with a hash in the tag, browsers want to be told that they may read it
        TAG => [
            ("access-control-allow-origin", "*"),
            ("cross-origin-resource-policy", "cross-origin"),
        ],
        _ => [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ],
    };
    all.extend(about_others.map(|(name, value)| (name, value.to_owned())));
    all
}

/// All closed; but the office's page may ask for the camera, which reads codes from phones that
/// have no net in a workshop, and keep the screen awake while the clock of a round is on it.
fn permissions_policy(path: &str) -> String {
    let may = |feature: &str| {
        matches!(feature, "camera" | "screen-wake-lock") && path.starts_with(CONSOLE)
    };
    let say = |feature: &str| match may(feature) {
        true => format!("{feature}=(self)"),
        false => format!("{feature}=()"),
    };
    CLOSED.map(say).join(", ")
}

/// What a file had when it was last read: changed when and how long, and what was found in it.
type Known = (Option<SystemTime>, u64, String);

/// The pages of a site and their policies. A page is read again when its file has changed, so
/// that a new build may be put into the folder while it is served.
#[derive(Debug)]
struct Pages {
    folder: PathBuf,
    known: Mutex<HashMap<PathBuf, Known>>,
}

impl Pages {
    fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            known: Mutex::default(),
        }
    }

    /// The policy for an address: of the page for frames, of the page in its first folder, or of
    /// the first page. When there is none to be had, nothing may be done.
    fn policy_at(&self, path: &str) -> String {
        if path == FRAMED {
            let framed = self.folder.join(FRAMED.trim_start_matches('/'));
            return self.policy(&framed).unwrap_or_else(|_| NOTHING.to_owned());
        }
        let first = path.trim_start_matches('/').split_once('/');
        let own = first
            .map(|(folder, _)| folder)
            .filter(|folder| is_plain(folder))
            .and_then(|folder| self.policy(&self.folder.join(folder).join(PAGE)).ok());
        own.or_else(|| self.policy(&self.folder.join(PAGE)).ok())
            .unwrap_or_else(|| NOTHING.to_owned())
    }

    fn policy(&self, page: &Path) -> Result<String, SiteError> {
        let unreadable = |error| SiteError::NoPage(page.to_owned(), error);
        self.known(page, |page| {
            let text = fs::read_to_string(page).map_err(unreadable)?;
            let policy = policy_of(&text).ok_or_else(|| SiteError::NoPolicy(page.to_owned()))?;
            Ok(policy.to_owned())
        })
    }

    /// The origins whose pages may frame, one after the other. When they cannot be read, none may.
    fn frames(&self) -> String {
        self.known(&self.folder.join(OVERLAYS), |file| {
            frames_in(file).map_err(|error| SiteError::NoPage(file.to_owned(), error))
        })
        .unwrap_or_default()
    }

    /// What was read of a file, or what is read of it now that it has changed.
    fn known(
        &self,
        file: &Path,
        read: impl Fn(&Path) -> Result<String, SiteError>,
    ) -> Result<String, SiteError> {
        let now = fs::metadata(file).map_err(|error| SiteError::NoPage(file.to_owned(), error))?;
        let state = (now.modified().ok(), now.len());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((changed, length, found)) = known.get(file)
            && (*changed, *length) == state
        {
            return Ok(found.clone());
        }
        let found = read(file)?;
        known.insert(file.to_owned(), (state.0, state.1, found.clone()));
        Ok(found)
    }
}

/// The origins in the first line of the publishers' file. Whatever is no origin is left out, so
/// that nothing but origins reaches the policy.
fn frames_in(file: &Path) -> io::Result<String> {
    let mut line = Vec::new();
    let file = io::BufReader::new(fs::File::open(file)?);
    file.take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    // a line that goes on is not half believed
    let line = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or_default());
    let mut words = line.split_ascii_whitespace();
    let is_ours = words.next().is_some_and(|it| it.starts_with(OVERLAYS_MARK));
    let origins = words.filter(|it| is_ours && is_origin(it));
    Ok(origins.collect::<Vec<_>>().join(" "))
}

/// Scheme and host, with a port if need be; without TLS only on this machine.
fn is_origin(text: &str) -> bool {
    let local = ["http://localhost", "http://127.0.0.1"];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let host = text.strip_prefix("https://").or_else(|| {
        let is_local = local.iter().any(|it| {
            let rest = text.strip_prefix(it);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
        text.strip_prefix("http://").filter(|_| is_local)
    });
    host.is_some_and(|it| !it.is_empty() && it.bytes().all(plain))
}

/// A folder's name that leads nowhere else.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The policy that stands in a finished page.
pub fn policy_of(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once(POLICY_BEFORE)?;
    rest.split_once('"').map(|(policy, _)| policy)
}

/// How long a file may be kept. A name with a hash never changes its content; of the others
/// the browser asks again, above all of the page that names them.
pub fn cache_control(path: &str) -> &'static str {
    if has_hashed_name(path) {
        "public, max-age=31536000, immutable"
    } else if matches!(extension(path), "html" | "" | "bin") || path.ends_with("/worker.js") {
        "no-cache"
    } else {
        "public, max-age=3600"
    }
}

fn has_hashed_name(path: &str) -> bool {
    path.rsplit_once('.')
        .and_then(|(stem, _)| stem.rsplit_once('-'))
        .is_some_and(|(_, hash)| {
            hash.len() == HASH_LETTERS && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
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

/// What follows the last dot of a path's last part.
pub fn extension(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header of the answer at that path.
    fn header(path: &str, frames: &str, name: &str) -> Option<String> {
        let all = security_headers(path, "default-src 'none'", frames);
        all.into_iter().find(|it| it.0 == name).map(|it| it.1)
    }

    #[test]
    fn framing_is_forbidden_by_header() {
        for path in [
            "/",
            "/index.html",
            "/console/",
            "/app-1.js",
            "/console/embed.html",
        ] {
            assert_eq!(
                header(path, "https://a.example", "content-security-policy").as_deref(),
                Some("default-src 'none'; frame-ancestors 'none'")
            );
            let whose = header(path, "", "cross-origin-resource-policy");
            assert_eq!(whose.as_deref(), Some("same-origin"));
        }
    }

    #[test]
    fn parts_of_a_page_carry_only_what_holds_for_parts() {
        let all = security_headers("/console/app-0123456789ab.wasm", "default-src 'none'", "");
        let mut names: Vec<_> = all.iter().map(|(name, _)| *name).collect();
        names.sort_unstable();
        let expected = [
            "cross-origin-resource-policy",
            "referrer-policy",
            "x-content-type-options",
        ];
        assert_eq!(names, expected);
        assert_eq!(
            security_headers("/overlays.bin", "", "").len(),
            expected.len()
        );
        assert!(header("/worker.js", "", "content-security-policy").is_some());
    }

    #[test]
    fn the_page_for_frames_names_who_may_show_it() {
        let policy = |frames| header("/embed.html", frames, "content-security-policy").unwrap();
        assert_eq!(
            policy("https://a.example https://b.example"),
            "default-src 'none'; frame-ancestors 'self' https://a.example https://b.example"
        );
        assert_eq!(policy(""), "default-src 'none'; frame-ancestors 'self'");
        let whose = header("/embed.html", "", "cross-origin-resource-policy");
        assert_eq!(whose.as_deref(), Some("cross-origin"));
    }

    #[test]
    fn only_origins_of_the_publishers_file_reach_the_policy() {
        let folder = tempfile::tempdir().unwrap();
        let pages = Pages::new(folder.path());
        assert_eq!(pages.frames(), "");
        let long = format!("VSO1 {}", "https://a.example ".repeat(9_000));
        for (text, found) in [
            (
                "VSO1 https://a.example https://b.example:8443\nbytes",
                "https://a.example https://b.example:8443",
            ),
            (
                "VSO1 http://localhost:8080 http://127.0.0.1\n",
                "http://localhost:8080 http://127.0.0.1",
            ),
            (
                "VSO1 * 'unsafe-inline'; script-src https: http://a.example http://localhost.evil\n",
                "",
            ),
            ("VSO1\nhttps://a.example", ""),
            ("<!doctype html> https://a.example\n", ""),
            ("", ""),
        ] {
            fs::write(folder.path().join(OVERLAYS), text).unwrap();
            assert_eq!(pages.frames(), found, "{text}");
        }
        fs::write(folder.path().join(OVERLAYS), long).unwrap();
        assert_eq!(pages.frames(), "", "not half of a line that is too long");
    }

    #[test]
    fn permissions_are_closed() {
        for path in [
            "/",
            "/index.html",
            "/embed.html",
            "/consoles",
            "/a/console/",
        ] {
            let policy = permissions_policy(path);
            assert!(policy.contains("camera=(), "), "{path}");
            assert!(policy.contains("geolocation=()"));
            assert!(policy.split(", ").all(|part| part.ends_with("=()")));
        }
    }

    #[test]
    fn only_the_offices_page_may_use_the_camera_and_keep_the_screen_awake_and_nothing_else() {
        for path in ["/console/", "/console/index.html"] {
            let policy = permissions_policy(path);
            assert!(policy.contains("camera=(self), "), "{path}");
            assert!(policy.contains("screen-wake-lock=(self), "), "{path}");
            assert_eq!(policy.matches("=()").count(), CLOSED.len() - 2);
        }
    }

    #[test]
    fn only_hashed_names_are_kept_for_ever() {
        assert!(cache_control("/first-da-ed7002b439e9.bin").contains("immutable"));
        assert_eq!(cache_control("/"), "no-cache");
        assert_eq!(cache_control("/index.html"), "no-cache");
        assert_eq!(cache_control("/console/"), "no-cache");
        assert_eq!(cache_control("/overlays.bin"), "no-cache");
        assert_eq!(cache_control("/worker.js"), "no-cache");
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

    fn page(policy: &str) -> String {
        format!("<head>{POLICY_BEFORE}{policy}\"></head>")
    }

    #[test]
    fn a_folder_with_a_page_has_its_own_policy_and_a_new_build_a_new_one() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(PAGE), page("app")).unwrap();
        fs::create_dir(folder.path().join("console")).unwrap();
        fs::write(folder.path().join("console").join(PAGE), page("console")).unwrap();
        let pages = Pages::new(folder.path());
        for (path, policy) in [
            ("/", "app"),
            ("/app-1.js", "app"),
            ("/console", "app"),
            ("/console/", "console"),
            ("/console/worker-1.js", "console"),
            ("/other/file.js", "app"),
            ("/../console/x", "app"),
            ("//console/x", "console"),
        ] {
            assert_eq!(pages.policy_at(path), policy, "{path}");
        }
        assert_eq!(pages.policy_at("/embed.html"), "default-src 'none'");
        fs::write(folder.path().join("embed.html"), page("framed")).unwrap();
        assert_eq!(
            pages.policy_at("/embed.html"),
            "framed",
            "it has a script more"
        );
        fs::write(folder.path().join(PAGE), page("newer app")).unwrap();
        assert_eq!(pages.policy_at("/"), "newer app");
        fs::remove_file(folder.path().join(PAGE)).unwrap();
        assert_eq!(pages.policy_at("/"), "default-src 'none'");
    }

    #[test]
    fn a_folder_without_page_or_policy_is_not_served() {
        let folder = tempfile::tempdir().unwrap();
        let error = router(folder.path()).unwrap_err().to_string();
        assert!(error.contains("cargo xtask build"), "{error}");
        fs::write(folder.path().join(PAGE), "<head></head>").unwrap();
        let error = router(folder.path()).unwrap_err().to_string();
        assert!(error.contains("no Content-Security-Policy"), "{error}");
    }
}
