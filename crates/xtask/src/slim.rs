//! What a release leaves out of its text files: comments, and long names in the JavaScript that joins
//! the page and its WebAssembly.
//!
//! No general minifier: we know who writes these files. wasm-bindgen tells imported functions apart by
//! a hash in each name, which no compressor can shrink; here they get numbers.

use anyhow::{Context, Result, ensure};
use std::fs;
use std::mem;
use std::path::Path;
use wasm_bindgen_cli_support::Output;

/// A function that the module imports, as wasm-bindgen calls it and as we do.
pub(crate) struct Renamed {
    old: String,
    new: String,
}

/// Numbers the imported functions in the module; [`shrink_glue`] does the same in the glue.
pub(crate) fn number_imports(output: &mut Output, glue: &str) -> Vec<Renamed> {
    let from_glue = format!("./{glue}");
    let imports = output.wasm_mut().imports.iter_mut();
    imports
        .filter(|import| import.module == from_glue)
        .enumerate()
        .map(|(index, import)| {
            let new = format!("i{index}");
            let old = mem::replace(&mut import.name, new.clone());
            Renamed { old, new }
        })
        .collect()
}

/// Rewrites the glue in place.
pub(crate) fn shrink_glue(path: &Path, imports: &[Renamed]) -> Result<()> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = rename(text, imports)?;
    fs::write(path, without_comments(&text))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The imports are the keys of an object, each on a line of its own.
fn rename(mut text: String, imports: &[Renamed]) -> Result<String> {
    for Renamed { old, new } in imports {
        let key = format!(" {old}: ");
        ensure!(
            text.matches(&key).count() == 1,
            "wasm-bindgen writes its imports in a new way (`{old}` is not one key): adapt xtask's slim.rs"
        );
        text = text.replace(&key, &format!(" {new}: "));
    }
    Ok(text)
}

/// Drops indentation, empty lines, and the comments that fill whole lines, from JavaScript or CSS.
/// No text of theirs may go on over the end of a line.
pub(crate) fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_comment = false;
    for line in text.lines() {
        let code = match line.split_once("*/") {
            Some((_, after)) if in_comment => after.trim(),
            None if in_comment => continue,
            _ => line.trim(),
        };
        in_comment = code.starts_with("/*") && !code.contains("*/");
        let is_remark = code.starts_with("//")
            || in_comment
            || code.starts_with("/*") && code.find("*/") == Some(code.len() - 2);
        if !(is_remark || code.is_empty()) {
            kept.push_str(code);
            kept.push('\n');
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(old: &str, new: &str) -> Renamed {
        Renamed {
            old: old.to_owned(),
            new: new.to_owned(),
        }
    }

    #[test]
    fn each_import_gets_its_number_and_nothing_else_changes() {
        let glue = "const i = {\n    __wbg_get_12: function(a) {\n        return wasm.__wbg_get_1;\n    },\n};";
        let expected =
            "const i = {\n    i0: function(a) {\n        return wasm.__wbg_get_1;\n    },\n};";
        let short = rename(glue.to_owned(), &[renamed("__wbg_get_12", "i0")]).unwrap();
        assert_eq!(short, expected);
    }

    #[test]
    fn an_import_that_the_glue_does_not_name_once_is_an_error() {
        let twice = "{\n a_1: 1,\n a_1: 2,\n}";
        for glue in ["{}", twice] {
            let error = rename(glue.to_owned(), &[renamed("a_1", "i0")])
                .err()
                .unwrap();
            assert!(error.to_string().contains("a_1"), "{error}");
        }
    }

    #[test]
    fn comments_and_indentation_go_and_code_stays() {
        let glue = "/**\n * Says it.\n */\nsay() {\n\n    // aloud\n    let far = 2 /* m */ * 3; // x\n    /* one */\n    return \"// kept\";\n}\n";
        assert_eq!(
            without_comments(glue),
            "say() {\nlet far = 2 /* m */ * 3; // x\nreturn \"// kept\";\n}\n"
        );
        let style = "/* one\n   two */ a { b: c }\n/* three */ d { }\n/* four */\n* { e: f }\n";
        assert_eq!(
            without_comments(style),
            "a { b: c }\n/* three */ d { }\n* { e: f }\n"
        );
    }
}
