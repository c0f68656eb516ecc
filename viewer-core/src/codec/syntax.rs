//! Transfer syntaxes: one enum, one table (PS3.5 section 8 and annex A, PS3.6 table A-1).

use std::fmt;

/// A transfer syntax that this project knows by name, decodable or not.
///
/// Retired ones that are met in archives are listed too. What can be decoded is [`TransferSyntax::decodable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum TransferSyntax {
    ImplicitLittleEndian,
    ExplicitLittleEndian,
    EncapsulatedUncompressed,
    DeflatedExplicitLittleEndian,
    ExplicitBigEndian,
    JpegBaseline,
    JpegExtended,
    JpegSpectralSelection,
    JpegFullProgression,
    JpegLossless,
    JpegLosslessFirstOrder,
    JpegLsLossless,
    JpegLsNearLossless,
    Jpeg2000Lossless,
    Jpeg2000,
    Jpeg2000MultiComponentLossless,
    Jpeg2000MultiComponent,
    JpipReferenced,
    JpipReferencedDeflate,
    Mpeg2Main,
    Mpeg2MainFragmentable,
    Mpeg2High,
    Mpeg2HighFragmentable,
    Mpeg4High,
    Mpeg4HighFragmentable,
    Mpeg4BluRay,
    Mpeg4BluRayFragmentable,
    Mpeg4High2d,
    Mpeg4High2dFragmentable,
    Mpeg4High3d,
    Mpeg4High3dFragmentable,
    Mpeg4Stereo,
    Mpeg4StereoFragmentable,
    HevcMain,
    HevcMain10,
    JpegXlLossless,
    JpegXlRecompression,
    JpegXl,
    HtJpeg2000Lossless,
    HtJpeg2000LosslessRpcl,
    HtJpeg2000,
    JpipHtJpeg2000,
    JpipHtJpeg2000Deflate,
    RleLossless,
    DeflatedImageFrame,
}

/// Which decoder a transfer syntax belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Samples as they are in the file.
    Native,
    /// PackBits segments, PS3.5 annex G.
    Rle,
    /// One zlib-less deflate stream a frame, PS3.5 section 8.2.16.
    Deflate,
    /// DCT processes of ISO/IEC 10918-1.
    Jpeg,
    /// Lossless process of ISO/IEC 10918-1 (annex H).
    JpegLossless,
    /// ISO/IEC 14495-1.
    JpegLs,
    /// ISO/IEC 15444-1.
    Jpeg2000,
    /// ISO/IEC 15444-15.
    HtJpeg2000,
    /// ISO/IEC 18181.
    JpegXl,
    /// A video stream that holds all frames: a player's work, not a frame decoder's.
    Video,
    /// Pixel data elsewhere, or a coding nobody sends as frames.
    Other,
}

struct Row(TransferSyntax, &'static str, &'static str, Family, bool);

macro_rules! table {
    ($($variant:ident $suffix:literal $family:ident $lossy:literal $name:literal;)*) => {
        const TABLE: &[Row] = &[$(Row(
            TransferSyntax::$variant,
            concat!("1.2.840.10008.1.2", $suffix),
            $name,
            Family::$family,
            $lossy,
        )),*];
    };
}

table! {
    ImplicitLittleEndian "" Native false "Implicit VR Little Endian";
    ExplicitLittleEndian ".1" Native false "Explicit VR Little Endian";
    EncapsulatedUncompressed ".1.98" Native false "Encapsulated Uncompressed Explicit VR Little Endian";
    DeflatedExplicitLittleEndian ".1.99" Native false "Deflated Explicit VR Little Endian";
    ExplicitBigEndian ".2" Native false "Explicit VR Big Endian";
    JpegBaseline ".4.50" Jpeg true "JPEG Baseline";
    JpegExtended ".4.51" Jpeg true "JPEG Extended";
    JpegSpectralSelection ".4.53" Jpeg true "JPEG Spectral Selection";
    JpegFullProgression ".4.55" Jpeg true "JPEG Full Progression";
    JpegLossless ".4.57" JpegLossless false "JPEG Lossless";
    JpegLosslessFirstOrder ".4.70" JpegLossless false "JPEG Lossless, First-Order Prediction";
    JpegLsLossless ".4.80" JpegLs false "JPEG-LS Lossless";
    JpegLsNearLossless ".4.81" JpegLs true "JPEG-LS Near-Lossless";
    Jpeg2000Lossless ".4.90" Jpeg2000 false "JPEG 2000 Lossless Only";
    Jpeg2000 ".4.91" Jpeg2000 true "JPEG 2000";
    Jpeg2000MultiComponentLossless ".4.92" Jpeg2000 false "JPEG 2000 Part 2 Multi-component Lossless Only";
    Jpeg2000MultiComponent ".4.93" Jpeg2000 true "JPEG 2000 Part 2 Multi-component";
    JpipReferenced ".4.94" Other true "JPIP Referenced";
    JpipReferencedDeflate ".4.95" Other true "JPIP Referenced Deflate";
    Mpeg2Main ".4.100" Video true "MPEG2 Main Profile / Main Level";
    Mpeg2MainFragmentable ".4.100.1" Video true "Fragmentable MPEG2 Main Profile / Main Level";
    Mpeg2High ".4.101" Video true "MPEG2 Main Profile / High Level";
    Mpeg2HighFragmentable ".4.101.1" Video true "Fragmentable MPEG2 Main Profile / High Level";
    Mpeg4High ".4.102" Video true "MPEG-4 AVC/H.264 High Profile";
    Mpeg4HighFragmentable ".4.102.1" Video true "Fragmentable MPEG-4 AVC/H.264 High Profile";
    Mpeg4BluRay ".4.103" Video true "MPEG-4 AVC/H.264 BD-compatible";
    Mpeg4BluRayFragmentable ".4.103.1" Video true "Fragmentable MPEG-4 AVC/H.264 BD-compatible";
    Mpeg4High2d ".4.104" Video true "MPEG-4 AVC/H.264 for 2D Video";
    Mpeg4High2dFragmentable ".4.104.1" Video true "Fragmentable MPEG-4 AVC/H.264 for 2D Video";
    Mpeg4High3d ".4.105" Video true "MPEG-4 AVC/H.264 for 3D Video";
    Mpeg4High3dFragmentable ".4.105.1" Video true "Fragmentable MPEG-4 AVC/H.264 for 3D Video";
    Mpeg4Stereo ".4.106" Video true "MPEG-4 AVC/H.264 Stereo High Profile";
    Mpeg4StereoFragmentable ".4.106.1" Video true "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile";
    HevcMain ".4.107" Video true "HEVC/H.265 Main Profile";
    HevcMain10 ".4.108" Video true "HEVC/H.265 Main 10 Profile";
    JpegXlLossless ".4.110" JpegXl false "JPEG XL Lossless";
    JpegXlRecompression ".4.111" JpegXl true "JPEG XL JPEG Recompression";
    JpegXl ".4.112" JpegXl true "JPEG XL";
    HtJpeg2000Lossless ".4.201" HtJpeg2000 false "High-Throughput JPEG 2000 Lossless Only";
    HtJpeg2000LosslessRpcl ".4.202" HtJpeg2000 false "High-Throughput JPEG 2000 with RPCL Lossless Only";
    HtJpeg2000 ".4.203" HtJpeg2000 true "High-Throughput JPEG 2000";
    JpipHtJpeg2000 ".4.204" Other true "JPIP HTJ2K Referenced";
    JpipHtJpeg2000Deflate ".4.205" Other true "JPIP HTJ2K Referenced Deflate";
    RleLossless ".5" Rle false "RLE Lossless";
    DeflatedImageFrame ".8.1" Deflate false "Deflated Image Frame Compression";
}

