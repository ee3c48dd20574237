//! Random numbers that are the same for the same seed on every machine:
//! `SplitMix64` (Steele, Lea and Flood, 2014).

/// A source of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `end`, without `end`, which is at least 1. The bias of
    /// a remainder does not matter here.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// A position in something that long.
    pub(crate) fn at(&mut self, length: usize) -> usize {
        let length = u64::try_from(length).expect("a length fits into 64 bits");
        usize::try_from(self.below(length)).expect("a position is below the length")
    }

    /// Whether something happens that happens so often in a hundred times.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of several, of which there is at least one.
    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.at(from.len())]
    }

    /// Letters from `g` to `p`, which no number in hexadecimal form has.
    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| *self.pick(&LETTERS)).collect()
    }

    /// Decimal digits.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + u8::try_from(self.below(10)).expect("a digit")))
            .collect()
    }
}

const LETTERS: [char; 10] = ['g', 'h', 'i', 'k', 'l', 'm', 'n', 'o', 'p', 's'];

/// The seed of one run of many.
pub(crate) fn seed_of_run(seed: u64, run: u64) -> u64 {
    Rng::new(seed ^ run.wrapping_mul(0xd1b5_4a32_d192_ed03)).next()
}

#[test]
fn the_numbers_are_those_of_the_paper() {
    let mut rng = Rng::new(1_234_567);
    let numbers: Vec<u64> = (0..3).map(|_| rng.next()).collect();
    assert_eq!(
        numbers,
        [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423
        ]
    );
}
