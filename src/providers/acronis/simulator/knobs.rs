//! The switches: every point on which the published pages are silent or
//! contradict each other and two behaviours are plausible.

use crate::simulator::Knob;

const fn knob(name: &'static str, values: &'static [&'static str], meaning: &'static str) -> Knob {
    Knob {
        name,
        values,
        meaning,
    }
}

/// All knobs; the first value of each is its default.
pub(super) const KNOBS: &[Knob] = &[
    // The record that Advanced Automation keeps of a tenant.
    knob(
        "record",
        &["auto", "manual"],
        "Whether a customer record appears by itself after a customer tenant is \
         created, or only a PUT makes one.",
    ),
    knob(
        "record_delay",
        &["none", "late"],
        "Whether the automatic record is there at once, or only five seconds later or \
         after the third customer read, whichever is first.",
    ),
    knob(
        "record_copies",
        &["name_and_email", "name"],
        "What the automatic record takes over from the tenant.",
    ),
    knob(
        "rename_reaches_record",
        &["no", "yes"],
        "Whether a later change of the tenant's name also renames the customer record.",
    ),
    knob(
        "disabled_is_inactive",
        &["no", "yes"],
        "Whether a disabled tenant's record leaves the list of active customers.",
    ),
    knob(
        "deleted_record",
        &["inactive", "gone"],
        "Whether a deleted tenant's record only becomes inactive and stays readable \
         by id, or cannot be read any more.",
    ),
    // PUT /Customers.
    knob(
        "put",
        &["replace", "replace_all", "replace_also_first", "merge"],
        "Which omitted fields fall to their defaults: all but Status, Language, \
         Country and CompanyType and not on a record's first PUT; all and not on the \
         first PUT; all but those four on every PUT; none.",
    ),
    knob(
        "link",
        &["uuid", "name", "never"],
        "How a PUT without Id finds its record and tenant: by a sent \
         ExternalTenantUUID, then by name, then by the e-mail of a record without \
         billing information; by name alone; or never, so that it makes an unlinked \
         record.",
    ),
    knob(
        "match_by_name",
        &["on", "off"],
        "Whether a PUT without Id may land on an existing record of exactly the same name.",
    ),
    knob(
        "unknown_id",
        &["not_found", "create"],
        "What a PUT with an unknown Id does: nothing, with a not-found answer, or a new record.",
    ),
    knob(
        "unknown_keys",
        &["ignore", "refuse"],
        "Whether Advanced Automation ignores keys that it does not know, or answers 400.",
    ),
    knob(
        "unknown_state",
        &["refuse", "accept"],
        "Whether a StateCountry that is in no table is answered with 400 or stored.",
    ),
    knob(
        "exempt_tax",
        &["default", "unset"],
        "What Tax becomes when it is sent empty for a tax-exempt customer: the \
         default tax, or nothing.",
    ),
    knob(
        "absent_tax",
        &["unset", "default"],
        "What Tax becomes when it is sent empty for a customer who is not exempt: \
         nothing, or the default tax.",
    ),
    knob(
        "unset_copies",
        &["follow", "stay", "follow_equal"],
        "Whether an alias and a fallback e-mail that nobody set follow later changes \
         of name and e-mail; follow_equal treats a sent value equal to the old name \
         or e-mail as not set.",
    ),
    // Answers of Advanced Automation.
    knob(
        "unset_guid",
        &["null", "zero", "empty"],
        "How an unset reference of a customer is written: as in the samples (null, \
         but the zero GUID for language, country, service level, groups, user and \
         priority), always as the zero GUID, or always as empty text.",
    ),
    knob(
        "aa_unset_text",
        &["sampled", "null", "empty"],
        "How unset text of a customer is written: as in the samples (empty, but null \
         for DebtorCode and BuildingName), always as null, or always as empty text.",
    ),
    knob(
        "roundup_type",
        &["string", "number"],
        "Whether TimeRegistrationRoundupTime comes back as text or as a number.",
    ),
    knob(
        "wrapper",
        &["guide", "reference"],
        "Whether look-up lists come in the wrapper that the guides show or in the one \
         that the reference declares.",
    ),
    knob(
        "aa_not_found",
        &["envelope", "message", "null"],
        "The answer of Advanced Automation for an unknown id: 404 in the platform's \
         error envelope, 404 with a Message, or 200 with null.",
    ),
    knob(
        "aa_error_body",
        &["message", "envelope", "text"],
        "The body of a 400 of Advanced Automation: a Message, the platform's error \
         envelope, or plain text.",
    ),
    knob(
        "aa_missing_content_type",
        &["envelope", "message"],
        "The shape of the 415 that Advanced Automation gives for a missing or wrong content type.",
    ),
    // Lists of Advanced Automation.
    knob(
        "omitted_active",
        &["both", "active"],
        "What a customer list without the Active filter holds: active and inactive \
         customers, or only active ones.",
    ),
    knob(
        "page_size_cap",
        &["none", "small"],
        "Whether Advanced Automation serves any PageSize, or silently at most 20 rows.",
    ),
    knob(
        "records_found",
        &["all", "page"],
        "Whether the AmountRecordsFound of a customer list counts all customers that the \
         filter lets through, or those on the page.",
    ),
    knob(
        "past_end",
        &["empty", "repeat_last"],
        "What a page past the end of a list of Advanced Automation holds: nothing, or \
         the last page again.",
    ),
    knob(
        "shuffle",
        &["no", "yes"],
        "Whether the order of a list of Advanced Automation changes from page to \
         page, with one row on two pages.",
    ),
    // Account Management.
    knob(
        "tenant_name_scope",
        &["tree", "siblings", "case_insensitive", "deleted_hold"],
        "Where a tenant's name must be unique: in the whole tree, exactly; among its \
         siblings; in the tree without regard to case; in the tree including deleted \
         tenants.",
    ),
    knob(
        "version",
        &["counter", "ms"],
        "Whether tenant versions count up from 1 or are milliseconds since 1970.",
    ),
    knob(
        "check_order",
        &[
            "lock_version_enabled",
            "version_lock_enabled",
            "enabled_version_lock",
        ],
        "Which of several faults of one write Account Management reports.",
    ),
    knob(
        "platform_status",
        &["mapped", "bad_request"],
        "The HTTP status of errors with a platform code: the one that fits, or 400 for all.",
    ),
    knob(
        "am_not_found",
        &["short", "full"],
        "The body of Account Management's 404: code and message alone, or the whole \
         envelope with code 1005.",
    ),
    knob(
        "contact_put",
        &["merge", "replace"],
        "Whether contact keys that a tenant update leaves out keep their values or are cleared.",
    ),
    knob(
        "unset_text",
        &["null", "empty"],
        "How unset contact text comes back: null, except empty names and e-mail; or \
         always empty text.",
    ),
    knob(
        "trim_text",
        &["no", "yes"],
        "Whether both services strip blanks around text that they store.",
    ),
    knob(
        "language_separator",
        &["as_sent", "underscore"],
        "Whether a tenant's language comes back as it was sent, or with an underscore \
         as in one sample.",
    ),
    knob(
        "timestamp_zone",
        &["none", "utc", "offset"],
        "How Account Management ends its timestamps: with no zone, with Z, or with +00:00.",
    ),
    knob(
        "limit_cap",
        &["none", "small"],
        "Whether a tenant page holds as many items as asked for, or at most 20.",
    ),
    knob(
        "expires_in",
        &["absent", "present"],
        "Whether a token answer also tells its lifetime as expires_in.",
    ),
    // The fixture.
    knob(
        "fixture",
        &["small", "large"],
        "Whether the fixture has a handful of customers or also 110 bare ones more; \
         cannot be made small again.",
    ),
];
