//! `vaekst office build` and `preview` from outside: what an office without a developer types, what
//! it is told, and what is on its disk afterwards.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use serde_json::Value;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};
use vaekstspejl_engine::overlay::File;

const TODAY: [&str; 2] = ["--today", "2026-11-28"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// An office's computer: a folder with the sample in `lilleby`.
struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("office-{name}"));
        let _ = fs::remove_dir_all(&folder);
        let desk = Self(folder);
        fs::create_dir_all(desk.path("lilleby")).unwrap();
        for file in ["office.toml", "tilbud.csv", "logo.svg"] {
            let sample = root().join("docs/samples/erhverv-lilleby").join(file);
            fs::copy(sample, desk.path("lilleby").join(file)).unwrap();
        }
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// What lies in the folder.
    fn files(&self) -> Vec<String> {
        let all = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> = all
            .map(|it| it.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vaekst"));
        let content = root().join("content").canonicalize().unwrap();
        command.current_dir(&self.0).arg("--content").arg(content);
        command.arg("office").args(args).args(TODAY);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Standard output of a command that succeeds.
    fn good(&self, args: &[&str]) -> String {
        let output = self.run(args);
        let errors = String::from_utf8_lossy(&output.stderr);
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {errors}{text}");
        text
    }

    /// Standard output of a command that finds errors.
    fn bad(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(output.stderr.is_empty());
        String::from_utf8(output.stdout).unwrap()
    }

    /// Standard error of a command that cannot be carried out.
    fn fault(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    }

    /// A built app, as far as these commands look at it.
    fn app(&self, relays: &str) {
        let page = format!(
            "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             connect-src 'self'{relays}; base-uri 'none'\"></head>"
        );
        self.write("app/index.html", page);
        self.write("app/overlays.bin", "VSO1\n");
    }
}

fn has(text: &str, pieces: &[&str]) {
    for piece in pieces {
        assert!(text.contains(piece), "{piece} is missing in\n{text}");
    }
}

#[test]
fn the_sample_becomes_one_file_and_the_office_is_told_what_is_in_it() {
    let desk = Desk::new("sample");
    let text = desk.good(&["build", "lilleby"]);
    has(
        &text,
        &[
            "Erhverv Lilleby (demo-lille), lilleby\n",
            "  tilbud.csv: 6 tilbud, semikolon mellem felterne, UTF-8\n",
            "  erstatter  Mentor fra erhvervslivet (lokal-mentorordning)\n       med  Mentor i Lilleby (demo-lille-mentor-i-lilleby)\n",
            "  tilføjer   Ring til os først (demo-lille-ring-til-os-foerst)\n",
            "  skjuler    Vej til risikovillig kapital (lokal-kapital-til-ivaerksaettere)\n",
            "  timer oplyst på 9 felter\n",
            "Læg den ved siden af appens index.html.\n",
            "  frame-ancestors 'self' https://www.lilleby.example\n",
        ],
    );
    assert_eq!(desk.files(), ["lilleby", "overlays.bin"]);
    let bytes = desk.read("overlays.bin");
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.overlays().unwrap()[0].offers.len(), 6);
    assert_eq!(file.looks().unwrap()[0].name, "Erhverv Lilleby");
    // The same folder gives the same file.
    desk.good(&["build", "lilleby", "--out", "again.bin"]);
    assert_eq!(desk.read("again.bin"), bytes);
}

#[test]
fn errors_name_row_column_what_and_remedy_and_the_old_file_stays() {
    let desk = Desk::new("errors");
    desk.good(&["build", "lilleby"]);
    let before = desk.read("overlays.bin");
    desk.write(
        "lilleby/tilbud.csv",
        "titel;beskrivelse;behov;pris_fra\nSnak;Vi taler.;network;ca. 500\nTur;Vi går.;Salg i utlandet;\n",
    );
    let text = desk.bad(&["build", "lilleby"]);
    assert_eq!(
        text,
        "fejl: lilleby/tilbud.csv, række 2, kolonne D (pris_fra): »ca. 500« er ikke et beløb\n  \
         → Skriv hele kroner, for eksempel 1500 eller 1.500. Skriv gratis eller 0, hvis det ikke \
         koster noget. Ved I det ikke, så lad feltet stå tomt.\n\
         fejl: lilleby/tilbud.csv, række 3, kolonne C (behov): behovet »Salg i utlandet« kender vi ikke\n  \
         → Brug et af behovene i listen i docs/lokale-tilbud.md. Skriv | mellem flere. \
         Der findes: Salg i udlandet (export_intl).\n\
         Intet er skrevet. overlays.bin er, som den var.\n"
    );
    assert_eq!(desk.read("overlays.bin"), before);
    assert_eq!(
        desk.files(),
        ["lilleby", "overlays.bin"],
        "nothing half written is left"
    );
    let english = desk.bad(&["build", "lilleby", "--lang", "en"]);
    has(
        &english,
        &[
            "error: lilleby/tilbud.csv, row 2, column D (pris_fra): “ca. 500” is not an amount\n  → Write whole kroner",
            "Nothing is written.",
        ],
    );
}

