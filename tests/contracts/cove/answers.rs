//! The documents' sample answers, with values of our own: the simulator gives
//! answers of the same shape, and the client understands them.

use serde_json::{Map, Value, json};

use super::bench::{CUSTOMER, FIRST_NEW, RESELLER, ROOT, Stranger, bent, larkfield, read, world};

/// What a text is that the documents leave out or give, as it comes.
const ABSENT_OR_TEXT: &str = "(absent or text)";

/// A set that is null where it is empty.
fn set() -> Value {
    json!(["(name)"])
}

fn address() -> Value {
    json!({
        "Country": "Greece",
        "State": ABSENT_OR_TEXT,
        "District": ABSENT_OR_TEXT,
        "City": ABSENT_OR_TEXT,
        "ZipCode": ABSENT_OR_TEXT,
        "Address": ABSENT_OR_TEXT,
    })
}

fn company() -> Value {
    json!({
        "PostAddress": address(),
        "PhoneNumber": "",
        "FaxNumber": "",
        "WebsiteAddress": "",
        "LegalCompanyName": "",
        "ChamberOfCommerceNumber": "",
        "VatNumber": "",
        "BankAccountNumber": "",
        "BillingContactPersonId": 0,
    })
}

/// A customer as `GetPartnerInfoById` returns it.
fn by_id() -> Value {
    json!({
        "AdvancedPartnerProperties": { "RegionId": 0, "ResponsibleUserId": 0 },
        "ChildServiceTypes": set(),
        "Company": company(),
        "CreationTime": 1_767_261_640,
        "ExternalCode": "",
        "Flags": set(),
        "Id": 700_105,
        "Level": "EndCustomer",
        "LocationId": 7,
        "MailFrom": "",
        "MailingOption": "Undefined",
        "Name": "Larkfield Dental",
        "ParentId": 700_001,
        "PrivateFlags": set(),
        "Privilege": "Regular",
        "RegistrationOrigin": "Domestic",
        "ServiceType": "AllInclusive",
        "State": "InTrial",
        "TrialExpirationTime": 1_769_853_640,
        "TrialRegistrationTime": 1_767_261_640,
        "Uid": "2f0b9c1e",
        "UpdatePackagesMaxAllowedVersion": "",
    })
}

/// A row of a list for which these members were asked for beside those that
/// come always.
fn row(asked: &[&str]) -> Value {
    let mut row = json!({
        "Company": { "PostAddress": null },
        "ExternalPartnerProperties": null,
        "Id": 1,
        "Level": "Reseller",
        "Name": null,
        "ParentId": 1,
    });
    for member in asked {
        row[*member] = by_id()[*member].clone();
    }
    row
}

fn without(mut value: Value, members: &[&str]) -> Value {
    let object: &mut Map<String, Value> = value.as_object_mut().expect("an object");
    object.retain(|name, _| !members.contains(&name.as_str()));
    value
}

fn with(mut value: Value, member: &str, given: Value) -> Value {
    value[member] = given;
    value
}

/// What of `answer` has another shape than the sample. Of a list of samples the
/// first stands for every element.
fn differences(path: &str, sample: &Value, answer: &Value, found: &mut Vec<String>) {
    match (sample, answer) {
        (Value::Object(sample), Value::Object(answer)) => {
            for (name, value) in answer {
                let path = format!("{path}.{name}");
                match sample.get(name) {
                    Some(sample) => differences(&path, sample, value, found),
                    None => found.push(format!("{path} is too much")),
                }
            }
            for (name, sample) in sample {
                if !answer.contains_key(name) && sample != ABSENT_OR_TEXT {
                    found.push(format!("{path}.{name} is missing"));
                }
            }
        }
        (Value::Array(sample), Value::Array(answer)) => {
            for (at, value) in answer.iter().enumerate() {
                differences(&format!("{path}[{at}]"), &sample[0], value, found);
            }
        }
        // An empty set reads as null, and so does an address in a list.
        (Value::Array(_), Value::Null) => {}
        _ => {
            let same = std::mem::discriminant(sample) == std::mem::discriminant(answer);
            if !same {
                found.push(format!("{path} is {answer}, not as {sample}"));
            }
        }
    }
}

fn check(name: &str, sample: &Value, answer: &Value) {
    let mut found = Vec::new();
    differences(name, sample, answer, &mut found);
    assert_eq!(found, Vec::<String>::new(), "{answer:#}");
}

fn user() -> Value {
    json!({
        "Id": 81_001,
        "PartnerId": 700_001,
        "Name": "reconciler",
        "Password": null,
        "RoleId": 1,
        "EmailAddress": "",
        "FirstName": "",
        "FullName": "Reconciler API user",
        "Title": "",
        "PhoneNumber": "",
        "ContactPersonId": 0,
        "TwoFactorAuthenticationStatus": "Undefined",
        "Flags": set(),
        "FirstLoginTime": 1_767_000_000,
        "LastLoginTime": 1_767_261_600,
    })
}

