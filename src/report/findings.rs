//! Findings as text for people, and as JSON for tools.
//!
//! A snippet shows the stretch of the line that the finding is about, and the
//! key in front of it. The rest of the line is cut off: it may hold a bank
//! account, and findings are printed into pull requests.

use std::{fmt::Write, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Padding, Renderer, Snippet};
use serde_json::{Value, json};

use super::{
    style::{Style, WIDTH_COLUMNS_DEFAULT},
    text::wrapped,
};
use crate::{
    model::{Finding, Place, Severity, limit::FINDINGS_SHOWN_MAX, printable, words},
    plan::ManifestPlace,
};

/// All findings as text, ordered by place, with the number of each severity at
/// the end. Empty when there are none. Where there are too many, errors come
/// before warnings, and what is left out is counted.
#[must_use]
pub fn text(findings: &[Finding], style: Style) -> String {
    if findings.is_empty() {
        return String::new();
    }
    let mut shown = sorted(findings);
    shown.sort_by_key(|finding| finding.severity);
    shown.truncate(FINDINGS_SHOWN_MAX);
    shown.sort_by(|one, other| one.order().cmp(&other.order()));
    let renderer = if style.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.term_width(style.width);
    let mut text = String::new();
    for finding in &shown {
        text.push_str(&block(finding, &renderer, style));
        text.push_str("\n\n");
    }
    if let Some(more @ 1..) = findings.len().checked_sub(shown.len()) {
        let _ = writeln!(text, "and {more} more");
    }
    text.push_str(&summary(findings));
    text.push('\n');
    text
}

/// `3 errors, 1 warning`.
#[must_use]
pub fn summary(findings: &[Finding]) -> String {
    let number = |severity: Severity| {
        findings
            .iter()
            .filter(|finding| finding.severity == severity)
            .count()
    };
    let counts = [
        (number(Severity::Error), "error"),
        (number(Severity::Warning), "warning"),
    ];
    let parts: Vec<String> = counts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| words::count(number, noun))
        .collect();
    if parts.is_empty() {
        "no findings".to_owned()
    } else {
        parts.join(", ")
    }
}

/// All findings as a JSON array, ordered by place. `file`, `line` and `column`
/// are `null` where a finding concerns no single place.
#[must_use]
pub fn json(findings: &[Finding]) -> Value {
    placed(findings)
        .into_iter()
        .map(|(finding, place)| {
            let Finding {
                check,
                severity,
                place: _,
                address,
                message,
                hint,
            } = finding;
            json!({
                "check": check,
                "severity": word(*severity),
                "message": message,
                "hint": hint,
                "file": place.as_ref().map(|place| &place.file),
                "line": place.as_ref().map(|place| place.line),
                "column": place.as_ref().map(|place| place.column),
                "address": address,
            })
        })
        .collect()
}

/// All findings, ordered by place, and where they are.
pub(super) fn placed(findings: &[Finding]) -> Vec<(&Finding, Option<ManifestPlace>)> {
    sorted(findings)
        .into_iter()
        .map(|finding| (finding, finding.place.as_ref().map(ManifestPlace::from)))
        .collect()
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn sorted(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by(|one, other| one.order().cmp(&other.order()));
    sorted
}

/// The nearest end of a character at or before `at`.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// One finding with its snippet and hint.
fn block(finding: &Finding, renderer: &Renderer, style: Style) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // `error[check]: ` stands before the message, and further lines below it.
    let label = word(finding.severity).len() + finding.check.len() + "[]: ".len();
    let message = broken(&clean(&finding.message), label, style);
    let title = level.clone().primary_title(message).id(finding.check);
    let mut head = Group::with_title(title);
    // The snippet is a group of its own: its line is cut, so the place has to
    // be told apart from it.
    let mut body = Group::with_level(level);
    if let Some(place) = &finding.place {
        let origin = Origin::path(clean(&place.source.name));
        if place.source.text.is_empty() {
            head = head.element(origin);
        } else {
            let (line, column) = place.line_and_column();
            let window = Window::of(place, style.width);
            head = head.element(origin.line(line).char_column(column));
            body = body.element(
                Snippet::source(window.text)
                    .line_start(line)
                    .annotation(AnnotationKind::Primary.span(window.caret)),
            );
        }
    }
    if let Some(hint) = &finding.hint {
        let level = Level::HELP.with_name("hint");
        let cleaned: Vec<String> = hint
            .split('\n')
            .map(|line| broken(&clean(line), HINT_COLUMNS, style))
            .collect();
        let message = level.message(cleaned.join("\n"));
        if body.is_empty() {
            head = head.element(message);
        } else {
            body = body.element(Padding).element(message);
        }
    }
    if body.is_empty() {
        return renderer.render(&[head]);
    }
    // Between the groups the renderer draws the bar twice.
    let drawn = renderer.render(&[head, body]);
    let mut lines: Vec<&str> = drawn.split('\n').collect();
    lines.dedup();
    lines.join("\n")
}

