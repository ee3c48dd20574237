//! Stands in for the simulator of this provider until it is merged.

pub(crate) fn service(_: u64) -> Box<dyn crate::simulator::Service> {
    unimplemented!()
}
