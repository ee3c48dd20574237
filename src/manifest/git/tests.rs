//! Reading revisions of real repositories.

use std::{fs, process::Command};

use tempfile::TempDir;

use super::*;
use crate::model::Severity;

/// Runs git as nobody in particular, with no settings of the machine.
fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=Tester",
            "-c",
            "user.email=tester@example.com",
        ])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs");
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {words}");
}

/// A repository with one commit of these files.
fn repository(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit(folder.path(), files);
    folder
}

fn commit(folder: &Path, files: &[(&str, &[u8])]) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "--allow-empty", "-m", "files"]);
}

fn inputs(paths: &[&str]) -> Vec<Input> {
    let paths = paths.iter().map(PathBuf::from);
    paths.map(Input::Path).collect()
}

/// Where tests stand; no environment says anything of git there.
fn standing_in(folder: &Path) -> Standpoint<'_> {
    Standpoint {
        folder,
        is_top_unsaid: false,
    }
}

fn read(reference: &str, inputs: &[Input], folder: &Path) -> Result<Snapshot, GitError> {
    super::read(reference, inputs, standing_in(folder))
}

/// The names of the texts that were read, and of the files beside them.
fn names(snapshot: &Snapshot) -> (Vec<&str>, Vec<&str>) {
    let documents = snapshot.loaded.documents.iter();
    let mut names: Vec<&str> = documents.map(|document| &*document.source.name).collect();
    names.dedup();
    let values = snapshot.values.files.keys();
    (
        names,
        values.map(|path| path.to_str().expect("text")).collect(),
    )
}

/// What a revision has of the files that manifests name, in words.
fn values(snapshot: &Snapshot) -> Vec<String> {
    let files = snapshot.values.files.iter();
    let words = |(path, file): (&PathBuf, &ValueFile)| {
        let what = match file {
            ValueFile::Content(content) => String::from_utf8_lossy(content).into_owned(),
            ValueFile::NotRegular => "not regular".to_owned(),
            ValueFile::Untracked => "untracked".to_owned(),
            ValueFile::Added => "added".to_owned(),
        };
        format!("{}: {what}", path.display())
    };
    files.map(words).collect()
}

#[test]
fn reads_what_the_inputs_lead_to() {
    let files: [(&str, &[u8]); 8] = [
        ("top.yaml", b"a: 1"),
        (
            "m/one.yaml",
            b"a: { file: value.txt }\n---\nb: { file: 'two words' }",
        ),
        ("m/sub/two.json", b"{}"),
        ("m/value.txt", b"v"),
        ("m/two words", b"w"),
        ("m/unnamed.txt", b"x"),
        ("m/.hidden.yaml", b"a: 1"),
        ("m2/three.yml", b"a: 1"),
    ];
    let folder = repository(&files);
    let values = ["m/two words", "m/value.txt"];
    for (paths, manifests, beside) in [
        (
            &["m"][..],
            &["m/one.yaml", "m/sub/two.json"][..],
            &values[..],
        ),
        (
            &["./m/", "m/one.yaml"],
            &["m/one.yaml", "m/sub/two.json"],
            &values,
        ),
        (&["m", "m/sub"], &["m/one.yaml", "m/sub/two.json"], &values),
        (&["m", "m"], &["m/one.yaml", "m/sub/two.json"], &values),
        (&["m/sub", "m"], &["m/sub/two.json", "m/one.yaml"], &values),
        (&["m/sub/two.json", "m/sub"], &["m/sub/two.json"], &[]),
        (&["m/sub", "m2"], &["m/sub/two.json", "m2/three.yml"], &[]),
        (&["m/one.yaml"], &["m/one.yaml"], &values),
        (&["top.yaml"], &["top.yaml"], &[]),
    ] {
        let snapshot = read("main", &inputs(paths), folder.path()).expect("a revision");
        let expected = (manifests.to_vec(), beside.to_vec());
        assert_eq!(names(&snapshot), expected, "{paths:?}");
        assert!(snapshot.absent.is_empty() && snapshot.loaded.findings.is_empty());
        assert_eq!(snapshot.revision.name, "main");
        assert_eq!(snapshot.revision.commit.len(), 40);
    }
    let snapshot = read("main", &inputs(&["m", "new"]), folder.path()).expect("a revision");
    assert_eq!(snapshot.absent, [PathBuf::from("new")]);
    let below = folder.path().join("m/sub");
    let snapshot = read("main", &inputs(&["..", "../../top.yaml"]), &below).expect("a revision");
    assert_eq!(
        names(&snapshot).0,
        ["../one.yaml", "../sub/two.json", "../../top.yaml"]
    );
}