/// Reads of one customer, each with its parameters and a sample.
fn reads_of_one() -> Vec<(&'static str, Value, Value)> {
    let thin = without(by_id(), &["Privilege", "ServiceType"]);
    let thin = with(thin, "AdvancedPartnerProperties", Value::Null);
    vec![
        (
            "GetPartnerInfoById",
            json!({ "partnerId": CUSTOMER }),
            by_id(),
        ),
        (
            "GetPartnerInfoById",
            json!({ "partnerId": RESELLER }),
            by_id(),
        ),
        (
            "GetPartnerInfo",
            json!({ "name": "Reseller North" }),
            with(thin, "ChildServiceTypes", Value::Null),
        ),
        (
            "GetPartnerState",
            json!({ "partnerId": RESELLER }),
            json!("InTrial"),
        ),
        (
            "EnumerateAncestorPartners",
            json!({ "partnerId": CUSTOMER }),
            json!([by_id()]),
        ),
        (
            "GetPartnerInfoHistory",
            json!({ "partnerId": CUSTOMER, "fields": [0, 1, 4] }),
            // A pair of a customer and the moment since when it was like that.
            json!([[{
                "Company": { "PostAddress": null },
                "ExternalPartnerProperties": null,
                "Id": 1,
                "Level": "EndCustomer",
                "Name": "Larkfield Dental",
                "ParentId": 1,
                "ServiceType": "AllInclusive",
                "Timestamp": 0,
            }]]),
        ),
    ]
}

