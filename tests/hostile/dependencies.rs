//! What the program is built from, by its lock file.

use std::{fs, path::Path};

/// The one place that dependencies come from.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// TLS is rustls alone.
const BANNED: [&str; 4] = ["openssl", "openssl-sys", "native-tls", "serde_yml"];

#[test]
fn dependencies_come_from_one_place_and_bring_no_second_tls() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.lock");
    let lock = fs::read_to_string(path).expect("a lock file");
    let packages: Vec<&str> = lock.split("[[package]]").skip(1).collect();
    assert!(packages.len() > 100);
    for package in packages {
        let value = |name: &str| {
            let start = format!("{name} = \"");
            let line = package.lines().find_map(|line| line.strip_prefix(&start));
            line.and_then(|rest| rest.strip_suffix('"'))
        };
        let name = value("name").expect("a name");
        assert!(!BANNED.contains(&name), "{name} is banned");
        if name == env!("CARGO_PKG_NAME") {
            continue;
        }
        assert_eq!(value("source"), Some(SOURCE), "{name}");
        assert!(value("checksum").is_some(), "{name} has no checksum");
    }
}
