//! What the app in a frame and the page around it say to each other: texts of JSON, one form for
//! each, and how many of them are looked at.
//!
//! A text, not an object: its length is known before anything is read, and nothing in it can be a
//! getter or a prototype. Whatever is not exactly one of these forms is no message.

use super::{coarse::TENTHS, given::Given};
use serde::{Deserialize, Serialize};

/// The version of the messages; it stands in each.
pub const VERSION: u8 = 1;

/// A longer text is not read (bytes).
pub const LONGEST: usize = 2_048;

/// More messages in a second are not looked at.
pub const MOST_IN_A_SECOND: u32 = 50;

/// Digits of the number that tells this frame's handshake from all others.
const NONCE: usize = 32;

/// What the frame says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Said<'a> {
    /// The frame is here; whoever may frame it answers with this number, which nobody can guess.
    Hello(&'a str),
    /// The answer was right; from now on both speak through the port that came with it.
    Ready,
    /// How high the frame wants to be (pixels).
    Height(u32),
    /// Something new stands there, out of sight (pixels from the top of the frame).
    Show(u32),
    /// How many tenths of the test are begun.
    Step(u8),
    /// The profile is shown.
    Done,
    /// What the person gives, having read it and agreed.
    Summary(&'a Given),
}

/// What the frame hears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The answer to "hello", with its number.
    Init(String),
    /// The colours of the page around.
    Theme(Theme),
    /// The language of the page around, a code.
    Lang(String),
}

/// Which colours the frame wears.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Light ones.
    Light,
    /// Dark ones.
    Dark,
    /// Those that the person's device asks for.
    Auto,
}

/// Every field that a message from the frame may have. One form for all of them: each form of its
/// own would bring code of its own (ADR 10).
#[derive(Default, Serialize)]
struct Written<'a> {
    vs: u8,
    t: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    px: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    all: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given: Option<&'a Given>,
}

/// Every field that a message to the frame may have.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Read {
    vs: u8,
    t: String,
    nonce: Option<String>,
    v: Option<String>,
}

impl Said<'_> {
    /// The message's text.
    pub fn to_json(self) -> String {
        let written = |t| Written {
            vs: VERSION,
            t,
            ..Written::default()
        };
        let written = match self {
            Self::Hello(nonce) => Written {
                nonce: Some(nonce),
                ..written("hello")
            },
            Self::Ready => written("ready"),
            Self::Height(px) => Written {
                px: Some(px),
                ..written("height")
            },
            Self::Show(px) => Written {
                px: Some(px),
                ..written("show")
            },
            Self::Step(tenths) => Written {
                n: Some(u32::from(tenths)),
                all: Some(u32::from(TENTHS)),
                ..written("step")
            },
            Self::Done => written("done"),
            Self::Summary(given) => Written {
                given: Some(given),
                ..written("summary")
            },
        };
        serde_json::to_string(&written).expect("strings, numbers and lists always serialise")
    }
}

impl Heard {
    /// Reads a text; `None`: it is no message.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let read: Read = serde_json::from_str(text).ok()?;
        match (read.vs, read.t.as_str(), read.nonce, read.v) {
            (VERSION, "init", Some(nonce), None) if is_nonce(&nonce) => Some(Self::Init(nonce)),
            (VERSION, "theme", None, Some(name)) => Theme::named(&name).map(Self::Theme),
            (VERSION, "lang", None, Some(code)) if is_language(&code) => Some(Self::Lang(code)),
            _ => None,
        }
    }
}

impl Theme {
    fn named(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark, Self::Auto]
            .into_iter()
            .find(|it| it.name() == name)
    }

    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
            Self::Auto => "auto",
        }
    }
}

