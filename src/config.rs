//! Every setting: its name, unit, default and limits.
//!
//! A setting is a flag (`--header-timeout-seconds 20`), a variable (`TELEDARS_HEADER_TIMEOUT_SECONDS=20`)
//! or a line of the file `teledars.toml` in the data folder (`header_timeout_seconds = 20`); the first
//! that is given counts, in this order. Unknown names are refused, wherever they stand.

use std::fmt::Display;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// What is wrong with a setting.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file cannot be read or is not TOML.
    #[error("the settings file {path} cannot be used: {why}", path = .path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system or the parser said.
        why: String,
    },
    /// A name that is no setting.
    #[error("{place}: there is no setting {name:?}{hint}")]
    Unknown {
        /// The file, or "the environment".
        place: String,
        /// As it stands there.
        name: String,
        /// ` (did you mean …?)`, or nothing.
        hint: String,
    },
    /// A value that does not fit.
    #[error("{name} = {value:?}: {remedy}")]
    Value {
        /// The setting.
        name: &'static str,
        /// As it was given.
        value: String,
        /// What would be right.
        remedy: String,
    },
}

macro_rules! settings {
    ($(#[$meta:meta])* $name:ident, $given:ident {
        $($(#[doc = $doc:literal])+ $field:ident, $variable:literal, $ty:ty = $default:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[doc = $doc])+ pub $field: $ty,)+ }

        /// What was given of them on the command line, in the environment or in a file.
        #[derive(Clone, Debug, Default, clap::Args, serde::Deserialize)]
        pub struct $given {
            $($(#[doc = $doc])+
            #[arg(long, env = $variable, hide_env = true, help = concat!($($doc,)+ " [", $variable, ", default: ", $default, "]"))]
            pub $field: Option<$ty>,)+
        }

        impl $given {
            /// The settings' names, as a file spells them.
            pub const NAMES: &'static [&'static str] = &[$(stringify!($field)),+];
            /// The variables that set them.
            pub const VARIABLES: &'static [&'static str] = &[$($variable),+];

            /// What was given here, else in `file`, else the default.
            pub fn or(self, file: Self) -> Result<$name, Error> {
                Ok($name { $($field: match self.$field.or(file.$field) {
                    Some(value) => value,
                    None => default(stringify!($field), $default)?,
                },)+ })
            }
        }
    };
}

fn default<T: FromStr>(name: &'static str, text: &'static str) -> Result<T, Error> {
    text.parse().map_err(|_| Error::Value {
        name,
        value: text.into(),
        remedy: "the default is wrong; this is a fault of the program".into(),
    })
}

settings! {
    /// Settings that every command knows.
    General, GeneralGiven {
        /// Folder of the archive: catalogue, recordings, backups.
        data, "TELEDARS_DATA", PathBuf = "media";
        /// What to log, as a tracing filter: `info`, `warn,access=off`, `teledars=debug`.
        log, "TELEDARS_LOG", String = "info";
        /// How to log on standard error: text or json.
        log_format, "TELEDARS_LOG_FORMAT", String = "text";
        /// IANA time zone of the school: where a time names none, and for the pages.
        time_zone, "TELEDARS_TIME_ZONE", String = "Asia/Baku";
        /// Bytes of disk that recordings leave free, so that the catalogue can always be written.
        reserve_bytes, "TELEDARS_RESERVE_BYTES", u64 = "67108864";
    }
}

settings! {
    /// Settings of the server.
    Serve, ServeGiven {
        /// Address and port to listen on; port 0 takes a free one.
        listen, "TELEDARS_LISTEN", SocketAddr = "127.0.0.1:8080";
        /// The archive's public address, such as `https://lessons.example`; then only this host and the
        /// listen address are answered. Empty: any host.
        base_url, "TELEDARS_BASE_URL", String = "";
        /// E-mail address of who looks after the archive, for those who harvest it (OAI-PMH, podcasts). Empty: postmaster's.
        contact_email, "TELEDARS_CONTACT_EMAIL", String = "";
        /// PEM file of the certificate and those up to its authority: HTTPS instead of HTTP. Empty: HTTP.
        tls_cert, "TELEDARS_TLS_CERT", PathBuf = "";
        /// PEM file of the certificate's private key, without a passphrase.
        tls_key, "TELEDARS_TLS_KEY", PathBuf = "";
        /// Networks (CIDR, separated by commas) whose X-Forwarded-Host and X-Forwarded-Proto count.
        trusted_proxy, "TELEDARS_TRUSTED_PROXY", String = "";
        /// Connections open at once.
        max_connections, "TELEDARS_MAX_CONNECTIONS", usize = "10000";
        /// Connections open at once from one address. A whole school may share one.
        max_connections_per_address, "TELEDARS_MAX_CONNECTIONS_PER_ADDRESS", usize = "2000";
        /// Seconds in which a request's head must arrive.
        header_timeout_seconds, "TELEDARS_HEADER_TIMEOUT_SECONDS", u64 = "15";
        /// Seconds that a connection may idle between requests.
        idle_timeout_seconds, "TELEDARS_IDLE_TIMEOUT_SECONDS", u64 = "75";
        /// Seconds without one byte arriving after which a request's body is given up.
        body_stall_seconds, "TELEDARS_BODY_STALL_SECONDS", u64 = "60";
        /// Seconds without one byte taken after which a reader is given up.
        write_stall_seconds, "TELEDARS_WRITE_STALL_SECONDS", u64 = "60";
        /// Seconds that answers under way get to end when the server stops.
        shutdown_grace_seconds, "TELEDARS_SHUTDOWN_GRACE_SECONDS", u64 = "30";
        /// Bytes of a request's head.
        max_header_bytes, "TELEDARS_MAX_HEADER_BYTES", usize = "65536";
        /// Bytes of a request's body.
        max_body_bytes, "TELEDARS_MAX_BODY_BYTES", usize = "1048576";
        /// Bytes of one upload.
        upload_max_bytes, "TELEDARS_UPLOAD_MAX_BYTES", u64 = "21474836480";
        /// Bytes that a teacher's lessons and uploads may have together, where an administrator set no other number.
        teacher_quota_bytes, "TELEDARS_TEACHER_QUOTA_BYTES", u64 = "214748364800";
        /// Unfinished uploads that one person may have.
        open_uploads_per_person, "TELEDARS_OPEN_UPLOADS_PER_PERSON", u64 = "10000";
        /// Unfinished uploads in all.
        open_uploads, "TELEDARS_OPEN_UPLOADS", u64 = "50000";
        /// Hours that an unfinished upload is kept after its last byte came.
        upload_expires_hours, "TELEDARS_UPLOAD_EXPIRES_HOURS", u64 = "168";
        /// Threads that serve connections; 0 is one for each core.
        workers, "TELEDARS_WORKERS", usize = "0";
        /// Threads that read the catalogue.
        catalogue_readers, "TELEDARS_CATALOGUE_READERS", usize = "2";
        /// Bytes of memory for the indexes of recordings that are asked for in computed forms; a lesson of 45
        /// minutes takes half a megabyte. Answers that are kept may hold half as much again.
        views_bytes, "TELEDARS_VIEWS_BYTES", u64 = "33554432";
        /// Answers about files that are kept in memory, each with its file open; 0 keeps none.
        remembered_answers, "TELEDARS_REMEMBERED_ANSWERS", usize = "512";
        /// Bytes of memory for answers of the API that anybody may have; 0 keeps none.
        api_answers_bytes, "TELEDARS_API_ANSWERS_BYTES", u64 = "16777216";
        /// Requests of the API in a minute from one address, or by one person who is signed in or has a token; 0: as many as
        /// they like. A whole school may share an address. Pages, videos and files are not counted.
        api_requests_per_minute, "TELEDARS_API_REQUESTS_PER_MINUTE", u32 = "6000";
        /// Seconds that shared caches may keep a page.
        page_max_age_seconds, "TELEDARS_PAGE_MAX_AGE_SECONDS", u64 = "60";
        /// Seconds that caches may keep what stands under a lesson's permanent URL; at most 60, since a
        /// withdrawal must be seen.
        lesson_max_age_seconds, "TELEDARS_LESSON_MAX_AGE_SECONDS", u64 = "60";
        /// Whose pages may show lessons in a frame: origins, separated by commas, such as
        /// `https://school.example, https://*.edu.example`; `*`: everybody's. Empty: nobody's but the archive's own.
        frame_ancestors, "TELEDARS_FRAME_ANCESTORS", String = "*";
        /// Whether lessons can be saved in a browser, to be watched without a network; off: the workers of those who did
        /// are ended.
        save_in_browser, "TELEDARS_SAVE_IN_BROWSER", bool = "true";
        /// Whether teachers publish their own lessons; off: an editor does.
        teachers_publish, "TELEDARS_TEACHERS_PUBLISH", bool = "true";
        /// Hours after which somebody must sign in again.
        session_hours, "TELEDARS_SESSION_HOURS", u64 = "336";
        /// Attempts to sign in with one name from one address, in the window.
        sign_in_attempts, "TELEDARS_SIGN_IN_ATTEMPTS", u32 = "10";
        /// Attempts to sign in with one name from addresses where nobody did with it lately, before each has to wait
        /// longer than the one before (up to five minutes).
        sign_in_attempts_per_name, "TELEDARS_SIGN_IN_ATTEMPTS_PER_NAME", u32 = "50";
        /// Failed attempts to sign in from one address, in the window. A whole school may share one.
        sign_in_attempts_per_address, "TELEDARS_SIGN_IN_ATTEMPTS_PER_ADDRESS", u32 = "100";
        /// Seconds of the window in which attempts to sign in are counted.
        sign_in_window_seconds, "TELEDARS_SIGN_IN_WINDOW_SECONDS", u64 = "900";
        /// Streams of events, as pages that show the queue keep them open, of one person's at once.
        event_streams_per_person, "TELEDARS_EVENT_STREAMS_PER_PERSON", usize = "6";
        /// Streams of events at once.
        event_streams, "TELEDARS_EVENT_STREAMS", usize = "100";
        /// Jobs of ffmpeg at once: qualities, pictures, slides. Each uses all cores, at a low priority. 0: none here.
        jobs, "TELEDARS_JOBS", usize = "1";
        /// Times that a job is tried.
        job_attempts, "TELEDARS_JOB_ATTEMPTS", u32 = "3";
        /// Seconds that a job stays with a worker that is not heard of: then another one gets it.
        job_lease_seconds, "TELEDARS_JOB_LEASE_SECONDS", u64 = "60";
        /// Jobs that one person's workers may have at once: a worker that is wrong keeps no more from the others.
        job_leases_per_person, "TELEDARS_JOB_LEASES_PER_PERSON", usize = "32";
        /// Seconds that a job's program may run.
        job_seconds, "TELEDARS_JOB_SECONDS", u64 = "21600";
        /// Bytes of address space that a job's program may take.
        job_memory_bytes, "TELEDARS_JOB_MEMORY_BYTES", u64 = "4294967296";
        /// How much lower than the server's a job's priority is, 0 to 19.
        job_nice, "TELEDARS_JOB_NICE", u8 = "19";
        /// Program that makes captions of speech: called with the sound (WAV, 16 kHz, mono) and the language, writes
        /// WebVTT to standard output. Empty: none.
        speech_program, "TELEDARS_SPEECH_PROGRAM", PathBuf = "";
        /// Whether the access log names the reader's address. Off: nothing tracks a child.
        log_addresses, "TELEDARS_LOG_ADDRESSES", bool = "false";
    }
}

/// What the settings file says.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// For every command.
    pub general: GeneralGiven,
    /// For the server.
    pub serve: ServeGiven,
}

impl File {
    /// Reads `path`; a file that need not be there may be missing.
    pub fn read(path: &Path, required: bool) -> Result<Self, Error> {
        let bad = |why: String| Error::File {
            path: path.to_owned(),
            why,
        };
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text, path),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound && !required => Ok(Self::default()),
            Err(e) => Err(bad(e.to_string())),
        }
    }

    fn parse(text: &str, path: &Path) -> Result<Self, Error> {
        let bad = |why: String| Error::File {
            path: path.to_owned(),
            why,
        };
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| bad(e.to_string()))?;
        for name in table.keys() {
            known(
                name,
                &path.display().to_string(),
                &[GeneralGiven::NAMES, ServeGiven::NAMES],
            )?;
        }
        let part = |names: &[&str]| {
            let own = table.iter().filter(|(k, _)| names.contains(&k.as_str()));
            toml::Value::Table(own.map(|(k, v)| (k.clone(), v.clone())).collect())
        };
        Ok(Self {
            general: part(GeneralGiven::NAMES)
                .try_into()
                .map_err(|e| bad(e.to_string()))?,
            serve: part(ServeGiven::NAMES)
                .try_into()
                .map_err(|e| bad(e.to_string()))?,
        })
    }
}

