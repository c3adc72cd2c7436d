//! Every URL on one page.

mod guests;
mod table;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::handler::Handler;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{any, options, patch};
use http::{Extensions, HeaderMap, Method, StatusCode, Version};
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};

use crate::app::Shared;
use crate::delivery::Remembered;
use crate::http::identity;
use crate::http::place::keep_links;
use crate::http::problem::Problem;
use crate::http::rate::{self, Allowances};
use crate::pages::teach;
use crate::{api, delivery, exchange, pages};

use guests::{come, coming, shared, shared_files};
use table::Table;
pub use table::{For, Listed};

/// All of the archive's URLs, and the way past them for what was asked before.
pub struct Site {
    /// Every URL.
    pub router: Router,
    /// Files that `router` has answered about.
    pub shortcut: Arc<Remembered>,
}

/// The site of an archive.
pub fn site(app: Shared) -> Site {
    let remembered = Remembered::new(&app);
    Site {
        router: every(app, &remembered),
        shortcut: remembered,
    }
}

/// The site without its shortcut.
pub fn router(app: Shared) -> Router {
    site(app).router
}

/// Every route, those of the API included.
pub fn listed() -> Vec<Listed> {
    let mut all = files().listed;
    all.extend(streams().listed);
    all.extend(shared_files().listed);
    all.extend(shared().listed);
    all.extend(state().listed);
    all.extend(uploads().listed);
    all.extend(work().listed);
    all.extend(pages().listed);
    all.extend(desk().listed);
    all.extend(exchanged().listed);
    all.extend(index().listed);
    all.extend(coming().listed);
    all.extend(come().listed);
    for (method, path, security) in api::listed() {
        let whom = match security {
            api::Security::None => For::Anybody,
            api::Security::Optional => For::Viewers,
            api::Security::Token => For::SignedIn,
            api::Security::Author => For::Authors,
            api::Security::Administrator => For::Administrators,
            api::Security::Worker => For::Workers,
        };
        all.push(Listed { method, path, whom });
    }
    all.extend(api::open_paths().into_iter().map(|(path, _)| Listed {
        method: Method::OPTIONS,
        path,
        whom: For::Anybody,
    }));
    all
}

fn every(app: Shared, remembered: &Arc<Remembered>) -> Router {
    let files = files().router.merge(streams().router.layer(compressed()));
    let remember = from_fn_with_state(Arc::clone(remembered), delivery::remember);
    let answers = api::Remembered::new(&app);
    let ready = from_fn_with_state(Arc::clone(&answers), api::remember);
    Router::new()
        .merge(files.route_layer(remember))
        .merge(shared_files().router)
        .merge(shared().router.layer(compressed()))
        .merge(state().router)
        .merge(uploads().router)
        .merge(work().router)
        .merge(programs(&app, &answers))
        .merge(pages().router.fallback(pages::lost).layer(compressed()))
        .merge(desk().router.layer(compressed()))
        .merge(exchanged().router.layer(compressed()))
        .merge(index().router.layer(compressed()).layer(ready))
        .merge(come().router.layer(compressed()))
        .method_not_allowed_fallback(not_allowed)
        .layer(from_fn_with_state(app.clone(), identity::identify))
        // Behind that layer, so that no cookie is looked at and no page of another site refused.
        .merge(
            coming()
                .router
                .layer(compressed())
                .method_not_allowed_fallback(not_allowed),
        )
        .layer(from_fn(keep_links))
        .with_state(app)
}

/// The API. The outermost layer is the last one.
fn programs(app: &Shared, answers: &Arc<api::Remembered>) -> Router<Shared> {
    let (mut api, _) = api::router().split_for_parts();
    for (path, allow) in api::open_paths() {
        api = api.route(&path, options(async move || api::preflight(&allow)));
    }
    let api = api
        .layer(from_fn(api::tag))
        .layer(compressed())
        .layer(from_fn_with_state(Arc::clone(answers), api::remember));
    let api = match Allowances::new(app) {
        Some(allowances) => api.layer(from_fn_with_state(allowances, rate::limit)),
        None => api,
    };
    api.layer(from_fn(api::open))
}

/// Resumable uploads. One handler has all methods of a path, since a POST may stand in for another.
fn uploads() -> Table {
    use delivery::uploads::{all, one};
    Table::new()
        .list(For::SignedIn, Method::POST, "/uploads", any(all))
        .list(For::SignedIn, Method::PATCH, "/uploads/{id}", any(one))
        .also(For::SignedIn, Method::HEAD, "/uploads/{id}")
        .also(For::SignedIn, Method::DELETE, "/uploads/{id}")
}

