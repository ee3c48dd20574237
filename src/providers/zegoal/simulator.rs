//! A place for the simulator.

pub(crate) fn service(_: u64) -> Box<dyn crate::simulator::Service> {
    unimplemented!()
}
