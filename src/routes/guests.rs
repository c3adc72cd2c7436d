//! Routes of those who come from elsewhere and have no account: by a link that ends, or from a learning platform.

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use http::Method;

use super::table::{For, Table};
use crate::{delivery, pages};

/// The files of a draft below a link that ends: the same as at the root. Nothing of them is remembered for others.
pub(super) fn shared_files() -> Table {
    use For::Holders;
    use delivery::{audio, captions, clip, media, poster, sheet, storyboard, video};
    Table::new()
        .get(Holders, "/s/{grant}/l/{code}/video.mp4", video)
        .get(Holders, "/s/{grant}/l/{code}/audio.m4a", audio)
        .get(Holders, "/s/{grant}/l/{code}/clip.mp4", clip)
        .get(Holders, "/s/{grant}/l/{code}/poster.jpg", poster)
        .get(Holders, "/s/{grant}/l/{code}/storyboard.vtt", storyboard)
        .get(Holders, "/s/{grant}/l/{code}/{sheet}", sheet)
        .get(Holders, "/s/{grant}/l/{code}/captions/{name}", captions)
        .get(Holders, "/s/{grant}/media/{name}", media)
}

/// A draft below a link that ends, and what is compressed of it: the same as at the root, but for what is printed or stands in
/// other sites' pages.
pub(super) fn shared() -> Table {
    use For::{Anybody, Holders};
    use delivery::hls::{main, part};
    Table::new()
        .get(Holders, "/s/{grant}/l/{code}/hls/main.m3u8", main)
        .get(Holders, "/s/{grant}/media/hls/{format}/{name}/{part}", part)
        .get(Anybody, "/s/{grant}/l/{code}", pages::choose)
        .get(Anybody, "/s/{grant}/l/{code}/slides", pages::choose)
        .get(Anybody, "/s/{grant}/l/{code}/transcript", pages::choose)
        .get(Holders, "/{lang}/s/{grant}/l/{code}", pages::lesson)
        .get(Holders, "/{lang}/s/{grant}/l/{code}/slides", pages::slides)
        .get(
            Holders,
            "/{lang}/s/{grant}/l/{code}/transcript",
            pages::transcript,
        )
}

/// Where people come in from learning platforms (LTI 1.3): pages of the platforms ask for these, as the standard has it.
pub(super) fn coming() -> Table {
    use For::Platforms;
    use pages::lti::{MOST_POSTED, by_hand, launch, login, login_posted};
    let short = || DefaultBodyLimit::max(MOST_POSTED);
    Table::new()
        .list(
            Platforms,
            Method::GET,
            "/lti/login",
            get(login).post(login_posted).layer(short()),
        )
        .also(Platforms, Method::POST, "/lti/login")
        // A form that is posted is not sent on from where a slash is too many.
        .list(
            Platforms,
            Method::POST,
            "/lti/login/",
            get(login).post(login_posted).layer(short()),
        )
        .also(Platforms, Method::GET, "/lti/login/")
        .list(
            Platforms,
            Method::POST,
            "/lti/launch",
            post(launch).get(by_hand).layer(short()),
        )
        .also(Platforms, Method::GET, "/lti/launch")
        .list(
            Platforms,
            Method::POST,
            "/lti/launch/",
            post(launch).get(by_hand).layer(short()),
        )
        .also(Platforms, Method::GET, "/lti/launch/")
}

/// What they see then, and what platforms and their administrators ask for. Nothing of it is more than anybody may see: a
/// ticket in the address says where its reader came from.
pub(super) fn come() -> Table {
    use For::Anybody;
    use pages::lti::{chosen, keys, list, offer, preview, register, watch};
    Table::new()
        .get(Anybody, "/lti/jwks.json", keys)
        .get(Anybody, "/lti/register/{invite}", offer)
        .post(Anybody, "/lti/register/{invite}", register)
        .get(Anybody, "/{lang}/lti/watch/{ticket}", watch)
        .get(Anybody, "/{lang}/lti/pick/{ticket}", list)
        .get(Anybody, "/{lang}/lti/pick/{ticket}/chosen", chosen)
        .get(Anybody, "/{lang}/lti/pick/{ticket}/l/{code}", preview)
}
