//! Links that end, by which a draft is shown to chosen people who have no account.

use anyhow::Context;

use super::{Archive, OPERATOR};
use crate::auth::grant;
use crate::auth::seal::Sealer;
use crate::catalogue::LessonLink;
use crate::cli::print;
use crate::desk::Counts;
use crate::units::Code;

impl Archive<'_> {
    /// Makes a link and prints it alone, so that a script can pass it on.
    pub(super) fn make_link(
        &self,
        code: Code,
        days: u32,
        note: Option<&str>,
        base: &str,
    ) -> anyhow::Result<()> {
        let (_, made) = self.desk.make_link(OPERATOR, code, days, note)?;
        print(&self.address(&made.link, code, base)?)
    }

    pub(super) fn links(&self, code: Code, base: &str) -> anyhow::Result<()> {
        let (_, links) = self.desk.links(OPERATOR, code)?;
        for found in links {
            let link = found.link;
            let state = match found.counts {
                Counts::Yes => format!("until {}", self.time(link.ends)?),
                Counts::Ended => format!("ended {}", self.time(link.ends)?),
                Counts::Rests => "rests: who made it may not show the lesson".to_owned(),
            };
            let maker = link.maker.clone();
            let parts = [
                link.id.to_string(),
                state,
                maker.unwrap_or_else(|| "command line".into()),
                self.address(&link, code, base)?,
                link.note.unwrap_or_default(),
            ];
            print(parts.join("\t").trim_end())?;
        }
        Ok(())
    }

    pub(super) fn remove_link(&self, code: Code, id: i64) -> anyhow::Result<()> {
        self.desk.remove_link(OPERATOR, code, &id.to_string())?;
        print(&format!("{code}: link {id} shows nothing any more"))
    }

    /// Without the archive's public address, what comes behind it.
    fn address(&self, link: &LessonLink, code: Code, base: &str) -> anyhow::Result<String> {
        let sealer = Sealer::passing().context("the system's randomness")?;
        let sealer = sealer.kept_in(&self.catalogue)?;
        let path = grant::path(&sealer, &link.key, code);
        Ok(format!("{}{path}", base.trim_end_matches('/')))
    }
}
