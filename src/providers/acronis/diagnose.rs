//! What `trueup doctor` shows of an Acronis provider: who we are, what either
//! service lets us see, how the two fit together, and whether a customer looks
//! as the vendor's samples do.

mod layout;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, fmt::rfc2822::DateTimeParser};
use serde_json::Value;

use super::{directory::Directory, session::Session, tenants::Tenants, wire::guid_at};
use crate::{
    model::words,
    provider::{Diagnosis, Failure, FailureKind, Wanted, codec},
};

/// A secret that ends within so many days should be renewed.
const SECRET_DAYS_MIN: i64 = 30;

/// The most ids that a finding lists.
const IDS_SHOWN_MAX: usize = 5;

/// Finds out what can be found out by reading.
pub(super) async fn diagnose(session: &Session, wanted: Option<&Wanted>) -> Vec<Diagnosis> {
    let mut found = Vec::new();
    let own = match session.client().await {
        Ok(client) => {
            found.push(own_client(&client, session.server_date().as_deref()));
            guid_at(&client, "tenant_id")
        }
        Err(failure) => {
            found.push(Diagnosis::failed("API client", &failure));
            return found;
        }
    };
    let own = own.unwrap_or_default();
    let tenants = session.list_tenants(&own, &BTreeSet::new(), |_| true).await;
    match &tenants {
        Ok(tenants) => found.push(account_management(tenants, &own)),
        Err(failure) => found.push(unread_tenants(failure)),
    }
    let lists = match session.fresh_directory().await {
        Ok(all) => session
            .inactive_directory()
            .await
            .map(|inactive| (all, inactive)),
        Err(failure) => Err(failure),
    };
    match lists {
        Ok((all, inactive)) => {
            let tenants = tenants.unwrap_or_default();
            found.push(advanced_automation(&all, &inactive, &tenants));
            found.extend(layout::of_one(session, &all, &tenants, wanted).await);
        }
        Err(failure) => found.push(Diagnosis::failed("Advanced Automation", &failure)),
    }
    found
}

/// What Account Management asks of a client (Acronis contract, 2).
const SCOPE: &str = "the client needs the scope tenant_viewer to plan and tenant_admin to apply";

fn unread_tenants(failure: &Failure) -> Diagnosis {
    let diagnosis = Diagnosis::failed("Account Management", failure);
    match failure.kind {
        FailureKind::Forbidden => diagnosis.hint(SCOPE),
        _ => diagnosis,
    }
}

/// The client that we are (Acronis contract, 2). `date` is that of the server.
fn own_client(client: &Value, date: Option<&str>) -> Diagnosis {
    let text = |path: &str| {
        let found = codec::at(client, path).and_then(Value::as_str);
        found.unwrap_or("(not told)").to_owned()
    };
    let mut doubts = Vec::new();
    let status = text("status");
    if status != "enabled" {
        doubts.push(format!("enable the client, which is {status}"));
    }
    if text("token_endpoint_auth_method") == "client_secret_post" {
        doubts.push(
            "register the client for client_secret_basic, which is how tokens are asked for"
                .to_owned(),
        );
    }
    let ends = client
        .get("client_secret_expires_at")
        .and_then(codec::as_integer)
        .filter(|seconds| *seconds > 0)
        .and_then(|seconds| Timestamp::from_second(seconds).ok());
    let secret = match ends {
        None => "its secret does not expire".to_owned(),
        Some(ends) => {
            let day = ends.strftime("%Y-%m-%d").to_string();
            if days_until(ends, date).is_some_and(|days| days < SECRET_DAYS_MIN) {
                doubts.push(format!("renew the secret before {day}"));
            }
            format!("its secret expires on {day}")
        }
    };
    let detail = format!(
        "{} `{}`, {status}, of tenant {}; {secret}",
        text("type"),
        text("data.client_name"),
        text("tenant_id"),
    );
    let hint = (!doubts.is_empty()).then(|| doubts.join("; "));
    Diagnosis::good("API client", detail).doubted(hint)
}

/// The days from the server's `date` until `ends`.
fn days_until(ends: Timestamp, date: Option<&str>) -> Option<i64> {
    let now = DateTimeParser::new().parse_timestamp(date?).ok()?;
    Some((ends.as_second() - now.as_second()).div_euclid(24 * 60 * 60))
}

