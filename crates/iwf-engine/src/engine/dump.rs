//! The inside of a run as one JSON text, in pages, for those who look for a fault.

use iwf_protocol::{WorkflowDumpRequest, WorkflowDumpResponse};

use super::{Address, Engine};
use crate::convert;
use crate::failure::Failure;

/// The page of a request that names no size.
const PAGE_BYTES: usize = 1024 * 1024;

impl Engine {
    /// One page of what the run is at the moment. The checksum tells whether pages that were
    /// asked for one after the other belong together.
    ///
    /// # Errors
    ///
    /// The workflow or run is unknown, or has no such page.
    pub async fn dump(
        &self,
        request: WorkflowDumpRequest,
    ) -> Result<WorkflowDumpResponse, Failure> {
        self.check(&request)?;
        let address = Address::new(&request.workflow_id, Some(&request.workflow_run_id));
        let run = self.snapshot(&address).await?;
        let text = convert::dump(&run).to_string();
        let size = usize::try_from(request.page_size_in_bytes).ok();
        let size = size.filter(|&size| size > 0).unwrap_or(PAGE_BYTES);
        let total = text.len().div_ceil(size);
        let page = usize::try_from(request.page_num).ok();
        let page = page.and_then(|number| page_of(&text, size, number));
        let page = page.ok_or_else(|| {
            Failure::internal(format!(
                "there is no page {}: the dump has {total}, counted from 0",
                request.page_num
            ))
        })?;
        Ok(WorkflowDumpResponse {
            checksum: format!("{:08x}", crc32fast::hash(text.as_bytes())),
            total_pages: i32::try_from(total).unwrap_or(i32::MAX),
            json_data: page.to_owned(),
        })
    }
}

/// A page never ends within a character; the next one begins with it.
fn page_of(text: &str, size: usize, number: usize) -> Option<&str> {
    let start = number.checked_mul(size).filter(|&at| at < text.len())?;
    let end = text.floor_char_boundary(start.saturating_add(size));
    text.get(text.floor_char_boundary(start)..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_make_the_whole_and_cut_no_character() {
        let text = "abcäöü🦀x";
        for size in 1..20 {
            let pages: Vec<&str> = (0..)
                .map_while(|number| page_of(text, size, number))
                .collect();
            assert_eq!(pages.concat(), text, "{size}");
            assert_eq!(pages.len(), text.len().div_ceil(size), "{size}");
        }
        assert_eq!(page_of(text, usize::MAX, 2), None);
    }
}
