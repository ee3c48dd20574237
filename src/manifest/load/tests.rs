use super::*;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

/// The documents as name below the folder and first line; then the findings.
fn told(loaded: &Loaded, folder: &tempfile::TempDir) -> Vec<String> {
    let root = folder.path().to_string_lossy().into_owned();
    let documents = loaded.documents.iter().map(|document| {
        let text = &document.source.text[document.span.clone()];
        let name = document.source.name.replace(&root, "");
        format!("{name} {}", text.lines().next().unwrap_or_default())
    });
    let findings = loaded
        .findings
        .iter()
        .map(|finding| format!("{}: {}", finding.check, finding.message.replace(&root, "")));
    documents.chain(findings).collect()
}

fn load_paths(folder: &tempfile::TempDir, names: &[&str]) -> Vec<String> {
    let inputs: Vec<Input> = names
        .iter()
        .map(|name| Input::Path(folder.path().join(name)))
        .collect();
    told(&load(&inputs, None), folder)
}

#[test]
fn folders_are_read_in_the_order_of_paths() {
    let folder = folder(&[
        ("b.yaml", "b: 1\n---\nb: 2"),
        ("a/z.yml", "z: 1"),
        ("a/b/c.json", "{\"c\": 1}"),
        ("a/UPPER.YAML", "u: 1"),
        ("a/readme.md", "no: 1"),
        (".hidden.yaml", "no: 1"),
        (".git/x.yaml", "no: 1"),
        ("c/empty.yaml", "# nothing\n"),
    ]);
    assert_eq!(
        load_paths(&folder, &["."]),
        [
            "/a/UPPER.YAML u: 1",
            "/a/b/c.json {\"c\": 1}",
            "/a/z.yml z: 1",
            "/b.yaml b: 1",
            "/b.yaml b: 2",
        ]
        .map(|line| line.replacen('/', "/./", 1))
    );
    // A file that is named is read whatever its name, and nothing twice.
    assert_eq!(
        load_paths(&folder, &["a/readme.md", "a/z.yml", "a", "a/z.yml"]),
        [
            "/a/readme.md no: 1",
            "/a/z.yml z: 1",
            "/a/UPPER.YAML u: 1",
            "/a/b/c.json {\"c\": 1}",
        ]
    );
}

#[test]
fn inputs_may_lie_in_each_other() {
    let folder = folder(&[
        ("m/a.yaml", "a: 1"),
        ("m/providers/p.yaml", "p: 1"),
        ("all/providers/p.yaml", "p: 1"),
    ]);
    for inputs in [&["m", "m/providers"][..], &["m", "m"], &["m", "m/a.yaml"]] {
        let expected = ["/m/a.yaml a: 1", "/m/providers/p.yaml p: 1"];
        assert_eq!(load_paths(&folder, inputs), expected, "{inputs:?}");
    }
    for inputs in [&["m/providers", "m"][..], &["m/providers/p.yaml", "m"]] {
        let expected = ["/m/providers/p.yaml p: 1", "/m/a.yaml a: 1"];
        assert_eq!(load_paths(&folder, inputs), expected, "{inputs:?}");
    }
    // A folder whose manifests have all been read is none without manifests.
    for inputs in [
        &["all/providers", "all"][..],
        &["all/providers/p.yaml", "all"],
        &["all/providers/p.yaml", "all/providers"],
    ] {
        let expected = ["/all/providers/p.yaml p: 1"];
        assert_eq!(load_paths(&folder, inputs), expected, "{inputs:?}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = folder(&[
        ("a.yaml", "a: 1"),
        ("only/readme.md", ""),
        ("blank.yaml", "---\n"),
    ]);
    assert_eq!(
        load_paths(&folder, &["none.yaml", "a.yaml", "only"]),
        [
            "/a.yaml a: 1",
            "unreadable-file: `/none.yaml` cannot be read: No such file or directory (os error 2)",
            "no-manifests: the folder `/only` holds no manifest",
        ]
    );
    assert_eq!(
        load_paths(&folder, &["blank.yaml"]),
        ["no-manifests: there is no manifest in what was read"]
    );
    assert_eq!(
        load_paths(&folder, &[]),
        ["no-manifests: no manifests are given"]
    );
    let missing = load(&[Input::Path(folder.path().join("none"))], None);
    let place = missing.findings[0].place.as_ref().expect("it has a place");
    assert!(place.source.name.ends_with("none"));
}

