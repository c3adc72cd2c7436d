//! `/lti/register/{invite}`: a platform opens this page for its administrator, who connects it with one button (LTI Dynamic
//! Registration 1.0). The platform shows it in a frame or a window of its own, which a small script closes at the end.

use ::http::StatusCode;
use askama::Template;
use axum::response::Response;

use super::frame::{Fence, laid_out};
use super::told::{Told, refused};
use crate::http::fields::Fields;
use crate::http::problem::Problem;
use crate::lti::{self, Offer, Ours, Refusal};
use crate::pages::assets::{Icon, Script};
use crate::pages::page::{Page, Visit};
use crate::words::Language;

/// Where a platform says what it is (§3.4).
const CONFIGURATION: &str = "openid_configuration";
/// With what it knows whom it asked (§3.4).
const TOKEN: &str = "registration_token";

#[derive(Template)]
#[template(path = "lti/register.html")]
struct Asked {
    page: Page,
    heading: String,
    lead: String,
    /// Names and what they are.
    facts: Vec<(String, String)>,
    action: String,
    fields: Vec<(&'static str, String)>,
}

/// What the platform would be, and the button.
pub async fn show(visit: Visit) -> Response {
    let language = visit.language;
    let Some(configuration) = visit.asked(CONFIGURATION) else {
        let heading = language.text("lti-invite-asked");
        let told = Told::new(
            &visit,
            heading,
            vec![language.text("lti-invite-asked-text")],
        );
        return Fence::default().send(&visit, StatusCode::BAD_REQUEST, &told);
    };
    let lti = &visit.app.lti;
    let invite = visit.part("invite");
    match lti
        .look_up(invite, configuration, visit.asked(TOKEN), &ours(&visit))
        .await
    {
        Ok(offer) => {
            let fence = Fence {
                forms: vec!["'self'".into()],
                ..Fence::default()
            };
            fence.send(&visit, StatusCode::OK, &Asked::new(&visit, offer))
        }
        Err(refusal) => refused(&visit, refusal),
    }
}

/// Registers both with each other.
pub async fn register(visit: Visit, fields: Result<Fields, Problem>) -> Response {
    let fields = fields.unwrap_or_default();
    let said = |name| Some(fields.value(name)).filter(|value| !value.is_empty());
    let Some(configuration) = said(CONFIGURATION) else {
        return refused(&visit, Refusal::Missing(CONFIGURATION));
    };
    let (lti, ours) = (&visit.app.lti, ours(&visit));
    let invite = visit.part("invite");
    let registering = lti.register(invite, configuration, said(TOKEN), &ours);
    let platform = match registering.await {
        Ok(platform) => platform,
        Err(refusal) => return refused(&visit, refusal),
    };
    let language = visit.language;
    let texts = vec![
        language.with(
            "lti-registered-text",
            &[("platform", platform.name.as_str().into())],
        ),
        language.text("lti-registered-close"),
    ];
    let mut told = Told::new(&visit, language.text("lti-registered"), texts);
    told.page.script = Script::Close.url();
    let fence = Fence {
        script: true,
        ..Fence::default()
    };
    fence.send(&visit, StatusCode::OK, &told)
}

/// This archive as platforms are told of it.
fn ours(visit: &Visit) -> Ours {
    let names = Language::ALL.map(|l| (l.code().to_owned(), l.text("site")));
    let usual = Language::Az;
    let logo = Icon::Plain192.url().or(Icon::Vector.url());
    Ours {
        origin: visit.origin().0.clone(),
        name: usual.text("site"),
        names: names.into(),
        description: usual.text("home-description"),
        logo: visit.origin().url(logo.unwrap_or_default()),
        local: match &visit.app.base {
            Some(base) => lti::is_own_machine(&format!("{}://{}", base.scheme, base.authority)),
            None => visit.app.settings.listen.ip().is_loopback(),
        },
    }
}

impl Asked {
    fn new(visit: &Visit, offer: Offer) -> Self {
        let language = visit.language;
        let heading = language.text("lti-register");
        let mut facts = vec![(language.text("lti-register-issuer"), offer.issuer)];
        facts.extend(
            offer
                .product
                .map(|product| (language.text("lti-register-product"), product)),
        );
        facts.push((
            language.text("lti-register-what"),
            language.text("lti-register-gives"),
        ));
        facts.push((
            language.text("lti-register-no-names"),
            language.text("lti-register-anonymous"),
        ));
        let host = [("host", offer.name.into())];
        let kept = |name: &'static str| visit.asked(name).map(|value| (name, value.to_owned()));
        Self {
            page: laid_out(visit, &heading),
            heading,
            lead: language.with("lti-register-lead", &host),
            facts,
            action: format!("/lti/register/{}", visit.part("invite")),
            fields: [CONFIGURATION, TOKEN]
                .into_iter()
                .filter_map(kept)
                .collect(),
        }
    }
}
