//! The layout that is assumed of `GetAccountInfo` (Zegoal contract, 4.2), and
//! how an answer differs from it.

use std::collections::{BTreeMap, BTreeSet};

use super::anatomy::{Anatomy, Form};
use crate::{
    model::{Facts, field_map::ValueType},
    provider::KindDef,
    providers::zegoal::{convert, kind, wire::Section},
};

/// The most lines of a layout. Twice what the assumed one has, so that one that
/// is all different still fits.
const LINES_MAX: usize = 400;

/// What a member is assumed to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Assumed {
    Flag,
    Number,
    Text,
    Date,
    List,
    Object,
    /// The pages show it in more than one form, or in none.
    Anything,
}

use Assumed::{Anything, Date, Flag, List, Number, Object, Text};

/// Members with what they are, without those that a manifest can name: these
/// are declared in the spec.
type Members = &'static [(&'static str, Assumed)];

/// The members of each group. The group without a name is the answer itself.
const GROUPS: &[(&str, Members)] = &[
    (
        "",
        &[
            ("tenant", Text),
            ("skip_lookup_account", Flag),
            ("force_lookup", Flag),
            ("return_address", Flag),
            ("return_billing", Flag),
            ("return_contacts", Flag),
            ("return_contracts", Flag),
            ("return_balances", Flag),
            ("return_lc", Flag),
            ("return_products", Flag),
            ("return_payments", Flag),
            ("return_bank_info", Flag),
            ("return_triggers", Flag),
            ("return_references", Flag),
            ("account_id", Number),
            ("account_code", Text),
            ("account_name", Text),
            ("TZ", Text),
            ("basic", Object),
            ("billing", Object),
            ("bank_info", Object),
            ("address", List),
            ("contacts", List),
            ("contracts", List),
            ("lc", List),
            ("balances", List),
            ("sold_products", List),
            ("payments", List),
            ("references", List),
            ("triggers", List),
        ],
    ),
    ("address", &[("address_type", Text), ("email", Text)]),
    (
        "contacts",
        &[
            ("contact_type", Text),
            ("contact_name", Text),
            ("contact_mobile_num", Text),
            ("contact_email", Text),
            ("contact_desc", Text),
        ],
    ),
    (
        "lc",
        &[
            ("lc_status", Text),
            ("lc_from", Date),
            ("lc_to", Date),
            ("is_current", Flag),
        ],
    ),
    (
        "balances",
        &[
            ("balance_id", Number),
            ("balance_name", Text),
            ("balance_total", Object),
            ("balance_total.value", Number),
        ],
    ),
    (
        "sold_products",
        &[
            ("sold_product_id", Number),
            ("id", Number),
            ("product_id", Number),
            ("product_name", Text),
            ("product_description", Text),
            ("product_type", Text),
            ("product_category", Text),
            ("params", Object),
            ("current_lc_status", Text),
            ("lc", List),
            ("lc.lc_status", Text),
            ("lc.lc_from", Date),
            ("lc.lc_to", Date),
        ],
    ),
    (
        "payments",
        &[
            ("payment_id", Number),
            ("paym_target_id", Anything),
            ("paym_source_id", Anything),
            ("paym_external_id", Anything),
            ("paym_amt", Text),
            ("effective_date", Date),
            ("balance_name", Text),
        ],
    ),
    (
        "references",
        &[
            ("reference_id", Anything),
            ("reference_code", Text),
            ("reference_type", Text),
            ("account_id", Anything),
            ("contract_id", Anything),
            ("contract_num", Text),
            ("device_id", Anything),
            ("valid_from", Date),
            ("valid_to", Date),
            ("description", Text),
        ],
    ),
];

/// An answer beside the assumed layout.
pub(super) struct Compared {
    /// One line for each member, in the order of their paths, with a mark in
    /// front of it.
    pub(super) lines: Vec<String>,
    /// How many of them are not as assumed.
    pub(super) differing: usize,
}