#[test]
fn standard_input_is_one_source() {
    let text = b"a: 1\n---\nb: 2\n";
    let loaded = load(&[Input::Stdin, Input::Stdin], Some(&mut &text[..]));
    let names: Vec<&str> = loaded
        .documents
        .iter()
        .map(|document| document.source.name.as_str())
        .collect();
    assert_eq!(names, ["<stdin>", "<stdin>"]);
    assert_eq!(
        loaded.findings[0].message,
        "standard input can be read once only"
    );
    assert_eq!(load(&[Input::Stdin], None).findings.len(), 1);
}

#[test]
fn broken_encodings_are_placed_and_hide_nothing() {
    let loaded = from_memory([
        (
            "a.yaml".to_owned(),
            b"a: \xc3\xa4\n---\nb: x\xe4y\n---\nc: 1\n".to_vec(),
        ),
        ("b.yaml".to_owned(), b"\xff\xfea\0:\0".to_vec()),
        ("c.yaml".to_owned(), b"\xef\xbb\xbfc: 1".to_vec()),
    ]);
    let texts: Vec<&str> = loaded
        .documents
        .iter()
        .map(|document| &document.source.text[document.span.clone()])
        .collect();
    assert_eq!(texts, ["a: ä\n", "c: 1\n", "c: 1"]);
    let findings: Vec<(String, Option<&str>)> = loaded
        .findings
        .iter()
        .map(|finding| {
            let place = finding.place.as_ref().expect("it has a place");
            (place.to_string(), finding.hint.as_deref())
        })
        .collect();
    assert_eq!(
        findings,
        [
            ("a.yaml:3:5".to_owned(), Some("save the file as UTF-8")),
            (
                "b.yaml:1:1".to_owned(),
                Some("the file is UTF-16; save it as UTF-8")
            ),
        ]
    );
}

#[test]
fn too_large_a_file_is_refused() {
    let size = usize::try_from(FILE_BYTES_MAX).expect("it fits") + 1;
    let loaded = from_memory([("a.yaml".to_owned(), vec![b'#'; size])]);
    assert_eq!(loaded.findings[0].message, "`a.yaml` is larger than 64 MiB");
}

#[test]
fn manifests_know_their_folders() {
    let folder = folder(&[("x/y/a.yaml", "a: 1")]);
    let of = |name: &str| {
        let loaded = load(&[Input::Path(folder.path().join(name))], None);
        Folder::clone(&loaded.documents[0].folder)
    };
    let below = |name: &str| folder.path().join(name);
    assert_eq!(
        of("x"),
        Folder {
            path: below("x/y"),
            root: below("x")
        }
    );
    assert_eq!(
        of("x/y/a.yaml"),
        Folder {
            path: below("x/y"),
            root: below("x/y")
        }
    );
    assert_eq!(parent(Path::new("a.yaml")), Path::new("."));
    assert_eq!(shown(Path::new("./a.yaml")), "a.yaml");
}

