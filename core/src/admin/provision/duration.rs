//! Durations as the file writes them: `30s`, `10m`, `1h`, `30d`.

use std::time::Duration;

use super::value::Value;

/// A duration. How long it may be is the policy's business.
pub(super) fn read(value: &Value<'_>) -> Option<Duration> {
    const EXAMPLE: &str = "a number and one of s, m, h or d in quotes, such as \"1h\"";
    let text = value.text(EXAMPLE)?;
    let parsed = parse(text);
    if parsed.is_none() {
        value.wrong(format!("{} is not a duration: write {EXAMPLE}", value.shown()));
    }
    parsed
}

fn parse(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        _ => return None,
    };
    // `parse` would take a plus sign as well.
    if !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Some(Duration::from_secs(number.parse::<u64>().ok()?.saturating_mul(unit)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn whatever_is_no_number_with_a_unit_is_no_duration(
            text in "[0-9]{0,21}[smhd]|[0-9 +-]{0,3}[smhdwSMHD]{0,2}|.*",
        ) {
            let mut rest = text.chars();
            let units = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)];
            let last = rest.next_back();
            let unit = units.into_iter().find(|(name, _)| last == Some(*name));
            let digits = rest.as_str();
            let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
            let number = digits.parse::<u64>().ok().filter(|_| plain);
            let want = unit.zip(number).map(|((_, unit), n)| n.saturating_mul(unit));
            prop_assert_eq!(parse(&text), want.map(Duration::from_secs));
        }
    }

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, seconds) in [("0s", 0), ("30s", 30), ("10m", 600), ("1h", 3600), ("2d", 172_800)]
        {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        let endless = parse("18446744073709551615d").unwrap();
        assert_eq!(endless.as_secs(), u64::MAX, "longer than any bound");
    }

    #[test]
    fn what_could_be_misread_is_no_duration() {
        let bad =
            ["", "s", "1", "1 h", "+1h", "-1h", "1.5h", "1H", "1h30m", "1w", "1ms", "1ß", "ß"];
        for text in bad {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
