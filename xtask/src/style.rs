//! All style files → two texts, in a fixed order, without comments and needless white space:
//! what the first screens need goes into the page's `<style>`; the rest is a file that comes
//! with the result.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::project::Project;

/// These come first, in this order; the other files of `style/` follow by name, then the
/// components by name; print comes last because it overrules.
const FIRST: [&str; 3] = ["tokens.css", "base.css", "layout.css"];
const LAST: &str = "print.css";
/// Components of the first screens; all others, and print, come later.
const FIRST_COMPONENTS: [&str; 7] = [
    "button.css",
    "footer.css",
    "header.css",
    "notice.css",
    "progress.css",
    "question.css",
    "start.css",
];

/// The app's style, in two parts.
pub struct Style {
    /// Inline in the page.
    pub first: String,
    /// Fetched with the result.
    pub later: String,
}

/// The app's style.
pub fn collect(project: &Project) -> Result<Style> {
    let folder = project.path("style");
    let (mut first, mut later) = (String::new(), String::new());
    for file in ordered(css_files(&folder)?, css_files(&folder.join("components"))?) {
        let text =
            fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        ensure!(
            !text.contains("</style") && !text.contains("@import"),
            "{}: `@import` and `</style` cannot be used, all styles become one inline text",
            file.display()
        );
        let part = if is_first(&file) {
            &mut first
        } else {
            &mut later
        };
        part.push_str(&text);
        part.push('\n');
    }
    Ok(Style {
        first: minified(&first),
        later: minified(&later),
    })
}

/// All files of one folder, by name, as one text.
pub fn folder(folder: &Path) -> Result<String> {
    let mut files = css_files(folder)?;
    files.sort();
    let mut all = String::new();
    for file in files {
        let text =
            fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        all.push_str(&text);
        all.push('\n');
    }
    Ok(minified(&all))
}

fn is_first(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    FIRST.contains(&&*name) || FIRST_COMPONENTS.contains(&&*name)
}

fn css_files(folder: &Path) -> Result<Vec<PathBuf>> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "css") {
            files.push(path);
        }
    }
    Ok(files)
}

fn ordered(mut base: Vec<PathBuf>, mut components: Vec<PathBuf>) -> Vec<PathBuf> {
    let rank = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        FIRST
            .iter()
            .position(|first| *first == name)
            .unwrap_or(FIRST.len())
    };
    base.sort_by_key(|path| (rank(path), path.clone()));
    components.sort();
    let (last, mut files): (Vec<_>, Vec<_>) =
        base.into_iter().partition(|path| path.ends_with(LAST));
    files.extend(components);
    files.extend(last);
    files
}

/// Leaves out comments, and white space where it means nothing. White space that may mean
/// something (between selectors, in `calc()`) becomes one blank; strings stay as they are.
fn minified(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css.chars().peekable();
    let mut blank = false;
    while let Some(letter) = rest.next() {
        match letter {
            '/' if rest.peek() == Some(&'*') => {
                rest.next();
                let mut before = ' ';
                for inside in rest.by_ref() {
                    if before == '*' && inside == '/' {
                        break;
                    }
                    before = inside;
                }
                blank = true;
            }
            '"' | '\'' => {
                push_blank(&mut out, &mut blank, letter);
                out.push(letter);
                while let Some(inside) = rest.next() {
                    out.push(inside);
                    if inside == '\\' {
                        out.extend(rest.next());
                    } else if inside == letter {
                        break;
                    }
                }
            }
            _ if letter.is_whitespace() => blank = true,
            _ => {
                push_blank(&mut out, &mut blank, letter);
                if letter == '}' && out.ends_with(';') {
                    out.pop();
                }
                out.push(letter);
            }
        }
    }
    out
}

fn push_blank(out: &mut String, blank: &mut bool, next: char) {
    let means_nothing = |letter: char| matches!(letter, '{' | '}' | ';' | ',');
    let after_nothing = out.chars().next_back().is_none_or(means_nothing);
    if *blank && !after_nothing && !means_nothing(next) {
        out.push(' ');
    }
    *blank = false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_needless_space_go() {
        let css = "/* a card */\n.card,\n.box {\n  margin: 0 auto;\n  color: red;\n}\n";
        assert_eq!(minified(css), ".card,.box{margin: 0 auto;color: red}");
    }

    #[test]
    fn space_that_means_something_stays() {
        let css =
            "main  a:hover > b { width: calc(1rem  + 2px) }\n@media (width < 40rem) and (hover) {}";
        assert_eq!(
            minified(css),
            "main a:hover > b{width: calc(1rem + 2px)}@media (width < 40rem) and (hover){}"
        );
    }

    #[test]
    fn strings_stay_as_they_are() {
        let css = r#"q::before { content: "a  \"/* b */ ;  }"; }"#;
        assert_eq!(minified(css), r#"q::before{content: "a  \"/* b */ ;  }"}"#);
    }

    #[test]
    fn an_unfinished_comment_ends_the_style() {
        assert_eq!(minified("a{} /* never"), "a{}");
    }

    #[test]
    fn the_order_is_fixed() {
        let paths = |names: &[&str]| names.iter().map(PathBuf::from).collect::<Vec<_>>();
        let files = ordered(
            paths(&[
                "s/print.css",
                "s/layout.css",
                "s/extra.css",
                "s/tokens.css",
                "s/base.css",
            ]),
            paths(&["s/components/wheel.css", "s/components/card.css"]),
        );
        assert_eq!(
            files,
            paths(&[
                "s/tokens.css",
                "s/base.css",
                "s/layout.css",
                "s/extra.css",
                "s/components/card.css",
                "s/components/wheel.css",
                "s/print.css",
            ])
        );
    }
}