#[cfg(unix)]
#[test]
fn values_beside_files_that_are_named_themselves_are_read() {
    let one = "a: { file: ./n.txt }\nb: [{ file: sub/../sub/.deep }]\nc: { file: ../up }\n\
               d: { file: none }\ne: { file: link }\nf: { file: link/x }\ng: { file: sub }\n\
               h: { file: two.yaml }\ni: &i { file: ':(top)x' }\nj: *i\nk: { file: \"a\\0b\" }\n";
    let folder = repository(&[
        ("m/one.yaml", one.as_bytes()),
        ("m/two.yaml", b"two: 2"),
        ("m/n.txt", b"n"),
        ("m/sub/.deep", b"deep"),
        ("m/:(top)x", b"odd"),
        ("up", b"up"),
    ]);
    std::os::unix::fs::symlink("sub", folder.path().join("m/link")).expect("a link");
    commit(folder.path(), &[]);
    let found = [
        ":(top)x: odd",
        "link: not regular",
        "link/x: not regular",
        "n.txt: n",
        "none: untracked",
        "sub: untracked",
        "sub/.deep: deep",
        "two.yaml: two: 2",
    ];
    let top = folder.path().to_owned();
    for (from, input, root) in [
        (top.clone(), "m/one.yaml".to_owned(), "m/"),
        (top.clone(), "m".to_owned(), "m/"),
        (top.join("m"), "one.yaml".to_owned(), "./"),
        (top.join("m/sub"), "../one.yaml".to_owned(), "../"),
    ] {
        let snapshot = read("main", &inputs(&[&input]), &from).expect("a revision");
        let expected: Vec<String> = found.iter().map(|file| format!("{root}{file}")).collect();
        assert_eq!(values(&snapshot), expected, "{input}");
    }
    let absolute = top.join("m/one.yaml");
    let inputs = inputs(&[absolute.to_str().expect("text")]);
    let snapshot = read("main", &inputs, &top).expect("a revision");
    let content = snapshot.values.files.get(&top.join("m/n.txt"));
    assert!(content == Some(&ValueFile::Content(b"n".to_vec())));
}

#[cfg(unix)]
#[test]
fn of_files_that_a_revision_lacks_it_is_told_whether_git_has_them_elsewhere() {
    let one = "a: { file: secrets/here }\nb: { file: secrets/there }\n\
                    c: { file: secrets/none }\nd: { file: linked/x }\ne: { file: inner/x }\n";
    let other = "a: { file: secrets/other }\n";
    let folder = repository(&[
        ("m/p.yaml", one.as_bytes()),
        ("m/o.yaml", other.as_bytes()),
        ("m/secrets/here", b"here"),
    ]);
    let top = folder.path();
    fs::write(top.join("m/secrets/none"), "of a pipeline").expect("a file");
    let expect = |reference: &str, there: [&str; 3]| {
        let [linked, inner, there] = there;
        let expected = [
            format!("m/inner/x: {inner}"),
            format!("m/linked/x: {linked}"),
            "m/secrets/here: here".to_owned(),
            "m/secrets/none: untracked".to_owned(),
            format!("m/secrets/there: {there}"),
        ];
        let snapshot = read(reference, &inputs(&["m/p.yaml"]), top).expect("a revision");
        assert_eq!(values(&snapshot), expected);
        let mut expected = expected.to_vec();
        expected.insert(4, "m/secrets/other: untracked".to_owned());
        let snapshot = read(reference, &inputs(&["m"]), top).expect("a revision");
        assert_eq!(values(&snapshot), expected);
    };
    expect("main", ["untracked"; 3]);
    // A change that brings files along, and ways to files.
    let inner = repository(&[("x", b"theirs")]);
    let url = inner.path().to_str().expect("a path");
    git(top, &["checkout", "-q", "-b", "change"]);
    git(top, &["submodule", "--quiet", "add", url, "m/inner"]);
    std::os::unix::fs::symlink("secrets", top.join("m/linked")).expect("a link");
    fs::write(top.join("m/secrets/there"), "theirs").expect("a file");
    git(top, &["add", "m/linked", "m/secrets/there"]);
    expect("main", ["added"; 3]);
    git(top, &["commit", "-q", "-m", "a change"]);
    expect("main", ["added"; 3]);
    expect("HEAD", ["not regular", "not regular", "theirs"]);
}

#[test]
fn reads_the_revision_and_not_the_disk() {
    let folder = repository(&[("a.yaml", b"one")]);
    commit(folder.path(), &[("a.yaml", b"two")]);
    fs::write(folder.path().join("a.yaml"), "three").expect("a file");
    for (reference, text) in [("HEAD", "two"), ("HEAD~1", "one"), ("main^{/files}", "two")] {
        let snapshot = read(reference, &inputs(&["."]), folder.path()).expect("a revision");
        assert_eq!(
            snapshot.loaded.documents[0].source.text, text,
            "{reference}"
        );
    }
}

