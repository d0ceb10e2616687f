//! A condition as the text of an SQL expression over `runs`, with every value bound.
//!
//! `NOT` is carried down to the tests, because a test and its opposite both fail for a run that
//! has no value: `NOT Priority = 1` finds runs whose priority is another, not those without one.
//! A list is the exception, as on the real server: `!=` means that no element is equal.

mod column;
mod value;

use iwf_protocol::SearchAttributeValueType as Type;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};

use super::condition::{Condition, Field, Test};
use super::{QUERY_VALUES_MAX, SearchError};
use value::Kind;

/// Always true, respectively always false.
const EVERY: &str = "1";
const NONE: &str = "0";

/// An SQL expression whose parameters are all `?`, and their values in the same order.
pub(super) struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    /// The connection tells the types of the attributes that the condition names.
    pub(super) fn new(
        condition: Option<&Condition>,
        connection: &Connection,
    ) -> Result<Self, SearchError> {
        let mut writer = Writer {
            connection,
            sql: String::new(),
            values: Vec::new(),
        };
        match condition {
            None => writer.sql.push_str(EVERY),
            Some(condition) => writer.condition(condition, false)?,
        }
        if writer.values.len() > QUERY_VALUES_MAX {
            let message = format!("it has more than {QUERY_VALUES_MAX} values");
            return Err(SearchError::Unsuited(message));
        }
        Ok(Self {
            sql: writer.sql,
            values: writer.values,
        })
    }

    pub(super) fn sql(&self) -> &str {
        &self.sql
    }

    pub(super) fn values(&self) -> &[Value] {
        &self.values
    }
}

struct Writer<'a> {
    connection: &'a Connection,
    sql: String,
    values: Vec<Value>,
}

impl Writer<'_> {
    fn condition(&mut self, condition: &Condition, negated: bool) -> Result<(), SearchError> {
        match condition {
            Condition::Not(inner) => self.condition(inner, !negated),
            Condition::All(parts) => self.joined(parts, negated, ["AND", "OR"]),
            Condition::Any(parts) => self.joined(parts, negated, ["OR", "AND"]),
            Condition::Test(field, test) => self.test(field, test, negated),
        }
    }

    fn joined(
        &mut self,
        parts: &[Condition],
        negated: bool,
        [plain, opposite]: [&str; 2],
    ) -> Result<(), SearchError> {
        let between = if negated { opposite } else { plain };
        self.sql.push('(');
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.push([" ", between, " "]);
            }
            self.condition(part, negated)?;
        }
        self.sql.push(')');
        Ok(())
    }

    fn test(&mut self, field: &Field, test: &Test, negated: bool) -> Result<(), SearchError> {
        match field {
            Field::Attribute(name) => self.attribute(name, test, negated),
            Field::ExecutingStateIds => self.executing_state_ids(test, negated),
            _ => column::test(self, field, test, negated),
        }
    }

    /// Attributes are rows of their own, several for a list.
    fn attribute(&mut self, name: &str, test: &Test, negated: bool) -> Result<(), SearchError> {
        let Some(value_type) = self.type_of(name)? else {
            let nobody_has_it = matches!(test, Test::Absent) && !negated;
            self.sql.push_str(if nobody_has_it { EVERY } else { NONE });
            return Ok(());
        };
        let is_list = value_type == Type::KeywordArray;
        let is_absent = matches!(test, Test::Absent);
        // Which runs have a value, or one that passes, or one that fails.
        let excluded = if is_absent {
            !negated
        } else {
            negated && is_list
        };
        self.sql.push_str(if excluded {
            "runs.run_key NOT IN ("
        } else {
            "runs.run_key IN ("
        });
        self.sql
            .push_str("SELECT run_key FROM search_attributes WHERE name = ?");
        self.values.push(Value::Text(name.to_owned()));
        if !is_absent {
            let fails = negated && !is_list;
            self.sql.push_str(if fails { " AND NOT " } else { " AND " });
            value::test(self, "value", Kind::of(value_type), test);
        }
        self.sql.push(')');
        Ok(())
    }

    /// A column that holds a list; where the engine does not keep it, an attribute of that name.
    fn executing_state_ids(&mut self, test: &Test, negated: bool) -> Result<(), SearchError> {
        let name = Field::ExecutingStateIds.name().to_owned();
        if matches!(test, Test::Absent) {
            let (is, both) = if negated {
                ("IS NOT", "OR")
            } else {
                ("IS", "AND")
            };
            self.push(["(runs.executing_state_ids ", is, " NULL ", both, " "]);
        } else {
            let (has, both) = if negated {
                ("NOT EXISTS", "AND")
            } else {
                ("EXISTS", "OR")
            };
            self.push([
                "(",
                has,
                " (SELECT 1 FROM json_each(runs.executing_state_ids) AS id WHERE ",
            ]);
            value::test(self, "id.value", Kind::Keyword, test);
            self.push([") ", both, " "]);
        }
        if self.type_of(&name)?.is_some() {
            self.attribute(&name, test, negated)?;
        } else {
            // Nobody has such an attribute: what remains is the column's answer.
            let leaves_it = matches!(test, Test::Absent) != negated;
            self.sql.push_str(if leaves_it { EVERY } else { NONE });
        }
        self.sql.push(')');
        Ok(())
    }

    /// The type of an attribute is fixed at its first use, so any row tells it.
    fn type_of(&self, name: &str) -> Result<Option<Type>, SearchError> {
        let sql = "SELECT type FROM search_attributes WHERE name = ? LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let code: Option<i64> = statement.query_row([name], |row| row.get(0)).optional()?;
        Ok(code.and_then(value::type_of_code))
    }

    /// Appends `what IN (…)`; nothing is in an empty list.
    fn is_one_of(&mut self, what: &str, values: impl Iterator<Item = Value>) {
        self.push([what, " IN ("]);
        for (index, value) in values.enumerate() {
            self.bind(if index > 0 { ", ?" } else { "?" }, value);
        }
        self.sql.push(')');
    }

    fn push<'t>(&mut self, parts: impl IntoIterator<Item = &'t str>) {
        self.sql.extend(parts);
    }

    /// Appends SQL with one `?`, and its value.
    fn bind(&mut self, sql: &str, value: Value) {
        self.sql.push_str(sql);
        self.values.push(value);
    }
}
