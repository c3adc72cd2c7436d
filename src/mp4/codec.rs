//! Sample entries (ISO/IEC 14496-12 §8.5.2): which codec, which size, and its RFC 6381 name.

use mp4_atom::{Audio, Av1c, Decode, Esds, Hvcc, Pasp, Visual, VpcC};

use super::boxes::{Child, FourCc, be16, be32, be64, children};
use super::{AudioCodec, Error, VideoCodec};

/// What a video track's sample entry says.
#[derive(Debug)]
pub(super) struct VideoEntry {
    pub codec: VideoCodec,
    pub codecs: Option<String>,
    pub in_browsers: bool,
    pub width: u32,
    pub height: u32,
    /// Width to height of one pixel.
    pub pixel: Option<(u32, u32)>,
}

/// What a sound track's sample entry says.
#[derive(Debug)]
pub(super) struct AudioEntry {
    pub codec: AudioCodec,
    pub codecs: Option<String>,
    pub in_browsers: bool,
    /// 0 where the entry cannot say it.
    pub sample_rate: u32,
    pub channels: u16,
}

/// Real ones are under 100 bytes. mp4-atom recurses into nested descriptors, so the size bounds
/// its depth.
const MAX_ESDS: usize = 1024;

/// The first sample entry of an `stsd` box.
pub(super) fn first_entry<'a>(stsd: &Child<'a>) -> Result<Child<'a>, Error> {
    let entries = stsd
        .body
        .get(8..)
        .ok_or_else(|| stsd.damaged("is too short"))?;
    children(entries, stsd.at + 8)
        .next()
        .unwrap_or_else(|| Err(stsd.damaged("describes no codec")))
}

pub(super) fn video(entry: &Child<'_>) -> Result<VideoEntry, Error> {
    let mut rest = entry.body;
    let visual =
        Visual::decode(&mut rest).map_err(|_| entry.damaged("is too short for a picture"))?;
    let extensions = Extensions::of(entry, rest);
    let pixel = extensions
        .find(b"pasp")
        .and_then(|pasp| pasp.decode::<Pasp>().ok())
        .map(|pasp| (pasp.h_spacing, pasp.v_spacing))
        .filter(|&(h, v)| h != 0 && v != 0);
    let tag = entry.kind;
    let (codec, codecs) = match &tag.0 {
        b"avc1" | b"avc2" | b"avc3" | b"avc4" => (VideoCodec::H264, h264(tag, &extensions)),
        b"hvc1" | b"hev1" => (VideoCodec::Hevc, hevc(tag, &extensions)),
        b"av01" => (VideoCodec::Av1, av1(&extensions)),
        b"vp09" => (VideoCodec::Vp9, vp9(&extensions)),
        b"vp08" => (VideoCodec::Vp8, Some("vp8".to_string())),
        b"mp4v" => mp4v(&extensions),
        _ => (VideoCodec::Other(tag.to_string()), None),
    };
    // Baseline, Main and High are 8 bits and 4:2:0 by definition (ISO/IEC 14496-10 Annex A).
    let profile = extensions
        .find(b"avcC")
        .and_then(|avcc| avcc.body.get(1).copied());
    let in_browsers =
        codec == VideoCodec::H264 && codecs.is_some() && matches!(profile, Some(66 | 77 | 100));
    Ok(VideoEntry {
        codec,
        codecs,
        in_browsers,
        width: visual.width.into(),
        height: visual.height.into(),
        pixel,
    })
}

