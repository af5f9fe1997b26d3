mod db;
pub mod source;
mod system;
