//! One run: manifests, faults, kills, then quiet; an edit, and all of it again.

mod calm;
mod foreign;
mod guard;
mod receipts;
mod saved;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::{
    canary,
    check::{Broken, Case, Promise, check},
    child::{self, Ended, Order},
    invent::{self, Worlds},
    manifest,
    model::Model,
    rng::Rng,
    system::{Raw, System},
    tally::Tally,
    trouble,
    world::{Kill, Point, Simulated, Watch},
};

/// The most children of a phase that meet faults.
const CHILDREN_MAX: u64 = 4;

/// In a hundred children that meet faults, how many carry out a saved plan.
const SAVED_PERCENT: u64 = 25;

/// How long a request may take while answers are held back for ever.
const TIMEOUT_SECONDS_DISTURBED: u64 = 1;

/// How long a request may take on a machine that is busy with other runs.
const TIMEOUT_SECONDS_CALM: u64 = 30;

/// The exit codes of a program that nobody interrupts, by its documents.
const CODES: std::ops::RangeInclusive<i32> = 0..=5;

/// What all runs share.
pub(crate) struct Setup {
    pub(crate) binary: PathBuf,
    pub(crate) abilities: Abilities,
    pub(crate) runtime: Handle,
    pub(crate) systems: Vec<&'static System>,
    pub(crate) keep: bool,
}

/// What the binary can do, by its own help.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Abilities {
    /// It keeps a journal, and `status` shows it.
    pub(crate) status: bool,
}

impl Abilities {
    pub(crate) fn of(binary: &Path) -> io::Result<Self> {
        let help = Command::new(binary).arg("--help").env_clear().output()?;
        let help = String::from_utf8_lossy(&help.stdout).into_owned();
        let has = |name: &str| help.lines().any(|line| line.trim().starts_with(name));
        Ok(Self {
            status: has("status "),
        })
    }
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) tally: Tally,
    pub(crate) summary: String,
    pub(crate) broken: Vec<String>,
    /// Where everything is, if it was kept.
    pub(crate) folder: Option<PathBuf>,
}

/// Carries out one run.
pub(crate) fn run(setup: &Setup, seed: u64) -> Ran {
    let folder = tempfile::Builder::new()
        .prefix("trueup-chaos-")
        .tempdir()
        .expect("a temporary folder");
    let mut run = Run::start(setup, seed, &folder);
    let first = run.states();
    let mut model = invent::model(&first, &mut run.rng);
    run.phase(&model);
    if run.broken.is_empty() {
        run.foreign_edit(&model);
        run.remember();
        let now = run.states();
        let worlds = Worlds {
            first: &first,
            now: &now,
        };
        invent::edit(&mut model, &worlds, &mut run.rng);
        run.phase(&model);
    }
    run.look_for_leaks();
    run.end(folder)
}

/// How often an operation was sent.
#[derive(Debug, Clone, Copy, Default)]
struct Sends {
    all: u64,
    /// Without a fault, and with an answer of success.
    clean: u64,
}

struct Run<'a> {
    setup: &'a Setup,
    rng: Rng,
    folder: PathBuf,
    watch: Arc<Watch>,
    systems: Vec<Simulated>,
    /// The `Policy` manifest of this phase, if it has one.
    policy: Option<Value>,
    /// The time-out of requests and how many there are at once, in this phase.
    timeout_seconds: u64,
    concurrency: u64,
    /// The requests that write, by operation.
    sends: BTreeMap<String, Sends>,
    /// The receipts that have been verified.
    verified: BTreeSet<PathBuf>,
    /// The records of each system before the manifests changed.
    before: Vec<BTreeMap<String, Raw>>,
    /// What others wrote, by system.
    foreign: Vec<Vec<(String, String)>>,
    tally: Tally,
    broken: Vec<Broken>,
    story: Vec<String>,
}

impl<'a> Run<'a> {
    fn start(setup: &'a Setup, seed: u64, folder: &TempDir) -> Self {
        let mut rng = Rng::new(seed);
        let mut chosen = setup.systems.clone();
        let wanted = match rng.below(10) {
            0..5 => 1,
            5..8 => 2,
            _ => 3,
        };
        while chosen.len() > wanted {
            chosen.remove(rng.at(chosen.len()));
        }
        let watch = Arc::new(Watch::default());
        let systems: Vec<Simulated> = chosen
            .into_iter()
            .map(|system| Simulated::start(system, &setup.runtime, &watch, &mut rng))
            .collect();
        let mut run = Self {
            setup,
            rng,
            folder: folder.path().to_owned(),
            watch,
            foreign: vec![Vec::new(); systems.len()],
            policy: None,
            timeout_seconds: 1,
            concurrency: 1,
            sends: BTreeMap::new(),
            verified: BTreeSet::new(),
            before: Vec::new(),
            systems,
            tally: Tally {
                runs: 1,
                ..Tally::default()
            },
            broken: Vec::new(),
            story: Vec::new(),
        };
        for simulated in &run.systems {
            let (name, setting) = (simulated.system.name, &simulated.setting);
            run.story.push(format!("{name} {setting:?}"));
        }
        run.remember();
        run
    }

