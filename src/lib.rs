//! Finds what blocks an asyncio event loop anywhere in a Python program, and rewrites it so that it no longer does.

pub mod analysis;
pub mod apply;
pub mod catalogue;
pub mod cli;
pub mod config;
pub mod plan;
pub mod project;
pub mod report;
pub mod review;
pub mod rewrite;
mod setup_py;
mod text;
pub mod toml_error;
