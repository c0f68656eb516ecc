//! RLE Lossless (PS3.5 annex G) for one sample of 16 bits: two segments, the high bytes first.

/// Encodes one frame. Rows are encoded apart, as G.3.1 asks.
pub(crate) fn encode(samples: &[u16], columns: usize) -> Vec<u8> {
    let segment = |shift: u32| {
        let mut out = Vec::new();
        for row in samples.chunks(columns) {
            let bytes: Vec<u8> = row.iter().map(|s| (s >> shift) as u8).collect();
            pack(&bytes, &mut out);
        }
        if out.len() % 2 == 1 {
            out.push(0);
        }
        out
    };
    let (high, low) = (segment(8), segment(0));
    let mut header = [0u32; 16];
    header[0] = 2;
    header[1] = 64;
    header[2] = 64 + high.len() as u32;
    let mut out: Vec<u8> = header.iter().flat_map(|v| v.to_le_bytes()).collect();
    out.extend(high);
    out.extend(low);
    out
}

/// PackBits of one row: a run of 2..=128 equal bytes, or 1..=128 bytes as they are.
fn pack(bytes: &[u8], out: &mut Vec<u8>) {
    let run_at = |i: usize| bytes[i..].iter().take(128).take_while(|b| **b == bytes[i]).count();
    let mut i = 0;
    while i < bytes.len() {
        let run = run_at(i);
        if run >= 2 {
            out.extend([(257 - run) as u8, bytes[i]]);
            i += run;
            continue;
        }
        let start = i;
        while i < bytes.len() && i - start < 128 && run_at(i) < 3 {
            i += 1;
        }
        // A pair at the very start of the literal was taken as a run above; here at least one byte went by.
        out.push((i - start - 1) as u8);
        out.extend(&bytes[start..i]);
    }
}
