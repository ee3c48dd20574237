//! Paths as texts: names with dots between them, and places in lists in brackets.

/// The path of `name` below `path`; at the top, where that is empty, the name.
#[must_use]
pub fn joined(path: &str, name: &str) -> String {
    if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// Whether `path` is `section`, or below it. A name that only starts like
/// another one is not.
#[must_use]
pub fn is_in(path: &str, section: &str) -> bool {
    path.strip_prefix(section)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_starts_like_a_section_is_not_in_it() {
        for (path, is_below) in [
            ("a.b", true),
            ("a.b.c", true),
            ("a.b[0]", true),
            ("a.bc", false),
            ("a", false),
            ("b.a.b", false),
        ] {
            assert_eq!(is_in(path, "a.b"), is_below, "{path}");
        }
        assert!(is_in(&joined(&joined("", "a"), "b"), "a"));
    }
}
