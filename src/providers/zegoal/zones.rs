//! Local time: that of the `Provider` manifest, and that of the server where
//! an answer names another.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::provider::codec;

/// The zones of one answer or request. Trees hold local time of ours; the wire
/// holds local time of the server's (Zegoal contract, 1.5).
#[derive(Debug, Clone)]
pub(super) struct Zones {
    ours: TimeZone,
    theirs: Option<(String, TimeZone)>,
}

impl Zones {
    /// The zones when the server writes in the zone named `theirs`. A missing
    /// or unknown name, and one that means our zone, leave ours.
    pub(super) fn new(ours: &TimeZone, theirs: Option<&str>) -> Self {
        let theirs = theirs.and_then(|name| {
            let zone = TimeZone::get(name).ok()?;
            (zone != *ours).then(|| (name.to_owned(), zone))
        });
        Self {
            ours: ours.clone(),
            theirs,
        }
    }

    /// Our zone.
    pub(super) fn ours(&self) -> &TimeZone {
        &self.ours
    }

    /// The name of the server's zone, if it is not ours.
    pub(super) fn theirs(&self) -> Option<&str> {
        self.theirs.as_ref().map(|(name, _)| name.as_str())
    }

    /// A stamp of an answer as canonical local time of our zone; nothing when
    /// it is none.
    pub(super) fn read(&self, stamp: &Value) -> Option<String> {
        match &self.theirs {
            None => codec::as_date_time(stamp, &self.ours),
            Some((_, theirs)) => shift(&codec::as_date_time(stamp, theirs)?, theirs, &self.ours),
        }
    }

    /// A canonical stamp as the server writes it.
    pub(super) fn write(&self, canonical: &str) -> String {
        let shifted = self
            .theirs
            .as_ref()
            .and_then(|(_, theirs)| shift(canonical, &self.ours, theirs));
        shifted.unwrap_or_else(|| canonical.to_owned())
    }
}

/// The same instant as local time of another zone.
fn shift(canonical: &str, from: &TimeZone, to: &TimeZone) -> Option<String> {
    let seconds = codec::unix_seconds(canonical, from)?;
    codec::as_date_time(&json!(seconds), to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minsk() -> TimeZone {
        TimeZone::get("Europe/Minsk").expect("a zone of the bundled table")
    }

    #[test]
    fn without_another_zone_stamps_stay_as_they_are() {
        for theirs in [None, Some("Europe/Minsk"), Some("Nowhere/None")] {
            let zones = Zones::new(&minsk(), theirs);
            assert_eq!(zones.theirs(), None, "{theirs:?}");
            let read = zones.read(&json!("2024-05-06 10:15:30"));
            assert_eq!(read.as_deref(), Some("2024-05-06 10:15:30"));
            assert_eq!(zones.write("2024-05-06 10:15:30"), "2024-05-06 10:15:30");
        }
    }

    #[test]
    fn another_zone_of_the_server_is_converted_both_ways() {
        let zones = Zones::new(&minsk(), Some("America/New_York"));
        let read = zones.read(&json!("2024-05-06 10:15:30"));
        assert_eq!(read.as_deref(), Some("2024-05-06 17:15:30"));
        assert_eq!(zones.write("2024-05-06 17:15:30"), "2024-05-06 10:15:30");
        let offset = zones.read(&json!("2024-05-06 10:15:30 +03:00"));
        assert_eq!(offset.as_deref(), Some("2024-05-06 10:15:30"));
    }

    #[test]
    fn what_is_no_date_is_none() {
        let zones = Zones::new(&minsk(), None);
        // A literal of the UpdateContract sample.
        assert_eq!(zones.read(&json!("CURRENT_DATE")), None);
        assert_eq!(zones.read(&json!(true)), None);
    }
}
