//! What the programs beside this have in common.

use posada_fuzz::{Mutator, Target};

/// Changes libFuzzer's input by its JSON values, if it is JSON; every other time, and where it is not, libFuzzer's own
/// way is taken, which knows what the code compares with.
pub fn by_values(target: &Target, data: &mut [u8], size: usize, max_size: usize, seed: u32) -> Option<usize> {
    if seed % 2 == 0 {
        return None;
    }
    let changed = Mutator::new(target.form, seed.into()).values(&data[..size], &data[..size])?;
    let fits = changed.len() <= max_size;
    data.get_mut(..changed.len()).filter(|_| fits)?.copy_from_slice(&changed);
    Some(changed.len())
}

/// A target's program.
#[macro_export]
macro_rules! program {
    ($name:literal) => {
        fn this() -> &'static posada_fuzz::Target {
            posada_fuzz::target($name).expect("each program has its target")
        }

        libfuzzer_sys::fuzz_target!(|data: &[u8]| {
            (this().run)(data);
        });

        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
            $crate::by_values(this(), data, size, max_size, seed)
                .unwrap_or_else(|| libfuzzer_sys::fuzzer_mutate(data, size, max_size))
        });
    };
}
