//! Promises that no client can keep under some settings, each with the reason
//! and the test that shows what happens instead.

/// Settings of a system, all of which must be on.
type Settings = &'static [(&'static str, &'static str)];

/// Fields that the provider itself changes under these settings.
const CHANGED_BY_THE_PROVIDER: &[(&str, Settings, &str, &str)] = &[
    (
        "acronis",
        &[("rename_reaches_record", "yes")],
        "billing.name",
        "the provider itself carries a tenant's new name over to its customer, as in \
         tests/contracts/acronis/knobs.rs::a_rename_by_the_provider_is_left_alone_or_undone",
    ),
    (
        "acronis",
        &[("unset_copies", "follow_equal")],
        "billing.alias",
        "an alias that equals the name counts as not set and follows it, as in \
         tests/contracts/acronis/knobs.rs::a_managed_alias_is_held_and_another_may_follow",
    ),
    (
        "acronis",
        &[("unset_copies", "follow_equal")],
        "billing.fallbackInvoiceEmailAddress",
        "an invoice address that equals the e-mail address counts as not set and follows it, \
         as the alias does",
    ),
    (
        "cove",
        &[("trial_times_on_production", "cleared")],
        "trialRegistrationTime",
        "the provider clears trial times when a customer goes into production, as in \
         tests/contracts/cove/lives.rs::trial_times_that_production_clears_do_not_flap",
    ),
];

/// Settings under which no client can converge.
const NEVER_QUIET: &[(&str, Settings, &str)] = &[
    (
        "acronis",
        &[("record", "manual"), ("link", "never")],
        "no customer comes by itself, and one that is made belongs to no tenant: after \
     tests/contracts/acronis/knobs.rs::a_customer_that_belongs_to_nobody_stops_everything \
     one record is there and nothing more was written",
    ),
    (
        "zegoal",
        &[("section_missing", "bank_info")],
        UNSEEN_SECTION,
    ),
    ("zegoal", &[("section_missing", "contacts")], UNSEEN_SECTION),
    ("zegoal", &[("section_missing", "billing")], UNSEEN_SECTION),
    (
        "zegoal",
        &[("section_missing", "contracts")],
        UNSEEN_SECTION,
    ),
    ("zegoal", &[("section_missing", "address")], UNSEEN_SECTION),
];

/// A section that was asked for and not returned is unknown, never empty. What
/// happens instead is shown by
/// `a_create_that_cannot_be_read_back_is_unknown_then_blocked_and_quiet_once_it_is_seen`.
const UNSEEN_SECTION: &str = "nothing may be written over what is not known, \
                              so its fields stay blocked until the provider returns them";

fn hold(wanted: Settings, setting: &[(&'static str, &'static str)]) -> bool {
    wanted.iter().all(|knob| setting.contains(knob))
}

/// Whether the provider may change an unmanaged field by itself.
pub(super) fn may_change(
    system: &str,
    setting: &[(&'static str, &'static str)],
    path: &str,
) -> bool {
    CHANGED_BY_THE_PROVIDER
        .iter()
        .any(|(name, wanted, field, _)| *name == system && *field == path && hold(wanted, setting))
}

/// Whether no client can converge.
pub(super) fn cannot_converge(system: &str, setting: &[(&'static str, &'static str)]) -> bool {
    NEVER_QUIET
        .iter()
        .any(|(name, wanted, _)| *name == system && hold(wanted, setting))
}
