//! A small gray picture, which is enough to tell what a frame is worth and how two of them differ.

/// Pixels across. Every footage is brought to this size whatever its shape is: only compared with itself.
pub(super) const WIDE: usize = 160;
/// Pixels down.
pub(super) const HIGH: usize = 90;
/// Bytes of one.
pub(super) const BYTES: usize = WIDE * HIGH;

/// Pixels across and down of a block.
const BLOCK: usize = 10;
/// Blocks of a picture.
pub(super) const BLOCKS: usize = BYTES / (BLOCK * BLOCK);

/// Brightness that a pixel may differ by and still be the same: above what coding at a low rate does to it.
const SAME: u8 = 24;
/// Brightness that two frames half a second apart differ by where something moves.
const MOVED: u8 = 18;
/// How many such pixels a block has in which something moves.
const MOVED_PIXELS: usize = 2;
/// Brightness by which neighbours differ at an edge.
const EDGE: u8 = 24;
/// Standard deviation of a picture in which there is nothing to see: black, white, a fade's end.
const BLANK: f64 = 7.0;

/// Brightness, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Gray(Vec<u8>);

/// A mark for each block.
pub(super) type Blocks = [bool; BLOCKS];

/// How a picture differs from an earlier one, where both may be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Difference {
    /// Part of the picture that was compared.
    pub compared: f64,
    /// Part of that in which they differ.
    pub changed: f64,
    /// Part of the earlier one's edges that are gone.
    pub lost: f64,
}

/// The block that a pixel is in.
fn block(pixel: usize) -> usize {
    pixel / WIDE / BLOCK * (WIDE / BLOCK) + pixel % WIDE / BLOCK
}

impl Gray {
    /// `None` unless it is of the right size.
    pub(super) fn new(bytes: &[u8]) -> Option<Self> {
        (bytes.len() == BYTES).then(|| Self(bytes.to_vec()))
    }

    /// A larger picture, each pixel the average of those that it stands for. `None`: there are fewer pixels than that.
    pub(super) fn shrunk(bytes: &[u8], (width, height): (usize, usize)) -> Option<Self> {
        if bytes.len() < width * height || width == 0 || height == 0 {
            return None;
        }
        let span = |n: usize, of: usize, all: usize| {
            let from = n * all / of;
            from..((n + 1) * all / of).max(from + 1)
        };
        let small = (0..BYTES).map(|pixel| {
            let rows = span(pixel / WIDE, HIGH, height);
            let columns = span(pixel % WIDE, WIDE, width);
            let count = rows.len() * columns.len();
            let sum: usize = rows
                .flat_map(|row| &bytes[row * width..][columns.clone()])
                .map(|&brightness| usize::from(brightness))
                .sum();
            (sum / count) as u8 // an average of bytes
        });
        Some(Self(small.collect()))
    }

    /// Whether there is nothing to see on it.
    pub(super) fn is_blank(&self) -> bool {
        let n = self.0.len() as f64;
        let mean = self.0.iter().map(|&p| f64::from(p)).sum::<f64>() / n;
        let squares = self.0.iter().map(|&p| (f64::from(p) - mean).powi(2));
        (squares.sum::<f64>() / n).sqrt() < BLANK
    }

    /// Where neighbours differ: outlines and writing.
    pub(super) fn edges(&self) -> Vec<bool> {
        let at = |pixel: usize| self.0[pixel];
        let mut edges = vec![false; BYTES];
        for pixel in 0..BYTES {
            let right = (pixel % WIDE + 1 < WIDE).then_some(pixel + 1);
            let below = (pixel + WIDE < BYTES).then_some(pixel + WIDE);
            for next in [right, below].into_iter().flatten() {
                if at(pixel).abs_diff(at(next)) > EDGE {
                    edges[pixel] = true;
                    edges[next] = true;
                }
            }
        }
        edges
    }

    /// Part of its outlines that is in these blocks.
    pub(super) fn outlined(&self, blocks: &Blocks) -> f64 {
        let edges = self.edges();
        let all = edges.iter().filter(|edge| **edge).count();
        let inside = (0..BYTES).filter(|pixel| edges[*pixel] && blocks[block(*pixel)]);
        inside.count() as f64 / all.max(1) as f64
    }

    /// How much there is to see and how sharp it is: the squares of differences between neighbours, across or down,
    /// whichever has less. Bars of one colour beside each other, as a channel's test picture has them, count for little.
    pub(super) fn detail(&self) -> u64 {
        let mut sums = [0u64; 2];
        for pixel in 0..BYTES - WIDE {
            let step = |next: usize| u64::from(self.0[pixel].abs_diff(self.0[next])).pow(2);
            if pixel % WIDE + 1 < WIDE {
                sums[0] += step(pixel + 1);
            }
            sums[1] += step(pixel + WIDE);
        }
        sums[0].min(sums[1])
    }

    /// The blocks in which something moved between two frames.
    pub(super) fn moved_since(&self, earlier: &Self) -> Blocks {
        let mut pixels = [0usize; BLOCKS];
        for (pixel, (&now, &then)) in self.0.iter().zip(&earlier.0).enumerate() {
            pixels[block(pixel)] += usize::from(now.abs_diff(then) > MOVED);
        }
        pixels.map(|count| count >= MOVED_PIXELS)
    }

    /// How it differs from an earlier one with these edges, outside the blocks of `ignored`.
    pub(super) fn difference(&self, from: &Self, edges: &[bool], ignored: &Blocks) -> Difference {
        let (mut compared, mut changed, mut outlines, mut lost) = (0u32, 0u32, 0u32, 0u32);
        for pixel in (0..BYTES).filter(|pixel| !ignored[block(*pixel)]) {
            let differs = self.0[pixel].abs_diff(from.0[pixel]) > SAME;
            compared += 1;
            changed += u32::from(differs);
            outlines += u32::from(edges[pixel]);
            lost += u32::from(differs && edges[pixel]);
        }
        let part = |of: u32, all: u32| f64::from(of) / f64::from(all.max(1));
        Difference {
            compared: f64::from(compared) / BYTES as f64,
            changed: part(changed, compared),
            lost: part(lost, outlines),
        }
    }
}