#[test]
fn a_colour_is_refused_with_the_figures_and_one_that_passes() {
    let desk = Desk::new("colour");
    let settings = String::from_utf8(desk.read("lilleby/office.toml")).unwrap();
    let paint =
        |colour: &str| desk.write("lilleby/office.toml", settings.replace("#7a2e4d", colour));
    paint("#ff9900");
    let text = desk.bad(&["build", "lilleby"]);
    has(
        &text,
        &[
            "farven #ff9900 er for lys til tekst og knapper: kontrasten til #efece4 er 1.8, og den skal være mindst 4.5",
        ],
    );
    let (_, nearest) = text.split_once("der kan læses: ").unwrap();
    paint(nearest.get(..7).unwrap());
    desk.good(&["build", "lilleby"]);
}

#[test]
fn programs_get_the_same_taken_apart() {
    let desk = Desk::new("json");
    let json: Value = serde_json::from_str(&desk.good(&["build", "lilleby", "--json"])).unwrap();
    assert_eq!(json["written"], true);
    assert_eq!(
        json["publishers"][0]["hides"][0],
        "lokal-kapital-til-ivaerksaettere"
    );
    assert_eq!(json["frames"][0], "https://www.lilleby.example");
    desk.write(
        "lilleby/tilbud.csv",
        "titel;beskrivelse;behov\nSnak;=A1;network\n",
    );
    let json: Value = serde_json::from_str(&desk.bad(&["build", "lilleby", "--json"])).unwrap();
    assert_eq!(json["written"], false);
    let finding = &json["findings"][0];
    assert_eq!(
        (&finding["code"], &finding["severity"]),
        (&"formula".into(), &"error".into())
    );
    assert_eq!(finding["place"]["at"]["cell"]["row"], 2);
    assert_eq!(finding["place"]["at"]["cell"]["column"], "B");
}

#[test]
fn a_host_builds_all_its_publishers_and_loses_none_by_mistake() {
    let desk = Desk::new("host");
    desk.write(
        "midt/office.toml",
        "house = \"midtjylland\"\nlast_checked = 2026-11-20\n",
    );
    desk.write("noter/ideer.txt", "not a publisher");
    let text = desk.good(&["build", "."]);
    has(
        &text,
        &[
            "Erhvervshus Midtjylland (house-midtjylland), midt",
            "antal udgivere: 2",
        ],
    );
    let both = desk.read("overlays.bin");
    let text = desk.bad(&["build", "lilleby"]);
    has(
        &text,
        &[
            "fejl: Erhvervshus Midtjylland (house-midtjylland) står i den gamle fil og ville forsvinde",
            "--remove house-midtjylland",
        ],
    );
    assert_eq!(desk.read("overlays.bin"), both);
    desk.good(&["build", "lilleby", "--remove", "house-midtjylland"]);
    assert!(desk.read("overlays.bin").len() < both.len());
}

#[test]
fn nothing_of_somebody_elses_is_written_over() {
    let desk = Desk::new("others");
    desk.write("index.html", "<p>home</p>");
    desk.write("index.html.br", "packed");
    let text = desk.fault(&["build", "lilleby", "--out", "index.html"]);
    has(
        &text,
        &["index.html er en anden slags fil", "→ vælg et andet navn"],
    );
    assert_eq!(desk.read("index.html"), b"<p>home</p>");
    assert_eq!(desk.read("index.html.br"), b"packed");
    let text = desk.fault(&["build", "lilleby", "--out", "no/such/folder/overlays.bin"]);
    has(&text, &["kan ikke skrives"]);
    let text = desk.fault(&["build", "nowhere"]);
    has(&text, &["nowhere kan ikke læses"]);
    desk.write("noter/ideer.txt", "not a publisher");
    let text = desk.fault(&["build", "noter"]);
    has(&text, &["noter er ikke en udgivers mappe", "docs/samples/"]);
}

