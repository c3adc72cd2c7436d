//! What a teacher chose, as a platform is told it (LTI Deep Linking 2.0 §4.5).

use serde_json::{Value, json};

use super::message::{Item, ItemKind, Picking};
use super::own_key::COUNTS_SECONDS;
use super::token::LTI;
use crate::catalogue::Platform;
use crate::clock::UnixMillis;

/// The claims of the answer, said once: `nonce` is another one each time.
pub(super) fn claims(
    platform: &Platform,
    picking: &Picking,
    items: &[Item],
    nonce: &str,
    now: UnixMillis,
) -> Value {
    const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";
    let seconds = now.0.div_euclid(1000);
    let items: Vec<Value> = items
        .iter()
        .map(|item| content(item, picking.kind))
        .collect();
    let mut claims = json!({
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": seconds,
        "exp": seconds + COUNTS_SECONDS as i64,
        "nonce": nonce,
    });
    claims[format!("{LTI}message_type")] = "LtiDeepLinkingResponse".into();
    claims[format!("{LTI}version")] = "1.3.0".into();
    claims[format!("{LTI}deployment_id")] = picking.deployment.as_str().into();
    claims[format!("{DL}content_items")] = items.into();
    if let Some(data) = &picking.data {
        claims[format!("{DL}data")] = data.as_str().into();
    }
    claims
}

/// One lesson (§3). A resource link comes back by a launch with `custom`; an address goes by itself.
fn content(item: &Item, kind: ItemKind) -> Value {
    let (width, height) = item.frame;
    let mut content = json!({"title": item.title, "url": item.url});
    match kind {
        ItemKind::ResourceLink => {
            content["type"] = "ltiResourceLink".into();
            content["iframe"] = json!({"width": width, "height": height});
            content["custom"] = json!({"code": item.code.as_str()});
            if let Some(start) = item.start {
                content["custom"]["start"] = start.to_string().into();
            }
        }
        ItemKind::Link => {
            content["type"] = "link".into();
            content["iframe"] = json!({"src": item.embed, "width": width, "height": height});
        }
    }
    if let Some(text) = &item.text {
        content["text"] = text.as_str().into();
    }
    if let Some(picture) = &item.thumbnail {
        content["thumbnail"] =
            json!({"url": picture.url, "width": picture.width, "height": picture.height});
    }
    content
}
