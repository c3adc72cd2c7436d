//! Pictures with a high dynamic range, as phones make them, on ordinary screens.
//!
//! Samples of such a recording stand for light of up to thousands of candelas per square metre (ITU-R BT.2100); taken for
//! ordinary ones, everything looks grey.

use super::facts::VideoFacts;

/// What makes ordinary pictures (BT.709) of these; `None`: they are ordinary. It works on samples of 32 bits, so it should
/// come behind what makes the
/// picture smaller.
///
/// White paper is at 203 cd/m² (ITU-R BT.2408) and stays nearly white: dark and middle tones are left as they are, and
/// only what is brighter is pressed together. The limit of 1000 cd/m² is that of phones' screens and not read from the
/// file, where it is often wrong.
pub(super) fn made_ordinary(video: &VideoFacts) -> Option<String> {
    let transfer = video
        .transfer
        .as_deref()
        .filter(|_| video.is_high_dynamic_range())?;
    // The primaries and the matrix are said as well: BT.2100 knows no others, and many files leave them out.
    Some(format!(
        "setparams=color_primaries=bt2020:color_trc={transfer}:colorspace=bt2020nc,zscale=t=linear:npl=100,\
         format=gbrpf32le,zscale=p=709,tonemap=mobius:desat=0:peak=10,zscale=t=709:m=709:r=tv,format=yuv420p"
    ))
}
