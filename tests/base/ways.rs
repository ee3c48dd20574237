//! By which way a base is read: neither the links of a change nor the
//! environment of git decide what of it is in force.

use std::{fs, os::unix::fs::symlink, path::Path};

use super::{Applied, account, assert_says, git, outside::kept_out, policies::STRICT};
use crate::support::{Ran, Repository};

const REFUSED: &str = "! refused by limit updates.max, of policy default";
const UNREADABLE: &str = "! refused by rule unreadable, ";
const BASE: [&str; 4] = ["plan", "--sandbox", "--base", "main"];

/// Runs a plan against `main` in a folder.
fn plan(applied: &Applied, folder: &str, inputs: &[&str]) -> Ran {
    let mut arguments = BASE.to_vec();
    for input in inputs {
        arguments.extend(["-f", input]);
    }
    applied.repository.run_in(folder, arguments)
}

/// A base with a strict policy in a folder of its own, and a branch that updates
/// a record.
fn guarded() -> Applied {
    let applied = Applied::new();
    applied.write("all/policies/policy.yaml", STRICT);
    let top = applied.repository.path();
    fs::rename(top.join("m"), top.join("all/m")).expect("moved");
    applied.commit();
    git(top, &["checkout", "-q", "-b", "change"]);
    applied.write("all/m/acme.yaml", account("acme", "two", "EUR"));
    applied
}

/// Moves a folder and leaves a link to its new place.
fn move_behind_a_link(top: &Path, from: &str, to: &str, target: &str) {
    fs::rename(top.join(from), top.join(to)).expect("moved");
    symlink(target, top.join(from)).expect("a link");
}

#[test]
fn a_link_in_the_place_of_a_folder_takes_no_policy_out_of_force() {
    let applied = guarded();
    let top = applied.repository.path();
    move_behind_a_link(top, "all/policies", "all/rules", "rules");
    let loose = STRICT.replace("max: 0", "max: unlimited");
    applied.write("all/rules/policy.yaml", loose);
    applied.commit();
    let absolute = |name: &str| top.join(name).to_str().expect("text").to_owned();
    let differs = "policy default differs from main in `limits.updates.max`";
    for (folder, inputs) in [
        (".", ["all/m", "all/policies"].map(str::to_owned)),
        (".", ["all/m", "all/policies"].map(absolute)),
        (".", ["all/../all/m", "./all/./policies"].map(absolute)),
        (".", ["all/m", "all/policies/policy.yaml"].map(absolute)),
        ("all/m", ["../m", "../policies"].map(str::to_owned)),
        ("all/m", ["all/m", "all/policies"].map(absolute)),
        // By absolute paths it does not matter where one stands.
        ("all/policies", ["all/m", "all/policies"].map(absolute)),
    ] {
        let ran = plan(&applied, folder, &inputs.each_ref().map(String::as_str));
        assert_says(&ran, 5, &[REFUSED], &[differs]);
    }
    // A link above the repository is none of the change's.
    let outer = tempfile::tempdir().expect("a folder");
    let link = outer.path().join("clone");
    symlink(top, &link).expect("a link");
    let linked = |name: &str| link.join(name).to_str().expect("text").to_owned();
    let inputs = ["all/m", "all/policies"].map(linked);
    let ran = plan(&applied, ".", &inputs.each_ref().map(String::as_str));
    assert_says(&ran, 5, &[REFUSED], &[differs]);
}

#[test]
fn a_working_directory_behind_a_link_of_the_change_is_refused() {
    let applied = guarded();
    let top = applied.repository.path();
    move_behind_a_link(top, "all", "every", "every");
    applied.commit();
    for (folder, inputs) in [
        ("all", ["m", "policies"]),
        ("all/m", ["../m", "../policies"]),
        // Nobody can tell by which name the folder was entered.
        ("every", ["m", "policies"]),
    ] {
        let ran = plan(&applied, folder, &inputs);
        let says = [
            "`all` is a link here, and main has something else there",
            "run at the top of the repository",
        ];
        assert_says(&ran, 1, &[], &says);
    }
    assert_says(
        &plan(&applied, ".", &["all/m", "all/policies"]),
        5,
        &[REFUSED],
        &[],
    );
    // Once the link is merged, it says nothing of a change.
    git(top, &["checkout", "-q", "-B", "main"]);
    let ran = plan(&applied, "all", &["m", "policies"]);
    assert_says(&ran, 5, &[REFUSED], &[]);
    // A link beside the way, or one that is merely new, is in nobody's way.
    git(top, &["checkout", "-q", "-b", "beside"]);
    symlink(".", top.join("self")).expect("a link");
    symlink("every", top.join("each")).expect("a link");
    applied.commit();
    let ran = plan(&applied, "every", &["m", "policies"]);
    assert_says(&ran, 5, &[REFUSED], &[]);
}

#[test]
fn a_link_in_the_place_of_a_folder_brings_no_value_to_light() {
    let applied = kept_out();
    let top = applied.repository.path();
    git(top, &["checkout", "-q", "-b", "change"]);
    move_behind_a_link(top, "m", "n", "n");
    applied.write("n/acme.yaml", account("acme", "plain", "EUR"));
    applied.commit();
    let input = top.join("m");
    for format in ["text", "json", "markdown"] {
        let input = input.to_str().expect("text");
        let arguments = [&BASE[..], &["-f", input, "-o", format]].concat();
        let ran = applied.run(&arguments);
        let shown = format!("{}{}", ran.stdout, ran.stderr);
        assert_eq!(ran.code, 0, "{shown}");
        assert!(
            shown.contains("••••") && !shown.contains("kept-out"),
            "{shown}"
        );
    }
}

