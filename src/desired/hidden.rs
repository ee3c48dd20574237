//! What of a `Provider` manifest nobody may repeat.

use url::Url;

use super::state::ProviderConfig;
use crate::model::{FieldPath, HiddenValues, Tree, escape::escaped_at};

impl ProviderConfig {
    /// The settings whose values stand outside of the manifest, in every form in which
    /// a failure could show them. Credentials are none of them: what of a request is
    /// secret says the request.
    #[must_use]
    pub fn hidden(&self) -> HiddenValues {
        let fields = self.def.settings.fields();
        let is_hidden = |path: FieldPath| {
            let facts = fields.facts(path.as_str());
            self.from_outside.contains(&path) && facts.is_none_or(|facts| !facts.credential)
        };
        let given = self.settings.iter().filter(|(path, _)| is_hidden(*path));
        let given: Tree = given.map(|(path, leaf)| (path, leaf.clone())).collect();
        let texts = given.iter().filter_map(|(_, leaf)| leaf.text());
        let forms: Vec<String> = texts.flat_map(forms).collect();
        HiddenValues::of(forms.iter().map(String::as_str)).and(&given, |_| true)
    }
}

/// A value, and what a client makes of one that is a URL: with its host in lower case
/// or in ASCII, its characters escaped, its steps back taken, its port left out where
/// it is the usual one. Host and path are told alone too, by certificates and by
/// redirects. What is escaped may be told as what it stands for.
fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if let Ok(url) = Url::parse(value) {
        let host = url.host_str().unwrap_or_default();
        forms.extend(url.port().map(|port| format!("{host}:{port}")));
        forms.extend([url.as_str(), host, url.path()].map(str::to_owned));
    }
    let escaped = forms.iter().filter(|form| form.contains('%'));
    let unescaped: Vec<String> = escaped.map(|form| unescaped(form)).collect();
    forms.extend(unescaped);
    for form in &mut forms {
        // What follows is joined to it without a slash at its end.
        form.truncate(form.trim_end_matches('/').len());
    }
    forms
}

fn unescaped(text: &str) -> String {
    let mut read = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (character, length) = escaped_at(rest).unwrap_or((first, first.len_utf8()));
        read.push(character);
        rest = &rest[length..];
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a failure shows of a request to a service below a URL.
    fn told(base: &str) -> String {
        let mut url = Url::parse(base).expect("a URL");
        url.set_path(&format!(
            "{}/api/v2/things",
            url.path().trim_end_matches('/')
        ));
        format!("GetThings: POST {url}: no connection: refused")
    }

    #[test]
    fn a_url_is_found_however_a_client_writes_it() {
        let masked = "GetThings: POST ••••/api/v2/things: no connection: refused";
        for base in [
            "https://hooks.example/services/T0001/sEcReTpAtH",
            "https://hooks.example/services/T0001/sEcReTpAtH/",
            "https://hooks.example:443/services/sEcReTpAtH//",
            "HTTPS://Hooks.EXAMPLE/services/sEcReTpAtH",
            "https:\\\\hooks.example\\services\\sEcReTpAtH",
            "https://hooks.example/a/../services/%73EcReT%50aTh",
            "https://hooks.example/my services/sEcReT pÄtH",
            "https://bücher.example/sEcReTpAtH",
            "https://0x7f.1:8443/sEcReTpAtH",
            "https://[0:0:0:0:0:0:0:1]:8443/sEcReTpAtH",
            " https://hooks.example/sEcReT\tpAtH\n",
            "https://hooks.example",
            "https://xy/z",
        ] {
            let forms = forms(base);
            let hidden = HiddenValues::of(forms.iter().map(String::as_str));
            let mut told = told(base);
            hidden.mask_in(&mut told);
            assert_eq!(told, masked, "{base:?}");
        }
    }

    #[test]
    fn a_host_and_a_path_are_found_by_themselves() {
        let forms = forms("https://Hooks.Example:8443/services/sEcReTpAtH");
        let hidden = HiddenValues::of(forms.iter().map(String::as_str));
        for (told, masked) in [
            (
                "not valid for name \"hooks.example\"",
                "not valid for name \"••••\"",
            ),
            (
                "redirected to /services/sEcReTpAtH/login",
                "redirected to /••••/login",
            ),
            (
                "redirected to https://hooks.example/login",
                "redirected to https://••••/login",
            ),
        ] {
            let mut told = told.to_owned();
            hidden.mask_in(&mut told);
            assert_eq!(told, masked);
        }
    }
}