#[test]
fn the_packed_form_of_the_old_file_goes_with_it() {
    let desk = Desk::new("packed");
    desk.write("overlays.bin", "VSO1\n");
    desk.write("overlays.bin.br", "of the old one");
    let text = desk.good(&["build", "lilleby"]);
    has(&text, &["overlays.bin.br hørte til den gamle"]);
    assert_eq!(desk.files(), ["lilleby", "overlays.bin"]);
}

#[test]
fn a_mailbox_that_the_page_may_not_send_to_stops_the_build() {
    let desk = Desk::new("relay");
    let mailbox = format!(
        "\n[mailbox]\nrelay = \"https://post.example\"\nid = \"{}\"\nkey = \"{}\"\npost = \"vmb1_p_{}\"\n",
        "i".repeat(22),
        "k".repeat(43),
        "p".repeat(22)
    );
    let settings = String::from_utf8(desk.read("lilleby/office.toml")).unwrap();
    desk.write("lilleby/office.toml", settings + &mailbox);
    desk.app("");
    let text = desk.bad(&["build", "lilleby", "--app", "app"]);
    has(
        &text,
        &[
            "siden må ikke sende til https://post.example",
            "cargo xtask build --relay https://post.example",
        ],
    );
    assert!(!desk.path("overlays.bin").exists());
    desk.app(" https://other.example https://post.example");
    desk.good(&["build", "lilleby", "--app", "app"]);
    let text = desk.fault(&["build", "lilleby", "--app", "lilleby"]);
    has(
        &text,
        &[
            "lilleby/index.html er ikke siden i en bygget app",
            "cargo xtask build",
        ],
    );
}

#[test]
fn a_server_can_include_who_may_frame() {
    let desk = Desk::new("frames");
    desk.write(
        "frames.conf",
        "# The pages that may show the test in a frame, as shipped\n",
    );
    let files = ["--nginx", "frames.conf", "--caddy", "frames.caddy"];
    desk.good(&[&["build", "lilleby"], files.as_slice()].concat());
    let text = |name: &str| String::from_utf8(desk.read(name)).unwrap();
    assert!(text("frames.conf").ends_with(
        "map \"\" $vaekst_frames {\n    default \" https://www.lilleby.example\";\n}\n"
    ));
    assert!(text("frames.caddy").ends_with("\nvars frames \" https://www.lilleby.example\"\n"));
    let settings = String::from_utf8(desk.read("lilleby/office.toml")).unwrap();
    desk.write(
        "lilleby/office.toml",
        settings.split("[embed]").next().unwrap(),
    );
    let said = desk.good(&[&["build", "lilleby"], files.as_slice()].concat());
    has(&said, &["  frame-ancestors 'self'\n"]);
    has(&text("frames.conf"), &["default \"\";"]);
}

#[test]
fn a_preview_tells_who_is_shown_what_before_anything_is_published() {
    let desk = Desk::new("told");
    let text = desk.good(&["preview", "lilleby", "--no-serve"]);
    has(
        &text,
        &[
            "Erhverv Lilleby (demo-lille): ",
            "\n  Birgit, boghandel i ro\n    + 2. Ring til os først (demo-lille-ring-til-os-foerst)\n      2 → 3. ",
            "    − ",
        ],
    );
    assert_eq!(desk.files(), ["lilleby"]);
    let json = desk.good(&["preview", "lilleby", "--format", "json"]);
    let json: Value = serde_json::from_str(&json).unwrap();
    let people = json["publishers"][0]["people"].as_array().unwrap();
    let birgit = people
        .iter()
        .find(|it| it["id"] == "birgit-boghandel")
        .unwrap();
    assert_eq!(birgit["after"][1], "demo-lille-ring-til-os-foerst");
    // The shared office has no hours for it, and there is no regional help: the way began nationally.
    has(
        &text,
        &["Dig, der driver det: begynder lokalt, før nationalt"],
    );
    desk.write("lilleby/tilbud.csv", "x");
    let text = desk.bad(&["preview", "lilleby", "--no-serve"]);
    has(&text, &["der er kun én kolonne", "Der er intet at vise"]);
    let text = desk.fault(&["preview", "lilleby", "--personas", "nowhere"]);
    has(&text, &["no personas in nowhere"]);
}