/// The bytes of jobs that are done elsewhere; what is said about them is the API's.
fn work() -> Table {
    use delivery::worker::{add, narrow, source, standing};
    let product = "/worker/{id}/products/{number}";
    Table::new()
        .get(For::Workers, "/worker/{id}/source", source)
        .get(For::Workers, "/worker/{id}/narrow", narrow)
        .list(
            For::Workers,
            Method::PATCH,
            product,
            patch(add).head(standing),
        )
        .also(For::Workers, Method::HEAD, product)
}

/// Bytes: what the catalogue and the disk said of them once need not be asked at each range.
fn files() -> Table {
    use delivery::{audio, captions, clip, media, poster, preflight, sheet, storyboard, video};
    let files = Table::new()
        .get(For::Viewers, "/l/{code}/video.mp4", video)
        .get(For::Viewers, "/l/{code}/audio.m4a", audio)
        .get(For::Viewers, "/l/{code}/clip.mp4", clip)
        .get(For::Viewers, "/l/{code}/poster.jpg", poster)
        .get(For::Viewers, "/l/{code}/storyboard.vtt", storyboard)
        .get(For::Viewers, "/l/{code}/{sheet}", sheet)
        .get(For::Viewers, "/l/{code}/captions/{name}", captions)
        .get(For::Viewers, "/media/{name}", media);
    with_preflight(files, preflight)
}

/// HTTP Live Streaming, and what is drawn when it is asked for. The layer compresses playlists and pictures made of
/// text, and leaves media alone, by their types.
fn streams() -> Table {
    use delivery::hls::{main, part};
    let streams = Table::new()
        .get(For::Viewers, "/l/{code}/qr.svg", delivery::qr_drawn)
        .get(For::Viewers, "/l/{code}/qr.png", delivery::qr_pixels)
        .get(For::Viewers, "/l/{code}/hls/main.m3u8", main)
        .get(For::Viewers, "/media/hls/{format}/{name}/{part}", part);
    with_preflight(streams, delivery::preflight)
}

/// OPTIONS of every route: scripts of other sites ask before they read.
fn with_preflight<H, T>(mut table: Table, handler: H) -> Table
where
    H: Handler<T, Shared> + Clone,
    T: 'static,
{
    let paths: Vec<String> = table.listed.iter().map(|l| l.path.clone()).collect();
    for path in paths {
        let route = options(handler.clone());
        table = table.list(For::Anybody, Method::OPTIONS, &path, route);
    }
    table
}

/// Whether it works.
fn state() -> Table {
    Table::new().get(For::Anybody, "/healthz", healthz)
}

/// What people read. Compressed, but never media: they are compressed already, and their ranges would be lost.
fn pages() -> Table {
    use For::{Anybody, Viewers};
    Table::new()
        .get(Anybody, "/", pages::choose)
        .get(Anybody, "/grades/{grade}", pages::choose)
        .get(Anybody, "/grades/{grade}/{subject}", pages::choose)
        .get(Anybody, "/grades/{grade}/{subject}/codes", pages::choose)
        .get(
            Anybody,
            "/grades/{grade}/{subject}/cartridge.imscc",
            pages::choose,
        )
        .get(Anybody, "/embed/{code}", pages::embed)
        .get(
            Anybody,
            "/embed/grades/{grade}/{subject}",
            pages::embed_list,
        )
        .get(Anybody, "/timetable", pages::choose)
        .get(Anybody, "/search", pages::choose)
        .get(Anybody, "/l/{code}", pages::choose)
        .get(Anybody, "/l/{code}/slides", pages::choose)
        .get(Anybody, "/l/{code}/transcript", pages::choose)
        .get(Anybody, "/{lang}", pages::home_of_language)
        .get(Anybody, "/{lang}/", pages::home)
        .get(Anybody, "/{lang}/grades/{grade}", pages::grade)
        .get(Anybody, "/{lang}/grades/{grade}/{subject}", pages::subject)
        .get(
            Anybody,
            "/{lang}/grades/{grade}/{subject}/codes",
            pages::codes,
        )
        .get(Anybody, "/{lang}/embed/{code}", pages::embed)
        .get(
            Anybody,
            "/{lang}/embed/grades/{grade}/{subject}",
            pages::embed_list,
        )
        .get(Anybody, "/{lang}/timetable", pages::timetable)
        .get(Anybody, "/{lang}/search", pages::search)
        .get(Viewers, "/{lang}/l/{code}", pages::lesson)
        .get(Viewers, "/{lang}/l/{code}/slides", pages::slides)
        .get(Anybody, "/saved", pages::choose)
        .get(Anybody, "/{lang}/saved", pages::saved)
        .get(Anybody, "/{lang}/manifest.webmanifest", pages::manifest)
        .get(Anybody, "/sw.js", pages::worker)
        .get(Anybody, "/api", pages::choose)
        .get(Anybody, "/{lang}/api", reference)
        .get(Anybody, "/{lang}/api/{part}", reference)
        .get(Viewers, "/{lang}/l/{code}/transcript", pages::transcript)
        .get(Anybody, "/assets/{name}", pages::asset)
}

