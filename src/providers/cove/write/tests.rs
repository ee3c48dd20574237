//! What is sent for each call, and what comes of the answers.

use tokio::time::Instant;

use super::*;
use crate::{
    provider::{Effect, Raw, Repeat},
    providers::cove::scripted::{bodies, error, login, result, sent, serve, text, tree, void},
    simulator::Response,
};

fn record(live: Vec<(&str, Leaf)>) -> Record {
    Record {
        remote: RemoteId("700105".to_owned()),
        tree: tree(live),
        unknown: Vec::new(),
        ended: None,
        raw: Raw::default(),
    }
}

/// The outcome of a call, and the parameters of the last request.
async fn perform(
    call: &Call,
    desired: Vec<(&str, Leaf)>,
    record: Option<&Record>,
    script: Vec<Response>,
) -> (Result<Performed, Failure>, Value, Vec<String>) {
    let (running, endpoint) = serve([vec![login("v0")], script].concat()).await;
    let writer = PartnerWriter::new(Session::new(&endpoint));
    let job = Job {
        kind: "CovePartner",
        key: "larkfield",
        desired: &tree(desired),
        remote: record.map(|record| &record.remote),
        record,
        reason: "contract signed",
        since: Instant::now(),
    };
    let outcome = writer.perform(call, &job).await;
    let last = bodies(&running).last().cloned().unwrap_or_default();
    (outcome, last["params"].clone(), sent(&running))
}

fn call(operation: &'static str, fields: &[&str]) -> Call {
    let paths = fields
        .iter()
        .map(|name| super::fields().path(name).expect(name))
        .collect();
    Call::new(operation, Repeat::AfterLookup).with_fields(paths)
}

#[tokio::test]
async fn a_new_customer_is_sent_whole_and_without_a_device() {
    let desired = || {
        vec![
            ("name", text("Larkfield Dental")),
            ("level", text("EndCustomer")),
            ("state", text("InTrial")),
            ("serviceType", text("AllInclusive")),
            ("company.postAddress.country", text("NL")),
            ("location", text("18")),
            ("trialExpirationTime", text("2018-08-30 23:59:59")),
            ("autoDeployment", text("Enable")),
        ]
    };
    let paths: Vec<&str> = desired()
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != "autoDeployment")
        .collect();
    let script = vec![result(&json!(700_105), "v1")];
    let (outcome, params, _) = perform(&call(ADD, &paths), desired(), None, script).await;
    let created = outcome.expect("it is made").created;
    assert_eq!(created, Some(RemoteId("700105".to_owned())));
    assert_eq!(
        params,
        json!({
            "partnerInfo": {
                "ParentId": 700_001,
                "Name": "Larkfield Dental",
                "Level": "EndCustomer",
                "ServiceType": "AllInclusive",
                "State": "InTrial",
                "LocationId": 18,
                "TrialExpirationTime": 1_535_673_599,
                "Company": { "PostAddress": { "Country": "NL" } },
            },
            "createDefaultAccount": false,
        })
    );
}

#[tokio::test]
async fn a_create_without_an_id_in_the_answer_is_unclear() {
    let desired = vec![("parent", text("700106"))];
    let script = vec![void("v1")];
    let (outcome, params, _) = perform(&call(ADD, &["parent"]), desired, None, script).await;
    assert_eq!(outcome.expect_err("no id").effect, Effect::Unknown);
    assert_eq!(params["partnerInfo"], json!({ "ParentId": 700_106 }));
}

#[tokio::test]
async fn a_taken_name_is_a_conflict_that_changed_nothing() {
    let script = vec![error(2115, "A partner with the same name already exists")];
    let desired = vec![("name", text("Larkfield"))];
    let (outcome, _, sent) = perform(&call(ADD, &["name"]), desired, None, script).await;
    let failure = outcome.expect_err("taken");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Conflict, Effect::None)
    );
    assert!(failure.hint.expect("a hint").contains("cannot see"));
    assert_eq!(sent, ["Login", "AddPartner@v0"]);
}

