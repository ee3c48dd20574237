//! What the service keeps about one customer, which it calls a partner.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One customer as stored. Times are Unix seconds with 0 for "not set"; texts
/// are empty when not set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Partner {
    pub(super) id: i64,
    /// 0 for the topmost one.
    pub(super) parent_id: i64,
    pub(super) name: String,
    pub(super) level: String,
    pub(super) state: String,
    pub(super) service_type: String,
    pub(super) child_service_types: Vec<String>,
    pub(super) flags: Vec<String>,
    pub(super) private_flags: Vec<String>,
    pub(super) location_id: i64,
    /// Whether somebody chose the location; otherwise the service derived it.
    pub(super) location_chosen: bool,
    /// As sent.
    pub(super) device_country: String,
    /// `ExternalCode`, `MailFrom` and `UpdatePackagesMaxAllowedVersion` by
    /// name, as far as they were ever set.
    pub(super) texts: BTreeMap<String, String>,
    /// Empty for `Undefined`.
    pub(super) mailing_option: String,
    /// The texts of `Company` by name, as far as they were ever set.
    pub(super) company: BTreeMap<String, String>,
    pub(super) billing_contact_person_id: i64,
    /// The members of `PostAddress` by name, as far as they were ever set, as
    /// sent.
    pub(super) post_address: BTreeMap<String, String>,
    pub(super) trial_registration_time: i64,
    pub(super) trial_expiration_time: i64,
    pub(super) creation_time: i64,
    pub(super) region_id: i64,
    pub(super) responsible_user_id: i64,
    pub(super) uid: String,
    pub(super) guid: String,
    pub(super) auto_deployment: String,
    /// A customer with devices cannot be removed.
    pub(super) devices_count: u32,
    /// Values of custom columns by column id.
    pub(super) custom_column_values: BTreeMap<i64, String>,
}

impl Partner {
    /// A customer of which nothing is set but its id.
    pub(super) fn blank(id: i64) -> Self {
        Self {
            id,
            parent_id: 0,
            name: String::new(),
            level: String::new(),
            state: String::new(),
            service_type: String::new(),
            child_service_types: Vec::new(),
            flags: Vec::new(),
            private_flags: Vec::new(),
            location_id: 0,
            location_chosen: false,
            device_country: String::new(),
            texts: BTreeMap::new(),
            mailing_option: String::new(),
            company: BTreeMap::new(),
            billing_contact_person_id: 0,
            post_address: BTreeMap::new(),
            trial_registration_time: 0,
            trial_expiration_time: 0,
            creation_time: 0,
            region_id: 0,
            responsible_user_id: 0,
            uid: String::new(),
            guid: String::new(),
            auto_deployment: "Unspecified".to_owned(),
            devices_count: 0,
            custom_column_values: BTreeMap::new(),
        }
    }

    /// One of the texts by its wire name, empty when it was never set.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The country of the address as sent, empty when it was never set.
    pub(super) fn country(&self) -> &str {
        self.post_address.get("Country").map_or("", String::as_str)
    }
}
