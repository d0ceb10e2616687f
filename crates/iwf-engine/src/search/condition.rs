//! What a query asks for.

use std::fmt;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Field, Test),
}

impl Condition {
    pub(super) fn all(mut parts: Vec<Self>) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Self::All(parts)
            }
        }
    }

    pub(super) fn any(mut parts: Vec<Self>) -> Self {
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                parts.extend(last);
                Self::Any(parts)
            }
        }
    }

    pub(super) fn test(field: Field, test: Test, negated: bool) -> Self {
        let test = Self::Test(field, test);
        if negated {
            Self::Not(Box::new(test))
        } else {
            test
        }
    }
}

/// A name of the query; those of the system are case-sensitive, all others are attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Field {
    WorkflowId,
    RunId,
    /// Always `Interpreter` on the real server; the type of ours is `IwfWorkflowType`.
    WorkflowType,
    ExecutionStatus,
    StartTime,
    CloseTime,
    IwfWorkflowType,
    /// `IwfExecutingStateIds`: a list.
    ExecutingStateIds,
    Attribute(String),
}

impl Field {
    /// `Err` has why the field cannot be searched.
    pub(super) fn named(name: String) -> Result<Self, String> {
        const NOT_KEPT: [&str; 6] = [
            "ExecutionDuration",
            "ExecutionTime",
            "HistoryLength",
            "HistorySizeBytes",
            "StateTransitionCount",
            "TaskQueue",
        ];
        if NOT_KEPT.contains(&name.as_str()) {
            return Err(format!("{name} is not kept by this engine"));
        }
        Ok(match name.as_str() {
            "WorkflowId" => Self::WorkflowId,
            "RunId" => Self::RunId,
            "WorkflowType" => Self::WorkflowType,
            "ExecutionStatus" => Self::ExecutionStatus,
            "StartTime" => Self::StartTime,
            "CloseTime" => Self::CloseTime,
            "IwfWorkflowType" => Self::IwfWorkflowType,
            "IwfExecutingStateIds" => Self::ExecutingStateIds,
            _ => Self::Attribute(name),
        })
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::WorkflowId => "WorkflowId",
            Self::RunId => "RunId",
            Self::WorkflowType => "WorkflowType",
            Self::ExecutionStatus => "ExecutionStatus",
            Self::StartTime => "StartTime",
            Self::CloseTime => "CloseTime",
            Self::IwfWorkflowType => "IwfWorkflowType",
            Self::ExecutingStateIds => "IwfExecutingStateIds",
            Self::Attribute(name) => name,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Compare(Comparison, Literal),
    Between(Literal, Literal),
    AnyOf(Vec<Literal>),
    StartsWith(String),
    Absent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

impl Comparison {
    pub(super) fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::Greater => ">",
            Self::AtLeast => ">=",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Literal {
    Text(String),
    Integer(i64),
    Decimal(f64),
    Bool(bool),
}

impl Literal {
    pub(super) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Fully bracketed, for tests and messages.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => write!(f, "({})", joined(parts, " AND ")),
            Self::Any(parts) => write!(f, "({})", joined(parts, " OR ")),
            Self::Not(inner) => write!(f, "NOT {inner}"),
            Self::Test(field, test) => write!(f, "{} {test}", field.name()),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(comparison, literal) => write!(f, "{} {literal}", comparison.sign()),
            Self::Between(low, high) => write!(f, "BETWEEN {low} AND {high}"),
            Self::AnyOf(items) => write!(f, "IN ({})", joined(items, ", ")),
            Self::StartsWith(text) => write!(f, "STARTS_WITH '{text}'"),
            Self::Absent => f.write_str("IS NULL"),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "'{text}'"),
            Self::Integer(integer) => write!(f, "{integer}"),
            Self::Decimal(decimal) => write!(f, "{decimal}"),
            Self::Bool(value) => write!(f, "{value}"),
        }
    }
}

fn joined<T: fmt::Display>(parts: &[T], between: &str) -> String {
    let parts: Vec<String> = parts.iter().map(T::to_string).collect();
    parts.join(between)
}
