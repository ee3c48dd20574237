//! What a hostile pull request, provider, repository or machine could try, and
//! that it does not work. `docs/threat-model.md` names these tests.

mod dependencies;
mod documents;
mod echoes;
mod files;
mod git;
mod network;
mod outputs;
mod panics;
mod provider;
mod yaml;
