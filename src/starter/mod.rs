//! The files that `trueup init` starts a repository with. Decides what is in
//! them and where they are, and writes nothing itself.

use crate::provider::ProviderDef;

/// Where the manifests are, seen from the root of the repository.
pub const MANIFESTS: &str = "manifests";

/// Where the examples are: not among the manifests, which pipelines carry out, so
/// that no made-up customer is created at a provider.
pub const EXAMPLES: &str = "examples";

/// Where the schemas are; the starting manifests name it in their first line.
const SCHEMAS: &str = "schemas";

/// Files that are the same in every repository.
const COMMON: [(&str, &str); 3] = [
    ("README.md", include_str!("README.md")),
    (".gitignore", include_str!("gitignore")),
    ("manifests/policy.yaml", include_str!("policy.yaml")),
];

/// Whose pipelines the repository gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pipelines {
    /// Workflows of GitHub Actions.
    Github,
    /// GitLab CI/CD.
    Gitlab,
    /// None.
    None,
}

impl Pipelines {
    /// Their files. The texts are those of the documentation, so that the two
    /// cannot differ.
    #[must_use]
    pub fn files(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Github => &[
                (
                    ".github/workflows/trueup.yml",
                    include_str!("../../docs/pipelines/github.yml"),
                ),
                (
                    ".github/workflows/trueup-apply.yml",
                    include_str!("../../docs/pipelines/github-apply.yml"),
                ),
                (
                    ".github/workflows/trueup-drift.yml",
                    include_str!("../../docs/pipelines/github-drift.yml"),
                ),
            ],
            Self::Gitlab => &[(
                ".gitlab-ci.yml",
                include_str!("../../docs/pipelines/gitlab-ci.yml"),
            )],
            Self::None => &[],
        }
    }
}

/// All files of a new repository, as paths from its root and texts, ordered by
/// path. `schemas` are the names and texts that `trueup schema` writes.
#[must_use]
pub fn files(
    systems: &[&ProviderDef],
    pipelines: Pipelines,
    schemas: impl IntoIterator<Item = (String, String)>,
) -> Vec<(String, String)> {
    let fixed = COMMON.iter().chain(pipelines.files());
    let mut files: Vec<(String, String)> = fixed
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect();
    for def in systems {
        let provider = format!("{MANIFESTS}/providers/{}.yaml", def.name);
        files.push((provider, def.starter.provider.to_owned()));
        let records = format!("{EXAMPLES}/{}.yaml", def.name);
        files.push((records, def.starter.records.to_owned()));
    }
    let schemas = schemas.into_iter();
    files.extend(schemas.map(|(name, text)| (format!("{SCHEMAS}/{name}"), text)));
    files.sort();
    files
}
