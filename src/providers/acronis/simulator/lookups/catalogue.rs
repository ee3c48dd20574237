//! The rows of the smaller look-ups.

use crate::providers::acronis::simulator::ids::guid;

/// English, in the samples of two partners (Acronis contract, 4.6).
pub(crate) const ENGLISH: &str = "48d06c90-f8a4-4726-a83c-a47dbb709f25";

/// The default service level, in the samples of two partners (Acronis contract, 4.6).
pub(crate) const DEFAULT_SERVICE_LEVEL: &str = "63b75905-10d4-44e9-ba1e-7aa2eff4100b";

/// The default sub-category, in the samples of two partners (Acronis contract, 4.6).
pub(crate) const DEFAULT_SUB_CATEGORY: &str = "7f8320eb-d653-40ae-9d57-1257bead1a29";

/// The default priority, in the samples of two partners (Acronis contract, 4.6).
pub(crate) const DEFAULT_PRIORITY: &str = "683a47ec-e57c-43a5-ba10-2ccdc03fd331";

/// The partner's support group, as the page on billing information shows it.
pub(crate) const SUPPORT_GROUP: &str = "2e4eea65-b277-4ec4-a777-07c71d622c44";

/// The user who supports customers, as the page on billing information shows
/// it.
pub(crate) const CURRENT_SUPPORT_USER: &str = "256b0fd2-9a50-4a73-9d08-5f11e2d104d7";

/// What `CompanyType` may be; the first two are in the sample (Acronis contract, 4.5).
pub(crate) const LEGAL_FORMS: [&str; 8] =
    ["-", "UNKNOWN", "AB", "B.V.", "EOOD", "GmbH", "Inc.", "Ltd."];

/// A row with an id and a name.
pub(super) struct Named {
    pub(super) id: String,
    pub(super) name: &'static str,
}

/// A language, named in itself.
pub(super) struct Language {
    pub(super) id: String,
    pub(super) country_id: String,
    pub(super) name: &'static str,
    /// Only English in the sample.
    pub(super) active: bool,
}

/// A service level. The list counts hours, `/StaticFormData` minutes.
pub(super) struct ServiceLevel {
    pub(super) id: String,
    pub(super) name: &'static str,
    pub(super) response_hours: u32,
    pub(super) feedback_hours: u32,
}

/// A category, or a sub-category when it has a parent.
pub(super) struct Category {
    pub(super) id: String,
    pub(super) parent_id: Option<String>,
    pub(super) name: &'static str,
}

/// A row whose id is fixed, or else comes from the seed. The label keeps rows
/// of equal names apart.
fn named(seed: u64, label: &str, name: &'static str, fixed: Option<&str>) -> Named {
    let id = fixed.map_or_else(|| guid(seed, label), str::to_owned);
    Named { id, name }
}

/// Rows of one look-up with ids from the seed, fixed ids apart.
pub(super) fn rows(
    seed: u64,
    kind: &str,
    names: &[&'static str],
    fixed: &[(&str, &str)],
) -> Vec<Named> {
    let row = |(index, name): (usize, &&'static str)| {
        let label = format!("{kind}:{index}:{name}");
        let fixed = fixed.iter().find(|(known, _)| known == name);
        named(seed, &label, name, fixed.map(|(_, id)| *id))
    };
    names.iter().enumerate().map(row).collect()
}

pub(super) fn priorities(seed: u64) -> Vec<Named> {
    let fixed = [("Normal", DEFAULT_PRIORITY)];
    rows(seed, "priority", &["Normal", "High", "Low"], &fixed)
}

/// Ticket statuses; the last one closes a ticket.
pub(super) fn statuses(seed: u64) -> Vec<Named> {
    rows(seed, "status", &["New", "In progress", "Closed"], &[])
}

/// The partner's groups, two of them with equal names.
pub(super) fn partner_groups(seed: u64) -> Vec<Named> {
    let names = ["Support", "Field service", "Field service"];
    rows(seed, "group", &names, &[("Support", SUPPORT_GROUP)])
}

/// Who sends invoices; the first one is the default.
pub(super) fn billing_entities(seed: u64) -> Vec<Named> {
    let names = ["Meridian IT Services Inc.", "Meridian IT Services GmbH"];
    rows(seed, "entity", &names, &[])
}

pub(super) fn service_levels(seed: u64) -> Vec<ServiceLevel> {
    vec![
        ServiceLevel {
            id: DEFAULT_SERVICE_LEVEL.to_owned(),
            name: "Office hours",
            response_hours: 8,
            feedback_hours: 24,
        },
        ServiceLevel {
            id: guid(seed, "service level:Gold"),
            name: "Gold",
            response_hours: 1,
            feedback_hours: 4,
        },
    ]
}

/// Two levels; a sub-category named "Other" lies below each of three parents.
pub(super) fn categories(seed: u64) -> Vec<Category> {
    const TREE: [(&str, &[&str]); 3] = [
        ("General", &["General question", "Other"]),
        ("Hardware", &["Printer", "Other"]),
        ("Software", &["Licence", "Other"]),
    ];
    let mut categories = Vec::new();
    for (parent, children) in TREE {
        let parent_id = guid(seed, &format!("category:{parent}"));
        categories.push(Category {
            id: parent_id.clone(),
            parent_id: None,
            name: parent,
        });
        for child in children {
            let id = match *child {
                "General question" => DEFAULT_SUB_CATEGORY.to_owned(),
                _ => guid(seed, &format!("category:{parent}/{child}")),
            };
            categories.push(Category {
                id,
                parent_id: Some(parent_id.clone()),
                name: child,
            });
        }
    }
    categories
}

pub(super) fn languages(seed: u64, countries: &[Named]) -> Vec<Language> {
    const ROWS: [(&str, &str); 18] = [
        ("English", "United States"),
        ("Deutsch", "Germany"),
        ("Nederlands", "Netherlands"),
        ("Svenska", "Sweden"),
        ("Français", "France"),
        ("Español", "Spain"),
        ("Italiano", "Italy"),
        ("Dansk", "Denmark"),
        ("Suomi", "Finland"),
        ("Norsk", "Norway"),
        ("Polski", "Poland"),
        ("Português", "Portugal"),
        ("Čeština", "Czech Republic"),
        ("Magyar", "Hungary"),
        ("Български", "Bulgaria"),
        ("Türkçe", "Turkey"),
        ("Русский", "Russia"),
        ("日本語", "Japan"),
    ];
    let language = |(name, country): (&'static str, &str)| Language {
        id: match name {
            "English" => ENGLISH.to_owned(),
            _ => guid(seed, &format!("language:{name}")),
        },
        country_id: super::id_of(countries, country)
            .expect("every language names a country of the table")
            .to_owned(),
        name,
        active: name == "English",
    };
    ROWS.into_iter().map(language).collect()
}
