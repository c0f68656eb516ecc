//! JSON, written.

/// Writes one object, member by member.
#[derive(Debug, Clone)]
pub struct Writer {
    out: String,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// An object without members.
    pub fn new() -> Self {
        Self { out: String::from("{") }
    }

    fn name(&mut self, name: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        write_text(&mut self.out, name);
        self.out.push(':');
    }

    /// A member with a text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        write_text(&mut self.out, value);
    }

    /// A member with a whole number.
    pub fn integer(&mut self, name: &str, value: i64) {
        self.name(name);
        self.out.push_str(&value.to_string());
    }

    /// The whole text.
    pub fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }
}

/// Appends a text between quotation marks, with what RFC 8259 section 7 wants escaped.
pub fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        let short = match c {
            '"' => '"',
            '\\' => '\\',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            c if c < ' ' => {
                out.push_str("\\u00");
                let digit = |value: u32| char::from_digit(value, 16).unwrap_or('0');
                out.extend([digit(c as u32 >> 4), digit(c as u32 & 15)]);
                continue;
            }
            c => {
                out.push(c);
                continue;
            }
        };
        out.extend(['\\', short]);
    }
    out.push('"');
}