#[test]
fn a_base_is_read_through_its_own_links() {
    let applied = guarded();
    let top = applied.repository.path();
    git(top, &["checkout", "-q", "-f", "main"]);
    fs::create_dir(top.join("envs")).expect("a folder");
    symlink("../all", top.join("envs/v1")).expect("a link");
    symlink("v1", top.join("envs/current")).expect("a link");
    symlink("../all/m/acme.yaml", top.join("envs/acme.yaml")).expect("a link");
    symlink("v9", top.join("envs/dangling")).expect("a link");
    symlink(top.join("all"), top.join("envs/absolute")).expect("a link");
    applied.commit();
    let inputs = ["envs/current/m", "envs/current/policies"];
    for inputs in [
        &inputs[..],
        &["envs/current"],
        &["envs/v1/m", "envs/v1/policies"],
    ] {
        applied.write("all/m/acme.yaml", account("acme", "two", "EUR"));
        assert_says(&plan(&applied, ".", inputs), 5, &[REFUSED], &[]);
        applied.write("all/m/acme.yaml", account("acme", "one", "EUR"));
        let drift = ["drift", "--sandbox", "--detailed-exitcode", "-f", inputs[0]];
        assert_says(&applied.run(&drift), 0, &["): none, 2 in line\n"], &[]);
    }
    // The change leads the link elsewhere, and the base is still the old place.
    git(top, &["checkout", "-q", "-b", "switch"]);
    fs::create_dir(top.join("envs/v2")).expect("a folder");
    applied.write(
        "envs/v2/policies/policy.yaml",
        STRICT.replace("max: 0", "max: 9"),
    );
    applied.write("envs/v2/m/provider.yaml", super::PROVIDER);
    applied.write("envs/v2/m/acme.yaml", account("acme", "two", "EUR"));
    fs::remove_file(top.join("envs/current")).expect("a link");
    symlink("v2", top.join("envs/current")).expect("a link");
    applied.commit();
    assert_says(&plan(&applied, ".", &inputs), 5, &[REFUSED], &[]);
    // What a link leads to may be new, and what the link leads to must be there.
    applied.write("all/new/empty.yaml", "");
    let new = "`envs/v1/new` is not in revision main: what it holds counts as new";
    let ran = plan(&applied, ".", &["all/m", "envs/v1/new"]);
    assert_says(&ran, 0, &["2 in line"], &[new]);
    applied.write("envs/v9/new/empty.yaml", "");
    for input in ["envs/dangling/new", "envs/absolute/new"] {
        let link = input.trim_end_matches("/new");
        let says = [
            &format!("`{link}` is a symbolic link and is not followed"),
            "or name with `-f` what it leads to",
        ];
        let ran = plan(&applied, ".", &["envs/current/m", input]);
        assert_says(&ran, 5, &[UNREADABLE], &says);
        // Nor is it passed over where the revision itself is all that is read.
        let ran = applied.run(&[
            "drift",
            "--sandbox",
            "--base",
            "main",
            "-f",
            "all",
            "-f",
            input,
        ]);
        assert_says(&ran, 1, &[], &says);
    }
}

#[test]
fn what_a_base_has_in_a_submodule_is_not_taken_for_new() {
    let applied = Applied::new();
    let top = applied.repository.path();
    let inner = Repository::new();
    inner.write("p/policy.yaml", STRICT);
    git(inner.path(), &["init", "-q"]);
    git(inner.path(), &["add", "-A"]);
    git(inner.path(), &["commit", "-q", "-m", "a policy"]);
    let url = inner.path().to_str().expect("text");
    let allowed = "protocol.file.allow=always";
    git(
        top,
        &["-c", allowed, "submodule", "--quiet", "add", url, "inner"],
    );
    applied.commit();
    applied.write("m/acme.yaml", account("acme", "two", "EUR"));
    for input in ["inner", "inner/p"] {
        let says = "`inner` is a submodule and is not read";
        let ran = plan(&applied, ".", &["m", input]);
        assert_says(&ran, 5, &[UNREADABLE], &[says]);
        let ran = applied.run(&["drift", "--sandbox", "-f", "m", "-f", input]);
        assert_says(&ran, 1, &[], &[says]);
    }
}

#[test]
fn where_git_is_told_of_its_folder_alone_the_base_is_the_same_or_none() {
    let mut applied = guarded();
    let top = applied.repository.path().to_owned();
    applied.write(
        "all/policies/policy.yaml",
        STRICT.replace("max: 0", "max: 9"),
    );
    let inputs = ["m", "policies"];
    let folder = top.join(".git");
    applied
        .repository
        .set("GIT_DIR", folder.to_str().expect("text"));
    assert_says(&plan(&applied, "all", &inputs), 5, &[REFUSED], &[]);
    // As hooks have it.
    applied.repository.set("GIT_DIR", ".git");
    let from_top = ["all/m", "all/policies"];
    assert_says(&plan(&applied, ".", &from_top), 5, &[REFUSED], &[]);
    // Git does not find that repository by itself.
    let moved = top.join("all/.git-elsewhere");
    fs::rename(&folder, &moved).expect("moved");
    applied
        .repository
        .set("GIT_DIR", moved.to_str().expect("text"));
    for (folder, inputs) in [("all", inputs), (".", from_top)] {
        let says = [
            "`GIT_DIR` is set and `GIT_WORK_TREE` is not",
            "set `GIT_WORK_TREE` to the top of the working tree",
        ];
        assert_says(&plan(&applied, folder, &inputs), 1, &[], &says);
    }
    applied
        .repository
        .set("GIT_WORK_TREE", top.to_str().expect("text"));
    assert_says(&plan(&applied, "all", &inputs), 5, &[REFUSED], &[]);
}
