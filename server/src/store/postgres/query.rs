//! Queries with prepared statements, and sending several without waiting in between.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use deadpool_postgres::ClientWrapper;
use futures_util::future::{MaybeDone, maybe_done};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::fault::Fault;

/// A connection, with its prepared statements.
pub(crate) type Connection = ClientWrapper;

pub(crate) type Parameters<'a> = &'a [&'a (dyn ToSql + Sync)];

pub(crate) async fn all(connection: &Connection, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, Fault> {
    let statement = connection.prepare_cached(sql).await?;
    Ok(connection.query(&statement, parameters).await?)
}

/// Reads each row of a query.
pub(crate) async fn map<T>(
    connection: &Connection,
    sql: &str,
    parameters: Parameters<'_>,
    read: impl FnMut(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    all(connection, sql, parameters).await?.iter().map(read).collect()
}

/// The only row, if there is one.
pub(crate) async fn one(connection: &Connection, sql: &str, parameters: Parameters<'_>) -> Result<Option<Row>, Fault> {
    let statement = connection.prepare_cached(sql).await?;
    Ok(connection.query_opt(&statement, parameters).await?)
}

pub(crate) async fn execute(connection: &Connection, sql: &str, parameters: Parameters<'_>) -> Result<(), Fault> {
    let statement = connection.prepare_cached(sql).await?;
    connection.execute(&statement, parameters).await?;
    Ok(())
}

/// Sends requests in this order without waiting in between, which takes one round trip if their statements are prepared, and
/// waits for all answers. Gives the first error in the order of the requests: after it, the server answers the others with errors.
pub(crate) async fn pipeline<T, F>(requests: Vec<F>) -> Result<Vec<T>, Fault>
where
    F: Future<Output = Result<T, Fault>>,
{
    let mut requests: Vec<Pin<Box<MaybeDone<F>>>> = requests.into_iter().map(|request| Box::pin(maybe_done(request))).collect();
    poll_fn(|context| {
        let mut is_pending = false;
        for request in &mut requests {
            is_pending |= request.as_mut().poll(context).is_pending();
        }
        if is_pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    requests.iter_mut().filter_map(|request| request.as_mut().take_output()).collect()
}
