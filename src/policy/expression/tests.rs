use proptest::prelude::*;

use super::*;
use crate::manifest::toy;

fn vocabulary() -> Vocabulary {
    Vocabulary::of(toy::REGISTRY)
}

/// The first fault as `place: message`.
fn fault(text: &str) -> String {
    match compile(text, &vocabulary()) {
        Ok(_) => "sound".to_owned(),
        Err(faults) => {
            let Fault { at, message, .. } = &faults[0];
            let at = at.map_or("-".to_owned(), |at| at.to_string());
            format!("{at}: {message}")
        }
    }
}

#[test]
fn sound_expressions_are_taken() {
    for text in [
        "true",
        "change.action == 'end' && object.spec.billing.currency == 'EUR'",
        "object.kind == 'ToyGroup' || object.spec.basic.accountName == null",
        "has(object.spec.billing.paymentTerm) && object.spec.billing.paymentTerm > 60",
        "change.fields.exists(f, f.path == 'billing.paymentTerm' && f.after > 60)",
        "change.fields.filter(f, f.class == 'bank').size() > 1",
        "object.metadata.labels.tier == 'gold' && !('region' in object.metadata.labels)",
        "object.metadata.labels['tier'] in ['gold', 'silver']",
        "has(change.remote) && change.remote.startsWith('1')",
        "change.name.matches('^[a-z]+$')",
        "['a', 'b'].exists(x, change.fields.all(f, f.path != x))",
        "type(object.spec.basic.accountName) == string",
    ] {
        assert_eq!(fault(text), "sound", "{text}");
    }
}

#[test]
fn what_is_wrong_is_found_before_any_change_comes() {
    for (text, expected) in [
        (
            "",
            "-: the expression cannot be read: mismatched input the end",
        ),
        (
            "change.action = 'end'",
            "14: the expression cannot be read: token recognition error at: '= '",
        ),
        ("chnge.action == 'end'", "0: there is no `chnge`"),
        (
            "object.spec.billing.currencyy == 'EUR'",
            "20: there is no `currencyy`",
        ),
        // Behind a condition that no sample fulfils.
        (
            "change.name == 'x' && object.spec.biling == null",
            "34: there is no `biling`",
        ),
        (
            "change.name == 'x' && object.spec.billing.currency > 5",
            "51: the rule fails: `>` cannot be applied to text and a whole number",
        ),
        (
            "change.fields.exists(f, f.pth == 'x')",
            "26: there is no `pth`",
        ),
        (
            "change.action.size",
            "13: there is no `size` in a value without members",
        ),
        (
            "object.spec.billing.currency",
            "-: the rule fails for create of `ToyAccount`: the result is text, and not true or false",
        ),
        (
            "1 + 2",
            "-: the rule fails for create of `ToyAccount`: the result is a whole number, and not true or false",
        ),
        (
            "object.spec.billing.paymentTerm > 60",
            "-: the rule fails for create of `ToyAccount` that manages our key alone: `>` cannot be applied to null and a whole number",
        ),
        (
            "lower(change.name) == 'x'",
            "0: there is no function `lower`",
        ),
        (
            "object.spec[change.name] == 'x'",
            "11: only labels can be asked for by a computed name",
        ),
        (
            "change.name.matches(change.provider)",
            "12: the pattern of `matches` is a text of at most 200 bytes",
        ),
        (
            "change.name.matches('(')",
            "-: the rule fails for create of `ToyAccount`: `matches` cannot be carried out",
        ),
    ] {
        assert_eq!(fault(text), expected, "{text}");
    }
    let section = fault("has(object.spec.billing)");
    assert!(section.ends_with(": `billing` is a section, and always there"));
}

#[test]
fn what_could_take_long_is_refused() {
    let many = |part: &str, number: usize| vec![part; number].join(" && ");
    let sum = vec!["1"; 400].join("+");
    let nested = format!("{}true{}", "(".repeat(900), ")".repeat(900));
    let not = format!("{}true", "!(".repeat(80)) + &")".repeat(80);
    for (text, expected) in [
        (many("true", 1_000), "longer than 2000 bytes"),
        (many("1==1", 240), "more than 500 parts"),
        (sum, "nests deeper than 60 levels"),
        (many("[1].all(x, x == 1)", 9), "more than 8 loops"),
        (
            "[1].all(x, [1].all(y, [1].all(z, x + y + z > 0)))".to_owned(),
            "nest deeper than 2 levels",
        ),
        (
            "change.fields.map(f, change.fields).size() > 0".to_owned(),
            "`map` is not there",
        ),
        (
            "(change.fields + change.fields).all(f, true)".to_owned(),
            "not one that is computed",
        ),
        (nested, "the expression"),
        (not, "the expression"),
    ] {
        let found = fault(&text);
        assert!(found.contains(expected), "{found} for {text}");
    }
}

#[test]
fn errors_show_no_value() {
    let engine = Engine::new();
    let vocabulary = vocabulary();
    let secret = Datum::map([("x", Datum::text("secret"))]);
    let text = "object.spec.extra.x > 5 || has(object.spec.extra.y.z)";
    let parsed = Parser::new().parse_with_source_info(text).expect("CEL");
    let (mut root, source) = parsed;
    inspect::resolve(&mut root, &source, &vocabulary).expect("known names");
    let mut spec = value::empty(vocabulary.spec().expect("a spec"));
    spec.insert("extra".to_owned(), secret);
    let labels = Datum::Map(std::collections::BTreeMap::new());
    let object = value::envelope("ToyAccount", "a", labels, spec);
    let error = engine
        .evaluate(&root, &Datum::Null, &object)
        .expect_err("cannot be compared");
    assert!(!error.contains("secret"), "{error}");
}

/// Texts near to expressions, so that many of them are some.
fn near_expressions() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("change"),
        Just("object"),
        Just(".spec"),
        Just(".billing"),
        Just(".currency"),
        Just(".fields"),
        Just(".exists(f, "),
        Just("f.after"),
        Just(")"),
        Just("("),
        Just("["),
        Just("]"),
        Just(" && "),
        Just(" || "),
        Just("!"),
        Just(" == "),
        Just(" > "),
        Just("1"),
        Just("'x'"),
        Just("null"),
        Just("true"),
        Just("has("),
        Just(" in "),
        Just("{"),
        Just("}"),
        Just(":"),
        Just("?"),
        Just(","),
        Just(".metadata.labels"),
        Just("['a']"),
        Just("-"),
        Just("size("),
        Just(".filter(x, "),
        Just("é"),
        Just("\n"),
        Just("/"),
        Just("0"),
        Just("b'a'"),
        Just("9223372036854775807"),
        Just("Msg{a: 1}"),
        Just(".?a"),
        Just("[?0]"),
    ];
    proptest::collection::vec(word, 0..24).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![near_expressions(), ".{0,60}"]) {
        let vocabulary = Vocabulary::of(toy::REGISTRY);
        match compile(&text, &vocabulary) {
            Ok(expression) => {
                let labels = Datum::Map(std::collections::BTreeMap::new());
                let spec = value::empty(vocabulary.spec().expect("a spec"));
                let object = value::envelope("ToyAccount", "a", labels, spec);
                // Whatever comes out, nothing falls over.
                let _ = Engine::new().holds(&expression, &Datum::Null, &object);
            }
            Err(faults) => {
                prop_assert!(!faults.is_empty());
                for fault in faults {
                    prop_assert!(fault.at.is_none_or(|at| text.is_char_boundary(at)));
                    prop_assert!(!fault.message.is_empty());
                }
            }
        }
    }
}
