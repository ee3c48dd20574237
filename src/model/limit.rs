//! Limits on manifests and on what providers answer, with their reasons. Units
//! come last in the names. A limit that one file alone needs stands there.

/// The largest single manifest file. Ten times a realistic large export of
/// 10,000 customers at 600 bytes each.
pub const FILE_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// The most files that one run reads. Far above one file per customer for the
/// largest estate that the design targets (100,000 records).
pub const FILES_MAX: usize = 500_000;

/// The most bytes of manifests that one run reads: ten times the largest estate
/// that the design targets, generously written. More would not be refused by
/// the program but by the memory of the machine.
pub const RUN_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// The most documents that one run reads, for the same reason as files: a file
/// of separators alone would otherwise hold tens of millions.
pub const DOCUMENTS_MAX: usize = 500_000;

/// The most files of a revision that are listed by git, manifests or not. The
/// largest public repositories have half a million.
pub const REVISION_FILES_MAX: usize = 2_000_000;

/// How deep folders may nest, so that a loop of links ends.
pub const FOLDER_DEPTH_MAX: usize = 32;

/// How deep a YAML document may nest. Manifests need 6 levels; the rest is
/// room for pass-through structures. Protects the stack.
pub const YAML_DEPTH_MAX: usize = 64;

/// How many nodes aliases may add to one document. Anchors are for sharing an
/// address or two; a bomb needs thousands of times more.
pub const YAML_ALIAS_NODES_MAX: usize = 10_000;

/// The largest file behind `{ file: path }`. Such files hold one value.
pub const VALUE_FILE_BYTES_MAX: u64 = 64 * 1024;

/// The most names that a hint lists; what is beyond is counted.
pub const NAMES_SHOWN_MAX: usize = 12;

/// The most findings that are printed; what is beyond is counted.
pub const FINDINGS_SHOWN_MAX: usize = 100;

/// The largest answer that is read from a provider. A recursive enumeration of
/// 100,000 customers is about 150 MiB.
pub const RESPONSE_BYTES_MAX: usize = 512 * 1024 * 1024;

/// The most pages of one listing: at the smallest page seen (50 rows) room for
/// two hundred thousand records, and an end to a server that never stops paging.
pub const PAGES_MAX: usize = 4_000;

/// How much of a server's own words an error quotes.
pub const SERVER_WORDS_BYTES_MAX: usize = 400;
