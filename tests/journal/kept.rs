//! What runs keep, and what keeps a run from starting.

use std::{fs, path::Path, time::Duration};

use serde_json::Value;

use super::world::{CREATE, World, sent};

#[tokio::test(flavor = "multi_thread")]
async fn kapp_applying_changes_every_request_sent_is_in_the_receipt() {
    let world = World::start(4, &["a", "b", "c", "d", "e", "f"]).await;
    world.fault(&format!("zegoal:{CREATE}=403#2"));
    world.fault(&format!("zegoal:{CREATE}=drop-after#3"));
    world.fault(&format!("zegoal:{CREATE}=500#5"));
    let ran = world.resume();
    assert_eq!(ran.code, 3, "{}{}", ran.stdout, ran.stderr);
    let receipt = &world.receipts()[0];
    let log = world.running.log();
    let writes = log.iter().filter(|entry| entry.write).count();
    let sent = sent(receipt);
    assert_eq!(sent.len(), writes, "{receipt:#}");
    let mut numbers: Vec<u64> = sent
        .iter()
        .map(|call| call["sequence"].as_u64().expect("a number"))
        .collect();
    numbers.sort_unstable();
    let expected: Vec<u64> = (1..=u64::try_from(writes).expect("fits")).collect();
    assert_eq!(numbers, expected);
    let results: Vec<&str> = sent
        .iter()
        .map(|call| call["answer"]["result"].as_str().expect("an answer"))
        .collect();
    for result in ["performed", "refused", "unclear"] {
        assert!(results.contains(&result), "{results:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn deck_json_report_lists_exactly_the_changes_made() {
    let names = ["a", "b", "c", "d", "e", "f"];
    for concurrency in [1, 8] {
        let world = World::start(concurrency, &names).await;
        world.fault(&format!("zegoal:{CREATE}=403#4"));
        let arguments = ["apply", "-f", ".", "--auto-approve", "-o", "json", "-q"];
        let ran = world.repository.run(arguments);
        assert_eq!(ran.code, 3, "{}", ran.stderr);
        let applied: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        let entries = applied["receipt"]["entries"].as_array().expect("entries");
        assert_eq!(entries.len(), names.len());
        let done: Vec<String> = entries
            .iter()
            .filter(|entry| entry["verdict"] == "done")
            .map(|entry| entry["address"].as_str().expect("an address").to_owned())
            .collect();
        let made: Vec<String> = world
            .accounts()
            .keys()
            .map(|name| format!("ZegoalAccount/{name}"))
            .collect();
        assert_eq!(done, made, "{concurrency}");
        assert_eq!(made.len(), names.len() - 1);
        world.repository.write("applied.json", &ran.stdout);
        let shown = world.repository.run(["show", "applied.json", "--verify"]);
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        assert!(
            shown.stderr.contains("it is of the plan given"),
            "{}",
            shown.stderr
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_do_not_write_to_one_provider() {
    let world = World::start(1, &["a", "b"]).await;
    world.fault(&format!("zegoal:{CREATE}=slow#1"));
    let child = world.apply();
    world.wait_for_creates(1);
    let second = world.resume();
    assert_eq!(second.code, 1, "{}", second.stdout);
    for says in [
        "another run is writing to provider zegoal: ",
        "process ",
        "hint: wait",
    ] {
        assert!(second.stderr.contains(says), "{}", second.stderr);
    }
    let id = format!("process {}", child.id());
    assert!(second.stderr.contains(&id), "{}", second.stderr);
    let status = world.repository.run(["status"]);
    assert!(status.stdout.contains("going on"), "{}", status.stdout);
    assert!(
        status.stdout.contains("Lock: provider zegoal"),
        "{}",
        status.stdout
    );
    // With another folder of locks it is the journal that tells.
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--lock-folder",
        "mine",
    ];
    let third = world.repository.run(arguments);
    assert_eq!(third.code, 1, "{}", third.stdout);
    assert!(
        third.stderr.contains("is going on at provider zegoal"),
        "{}",
        third.stderr
    );
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(world.creates(), 2);
    let status = world.repository.run(["status", "--detailed-exitcode"]);
    assert_eq!(status.code, 0, "{}", status.stdout);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_where_no_journal_can_be_written() {
    let world = World::start(1, &["a"]).await;
    world.repository.write("file", "");
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--lock-folder",
        "locks",
        "--state",
        "file",
    ];
    let ran = world.repository.run(arguments);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("error: file/runs: "), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("hint: make the folder writable"),
        "{}",
        ran.stderr
    );
    assert_eq!(world.creates(), 0);
}

/// It no longer says which call to wait for, and the create of its run may come
/// late; moved away too early, the next run would make another.
#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_journal_says_until_when_it_has_to_be_waited_for() {
    let world = World::start(1, &["a"]).await;
    let held = world.hold(CREATE);
    let journal = world.run_files(".journal").pop().expect("a journal");
    let text = world.repository.read(&journal);
    world
        .repository
        .write(&journal, text.replacen("provider", "providerX", 1));
    let says = |expected: &str, of: &str| {
        let words: Vec<&str> = of.split_whitespace().collect();
        assert!(words.join(" ").contains(expected), "{expected}: {of}");
    };
    let status = world.repository.run(["status"]);
    assert_eq!(status.code, 1, "{}", status.stdout);
    says("unreadable fault:", &status.stdout);
    says("line 1 is damaged hint: wait until 20", &status.stdout);
    says("To be put right by hand: 1 journal", &status.stdout);
    let plan = world.repository.run(["plan", "-f", "."]);
    says("no apply starts before that is put right", &plan.stderr);
    says("line 1 is damaged hint: wait until 20", &plan.stderr);
    assert!(!plan.stderr.contains("settles it"), "{}", plan.stderr);
    let ran = world.resume();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    says("line 1 is damaged hint: wait until 20", &ran.stderr);
    says("then move the file away", &ran.stderr);

    // Two and a half minutes until it is sent, and ten of work.
    let path = world.repository.path().join(&journal);
    let file = fs::File::options().append(true).open(&path).expect("opens");
    let written = file.metadata().and_then(|metadata| metadata.modified());
    let earlier = written.expect("a time") - Duration::from_secs(150 + 600);
    file.set_modified(earlier).expect("its time is set");
    let ran = world.resume();
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    says(
        "no call in it can be on its way any more: move the file",
        &ran.stderr,
    );
    assert_eq!(world.running.call(&held).status, 200);
    fs::rename(&path, world.repository.path().join("away")).expect("moved away");
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    assert_eq!(world.accounts()["a"], 1);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_read_only_state_folder_stops_an_apply_and_no_plan() {
    use std::os::unix::fs::PermissionsExt;

    let world = World::start(1, &["a"]).await;
    let state = world.repository.path().join("state");
    fs::create_dir(&state).expect("a folder");
    fs::set_permissions(&state, fs::Permissions::from_mode(0o500)).expect("its mode");
    let mut folders = vec!["state"];
    // Modes do not hold for root, for whom this one cannot be written either.
    if fs::write(state.join("probe"), "").is_ok() {
        folders = vec!["/proc/self/fdinfo"];
    }
    if Path::new("/proc/self/fdinfo").exists() {
        folders.push("/proc/self/fdinfo");
    }
    for folder in folders {
        let at = ["-f", ".", "--state", folder];
        let locks = ["--auto-approve", "--lock-folder", "locks"];
        let ran = world.repository.run([&["apply"][..], &at, &locks].concat());
        assert_eq!(ran.code, 1, "{folder}: {}{}", ran.stdout, ran.stderr);
        let says = format!("error: {folder}");
        assert!(ran.stderr.contains(&says), "{}", ran.stderr);
        assert!(
            ran.stderr.contains("hint: make the folder writable"),
            "{}",
            ran.stderr
        );
        assert_eq!(world.creates(), 0);
        let plan = world.repository.run([&["plan"][..], &at].concat());
        assert_eq!(plan.code, 0, "{folder}: {}", plan.stderr);
        assert!(plan.stdout.contains("1 to create"), "{}", plan.stdout);
    }
    fs::set_permissions(&state, fs::Permissions::from_mode(0o700)).expect("its mode");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_carries_out_what_it_has_read() {
    let world = World::start(1, &["a", "b", "c"]).await;
    let folder = world.repository.path().to_owned();
    let other = world.repository.read("b.yaml");
    // Somebody pulls while the first account is made.
    world.running.after(CREATE, 1, move |_| {
        let renamed = other.replace("Account b", "Account e");
        fs::write(folder.join("b.yaml"), renamed).expect("b is written anew");
        fs::remove_file(folder.join("c.yaml")).expect("c is taken away");
        let new = other
            .replace("name: b", "name: d")
            .replace("Account b", "Account d");
        fs::write(folder.join("d.yaml"), new).expect("d is added");
        fs::write(folder.join("broken.yaml"), "kind: [").expect("half a file is added");
    });
    let ran = world.resume();
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let made: Vec<String> = world.accounts().into_keys().collect();
    assert_eq!(made, ["a", "b", "c"]);
    // The next run reads what is there now.
    world.repository.remove("broken.yaml");
    let next = world.repository.run(["plan", "-f", "."]);
    assert!(
        next.stdout.contains("1 to create, 1 to update"),
        "{}{}",
        next.stdout,
        next.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_sensitive_value_is_in_any_file_that_is_kept() {
    let mut world = World::start(1, &["a", "b"]).await;
    world
        .repository
        .set("TRUEUP_FINGERPRINT_KEY", "canary-fingerprint-key");
    world.crash(2);
    assert_eq!(world.resume().code, 0);
    let arguments = [
        "apply",
        "-f",
        ".",
        "--auto-approve",
        "--receipt",
        "receipt.json",
    ];
    assert_eq!(world.repository.run(arguments).code, 0);
    let mut texts = vec![world.repository.read("receipt.json")];
    let state = world.repository.path().join(".trueup");
    let mut folders = vec![state];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                texts.push(fs::read_to_string(path).expect("text"));
            }
        }
    }
    assert!(texts.len() > 6, "too few files");
    let password = world.running.provider_settings()["credentials"]["password"].clone();
    let password = password.as_str().expect("a text");
    for text in texts {
        for secret in ["96611020345678", "canary-fingerprint-key", password] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
