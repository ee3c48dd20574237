//! Accidents of other tools, each as a test that it cannot happen here. The
//! tests are named after where the accident is told; `docs/accidents.md` tells
//! it.

mod identity;
mod looking;
mod options;
mod outputs;