/// The columns before a hint: the bar's, and those of `= hint: `. Line numbers
/// have up to six digits.
const HINT_COLUMNS: usize = 15;

/// The least columns that are left for words.
const WORDS_COLUMNS_MIN: usize = 20;

/// A sentence in lines that fit beside what stands before it, where the output
/// is narrow.
fn broken(sentence: &str, before_columns: usize, style: Style) -> String {
    let left = style.width.saturating_sub(before_columns);
    let narrow = Style {
        width: left.max(WORDS_COLUMNS_MIN),
        ..style
    };
    if style.width >= WIDTH_COLUMNS_DEFAULT {
        return sentence.to_owned();
    }
    let mut lines = String::new();
    wrapped(&mut lines, "", sentence, narrow);
    lines.trim_end().to_owned()
}

/// What is shown of a line, and which part of it is pointed at.
#[derive(Debug, PartialEq, Eq)]
struct Window {
    text: String,
    caret: Range<usize>,
}

impl Window {
    fn of(place: &Place, width: usize) -> Self {
        let source = &place.source.text;
        let start = boundary(source, place.span.start);
        let line_start = source[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = source[start..]
            .find('\n')
            .map_or(source.len(), |len| start + len);
        let end = boundary(source, place.span.end.clamp(start, line_end));
        let covered = source[start..end].trim_end_matches('\r');
        let mut text = lead(&source[line_start..start]);
        let caret_start = text.len();
        let cut = covered.char_indices().nth(width).map(|(at, _)| at);
        text.push_str(&clean(&covered[..cut.unwrap_or(covered.len())]));
        let caret = caret_start..text.len();
        let mut rest = &source[start + covered.len()..line_end];
        if let (Some(after), None) = (rest.strip_prefix(':'), cut) {
            text.push(':');
            rest = after;
        }
        if cut.is_some() {
            text.push('…');
        } else if !rest.trim().is_empty() {
            text.push_str(" …");
        }
        Self { text, caret }
    }
}

/// What is shown of a line before the stretch that a finding is about: its
/// indentation and its first key.
fn lead(before: &str) -> String {
    let rest = before.trim_start_matches([' ', '\t', '-']);
    let indent = &before[..before.len() - rest.len()];
    let name = rest
        .find(|character: char| !(character.is_alphanumeric() || "-_./\"'".contains(character)))
        .unwrap_or(rest.len());
    let after = &rest[name..];
    let colon = after.strip_prefix(':').map(str::trim_start);
    match colon {
        _ if rest.is_empty() => clean(indent),
        Some(value) => {
            let kept = before.len() - value.len();
            let ellipsis = if value.is_empty() { "" } else { "…" };
            format!("{}{ellipsis}", clean(&before[..kept]))
        }
        None => format!("{}…", clean(indent)),
    }
}

/// Text that can steer nothing. A tab is a blank, as wide as its caret.
fn clean(text: &str) -> String {
    printable(&text.replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use std::{slice, sync::Arc};

    use super::*;
    use crate::model::{Address, Source};

    const TEXT: &str = "\
spec:
  - basic: { accountType: Prepayed, iban: BG80 }
  \u{1b}[31mx\ty: 1
  name: \u{202e}evil
last:
";

    fn source() -> Arc<Source> {
        Arc::new(Source::new("a/b.yaml".to_owned(), TEXT.to_owned()))
    }

    fn place(needle: &str) -> Place {
        let source = source();
        let at = source.text.find(needle).expect("the text holds it");
        Place {
            source,
            span: at..at + needle.len(),
        }
    }

    #[test]
    fn shows_the_stretch_and_no_more() {
        let finding = Finding::error(
            "unknown-value",
            place("Prepayed"),
            "`Prepayed` is not in it",
        );
        let finding = finding.hint("did you mean `Prepaid`?");
        let expected = "\
error[unknown-value]: `Prepayed` is not in it
 --> a/b.yaml:2:27
  |
2 |   - basic: …Prepayed …
  |             ^^^^^^^^
  |
  = hint: did you mean `Prepaid`?

1 error
";
        assert_eq!(text(&[finding], Style::default()), expected);
    }

    #[test]
    fn cuts_lines_around_the_stretch() {
        for (needle, shown, pointed_at) in [
            ("spec", "spec:", "spec"),
            ("basic", "  - basic: …", "basic"),
            (
                "{ accountType",
                "  - basic: { accountType: …",
                "{ accountType",
            ),
            ("iban", "  - basic: …iban: …", "iban"),
            ("x\ty", "  …x y: …", "x y"),
            ("\u{1b}", "  � …", "�"),
            ("\u{202e}evil", "  name: �evil", "�evil"),
            ("last:\n", "last:", "last:"),
        ] {
            let window = Window::of(&place(needle), 80);
            assert_eq!(window.text, shown, "{needle:?}");
            assert_eq!(&window.text[window.caret], pointed_at, "{needle:?}");
        }
    }

    #[test]
    fn places_out_of_the_text_do_no_harm() {
        for span in [0..0, 0..10_000, 9_999..10_000, TEXT.len()..TEXT.len()] {
            let place = Place {
                source: source(),
                span,
            };
            let finding = Finding::warning("odd", place, "odd");
            assert!(text(slice::from_ref(&finding), Style::default()).ends_with("1 warning\n"));
            assert!(json(&[finding])[0]["line"].is_number());
        }
    }

    #[test]
    fn long_values_are_cut_to_the_width() {
        let source = Arc::new(Source::new(
            "long.json".to_owned(),
            format!("{{\"a\": \"{}\"}}", "ä".repeat(5_000_000)),
        ));
        let end = source.text.len() - 1;
        let place = Place {
            source,
            span: 6..end,
        };
        let window = Window::of(&place, 20);
        assert_eq!(window.text, format!("…\"{}…", "ä".repeat(19)));
    }

    #[test]
    fn names_and_messages_are_sanitised() {
        let source = Arc::new(Source::new("a\u{1b}]0;b.yaml".to_owned(), String::new()));
        let place = Place { source, span: 0..0 };
        let finding = Finding::error("bad", place, "a\u{7}b\nc").hint("d\re\nf");
        let expected = "\
error[bad]: a�b�c
--> a�]0;b.yaml
 = hint: d�e
         f

1 error
";
        assert_eq!(text(&[finding], Style::default()), expected);
    }

    #[test]
    fn errors_come_before_warnings_where_there_are_too_many() {
        let mut findings: Vec<Finding> = (0..FINDINGS_SHOWN_MAX)
            .map(|number| Finding::warning("w", place("spec"), format!("warning {number}")))
            .collect();
        findings.push(Finding::error("e", place("last"), "the error"));
        findings.push(Finding::error("e", place("iban"), "another"));
        let shown = text(&findings, Style::default());
        assert!(shown.contains("the error"));
        assert!(shown.ends_with("\n\nand 2 more\n2 errors, 100 warnings\n"));
        assert_eq!(shown.matches("warning[w]").count(), FINDINGS_SHOWN_MAX - 2);
        assert!(shown.find("another") < shown.find("the error"));
    }

    #[test]
    fn json_has_every_finding_with_its_place() {
        let address = Address {
            kind: "ToyAccount",
            name: Arc::from("acme"),
        };
        let findings = [
            Finding::error("b", place("iban"), "second").of(&address),
            Finding::warning("a", place("spec"), "first").hint("do it"),
            Finding::placeless("c", "no place"),
        ];
        assert_eq!(
            json(&findings),
            json!([
                { "check": "c", "severity": "error", "message": "no place", "hint": null,
                  "file": null, "line": null, "column": null, "address": null },
                { "check": "a", "severity": "warning", "message": "first", "hint": "do it",
                  "file": "a/b.yaml", "line": 1, "column": 1, "address": null },
                { "check": "b", "severity": "error", "message": "second", "hint": null,
                  "file": "a/b.yaml", "line": 2, "column": 37, "address": "ToyAccount/acme" },
            ])
        );
    }

    #[test]
    fn colours_only_when_asked() {
        let findings = [Finding::error("a", place("spec"), "m")];
        let plain = text(&findings, Style::default());
        let coloured = Style {
            colour: true,
            width: Style::default().width,
        };
        assert!(!plain.contains('\u{1b}'));
        assert!(text(&findings, coloured).contains("\u{1b}["));
        assert_eq!(text(&[], coloured), "");
        assert_eq!(summary(&[]), "no findings");
    }
}
