//! How a house's pages look: colours that can be read, and a logo that does nothing.

use super::*;
use proptest::prelude::*;
use std::{fs, path::Path};
use vaekstspejl_engine::authoring::overlay::colour::{
    Colour, DARK, Grounds, LIGHT, MARK, TEXT, contrast, hsl, lifted, nearest, palette, told,
};

// ------------------------------------------------------------------ the look

/// WCAG's own examples, and one reckoned by hand: white on #767676 is the well-known 4.54.
#[test]
fn contrast_is_reckoned_as_wcag_does() {
    let of = |one: &str, other: &str| contrast(one.parse().unwrap(), other.parse().unwrap());
    assert!((of("#000", "#fff") - 21.0).abs() < 1e-9);
    assert!((of("#777777", "#777777") - 1.0).abs() < 1e-9);
    assert!((of("#767676", "#ffffff") - 4.54).abs() < 0.005);
    assert!((of("#ff0000", "#ffffff") - 3.998).abs() < 0.005);
    for wrong in [
        "",
        "135448",
        "#12",
        "#1234567",
        "#gggggg",
        "#éé",
        "blue",
        "rgb(1,2,3)",
    ] {
        assert!(wrong.parse::<Colour>().is_err(), "{wrong}");
    }
}

#[test]
fn a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() {
    let text = format!("{SETTINGS}[look]\nbrand = \"#ffcc00\"\n");
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    let finding = &built.findings[0];
    assert_eq!(finding.code, Code::TooPale);
    let piece = |name: &str| {
        finding
            .pieces
            .iter()
            .find(|(it, _)| *it == name)
            .unwrap()
            .1
            .clone()
    };
    // Yellow is as light as paper: about 1.3 to 1 on the quiet ground.
    assert_eq!(
        (
            piece("contrast").as_str(),
            piece("least").as_str(),
            piece("ground").as_str()
        ),
        ("1.2", "4.5", "#efece4")
    );
    // And what is proposed is taken.
    let text = text.replace("#ffcc00", &piece("nearest"));
    assert_eq!(of_settings(&text), []);
}

#[test]
fn a_look_sets_nothing_but_the_properties_of_the_house() {
    let style =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../style/tokens.css"))
            .unwrap();
    let text = format!(
        "{SETTINGS}[look]\nbrand = \"#7a2e4d\"\naccent = \"#a04a00\"\ncorner = \"kantet\"\nfont = \"humanist\"\n"
    );
    let built = built(&[folder("b", &[("office.toml", text.as_bytes())])]);
    assert_eq!(errors(&built), []);
    let rules = &built.published[0].look.rules;
    assert_eq!(rules.len(), 3);
    assert!(rules[0].starts_with(":root{--"));
    assert!(rules[1].starts_with("@media (prefers-color-scheme:dark){:root{--"));
    assert!(rules[2].starts_with("@media print{:root:root{--"));
    for rule in rules {
        let body = rule.rsplit('{').next().unwrap().trim_end_matches('}');
        for declaration in body.split(';').filter(|it| !it.is_empty()) {
            let (name, _) = declaration.split_once(':').unwrap();
            assert!(
                style.contains(&format!("{name}:")),
                "{name} is no property of style/tokens.css"
            );
        }
    }
    assert!(rules[0].contains("--brand:#7a2e4d;") && rules[0].contains("--radius-control:0;"));
}

/// The grounds that contrast is reckoned against are those that are painted.
#[test]
fn the_grounds_are_those_of_the_style() {
    let style =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../style/tokens.css"))
            .unwrap();
    let (light, dark) = style
        .split_once("@media (prefers-color-scheme: dark)")
        .unwrap();
    for (part, grounds) in [(light, LIGHT), (dark, DARK)] {
        let token = |name: &str| -> Colour {
            let (_, rest) = part.split_once(&format!("--{name}: ")).unwrap();
            rest.split(';').next().unwrap().parse().unwrap()
        };
        assert_eq!(
            grounds.all,
            ["ground", "surface", "surface-quiet", "warn-tint"].map(token)
        );
        assert_eq!(grounds.surface, token("surface"));
        assert_eq!(grounds.text, ["text", "text-quiet"].map(token));
        assert_eq!(grounds.accent, token("accent"));
        // The program's own colours hold what is asked of others.
        assert!(told(token("brand"), &grounds, TEXT).is_ok());
        assert!(told(token("accent"), &grounds, MARK).is_ok());
        assert!(told(token("focus"), &grounds, MARK).is_ok());
    }
}

