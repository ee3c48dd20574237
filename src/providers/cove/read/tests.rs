use super::*;
use crate::{
    model::Leaf,
    provider::Completeness,
    providers::cove::{
        scripted::{error, login, result, sent, serve, text, tree},
        spec,
    },
    simulator::Response,
};

fn customer() -> Value {
    json!({
        "Id": 700_105,
        "ParentId": 700_001,
        "Name": "Larkfield Dental",
        "Level": "EndCustomer",
        "State": "InTrial",
        "ServiceType": "AllInclusive",
        "Company": { "PostAddress": { "Country": "Hellas" } },
        "AdvancedPartnerProperties": { "RegionId": 0, "ResponsibleUserId": 4 },
    })
}

fn countries() -> Response {
    let rows = json!([{ "Id": 1, "Name": "Hellas", "IsoCode": "GR", "IsBlocked": false }]);
    result(&rows, "v")
}

fn security() -> Response {
    error(13_501, "Operation failed because of security reasons")
}

async fn read(
    desired: Vec<(&str, Leaf)>,
    script: Vec<Response>,
) -> (Result<Option<Record>, Failure>, Vec<String>) {
    let (running, endpoint) = serve([vec![login("v")], script].concat()).await;
    let reader = PartnerReader::new(Session::new(&endpoint));
    let remote = RemoteId("700105".to_owned());
    let record = reader.read(spec::KIND, &remote, &tree(desired), None).await;
    (record, sent(&running))
}

#[tokio::test]
async fn a_customer_is_read_by_id_with_its_country_canonical() {
    let script = vec![result(&customer(), "v"), countries()];
    let (record, requests) = read(vec![("name", text("x"))], script).await;
    let record = record.expect("it reads").expect("it is there");
    assert_eq!(record.tree.text("company.postAddress.country"), Some("GR"));
    assert_eq!(record.unknown, Vec::<String>::new());
    assert_eq!(
        requests,
        ["Login", "GetPartnerInfoById@v", "EnumerateCountries@v"]
    );
}

#[tokio::test]
async fn countries_that_may_not_be_listed_come_from_the_standard() {
    let mut partner = customer();
    partner["Company"]["PostAddress"]["Country"] = "Greece".into();
    let script = vec![result(&partner, "v"), security()];
    let (record, _) = read(vec![], script).await;
    let record = record.expect("it reads").expect("it is there");
    assert_eq!(record.tree.text("company.postAddress.country"), Some("GR"));
}

#[tokio::test]
async fn auto_deployment_is_read_only_where_managed() {
    let managed = || vec![("autoDeployment", text("Enable"))];
    let state = result(&json!("Disable"), "v");
    let script = vec![result(&customer(), "v"), countries(), state];
    let (record, requests) = read(managed(), script).await;
    let record = record.expect("it reads").expect("it is there");
    assert_eq!(record.tree.text("autoDeployment"), Some("Disable"));
    assert_eq!(requests[3], "GetAutoDeploymentPartnerState@v");

    let script = vec![result(&customer(), "v"), countries(), security()];
    let (record, _) = read(managed(), script).await;
    let record = record.expect("it reads").expect("it is there");
    assert_eq!(record.unknown, ["autoDeployment"]);
}

#[tokio::test]
async fn moves_between_states_are_read_only_where_needed() {
    let moves = json!([{ "OldState": "InTrial", "Action": "Expire", "NewState": "Expired" }]);
    let script = || vec![result(&customer(), "v"), countries(), result(&moves, "v")];
    let (record, _) = read(vec![("state", text("Expired"))], script()).await;
    let record = record.expect("it reads").expect("it is there");
    let found = Beside::of(&record).transitions.expect("they were read");
    assert_eq!(found[0].action, "Expire");
    for state in ["InTrial", "InProduction"] {
        let (record, requests) = read(vec![("state", text(state))], script()).await;
        assert!(record.is_ok());
        assert_eq!(requests.len(), 3, "{state}");
    }
}

#[tokio::test]
async fn what_was_not_returned_is_unknown() {
    let partner = json!({ "Id": 700_105, "Name": null, "Company": null });
    let script = vec![result(&partner, "v"), countries()];
    let (record, _) = read(vec![], script).await;
    let mut unknown = record.expect("it reads").expect("it is there").unknown;
    unknown.sort();
    assert_eq!(
        unknown,
        [
            "advancedPartnerProperties",
            "company",
            "level",
            "name",
            "parent",
            "serviceType",
            "state",
        ]
    );
}

#[tokio::test]
async fn properties_that_were_left_out_are_read_by_their_own_call() {
    let mut partner = customer();
    partner["AdvancedPartnerProperties"] = Value::Null;
    let own = result(&json!({ "RegionId": 8, "ResponsibleUserId": 0 }), "v");
    let desired = vec![("advancedPartnerProperties.regionId", Leaf::Integer(1))];
    let script = vec![result(&partner, "v"), own, countries()];
    let (record, _) = read(desired, script).await;
    let record = record.expect("it reads").expect("it is there");
    assert_eq!(
        record.tree.at("advancedPartnerProperties.regionId"),
        Some(&Leaf::Integer(8))
    );
    assert_eq!(record.unknown, Vec::<String>::new());
}

