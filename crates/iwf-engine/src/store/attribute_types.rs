//! The types that search attributes have, read from the index itself.

use iwf_engine_core::{AttributeKey, SearchType};

use super::{Store, StoreError};

impl Store {
    /// One look into the index per name, however many runs have it.
    pub(crate) fn attribute_types(&self) -> Result<Vec<(AttributeKey, SearchType)>, StoreError> {
        let sql = "
            WITH RECURSIVE names (name) AS (
              SELECT min(name) FROM search_attributes
              UNION ALL
              SELECT (SELECT min(name) FROM search_attributes AS next WHERE next.name > names.name)
              FROM names WHERE names.name IS NOT NULL
            )
            SELECT name, (SELECT type FROM search_attributes AS one WHERE one.name = names.name LIMIT 1)
            FROM names WHERE name IS NOT NULL";
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        let mut types = Vec::new();
        while let Some(row) = rows.next()? {
            let name: String = row.get(0)?;
            types.extend(search_type(row.get(1)?).map(|kind| (name.into(), kind)));
        }
        Ok(types)
    }
}

fn search_type(code: i64) -> Option<SearchType> {
    match code {
        0 => Some(SearchType::Keyword),
        1 => Some(SearchType::Text),
        2 => Some(SearchType::Datetime),
        3 => Some(SearchType::Int),
        4 => Some(SearchType::Double),
        5 => Some(SearchType::Bool),
        6 => Some(SearchType::KeywordArray),
        _ => None,
    }
}
