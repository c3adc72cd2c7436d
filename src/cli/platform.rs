//! `teledars platform`: the learning platforms (Moodle, Canvas) whose people come to lessons from there.

use anyhow::bail;

use super::{Outcome, Unsaid, existing_archive, print};
use crate::auth::secret::Secret;
use crate::catalogue::{Catalogue, LONGEST_CLIENT_ID, NewPlatform, Platform};
use crate::clock;
use crate::config::{General, Serve, ServeGiven};
use crate::lti::{self, INVITE_DAYS};
use crate::search::nearest::nearest;
use crate::units::PlatformId;

/// What `platform` can be told.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Print an address with which a platform registers itself, once, within seven days, and what else it must be told.
    Invite {
        /// The archive's public address, if its teledars.toml does not name it.
        #[arg(long, env = "TELEDARS_BASE_URL", value_name = "URL")]
        base_url: Option<String>,
    },
    /// Add a platform that does not register itself, with what it says of itself.
    Add {
        /// What to call it here.
        name: String,
        /// What it calls itself: issuer, or platform ID.
        #[arg(long, value_name = "URL")]
        issuer: String,
        /// What it calls this archive.
        #[arg(long, value_name = "ID")]
        client_id: String,
        /// Where it signs people in: authentication request URL, or OIDC authorization.
        #[arg(long, value_name = "URL")]
        authorization_url: String,
        /// Where its public keys are: public keyset URL.
        #[arg(long, value_name = "URL")]
        jwks_url: String,
        /// A deployment of it that may send people here; may be said several times. Without: any.
        #[arg(long = "deployment", value_name = "ID")]
        deployments: Vec<String>,
    },
    /// Show the platforms: number, name, issuer, client id, deployments.
    List,
    /// Forget a platform: nobody comes from it any more.
    Remove {
        /// Its name, or its number as list shows it.
        platform: String,
    },
    /// Make another key to sign with. It is published now and signs in an hour, when every platform can know it; the one
    /// before stays published until what it signed is over.
    RenewKey {
        /// The key before leaked: it is published no more, and the new one signs now. What teachers are choosing at this moment
        /// is lost.
        #[arg(long)]
        leaked: bool,
    },
}

/// `file` is what the settings file says for the server.
pub(super) fn run(
    general: &General,
    file: ServeGiven,
    arguments: Arguments,
) -> anyhow::Result<Outcome> {
    match arguments.action {
        Action::Invite { base_url } => {
            let base = base(file, base_url)?;
            let catalogue = open(general)?;
            let key = Secret::new()?;
            let (hash, until) = (key.hash(), clock::now().after_days(INVITE_DAYS));
            catalogue.write_blocking(move |c| c.add_platform_invite(&hash, until))?;
            let until = until.timestamp();
            let until = until.map_or(String::new(), |t| {
                t.strftime("%Y-%m-%d %H:%M UTC").to_string()
            });
            for line in invitation(&base, key.told(), &until) {
                print(&line)?;
            }
        }
        Action::Add {
            name,
            issuer,
            client_id,
            authorization_url,
            jwks_url,
            deployments,
        } => {
            let new = NewPlatform {
                name,
                issuer,
                client_id,
                authorization_url,
                jwks_url,
                deployments,
            };
            check(&new)?;
            open(general)?.write_blocking(move |c| c.add_platform(&new))?;
        }
        Action::List => {
            for platform in open(general)?.read_blocking(|c| c.platforms())? {
                print(&line(&platform))?;
            }
        }
        Action::Remove { platform } => {
            let catalogue = open(general)?;
            let found = known(&catalogue, &platform)?;
            catalogue.write_blocking(move |c| c.remove_platform(found.id))?;
        }
        Action::RenewKey { leaked } => {
            let catalogue = open(general)?;
            let new = lti::new_key()?;
            let kid = new.kid.clone();
            let forget = match leaked {
                true => new.created,
                false => lti::keys_forgotten(new.created),
            };
            catalogue.write_blocking(move |c| c.renew_platform_key(&new, forget))?;
            print(&match leaked {
                true => format!("signs with {kid} from now on; no other key is published"),
                false => format!(
                    "{kid} is published, and signs in an hour; the key before stays published for three hours"
                ),
            })?;
        }
    }
    Ok(Outcome::Done)
}

