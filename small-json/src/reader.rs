//! The reader: one place in a text, and the way that led there.

use std::borrow::Cow;

use crate::error::{Fault, JsonError};
use crate::{number, text};

/// What a text may cost. Checked before anything is allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole text.
    pub bytes: usize,
    /// Objects and arrays inside each other.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 256 << 20, depth: 128 }
    }
}

/// Reading has stopped: the reader that gave it holds the reason, and [`read`] returns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop;

/// What a value is, by its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Null,
    Bool,
    Number,
    Text,
    Array,
    Object,
}

/// Reads one JSON text. Each method takes the next value, or stops the reading for good.
pub struct Reader<'j> {
    text: &'j str,
    at: usize,
    levels: Vec<Level<'j>>,
    depth: usize,
    error: Option<Box<JsonError>>,
}

/// An object or array that is being read.
struct Level<'j> {
    /// Of the member that is being read, as it stands in the text; nothing in an array.
    name: Option<&'j str>,
    /// Members or entries begun.
    begun: u32,
}

/// Reads a whole text with `value`; nothing but white space may follow.
///
/// # Errors
/// A text that is no JSON, is not what `value` asks for, or is beyond `limits`.
pub fn read<'j, T>(
    text: &'j str,
    limits: &Limits,
    value: impl FnOnce(&mut Reader<'j>) -> Result<T, Stop>,
) -> Result<T, JsonError> {
    let mut reader = Reader::new(text, limits);
    let value = value(&mut reader);
    reader.end();
    match (value, reader.error) {
        (Ok(value), None) => Ok(value),
        (_, Some(error)) => Err(*error),
        (Err(Stop), None) => {
            Err(JsonError { fault: Fault::Expected("a value"), path: String::new(), line: 1, column: 1 })
        }
    }
}

impl<'j> Reader<'j> {
    fn new(text: &'j str, limits: &Limits) -> Self {
        let mut reader = Self { text, at: 0, levels: Vec::new(), depth: limits.depth, error: None };
        if text.len() > limits.bytes {
            reader.stop(Fault::Limit { what: "bytes of JSON", most: limits.bytes as u64 });
        }
        reader
    }

    fn end(&mut self) {
        if self.error.is_none() && self.peek().is_some() {
            self.stop(Fault::Expected("the end of the text"));
        }
    }

    /// Notes what is wrong with what was read last. The first fault counts.
    pub fn stop(&mut self, fault: Fault) -> Stop {
        if self.error.is_none() {
            let read = self.text.as_bytes().get(..self.at).unwrap_or_default();
            let line = read.iter().filter(|&&byte| byte == b'\n').count();
            let column = read.iter().rev().take_while(|&&byte| byte != b'\n').count();
            let path = self.path();
            let (line, column) = (line as u32 + 1, column as u32 + 1);
            self.error = Some(Box::new(JsonError { fault, path, line, column }));
            // Nothing more is found from here on.
            self.at = self.text.len();
        }
        Stop
    }

    fn expected<T>(&mut self, what: &'static str) -> Result<T, Stop> {
        Err(self.stop(Fault::Expected(what)))
    }

    fn path(&self) -> String {
        let mut path = String::new();
        for level in self.levels.iter().filter(|level| level.begun > 0) {
            match level.name {
                Some(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                None => {
                    path.push('[');
                    path.push_str(&(level.begun - 1).to_string());
                    path.push(']');
                }
            }
        }
        path
    }

    /// The next byte that is not white space, not yet taken.
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
        self.at += blank;
        rest.get(blank).copied()
    }

    /// Takes a byte if it is the next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes a word if it is the next.
    fn take_word(&mut self, word: &str) -> bool {
        self.peek();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// What the next value is; it is not taken.
    ///
    /// # Errors
    /// Where no value begins.
    pub fn kind(&mut self) -> Result<Kind, Stop> {
        Ok(match self.peek() {
            Some(b'n') => Kind::Null,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'-' | b'0'..=b'9') => Kind::Number,
            Some(b'"') => Kind::Text,
            Some(b'[') => Kind::Array,
            Some(b'{') => Kind::Object,
            _ => return self.expected("a value"),
        })
    }

    /// Takes a `null` if there is one.
    pub fn null(&mut self) -> bool {
        self.take_word("null")
    }

    /// Takes `true` or `false`.
    ///
    /// # Errors
    /// Where there is neither.
    pub fn bool(&mut self) -> Result<bool, Stop> {
        if self.take_word("true") {
            Ok(true)
        } else if self.take_word("false") {
            Ok(false)
        } else {
            self.expected("true or false")
        }
    }