#[tokio::test]
async fn an_update_sends_id_and_changed_leaves_only() {
    let record = record(vec![
        ("name", text("Old")),
        ("company.phoneNumber", text("1")),
    ]);
    let desired = vec![
        ("name", text("New")),
        ("state", text("InTrial")),
        ("company.phoneNumber", Leaf::Unset),
        ("company.postAddress.city", text("Utrecht")),
        ("childServiceTypes", Leaf::Unset),
        ("company.billingContactPersonId", Leaf::Unset),
    ];
    let changed = [
        "name",
        "childServiceTypes",
        "company.phoneNumber",
        "company.postAddress.city",
        "company.billingContactPersonId",
    ];
    let script = vec![void("v1")];
    let (outcome, params, _) =
        perform(&call(MODIFY, &changed), desired, Some(&record), script).await;
    assert!(outcome.expect("it is changed").created.is_none());
    assert_eq!(
        params,
        json!({
            "partnerInfo": {
                "Id": 700_105,
                "Name": "New",
                "ChildServiceTypes": [],
                "Company": {
                    "PhoneNumber": "",
                    "BillingContactPersonId": 0,
                    "PostAddress": { "City": "Utrecht" },
                },
            },
            "forceRemoveCustomColumnValuesInOldScope": false,
        })
    );
}

fn set(names: &[&str]) -> Leaf {
    Leaf::Set(names.iter().map(|name| (*name).to_owned()).collect())
}

#[tokio::test]
async fn flags_that_are_not_ours_go_with_the_set() {
    let record = record(vec![(
        "flags",
        set(&["CanInvoiceOthers", "HasCustomBranding", "HasWings"]),
    )]);
    for (desired, sent) in [
        (
            set(&["UnsubscribedFromTrialNotifications"]),
            json!([
                "HasCustomBranding",
                "HasWings",
                "UnsubscribedFromTrialNotifications"
            ]),
        ),
        (Leaf::Unset, json!(["HasCustomBranding", "HasWings"])),
    ] {
        let (_, params, _) = perform(
            &call(MODIFY, &["flags"]),
            vec![("flags", desired)],
            Some(&record),
            vec![void("v1")],
        )
        .await;
        assert_eq!(params["partnerInfo"]["Flags"], sent);
    }
}

/// Whether the location follows a changed country is not documented.
#[tokio::test]
async fn a_managed_location_goes_with_a_changed_country() {
    let record = record(vec![("location", text("7"))]);
    let country = ("company.postAddress.country", text("GR"));
    for (desired, location) in [
        (vec![country.clone(), ("location", text("7"))], json!(7)),
        (vec![country], Value::Null),
    ] {
        let (_, params, _) = perform(
            &call(MODIFY, &["company.postAddress.country"]),
            desired,
            Some(&record),
            vec![void("v1")],
        )
        .await;
        assert_eq!(params["partnerInfo"]["LocationId"], location);
    }
}

/// What is stored of them is not shown at the lowest levels.
#[tokio::test]
async fn managed_child_service_types_go_with_a_changed_level() {
    let record = record(vec![("level", text("EndCustomer"))]);
    let level = ("level", text("Reseller"));
    for (desired, sent) in [
        (
            vec![level.clone(), ("childServiceTypes", Leaf::Unset)],
            json!([]),
        ),
        (vec![level], Value::Null),
    ] {
        let (_, params, _) = perform(
            &call(MODIFY, &["level"]),
            desired,
            Some(&record),
            vec![void("v1")],
        )
        .await;
        assert_eq!(params["partnerInfo"]["ChildServiceTypes"], sent);
    }
}

#[tokio::test]
async fn advanced_properties_are_written_together() {
    let region = "advancedPartnerProperties.regionId";
    let record = record(vec![
        (
            "advancedPartnerProperties.responsibleUserId",
            Leaf::Integer(81_001),
        ),
        (region, Leaf::Integer(3)),
    ]);
    let (_, params, _) = perform(
        &call(SET_ADVANCED, &[region]),
        vec![(region, Leaf::Integer(8))],
        Some(&record),
        vec![void("v1")],
    )
    .await;
    assert_eq!(
        params,
        json!({
            "partnerId": 700_105,
            "advancedPartnerPropertiesInfo": { "RegionId": 8, "ResponsibleUserId": 81_001 },
        })
    );
}

