//! The header of the PROXY protocol (versions 1 and 2), by which a proxy tells who connected to it.
//!
//! Deliberately absent: which addresses are proxies, and how long they may take (see `listener`).

use std::io;
use std::net::SocketAddr;

use proxy_header::{ParseConfig, ProxyHeader};
use tokio::io::{AsyncRead, AsyncReadExt};

/// First byte of a header of version 1, which is a line of text.
const VERSION_1: u8 = b'P';

/// First byte of a header of version 2, which is binary.
const VERSION_2: u8 = b'\r';

/// Longest header of version 1, with its line feed, as the specification defines it.
const MAX_LINE_BYTES: usize = 107;

/// Length of the part of a version 2 header that is always there. Its last two bytes are the length of the rest.
const FIXED_BYTES: usize = 16;

/// Longest rest of a version 2 header that is accepted: an address, and what proxies add about TLS.
const MAX_REST_BYTES: usize = 2048;

/// Why a header was not accepted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HeaderError {
    /// The connection ended before its first byte.
    #[error("the connection was closed")]
    Empty,
    #[error("the connection ended within the header: {0}")]
    Incomplete(#[from] io::Error),
    #[error("the connection does not begin with a PROXY header")]
    Missing,
    #[error("the header is longer than {max_bytes} bytes")]
    TooLong { max_bytes: usize },
    #[error("{0}")]
    Invalid(#[from] proxy_header::Error),
}

/// Reads the header, and nothing after it. Returns the address of the client; `None` if the proxy connected on its own
/// account, as for a health check, or does not know the address.
///
/// # Errors
/// [`HeaderError`].
pub(crate) async fn read_client(stream: &mut (impl AsyncRead + Unpin)) -> Result<Option<SocketAddr>, HeaderError> {
    let mut header = vec![stream.read_u8().await.map_err(|_| HeaderError::Empty)?];
    match header[0] {
        VERSION_1 => read_line(stream, &mut header).await?,
        VERSION_2 => read_binary(stream, &mut header).await?,
        _ => return Err(HeaderError::Missing),
    }
    let (header, _) = ProxyHeader::parse(&header, ParseConfig { include_tlvs: false, ..ParseConfig::default() })?;
    Ok(header.proxied_address().map(|address| address.source))
}

/// Byte by byte, because the line's end is not known and what follows belongs to the client.
async fn read_line(stream: &mut (impl AsyncRead + Unpin), header: &mut Vec<u8>) -> Result<(), HeaderError> {
    while header.last() != Some(&b'\n') {
        if header.len() == MAX_LINE_BYTES {
            return Err(HeaderError::TooLong { max_bytes: MAX_LINE_BYTES });
        }
        header.push(stream.read_u8().await?);
    }
    Ok(())
}

async fn read_binary(stream: &mut (impl AsyncRead + Unpin), header: &mut Vec<u8>) -> Result<(), HeaderError> {
    header.resize(FIXED_BYTES, 0);
    stream.read_exact(&mut header[1..]).await?;
    let rest = usize::from(u16::from_be_bytes([header[FIXED_BYTES - 2], header[FIXED_BYTES - 1]]));
    if rest > MAX_REST_BYTES {
        return Err(HeaderError::TooLong { max_bytes: FIXED_BYTES + MAX_REST_BYTES });
    }
    header.resize(FIXED_BYTES + rest, 0);
    stream.read_exact(&mut header[FIXED_BYTES..]).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{HeaderError, MAX_LINE_BYTES, MAX_REST_BYTES, SocketAddr, read_client};

    const SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";

    /// Reads a header that is followed by a line of the client, and returns the result and what was not read.
    async fn read(header: &[u8]) -> (Result<Option<SocketAddr>, HeaderError>, Vec<u8>) {
        let bytes = [header, b"{}\n"].concat();
        let mut stream = &bytes[..];
        let client = read_client(&mut stream).await;
        (client, stream.to_vec())
    }

    #[track_caller]
    fn check((client, rest): (Result<Option<SocketAddr>, HeaderError>, Vec<u8>), expected: Option<&str>) {
        assert_eq!(client.unwrap(), expected.map(|address| address.parse().unwrap()));
        assert_eq!(rest, b"{}\n", "what follows the header belongs to the client");
    }

    fn version_2(command: u8, family: u8, rest: &[u8]) -> Vec<u8> {
        let length = u16::try_from(rest.len()).unwrap().to_be_bytes();
        [SIGNATURE, &[command, family], &length, rest].concat()
    }

    #[tokio::test]
    async fn the_client_is_read_from_both_versions() {
        check(read(b"PROXY TCP4 192.0.2.7 198.51.100.1 4711 12345\r\n").await, Some("192.0.2.7:4711"));
        check(read(b"PROXY TCP6 2001:db8::7 2001:db8::1 4711 12345\r\n").await, Some("[2001:db8::7]:4711"));
        let addresses = [192, 0, 2, 7, 198, 51, 100, 1, 0x12, 0x67, 0x30, 0x39];
        check(read(&version_2(0x21, 0x11, &addresses)).await, Some("192.0.2.7:4711"));
        let with_extension = [&addresses[..], &[0x04, 0, 1, 0]].concat();
        check(read(&version_2(0x21, 0x11, &with_extension)).await, Some("192.0.2.7:4711"));
        let mut addresses = [0; 36];
        addresses[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        (addresses[15], addresses[32], addresses[33]) = (7, 0x12, 0x67);
        check(read(&version_2(0x21, 0x21, &addresses)).await, Some("[2001:db8::7]:4711"));
    }

    #[tokio::test]
    async fn a_connection_of_the_proxy_itself_has_no_client() {
        check(read(b"PROXY UNKNOWN\r\n").await, None);
        check(read(b"PROXY UNKNOWN ffff::1 ffff::2 65535 65535\r\n").await, None);
        check(read(&version_2(0x20, 0, &[])).await, None);
        check(read(&version_2(0x20, 0x11, &[127, 0, 0, 1, 127, 0, 0, 1, 0, 1, 0, 2])).await, None);
        check(read(&version_2(0x21, 0, &[])).await, None);
    }

    #[tokio::test]
    async fn headers_are_bounded() {
        let longest = format!("PROXY UNKNOWN {}\r\n", "x".repeat(MAX_LINE_BYTES - 16));
        assert_eq!(longest.len(), MAX_LINE_BYTES);
        check(read(longest.as_bytes()).await, None);
        let longer = format!("PROXY UNKNOWN {}\r\n", "x".repeat(MAX_LINE_BYTES - 15));
        assert!(matches!(read(longer.as_bytes()).await.0, Err(HeaderError::TooLong { .. })));
        check(read(&version_2(0x20, 0, &[0; MAX_REST_BYTES])).await, None);
        assert!(matches!(read(&version_2(0x20, 0, &[0; MAX_REST_BYTES + 1])).await.0, Err(HeaderError::TooLong { .. })));
    }

    #[tokio::test]
    async fn anything_else_is_refused() {
        for missing in [&b"{\"id\":1}\n"[..], &[0x16, 3, 1, 0, 0], b"\n"] {
            assert!(matches!(read(missing).await.0, Err(HeaderError::Missing)), "{missing:?}");
        }
        for invalid in [
            &b"PONG\n"[..],
            b"PROXY TCP4 192.0.2.7\r\n",
            b"PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n",
            b"PROXY TCP4 192.0.2.7 192.0.2.8 1 65536\r\n",
            b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\n",
            b"\r\n\r\n\0\r\nQUIT\r\x21\x11\0\0",
            &version_2(0x31, 0x11, &[0; 12]),
            &version_2(0x21, 0x11, &[0; 11]),
            &version_2(0x21, 0x41, &[0; 12]),
        ] {
            assert!(matches!(read(invalid).await.0, Err(HeaderError::Invalid(_))), "{:?}", invalid.escape_ascii().to_string());
        }
        assert!(matches!(read_client(&mut &b"PROXY TCP4"[..]).await, Err(HeaderError::Incomplete(_))));
        assert!(matches!(read_client(&mut &SIGNATURE[..]).await, Err(HeaderError::Incomplete(_))));
    }
}
