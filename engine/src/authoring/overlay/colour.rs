//! Colours: contrast as WCAG 2 reckons it, and from one colour of a house the few that the app needs,
//! for light and for dark.
//!
//! The grounds are those of `style/tokens.css`; a test compares them.

use core::fmt;
use core::str::FromStr;

/// Contrast of text with its ground (WCAG 2.2, 1.4.3).
pub const TEXT: f64 = 4.5;

/// Contrast of what is no text: marks, borders, the frame of the focus (WCAG 2.2, 1.4.11).
pub const MARK: f64 = 3.0;

/// What a colour for the dark is lifted to when the house names none.
const EASY: f64 = 7.0;

/// How much of the house's colour the ground of what is chosen has.
const TINT_LIGHT: f64 = 0.12;
const TINT_DARK: f64 = 0.22;

/// Steps in which lightness is searched.
const STEPS: u32 = 1_000;

const BLACK: Colour = Colour(0, 0, 0);
const WHITE: Colour = Colour(255, 255, 255);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(pub u8, pub u8, pub u8);

/// Not `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAColour;

/// What stands behind things, by light or in the dark.
#[derive(Clone, Copy, Debug)]
pub struct Grounds {
    /// Page, cards, quiet areas, warnings.
    pub all: [Colour; 4],
    /// Cards: what the ground of something chosen is made of.
    pub surface: Colour,
    /// Text, and quiet text.
    pub text: [Colour; 2],
    /// The person's own mark, and the frame of the focus.
    pub accent: Colour,
    /// The way a colour goes to be told from these grounds: up or down.
    pub is_dark: bool,
}

/// By light.
pub const LIGHT: Grounds = Grounds {
    all: [
        Colour(0xf7, 0xf5, 0xf0),
        Colour(0xff, 0xfe, 0xfb),
        Colour(0xef, 0xec, 0xe4),
        Colour(0xfb, 0xee, 0xdd),
    ],
    surface: Colour(0xff, 0xfe, 0xfb),
    text: [Colour(0x1c, 0x26, 0x22), Colour(0x52, 0x60, 0x5a)],
    accent: Colour(0xb4, 0x50, 0x0a),
    is_dark: false,
};

/// In the dark.
pub const DARK: Grounds = Grounds {
    all: [
        Colour(0x11, 0x1b, 0x17),
        Colour(0x18, 0x24, 0x1f),
        Colour(0x1f, 0x2d, 0x27),
        Colour(0x3a, 0x2a, 0x17),
    ],
    surface: Colour(0x18, 0x24, 0x1f),
    text: [Colour(0xec, 0xea, 0xe2), Colour(0xaa, 0xb7, 0xb0)],
    accent: Colour(0xf2, 0xb3, 0x6b),
    is_dark: true,
};

/// The colours made of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Actions and links.
    pub brand: Colour,
    /// The same under the pointer.
    pub strong: Colour,
    /// Text on it.
    pub on: Colour,
    /// The ground of what is chosen.
    pub tint: Colour,
}

