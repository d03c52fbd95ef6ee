//! The binary: flags in, a server, the certificate read again at SIGHUP, and a clean stop at SIGTERM or SIGINT.

use std::io::{self, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use papo_server::{CertificateFiles, Config, Plaintext, Server};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// papo's chat server.
#[derive(Parser)]
#[command(version)]
struct Flags {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value_t = SocketAddr::from((Ipv4Addr::UNSPECIFIED, DEFAULT_PORT)))]
    listen: SocketAddr,
    /// The directory that holds chat.db; created where it is missing.
    #[arg(long, value_name = "DIR", default_value = ".")]
    data: PathBuf,
    /// The certificate to show, as a PEM file; without it the server makes one for itself on its first start
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// The certificate's private key, as a PEM file
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
    /// Let other machines connect without encryption: whoever is on the way can read everything, passwords included
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
    let certificate = flags.certificate.zip(flags.key).map(|(certificate, key)| CertificateFiles { certificate, key });
    let plaintext = if flags.allow_plaintext { Plaintext::FromAnywhere } else { Plaintext::FromThisMachine };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Config { certificate, plaintext, ..Config::new(flags.listen, flags.data) }))
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let data = config.data_dir.display().to_string();
    let server = Server::start(config).await?;
    let address = server.local_addr();
    let fingerprint = server.fingerprint();
    // Whoever started it may have closed the pipe, which is no reason not to serve.
    let _ = writeln!(io::stdout(), "papo-server listens on {address}, data in {data}, certificate {fingerprint}");
    let _ = io::stdout().flush();
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => match server.reload_certificate() {
                Ok(()) => tracing::info!(fingerprint = %server.fingerprint(), "the certificate was read again"),
                Err(error) => tracing::error!(%error, "the certificate is as it was"),
            },
        }
    }
    tracing::info!("stopping; once more to stop at once");
    tokio::select! {
        () = server.stop() => Ok(()),
        _ = terminate.recv() => anyhow::bail!("stopped at once"),
        _ = interrupt.recv() => anyhow::bail!("stopped at once"),
    }
}