#[test]
fn many_and_large_files_come_whole_and_in_order() {
    let texts: Vec<(String, Vec<u8>)> = (0..100)
        .map(|at| {
            (
                format!("m/{at:03}.yaml"),
                format!("a: {at}\n").repeat(at * 50 + 1).into(),
            )
        })
        .collect();
    let files: Vec<(&str, &[u8])> = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_slice()))
        .collect();
    let folder = repository(&files);
    let snapshot = read("HEAD", &inputs(&["m"]), folder.path()).expect("a revision");
    assert_eq!(snapshot.loaded.documents.len(), texts.len());
    for (document, (name, text)) in snapshot.loaded.documents.iter().zip(&texts) {
        assert_eq!(&document.source.name, name);
        assert_eq!(document.source.text.as_bytes(), text);
    }
}

#[test]
fn what_is_too_large_is_cut_and_the_next_is_read() {
    let folder = repository(&[("a", b"0123456789"), ("b", b"ok")]);
    let git = Git::at(standing_in(folder.path())).expect("git");
    let entries = git.entries("HEAD", "").expect("a tree");
    let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
    let mut blobs = git.blobs().expect("a process");
    let read = blobs.read(&ids, 4).expect("objects");
    assert_eq!(read, [b"01234".to_vec(), b"ok".to_vec()]);
    blobs.end().expect("it ends");
}

#[cfg(unix)]
#[test]
fn links_and_submodules_are_not_followed() {
    let inner = repository(&[("b.yaml", b"b: 1")]);
    let folder = repository(&[("m/a.yaml", b"a: 1")]);
    std::os::unix::fs::symlink("../../etc/passwd", folder.path().join("m/link.yaml"))
        .expect("a link");
    let url = inner.path().to_str().expect("a path");
    git(
        folder.path(),
        &["submodule", "--quiet", "add", url, "m/inner"],
    );
    commit(folder.path(), &[]);
    let snapshot = read("HEAD", &inputs(&["m"]), folder.path()).expect("a revision");
    assert_eq!(names(&snapshot).0, ["m/a.yaml"]);
    let found = snapshot.loaded.findings.iter();
    let found: Vec<&str> = found.map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "`m/inner` is a submodule and is not read",
            "`m/link.yaml` is a symbolic link and is not followed",
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_below_an_input_are_followed_as_on_disk() {
    let folder = repository(&[
        ("top.yaml", b"a: 1"),
        ("m/.shared/a.yaml", b"a: 1"),
        ("m/.shared/sub/b.yaml", b"b: 1"),
        ("m/.other/c.yaml", b"c: 1"),
        ("m/deep/d.yaml", b"d: 1"),
        ("m/plain.yaml", b"p: 1"),
    ]);
    for (target, link) in [
        ("plain.yaml", "m/alias.yaml"),
        ("../one.yaml", "m/deep/two.yaml"),
        (".shared/a.yaml", "m/one.yaml"),
        (".shared", "m/three.d"),
        (".", "m/.shared/loop"),
        ("../../deep", "m/.shared/sub/deep"),
        ("../m", "m/self"),
        (".other", "m/.hidden"),
        ("gone.yaml", "m/gone.yaml"),
        ("../top.yaml", "m/out.yaml"),
        ("../top.yaml", "m/out.txt"),
    ] {
        std::os::unix::fs::symlink(target, folder.path().join(link)).expect("a link");
    }
    commit(folder.path(), &[]);
    let snapshot = read("HEAD", &inputs(&["m"]), folder.path()).expect("a revision");
    let expected = [
        "m/alias.yaml",
        "m/deep/d.yaml",
        "m/deep/two.yaml",
        "m/three.d/sub/b.yaml",
    ];
    assert_eq!(names(&snapshot).0, expected);
    let found = snapshot.loaded.findings.iter();
    let found: Vec<&str> = found.map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "`m/gone.yaml` is a symbolic link and is not followed",
            "`m/out.yaml` is a symbolic link and is not followed",
        ]
    );
    let on_disk = crate::manifest::load::load(&[Input::Path(folder.path().join("m"))], None);
    let top = format!("{}/", folder.path().display());
    let names: Vec<&str> = on_disk
        .documents
        .iter()
        .filter_map(|document| document.source.name.strip_prefix(&top))
        .collect();
    assert_eq!(names, expected);
    // What one input hides, and what leads out of it, another one may name.
    let all = read(
        "HEAD",
        &inputs(&["m", "m/.other/c.yaml", "top.yaml"]),
        folder.path(),
    );
    let all = all.expect("a revision");
    assert_eq!(names_after(&all, 4), ["m/.other/c.yaml", "top.yaml"]);
    // One that is named itself may lead anywhere in the repository.
    let link = read("HEAD", &inputs(&["m/out.yaml"]), folder.path()).expect("a revision");
    assert_eq!(names_after(&link, 0), ["m/out.yaml"]);
    assert!(link.loaded.findings.is_empty() && link.absent.is_empty());
    let gone = read("HEAD", &inputs(&["m/gone.yaml"]), folder.path()).expect("a revision");
    assert!(gone.loaded.documents.is_empty() && gone.absent.is_empty());
    assert_eq!(gone.loaded.findings[0].severity, Severity::Error);
}

