//! What a proxy in front of the built app must send, as its own configuration: made from
//! relay/src/site.rs, so that a site behind nginx or Caddy says what the relay would say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use vaekstspejl_relay::site::{HASH_LETTERS, cache_control, security_headers};

/// The policies of the three kinds of pages, as they stand in the pages.
pub struct Policies<'a> {
    /// Of the app.
    pub app: &'a str,
    /// Of the page for frames.
    pub framed: &'a str,
    /// Of the office's page.
    pub console: &'a str,
}

/// A group of paths with the same headers: as nginx and as Caddy write it, and one of them.
struct Place {
    nginx: &'static str,
    caddy: &'static str,
    example: &'static str,
}

/// From the general to the special; the first holds for whatever no other names.
const PLACES: [Place; 6] = [
    Place {
        nginx: "default",
        caddy: "*",
        example: "/",
    },
    Place {
        nginx: "~^/console/",
        caddy: "path /console/*",
        example: "/console/",
    },
    Place {
        nginx: "/embed.html",
        caddy: "path /embed.html",
        example: "/embed.html",
    },
    Place {
        nginx: "/embed.js",
        caddy: "path /embed.js",
        example: "/embed.js",
    },
    Place {
        nginx: "/overlays.bin",
        caddy: "path /overlays.bin",
        example: "/overlays.bin",
    },
    // Files whose names have a hash: parts of pages, wherever they are. nginx wants quotes around
    // the braces.
    Place {
        nginx: r#""~-[0-9a-f]{12}\.[a-z0-9]+$""#,
        caddy: r"path_regexp -[0-9a-f]{12}\.[a-z0-9]+$",
        example: "/a-0123456789ab.js",
    },
];

/// What each proxy puts in place of the origins that may frame, each after a blank.
const FRAMES: [&str; 2] = ["$vaekst_frames", "{vars.frames}"];

impl Policies<'_> {
    fn headers(&self, place: &Place, frames: &str) -> Vec<(&'static str, String)> {
        let policy = match place.example {
            "/console/" => self.console,
            "/embed.html" => self.framed,
            _ => self.app,
        };
        let all = security_headers(place.example, policy, frames);
        // The blank before the origins is theirs: without origins there is none.
        let joined = |value: String| value.replace(&format!(" {frames}"), frames);
        all.into_iter()
            .map(|(name, value)| (name, joined(value)))
            .collect()
    }
}

/// Files whose names have a hash.
fn hashed() -> String {
    format!("-[0-9a-f]{{{HASH_LETTERS}}}\\.[a-z0-9]+$")
}

/// One map of nginx for each header; empty is not sent.
pub fn nginx(policies: &Policies<'_>) -> String {
    let mut maps: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    for place in &PLACES {
        for (name, value) in policies.headers(place, FRAMES[0]) {
            maps.entry(name).or_default().push((place.nginx, value));
        }
    }
    let mut text =
        "# The headers of this very build, for `http { }`; made by `cargo xtask dist`.\n"
            .to_owned();
    for (name, places) in &maps {
        let _ = writeln!(text, "\nmap $uri $vaekst_{} {{", name.replace('-', "_"));
        // the first pattern that fits holds
        for place in PLACES.iter().rev() {
            let value = places.iter().find(|(it, _)| *it == place.nginx);
            let value = value.map_or("", |(_, value)| value);
            let _ = writeln!(text, "    {:20} \"{value}\";", place.nginx);
        }
        text.push_str("}\n");
    }
    let mut keep = vec![("default".to_owned(), "no-store")];
    for (pattern, example) in [
        (hashed(), "/a-0123456789ab.js"),
        (r"(/|\.html|\.bin|/worker\.js)$".to_owned(), "/"),
        (".*".to_owned(), "/icon.svg"),
    ] {
        // nothing is kept of an answer that was not found
        let pattern = format!("\"~^(200|206|304) .*{}\"", pattern.trim_start_matches(".*"));
        keep.push((pattern, cache_control(example)));
    }
    text.push_str("\nmap \"$status $uri\" $vaekst_cache_control {\n");
    for (pattern, value) in keep {
        let _ = writeln!(text, "    {pattern} \"{value}\";");
    }
    text.push_str("}\n");
    text
}

/// The same for Caddy, for a `route` block: what is set later overrules.
pub fn caddy(policies: &Policies<'_>) -> String {
    let mut text = "# The headers of this very build; made by `cargo xtask dist`.\n".to_owned();
    for (number, place) in PLACES.iter().enumerate() {
        let matcher = match place.caddy {
            "*" => String::new(),
            matcher => {
                let _ = writeln!(text, "@place{number} {matcher}");
                format!("@place{number} ")
            }
        };
        let _ = writeln!(text, "header {matcher}{{");
        let headers = policies.headers(place, FRAMES[1]);
        for (name, value) in &headers {
            let _ = writeln!(text, "\t{name} \"{value}\"");
        }
        // what the general place says and this one does not
        for (name, _) in policies.headers(&PLACES[0], FRAMES[1]) {
            if headers.iter().all(|(it, _)| *it != name) {
                let _ = writeln!(text, "\t-{name}");
            }
        }
        text.push_str("}\n");
    }
    let _ = writeln!(text, "@hashed path_regexp {}", hashed());
    let _ = writeln!(text, "@asked_again path */ *.html /overlays.bin /worker.js");
    for (matcher, example) in [
        ("", "/icon.svg"),
        ("@asked_again ", "/"),
        ("@hashed ", "/a-0123456789ab.js"),
    ] {
        let _ = writeln!(
            text,
            "header {matcher}cache-control \"{}\"",
            cache_control(example)
        );
    }
    text.push_str("header vary accept-encoding\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICIES: Policies<'_> = Policies {
        app: "default-src 'none'",
        framed: "default-src 'none' 'framed'",
        console: "default-src 'self'",
    };

    #[test]
    fn nginx_says_for_each_place_what_the_relay_says() {
        let text = nginx(&POLICIES);
        for line in [
            "default              \"default-src 'none'; frame-ancestors 'none'\";",
            "~^/console/          \"default-src 'self'; frame-ancestors 'none'\";",
            "/embed.html          \"default-src 'none' 'framed'; frame-ancestors 'self'$vaekst_frames\";",
            "/embed.js            \"cross-origin\";",
            "/embed.html          \"\";", // no opener policy there
            "camera=(self)",
        ] {
            assert!(text.contains(line), "{line}\n{text}");
        }
        assert_eq!(text.matches("camera=(self)").count(), 1);
        assert_eq!(text.matches("map $uri ").count(), 8);
        assert_eq!(text.matches('{').count(), text.matches('}').count());
        let place = |place: &str| text.find(&format!("\n    {place}")).unwrap();
        assert!(place(PLACES[5].nginx) < place(PLACES[1].nginx));
    }

    #[test]
    fn parts_of_pages_are_known_by_their_hash() {
        for pattern in [PLACES[5].nginx, PLACES[5].caddy] {
            assert!(pattern.contains(&hashed()), "{pattern}");
        }
    }

    #[test]
    fn caddy_lets_the_special_place_overrule() {
        let text = caddy(&POLICIES);
        let general = text.find("header {").unwrap();
        let special = text.find("@place2 path /embed.html").unwrap();
        assert!(general < special);
        assert!(text.contains("frame-ancestors 'self'{vars.frames}\""));
        assert!(text.contains("\t-cross-origin-opener-policy"));
        assert_eq!(text.matches("camera=(self)").count(), 1);
    }
}
