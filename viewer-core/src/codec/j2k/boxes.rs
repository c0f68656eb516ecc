//! The codestream inside JP2 boxes: ISO/IEC 15444-1 annex I.

use crate::codec::Fault;

const SIGNATURE_BOX: &[u8] = &[0, 0, 0, 12, b'j', b'P', b' ', b' '];
/// SOC and the marker of SIZ.
const START: &[u8] = &[0xff, 0x4f, 0xff, 0x51];

/// The codestream itself, out of its JP2 boxes where it has them.
pub(super) fn find(bytes: &[u8]) -> Result<&[u8], Fault> {
    if bytes.starts_with(START) {
        return Ok(bytes);
    }
    let missing = || Fault::stream("no JPEG 2000 codestream begins here (SOC and SIZ are missing)");
    if !bytes.starts_with(SIGNATURE_BOX) {
        return Err(missing());
    }
    let mut rest = bytes;
    while let Some((head, after)) = rest.split_first_chunk::<8>() {
        let [length @ .., _, _, _, _] = *head;
        let (content, next) = match u32::from_be_bytes(length) {
            0 => (after, &[][..]),
            1 => {
                let long = after.split_first_chunk::<8>().ok_or_else(missing)?;
                let length = u64::from_be_bytes(*long.0).saturating_sub(16);
                split_at_most(long.1, length)
            }
            length => split_at_most(after, u64::from(length.saturating_sub(8))),
        };
        if head.ends_with(b"jp2c") && content.starts_with(START) {
            return Ok(content);
        }
        rest = next;
    }
    Err(missing())
}

fn split_at_most(bytes: &[u8], at: u64) -> (&[u8], &[u8]) {
    bytes.split_at(usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_walked_to_the_codestream() {
        let mut bytes = SIGNATURE_BOX.to_vec();
        bytes.extend([0x0d, 0x0a, 0x87, 0x0a, 0, 0, 0, 9, b'x', b'x', b'x', b'x', 7, 0, 0, 0, 0]);
        bytes.extend(b"jp2c");
        bytes.extend(START);
        assert_eq!(find(&bytes).unwrap(), START);
        assert!(find(&bytes[..bytes.len() - 5]).is_err());
    }
}
