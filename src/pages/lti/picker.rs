//! A teacher who chooses lessons for a course: which platform they come from, where they were in the list, and the way back.

use ::http::StatusCode;
use ::http::request::Parts;
use askama::Template;
use axum::extract::FromRequestParts;
use axum::response::Response;

use super::frame::{Fence, Post, Top, framers};
use super::told::{Told, refused, refused_in};
use crate::app::Shared;
use crate::catalogue::Platform;
use crate::lti::{Item, Picking, Refusal};
use crate::pages::error::Instead;
use crate::pages::page::{Visit, path};
use crate::pages::search::{Asked, query_of};
use crate::units::Code;

/// A request for a page of a teacher who chooses.
pub struct Picker {
    pub(super) visit: Visit,
    pub(super) platform: Platform,
    pub(super) picking: Picking,
    fence: Fence,
    /// Of the path behind the language: `/lti/pick/TICKET`.
    root: String,
}

/// What is answered instead of such a page.
pub(super) enum Trouble {
    Refused(Refusal),
    /// Something to be put right on the page before.
    Told(Box<Told>),
    Instead(Instead),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Instead> for Trouble {
    fn from(instead: Instead) -> Self {
        Self::Instead(instead)
    }
}

impl FromRequestParts<Shared> for Picker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Response> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let ticket = visit.part("ticket");
        let (platform, picking) = match app.lti.picking(ticket).await {
            Ok(found) => found,
            Err(refusal) => return Err(refused(&visit, refusal)),
        };
        let mut forms = vec!["'self'".to_owned()];
        forms.extend(picking.return_origin());
        Ok(Self {
            fence: Fence {
                framers: Some(framers(&visit, picking.framers(&platform))),
                forms,
                script: false,
            },
            root: format!("/lti/pick/{ticket}"),
            visit,
            platform,
            picking,
        })
    }
}

impl Picker {
    /// The path of what lies at `below` the list, with the fields of `place`.
    pub(super) fn path(&self, below: &str, place: &Place) -> String {
        let rest = format!("{}{below}{}", self.root, query_of(&place.fields()));
        path(self.visit.language, &rest)
    }

    /// Of the path behind the language, where the list lies.
    pub(super) fn root(&self) -> &str {
        &self.root
    }

    /// The form that brings `items` to the platform.
    pub(super) async fn post(&self, items: &[Item]) -> Result<Post, Refusal> {
        let lti = &self.visit.app.lti;
        Ok(Post {
            action: self.picking.return_url.clone(),
            jwt: lti.response(&self.platform, &self.picking, items).await?,
        })
    }

    /// What stands above every page.
    pub(super) async fn top(&self) -> Result<Top, Refusal> {
        Ok(Top {
            platform: self.platform.name.clone(),
            cancel: self.post(&[]).await?,
        })
    }

    /// The page, or what is said instead of it.
    pub(super) fn answer(&self, page: Result<(StatusCode, impl Template), Trouble>) -> Response {
        match page {
            Ok((status, page)) => self.fence.send(&self.visit, status, &page),
            Err(Trouble::Told(told)) => {
                self.fence
                    .send(&self.visit, StatusCode::BAD_REQUEST, &*told)
            }
            Err(Trouble::Refused(refusal)) => refused_in(&self.fence, &self.visit, refusal),
            Err(Trouble::Instead(instead)) => self.fence.instead(&self.visit, instead),
        }
    }
}

/// Where a teacher is in the list, which the pages behind it keep.
pub(super) struct Place {
    pub(super) asked: Asked,
    pub(super) after: Option<Code>,
}

impl Place {
    pub(super) fn of(visit: &Visit) -> Self {
        let mut asked = Asked::of(visit);
        // The form has no such fields.
        asked.facets.school_year = None;
        asked.facets.channel = None;
        asked.facets.signed = false;
        asked.facets.captioned = false;
        Self {
            asked,
            after: visit.asked("after").and_then(|code| code.parse().ok()),
        }
    }

    /// What an address or a form says to come back to it.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = self.asked.fields();
        fields.extend(self.after.map(|code| ("after", code.to_string())));
        fields
    }
}
