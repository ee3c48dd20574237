//! What the documents of each system say, as tests of the whole path from a
//! manifest to the wire.

mod acronis;
