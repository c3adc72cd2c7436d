//! Numbers in as few bits as they need: the alphabet of the compact index.

/// Writes numbers one after another, the highest bit first.
#[derive(Default)]
pub(super) struct BitWriter {
    words: Vec<u64>,
    word: u64,
    used: u32,
}

/// Bits of the width before a number.
const WIDTH: u32 = 7;

/// Bits of a Rice parameter.
const PARAMETER: u32 = 6;

/// A quotient from here on is an escape, so that one number takes at most 88 bits and, short of
/// an escape, always fits into one look.
const ESCAPE: u32 = 24;

/// 64 bits of a look, less the longest quotient and its end.
const MAX_PARAMETER: u32 = 64 - ESCAPE - 1;

impl BitWriter {
    /// Where the next bit goes.
    pub fn at(&self) -> u64 {
        self.words.len() as u64 * 64 + u64::from(self.used)
    }

    /// The lowest `bits` of `value`, which has no others.
    pub fn put(&mut self, value: u64, bits: u32) {
        if bits == 0 {
            return;
        }
        let room = 64 - self.used;
        if bits < room {
            self.word |= value << (room - bits);
            self.used += bits;
        } else {
            let over = bits - room;
            self.words.push(self.word | value >> over);
            self.word = if over == 0 { 0 } else { value << (64 - over) };
            self.used = over;
        }
    }

    /// A number of any size, with its width before it.
    pub fn number(&mut self, value: u64) {
        let bits = 64 - value.leading_zeros();
        self.put(bits.into(), WIDTH);
        self.put(value, bits);
    }

    /// Numbers that resemble each other: what they have in common once, then the difference of
    /// each from the least of them, in Rice's code.
    pub fn column(&mut self, values: &[i64]) {
        let least = values.iter().copied().min().unwrap_or(0);
        self.number(zigzag(least));
        let rest = |value: i64| value.wrapping_sub(least).cast_unsigned();
        let divisor = divisor(values.iter().map(|&value| rest(value)));
        self.put(u64::from(divisor != 0), 1);
        if divisor == 0 {
            return; // all are the least
        }
        self.number(divisor);
        let sum = values.iter().fold(0, |sum: u64, &value| {
            sum.saturating_add(rest(value) / divisor)
        });
        // For quotients that fall off geometrically the mean times ln 2 is nearly the best power.
        let typical = sum.saturating_mul(11) / (16 * values.len().max(1) as u64);
        let parameter = (64 - typical.leading_zeros()).min(MAX_PARAMETER);
        self.put(parameter.into(), PARAMETER);
        for &value in values {
            let value = rest(value) / divisor;
            let quotient = value >> parameter;
            if quotient < ESCAPE.into() {
                // As many ones as the quotient says, and a zero.
                self.put((1 << (quotient + 1)) - 2, quotient as u32 + 1);
                self.put(value & ((1 << parameter) - 1), parameter);
            } else {
                self.put((1 << ESCAPE) - 1, ESCAPE);
                self.put(value, 64);
            }
        }
    }

    pub fn finish(mut self) -> Box<[u64]> {
        self.words.push(self.word);
        self.words.into_boxed_slice()
    }
}

/// The greatest common divisor of all; 0 when all are 0.
fn divisor(values: impl Iterator<Item = u64>) -> u64 {
    let mut found = 0;
    for value in values {
        let (mut a, mut b) = (found, value);
        while b != 0 {
            (a, b) = (b, a % b);
        }
        found = a;
        if found == 1 {
            break;
        }
    }
    found
}

/// Small numbers for small ones of either sign.
fn zigzag(value: i64) -> u64 {
    (value << 1 ^ value >> 63).cast_unsigned()
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// Reads what a [`BitWriter`] wrote.
pub(super) struct BitReader<'a> {
    words: &'a [u64],
    at: u64,
}

impl<'a> BitReader<'a> {
    pub fn new(words: &'a [u64], at: u64) -> Self {
        Self { words, at }
    }

    fn look(&self) -> u64 {
        let word = (self.at / 64) as usize;
        let shift = self.at % 64;
        let high = self.words.get(word).copied().unwrap_or(0);
        let low = self.words.get(word + 1).copied().unwrap_or(0);
        high << shift | low >> 1 >> (63 - shift)
    }

    pub fn take(&mut self, bits: u32) -> u64 {
        if bits == 0 {
            return 0;
        }
        let value = self.look() >> (64 - bits);
        self.at += u64::from(bits);
        value
    }

    pub fn number(&mut self) -> u64 {
        let bits = self.take(WIDTH) as u32;
        self.take(bits.min(64))
    }

    pub fn column(&mut self, into: &mut [i64]) {
        let least = unzigzag(self.number());
        if self.take(1) == 0 {
            into.fill(least);
            return;
        }
        let divisor = self.number();
        let parameter = (self.take(PARAMETER) as u32).min(MAX_PARAMETER);
        for value in into {
            let look = self.look();
            let quotient = look.leading_ones();
            let rest = if quotient < ESCAPE {
                self.at += u64::from(quotient + 1 + parameter);
                let low = (look << (quotient + 1)) >> 1 >> (63 - parameter);
                u64::from(quotient) << parameter | low
            } else {
                self.at += u64::from(ESCAPE);
                self.take(64)
            };
            *value = least.wrapping_add(rest.wrapping_mul(divisor).cast_signed());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn any_numbers_come_back_as_they_went_in() {
        let alike = (any::<i64>(), 0_u32..64).prop_flat_map(|(base, bits)| {
            let near = (0..=u64::MAX >> bits).prop_map(move |n| base.wrapping_add_unsigned(n));
            proptest::collection::vec(near, 0..130)
        });
        let columns = proptest::collection::vec((alike, any::<u64>(), 1_i64..600), 0..4);
        proptest!(|(columns in columns)| {
            let mut writer = BitWriter::default();
            let mut marks = Vec::new();
            let columns: Vec<(Vec<i64>, u64)> = columns
                .into_iter()
                .map(|(column, number, factor)| {
                    (column.into_iter().map(|n| n.wrapping_mul(factor)).collect(), number)
                })
                .collect();
            for (column, number) in &columns {
                marks.push(writer.at());
                writer.column(column);
                writer.number(*number);
            }
            let words = writer.finish();
            for ((column, number), mark) in columns.iter().zip(marks) {
                let mut reader = BitReader::new(&words, mark);
                let mut found = vec![0; column.len()];
                reader.column(&mut found);
                prop_assert_eq!(&found, column);
                prop_assert_eq!(reader.number(), *number);
            }
        });
    }
}
