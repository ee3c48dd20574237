//! Bad input, through the binary: each a clear error with its place, none a
//! panic.

use std::fmt::Write as _;

use crate::support::{Ran, Repository};

/// A manifest that is right, for tests to break.
const HEAD: &str =
    "apiVersion: trueup.dev/v1alpha1\nkind: ZegoalAccount\nmetadata: { name: acme }\n";

/// A provider for it.
const PROVIDER: &str = "apiVersion: trueup.dev/v1alpha1
kind: Provider
metadata: { name: zegoal }
spec:
  zegoal:
    tenant: zegoal
    credentials: { login: { env: L }, password: { env: P } }
";

fn validate(text: impl AsRef<[u8]>) -> Ran {
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    repository.write("bad.yaml", text);
    repository.run([
        "validate",
        "--sandbox",
        "-f",
        "provider.yaml",
        "-f",
        "bad.yaml",
    ])
}

fn spec(text: &str) -> String {
    format!("{HEAD}spec:\n{text}")
}

#[expect(clippy::too_many_lines, reason = "a table of cases")]
/// The text of a manifest, what the error says, and where it is.
fn cases() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let mut nested = spec("  basic:\n    description: ");
    nested.push_str(&"[".repeat(10_000));
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..9 {
        let before = format!("*a{}", level - 1);
        let items = vec![before; 9].join(", ");
        let _ = writeln!(bomb, "a{level}: &a{level} [{items}]");
    }
    let case = |name, text: String, says, place| (name, text.into_bytes(), says, place);
    vec![
        case(
            "a duplicate key",
            spec("  basic:\n    vipCode: a\n    vipCode: b\n"),
            "vipCode",
            "bad.yaml:7:5",
        ),
        case(
            "a tab",
            spec("  basic:\n\tvipCode: a\n"),
            "tab",
            "bad.yaml:6:2",
        ),
        case("an alias bomb", bomb, "alias", "bad.yaml:"),
        case("nesting without end", nested, "deep", "bad.yaml:6:"),
        (
            "invalid UTF-8",
            [
                spec("  basic:\n    vipCode: ").as_bytes(),
                &[0xff, 0xfe, b'\n'],
            ]
            .concat(),
            "UTF-8",
            "bad.yaml:6:14",
        ),
        case(
            "a NUL",
            spec("  basic:\n    vipCode: \"a\0b\"\n"),
            "",
            "bad.yaml:6:",
        ),
        case(
            "an unclosed quote",
            spec("  basic:\n    vipCode: \"a\n"),
            "",
            "bad.yaml:",
        ),
        case(
            "a number out of range",
            PROVIDER.replace("{ name: zegoal }", "{ name: other }")
                + "  limits: { concurrency: 9999 }\n",
            "limits.concurrency",
            "bad.yaml:8:26",
        ),
        case(
            "a port out of range",
            PROVIDER.replace(
                "    tenant: zegoal\n",
                "    tenant: zegoal\n    baseUrl: https://zegoal.ti-rate.com:99999\n",
            ),
            "zegoal.baseUrl",
            "bad.yaml:7:14",
        ),
        case(
            "a null where nothing cannot be held",
            spec("  basic:\n    accountName: null\n"),
            "basic.accountName",
            "bad.yaml:6:",
        ),
        case(
            "a field that the provider makes",
            spec("  basic:\n    accountId: 7\n"),
            "basic.accountId",
            "bad.yaml:6:",
        ),
        case(
            "an unknown kind",
            HEAD.replace("ZegoalAccount", "ZegoalAcount") + "spec: {}\n",
            "did you mean `ZegoalAccount`?",
            "bad.yaml:2:7",
        ),
        case(
            "an unknown apiVersion",
            HEAD.replace("v1alpha1", "v9") + "spec: {}\n",
            "trueup.dev/v1alpha1",
            "bad.yaml:1:13",
        ),
        case(
            "a missing variable",
            spec("  bankInfo:\n    bankAccount: { env: NOWHERE_TO_BE_FOUND }\n"),
            "NOWHERE_TO_BE_FOUND",
            "bad.yaml:6:18",
        ),
        case(
            "a file outside of the folder",
            spec("  bankInfo:\n    bankAccount: { file: ../../etc/passwd }\n"),
            "",
            "bad.yaml:6:18",
        ),
        case(
            "a name that is no label",
            HEAD.replace("acme", "Acme!") + "spec: {}\n",
            "`Acme!` cannot be a name",
            "bad.yaml:3:19",
        ),
    ]
}

