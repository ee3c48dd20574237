//! Tests of the whole program, in one binary so that it is linked once.

mod bad_input;
mod base;
mod engine;
mod examples;
mod laws;
mod matrix;
mod served;
mod stories;
mod support;
mod tidy;
mod toy;
