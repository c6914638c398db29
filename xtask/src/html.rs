//! The page: index.html with its marks filled.

use anyhow::{Result, bail, ensure};

use vaekstspejl::FirstScreen;
use vaekstspejl_relay::site::POLICY_BEFORE;

use crate::policy::content_security_policy;

const HEAD: &str = "<!--head-->";
const APP: &str = "<!--app-->";
const ICON: &str = "href=\"icon.svg\"";
/// How both templates begin.
const ROOT: &str = "<html lang=\"da\">";

/// What the page refers to and shows.
pub struct Page<'a> {
    /// The icon of the tab, as SVG.
    pub icon: &'a str,
    /// The inline style; without one the page waits for its style file.
    pub style: &'a str,
    /// The name of the style that comes with the result.
    pub later_style: &'a str,
    /// The name of the starting script.
    pub script: &'a str,
    /// The name of the module.
    pub wasm: &'a str,
    /// The names of the content files: language, first, later.
    pub content: &'a [(String, String, String)],
    /// The language whose first part is fetched together with the program; where there is an inline
    /// script, that chooses.
    pub language: &'a str,
    /// The second piece of the program; may be empty.
    pub result: &'a str,
    /// The file of what publishers lay over the content; it has a name of its own.
    pub overlays: &'a str,
    /// The name of the version that the page belongs to; a page of none has no name.
    pub version: &'a str,
    /// Further files the program asks for, by the names it knows them by.
    pub further: &'a [(String, String)],
    /// The first screen in every language, ready to be seen before the program is here; that of
    /// `language` first.
    pub first_screens: &'a [FirstScreen],
    /// The inline script after it; may be empty.
    pub first_script: &'a str,
    /// For pages that are shown in a frame of somebody else's page.
    pub framed: bool,
    /// The origins of the mailboxes that the page may speak to, besides its own.
    pub relays: &'a [String],
}

/// Fills the marks of the template.
pub fn fill(template: &str, page: &Page<'_>) -> Result<String> {
    for screen in page.first_screens {
        if let Some(refused) = refused_by_policy(&screen.html) {
            bail!(
                "the first screen contains `{refused}`, which the Content-Security-Policy refuses"
            );
        }
    }
    let mut html = without_comments_of_authors(template);
    let icon = format!(
        "href=\"{}\"",
        data_address(&without_comments_of_authors(page.icon))
    );
    for (mark, text) in [(HEAD, head(page)), (APP, app(page)), (ICON, icon)] {
        ensure!(
            html.matches(mark).count() == 1,
            "index.html must contain the mark {mark} exactly once"
        );
        html = html.replace(mark, &text);
    }
    if page.framed {
        ensure!(
            html.contains(ROOT),
            "index.html must begin with {ROOT}: the page for frames differs there"
        );
        html = html.replacen(ROOT, &ROOT.replace('>', " data-framed>"), 1);
    }
    Ok(html)
}

/// The place of the app with the first screen in it, and the first screens of other languages, out
/// of sight and of no effect until the script takes one.
fn app(page: &Page<'_>) -> String {
    let mut screens = page.first_screens.iter();
    let mut html = match screens.next() {
        None => "<div id=\"app\"></div>".to_owned(),
        Some(first) => format!(
            "<div id=\"app\" data-wait=\"{}\">{}</div>",
            first.wait, first.html
        ),
    };
    for screen in screens {
        html.push_str(&format!(
            "\n<template id=\"first-{lang}\" lang=\"{lang}\" dir=\"{}\" data-wait=\"{}\">{}</template>",
            screen.direction,
            screen.wait,
            screen.html,
            lang = screen.lang,
        ));
    }
    if !page.first_script.is_empty() {
        html.push_str(&format!("\n<script>{}</script>", page.first_script));
    }
    html
}

/// The icon as part of the page. As a file, browsers ask for it anew at every change of the
/// fragment, and how many questions somebody answers is nobody's business.
fn data_address(svg: &str) -> String {
    let mut address = "data:image/svg+xml,".to_owned();
    for letter in svg.split_whitespace().collect::<Vec<_>>().join(" ").chars() {
        match letter {
            '"' => address.push('\''),
            '<' | '>' | '#' | '%' | '&' => address.push_str(&format!("%{:02X}", u32::from(letter))),
            letter => address.push(letter),
        }
    }
    address
}

