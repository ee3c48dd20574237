//! One field at a time: what it takes, and what it says to the rest.

use proptest::prelude::*;

use super::*;

/// Reads one `ToyAccount` with this spec. The first line of the spec is line 4
/// of `a.yaml`.
fn account(spec: &str) -> (Desired, Vec<Finding>) {
    let indented: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!(
        "apiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\nmetadata: {{ name: acme }}\nspec:\n{indented}"
    );
    desire_texts(&[&text, PROVIDER], &options())
}

/// The fields that a spec gives, without the key.
fn good(spec: &str) -> String {
    let (desired, findings) = account(spec);
    assert_eq!(told_all(&findings), "", "{spec}");
    let fields = fields(&desired.resources[0]);
    let rest: Vec<&str> = fields
        .lines()
        .filter(|line| !line.starts_with("basic.accountCode"))
        .collect();
    rest.join("\n")
}

fn bad(spec: &str) -> String {
    let (desired, findings) = account(spec);
    assert!(
        findings.iter().any(|f| f.severity == Severity::Warning) || desired.resources.is_empty()
    );
    told_all(&findings)
}

#[test]
fn fields_take_their_values() {
    for (spec, fields) in [
        ("basic: { country: NO }", "basic.country = Text(\"NO\")"),
        (
            "basic: { accountName: 1e3 }",
            "basic.accountName = Text(\"1e3\")",
        ),
        (
            "basic: { accountName: 0755 }",
            "basic.accountName = Text(\"0755\")",
        ),
        (
            "basic: { accountName: 007 }",
            "basic.accountName = Text(\"007\")",
        ),
        (
            "basic: { accountName: 10001 }",
            "basic.accountName = Text(\"10001\")",
        ),
        (
            "basic: { accountName: on }",
            "basic.accountName = Text(\"on\")",
        ),
        (
            "basic: { accountName: true }",
            "basic.accountName = Text(\"true\")",
        ),
        (
            "basic: { accountName: 2026-01-01 }",
            "basic.accountName = Text(\"2026-01-01\")",
        ),
        (
            "basic: { accountName: \"null\" }",
            "basic.accountName = Text(\"null\")",
        ),
        ("basic: { country: null }", "basic.country = Unset"),
        ("basic: { country: ~ }", "basic.country = Unset"),
        ("basic: { country: \"\" }", "basic.country = Unset"),
        (
            "basic: { accountType: Postpaid }",
            "basic.accountType = Text(\"Postpaid\")",
        ),
        ("basic: { trade: Retail }", "basic.trade = Text(\"Retail\")"),
        (
            "basic: { trade: Fishing }",
            "basic.trade = Text(\"Fishing\")",
        ),
        ("basic: { origin: null }", "basic.origin = Unset"),
        (
            "billing: { paymentTerm: 30 }",
            "billing.paymentTerm = Integer(30)",
        ),
        (
            "billing: { paymentTerm: 0x1e }",
            "billing.paymentTerm = Integer(30)",
        ),
        (
            "billing: { paymentTerm: null }",
            "billing.paymentTerm = Unset",
        ),
        (
            "billing: { paymentTerm: { env: TERM } }",
            "billing.paymentTerm = Integer(30)",
        ),
        ("billing: { taxed: True }", "billing.taxed = Bool(true)"),
        ("billing: { taxed: false }", "billing.taxed = Bool(false)"),
        (
            "billing: { taxNumber: 0123456789 }",
            "billing.taxNumber = sensitive 0123456789",
        ),
        (
            "billing: { validTo: 2050-01-01 }",
            "billing.validTo = Text(\"2050-01-01 00:00:00\")",
        ),
        (
            "billing: { validTo: 2050-01-01T10:00:00+03:00 }",
            "billing.validTo = Text(\"2050-01-01T10:00:00+03:00\")",
        ),
        (
            "billing: { products: [sms, voice] }",
            "billing.products = Set({\"sms\", \"voice\"})",
        ),
        ("billing: { products: [] }", "billing.products = Unset"),
        (
            "billing: null",
            "billing.paymentTerm = Unset\nbilling.products = Unset\nbilling.taxNumber = Unset\n\
             billing.taxed = Unset\nbilling.validTo = Unset",
        ),
        ("basic: ~", "basic.country = Unset\nbasic.trade = Unset"),
        ("basic: {}", ""),
        (
            "bankInfo: { bankName: x, bankAccount: { env: IBAN } }",
            "bankInfo.bankAccount = sensitive BG80BNBG96611020345678\nbankInfo.bankName = Text(\"x\")",
        ),
        (
            "bankInfo:\n  bankName: x\n  bankAccount:\n    file: secrets/iban.txt",
            "bankInfo.bankAccount = sensitive DE02120300000000202051\nbankInfo.bankName = Text(\"x\")",
        ),
        (
            "bankInfo: { bankName: { file: ./x/../secrets/two.txt } }",
            "bankInfo.bankName = Text(\"a\\r\\n\")",
        ),
        (
            "contact: { email: a@b.example }",
            "contact.email = sensitive a@b.example",
        ),
        (
            "contact: { homePage: \"https://x.example/y\" }",
            "contact.homePage = Text(\"https://x.example/y\")",
        ),
        (
            "contact: { partnerId: 123E4567-e89b-12d3-a456-426614174000 }",
            "contact.partnerId = Text(\"123E4567-e89b-12d3-a456-426614174000\")",
        ),
        ("group: 17", "group = Text(\"17\")"),
        ("group: null", "group = Unset"),
        ("group: \"\"", "group = Unset"),
        (
            "extra: { a: [1, 2.5, true, null, NO, \"7\"], b: {} }",
            "extra = json {\"a\":[1,2.5,true,null,\"NO\",\"7\"],\"b\":{}}",
        ),
        ("extra: []", "extra = Unset"),
        ("extra: {}", "extra = json {}"),
        ("extra: { env: x }", "extra = json {\"env\":\"x\"}"),
        (
            "basic: { country: &c BG, trade: *c }",
            "basic.country = Text(\"BG\")\nbasic.trade = Text(\"BG\")",
        ),
    ] {
        assert_eq!(good(spec), fields, "{spec}");
        let mut f = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open("/tmp/values.txt")
            .unwrap();
        use std::io::Write as _;
        for l in spec.lines() {
            writeln!(f, "> {l}").unwrap();
        }
        for l in fields.lines() {
            writeln!(f, "{l}").unwrap();
        }
        writeln!(f).unwrap();
    }
}

