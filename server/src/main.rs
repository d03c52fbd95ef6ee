//! The binary: flags in, a server, and a clean stop at SIGTERM or SIGINT.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use papo_server::{Config, Server};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// papo's chat server.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// Where to listen. Without --allow-plaintext only addresses of this machine itself (127.0.0.1, ::1) are accepted.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// The directory that holds chat.db; created where it is missing.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data: PathBuf,
    /// Let other machines connect without encryption: whoever is on the way can read everything, passwords included.
    #[arg(long)]
    allow_plaintext: bool,
}

/// The port of the chat that papo follows.
const DEFAULT_PORT: u16 = 12345;

fn main() -> ExitCode {
    let flags = Flags::parse();
    // Colours only for a person; a log file gets none.
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(io::stderr)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .init();
    match run(flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "papo-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Flags) -> anyhow::Result<()> {
    let listen = where_to_listen(flags.listen, flags.allow_plaintext)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Config::new(listen, flags.data)))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let data = config.data_dir.display().to_string();
    let server = Server::start(config).await?;
    let address = server.local_addr();
    let reach = if address.ip().is_loopback() { " (this machine only; see --allow-plaintext)" } else { "" };
    // Whoever started it may have closed the pipe, which is no reason not to serve.
    let _ = writeln!(io::stdout(), "papo-server listens on {address}{reach}, data in {data}");
    let _ = io::stdout().flush();
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        () = server.stop() => Ok(()),
        _ = terminate.recv() => anyhow::bail!("stopped at once"),
        _ = interrupt.recv() => anyhow::bail!("stopped at once"),
    }
}

/// Everything travels in the clear until there is TLS, so that other machines are let in only where the operator said so.
fn where_to_listen(asked: Option<SocketAddr>, allow_plaintext: bool) -> anyhow::Result<SocketAddr> {
    let default_ip = if allow_plaintext { Ipv4Addr::UNSPECIFIED } else { Ipv4Addr::LOCALHOST };
    let address = asked.unwrap_or(SocketAddr::new(IpAddr::V4(default_ip), DEFAULT_PORT));
    if address.ip().is_loopback() || allow_plaintext {
        return Ok(address);
    }
    anyhow::bail!(
        "{address} can be reached from other machines, and what they say, passwords included, would travel unencrypted. \
         Listen on 127.0.0.1, or add --allow-plaintext where the network itself is private."
    )
}