/// The policy first, so that it holds for everything after it; then what is needed soonest.
fn head(page: &Page<'_>) -> String {
    let mut lines = vec![format!(
        "{POLICY_BEFORE}{}\">",
        content_security_policy(page.style, page.first_script, page.relays)
    )];
    lines.push(format!(
        "<link rel=\"modulepreload\" href=\"{}\">",
        page.script
    ));
    let chosen = |language: &String| language == page.language && page.first_script.is_empty();
    let first = page
        .content
        .iter()
        .filter(|(language, _, _)| chosen(language))
        .map(|(_, first, _)| first.as_str());
    for file in [page.wasm, page.overlays].into_iter().chain(first) {
        lines.push(format!(
            "<link rel=\"preload\" href=\"{file}\" as=\"fetch\" crossorigin>"
        ));
    }
    for (language, first, later) in page.content {
        lines.push(format!(
            "<meta name=\"content-{language}-first\" content=\"{first}\">"
        ));
        lines.push(format!(
            "<meta name=\"content-{language}-later\" content=\"{later}\">"
        ));
    }
    for (name, value) in [
        ("overlays", page.overlays),
        ("result", page.result),
        ("version", page.version),
    ] {
        if !value.is_empty() {
            lines.push(format!("<meta name=\"{name}\" content=\"{value}\">"));
        }
    }
    for (name, file) in page.further {
        lines.push(format!("<meta name=\"{name}\" content=\"{file}\">"));
    }
    if page.style.is_empty() {
        lines.push(format!(
            "<link rel=\"stylesheet\" href=\"{}\">",
            page.later_style
        ));
    } else {
        lines.push(format!(
            "<meta name=\"later-style\" content=\"{}\">",
            page.later_style
        ));
        lines.push(format!("<style>{}</style>", page.style));
    }
    lines.push(format!(
        "<script type=\"module\" src=\"{}\"></script>",
        page.script
    ));
    lines.join("\n")
}

/// Drops `<!-- notes to the next author -->`; the marks have no blanks.
fn without_comments_of_authors(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("<!-- ") {
        out.push_str(before.trim_end_matches([' ', '\t']));
        let Some((_, after)) = after.split_once("-->") else {
            return out;
        };
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    out.push_str(rest);
    out
}

/// Inline styles, scripts and handlers do nothing under the policy, or worse, seem to work
/// until it is switched on. The answer is what was found.
fn refused_by_policy(html: &str) -> Option<String> {
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let tag = tag_of(after);
        let name: String = tag
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if matches!(name.as_str(), "script" | "style" | "iframe" | "base") {
            return Some(format!("<{name}>"));
        }
        if let Some(attribute) = attribute_names(tag).find(|attribute| {
            *attribute == "style" || (attribute.starts_with("on") && attribute.len() > 2)
        }) {
            return Some(format!("{attribute}="));
        }
        rest = &after[tag.len()..];
    }
    None
}

/// A tag up to its `>`, not fooled by one inside a quoted value.
fn tag_of(text: &str) -> &str {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (quote, letter) {
            (None, '>') => return &text[..at],
            (None, '"' | '\'') => quote = Some(letter),
            (Some(open), _) if open == letter => quote = None,
            _ => {}
        }
    }
    text
}