/// What other programs read, to show, list, collect and find lessons.
fn exchanged() -> Table {
    use For::Anybody;
    use exchange::{of_archive, of_grade, of_subject};
    Table::new()
        .get(Anybody, "/oembed", exchange::oembed)
        .get(
            Anybody,
            "/{lang}/grades/{grade}/{subject}/cartridge.imscc",
            exchange::cartridge,
        )
        .get(Anybody, "/robots.txt", exchange::robots)
        .get(Anybody, "/sitemaps/{name}", exchange::sitemap_part)
        .get(Anybody, "/feeds/{form}", of_archive)
        .get(Anybody, "/feeds/cover.png", pages::cover)
        .get(Anybody, "/feeds/grades/{grade}/{form}", of_grade)
        .get(
            Anybody,
            "/feeds/grades/{grade}/{subject}/{form}",
            of_subject,
        )
        .get(Anybody, "/oai", exchange::oai)
        .post(Anybody, "/oai", exchange::oai_post)
}

/// What is read from all lessons together: it is remembered with the API's answers.
fn index() -> Table {
    Table::new().get(For::Anybody, "/sitemap.xml", exchange::sitemap_index)
}

/// The API's own description, as a page: no surface names another.
async fn reference(visit: pages::Visit) -> Response {
    pages::reference(visit, api::description()).await
}

/// Those who make lessons. Without a language in it a path leads to the reader's own; some take POST as well.
fn desk() -> Table {
    use For::{Administrators, Anybody, Authors, SignedIn};
    let mut desk = Table::new()
        .post(Anybody, "/teach/sign-in", teach::enter)
        .post(Anybody, "/teach/sign-out", teach::sign_out)
        .post(Anybody, "/teach/welcome", teach::choose)
        .post(Anybody, "/teach/password", teach::choose)
        .get(SignedIn, "/{lang}/teach/", teach::desk)
        .get(Anybody, "/{lang}/teach/sign-in", teach::sign_in)
        .post(Anybody, "/{lang}/teach/sign-in", teach::enter)
        .post(Anybody, "/{lang}/teach/sign-out", teach::sign_out)
        .post(
            SignedIn,
            "/{lang}/teach/sign-out-everywhere",
            teach::sign_out_everywhere,
        )
        .get(Anybody, "/{lang}/teach/welcome", teach::choose_password)
        .post(Anybody, "/{lang}/teach/welcome", teach::choose)
        .get(Anybody, "/{lang}/teach/password", teach::choose_password)
        .post(Anybody, "/{lang}/teach/password", teach::choose)
        .get(SignedIn, "/{lang}/teach/upload", teach::upload)
        .post(SignedIn, "/{lang}/teach/upload", teach::send_recording)
        .get(SignedIn, "/{lang}/teach/account", teach::account)
        .post(
            SignedIn,
            "/{lang}/teach/account/password",
            teach::change_password,
        )
        .post(
            SignedIn,
            "/{lang}/teach/account/tokens",
            teach::create_token,
        )
        .post(
            SignedIn,
            "/{lang}/teach/account/tokens/{id}/revoke",
            teach::revoke_token,
        )
        .get(Administrators, "/{lang}/teach/people", teach::people)
        .post(Administrators, "/{lang}/teach/people", teach::add_person)
        .get(Administrators, "/{lang}/teach/people/{id}", teach::person)
        .post(
            Administrators,
            "/{lang}/teach/people/{id}",
            teach::edit_person,
        )
        .post(
            Administrators,
            "/{lang}/teach/people/{id}/link",
            teach::make_link,
        )
        .get(Administrators, "/{lang}/teach/log", teach::log)
        .get(SignedIn, "/{lang}/teach/jobs", teach::jobs)
        .post(Authors, "/{lang}/teach/jobs/{id}/cancel", teach::cancel_job)
        .post(Authors, "/{lang}/teach/jobs/{id}/retry", teach::retry_job)
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/jobs",
            teach::make_all_jobs,
        )
        .get(SignedIn, "/{lang}/teach/lessons/new", teach::new_lesson)
        .post(SignedIn, "/{lang}/teach/lessons/new", teach::begin_lesson)
        .get(Authors, "/{lang}/teach/lessons/{code}", teach::lesson)
        .post(Authors, "/{lang}/teach/lessons/{code}", teach::save_lesson)
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/visibility",
            teach::set_visibility,
        )
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/withdraw",
            teach::ask_reason,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/withdraw",
            teach::withdraw,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/reinstate",
            teach::reinstate,
        )
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/delete",
            teach::ask_deletion,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/delete",
            teach::delete_draft,
        );
    desk = files_of_lessons(desk);
    for path in [
        "/teach",
        "/teach/",
        "/teach/sign-in",
        "/teach/welcome",
        "/teach/password",
        "/teach/upload",
        "/teach/account",
        "/teach/people",
        "/teach/log",
        "/teach/jobs",
        "/teach/lessons/new",
        "/teach/lessons/{code}",
        "/teach/sheet",
        "/teach/disk",
        "/teach/lessons/{code}/files",
        "/teach/lessons/{code}/links",
        "/teach/lessons/{code}/history",
    ] {
        desk = desk.get(Anybody, path, teach::choose_language);
    }
    desk
}

