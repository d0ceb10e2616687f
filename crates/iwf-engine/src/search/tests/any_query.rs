//! Whatever is asked: an answer or a refusal, never a failure of the database.

use iwf_protocol::WorkflowSearchRequest;
use proptest::prelude::*;

use super::super::SearchError;
use super::World;

/// The words of queries, so that chance makes many that are well formed.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => field(),
        2 => prop::sample::select(vec!["AND", "OR", "NOT", "(", ")", ","]).prop_map(str::to_owned),
        2 => operator(),
        4 => literal(),
    ]
}

fn field() -> impl Strategy<Value = String> {
    let names = vec![
        "WorkflowId",
        "RunId",
        "WorkflowType",
        "ExecutionStatus",
        "StartTime",
        "CloseTime",
        "IwfWorkflowType",
        "IwfExecutingStateIds",
        "Word",
        "Note",
        "Count",
        "Ratio",
        "Flag",
        "When",
        "Tags",
        "Nobody",
        "`Word`",
        "HistoryLength",
    ];
    prop::sample::select(names).prop_map(str::to_owned)
}

fn operator() -> impl Strategy<Value = String> {
    let operators = vec!["=", "!=", "<", "<=", ">", ">=", "STARTS_WITH", "IS", "IN"];
    prop::sample::select(operators).prop_map(str::to_owned)
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        "'[a-zé%_]{0,3}'",
        any::<i64>().prop_map(|number| number.to_string()),
        any::<f32>().prop_map(|number| format!("{number:?}")),
        Just("'2026-01-01T02:00:00Z'".to_owned()),
        Just("'Running'".to_owned()),
        Just("true".to_owned()),
    ]
}

/// A test that is well formed, whether or not it suits its field.
fn test() -> impl Strategy<Value = String> {
    let not = || prop::sample::select(vec!["", "NOT "]);
    let sign = prop::sample::select(vec!["=", "!=", "<>", "<", "<=", ">", ">="]);
    prop_oneof![
        (field(), sign, literal())
            .prop_map(|(field, sign, value)| format!("{field} {sign} {value}")),
        (field(), not(), literal(), literal())
            .prop_map(|(field, not, low, high)| format!("{field} {not}BETWEEN {low} AND {high}")),
        (field(), not(), prop::collection::vec(literal(), 1..4))
            .prop_map(|(field, not, values)| format!("{field} {not}IN ({})", values.join(", "))),
        (field(), not()).prop_map(|(field, not)| format!("{field} IS {not}NULL")),
        (field(), not(), "'[a-z]{0,2}'")
            .prop_map(|(field, not, start)| format!("{field} {not}STARTS_WITH {start}")),
    ]
}

fn query() -> impl Strategy<Value = String> {
    test().prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|query| format!("NOT ({query})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) AND ({b})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("({a}) OR ({b})")),
        ]
    })
}

fn ask(world: &World, query: String) -> Result<Vec<String>, SearchError> {
    let request = WorkflowSearchRequest {
        query,
        ..WorkflowSearchRequest::default()
    };
    world.search(&request).map(|page| super::ids(&page))
}

#[test]
fn any_text_is_answered_or_refused() {
    let world = World::of_four();
    let texts = prop_oneof![
        ".{0,40}",
        prop::collection::vec(word(), 0..12).prop_map(|words| words.join(" ")),
    ];
    let mut runner = proptest::test_runner::TestRunner::default();
    runner
        .run(&texts, |text| {
            let asked = ask(&world, text);
            prop_assert!(!matches!(asked, Err(SearchError::Database(_))), "{asked:?}");
            Ok(())
        })
        .expect("no failure of the database");
}

#[test]
fn what_is_well_formed_is_answered_unless_it_does_not_suit_its_field() {
    let world = World::of_four();
    let mut runner = proptest::test_runner::TestRunner::default();
    runner
        .run(&query(), |query| {
            let is_unsuited = |error: &SearchError| {
                matches!(error, SearchError::Unsuited(_)) || error.to_string().contains("not kept")
            };
            match ask(&world, query.clone()) {
                Ok(found) => {
                    // Nothing passes a test and its opposite, and a double negation is none.
                    let opposite = ask(&world, format!("NOT ({query})")).expect("as well formed");
                    prop_assert!(!found.iter().any(|id| opposite.contains(id)));
                    let twice = ask(&world, format!("NOT (NOT ({query}))")).expect("well formed");
                    prop_assert_eq!(found, twice);
                }
                Err(error) => prop_assert!(is_unsuited(&error), "{}", error),
            }
            Ok(())
        })
        .expect("an answer to each");
}
