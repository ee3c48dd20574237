//! The index: every customer below the one that the login belongs to, from one
//! recursive listing, with the proof that nothing is missing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{
    children, convert,
    rpc::Rpc,
    session::{Session, is_hidden},
    spec,
    wire::PartnerRow,
};
use crate::{
    model::{RemoteId, id::is_uuid},
    provider::{Completeness, Failure, FailureKind, Index, IndexRow, Wanted},
};

/// Every member that is documented to be selectable: name, level, child service
/// types, service type, state, location, flags, company, external code and
/// sender, creation time (N-able guide, enumerate customers).
const FIELDS: [i64; 10] = [0, 1, 3, 4, 5, 8, 9, 10, 18, 20];

/// The level whose customers one reading of the vendor's pages leaves out of a
/// recursive listing.
const SITE: &str = "Site";

/// All that was listed, by id.
pub(super) type Rows = BTreeMap<i64, PartnerRow>;

/// What the service shows below one customer.
pub(super) struct Listing {
    /// The customer that the login belongs to.
    pub(super) root: i64,
    /// All that was listed, the root included.
    pub(super) rows: Rows,
    /// Why something may be missing, where the rows themselves do not tell.
    doubt: Option<String>,
}

/// When sites are looked for that a recursive listing may leave out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum SitesSought {
    /// Where something that is wanted was not listed, which may be a site.
    IfWanted,
    /// In any case.
    Always,
}

/// Lists everything below the root, and the root itself.
pub(super) async fn list(
    session: &Session,
    wanted: &[Wanted],
    sought: SitesSought,
) -> Result<Listing, Failure> {
    let root = session.root().await?;
    let (rows, doubt) = enumerate(session, root, true).await?;
    let mut listing = Listing { root, rows, doubt };
    let misses_some = !missing(&listing.rows, wanted).is_empty();
    if listing.may_lack_sites() && (sought == SitesSought::Always || misses_some) {
        match listing.look_for_sites(session, wanted).await {
            // What was listed is good for those who want nothing else.
            Err(failure) if !misses_some => {
                let doubt = format!("sites may be missing: {failure}");
                listing.doubt.get_or_insert(doubt);
            }
            looked => looked?,
        }
    }
    let rows = &mut listing.rows;
    let adopted = wanted.iter().filter_map(|wanted| wanted.adopt.as_ref());
    let missing: BTreeSet<i64> = adopted
        .filter_map(|remote| convert::id(&remote.0))
        .filter(|id| !rows.contains_key(id))
        .chain([root])
        .collect();
    for id in missing {
        match session.read::<PartnerRow>(&by_id(id)).await {
            Ok(row) => rows.extend(row.map(|row| (id, row))),
            Err(failure) if is_hidden(&failure) => {}
            Err(failure) => return Err(failure),
        }
    }
    rows.entry(root).or_insert_with(|| PartnerRow {
        id: root,
        parent_id: None,
        name: Some(session.partner().to_owned()),
        level: None,
        external_code: None,
    });
    Ok(listing)
}

impl Listing {
    /// A listing that shows any site leaves none out.
    fn may_lack_sites(&self) -> bool {
        let is_site = |row: &PartnerRow| row.level.as_deref() == Some(SITE);
        !self.rows.values().any(is_site)
    }

