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
    diagnose, fields,
    index::{self, SitesSought},
    lookups,
    rpc::Rpc,
    session::{Session, is_hidden},
    state::{self, Move},
    wire::Transition,
};
use crate::{
    model::{Facts, Kind, RemoteId, Tree},
    provider::{
        Diagnosis, Failure, FailureKind, Index, IndexRow, Lookups, Reader, Record, Wanted, codec,
    },
};

/// Members that every customer has. One that is not returned is unknown, not
/// empty.
pub(super) fn never_empty() -> impl Iterator<Item = &'static Facts> {
    let paths = ["name", "level", "parent", "state", "serviceType"];
    let facts = |path| fields().facts(path).expect("a field of the kind");
    paths.into_iter().map(facts)
}

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
            Ok(None) => {
                // A customer that is not there is an error.
                let message = format!("{}: the answer holds no customer", rpc.name());
                return Err(Failure::new(FailureKind::Protocol, message));
            }
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
        let is_missing = |facts: &&Facts| {
            let member = facts.wire.and_then(|member| partner.get(member));
            member.is_none_or(Value::is_null)
        };
        let mut unknown: Vec<String> = never_empty()
            .filter(is_missing)
            .map(|facts| facts.path.as_str().to_owned())
            .collect();
        // By id the customer is whole: what the company lacks is empty (Cove
        // contract, 7.1 and 6.2).
        if !partner["Company"].is_object() {
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

    async fn list(&self, wanted: &[Wanted], sought: SitesSought) -> Result<Index, Failure> {
        let listing = index::list(&self.session, wanted, sought).await?;
        let levels = listing
            .rows
            .values()
            .filter_map(|row| Some((row.id, row.level.clone()?)))
            .collect();
        *self.levels.lock().await = levels;
        Ok(index::assemble(&listing))
    }
}

#[async_trait]
impl Reader for PartnerReader {
    async fn account(&self) -> Result<String, Failure> {
        Ok(self.session.root().await?.to_string())
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.list(wanted, SitesSought::IfWanted).await
    }

    async fn index_all(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        self.list(wanted, SitesSought::Always).await
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
mod tests;