    /// Takes a number as it stands in the text, which is as RFC 8259 section 6 has it.
    ///
    /// # Errors
    /// Where there is none.
    pub fn number(&mut self) -> Result<&'j str, Stop> {
        self.peek();
        let rest = self.text.get(self.at..).unwrap_or_default();
        match number::length(rest.as_bytes()) {
            0 => self.expected("a number"),
            length => {
                self.at += length;
                Ok(&rest[..length])
            }
        }
    }

    /// Takes a number as the nearest `f64`.
    ///
    /// # Errors
    /// Where there is none, or it is beyond what an `f64` holds.
    pub fn f64(&mut self) -> Result<f64, Stop> {
        let text = self.number()?;
        match number::parse(text) {
            Some(value) => Ok(value),
            None => self.expected("a number within the range of binary64"),
        }
    }

    /// Takes a whole number, written without point and exponent.
    ///
    /// # Errors
    /// Where there is none within `range`.
    pub fn integer(&mut self, range: core::ops::RangeInclusive<i64>) -> Result<i64, Stop> {
        let text = self.number()?;
        match text.parse().ok().filter(|value| range.contains(value)) {
            Some(value) => Ok(value),
            None => self.expected("a whole number within its range"),
        }
    }

    /// Takes a text; it is copied only where it has escapes.
    ///
    /// # Errors
    /// Where there is none.
    pub fn text(&mut self) -> Result<Cow<'j, str>, Stop> {
        if !self.take(b'"') {
            return self.expected("a text");
        }
        let rest = self.text.get(self.at..).unwrap_or_default();
        match text::unescape(rest) {
            Ok((text, length)) => {
                self.at += length;
                Ok(text)
            }
            Err(what) => self.expected(what),
        }
    }

    fn begin(&mut self, bracket: u8, what: &'static str, name: Option<&'j str>) -> Result<(), Stop> {
        if !self.take(bracket) {
            return self.expected(what);
        }
        if self.levels.len() >= self.depth {
            return Err(self.stop(Fault::Limit { what: "levels inside each other", most: self.depth as u64 }));
        }
        self.levels.push(Level { name, begun: 0 });
        Ok(())
    }

    /// Whether another member or entry of the innermost level follows; leaves the level where not.
    fn more(&mut self, bracket: u8, what: &'static str) -> Result<bool, Stop> {
        if self.take(bracket) {
            self.levels.pop();
            return Ok(false);
        }
        let first = self.levels.last().is_some_and(|level| level.begun == 0);
        if !first && !self.take(b',') {
            return self.expected(what);
        }
        if let Some(level) = self.levels.last_mut() {
            level.begun = level.begun.saturating_add(1);
        }
        Ok(true)
    }

    /// Begins an object: [`Self::member`] follows until it gives none.
    ///
    /// # Errors
    /// Where there is none, or too many levels.
    pub fn object(&mut self) -> Result<(), Stop> {
        self.begin(b'{', "an object", Some(""))
    }

    /// Name of the next member of the object that was begun last, whose value comes next; none at its end.
    ///
    /// # Errors
    /// What is no object's syntax.
    pub fn member(&mut self) -> Result<Option<Cow<'j, str>>, Stop> {
        if !self.more(b'}', "a comma or the end of the object")? {
            return Ok(None);
        }
        self.peek();
        let from = self.at + 1;
        let name = self.text()?;
        let written = self.text.get(from..self.at - 1);
        if let Some(level) = self.levels.last_mut() {
            level.name = written;
        }
        if self.take(b':') { Ok(Some(name)) } else { self.expected("a colon") }
    }

    /// Begins an array: [`Self::entry`] follows until it says that there is none.
    ///
    /// # Errors
    /// Where there is none, or too many levels.
    pub fn array(&mut self) -> Result<(), Stop> {
        self.begin(b'[', "an array", None)
    }

    /// Whether the array that was begun last has another entry, which comes next.
    ///
    /// # Errors
    /// What is no array's syntax.
    pub fn entry(&mut self) -> Result<bool, Stop> {
        self.more(b']', "a comma or the end of the array")
    }

    /// Takes a value of any kind and forgets it.
    ///
    /// # Errors
    /// What is no JSON, or too many levels.
    pub fn skip(&mut self) -> Result<(), Stop> {
        match self.kind()? {
            Kind::Null if self.null() => {}
            Kind::Null => return self.expected("a value"),
            Kind::Bool => drop(self.bool()?),
            Kind::Number => drop(self.number()?),
            Kind::Text => drop(self.text()?),
            Kind::Array => {
                self.array()?;
                while self.entry()? {
                    self.skip()?;
                }
            }
            Kind::Object => {
                self.object()?;
                while self.member()?.is_some() {
                    self.skip()?;
                }
            }
        }
        Ok(())
    }
}