#[test]
fn fields_say_what_is_wrong_and_where() {
    for (spec, findings) in [
        // Keys.
        (
            "basic: { acountName: x }",
            "a.yaml:5:12 unknown-key: `basic.acountName` is unknown\n  did you mean `accountName`?",
        ),
        (
            "currency: EUR",
            "a.yaml:5:3 unknown-key: `currency` is unknown\n  it is known as `billing.currency`",
        ),
        (
            "billing: { billing: 1 }",
            "a.yaml:5:14 unknown-key: `billing.billing` is unknown\n  it is known as `billing`",
        ),
        (
            "providr: x",
            "a.yaml:5:3 unknown-key: `providr` is unknown\n  did you mean `provider`?",
        ),
        (
            "group: x\nbankAcount: 1",
            "a.yaml:6:3 unknown-key: `bankAcount` is unknown\n  did you mean `bankInfo.bankAccount`?",
        ),
        (
            "contact: { colour: red }",
            "a.yaml:5:14 unknown-key: `contact.colour` is unknown\n  known are `email`, `homePage` and `partnerId`",
        ),
        (
            "basic: { id: 5 }",
            "a.yaml:5:12 computed-field: `basic.id` is made by the provider\n  leave it out",
        ),
        // Emptiness.
        (
            "basic: { accountName: null }",
            "a.yaml:5:12 cannot-be-empty: `basic.accountName` cannot be empty\n  \
          give a value, or leave the field out: what is left out is not managed",
        ),
        (
            "basic: { accountName: \"\" }",
            "a.yaml:5:12 cannot-be-empty: `basic.accountName` cannot be empty\n  \
          give a value, or leave the field out: what is left out is not managed",
        ),
        (
            "basic:\n  country:",
            "a.yaml:6:5 warning empty-value: `basic.country` has no value, which clears the field\n  \
          write `null` if that is meant, or leave the field out",
        ),
        (
            "basic: { accountCode: null }",
            "a.yaml:5:12 cannot-be-empty: `basic.accountCode` cannot be empty\n  \
          give a value, or leave the field out: what is left out is not managed",
        ),
        // Types.
        (
            "basic: x",
            "a.yaml:5:3 wrong-type: `basic` is a section, and this is text\n  write its fields below it",
        ),
        (
            "basic: [x]",
            "a.yaml:5:3 wrong-type: `basic` is a section, and this is a list\n  write its fields below it",
        ),
        (
            "basic: { accountName: [x] }",
            "a.yaml:5:12 wrong-type: `basic.accountName` is text, and this is a list\n  \
          write the value, `{ env: NAME }` or `{ file: path }`",
        ),
        (
            "basic: { accountName: { env: A, file: b } }",
            "a.yaml:5:12 wrong-type: `basic.accountName` is text, and this is a mapping\n  \
          write the value, `{ env: NAME }` or `{ file: path }`",
        ),
        (
            "billing: { paymentTerm: 91 }",
            "a.yaml:5:27 out-of-range: `billing.paymentTerm` cannot be `91`\n  give a number from 0 to 90 days",
        ),
        (
            "billing: { paymentTerm: -1 }",
            "a.yaml:5:27 out-of-range: `billing.paymentTerm` cannot be `-1`\n  give a number from 0 to 90 days",
        ),
        (
            "billing: { paymentTerm: 18446744073709551616 }",
            "a.yaml:5:27 out-of-range: `billing.paymentTerm` cannot be `18446744073709551616`\n  \
          give a number from 0 to 90 days",
        ),
        (
            "billing: { paymentTerm: \"30\" }",
            "a.yaml:5:27 wrong-type: `billing.paymentTerm` is a whole number, and `30` is text in quotes\n  \
          leave the quotes out",
        ),
        (
            "billing: { paymentTerm: 030 }",
            "a.yaml:5:27 wrong-type: `billing.paymentTerm` is a whole number, and `030` starts with a zero\n  \
          leave the zero out; some tools would take the number for an octal one",
        ),
        (
            "billing: { paymentTerm: 30.0 }",
            "a.yaml:5:27 wrong-type: `billing.paymentTerm` is a whole number, and `30.0` is not\n  \
          give a number from 0 to 90 days",
        ),
        (
            "billing: { taxed: yes }",
            "a.yaml:5:21 wrong-type: `billing.taxed` is `true` or `false`, and `yes` is not\n  \
          write `true` or `false`; `yes` and `on` are text since YAML 1.2",
        ),
        (
            "billing: { taxed: \"true\" }",
            "a.yaml:5:21 wrong-type: `billing.taxed` is `true` or `false`, and `true` is not\n  leave the quotes out",
        ),
        (
            "billing: { validTo: 31.12.2026 }",
            "a.yaml:5:23 wrong-date: `billing.validTo` is a date, and `31.12.2026` is not written as one\n  \
          write `2050-01-31`, `2050-01-31 23:59:59` or `2050-01-31T23:59:59+03:00`",
        ),
        (
            "billing: { validTo: 2025-02-30 }",
            "a.yaml:5:23 wrong-date: `billing.validTo` is a date, and `2025-02-30` is in no calendar\n  \
          write `2050-01-31`, `2050-01-31 23:59:59` or `2050-01-31T23:59:59+03:00`",
        ),
        // Lists of names.
        (
            "basic: { accountType: Prepayed }",
            "a.yaml:5:25 unknown-value: `basic.accountType` is one of a list, and `Prepayed` is not in it\n  \
          did you mean `Prepaid`?",
        ),
        (
            "basic: { trade: RETAIL }",
            "a.yaml:5:19 warning other-case: `basic.trade` knows `Retail`, and `RETAIL` differs from it in case\n  \
          write `Retail`",
        ),
        (
            "billing: { products: voice }",
            "a.yaml:5:24 wrong-type: `billing.products` is a list of names, and this is text\n  write `[voice]`",
        ),
        (
            "billing: { products: [voice, fax, voice, ~] }",
            "a.yaml:5:32 unknown-value: `billing.products` cannot hold `fax`\n  known are `voice`, `data` and `sms`\n\
          a.yaml:5:37 warning repeated-name: `billing.products` names `voice` twice\n  name it once\n\
          a.yaml:5:44 wrong-type: `billing.products` is a list of names, and one of them is nothing\n  \
          known are `voice`, `data` and `sms`",
        ),
        // Texts.
        (
            "billing: { currency: EURO }",
            "a.yaml:5:24 too-long: `billing.currency` has at most 3 characters, and `EURO` has 4\n  shorten it",
        ),
        (
            "basic: { accountName: \"a\\0b\" }",
            "a.yaml:5:25 control-character: `basic.accountName` holds a control character\n  delete it",
        ),
        (
            "contact: { homePage: example }",
            "a.yaml:5:24 wrong-format: `contact.homePage` is a URL, and `example` is not\n  \
          write it like `https://example.com/path`",
        ),
        (
            "contact: { partnerId: 123 }",
            "a.yaml:5:25 wrong-format: `contact.partnerId` is a UUID, and `123` is not\n  \
          write it like `123e4567-e89b-12d3-a456-426614174000`",
        ),
        (
            "contact: { email: a@localhost }",
            "a.yaml:5:14 wrong-format: `contact.email` is an e-mail address, and this is not\n  \
          write it like `name@example.com`",
        ),
        // References and structures.
        (
            "group: { ref: x, to: y }",
            "a.yaml:5:3 unknown-reference: `group` refers to `ToyGroup/x`, which no manifest declares\n  \
          declare it, or write the id of a record instead of `{ ref: x }`\n\
          a.yaml:5:20 unknown-key: `to` is unknown in a reference\n  \
          write `{ ref: name }` with the name of a `ToyGroup`",
        ),
        (
            "group: { ref: Not_A_Name }",
            "a.yaml:5:3 wrong-type: `group` does not refer to a name\n  write the `metadata.name` of a `ToyGroup`",
        ),
        (
            "group: [x]",
            "a.yaml:5:3 wrong-type: `group` is `{ ref: name }` or the id of a record, and this is a list\n  \
          write the value, `{ env: NAME }` or `{ file: path }`",
        ),
        (
            "extra: x",
            "a.yaml:5:3 wrong-type: `extra` is a list or a mapping, and this is text\n  \
          write it as the provider's API has it",
        ),
        (
            "extra: { a: 0359, b: 18446744073709551616, c: 18446744073709551615 }",
            "a.yaml:5:15 wrong-type: a value in `extra` starts with a zero, which numbers do not\n  \
          put it into quotes if it is text\n\
          a.yaml:5:24 wrong-type: a value in `extra` has too many digits for a number\n  \
          put it into quotes if it is text",
        ),
        // Values from outside.
        (
            "bankInfo: { bankName: { env: IBANN } }",
            "a.yaml:5:25 missing-value: the environment variable `IBANN` is not set\n  did you mean `IBAN`?",
        ),
        (
            "bankInfo: { bankName: { env: EMPTY } }",
            "a.yaml:5:25 missing-value: the environment variable `EMPTY` is empty\n  \
          give it a value; to clear the field, write `null`",
        ),
        (
            "bankInfo: { bankName: { file: secrets/none.txt } }",
            "a.yaml:5:25 missing-value: there is no file `secrets/none.txt`\n  check the path",
        ),
        (
            "bankInfo: { bankName: { file: secrets/empty.txt } }",
            "a.yaml:5:25 missing-value: the file `secrets/empty.txt` is empty\n  \
          give it a value; to clear the field, write `null`",
        ),
        (
            "bankInfo: { bankName: { file: ../x } }",
            "a.yaml:5:25 missing-value: the path `../x` leads out of `.`\n  \
          paths start at the manifest's folder and stay in the folder that is read",
        ),
        (
            "bankInfo: { bankName: { file: /etc/passwd } }",
            "a.yaml:5:25 missing-value: the path `/etc/passwd` leads out of `.`\n  \
          paths start at the manifest's folder and stay in the folder that is read",
        ),
        // Provider and end.
        (
            "end: { on: 2026-12-31 }",
            "a.yaml:5:3 missing-end: `end.reason` is missing\n  \
          write `end: { on: 2026-12-31, reason: \"contract ended\" }`",
        ),
        (
            "end: { true: 2026-12-31, reason: x }",
            "a.yaml:5:3 missing-end: `end.on` is missing: the first day on which the record has ended\n  \
          write `end: { on: 2026-12-31, reason: \"contract ended\" }`\n\
          a.yaml:5:10 unknown-key: `end.true` is unknown\n  \
          tools for YAML 1.1 turn `on` into `true`; write it as `\"on\"`",
        ),
        (
            "end: { on: 2026-02-30, reason: \" \" }",
            "a.yaml:5:14 wrong-date: `end.on` is a date, and `2026-02-30` is in no calendar\n  \
          write `end: { on: 2026-12-31, reason: \"contract ended\" }`\n\
          a.yaml:5:26 missing-end: `end.reason` is empty\n  \
          write `end: { on: 2026-12-31, reason: \"contract ended\" }`",
        ),
        (
            "end: 2026-12-31",
            "a.yaml:5:3 wrong-type: `end` is a mapping, and this is text\n  \
          write `end: { on: 2026-12-31, reason: \"contract ended\" }`",
        ),
        (
            "provider: [x]",
            "a.yaml:5:3 wrong-type: `provider` is a name, and this is a list\n  write the `metadata.name` of a `Provider`",
        ),
        // More than one field.
        (
            "basic: { accountType: Postpaid }\nbilling: { paymentTerm: 0 }",
            "a.yaml:6:27 toy-terms: a postpaid account needs time to pay\n  give at least one day",
        ),
        (
            "bankInfo: { bankAccount: BG80BNBG96611020345678 }",
            "a.yaml:5:15 warning toy-bank: the bank of the account is not named\n  give `bankInfo.bankName`",
        ),
    ] {
        assert_eq!(bad(spec), findings, "{spec}");
        let mut f = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open("/tmp/refusals.txt")
            .unwrap();
        use std::io::Write as _;
        for l in spec.lines() {
            writeln!(f, "> {l}").unwrap();
        }
        for l in findings.lines() {
            writeln!(f, "{l}").unwrap();
        }
        writeln!(f).unwrap();
    }
}

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
            crate::report::findings::text(&findings, crate::report::Style::default()),
            crate::report::findings::json(&findings).to_string(),
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
    let text = "apiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\nmetadata: { name: acme }\nspec:\n  \
                billing: { currency: { env: A }, paymentTerm: { env: A }, taxed: { env: A }, validTo: { env: A } }\n  \
                basic: { accountType: { env: A }, accountCode: { env: C }, trade: { env: B } }\n  \
                contact: { homePage: { env: A }, partnerId: { env: A } }\n";
    let (_, findings) = desire_texts(&[text, PROVIDER], &options);
    assert_eq!(findings.len(), 7);
    assert!(
        !told_all(&findings).contains("SECRET"),
        "{}",
        told_all(&findings)
    );
    let shown = crate::report::findings::text(&findings, crate::report::Style::default());
    assert!(!shown.contains("SECRET"), "{shown}");
}

proptest! {
    #[test]
    fn no_spec_panics(lines in proptest::collection::vec(
        "( {0,4})(basic|billing|group|extra|end|accountName|paymentTerm|validTo|products|bankInfo|x):( (null|~|x|1|\\[\\]|\\{\\}|\\[1, x\\]|\\{ (ref|env|file): [a-z./]{1,5} \\}|2050-01-01|\"\"|&a 1|\\*a|!!str 1))?",
        0..8,
    )) {
        let (_, findings) = account(&lines.join("\n"));
        let _ = crate::report::findings::text(&findings, crate::report::Style::default());
        let _ = crate::report::findings::json(&findings);
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let loaded = load::from_memory([("a.yaml".to_owned(), bytes)]);
        let (_, findings) = desire(loaded, toy::REGISTRY, &options());
        let _ = crate::report::findings::text(&findings, crate::report::Style::default());
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,300}") {
        let text = format!("apiVersion: trueup.dev/v1alpha1\nkind: ToyAccount\nmetadata: {{ name: acme }}\nspec: {text}\n");
        let (_, findings) = desire_texts(&[&text], &options());
        let _ = crate::report::findings::text(&findings, crate::report::Style::default());
    }
}