/// Refuses `TELEDARS_…` variables that set nothing: a typing error must not pass for a setting.
pub fn check_environment(names: impl Iterator<Item = String>) -> Result<(), Error> {
    for name in names.filter(|n| n.starts_with("TELEDARS_")) {
        let lists = [
            GeneralGiven::VARIABLES,
            ServeGiven::VARIABLES,
            &["TELEDARS_CONFIG", "TELEDARS_WORKER_TOKEN"],
        ];
        known(&name, "the environment", &lists)?;
    }
    Ok(())
}

fn known(name: &str, place: &str, lists: &[&[&str]]) -> Result<(), Error> {
    let mut all = lists.iter().flat_map(|l| l.iter());
    if all.any(|n| *n == name) {
        return Ok(());
    }
    let shared = |a: &str| {
        a.bytes()
            .zip(name.bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let nearest = lists
        .iter()
        .flat_map(|l| l.iter())
        .max_by_key(|n| shared(n));
    let hint = nearest
        .filter(|n| shared(n) * 2 >= n.len())
        .map_or(String::new(), |n| format!(" (did you mean {n}?)"));
    Err(Error::Unknown {
        place: place.into(),
        name: name.into(),
        hint,
    })
}

impl General {
    /// The time zone by its name.
    pub fn zone(&self) -> Result<jiff::tz::TimeZone, Error> {
        jiff::tz::TimeZone::get(&self.time_zone).map_err(|_| Error::Value {
            name: "time_zone",
            value: self.time_zone.clone(),
            remedy: "write an IANA name such as Asia/Baku".into(),
        })
    }
}

/// The archive's public address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    /// `http` or `https`.
    pub scheme: String,
    /// Host, and port where it is not the scheme's.
    pub authority: String,
}

impl Serve {
    /// The public address, where one is set; a path in it is refused, since permanent URLs start at the root.
    pub fn base(&self) -> Result<Option<BaseUrl>, Error> {
        if self.base_url.is_empty() {
            return Ok(None);
        }
        let wrong = || {
            Error::Value {
            name: "base_url",
            value: self.base_url.clone(),
            remedy: "write http:// or https://, a host and at most a port, such as https://lessons.example".into(),
        }
        };
        let url: ::http::Uri = self.base_url.parse().map_err(|_| wrong())?;
        let scheme = url
            .scheme_str()
            .filter(|s| ["http", "https"].contains(s))
            .ok_or_else(wrong)?;
        let authority = url
            .authority()
            .filter(|a| !a.as_str().contains('@'))
            .ok_or_else(wrong)?;
        if !matches!(url.path(), "" | "/") || url.query().is_some() {
            return Err(wrong());
        }
        Ok(Some(BaseUrl {
            scheme: scheme.into(),
            authority: authority.as_str().to_ascii_lowercase(),
        }))
    }

    /// The files of the certificate and of its key, where HTTPS is spoken.
    pub fn tls(&self) -> Result<Option<(&Path, &Path)>, Error> {
        let missing = |name, of: &str, file: &Path| {
            Err(Error::Value {
                name,
                value: String::new(),
                remedy: format!(
                    "write the file of the {of} that belongs to {}",
                    file.display()
                ),
            })
        };
        let (chain, key) = (self.tls_cert.as_path(), self.tls_key.as_path());
        match (chain.as_os_str().is_empty(), key.as_os_str().is_empty()) {
            (true, true) => Ok(None),
            (false, true) => missing("tls_key", "private key", chain),
            (true, false) => missing("tls_cert", "certificate", key),
            (false, false) => Ok(Some((chain, key))),
        }
    }

    /// The networks of trusted proxies.
    pub fn proxies(&self) -> Result<Vec<ipnet::IpNet>, Error> {
        let one = |text: &str| {
            let network = text
                .parse()
                .or_else(|_| text.parse().map(|address: std::net::IpAddr| address.into()));
            network.map_err(|_| Error::Value {
                name: "trusted_proxy",
                value: text.into(),
                remedy: "write a network such as 10.0.0.0/8 or an address".into(),
            })
        };
        self.trusted_proxy
            .split(',')
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .map(one)
            .collect()
    }

    /// Whose pages may show lessons in a frame, as host sources of CSP 3 (§2.3.1); `None`: everybody's.
    pub fn framers(&self) -> Result<Option<Vec<String>>, Error> {
        let one = |text: &str| {
            let wrong = || {
                Error::Value {
                name: "frame_ancestors",
                value: text.into(),
                remedy: "write origins such as https://school.example or https://*.edu.example, or * alone for everybody".into(),
            }
            };
            let (scheme, rest) = text.split_once("://").ok_or_else(wrong)?;
            let host = rest.strip_suffix('/').unwrap_or(rest);
            let (any, plain) = match host.strip_prefix("*.") {
                Some(plain) => ("*.", plain),
                None => ("", host),
            };
            // Nothing that could end the directive, and no path, which browsers ignore.
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._:".contains(&b);
            let authority: Result<::http::uri::Authority, _> = plain.parse();
            match authority {
                Ok(authority)
                    if ["http", "https"].contains(&scheme)
                        && plain.bytes().all(fits)
                        && plain.contains(':') == authority.port_u16().is_some() =>
                {
                    Ok(format!("{scheme}://{any}{authority}").to_ascii_lowercase())
                }
                _ => Err(wrong()),
            }
        };
        if self.frame_ancestors.trim() == "*" {
            return Ok(None);
        }
        let origins = self.frame_ancestors.split(',').map(str::trim);
        let origins: Result<Vec<String>, Error> =
            origins.filter(|t| !t.is_empty()).map(one).collect();
        origins.map(Some)
    }

    /// Refuses values that would make the server useless or its promises untrue.
    pub fn check(&self) -> Result<(), Error> {
        fn within<T: PartialOrd + Display + Copy>(
            name: &'static str,
            value: T,
            least: T,
            most: T,
        ) -> Result<(), Error> {
            if value >= least && value <= most {
                return Ok(());
            }
            Err(Error::Value {
                name,
                value: value.to_string(),
                remedy: format!("write {least} to {most}"),
            })
        }
        within("max_connections", self.max_connections, 1, 1_000_000)?;
        within(
            "max_connections_per_address",
            self.max_connections_per_address,
            1,
            1_000_000,
        )?;
        within(
            "header_timeout_seconds",
            self.header_timeout_seconds,
            1,
            600,
        )?;
        within("idle_timeout_seconds", self.idle_timeout_seconds, 1, 3600)?;
        within("body_stall_seconds", self.body_stall_seconds, 1, 3600)?;
        within("write_stall_seconds", self.write_stall_seconds, 1, 3600)?;
        within(
            "shutdown_grace_seconds",
            self.shutdown_grace_seconds,
            0,
            3600,
        )?;
        within("max_header_bytes", self.max_header_bytes, 8192, 1 << 20)?;
        within("max_body_bytes", self.max_body_bytes, 1024, 1 << 30)?;
        within("upload_max_bytes", self.upload_max_bytes, 1, 1 << 50)?;
        within("teacher_quota_bytes", self.teacher_quota_bytes, 0, 1 << 60)?;
        within(
            "open_uploads_per_person",
            self.open_uploads_per_person,
            1,
            1_000_000,
        )?;
        within("open_uploads", self.open_uploads, 1, 10_000_000)?;
        within("upload_expires_hours", self.upload_expires_hours, 1, 87_600)?;
        within("workers", self.workers, 0, 1024)?;
        within("catalogue_readers", self.catalogue_readers, 1, 64)?;
        within("views_bytes", self.views_bytes as usize, 1 << 20, 1 << 36)?;
        within("remembered_answers", self.remembered_answers, 0, 100_000)?;
        within(
            "api_answers_bytes",
            self.api_answers_bytes as usize,
            0,
            1 << 36,
        )?;
        within(
            "api_requests_per_minute",
            self.api_requests_per_minute,
            0,
            10_000_000,
        )?;
        within("page_max_age_seconds", self.page_max_age_seconds, 0, 86_400)?;
        within("lesson_max_age_seconds", self.lesson_max_age_seconds, 0, 60)?;
        within("session_hours", self.session_hours, 1, 8760)?;
        within("sign_in_attempts", self.sign_in_attempts, 1, 1_000_000)?;
        within(
            "sign_in_attempts_per_name",
            self.sign_in_attempts_per_name,
            1,
            1_000_000,
        )?;
        within(
            "sign_in_attempts_per_address",
            self.sign_in_attempts_per_address,
            1,
            1_000_000,
        )?;
        within(
            "sign_in_window_seconds",
            self.sign_in_window_seconds,
            1,
            86_400,
        )?;
        within(
            "event_streams_per_person",
            self.event_streams_per_person,
            0,
            1000,
        )?;
        within("event_streams", self.event_streams, 0, 10_000)?;
        within("jobs", self.jobs, 0, 64)?;
        within("job_attempts", self.job_attempts, 1, 100)?;
        within("job_seconds", self.job_seconds, 10, 604_800)?;
        within("job_lease_seconds", self.job_lease_seconds, 2, 86_400)?;
        within(
            "job_leases_per_person",
            self.job_leases_per_person,
            1,
            10_000,
        )?;
        within("job_memory_bytes", self.job_memory_bytes, 1 << 29, 1 << 40)?;
        within("job_nice", self.job_nice, 0, 19)?;
        self.base()?;
        let (name, host) = self.contact_email.split_once('@').unwrap_or_default();
        let whole = !name.is_empty() && host.split('.').filter(|part| !part.is_empty()).count() > 1;
        let plain = !self
            .contact_email
            .contains(|c: char| c.is_whitespace() || c.is_control());
        if !(self.contact_email.is_empty() || whole && plain) {
            return Err(Error::Value {
                name: "contact_email",
                value: self.contact_email.clone(),
                remedy: "write an e-mail address such as library@lessons.example, or leave it out"
                    .into(),
            });
        }
        self.tls()?;
        self.proxies()?;
        self.framers()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Result<File, Error> {
        File::parse(text, Path::new("teledars.toml"))
    }

    #[test]
    fn a_variable_is_called_like_its_setting() {
        let pairs = GeneralGiven::NAMES.iter().zip(GeneralGiven::VARIABLES);
        for (name, variable) in pairs.chain(ServeGiven::NAMES.iter().zip(ServeGiven::VARIABLES)) {
            assert_eq!(*variable, format!("TELEDARS_{}", name.to_uppercase()));
        }
    }

    #[test]
    fn without_anything_the_defaults_hold_and_are_within_their_limits() {
        let serve = ServeGiven::default().or(ServeGiven::default()).unwrap();
        serve.check().unwrap();
        assert_eq!(serve.listen.to_string(), "127.0.0.1:8080");
        let general = GeneralGiven::default().or(GeneralGiven::default()).unwrap();
        assert_eq!(general.data, Path::new("media"));
        general.zone().unwrap();
    }

    #[test]
    fn what_is_given_counts_before_the_file() {
        let from_file = file("listen = \"127.0.0.1:1\"\nmax_connections = 7").unwrap();
        let given = ServeGiven {
            listen: Some("127.0.0.1:2".parse().unwrap()),
            ..Default::default()
        };
        let serve = given.or(from_file.serve).unwrap();
        assert_eq!((serve.listen.port(), serve.max_connections), (2, 7));
    }

    #[test]
    fn unknown_names_are_refused_by_name() {
        let message = file("listn = 1").unwrap_err().to_string();
        assert!(
            message.contains("\"listn\"") && message.contains("did you mean listen"),
            "{message}"
        );
        let typo = ["PATH".to_owned(), "TELEDARS_LISTNE".to_owned()];
        let message = check_environment(typo.into_iter()).unwrap_err().to_string();
        assert!(
            message.contains("TELEDARS_LISTNE") && message.contains("did you mean TELEDARS_LISTEN"),
            "{message}"
        );
    }

    #[test]
    fn who_may_frame_lessons_is_everybody_or_a_list_of_origins() {
        let framers = |text: &str| {
            let given = ServeGiven {
                frame_ancestors: Some(text.into()),
                ..Default::default()
            };
            given.or(ServeGiven::default()).unwrap().framers()
        };
        assert_eq!(framers("*"), Ok(None));
        assert_eq!(framers(""), Ok(Some(Vec::new())));
        assert_eq!(
            framers("https://School.example/, http://*.edu.example:8080,"),
            Ok(Some(vec![
                "https://school.example".into(),
                "http://*.edu.example:8080".into()
            ]))
        );
        for wrong in [
            "school.example",
            "*, https://school.example",
            "https://",
            "https://*",
            "ftp://school.example",
            "https://school.example/lessons",
            "https://a@school.example",
            "https://a.example; script-src *",
            "https://a.example https://b.example",
            "https://a.example:port",
            "'self'",
        ] {
            let error = framers(wrong).unwrap_err().to_string();
            assert!(error.contains("https://school.example"), "{error}");
        }
    }

    #[test]
    fn a_bad_value_names_itself_and_what_would_be_right() {
        let wrong = |text: &str| {
            let serve = ServeGiven::default().or(file(text).unwrap().serve).unwrap();
            serve.check().unwrap_err().to_string()
        };
        assert_eq!(
            wrong("lesson_max_age_seconds = 61"),
            "lesson_max_age_seconds = \"61\": write 0 to 60"
        );
        assert!(wrong("base_url = \"lessons.example\"").contains("https://lessons.example"));
        assert!(wrong("base_url = \"https://a.example/x\"").contains("at most a port"));
        assert_eq!(
            wrong("tls_cert = \"a.pem\""),
            "tls_key = \"\": write the file of the private key that belongs to a.pem"
        );
        assert!(wrong("tls_key = \"a.key\"").starts_with("tls_cert = \"\""));
        assert!(wrong("trusted_proxy = \"10.0.0.0/8, proxy\"").contains("\"proxy\""));
        assert!(
            file("max_connections = \"many\"")
                .unwrap_err()
                .to_string()
                .contains("max_connections")
        );
    }
}
