//! Which call a request is: its endpoint, its name in the log, whether it
//! writes.

use crate::simulator::Request;

/// Every call that the two services know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Endpoint {
    Token,
    RevokeToken,
    OwnUser,
    Client,
    TenantCreate,
    TenantList,
    TenantGet,
    TenantUpdate,
    TenantDelete,
    TenantRestore,
    TenantChildren,
    PricingGet,
    PricingUpdate,
    Search,
    CustomerGet,
    CustomerList,
    CustomerPut,
    TaxGet,
    TaxList,
    TaxPut,
    TaxPost,
    TaxDelete,
    StaticFormData,
    BillingEntities,
    ServiceLevels,
    Priorities,
    Statuses,
    Groups,
}

/// Which of the two services a path belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    /// Account Management v2.
    Account,
    /// Advanced Automation v1.
    Automation,
}

impl Area {
    const ALL: [(Self, &'static str); 2] = [
        (Self::Account, "/api/2"),
        (Self::Automation, "/api/advanced-automation/v1"),
    ];
}

/// Where a request leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Route {
    /// To an endpoint, with the id in the path or an empty one.
    Known(Endpoint, Area, String),
    /// To a path that other methods are known for.
    WrongMethod(Area),
    /// To no path of this area.
    UnknownPath(Area),
    /// Outside both services.
    Elsewhere,
}

struct Entry {
    endpoint: Endpoint,
    area: Area,
    method: &'static str,
    /// The path below the base. `{id}` stands for one segment; `?id` at the
    /// end asks for a query parameter of that name.
    pattern: &'static str,
    writes: bool,
}

const fn reads(
    endpoint: Endpoint,
    area: Area,
    method: &'static str,
    pattern: &'static str,
) -> Entry {
    Entry {
        endpoint,
        area,
        method,
        pattern,
        writes: false,
    }
}

const fn writes(
    endpoint: Endpoint,
    area: Area,
    method: &'static str,
    pattern: &'static str,
) -> Entry {
    Entry {
        endpoint,
        area,
        method,
        pattern,
        writes: true,
    }
}

/// All calls. The more special pattern comes first where two could match.
const ENTRIES: &[Entry] = {
    use Area::{Account, Automation};
    use Endpoint as E;
    &[
        reads(E::Token, Account, "POST", "/idp/token"),
        reads(E::RevokeToken, Account, "POST", "/idp/revoke_token"),
        reads(E::OwnUser, Account, "GET", "/users/me"),
        reads(E::Client, Account, "GET", "/clients/{id}"),
        writes(E::TenantCreate, Account, "POST", "/tenants"),
        reads(E::TenantList, Account, "GET", "/tenants"),
        reads(E::TenantGet, Account, "GET", "/tenants/{id}"),
        writes(E::TenantUpdate, Account, "PUT", "/tenants/{id}"),
        writes(E::TenantDelete, Account, "DELETE", "/tenants/{id}"),
        writes(E::TenantRestore, Account, "POST", "/tenants/{id}/restore"),
        reads(E::TenantChildren, Account, "GET", "/tenants/{id}/children"),
        reads(E::PricingGet, Account, "GET", "/tenants/{id}/pricing"),
        writes(E::PricingUpdate, Account, "PUT", "/tenants/{id}/pricing"),
        reads(E::Search, Account, "GET", "/search"),
        reads(E::CustomerGet, Automation, "POST", "/Customer?id"),
        reads(E::CustomerList, Automation, "POST", "/Customer"),
        writes(E::CustomerPut, Automation, "PUT", "/Customers"),
        reads(E::TaxGet, Automation, "GET", "/Taxes?id"),
        reads(E::TaxList, Automation, "GET", "/Taxes"),
        writes(E::TaxPut, Automation, "PUT", "/Taxes"),
        writes(E::TaxPost, Automation, "POST", "/Taxes"),
        writes(E::TaxDelete, Automation, "DELETE", "/Taxes"),
        reads(E::StaticFormData, Automation, "GET", "/StaticFormData"),
        reads(E::BillingEntities, Automation, "GET", "/BillingEntities"),
        reads(E::ServiceLevels, Automation, "GET", "/SLA"),
        reads(E::Priorities, Automation, "GET", "/Priorities"),
        reads(E::Statuses, Automation, "GET", "/Statuses"),
        reads(E::Groups, Automation, "GET", "/Group"),
    ]
};

/// Finds where a request leads.
pub(super) fn route(request: &Request) -> Route {
    let Some((area, path)) = split(request) else {
        return Route::Elsewhere;
    };
    let mut path_is_known = false;
    for entry in ENTRIES.iter().filter(|entry| entry.area == area) {
        let Some(id) = entry.matched_id(request, path) else {
            continue;
        };
        if entry.method == request.method {
            return Route::Known(entry.endpoint, area, id.to_owned());
        }
        path_is_known = true;
    }
    if path_is_known {
        Route::WrongMethod(area)
    } else {
        Route::UnknownPath(area)
    }
}

/// The name of a call in the log and for faults.
pub(super) fn operation(request: &Request) -> String {
    match (find(request), split(request)) {
        (Some(entry), _) => entry.operation(),
        (None, Some((_, path))) => format!("{} {path}", request.method),
        (None, None) => format!("{} {}", request.method, request.path),
    }
}

/// The names of all calls.
pub(super) fn operations() -> Vec<String> {
    ENTRIES.iter().map(Entry::operation).collect()
}

/// Whether a call could change customers, tenants or look-ups.
pub(super) fn is_write(request: &Request) -> bool {
    find(request).is_some_and(|entry| entry.writes)
}

fn find(request: &Request) -> Option<&'static Entry> {
    let (area, path) = split(request)?;
    ENTRIES.iter().find(|entry| {
        entry.area == area
            && entry.method == request.method
            && entry.matched_id(request, path).is_some()
    })
}

fn split(request: &Request) -> Option<(Area, &str)> {
    Area::ALL.into_iter().find_map(|(area, base)| {
        let path = request.path.strip_prefix(base)?;
        path.starts_with('/').then_some((area, path))
    })
}

impl Entry {
    fn operation(&self) -> String {
        match self.endpoint {
            Endpoint::Token => "token".to_owned(),
            Endpoint::RevokeToken => "revoke_token".to_owned(),
            _ => format!("{} {}", self.method, self.pattern),
        }
    }

    /// The id in the path, or an empty one, when the path fits.
    fn matched_id<'a>(&self, request: &Request, path: &'a str) -> Option<&'a str> {
        let pattern = match self.pattern.strip_suffix("?id") {
            Some(_) if request.query("id").is_none() => return None,
            Some(pattern) => pattern,
            None => self.pattern,
        };
        let mut id = "";
        let mut found = path.split('/');
        for wanted in pattern.split('/') {
            let segment = found.next()?;
            if wanted == "{id}" && !segment.is_empty() {
                id = segment;
            } else if wanted != segment {
                return None;
            }
        }
        found.next().is_none().then_some(id)
    }
}
