//! The switches for everything on which the documents are silent or
//! contradict themselves.

use crate::simulator::Knob;

/// Every knob; the first value is the default.
pub(super) const KNOBS: &[Knob] = &[
    Knob {
        name: "country_on_read",
        values: &["name", "as_sent", "iso"],
        meaning: "How a country is spelled on read: by English name, as it was sent, or by alpha-2 code.",
    },
    Knob {
        name: "child_service_types_for_end_customer",
        values: &["null", "echo"],
        meaning: "Whether an EndCustomer or a Site reads back the `ChildServiceTypes` that were sent for it.",
    },
    Knob {
        name: "post_address_unset",
        values: &["absent", "empty"],
        meaning: "Whether address members that were never set are left out or read as empty text.",
    },
    Knob {
        name: "post_address_null_by_id",
        values: &["no", "yes", "bare"],
        meaning: "Whether an empty address reads as null also where the whole customer is read; `bare` leaves out the company's other members without a value as well.",
    },
    Knob {
        name: "not_found",
        values: &["by_kind", "2101", "13501"],
        meaning: "The error for an unknown customer: 13501 for ids and 2101 for names, or one of them for both.",
    },
    Knob {
        name: "single_use_visa",
        values: &["no", "yes"],
        meaning: "Whether a visa is spent by the call that carries it.",
    },
    Knob {
        name: "visa_on_error",
        values: &["yes", "no"],
        meaning: "Whether an error answer carries a fresh visa.",
    },
    Knob {
        name: "fields_omitted",
        values: &["none", "all"],
        meaning: "What a list answer holds when `fields` is left out: placeholders, or everything.",
    },
    Knob {
        name: "list_order",
        values: &["by_id", "shuffled"],
        meaning: "The order of lists for which the caller asks for no order.",
    },
    Knob {
        name: "empty_list",
        values: &["array", "null"],
        meaning: "Whether a list without rows reads as `[]` or as null.",
    },
    Knob {
        name: "default_state",
        values: &["InTrial", "InProduction", "Registered"],
        meaning: "The state of a new customer when the request names none.",
    },
    Knob {
        name: "default_service_type",
        values: &["parent", "all_inclusive"],
        meaning: "The service type of a new customer when the request names none.",
    },
    Knob {
        name: "name_scope",
        values: &["global", "per_parent"],
        meaning: "Whether a customer's name is unique in the whole service or among its siblings.",
    },
    Knob {
        name: "echo_device_country",
        values: &["no", "yes"],
        meaning: "Whether reads return `DeviceCountry`.",
    },
    Knob {
        name: "void_result",
        values: &["null", "object", "inner_null"],
        meaning: "The `result` of a call that returns nothing: `null`, `{}` or `{\"result\": null}`.",
    },
    Knob {
        name: "auto_expire_trials",
        values: &["yes", "no"],
        meaning: "Whether a trial becomes Expired by itself when its time is over.",
    },
    Knob {
        name: "only_flagged_trials_expire",
        values: &["no", "yes"],
        meaning: "Whether only trials with the private flag `ExpireAfterTrial` expire by themselves.",
    },
    Knob {
        name: "trial_times_on_production",
        values: &["kept", "cleared"],
        meaning: "What becomes of the trial times when a customer goes into production.",
    },
    Knob {
        name: "lenient_types",
        values: &["yes", "no"],
        meaning: "Whether numbers and booleans may also be sent as text.",
    },
    Knob {
        name: "require_create_default_account",
        values: &["no", "yes"],
        meaning: "Whether `AddPartner` insists on `createDefaultAccount`.",
    },
    Knob {
        name: "server_sets_branding_flag",
        values: &["no", "yes"],
        meaning: "Whether the service adds `HasCustomBranding` to every set of flags that is written.",
    },
    Knob {
        name: "level_rule",
        values: &["strict", "equal_allowed"],
        meaning: "Whether a child's level must be lower than its parent's or may equal it.",
    },
    Knob {
        name: "tree_shape",
        values: &["nested", "one_level", "omits_sites"],
        meaning: "Whether `GetPartnerTree` nests or stops at the children, or the recursive list leaves out Sites.",
    },
    Knob {
        name: "child_count",
        values: &["before_filter", "after_filter"],
        meaning: "Whether `ActualChildCount` counts all children or those that pass the filter.",
    },
    Knob {
        name: "state_rules",
        values: &["table", "permissive"],
        meaning: "Whether states move only along the table of transitions and within the parent's state, or freely.",
    },
    Knob {
        name: "unknown_country",
        values: &["1802", "zero", "accepted"],
        meaning: "Whether an unknown country is refused with 1802, with 0, or taken as plain text.",
    },
    Knob {
        name: "empty_name",
        values: &["ignored", "refused"],
        meaning: "What `ModifyPartner` does with an empty name.",
    },
    Knob {
        name: "location_follows_country",
        values: &["no", "yes"],
        meaning: "Whether a location that nobody chose is derived anew when the country changes.",
    },
    Knob {
        name: "limit_every",
        values: &["never", "tenth"],
        meaning: "Whether every tenth call is answered with 2116 (request limit reached) and not carried out.",
    },
    Knob {
        name: "unavailable_every",
        values: &["never", "tenth"],
        meaning: "Whether every tenth call is answered with 1704 (service unavailable) and not carried out.",
    },
    Knob {
        name: "visa_refused_every",
        values: &["never", "tenth"],
        meaning: "Whether every tenth call has its visa refused with 1701 although it is valid.",
    },
];
