use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::model::limit::{YAML_ALIAS_NODES_MAX, YAML_DEPTH_MAX};

/// The tree in one line: quoted scalars in quotes, plain ones without.
fn told(node: &Node<'_>) -> String {
    match &node.kind {
        NodeKind::Scalar { text, plain: true } => format!("{text}"),
        NodeKind::Scalar { text, plain: false } => format!("{text:?}"),
        NodeKind::Sequence(items) => {
            let items: Vec<String> = items.iter().map(told).collect();
            format!("[{}]", items.join(","))
        }
        NodeKind::Mapping(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{}:{}", told(key), told(value)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

/// The tree, or nothing, and then each problem with its place.
fn read(text: &str) -> String {
    let mut told_all = String::new();
    for span in documents(text) {
        let parsed = parse(text, span);
        let _ = writeln!(
            told_all,
            "{}",
            parsed.root.as_ref().map_or("-".to_owned(), told)
        );
        for problem in parsed.problems {
            let Problem {
                check,
                span,
                message,
                ..
            } = problem;
            let _ = writeln!(told_all, "{}..{} {check}: {message}", span.start, span.end);
        }
    }
    told_all.trim_end().to_owned()
}

#[test]
fn reads_what_yaml_and_json_allow() {
    for (text, expected) in [
        ("a: NO\nb: 1e3\nc: 0755\nd: on", "{a:NO,b:1e3,c:0755,d:on}"),
        ("a:\nb: ~\nc: 'x'\n", "{a:,b:~,c:\"x\"}"),
        ("a: [1, {b: 2}]", "{a:[1,{b:2}]}"),
        ("a: |\n  x\n  y\n", "{a:\"x\\ny\\n\"}"),
        ("a: >-\n  x\n  y\n", "{a:\"x y\"}"),
        ("\u{feff}a: 1", "{a:1}"),
        ("a: 1\r\nb:\r\n  - 2\r\n", "{a:1,b:[2]}"),
        (
            "{\n\t\"a\":\"b\",\n\t\"c\": [1,\n\t2]}",
            "{\"a\":\"b\",\"c\":[1,2]}",
        ),
        ("{\"a\": \"\\u00e4\\ud83d\\ude00\\/\"}", "{\"a\":\"ä😀/\"}"),
        ("a: &x {b: 1}\nc: *x\n", "{a:{b:1},c:{b:1}}"),
        ("a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2}"),
        (
            "a: !!str 1\nb: !!int \"5\"\nc: ! 2\nd: !!map {}",
            "{a:\"1\",b:5,c:\"2\",d:{}}",
        ),
        ("\"<<\": 1", "{\"<<\":1}"),
        ("--- {a: 1}\n--- {b: 2}\n...\n", "{a:1}\n{b:2}"),
        ("%YAML 1.2\n---\na: 1\n", "{a:1}"),
        ("a: x # y\nb: 'x # y'\nc: x#y", "{a:x,b:\"x # y\",c:x#y}"),
        ("---\n~\n", "~"),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn says_where_and_why_the_rest_is_refused() {
    for (text, expected) in [
        (
            "a: 1\nb: 2\na: 3\n",
            "{a:1,b:2}\n10..11 duplicate-key: the key `a` is given twice",
        ),
        (
            "a: {b: 1, \"b\": 2}",
            "{a:{b:1}}\n10..13 duplicate-key: the key `b` is given twice",
        ),
        (
            "a:\n\tb: 1\n",
            "-\n4..5 yaml-syntax: tabs disallowed within this context (block indentation)",
        ),
        ("a: \"x\n", "-\n3..4 yaml-syntax: unclosed quote"),
        (
            "a: *x\n",
            "-\n3..4 yaml-syntax: while parsing node, found unknown anchor",
        ),
        (
            "&a [*a]",
            "-\n4..6 yaml-syntax: an alias stands inside its own anchor",
        ),
        (
            "a: 1\u{0}\nb: 2",
            "-\n4..5 yaml-syntax: the control character U+0000 is not allowed",
        ),
        (
            "a: \u{1b}[31m",
            "-\n3..4 yaml-syntax: the control character U+001B is not allowed",
        ),
        (
            "a: 1\rb: 2",
            "-\n4..5 yaml-syntax: a carriage return stands without a line feed",
        ),
        (
            "a: b: c\n",
            "-\n4..5 yaml-syntax: mapping values are not allowed in this context",
        ),
        ("a: [1", "-\n3..4 yaml-syntax: unclosed bracket '['"),
        ("a: @x", "-\n3..4 yaml-syntax: unexpected character: `@'"),
        (
            "%YAML 1.2\n",
            "-\n10..10 yaml-syntax: did not find expected <document start>",
        ),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn tags_and_keys_are_checked_without_hiding_the_rest() {
    for (text, expected) in [
        (
            "a: !foo 1",
            "{a:1}\n3..7 yaml-tag: the tag `!foo` is unknown",
        ),
        (
            "a: !!int x",
            "{a:x}\n3..8 yaml-tag: the tag `!!int` stands on what is not a whole number",
        ),
        (
            "a: !!seq {}",
            "{a:{}}\n3..8 yaml-tag: the tag `!!seq` stands on a mapping",
        ),
        (
            "a: !!binary aGk=",
            "{a:aGk=}\n3..11 yaml-tag: the tag `!!binary` is unknown",
        ),
        (
            "b: 1\n<<: {a: 1}\n",
            "{b:1}\n5..7 yaml-merge-key: merge keys (`<<`) are not part of YAML 1.2 \
             and are not read",
        ),
        (
            "a: {{ name }}",
            "{a:{}}\n4..4 yaml-key: a list or a mapping cannot be a key",
        ),
    ] {
        assert_eq!(read(text), expected, "{text:?}");
    }
}

#[test]
fn a_broken_document_does_not_hide_the_others() {
    let text = "a: 1\n---\nb: \"x\n---\nc: 3\n---\nd: [\n...\ne: 5\n";
    assert_eq!(
        read(text),
        "{a:1}\n-\n12..13 yaml-syntax: unclosed quote\n{c:3}\n\
         -\n31..32 yaml-syntax: unclosed bracket '['\n{e:5}"
    );
}

#[test]
fn places_are_those_of_the_whole_text() {
    let text = "a: 1\n---\nключ:\n  - x: 'значение'\n    y: |\n      z\nlast: end\n";
    let span = documents(text).pop().expect("two documents");
    let root = parse(text, span).root.expect("it is sound");
    let slice = |node: &Node<'_>| text[node.span.clone()].to_owned();
    let (key, list) = root.entry("ключ").expect("the key is there");
    assert_eq!(slice(key), "ключ");
    let NodeKind::Sequence(items) = &list.kind else {
        panic!("a list");
    };
    let (key, value) = items[0].entry("x").expect("the key is there");
    assert_eq!(
        (slice(key), slice(value)),
        ("x".to_owned(), "'значение'".to_owned())
    );
    let (key, value) = root.entry("last").expect("the key is there");
    assert_eq!(
        (slice(key), slice(value)),
        ("last".to_owned(), "end".to_owned())
    );
    assert_eq!(slice(&root), &text[9..text.len() - 1]);
    let (found, whole) = root.follow(["ключ", "x"]);
    assert_eq!(found.map(|(key, _)| slice(key)), Some("ключ".to_owned()));
    assert!(!whole);
}

#[test]
fn aliases_cannot_blow_up() {
    let mut bomb = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(",");
        let _ = writeln!(bomb, "a{level}: &a{level} [{below}]");
    }
    let list = vec!["x"; 2_000].join(",");
    let many = format!("a: &a [{list}]\nb: [{}]", vec!["*a"; 20_000].join(","));
    let text = "y".repeat(1_000_000);
    let large = format!("a: &a \"{text}\"\nb: [{}]", vec!["*a"; 1_000].join(","));
    let mut nested = String::new();
    for level in 0..60 {
        let _ = write!(nested, "&n{level} [");
    }
    let _ = write!(nested, "{}{}", vec!["x"; 9_000].join(","), "]".repeat(60));
    let nested = format!("a: {nested}\nb: *n0");
    for bomb in [bomb, many, large, nested] {
        let parsed = parse(&bomb, 0..bomb.len());
        assert_eq!(parsed.root, None);
        let [problem] = parsed.problems.as_slice() else {
            panic!("one problem, not {:?}", parsed.problems.len());
        };
        assert_eq!(
            (problem.check, problem.message.as_str()),
            (
                "yaml-limit",
                "anchors and aliases add more than 10000 values to this document"
            )
        );
    }
    let fits = vec!["x"; YAML_ALIAS_NODES_MAX / 2 - 1].join(",");
    let fits = format!("a: &a [{fits}]\nb: *a");
    assert_eq!(parse(&fits, 0..fits.len()).problems, []);
    // Without an alias an anchor costs nothing.
    let anchored = format!("a: &a [{}]", vec!["x"; 50_000].join(","));
    assert_eq!(parse(&anchored, 0..anchored.len()).problems, []);
}

#[test]
fn nesting_has_an_end() {
    let block: String = (0..10_000).fold(String::new(), |mut text, level| {
        let _ = writeln!(text, "{}a:", " ".repeat(level));
        text
    });
    let chain = (0..100).fold("a0: &a0 [x]\n".to_owned(), |mut text, level| {
        let _ = writeln!(text, "a{}: &a{} [*a{level}]", level + 1, level + 1);
        text
    });
    for deep in [
        "[".repeat(10_000),
        "{a: ".repeat(10_000),
        "- ".repeat(10_000),
        block,
        chain,
    ] {
        let parsed = parse(&deep, 0..deep.len());
        assert_eq!(parsed.root, None);
        let messages: Vec<&str> = parsed
            .problems
            .iter()
            .map(|problem| problem.message.as_str())
            .collect();
        assert_eq!(messages, ["the document nests deeper than 64 levels"]);
    }
    for fits in [
        format!(
            "{}x{}",
            "[".repeat(YAML_DEPTH_MAX),
            "]".repeat(YAML_DEPTH_MAX)
        ),
        "- ".repeat(YAML_DEPTH_MAX) + "x",
    ] {
        assert_eq!(parse(&fits, 0..fits.len()).problems, []);
    }
}

#[test]
fn many_keys_and_large_texts_are_read() {
    let keys: String = (0..50_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "k{number}: v");
        text
    });
    let parsed = parse(&keys, 0..keys.len());
    assert_eq!(parsed.problems, []);
    let twice = keys.clone() + &keys;
    assert_eq!(parse(&twice, 0..twice.len()).problems.len(), 50_000);
    let large = format!("a: \"{}\"", "ä".repeat(2_500_000));
    let root = parse(&large, 0..large.len()).root.expect("it is sound");
    assert_eq!(
        root.entry("a")
            .and_then(|(_, value)| value.text())
            .map(str::len),
        Some(5_000_000)
    );
}

#[test]
fn odd_spans_do_no_harm() {
    for (start, end) in [(0, 3), (1, 2), (100, 200), (2, 1)] {
        let parsed = parse("ä: 1", start..end);
        assert!(parsed.root.is_none() || parsed.problems.is_empty());
    }
}

proptest! {
    #[test]
    fn nothing_panics(text in "[a-c \\-:{}\\[\\],&*!#|>'\"%@\\n\\t\\r\u{feff}ä.~<?0-9]{0,200}") {
        for span in documents(&text) {
            let parsed = parse(&text, span.clone());
            for problem in parsed.problems {
                prop_assert!(problem.span.start >= span.start && problem.span.end <= span.end + 4);
            }
            if let Some(root) = parsed.root {
                prop_assert!(root.span.start >= span.start && root.span.end <= span.end);
                prop_assert!(text.get(root.span).is_some());
            }
        }
    }

    #[test]
    fn json_is_yaml(number in any::<i64>(), text in "\\PC{0,40}", flag in any::<bool>()) {
        let json = serde_json::json!({ "a": [number, flag, null], "b": { "c": text } });
        for printed in [json.to_string(), format!("{json:#}")] {
            let parsed = parse(&printed, 0..printed.len());
            prop_assert_eq!(&parsed.problems, &[]);
            let root = parsed.root.expect("it is sound");
            let (_, list) = root.entry("a").expect("the key is there");
            prop_assert_eq!(told(list), format!("[{number},{flag},null]"));
            let (found, _) = root.follow(["b", "c"]);
            prop_assert_eq!(found.and_then(|(_, value)| value.text()), Some(text.as_str()));
        }
    }
}