/// A preview that runs, ended when it is dropped.
struct Running {
    child: Child,
    said: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn of(desk: &Desk) -> Self {
        let args = [
            "preview",
            "lilleby",
            "--app",
            "app",
            "--no-open",
            "--personas",
            "personas",
        ];
        let mut child = desk.command(&args).stdout(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(child.stdout.take().unwrap());
        let mut running = Self {
            child,
            said,
            address: String::new(),
        };
        while running.address.is_empty() {
            let line = running.line();
            assert!(!line.is_empty(), "it ended");
            if let Some((_, rest)) = line.split_once("http://") {
                assert!(rest.trim().ends_with("/?office=demo-lille"), "{line}");
                running.address = rest.split('/').next().unwrap().to_owned();
            }
        }
        let line = running.line();
        assert!(line.contains("Ctrl-C slutter."), "{line}");
        running
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// The file of overlays that it sends.
    fn overlays(&self) -> Vec<u8> {
        let answer = self.get("/overlays.bin");
        let head = answer.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
        answer[head + 4..].to_vec()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }
}

#[test]
fn a_preview_shows_the_app_with_what_is_in_the_folder_now() {
    let desk = Desk::new("shown");
    desk.app("");
    let personas = root().join("tests/personas/birgit-boghandel.toml");
    desk.write(
        "personas/birgit-boghandel.toml",
        fs::read(personas).unwrap(),
    );
    let mut running = Running::of(&desk);
    let page = String::from_utf8(running.get("/?office=demo-lille")).unwrap();
    has(
        &page,
        &[
            "HTTP/1.1 200 OK",
            "content-security-policy: default-src 'none'",
        ],
    );
    let titles = |bytes: &[u8]| -> Vec<String> {
        let overlays = File::parse(bytes).unwrap().overlays().unwrap();
        let offers = overlays[0].offers.iter();
        offers.map(|it| it[0].1.title.clone()).collect()
    };
    assert_eq!(titles(&running.overlays()).len(), 6);
    // The published file is not the one that is shown, and stays as it is.
    assert_eq!(desk.read("app/overlays.bin"), b"VSO1\n");
    let sheet = "titel;beskrivelse;behov\nNy snak;Vi taler om det.;network\n";
    desk.write("lilleby/tilbud.csv", sheet);
    assert_eq!(titles(&running.overlays()), ["Ny snak"]);
    // While something is wrong, what was right last is shown, and what is wrong is told.
    desk.write("lilleby/tilbud.csv", sheet.replace("network", "rejser"));
    assert_eq!(titles(&running.overlays()), ["Ny snak"]);
    let line = running.line();
    assert!(
        line.starts_with("fejl: lilleby/tilbud.csv, række 2, kolonne C (behov)"),
        "{line}"
    );
}

#[test]
fn a_preview_without_a_built_app_says_how_to_get_one() {
    let desk = Desk::new("no-app");
    let text = desk.fault(&["preview", "lilleby", "--app", "app", "--no-open"]);
    has(
        &text,
        &[
            "app/index.html er ikke siden i en bygget app",
            "cargo xtask build",
        ],
    );
}

#[test]
fn the_pages_for_offices_name_every_column_need_and_service() {
    let names = root().join("engine/src/authoring/overlay/names.toml");
    let names: toml::Table = fs::read_to_string(names).unwrap().parse().unwrap();
    let content = vaekstspejl_engine::authoring::load(&root().join("content"), "da").0;
    for page in ["docs/lokale-tilbud.md", "docs/local-offers.md"] {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let row = |name: &str, id: &str| {
            let found = text.lines().any(|line| {
                line.starts_with('|') && line.contains(&format!("`{id}`")) && line.contains(name)
            });
            assert!(found, "{page} has no row with {name} and `{id}`");
        };
        for need in &content.later.needs {
            row(&need.title, need.id.as_str());
        }
        for list in ["columns", "services", "stages", "formats"] {
            for (id, names) in names[list].as_table().unwrap() {
                row(names[0].as_str().unwrap(), id);
            }
        }
    }
    assert!(
        Path::new(&root())
            .join("docs/samples/erhverv-lilleby/tilbud.csv")
            .exists()
    );
}
