//! Statements with their parameters, to be sent together.

use tokio_postgres::types::ToSql;

use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, pipeline};

pub(super) type Parameter = Box<dyn ToSql + Sync + Send>;

/// Statements in the order in which they take effect.
#[derive(Default)]
pub(super) struct Statements(Vec<(&'static str, Vec<Parameter>)>);

/// The parameters of a statement.
macro_rules! parameters {
    ($($value:expr),* $(,)?) => { vec![$(Box::new($value) as $crate::store::postgres::write::statements::Parameter),*] };
}
pub(super) use parameters;

impl Statements {
    pub(super) fn push(&mut self, sql: &'static str, parameters: Vec<Parameter>) {
        self.0.push((sql, parameters));
    }

    /// Executes the statements in one round trip.
    ///
    /// # Errors
    /// That of the first statement that failed.
    pub(super) async fn execute(self, connection: &Connection) -> Result<(), Fault> {
        let mut prepared = Vec::with_capacity(self.0.len());
        for (sql, parameters) in self.0 {
            prepared.push((connection.prepare_cached(sql).await?, parameters));
        }
        let sent = prepared.iter().map(|(statement, parameters)| async move {
            let parameters: Vec<&(dyn ToSql + Sync)> = parameters.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
            connection.execute(statement, &parameters).await.map_err(Fault::from)
        });
        pipeline(sent.collect()).await.map(drop)
    }
}
