//! Where credentials go.

use std::{
    io::Read,
    net::TcpListener,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use trueup::simulator::{Clock, Options, Response, start};

use crate::{
    laws::converge::{lookups, minimal},
    support::{
        Repository,
        between::between,
        providers,
        world::{START, World, manifest},
    },
};

const ACCOUNT: &str = "apiVersion: trueup.dev/v1alpha1
kind: ZegoalAccount
metadata: { name: acme }
spec: { basic: { accountName: Acme } }
";

fn provider(settings: &str) -> String {
    format!(
        "apiVersion: trueup.dev/v1alpha1\nkind: Provider\nmetadata: {{ name: zegoal }}\n\
         spec:\n  zegoal:\n{settings}    credentials: {{ login: {{ env: L }}, password: {{ env: P }} }}\n"
    )
}

/// Counts who connects, and answers nobody.
fn listener() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    thread::spawn(move || {
        for stream in listener.incoming() {
            counted.fetch_add(1, Ordering::SeqCst);
            // Read so that the other side is not reset before it has written.
            let _ = stream.map(|mut stream| stream.read(&mut [0; 1024]));
        }
    });
    (address, count)
}

#[test]
fn what_stays_on_this_machine_is_shown_to_no_proxy() {
    let (proxy, connections) = listener();
    let mut repository = Repository::new();
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        repository.set(name, &format!("http://{proxy}"));
    }
    repository.write("provider.yaml", provider("    tenant: zegoal\n"));
    repository.write("acme.yaml", ACCOUNT);
    let ran = repository.run(["plan", "--sandbox", "-f", "."]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stdout.contains("1 to create"), "{}", ran.stdout);
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[test]
fn credentials_are_sent_in_clear_to_nobody() {
    let (address, connections) = listener();
    let port = address.rsplit(':').next().expect("a port");
    for url in [
        format!("http://localhost.evil:{port}"),
        format!("http://127.0.0.1.evil:{port}"),
        format!("http://evil.localhost:{port}"),
        format!("http://user:word@127.0.0.1:{port}"),
        format!("http://127.0.0.1@evil.example:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        format!("http://[::]:{port}"),
        format!("http://0.0.0.0:{port}"),
        format!("http://localhost.:{port}"),
        format!("ftp://127.0.0.1:{port}"),
        format!("//127.0.0.1:{port}"),
    ] {
        let mut repository = Repository::new();
        repository.set("L", "login");
        repository.set("P", "secret-of-the-pipeline");
        let settings = format!("    tenant: zegoal\n    baseUrl: \"{url}\"\n");
        repository.write("provider.yaml", provider(&settings));
        repository.write("acme.yaml", ACCOUNT);
        let ran = repository.run(["plan", "-f", "."]);
        assert_eq!(ran.code, 1, "{url}: {}", ran.stdout);
        assert!(ran.stderr.contains("baseUrl"), "{url}: {}", ran.stderr);
        let tells = ran.stderr.contains("secret-of") || ran.stderr.contains("user:word");
        assert!(!tells, "{url}: {}", ran.stderr);
        assert_eq!(connections.load(Ordering::SeqCst), 0, "{url}");
    }
}

#[test]
fn the_name_of_a_tenant_is_no_host() {
    for tenant in [
        "evil.example/",
        "a@evil.example#",
        "evil.example:443/x?",
        "a\\\\b",
        "a%2fb",
    ] {
        let repository = Repository::new();
        repository.write(
            "provider.yaml",
            provider(&format!("    tenant: \"{tenant}\"\n")),
        );
        repository.write("acme.yaml", ACCOUNT);
        let ran = repository.run(["validate", "--sandbox", "-f", "."]);
        assert_eq!(ran.code, 1, "{tenant}");
        assert!(
            ran.stderr.contains("zegoal-tenant"),
            "{tenant}: {}",
            ran.stderr
        );
    }
}

#[tokio::test]
async fn a_redirect_takes_no_credentials_along() {
    for def in providers() {
        let kind = &def.kinds[0];
        let sound = World::start(def).await;
        let spec = minimal(kind, &lookups(&sound, kind).await);
        let options = Options {
            port: 0,
            clock: Clock::fixed(START.parse().expect("an instant")),
        };
        // It would answer whoever came, and so would get to know the rest.
        let other = start((def.simulate)(1), options).await.expect("starts");
        for status in [301, 302, 303, 307, 308] {
            // The first request is the login, where there is one.
            for good in [0, 1] {
                let (mut left, to) = (good, other.base_url());
                let service = between((def.simulate)(1), move |request, system| {
                    if left > 0 {
                        left -= 1;
                        return system.answer(request);
                    }
                    let to = format!("{to}{}", request.path);
                    Response::empty(status).with_header("location", &to)
                });
                let world = World::serving(def, service).await;
                let desired = world.desired(&[manifest(kind.kind, "acme", &spec)]);
                let (_, receipt) = world.apply(&desired).await;
                assert_eq!(receipt.counts.done, 0, "{} {status}", def.name);
                assert!(world.running.log().len() > good, "{} {status}", def.name);
                let came = other.log();
                assert_eq!(came.len(), 0, "{} {status}", def.name);
            }
        }
    }
}

/// A port of this machine where nobody listens.
fn refusing() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Who runs the program still sees which provider is down, and an address that the
/// manifest writes.
#[test]
fn an_address_from_outside_is_not_told_where_nobody_answers() {
    let port = refusing();
    let address = format!("https://LOCALHOST:{port}/a/../services/%73EcReT%50aTh");
    let literal = format!("    baseUrl: \"https://localhost:{port}/services/open\"\n");
    let mut repository = Repository::new();
    repository.set("L", "login");
    repository.set("P", "password");
    repository.set("WEBHOOK", &address);
    repository.set("TENANT", "x-secret");
    repository.write("acme.yaml", ACCOUNT);
    let commands: [&[&str]; 9] = [
        &["plan", "-v", "-v"],
        &["plan", "-o", "json"],
        &["plan", "-o", "markdown"],
        &["plan", "-o", "html"],
        &["plan", "-o", "github"],
        &["apply", "--auto-approve"],
        &["apply", "--auto-approve", "-o", "json"],
        &["doctor"],
        &["doctor", "-o", "json"],
    ];
    let run = |settings: &str, command: &[&str]| {
        let limits = "  limits: { attempts: 1, requestsPerSecond: 1000 }\n";
        repository.write("provider.yaml", provider(settings) + limits);
        let arguments = command.iter().copied().chain(["-f", "."]);
        let ran = repository.run(arguments);
        assert_ne!(ran.code, 0, "{command:?}");
        format!("{}{}", ran.stdout, ran.stderr)
    };
    for command in commands {
        let hidden = "    tenant: acme\n    baseUrl: { env: WEBHOOK }\n";
        let told = run(hidden, command).to_lowercase();
        assert!(told.contains("no connection"), "{command:?}: {told}");
        for word in ["localhost", "secret", "%73", "services", &port.to_string()] {
            assert!(!told.contains(word), "{command:?} tells {word}: {told}");
        }
        let tenant = format!("    tenant: {{ env: TENANT }}\n{literal}");
        let told = run(&tenant, command);
        assert!(!told.contains("x-secret"), "{command:?}: {told}");
        assert!(told.contains("/services/open/"), "{command:?}: {told}");
    }
}

/// The account of a provider may be named by what came from outside.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_and_an_address_from_outside_are_told_by_no_plan() {
    let zegoal = providers()
        .find(|def| def.name == "zegoal")
        .expect("it is one");
    let options = Options {
        port: 0,
        clock: Clock::fixed(START.parse().expect("an instant")),
    };
    let running = start((zegoal.simulate)(1), options).await.expect("starts");
    let settings = running.provider_settings();
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let tenant = text(&settings["tenant"]);
    let mut repository = Repository::new();
    repository.set("L", &text(&settings["credentials"]["login"]));
    repository.set("P", &text(&settings["credentials"]["password"]));
    repository.set("URL", &running.base_url());
    repository.set("TENANT", &tenant);
    repository.write(
        "provider.yaml",
        provider("    tenant: { env: TENANT }\n    baseUrl: { env: URL }\n")
            .replace("name: zegoal }", "name: billing }"),
    );
    repository.write("acme.yaml", ACCOUNT);
    let port = running.base_url().rsplit(':').next().map(str::to_owned);
    let port = port.expect("a port");
    for command in [
        ["plan", "-o", "json"],
        ["doctor", "-o", "json"],
        ["plan", "-o", "text"],
    ] {
        let ran = repository.run(command.into_iter().chain(["-f", "."]));
        assert_eq!(ran.code, 0, "{command:?}: {}", ran.stderr);
        let told = format!("{}{}", ran.stdout, ran.stderr);
        let told = told
            .replace("ZegoalAccount", "")
            .replace("\"system\": \"zegoal\"", "");
        assert!(!told.contains(&port), "{command:?}: {told}");
        assert!(
            !told.contains(&tenant),
            "{command:?} tells {tenant}: {told}"
        );
    }
}
