//! The contract of Zegoal. The rows of `docs/contracts/zegoal.md` name the
//! tests in this folder.

mod counts;
mod doctor;
mod documented;
mod examples;
mod faults;
mod life;
mod lookups;
mod moves;
mod readers;
mod scripted;
mod tenant;
mod unseen;
mod writers;
mod zones;
