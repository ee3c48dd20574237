//! Chooses knobs, of those under which the program is meant to converge: the
//! lists of the matrix hold here too.

#[path = "../../matrix/waived.rs"]
#[allow(
    clippy::duplicate_mod,
    reason = "the example has no other way to it, and the tests have one"
)]
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

/// Places that a system fills by itself under a knob where they were empty: the
/// system, the knob, its value, the place and the reason.
const FILLED: [(&str, &str, &str, &str, &str); 1] = [(
    "acronis",
    "absent_tax",
    "default",
    "record/Tax",
    "every PUT without a tax puts the default one in its place, and no tax means the default one",
)];

/// Whether a system may fill what is empty at a place.
pub(crate) fn may_fill(system: &str, setting: &Setting, place: &str) -> bool {
    FILLED.iter().any(|(known, knob, value, filled, _)| {
        *known == system && *filled == place && setting.contains(&(knob, value))
    })
}

/// Places for which another stands in under a knob. A new name of the tenant
/// reaches the customer, whose empty alias is shown as that name until the name
/// is put back, and goes back with the whole record.
pub(crate) fn copies(system: &str, setting: &Setting) -> &'static [(&'static str, &'static str)] {
    if system == "acronis" && setting.contains(&("rename_reaches_record", "yes")) {
        &[("record/Alias", "tenant/name")]
    } else {
        &[]
    }
}

/// Fields that cannot be watched under a knob: the system, the knob, its value,
/// the field and the reason.
const UNSEEN: [(&str, &str, &str, &str, &str); 2] = [
    (
        "zegoal",
        "unset_in_answers",
        "absent",
        "basic.typeOfBusiness",
        SAMPLE_ALONE,
    ),
    (
        "zegoal",
        "unset_in_answers",
        "absent",
        "basic.ownership",
        SAMPLE_ALONE,
    ),
];

/// Why these are not compared.
const SAMPLE_ALONE: &str = "only a sample of the vendor's shows it, so where it is not returned \
                            nobody knows whether the tenant has it; the plan says so in a note";

/// Whether a field cannot be watched.
pub(crate) fn is_unseen(system: &str, setting: &Setting, path: &str) -> bool {
    UNSEEN.iter().any(|(known, knob, value, field, _)| {
        *known == system && *field == path && setting.contains(&(knob, value))
    })
}

/// Whether a system itself may change what is at a place.
pub(crate) fn may_change(system: &str, setting: &Setting, place: &str) -> bool {
    PLACES
        .iter()
        .any(|(known, path)| *known == place && waived::may_change(system, setting, path))
}