fn any_colour() -> impl Strategy<Value = Colour> {
    (any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(r, g, b)| Colour(r, g, b))
}

fn by_light_and_in_the_dark() -> [&'static Grounds; 2] {
    [&LIGHT, &DARK]
}

proptest! {
    #[test]
    fn whatever_is_proposed_can_be_read_and_has_the_same_hue(colour in any_colour(), text in any::<bool>()) {
        let least = if text { TEXT } else { MARK };
        for grounds in by_light_and_in_the_dark() {
            let near = nearest(colour, grounds, least);
            prop_assert!(told(near, grounds, least).is_ok());
            if told(colour, grounds, least).is_ok() {
                prop_assert_eq!(near, colour);
            }
            // Near black and white, a byte is too coarse to have a hue.
            let ((hue, saturation, _), (other, left, _)) = (hsl(colour), hsl(near));
            let spread = |it: Colour| it.0.max(it.1).max(it.2) - it.0.min(it.1).min(it.2);
            if saturation > 0.2 && left > 0.2 && spread(near) > 24 {
                let apart = (hue - other).abs();
                prop_assert!(apart.min(6.0 - apart) < 0.2, "{} {}", colour, near);
            }
        }
    }

    #[test]
    fn a_lighter_shade_of_what_is_proposed_could_not_be_read(colour in any_colour()) {
        prop_assume!(told(colour, &LIGHT, TEXT).is_err());
        let near = nearest(colour, &LIGHT, TEXT);
        // Three bytes up in every part is a step that can be seen, and is too much.
        let lighter = Colour(near.0.saturating_add(3), near.1.saturating_add(3), near.2.saturating_add(3));
        prop_assert!(told(lighter, &LIGHT, TEXT).is_err(), "{} {}", near, lighter);
    }

    #[test]
    fn all_that_is_made_of_a_colour_can_be_read(colour in any_colour(), mark in any_colour()) {
        for grounds in by_light_and_in_the_dark() {
            let brand = nearest(colour, grounds, TEXT);
            let accent = nearest(mark, grounds, MARK);
            let it = palette(brand, accent, grounds);
            for (over, under) in [
                (it.on, it.brand),
                (it.on, it.strong),
                (it.brand, it.tint),
                (it.strong, it.tint),
                (grounds.text[0], it.tint),
                (grounds.text[1], it.tint),
            ] {
                prop_assert!(contrast(over, under) >= TEXT, "{} on {} of {}", over, under, brand);
            }
            prop_assert!(contrast(accent, it.tint) >= MARK);
            prop_assert!(told(it.strong, grounds, TEXT).is_ok());
        }
        prop_assert!(told(lifted(colour, TEXT), &DARK, TEXT).is_ok());
    }
}

// ------------------------------------------------------------------ the logo

/// The error of a logo, if it is refused.
fn of_logo(name: &str, bytes: &[u8]) -> Option<Code> {
    let built = built(&[folder(
        "b",
        &[("office.toml", SETTINGS.as_bytes()), (name, bytes)],
    )]);
    let found = errors(&built);
    assert!(found.len() < 2, "{found:?}");
    match found.first() {
        Some((place, code)) => {
            assert_eq!(place, name);
            Some(*code)
        }
        None => {
            assert!(built.published[0].look.logo.starts_with("data:image/"));
            None
        }
    }
}

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\">{inside}</svg>"
    )
}

