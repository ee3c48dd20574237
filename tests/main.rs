//! Tests of the whole program, in one binary so that it is linked once.

mod accidents;
mod bad_input;
mod base;
mod contract_docs;
mod contracts;
mod engine;
mod examples;
mod faults;
mod hostile;
mod import;
mod init;
mod interplay;
mod interrupt;
mod journal;
mod laws;
mod matrix;
mod outputs;
mod pipelines;
mod policy;
mod races;
mod saved;
mod served;
mod stories;
mod support;
mod tidy;
mod toy;
