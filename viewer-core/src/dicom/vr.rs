//! Value representations, PS3.5 section 6.2.

/// Value representation of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
#[rustfmt::skip]
pub enum Vr {
    AE, AS, AT, CS, DA, DS, DT, FD, FL, IS, LO, LT, OB, OD, OF, OL, OV, OW, PN, SH, SL, SQ, SS, ST, SV, TM, UC, UI,
    UL, UN, UR, US, UT, UV,
}

impl Vr {
    /// Every value representation, in alphabetical order.
    #[rustfmt::skip]
    const ALL: [Self; 34] = [
        Self::AE, Self::AS, Self::AT, Self::CS, Self::DA, Self::DS, Self::DT, Self::FD, Self::FL, Self::IS, Self::LO,
        Self::LT, Self::OB, Self::OD, Self::OF, Self::OL, Self::OV, Self::OW, Self::PN, Self::SH, Self::SL, Self::SQ,
        Self::SS, Self::ST, Self::SV, Self::TM, Self::UC, Self::UI, Self::UL, Self::UN, Self::UR, Self::US, Self::UT,
        Self::UV,
    ];

    /// From its two letters; nothing where no such representation exists.
    pub fn from_code(code: [u8; 2]) -> Option<Self> {
        Self::ALL.binary_search_by(|vr| vr.code().as_bytes().cmp(&code[..])).ok().map(|at| Self::ALL[at])
    }

    /// Its two letters.
    #[rustfmt::skip]
    pub fn code(self) -> &'static str {
        const CODES: &str = "AEASATCSDADSDTFDFLISLOLTOBODOFOLOVOWPNSHSLSQSSSTSVTMUCUIULUNURUSUTUV";
        let at = self as usize * 2;
        &CODES[at..at + 2]
    }

    /// Whether the explicit form has two reserved bytes and a 32-bit length (PS3.5 section 7.1.2).
    pub fn has_long_length(self) -> bool {
        matches!(
            self,
            Self::OB
                | Self::OD
                | Self::OF
                | Self::OL
                | Self::OV
                | Self::OW
                | Self::SQ
                | Self::SV
                | Self::UC
                | Self::UN
                | Self::UR
                | Self::UT
                | Self::UV
        )
    }

    /// Whether values are text in the data set's Specific Character Set (PS3.5 section 6.1.2.2).
    pub fn is_text(self) -> bool {
        matches!(self, Self::LO | Self::LT | Self::PN | Self::SH | Self::ST | Self::UC | Self::UT)
    }

    /// Whether values are characters at all.
    pub fn is_string(self) -> bool {
        self.is_text()
            || matches!(
                self,
                Self::AE
                    | Self::AS
                    | Self::CS
                    | Self::DA
                    | Self::DS
                    | Self::DT
                    | Self::IS
                    | Self::TM
                    | Self::UI
                    | Self::UR
            )
    }

    /// Whether one element may hold several values separated by a backslash.
    pub fn is_multi_string(self) -> bool {
        self.is_string() && !matches!(self, Self::LT | Self::ST | Self::UT | Self::UR)
    }

    /// Size in bytes of one number; nothing for text, sequences and unknown bytes. AT counts as two 16-bit numbers.
    pub fn number_size(self) -> Option<usize> {
        Some(match self {
            Self::OB => 1,
            Self::US | Self::SS | Self::OW | Self::AT => 2,
            Self::UL | Self::SL | Self::FL | Self::OL | Self::OF => 4,
            Self::FD | Self::SV | Self::UV | Self::OD | Self::OV => 8,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_go_both_ways() {
        for vr in Vr::ALL {
            let code = vr.code().as_bytes();
            assert_eq!(Vr::from_code([code[0], code[1]]), Some(vr));
            assert_eq!(format!("{vr:?}"), vr.code());
        }
        assert_eq!(Vr::from_code(*b"??"), None);
    }
}
