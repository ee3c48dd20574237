//! What is promised of files: limits, wholeness, links, and who may read them.

use std::{fs, path::Path};

use super::{
    own::{self, Open},
    *,
};

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a text")
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.into_string().expect("a text"))
        .collect();
    names.sort();
    names
}

#[test]
fn a_file_is_read_up_to_its_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a");
    fs::write(&path, "four").expect("writes");
    assert_eq!(read(&path, 4).expect("it fits"), "four");
    let error = read(&path, 3).expect_err("too large").to_string();
    assert!(
        error.ends_with("a: reading: larger than 3 bytes"),
        "{error}"
    );
    fs::write(&path, b"\xff").expect("writes");
    let error = read(&path, 4).expect_err("no text").to_string();
    assert!(error.contains("a: reading: no UTF-8"), "{error}");
    assert!(read(&folder.path().join("b"), 4).is_err());

    assert_eq!(own::read(&path, 1).expect("it fits"), Some(vec![0xff]));
    assert!(own::read(&path, 0).is_err(), "too large");
    let none = own::read(&folder.path().join("b"), 4).expect("reads");
    assert_eq!(none, None);
}

#[test]
fn a_file_is_created_once_and_edited_only_as_it_was_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a/b.yaml");
    create(&path, "one", Access::Usual).expect("created");
    assert!(create(&path, "two", Access::Usual).is_err());
    assert_eq!(text(&path), "one");
    for before in ["other", "on", "one and more"] {
        let error = edit(&path, before, "three").expect_err("it has changed");
        assert!(error.to_string().contains("it has changed"), "{error}");
        assert_eq!(error.hint(), Some("run the command again"));
    }
    edit(&path, "one", "three").expect("replaced");
    assert_eq!(text(&path), "three");
    assert_eq!(names(&folder.path().join("a")), ["b.yaml"]);
}

#[test]
fn a_file_is_replaced_whether_or_not_it_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a");
    check_replaceable(&path).expect("it could be");
    assert!(names(folder.path()).is_empty(), "nothing is left");
    for written in ["one", "two"] {
        replace(&path, written, Access::Owner).expect("writes");
        check_replaceable(&path).expect("it could be");
        assert_eq!(text(&path), written);
    }
    assert_eq!(names(folder.path()), ["a"]);
}

#[test]
fn nothing_is_left_behind_where_writing_fails() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("folder")).expect("a folder");
    fs::write(at("file"), "kept").expect("writes");
    for (name, reason) in [
        ("folder", "it is a folder"),
        ("no/file", "its folder is not there"),
        ("file/below", "its folder is not there"),
    ] {
        for failed in [
            check_replaceable(&at(name)),
            replace(&at(name), "x", Access::Usual),
        ] {
            let error = failed.expect_err(name);
            assert!(error.to_string().ends_with(reason), "{error}");
            assert_eq!(error.hint(), Some("name a file in a folder that is there"));
        }
    }
    for name in ["folder", "file", "file/below"] {
        assert!(create(&at(name), "x", Access::Usual).is_err(), "{name}");
    }
    assert!(own::create_locked(&at("file"), "x").is_err());
    assert!(own::create_locked(&at("no/file"), "x").is_err());
    assert!(own::open(&at("missing"), Open::Read).is_err());
    assert!(own::open(&at("missing"), Open::Append).is_err());
    assert!(own::open(&at("folder"), Open::Lock).is_err());
    assert!(own::folder(&at("file")).is_err());
    assert_eq!(names(folder.path()), ["file", "folder"]);
    assert!(names(&at("folder")).is_empty());
    assert_eq!(text(&at("file")), "kept");
}

#[test]
fn a_file_that_somebody_left_is_not_taken_for_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let left = format!(".trueup-{}-0.tmp", std::process::id());
    fs::write(folder.path().join(&left), "half").expect("writes");
    replace(&folder.path().join("a"), "whole", Access::Usual).expect("writes");
    assert_eq!(text(&folder.path().join("a")), "whole");
    assert_eq!(text(&folder.path().join(&left)), "half");
    assert_eq!(names(folder.path()), [left.as_str(), "a"]);
}