/// Captions, attachments and editions of a lesson, its history, the sheet of many lessons, and what all that takes.
fn files_of_lessons(desk: Table) -> Table {
    use For::{Administrators, Authors, SignedIn};
    desk.get(Authors, "/{lang}/teach/lessons/{code}/files", teach::files)
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/captions",
            teach::captions,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/captions",
            teach::save_captions,
        )
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/captions/look",
            teach::captions,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/captions/look",
            teach::look_at_captions,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/captions/remove",
            teach::remove_captions,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/attachments",
            teach::attach,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/attachments/remove",
            teach::remove_attachment,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/editions/show",
            teach::show_edition,
        )
        .get(
            Administrators,
            "/{lang}/teach/lessons/{code}/editions/prune",
            teach::ask_to_prune,
        )
        .post(
            Administrators,
            "/{lang}/teach/lessons/{code}/editions/prune",
            teach::prune,
        )
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/history",
            teach::history,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/history/{id}/undo",
            teach::undo,
        )
        .get(
            Authors,
            "/{lang}/teach/lessons/{code}/links",
            teach::lesson_links,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/links",
            teach::make_lesson_link,
        )
        .post(
            Authors,
            "/{lang}/teach/lessons/{code}/links/{id}/remove",
            teach::remove_lesson_link,
        )
        .get(SignedIn, "/{lang}/teach/sheet", teach::sheet)
        .post(SignedIn, "/{lang}/teach/sheet", teach::import_sheet)
        .post(SignedIn, "/{lang}/teach/sheet/apply", teach::apply_sheet)
        .get(SignedIn, "/{lang}/teach/sheet.csv", teach::export_sheet)
        .get(Administrators, "/{lang}/teach/disk", teach::disk)
        .get(
            Administrators,
            "/{lang}/teach/disk/prune",
            teach::ask_to_prune_all,
        )
        .post(Administrators, "/{lang}/teach/disk/prune", teach::prune_all)
}

/// For text only; and a 304 has no content that could be compressed.
fn compressed() -> CompressionLayer<impl Predicate> {
    let has_content = |status: StatusCode, _: Version, _: &HeaderMap, _: &Extensions| {
        status != StatusCode::NOT_MODIFIED
    };
    // Media are compressed already, and a compressed form would have no ranges and no length.
    let text = DefaultPredicate::new()
        .and(NotForContentType::const_new("video/"))
        .and(NotForContentType::const_new("audio/"));
    // The quality at which a page costs a tenth of a millisecond; a higher one saves no packet.
    CompressionLayer::new()
        .quality(CompressionLevel::Precise(4))
        .compress_when(text.and(has_content))
}

/// Allow is added by axum, which knows the route's methods.
async fn not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED).detail("this address is only read; see Allow")
}

/// Whether the archive can answer: the process runs and the catalogue reads.
async fn healthz(State(app): State<Shared>) -> Result<&'static str, Problem> {
    app.catalogue
        .read(|c| c.shelf_counts().map(drop))
        .await
        .map_err(|error| {
            tracing::error!(%error, "not healthy");
            Problem::new(StatusCode::SERVICE_UNAVAILABLE).detail("the catalogue does not answer")
        })?;
    Ok("ok\n")
}
