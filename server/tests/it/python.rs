//! Runs the client written from `PROTOCOL.md` alone against a real server.

use std::path::Path;
use std::process::Command;

use crate::client::TestServer;

#[tokio::test(flavor = "multi_thread")]
async fn a_client_written_from_the_protocol_page_works() {
    // Python is not required to build or use papo; without it, this test does nothing.
    if Command::new("python3").arg("--version").output().is_err() {
        return;
    }
    let server = TestServer::start().await;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/tests/python/papo_client.py");
    let address = server.address().to_string();
    let run = move || Command::new("python3").arg(script).args(["--self-test", &address]).output().unwrap();
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("all is as PROTOCOL.md says"), "{said}");
}
