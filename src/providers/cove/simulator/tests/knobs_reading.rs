//! Probes for the knobs that change what is read, and the envelope.

use serde_json::{Value, json};

use super::{
    super::fixtures::{CUSTOMER_ID, LOGIN_PARTNER_ID, SITE_ID},
    DOCUMENTED_FIELDS, Session,
    knobs::{Probe, probe},
    names,
};

pub(super) fn probes() -> Vec<Probe> {
    let mut probes = shapes();
    probes.extend(lists());
    probes.extend(envelope());
    probes
}

fn shapes() -> Vec<Probe> {
    let empty = json!({
        "Address": "", "City": "", "Country": "Greece", "District": "", "State": "", "ZipCode": "",
    });
    vec![
        probe(
            "country_on_read",
            |session| {
                let country = |text: &str| json!({ "PostAddress": { "Country": text } });
                let first = session.add(&json!({ "Company": country("GR") }));
                let second = session.add(&json!({ "Name": "B", "Company": country("greece") }));
                let mut read = |id| session.by_id(id)["Company"]["PostAddress"]["Country"].clone();
                json!([read(first), read(second)])
            },
            vec![
                json!(["Greece", "Greece"]),
                json!(["GR", "greece"]),
                json!(["GR", "GR"]),
            ],
        ),
        probe(
            "child_service_types_for_end_customer",
            |session| {
                let id = session.add(&json!({ "ChildServiceTypes": ["SoftwareOnly"] }));
                session.by_id(id)["ChildServiceTypes"].clone()
            },
            vec![Value::Null, json!(["SoftwareOnly"])],
        ),
        probe(
            "post_address_unset",
            |session| {
                let country = json!({ "PostAddress": { "Country": "GR" } });
                let id = session.add(&json!({ "Company": country }));
                session.by_id(id)["Company"]["PostAddress"].clone()
            },
            vec![json!({ "Country": "Greece" }), empty],
        ),
        probe(
            "post_address_null_by_id",
            |session| {
                let id = session.add(&json!({ "Company": {} }));
                let company = session.by_id(id)["Company"].clone();
                json!([company["PostAddress"], names(&company).len()])
            },
            vec![json!([{}, 9]), json!([null, 9]), json!([null, 1])],
        ),
        probe(
            "echo_device_country",
            |session| {
                let read = session.by_id(CUSTOMER_ID);
                json!(read.get("DeviceCountry"))
            },
            vec![Value::Null, json!("Greece")],
        ),
        probe(
            "not_found",
            |session| {
                let by_id = session.refusal("GetPartnerState", &json!({ "partnerId": 99 }));
                let by_name = session.refusal("GetPartnerInfo", &json!({ "name": "Nobody" }));
                json!([by_id, by_name])
            },
            vec![
                json!([13501, 2101]),
                json!([2101, 2101]),
                json!([13501, 13501]),
            ],
        ),
    ]
}

fn ids(rows: &[Value]) -> Vec<i64> {
    rows.iter().filter_map(|row| row["Id"].as_i64()).collect()
}

fn empty_list() -> Probe {
    probe(
        "empty_list",
        |session| {
            let params = json!({
                "parentPartnerId": SITE_ID, "fetchRecursively": true, "fields": [],
            });
            session.value("EnumeratePartners", &params)
        },
        vec![json!([]), Value::Null],
    )
}

fn lists() -> Vec<Probe> {
    vec![
        empty_list(),
        probe(
            "fields_omitted",
            |session| {
                let params = json!({ "parentPartnerId": CUSTOMER_ID });
                let rows = session.value("EnumeratePartners", &params);
                let uid_is_there = rows[0].get("Uid").is_some();
                json!([rows[0]["Name"], uid_is_there])
            },
            vec![
                json!([null, false]),
                json!(["Lindgren Dental Care - Harbour", true]),
            ],
        ),
        probe(
            "list_order",
            |session| {
                let first = ids(&session.list(&DOCUMENTED_FIELDS));
                let second = ids(&session.list(&DOCUMENTED_FIELDS));
                json!([first.is_sorted(), first.len(), second.is_sorted()])
            },
            vec![json!([true, 4, true]), json!([false, 4, false])],
        ),
        probe(
            "tree_shape",
            |session| {
                let params = json!({ "partnerId": LOGIN_PARTNER_ID, "fields": [] });
                let tree = session.value("GetPartnerTree", &params);
                let nests = tree["Children"][1]["Children"].is_array();
                let lists_sites = ids(&session.list(&[])).contains(&SITE_ID);
                let direct = json!({
                    "parentPartnerId": CUSTOMER_ID, "fetchRecursively": false, "fields": [],
                });
                let sites = session.value("EnumeratePartners", &direct);
                json!([nests, lists_sites, sites.as_array().map(Vec::len)])
            },
            vec![
                json!([true, true, 1]),
                json!([false, true, 1]),
                json!([true, false, 1]),
            ],
        ),
        probe(
            "child_count",
            |session| {
                let node = session.value(
                    "EnumerateChildPartners",
                    &json!({
                        "partnerId": LOGIN_PARTNER_ID,
                        "fields": [],
                        "partnerFilter": { "Levels": ["Reseller"] },
                    }),
                );
                json!([
                    node["ActualChildCount"],
                    node["Children"][0]["ActualChildCount"]
                ])
            },
            vec![json!([2, 1]), json!([1, 0])],
        ),
    ]
}

fn envelope() -> Vec<Probe> {
    vec![
        probe(
            "single_use_visa",
            |session| {
                let visa = session.visa.clone();
                session.value("GetServerInfo", &json!({}));
                let newest = session.visa.clone();
                session.visa = visa;
                let answer = session.call("GetServerInfo", &json!({}));
                session.visa = newest;
                session.value("GetServerInfo", &json!({}));
                json!(answer["error"]["data"])
            },
            vec![Value::Null, json!(1701)],
        ),
        probe(
            "visa_on_error",
            |session| {
                let answer = session.call("GetPartnerState", &json!({}));
                json!(names(&answer))
            },
            vec![
                json!(["error", "id", "jsonrpc", "visa"]),
                json!(["error", "id", "jsonrpc"]),
            ],
        ),
        probe(
            "void_result",
            |session| {
                let params = json!({ "partnerInfo": { "Id": CUSTOMER_ID } });
                session.call("ModifyPartner", &params)["result"].clone()
            },
            vec![Value::Null, json!({}), json!({ "result": null })],
        ),
        probe(
            "limit_every",
            |session| json!(troubles(session)),
            vec![json!([]), json!([[10, 2116], [20, 2116]])],
        ),
        probe(
            "unavailable_every",
            |session| json!(troubles(session)),
            vec![json!([]), json!([[10, 1704], [20, 1704]])],
        ),
        probe(
            "visa_refused_every",
            |session| json!(troubles(session)),
            vec![json!([]), json!([[10, 1701], [20, 1701]])],
        ),
    ]
}

/// Adds customers until the 21st call and tells which calls were refused and
/// why. Refused calls must not have added anything.
fn troubles(session: &mut Session) -> Vec<(u32, i64)> {
    let mut found = Vec::new();
    let mut next_id = 55806;
    for call in 2..=21 {
        let info = json!({
            "ParentId": LOGIN_PARTNER_ID, "Name": format!("C{call}"), "Level": "EndCustomer",
        });
        let answer = session.call("AddPartner", &json!({ "partnerInfo": info }));
        if let Some(code) = answer["error"]["data"].as_i64() {
            found.push((call, code));
        } else {
            assert_eq!(answer["result"]["result"], next_id);
            next_id += 1;
        }
    }
    found
}
