//! What a harvester asks for: verbs and their arguments (§2.4, §4), and what is answered when they are wrong (§3.6).

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::token;
use crate::catalogue::{Harvest, Shelves, Span};
use crate::clock::UnixMillis;
use crate::units::Code;

/// A request that can be answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request {
    Identify,
    ListMetadataFormats { identifier: Option<String> },
    ListSets,
    List(List),
    GetRecord { identifier: String, format: Format },
}

/// Headers or whole records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Headers,
    Records,
}

/// A list of lessons, or what is left of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub(super) what: What,
    pub(super) format: Format,
    /// As they were written.
    pub(super) from: Option<Moment>,
    pub(super) until: Option<Moment>,
    pub(super) set: Option<Shelves>,
    /// The last lesson that was told, and when it had changed.
    pub(super) after: Option<(UnixMillis, Code)>,
    /// How many were told.
    pub(super) told: u64,
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    DublinCore,
    Lom,
}

/// A day or a second in UTC, as it was written (§3.3.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) written: String,
    /// Its first millisecond, and the first one after it.
    begins: UnixMillis,
    ends: UnixMillis,
}

/// Why there is no answer: §3.6.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error(
        "write one verb: Identify, ListMetadataFormats, ListSets, ListIdentifiers, ListRecords or GetRecord"
    )]
    BadVerb,
    #[error("{0}")]
    BadArgument(String),
    #[error("this resumption token is none of this archive's; begin the list anew")]
    BadResumptionToken,
    #[error("records are written in oai_dc or oai_lom")]
    CannotDisseminateFormat,
    #[error("no lesson has this identifier: it is a lesson's permanent address")]
    IdDoesNotExist,
    #[error("nothing has changed that fits")]
    NoRecordsMatch,
    #[error("no lesson is listed yet, so there are no sets; ask again later")]
    NoSetHierarchy,
}

impl Refusal {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::BadVerb => "badVerb",
            Self::BadArgument(_) => "badArgument",
            Self::BadResumptionToken => "badResumptionToken",
            Self::CannotDisseminateFormat => "cannotDisseminateFormat",
            Self::IdDoesNotExist => "idDoesNotExist",
            Self::NoRecordsMatch => "noRecordsMatch",
            Self::NoSetHierarchy => "noSetHierarchy",
        }
    }

    /// Whether the request was one, whatever came of it.
    pub(super) fn is_understood(&self) -> bool {
        !matches!(self, Self::BadVerb | Self::BadArgument(_))
    }
}

impl What {
    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Headers => "ListIdentifiers",
            Self::Records => "ListRecords",
        }
    }
}

impl Format {
    pub(super) const ALL: [Self; 2] = [Self::DublinCore, Self::Lom];

    pub(super) fn prefix(self) -> &'static str {
        match self {
            Self::DublinCore => "oai_dc",
            Self::Lom => "oai_lom",
        }
    }

    pub(super) fn namespace(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc/",
            Self::Lom => "http://ltsc.ieee.org/xsd/LOM",
        }
    }

    pub(super) fn schema(self) -> &'static str {
        match self {
            Self::DublinCore => "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
            Self::Lom => "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd",
        }
    }

    pub(super) fn of(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.prefix() == prefix)
    }
}

impl Moment {
    /// Reads `2020-03-30` or `2020-03-30T06:00:00Z`, and nothing that only looks like it.
    pub(super) fn read(written: &str) -> Option<Self> {
        let shape: String = written
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        let (begins, ends) = match shape.as_str() {
            "0000-00-00" => {
                let day: Date = written.parse().ok()?;
                let span = Span::of_day(day, &TimeZone::UTC);
                (span.from, span.until)
            }
            "0000-00-00T00:00:00Z" => {
                let begins: Timestamp = written.parse().ok()?;
                let begins = begins.as_millisecond();
                (UnixMillis(begins), UnixMillis(begins + 1000))
            }
            _ => return None,
        };
        Some(Self {
            written: written.to_owned(),
            begins,
            ends,
        })
    }
}

impl List {
    /// The same list from the lesson after `after` on.
    pub(super) fn go_on(&self, after: (UnixMillis, Code), told: u64) -> Self {
        Self {
            after: Some(after),
            told,
            ..self.clone()
        }
    }

    pub(super) fn harvest(&self) -> Harvest {
        Harvest {
            from: self.from.as_ref().map(|moment| moment.begins),
            before: self.until.as_ref().map(|moment| moment.ends),
            of: self.set.clone(),
            after: self.after,
        }
    }
}

/// Reads `7`, `7:mathematics` or `7:mathematics:ru`, be there such a set or not.
pub(super) fn set(spec: &str) -> Option<Shelves> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.!~*'()".contains(c);
    let parts: Vec<&str> = spec.split(':').collect();
    let fits = parts.len() <= 3
        && parts
            .iter()
            .all(|part| (1..=40).contains(&part.len()) && part.chars().all(plain));
    let part = |at: usize| parts.get(at).map(|part| (*part).to_owned());
    Some(Shelves {
        grade: part(0)?,
        subject: part(1),
        section: part(2),
    })
    .filter(|_| fits)
}

