//! Lists and reads, and turns the toy's JSON into canonical trees.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use async_trait::async_trait;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde_json::Value;
use trueup::{
    model::{Kind, RemoteId, Tree, limit::PAGES_MAX},
    provider::{
        Choice, Completeness, Diagnosis, Endpoint, Failure, FailureKind, Index, IndexRow, Lookups,
        Raw, Reader, Record, Table, Wanted, codec,
    },
};

use super::{
    kind,
    session::{Question, Session},
};

/// The zone in which the toy's dates are compared.
pub(super) fn zone() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(2))
}

/// The half that reads.
pub(super) struct ToyReader {
    session: Session,
}

/// A line of the list.
#[derive(Deserialize)]
struct Row {
    id: String,
    code: Option<String>,
    company_name: String,
    #[serde(default)]
    own: bool,
    state: String,
}

/// A page of the list.
#[derive(Deserialize)]
struct Page {
    total: usize,
    items: Vec<Row>,
}

#[derive(Deserialize)]
struct Region {
    id: String,
    name: String,
    code: String,
}

impl ToyReader {
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        Self {
            session: Session::open(endpoint),
        }
    }

    async fn page(&self, number: usize) -> Result<Page, Failure> {
        let operation = "GET /customers";
        let path = format!("/customers?page={number}");
        parsed(
            operation,
            self.session.ask(Question::get(operation, path)).await?,
        )
    }
}

#[async_trait]
impl Reader for ToyReader {
    async fn account(&self) -> Result<String, Failure> {
        let question = Question::get("GET /account", "/account".to_owned());
        let account = self.session.ask(question).await?;
        Ok(account["id"].as_str().unwrap_or_default().to_owned())
    }

    async fn index(&self, _: &[Wanted]) -> Result<Index, Failure> {
        let Page { total, items } = self.page(0).await?;
        let mut rows: Vec<IndexRow> = items.into_iter().map(index_row).collect();
        for number in 1..PAGES_MAX {
            let page = self.page(number).await?;
            if page.items.is_empty() || page.total != total {
                break;
            }
            rows.extend(page.items.into_iter().map(index_row));
        }
        rows.sort_by(|one, other| one.remote.cmp(&other.remote));
        let completeness = if rows.len() == total {
            Completeness::Complete
        } else {
            Completeness::Incomplete(format!("{} of {total} records were listed", rows.len()))
        };
        Ok(Index {
            rows,
            completeness,
            answering: BTreeMap::new(),
            create_notes: BTreeMap::new(),
        })
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        let mut lookups = Lookups::default();
        lookups.zone = Some(zone());
        if tables.contains("region") {
            let operation = "GET /regions";
            let question = Question::get(operation, "/regions".to_owned());
            let regions: Vec<Region> = parsed(operation, self.session.ask(question).await?)?;
            let choices = regions.into_iter().map(|region| Choice {
                id: region.id,
                name: region.name,
                aliases: vec![region.code],
            });
            let table = Table {
                choices: choices.collect(),
                open: false,
            };
            lookups.add("region", table);
        }
        Ok(lookups)
    }

    async fn read(
        &self,
        _: Kind,
        remote: &RemoteId,
        desired: &Tree,
        _: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        let question = Question::get("GET /customers/{id}", format!("/customers/{remote}"));
        match self.session.ask(question).await {
            Ok(json) => record(remote, desired, json).map(Some),
            Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The toy shows at once what it has done.
    fn look_delays(&self) -> &'static [Duration] {
        const AT_ONCE: Duration = Duration::from_millis(1);
        &[AT_ONCE, AT_ONCE]
    }

    async fn diagnose(&self, _: Option<&Wanted>) -> Vec<Diagnosis> {
        Vec::new()
    }
}

fn parsed<T: serde::de::DeserializeOwned>(operation: &str, json: Value) -> Result<T, Failure> {
    // What serde says may quote the answer, so it is not passed on.
    serde_json::from_value(json).map_err(|_| {
        Failure::new(
            FailureKind::Protocol,
            format!("{operation}: the answer is not of the documented form"),
        )
    })
}

fn index_row(row: Row) -> IndexRow {
    IndexRow {
        kind: kind().kind,
        remote: RemoteId(row.id),
        key: row.code,
        display_name: row.company_name,
        protected: row
            .own
            .then(|| "it is the account of this program".to_owned()),
        ended: (row.state == "ended").then_some(row.state),
        record: None,
    }
}

fn record(remote: &RemoteId, desired: &Tree, json: Value) -> Result<Record, Failure> {
    let mut tree = Tree::default();
    for facts in kind().fields().iter() {
        let wire = facts.wire.expect("every field of the toy is on the wire");
        let leaf = codec::decode(facts, &zone(), codec::at(&json, wire))
            .map_err(|reason| Failure::new(FailureKind::Protocol, reason))?;
        tree.set(facts.path, leaf);
    }
    let unknown = ["billing", "contact", "access"]
        .into_iter()
        .filter(|section| desired.touches(section) && json.get(*section).is_none())
        .map(str::to_owned)
        .collect();
    Ok(Record {
        remote: remote.clone(),
        tree,
        unknown,
        ended: (json["state"] == "ended").then(|| "ended".to_owned()),
        raw: Raw(json),
    })
}