impl TransferSyntax {
    /// The transfer syntax of a UID; trailing NULs and spaces, the padding of UI, do not matter.
    pub fn from_uid(uid: &str) -> Option<Self> {
        let uid = uid.trim_end_matches(['\0', ' ']);
        TABLE.iter().find(|row| row.1 == uid).map(|row| row.0)
    }

    fn row(self) -> &'static Row {
        // The table is in the order of the enum; a test holds it there.
        &TABLE[self as usize]
    }

    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|row| row.0)
    }

    /// UID, PS3.6 table A-1.
    pub fn uid(self) -> &'static str {
        self.row().1
    }

    /// Name to show, after PS3.6 table A-1 (shortened).
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// Which decoder it belongs to.
    pub fn family(self) -> Family {
        self.row().3
    }

    /// Whether its bytes bring whole rows, from the top: a part of them is a part of the picture.
    pub fn by_rows(self) -> bool {
        matches!(self.family(), Family::Native | Family::Jpeg | Family::JpegLossless | Family::JpegLs)
    }

    /// Whether pixels under this syntax may have lost something: they have to be labelled so.
    pub fn lossy(self) -> bool {
        self.row().4
    }

    /// Whether Pixel Data is a sequence of fragments (PS3.5 A.4) and not the plain samples.
    pub fn encapsulated(self) -> bool {
        self.family() != Family::Native || self == Self::EncapsulatedUncompressed
    }

    /// Whether the data set and its samples have the most significant byte first.
    pub fn big_endian(self) -> bool {
        self == Self::ExplicitBigEndian
    }

    /// Whether the data set (not the frame) carries its VRs.
    pub fn explicit_vr(self) -> bool {
        self != Self::ImplicitLittleEndian
    }

    /// Whether the whole data set after the file meta information is one deflate stream (PS3.5 A.5).
    pub fn deflated_data_set(self) -> bool {
        matches!(
            self,
            Self::DeflatedExplicitLittleEndian | Self::JpipReferencedDeflate | Self::JpipHtJpeg2000Deflate
        )
    }

    /// Whether this build has a decoder for it.
    pub fn decodable(self) -> bool {
        match self.family() {
            Family::Native | Family::Rle => true,
            Family::Deflate => cfg!(feature = "codec-deflate"),
            Family::JpegLossless => cfg!(feature = "codec-jpeg-lossless"),
            Family::Jpeg => cfg!(feature = "codec-jpeg"),
            Family::JpegLs => cfg!(feature = "codec-jpegls"),
            Family::Jpeg2000 | Family::HtJpeg2000 => cfg!(feature = "codec-j2k"),
            Family::JpegXl => cfg!(feature = "codec-jxl"),
            Family::Video | Family::Other => false,
        }
    }
}

impl fmt::Display for TransferSyntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.uid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_is_in_the_order_of_the_enum() {
        for (index, syntax) in TransferSyntax::all().enumerate() {
            assert_eq!(syntax as usize, index);
            assert_eq!(TransferSyntax::from_uid(syntax.uid()), Some(syntax));
        }
        assert_eq!(TransferSyntax::DeflatedImageFrame as usize + 1, TABLE.len());
    }

    #[test]
    fn padding_of_a_uid_is_ignored() {
        assert_eq!(
            TransferSyntax::from_uid("1.2.840.10008.1.2\0"),
            Some(TransferSyntax::ImplicitLittleEndian)
        );
        assert_eq!(TransferSyntax::from_uid("1.2.840.10008.1.2.999"), None);
    }
}