pub(super) fn audio(entry: &Child<'_>) -> Result<AudioEntry, Error> {
    let mut rest = entry.body;
    let plain = Audio::decode(&mut rest).map_err(|_| entry.damaged("is too short for sound"))?;
    let extensions = Extensions::of(entry, rest);
    let (mut sample_rate, mut channels) =
        (u32::from(plain.sample_rate.integer()), plain.channel_count);
    if be16(entry.body, 8) == Some(2) {
        // QuickTime's version 2 keeps the real numbers behind fixed ones.
        let rate = be64(entry.body, 32).map_or(0.0, f64::from_bits);
        sample_rate = rate as u32; // saturates; NaN gives 0
        channels = be32(entry.body, 40)
            .and_then(|n| n.try_into().ok())
            .unwrap_or(0);
    }
    let tag = entry.kind;
    let (codec, codecs) = match &tag.0 {
        b"mp4a" => match esds(&extensions) {
            Some(esds) => {
                let config = AacConfig::of(&esds);
                if let Some(config) = &config {
                    sample_rate = config.sample_rate.unwrap_or(sample_rate);
                    channels = config.channels.unwrap_or(channels);
                }
                mp4a(&esds, config)
            }
            // Without one, QuickTime means AAC.
            None => (AudioCodec::Aac, None),
        },
        b".mp3" | b"ms\0\x55" => (AudioCodec::Mp3, Some("mp3".to_string())),
        b"Opus" => (AudioCodec::Opus, Some("opus".to_string())),
        b"fLaC" => (AudioCodec::Flac, Some("flac".to_string())),
        b"ac-3" => (AudioCodec::Ac3, Some("ac-3".to_string())),
        b"ec-3" => (AudioCodec::Eac3, Some("ec-3".to_string())),
        b"sowt" | b"twos" | b"lpcm" | b"ipcm" | b"fpcm" | b"in24" | b"in32" | b"fl32" | b"fl64"
        | b"raw " => (AudioCodec::Pcm, None),
        _ => (AudioCodec::Other(tag.to_string()), None),
    };
    let in_browsers = matches!(codec, AudioCodec::Aac | AudioCodec::Mp3) && codecs.is_some();
    Ok(AudioEntry {
        codec,
        codecs,
        in_browsers,
        sample_rate,
        channels,
    })
}

/// The boxes behind a sample entry's fixed fields. Damage among them costs only what it hides.
struct Extensions<'a> {
    bytes: &'a [u8],
    at: u64,
}

impl<'a> Extensions<'a> {
    fn of(entry: &Child<'a>, rest: &'a [u8]) -> Self {
        let at = entry.at + (entry.body.len() - rest.len()) as u64;
        Self { bytes: rest, at }
    }

    fn find(&self, kind: &[u8; 4]) -> Option<Child<'a>> {
        children(self.bytes, self.at)
            .map_while(Result::ok)
            .find(|child| child.kind.0 == *kind)
    }
}

fn h264(tag: FourCc, extensions: &Extensions<'_>) -> Option<String> {
    match extensions.find(b"avcC")?.body {
        [1, profile, compatibility, level, ..] => {
            Some(format!("{tag}.{profile:02x}{compatibility:02x}{level:02x}"))
        }
        _ => None,
    }
}

/// ISO/IEC 14496-15 Annex E.3.
fn hevc(tag: FourCc, extensions: &Extensions<'_>) -> Option<String> {
    let hvcc = extensions.find(b"hvcC")?.decode::<Hvcc>().ok()?;
    let space = ["", "A", "B", "C"][usize::from(hvcc.general_profile_space & 3)];
    let compatibility = u32::from_be_bytes(hvcc.general_profile_compatibility_flags).reverse_bits();
    let tier = if hvcc.general_tier_flag { 'H' } else { 'L' };
    let mut name = format!(
        "{tag}.{space}{}.{compatibility:X}.{tier}{}",
        hvcc.general_profile_idc, hvcc.general_level_idc
    );
    let constraints = hvcc.general_constraint_indicator_flags;
    let used = constraints
        .iter()
        .rposition(|&byte| byte != 0)
        .map_or(0, |last| last + 1);
    for byte in &constraints[..used] {
        name.push_str(&format!(".{byte:X}"));
    }
    Some(name)
}

/// AV1 in ISOBMFF §5.
fn av1(extensions: &Extensions<'_>) -> Option<String> {
    let av1c = extensions.find(b"av1C")?.decode::<Av1c>().ok()?;
    let tier = if av1c.seq_tier_0 { 'H' } else { 'M' };
    let depth = match (av1c.high_bitdepth, av1c.twelve_bit) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some(format!(
        "av01.{}.{:02}{tier}.{depth:02}",
        av1c.seq_profile, av1c.seq_level_idx_0
    ))
}

