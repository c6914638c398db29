//! A house's logo, from its file to an address that the page can show without asking anybody.
//!
//! It is shown as a picture, where a browser runs nothing in it and fetches nothing for it. It is
//! refused all the same when it holds what could act or fetch: a host should not have to rely on that.

use super::finding::{Code, Wrong};
use roxmltree::{Document, Node};

/// Longest file (bytes): everybody who comes fetches it.
pub const LONGEST: usize = 20_000;

const SVG: &str = "http://www.w3.org/2000/svg";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

/// What a picture has no use for: what acts, or brings another document in.
const FOREIGN: [&str; 9] = [
    "foreignObject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "canvas",
    "handler",
    "listener",
];

/// The address of the logo in these bytes: `data:image/svg+xml,…` or `data:image/png;base64,…`.
pub(super) fn address(bytes: &[u8]) -> Result<String, Wrong> {
    if bytes.len() > LONGEST {
        let wrong = Wrong::new(Code::LogoTooLarge).with("bytes", bytes.len().to_string());
        return Err(wrong.with("most", LONGEST.to_string()));
    }
    if bytes.starts_with(PNG) {
        png(bytes).ok_or(Wrong::new(Code::LogoBroken))?;
        return Ok(["data:image/png;base64,", &base64(bytes)].concat());
    }
    let text = core::str::from_utf8(bytes).map_err(|_| Wrong::new(Code::NotALogo))?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if !text.starts_with('<') {
        return Err(Wrong::new(Code::NotALogo));
    }
    svg(text)?;
    Ok(["data:image/svg+xml,", &escaped(text)].concat())
}

fn svg(text: &str) -> Result<(), Wrong> {
    if text.contains("<!DOCTYPE") || text.contains("<!ENTITY") {
        return Err(Wrong::new(Code::LogoDoctype));
    }
    let document = Document::parse(text).map_err(|error| {
        let position = error.pos();
        Wrong::new(Code::LogoNotXml)
            .with("line", position.row.to_string())
            .with("detail", error.to_string())
    })?;
    let root = document.root_element();
    if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some(SVG) {
        return Err(Wrong::new(Code::NotALogo));
    }
    let told = |name: &str| root.attribute(name).is_some_and(|it| !it.trim().is_empty());
    let has_size = told("viewBox") || (told("width") && told("height"));
    if !has_size {
        return Err(Wrong::new(Code::LogoWithoutSize));
    }
    for node in document.root().descendants() {
        harmless(node)?;
    }
    Ok(())
}

fn harmless(node: Node<'_, '_>) -> Result<(), Wrong> {
    if node.is_pi() {
        let name = node.pi().map_or("", |it| it.target);
        return Err(Wrong::value(Code::LogoForeign, format!("<?{name}?>")));
    }
    if !node.is_element() {
        return Ok(());
    }
    let name = node.tag_name().name();
    if name.eq_ignore_ascii_case("script") {
        return Err(Wrong::value(Code::LogoScript, "<script>"));
    }
    if FOREIGN.iter().any(|it| it.eq_ignore_ascii_case(name)) {
        return Err(Wrong::value(Code::LogoForeign, format!("<{name}>")));
    }
    for attribute in node.attributes() {
        let (name, value) = (attribute.name(), attribute.value());
        let told = || format!("{name}=\"{}\"", super::value::shortened(value));
        if name.len() > 2
            && name
                .get(..2)
                .is_some_and(|it| it.eq_ignore_ascii_case("on"))
        {
            return Err(Wrong::value(Code::LogoScript, format!("{name}=")));
        }
        // What a drawing program keeps under names of its own means nothing to a browser.
        let means_something = attribute.namespace().is_none() && names_outside(value);
        if leads_outside(name, value) || means_something {
            return Err(Wrong::value(Code::LogoOutside, told()));
        }
    }
    if name == "style" {
        let style: String = node.descendants().filter_map(|it| it.text()).collect();
        if names_outside(&style) {
            return Err(Wrong::value(Code::LogoOutside, "<style>"));
        }
    }
    Ok(())
}

/// An address that is not a part of the same picture. What moves may hold plain figures.
fn leads_outside(name: &str, value: &str) -> bool {
    let value = value.trim();
    match name {
        "href" | "src" | "base" => !value.starts_with('#') && !value.is_empty(),
        "from" | "to" | "values" | "by" => value.contains(':'),
        _ => false,
    }
}

/// A style that fetches something, or hides what it does behind an escape.
fn names_outside(style: &str) -> bool {
    let style: String = style.chars().filter(|it| !it.is_whitespace()).collect();
    let style = style.to_ascii_lowercase();
    let fetches = style.split("url(").skip(1).any(|rest| {
        let target = rest.trim_start_matches(['"', '\'']);
        !target.starts_with('#')
    });
    fetches || style.contains('\\') || style.contains("@import") || style.contains("image-set(")
}

/// Walks the chunks of a PNG from head to end; none: it is damaged, or not a still picture.
fn png(bytes: &[u8]) -> Option<()> {
    let mut rest = bytes.get(PNG.len()..)?;
    let mut first = true;
    loop {
        let (length, after) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (kind, after) = after.split_first_chunk::<4>()?;
        let (data, after) = after.split_at_checked(length)?;
        let (_check, after) = after.split_first_chunk::<4>()?;
        if first {
            let (width, height) = data.split_at_checked(4).filter(|_| kind == b"IHDR")?;
            let is_some = |it: &[u8]| it.iter().any(|it| *it != 0);
            (is_some(width) && is_some(height.get(..4)?)).then_some(())?;
            first = false;
        }
        if kind == b"IEND" {
            return after.is_empty().then_some(());
        }
        rest = after;
    }
}

/// As a `data:` address: what has a meaning in addresses, and what is not ASCII, is escaped.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 5 / 4);
    for byte in text.bytes() {
        match byte {
            b'\n' | b'\r' | b'\t' => escaped.push_str("%20"),
            b' ' => escaped.push_str("%20"),
            b'%'
            | b'#'
            | b'<'
            | b'>'
            | b'"'
            | b'{'
            | b'}'
            | b'|'
            | b'\\'
            | b'^'
            | b'`'
            | 0..=0x1f
            | 0x7f.. => {
                escaped.push_str(&format!("%{byte:02X}"));
            }
            _ => escaped.push(char::from(byte)),
        }
    }
    escaped
}

/// RFC 4648, with padding.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let part = |at: usize| group.get(at).map_or(0, |it| u32::from(*it));
        let whole = part(0) << 16 | part(1) << 8 | part(2);
        for at in 0..4 {
            let letter = LETTERS.get((whole >> (18 - 6 * at)) as usize & 63);
            text.push(if at > group.len() {
                '='
            } else {
                letter.map_or('=', |it| char::from(*it))
            });
        }
    }
    text
}
