//! The switches for behaviour on which TI Rate's pages are silent, differ from
//! each other, or changed between 2018 and 2020.

use crate::simulator::Knob;

const fn knob(name: &'static str, values: &'static [&'static str], meaning: &'static str) -> Knob {
    Knob {
        name,
        values,
        meaning,
    }
}

/// Every switch; the first value of each is the default.
pub(super) static KNOBS: [Knob; 22] = [
    knob(
        "envelope",
        &["2019", "2020"],
        "whether answers carry `ctx_id`, `extra_logic` and `enriched_request` as the samples of 2020 do",
    ),
    knob(
        "processing_date",
        &["documented", "always_offset", "never_offset"],
        "which answers write an offset behind `processing_date`",
    ),
    knob(
        "error_response",
        &["false", "string_false"],
        "whether `response` of an error is the boolean or the string `false`",
    ),
    knob(
        "code",
        &["number", "string"],
        "whether `processing_result.code` is a number or a string",
    ),
    knob(
        "success_text",
        &["documented", "empty", "missing"],
        "what stands in `processing_result.text` of a success",
    ),
    knob(
        "ids",
        &["number", "string"],
        "whether answers write ids as numbers or as strings",
    ),
    knob(
        "flags",
        &["number_and_bool", "numbers", "strings"],
        "how `payment_responsible` and `is_billed` are written: 1 and true, 1 and 1, or \"1\" and \"true\"",
    ),
    knob(
        "one_element_lists",
        &["list", "object"],
        "whether a list of one element shrinks to the bare element",
    ),
    knob(
        "one_element_lists_everywhere",
        &["yes", "no"],
        "whether `ids` and `one_element_lists` also cover `parent_id`, `bill_cycle_id` and `sold_products`",
    ),
    knob(
        "layout",
        &["nested", "flat", "singular", "account", "alternative"],
        "how GetAccountInfo lays out an account: with `basic`, without it, with `contact` and `contract` for the lists, with `account` and `lc_progression`, or with `addresses`, `lc_list`, `products` and `References`",
    ),
    knob(
        "contact_vocabulary",
        &["both", "parameter_table", "response_side"],
        "which names of contact attributes CreateAccount stores",
    ),
    knob(
        "contract_vocabulary",
        &["both", "create_side", "parameter_table"],
        "which spelling of contract attributes UpdateContract and AddContract store",
    ),
    knob(
        "noti_location",
        &["basic", "contact"],
        "where GetAccountInfo shows `noti_channel` and `noti_user_id`",
    ),
    knob(
        "noti_wins",
        &["basic", "contact"],
        "which place wins when CreateAccount gets different `noti_*` values in `basic` and `contact`",
    ),
    knob(
        "lc_clean",
        &["close_current", "drop_all", "only_when_moving"],
        "whether SetLC with `clean` keeps past life-cycle rows and closes the current one, drops all, or keeps past rows and cleans nothing when the state is the current one already",
    ),
    knob(
        "trial_counts_from",
        &["creation", "lc_from"],
        "from when the 15 and 60 days of a trial count",
    ),
    knob(
        "notification_end_point",
        &["none", "set"],
        "whether the tenant has an endpoint that replaces an empty `noti_user_id` of the channel `tech_noti`",
    ),
    knob(
        "skip_lookup_reveals_terminated",
        &["no", "yes"],
        "whether `skip_lookup_account` with an `account_id` reaches a terminated account",
    ),
    knob(
        "look_up_case",
        &["minded", "ignored"],
        "whether a look-up by code or name minds the case",
    ),
    knob(
        "unset_in_answers",
        &["empty", "null", "absent"],
        "how an attribute without a value stands in answers",
    ),
    knob(
        "section_missing",
        &[
            "no",
            "bank_info",
            "contacts",
            "billing",
            "contracts",
            "address",
            "lc",
        ],
        "a section that GetAccountInfo leaves out although it was asked for",
    ),
    knob(
        "phones_as_numbers",
        &["no", "yes"],
        "whether a phone number made of digits comes back as a JSON number",
    ),
];
