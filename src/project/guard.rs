//! Keeps a panic of the type engine from ending the run.
//!
//! The engine is young, and some code makes it panic. The question that did is then one without an answer; the rest goes on.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// Runs `question`; a panic in it is silent and gives the default.
pub fn guarded<T: Default>(question: impl FnOnce() -> T) -> T {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let usual = take_hook();
        set_hook(Box::new(move |panic| {
            if DEPTH.get() == 0 {
                usual(panic);
            }
        }));
    });
    DEPTH.set(DEPTH.get() + 1);
    let answer = catch_unwind(AssertUnwindSafe(question));
    DEPTH.set(DEPTH.get() - 1);
    answer.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_an_empty_answer() {
        assert_eq!(guarded(|| -> Vec<u8> { panic!("the engine") }), Vec::<u8>::new());
        assert_eq!(guarded(|| 3), 3);
    }
}