/// What may be read of the tenants. Whether they may be changed shows only when
/// it is tried: no document tells how to ask.
fn account_management(tenants: &Tenants, own: &str) -> Diagnosis {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut locked, mut self_service) = (0, 0);
    for (row, full) in tenants.rows.values() {
        *kinds.entry(row.kind.as_str()).or_default() += 1;
        let Some(full) = full else { continue };
        let is_locked = codec::at(full, "update_lock.enabled") == Some(&Value::Bool(true));
        let owner = full
            .get("update_lock")
            .and_then(|lock| guid_at(lock, "owner_id"));
        if is_locked && owner.as_deref() != Some(own) {
            locked += 1;
        }
        if full.get("ancestral_access") == Some(&Value::Bool(false)) {
            self_service += 1;
        }
    }
    let kinds: Vec<String> = kinds
        .iter()
        .map(|(kind, number)| words::count(*number, kind))
        .collect();
    let mut detail = format!(
        "{} may be read ({}); whether they may be changed shows only when it is tried",
        words::count(tenants.rows.len(), "tenant"),
        kinds.join(", ")
    );
    if self_service > 0 {
        detail.push_str("; in self-service mode: ");
        detail.push_str(&self_service.to_string());
    }
    let mut hint = None;
    if locked > 0 {
        detail.push_str("; locked by somebody else: ");
        detail.push_str(&locked.to_string());
        hint = Some("a locked tenant can be changed only by the holder of its lock".to_owned());
    }
    if let Some(missing) = &tenants.missing {
        detail.push_str("; ");
        detail.push_str(missing);
        hint = Some("nobody absent is believed absent, so nothing is created".to_owned());
    }
    Diagnosis::good("Account Management", detail).doubted(hint)
}

/// How the customers of Advanced Automation fit the tenants.
fn advanced_automation(all: &Directory, inactive: &Directory, tenants: &Tenants) -> Diagnosis {
    let both = all.and(inactive);
    let living: BTreeSet<&str> = tenants
        .rows
        .values()
        .filter(|(row, _)| row.kind == "customer")
        .map(|(row, _)| row.id.as_str())
        .collect();
    let served: BTreeSet<&str> = both.customers().filter_map(|(_, tenant)| tenant).collect();
    let alone: Vec<&str> = living.difference(&served).copied().collect();
    let shared: Vec<&str> = served
        .iter()
        .copied()
        .filter(|tenant| both.customers_of(tenant).len() > 1)
        .collect();
    let (mut of_living, mut of_others, mut of_nobody) = (0, 0, 0);
    for (_, tenant) in both.customers() {
        match tenant {
            Some(tenant) if living.contains(tenant) => of_living += 1,
            Some(_) => of_others += 1,
            None => of_nobody += 1,
        }
    }
    let hidden = inactive
        .customers()
        .filter(|(id, _)| !all.lists(id))
        .count();
    let mut detail = format!(
        "{} may be read: {of_living} of listed tenants, {of_others} of deleted or unlisted ones, \
         {of_nobody} of none; a list without a filter leaves out {hidden} who are not active",
        words::count(both.customers().count(), "customer"),
    );
    let mut hints = Vec::new();
    if !alone.is_empty() {
        detail.push_str("; without a customer: ");
        detail.push_str(&ids(&alone));
        hints.push("a new tenant gets its customer some time later; look again");
    }
    if !shared.is_empty() {
        detail.push_str("; with more than one customer: ");
        detail.push_str(&ids(&shared));
        hints.push("ask the vendor to mend tenants with two customers; neither is written");
    }
    if let Some(missing) = both.missing() {
        detail.push_str("; ");
        detail.push_str(missing);
        hints.push("plan again later; nobody absent is believed absent");
    }
    let hint = (!hints.is_empty()).then(|| hints.join("; "));
    Diagnosis::good("Advanced Automation", detail).doubted(hint)
}