#[test]
fn a_logo_neither_acts_nor_fetches() {
    for (inside, code) in [
        ("<path d=\"M0 0h9\" fill=\"#123\"/>", None),
        (
            "<defs><path id=\"a\" d=\"M0 0\"/></defs><use href=\"#a\" xlink:href=\"#a\"/>",
            None,
        ),
        (
            "<rect fill=\"url(#g)\" style=\"stroke: url( '#g' )\"/>",
            None,
        ),
        ("<style>.a{fill:#123}</style><!-- drawn by hand -->", None),
        ("<script>alert(1)</script>", Some(Code::LogoScript)),
        ("<SCRIPT/>", Some(Code::LogoScript)),
        ("<g onclick=\"x()\"/>", Some(Code::LogoScript)),
        ("<g OnLoad=\"x()\"/>", Some(Code::LogoScript)),
        ("<foreignObject/>", Some(Code::LogoForeign)),
        (
            "<?xml-stylesheet href=\"https://x.example/a.css\"?>",
            Some(Code::LogoForeign),
        ),
        (
            "<image href=\"https://x.example/a.png\"/>",
            Some(Code::LogoOutside),
        ),
        ("<use xlink:href=\"other.svg#a\"/>", Some(Code::LogoOutside)),
        (
            "<a href=\"javascript:x()\"><path/></a>",
            Some(Code::LogoOutside),
        ),
        (
            "<image href=\"data:image/svg+xml,x\"/>",
            Some(Code::LogoOutside),
        ),
        (
            "<rect style=\"fill:url(https://x.example/a.svg#b)\"/>",
            Some(Code::LogoOutside),
        ),
        (
            "<rect style=\"fill:u\\72l(//x.example)\"/>",
            Some(Code::LogoOutside),
        ),
        (
            "<g xmlns:i=\"urn:i\" i:export-filename=\"C:\\logo.png\" i:onload=\"1\"/>",
            Some(Code::LogoScript),
        ),
        (
            "<g xmlns:i=\"urn:i\" i:export-filename=\"C:\\logo.png\"/>",
            None,
        ),
        (
            "<style>@import 'https://x.example';</style>",
            Some(Code::LogoOutside),
        ),
        (
            "<style>a{background:url(&quot;//x.example&quot;)}</style>",
            Some(Code::LogoOutside),
        ),
        (
            "<style>a{src:URL( //x.example )}</style>",
            Some(Code::LogoOutside),
        ),
        (
            "<set attributeName=\"href\" to=\"https://x.example\"/>",
            Some(Code::LogoOutside),
        ),
        ("<g>", Some(Code::LogoNotXml)),
        ("&ouml;", Some(Code::LogoNotXml)),
    ] {
        assert_eq!(
            of_logo("logo.svg", svg(inside).as_bytes()),
            code,
            "{inside}"
        );
    }
    let doctype = format!("<!DOCTYPE svg PUBLIC \"a\" \"b\">{}", svg(""));
    assert_eq!(
        of_logo("logo.svg", doctype.as_bytes()),
        Some(Code::LogoDoctype)
    );
    let no_size = svg("").replace(" viewBox=\"0 0 9 9\"", "");
    assert_eq!(
        of_logo("logo.svg", no_size.as_bytes()),
        Some(Code::LogoWithoutSize)
    );
    assert_eq!(of_logo("logo.svg", b"<html></html>"), Some(Code::NotALogo));
    assert_eq!(
        of_logo("logo.svg", b"\xff\xd8\xff\xe0JFIF"),
        Some(Code::NotALogo)
    );
    let long = svg(&" ".repeat(20_001));
    assert_eq!(
        of_logo("logo.svg", long.as_bytes()),
        Some(Code::LogoTooLarge)
    );
}

#[test]
fn a_png_is_whole_or_refused() {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length, kind.as_slice(), data, &[0; 4]].concat()
    };
    let head = chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, 6, 0, 0, 0]);
    let whole = [
        b"\x89PNG\r\n\x1a\n".as_slice(),
        &head,
        &chunk(b"IDAT", &[1, 2, 3]),
        &chunk(b"IEND", &[]),
    ]
    .concat();
    assert_eq!(of_logo("logo.png", &whole), None);
    for end in 8..whole.len() {
        assert_eq!(
            of_logo("logo.png", &whole[..end]),
            Some(Code::LogoBroken),
            "{end}"
        );
    }
    let more = [whole.as_slice(), b"<script>"].concat();
    assert_eq!(of_logo("logo.png", &more), Some(Code::LogoBroken));
    let both = folder(
        "b",
        &[
            ("office.toml", SETTINGS.as_bytes()),
            ("logo.png", &whole),
            ("logo.svg", svg("").as_bytes()),
        ],
    );
    assert_eq!(errors(&built(&[both])), [at("logo.png", Code::TwoLogos)]);
}
