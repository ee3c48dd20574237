//! Where in a text a field's value stands, and what replaces it there.

use std::{collections::BTreeSet, ops::Range, path::Path};

use crate::{
    import::{
        scalar::{self, Quotes},
        value::Value,
    },
    manifest::yaml::{Node, NodeKind},
    model::{FieldPath, Source},
};

/// A piece of a source, and what is put in its place.
#[derive(Debug, Clone)]
pub(super) struct Replacement {
    /// Where the key of the field starts, before the piece.
    pub(super) key: usize,
    /// The piece.
    pub(super) range: Range<usize>,
    /// The text in its place.
    pub(super) text: String,
}

/// The stretch of a source that a new value replaces, and the text for it. The
/// quotes stay as they are.
///
/// # Errors
/// Why the value cannot be edited in place.
pub(super) fn replacement(
    source: &Source,
    root: &Node<'_>,
    path: FieldPath,
    value: &Value,
) -> Result<Replacement, String> {
    let text = source.text.as_str();
    let mut node = root;
    let mut found = None;
    for step in ["spec"].into_iter().chain(path.as_str().split('.')) {
        let entry = node
            .entry(step)
            .ok_or_else(|| format!("`{step}` is not written out in the manifest"))?;
        let colon = refuse_anchors(text, entry)?;
        found = Some((colon, entry));
        node = &entry.1;
    }
    let (colon, (key, old)) = found.ok_or("the manifest has no spec")?;
    let is_json = Path::new(&source.name)
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    let first = text.as_bytes().get(old.span.start);
    let (range, text) = match (&old.kind, value) {
        (NodeKind::Scalar { .. }, _) => scalar_at(text, colon, old, value, is_json)?,
        (NodeKind::Sequence(_), _) if first == Some(&b'[') => closed(text, old, value, is_json)?,
        (NodeKind::Mapping(_), _) if first == Some(&b'{') => closed(text, old, value, is_json)?,
        (NodeKind::Sequence(items), Value::Names(names))
            if !items.is_empty() && !names.is_empty() =>
        {
            items_at(text, old, &items[0], names)?
        }
        (NodeKind::Sequence(_) | NodeKind::Mapping(_), _) => {
            let range = colon..old.span.end;
            refuse_remarks(text, &range)?;
            (range, format!(" {}", flow(value, is_json)))
        }
    };
    Ok(Replacement {
        key: key.span.start,
        range,
        text,
    })
}

