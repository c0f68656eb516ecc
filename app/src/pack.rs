//! How our own programs write what they say to each other: numbers and texts in a fixed order, as one text.
//!
//! Page, decoder and renderer share no memory, and are always of the same build; nothing has to be found by name, and
//! nothing is left out. Numbers are decimal and end with a space, floating point numbers are their bits, a text is
//! preceded by its length. Against JSON this leaves out a parser and a printer of floating point numbers.

use thiserror::Error;

/// A text that is no such message: it comes from another build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{left} bytes before its end it is not what was expected")]
pub struct Malformed {
    /// Bytes that had not been read.
    pub left: usize,
}

/// What can be in a message.
pub trait Packed: Sized {
    /// Appends itself.
    fn pack(&self, out: &mut String);

    /// Takes itself from the beginning of a text.
    ///
    /// # Errors
    /// When something else stands there.
    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed>;
}

/// The message as text.
pub fn pack(message: &impl Packed) -> String {
    let mut out = String::new();
    message.pack(&mut out);
    out
}

/// The message in a text.
///
/// # Errors
/// When there is another, or more than one.
pub fn unpack<T: Packed>(text: &str) -> Result<T, Malformed> {
    let mut from = Unpacking { rest: text };
    let message = T::unpack(&mut from)?;
    if from.rest.is_empty() { Ok(message) } else { Err(from.malformed()) }
}

/// What is left of a text.
#[derive(Debug)]
pub struct Unpacking<'m> {
    rest: &'m str,
}

impl Unpacking<'_> {
    /// The error that says where.
    pub fn malformed(&self) -> Malformed {
        Malformed { left: self.rest.len() }
    }

    /// A number that is at most `most`.
    ///
    /// # Errors
    /// When there is none.
    pub fn number(&mut self, most: u64) -> Result<u64, Malformed> {
        let found = self.rest.split_once(' ').and_then(|(number, rest)| Some((number.parse().ok()?, rest)));
        match found {
            Some((number, rest)) if number <= most => {
                self.rest = rest;
                Ok(number)
            }
            _ => Err(self.malformed()),
        }
    }
}

/// Appends a number.
pub fn pack_number(number: u64, out: &mut String) {
    out.push_str(&number.to_string());
    out.push(' ');
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Packed for $type {
            fn pack(&self, out: &mut String) {
                pack_number(u64::from(*self), out);
            }

            fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
                Ok(from.number(u64::from(Self::MAX))? as Self)
            }
        }
    )*};
}

whole_numbers!(u8, u16, u32);

impl Packed for i32 {
    fn pack(&self, out: &mut String) {
        self.cast_unsigned().pack(out);
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        Ok(u32::unpack(from)?.cast_signed())
    }
}

impl Packed for f64 {
    fn pack(&self, out: &mut String) {
        pack_number(self.to_bits(), out);
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        Ok(Self::from_bits(from.number(u64::MAX)?))
    }
}

impl Packed for bool {
    fn pack(&self, out: &mut String) {
        pack_number(u64::from(*self), out);
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        Ok(from.number(1)? == 1)
    }
}

impl Packed for String {
    fn pack(&self, out: &mut String) {
        pack_number(self.len() as u64, out);
        out.push_str(self);
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        let length = from.number(from.rest.len() as u64)? as usize;
        let (text, rest) = from.rest.split_at_checked(length).ok_or(from.malformed())?;
        from.rest = rest;
        Ok(text.to_owned())
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, out: &mut String) {
        self.is_some().pack(out);
        if let Some(value) = self {
            value.pack(out);
        }
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        if bool::unpack(from)? { Ok(Some(T::unpack(from)?)) } else { Ok(None) }
    }
}

impl<T: Packed, E: Packed> Packed for Result<T, E> {
    fn pack(&self, out: &mut String) {
        self.is_ok().pack(out);
        match self {
            Ok(value) => value.pack(out),
            Err(error) => error.pack(out),
        }
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        if bool::unpack(from)? { Ok(Ok(T::unpack(from)?)) } else { Ok(Err(E::unpack(from)?)) }
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, out: &mut String) {
        pack_number(self.len() as u64, out);
        for entry in self {
            entry.pack(out);
        }
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        // Each entry has two bytes at least.
        let length = from.number(from.rest.len() as u64 / 2)?;
        (0..length).map(|_| T::unpack(from)).collect()
    }
}

