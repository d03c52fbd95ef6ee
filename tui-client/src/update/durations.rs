//! How long people say that something is to hold.

/// What a word says of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lasting {
    /// So many seconds.
    Seconds(u32),
    /// Without an end.
    Forever,
}

/// Longest time that can be said, in seconds: ten years. Whoever means longer means for ever.
const LONGEST_S: u32 = 10 * 365 * 86_400;

/// Reads `45m`, `8h`, `2d`, `1w`, or that it has no end.
pub(super) fn parse(word: &str) -> Option<Lasting> {
    let word = word.to_lowercase();
    // In whatever language the interface speaks.
    if ["forever", "sempre"].contains(&word.as_str()) {
        return Some(Lasting::Forever);
    }
    let unit = word.chars().last()?;
    let seconds = match unit {
        'm' => 60,
        'h' => 3600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let number: u32 = word[..word.len() - unit.len_utf8()].parse().ok()?;
    number.checked_mul(seconds).filter(|seconds| (1..=LONGEST_S).contains(seconds)).map(Lasting::Seconds)
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_S, Lasting, parse};

    #[test]
    fn times_are_said_in_minutes_hours_days_and_weeks() {
        assert_eq!(parse("45m"), Some(Lasting::Seconds(45 * 60)));
        assert_eq!(parse("8H"), Some(Lasting::Seconds(8 * 3600)));
        assert_eq!(parse("1d"), Some(Lasting::Seconds(86_400)));
        assert_eq!(parse("2w"), Some(Lasting::Seconds(14 * 86_400)));
        assert_eq!((parse("forever"), parse("Sempre")), (Some(Lasting::Forever), Some(Lasting::Forever)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for word in ["", "h", "0h", "-1h", "1", "1x", "1 h", "99999999999h", "é", "1é"] {
            assert_eq!(parse(word), None, "{word:?}");
        }
    }

    #[test]
    fn the_longest_time_has_two_sides() {
        let days = LONGEST_S / 86_400;
        assert_eq!(parse(&format!("{days}d")), Some(Lasting::Seconds(LONGEST_S)));
        assert_eq!(parse(&format!("{}d", days + 1)), None);
    }
}
