//! How long people say that something is to hold.

/// What a word says of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParsedDuration {
    /// So many seconds.
    Seconds(u32),
    /// Without an end.
    Forever,
}

/// Longest time that can be said, in seconds: ten years. Whoever means longer means for ever.
const MAX_DURATION_S: u32 = 10 * 365 * 86_400;

/// Reads `45m`, `8h`, `2d`, `1w`, or that it has no end.
pub(super) fn parse(word: &str) -> Option<ParsedDuration> {
    let word = word.to_lowercase();
    // In whatever language the interface speaks.
    if ["forever", "sempre"].contains(&word.as_str()) {
        return Some(ParsedDuration::Forever);
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
    number.checked_mul(seconds).filter(|seconds| (1..=MAX_DURATION_S).contains(seconds)).map(ParsedDuration::Seconds)
}

#[cfg(test)]
mod tests {
    use super::{MAX_DURATION_S, ParsedDuration, parse};

    #[test]
    fn times_are_said_in_minutes_hours_days_and_weeks() {
        assert_eq!(parse("45m"), Some(ParsedDuration::Seconds(45 * 60)));
        assert_eq!(parse("8H"), Some(ParsedDuration::Seconds(8 * 3600)));
        assert_eq!(parse("1d"), Some(ParsedDuration::Seconds(86_400)));
        assert_eq!(parse("2w"), Some(ParsedDuration::Seconds(14 * 86_400)));
        assert_eq!((parse("forever"), parse("Sempre")), (Some(ParsedDuration::Forever), Some(ParsedDuration::Forever)));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for word in ["", "h", "0h", "-1h", "1", "1x", "1 h", "99999999999h", "é", "1é"] {
            assert_eq!(parse(word), None, "{word:?}");
        }
    }

    #[test]
    fn the_longest_time_has_two_sides() {
        let days = MAX_DURATION_S / 86_400;
        assert_eq!(parse(&format!("{days}d")), Some(ParsedDuration::Seconds(MAX_DURATION_S)));
        assert_eq!(parse(&format!("{}d", days + 1)), None);
    }
}
