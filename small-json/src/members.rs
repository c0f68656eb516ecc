//! Objects as tables: a name and a place for each member that counts.

use crate::error::Fault;
use crate::reader::{Reader, Stop};

/// One member that an object may have.
pub struct Member<'s> {
    name: &'static str,
    needed: bool,
    place: Place<'s>,
}

/// Where a member's value goes, and with that of which kind it has to be. What is a `Maybe` takes `null`
/// as absent.
pub enum Place<'s> {
    /// A text.
    Text(&'s mut String),
    /// A text, or none.
    MaybeText(&'s mut Option<String>),
    /// A whole number.
    U32(&'s mut u32),
    /// A whole number, or none.
    MaybeU32(&'s mut Option<u32>),
    /// A whole number, or none.
    MaybeI32(&'s mut Option<i32>),
    /// A whole number below 2^63.
    U64(&'s mut u64),
    /// A whole number below 2^63, or none.
    MaybeU64(&'s mut Option<u64>),
    /// A number, or none.
    MaybeF64(&'s mut Option<f64>),
    /// Whatever is read by this.
    Read(&'s mut dyn FnMut(&mut Reader<'_>) -> Result<(), Stop>),
    /// The same, or none.
    MaybeRead(&'s mut dyn FnMut(&mut Reader<'_>) -> Result<(), Stop>),
}

/// A member without which the object is an error.
pub fn must<'s>(name: &'static str, place: Place<'s>) -> Member<'s> {
    Member { name, needed: true, place }
}

/// A member whose place stays as it is where the object has none.
pub fn may<'s>(name: &'static str, place: Place<'s>) -> Member<'s> {
    Member { name, needed: false, place }
}

impl Reader<'_> {
    /// Takes an object whose members are these; others are passed over. Of two with the same name the last counts.
    ///
    /// # Errors
    /// Where there is no object, a member is of another kind, or one is missing that must be there.
    pub fn members(&mut self, members: &mut [Member<'_>]) -> Result<(), Stop> {
        self.object()?;
        while let Some(name) = self.member()? {
            match members.iter_mut().find(|member| member.name == name) {
                Some(member) => {
                    member.needed = false;
                    self.fill(&mut member.place)?;
                }
                None => self.skip()?,
            }
        }
        match members.iter().find(|member| member.needed) {
            Some(member) => Err(self.stop(Fault::Missing(member.name))),
            None => Ok(()),
        }
    }

    fn fill(&mut self, place: &mut Place<'_>) -> Result<(), Stop> {
        const U32: core::ops::RangeInclusive<i64> = 0..=u32::MAX as i64;
        const I32: core::ops::RangeInclusive<i64> = i32::MIN as i64..=i32::MAX as i64;
        let maybe = !matches!(place, Place::Text(_) | Place::U32(_) | Place::U64(_) | Place::Read(_));
        if maybe && self.null() {
            return Ok(());
        }
        match place {
            Place::Text(place) => **place = self.text()?.into_owned(),
            Place::MaybeText(place) => **place = Some(self.text()?.into_owned()),
            Place::U32(place) => **place = self.integer(U32)? as u32,
            Place::MaybeU32(place) => **place = Some(self.integer(U32)? as u32),
            Place::MaybeI32(place) => **place = Some(self.integer(I32)? as i32),
            Place::U64(place) => **place = self.integer(0..=i64::MAX)? as u64,
            Place::MaybeU64(place) => **place = Some(self.integer(0..=i64::MAX)? as u64),
            Place::MaybeF64(place) => **place = Some(self.f64()?),
            Place::Read(read) | Place::MaybeRead(read) => read(self)?,
        }
        Ok(())
    }
}
