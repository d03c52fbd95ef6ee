//! Statements with their parameters, to be sent together.

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_postgres::Statement;
use tokio_postgres::types::ToSql;

use crate::store::postgres::fault::Fault;
use crate::store::postgres::query::{Connection, pipeline};

type Answer = Result<(), tokio_postgres::Error>;

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

    /// Prepares the statements, which takes no round trip for those that were prepared before.
    pub(super) async fn prepare(self, connection: &Connection) -> Result<Prepared, Fault> {
        let mut prepared = Vec::with_capacity(self.0.len());
        for (sql, parameters) in self.0 {
            prepared.push((connection.prepare_cached(sql).await?, parameters));
        }
        Ok(Prepared(prepared))
    }
}

/// Statements that are ready to be sent.
pub(super) struct Prepared(Vec<(Statement, Vec<Parameter>)>);

impl Prepared {
    /// Executes the statements in one round trip.
    ///
    /// # Errors
    /// That of the first statement that failed.
    pub(super) async fn execute(&self, connection: &Connection) -> Result<(), Fault> {
        pipeline(self.sent(connection)).await?.into_iter().collect::<Result<(), _>>().map_err(Fault::from)
    }

    /// Executes the statements and commits the transaction, in one round trip. If a statement fails, the server answers the commit by
    /// rolling back.
    ///
    /// # Errors
    /// That of the first that failed. The transaction has ended, unless the error says that this is unknown.
    pub(super) async fn execute_and_commit(&self, connection: &Connection) -> Result<(), Fault> {
        let mut sent = self.sent(connection);
        sent.push(async move { Ok(connection.batch_execute("COMMIT").await) }.boxed());
        let mut answers = pipeline(sent).await?;
        let committed = answers.pop().unwrap_or(Ok(()));
        // Without an answer to a statement, nothing is known of the commit that was sent with it.
        answers.into_iter().collect::<Result<(), _>>().map_err(Fault::of_statement_before_commit)?;
        committed.map_err(Fault::of_commit)
    }

    fn sent<'c>(&'c self, connection: &'c Connection) -> Vec<BoxFuture<'c, Result<Answer, Fault>>> {
        let send = |(statement, parameters): &'c (Statement, Vec<Parameter>)| {
            async move {
                let parameters: Vec<&(dyn ToSql + Sync)> =
                    parameters.iter().map(|value| &**value as &(dyn ToSql + Sync)).collect();
                Ok(connection.execute(statement, &parameters).await.map(drop))
            }
            .boxed()
        };
        self.0.iter().map(send).collect()
    }
}
