//! LIX (läsbarhetsindex, Björnsson 1968): words per sentence plus the percentage of long words.
//! Up to 25 is for children, 35 plain, 45 newspapers, 55 and more officialese.

/// The LIX of a text. A text without words has none and gives 0.
pub fn lix(text: &str) -> f64 {
    let words: Vec<&str> = text
        .split(|letter: char| !letter.is_alphanumeric() && letter != '-')
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .collect();
    if words.is_empty() {
        return 0.0;
    }
    let long = words.iter().filter(|word| word.chars().count() > 6).count();
    let sentences = text
        .split(['.', '?', '!', ':', '\n'])
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .count()
        .max(1);
    let ratio = |part: usize, whole: usize| part as f64 / whole as f64;
    ratio(words.len(), sentences) + 100.0 * ratio(long, words.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lix_is_sentence_length_plus_share_of_long_words() {
        // 8 words, 2 sentences, 2 words longer than six letters: 4 + 25.
        assert!(
            (lix("Har du talt med kunderne? Ja, flere kunder."
                .replace("kunder.", "virksomheder.")
                .as_str())
                - 29.0)
                .abs()
                < 1e-9
        );
        assert!((lix("") - 0.0).abs() < 1e-9);
        assert!((lix("Kort.") - 1.0).abs() < 1e-9);
    }
}
