//! Message texts: words from a large vocabulary, with frequencies as in natural language (Zipf).

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

const WORDS: usize = 50_000;

/// Maximum length of a message: about ten words.
const BODY_BYTES: usize = 64;

pub(crate) struct Texts {
    random: StdRng,
    words: Vec<String>,
}

impl Texts {
    pub(crate) fn new() -> Self {
        let mut random = StdRng::seed_from_u64(7);
        let words = (0..WORDS).map(|_| word(&mut random)).collect();
        Self { random, words }
    }

    /// The word of rank `n`, with a frequency proportional to 1/n.
    pub(crate) fn nth(&self, n: usize) -> &str {
        &self.words[n % self.words.len()]
    }

    /// A message text of nearly [`BODY_BYTES`] bytes.
    pub(crate) fn body(&mut self) -> String {
        let mut body = String::new();
        while body.len() < BODY_BYTES {
            let rank = rank(&mut self.random);
            body.push_str(&self.words[rank]);
            body.push(' ');
        }
        body.truncate(body.floor_char_boundary(BODY_BYTES));
        body.trim_end().to_owned()
    }
}

/// A random rank with Zipf distribution.
fn rank(random: &mut StdRng) -> usize {
    let part: f64 = random.random();
    ((WORDS as f64).powf(part) as usize).saturating_sub(1).min(WORDS - 1)
}

fn word(random: &mut StdRng) -> String {
    const SYLLABLES: [&str; 24] = [
        "ca", "de", "ri", "mo", "ção", "ba", "es", "tra", "lu", "pe", "que", "si", "ta", "no", "ve", "jo", "fi", "gua", "nha",
        "pre", "com", "in", "do", "re",
    ];
    (0..random.random_range(2..4)).map(|_| SYLLABLES[random.random_range(0..SYLLABLES.len())]).collect()
}
