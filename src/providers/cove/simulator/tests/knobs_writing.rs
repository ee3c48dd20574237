//! Probes for the knobs that change what is written.

use serde_json::{Value, json};

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, RESELLER_ID},
    START, Session,
    knobs::{Probe, probe},
};

const TRIAL_SECONDS: i64 = 2_592_000;

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = defaults();
    probes.extend(rules());
    probes.extend(states());
    probes
}

/// The error of adding a customer, or null.
fn error_of_add(session: &mut Session, info: &Value) -> Value {
    let answer = session.call("AddPartner", &json!({ "partnerInfo": info }));
    error(&answer)
}

fn error(answer: &Value) -> Value {
    let error = &answer["error"];
    error.get("data").unwrap_or(&error["code"]).clone()
}

fn defaults() -> Vec<Probe> {
    vec![
        probe(
            "default_state",
            |session| {
                let id = session.add(&json!({ "State": null }));
                let read = session.by_id(id);
                json!([read["State"], read["TrialRegistrationTime"]])
            },
            vec![
                json!(["InTrial", START]),
                json!(["InProduction", 0]),
                json!(["Registered", 0]),
            ],
        ),
        probe(
            "default_service_type",
            |session| {
                session.modify(RESELLER_ID, &json!({ "ServiceType": "SoftwareOnly" }));
                let id = session.add(&json!({ "ParentId": RESELLER_ID, "ServiceType": null }));
                session.by_id(id)["ServiceType"].clone()
            },
            vec![json!("SoftwareOnly"), json!("AllInclusive")],
        ),
        probe(
            "server_sets_branding_flag",
            |session| {
                let id = session.add(&json!({}));
                let added = session.by_id(id)["Flags"].clone();
                session.modify(id, &json!({ "Flags": ["CanInvoiceOthers"] }));
                json!([added, session.by_id(id)["Flags"]])
            },
            vec![
                json!([null, ["CanInvoiceOthers"]]),
                json!([
                    ["HasCustomBranding"],
                    ["HasCustomBranding", "CanInvoiceOthers"]
                ]),
            ],
        ),
        probe(
            "location_follows_country",
            |session| {
                let address = |country: &str| json!({ "PostAddress": { "Country": country } });
                let id = session.add(&json!({ "Company": address("GR") }));
                let chosen = json!({ "Name": "B", "Company": address("GR"), "LocationId": 15 });
                let chosen = session.add(&chosen);
                for id in [id, chosen] {
                    session.modify(id, &json!({ "Company": address("US") }));
                }
                let mut read = |id| session.by_id(id)["LocationId"].clone();
                json!([read(id), read(chosen)])
            },
            vec![json!([18, 15]), json!([1, 15])],
        ),
    ]
}

fn rules() -> Vec<Probe> {
    vec![
        probe(
            "name_scope",
            name_scope,
            vec![json!([2115, 2115, null]), json!([2115, null, 1804])],
        ),
        probe(
            "lenient_types",
            lenient_types,
            vec![json!([null, null]), json!([-32602, -32602])],
        ),
        probe(
            "require_create_default_account",
            require_account,
            vec![json!([null, null]), json!([-32602, null])],
        ),
        probe(
            "level_rule",
            |session| {
                let info = |level: &str| {
                    json!({
                        "ParentId": RESELLER_ID, "Name": level, "Level": level,
                    })
                };
                let equal = error_of_add(session, &info("Reseller"));
                let higher = error_of_add(session, &info("SubDistributor"));
                json!([equal, higher])
            },
            vec![json!([0, 0]), json!([null, 0])],
        ),
        probe(
            "unknown_country",
            unknown_country,
            vec![
                json!([1802, 1802, null]),
                json!([0, 0, null]),
                json!([null, null, "Atlantis"]),
            ],
        ),
        probe(
            "empty_name",
            |session| {
                let info = json!({ "Id": CUSTOMER_ID, "Name": "", "ExternalCode": "x" });
                let answer = session.call("ModifyPartner", &json!({ "partnerInfo": info }));
                let read = session.by_id(CUSTOMER_ID);
                json!([error(&answer), read["Name"], read["ExternalCode"]])
            },
            vec![
                json!([null, "Lindgren Dental Care", "x"]),
                json!([0, "Lindgren Dental Care", "sandbox/lindgren"]),
            ],
        ),
    ]
}