#[tokio::test]
async fn a_hidden_customer_is_gone_unless_it_was_just_listed() {
    for data in [13_501, 2101, 1802] {
        let (record, _) = read(vec![], vec![error(data, "no")]).await;
        assert!(record.expect("no failure").is_none(), "{data}");

        let (_running, endpoint) = serve([login("v"), error(data, "no")]).await;
        let reader = PartnerReader::new(Session::new(&endpoint));
        let remote = RemoteId("700105".to_owned());
        let row = IndexRow {
            kind: spec::KIND,
            remote: remote.clone(),
            key: None,
            display_name: String::new(),
            protected: None,
            ended: None,
            record: None,
        };
        let record = reader
            .read(spec::KIND, &remote, &Tree::default(), Some(&row))
            .await;
        let failure = record.expect_err("it was listed");
        assert_eq!(failure.kind, FailureKind::Forbidden, "{data}");
    }
    // Nor is one gone because something between us says so.
    let (record, _) = read(vec![], vec![Response::text(403, "proxy")]).await;
    assert!(record.is_err());
}

#[tokio::test]
async fn an_answer_about_another_customer_is_not_taken() {
    let mut partner = customer();
    partner["Id"] = 700_106.into();
    let (record, _) = read(vec![], vec![result(&partner, "v")]).await;
    assert_eq!(record.expect_err("another").kind, FailureKind::Protocol);
}

#[tokio::test]
async fn the_index_is_one_listing_and_the_root() {
    let rows = json!([
        {
            "Id": 700_105, "ParentId": 700_001, "Name": "Larkfield", "Level": "EndCustomer",
            "ExternalCode": "larkfield", "Company": { "PostAddress": null },
        },
    ]);
    let root = json!({ "Id": 700_001, "ParentId": 1, "Name": "Harbour", "Level": "Reseller" });
    let listing = result(&rows, "v");
    let script = [
        login("v"),
        listing,
        result(&root, "v"),
        result(&customer(), "v"),
        countries(),
    ];
    let (running, endpoint) = serve(script).await;
    let reader = PartnerReader::new(Session::new(&endpoint));
    let index = reader.index(&[]).await.expect("it lists");
    assert_eq!(index.completeness, Completeness::Complete);
    assert_eq!(index.rows.len(), 2);
    assert_eq!(
        sent(&running),
        ["Login", "EnumeratePartners@v", "GetPartnerInfoById@v"]
    );
    // The level of the parent is remembered for the rules.
    let record = reader
        .read(
            spec::KIND,
            &index.rows[1].remote,
            &Tree::default(),
            Some(&index.rows[1]),
        )
        .await
        .expect("it reads")
        .expect("it is there");
    let levels = Beside::of(&record).levels;
    assert_eq!(levels.get("700001").map(String::as_str), Some("Reseller"));
    assert_eq!(reader.account().await.expect("known"), "700001");
}

/// Lists customers where the list is null and the customer itself is asked
/// for with that answer.
async fn list_of_null(node: Response) -> Index {
    let script = [login("v"), result(&Value::Null, "v"), node, security()];
    let (running, endpoint) = serve(script).await;
    let reader = PartnerReader::new(Session::new(&endpoint));
    let index = reader.index(&[]).await.expect("it lists");
    assert_eq!(
        sent(&running),
        [
            "Login",
            "EnumeratePartners@v",
            "EnumerateChildPartners@v",
            "GetPartnerInfoById@v"
        ]
    );
    index
}

fn node(id: i64, count: i64, children: &Value) -> Response {
    let info = json!({ "Id": id, "ParentId": 1, "Level": "Reseller", "Name": null });
    let node = json!({ "ActualChildCount": count, "Children": children, "Info": info });
    result(&node, "v")
}

#[tokio::test]
async fn a_list_of_null_is_empty_where_another_call_says_so_too() {
    for children in [Value::Null, json!([])] {
        let index = list_of_null(node(700_001, 0, &children)).await;
        assert_eq!(index.completeness, Completeness::Complete);
        assert_eq!(index.rows[0].display_name, "Harbour MSP");
    }
}

#[tokio::test]
async fn a_list_of_null_alone_proves_nothing() {
    for answer in [
        node(700_001, 2, &Value::Null),
        node(700_001, 0, &json!([{ "Info": { "Id": 5 } }])),
        node(700_002, 0, &Value::Null),
        result(&json!({ "Children": null }), "v"),
        result(&Value::Null, "v"),
        security(),
    ] {
        let Completeness::Incomplete(reason) = list_of_null(answer).await.completeness else {
            panic!("it is believed");
        };
        assert_eq!(
            reason,
            "the list of customers below `700001` is null, and `EnumerateChildPartners` does \
             not say that there are none"
        );
    }
}

/// One that is not there is an error, so null says nothing about it.
#[tokio::test]
async fn a_customer_that_is_null_is_not_gone() {
    let (record, _) = read(vec![], vec![result(&Value::Null, "v")]).await;
    let failure = record.expect_err("no customer");
    assert_eq!(failure.kind, FailureKind::Protocol);
}

#[tokio::test]
async fn a_company_without_members_is_empty_and_one_that_is_missing_unknown() {
    for (company, unknown) in [
        (json!({ "PostAddress": null }), vec![]),
        (json!({}), vec![]),
        (Value::Null, vec!["company"]),
    ] {
        let mut partner = customer();
        partner["Company"] = company.clone();
        let script = vec![result(&partner, "v"), countries()];
        let (record, _) = read(vec![], script).await;
        let record = record.expect("it reads").expect("it is there");
        assert_eq!(record.unknown, unknown, "{company}");
        let number = record.tree.at("company.vatNumber");
        assert_eq!(number, Some(&Leaf::Unset), "{company}");
    }
}

#[tokio::test]
async fn locations_that_may_not_be_listed_can_still_be_written_by_id() {
    let (_running, endpoint) = serve([login("v"), security()]).await;
    let reader = PartnerReader::new(Session::new(&endpoint));
    let tables = BTreeSet::from([lookups::LOCATION]);
    let found = reader.lookups(&tables).await.expect("an open table");
    assert_eq!(found.resolve("location", "18"), Ok("18".to_owned()));
}
