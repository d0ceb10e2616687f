//! Whether the workflows are those of a backup, so that nothing that was due leaves a second time.
//!
//! `iwf-engine restore` leaves a mark in the engine's folder, and `iwf-engine serve` tells it. The first start after it is remembered
//! in the store: what was due by then may have been sent by the program that the backup was taken
//! from, and asks a person. A later restore has another mark and is a first start again.

use std::{path::Path, time::Duration};

use anyhow::Context;
use chrono::{DateTime, Utc};
use email_agent::Restored;
use email_agent_store::Store;
use iwf_engine::maintenance;
use serde::{Deserialize, Serialize};

use crate::config::BackendConfig;

/// How long an engine elsewhere may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// The document in the store.
const SEEN: &str = "restored";

/// The mark that was found, and when the program first started on it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Seen {
    restored_at: DateTime<Utc>,
    began_at: DateTime<Utc>,
}

/// Looks for the mark. To be called before an embedded engine opens, and before our worker serves
/// an engine elsewhere.
pub(crate) async fn look(
    backend: &BackendConfig,
    engine_dir: &Path,
    store: &Store,
) -> anyhow::Result<Option<Restored>> {
    let restored_at = match backend {
        BackendConfig::Embedded => maintenance::restored(engine_dir)
            .context("it cannot be told whether the workflows were restored from a backup")?
            .map(|mark| mark.restored_at),
        BackendConfig::Server { url, .. } => told_by(url).await,
    };
    let Some(restored_at) = restored_at else {
        return Ok(None);
    };
    let seen: Option<Seen> = store.document(SEEN).await?;
    if let Some(seen) = seen.filter(|seen| seen.restored_at == restored_at) {
        return Ok(Some(Restored {
            began_at: seen.began_at,
        }));
    }
    let began_at = std::time::SystemTime::now().into();
    let seen = Seen {
        restored_at,
        began_at,
    };
    store.set_document(SEEN, &seen).await?;
    tracing::warn!(
        %restored_at,
        "the workflows were restored from a backup: emails that were due by now wait for a person"
    );
    Ok(Some(Restored { began_at }))
}

/// What an engine elsewhere says of itself. An iWF server on Temporal or Cadence says nothing, and
/// neither does one that cannot be reached yet: the file of sends is what is left then.
async fn told_by(url: &str) -> Option<DateTime<Utc>> {
    let address = format!(
        "{}{}",
        url.trim_end_matches('/'),
        iwf_protocol::path::HEALTH_CHECK
    );
    let asked = async {
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        client.get(address).send().await
    };
    match asked.await {
        Ok(answer) => {
            let told = answer.headers().get(iwf_engine::rest::RESTORED_AT)?;
            told.to_str().ok()?.parse().ok()
        }
        Err(error) => {
            tracing::warn!(%error, "the iWF server could not say whether its data was restored from a backup");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(dir: &Path, restored_at: &str) {
        let text = format!(r#"{{"restoredAt": "{restored_at}", "backupWrittenAt": null}}"#);
        std::fs::write(dir.join("restored.json"), text).unwrap();
    }

    #[tokio::test]
    async fn the_first_start_after_each_restore_counts() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::in_memory().unwrap();
        let backend = BackendConfig::Embedded;
        let look = || look(&backend, dir.path(), &store);
        assert_eq!(look().await.unwrap(), None);
        mark(dir.path(), "2026-11-24T09:00:00Z");
        let first = look().await.unwrap().unwrap();
        assert_eq!(
            look().await.unwrap(),
            Some(first),
            "a later start changes nothing"
        );
        mark(dir.path(), "2026-11-25T09:00:00Z");
        assert!(look().await.unwrap().unwrap().began_at >= first.began_at);
        assert_ne!(look().await.unwrap(), Some(first));
    }

    #[tokio::test]
    async fn a_mark_that_cannot_be_read_stops_the_start() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("restored.json"), "half").unwrap();
        let store = Store::in_memory().unwrap();
        assert!(
            look(&BackendConfig::Embedded, dir.path(), &store)
                .await
                .is_err()
        );
    }
}
