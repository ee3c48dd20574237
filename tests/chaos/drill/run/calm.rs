//! After the trouble: until nothing is left to do, and then nothing is sent.

use super::{
    super::{check::Promise, child::Ended, model::Model},
    Run, trouble,
};

/// Applies without faults after which something must be wrong.
const QUIET_RUNS_MAX: u64 = 6;

impl Run<'_> {
    /// Without faults, until nothing is left to do.
    pub(super) fn calm(&mut self, model: &Model) {
        for count in 1..=QUIET_RUNS_MAX {
            self.apply_calmly(model);
            let mut arguments = trouble::arguments("plan", &mut self.rng);
            arguments.push("--detailed-exitcode".to_owned());
            let planned = self.child(model, &arguments, None);
            if planned.code == Some(0) {
                self.tally.phases += 1;
                self.tally.until_quiet += count;
                self.tally.until_quiet_max = self.tally.until_quiet_max.max(count);
                self.further(model);
                return;
            }
        }
        self.say(
            Promise::Quiet,
            format!("there is still something to do after {QUIET_RUNS_MAX} runs without faults"),
        );
    }

    /// A further apply has nothing to send.
    fn further(&mut self, model: &Model) {
        let writes = self.tally.writes;
        let arguments = trouble::arguments("apply", &mut self.rng);
        let ended = self.child(model, &arguments, None);
        if ended.code != Some(0) {
            let what = format!("a further apply gave the exit code {:?}", ended.code);
            self.say(Promise::Quiet, what);
        }
        let sent = self.tally.writes - writes;
        if sent > 0 {
            self.say(
                Promise::Quiet,
                format!("a further apply sent {sent} writes"),
            );
        }
        if self.setup.abilities.status {
            let arguments = ["status", "--detailed-exitcode"].map(str::to_owned);
            let ended = self.child(model, &arguments, None);
            self.settled_code(&ended, "status --detailed-exitcode");
            self.look_at_receipts(model);
        }
    }

    /// Nothing is open, and nothing is unreadable.
    pub(super) fn settled_code(&mut self, ended: &Ended, command: &str) {
        if ended.code != Some(0) {
            let what = format!("`{command}` gave the exit code {:?}", ended.code);
            self.say(Promise::Settled, what);
        }
    }
}