#[test]
fn a_lock_is_for_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lock");
    fs::write(&path, "note").expect("writes");
    let lock = own::open(&path, Open::Lock).expect("opens");
    assert!(own::try_lock(&lock, &path).expect("locks"));
    let other = own::open(&path, Open::Lock).expect("opens");
    assert!(!own::try_lock(&other, &path).expect("tries"));
    assert!(own::is_locked(&other));
    assert_eq!(text(&path), "note", "opening a lock empties nothing");
    drop(lock);
    assert!(!own::is_locked(&other));
}

#[test]
fn who_only_looks_at_a_lock_does_not_keep_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("lock");
    let one = own::open(&path, Open::Lock).expect("opens");
    let looks = own::open(&path, Open::Read).expect("opens");
    assert!(!own::is_locked(&looks));
    assert!(own::try_lock(&one, &path).expect("tries"), "it was let go");
    drop(one);
    // Somebody who looks has it at this very moment.
    looks.lock_shared().expect("had");
    let instant = std::time::Duration::from_millis(20);
    let looking = std::thread::spawn(move || {
        std::thread::sleep(instant);
        drop(looks);
    });
    let two = own::open(&path, Open::Lock).expect("opens");
    assert!(own::try_lock(&two, &path).expect("tries"));
    looking.join().expect("ends");
}

#[test]
fn a_file_that_is_created_locked_is_added_to_and_leaves_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("one.journal");
    let mut file = own::create_locked(&path, "one\n").expect("made");
    std::io::Write::write_all(&mut file, b"two\n").expect("adds");
    assert_eq!(text(&path), "one\ntwo\n");
    let other = own::open(&path, Open::Append).expect("opens");
    assert!(own::is_locked(&other));
    assert!(own::create_locked(&path, "x").is_err(), "it is there");
    assert_eq!(text(&path), "one\ntwo\n");
    assert_eq!(names(folder.path()), ["one.journal"]);
}

#[test]
fn what_a_killed_process_left_is_removed_after_a_day() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, hours) in [
        (".old.journal.tmp", 25),
        (".new.journal.tmp", 23),
        ("a", 25),
    ] {
        let file = fs::File::create(folder.path().join(name)).expect("made");
        let age = std::time::Duration::from_secs(hours * 60 * 60);
        let made = file.metadata().and_then(|metadata| metadata.modified());
        let written = made.expect("a time") - age;
        file.set_modified(written).expect("sets it");
    }
    own::remove_left(folder.path()).expect("removes");
    assert_eq!(names(folder.path()), [".new.journal.tmp", "a"]);
}