fn attribute_names(tag: &str) -> impl Iterator<Item = &str> {
    let mut rest = tag.trim_start_matches(|letter: char| !letter.is_whitespace());
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|letter: char| letter.is_whitespace() || letter == '/');
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .find(|letter: char| letter.is_whitespace() || letter == '=')
            .unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        rest = match after.strip_prefix('=') {
            None => after,
            Some(value) => match value.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    value[1..].split_once(quote).map_or("", |(_, after)| after)
                }
                _ => value.trim_start_matches(|letter: char| !letter.is_whitespace()),
            },
        };
        Some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "<html lang=\"da\"><head>\n  <!-- a note -->\n<!--head-->\n<link href=\"icon.svg\"></head><body><!--app--></body>";

    fn page(content: &[(String, String, String)]) -> Page<'_> {
        Page {
            icon: "<svg a=\"1\">#</svg>",
            later_style: "later-1.css",
            style: "b{}",
            script: "app-1.js",
            wasm: "app-1.wasm",
            content,
            language: "da",
            overlays: "overlays.bin",
            result: "split_result-1.wasm",
            version: "1",
            further: &[],
            first_screens: &[],
            first_script: "",
            framed: false,
            relays: &[],
        }
    }

    fn screens() -> Vec<FirstScreen> {
        [("da", "Hej"), ("en", "Hello")]
            .map(|(lang, word)| FirstScreen {
                lang: lang.to_owned(),
                direction: "ltr".to_owned(),
                html: format!("<main>{word}</main>"),
                wait: "…".to_owned(),
            })
            .to_vec()
    }

    fn content() -> Vec<(String, String, String)> {
        ["da", "en"]
            .map(|language| {
                (
                    language.to_owned(),
                    format!("first-{language}-1.bin"),
                    format!("later-{language}-1.bin"),
                )
            })
            .to_vec()
    }

    #[test]
    fn every_mark_is_filled() {
        let (content, screens) = (content(), screens());
        let filled = Page {
            first_screens: &screens,
            first_script: "go()",
            ..page(&content)
        };
        let html = fill(TEMPLATE, &filled).unwrap();
        assert!(!html.contains("<!--"), "{html}");
        assert!(html.contains("<div id=\"app\" data-wait=\"…\"><main>Hej</main></div>"));
        let english = "<template id=\"first-en\" lang=\"en\" dir=\"ltr\" data-wait=\"…\"><main>Hello</main></template>";
        assert!(html.contains(english), "{html}");
        assert!(html.contains("</template>\n<script>go()</script>"));
        assert!(html.contains(r#"<link rel="preload" href="overlays.bin""#));
        assert!(!html.contains("data-framed"));
        assert!(html.contains("<style>b{}</style>"));
        let icon = "<link href=\"data:image/svg+xml,%3Csvg a='1'%3E%23%3C/svg%3E\">";
        assert!(html.contains(icon), "{html}");
        assert!(html.contains(r#"<meta name="content-en-later" content="later-en-1.bin">"#));
        assert!(html.contains(r#"<meta name="version" content="1">"#));
    }

    #[test]
    fn only_the_first_language_is_preloaded_and_none_where_a_script_chooses() {
        let content = content();
        let html = fill(TEMPLATE, &page(&content)).unwrap();
        assert!(html.contains(r#"<link rel="preload" href="first-da-1.bin""#));
        assert!(!html.contains(r#"<link rel="preload" href="first-en-1.bin""#));
        let chosen = Page {
            first_script: "go()",
            ..page(&content)
        };
        let html = fill(TEMPLATE, &chosen).unwrap();
        assert!(!html.contains(r#"<link rel="preload" href="first-"#));
    }

    #[test]
    fn the_page_for_frames_says_what_it_is() {
        let framed = Page {
            framed: true,
            ..page(&[])
        };
        let html = fill(TEMPLATE, &framed).unwrap();
        assert!(html.starts_with("<html lang=\"da\" data-framed>"));
        assert!(fill(&TEMPLATE.replace("lang", "class"), &framed).is_err());
    }

    #[test]
    fn the_policy_can_be_read_back_and_comes_first() {
        let html = fill(TEMPLATE, &page(&content())).unwrap();
        assert_eq!(
            vaekstspejl_relay::site::policy_of(&html),
            Some(content_security_policy("b{}", "", &[]).as_str())
        );
        assert!(html.find("Content-Security-Policy") < html.find("<link"));
    }

    #[test]
    fn a_missing_or_doubled_mark_is_told() {
        for template in ["<!--head-->", "<!--head--><!--app--><!--app-->"] {
            let error = fill(template, &page(&[])).unwrap_err();
            assert!(error.to_string().contains("exactly once"), "{error}");
        }
    }

    #[test]
    fn what_the_policy_refuses_is_found() {
        for (html, found) in [
            ("<p style=\"color:red\">", Some("style=")),
            ("<p class=a style>", Some("style=")),
            ("<script>1</script>", Some("<script>")),
            ("<b title='x > y' onclick=\"a()\">", Some("onclick=")),
            (
                "<p title=\"no style=here onclick=\">style= onclick=</p>",
                None,
            ),
            ("<svg><path d=\"M0 0\" fill=\"none\"/></svg>", None),
            ("1 < 2", None),
        ] {
            assert_eq!(refused_by_policy(html).as_deref(), found, "{html}");
        }
    }
}