    /// The whole states, for inventing.
    fn states(&self) -> Vec<(&'static System, Value)> {
        self.systems
            .iter()
            .map(|simulated| (simulated.system, simulated.running.state()))
            .collect()
    }

    /// Takes what is there now as what was there before.
    fn remember(&mut self) {
        self.before = self
            .systems
            .iter()
            .map(|simulated| {
                let raws = simulated.records().into_iter();
                raws.map(|raw| (raw.remote.clone(), raw)).collect()
            })
            .collect();
    }

    /// Manifests meet faults and kills, then nothing but quiet.
    fn phase(&mut self, model: &Model) {
        let records = |run: &Self| -> usize {
            run.systems
                .iter()
                .map(|system| system.records().len())
                .sum()
        };
        let ended = |run: &Self| -> usize {
            let raws = run.systems.iter().flat_map(Simulated::records);
            raws.filter(|raw| raw.ended).count()
        };
        let (records_before, ended_before) = (records(self), ended(self));
        self.concurrency = 1 + self.rng.below(4);
        self.timeout_seconds = TIMEOUT_SECONDS_DISTURBED;
        self.policy = guard::policy(&mut self.rng);
        self.write(model);
        for at in 0..=self.rng.below(CHILDREN_MAX) {
            if at > 0 && self.rng.chance(20) {
                self.foreign_edit(model);
            }
            if self.rng.chance(SAVED_PERCENT) {
                self.saved(model);
            } else {
                self.disturbed(model);
            }
        }
        self.timeout_seconds = TIMEOUT_SECONDS_CALM;
        self.write(model);
        self.systems.iter().for_each(|system| system.trouble(false));
        self.calm(model);
        self.systems.iter().for_each(|system| system.trouble(true));
        for (at, simulated) in self.systems.iter().enumerate() {
            let case = Case {
                system: simulated.system,
                model,
                setting: &simulated.setting,
                before: &self.before[at],
                foreign: &self.foreign[at],
            };
            self.broken.extend(check(&case, &simulated.records()));
        }
        let made = records(self).saturating_sub(records_before);
        let gone = ended(self).saturating_sub(ended_before);
        self.tally.creates += u64::try_from(made).unwrap_or_default();
        self.tally.ends += u64::try_from(gone).unwrap_or_default();
    }

    fn write(&self, model: &Model) {
        let others: Vec<Value> = self
            .systems
            .iter()
            .map(|simulated| simulated.provider(self.timeout_seconds, self.concurrency))
            .chain(self.policy.clone())
            .collect();
        manifest::write(model, &others, &self.folder.join("manifests"))
            .expect("manifests are written");
    }

    /// Turns faults on.
    fn inject(&mut self) {
        for simulated in &self.systems {
            for _ in 0..self.rng.below(5) {
                let fault = trouble::fault(simulated.system, &mut self.rng);
                self.story.push(format!("  {fault}"));
                simulated
                    .running
                    .inject(fault.parse().expect("a fault that is known"));
            }
        }
    }

    /// One child among faults, perhaps killed.
    fn disturbed(&mut self, model: &Model) {
        let allowed = if self.policy.is_some() && self.rng.chance(70) {
            self.allowances(model)
        } else {
            Vec::new()
        };
        self.inject();
        let command = if self.rng.chance(85) { "apply" } else { "plan" };
        let mut arguments = trouble::arguments(command, &mut self.rng);
        if self.rng.chance(10) {
            arguments.extend(["-l".to_owned(), "tier=gold".to_owned()]);
        }
        arguments.extend(allowed);
        let kill = self
            .rng
            .chance(75)
            .then(|| trouble::kill(self.setup.abilities, &mut self.rng));
        let ended = self.child(model, &arguments, kill);
        if let Some(code) = ended.code {
            *self.tally.codes.entry(code).or_default() += 1;
        }
        for simulated in &self.systems {
            simulated.running.clear_faults();
        }
        if self.setup.abilities.status && self.rng.chance(15) {
            let arguments = ["status", "--receipts"].map(str::to_owned);
            let ended = self.child(model, &arguments, None);
            self.settled_code(&ended, "status --receipts");
        }
    }