impl<T: Packed, const N: usize> Packed for [T; N] {
    fn pack(&self, out: &mut String) {
        for entry in self {
            entry.pack(out);
        }
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        let entries = (0..N).map(|_| T::unpack(from)).collect::<Result<Vec<T>, Malformed>>()?;
        Self::try_from(entries).map_err(|_| from.malformed())
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, out: &mut String) {
        self.0.pack(out);
        self.1.pack(out);
    }

    fn unpack(from: &mut Unpacking<'_>) -> Result<Self, Malformed> {
        Ok((A::unpack(from)?, B::unpack(from)?))
    }
}

/// [`Packed`] for a struct, field by field in this order, or for an enum, each variant by its place in this order and
/// then its fields.
macro_rules! packed {
    (struct $name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::pack::Packed for $name {
            fn pack(&self, out: &mut String) {
                $($crate::pack::Packed::pack(&self.$field, out);)*
            }

            fn unpack(from: &mut $crate::pack::Unpacking<'_>) -> Result<Self, $crate::pack::Malformed> {
                Ok(Self { $($field: $crate::pack::Packed::unpack(from)?),* })
            }
        }
    };
    (enum $name:ident { $($place:literal $variant:ident $({ $($field:ident),* })? $(( $($item:ident),* ))?),* $(,)? }) => {
        impl $crate::pack::Packed for $name {
            fn pack(&self, out: &mut String) {
                match self {
                    $(Self::$variant $({ $($field),* })? $(( $($item),* ))? => {
                        $crate::pack::pack_number($place, out);
                        $($($crate::pack::Packed::pack($field, out);)*)?
                        $($($crate::pack::Packed::pack($item, out);)*)?
                    })*
                }
            }

            fn unpack(from: &mut $crate::pack::Unpacking<'_>) -> Result<Self, $crate::pack::Malformed> {
                Ok(match from.number(u64::MAX)? {
                    $($place => {
                        $($(let $field = $crate::pack::Packed::unpack(from)?;)*)?
                        $($(let $item = $crate::pack::Packed::unpack(from)?;)*)?
                        Self::$variant $({ $($field),* })? $(( $($item),* ))?
                    })*
                    _ => return Err(from.malformed()),
                })
            }
        }
    };
}
pub(crate) use packed;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    enum Sign {
        Stop,
        Speed(u32, f64),
        Text { words: Vec<String>, lit: bool },
    }
    packed!(enum Sign { 0 Stop, 1 Speed(limit, exact), 2 Text { words, lit } });

    #[derive(Debug, PartialEq)]
    struct Road {
        signs: Vec<Sign>,
        name: Option<String>,
        heights: [i32; 2],
        state: Result<(u8, u16), String>,
    }
    packed!(struct Road { signs, name, heights, state });

    fn road(state: Result<(u8, u16), String>) -> Road {
        let words = vec!["a b".to_owned(), String::new(), "路\n1 ".to_owned()];
        let signs = vec![Sign::Speed(u32::MAX, -0.1), Sign::Text { words, lit: true }, Sign::Stop];
        Road { signs, name: None, heights: [-1, i32::MIN], state }
    }

    #[test]
    fn what_is_packed_comes_out() {
        for road in [road(Ok((255, 65535))), road(Err("x".to_owned()))] {
            assert_eq!(unpack::<Road>(&pack(&road)).unwrap(), road);
        }
        for exact in [f64::INFINITY, f64::MIN_POSITIVE, -0.0] {
            let found: f64 = unpack(&pack(&exact)).unwrap();
            assert_eq!(found.to_bits(), exact.to_bits());
        }
    }

    #[test]
    fn what_is_cut_or_foreign_is_an_error() {
        let text = pack(&road(Ok((1, 2))));
        for (at, _) in text.char_indices() {
            assert!(unpack::<Road>(&text[..at]).is_err(), "{at}");
        }
        assert_eq!(unpack::<Road>(&format!("{text}1 ")), Err(Malformed { left: 2 }));
        for foreign in ["", "{}", "3 ", "-1 ", "99999999999 ", "1 256 ", "2 4 a"] {
            assert!(unpack::<Vec<Sign>>(foreign).is_err(), "{foreign}");
            assert!(unpack::<(u8, String)>(foreign).is_err(), "{foreign}");
        }
    }
}
