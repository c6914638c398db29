//! HTTP/1.1 over a connection that is kept: as little as a load on two cores allows. It follows
//! RFC 9112 as far as our relay's answers need: a length, no chunks. An answer that was cut off
//! is an error, never an answer.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpSocket, TcpStream};

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest answer that is read (bytes): a page of a hundred letters is about 570,000.
const LARGEST: usize = 4 << 20;

/// An answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// The value of `content-type`.
    pub content_type: String,
    /// The value of `retry-after` (seconds).
    pub retry_after: Option<u32>,
    /// Its body.
    pub body: Vec<u8>,
}

/// One connection, made when it is needed.
#[derive(Debug)]
pub struct Client {
    to: SocketAddr,
    connection: Option<TcpStream>,
    read: Vec<u8>,
}

impl Client {
    /// Nothing is connected yet.
    pub fn new(to: SocketAddr) -> Self {
        Self {
            to,
            connection: None,
            read: Vec::new(),
        }
    }

    /// Goes on with another address, when it is another.
    pub fn move_to(&mut self, to: SocketAddr) {
        if self.to != to {
            *self = Self::new(to);
        }
    }

    /// Sends a request and reads its answer. `head` is lines that each end with `\r\n`.
    pub async fn send(&mut self, line: &str, head: &str, body: &[u8]) -> Result<Answer> {
        let request = request(line, head, body);
        let answer = tokio::time::timeout(PATIENCE, self.exchange(&request))
            .await
            .unwrap_or_else(|_| bail!("no answer in time"));
        if answer.is_err() {
            self.connection = None;
        }
        answer
    }

    /// Sends so many bytes of a request and hangs up: nobody hears the answer, if there is one.
    pub async fn hang_up_after(&mut self, request: &[u8], bytes: usize) -> Result<()> {
        self.connection = None;
        let mut connection = TcpStream::connect(self.to).await?;
        let part = request.get(..bytes).unwrap_or(request);
        connection.write_all(part).await?;
        connection.shutdown().await?;
        Ok(())
    }

    async fn exchange(&mut self, request: &[u8]) -> Result<Answer> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let connection = TcpStream::connect(self.to).await?;
                connection.set_nodelay(true)?;
                self.read.clear();
                none.insert(connection)
            }
        };
        connection.write_all(request).await?;
        loop {
            if let Some((answer, used, closes)) = parse(&self.read)? {
                self.read.drain(..used);
                if closes {
                    self.connection = None;
                }
                return Ok(answer);
            }
            ensure!(self.read.len() <= LARGEST, "the answer has no end");
            let read = connection.read_buf(&mut self.read).await?;
            ensure!(read > 0, "the connection was closed");
        }
    }
}

/// The bytes of a request.
pub fn request(line: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut request =
        format!("{line} HTTP/1.1\r\nHost: relay\r\n{head}Content-Length: {length}\r\n\r\n")
            .into_bytes();
    request.extend_from_slice(body);
    request
}

/// The answer at the beginning, how many bytes it took, and whether it is the last; `None`: not
/// all of it is there yet.
fn parse(bytes: &[u8]) -> Result<Option<(Answer, usize, bool)>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else {
        return Ok(None);
    };
    let status = response.code.context("an answer without a status")?;
    let value = |name: &str| {
        response
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let length = match value("content-length") {
        Some(length) => length.parse::<usize>().context("the length is no number")?,
        None if status == 204 => 0,
        None => bail!("an answer without a length"),
    };
    let closes = value("connection").is_some_and(|it| it.eq_ignore_ascii_case("close"));
    let end = head.checked_add(length).context("the length is too much")?;
    let Some(body) = bytes.get(head..end) else {
        return Ok(None);
    };
    let answer = Answer {
        status,
        content_type: value("content-type").unwrap_or_default().to_owned(),
        retry_after: value("retry-after").and_then(|it| it.parse().ok()),
        body: body.to_vec(),
    };
    Ok(Some((answer, end, closes)))
}

/// A bare connection from an address of one's own, as `127.0.7.1`.
pub async fn connect_from(from: IpAddr, to: SocketAddr) -> Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::new(from, 0))?;
    Ok(socket.connect(to).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_only_when_it_is_whole() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}HTTP";
        let (answer, used, closes) = parse(whole).unwrap().unwrap();
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (201, b"{}".as_slice())
        );
        assert_eq!((used, closes), (whole.len() - 4, false));
        for cut in 0..used {
            assert_eq!(parse(&whole[..cut]).unwrap(), None);
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        assert!(parse(b"nonsense\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert!(parse(b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n").is_err());
        let huge = b"HTTP/1.1 200 OK\r\ncontent-length: 18446744073709551615\r\n\r\n";
        assert!(parse(huge).is_err());
    }
}
