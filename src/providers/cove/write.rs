//! The half that writes.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{
    beside::Beside,
    calls::{ADD, ADVANCED, CHANGE_STATE, MODIFY, REMOVE, SET_ADVANCED, SET_AUTO_DEPLOYMENT},
    convert::{self, AUTO_DEPLOYMENT},
    fields, index,
    rpc::Rpc,
    session::Session,
    settle, state,
};
use crate::{
    http::Delivery,
    model::{Facts, FieldPath, Leaf, RemoteId, Tree},
    provider::{Call, Failure, FailureKind, Job, Performed, Record, Writer, codec},
};

/// What a change of state is explained with when the engine gives no reason.
const REASON_DEFAULT: &str = "as the manifest wants";

/// Writes customers, one call at a time.
pub(super) struct PartnerWriter {
    session: Session,
}

impl PartnerWriter {
    /// Prepares a writer. Nothing is sent.
    pub(super) fn new(session: Session) -> Self {
        Self { session }
    }

    async fn add(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        let mut partner = structure(call, job)?;
        if partner.get("ParentId").is_none() {
            partner["ParentId"] = self.session.root().await?.into();
        }
        let params = json!({
            "partnerInfo": partner,
            // True would make a device as a side effect.
            "createDefaultAccount": false,
        });
        let rpc = Rpc::new(ADD, params).about(job.key).hiding(secrets(job));
        let created = self.session.write(&rpc, once(job)).await?;
        match created.as_ref().and_then(codec::as_integer) {
            Some(id) if id > 0 => Ok(Performed {
                created: Some(RemoteId(id.to_string())),
                note: None,
            }),
            _ => Err(Failure::new(
                FailureKind::Protocol,
                format!("{}: the answer has no id", rpc.name()),
            )
            .with_unknown_effect()),
        }
    }

    async fn modify(&self, call: &Call, job: &Job<'_>, id: i64) -> Result<Performed, Failure> {
        let mut partner = structure(call, job)?;
        partner["Id"] = id.into();
        let params = json!({
            "partnerInfo": partner,
            "forceRemoveCustomColumnValuesInOldScope": false,
        });
        let rpc = Rpc::new(MODIFY, params).about(id.to_string());
        self.perform_void(rpc.hiding(secrets(job)), once(job)).await
    }

    /// Both properties are written together, so that which is not to be changed
    /// keeps its live value.
    async fn set_advanced(
        &self,
        call: &Call,
        job: &Job<'_>,
        id: i64,
    ) -> Result<Performed, Failure> {
        let mut whole = Value::Null;
        for facts in fields().iter().filter(|facts| facts.path.is_in(ADVANCED)) {
            let source = if call.fields.contains(&facts.path) {
                Some(job.desired)
            } else {
                job.record.map(|record| &record.tree)
            };
            let leaf = source.and_then(|tree| tree.get(facts.path));
            convert::put(&mut whole, facts, leaf.unwrap_or(&Leaf::Unset)).map_err(unwritable)?;
        }
        let params = json!({
            "partnerId": id,
            "advancedPartnerPropertiesInfo": whole["AdvancedPartnerProperties"],
        });
        let rpc = Rpc::new(SET_ADVANCED, params).about(id.to_string());
        let delivery = Delivery::OnceWhileFresh {
            since: job.since,
            read: job.since,
        };
        self.perform_void(rpc, delivery).await
    }

    async fn set_auto_deployment(&self, job: &Job<'_>, id: i64) -> Result<Performed, Failure> {
        let params = json!({
            "partnerId": id,
            "autoDeploymentState": job.desired.text(AUTO_DEPLOYMENT),
        });
        let rpc = Rpc::new(SET_AUTO_DEPLOYMENT, params).about(id.to_string());
        self.perform_void(rpc, once(job)).await
    }

    /// Moves a customer to another state, after a look at where it is now: the
    /// service moves customers by itself, and the action of the plan was chosen
    /// for the state that it saw.
    async fn change_state(
        &self,
        call: &Call,
        job: &Job<'_>,
        id: i64,
    ) -> Result<Performed, Failure> {
        let wanted = job.desired.text("state").unwrap_or_default();
        let planned_from = job.record.and_then(|record| record.tree.text("state"));
        let partner: Option<Value> = self.session.read(&index::by_id(id)).await?;
        let partner = partner.unwrap_or_default();
        let live = partner["State"].as_str().unwrap_or_default();
        if live == wanted {
            return Ok(Performed {
                created: None,
                note: Some(format!("the customer is in the state `{live}` already")),
            });
        }
        if Some(live) != planned_from || !is_next(call, job, live, wanted) {
            let message = format!("{CHANGE_STATE} `{id}`: the state is now `{live}`");
            return Err(Failure::new(FailureKind::Stale, message));
        }
        let reason = if job.reason.is_empty() {
            REASON_DEFAULT
        } else {
            job.reason
        };
        let params = json!({
            "partnerId": id,
            "action": call.purpose.unwrap_or_default(),
            "reason": reason,
        });
        let rpc = Rpc::new(CHANGE_STATE, params).about(id.to_string());
        let reached = self.session.write(&rpc, once(job)).await?;
        let note = match reached.as_ref().and_then(Value::as_str) {
            Some(reached) if reached != wanted && !call.fields.is_empty() => Some(format!(
                "the provider put the customer into the state `{reached}`"
            )),
            _ => None,
        };
        Ok(Performed {
            created: None,
            note,
        })
    }

