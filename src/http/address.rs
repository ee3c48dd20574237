//! Where credentials may go, and what of an address may be told.

use std::net::IpAddr;

use reqwest::Url;

/// Whether credentials may be sent there: over TLS, or to this very machine,
/// where simulators and local proxies are.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && is_this_machine(url))
}

/// Whether a URL leads to this very machine. Names below `localhost` may be
/// answered by a name server, so they may be anywhere.
#[must_use]
pub fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    match address.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => host == "localhost",
    }
}

/// A redirect's target without what may be secret in it.
pub(super) fn safe_location(location: &str) -> String {
    match location.parse::<Url>() {
        Ok(url) => safe_url(&url),
        // A path alone.
        Err(_) => location
            .split(['?', '#'])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

/// The URL without user name, password, query and fragment.
pub(super) fn safe_url(url: &Url) -> String {
    let mut safe = url.clone();
    // Both fail only for URLs that cannot have a user, which then have none.
    let _ = safe.set_username("");
    let _ = safe.set_password(None);
    safe.set_query(None);
    safe.set_fragment(None);
    safe.to_string()
}
