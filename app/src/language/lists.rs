//! Lists within a sentence, as a language writes them.

use tr::tr;

/// `To, Subject and Body`.
pub(super) fn with_and(parts: &[&str]) -> String {
    match parts {
        [firsts @ .., last] if !firsts.is_empty() => {
            format!("{}{}{last}", commas(firsts), tr!("list" => " and "))
        }
        _ => parts.concat(),
    }
}

/// `To, Subject, Body`.
pub(crate) fn commas(parts: &[impl AsRef<str>]) -> String {
    let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
    parts.join(&tr!("list" => ", "))
}
