//! Answers of providers: the readers, over real HTTP, against servers that
//! answer with whatever the bytes are. Nothing may panic, no request may repeat
//! itself without end, and nothing may be written.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use trueup_fuzz::Providers;

thread_local! {
    static PROVIDERS: RefCell<Providers> = RefCell::new(Providers::start());
}

fuzz_target!(|bytes: &[u8]| {
    // The first byte says whose answer it is, and which of its answers.
    if let Some((choice, body)) = bytes.split_first() {
        PROVIDERS.with_borrow_mut(|providers| providers.look(*choice, body));
    }
});
