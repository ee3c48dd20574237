//! What a fault of the program says of itself: where it happened, and never
//! with which values.

use std::{
    any::Any,
    panic::{self, Location},
};

use super::terminal::Terminal;

const HINT: &str =
    "please report it with this place; run `trueup plan` to see how far the run came";

/// Makes every panic of this process one error message. The message that Rust
/// prints by itself holds what was formatted into it: a text that was cut in
/// the middle of a character is quoted whole, bank accounts included.
pub(super) fn hide_values(terminal: &Terminal) {
    let terminal = terminal.clone();
    panic::set_hook(Box::new(move |info| {
        terminal.error(told(info.payload(), info.location()), Some(HINT));
    }));
}

/// The place, and the words of the program where they are words alone.
fn told(payload: &dyn Any, location: Option<&Location<'_>>) -> String {
    let place = location.map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let words = match payload.downcast_ref::<&'static str>() {
        Some(words) => *words,
        None => "the words are withheld, because they may hold values",
    };
    format!("a fault of the program at {place}: {words}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payload(panics: fn()) -> Box<dyn Any + Send> {
        panic::catch_unwind(panics).expect_err("it panics")
    }

    #[test]
    fn only_words_without_values_are_told() {
        let told = |panics: fn()| told(&*payload(panics), None);
        assert_eq!(
            told(|| panic!("the list is never empty")),
            "a fault of the program at an unknown place: the list is never empty"
        );
        // A value that is known when the program is built would be folded into
        // its words.
        let formatted = told(|| {
            let secret = String::from_utf8(b"SECRET".to_vec()).expect("UTF-8");
            panic!("{secret} is wrong");
        });
        assert!(formatted.ends_with("they may hold values"), "{formatted}");
        let cut = told(|| {
            let text = String::from_utf8(b"\xc3\xa4SECRET".to_vec()).expect("UTF-8");
            let _ = text[1..].len();
        });
        assert!(cut.contains("withheld") && !cut.contains("SECRET"), "{cut}");
    }
}