    async fn remove(&self, job: &Job<'_>, id: i64) -> Result<Performed, Failure> {
        let params = json!({ "partnerId": id });
        let rpc = Rpc::new(REMOVE, params).about(id.to_string());
        self.perform_void(rpc, once(job)).await
    }

    async fn perform_void(&self, rpc: Rpc, delivery: Delivery) -> Result<Performed, Failure> {
        self.session.write(&rpc, delivery).await?;
        Ok(Performed::default())
    }

    /// The id of the customer that a call is about, which is never the one that
    /// our own login belongs to.
    async fn target(&self, call: &Call, job: &Job<'_>) -> Result<i64, Failure> {
        let refused = |reason: &str| {
            Failure::new(
                FailureKind::Refused,
                format!("{}: {reason}", call.operation),
            )
        };
        let id = job
            .remote
            .and_then(|remote| convert::id(&remote.0))
            .ok_or_else(|| refused("there is no id of a customer"))?;
        if id == self.session.root().await? {
            return Err(refused(
                "it is the customer that our own login belongs to, which is not managed",
            ));
        }
        Ok(id)
    }
}

/// A call is sent once.
fn once(job: &Job<'_>) -> Delivery {
    Delivery::Once { since: job.since }
}

#[async_trait]
impl Writer for PartnerWriter {
    async fn prepare(&self) -> Result<(), Failure> {
        self.session.prepare().await
    }

    async fn perform(&self, call: &Call, job: &Job<'_>) -> Result<Performed, Failure> {
        if call.operation == ADD {
            return self.add(call, job).await;
        }
        let id = self.target(call, job).await?;
        match call.operation {
            MODIFY => self.modify(call, job, id).await,
            SET_ADVANCED => self.set_advanced(call, job, id).await,
            SET_AUTO_DEPLOYMENT => self.set_auto_deployment(job, id).await,
            CHANGE_STATE => self.change_state(call, job, id).await,
            REMOVE => self.remove(job, id).await,
            other => Err(Failure::new(
                FailureKind::Refused,
                format!("{other}: no such call"),
            )),
        }
    }
}

/// Whether the action of a call is the next step on the way from `live`. Of
/// several steps, the one before may have led elsewhere, or somebody else may
/// have made one.
fn is_next(call: &Call, job: &Job<'_>, live: &str, wanted: &str) -> bool {
    let transitions = job.record.and_then(|record| Beside::of(record).transitions);
    let Some(transitions) = transitions else {
        return true;
    };
    state::actions(&transitions, live, wanted)
        .is_ok_and(|actions| actions.first().copied() == call.purpose)
}

/// The structure of a customer with the fields of a call, and nothing else but
/// what must go with them.
fn structure(call: &Call, job: &Job<'_>) -> Result<Value, Failure> {
    let mut partner = json!({});
    for path in call.fields.iter().copied().chain(goes_along(call, job)) {
        let facts = facts(path);
        let leaf = job.desired.or_unset(path);
        let leaf = match job.record {
            Some(record) if path.as_str() == "flags" => &with_flags_left_alone(leaf, record),
            _ => leaf,
        };
        convert::put(&mut partner, facts, leaf).map_err(unwritable)?;
    }
    Ok(partner)
}

/// Managed fields that go with changed ones although they do not differ: the
/// location with the country, from which the service derives a location unless
/// it is given one; and the child service types with the level, because what is
/// stored of them is not shown at the lowest levels and comes to light above.
fn goes_along(call: &Call, job: &Job<'_>) -> impl Iterator<Item = FieldPath> {
    const PAIRS: [(&str, &str); 2] = [
        ("company.postAddress.country", "location"),
        ("level", "childServiceTypes"),
    ];
    let changed = |name: &str| call.fields.iter().any(|path| path.as_str() == name);
    PAIRS
        .into_iter()
        .filter(move |(cause, other)| changed(cause) && !changed(other))
        .map(|(_, other)| fields().path(other).expect("the spec has the field"))
        .filter(|other| job.desired.get(*other).is_some())
}

/// The set of flags is replaced as a whole, so those that are not ours go with
/// it.
fn with_flags_left_alone(leaf: &Leaf, record: &Record) -> Leaf {
    let desired = settle::names(Some(leaf));
    let left = settle::left_alone(record, &desired);
    let all: BTreeSet<String> = desired.into_iter().chain(left).collect();
    if all.is_empty() {
        Leaf::Unset
    } else {
        Leaf::Set(all)
    }
}

fn facts(path: FieldPath) -> &'static Facts {
    fields()
        .facts(path.as_str())
        .expect("a call names fields of the spec")
}

fn unwritable(reason: String) -> Failure {
    Failure::new(FailureKind::Refused, reason)
}

/// The sensitive values of a job, which no message may show.
fn secrets(job: &Job<'_>) -> Vec<String> {
    let of = |tree: &Tree| -> Vec<String> {
        tree.iter()
            .filter(|(_, leaf)| matches!(leaf, Leaf::Sensitive(_)))
            .filter_map(|(_, leaf)| leaf.text().map(str::to_owned))
            .collect()
    };
    let live = job.record.map(|record| of(&record.tree));
    [of(job.desired), live.unwrap_or_default()].concat()
}

#[cfg(test)]
mod tests;
