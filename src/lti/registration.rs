//! Dynamic Registration (LTI Dynamic Registration 1.0): a platform's administrator opens an invite there, and platform and
//! archive tell each other what they must know.

use serde_json::{Map, Value, json};

use super::address::{host_of, is_own_machine, origin_of, safe};
use super::ask::{Answer, Asker};
use super::refusal::shown;
use super::{Offer, Ours, Refusal};
use crate::catalogue::{LONGEST_ADDRESS, LONGEST_CLIENT_ID, LONGEST_NAME, NewPlatform};

const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";
const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";

/// What the platform says of itself at `url` (§3.4), to whoever shows `token`: Canvas wants to see it here as well.
///
/// # Errors
/// The address is none to be asked, does not answer, or what it says lacks something.
pub(super) async fn look_up(
    asker: &Asker,
    url: &str,
    token: Option<&str>,
    ours: &Ours,
) -> Result<Offer, Refusal> {
    safe("openid_configuration", url)?;
    // An invite is no leave to look about this machine.
    let own = is_own_machine(url) && !ours.local;
    if own && url.starts_with("http:") {
        return Err(Refusal::Address {
            what: "openid_configuration",
            url: shown(url),
            why: "it is on this archive's own machine; write its public address, with https://"
                .to_owned(),
        });
    }
    let answer = asker.get(url, token).await?;
    let wrong = |why: String| Refusal::Configuration {
        url: shown(url),
        why,
    };
    let said = answer.object().map_err(wrong)?;
    let offer = read(&said, url).map_err(wrong)?;
    safe("authorization_endpoint", &offer.authorization_url)?;
    safe("jwks_uri", &offer.jwks_url)?;
    safe("registration_endpoint", &offer.registration_url)?;
    let on_machine = [&offer.jwks_url, &offer.registration_url];
    if !is_own_machine(url) && on_machine.into_iter().any(|url| is_own_machine(url)) {
        return Err(wrong(
            "it names addresses on this archive's own machine".to_owned(),
        ));
    }
    Ok(offer)
}

fn read(said: &Map<String, Value>, url: &str) -> Result<Offer, String> {
    let text = |name: &str| {
        let value = said.get(name).and_then(Value::as_str);
        let value = value.filter(|v| !v.is_empty() && v.len() <= LONGEST_ADDRESS);
        value.map(str::to_owned).ok_or_else(|| {
            let found = said
                .get(name)
                .map_or("nothing".to_owned(), |v| shown(&v.to_string()));
            format!("{name} = {found}; expected an address of at most {LONGEST_ADDRESS} characters")
        })
    };
    let issuer = text("issuer")?;
    // §3.5.1: whoever has a page on some host could otherwise register as another one.
    let same = host_of(&issuer).is_some() && host_of(&issuer) == host_of(url);
    if !same || issuer.starts_with("http:") != url.starts_with("http:") {
        return Err(format!(
            "issuer = {:?} is on another host than the configuration; expected {}",
            shown(&issuer),
            origin_of(url).unwrap_or_default()
        ));
    }
    let signed = said
        .get("id_token_signing_alg_values_supported")
        .and_then(Value::as_array);
    if let Some(signed) = signed
        && !signed.iter().any(|alg| alg == "RS256" || alg == "ES256")
    {
        let signed = Value::Array(signed.clone()).to_string();
        return Err(format!(
            "id_token_signing_alg_values_supported = {}; expected RS256 or ES256",
            shown(&signed)
        ));
    }
    let product = said
        .get(PLATFORM)
        .and_then(|p| p.get("product_family_code"));
    let name = host_of(&issuer).unwrap_or_default();
    Ok(Offer {
        name: name.chars().take(LONGEST_NAME).collect(),
        issuer,
        product: product.and_then(Value::as_str).map(shown),
        authorization_url: text("authorization_endpoint")?,
        jwks_url: text("jwks_uri")?,
        registration_url: text("registration_endpoint")?,
    })
}

/// What the platform is told (§3.5). It is asked for nothing about people: neither names nor addresses.
pub(super) fn client(ours: &Ours) -> Value {
    let url = |path: &str| format!("{}{path}", ours.origin);
    let launch = url("/lti/launch");
    let authority = ours
        .origin
        .split_once("://")
        .map_or("", |(_, authority)| authority);
    let mut choose = json!({
        "type": "LtiDeepLinkingRequest",
        "target_link_uri": launch,
        "label": ours.name,
        // §3.5.4: where Canvas offers it; without them it does so in modules alone.
        "placements": ["ContentArea", "RichTextEditor"],
    });
    let mut client = json!({
        "application_type": "web",
        "client_name": ours.name,
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "redirect_uris": [launch],
        "initiate_login_uri": url("/lti/login"),
        "jwks_uri": url("/lti/jwks.json"),
        "logo_uri": ours.logo,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
    });
    for (language, name) in &ours.names {
        client[format!("client_name#{language}")] = name.as_str().into();
        choose[format!("label#{language}")] = name.as_str().into();
    }
    client[TOOL] = json!({
        "domain": authority,
        "description": ours.description,
        "target_link_uri": launch,
        "claims": ["iss", "sub"],
        "messages": [choose, {"type": "LtiResourceLinkRequest", "target_link_uri": launch}],
    });
    client
}

/// The platform that `offer` becomes by its answer to [`client`] (§3.6). Any of its deployments counts: they are made there
/// later, and none of them lets anybody see more than everybody may.
///
/// # Errors
/// [`Refusal::NotRegistered`], [`Refusal::Configuration`].
pub(super) fn registered(offer: &Offer, answer: &Answer) -> Result<NewPlatform, Refusal> {
    let url = &offer.registration_url;
    if !answer.status.is_success() {
        let said = answer.object().unwrap_or_default();
        let words = ["error_description", "error", "message"]
            .into_iter()
            .find_map(|name| said.get(name).and_then(Value::as_str));
        let body = String::from_utf8_lossy(&answer.content);
        return Err(Refusal::NotRegistered {
            url: shown(url),
            status: answer.status.as_u16(),
            said: shown(words.unwrap_or(body.trim())),
        });
    }
    let wrong = |why: String| Refusal::Configuration {
        url: shown(url),
        why,
    };
    let said = answer.object().map_err(wrong)?;
    let client_id = said.get("client_id").and_then(Value::as_str);
    let client_id = client_id.filter(|id| {
        (1..=LONGEST_CLIENT_ID).contains(&id.chars().count()) && !id.chars().any(char::is_control)
    });
    let Some(client_id) = client_id else {
        let found = said
            .get("client_id")
            .map_or("nothing".to_owned(), |v| shown(&v.to_string()));
        return Err(wrong(format!(
            "client_id = {found}; expected a text of at most {LONGEST_CLIENT_ID} characters"
        )));
    };
    Ok(NewPlatform {
        name: offer.name.clone(),
        issuer: offer.issuer.clone(),
        client_id: client_id.to_owned(),
        authorization_url: offer.authorization_url.clone(),
        jwks_url: offer.jwks_url.clone(),
        deployments: Vec::new(),
    })
}