fn open(general: &General) -> anyhow::Result<Catalogue> {
    existing_archive(general)?;
    Ok(Catalogue::open(&general.data, 1)?)
}

/// `https://lessons.example`, as a flag, a variable or the settings file says it.
fn base(file: ServeGiven, given: Option<String>) -> anyhow::Result<String> {
    let given = ServeGiven {
        base_url: given,
        ..ServeGiven::default()
    };
    let settings: Serve = given.or(file)?;
    let Some(base) = settings.base()? else {
        return Err(Unsaid(
            "platforms must be told this archive's public address: give --base-url https://lessons.example, or write base_url in its teledars.toml".into(),
        )
        .into());
    };
    Ok(format!("{}://{}", base.scheme, base.authority))
}

/// The address on the first line, for `head -1`; then what to do with it.
fn invitation(base: &str, key: &str, until: &str) -> Vec<String> {
    vec![
        format!("{base}/lti/register/{key}"),
        format!("This address registers one platform, until {until}. Give it to nobody but the platform's administrator."),
        "Moodle: Site administration, Plugins, External tool, Manage tools: paste it as the tool URL, add, then activate the tool.".into(),
        "Canvas: Admin, Developer Keys, + LTI Registration: paste it as the Dynamic Registration URL.".into(),
        "Another platform, by hand: tell it these, then use teledars platform add:".into(),
        format!("  login URL (OIDC initiation)   {base}/lti/login"),
        format!("  redirect and target link URL  {base}/lti/launch"),
        format!("  public keyset URL (JWKS)      {base}/lti/jwks.json"),
    ]
}

/// What a platform must be, whoever typed it.
fn check(new: &NewPlatform) -> anyhow::Result<()> {
    let addresses = [
        ("issuer", &new.issuer),
        ("authorization-url", &new.authorization_url),
        ("jwks-url", &new.jwks_url),
    ];
    for (what, url) in addresses {
        lti::check_address(what, url)?;
    }
    let ids = new.deployments.iter().map(|id| ("deployment", id));
    for (what, id) in ids.chain([("client-id", &new.client_id)]) {
        let length = id.chars().count();
        if length == 0 || length > LONGEST_CLIENT_ID || id.trim() != id {
            bail!(
                "--{what} {id:?} is not 1 to {LONGEST_CLIENT_ID} characters long without spaces around them; copy it from the platform"
            );
        }
    }
    Ok(())
}

/// The platform of this name or number.
fn known(catalogue: &Catalogue, said: &str) -> anyhow::Result<Platform> {
    let name = said.to_owned();
    if let Some(found) = catalogue.read_blocking(move |c| c.platform_named(&name))? {
        return Ok(found);
    }
    if let Ok(id) = said.parse()
        && let Some(found) = catalogue.read_blocking(move |c| c.platform(PlatformId(id)))?
    {
        return Ok(found);
    }
    let all = catalogue.read_blocking(|c| c.platforms())?;
    let near = nearest(said, all.iter().map(|p| p.name.as_str()), 3);
    if near.is_empty() {
        bail!("there is no platform {said:?}; teledars platform list shows them");
    }
    bail!(
        "there is no platform {said:?}; did you mean {}?",
        near.join(" or ")
    );
}

/// Tab-separated, for people and for `cut`.
fn line(platform: &Platform) -> String {
    let deployments = match platform.deployments.is_empty() {
        true => "any deployment".to_owned(),
        false => platform.deployments.join(", "),
    };
    [
        platform.id.to_string(),
        platform.name.clone(),
        platform.issuer.clone(),
        platform.client_id.clone(),
        deployments,
    ]
    .join("\t")
}
