//! Reads accounts, one by one: there is no list.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

use async_trait::async_trait;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::{Value, json};

use super::{
    convert, diagnose,
    lookups::{self, LANGUAGE},
    session::{Question, Session},
    wire::{FORCE_FLAG, LIFE_CYCLE_FLAG, Section},
    zones,
};
use crate::{
    model::{Kind, RemoteId, Tree},
    provider::{
        Completeness, Diagnosis, Endpoint, Failure, FailureKind, Index, IndexRow, Lookups, Reader,
        Record, Table, Wanted,
    },
};

/// The one read.
pub(super) const GET_ACCOUNT_INFO: &str = "GetAccountInfo";

/// The cheapest call that needs nothing but valid credentials and a tenant.
pub(super) const GET_TENANT_DICT: &str = "GetTenantDict";

/// By what an account is looked up.
pub(super) enum Selector<'a> {
    Code(&'a str),
    Name(&'a str),
    Id(i64),
}

/// What was found for a manifest.
struct Found<'a> {
    asked: &'a Wanted,
    /// By its code.
    by_code: Option<IndexRow>,
    /// By the id that may be adopted, and by its name.
    others: Vec<IndexRow>,
}

/// The half that reads.
pub(super) struct AccountReader {
    session: Session,
    /// The server's zone, where the first answer names it.
    zone_named: OnceLock<String>,
}

impl AccountReader {
    /// Prepares a reader. Nothing is sent.
    pub(super) fn open(endpoint: &Endpoint) -> Self {
        Self {
            session: Session::open(endpoint),
            zone_named: OnceLock::new(),
        }
    }

    /// One account with these sections; nothing when it is not there. Every
    /// other refusal is a failure: all errors have the same code, and only this
    /// one may ever lead to a create (Zegoal contract, 4.3).
    async fn get(
        &self,
        selector: Selector<'_>,
        sections: &[Section],
    ) -> Result<Option<IndexRow>, Failure> {
        let zone = &self.session.config()?.zone;
        let question = Question::read(GET_ACCOUNT_INFO, inquiry(&selector, sections));
        let answered = match self.session.ask(question).await {
            Ok(answered) => answered,
            Err(failure) if failure.kind == FailureKind::NotFound => return Ok(None),
            Err(failure) => return Err(failure),
        };
        zones::agree(GET_ACCOUNT_INFO, zone, answered.zone.as_deref())?;
        let row = convert::account(&answered, sections, zone)
            .and_then(|row| confirm(&selector, row))
            .map_err(|reason| {
                Failure::new(
                    FailureKind::Protocol,
                    format!("{GET_ACCOUNT_INFO}: {reason}"),
                )
            })?;
        Ok(Some(row))
    }

    /// Looks up one account by its code; where that finds nothing, also by the
    /// id that may be adopted and by the name, so that an account of that name
    /// with another code is seen before the server refuses a second one.
    async fn look_up<'a>(&self, wanted: &'a Wanted) -> Result<Found<'a>, Failure> {
        let sections = Section::managed(&wanted.desired);
        let by_code = self.get(Selector::Code(&wanted.key), &sections).await?;
        let mut others = Vec::new();
        // What is no number is no id of an account, and so not there.
        let adopt = wanted.adopt.as_ref();
        if let Some(id) = adopt.and_then(|remote| remote.0.parse().ok())
            && by_code.as_ref().map(|row| &row.remote) != adopt
        {
            others.extend(self.get(Selector::Id(id), &sections).await?);
        }
        if let Some(name) = wanted
            .display_name
            .as_deref()
            .filter(|name| !name.is_empty())
            && by_code.is_none()
            && !others.iter().any(|row| row.display_name == name)
        {
            let namesake = self.get(Selector::Name(name), &sections).await?;
            // An account that has ended keeps its name (Zegoal contract, 2.3),
            // and the engine looks at the names of live rows only. One that
            // answers to our name in another case has it all the same.
            others.extend(namesake.map(|row| IndexRow {
                ended: None,
                display_name: name.to_owned(),
                ..row
            }));
        }
        Ok(Found {
            asked: wanted,
            by_code,
            others,
        })
    }

    async fn dictionary(&self, name: &'static str) -> Result<Table, Failure> {
        let body = json!({ "dictionary_name": name });
        match self
            .session
            .ask(Question::read(GET_TENANT_DICT, body))
            .await
        {
            Ok(answered) => Ok(lookups::dictionary(name, &answered.response)),
            // The server answers, only not this: it will decide by itself.
            Err(failure)
                if matches!(
                    failure.kind,
                    FailureKind::NotFound | FailureKind::Refused | FailureKind::Forbidden
                ) =>
            {
                tracing::warn!(table = name, "the table could not be read");
                Ok(lookups::unread())
            }
            Err(failure) => Err(failure),
        }
    }
}

