//! Durations typed in commands, such as `8h`.

/// A duration as typed by the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ParsedDuration {
    /// Number of seconds, from 1 to [`MAX_DURATION_S`].
    Seconds(u32),
    /// No end.
    Forever,
}

/// Longest accepted duration, in seconds: ten years. Longer ones are better typed as `forever`.
const MAX_DURATION_S: u32 = 10 * 365 * 86_400;

/// Parses `45m`, `8h`, `2d`, `1w`, or `forever` and its translations.
pub(super) fn parse(word: &str) -> Option<ParsedDuration> {
    let word = word.to_lowercase();
    // Accepted in every language, whichever one the interface uses.
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
    fn durations_are_parsed_in_minutes_hours_days_and_weeks() {
        assert_eq!(parse("45m"), Some(ParsedDuration::Seconds(45 * 60)));
        assert_eq!(parse("8H"), Some(ParsedDuration::Seconds(8 * 3600)));
        assert_eq!(parse("1d"), Some(ParsedDuration::Seconds(86_400)));
        assert_eq!(parse("2w"), Some(ParsedDuration::Seconds(14 * 86_400)));
        assert_eq!((parse("forever"), parse("Sempre")), (Some(ParsedDuration::Forever), Some(ParsedDuration::Forever)));
    }

    #[test]
    fn malformed_durations_are_rejected() {
        for word in ["", "h", "0h", "-1h", "1", "1x", "1 h", "99999999999h", "é", "1é"] {
            assert_eq!(parse(word), None, "{word:?}");
        }
    }

    #[test]
    fn ten_years_are_accepted_and_one_day_more_is_rejected() {
        let days = MAX_DURATION_S / 86_400;
        assert_eq!(parse(&format!("{days}d")), Some(ParsedDuration::Seconds(MAX_DURATION_S)));
        assert_eq!(parse(&format!("{}d", days + 1)), None);
    }
}
