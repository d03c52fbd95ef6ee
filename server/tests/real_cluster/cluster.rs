//! Nodes with their PostgreSQL and NATS.

use std::net::SocketAddr;

use super::folder::Folder;
use super::nats::{self, NatsServer};
use super::node::Node;
use super::postgres::{self, PostgresServer};

/// Dropped in this order, so that no node reports the loss of a service.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Node>,
    pub(crate) postgres: PostgresServer,
    pub(crate) nats: NatsServer,
    _folder: Folder,
}

impl Cluster {
    /// Starts everything. `None` if PostgreSQL or NATS is not installed.
    pub(crate) async fn start(nodes: usize) -> Option<Self> {
        let (tools, program) = (postgres::tools()?, nats::program()?);
        let folder = Folder::create();
        let postgres = PostgresServer::start(tools, &folder).await;
        let nats = NatsServer::start(program, &folder).await;
        let nodes = (1..=nodes).map(|number| {
            let name = format!("node{number}");
            Node::new(&name, folder.subfolder(&name), postgres.address(), nats.address())
        });
        let mut this = Self { nodes: nodes.collect(), postgres, nats, _folder: folder };
        for node in &mut this.nodes {
            tokio::task::block_in_place(|| node.start());
        }
        Some(this)
    }

    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.address).collect()
    }

    /// Panics if a node ended or panicked.
    pub(crate) fn check_nodes(&mut self) {
        for node in &mut self.nodes {
            node.check();
        }
    }
}