/// The names of the texts that were read after the first ones.
#[cfg(unix)]
fn names_after(snapshot: &Snapshot, first: usize) -> Vec<&str> {
    names(snapshot).0.split_off(first)
}

#[test]
fn bare_shallow_and_partial_clones() {
    let origin = repository(&[("m/a.yaml", b"a: 1")]);
    commit(origin.path(), &[("m/b.yaml", b"b: 1")]);
    git(origin.path(), &["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", origin.path().display());
    let outer = tempfile::tempdir().expect("a folder");
    let clone = |name: &str, options: &[&str]| {
        let all = [&["clone", "-q"], options, &[url.as_str(), name]].concat();
        git(outer.path(), &all);
        outer.path().join(name)
    };
    let read = |reference: &str, folder: &Path| read(reference, &inputs(&["m"]), folder);

    let bare = clone("bare", &["--bare"]);
    let snapshot = read("main", &bare).expect("a revision");
    assert_eq!(names(&snapshot).0, ["m/a.yaml", "m/b.yaml"]);

    let shallow = clone("shallow", &["--depth=1"]);
    let snapshot = read("HEAD", &shallow).expect("a revision");
    assert_eq!(names(&snapshot).0, ["m/a.yaml", "m/b.yaml"]);
    let error = read("HEAD~1", &shallow).expect_err("it is not there");
    assert!(matches!(error, GitError::Shallow { .. }), "{error:?}");

    for (name, filter) in [
        ("blobs", "--filter=blob:none"),
        ("trees", "--filter=tree:0"),
    ] {
        let partial = clone(name, &["--no-checkout", filter]);
        // Nothing is fetched behind one's back, and it is said what is missing.
        let error = read("HEAD", &partial).expect_err("it is not there");
        assert!(matches!(error, GitError::Missing { .. }), "{error:?}");
        assert!(error.hint().is_some());
    }
}

#[test]
fn names_of_revisions_are_no_options() {
    let folder = repository(&[("a.yaml", b"a: 1")]);
    let outside = tempfile::tempdir().expect("a folder");
    for reference in [
        "--help",
        "-n",
        "--all",
        "",
        "a\nb",
        "nowhere",
        "HEAD:a.yaml",
        "^HEAD",
    ] {
        let error = read(reference, &inputs(&["."]), folder.path()).expect_err(reference);
        assert!(
            matches!(error, GitError::Unknown { .. }),
            "{reference}: {error:?}"
        );
    }
    let error = read("HEAD", &[Input::Stdin], folder.path()).expect_err("no revision");
    assert!(matches!(error, GitError::StandardInput), "{error:?}");
    for path in ["..", "/"] {
        let error = read("HEAD", &inputs(&[path]), folder.path()).expect_err(path);
        assert!(matches!(error, GitError::Outside { .. }), "{error:?}");
    }
    let error = read("HEAD", &inputs(&["."]), outside.path()).expect_err("no repository");
    assert!(matches!(error, GitError::NotARepository), "{error:?}");
}

#[test]
fn what_the_program_wrote_is_passed_over_as_on_disk() {
    let plan = b"{ \"format\": \"trueup.dev/saved-plan/v1alpha1\" }";
    let folder = repository(&[
        ("m/a.yaml", b"a: 1"),
        ("m/plan.json", plan),
        ("m/x.schema.json", b"{ \"$schema\": \"x\" }"),
    ]);
    let snapshot = read("HEAD", &inputs(&["m"]), folder.path()).expect("a revision");
    assert_eq!(names(&snapshot).0, ["m/a.yaml"]);
    assert!(snapshot.loaded.findings.is_empty());
    let named = read("HEAD", &inputs(&["m/plan.json"]), folder.path()).expect("a revision");
    let checks = named.loaded.findings.iter().map(|finding| finding.check);
    assert_eq!(checks.collect::<Vec<_>>(), ["not-a-manifest"]);
}