/// The body of a `GetAccountInfo`.
pub(super) fn inquiry(selector: &Selector<'_>, sections: &[Section]) -> Value {
    let mut body = match selector {
        Selector::Code(code) => json!({ "account_code": code }),
        Selector::Name(name) => json!({ "account_name": name }),
        Selector::Id(id) => json!({ "account_id": id }),
    };
    body[FORCE_FLAG] = true.into();
    body[LIFE_CYCLE_FLAG] = true.into();
    for section in sections {
        body[section.flag()] = true.into();
    }
    body
}

/// Refuses an answer about another account than the one asked for, which would
/// otherwise be overwritten. A code or name in other case is let through as it
/// is: whether the server minds the case is not known, and the account is then
/// seen for what it is, and proves nobody absent.
fn confirm(selector: &Selector<'_>, row: IndexRow) -> Result<IndexRow, &'static str> {
    let same = |one: &str, other: &str| one.to_lowercase() == other.to_lowercase();
    let right = match selector {
        Selector::Code(code) => row.key.as_deref().is_some_and(|key| same(key, code)),
        Selector::Name(name) => same(&row.display_name, name),
        Selector::Id(id) => row.remote.0 == id.to_string(),
    };
    if right {
        Ok(row)
    } else {
        Err("the answer is about another account than the one asked for")
    }
}

#[async_trait]
impl Reader for AccountReader {
    async fn account(&self) -> Result<String, Failure> {
        // All logins of a tenant write to the same records, and a login may be
        // exchanged: the tenant alone says whose they are.
        let tenant = self.session.config()?.tenant.clone();
        let question = Question::read(GET_TENANT_DICT, json!({}));
        let answered = self.session.ask(question).await?;
        if let Some(zone) = answered.zone {
            self.zone_named.get_or_init(|| zone);
        }
        Ok(tenant)
    }

    async fn index(&self, wanted: &[Wanted]) -> Result<Index, Failure> {
        let lookups: Vec<_> = wanted.iter().map(|wanted| self.look_up(wanted)).collect();
        let mut found = stream::iter(lookups).buffer_unordered(self.session.concurrency());
        let mut rows: BTreeMap<RemoteId, IndexRow> = BTreeMap::new();
        let mut answering = BTreeMap::new();
        while let Some(more) = found.try_next().await? {
            let Found {
                asked,
                by_code,
                others,
            } = more;
            if let Some(row) = by_code
                .as_ref()
                .filter(|row| row.key.as_deref() != Some(&asked.key))
            {
                answering.insert((asked.kind, asked.key.clone()), row.remote.clone());
            }
            for mut row in by_code.into_iter().chain(others) {
                if let Some(other) = rows.get(&row.remote) {
                    // Two manifests came to one account, each with sections of
                    // its own; whoever needs it reads it again.
                    row.record = None;
                    row.ended = row.ended.filter(|_| other.ended.is_some());
                }
                rows.insert(row.remote.clone(), row);
            }
        }
        Ok(Index {
            rows: rows.into_values().collect(),
            completeness: Completeness::ByKey,
            answering,
            create_notes: BTreeMap::new(),
        })
    }

    async fn lookups(&self, tables: &BTreeSet<&'static str>) -> Result<Lookups, Failure> {
        let mut lookups = Lookups::default();
        let zone = &self.session.config()?.zone;
        // Before any account is read: a new one has none that could be.
        let named = self.zone_named.get().map(String::as_str);
        zones::agree(GET_TENANT_DICT, zone, named)?;
        lookups.zone = Some(zone.clone());
        for name in tables {
            let table = if *name == LANGUAGE {
                lookups::languages()
            } else {
                self.dictionary(name).await?
            };
            lookups.add(name, table);
        }
        Ok(lookups)
    }

    async fn read(
        &self,
        _kind: Kind,
        remote: &RemoteId,
        desired: &Tree,
        row: Option<&IndexRow>,
    ) -> Result<Option<Record>, Failure> {
        if let Some(record) = row.and_then(|row| row.record.clone()) {
            return Ok(Some(record));
        }
        let Ok(id) = remote.0.parse() else {
            return Ok(None);
        };
        let sections = Section::managed(desired);
        let row = self.get(Selector::Id(id), &sections).await?;
        Ok(row.and_then(|row| row.record))
    }

    async fn diagnose(&self, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
        diagnose::diagnose(&self.session, wanted).await
    }
}
