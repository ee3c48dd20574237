//! Reads `Provider` manifests: which billing system, where, with which
//! credentials and within which limits.

use std::ops::Range;

use super::{
    Registry,
    parse::{BASE_URL, SpecReader},
};
use crate::{
    http::{Limits, Pace, is_this_machine},
    manifest::{
        collect::{Collector, clipped},
        limits,
        yaml::{self, Node, Whole},
    },
    model::{Tree, words},
    provider::ProviderDef,
};

/// The member of a `Provider`'s spec that is no system.
pub(super) const LIMITS: &str = "limits";

/// The member of `limits` that is for simulated systems alone, and so is in no
/// schema and no list of suggestions: how many milliseconds a second of waiting
/// takes. Tests with thousands of faults would wait for hours without it.
const PACE: &str = "simulatedSecondMilliseconds";

/// A second of waiting takes no longer than a second.
const PACE_MILLISECONDS_MAX: u64 = 1000;

/// Limits where a manifest gives none.
#[must_use]
pub fn default_limits() -> Limits {
    Limits {
        requests_per_second: limits::REQUESTS_PER_SECOND_DEFAULT,
        concurrency: concurrency(limits::CONCURRENCY_DEFAULT),
        timeout_seconds: limits::TIMEOUT_SECONDS_DEFAULT,
        attempts: attempts(limits::ATTEMPTS_DEFAULT),
    }
}

