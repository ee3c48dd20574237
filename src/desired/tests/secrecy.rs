//! What no finding may ever say, and what no input may ever do.

use proptest::prelude::*;

use super::*;
use crate::report::{Style, findings};

#[test]
fn values_of_sensitive_fields_are_in_no_finding() {
    let secret = "SECRETSECRET";
    for spec in [
        format!("billing: {{ taxNumber: [{secret}] }}"),
        format!("bankInfo: {{ bankAccount: {} }}", secret.repeat(4)),
        format!("contact: {{ email: {secret} }}"),
        format!("bankInfo: {{ bankAccount: \"{secret}\\0\" }}"),
        format!("bankInfo: {secret}"),
        format!("bankInfo: {{ bankAccount: {secret} }}"),
        format!("contact: {{ emai: {secret} }}"),
        format!("contact: {{ email: {secret}, colour: x }}"),
        format!("contact: {{ colour: x, email: {secret} }}"),
        format!("bankInfo:\n  bankAccount: \"{secret}\n"),
        format!("bankInfo:\n  bankAccount: {secret}: x\n"),
        format!("bankInfo: {{ bankAccount: {secret}, bankAccount: {secret} }}"),
        format!("bankInfo: {{ bankAccount: !!int {secret} }}"),
        format!("bankInfo: {{ bankAccount: !x {secret} }}"),
    ] {
        let (_, findings) = account(&spec);
        assert!(!findings.is_empty(), "{spec}");
        for shown in [
            told_all(&findings),
            findings::text(&findings, Style::default()),
            findings::json(&findings).to_string(),
        ] {
            assert!(!shown.contains("SECRET"), "{spec}\n{shown}");
        }
    }
    // The same holds for values from outside, whatever the field.
    let mut options = options();
    for (name, value) in [("A", "SECRET"), ("B", "SECRETSECRET"), ("C", "99991231")] {
        options
            .environment
            .variables
            .insert(name.to_owned(), value.to_owned());
    }
    let text = "apiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\n\
                metadata: { name: acme }\nspec:\n  \
                billing: { currency: { env: A }, paymentTerm: { env: A },\n  \
                  taxed: { env: A }, validTo: { env: A } }\n  \
                basic: { accountType: { env: A }, accountCode: { env: C }, trade: { env: B } }\n  \
                contact: { homePage: { env: A }, partnerId: { env: A } }\n";
    let (_, findings) = desire_texts(&[text, PROVIDER], &options);
    // Seven values that do not fit, and a key that must not come from outside.
    assert_eq!(findings.len(), 8);
    assert!(
        !told_all(&findings).contains("SECRET"),
        "{}",
        told_all(&findings)
    );
    let shown = findings::text(&findings, Style::default());
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn no_spec_panics(lines in proptest::collection::vec(
        concat!(
            "( {0,4})(basic|billing|group|extra|end|accountName|paymentTerm|validTo|products|x):",
            "( (null|~|x|1|\\[\\]|\\{\\}|\\[1, x\\]|\\{ (ref|env|file): [a-z./]{1,5} \\}",
            "|2050-01-01|\"\"|&a 1|\\*a|!!str 1))?",
        ),
        0..8,
    )) {
        let (_, findings) = account(&lines.join("\n"));
        let _ = findings::text(&findings, Style::default());
        let _ = findings::json(&findings);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let loaded = load::from_memory([("a.yaml".to_owned(), bytes)]);
        let (_, findings) = desire(loaded, toy::REGISTRY, &options());
        let _ = findings::text(&findings, Style::default());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,300}") {
        let text = format!("{HEAD}ToyAccount\nmetadata: {{ name: acme }}\nspec: {text}\n");
        let (_, findings) = desire_texts(&[&text], &options());
        let _ = findings::text(&findings, Style::default());
    }
}