/// Other items for a list that has one in each line. What stands between the key
/// and the first of them stays.
fn items_at(
    text: &str,
    old: &Node<'_>,
    first: &Node<'_>,
    names: &BTreeSet<String>,
) -> Result<(Range<usize>, String), String> {
    let start = text[..first.span.start].rfind('\n').map_or(0, |at| at + 1);
    let line = &text[start..first.span.start];
    let indent = &line[..line.len() - line.trim_start().len()];
    if !line.trim_start().starts_with("- ") {
        return Err("its list is written in an unusual way".to_owned());
    }
    let range = start..old.span.end;
    refuse_remarks(text, &range)?;
    let items: Vec<String> = names
        .iter()
        .map(|name| format!("{indent}- {}", scalar::text(name, Quotes::AsNeeded)))
        .collect();
    let line_break = if text[..start].ends_with("\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    Ok((range, items.join(line_break)))
}

fn flow(value: &Value, is_json: bool) -> String {
    value.quoted(if is_json {
        Quotes::Double
    } else {
        Quotes::AsNeeded
    })
}

fn scalar_at(
    text: &str,
    colon: usize,
    old: &Node<'_>,
    value: &Value,
    is_json: bool,
) -> Result<(Range<usize>, String), String> {
    if old.span.is_empty() {
        return Ok((colon..colon, format!(" {}", flow(value, is_json))));
    }
    let block = |text: &str| text.trim_start().starts_with(['|', '>']);
    if block(&text[old.span.clone()]) || block(&text[colon..old.span.start]) {
        return Err("its value is a block of text; edit it by hand".to_owned());
    }
    let quotes = match text.as_bytes()[old.span.start] {
        b'"' => Quotes::Double,
        b'\'' => Quotes::Single,
        _ if is_json => Quotes::Double,
        _ => Quotes::AsNeeded,
    };
    // Quotes around a list or a reference were those of a text.
    let quotes = match value {
        Value::Names(_) | Value::Structure(_) | Value::Reference(_) if !is_json => Quotes::AsNeeded,
        _ => quotes,
    };
    Ok((old.span.clone(), value.quoted(quotes)))
}

/// The place after the colon of an entry.
///
/// # Errors
/// When the value is an alias, or has an anchor or a tag: an edit would change
/// more than this one field.
fn refuse_anchors(text: &str, entry: &(Node<'_>, Node<'_>)) -> Result<usize, String> {
    let (key, value) = entry;
    let rest = text.get(key.span.end..).unwrap_or_default();
    let colon = rest
        .find(':')
        .map(|at| key.span.end + at + 1)
        .ok_or("its key has no colon")?;
    let shared = "it is shared by an anchor, an alias or a tag; edit it by hand";
    let start = value.span.start.max(colon);
    let between = without_remarks(text.get(colon..start).unwrap_or_default());
    if between.contains(['&', '*', '!']) {
        return Err(shared.to_owned());
    }
    let first = text.as_bytes().get(value.span.start);
    if !value.span.is_empty() && matches!(first, Some(b'&' | b'*' | b'!')) {
        return Err(shared.to_owned());
    }
    Ok(colon)
}

/// Some lines without their comments.
fn without_remarks(lines: &str) -> String {
    let lines = lines
        .lines()
        .map(|line| line.split_once('#').map_or(line, |(before, _)| before));
    lines.collect()
}

/// Refuses a list or mapping in which an edit would lose something.
fn refuse_remarks(text: &str, span: &Range<usize>) -> Result<(), String> {
    if text[span.clone()].contains(['#', '&', '*', '!']) {
        return Err(
            "its value holds comments, anchors, aliases or tags; edit it by hand".to_owned(),
        );
    }
    Ok(())
}

/// Another value for a list or mapping in brackets, which must end with one.
fn closed(
    text: &str,
    old: &Node<'_>,
    value: &Value,
    is_json: bool,
) -> Result<(Range<usize>, String), String> {
    refuse_remarks(text, &old.span)?;
    if text[old.span.clone()].ends_with([']', '}']) {
        Ok((old.span.clone(), flow(value, is_json)))
    } else {
        Err("its value is written in an unusual way".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{manifest::yaml, model::FieldMap};

    fn path(path: &str) -> FieldPath {
        let text = json!({ "type": ["string", "null"] });
        let schema = json!({ "properties": {
            "name": text,
            "group": { "properties": { "kind": text, "names": text } },
        } });
        let fields = FieldMap::compile(&schema).expect("a schema");
        fields.path(path).expect("a field")
    }

    fn edited(name: &str, text: &str, field: &str, value: &Value) -> Result<String, String> {
        let source = Source::new(name, text);
        let span = yaml::documents(text)
            .into_iter()
            .next()
            .expect("a document");
        let parsed = yaml::parse(text, span);
        let root = parsed.root.as_ref().expect("a root");
        let new = replacement(&source, root, path(field), value)?;
        let at_key = text[new.key..].trim_start_matches('"');
        assert!(at_key.starts_with(field.rsplit('.').next().expect("a name")));
        let mut text = text.to_owned();
        text.replace_range(new.range, &new.text);
        Ok(text)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    fn names(names: &[&str]) -> Value {
        Value::Names(
            names
                .iter()
                .map(|name| (*name).to_owned())
                .collect::<BTreeSet<_>>(),
        )
    }

    /// Edits YAML, and compares apart from the sort of quotes.
    fn becomes(cases: &[(&str, &str, Value, &str)]) {
        for (before, field, value, after) in cases {
            let found = edited("a.yaml", before, field, value).expect(before);
            assert_eq!(
                found.replace("'NO'", "\"NO\"").replace("'264'", "\"264\""),
                *after
            );
        }
    }

    #[test]
    fn only_the_value_changes() {
        becomes(&[
            (
                "spec:\n  name: old # why\n  x: 1\n",
                "name",
                text("new"),
                "spec:\n  name: new # why\n  x: 1\n",
            ),
            (
                "spec: { name: \"old\" }\n",
                "name",
                text("new"),
                "spec: { name: \"new\" }\n",
            ),
            (
                "spec: { name: 'old', x: 1 }\n",
                "name",
                text("it's"),
                "spec: { name: 'it''s', x: 1 }\n",
            ),
            (
                "spec:\n  name:\n  x: 1\n",
                "name",
                text("new"),
                "spec:\n  name: new\n  x: 1\n",
            ),
            (
                "spec:\n  name:   # none\n",
                "name",
                text("new"),
                "spec:\n  name: new   # none\n",
            ),
            (
                "spec:\n  name: old\n",
                "name",
                Value::Null,
                "spec:\n  name: null\n",
            ),
            (
                "spec:\n  name: null\n",
                "name",
                text("NO"),
                "spec:\n  name: \"NO\"\n",
            ),
            (
                "spec:\n  name: a long\n    text\n  x: 1\n",
                "name",
                text("short"),
                "spec:\n  name: short\n  x: 1\n",
            ),
        ]);
    }

    #[test]
    fn lists_and_references_keep_their_style() {
        becomes(&[
            (
                "spec:\n  group:\n    names: [a, b] # two\n",
                "group.names",
                names(&["c"]),
                "spec:\n  group:\n    names: [c] # two\n",
            ),
            (
                "spec:\n  group:\n    names:\n    - a\n    - b\n    kind: x\n",
                "group.names",
                names(&["c", "d"]),
                "spec:\n  group:\n    names:\n    - c\n    - d\n    kind: x\n",
            ),
            (
                "spec:\n  group:\n    names:\n      - a\n    kind: x\n",
                "group.names",
                Value::Null,
                "spec:\n  group:\n    names: null\n    kind: x\n",
            ),
            (
                "spec:\n  name: { ref: a }\n",
                "name",
                Value::Reference("b".into()),
                "spec:\n  name: { ref: b }\n",
            ),
            (
                "spec:\n  name:\n    ref: a\n  x: 1\n",
                "name",
                text("264"),
                "spec:\n  name: \"264\"\n  x: 1\n",
            ),
        ]);
    }

    #[test]
    fn remarks_before_a_list_stay_and_its_line_breaks_are_those_of_the_file() {
        let before = "spec:\r\n  group:\r\n    names: # asked for by Maria\r\n      \
                      # do not remove\r\n      - a\r\n      - b\r\n    kind: x\r\n";
        let after = before.replace("- a\r\n      - b", "- c\r\n      - d\r\n      - e");
        let found = edited("a.yaml", before, "group.names", &names(&["c", "d", "e"]));
        assert_eq!(found, Ok(after));
        let before = "spec:\n  group:\n    names: # why\n    # these\n    - a";
        let found = edited("a.yaml", before, "group.names", &names(&["c", "d"]));
        assert_eq!(found, Ok(before.replace("- a", "- c\n    - d")));
        let before = "spec:\n  group:\n    names: # why\n      [a]\n";
        let found = edited("a.yaml", before, "group.names", &names(&["c"]));
        assert_eq!(found, Ok(before.replace("[a]", "[c]")));
    }

    #[test]
    fn remarks_are_not_lost_where_a_value_takes_another_shape() {
        for (before, value) in [
            ("names: # why\n      - a\n", Value::Null),
            ("names:\n      # why\n      - a\n", names(&[])),
            ("names: # agreed\n      ref: a\n", text("12345")),
            ("names:\n      # agreed\n      ref: a\n", text("12345")),
            ("names:\n      ref: # agreed\n        a\n", text("12345")),
            ("names:\n      - a\n      # why\n      - b\n", names(&["c"])),
        ] {
            let before = format!("spec:\n  group:\n    {before}");
            let found = edited("a.yaml", &before, "group.names", &value);
            let reason = found.expect_err(&before);
            assert!(reason.contains("comments"), "{before}{reason}");
        }
    }

    #[test]
    fn json_stays_json() {
        let json = "{\"spec\": {\"name\": \"old\", \"group\": {\"kind\": null}}}";
        assert_eq!(
            edited("a.json", json, "name", &Value::Reference("b".into())),
            Ok(
                "{\"spec\": {\"name\": { \"ref\": \"b\" }, \"group\": {\"kind\": null}}}"
                    .to_owned()
            )
        );
        assert_eq!(
            edited("a.json", json, "group.kind", &text("x")),
            Ok("{\"spec\": {\"name\": \"old\", \"group\": {\"kind\": \"x\"}}}".to_owned())
        );
    }

    #[test]
    fn what_is_shared_or_would_be_lost_is_refused() {
        for (before, field) in [
            ("spec:\n  name: &n old\n", "name"),
            ("x: &n old\nspec:\n  name: *n\n", "name"),
            ("spec:\n  name: !!str old\n", "name"),
            ("spec:\n  group: &g\n    kind: old\n", "group.kind"),
            ("x: &g { kind: old }\nspec:\n  group: *g\n", "group.kind"),
            ("spec:\n  name: |\n    old\n", "name"),
            ("spec:\n  name: >-\n    old\n", "name"),
            (
                "spec:\n  group:\n    names:\n      - a # why\n      - b\n",
                "group.names",
            ),
            ("spec:\n  group: null\n", "group.kind"),
            ("x: 1\n", "name"),
        ] {
            assert!(
                edited("a.yaml", before, field, &text("new")).is_err(),
                "{before}"
            );
        }
    }
}