#[tokio::test]
async fn auto_deployment_and_the_end_have_calls_of_their_own() {
    let record = record(vec![]);
    let (_, params, _) = perform(
        &call(SET_AUTO_DEPLOYMENT, &["autoDeployment"]),
        vec![("autoDeployment", text("Disable"))],
        Some(&record),
        vec![void("v1")],
    )
    .await;
    assert_eq!(
        params,
        json!({ "partnerId": 700_105, "autoDeploymentState": "Disable" })
    );
    let script = vec![void("v1")];
    let (outcome, params, _) = perform(&call(REMOVE, &[]), vec![], Some(&record), script).await;
    assert!(outcome.is_ok());
    assert_eq!(params, json!({ "partnerId": 700_105 }));
}

#[tokio::test]
async fn a_state_is_changed_after_a_look() {
    let record = record(vec![("state", text("Expired"))]);
    let change = call(CHANGE_STATE, &["state"]).for_purpose("ApproveForProduction");
    let desired = || vec![("state", text("InProduction"))];
    let found = |state: &str| result(&json!({ "Id": 700_105, "State": state }), "v1");

    let reached = result(&json!("WaitingForProduction"), "v2");
    let script = vec![found("Expired"), reached];
    let (outcome, params, _) = perform(&change, desired(), Some(&record), script).await;
    assert_eq!(
        params,
        json!({
            "partnerId": 700_105,
            "action": "ApproveForProduction",
            "reason": "contract signed",
        })
    );
    let note = outcome.expect("it is changed").note.expect("a note");
    assert!(note.contains("`WaitingForProduction`"), "{note}");

    let script = vec![found("InProduction")];
    let (outcome, _, requests) = perform(&change, desired(), Some(&record), script).await;
    assert!(outcome.is_ok(), "it was done already");
    assert_eq!(requests, ["Login", "GetPartnerInfoById@v0"]);

    let script = vec![found("Rejected")];
    let (outcome, _, requests) = perform(&change, desired(), Some(&record), script).await;
    let failure = outcome.expect_err("it moved");
    assert_eq!(
        (failure.kind, failure.effect),
        (FailureKind::Stale, Effect::None)
    );
    assert_eq!(requests.len(), 2);
}

#[tokio::test]
async fn the_customer_of_the_login_is_never_written() {
    let mut root = record(vec![]);
    root.remote = RemoteId("700001".to_owned());
    for operation in [MODIFY, REMOVE] {
        let (outcome, _, requests) =
            perform(&call(operation, &[]), vec![], Some(&root), vec![]).await;
        assert_eq!(outcome.expect_err("refused").kind, FailureKind::Refused);
        assert_eq!(requests, ["Login"]);
    }
}

#[tokio::test]
async fn no_failure_tells_a_sensitive_value() {
    let sensitive = |value: &str| Leaf::Sensitive(crate::model::Sensitive::new(value));
    let record = record(vec![("company.bankAccountNumber", sensitive("NL00OLD"))]);
    let desired = vec![("company.bankAccountNumber", sensitive("NL00NEW"))];
    let words = "NL00NEW replaces NL00OLD, token-9";
    for answer in [
        error(0, words),
        Response::text(500, words),
        Response::json(400, &json!({ "error": { "message": words } })),
        Response::text(200, &format!("<p>{words}")),
    ] {
        let (outcome, _, _) = perform(
            &call(MODIFY, &["company.bankAccountNumber"]),
            desired.clone(),
            Some(&record),
            vec![answer],
        )
        .await;
        let failure = outcome.expect_err("refused");
        let told = format!("{failure:?}");
        assert!(told.contains("•••• replaces ••••"), "{told}");
        assert!(
            !told.contains("NL00") && !told.contains("token-9"),
            "{told}"
        );
    }
}
