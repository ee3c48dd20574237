//! What the documents of each system say, as tests: what is sent, what is
//! understood, and what happens as time passes.

mod zegoal;
