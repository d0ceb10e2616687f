//! Tests on the fields of the system, which are columns of `runs` or the same for every run.

use rusqlite::types::Value;
use uuid::Uuid;

use super::super::SearchError;
use super::super::condition::{Comparison, Field, Literal, Test};
use super::value::{self, Kind};
use super::{NONE, Writer};

/// What the real server has in `WorkflowType` for every run, since its workflows interpret iWF's.
const WORKFLOW_TYPE: &str = "Interpreter";
const NANOSECONDS_PER_MILLISECOND: i64 = 1_000_000;

pub(super) fn test(
    writer: &mut Writer<'_>,
    field: &Field,
    test: &Test,
    negated: bool,
) -> Result<(), SearchError> {
    let instant = Kind::Instant {
        unit: NANOSECONDS_PER_MILLISECOND,
    };
    writer.sql.push_str(if negated { "NOT (" } else { "(" });
    match field {
        Field::WorkflowId => value::test(writer, "runs.workflow_id", Kind::Keyword, test),
        Field::IwfWorkflowType => value::test(writer, "runs.workflow_type", Kind::Keyword, test),
        Field::StartTime => value::test(writer, "runs.started_at", instant, test),
        Field::CloseTime => value::test(writer, "runs.closed_at", instant, test),
        Field::WorkflowType => {
            let same_for_all = format!("'{WORKFLOW_TYPE}'");
            value::test(writer, &same_for_all, Kind::Keyword, test);
        }
        Field::RunId => run_id(writer, &texts(field, test)?),
        Field::ExecutionStatus => status(writer, &texts(field, test)?)?,
        Field::ExecutingStateIds | Field::Attribute(_) => writer.sql.push_str(NONE),
    }
    writer.sql.push(')');
    Ok(())
}

/// The texts that a field, which can only be equal or not, is compared with. A run always has
/// it, so a test for its absence compares with nothing.
fn texts<'a>(field: &Field, test: &'a Test) -> Result<Vec<&'a str>, SearchError> {
    let literals = match test {
        Test::Compare(Comparison::Equal, literal) => std::slice::from_ref(literal),
        Test::AnyOf(literals) => literals.as_slice(),
        Test::Absent => &[],
        _ => return Err(unsuited(field, "can be tested with =, !=, IN and IS only")),
    };
    let texts: Option<_> = literals.iter().map(Literal::as_text).collect();
    texts.ok_or_else(|| unsuited(field, "is compared with texts in quotes"))
}

/// The low 48 bits of a run id are the run's key, which is what the table is ordered by. What is
/// no run id is, as on the real server, a text that no run has.
fn run_id(writer: &mut Writer<'_>, texts: &[&str]) {
    let ids: Vec<Uuid> = texts
        .iter()
        .filter_map(|text| Uuid::try_parse(text).ok())
        .collect();
    let keys = ids.iter().map(|id| {
        let low_bits = id.as_u64_pair().1 & 0xffff_ffff_ffff;
        Value::Integer(low_bits.cast_signed())
    });
    writer.is_one_of("runs.run_key", keys);
    writer.sql.push_str(" AND ");
    let bytes = ids.iter().map(|id| Value::Blob(id.into_bytes().to_vec()));
    writer.is_one_of("runs.run_id", bytes);
}

/// The names are the backend's, not iWF's; their case counts.
fn status(writer: &mut Writer<'_>, texts: &[&str]) -> Result<(), SearchError> {
    let codes: Option<Vec<i64>> = texts.iter().map(|text| status_code(text)).collect();
    let codes = codes.ok_or_else(|| {
        unsuited(
            &Field::ExecutionStatus,
            "is one of 'Running', 'Completed', 'Failed', 'TimedOut', 'Terminated', 'Canceled' \
             and 'ContinuedAsNew'",
        )
    })?;
    writer.is_one_of("runs.status", codes.into_iter().map(Value::Integer));
    Ok(())
}

fn status_code(name: &str) -> Option<i64> {
    match name {
        "Running" => Some(0),
        "Completed" => Some(1),
        "Failed" => Some(2),
        "TimedOut" => Some(3),
        "Terminated" => Some(4),
        "Canceled" => Some(5),
        "ContinuedAsNew" => Some(6),
        _ => None,
    }
}

fn unsuited(field: &Field, why: &str) -> SearchError {
    SearchError::Unsuited(format!("{} {why}", field.name()))
}