/// The number of a handshake, written in digits.
pub fn nonce(chance: [u8; NONCE / 2]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    chance
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

fn is_nonce(text: &str) -> bool {
    text.len() == NONCE && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_language(code: &str) -> bool {
    (2..=12).contains(&code.len())
        && code
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
}

/// Counts what comes in, so that a flood costs little and is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    second: u64,
    taken: u32,
    refused: u32,
    is_asked_for: bool,
}

impl Gate {
    /// Whether one more may be looked at in this moment (milliseconds).
    pub fn admits(&mut self, now_ms: u64) -> bool {
        let second = now_ms / 1000;
        if self.second != second {
            (self.second, self.taken) = (second, 0);
        }
        self.taken = self.taken.saturating_add(1);
        self.taken <= MOST_IN_A_SECOND
    }

    /// One more was not what it should be. True: the first since it was last asked how many.
    pub fn refuse(&mut self) -> bool {
        self.refused = self.refused.saturating_add(1);
        !core::mem::replace(&mut self.is_asked_for, true)
    }

    /// How many were refused so far.
    pub fn refused(&mut self) -> u32 {
        self.is_asked_for = false;
        self.refused
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NUMBER: &str = "00112233445566778899aabbccddeeff";

    #[test]
    fn messages_have_one_form_each() {
        for (said, text) in [
            (
                Said::Hello(NUMBER),
                r#"{"vs":1,"t":"hello","nonce":"00112233445566778899aabbccddeeff"}"#,
            ),
            (Said::Ready, r#"{"vs":1,"t":"ready"}"#),
            (Said::Height(640), r#"{"vs":1,"t":"height","px":640}"#),
            (Said::Show(0), r#"{"vs":1,"t":"show","px":0}"#),
            (Said::Step(3), r#"{"vs":1,"t":"step","n":3,"all":10}"#),
            (Said::Done, r#"{"vs":1,"t":"done"}"#),
        ] {
            assert_eq!(said.to_json(), text);
            assert_eq!(Heard::parse(text), None, "an echo is not heard: {text}");
        }
    }

    #[test]
    fn only_these_are_heard() {
        let init = format!(r#"{{"vs":1,"t":"init","nonce":"{NUMBER}"}}"#);
        for (text, heard) in [
            (init.as_str(), Heard::Init(NUMBER.to_owned())),
            (
                r#"{"vs":1,"t":"theme","v":"dark"}"#,
                Heard::Theme(Theme::Dark),
            ),
            (
                r#" {"v":"auto","t":"theme","vs":1}"#,
                Heard::Theme(Theme::Auto),
            ),
            (
                r#"{"vs":1,"t":"lang","v":"qps-rtl"}"#,
                Heard::Lang("qps-rtl".to_owned()),
            ),
        ] {
            assert_eq!(Heard::parse(text), Some(heard), "{text}");
        }
    }

    #[test]
    fn whatever_else_comes_is_no_message() {
        let long = format!(r#"{{"vs":1,"t":"lang","v":"{}"}}"#, "d".repeat(LONGEST));
        let deep = format!("{}{}", "[".repeat(1_000), "]".repeat(1_000));
        let in_a_field = format!(r#"{{"vs":1,"t":"lang","v":{deep}}}"#);
        for text in [
            "",
            "null",
            "1",
            "init",
            "[]",
            "{}",
            r#"{"vs":1}"#,
            r#"{"vs":2,"t":"theme","v":"dark"}"#,
            r#"{"vs":"1","t":"theme","v":"dark"}"#,
            r#"{"vs":1.0,"t":"theme","v":"dark"}"#,
            r#"{"vs":257,"t":"theme","v":"dark"}"#,
            r#"{"vs":1,"t":"theme","v":"DARK"}"#,
            r#"{"vs":1,"t":"theme","v":"dark","x":1}"#,
            r#"{"vs":1,"t":"theme","t":"theme","v":"dark"}"#,
            r#"{"vs":1,"t":"theme","v":["dark"]}"#,
            r#"{"vs":1,"t":"theme","v":"dark","__proto__":{"t":"init"}}"#,
            r#"{"__proto__":{"vs":1,"t":"theme","v":"dark"}}"#,
            r#"{"constructor":{"prototype":{"vs":1}},"t":"theme","v":"dark"}"#,
            r#"{"vs":1,"t":"theme","v":"dark"} {"vs":1}"#,
            r#"{"vs":1,"t":"theme","v":"dark""#,
            r#"{"vs":1,"t":"lang","v":"da/../x"}"#,
            r#"{"vs":1,"t":"lang","v":"DA"}"#,
            r#"{"vs":1,"t":"lang","v":""}"#,
            r#"{"vs":1,"t":"lang"}"#,
            r#"{"vs":1,"t":"init","nonce":"0011"}"#,
            r#"{"vs":1,"t":"init","nonce":"zz112233445566778899aabbccddeeff"}"#,
            r#"{"vs":1,"t":"init","v":"00112233445566778899aabbccddeeff"}"#,
            r#"{"vs":1,"t":"answers"}"#,
            &long,
            &deep,
            &in_a_field,
        ] {
            assert_eq!(Heard::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_is_written_in_32_digits() {
        let chance = [
            0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd,
            0xee, 0xff,
        ];
        assert_eq!(nonce(chance), NUMBER);
        assert!(is_nonce(&nonce([7; 16])));
    }

    #[test]
    fn fifty_in_a_second_are_looked_at_and_the_rest_is_counted() {
        let mut gate = Gate::default();
        let taken = (0..10_000).filter(|_| gate.admits(5_250)).count();
        assert_eq!(taken, 50);
        assert!(!gate.admits(5_999));
        assert!(gate.admits(6_000), "the next second begins anew");
        assert!(gate.admits(3_000), "also when the clock was set back");
        assert_eq!([gate.refuse(), gate.refuse()], [true, false]);
        assert_eq!(gate.refused(), 2);
        assert!(gate.refuse());
    }

    /// Parts that messages are made of, so that chance comes near to real ones.
    fn near_a_message() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("{".to_owned()),
            Just("}".to_owned()),
            Just("\"vs\":1,".to_owned()),
            Just("\"t\":\"init\"".to_owned()),
            Just("\"t\":\"theme\",".to_owned()),
            Just("\"t\":\"lang\",".to_owned()),
            Just("\"v\":\"dark\"".to_owned()),
            Just("\"v\":\"da\"".to_owned()),
            Just(format!(",\"nonce\":\"{NUMBER}\"")),
            Just("\"__proto__\":{}".to_owned()),
            Just("\\u0000".to_owned()),
            ".{0,12}",
        ];
        proptest::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// No text is a panic; what is heard has one meaning, which can be written again.
        #[test]
        fn no_text_is_a_panic_and_what_is_heard_is_within_its_bounds(
            text in prop_oneof![4 => near_a_message(), 2 => ".{0,200}", 1 => ".{2000,2100}"]
        ) {
            match Heard::parse(&text) {
                None => {}
                Some(Heard::Init(nonce)) => prop_assert!(is_nonce(&nonce)),
                Some(Heard::Theme(theme)) => prop_assert_eq!(Theme::named(theme.name()), Some(theme)),
                Some(Heard::Lang(code)) => prop_assert!(is_language(&code)),
            }
        }
    }
}
