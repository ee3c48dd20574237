//! Workflow commands, whole.

use super::*;
use crate::report::{
    annotation::{of_plan, of_receipt},
    test_support::{golden, place, receipt, whole},
};

#[test]
fn the_whole_log() {
    golden("plan.github", &commands("Plan", &of_plan(&whole())));
    let annotations = of_receipt(&whole(), &receipt());
    golden("receipt.github", &commands("Applied", &annotations));
}

fn annotation(level: Level, at: usize) -> Annotation {
    Annotation {
        level,
        check: "plan-update".to_owned(),
        subject: format!("ToyCustomer/{at}"),
        title: "a, b: c%".to_owned(),
        message: "50%\r\n::error::no: command, this".to_owned(),
        place: Some(place("./a,b:c.yaml", at)),
    }
}

#[test]
fn no_text_becomes_a_command_or_a_property() {
    assert_eq!(
        commands("::error::odd\n::b", &[annotation(Level::Warning, 7)]),
        "error::odd ::b\n\
         ::warning file=a%2Cb%3Ac.yaml,line=7,col=1,title=a%2C b%3A c%25::50%25%0D%0A::error::no: command, this\n"
    );
}

#[test]
fn standard_input_has_no_lines_to_show() {
    let annotation = Annotation {
        place: Some(place("<stdin>", 3)),
        ..annotation(Level::Notice, 1)
    };
    assert!(commands("", &[annotation]).contains("\n::notice title="));
}

#[test]
fn no_more_than_github_shows() {
    let number = |level: Level, number: usize| (0..number).map(move |at| annotation(level, at));
    let all: Vec<Annotation> = number(Level::Notice, 500)
        .chain(number(Level::Error, 10))
        .chain(number(Level::Warning, 11))
        .collect();
    let log = commands("", &all);
    let count = |start: &str| log.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(
        (count("::error "), count("::warning "), count("::notice ")),
        (10, 10, 10)
    );
    assert!(log.contains("::notice title=and 491 more::"));
    assert!(log.contains("::warning title=and 2 more::"));
    assert!(log.find("::error ") < log.find("::warning "));
}