/// VP codecs in ISOBMFF.
fn vp9(extensions: &Extensions<'_>) -> Option<String> {
    let vpcc = extensions.find(b"vpcC")?.decode::<VpcC>().ok()?;
    Some(format!(
        "vp09.{:02}.{:02}.{:02}",
        vpcc.profile, vpcc.level, vpcc.bit_depth
    ))
}

fn esds(extensions: &Extensions<'_>) -> Option<Esds> {
    let direct = extensions.find(b"esds");
    // QuickTime wraps it.
    let wrapped = || {
        let wave = extensions.find(b"wave")?;
        wave.children()
            .map_while(Result::ok)
            .find(|child| child.kind.0 == *b"esds")
    };
    let esds = direct.or_else(wrapped)?;
    (esds.body.len() <= MAX_ESDS).then(|| esds.decode().ok())?
}

/// The object type (registered at mp4ra.org) says what an `mp4v` really is.
fn mp4v(extensions: &Extensions<'_>) -> (VideoCodec, Option<String>) {
    let Some(esds) = esds(extensions) else {
        return (VideoCodec::Mpeg4, None);
    };
    let object = esds.es_desc.dec_config.object_type_indication;
    let codec = match object {
        0x20 => VideoCodec::Mpeg4,
        0x60..=0x65 => VideoCodec::Mpeg2,
        0x6A => VideoCodec::Mpeg1,
        other => VideoCodec::Other(format!("mp4v.{other:02X}")),
    };
    (codec, Some(format!("mp4v.{object:02X}")))
}

fn mp4a(esds: &Esds, config: Option<AacConfig>) -> (AudioCodec, Option<String>) {
    let object = esds.es_desc.dec_config.object_type_indication;
    let codec = match object {
        0x40 | 0x66..=0x68 => AudioCodec::Aac,
        0x69 | 0x6B => AudioCodec::Mp3,
        0xA5 => AudioCodec::Ac3,
        0xA6 => AudioCodec::Eac3,
        0xAD => AudioCodec::Opus,
        0xDD => AudioCodec::Vorbis,
        other => AudioCodec::Other(format!("mp4a.{other:02X}")),
    };
    let name = match (object, config) {
        (0x40, Some(config)) => Some(format!("mp4a.40.{}", config.object_type)),
        (0x40, None) => None, // a decoder could not start either
        _ => Some(format!("mp4a.{object:02X}")),
    };
    (codec, name)
}

/// The start of an AudioSpecificConfig (ISO/IEC 14496-3 §1.6.2.1).
struct AacConfig {
    object_type: u8,
    sample_rate: Option<u32>,
    channels: Option<u16>,
}

/// ISO/IEC 14496-3 Table 1.18.
const AAC_RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

impl AacConfig {
    fn of(esds: &Esds) -> Option<Self> {
        let config = &esds.es_desc.dec_config;
        if !matches!(config.object_type_indication, 0x40 | 0x66..=0x68) {
            return None;
        }
        let specific = config.dec_specific.as_ref()?;
        let raw = &specific.raw;
        if raw.len() < 2 {
            return None;
        }
        let mut rate_index = specific.freq_index;
        // Spectral band replication, said explicitly: what is heard has the second rate.
        if matches!(specific.profile, 5 | 29) && rate_index != 15 {
            let third = raw.get(2).copied().unwrap_or(0);
            rate_index = (raw[1] & 7) << 1 | third >> 7;
        }
        let channels = match specific.chan_conf {
            _ if specific.freq_index == 15 => None, // lies elsewhere; the sample entry knows
            // Parametric stereo: one channel is coded and two are heard.
            1 if specific.profile == 29 => Some(2),
            n @ 1..=6 => Some(u16::from(n)),
            7 => Some(8),
            _ => None,
        };
        Some(Self {
            object_type: specific.profile,
            sample_rate: AAC_RATES.get(usize::from(rate_index)).copied(),
            channels,
        })
    }
}