#[cfg(unix)]
#[test]
fn links_neither_loop_nor_double() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("a/x.yaml", "x: 1"), ("deep/x.yaml", "d: 1")]);
    let at = |name: &str| folder.path().join(name);
    symlink(at("a"), at("a/loop")).expect("a link");
    symlink(at("a/x.yaml"), at("a/y.yaml")).expect("a link");
    symlink(at("none"), at("a/z.yaml")).expect("a link");
    symlink(at("deep"), at("a/outside")).expect("a link");
    assert_eq!(
        load_paths(&folder, &["a"]),
        [
            "/a/x.yaml x: 1",
            "link-outside: the link `/a/outside` leads out of `/a`",
            "unreadable-file: `/a/z.yaml` cannot be read: No such file or directory (os error 2)",
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_the_folder_that_is_read() {
    use std::os::unix::fs::symlink;

    let folder = folder(&[("secret", "password: 1"), ("a/b/x.yaml", "x: 1")]);
    let at = |name: &str| folder.path().join(name);
    symlink("../secret", at("a/evil.yaml")).expect("a link");
    symlink("/proc/self/environ", at("a/environ.json")).expect("a link");
    symlink("/", at("a/everything")).expect("a link");
    // Not read in any case, so in nobody's way.
    symlink("../secret", at("a/notes.txt")).expect("a link");
    // Inside, by way of outside.
    symlink("../../a/b/x.yaml", at("a/b/y.yaml")).expect("a link");
    // The folder itself may be a link.
    symlink("a", at("link")).expect("a link");
    for root in ["a", "link"] {
        assert_eq!(
            load_paths(&folder, &[root]),
            [
                format!("/{root}/b/x.yaml x: 1"),
                format!("link-outside: the link `/{root}/environ.json` leads out of `/{root}`"),
                format!("link-outside: the link `/{root}/everything` leads out of `/{root}`"),
                format!("link-outside: the link `/{root}/evil.yaml` leads out of `/{root}`"),
            ]
        );
    }
}

#[test]
fn a_run_has_an_end() {
    let texts = |text: &str| [("a.yaml".to_owned(), text.as_bytes().to_vec())];
    let loaded = from_memory(texts(&"a\n---\n".repeat(DOCUMENTS_MAX + 1)));
    assert_eq!(loaded.documents.len(), DOCUMENTS_MAX);
    let [finding] = &loaded.findings[..] else {
        panic!("one finding");
    };
    assert_eq!(finding.message, "there are more than 500000 documents");

    let mut full = Loader {
        bytes: RUN_BYTES_MAX - 1,
        ..Loader::default()
    };
    let folder = || Folder {
        path: PathBuf::from("."),
        root: PathBuf::from("."),
    };
    for name in ["a.yaml", "b.yaml", "c.yaml"] {
        full.text(Text {
            name: name.to_owned(),
            bytes: b"x".to_vec(),
            folder: folder(),
            is_named: false,
        });
    }
    assert_eq!(full.loaded.documents.len(), 1);
    let [finding] = &full.loaded.findings[..] else {
        panic!("one finding");
    };
    assert_eq!(
        finding.message,
        "the manifests are larger than 1024 MiB together"
    );
}

#[test]
fn folders_end_at_a_depth() {
    let name = format!("{}x.yaml", "d/".repeat(FOLDER_DEPTH_MAX + 1));
    let deep = folder(&[(name.as_str(), "x: 1")]);
    let [finding] = &load(&[Input::Path(deep.path().to_owned())], None).findings[..] else {
        panic!("one finding");
    };
    assert_eq!(finding.check, "folder-depth");
    let name = format!("{}x.yaml", "d/".repeat(FOLDER_DEPTH_MAX));
    let fits = folder(&[(name.as_str(), "x: 1")]);
    assert_eq!(
        load(&[Input::Path(fits.path().to_owned())], None)
            .documents
            .len(),
        1
    );
}

#[test]
fn what_the_program_wrote_is_passed_over_in_folders_and_told_where_it_is_named() {
    let plan = "{ \"format\": \"trueup.dev/saved-plan/v1alpha1\", \"plan\": {} }\n";
    let folder = folder(&[
        ("a.yaml", "a: 1"),
        ("plan.json", plan),
        ("saved.yaml", plan),
        (
            "schemas/one.schema.json",
            "{ \"$schema\": \"x\", \"type\": \"object\" }",
        ),
        ("told.json", "{ \"$schema\": \"x\", \"kind\": \"Policy\" }"),
        ("only/plan.json", plan),
    ]);
    let told = "{ \"$schema\": \"x\", \"kind\": \"Policy\" }";
    assert_eq!(
        load_paths(&folder, &["."]),
        ["/./a.yaml a: 1".to_owned(), format!("/./told.json {told}")]
    );
    assert_eq!(
        load_paths(
            &folder,
            &["a.yaml", "only", "plan.json", "schemas/one.schema.json"]
        ),
        [
            "/a.yaml a: 1",
            "no-manifests: the folder `/only` holds no manifest",
            "not-a-manifest: `/plan.json` is a saved plan, and no manifest",
            "not-a-manifest: `/schemas/one.schema.json` is no manifest: it names a `$schema`, \
             and neither `apiVersion` nor `kind`",
        ]
    );
    let loaded = load(&[Input::Stdin], Some(&mut plan.as_bytes()));
    assert_eq!(loaded.findings[0].check, "not-a-manifest");
}
