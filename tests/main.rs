//! Tests of the whole program, in one binary so that it is linked once.

mod contracts;
mod laws;
mod matrix;
mod stories;
mod support;
mod tidy;
