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
mod init;
mod interplay;
mod import;
mod interrupt;
mod journal;
mod laws;
mod matrix;
mod outputs;
mod pipelines;
mod saved;
mod policy;
mod races;
mod served;
mod stories;
mod support;
mod tidy;
mod toy;
