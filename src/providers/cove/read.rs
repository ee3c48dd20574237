//! The half that reads.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::sync::{Mutex, OnceCell};

use super::{
    beside::Beside,
    calls::ADVANCED,
    convert::{self, AUTO_DEPLOYMENT},
    countries::Countries,
    diagnose, fields, index, lookups,
    rpc::Rpc,
    session::{Session, is_hidden},
    state::{self, Move},
    wire::Transition,
};
use crate::{
    model::{Kind, RemoteId, Tree},
    provider::{
        Diagnosis, Failure, FailureKind, Index, IndexRow, Lookups, Reader, Record, Wanted, codec,
    },
};

/// Members that every customer has. One that is not returned is unknown, not
/// empty.
pub(super) const NEVER_EMPTY: [(&str, &str); 5] = [
    ("name", "Name"),
    ("level", "Level"),
    ("parent", "ParentId"),
    ("state", "State"),
    ("serviceType", "ServiceType"),
];

/// Reads customers.
pub(super) struct PartnerReader {
    session: Session,
    countries: OnceCell<Countries>,
    transitions: OnceCell<Option<Vec<Transition>>>,
    /// The levels of all customers that were listed, by id.
    levels: Mutex<BTreeMap<i64, String>>,
}

impl PartnerReader {
    /// Prepares a reader. Nothing is sent.
    pub(super) fn new(session: Session) -> Self {
        Self {
            session,
            countries: OnceCell::new(),
            transitions: OnceCell::new(),
            levels: Mutex::default(),
        }
    }

    async fn countries(&self) -> Result<&Countries, Failure> {
        self.countries
            .get_or_try_init(|| lookups::countries(&self.session))
            .await
    }

