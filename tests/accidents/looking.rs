//! Looking changes nothing, anywhere.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};
use trueup::{
    provider::ProviderDef,
    report::json as as_json,
    simulator::{Clock, Options, Response, Running, Service, start},
};

use crate::{
    laws::converge::{lookups, minimal},
    support::{
        Repository,
        between::between,
        providers,
        world::{START, World, manifest, variable},
    },
};

/// A simulator that refuses every call that could change something, as a
/// provider does to an account that may only read.
fn read_only(system: Box<dyn Service>) -> Box<dyn Service> {
    between(system, |request, system| {
        if system.is_write(request) {
            return Response::text(403, "you may only read");
        }
        system.answer(request)
    })
}

/// The service is asked to write nothing by a plan, and a plan that may only
/// read says the same.
#[tokio::test(flavor = "multi_thread")]
async fn safe_settings_799_plan_never_writes() {
    for def in providers() {
        let kind = &def.kinds[0];
        let free = World::start(def).await;
        let spec = minimal(kind, &lookups(&free, kind).await);
        let bound = World::serving(def, read_only((def.simulate)(1))).await;
        let mut plans = Vec::new();
        for world in [&free, &bound] {
            let desired = world.desired(&[manifest(kind.kind, "acme", &spec)]);
            world.running.clear_log();
            let (planned, _) = world.plan(&desired).await;
            assert_eq!(planned.plan.counts.create, 1, "{}", def.name);
            assert!(!world.running.log().is_empty(), "{} was not read", def.name);
            assert_eq!(world.writes(), Vec::<String>::new(), "{}", def.name);
            plans.push(as_json::plan(&planned.plan));
        }
        assert_eq!(plans[0], plans[1], "{}", def.name);
        // The refusal is real: carried out, the plan fails.
        let desired = bound.desired(&[manifest(kind.kind, "acme", &spec)]);
        let (_, receipt) = bound.apply(&desired).await;
        assert_eq!(receipt.counts.done, 0, "{}: {receipt:#?}", def.name);
    }
}

/// Every file below a folder, with its content and the time of its last change.
fn tree(folder: &Path) -> BTreeMap<String, (Vec<u8>, std::time::SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let changed = path
                .metadata()
                .and_then(|data| data.modified())
                .expect("a time");
            let bytes = fs::read(&path).unwrap_or_default();
            found.insert(path.to_string_lossy().into_owned(), (bytes, changed));
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
    found
}

/// A `Provider` manifest for a service, and its credentials as variables.
fn provider(def: &ProviderDef, running: &Running, repository: &mut Repository) -> Value {
    let mut settings = running.provider_settings();
    for (name, secret) in def.move_credentials(&mut settings, variable) {
        repository.set(&name, &secret);
    }
    let spec = json!({ def.name: settings, "limits": { "requestsPerSecond": 1000 } });
    manifest("Provider", "world", &spec)
}

/// The state of a service without the tokens that a login makes.
fn lasting(running: &Running) -> Value {
    let mut state = running.state();
    let members = state.as_object_mut().expect("an object");
    for name in ["calls", "ids_made", "spent_visas", "tokens", "visas"] {
        members.remove(name);
    }
    state
}

/// Neither the working directory, nor the home, nor the provider is another
/// after a look.
#[tokio::test(flavor = "multi_thread")]
async fn kapp_23_plan_leaves_no_trace() {
    for def in providers() {
        let kind = &def.kinds[0];
        let world = World::start(def).await;
        let spec = minimal(kind, &lookups(&world, kind).await);
        let options = Options {
            port: 0,
            clock: Clock::fixed(START.parse().expect("an instant")),
        };
        let running = start((def.simulate)(1), options).await.expect("starts");
        let mut repository = Repository::new();
        let home = repository.path().to_str().expect("a path").to_owned();
        for name in ["HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "TMPDIR"] {
            repository.set(name, &home);
        }
        let text = provider(def, &running, &mut repository).to_string();
        repository.write("provider.json", text);
        repository.write("acme.json", manifest(kind.kind, "acme", &spec).to_string());
        let files = tree(repository.path());
        // One of the systems notes when a user logs in for the first time.
        let ran = tokio::task::block_in_place(|| repository.run(["doctor", "-f", "."]));
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let state = lasting(&running);
        for command in [
            &["validate"][..],
            &["plan"],
            &["plan", "-o", "json"],
            &["plan", "-o", "html"],
            &["doctor"],
        ] {
            let arguments = command.iter().copied().chain(["-f", "."]);
            let ran = tokio::task::block_in_place(|| repository.run(arguments));
            assert_eq!(ran.code, 0, "{command:?}: {}", ran.stderr);
        }
        assert_eq!(tree(repository.path()), files, "{}", def.name);
        assert_eq!(lasting(&running), state, "{}", def.name);
        let writes = running.log().into_iter().filter(|entry| entry.write);
        assert_eq!(writes.count(), 0, "{}", def.name);
    }
}
