//! Tests of the whole program, in one binary so that it is linked once.

mod examples;
mod laws;
mod matrix;
mod stories;
mod support;
mod tidy;
