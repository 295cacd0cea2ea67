//! Statements that are put together from a form: identifiers are `&'static str` of a declaration, values are bound.

use super::Connection;
use crate::domain::field::Field;
use crate::domain::form::Form;
use crate::domain::region::Region;
use crate::domain::value::Value;
use futures::stream::BoxStream;
use sqlx::any::{AnyQueryResult, AnyRow};
use sqlx::{AssertSqlSafe, Row};

/// A bound value. Postgres tells types by the placeholder, so an absent number is not an absent text.
#[derive(Debug)]
enum Bound {
    Text(Option<String>),
    Integer(Option<i64>),
}

/// A statement with its bound values. `$n` placeholders are numbered as values are added.
#[derive(Debug, Default)]
pub struct Statement {
    sql: String,
    values: Vec<Bound>,
}

impl Statement {
    /// Begins a statement.
    pub fn new(sql: &str) -> Self {
        Self {
            sql: sql.to_owned(),
            values: Vec::new(),
        }
    }

    /// Adds text that comes from declarations only.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.sql.push_str(sql);
        self
    }

    /// Adds a placeholder for a value.
    pub fn value(&mut self, value: Value) -> &mut Self {
        self.place(match value {
            Value::Text(text) => Bound::Text(Some(text)),
            Value::Integer(number) => Bound::Integer(Some(number)),
        })
    }

    /// Adds a placeholder for a text that may be absent.
    pub fn text_or_null(&mut self, text: Option<String>) -> &mut Self {
        self.place(Bound::Text(text))
    }

    /// Adds a placeholder for a number that may be absent.
    pub fn integer_or_null(&mut self, number: Option<i64>) -> &mut Self {
        self.place(Bound::Integer(number))
    }

    /// Adds a placeholder for what a field holds, absent or not.
    pub fn field(&mut self, field: &Field, value: Option<&Value>) -> &mut Self {
        self.place(if field.is_number() {
            Bound::Integer(value.and_then(Value::integer))
        } else {
            Bound::Text(value.and_then(Value::text).map(str::to_owned))
        })
    }

    fn place(&mut self, bound: Bound) -> &mut Self {
        self.values.push(bound);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
        self
    }

    /// Adds a placeholder for a text.
    pub fn text(&mut self, text: impl Into<String>) -> &mut Self {
        self.place(Bound::Text(Some(text.into())))
    }

    /// Adds a placeholder for a number.
    pub fn integer(&mut self, number: i64) -> &mut Self {
        self.place(Bound::Integer(Some(number)))
    }

    /// Adds `(column >= … and column < …)`: the subtree of a region as one range of an index.
    pub fn within(&mut self, column: &str, region: &Region) -> &mut Self {
        self.push("(").push(column).push(" >= ").text(region.code());
        self.push(" and ")
            .push(column)
            .push(" < ")
            .text(region.upper_bound())
            .push(")")
    }

    /// Adds `($1, $2, …)`; an empty list matches nothing.
    pub fn list(&mut self, texts: &[String]) -> &mut Self {
        self.push("(");
        if texts.is_empty() {
            self.push("null");
        }
        for (position, text) in texts.iter().enumerate() {
            if position > 0 {
                self.push(", ");
            }
            self.text(text.as_str());
        }
        self.push(")")
    }

    /// Adds `(a, b, …)` of words that come from declarations.
    pub fn words(&mut self, words: &[&'static str]) -> &mut Self {
        let texts: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        self.list(&texts)
    }

    /// Runs it.
    pub async fn execute(self, connection: &mut Connection) -> Result<AnyQueryResult, sqlx::Error> {
        self.query().execute(connection).await
    }

    /// All rows.
    pub async fn rows(self, connection: &mut Connection) -> Result<Vec<AnyRow>, sqlx::Error> {
        self.query().fetch_all(connection).await
    }

    /// The first row, if there is one.
    pub async fn row(self, connection: &mut Connection) -> Result<Option<AnyRow>, sqlx::Error> {
        self.query().fetch_optional(connection).await
    }

    /// All rows, as they come.
    pub fn stream(self, connection: &mut Connection) -> BoxStream<'_, Result<AnyRow, sqlx::Error>> {
        self.query().fetch(connection)
    }

    /// Adds `field = …` for a code of a declaration.
    pub fn holds(&mut self, form: &'static Form, field: &'static str, code: &str) -> &mut Self {
        self.push(field).push(" = ");
        match (form.field(field), code.parse::<i64>()) {
            (Some(known), Ok(number)) if known.is_number() => self.integer(number),
            _ => self.text(code),
        }
    }

    /// Adds `field = …` where what is empty equals what is empty.
    pub fn equals(&mut self, field: &Field, value: Option<&Value>) -> &mut Self {
        let empty = if field.is_number() { "-1" } else { "''" };
        self.push("coalesce(")
            .push(field.key)
            .push(", ")
            .push(empty)
            .push(") = ");
        match value {
            Some(value) => self.value(value.clone()),
            None => self.push(empty),
        }
    }

    /// The number in the first column of the only row.
    pub async fn number(self, connection: &mut Connection) -> Result<i64, sqlx::Error> {
        self.query().fetch_one(connection).await?.try_get(0)
    }

    fn query(self) -> sqlx::query::Query<'static, sqlx::Any, sqlx::any::AnyArguments> {
        let mut query = sqlx::query(AssertSqlSafe(self.sql));
        for value in self.values {
            query = match value {
                Bound::Text(text) => query.bind(text),
                Bound::Integer(number) => query.bind(number),
            };
        }
        query
    }
}

/// A pattern for `like … escape '\'` that finds the text anywhere.
pub fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
