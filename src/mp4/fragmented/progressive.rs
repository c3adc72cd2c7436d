//! A whole recording in fragments, as one file: `ftyp moov sidx`, then `moof mdat` again and again.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use super::cuts::{Cut, Cuts, Pace};
use super::init::init;
use super::moof::{Fragment, Order};
use super::timeline::{Ends, Micros, Tracks};
use super::written::{full_box, put};
use super::{Composed, NoFragments};
use crate::mp4::{MADE_AT_ONCE, Piece, SampleIndex, Source, View};

/// The least length of a fragment after the first, and about the greatest. Its sound comes behind all of its pictures, so a
/// slow line must be so far ahead; the index has twelve bytes for each.
const LEAST: Micros = 1_000_000;
const MOST: Micros = 4_000_000;

/// The fragmented form of a recording: it plays and seeks in a plain `<video src>`, and a slow line
/// shows a picture long before it has fetched what would be the whole index.
///
/// Keeps a few numbers for each fragment; a `moof` is made when it is asked for.
pub struct Fragmented {
    index: Arc<SampleIndex>,
    ends: Ends,
    /// Everything before the first fragment.
    head: Bytes,
    /// Each fragment's beginning, and where it begins in the view; at last where all ends.
    fragments: Vec<(Cut, u64)>,
    /// The fragment that was made last: it is asked for again for each of its ranges.
    made: Mutex<Option<(usize, Arc<Composed>)>>,
}

impl Fragmented {
    /// Goes through all samples of `index` once.
    ///
    /// # Errors
    /// What keeps this recording from being given in fragments.
    pub fn of(index: Arc<SampleIndex>) -> Result<Self, NoFragments> {
        let tracks = Tracks::of(&index)?;
        let found = Cuts::new(&tracks, Pace::Growing(LEAST, MOST))?;
        let duration = i128::from(found.end.max(0)) * i128::from(tracks.movie_timescale);
        let mut head = init(&tracks, Some((duration / 1_000_000) as u64)); // below 2^63 * 2^32 / 2^19
        let mut entries = Vec::with_capacity(found.cuts.len());
        let mut fragments = Vec::with_capacity(found.cuts.len() + 1);
        let mut at = 0_u64;
        for n in 0..found.cuts.len() {
            let shares = tracks.shares(&found.cuts, n);
            let mut entry = Entry::of(&tracks, found.cuts[n].at, &shares[0].samples);
            let fragment = Fragment::new(n as u32 + 1, shares, Order::Track)?;
            entry.bytes = fragment.length() as u32; // at most 2^31
            entries.push(entry);
            fragments.push((found.cuts[n], at));
            at = at.saturating_add(fragment.length());
        }
        sidx(&mut head, &tracks, &entries, found.end)?;
        let end = Cut {
            at: found.end,
            video: u32::MAX,
            audio: u32::MAX,
        };
        fragments.push((end, at));
        for (_, at) in &mut fragments {
            *at = at.saturating_add(head.len() as u64);
        }
        Ok(Self {
            ends: tracks.ends(),
            head: head.into(),
            fragments,
            made: Mutex::new(None),
            index,
        })
    }

    /// How many fragments there are.
    pub fn fragments(&self) -> usize {
        self.fragments.len() - 1
    }

    fn fragment(&self, n: usize) -> Result<Arc<Composed>, NoFragments> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, fragment)) = made.as_ref()
            && *at == n
        {
            return Ok(Arc::clone(fragment));
        }
        let tracks = Tracks::until(&self.index, self.ends)?;
        let cuts = self.fragments[n..n + 2].iter().map(|(cut, _)| *cut);
        let shares = tracks.shares(&cuts.collect::<Vec<_>>(), 0);
        let fragment = Arc::new(Fragment::new(n as u32 + 1, shares, Order::Track)?.composed());
        *made = Some((n, Arc::clone(&fragment)));
        Ok(fragment)
    }
}

