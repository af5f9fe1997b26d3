//! Bytes to text and back, without losing any.

use encoding_rs::Encoding;

/// Why a file's bytes could not be read as Python source.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    #[error("line {line}: byte 0x{byte:02x} is not valid UTF-8, and no encoding is declared on line 1 or 2")]
    Utf8 { line: usize, byte: u8 },
    #[error("line {line}: unknown encoding `{name}`")]
    UnknownEncoding { line: usize, name: String },
    #[error("the file is not valid {name}, the encoding that it declares, or has bytes that do not come back from it")]
    Malformed { name: String },
    #[error("the file contains a NUL byte on line {line}")]
    Nul { line: usize },
}

impl DecodeError {
    /// The 1-based line of the problem.
    #[must_use]
    pub fn line(&self) -> usize {
        match self {
            Self::Utf8 { line, .. } | Self::UnknownEncoding { line, .. } | Self::Nul { line } => *line,
            Self::Malformed { .. } => 1,
        }
    }
}

/// A decoded source file. A byte order mark stays in the text, so that offsets count from the first byte.
#[derive(Debug, Clone)]
pub struct Decoded {
    pub text: String,
    /// What to encode with when the file is written back.
    pub encoding: &'static Encoding,
}

impl Decoded {
    /// The bytes of `text` in this file's encoding, or the first character that the encoding lacks.
    pub fn encode(&self, text: &str) -> Result<Vec<u8>, char> {
        if self.encoding == encoding_rs::UTF_8 {
            return Ok(text.as_bytes().to_vec());
        }
        let (bytes, _, lossy) = self.encoding.encode(text);
        if lossy {
            let missing = text.chars().find(|c| {
                let mut buffer = [0; 4];
                self.encoding.encode(c.encode_utf8(&mut buffer)).2
            });
            return Err(missing.unwrap_or('\u{fffd}'));
        }
        Ok(bytes.into_owned())
    }
}

/// Decodes Python source as the language reference says: UTF-8, or what a coding cookie on one of the first two lines
/// declares (<https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations>).
pub fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    if let Some(position) = bytes.iter().position(|&b| b == 0) {
        return Err(DecodeError::Nul { line: line_of(bytes, position) });
    }
    if let Some((line, name)) = cookie(bytes) {
        let encoding = lookup(&name).ok_or_else(|| DecodeError::UnknownEncoding { line, name: name.clone() })?;
        if encoding != encoding_rs::UTF_8 {
            let text = encoding
                .decode_without_bom_handling_and_without_replacement(bytes)
                .filter(|text| is_lossless(encoding, text, bytes))
                .ok_or(DecodeError::Malformed { name })?;
            return Ok(Decoded { text: text.into_owned(), encoding });
        }
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: text.to_owned(), encoding: encoding_rs::UTF_8 }),
        Err(error) => Err(DecodeError::Utf8 {
            line: line_of(bytes, error.valid_up_to()),
            byte: bytes.get(error.valid_up_to()).copied().unwrap_or_default(),
        }),
    }
}

/// Some encodings write one character in several ways, and UTF-16 is never written at all: such a file could not be put
/// back as it was.
fn is_lossless(encoding: &'static Encoding, text: &str, bytes: &[u8]) -> bool {
    let (back, used, _) = encoding.encode(text);
    used == encoding && *back == *bytes
}

fn line_of(bytes: &[u8], position: usize) -> usize {
    bytes[..position].iter().filter(|&&b| b == b'\n').count() + 1
}

/// The encoding declared on line 1 or 2, with that line.
fn cookie(bytes: &[u8]) -> Option<(usize, String)> {
    for (index, line) in lines(bytes).take(2).enumerate() {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        let line = line.trim_ascii();
        if !line.starts_with(b"#") {
            if line.is_empty() {
                continue;
            }
            return None;
        }
        let text = String::from_utf8_lossy(line);
        let Some(start) = text.find("coding:").or_else(|| text.find("coding=")) else {
            continue;
        };
        let name: String = text[start + "coding:".len()..]
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        if !name.is_empty() {
            return Some((index + 1, name));
        }
    }
    None
}

/// The lines without their ends, which are `\n`, `\r\n` or `\r`.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|&b| b == b'\n').flat_map(|line| line.strip_suffix(b"\r").unwrap_or(line).split(|&b| b == b'\r'))
}

/// Python's names for encodings are looser than the WHATWG labels that `encoding_rs` knows.
fn lookup(name: &str) -> Option<&'static Encoding> {
    let label = name.to_ascii_lowercase().replace('_', "-");
    let label = match label.as_str() {
        "utf8" | "utf-8-sig" => "utf-8",
        "latin1" | "latin-1" | "latin" | "iso-latin-1" | "l1" | "iso8859-1" => "iso-8859-1",
        "latin-9" | "iso8859-15" => "iso-8859-15",
        "cp1252" => "windows-1252",
        "cp1251" => "windows-1251",
        "ascii" | "us-ascii" => "utf-8",
        other => other,
    };
    Encoding::for_label(label.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_honoured_and_written_back() {
        let bytes = b"# -*- coding: latin-1 -*-\nname = '\xe9'\n";
        let decoded = decode(bytes).expect("latin-1 decodes");
        assert!(decoded.text.contains('é'));
        assert_eq!(decoded.encode(&decoded.text), Ok(bytes.to_vec()));
        assert_eq!(decoded.encode("日"), Err('日'));
    }

    #[test]
    fn bad_bytes_name_their_line() {
        assert_eq!(decode(b"a = 1\nb = '\xff'\n").map_err(|e| e.line()).err(), Some(2));
        assert_eq!(decode(b"a\n\n\0").map_err(|e| e.line()).err(), Some(3));
        assert_eq!(decode(b"# coding: nonsense\n").map_err(|e| e.line()).err(), Some(1));
        assert_eq!(decode(b"\r\n# coding: nonsense\r\n").map_err(|e| e.line()).err(), Some(2));
        assert!(decode(b"#\r#\r# coding: nonsense\r").is_ok());
    }

    #[test]
    fn what_would_not_come_back_is_an_error() {
        // Big5 has two codes for U+5341, and nothing encodes to UTF-16.
        assert!(matches!(decode(b"# coding: big5\n'\xa2\xcc'\n"), Err(DecodeError::Malformed { .. })));
        assert!(matches!(decode(b"# coding: utf-16\n#"), Err(DecodeError::Malformed { .. })));
    }

    #[test]
    fn a_byte_order_mark_stays() {
        let decoded = decode(b"\xef\xbb\xbfx = 1\n").expect("utf-8 with BOM decodes");
        assert!(decoded.text.starts_with('\u{feff}'));
    }
}
