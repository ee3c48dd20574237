//! Look-ups of Advanced Automation (Acronis contract, 4.5 to 4.7).

mod catalogue;
mod countries;
mod lists;
mod paging;
mod states;
mod static_form;
mod taxes;

pub(super) use self::{
    catalogue::{
        CURRENT_SUPPORT_USER, DEFAULT_PRIORITY, DEFAULT_SERVICE_LEVEL, DEFAULT_SUB_CATEGORY,
        ENGLISH, LEGAL_FORMS, SUPPORT_GROUP,
    },
    countries::UNITED_STATES,
    lists::{billing_entities, groups, priorities, service_levels, statuses},
    paging::Paging,
    static_form::static_form_data,
    taxes::{delete_tax, post_taxes, put_tax, tax, taxes},
};

#[cfg(test)]
pub(super) use self::states::ALABAMA;

use self::catalogue::{Category, Language, Named, ServiceLevel};

/// The look-ups that nothing changes. All ids come from the seed, but for those
/// that the samples of two partners agree on (Acronis contract, 4.6).
pub(super) struct Tables {
    seed: u64,
    countries: Vec<Named>,
    /// Nowhere published; only customers show the names (Acronis contract, 4.5).
    states: Vec<Named>,
    languages: Vec<Language>,
    service_levels: Vec<ServiceLevel>,
    categories: Vec<Category>,
    priorities: Vec<Named>,
    statuses: Vec<Named>,
    partner_groups: Vec<Named>,
    billing_entities: Vec<Named>,
}

impl Tables {
    pub(super) fn new(seed: u64) -> Self {
        let countries = countries::countries(seed);
        Self {
            seed,
            states: states::states(seed),
            languages: catalogue::languages(seed, &countries),
            countries,
            service_levels: catalogue::service_levels(seed),
            categories: catalogue::categories(seed),
            priorities: catalogue::priorities(seed),
            statuses: catalogue::statuses(seed),
            partner_groups: catalogue::partner_groups(seed),
            billing_entities: catalogue::billing_entities(seed),
        }
    }

    pub(super) fn country_name(&self, id: &str) -> Option<&'static str> {
        name_of(&self.countries, id)
    }

    pub(super) fn state_name(&self, id: &str) -> Option<&'static str> {
        name_of(&self.states, id)
    }

    pub(super) fn has_language(&self, id: &str) -> bool {
        self.languages.iter().any(|language| language.id == id)
    }

    pub(super) fn has_service_level(&self, id: &str) -> bool {
        self.service_levels.iter().any(|level| level.id == id)
    }

    pub(super) fn has_partner_group(&self, id: &str) -> bool {
        name_of(&self.partner_groups, id).is_some()
    }

    pub(super) fn has_priority(&self, id: &str) -> bool {
        name_of(&self.priorities, id).is_some()
    }

    pub(super) fn has_billing_entity(&self, id: &str) -> bool {
        name_of(&self.billing_entities, id).is_some()
    }

    /// Whether the id is that of a category below another one; customers have
    /// sub-categories only (Acronis contract, 4.3).
    pub(super) fn has_sub_category(&self, id: &str) -> bool {
        self.categories
            .iter()
            .any(|category| category.id == id && category.parent_id.is_some())
    }

    /// The id of the row with that name, for the fixture.
    pub(super) fn state_id(&self, name: &str) -> Option<&str> {
        id_of(&self.states, name)
    }

    pub(super) fn country_id(&self, name: &str) -> Option<&str> {
        id_of(&self.countries, name)
    }

    pub(super) fn billing_entity_id(&self, name: &str) -> Option<&str> {
        id_of(&self.billing_entities, name)
    }

    pub(super) fn service_level_id(&self, name: &str) -> Option<&str> {
        let mut levels = self.service_levels.iter();
        levels.find(|l| l.name == name).map(|l| l.id.as_str())
    }

    pub(super) fn language_id(&self, name: &str) -> Option<&str> {
        let mut languages = self.languages.iter();
        languages.find(|l| l.name == name).map(|l| l.id.as_str())
    }
}

fn name_of(rows: &[Named], id: &str) -> Option<&'static str> {
    rows.iter().find(|row| row.id == id).map(|row| row.name)
}

fn id_of<'a>(rows: &'a [Named], name: &str) -> Option<&'a str> {
    rows.iter()
        .find(|row| row.name == name)
        .map(|row| row.id.as_str())
}