impl fmt::Debug for Fragmented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fragmented")
            .field("length", &self.length())
            .field("fragments", &self.fragments())
            .finish_non_exhaustive()
    }
}

impl View for Fragmented {
    fn length(&self) -> u64 {
        self.fragments.last().map_or(0, |(_, at)| *at)
    }

    fn resident_bytes(&self) -> usize {
        let own = self.head.len() + self.fragments.capacity() * size_of::<(Cut, u64)>();
        size_of::<Self>() + own + self.index.resident_bytes()
    }

    fn piece(&self, at: u64, _: &dyn Source) -> io::Result<Piece> {
        if at >= self.length() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if at < self.head.len() as u64 {
            let start = at as usize;
            let end = self.head.len().min(start + MADE_AT_ONCE);
            return Ok(Piece::Made(self.head.slice(start..end)));
        }
        let n = self.fragments.partition_point(|(_, start)| *start <= at) - 1;
        let fragment = self.fragment(n).map_err(io::Error::other)?;
        let piece = fragment.at(at - self.fragments[n].1);
        piece.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}

/// A row of the segment index.
struct Entry {
    bytes: u32,
    /// When the first of the pictures is shown, in the timescale of their track.
    starts: i64,
    keyframe: Keyframe,
}

/// How a fragment begins (ISO/IEC 14496-12 Annex I).
enum Keyframe {
    /// Not with a keyframe.
    None,
    /// With one that is shown first.
    First,
    /// With one before which others are shown, so many ticks earlier.
    After(u32),
}

impl Entry {
    fn of(tracks: &Tracks<'_>, at: Micros, samples: &[crate::mp4::Sample]) -> Self {
        let (_, track) = &tracks.reference;
        let shown = samples.iter().map(|sample| track.ticks(sample));
        let (Some(earliest), Some(first)) = (shown.min(), samples.first()) else {
            return Self {
                bytes: 0,
                starts: track.ticks_in(at),
                keyframe: Keyframe::None,
            };
        };
        let keyframe = match (first.sync, track.ticks(first) - earliest) {
            (false, _) => Keyframe::None,
            (true, 0) => Keyframe::First,
            (true, after) => Keyframe::After(u32::try_from(after).unwrap_or(u32::MAX)),
        };
        Self {
            bytes: 0,
            starts: earliest.max(0),
            keyframe,
        }
    }
}

/// The segment index (§8.16.3): one row for each fragment, in the order of presentation.
fn sidx(
    out: &mut Vec<u8>,
    tracks: &Tracks<'_>,
    entries: &[Entry],
    end: Micros,
) -> Result<(), NoFragments> {
    let (number, track) = &tracks.reference;
    let count = u16::try_from(entries.len()).map_err(|_| NoFragments::TooLarge)?;
    let first = entries.first().map_or(0, |entry| entry.starts);
    full_box(out, b"sidx", 1, 0, |out| {
        put(out, *number);
        put(out, track.track.timescale());
        out.extend_from_slice(&first.to_be_bytes());
        out.extend_from_slice(&[0; 8]); // the first fragment follows at once
        put(out, count.into());
        for (n, entry) in entries.iter().enumerate() {
            let next = entries.get(n + 1);
            let next = next.map_or_else(|| track.ticks_in(end), |next| next.starts);
            put(out, entry.bytes);
            put(out, u32::try_from(next - entry.starts).unwrap_or(0));
            put(out, entry.keyframe.field());
        }
    });
    Ok(())
}

impl Keyframe {
    /// Whether it starts with one, its type, and how far into the fragment it is.
    fn field(&self) -> u32 {
        const STARTS: u32 = 1 << 31;
        match self {
            Self::None => 0,
            Self::First => STARTS | 1 << 28,
            // Type 3: what is shown before it may need what came before it.
            Self::After(ticks) => STARTS | 3 << 28 | (*ticks).min((1 << 28) - 1),
        }
    }
}
