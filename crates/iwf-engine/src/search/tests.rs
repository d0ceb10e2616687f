//! Queries over a small world of runs, in the real schema.

mod any_query;

use iwf_protocol::{WorkflowSearchRequest, WorkflowSearchResponse};
use rusqlite::{Connection, params};
use uuid::Uuid;

use super::{SearchError, find, prepare};

const HOUR: i64 = 3_600_000;
/// 2026-01-01T00:00:00Z in milliseconds.
const NEW_YEAR: i64 = 1_767_225_600_000;

struct World(Connection);

impl World {
    fn new() -> Self {
        let connection = Connection::open_in_memory().expect("SQLite in memory");
        connection
            .execute_batch(include_str!("../store/schema.sql"))
            .expect("the schema");
        prepare(&connection).expect("the SQL functions");
        Self(connection)
    }

    /// Four runs: `a` to `c` are running, `d` has failed. They start an hour apart.
    fn of_four() -> Self {
        let world = Self::new();
        world.run(1, "a", "Mail", None);
        world.run(2, "b", "Mail", None);
        world.run(3, "c", "Other", None);
        world.run(4, "d", "Mail", Some((2, NEW_YEAR + 9 * HOUR)));
        world.attribute(1, "Word", 0, "red");
        world.attribute(2, "Word", 0, "green");
        world.attribute(4, "Word", 0, "Red");
        world.attribute(1, "Note", 1, "The quick brown fox");
        world.attribute(2, "Note", 1, "a lazy Dog");
        world.attribute(1, "Count", 3, 1);
        world.attribute(2, "Count", 3, 2);
        world.attribute(3, "Count", 3, 3);
        world.attribute(1, "Ratio", 4, 0.5);
        world.attribute(2, "Ratio", 4, 2.0);
        world.attribute(1, "Flag", 5, 1);
        world.attribute(2, "Flag", 5, 0);
        world.attribute(1, "When", 2, NEW_YEAR * 1_000_000 + 1);
        world.list(1, "Tags", &["x", "y"]);
        world.list(2, "Tags", &["y", "z"]);
        world.executing(1, r#"["Agent","Schedule"]"#);
        world.executing(2, r#"["Agent"]"#);
        world
    }

    fn run(&self, key: u8, workflow_id: &str, workflow_type: &str, closed: Option<(i64, i64)>) {
        let sql = "INSERT INTO runs (run_key, run_id, workflow_id, workflow_type, status, \
                   started_at, closed_at, settings, head) VALUES (?, ?, ?, ?, ?, ?, ?, x'', x'')";
        let (status, closed_at) = closed.unzip();
        let started_at = NEW_YEAR + i64::from(key) * HOUR;
        let values = params![
            key,
            run_id(key).into_bytes(),
            workflow_id,
            workflow_type,
            status.unwrap_or(0),
            started_at,
            closed_at
        ];
        self.0.execute(sql, values).expect("a run");
    }

    fn attribute(&self, key: u8, name: &str, value_type: u8, value: impl rusqlite::ToSql) {
        self.element(key, name, 0, value_type, value);
    }

    fn list(&self, key: u8, name: &str, values: &[&str]) {
        for (ordinal, value) in (0..).zip(values) {
            self.element(key, name, ordinal, 6, value);
        }
    }

    fn element(
        &self,
        key: u8,
        name: &str,
        ordinal: u8,
        value_type: u8,
        value: impl rusqlite::ToSql,
    ) {
        let sql = "INSERT INTO search_attributes (run_key, name, ordinal, type, value) \
                   VALUES (?, ?, ?, ?, ?)";
        let values = params![key, name, ordinal, value_type, value];
        self.0.execute(sql, values).expect("an attribute");
    }

    fn executing(&self, key: u8, ids: &str) {
        let sql = "UPDATE runs SET executing_state_ids = ? WHERE run_key = ?";
        self.0.execute(sql, params![ids, key]).expect("a run");
    }

    fn search(
        &self,
        request: &WorkflowSearchRequest,
    ) -> Result<WorkflowSearchResponse, SearchError> {
        find(&self.0, request, 1000)
    }

    /// The workflow ids that a query finds, sorted and joined.
    fn found(&self, query: &str) -> String {
        let request = WorkflowSearchRequest {
            query: query.to_owned(),
            ..WorkflowSearchRequest::default()
        };
        let mut ids = ids(&self.search(&request).expect(query));
        ids.sort();
        ids.concat()
    }

    fn refused(&self, query: &str) -> String {
        let request = WorkflowSearchRequest {
            query: query.to_owned(),
            ..WorkflowSearchRequest::default()
        };
        self.search(&request).expect_err(query).to_string()
    }
}

fn run_id(key: u8) -> Uuid {
    Uuid::from_u128(0x1234_5678_9abc_4def_8123_0000_0000_0000 | u128::from(key))
}

fn ids(response: &WorkflowSearchResponse) -> Vec<String> {
    let entries = response.workflow_executions.iter();
    entries.map(|entry| entry.workflow_id.clone()).collect()
}

fn check(expectations: &[(&str, &str)]) {
    let world = World::of_four();
    for (query, wanted) in expectations {
        assert_eq!(world.found(query), *wanted, "{query}");
    }
}

#[test]
fn fields_of_the_system() {
    check(&[
        ("", "abcd"),
        ("WorkflowId = 'a'", "a"),
        ("WorkflowId != 'a'", "bcd"),
        ("WorkflowId IN ('a', 'c', 'z')", "ac"),
        ("WorkflowId STARTS_WITH 'a'", "a"),
        ("WorkflowId STARTS_WITH ''", "abcd"),
        ("WorkflowId = 7", ""),
        ("IwfWorkflowType = 'Mail'", "abd"),
        ("IwfWorkflowType = 'mail'", ""),
        ("WorkflowType = 'Interpreter' AND WorkflowId > 'b'", "cd"),
        ("WorkflowType = 'Mail'", ""),
        ("ExecutionStatus = 'Running'", "abc"),
        ("ExecutionStatus != 'Running'", "d"),
        ("ExecutionStatus IN ('Failed', 'Completed')", "d"),
        ("ExecutionStatus = 'Failed' OR WorkflowId = 'a'", "ad"),
        ("ExecutionStatus IS NULL", ""),
        (
            "NOT (ExecutionStatus = 'Running' AND IwfWorkflowType = 'Mail')",
            "cd",
        ),
    ]);
}

#[test]
fn run_ids() {
    let world = World::of_four();
    let other = Uuid::from_u128(2); // the key of `b`, but not its id
    assert_eq!(world.found(&format!("RunId = '{}'", run_id(2))), "b");
    assert_eq!(world.found(&format!("RunId != '{}'", run_id(2))), "acd");
    assert_eq!(world.found(&format!("RunId = '{other}'")), "");
    assert_eq!(world.found("RunId = 'no run id'"), "");
}

#[test]
fn times() {
    check(&[
        ("StartTime > '2026-01-01T02:00:00Z'", "cd"),
        ("StartTime >= '2026-01-01T02:00:00Z'", "bcd"),
        ("StartTime >= '2026-01-01T04:00:00+02:00'", "bcd"),
        ("StartTime < '2026-01-01T02:00:00.0000001Z'", "ab"),
        ("StartTime = '2026-01-01T02:00:00Z'", "b"),
        (
            "StartTime BETWEEN '2026-01-01T02:00:00Z' AND '2026-01-01T03:00:00Z'",
            "bc",
        ),
        (
            "StartTime NOT BETWEEN '2026-01-01T02:00:00Z' AND '2026-01-01T03:00:00Z'",
            "ad",
        ),
        ("StartTime > 'soon'", ""),
        ("CloseTime IS NULL", "abc"),
        ("CloseTime IS NOT NULL", "d"),
        ("CloseTime > '2026-01-01T08:59:59Z'", "d"),
        ("When = '2026-01-01T00:00:00.000000001Z'", "a"),
        ("When > '2026-01-01T00:00:00Z'", "a"),
        ("When < 1767225600000000001", ""),
        ("When <= '1767225600000000001'", "a"),
    ]);
}

#[test]
fn attributes_of_each_type() {
    check(&[
        ("Word = 'red'", "a"),
        ("Word = \"Red\"", "d"),
        ("`Word` >= 'g'", "ab"),
        ("Word STARTS_WITH 'gr'", "b"),
        ("Note = 'fox'", "a"),
        ("Note = 'FOX dog'", "ab"),
        ("Note = 'fo'", ""),
        ("Note != 'fox'", "b"),
        ("Note STARTS_WITH 'The q'", "a"),
        ("Count = 2", "b"),
        ("Count = '2'", "b"),
        ("Count = 2.0", "b"),
        ("Count > 1.5", "bc"),
        ("Count BETWEEN 2 AND 3", "bc"),
        ("Count IN (1, '3')", "ac"),
        ("Count = 'two'", ""),
        ("Count STARTS_WITH '2'", ""),
        ("Ratio <= 0.5", "a"),
        ("Ratio = 2", "b"),
        ("Flag = true", "a"),
        ("Flag = False", "b"),
        ("Flag = 'true'", ""),
        ("Flag = 1", ""),
    ]);
}

#[test]
fn a_run_without_a_value_passes_neither_a_test_nor_its_opposite() {
    check(&[
        ("Word != 'red'", "bd"),
        ("NOT Word = 'red'", "bd"),
        ("NOT NOT Word = 'red'", "a"),
        ("Count NOT IN (1, 2)", "c"),
        ("NOT (Count = 1 OR Count = 2)", "c"),
        ("NOT (Count > 1 AND Word = 'green')", "ad"),
        ("Word IS NULL", "c"),
        ("Word IS NOT NULL", "abd"),
        ("Word NOT STARTS_WITH 'r'", "bd"),
        ("CloseTime != '2026-01-01T00:00:00Z'", "d"),
    ]);
}

#[test]
fn lists_contain() {
    check(&[
        ("Tags = 'x'", "a"),
        ("Tags = 'y'", "ab"),
        ("Tags != 'x'", "bcd"),
        ("Tags IN ('x', 'z')", "ab"),
        ("Tags NOT IN ('x', 'z')", "cd"),
        ("Tags IS NULL", "cd"),
        ("IwfExecutingStateIds = 'Agent'", "ab"),
        ("IwfExecutingStateIds = 'Schedule'", "a"),
        ("IwfExecutingStateIds != 'Schedule'", "bcd"),
        ("IwfExecutingStateIds IS NULL", "cd"),
        ("IwfExecutingStateIds IS NOT NULL", "ab"),
        ("IwfExecutingStateIds STARTS_WITH 'Sch'", "a"),
    ]);
}

#[test]
fn executing_states_may_be_an_attribute_of_the_users() {
    let world = World::of_four();
    world.list(3, "IwfExecutingStateIds", &["x", "Agent"]);
    assert_eq!(world.found("IwfExecutingStateIds = 'Agent'"), "abc");
    assert_eq!(world.found("IwfExecutingStateIds != 'Agent'"), "d");
    assert_eq!(world.found("IwfExecutingStateIds IS NULL"), "d");
    assert_eq!(world.found("IwfExecutingStateIds IS NOT NULL"), "abc");
}

#[test]
fn an_attribute_that_no_run_has_matches_nothing() {
    check(&[
        ("Nobody = 'x'", ""),
        ("Nobody != 'x'", ""),
        ("Nobody IS NULL", "abcd"),
        ("Nobody IS NOT NULL", ""),
        ("word = 'red'", ""),
        ("Nobody = 'x' OR WorkflowId = 'a'", "a"),
    ]);
}

#[test]
fn values_never_become_sql() {
    let world = World::of_four();
    world.attribute(3, "Word", 0, "'); DROP TABLE runs; --");
    assert_eq!(world.found("Word = '''); DROP TABLE runs; --'"), "c");
    assert_eq!(world.found("`x' OR 1=1 --` = 'y'"), "");
    assert_eq!(world.found("WorkflowId = 'a'' OR 1=1 --'"), "");
}

#[test]
fn what_cannot_be_answered_is_refused_with_a_reason() {
    let world = World::of_four();
    for (query, reason) in [
        ("this is no query =", "at position 8"),
        ("ExecutionStatus = 'running'", "one of 'Running'"),
        ("ExecutionStatus > 'Running'", "=, !=, IN and IS only"),
        ("RunId STARTS_WITH 'a'", "=, !=, IN and IS only"),
        ("ExecutionStatus = 1", "texts in quotes"),
        ("HistoryLength > 5", "not kept"),
    ] {
        let told = world.refused(query);
        assert!(told.contains(reason), "{query}: {told}");
    }
}

#[test]
fn values_are_bounded() {
    let world = World::of_four();
    let query = |count: usize| format!("WorkflowId IN ({})", vec!["'a'"; count].join(","));
    assert_eq!(world.found(&query(1000)), "a");
    assert!(world.refused(&query(1001)).contains("1000 values"));
    // The deepest expression that is let through is one that SQLite takes.
    for test in ["WorkflowId = 'a'", "NOT Note != 'fox'", "Count = 1"] {
        for between in [" OR ", " AND "] {
            let chain = vec![test; 500].join(between);
            assert_eq!(world.found(&chain), "a", "{test}");
            assert_eq!(world.found(&nested(&chain)), "a", "{test}");
        }
    }
}

fn nested(query: &str) -> String {
    format!("{}{query}{}", "(".repeat(60), ")".repeat(60))
}

#[test]
fn running_runs_come_first_and_each_part_newest_first() {
    let world = World::of_four();
    world.run(5, "e", "Mail", Some((1, NEW_YEAR + 8 * HOUR)));
    world.run(6, "f", "Mail", Some((1, NEW_YEAR + 10 * HOUR)));
    let all = world
        .search(&WorkflowSearchRequest::default())
        .expect("no query");
    assert_eq!(ids(&all).concat(), "cbafde");
    assert_eq!(all.next_page_token, "");
    assert_eq!(
        all.workflow_executions[0].workflow_run_id,
        run_id(3).to_string()
    );
}

#[test]
fn pages_follow_each_other_without_gap_or_overlap() {
    let world = World::of_four();
    world.run(5, "e", "Mail", Some((1, NEW_YEAR + 8 * HOUR)));
    world.run(6, "f", "Mail", Some((1, NEW_YEAR + 9 * HOUR)));
    for size in 1..8 {
        let (mut seen, mut token, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = world
                .search(&WorkflowSearchRequest {
                    page_size: Some(size),
                    next_page_token: token.take(),
                    ..WorkflowSearchRequest::default()
                })
                .expect("a page");
            assert!(page.workflow_executions.len() <= usize::try_from(size).expect("positive"));
            seen.extend(ids(&page));
            pages += 1;
            if page.next_page_token.is_empty() {
                break;
            }
            token = Some(page.next_page_token);
        }
        assert_eq!(seen.concat(), "cbafde", "pages of {size}");
        assert_eq!(pages, 6 / size + 1, "pages of {size}");
    }
}

#[test]
fn page_sizes_are_bounded_and_strange_ones_mean_the_default() {
    let world = World::of_four();
    let entries = |size: Option<i32>| {
        let request = WorkflowSearchRequest {
            page_size: size,
            ..WorkflowSearchRequest::default()
        };
        find(&world.0, &request, 3)
            .expect("a page")
            .workflow_executions
            .len()
    };
    assert_eq!([entries(None), entries(Some(0)), entries(Some(-1))], [3; 3]);
    assert_eq!(
        [entries(Some(2)), entries(Some(3)), entries(Some(4))],
        [2, 3, 3]
    );
}

#[test]
fn a_foreign_page_token_is_refused() {
    let request = WorkflowSearchRequest {
        next_page_token: Some("no token".to_owned()),
        ..WorkflowSearchRequest::default()
    };
    let refusal = World::new().search(&request).expect_err("no token of ours");
    assert!(matches!(refusal, SearchError::PageToken));
}