/// A name clash with a sibling, with a customer elsewhere, and the look-up of
/// a name that two customers then have.
fn name_scope(session: &mut Session) -> Value {
    let info = |parent_id: i64, name: &str| {
        json!({
            "ParentId": parent_id, "Name": name, "Level": "EndCustomer",
        })
    };
    let sibling = error_of_add(session, &info(LOGIN_PARTNER_ID, "reseller north"));
    let elsewhere = error_of_add(session, &info(LOGIN_PARTNER_ID, "Lindgren Dental Care"));
    let found = session.call("GetPartnerInfo", &json!({ "name": "Lindgren Dental Care" }));
    json!([sibling, elsewhere, error(&found)])
}

fn lenient_types(session: &mut Session) -> Value {
    let id = LOGIN_PARTNER_ID.to_string();
    let as_text = json!({ "ParentId": id, "Name": "A", "Level": "EndCustomer" });
    let number = error_of_add(session, &as_text);
    let params = json!({
        "parentPartnerId": LOGIN_PARTNER_ID, "fetchRecursively": "true", "fields": [],
    });
    let answer = session.call("EnumeratePartners", &params);
    json!([number, error(&answer)])
}

fn require_account(session: &mut Session) -> Value {
    let mut info = json!({
        "ParentId": LOGIN_PARTNER_ID, "Name": "A", "Level": "EndCustomer",
    });
    let without = error_of_add(session, &info);
    info["Name"] = json!("B");
    let params = json!({ "partnerInfo": info, "createDefaultAccount": false });
    let answer = session.call("AddPartner", &params);
    json!([without, error(&answer)])
}

fn unknown_country(session: &mut Session) -> Value {
    let mut info = json!({
        "ParentId": LOGIN_PARTNER_ID, "Name": "A", "Level": "EndCustomer",
        "Company": { "PostAddress": { "Country": "Atlantis" } },
    });
    let address = error_of_add(session, &info);
    info["Name"] = json!("B");
    info["Company"] = Value::Null;
    info["DeviceCountry"] = json!("Atlantis");
    let devices = error_of_add(session, &info);
    let found = session.call("GetPartnerInfo", &json!({ "name": "A" }));
    let read = &found["result"]["result"]["Company"]["PostAddress"]["Country"];
    json!([address, devices, read])
}

fn states() -> Vec<Probe> {
    vec![
        probe(
            "auto_expire_trials",
            |session| {
                let id = session.add(&json!({}));
                session.clock.advance(TRIAL_SECONDS);
                session.login();
                session.by_id(id)["State"].clone()
            },
            vec![json!("Expired"), json!("InTrial")],
        ),
        probe(
            "only_flagged_trials_expire",
            flagged_trials,
            vec![json!(["Expired", "Expired"]), json!(["InTrial", "Expired"])],
        ),
        probe(
            "trial_times_on_production",
            |session| {
                let id = session.add(&json!({}));
                session.modify(id, &json!({ "State": "InProduction" }));
                let read = session.by_id(id);
                json!([read["TrialRegistrationTime"], read["TrialExpirationTime"]])
            },
            vec![json!([START, START + TRIAL_SECONDS]), json!([0, 0])],
        ),
        probe(
            "state_rules",
            free_states,
            vec![json!([0, 0, 2104]), json!([null, null, null])],
        ),
    ]
}

/// A trial without and one with the private flag, after their end. No call can
/// set that flag, so it is written into the state.
fn flagged_trials(session: &mut Session) -> Value {
    let plain = session.add(&json!({ "Name": "Plain" }));
    let flagged = session.add(&json!({ "Name": "Flagged" }));
    let mut state = session.service.state();
    state["partners"][flagged.to_string()]["private_flags"] = json!(["ExpireAfterTrial"]);
    session.service.restore(state).expect("the state is good");
    session.clock.advance(TRIAL_SECONDS);
    session.login();
    json!([
        session.by_id(plain)["State"],
        session.by_id(flagged)["State"]
    ])
}

/// A step back by `ModifyPartner`, one by `ChangePartnerState`, and an active
/// customer below an inactive one.
fn free_states(session: &mut Session) -> Value {
    let info = json!({ "Id": CUSTOMER_ID, "State": "InTrial" });
    let back = session.call("ModifyPartner", &json!({ "partnerInfo": info }));
    let id = session.add(&json!({ "State": "Rejected" }));
    let params = json!({ "partnerId": id, "action": "ApproveForTrial" });
    let changed = session.call("ChangePartnerState", &params);
    session.modify(RESELLER_ID, &json!({ "State": "NotActive" }));
    let below = json!({ "ParentId": RESELLER_ID, "Name": "C", "Level": "EndCustomer" });
    let below = error_of_add(session, &below);
    json!([error(&back), error(&changed), below])
}