/// The number of requests in flight in the type that it is used in. The bound
/// fits every machine.
fn concurrency(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The number of attempts in the type that it is used in. The bound fits.
fn attempts(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Which system a `Provider`'s spec is about, with its member.
pub(super) fn system<'n, 'a>(
    registry: Registry,
    key: &Node<'_>,
    spec: &'n Node<'a>,
    findings: &mut Collector<'_>,
) -> Option<(&'static ProviderDef, &'n (Node<'a>, Node<'a>))> {
    let names = || registry.iter().map(|def| def.name);
    let Some(entries) = spec.entries() else {
        let message = format!("`spec` is a mapping, and this is {}", spec.described());
        let hint = format!("give one of {}", words::list(names()));
        findings.error("wrong-type", &key.span, message, hint);
        return None;
    };
    let mut found: Option<(&'static ProviderDef, &'n (Node<'a>, Node<'a>))> = None;
    let mut unknown = false;
    for entry in entries {
        let name = entry.0.text().unwrap_or_default();
        if name == LIMITS {
            continue;
        }
        let Some(def) = registry.iter().find(|def| def.name == name) else {
            let message = format!("`{}` is unknown", clipped(name));
            let hint = words::suggestion(name, names().chain([LIMITS]));
            findings.error("unknown-key", &entry.0.span, message, hint);
            unknown = true;
            continue;
        };
        match &found {
            None => found = Some((def, entry)),
            Some((first, _)) => {
                let message = format!(
                    "a `Provider` is of one system, and this is of `{}` and `{name}`",
                    first.name
                );
                let hint = "write two manifests";
                findings.error("provider-system", &entry.0.span, message, hint);
            }
        }
    }
    if found.is_none() && !unknown {
        let hint = format!("give one of {}", words::list(names()));
        findings.error(
            "provider-system",
            &key.span,
            "the spec names no system",
            hint,
        );
    }
    found
}

/// Checks what no single field can know: that nothing needed is missing, and
/// that credentials will not travel in clear.
pub(super) fn check_settings(reader: &mut SpecReader<'_, '_>, member: &(Node<'_>, Node<'_>)) {
    let (key, settings) = member;
    for facts in reader.kind.fields().iter() {
        if !facts.create_needs || reader.is_stood_in_for(facts) {
            continue;
        }
        // What is there and wrong has its own finding.
        let (nearest, there) = settings.follow(facts.path.as_str().split('.'));
        if there {
            continue;
        }
        let span = &nearest.map_or(key, |(key, _)| key).span;
        let message = format!("`{}{}` is missing", reader.prefix, facts.path);
        let hint = if facts.credential {
            "give it as `{ env: NAME }` or `{ file: path }`"
        } else {
            "give it"
        };
        reader
            .findings
            .error("missing-setting", span, message, hint);
    }
    let Some(url) = reader.tree.text(BASE_URL).map(str::to_owned) else {
        return;
    };
    let Some((key, value)) = settings.entry(BASE_URL) else {
        return;
    };
    if let Some((message, hint)) = unsafe_url(&url) {
        // A wrong URL may hold a password, so only its key is pointed at.
        let span = if message == USER_IN_URL {
            &key.span
        } else {
            &value.span
        };
        reader.findings.error("base-url", span, message, hint);
    }
}

const USER_IN_URL: &str = "the base URL holds a user or a password";

/// Why requests with credentials may not go to a URL.
fn unsafe_url(url: &str) -> Option<(&'static str, &'static str)> {
    let Ok(url) = url::Url::parse(url) else {
        return Some((
            "the base URL is no URL",
            "write it like `https://example.com`",
        ));
    };
    if !url.username().is_empty() || url.password().is_some() {
        return Some((USER_IN_URL, "give credentials under `credentials`"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Some((
            "the base URL holds a query or a fragment",
            "write scheme, host and path only",
        ));
    }
    match url.scheme() {
        "https" if url.has_host() => None,
        "http" if is_this_machine(&url) => None,
        "http" => Some((
            "the base URL is not `https`, and credentials would travel in clear",
            "write `https://`; `http://` is for loopback addresses only",
        )),
        _ => Some((
            "the base URL is not `https`",
            "write it like `https://example.com`",
        )),
    }
}

/// Reads `limits`.
pub(super) fn limits(spec: &Node<'_>, findings: &mut Collector<'_>) -> Limits {
    let mut read = default_limits();
    let Some((key, value)) = spec.entry(LIMITS).filter(|(_, value)| !value.is_null()) else {
        return read;
    };
    let Some(entries) = value.entries() else {
        let message = format!("`limits` is a mapping, and this is {}", value.described());
        let hint = format!("known are {}", words::list(limits::NAMES));
        findings.error("wrong-type", &key.span, message, hint);
        return read;
    };
    for (key, value) in entries {
        let name = key.text().unwrap_or_default();
        match name {
            "requestsPerSecond" => {
                if let Some(rate) = rate(key, value, findings) {
                    read.requests_per_second = rate;
                }
            }
            "concurrency" => {
                if let Some(number) = whole(key, value, limits::CONCURRENCY_MAX, findings) {
                    read.concurrency = concurrency(number);
                }
            }
            "timeoutSeconds" => {
                if let Some(number) = whole(key, value, limits::TIMEOUT_SECONDS_MAX, findings) {
                    read.timeout_seconds = number;
                }
            }
            "attempts" => {
                if let Some(number) = whole(key, value, limits::ATTEMPTS_MAX, findings) {
                    read.attempts = attempts(number);
                }
            }
            PACE => {}
            _ => {
                let message = format!("`limits.{}` is unknown", clipped(name));
                let hint = words::suggestion(name, limits::NAMES);
                findings.error("unknown-key", &key.span, message, hint);
            }
        }
    }
    read
}

/// Reads how long a second of waiting takes. Anything but a second is refused
/// where the address is not one of this very machine.
pub(super) fn pace(spec: &Node<'_>, settings: &Tree, findings: &mut Collector<'_>) -> Pace {
    let limits = spec.entry(LIMITS).map(|(_, limits)| limits);
    let Some((key, value)) = limits.and_then(|limits| limits.entry(PACE)) else {
        return Pace::default();
    };
    let is_simulated = settings
        .text(BASE_URL)
        .and_then(|url| url::Url::parse(url).ok())
        .is_some_and(|url| is_this_machine(&url));
    if !is_simulated {
        let message = format!("`limits.{PACE}` is for simulated systems on loopback");
        let hint = "leave it out: a provider is never hurried";
        findings.error("not-simulated", &key.span, message, hint);
        return Pace::default();
    }
    let number = whole(key, value, PACE_MILLISECONDS_MAX, findings);
    number
        .and_then(|number| u32::try_from(number).ok())
        .map(Pace::new)
        .unwrap_or_default()
}

/// The text of a limit, if it can be a number, and where it stands.
fn plain<'n>(
    key: &Node<'_>,
    value: &'n Node<'_>,
    expected: &str,
    findings: &mut Collector<'_>,
) -> Option<(&'n str, Range<usize>)> {
    let text = match &value.kind {
        yaml::NodeKind::Scalar { text, plain: true } if !value.is_null() => text,
        _ => {
            let name = key.text().unwrap_or_default();
            let message = format!(
                "`limits.{name}` is {expected}, and this is {}",
                value.described()
            );
            findings.error("wrong-type", &key.span, message, "write a number");
            return None;
        }
    };
    Some((text, value.span.clone()))
}

fn rate(key: &Node<'_>, value: &Node<'_>, findings: &mut Collector<'_>) -> Option<f64> {
    let (text, span) = plain(key, value, "a number", findings)?;
    let rate =
        yaml::as_float(text).filter(|rate| *rate > 0.0 && *rate <= limits::REQUESTS_PER_SECOND_MAX);
    if rate.is_none() {
        let message = format!("`limits.requestsPerSecond` cannot be `{}`", clipped(text));
        let hint = format!(
            "give a number above 0 and at most {}",
            limits::REQUESTS_PER_SECOND_MAX
        );
        findings.error("out-of-range", &span, message, hint);
    }
    rate
}

fn whole(key: &Node<'_>, value: &Node<'_>, max: u64, findings: &mut Collector<'_>) -> Option<u64> {
    let (text, span) = plain(key, value, "a whole number", findings)?;
    let number = match yaml::as_whole(text) {
        Some(Whole::Number(number)) => u64::try_from(number).ok(),
        Some(Whole::TooLarge | Whole::ZeroInFront) | None => None,
    };
    let number = number.filter(|number| (1..=max).contains(number));
    if number.is_none() {
        let name = key.text().unwrap_or_default();
        let message = format!("`limits.{name}` cannot be `{}`", clipped(text));
        let hint = format!("give a whole number from 1 to {max}");
        findings.error("out-of-range", &span, message, hint);
    }
    number
}

/// A `Provider` manifest to start from.
pub(super) fn example(def: &ProviderDef) -> String {
    let mut lines = vec![
        format!("apiVersion: {}", crate::manifest::document::API_VERSION),
        "kind: Provider".to_owned(),
        format!("metadata: {{ name: {}-prod }}", def.name),
        "spec:".to_owned(),
        format!("  {}:", def.name),
    ];
    let mut section = Vec::new();
    for facts in def.settings.fields().iter() {
        let is_url = facts.path.as_str() == BASE_URL;
        if !(facts.credential || facts.create_needs || is_url) {
            continue;
        }
        let steps: Vec<&str> = facts.path.as_str().split('.').collect();
        let (last, sections) = match steps.split_last() {
            Some((last, sections)) => (*last, sections.to_vec()),
            None => continue,
        };
        if sections != section {
            for (depth, name) in sections.iter().enumerate() {
                lines.push(format!("{}{name}:", "  ".repeat(depth + 2)));
            }
            section.clone_from(&sections);
        }
        let value = if facts.credential {
            format!(
                "{{ env: {}_{} }}",
                def.name.to_uppercase(),
                words::snake(last).to_uppercase()
            )
        } else if is_url {
            "https://…".to_owned()
        } else {
            "…".to_owned()
        };
        lines.push(format!(
            "{}{last}: {value}",
            "  ".repeat(sections.len() + 2)
        ));
    }
    lines.join("\n")
}