    /// Looks for sites in two other ways before any record is believed absent and
    /// made a second time: below every customer that is said to have more
    /// children than were listed, and by name. A record that a manifest wants
    /// elsewhere, under another name or on another level may be a site still.
    async fn look_for_sites(
        &mut self,
        session: &Session,
        wanted: &[Wanted],
    ) -> Result<(), Failure> {
        for parent in self.with_unlisted_children(session).await? {
            match enumerate(session, parent, false).await {
                Ok((more, doubt)) => {
                    self.rows.extend(more);
                    self.doubt = self.doubt.take().or(doubt);
                }
                Err(failure) if is_hidden(&failure) => {}
                Err(failure) => return Err(failure),
            }
        }
        let is_site = |wanted: &&Wanted| wanted.desired.text("level") == Some(SITE);
        let names: BTreeSet<&str> = missing(&self.rows, wanted)
            .into_iter()
            .filter(is_site)
            .filter_map(|wanted| wanted.display_name.as_deref())
            .collect();
        for name in names {
            let rpc = Rpc::new("GetPartnerInfo", json!({ "name": name })).about(name);
            match session.read::<PartnerRow>(&rpc).await {
                Ok(Some(row)) => self.rows.extend([(row.id, row)]),
                // Nobody of that name is an error, so this says nothing.
                Ok(None) => self.doubt = Some(format!("{}: the answer is empty", rpc.name())),
                Err(failure) if is_hidden(&failure) => {}
                // Several have the name, and none of them tells which it is.
                Err(failure) if failure.kind == FailureKind::Refused => {
                    self.doubt = Some(failure.message);
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// The listed customers below which the service does not count as many as
    /// were listed: one call for each of those that have children, since the
    /// answer about a customer counts for its children too.
    async fn with_unlisted_children(&self, session: &Session) -> Result<Vec<i64>, Failure> {
        let mut listed: BTreeMap<i64, i64> = BTreeMap::from([(self.root, 0)]);
        for row in self.rows.values().filter(|row| row.id != self.root) {
            listed.entry(row.id).or_default();
            if let Some(parent) = row.parent_id {
                *listed.entry(parent).or_default() += 1;
            }
        }
        let mut counts = BTreeMap::new();
        for (parent, _) in listed
            .iter()
            .filter(|(id, listed)| **id == self.root || **listed > 0)
        {
            counts.extend(children::counts(session, *parent).await?);
        }
        let differ = |(id, listed): &(i64, i64)| counts.get(id) != Some(listed);
        let all = listed.into_iter().filter(differ);
        Ok(all.map(|(id, _)| id).collect())
    }
}

/// The call that reads one customer in full.
pub(super) fn by_id(id: i64) -> Rpc {
    Rpc::new("GetPartnerInfoById", json!({ "partnerId": id })).about(id.to_string())
}

/// Lists customers below one, with the reason why some may be missing.
async fn enumerate(
    session: &Session,
    parent: i64,
    recursively: bool,
) -> Result<(Rows, Option<String>), Failure> {
    let params = json!({
        "parentPartnerId": parent,
        "fetchRecursively": recursively,
        "fields": FIELDS,
    });
    let rpc = Rpc::new("EnumeratePartners", params).about(parent.to_string());
    let rows: Option<Vec<PartnerRow>> = session.read(&rpc).await?;
    match rows {
        Some(rows) => Ok((rows.into_iter().map(|row| (row.id, row)).collect(), None)),
        None => Ok((Rows::new(), children::doubt(session, parent).await?)),
    }
}

/// What is wanted and not listed.
fn missing<'a>(rows: &Rows, wanted: &'a [Wanted]) -> Vec<&'a Wanted> {
    let keys: BTreeSet<&str> = rows
        .values()
        .filter_map(|row| row.external_code.as_deref())
        .collect();
    wanted
        .iter()
        .filter(|wanted| !keys.contains(wanted.key.as_str()))
        .collect()
}

/// Makes the index of what was listed.
pub(super) fn assemble(listing: &Listing) -> Index {
    let Listing { root, rows, doubt } = listing;
    let root = *root;
    let mut index: Vec<IndexRow> = rows
        .values()
        .map(|row| IndexRow {
            kind: spec::KIND,
            remote: remote(row.id),
            key: row.external_code.clone().filter(|code| !code.is_empty()),
            display_name: row.name.clone().unwrap_or_default(),
            protected: protection(root, row).map(str::to_owned),
            ended: None,
            record: None,
        })
        .collect();
    index.sort_by(|one, other| one.remote.cmp(&other.remote));
    Index {
        rows: index,
        completeness: match doubt {
            Some(reason) => incomplete(reason.clone()),
            None => completeness(root, rows),
        },
        answering: BTreeMap::new(),
        create_notes: BTreeMap::new(),
    }
}

fn remote(id: i64) -> RemoteId {
    RemoteId(id.to_string())
}

/// Why a customer must not be managed.
fn protection(root: i64, row: &PartnerRow) -> Option<&'static str> {
    let level = row.level.as_deref().unwrap_or_default();
    let name = row.name.as_deref().unwrap_or_default();
    let code = row.external_code.as_deref().unwrap_or_default();
    if row.id == root {
        // A new name would break the next login.
        Some("it is the customer that our own login belongs to")
    } else if spec::LEVELS_OF_THE_VENDOR.contains(&level) {
        Some("its level belongs to the vendor")
    } else if is_recycle_bin(name) || is_foreign_code(code) {
        Some("it was made by another product of the vendor")
    } else {
        None
    }
}

/// A name such as `001…- Recycle Bin` (filtered out by the vendor's own
/// scripts).
fn is_recycle_bin(name: &str) -> bool {
    name.starts_with("001") && name.ends_with("- Recycle Bin")
}

/// A code such as `[##########] … - <guid>`, ten digits in brackets (filtered
/// out by the vendor's own scripts).
fn is_foreign_code(code: &str) -> bool {
    let inside = || {
        let (number, rest) = code.strip_prefix('[')?.split_once(']')?;
        let (_, guid) = rest.rsplit_once(" - ")?;
        let digits = number.len() == 10
            && number
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'#');
        Some(digits && is_uuid(guid))
    };
    inside().unwrap_or(false)
}

/// Whether every customer's parent is listed, and every member that tells one
/// customer from another was returned.
fn completeness(root: i64, rows: &Rows) -> Completeness {
    let below = || rows.values().filter(|row| row.id != root);
    for row in below() {
        let id = row.id;
        let Some(parent) = row.parent_id else {
            return incomplete(format!("customer `{id}` is listed without its parent"));
        };
        if !rows.contains_key(&parent) {
            return incomplete(format!(
                "customer `{parent}` is not listed, although customer `{id}` below it is"
            ));
        }
        if row.name.is_none() {
            return incomplete(format!("customer `{id}` is listed without its name"));
        }
    }
    // The member is returned for all if it was asked for, empty where unset.
    if below().next().is_some() && below().all(|row| row.external_code.is_none()) {
        return incomplete("customers are listed without their external codes".to_owned());
    }
    Completeness::Complete
}