#[test]
fn bad_input_is_refused_with_its_place() {
    let mut faults = Vec::new();
    for (name, text, says, place) in cases() {
        let Ran {
            stdout,
            stderr,
            code,
        } = validate(text);
        if code != 1 || !stdout.is_empty() {
            faults.push(format!("{name}: exit {code}\n{stdout}{stderr}"));
        } else if !stderr.contains(says) || !stderr.contains(place) {
            faults.push(format!(
                "{name}: does not say `{says}` at `{place}`\n{stderr}"
            ));
        } else if stderr.contains("panicked") {
            faults.push(format!("{name}: panics\n{stderr}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_looks_odd_and_is_right_is_taken() {
    for (name, text) in [
        (
            "a byte order mark",
            format!("\u{feff}{}", spec("  basic: { vipCode: a }\n")),
        ),
        (
            "carriage returns",
            spec("  basic: { vipCode: a }\n").replace('\n', "\r\n"),
        ),
        ("Norway", spec("  address:\n    countryCode: NO\n")),
        (
            "a number with an exponent as a code",
            spec("  basic:\n    vipCode: 1e3\n"),
        ),
        (
            "a code with leading zeros",
            spec("  bankInfo:\n    bankCode: 007\n"),
        ),
        ("yes as a text", spec("  basic:\n    description: yes\n")),
    ] {
        let ran = validate(text);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert_eq!(ran.stderr, "", "{name}");
    }
}

#[test]
fn texts_arrive_as_they_are_written() {
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    repository.write(
        "acme.yaml",
        spec("  basic: { accountName: Acme, vipCode: 1e3, description: yes }\n  address: { countryCode: NO }\n"),
    );
    let ran = repository.run(["plan", "--sandbox", "-f", "."]);
    for shown in ["\"1e3\"", "\"yes\"", "\"NO\""] {
        assert!(
            ran.stdout.contains(shown),
            "{shown} is not in\n{}",
            ran.stdout
        );
    }
}

#[test]
fn large_inputs_are_read() {
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    let note = "x".repeat(5 * 1024 * 1024);
    repository.write(
        "large.yaml",
        spec(&format!("  basic:\n    description: {note}\n")),
    );
    let ran = repository.run(["validate", "--sandbox", "-f", "."]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));

    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    for number in 0..2_000 {
        let text = spec("  basic: { accountName: Acme }\n")
            .replace("name: acme", &format!("name: acme-{number}"))
            .replace("accountName: Acme", &format!("accountName: Acme {number}"));
        repository.write(&format!("{}/{number}.yaml", number % 20), text);
    }
    let ran = repository.run(["validate", "--sandbox", "-f", "."]);
    assert_eq!(
        ran.stdout, "Valid: 2000 resources, 1 provider\n",
        "{}",
        ran.stderr
    );
}

#[test]
fn standard_input_is_read_and_named() {
    use std::{io::Write, process::Stdio};
    let repository = Repository::new();
    let mut child = repository
        .command()
        .args(["validate", "--sandbox", "-f", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let text = format!("{PROVIDER}---\n{}", spec("  basic: { acountName: Acme }\n"));
    let mut stdin = child.stdin.take().expect("a pipe");
    Write::write_all(&mut stdin, text.as_bytes()).expect("written");
    drop(stdin);
    let output = child.wait_with_output().expect("the binary ends");
    let stderr = String::from_utf8(output.stderr).expect("UTF-8");
    assert!(stderr.contains("<stdin>:13:12"), "{stderr}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_closed_pipe_is_no_error() {
    use std::process::Stdio;
    let repository = Repository::new();
    repository.write("provider.yaml", PROVIDER);
    for number in 0..400 {
        let text = spec("  basic: { accountName: Acme }\n")
            .replace("name: acme", &format!("name: acme-{number}"))
            .replace("accountName: Acme", &format!("accountName: Acme {number}"));
        repository.write(&format!("{number}.yaml"), text);
    }
    let mut child = repository
        .command()
        .args(["plan", "--sandbox", "-f", ".", "--allow", "creates=400"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the binary ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

/// A slip elsewhere hides nothing, and one field is not complained of twice.
#[test]
fn all_findings_are_told_at_once() {
    let ran = validate(spec(
        "  basic: { lcFrom: 2026-01-01, lcStat: Active }\n  billing: { validTo: 2050-13-01 }\n  \
         bankInfo: { bankAccount: BG80BNBG96611020345679 }\n",
    ));
    for check in ["unknown-key", "wrong-date", "zegoal-iban"] {
        let told = format!("[{check}]");
        assert_eq!(ran.stderr.matches(&told).count(), 1, "{}", ran.stderr);
    }
    // Its state may be what is misspelt.
    assert!(
        !ran.stderr.contains("zegoal-lc-from-alone"),
        "{}",
        ran.stderr
    );
    let cove = "apiVersion: trueup.dev/v1alpha1\nkind: Provider\nmetadata: { name: cove }\nspec:\n  \
                cove:\n    baseUrl: ftp://example.com\n    \
                credentials: { username: { env: U }, password: { env: P } }\n";
    let repository = Repository::new();
    repository.write("cove.yaml", cove);
    let ran = repository.run(["validate", "-f", "cove.yaml"]);
    let told = ran.stderr.matches("error[base-url]").count();
    assert_eq!((told, ran.code), (1, 1), "{}", ran.stderr);
}