/// Lays an answer beside the assumed layout.
pub(super) fn compare(found: &Anatomy) -> Compared {
    let assumed = assumed(kind());
    let mut paths: BTreeSet<&String> = found.0.keys().collect();
    // Below what is missing or empty nothing more can be missing.
    paths.extend(assumed.keys().filter(|path| {
        let above = path.rsplit_once('.').map_or("", |(above, _)| above);
        found.is_filled(above)
    }));
    let mut lines = Vec::new();
    let mut differing = 0;
    for path in paths {
        let (mark, line) = line(path, found.0.get(path), assumed.get(path).copied());
        if mark != ' ' {
            differing += 1;
        }
        lines.push(format!("{mark} {line}"));
    }
    if let Some(more) = lines.len().checked_sub(LINES_MAX).filter(|more| *more > 0) {
        lines.truncate(LINES_MAX);
        lines.push(format!("  and {more} more"));
    }
    Compared { lines, differing }
}

fn line(path: &str, found: Option<&BTreeSet<Form>>, assumed: Option<Assumed>) -> (char, String) {
    let forms = |forms: &BTreeSet<Form>| {
        let words: Vec<&str> = forms.iter().map(|form| form.words()).collect();
        words.join(" or ")
    };
    match (found, assumed) {
        (None, assumed) => {
            let assumed = assumed.map_or("", Assumed::words);
            ('-', format!("{path}: {assumed}"))
        }
        (Some(found), None) => ('+', format!("{path}: {}", forms(found))),
        (Some(found), Some(assumed)) if found.iter().all(|form| assumed.covers(*form)) => {
            (' ', format!("{path}: {}", forms(found)))
        }
        (Some(found), Some(assumed)) => (
            '~',
            format!("{path}: {}, assumed {}", forms(found), assumed.words()),
        ),
    }
}

/// Every member of the assumed layout by its path.
fn assumed(kind: &KindDef) -> BTreeMap<String, Assumed> {
    let declared = kind.fields().iter().filter_map(|facts| {
        let (group, name) = facts.wire?.split_once('.')?;
        Some((format!("{}.{name}", key(group)), of_field(facts)))
    });
    let others = GROUPS.iter().flat_map(|(group, members)| {
        members.iter().map(move |(name, assumed)| {
            let path = if group.is_empty() {
                (*name).to_owned()
            } else {
                format!("{group}.{name}")
            };
            (path, *assumed)
        })
    });
    declared.chain(others).collect()
}

/// The key under which a group of requests stands in this answer.
fn key(group: &str) -> &str {
    Section::ALL
        .into_iter()
        .find(|section| section.group() == group)
        .map_or(group, |section| section.key())
}

fn of_field(facts: &Facts) -> Assumed {
    match &facts.value_type {
        ValueType::Integer | ValueType::Reference => Number,
        ValueType::Bool if facts.path.as_str() == convert::PAYMENT_RESPONSIBLE => Number,
        ValueType::Bool => Flag,
        ValueType::DateTime => Date,
        ValueType::Text | ValueType::Choice(_) => Text,
        ValueType::Set(_) => List,
        ValueType::Passthrough => Anything,
    }
}

impl Assumed {
    fn words(self) -> &'static str {
        match self {
            Flag => "true or false",
            Number => "number",
            Text => "text",
            Date => "date",
            List => "list",
            Object => "object",
            Anything => "anything",
        }
    }

    fn covers(self, form: Form) -> bool {
        match self {
            Flag => form == Form::Flag,
            Number => form == Form::Number,
            Text => matches!(
                form,
                Form::Text | Form::EmptyText | Form::Digits | Form::Date | Form::DateWithOffset
            ),
            Date => matches!(form, Form::Date | Form::EmptyText),
            List => matches!(form, Form::List | Form::EmptyList),
            Object => form == Form::Object,
            Anything => true,
        }
    }
}
