//! How a house's pages look: colours, corners, letters, logo; as rules of style that the app inserts.
//!
//! Only properties of `style/tokens.css` are set, so that a look cannot move or hide anything. Dark
//! follows light, paper follows light. A colour that cannot be read is refused with the figures and
//! the nearest one that can.

use super::{
    colour::{Colour, DARK, Grounds, LIGHT, MARK, Palette, TEXT, TooClose, lifted, palette, told},
    finding::{Code, Wrong},
    names,
    tree::{Reading, Table},
    value::bare,
};
use core::fmt::Write;

/// What may stand in `[look]`.
const KEYS: [&str; 6] = [
    "brand",
    "brand_dark",
    "accent",
    "accent_dark",
    "corner",
    "font",
];

/// The rules that `[look]` asks for.
pub(super) fn rules(mut table: Table, reading: &mut Reading<'_>) -> Vec<String> {
    let brand = colour(&mut table, "brand", &LIGHT, TEXT, reading);
    let brand_dark = colour(&mut table, "brand_dark", &DARK, TEXT, reading);
    let accent = colour(&mut table, "accent", &LIGHT, MARK, reading);
    let accent_dark = colour(&mut table, "accent_dark", &DARK, MARK, reading);
    let mut light = String::new();
    let mut dark = String::new();
    let mut paper = String::new();
    if let Some(accent) = accent {
        set_accent(&mut light, accent);
        set_accent(&mut paper, accent);
    }
    let accent_dark = accent_dark.or(accent.map(|it| lifted(it, MARK)));
    if let Some(accent) = accent_dark {
        set_accent(&mut dark, accent);
    }
    if let Some(brand) = brand {
        let made = palette(brand, accent.unwrap_or(LIGHT.accent), &LIGHT);
        set_brand(&mut light, made);
        set_brand(&mut paper, made);
    }
    if let Some(brand) = brand_dark.or(brand.map(|it| lifted(it, TEXT))) {
        let made = palette(brand, accent_dark.unwrap_or(DARK.accent), &DARK);
        set_brand(&mut dark, made);
    }
    light.push_str(one_of(
        &mut table,
        "corner",
        names::CORNERS,
        Code::UnknownCorner,
        corner,
        reading,
    ));
    light.push_str(one_of(
        &mut table,
        "font",
        names::FONTS,
        Code::UnknownFont,
        font,
        reading,
    ));
    reading.nothing_left(table, &KEYS);
    let rule = |body: &str, before: &str, after: &str| {
        (!body.is_empty()).then(|| [before, body, after].concat())
    };
    [
        rule(&light, ":root{", "}"),
        rule(&dark, "@media (prefers-color-scheme:dark){:root{", "}}"),
        // As in style/print.css: doubled, so that it wins over the dark colours.
        rule(&paper, "@media print{:root:root{", "}}"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn set_brand(rule: &mut String, it: Palette) {
    let Palette {
        brand,
        strong,
        on,
        tint,
    } = it;
    let _ = write!(
        rule,
        "--brand:{brand};--brand-strong:{strong};--on-brand:{on};--brand-tint:{tint};"
    );
}

fn set_accent(rule: &mut String, accent: Colour) {
    let _ = write!(rule, "--accent:{accent};--focus:{accent};");
}

/// A colour that can be told from its grounds.
fn colour(
    table: &mut Table,
    key: &str,
    grounds: &Grounds,
    least: f64,
    reading: &mut Reading<'_>,
) -> Option<Colour> {
    let (line, text) = reading.raw(table, key)?;
    let colour: Result<Colour, Wrong> = bare(&text)
        .parse()
        .map_err(|_| Wrong::value(Code::NotAColour, text.trim()));
    let colour = reading.found.take(&reading.at(line), colour)?;
    match told(colour, grounds, least) {
        Ok(colour) => Some(colour),
        Err(close) => {
            let wrong = too_close(colour, close, grounds, least);
            reading.found.error(&reading.at(line), wrong);
            None
        }
    }
}

fn too_close(colour: Colour, close: TooClose, grounds: &Grounds, least: f64) -> Wrong {
    let code = match (least >= TEXT, grounds.is_dark) {
        (true, false) => Code::TooPale,
        (true, true) => Code::TooDim,
        (false, false) => Code::AccentTooPale,
        (false, true) => Code::AccentTooDim,
    };
    // Cut off, not rounded: 4.49 must not be told as 4.5.
    let tenths = (close.contrast * 10.0).floor() / 10.0;
    Wrong::value(code, colour.to_string())
        .with("contrast", format!("{tenths:.1}"))
        .with("least", format!("{least:.1}"))
        .with("ground", close.ground.to_string())
        .with("nearest", close.nearest.to_string())
}

/// The declarations for a choice by name.
fn one_of(
    table: &mut Table,
    key: &str,
    list: &str,
    code: Code,
    declarations: fn(&str) -> &'static str,
    reading: &mut Reading<'_>,
) -> &'static str {
    let Some((line, text)) = reading.raw(table, key) else {
        return "";
    };
    let names = reading.names;
    let id = names.known(list, bare(&text), code);
    let id = reading.found.take(&reading.at(line), id);
    id.map_or("", declarations)
}

fn corner(id: &str) -> &'static str {
    match id {
        "square" => "--radius:0;--radius-small:0;--radius-control:0;",
        "round" => "--radius:1.25rem;--radius-small:.75rem;--radius-control:99rem;",
        _ => "--radius:.75rem;--radius-small:.4rem;--radius-control:.6rem;",
    }
}

/// Fonts that stand on people's machines: a file would be bytes, and a request.
fn font(id: &str) -> &'static str {
    match id {
        "serif" => {
            "--font-text:Charter,\"Bitstream Charter\",\"Sitka Text\",Cambria,Georgia,\"Noto Serif\",serif;"
        }
        "humanist" => {
            "--font-text:Seravek,\"Gill Sans Nova\",Ubuntu,Calibri,\"DejaVu Sans\",sans-serif;--font-title:var(--font-text);"
        }
        _ => "--font-title:var(--font-text);",
    }
}