/// The arguments of one verb: each at most once, and none that it does not have.
struct Arguments<'a>(&'a [(String, String)]);

impl<'a> Arguments<'a> {
    fn check(&self, known: &[&str]) -> Result<(), Refusal> {
        for (at, (name, _)) in self.0.iter().enumerate() {
            let short: String = name.chars().take(40).collect();
            if name != "verb" && !known.contains(&name.as_str()) {
                let why = format!("this verb has no argument {short:?}");
                return Err(Refusal::BadArgument(why));
            }
            if self.0[..at].iter().any(|(n, _)| n == name) {
                let why = format!("{short:?} stands there more than once");
                return Err(Refusal::BadArgument(why));
            }
        }
        Ok(())
    }

    fn value(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(n, _)| n == name);
        found.map(|(_, value)| value.as_str())
    }

    fn needed(&self, name: &str) -> Result<&'a str, Refusal> {
        let missing = || Refusal::BadArgument(format!("{name:?} is missing"));
        self.value(name)
            .filter(|v| !v.is_empty())
            .ok_or_else(missing)
    }

    fn format(&self) -> Result<Format, Refusal> {
        let prefix = self.needed("metadataPrefix")?;
        Format::of(prefix).ok_or(Refusal::CannotDisseminateFormat)
    }

    fn moment(&self, name: &str) -> Result<Option<Moment>, Refusal> {
        let wrong = || {
            let why = format!("{name:?} is no time; write 2020-03-30 or 2020-03-30T06:00:00Z");
            Refusal::BadArgument(why)
        };
        let Some(written) = self.value(name) else {
            return Ok(None);
        };
        Moment::read(written).map(Some).ok_or_else(wrong)
    }

    fn list(&self, what: What) -> Result<List, Refusal> {
        self.check(&["metadataPrefix", "from", "until", "set", "resumptionToken"])?;
        if let Some(token) = self.value("resumptionToken") {
            // It is exclusive (§3.5).
            if self.0.len() > 2 {
                let why = "a resumptionToken stands alone; leave the other arguments out";
                return Err(Refusal::BadArgument(why.into()));
            }
            let list = token::read(token).filter(|list| list.what == what);
            return list.ok_or(Refusal::BadResumptionToken);
        }
        let (from, until) = (self.moment("from")?, self.moment("until")?);
        if let (Some(from), Some(until)) = (&from, &until) {
            if from.written.len() != until.written.len() {
                let why = "from and until are both days or both seconds";
                return Err(Refusal::BadArgument(why.into()));
            }
            if from.begins > until.begins {
                return Err(Refusal::BadArgument("from is after until".into()));
            }
        }
        let wrong_set = || {
            let why = "a set is a grade, its subject, or that in a section; ListSets has them";
            Refusal::BadArgument(why.into())
        };
        let set = match self.value("set") {
            Some(spec) => Some(set(spec).ok_or_else(wrong_set)?),
            None => None,
        };
        Ok(List {
            what,
            format: self.format()?,
            from,
            until,
            set,
            after: None,
            told: 0,
        })
    }
}

impl Request {
    /// Reads the arguments of a request.
    pub(super) fn of(pairs: &[(String, String)]) -> Result<Self, Refusal> {
        let arguments = Arguments(pairs);
        let mut verbs = pairs.iter().filter(|(name, _)| name == "verb");
        let (verb, again) = (verbs.next(), verbs.next());
        let Some((_, verb)) = verb.filter(|_| again.is_none()) else {
            return Err(Refusal::BadVerb);
        };
        Ok(match verb.as_str() {
            "Identify" => {
                arguments.check(&[])?;
                Self::Identify
            }
            "ListMetadataFormats" => {
                arguments.check(&["identifier"])?;
                let identifier = arguments.value("identifier").map(str::to_owned);
                Self::ListMetadataFormats { identifier }
            }
            "ListSets" => {
                arguments.check(&["resumptionToken"])?;
                match arguments.value("resumptionToken") {
                    // All of them are in one answer.
                    Some(_) => return Err(Refusal::BadResumptionToken),
                    None => Self::ListSets,
                }
            }
            "ListIdentifiers" => Self::List(arguments.list(What::Headers)?),
            "ListRecords" => Self::List(arguments.list(What::Records)?),
            "GetRecord" => {
                arguments.check(&["identifier", "metadataPrefix"])?;
                Self::GetRecord {
                    identifier: arguments.needed("identifier")?.to_owned(),
                    format: arguments.format()?,
                }
            }
            _ => return Err(Refusal::BadVerb),
        })
    }
}
