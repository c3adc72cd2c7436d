//! A lesson, or a list of lessons, in another site's page: the code of its frame, which people copy and programs ask for.

/// Pixels that a frame is wide where nobody says how wide.
pub const WIDTH: u32 = 640;
/// Pixels of what stands below the picture: the lesson's title and its price.
const BELOW: u32 = 72;
/// Pixels of a player of sound alone.
const SOUND: u32 = 72;
/// Pixels of a list, which is scrolled.
const LIST: u32 = 480;

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A picture of this size, in pixels.
    Picture(u32, u32),
    /// Sound alone.
    Sound,
    /// A list of lessons.
    List,
}

/// How high, in pixels, a frame of this width is so that nothing is cut off and little left empty. A picture that is higher
/// than wide is shown in a square.
pub fn height(width: u32, shown: Shown) -> u32 {
    match shown {
        Shown::Picture(across, down) => {
            let high = u64::from(width) * u64::from(down) / u64::from(across.max(1));
            u32::try_from(high).unwrap_or(width).min(width) + BELOW
        }
        Shown::Sound => SOUND + BELOW,
        Shown::List => LIST,
    }
}

/// The HTML of a frame that shows the page at `address`, `size` pixels wide and high. It needs no script, is loaded when it
/// comes into sight, and does not tell whose page it stands in.
pub fn code(address: &str, title: &str, (width, height): (u32, u32)) -> String {
    format!(
        "<iframe src=\"{}\" title=\"{}\" width=\"{width}\" height=\"{height}\" style=\"max-width:100%;border:0\" \
         loading=\"lazy\" referrerpolicy=\"no-referrer\" allowfullscreen></iframe>",
        escaped(address),
        escaped(title)
    )
}

/// As the value of an attribute in quotation marks.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('"', "&quot;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_as_high_as_its_picture_and_what_stands_below() {
        for (shown, high) in [
            (Shown::Picture(854, 480), 359 + 72),
            (Shown::Picture(640, 480), 480 + 72),
            (Shown::Picture(720, 1280), 640 + 72),
            (Shown::Picture(0, u32::MAX), 640 + 72),
            (Shown::Sound, 144),
            (Shown::List, 480),
        ] {
            assert_eq!(height(640, shown), high, "{shown:?}");
        }
    }

    #[test]
    fn what_people_wrote_ends_neither_the_attribute_nor_the_element() {
        let code = code(
            "https://lessons.example/az/embed/K7M2QX?t=90&q=360",
            "\"<script>alert(1)</script>\" & 'more'",
            (640, 432),
        );
        assert_eq!(
            code,
            "<iframe src=\"https://lessons.example/az/embed/K7M2QX?t=90&amp;q=360\" \
             title=\"&quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot; &amp; 'more'\" width=\"640\" height=\"432\" \
             style=\"max-width:100%;border:0\" loading=\"lazy\" referrerpolicy=\"no-referrer\" allowfullscreen></iframe>"
        );
    }
}
