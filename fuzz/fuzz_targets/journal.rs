//! Journals: whatever a file holds, it is refused, or read, told, taken over and
//! made a receipt of. The first byte says whether the rest is a file, or lines
//! that are given the digests that they should have; the second one how much of
//! its end is torn off.

#![no_main]

use std::{cell::RefCell, fs, path::PathBuf};

use libfuzzer_sys::fuzz_target;
use trueup::{
    journal::{Ending, Past, Runs, Taken, receipt},
    receipt::verify,
    report::{Style, json, status},
};
use trueup_fuzz::{RUN, assert_tame, chained, now, receipt_is_tame, told};

/// A folder of runs with one file in it.
struct Folder {
    runs: Runs,
    journal: PathBuf,
}

thread_local! {
    static FOLDER: RefCell<Folder> = RefCell::new(Folder::make());
}

fuzz_target!(|bytes: &[u8]| {
    let [choice, torn, rest @ ..] = bytes else {
        return;
    };
    let mut file = rest.to_vec();
    if *choice % 2 == 1 {
        file = chained(&String::from_utf8_lossy(rest)).into_bytes();
    }
    file.truncate(file.len().saturating_sub(usize::from(*torn)));
    FOLDER.with_borrow_mut(|folder| folder.look(&file));
});

impl Folder {
    fn make() -> Self {
        let state = std::env::temp_dir().join(format!("trueup-fuzz-{}", std::process::id()));
        fs::create_dir_all(state.join("runs")).expect("a folder");
        Self {
            runs: Runs::below(&state),
            journal: state.join("runs").join(format!("{RUN}.journal")),
        }
    }

    fn look(&mut self, file: &[u8]) {
        fs::write(&self.journal, file).expect("a file");
        let read = self.runs.read(RUN);
        let _ = self.runs.open_runs().expect("the folder can be read");
        match (self.runs.take_over(RUN), read) {
            (Ok(Some(mut opened)), Ok(Some(past))) => {
                assert!(opened.past.records == past.records);
                show(&past);
                // What was torn off is gone, and what is added is read.
                let closed = Taken::Closed { at: now() };
                opened.add(vec![closed]).expect("the file can be written");
                drop(opened);
                let again = self.runs.read(RUN).expect("whole").expect("a header");
                assert!(again.is_closed());
                assert_eq!(again.records.len(), past.records.len() + 1);
                assert!(self.runs.open_runs().expect("a folder").is_empty());
            }
            (Ok(None), Ok(None)) => assert!(!self.journal.exists()),
            (Err(_), Err(_)) => {}
            _ => panic!("read and taken over differ"),
        }
    }
}

fn show(past: &Past) {
    let told = told(past);
    assert_tame(&status::text(&told, Style::default()));
    assert_tame(&json::pretty(&told));
    let document = receipt(past, Ending::CutOff).expect("only text as keys");
    let value = serde_json::to_value(&document).expect("only text as keys");
    // A name that cannot be shown is refused where receipts are read.
    let Ok(verified) = verify(&value, None) else {
        return;
    };
    assert!(verified.document == document);
    receipt_is_tame(&document);
    for fault in verified.faults {
        // The numbers of the calls are the bytes' own.
        assert!(fault.contains("number"), "{fault}");
    }
}