    /// Reads a customer. `None` when the service says that it does not exist,
    /// or that we may not see it.
    async fn partner(&self, id: i64) -> Result<Option<Value>, Failure> {
        let rpc = index::by_id(id);
        let partner: Value = match self.session.read(&rpc).await {
            Ok(Some(partner)) => partner,
            Ok(None) => return Ok(None),
            Err(failure) if is_hidden(&failure) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        if codec::as_integer(&partner["Id"]) == Some(id) {
            return Ok(Some(partner));
        }
        let message = format!("{}: the answer is about another customer", rpc.name());
        Err(Failure::new(FailureKind::Protocol, message))
    }

    /// The tree of a customer, with the sections that were not returned.
    async fn tree(
        &self,
        id: i64,
        mut partner: Value,
        desired: &Tree,
    ) -> Result<(Tree, Vec<String>), Failure> {
        let mut unknown: Vec<String> = NEVER_EMPTY
            .iter()
            .filter(|(_, member)| partner.get(member).is_none_or(Value::is_null))
            .map(|(path, _)| (*path).to_owned())
            .collect();
        if is_placeholder(&partner["Company"]) {
            unknown.push("company".to_owned());
        }
        if !partner["AdvancedPartnerProperties"].is_object() {
            let found = self.advanced(id, desired).await?;
            if found.is_none() {
                unknown.push(ADVANCED.to_owned());
            }
            partner["AdvancedPartnerProperties"] = found.unwrap_or_default();
        }
        let wrong = |reason: String| {
            let message = format!("{}: {reason}", index::by_id(id).name());
            Failure::new(FailureKind::Protocol, message)
        };
        let mut tree = convert::tree(&partner, self.countries().await?).map_err(wrong)?;
        if desired.touches(AUTO_DEPLOYMENT) {
            match self.aside("GetAutoDeploymentPartnerState", id).await? {
                Some(state) => {
                    let leaf = convert::auto_deployment(&state).map_err(wrong)?;
                    let path = fields()
                        .path(AUTO_DEPLOYMENT)
                        .expect("the spec has the field");
                    tree.set(path, leaf);
                }
                None => unknown.push(AUTO_DEPLOYMENT.to_owned()),
            }
        }
        Ok((tree, unknown))
    }

    /// The properties that some answers leave out, by their own call if they
    /// are managed.
    async fn advanced(&self, id: i64, desired: &Tree) -> Result<Option<Value>, Failure> {
        if !desired.touches(ADVANCED) {
            return Ok(None);
        }
        let found = self.aside("GetAdvancedPartnerProperties", id).await?;
        Ok(found.filter(Value::is_object))
    }

    /// Reads something that stands beside a customer that is there. `None` when
    /// this account may not read it.
    async fn aside(&self, method: &'static str, id: i64) -> Result<Option<Value>, Failure> {
        let rpc = Rpc::new(method, json!({ "partnerId": id })).about(id.to_string());
        match self.session.read(&rpc).await {
            Ok(value) => Ok(value),
            Err(failure) if is_hidden(&failure) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// What the rules need to know beside the customer's own fields.
    async fn beside(&self, tree: &Tree, desired: &Tree) -> Result<Beside, Failure> {
        let moves = match (tree.text("state"), desired.text("state")) {
            (Some(live), Some(wanted)) => state::judge(live, wanted) == Move::Change,
            _ => false,
        };
        let transitions = if moves {
            self.transitions
                .get_or_try_init(|| lookups::transitions(&self.session))
                .await?
                .clone()
        } else {
            None
        };
        let known = self.levels.lock().await;
        let levels = [tree.text("parent"), desired.text("parent")]
            .into_iter()
            .flatten()
            .filter_map(|parent| {
                let level = known.get(&convert::id(parent)?)?;
                Some((parent.to_owned(), level.clone()))
            })
            .collect();
        Ok(Beside {
            transitions,
            levels,
        })
    }
}

/// Whether the company was not returned. Lists put an object with nothing but a
/// null address in its place; where the company is returned it has its texts as
/// well, empty ones included (Cove contract, 7.2 and 6.2).
fn is_placeholder(company: &Value) -> bool {
    company
        .as_object()
        .is_none_or(|members| members.values().all(Value::is_null))
}

#[async_trait]
impl Reader for PartnerReader {
    async fn account(&self) -> Result<String, Failure> {
        Ok(self.session.root().await?.to_string())
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        let listing = index::list(&self.session, wanted).await?;
        let levels = listing
            .rows
            .values()
            .filter_map(|row| Some((row.id, row.level.clone()?)))
            .collect();
        *self.levels.lock().await = levels;
        Ok(index::assemble(&listing))
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        let mut found = Lookups::default();
        if tables.contains(lookups::COUNTRY) {
            found.add(lookups::COUNTRY, self.countries().await?.table());
        }
        if tables.contains(lookups::LOCATION) {
            found.add(lookups::LOCATION, lookups::locations(&self.session).await?);
        }
        Ok(found)
    }

    async fn read(
        &self,
        _: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        let Some(id) = convert::id(&remote.0) else {
            let message = format!("`{remote}` is no id of a customer: ids are whole numbers");
            return Err(Failure::new(FailureKind::Refused, message));
        };
        let Some(partner) = self.partner(id).await? else {
            return match row {
                // A customer that was just listed is there: the service does not
                // say whether it has gone or we may not read it.
                Some(_) => Err(Failure::new(
                    FailureKind::Forbidden,
                    format!(
                        "customer `{id}` is listed, but not found or not permitted when read by id"
                    ),
                )
                .hint("check that the role of the API user may read customers")),
                None => Ok(None),
            };
        };
        let (tree, unknown) = self.tree(id, partner, desired).await?;
        let beside = self.beside(&tree, desired).await?;
        Ok(Some(Record {
            remote: remote.clone(),
            tree,
            unknown,
            ended: None,
            raw: beside.into_raw(),
        }))
    }

    async fn diagnose(&self, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
        diagnose::diagnose(&self.session, wanted).await
    }
}

#[cfg(test)]
mod tests {
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
                parent: None,
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

    #[tokio::test]
    async fn an_empty_list_may_come_as_null() {
        let script = [login("v"), result(&Value::Null, "v"), security()];
        let (_running, endpoint) = serve(script).await;
        let reader = PartnerReader::new(Session::new(&endpoint));
        let index = reader.index(&[]).await.expect("it lists");
        assert_eq!(index.completeness, Completeness::Complete);
        assert_eq!(index.rows[0].display_name, "Harbour MSP");
    }

    #[tokio::test]
    async fn locations_that_may_not_be_listed_can_still_be_written_by_id() {
        let (_running, endpoint) = serve([login("v"), security()]).await;
        let reader = PartnerReader::new(Session::new(&endpoint));
        let tables = BTreeSet::from([lookups::LOCATION]);
        let found = reader.lookups(&tables).await.expect("an open table");
        assert_eq!(found.resolve("location", "18"), Ok("18".to_owned()));
    }
}
