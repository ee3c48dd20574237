//! What `--help` and the manual pages say after the options: examples that can
//! be pasted, one per line. A test parses every one of them.

/// The end of the root's long help.
pub(super) const ROOT: &str = "\
Exit codes:
  0    done, or nothing to do
  1    error: manifests, options, or a provider that cannot be read
  2    there are changes, drift, or a run that is not closed; with
       --detailed-exitcode only
  3    some changes failed, are unknown or were left out; the rest is done
  4    stale: manifests or provider have moved since the plan, and nothing
       was written for what moved; or the plan is carried out already
  5    refused by a limit or a policy: nothing was sent
  130  interrupted, in good order

Data goes to standard output, everything else to standard error.

Examples:
  trueup init billing
  trueup validate -f manifests
  trueup plan -f manifests --base origin/main --out plan.json
  trueup apply plan.json
  trueup status";

/// The end of the help of `trueup init`.
pub(super) const INIT: &str = "\
Nothing is ever overwritten: where files exist already, all of them are named
and none is written.

Examples:
  trueup init billing
  trueup init --ci gitlab billing
  trueup init --system SYSTEM --ci none .";

/// The end of the help of `trueup validate`.
pub(super) const VALIDATE: &str = "\
Examples:
  trueup validate -f manifests
  trueup validate -f manifests -f more/customer.yaml -l region=emea
  trueup validate -f manifests --without-values -o github
  kubectl kustomize overlays/prod | trueup validate -f -";

/// The end of the help of `trueup plan`.
pub(super) const PLAN: &str = "\
Examples:
  trueup plan -f manifests
  trueup plan -f manifests --sandbox
  trueup plan -f manifests --base origin/main -o markdown > plan.md
  trueup plan -f manifests --out plan.json --expires-in 7d
  trueup plan -f manifests --allow billing-eu.updates=231
  trueup plan -f manifests -l 'region=emea,tier!=free' --detailed-exitcode
  kubectl kustomize overlays/prod | trueup plan -f -";

/// The end of the help of `trueup apply`.
pub(super) const APPLY: &str = "\
Examples:
  trueup apply -f manifests
  trueup apply plan.json --receipt receipt.json
  trueup apply -f manifests --auto-approve -o json > applied.json
  trueup apply -f manifests --changed-since HEAD^";

/// The end of the help of `trueup drift`.
pub(super) const DRIFT: &str = "\
Examples:
  trueup drift -f manifests
  trueup drift -f manifests --base v1.4 --detailed-exitcode";

/// The end of the help of `trueup show`.
pub(super) const SHOW: &str = "\
What the file is stands in it; neither manifests nor providers are needed.

Examples:
  trueup show plan.json
  trueup show plan.json -o markdown > plan.md
  trueup show receipt.json -o html > receipt.html
  trueup show receipt.json --verify --plan plan.json";

/// The end of the help of `trueup status`.
pub(super) const STATUS: &str = "\
No provider is asked; the next apply settles what is open.

Examples:
  trueup status
  trueup status --detailed-exitcode -o json
  trueup status --receipts
  trueup status --sandbox";

/// The end of the help of `trueup import`.
pub(super) const IMPORT: &str = "\
Nothing is written to a provider, and no file is overwritten.

Examples:
  trueup import -f providers.yaml
  trueup import -f providers.yaml --out manifests --env-file import.env
  trueup import -f manifests --kind CovePartner --select 'acme*' --out manifests
  trueup import -f manifests --provider billing-eu --key acme --full
  trueup import --update -f manifests";

/// The end of the help of `trueup doctor`.
pub(super) const DOCTOR: &str = "\
Examples:
  trueup doctor -f manifests/providers
  trueup doctor -f manifests --sandbox";

/// The end of the help of `trueup explain`.
pub(super) const EXPLAIN: &str = "\
Case does not count, and kinds may stand in the plural.

Examples:
  trueup explain
  trueup explain zegoalaccounts
  trueup explain zegoalaccount.billing.currency
  trueup explain provider.limits
  trueup explain policy.rules";

/// The end of the help of `trueup schema`.
pub(super) const SCHEMA: &str = "\
Examples:
  trueup schema
  trueup schema --check --folder schemas";

/// The end of the help of `trueup sandbox`.
pub(super) const SANDBOX: &str = "\
Examples:
  trueup sandbox
  trueup sandbox --port 4710 --sandbox-state .trueup/sandbox
  trueup sandbox --knob list
  trueup sandbox --knob SYSTEM.NAME=VALUE --fault SYSTEM:OPERATION=500#1";

/// The end of the help of `trueup completions`.
pub(super) const COMPLETIONS: &str = "\
Examples:
  trueup completions bash > ~/.local/share/bash-completion/completions/trueup
  trueup completions zsh > _trueup";

/// The end of the help of `trueup man`.
pub(super) const MAN: &str = "\
Examples:
  trueup man | man -l -
  trueup man --out ~/.local/share/man/man1";

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use crate::cli::Cli;

    /// The most columns of help.
    const COLUMNS_MAX: usize = 80;

    /// The words of a command line, up to a redirection or a pipe.
    fn words(line: &str) -> Vec<String> {
        let mut words = Vec::new();
        for word in line.split_whitespace() {
            if matches!(word, ">" | "|") {
                break;
            }
            words.push(word.trim_matches('\'').to_owned());
        }
        words
    }

    #[test]
    fn every_command_has_examples_that_are_understood() {
        let mut command = Cli::command();
        command.build();
        let mut understood = 0;
        for command in command.get_subcommands() {
            let name = command.get_name();
            if name == "help" {
                continue;
            }
            let text = command.get_after_help().unwrap_or_default().to_string();
            let (_, examples) = text
                .split_once("Examples:\n")
                .unwrap_or_else(|| panic!("`{name}` has no examples"));
            for line in examples.lines() {
                let own = line.find("trueup ").map(|at| &line[at..]);
                let words = words(own.expect("each line is an example"));
                assert_eq!(words[1], name, "{line}");
                if let Err(error) = Cli::try_parse_from(words) {
                    panic!("{line}\n{error}");
                }
                understood += 1;
            }
        }
        assert!(understood > 35, "only {understood} examples");
    }

    #[test]
    fn help_fits_eighty_columns() {
        let mut command = Cli::command();
        command.build();
        let mut texts = vec![command.render_long_help().to_string()];
        for command in command.get_subcommands_mut() {
            texts.push(command.render_help().to_string());
            texts.push(command.render_long_help().to_string());
        }
        for text in texts {
            for line in text.lines() {
                assert!(line.chars().count() <= COLUMNS_MAX, "{line}\n{text}");
            }
        }
    }

    #[test]
    fn the_help_names_every_exit_code() {
        for code in [
            crate::exit::DONE,
            crate::exit::ERROR,
            crate::exit::CHANGES,
            crate::exit::PARTIAL,
            crate::exit::STALE,
            crate::exit::REFUSED,
            crate::exit::INTERRUPTED,
        ] {
            let start = format!("\n  {code:<4} ");
            assert!(super::ROOT.contains(&start), "{code}");
        }
    }
}