fn incomplete(reason: String) -> Completeness {
    Completeness::Incomplete(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: i64 = 700_001;

    fn row(id: i64, parent: i64, name: &str, level: &str, code: &str) -> PartnerRow {
        PartnerRow {
            id,
            parent_id: Some(parent),
            name: Some(name.to_owned()),
            level: Some(level.to_owned()),
            external_code: Some(code.to_owned()),
        }
    }

    fn listing(rows: Vec<PartnerRow>) -> Listing {
        let root = row(ROOT, 1, "Harbour MSP", "Distributor", "");
        let rows = rows.into_iter().chain([root]);
        Listing {
            root: ROOT,
            rows: rows.map(|row| (row.id, row)).collect(),
            doubt: None,
        }
    }

    fn find(index: &Index, id: i64) -> &IndexRow {
        let wanted = remote(id);
        index
            .rows
            .iter()
            .find(|row| row.remote == wanted)
            .expect("the row is there")
    }

    #[test]
    fn a_listing_becomes_an_index() {
        let listing = listing(vec![
            row(700_106, ROOT, "Quayside", "Reseller", "quayside"),
            row(700_120, 700_106, "Larkfield", "EndCustomer", ""),
        ]);
        let index = assemble(&listing);
        assert_eq!(index.completeness, Completeness::Complete);
        assert_eq!(index.rows.len(), 3);
        assert!(index.rows.is_sorted_by_key(|row| &row.remote));
        let quayside = find(&index, 700_106);
        assert_eq!(quayside.key.as_deref(), Some("quayside"));
        let larkfield = find(&index, 700_120);
        assert_eq!(larkfield.key, None);
        assert_eq!(larkfield.protected, None);
    }

    #[test]
    fn the_customer_of_the_login_is_protected() {
        let index = assemble(&listing(vec![]));
        let root = find(&index, ROOT);
        assert!(
            root.protected
                .as_ref()
                .expect("protected")
                .contains("login")
        );
        assert_eq!(root.display_name, "Harbour MSP");
        assert_eq!(index.completeness, Completeness::Complete);
    }

    #[test]
    fn the_vendor_and_other_products_are_protected() {
        let guid = "2f0b9c1e-7a54-4b7d-9d51-0c1f4e8a9b10";
        for (protected, row) in [
            (true, row(2, ROOT, "x", "SubRoot", "")),
            (true, row(2, ROOT, "001A9- Recycle Bin", "EndCustomer", "")),
            (false, row(2, ROOT, "Recycle Bin Ltd", "EndCustomer", "")),
            (false, row(2, ROOT, "001 Ltd", "EndCustomer", "")),
            (
                true,
                row(
                    2,
                    ROOT,
                    "x",
                    "Site",
                    &format!("[0000012345] x - y - {guid}"),
                ),
            ),
            (
                true,
                row(2, ROOT, "x", "Site", &format!("[##########] x - {guid}")),
            ),
            (
                false,
                row(2, ROOT, "x", "Site", &format!("[12345] x - {guid}")),
            ),
            (false, row(2, ROOT, "x", "Site", "[0000012345] x - y")),
            (false, row(2, ROOT, "x", "Site", "acme - 1")),
            (false, row(2, ROOT, "x", "ServiceOrganization", "acme")),
        ] {
            let index = assemble(&listing(vec![row.clone()]));
            assert_eq!(find(&index, 2).protected.is_some(), protected, "{row:?}");
        }
    }

    #[test]
    fn a_missing_parent_makes_the_listing_incomplete() {
        let listing = listing(vec![
            row(700_106, ROOT, "Quayside", "Reseller", "quayside"),
            row(700_121, 700_105, "North", "Site", "north"),
        ]);
        let Completeness::Incomplete(reason) = assemble(&listing).completeness else {
            panic!("it is not complete");
        };
        assert_eq!(
            reason,
            "customer `700105` is not listed, although customer `700121` below it is"
        );
    }

    /// Members that were not asked for come as null or not at all, which must
    /// not be taken for empty.
    #[test]
    fn placeholders_make_the_listing_incomplete() {
        let mut nameless = row(2, ROOT, "", "Site", "x");
        nameless.name = None;
        let mut codeless = row(2, ROOT, "x", "Site", "");
        codeless.external_code = None;
        let mut rootless = row(2, ROOT, "x", "Site", "");
        rootless.parent_id = None;
        for row in [nameless, codeless.clone(), rootless] {
            let index = assemble(&listing(vec![row]));
            assert_ne!(index.completeness, Completeness::Complete);
        }
        let other = row(3, ROOT, "y", "Site", "y");
        let index = assemble(&listing(vec![codeless, other]));
        assert_eq!(index.completeness, Completeness::Complete);
    }
}
