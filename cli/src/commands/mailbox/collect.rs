//! What goes over the line: fetching, acknowledging, deleting, making a mailbox. The order is
//! list → store → confirm; what is not on the disk is never confirmed.

use super::{folder::Folder, line};
use crate::{Output, fault::Fault, words::Words};
use core::time::Duration;
use serde_json::json;
use vaekstspejl_envelope::{Admin, KeyFile, Sid};
use vaekstspejl_mailbox::{
    call::{Request, Trouble, trouble},
    inbox::{self, Event},
    wire::{self, Kind, NewMailbox, Page, RotatePost},
};

/// How long a relay keeps a letter nobody collects: 90 days (seconds).
const KEEP_S: u64 = 90 * 86_400;

/// How long an old capability for posting works, because old settings live so long: 30 days
/// (seconds).
const OVERLAP_S: u64 = 30 * 86_400;

/// How often the relay is told of a new capability.
const MOST_TRIES: usize = 3;
/// The pause between two of these tries.
const BETWEEN_TRIES: Duration = Duration::from_secs(1);

/// A past that differs is read from the beginning once; a relay that tells a third is left alone.
const MOST_DIFFERENCES: usize = 2;

/// What a collection brought.
#[derive(Debug, Default)]
pub struct Collected {
    new: usize,
    withdrawn: usize,
    missed: usize,
    bad: Vec<u64>,
    differences: usize,
}

impl Collected {
    /// In words or for programs. Not well when the relay tells another past or sends what cannot
    /// be read.
    pub fn output(&self, words: &Words, as_json: bool) -> Output {
        let is_well = self.differences == 0 && self.bad.is_empty();
        if as_json {
            let all = json!({
                "new": self.new,
                "withdrawn": self.withdrawn,
                "missed": self.missed,
                "bad_rows": self.bad,
                "history_fits": self.differences == 0,
            });
            let text = format!("{all}\n");
            return Output::new(text, is_well);
        }
        let mut text = String::new();
        let mut say = |key: &str, number: usize| {
            let number = number.to_string();
            text.push_str(&words.fill(key, &[("n", &number)]));
            text.push('\n');
        };
        say("mailbox_new", self.new);
        for (key, number) in [
            ("mailbox_withdrawn", self.withdrawn),
            ("mailbox_missed", self.missed),
            ("mailbox_bad", self.bad.len()),
            ("mailbox_history", self.differences),
        ] {
            if number > 0 {
                say(key, number);
            }
        }
        Output::new(text, is_well)
    }
}

/// Fetches everything that is new.
pub fn collect(file: &KeyFile, folder: &mut Folder) -> Result<Collected, Fault> {
    let mut collected = Collected {
        differences: usize::from(!compare(file, folder)?),
        ..Collected::default()
    };
    let (relay, owner) = (file.office.relay(), file.owner());
    loop {
        let page = page(&folder.ledger.list_request(relay, &owner))?;
        let before = collected.differences;
        take(folder, &page, &mut collected)?;
        let differs = collected.differences > before;
        if !(differs || page.more) || collected.differences > MOST_DIFFERENCES {
            break;
        }
    }
    let mut above = 0;
    while let Some(request) = folder.ledger.owed_request(above, relay, &owner) {
        let page = page(&request)?;
        let Some(last) = page.rows.last().map(|row| row.seq) else {
            break;
        };
        if last <= above {
            break;
        }
        above = last;
        take(folder, &page, &mut collected)?;
    }
    collected.bad.sort_unstable();
    collected.bad.dedup();
    Ok(collected)
}

/// Whether the relay's past is the one that was seen.
fn compare(file: &KeyFile, folder: &mut Folder) -> Result<bool, Fault> {
    let request = folder
        .ledger
        .state_request(file.office.relay(), &file.owner());
    let reply = line::send(&request);
    let state = inbox::state(reply.as_ref()).map_err(fault)?;
    Ok(folder.ledger.compare(&state).is_none())
}

/// Writes what a page brings; when it is on the disk, the ledger is told and written.
fn take(folder: &mut Folder, page: &Page, collected: &mut Collected) -> Result<(), Fault> {
    let (mut stored, mut removed) = (Vec::new(), Vec::new());
    for event in folder.ledger.take(page) {
        match event {
            Event::New { sid, day, letter } => {
                folder.store(&sid, day, &letter)?;
                stored.push(sid);
                collected.new += 1;
            }
            Event::Withdrawn { sid } => {
                collected.withdrawn += usize::from(folder.remove(&sid)?);
                removed.push(sid);
            }
            Event::Missed { .. } => collected.missed += 1,
            Event::Bad { seq, .. } => collected.bad.push(seq),
            Event::History(_) => collected.differences += 1,
            Event::Duplicate { .. } => {}
        }
    }
    folder.save_list()?;
    folder.ledger.stored(&stored);
    folder.ledger.removed(&removed);
    folder.save_ledger()
}

fn page(request: &Request) -> Result<Page, Fault> {
    inbox::page(line::send(request).as_ref()).map_err(fault)
}

