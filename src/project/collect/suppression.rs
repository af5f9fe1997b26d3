//! Comments that keep a call as it is.

use ruff_text_size::TextRange;

use crate::project::facts::Suppression;

/// Reads `# deblock: ignore[…]` and `# noqa: …`.
pub(super) fn suppression(comment: &str, range: TextRange) -> Option<Suppression> {
    if let Some(start) = comment.find("deblock:") {
        let rest = comment[start + "deblock:".len()..].trim_start();
        let rest = rest.strip_prefix("ignore")?;
        let names = match rest.strip_prefix('[') {
            Some(list) => split_names(list.split(']').next().unwrap_or(list)),
            None => Vec::new(),
        };
        return Some(Suppression { range, names, ours: true });
    }
    let lower = comment.to_ascii_lowercase();
    let start = lower.find("noqa:")?;
    let codes: String = comment[start + "noqa:".len()..]
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, ',' | ' ' | '\t'))
        .collect();
    let names: Vec<String> = codes
        .split([',', ' ', '\t'])
        .filter(|code| code.starts_with("ASYNC") || code.starts_with("async"))
        .map(str::to_ascii_uppercase)
        .collect();
    (!names.is_empty()).then_some(Suppression { range, names, ours: false })
}

fn split_names(list: &str) -> Vec<String> {
    list.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}
