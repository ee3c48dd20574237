//! Why the certificate of a server is not accepted, and what to do about it.

/// How the TLS library begins what it says of such a certificate. Its types are
/// not ours to name, so its words have to do.
const INVALID: &str = "invalid peer certificate: ";

/// What to do where the authority is not known. The variable is read in the
/// place of the system's store, not beside it.
const TRUST_HINT: &str = "add the authority to the store of this system, or name a file that holds \
    every trusted authority in SSL_CERT_FILE; where the provider has a public certificate, something \
    else answers: check `baseUrl` in the Provider manifest, and any proxy on the way";

/// A certificate that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Untrusted {
    /// What is wrong with it.
    pub(super) why: String,
    /// What to do about it.
    pub(super) hint: &'static str,
}

impl Untrusted {
    /// Reads it off the last cause of a failed connection, if it is one.
    pub(super) fn read(cause: &str) -> Option<Self> {
        let told = cause.strip_prefix(INVALID)?;
        let says = |word: &str| told.contains(word);
        let (why, hint) = if says("UnknownIssuer") || says("BadSignature") {
            (
                "no authority that is trusted here has issued it".to_owned(),
                TRUST_HINT,
            )
        } else if says("CaUsedAsEndEntity") {
            (
                "it is the certificate of an authority, and not one of a server".to_owned(),
                "give the server a certificate of its own (basicConstraints CA:FALSE), issued by \
                 an authority that is trusted here; trusting this one does not help",
            )
        } else if says("NotValidForName") || says("not valid for name") {
            (
                told.trim_start_matches("certificate ")
                    .replace("DnsName(\"", "\"")
                    .replace("\")", "\""),
                "check the host in `baseUrl` in the Provider manifest, and what answers there",
            )
        } else if says("xpired") || says("NotValidYet") || says("not valid yet") {
            (
                "it has expired, or is not valid yet".to_owned(),
                "check the clock of this machine; otherwise the provider has to renew it",
            )
        } else {
            (told.to_owned(), TRUST_HINT)
        };
        Some(Self { why, hint })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_a_certificate_is_told_without_the_words_of_a_library() {
        for (told, why, hint) in [
            ("UnknownIssuer", "no authority", "SSL_CERT_FILE"),
            (
                "Other(OtherError(CaUsedAsEndEntity))",
                "it is the certificate of an authority",
                "CA:FALSE",
            ),
            (
                "certificate not valid for name \"a.example\"; certificate is only valid for \
                 DnsName(\"b.example\")",
                "not valid for name \"a.example\"; certificate is only valid for \"b.example\"",
                "`baseUrl`",
            ),
            ("NotValidForName", "NotValidForName", "`baseUrl`"),
            ("Expired", "it has expired", "clock"),
            (
                "certificate expired: verification time 2 (UNIX), but certificate is not valid \
                 after 1 (1 seconds ago)",
                "it has expired",
                "clock",
            ),
            (
                "NotValidYet",
                "it has expired, or is not valid yet",
                "clock",
            ),
            ("Revoked", "Revoked", "SSL_CERT_FILE"),
        ] {
            let found = Untrusted::read(&format!("{INVALID}{told}")).expect("it is one");
            assert!(found.why.starts_with(why), "{told}: {}", found.why);
            assert!(found.hint.contains(hint), "{told}: {}", found.hint);
        }
        for other in ["Connection refused (os error 111)", "UnknownIssuer", ""] {
            assert_eq!(Untrusted::read(other), None, "{other}");
        }
    }
}
