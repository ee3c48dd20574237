//! Files, by what is promised of them.
//!
//! A file is [`read()`] up to a limit and no further. It is written whole or not
//! at all, and is safe on the disk before it gets its name: [`create`] makes one
//! that must not be there, [`replace`] takes the place of one that may be, and
//! [`edit`] only of one that is still what it was.
//!
//! How links are treated depends on whose file it is:
//!
//! - A file that the user named to be read, or a manifest to be edited, may be a
//!   link: it stands for the file behind it.
//! - A file that is replaced, such as a saved plan, a receipt or a manual page,
//!   is put in the place of a link. What the link leads to is not touched.
//! - What the program keeps for itself ([`own`]: journals, their receipts, locks,
//!   the state of a sandbox, and their folders) is refused where it is a link.
//!   These folders may have come with somebody else's branch, and a link in them
//!   would have another file read, written or emptied.

mod error;
pub mod own;
mod read;
mod write;

pub use error::FileError;
pub use read::{read, start};
pub use write::{Access, check_replaceable, create, edit, folder, replace, unchanged};

#[cfg(test)]
mod tests;
