//! Stands in for the simulated Acronis.

/// Makes the simulated service.
pub(crate) fn service(_: u64) -> Box<dyn crate::simulator::Service> {
    unimplemented!()
}
