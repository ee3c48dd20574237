//! How the files name their format that the program writes for people to keep.

/// How the formats of saved plans start, up to their version.
pub const SAVED_PLAN_FAMILY: &str = "trueup.dev/saved-plan/";

/// The same of receipts.
pub const RECEIPT_FAMILY: &str = "trueup.dev/receipt/";

/// Whether a text starts as the program's own files do: as a JSON object whose
/// first member is a `format` of this family.
#[must_use]
pub fn starts_as(family: &str, start: &str) -> bool {
    let mut rest = start;
    for token in ["{", "\"format\"", ":", "\""] {
        match rest.trim_start().strip_prefix(token) {
            Some(after) => rest = after,
            None => return false,
        }
    }
    rest.starts_with(family)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_format_in_the_first_place_tells_whose_a_file_is() {
        for start in [
            "{\"format\":\"trueup.dev/receipt/v1alpha1\",",
            "\n{\n\t\"format\" : \"trueup.dev/receipt/v7",
        ] {
            assert!(starts_as(RECEIPT_FAMILY, start), "{start}");
            assert!(!starts_as(SAVED_PLAN_FAMILY, start), "{start}");
        }
        for start in [
            "",
            "{",
            "format: trueup.dev/receipt/v1alpha1",
            "{ \"format\": \"trueup.dev/v1alpha1\"",
            "{ \"format\": \" trueup.dev/receipt/v1alpha1\"",
            "{ \"more\": 1, \"format\": \"trueup.dev/receipt/v1alpha1\"",
            "[{ \"format\": \"trueup.dev/receipt/v1alpha1\"",
        ] {
            assert!(!starts_as(RECEIPT_FAMILY, start), "{start}");
        }
    }
}
