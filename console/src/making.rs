//! A key file in the making: for a new office, with a new key, or with a new passphrase.
//!
//! It is done only when the saved file has been opened once more and there is a second copy.
//! Until then nothing that was before has changed.

use crate::trouble::Trouble;
use vaekstspejl_engine::OfficeId;
use vaekstspejl_envelope::key_file::{KeyFile, Office};

/// What it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// An office without a mailbox.
    New,
    /// The key is old, or a colleague has left.
    Rotation,
    /// The passphrase is known to too many.
    Words,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Which office, which relay.
    Who,
    /// The passphrase is shown.
    Words,
    /// The passphrase is retyped.
    Rehearse,
    /// The file is saved, opened again, and copied.
    Save,
    /// The relay is asked for the mailbox.
    Mailbox,
    /// The lines to publish.
    Done,
}

/// A key file in the making.
#[derive(Clone, Debug)]
pub struct Making {
    /// What it is for.
    pub why: Why,
    /// How far it has come.
    pub step: Step,
    /// The office's name, as typed.
    pub name: String,
    /// The relay, as typed.
    pub relay: String,
    /// What will be in the file.
    pub keys: Option<KeyFile>,
    /// The passphrase; empty when the person keeps the one there is.
    pub phrase: String,
    /// The text of the file.
    pub text: String,
    /// It has been offered to be saved.
    pub saved: bool,
    /// It has been opened again.
    pub reopened: bool,
    /// There is a second copy.
    pub second: bool,
}

impl Making {
    /// At the beginning for a new office.
    pub fn new(relay: String) -> Self {
        Self {
            why: Why::New,
            step: Step::Who,
            name: String::new(),
            relay,
            keys: None,
            phrase: String::new(),
            text: String::new(),
            saved: false,
            reopened: false,
            second: false,
        }
    }

    /// A new file for an office that has one.
    pub fn again(why: Why, keys: KeyFile) -> Self {
        Self {
            why,
            step: if why == Why::Words {
                Step::Words
            } else {
                Step::Save
            },
            keys: Some(keys),
            ..Self::new(String::new())
        }
    }

    /// The steps there are, in order.
    pub fn steps(&self) -> &'static [Step] {
        match self.why {
            Why::New => &[
                Step::Who,
                Step::Words,
                Step::Rehearse,
                Step::Save,
                Step::Mailbox,
                Step::Done,
            ],
            Why::Rotation => &[Step::Save, Step::Done],
            Why::Words => &[Step::Words, Step::Rehearse, Step::Save, Step::Done],
        }
    }

    /// The file's name.
    pub fn file_name(&self) -> String {
        self.keys.as_ref().map_or_else(String::new, file_name)
    }

    /// Whether the file may be used: it has been opened again and there is a second copy.
    pub fn is_safe(&self) -> bool {
        self.reopened && self.second
    }

    /// Whether leaving now would lose work.
    pub fn is_under_way(&self) -> bool {
        self.keys.is_some() && self.step != Step::Done
    }
}

/// `vaekstspejl-<office>-<key>.vsk`.
pub fn file_name(keys: &KeyFile) -> String {
    let kid = keys.active().kid.to_string();
    ["vaekstspejl-", keys.office.id(), "-", &kid, ".vsk"].concat()
}

/// The office and relay as typed. `known` finds the id of an office by its name.
pub fn office(
    name: &str,
    relay: &str,
    known: impl Fn(&str) -> Option<OfficeId>,
) -> Result<Office, Trouble> {
    let name = name.trim();
    let id = known(name).map_or_else(|| slug(name), |id| id.as_str().to_owned());
    if name.is_empty() || id.is_empty() {
        return Err(Trouble::OfficeMissing);
    }
    let relay = origin(relay).ok_or(Trouble::RelayWrong)?;
    Office::new(&id, name, &relay).map_err(|_| Trouble::OfficeMissing)
}

/// An origin, written without a slash at its end. Without TLS only on this machine.
pub fn origin(typed: &str) -> Option<String> {
    let origin = typed.trim().trim_end_matches('/');
    let host = origin.strip_prefix("https://").or_else(|| {
        let host = origin.strip_prefix("http://")?;
        let name = host.split(':').next()?;
        ["localhost", "127.0.0.1"].contains(&name).then_some(host)
    })?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    (!host.is_empty() && host.bytes().all(plain)).then(|| origin.to_ascii_lowercase())
}

/// A name as an id: small letters, figures and hyphens; æ, ø and å as they are often written.
pub fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.to_lowercase().chars() {
        match letter {
            'æ' => slug.push_str("ae"),
            'ø' => slug.push_str("oe"),
            'å' => slug.push_str("aa"),
            'a'..='z' | '0'..='9' => slug.push(letter),
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() >= 40 {
            break;
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// The lines that say where the office takes letters, for its file in `content/offices/`.
pub fn lines(keys: &KeyFile) -> String {
    let key = keys.active().public.to_string();
    let (id, post) = (keys.mid.to_string(), keys.post.to_text());
    [
        "[mailbox]\n",
        "relay = \"",
        keys.office.relay(),
        "\"\n",
        "id = \"",
        &id,
        "\"\n",
        "key = \"",
        &key,
        "\"\n",
        "post = \"",
        &post,
        "\"\n",
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_of_a_relay_is_an_origin_with_tls_or_on_this_machine() {
        let post = Some("https://post.example.dk".to_owned());
        assert_eq!(origin(" https://post.example.dk/ "), post);
        assert_eq!(origin("HTTPS://post.example.dk"), None);
        assert_eq!(
            origin("http://127.0.0.1:8090"),
            Some("http://127.0.0.1:8090".to_owned())
        );
        for wrong in [
            "",
            "https://",
            "http://post.example.dk",
            "post.example.dk",
            "https://a/b",
            "https://a?b",
            "https://a b",
            "ftp://a",
            "http://localhost.evil.dk",
            "https://a@b",
        ] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_known_office_keeps_its_id_and_another_gets_one_from_its_name() {
        let known = |name: &str| (name == "Erhverv Nord").then(|| "erhverv-nord-7".into());
        let relay = "https://post.example.dk";
        let id = |name| office(name, relay, known).map(|it| it.id().to_owned());
        assert_eq!(id(" Erhverv Nord "), Ok("erhverv-nord-7".to_owned()));
        assert_eq!(id("Ærø Erhverv & Råd"), Ok("aeroe-erhverv-raad".to_owned()));
        assert_eq!(id("  "), Err(Trouble::OfficeMissing));
        assert_eq!(id("🙂"), Err(Trouble::OfficeMissing));
        let wrong = office("A", "a", known).map(|it| it.id().to_owned());
        assert_eq!(wrong, Err(Trouble::RelayWrong));
    }
}