/// Deletes at the relay what is safe in the folder; how many letters.
///
/// The relay is told numbers of rows. A relay that was set back and has taken letters since has
/// other letters under them, which would be lost: so the list must go on where it ended here.
pub fn empty(file: &KeyFile, folder: &mut Folder) -> Result<usize, Fault> {
    let (relay, owner) = (file.office.relay(), file.owner());
    let is_same = compare(file, folder)?;
    let next = page(&folder.ledger.list_request(relay, &owner))?;
    if !is_same || !folder.ledger.is_followed_by(&next) {
        folder.save_ledger()?;
        let what = "the relay tells another past than before; nothing was deleted";
        return Err(Fault::new(
            what,
            "run `vaekst mailbox collect`, then try again",
        ));
    }
    let sids = folder.ledger.unacknowledged();
    // What somebody has taken out of the folder by hand is not safe here.
    let sids: Vec<Sid> = sids
        .into_iter()
        .filter(|it| folder.bytes(it).is_ok())
        .collect();
    let mut emptied = 0;
    for acknowledgement in folder.ledger.acknowledge(&sids, relay, &owner) {
        let reply = line::send(&acknowledgement.request);
        let done = folder.ledger.acknowledged(&acknowledgement, reply.as_ref());
        done.map_err(fault)?;
        folder.save_ledger()?;
        emptied += acknowledgement.sids.len();
    }
    Ok(emptied)
}

/// Deletes a letter at the relay and then here; also when the relay says that it has no such
/// letter, because its tombstone is too old or the relay was set back.
pub fn delete(file: &KeyFile, folder: &mut Folder, sid: &Sid) -> Result<(), Fault> {
    let request = folder
        .ledger
        .delete_request(sid, file.office.relay(), &file.owner());
    let reply = line::send(&request);
    match trouble(reply.as_ref()) {
        Trouble::Config => {}
        _ if reply.as_ref().is_some_and(|it| it.status == 204) => {}
        other => return Err(fault(other)),
    }
    folder.remove(sid)?;
    folder.save_list()
}

/// Deletes the mailbox and all that waits in it.
pub fn delete_mailbox(file: &KeyFile) -> Result<(), Fault> {
    let request = Request {
        method: "DELETE",
        url: url(file),
        headers: vec![("authorization", file.owner().authorization())],
        body: Vec::new(),
    };
    expect(&request, 204)
}

/// Makes the mailbox of a new key file.
pub fn register(file: &KeyFile, admin: &Admin) -> Result<(), Fault> {
    let new = NewMailbox {
        kind: Kind::Office,
        post_hash: file.post.hash().to_string(),
        owner_hash: file.owner().hash().to_string(),
        ttl_s: KEEP_S,
    };
    let request = Request {
        method: "PUT",
        url: url(file),
        headers: vec![
            ("authorization", admin.authorization()),
            ("content-type", "application/json".to_owned()),
        ],
        body: serde_json::to_vec(&new).expect("text and numbers become JSON"),
    };
    expect(&request, 201)
}

/// Tells the relay the new capability for posting of a file. Asked again when no answer came: the
/// relay may have done it, and the same again is no harm.
pub fn renew_post(file: &KeyFile) -> Result<(), Fault> {
    let body = RotatePost {
        post_hash: file.post.hash().to_string(),
        overlap_s: OVERLAP_S,
    };
    let request = Request {
        method: "POST",
        url: [&url(file), "/rotate-post"].concat(),
        headers: vec![
            ("authorization", file.owner().authorization()),
            ("content-type", "application/json".to_owned()),
        ],
        body: serde_json::to_vec(&body).expect("text and numbers become JSON"),
    };
    for _ in 1..MOST_TRIES {
        let reply = line::send(&request);
        let is_told = reply.as_ref().is_some_and(|it| it.status == 204);
        if is_told || !matches!(trouble(reply.as_ref()), Trouble::Later { .. }) {
            break;
        }
        std::thread::sleep(BETWEEN_TRIES);
    }
    expect(&request, 204)
}

fn url(file: &KeyFile) -> String {
    let mailbox = wire::mailbox(&file.mid.to_string());
    [file.office.relay(), &mailbox].concat()
}

fn expect(request: &Request, status: u16) -> Result<(), Fault> {
    let reply = line::send(request);
    match &reply {
        Some(reply) if reply.status == status => Ok(()),
        _ => Err(fault(trouble(reply.as_ref()))),
    }
}

fn fault(trouble: Trouble) -> Fault {
    match trouble {
        Trouble::Later { after_s } => Fault::new(
            "the relay gave no answer that can be believed",
            match after_s {
                Some(seconds) => format!("it asks to wait {seconds} seconds"),
                None => "check the line, and whether a log-in page is in between; try later".into(),
            },
        ),
        Trouble::Config => Fault::new(
            "the relay does not know this mailbox, or this key or token is not the right one",
            "check that key file, token and relay belong together",
        ),
        Trouble::Never {
            status,
            slug,
            reason,
        } => {
            let reason = reason.map_or(String::new(), |it| format!(" ({it})"));
            Fault::new(
                format!("the relay says no: {slug}{reason}, status {status}"),
                "the same again will not help; ask who runs the relay",
            )
        }
    }
}