/// A colour that cannot be told from its grounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TooClose {
    /// Its contrast with the ground it is nearest to.
    pub contrast: f64,
    /// That ground.
    pub ground: Colour,
    /// The nearest colour of the same hue that can be told.
    pub nearest: Colour,
}

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.trim().strip_prefix('#').ok_or(NotAColour)?;
        let whole: String = match digits.len() {
            6 => digits.to_owned(),
            3 => digits.chars().flat_map(|it| [it, it]).collect(),
            _ => return Err(NotAColour),
        };
        if !whole.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(NotAColour);
        }
        let part = |at: usize| {
            let digits = whole.get(at..at + 2).ok_or(NotAColour)?;
            u8::from_str_radix(digits, 16).map_err(|_| NotAColour)
        };
        Ok(Self(part(0)?, part(2)?, part(4)?))
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// Relative luminance, 0 to 1 (WCAG 2.2).
fn luminance(Colour(r, g, b): Colour) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 {
            part / 12.92
        } else {
            ((part + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/// The contrast of two colours, 1 to 21 (WCAG 2.2).
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The colour, when it can be told from all these grounds.
pub fn told(colour: Colour, grounds: &Grounds, least: f64) -> Result<Colour, TooClose> {
    let (contrast, ground) = worst(colour, grounds);
    if contrast >= least {
        return Ok(colour);
    }
    Err(TooClose {
        contrast,
        ground,
        nearest: nearest(colour, grounds, least),
    })
}

/// The ground a colour is nearest to, and its contrast with it.
fn worst(colour: Colour, grounds: &Grounds) -> (f64, Colour) {
    let all = grounds
        .all
        .iter()
        .map(|ground| (contrast(colour, *ground), *ground));
    all.min_by(|a, b| a.0.total_cmp(&b.0))
        .unwrap_or((1.0, colour))
}

/// The nearest colour of the same hue that can be told from all these grounds: darker by light,
/// lighter in the dark.
pub fn nearest(colour: Colour, grounds: &Grounds, least: f64) -> Colour {
    let (hue, saturation, lightness) = hsl(colour);
    let end = if grounds.is_dark { 1.0 } else { 0.0 };
    let steps = (0..=STEPS).map(|step| {
        let share = f64::from(step) / f64::from(STEPS);
        if step == 0 {
            colour
        } else {
            from_hsl(hue, saturation, lightness + (end - lightness) * share)
        }
    });
    let mut told = steps.filter(|it| worst(*it, grounds).0 >= least);
    told.next()
        .unwrap_or(if grounds.is_dark { WHITE } else { BLACK })
}

/// The colour for the dark of a house that names only one.
pub fn lifted(colour: Colour, least: f64) -> Colour {
    let easy = nearest(colour, &DARK, EASY.max(least));
    if worst(easy, &DARK).0 >= least {
        easy
    } else {
        WHITE
    }
}

/// What the app needs of a colour that can be told from its grounds as text, beside an accent that
/// can be told from them as a mark.
pub fn palette(brand: Colour, accent: Colour, grounds: &Grounds) -> Palette {
    let (away, toward) = if grounds.is_dark {
        (WHITE, BLACK)
    } else {
        (BLACK, WHITE)
    };
    let strong = mixed(brand, away, 0.3);
    let on = [
        mixed(toward, brand, if grounds.is_dark { 0.12 } else { 0.0 }),
        toward,
    ];
    let readable = |it: &Colour| {
        [brand, strong]
            .iter()
            .all(|under| contrast(*it, *under) >= TEXT)
    };
    let on = on.into_iter().find(readable).unwrap_or(toward);
    let full = if grounds.is_dark {
        TINT_DARK
    } else {
        TINT_LIGHT
    };
    let mut tints = (0..=STEPS).map(|step| {
        let share = full * f64::from(STEPS - step) / f64::from(STEPS);
        mixed(grounds.surface, brand, share)
    });
    let [text, quiet] = grounds.text;
    let carries = |tint: &Colour| {
        let read = [brand, strong, text, quiet];
        read.iter().all(|it| contrast(*it, *tint) >= TEXT) && contrast(accent, *tint) >= MARK
    };
    let tint = tints.find(carries).unwrap_or(grounds.surface);
    Palette {
        brand,
        strong,
        on,
        tint,
    }
}

/// One colour with that share of the other.
fn mixed(one: Colour, other: Colour, share: f64) -> Colour {
    let mix = |a: u8, b: u8| byte(f64::from(a) + (f64::from(b) - f64::from(a)) * share);
    Colour(
        mix(one.0, other.0),
        mix(one.1, other.1),
        mix(one.2, other.2),
    )
}

fn byte(value: f64) -> u8 {
    value.round().clamp(0.0, 255.0) as u8
}

/// Hue in sixths of the circle, saturation and lightness from 0 to 1.
pub fn hsl(Colour(r, g, b): Colour) -> (f64, f64, f64) {
    let [r, g, b] = [r, g, b].map(|it| f64::from(it) / 255.0);
    let (most, least) = (r.max(g).max(b), r.min(g).min(b));
    let (lightness, span) = (f64::midpoint(most, least), most - least);
    if span <= f64::EPSILON {
        return (0.0, 0.0, lightness);
    }
    let saturation = span / (1.0 - (2.0 * lightness - 1.0).abs());
    let hue = if r >= g && r >= b {
        ((g - b) / span).rem_euclid(6.0)
    } else if g >= b {
        (b - r) / span + 2.0
    } else {
        (r - g) / span + 4.0
    };
    (hue, saturation, lightness)
}

fn from_hsl(hue: f64, saturation: f64, lightness: f64) -> Colour {
    let span = (1.0 - (2.0 * lightness - 1.0).abs()) * saturation;
    let middle = span * (1.0 - (hue.rem_euclid(2.0) - 1.0).abs());
    let least = lightness - span / 2.0;
    let (r, g, b) = match hue {
        it if it < 1.0 => (span, middle, 0.0),
        it if it < 2.0 => (middle, span, 0.0),
        it if it < 3.0 => (0.0, span, middle),
        it if it < 4.0 => (0.0, middle, span),
        it if it < 5.0 => (middle, 0.0, span),
        _ => (span, 0.0, middle),
    };
    let part = |it: f64| byte((it + least) * 255.0);
    Colour(part(r), part(g), part(b))
}