/// Reads of many things.
fn reads_of_many() -> Vec<(&'static str, Value, Value)> {
    let short = [
        "Name",
        "ChildServiceTypes",
        "ServiceType",
        "State",
        "LocationId",
    ];
    let more = [
        "Flags",
        "Company",
        "ExternalCode",
        "MailFrom",
        "CreationTime",
    ];
    let under_root = |fields: &[i64]| json!({ "parentPartnerId": ROOT, "fetchRecursively": true, "fields": fields });
    let country = json!({
        "Id": 1, "Name": "Greece", "IsoCode": "GR", "LocationId": 18,
        "IsBlocked": false, "IsOnlyLocation": false,
    });
    let location = json!({ "Id": 18, "Name": "Example Region", "Flags": set() });
    vec![
        (
            "EnumeratePartners",
            under_root(&[0, 1, 3, 4, 5, 8]),
            json!([row(&short)]),
        ),
        (
            "EnumeratePartners",
            under_root(&[0, 1, 3, 4, 5, 8, 9, 10, 18, 20]),
            json!([row(&[&short[..], &more[..]].concat())]),
        ),
        ("EnumerateLocations", json!({}), json!([location])),
        ("EnumerateCountries", json!({}), json!([country])),
        (
            "GetCountryByIsoCodeOrName",
            json!({ "countryIsoCodeOrName": "GR" }),
            country,
        ),
        (
            "GetCountryByIsoCodeOrName",
            json!({ "countryIsoCodeOrName": "Atlantis" }),
            Value::Null,
        ),
        (
            "EnumeratePartnerStateTransitions",
            json!({}),
            json!([{ "OldState": "InTrial", "Action": "Expire", "NewState": "Expired" }]),
        ),
        (
            "EnumerateUsers",
            json!({ "partnerIds": [ROOT] }),
            json!([user()]),
        ),
        ("GetServerInfo", json!({}), json!({ "Version": "25.1" })),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_answers_reads_as_in_the_samples() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    check("Login", &user(), &stranger.login()["result"]["result"]);
    for (method, params, sample) in reads_of_one().into_iter().chain(reads_of_many()) {
        let mut answer = stranger.call(method, &params);
        if method == "GetPartnerInfoHistory" {
            // Pairs are lists whose two elements differ: joined to one sample.
            for pair in answer.as_array_mut().expect("pairs") {
                let mut joined = pair[0].clone();
                joined["Timestamp"] = pair[1]["Timestamp"].clone();
                *pair = json!([joined]);
            }
        }
        check(method, &sample, &answer);
    }
    let uid = stranger.by_id(RESELLER)["Uid"].clone();
    let found = stranger.call("GetPartnerInfoByUid", &json!({ "partnerUid": uid }));
    check(
        "GetPartnerInfoByUid",
        &with(by_id(), "Guid", json!("")),
        &found,
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_answers_trees_as_in_the_samples() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let fields = json!([0, 1, 3, 4, 5, 8]);
    let short = [
        "Name",
        "ChildServiceTypes",
        "ServiceType",
        "State",
        "LocationId",
    ];
    let node = |info: Value, children: Value| json!({ "ActualChildCount": 2, "Children": children, "Info": info });
    let asked = json!({
        "partnerId": ROOT,
        "fields": fields,
        "range": { "Offset": 0, "Size": 100 },
        "partnerFilter": {
            "States": ["InTrial", "InProduction"],
            "SortOrder": "ByLevelAndName",
        },
    });
    let leaf = node(row(&short), Value::Null);
    check(
        "EnumerateChildPartners",
        &node(row(&short), json!([leaf])),
        &stranger.call("EnumerateChildPartners", &asked),
    );
    let answer = stranger.call("GetPartnerTree", &json!({ "partnerId": CUSTOMER }));
    let leaf = node(row(&[]), Value::Null);
    check("GetPartnerTree", &node(row(&[]), json!([leaf])), &answer);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_simulator_answers_writes_as_in_the_samples() {
    let world = world(&[]).await;
    let stranger = Stranger(&world);
    let tidewater = json!({
        "ParentId": ROOT, "Name": "Tidewater Ltd", "Level": "EndCustomer",
        "ServiceType": "AllInclusive", "State": "InTrial",
    });
    let add = |method: &str, name: &str| {
        let info = with(tidewater.clone(), "Name", json!(name));
        let params = json!({ "partnerInfo": info, "createDefaultAccount": false });
        stranger.answer(method, &params)["result"].clone()
    };
    assert_eq!(add("AddPartner", "One"), json!({ "result": FIRST_NEW }));
    assert_eq!(
        add("AddPartnerEx", "Two"),
        json!({ "result": FIRST_NEW + 1, "resetPasswordUrl": "" })
    );
    for (method, params) in [
        (
            "ModifyPartner",
            json!({ "partnerInfo": { "Id": FIRST_NEW, "ExternalCode": "x" } }),
        ),
        (
            "SetAdvancedPartnerProperties",
            json!({
                "partnerId": FIRST_NEW,
                "advancedPartnerPropertiesInfo": { "RegionId": 8, "ResponsibleUserId": 1 },
            }),
        ),
        (
            "ModifyAutoDeploymentPartnerState",
            json!({ "partnerId": FIRST_NEW, "autoDeploymentState": "Enable" }),
        ),
        ("RemovePartner", json!({ "partnerId": FIRST_NEW })),
    ] {
        let answer = stranger.answer(method, &params);
        assert_eq!(answer.get("error"), None, "{method}");
        assert_eq!(answer.get("result"), Some(&Value::Null), "{method}");
        assert!(answer["visa"].is_string(), "{method}");
    }
    let params = json!({ "parentPartnerId": ROOT, "startTime": 0, "endTime": 4_000_000_000_i64 });
    let mut removed = stranger.call("EnumerateRemovedPartners", &params);
    // Its address is empty, which is an object without members.
    assert_eq!(
        removed[0]["Info"]["Company"]["PostAddress"].take(),
        json!({})
    );
    removed[0]["Info"]["Company"]["PostAddress"] = json!({ "Country": "" });
    let sample = json!([{ "Info": by_id(), "RemovalTimestamp": 1_767_265_600 }]);
    check("EnumerateRemovedPartners", &sample, &removed);
    let params = json!({
        "partnerId": FIRST_NEW + 1, "action": "ApproveForProduction", "reason": "signed",
    });
    assert_eq!(stranger.call("ChangePartnerState", &params), "InProduction");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_understands_a_sample_customer() {
    let world = bent(|asked, answer| {
        if let Some(found) = super::bench::customer_in(asked, answer) {
            let (id, parent) = (found["Id"].clone(), found["ParentId"].clone());
            *found = by_id();
            found["Company"]["PostAddress"] = json!({ "Country": "Netherlands", "State": "" });
            found["Flags"] = Value::Null;
            found["ChildServiceTypes"] = Value::Null;
            found["PrivateFlags"] = Value::Null;
            found["Id"] = id;
            found["ParentId"] = parent;
        }
    })
    .await;
    let record = read(&world, RESELLER, &larkfield(&json!({}))).await;
    assert_eq!(record.unknown, Vec::<String>::new());
    let known: Vec<(&str, Option<&str>)> = record
        .tree
        .iter()
        .filter(|(_, leaf)| !leaf.is_unset())
        .map(|(path, leaf)| (path.as_str(), leaf.text()))
        .collect();
    assert_eq!(
        known,
        [
            ("company.postAddress.country", Some("NL")),
            ("creationTime", Some("2026-01-01 10:00:40")),
            ("id", None),
            ("level", Some("EndCustomer")),
            ("location", Some("7")),
            ("name", Some("Larkfield Dental")),
            ("parent", Some("12345")),
            ("privilege", Some("Regular")),
            ("registrationOrigin", Some("Domestic")),
            ("serviceType", Some("AllInclusive")),
            ("state", Some("InTrial")),
            ("trialExpirationTime", Some("2026-01-31 10:00:40")),
            ("trialRegistrationTime", Some("2026-01-01 10:00:40")),
            ("uid", Some("2f0b9c1e")),
        ]
    );
}
