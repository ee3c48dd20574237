//! Chooses knobs, of those under which the program is meant to converge: the
//! lists of the matrix hold here too.

#[path = "../../matrix/waived.rs"]
mod waived;

use trueup::simulator::Knob;

use super::rng::Rng;

/// The values of the knobs that are not at their defaults.
pub(crate) type Setting = Vec<(&'static str, &'static str)>;

/// In a hundred knobs, how many are turned.
const TURNED_PERCENT: u64 = 15;

/// Knobs that change what a fixture holds and nothing else. They would make a
/// run slower without making it harder.
const LEFT_ALONE: [&str; 1] = ["fixture"];

/// A random setting under which the program converges.
pub(crate) fn choose(system: &str, knobs: &'static [Knob], rng: &mut Rng) -> Setting {
    // A run in three is about faults alone.
    if rng.chance(33) {
        return Setting::new();
    }
    let mut setting = Setting::new();
    for knob in knobs {
        if LEFT_ALONE.contains(&knob.name) || !rng.chance(TURNED_PERCENT) {
            continue;
        }
        setting.push((knob.name, *rng.pick(&knob.values[1..])));
        if waived::cannot_converge(system, &setting) {
            setting.pop();
        }
    }
    setting
}

/// The places behind the fields that the lists of the matrix name.
const PLACES: [(&str, &str); 4] = [
    ("record/Name", "billing.name"),
    ("record/Alias", "billing.alias"),
    (
        "record/FallbackInvoiceEmailAddress",
        "billing.fallbackInvoiceEmailAddress",
    ),
    ("trial_registration_time", "trialRegistrationTime"),
];

/// Whether a system itself may change what is at a place.
pub(crate) fn may_change(system: &str, setting: &Setting, place: &str) -> bool {
    PLACES
        .iter()
        .any(|(known, path)| *known == place && waived::may_change(system, setting, path))
}
