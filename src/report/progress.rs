//! A progress bar on standard error, on a terminal only.

use std::io::IsTerminal;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Programs smaller than this are done before a bar could be read.
const WORTH_A_BAR: usize = 200;

pub struct Bar(ProgressBar);

impl Bar {
    #[must_use]
    pub fn new(files: usize) -> Self {
        if files < WORTH_A_BAR || !std::io::stderr().is_terminal() {
            return Self(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()));
        }
        let style = ProgressStyle::with_template("{msg:<10} {bar:30} {pos}/{len}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::new(files as u64).with_style(style))
    }

    pub fn update(&self, stage: &str, done: usize, total: usize) {
        if self.0.is_hidden() {
            return;
        }
        self.0.set_message(stage.to_owned());
        self.0.set_length(total as u64);
        self.0.set_position(done as u64);
    }

    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
