//! Files that a person has chosen, on their way to the server. The browser reads them while it sends
//! them: their bytes never come into the program.

#[cfg(all(feature = "hydrate", not(feature = "ssr")))]
mod imp {
    use email_agent_api::{Accepted, Version};
    use wasm_bindgen::JsCast;
    use web_sys::{File, FormData, HtmlFormElement};

    use crate::{CallError, browser::post::post_form, server_fns};

    /// What was chosen in a form.
    pub(crate) struct Chosen {
        /// The names, at least one.
        pub(crate) names: Vec<String>,
        /// Bytes of all of them.
        pub(crate) size_bytes: u64,
        form: FormData,
    }

    /// Takes the files out of a form; none if none were chosen.
    pub(crate) fn chosen(form_id: &str) -> Option<Chosen> {
        let document = web_sys::window()?.document()?;
        let element: HtmlFormElement = document.get_element_by_id(form_id)?.dyn_into().ok()?;
        let form = FormData::new_with_form(&element).ok()?;
        // The same file chosen once more is a change again.
        element.reset();
        let (mut names, mut size_bytes) = (Vec::new(), 0);
        for value in form.get_all("file") {
            let file: File = value.dyn_into().ok()?;
            if !file.name().is_empty() {
                names.push(file.name());
                size_bytes += whole(file.size());
            }
        }
        (!names.is_empty()).then_some(Chosen {
            names,
            size_bytes,
            form,
        })
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "sizes of files are whole, not negative, and have less than 53 bits"
    )]
    fn whole(size: f64) -> u64 {
        size as u64
    }

    impl Chosen {
        /// Sends them for this email, and waits for as long as that takes.
        pub(crate) async fn send(
            &self,
            id: &str,
            version: Version,
            key: &str,
        ) -> Result<Accepted, CallError> {
            let version = version.to_string();
            for (name, value) in [("id", id), ("version", &version), ("key", key)] {
                // Of a name and a text it takes any.
                let _ = self.form.set_with_str(name, value);
            }
            server_fns::answer(post_form("/api/ai-agent/attach", &self.form).await)
        }
    }
}

#[cfg(not(all(feature = "hydrate", not(feature = "ssr"))))]
mod imp {
    use email_agent_api::{Accepted, Version};

    use crate::CallError;

    pub(crate) struct Chosen {
        pub(crate) names: Vec<String>,
        pub(crate) size_bytes: u64,
    }

    pub(crate) fn chosen(_form_id: &str) -> Option<Chosen> {
        None
    }

    impl Chosen {
        pub(crate) async fn send(
            &self,
            _id: &str,
            _version: Version,
            _key: &str,
        ) -> Result<Accepted, CallError> {
            Err(CallError::lost())
        }
    }
}

pub(crate) use imp::{Chosen, chosen};