    fn child(&mut self, model: &Model, arguments: &[String], kill: Option<Kill>) -> Ended {
        let mut variables = model.variables();
        for simulated in &self.systems {
            variables.extend(simulated.credentials().clone());
        }
        let order = Order {
            binary: &self.setup.binary,
            folder: &self.folder,
            arguments,
            variables: &variables,
        };
        let (leash, pipes) = child::start(&order).expect("the binary starts");
        let mut told = arguments.join(" ");
        let point = kill.as_ref().map(|kill| kill.point);
        if let Some(kill) = kill {
            let Kill {
                point, nth, delay, ..
            } = &kill;
            told = format!("{told}, killed: {point:?} {nth} {delay:?}");
            match point {
                Point::Time => child::kill_after(&leash, *delay),
                Point::Journal => child::kill_at_journal(&leash, &self.folder, *nth, *delay),
                _ => self.watch.plan(kill, &leash),
            }
        }
        let ended = child::wait(&leash, &pipes);
        self.watch.settle();
        let writes = self.tally.writes;
        self.count(&ended, point);
        self.inspect(&told, &ended);
        let sent = self.tally.writes - writes;
        if sent > 0 && guard::writes_nothing(arguments, &ended) {
            let what = format!("{told}: exit code {:?} and {sent} writes", ended.code);
            self.say(Promise::NothingSent, what);
        }
        ended
    }

    fn count(&mut self, ended: &Ended, point: Option<Point>) {
        self.tally.children += 1;
        if let (None, Some(point)) = (ended.code, point) {
            *self.tally.kills.entry(point).or_default() += 1;
            let last = receipts::last_record(&child::state_folder(&self.folder));
            *self.tally.cut_off.entry(last).or_default() += 1;
        }
        for simulated in &self.systems {
            for entry in simulated.running.log() {
                self.tally.requests += 1;
                if entry.write {
                    self.tally.writes += 1;
                    let sends = self.sends.entry(entry.operation.clone()).or_default();
                    sends.all += 1;
                    let clean = entry.fault.is_none() && (200..300).contains(&entry.status);
                    sends.clean += u64::from(clean);
                }
                if let Some(fault) = entry.fault {
                    *self.tally.faults.entry(fault.to_string()).or_default() += 1;
                }
            }
            simulated.running.clear_log();
        }
    }

    /// Looks at what a child printed, and keeps it.
    fn inspect(&mut self, told: &str, ended: &Ended) {
        let code = ended
            .code
            .map_or_else(|| "killed".to_owned(), |code| format!("exit code {code}"));
        let number = self.tally.children;
        self.story.push(format!("{number:02} {told}: {code}"));
        for (name, bytes) in [("stdout", &ended.stdout), ("stderr", &ended.stderr)] {
            if let Some(leak) = canary::found_in(bytes) {
                self.say(Promise::NoLeak, format!("{number:02} {name}: {leak}"));
            }
            let path = self.folder.join(format!("{number:02}.{name}"));
            // What is kept is for people; a full disk shows elsewhere.
            let _ = fs::write(path, bytes);
        }
        let panicked = String::from_utf8_lossy(&ended.stderr).contains("panicked at");
        let unheard_of = ended.code.is_some_and(|code| !CODES.contains(&code));
        if ended.hung || panicked || unheard_of {
            self.say(Promise::Sound, format!("{number:02} {told}"));
        }
    }

    /// Looks through everything that was stored.
    fn look_for_leaks(&mut self) {
        let mut folders = vec![child::state_folder(&self.folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let bytes = fs::read(&path).unwrap_or_default();
                if let Some(leak) = canary::found_in(&bytes) {
                    let what = format!("{}: {leak}", path.display());
                    self.say(Promise::NoLeak, what);
                }
            }
        }
    }

    fn say(&mut self, promise: Promise, what: String) {
        self.broken.push(Broken { promise, what });
    }

    fn end(mut self, folder: TempDir) -> Ran {
        self.tally.count(&self.broken);
        let broken: Vec<String> = self
            .broken
            .iter()
            .map(|broken| format!("{:?}: {}", broken.promise, broken.what))
            .collect();
        let mut kept = None;
        if self.setup.keep || !broken.is_empty() {
            let path = folder.keep();
            for simulated in &self.systems {
                let file = path.join(format!("{}.state.json", simulated.system.name));
                let _ = fs::write(file, format!("{:#}", simulated.running.state()));
            }
            let story = format!("{}\n{}\n", self.story.join("\n"), broken.join("\n"));
            let _ = fs::write(path.join("story.txt"), story);
            kept = Some(path);
        }
        let names: Vec<&str> = self
            .systems
            .iter()
            .map(|simulated| simulated.system.name)
            .collect();
        Ran {
            summary: format!(
                "{}: {} processes, {} requests, {} records created",
                names.join(", "),
                self.tally.children,
                self.tally.requests,
                self.tally.creates
            ),
            tally: self.tally,
            broken,
            folder: kept,
        }
    }
}
