//! What the page around may notice, made so coarse that it says next to nothing of the answers.
//!
//! The length of a path and the height of a screen follow from answers. So progress is told in
//! tenths, each once and in order, the same for everybody who comes to the end; and heights are
//! whole hundreds of pixels that do not shrink from question to question.

/// Progress is told in this many parts.
pub const TENTHS: u8 = 10;

/// Heights are multiples of this (pixels).
pub const GRAIN: u32 = 100;

/// No frame is lower.
pub const LOWEST: u32 = 200;

/// No frame is higher; what is longer scrolls in itself. A profile on a phone with every offer
/// unfolded is.
pub const HIGHEST: u32 = 100_000;

/// Places to be shown are multiples of this (pixels).
const GRAIN_OF_PLACES: u32 = 50;

/// The height for so many pixels of content.
pub fn height(content: u32) -> u32 {
    content
        .div_ceil(GRAIN)
        .saturating_mul(GRAIN)
        .clamp(LOWEST, HIGHEST)
}

/// The height of a frame over time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Height {
    told: u32,
    question: u32,
    width: u32,
}

impl Height {
    /// The height for the content of this moment, if it is another than before. Between questions
    /// it does not shrink, unless the frame becomes another one.
    pub fn of(&mut self, content: u32, width: u32, is_question: bool) -> Option<u32> {
        let wanted = height(content);
        self.question = match (is_question, self.width == width) {
            (false, _) => 0,
            (true, false) => wanted,
            (true, true) => self.question.max(wanted),
        };
        self.width = width;
        let wanted = wanted.max(self.question);
        let is_new = self.told != wanted;
        self.told = wanted;
        is_new.then_some(wanted)
    }
}

/// A place, a little above where it is.
pub fn place(px: u32) -> u32 {
    (px - px % GRAIN_OF_PLACES).min(HIGHEST)
}

/// How far the page around has been told that the person is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    tenths: u8,
    done: bool,
}

impl Progress {
    /// The tenths to be told when the question at this place of so many is shown, counted from 0.
    pub fn at(&mut self, place: usize, all: usize) -> core::ops::RangeInclusive<u8> {
        let begun = (place * usize::from(TENTHS))
            .checked_div(all)
            .and_then(|tenths| u8::try_from(tenths + 1).ok())
            .map_or(0, |tenths| tenths.min(TENTHS));
        let from = self.tenths + 1;
        self.tenths = self.tenths.max(begun);
        from..=self.tenths
    }

    /// Whether it is to be told that the profile is shown: the first time.
    pub fn done(&mut self) -> bool {
        !core::mem::replace(&mut self.done, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn heights_are_whole_hundreds_within_bounds() {
        let heights = [0, 1, 200, 201, 1_234, 99_999, 100_001, u32::MAX].map(height);
        let expected = [200, 200, 200, 300, 1_300, 100_000, 100_000, 100_000];
        assert_eq!(heights, expected);
    }

    #[test]
    fn between_questions_the_frame_does_not_shrink() {
        let mut height = Height::default();
        let asked = [
            (1_510, false),
            (620, true),
            (480, true),
            (731, true),
            (640, true),
        ];
        let told: Vec<_> = asked
            .into_iter()
            .map(|(content, is_question)| height.of(content, 800, is_question))
            .collect();
        assert_eq!(told, [Some(1_600), Some(700), None, Some(800), None]);
        assert_eq!(height.of(5_010, 800, false), Some(5_100), "the profile");
        assert_eq!(height.of(640, 800, true), Some(700), "back in the test");
        assert_eq!(
            height.of(990, 390, true),
            Some(1_000),
            "the phone is turned"
        );
        assert_eq!(height.of(640, 390, true), None);
        assert_eq!(height.of(640, 800, true), Some(700), "and back");
    }

    #[test]
    fn places_are_a_little_above() {
        assert_eq!([0, 49, 50, 1_234].map(place), [0, 0, 50, 1_200]);
        assert_eq!(place(u32::MAX), HIGHEST);
    }

    #[test]
    fn done_is_told_once() {
        let mut progress = Progress::default();
        assert_eq!((progress.done(), progress.done()), (true, false));
    }

    proptest! {
        /// Whoever goes through, however long the path is, how it grows and shrinks under way, and
        /// however often the person turns back: the tenths are told once each, in order.
        #[test]
        fn everybody_who_comes_to_the_end_is_told_of_in_the_same_way(
            way in proptest::collection::vec((0_usize..40, 1_usize..40), 0..60),
            last in 10_usize..60,
        ) {
            let mut progress = Progress::default();
            let mut told: Vec<u8> = Vec::new();
            for (place, all) in way {
                told.extend(progress.at(place.min(all - 1), all));
            }
            told.extend(progress.at(last - 1, last));
            prop_assert_eq!(told, (1..=TENTHS).collect::<Vec<_>>());
        }

        #[test]
        fn no_number_is_too_much(place: usize, all: usize) {
            let place = place / 16;
            prop_assert!(Progress::default().at(place, all).all(|tenth| tenth <= TENTHS));
        }
    }
}