#[test]
fn advice_that_is_there_stays() {
    let error = FileError::unfit(Path::new("a"), "is odd").or_hint("first");
    assert_eq!(error.or_hint("second").hint(), Some("first"));
    let full = FileError::system(Path::new("a"), "writing");
    let full = full(std::io::ErrorKind::StorageFull.into());
    assert!(full.is_full());
    assert_eq!(full.hint(), Some("make room on the disk"));
    assert_eq!(full.or_hint("another").hint(), Some("another"));
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        let metadata = fs::symlink_metadata(path).expect("it is there");
        metadata.permissions().mode() & 0o777
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("sets it");
    }

    #[test]
    fn what_is_sensitive_is_the_owners_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        create(&at("import.env"), "A=1\n", Access::Owner).expect("created");
        fs::write(at("plan.json"), "old").expect("writes");
        set_mode(&at("plan.json"), 0o644);
        replace(&at("plan.json"), "new", Access::Owner).expect("writes");
        own::folder(&at("own/runs")).expect("made");
        let journal = at("own/runs/one");
        own::create_locked(&journal, "line\n").expect("writes");
        own::open(&at("own/lock"), Open::Lock).expect("opens");
        own::replace(&at("own/state"), "{}").expect("writes");
        own::keep_out_of_git(&at("own")).expect("writes");
        own::keep_out_of_git(&at("own")).expect("it is there");
        for name in [
            "import.env",
            "plan.json",
            "own/runs/one",
            "own/lock",
            "own/state",
        ] {
            assert_eq!(mode(&at(name)), 0o600, "{name}");
        }
        for name in ["own", "own/runs"] {
            assert_eq!(mode(&at(name)), 0o700, "{name}");
        }
        assert_eq!(names(&at("own")), [".gitignore", "lock", "runs", "state"]);
        assert_eq!(text(&at("own/.gitignore")), "*\n");

        fs::create_dir(at("wide")).expect("a folder");
        set_mode(&at("wide"), 0o755);
        own::folder(&at("wide")).expect("it is there");
        assert_eq!(mode(&at("wide")), 0o755);
        own::private_folder(&at("wide")).expect("it is there");
        assert_eq!(mode(&at("wide")), 0o700);
    }

    #[test]
    fn the_users_files_keep_their_permissions() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "one").expect("writes");
        set_mode(&path, 0o640);
        replace(&path, "two", Access::Usual).expect("writes");
        assert_eq!(mode(&path), 0o640);
        edit(&path, "two", "three").expect("writes");
        assert_eq!(mode(&path), 0o640);
    }

    #[test]
    fn a_link_is_replaced_and_not_followed() {
        let folder = tempfile::tempdir().expect("a folder");
        let precious = folder.path().join("precious");
        fs::write(&precious, "precious").expect("writes");
        for (name, target) in [("plan", "precious"), ("nowhere", "missing")] {
            let path = folder.path().join(name);
            symlink(target, &path).expect("a link");
            assert!(create(&path, "x", Access::Usual).is_err(), "{name}");
            replace(&path, "new", Access::Owner).expect("writes");
            assert_eq!((text(&path).as_str(), mode(&path)), ("new", 0o600));
        }
        assert_eq!(text(&precious), "precious");
        assert_eq!(names(folder.path()), ["nowhere", "plan", "precious"]);

        symlink("/dev/null", folder.path().join("device")).expect("a link");
        let device = folder.path().join("device");
        let error = replace(&device, "x", Access::Usual).expect_err("a device");
        assert!(error.to_string().ends_with("it is no regular file"));
    }

    #[test]
    fn an_edit_reaches_the_file_behind_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let (file, link) = (folder.path().join("a"), folder.path().join("b"));
        fs::write(&file, "one").expect("writes");
        symlink("a", &link).expect("a link");
        edit(&link, "one", "two").expect("writes");
        assert_eq!(text(&file), "two");
        assert!(link.is_symlink());
    }

    #[test]
    fn what_is_our_own_is_never_a_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("precious"), "precious").expect("writes");
        fs::create_dir(at("folder")).expect("a folder");
        symlink("precious", at("link")).expect("a link");
        symlink("missing", at("nowhere")).expect("a link");
        symlink("folder", at("inner")).expect("a link");
        fs::create_dir(at("state")).expect("a folder");
        symlink("../precious", at("state/.gitignore")).expect("a link");
        let mut refused = Vec::new();
        for name in ["link", "nowhere"] {
            for purpose in [Open::Read, Open::Append, Open::Lock] {
                refused.push(own::open(&at(name), purpose).map(drop));
            }
            refused.push(own::create_locked(&at(name), "x").map(drop));
            refused.push(own::read(&at(name), 100).map(drop));
            refused.push(own::replace(&at(name), "x"));
        }
        refused.push(own::folder(&at("inner")));
        refused.push(own::private_folder(&at("inner")));
        refused.push(own::list(&at("inner"), ".journal").map(drop));
        refused.push(own::keep_out_of_git(&at("state")));
        for outcome in refused {
            let error = outcome.expect_err("a link");
            assert!(
                error
                    .to_string()
                    .ends_with("it is a link, which is not followed")
            );
            assert!(
                error
                    .hint()
                    .is_some_and(|hint| hint.contains("remove the link"))
            );
        }
        assert_eq!(text(&at("precious")), "precious");
        assert!(!at("missing").exists());
        own::remove(&at("link")).expect("removes the link");
        own::remove(&at("link")).expect("nothing to remove");
        assert_eq!(text(&at("precious")), "precious");
    }
}
