//! The world at the start: a vendor's root that nobody sees, a distributor who
//! logs in, and a few customers below it.

use std::collections::BTreeMap;

use super::{
    partner::Partner,
    scatter,
    state::{State, User},
};

/// The name of the customer that the sandbox's user belongs to, exactly as
/// `Login` wants it.
pub(super) const LOGIN_PARTNER_NAME: &str = "Sandbox Distribution (api@sandbox.example)";

/// The user's name.
pub(super) const USERNAME: &str = "api@sandbox.example";

/// The user's token.
pub(super) const PASSWORD: &str = "sandbox-token";

/// The vendor's own customer, above all.
pub(super) const ROOT_ID: i64 = 10_001;

/// A customer of somebody else: its name is taken, and it cannot be seen.
pub(super) const FOREIGN_ID: i64 = 10_020;

/// The customer that logs in; the parent in the vendor's sample request.
pub(super) const LOGIN_PARTNER_ID: i64 = 12_345;

/// An entry that another product of the vendor has made.
pub(super) const SYSTEM_ENTRY_ID: i64 = 12_346;

/// A reseller below the login customer.
pub(super) const RESELLER_ID: i64 = 12_350;

/// A customer below the reseller, with everything filled in.
pub(super) const CUSTOMER_ID: i64 = 12_361;

/// A site below that customer.
pub(super) const SITE_ID: i64 = 12_362;

/// The next new id: the answer in the vendor's sample.
const NEXT_PARTNER_ID: i64 = 55_806;

/// The user who logs in.
const USER_ID: i64 = 20_411;

/// A custom column of the reseller, with a value on the customer's devices.
const CUSTOM_COLUMN_ID: i64 = 3_424;

/// 2024-01-01T00:00:00Z, when everything here came to be.
const CREATED_AT: i64 = 1_704_067_200;

/// The state at the start.
pub(super) fn state(seed: u64) -> State {
    let user = User {
        id: USER_ID,
        partner_id: LOGIN_PARTNER_ID,
        role_id: 1,
        name: USERNAME.to_owned(),
        password: PASSWORD.to_owned(),
        full_name: "Sandbox API user".to_owned(),
        flags: vec![
            "NonInteractive".to_owned(),
            "AllowApiAuthentication".to_owned(),
        ],
        first_login_time: 0,
        last_login_time: 0,
    };
    let mut state = State {
        seed,
        calls: 0,
        visas: 0,
        spent_visas: BTreeMap::new(),
        next_partner_id: NEXT_PARTNER_ID,
        partners: BTreeMap::new(),
        removed: BTreeMap::new(),
        history: BTreeMap::new(),
        users: vec![user],
        custom_columns: BTreeMap::from([(CUSTOM_COLUMN_ID, RESELLER_ID)]),
    };
    let partners = [
        named(ROOT_ID, 0, "SubRoot", "Sandbox Vendor"),
        named(FOREIGN_ID, ROOT_ID, "Reseller", "Elsewhere Trading"),
        named(LOGIN_PARTNER_ID, ROOT_ID, "Distributor", LOGIN_PARTNER_NAME),
        system_entry(seed),
        named(RESELLER_ID, LOGIN_PARTNER_ID, "Reseller", "Reseller North"),
        customer(),
        named(
            SITE_ID,
            CUSTOMER_ID,
            "Site",
            "Lindgren Dental Care - Harbour",
        ),
    ];
    for mut partner in partners {
        let id = partner.id.to_string();
        partner.uid = scatter::uuid(seed, &["uid", &id]);
        partner.guid = scatter::uuid(seed, &["guid", &id]);
        state.put(partner, CREATED_AT);
    }
    state
}

fn named(id: i64, parent_id: i64, level: &str, name: &str) -> Partner {
    let sells_on = matches!(level, "SubRoot" | "Distributor" | "Reseller");
    let child_service_types: &[&str] = if sells_on {
        &["AllInclusive", "SoftwareOnly"]
    } else {
        &[]
    };
    Partner {
        parent_id,
        name: name.to_owned(),
        level: level.to_owned(),
        state: "InProduction".to_owned(),
        service_type: "AllInclusive".to_owned(),
        child_service_types: owned(child_service_types),
        location_id: 7,
        post_address: texts(&[("Country", "NL")]),
        creation_time: CREATED_AT,
        ..Partner::blank(id)
    }
}

/// Named and coded as other products of the vendor do it.
fn system_entry(seed: u64) -> Partner {
    let guid = scatter::uuid(seed, &["system entry"]);
    let code = format!("[{LOGIN_PARTNER_ID:010}] Recycle Bin - {guid}");
    Partner {
        texts: texts(&[("ExternalCode", &code)]),
        ..named(
            SYSTEM_ENTRY_ID,
            LOGIN_PARTNER_ID,
            "EndCustomer",
            "001 - Recycle Bin",
        )
    }
}

fn customer() -> Partner {
    Partner {
        flags: owned(&["UnsubscribedFromTrialNotifications"]),
        location_id: 18,
        location_chosen: true,
        device_country: "GR".to_owned(),
        texts: texts(&[
            ("ExternalCode", "sandbox/lindgren"),
            ("MailFrom", "backup@reseller-north.example"),
        ]),
        mailing_option: "IncludeOnlyRoot".to_owned(),
        company: texts(&[
            ("PhoneNumber", "+31 20 000 0000"),
            ("FaxNumber", "+31 20 000 0001"),
            ("WebsiteAddress", "www.lindgren-dental.example"),
            ("LegalCompanyName", "Lindgren Dental Care B.V."),
            ("ChamberOfCommerceNumber", "00000000"),
            ("VatNumber", "NL000000000B01"),
            ("BankAccountNumber", "NL95BANK0000000000"),
        ]),
        billing_contact_person_id: 7_001,
        post_address: texts(&[
            ("Country", "NL"),
            ("State", "Noord-Holland"),
            ("District", "Centrum"),
            ("City", "Amsterdam"),
            ("ZipCode", "1011 AB"),
            ("Address", "Example Quay 4"),
        ]),
        region_id: 8,
        responsible_user_id: USER_ID,
        devices_count: 3,
        custom_column_values: BTreeMap::from([(CUSTOM_COLUMN_ID, "gold".to_owned())]),
        ..named(
            CUSTOMER_ID,
            RESELLER_ID,
            "EndCustomer",
            "Lindgren Dental Care",
        )
    }
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    pairs.iter().map(owned).collect()
}