/// The first few ids, and how many there are.
fn ids(ids: &[&str]) -> String {
    let shown: Vec<&str> = ids.iter().copied().take(IDS_SHOWN_MAX).collect();
    if shown.len() == ids.len() {
        return shown.join(", ");
    }
    format!("{} and {} more", shown.join(", "), ids.len() - shown.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::provider::Health;
    use crate::providers::acronis::directory::tests::{
        customer as listed, directory as listing, id,
    };
    use crate::providers::acronis::wire;

    fn client() -> Value {
        json!({
            "client_id": "c", "tenant_id": "T", "client_secret_expires_at": 0,
            "type": "api_client", "status": "enabled", "data": { "client_name": "reconciler" },
            "token_endpoint_auth_method": "client_secret_basic",
        })
    }

    /// Tenants of these kinds, numbered as their customers are.
    fn tenants(rows: &[(usize, Value)]) -> Tenants {
        let mut tenants = Tenants::default();
        for (number, differing) in rows {
            let mut tenant = json!({ "id": id(1000 + number), "kind": "customer" });
            for (name, value) in differing.as_object().expect("an object") {
                tenant[name] = value.clone();
            }
            let row = wire::TenantRow::of(&tenant).expect("a row");
            tenants.rows.insert(row.id.clone(), (row, Some(tenant)));
        }
        tenants
    }

    #[test]
    fn the_own_client_is_described() {
        let found = own_client(&client(), None);
        assert_eq!(found.health, Health::Good);
        assert_eq!(
            found.detail,
            "api_client `reconciler`, enabled, of tenant T; its secret does not expire"
        );
        let mut other = client();
        other["status"] = json!("disabled");
        other["token_endpoint_auth_method"] = json!("client_secret_post");
        let found = own_client(&other, None);
        assert_eq!(found.health, Health::Doubtful);
        let hint = found.hint.expect("what to do");
        assert!(hint.contains("enable") && hint.contains("client_secret_basic"));
    }

    #[test]
    fn a_secret_that_ends_soon_is_told_by_the_servers_date() {
        let mut client = client();
        client["client_secret_expires_at"] = json!(40 * 24 * 60 * 60);
        let health = |date| own_client(&client, date).health;
        assert_eq!(health(Some("Thu, 01 Jan 1970 00:00:00 GMT")), Health::Good);
        assert_eq!(
            health(Some("Wed, 21 Jan 1970 00:00:00 GMT")),
            Health::Doubtful
        );
        assert_eq!(health(None), Health::Good);
        assert!(own_client(&client, None).detail.contains("1970-02-10"));
    }

    #[test]
    fn tenants_are_counted_by_kind_and_locks_of_others_are_told() {
        let mine = json!({ "update_lock": { "enabled": true, "owner_id": "OWN" } });
        let found = account_management(&tenants(&[(1, mine.clone())]), "own");
        assert_eq!(found.health, Health::Good);
        assert!(
            found
                .detail
                .starts_with("1 tenant may be read (1 customer)")
        );
        let others = json!({ "update_lock": { "enabled": true, "owner_id": "other" } });
        let hiding = json!({ "kind": "partner", "ancestral_access": false });
        let all = tenants(&[(1, mine), (2, others), (3, hiding)]);
        let found = account_management(&all, "own");
        assert_eq!(found.health, Health::Doubtful);
        assert!(
            found.detail.contains("(2 customers, 1 partner)"),
            "{found:?}"
        );
        assert!(found.detail.contains("locked by somebody else: 1"));
        assert!(found.detail.contains("self-service mode: 1"));
    }

    #[test]
    fn customers_are_compared_with_tenants() {
        let nobody = listing(&[], 0);
        let one = tenants(&[(1, json!({}))]);
        let found = advanced_automation(&listing(&[listed(1)], 1), &nobody, &one);
        assert_eq!(found.health, Health::Good, "{found:?}");
        assert!(
            found
                .detail
                .starts_with("1 customer may be read: 1 of listed tenants")
        );

        let two = tenants(&[(1, json!({})), (2, json!({}))]);
        let found = advanced_automation(&listing(&[listed(1)], 1), &nobody, &two);
        assert_eq!(found.health, Health::Doubtful);
        assert!(
            found
                .detail
                .contains(&format!("without a customer: {}", id(1002)))
        );

        let mut double = listed(2);
        double["ExternalTenantUUID"] = json!(id(1001));
        let all = listing(&[listed(1), double], 2);
        let found = advanced_automation(&all, &nobody, &one);
        assert!(
            found
                .detail
                .contains(&format!("more than one customer: {}", id(1001)))
        );

        let inactive = listing(&[listed(2)], 1);
        let found = advanced_automation(&listing(&[listed(1)], 1), &inactive, &two);
        assert!(found.detail.contains("leaves out 1 who are not active"));
        let part = listing(&[listed(1)], 2);
        assert!(advanced_automation(&part, &nobody, &one).hint.is_some());
    }

    #[test]
    fn long_lists_of_ids_are_cut() {
        assert_eq!(ids(&["a", "b"]), "a, b");
        assert_eq!(ids(&["a"; 7]), "a, a, a, a, a and 2 more");
    }
}
