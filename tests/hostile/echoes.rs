//! Servers, proxies and firewalls that repeat what they were asked, headers
//! and all.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    sync::{Arc, Mutex},
};

use base64::prelude::{BASE64_STANDARD, Engine};
use serde_json::{Value, json};
use tokio::task::{JoinSet, block_in_place};
use trueup::{
    provider::ProviderDef,
    simulator::{Request, Response},
};

use crate::{
    laws::converge::{lookups, minimal},
    support::{
        between::between,
        providers,
        world::{World, manifest},
    },
};

/// When the repeating begins.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    /// With the request of this number: the login, where there is one, or what
    /// follows it.
    Request(usize),
    /// With the first request that changes something.
    Write,
}

type Form = (&'static str, u16, fn(&str) -> Vec<u8>);

/// How an answer repeats the request.
const FORMS: [Form; 7] = [
    ("a page", 403, |echo| page(echo)),
    ("a page that is percent-encoded", 403, |echo| {
        page(&percent_encoded(echo))
    }),
    ("a page that is escaped", 400, |echo| page(&escaped(echo))),
    ("a page that says all is well", 200, |echo| page(echo)),
    // The words are cut behind the first letters of the first secret.
    ("a page that is cut", 403, |echo| {
        page(&format!("{}{echo}", "w".repeat(370)))
    }),
    ("an error", 400, envelope),
    ("an error that says all is well", 200, envelope),
];

fn page(echo: &str) -> Vec<u8> {
    format!("<html>{echo}</html>").into_bytes()
}

fn percent_encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('\'', "&#39;")
        .replace('"', "&#x22;")
}

/// An error in the envelope of any of the systems.
fn envelope(echo: &str) -> Vec<u8> {
    let body = json!({
        "jsonrpc": "2.0", "id": "jsonrpc",
        "error": { "code": -32600, "message": echo },
        "processing_result": { "status": "error", "code": "1", "text": echo },
    });
    body.to_string().into_bytes()
}

/// What of a request is secret, as a server could tell it.
fn secrets(request: &Request) -> Vec<String> {
    let mut found = Vec::new();
    if let Some((_, credential)) = request
        .header("authorization")
        .and_then(|it| it.split_once(' '))
    {
        found.push(credential.to_owned());
        let pair = BASE64_STANDARD.decode(credential).unwrap_or_default();
        if let Some((_, password)) = std::str::from_utf8(&pair)
            .ok()
            .and_then(|it| it.split_once(':'))
        {
            found.push(password.to_owned());
        }
    }
    let body = request.json().unwrap_or_default();
    let members = [&body["visa"], &body["params"]["password"]];
    found.extend(
        members
            .into_iter()
            .filter_map(Value::as_str)
            .map(str::to_owned),
    );
    found
}

/// The secrets first, for words are cut.
fn echo(request: &Request) -> String {
    let secrets = secrets(request).join(" ; ");
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let body = String::from_utf8_lossy(&request.body);
    format!("{secrets} | {} | {body}", headers.join(" | "))
}

/// Everything below a folder but the manifests, as one text.
fn kept(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&kept(&path));
        } else if path.extension().is_none_or(|it| it != "yaml") {
            text.push_str(&String::from_utf8_lossy(&fs::read(path).expect("a file")));
        }
    }
    text
}

/// What a run against a system that repeats requests says and keeps, and the
/// secrets that it was sent.
async fn run(def: &'static ProviderDef, spec: &Value, at: At, form: Form) -> (String, Vec<String>) {
    let seen = Arc::new(Mutex::new(BTreeSet::new()));
    let (noted, mut number) = (Arc::clone(&seen), 0);
    let (_, status, body) = form;
    let service = between((def.simulate)(1), move |request, system| {
        noted.lock().expect("no panic").extend(secrets(request));
        let repeats = match at {
            At::Request(first) => number >= first,
            At::Write => system.is_write(request),
        };
        number += 1;
        if repeats {
            return Response::empty(status).with_body(&body(&echo(request)));
        }
        system.answer(request)
    });
    let world = World::serving(def, service).await;
    let repository = world.repository();
    let record = manifest(def.kinds[0].kind, "acme", spec);
    repository.write("acme.yaml", record.to_string());
    let arguments: &[&str] = match at {
        At::Request(_) => &["plan", "-f", ".", "-o", "markdown", "-vv"],
        At::Write => &["apply", "-f", ".", "--auto-approve", "-o", "json", "-vv"],
    };
    let ran = block_in_place(|| repository.run(arguments.iter().copied()));
    assert_ne!(ran.code, 0, "{} {at:?} {}", def.name, form.0);
    let kept = kept(repository.path());
    if at == At::Write {
        assert!(kept.contains("acme"), "no journal was kept");
    }
    let secrets = seen.lock().expect("no panic").iter().cloned().collect();
    (format!("{}{}{kept}", ran.stdout, ran.stderr), secrets)
}

/// Holds one run against what it must not tell; whether anything was masked in it.
async fn tells_nothing(def: &'static ProviderDef, spec: Value, at: At, form: Form) -> bool {
    let (told, secrets) = run(def, &spec, at, form).await;
    let what = format!("{} {at:?}, {}: {told}", def.name, form.0);
    assert!(!secrets.is_empty(), "{what}");
    for secret in secrets {
        // What is cut must not show its start either. Shorter starts are words of
        // the fixtures.
        let start = secret.get(..10).unwrap_or(&secret);
        assert!(!told.contains(start), "{secret}: {what}");
        for written in [
            percent_encoded(&secret),
            escaped(&secret),
            BASE64_STANDARD.encode(&secret),
        ] {
            assert!(!told.contains(&written), "{written}: {what}");
        }
    }
    told.contains("••••")
}

/// All at once, for a run looks for minutes at what a call may have done that was
/// answered so.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_repeats_a_request_shows_no_credential() {
    let mut runs = JoinSet::new();
    for def in providers() {
        let kind = &def.kinds[0];
        let sound = World::start(def).await;
        let spec = minimal(kind, &lookups(&sound, kind).await);
        for at in [At::Request(0), At::Request(1), At::Write] {
            for form in FORMS {
                let told = tells_nothing(def, spec.clone(), at, form);
                runs.spawn(async move { (def.name, told.await) });
            }
        }
    }
    let mut masked: BTreeMap<&str, usize> = BTreeMap::new();
    while let Some(ran) = runs.join_next().await {
        let (name, is_masked) = ran.expect("nothing is told");
        *masked.entry(name).or_default() += usize::from(is_masked);
    }
    // Where nothing was masked nothing was quoted, and nothing is proved.
    assert_eq!(masked.len(), providers().count());
    assert!(masked.values().all(|count| *count > 10), "{masked:?}");
}
