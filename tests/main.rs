//! Tests of the whole program, in one binary so that it is linked once.

mod bad_input;
mod base;
mod chaos;
mod contract_docs;
mod contracts;
mod engine;
mod examples;
mod interrupt;
mod laws;
mod matrix;
mod outputs;
mod served;
mod stories;
mod support;
mod tidy;
mod toy;
