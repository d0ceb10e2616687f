//! Reads the translations (`languages/*.po`) into JSON: rows of an English text and its forms, as the
//! server keeps them and the browser gets them. See `src/language`.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use polib::po_file;

fn main() -> Result<(), Box<dyn Error>> {
    // The browser gets the translations of its page from the server.
    if env::var_os("CARGO_FEATURE_SSR").is_none() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed=languages");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    for file in fs::read_dir("languages")? {
        let file = file?.path();
        if file.extension().is_some_and(|end| end == "po") {
            let name = file.file_stem().ok_or("a file has a name")?;
            let json = out.join(name).with_extension("json");
            fs::write(json, serde_json::to_string(&rows(&file)?)?)?;
        }
    }
    Ok(())
}

fn rows(file: &Path) -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let catalogue = po_file::parse(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let row = |entry: &dyn polib::message::MessageView| {
        // The sign that stands between context and text in compiled files of gettext too.
        let key = match entry.msgctxt() {
            "" => entry.msgid().to_owned(),
            context => format!("{context}\u{4}{}", entry.msgid()),
        };
        let forms = match (entry.msgstr_plural(), entry.msgstr()) {
            (Ok(forms), _) => forms.clone(),
            (_, Ok(text)) => vec![text.to_owned()],
            _ => Vec::new(),
        };
        std::iter::once(key).chain(forms).collect()
    };
    Ok(catalogue.messages().map(row).collect())
}
