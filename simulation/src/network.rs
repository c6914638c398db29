//! Between everybody and the relay: what a request and its answer go through.

use crate::fault::Fault;
use crate::mistake::Mistake;
use crate::relay::problem;
use crate::world::{Event, MINUTE_MS, SECOND_MS, World};
use vaekstspejl_envelope::Sid;
use vaekstspejl_mailbox::call::{LONGEST_CALL_MS, Reply, Request};
use vaekstspejl_mailbox::outbox::{Asked, LONGEST_ON_ITS_WAY_MS};
use vaekstspejl_mailbox::wire::Receipt;
use vaekstspejl_relay::problem::Trouble;

/// Who sends. A life ends with a crash; what comes for an earlier one finds nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    Tab {
        device: usize,
        tab: usize,
        life: u64,
    },
    Office {
        life: u64,
    },
}

impl World {
    /// Sends a request; its number comes back with the answer. `asked`: of a sender.
    pub(crate) fn call(&mut self, caller: Caller, request: Request, asked: Option<Asked>) -> u64 {
        self.calls += 1;
        let call = self.calls;
        self.answer_after(LONGEST_CALL_MS, caller, call, None);
        if self.is_kept_away(caller, call) || self.strikes(Fault::LostRequest) {
            return call;
        }
        if asked == Some(Asked::Post)
            && let Some(receipt) = self.last_receipt.clone()
            && self.strikes(Fault::ForeignAnswer)
        {
            self.answer_after(50, caller, call, Some(receipt));
            return call;
        }
        if self.strikes(Fault::BadGateway) {
            let reply = self.bad_gateway();
            self.answer_after(200, caller, call, Some(reply));
            return call;
        }
        if self.strikes(Fault::SlowDown) {
            let seconds = self.random.between(1, 900);
            let trouble = match self.random.per_mille(500) {
                true => Trouble::SlowDown(seconds),
                false => Trouble::Overloaded(seconds),
            };
            self.answer_after(100, caller, call, Some(problem(&trouble)));
            return call;
        }
        self.carry(caller, call, request, asked);
        call
    }

    /// Without network, or behind a log-in page.
    fn is_kept_away(&mut self, caller: Caller, call: u64) -> bool {
        let Caller::Tab { device, .. } = caller else {
            return false;
        };
        if self.strikes(Fault::Offline) {
            let until = self.now_ms + self.random.between(10 * SECOND_MS, 20 * MINUTE_MS);
            self.devices[device].offline_until = until;
        } else if self.strikes(Fault::CaptivePortal) {
            let until = self.now_ms + self.random.between(10 * SECOND_MS, 10 * MINUTE_MS);
            self.devices[device].portal_until = until;
        }
        if self.now_ms < self.devices[device].offline_until {
            self.answer_after(10, caller, call, None);
            return true;
        }
        if self.now_ms < self.devices[device].portal_until {
            let page = Reply {
                status: 200,
                content_type: String::from("text/html"),
                retry_after: None,
                body: b"<!doctype html><title>Velkommen</title>Log ind".to_vec(),
            };
            self.answer_after(100, caller, call, Some(page));
            return true;
        }
        false
    }

    fn bad_gateway(&mut self) -> Reply {
        let (content_type, body) = match self.random.per_mille(500) {
            true => ("text/html", &b"<h1>502 Bad Gateway</h1>"[..]),
            false => (
                "application/problem+json",
                &br#"{"type":"about:blank","title":"no route","status":502,"retry":"never"}"#[..],
            ),
        };
        Reply {
            status: 502,
            content_type: String::from(content_type),
            retry_after: None,
            body: body.to_vec(),
        }
    }

    fn carry(&mut self, caller: Caller, call: u64, mut request: Request, asked: Option<Asked>) {
        if !request.body.is_empty() && self.strikes(Fault::TruncatedRequest) {
            let length = self.random.index(request.body.len());
            request.body.truncate(length);
        }
        let mut wait = self.random.between(20, 800);
        if self.strikes(Fault::Delay) {
            wait += self
                .random
                .between(LONGEST_CALL_MS, LONGEST_ON_ITS_WAY_MS - 30 * SECOND_MS);
            self.may_be_regretted(caller, asked, &request);
        } else if !self.calm && self.plan.faults.contains(&Fault::Reorder) {
            // held so long that a later one may overtake; counted when one does
            if self.random.per_mille(Fault::Reorder.per_mille()) {
                wait += self.random.between(2 * SECOND_MS, 100 * SECOND_MS);
            }
        }
        let arrives = |request: Request| Event::Arrives {
            caller,
            call,
            asked,
            request: Box::new(request),
        };
        if self.strikes(Fault::Duplicate) {
            let later = wait + self.random.below(2 * MINUTE_MS);
            self.after(
                later.min(LONGEST_ON_ITS_WAY_MS - SECOND_MS),
                arrives(request.clone()),
            );
        }
        self.after(wait, arrives(request));
    }

    /// Somebody withdraws just the letter that is on its way: the hardest moment for it.
    fn may_be_regretted(&mut self, caller: Caller, asked: Option<Asked>, request: &Request) {
        let sid = request.url.rsplit('/').next().map(Sid::parse);
        let races = self.plan.faults.contains(&Fault::WithdrawalRace);
        if let (Some(Asked::Post), Some(Ok(sid))) = (asked, sid)
            && races
            && self.random.per_mille(400)
        {
            let wait = self.random.below(LONGEST_CALL_MS);
            self.after(wait, Event::PersonRegrets(caller, sid));
        }
    }

    fn answer_after(&mut self, wait_ms: u64, caller: Caller, call: u64, reply: Option<Reply>) {
        let reply = reply.map(Box::new);
        self.after(
            wait_ms,
            Event::Answer {
                caller,
                call,
                reply,
            },
        );
    }

    /// A request is at the relay's door.
    pub(crate) fn arrives(
        &mut self,
        caller: Caller,
        call: u64,
        asked: Option<Asked>,
        request: &Request,
    ) {
        if let Caller::Tab { device, .. } = caller {
            let newest = self.devices[device].newest_call.max(call);
            if call < self.devices[device].newest_call {
                self.happened(Fault::Reorder);
            }
            self.devices[device].newest_call = newest;
        }
        if self.now_ms < self.relay.down_until {
            self.answer_after(20, caller, call, None);
            return;
        }
        if self.strikes(Fault::CrashBeforeCommit) {
            self.relay_goes_down();
            if self.makes(Mistake::RelayAnswersBeforeCommit) && asked == Some(Asked::Post) {
                let reply = premature_receipt(request);
                self.answer_after(50, caller, call, Some(reply));
            }
            return;
        }
        if self.strikes(Fault::DiskFull) {
            self.relay.full_until = self.now_ms + self.random.between(SECOND_MS, 10 * MINUTE_MS);
        }
        self.check_acknowledgement(request);
        let reply = self.relay.answer(request, self.now_ms);
        if self.strikes(Fault::CrashAfterCommit) {
            self.relay_goes_down();
            return;
        }
        self.answers(caller, call, asked, reply);
    }

    fn relay_goes_down(&mut self) {
        let wait = self.random.between(SECOND_MS, 20 * SECOND_MS);
        self.relay.down_until = self.now_ms + wait;
        self.after(wait, Event::RelayRestarts);
    }

    /// An answer on its way back.
    fn answers(&mut self, caller: Caller, call: u64, asked: Option<Asked>, mut reply: Reply) {
        if reply.status < 300 && self.strikes(Fault::LostAnswer) {
            return;
        }
        if asked == Some(Asked::Post) && reply.status < 300 {
            self.last_receipt = Some(reply.clone());
        }
        if !reply.body.is_empty() && self.strikes(Fault::TruncatedAnswer) {
            let length = self.random.index(reply.body.len());
            reply.body.truncate(length);
        } else if asked.is_none() && has_a_letter(&reply) && self.strikes(Fault::DamagedRow) {
            damage(&mut reply.body);
        }
        let wait = self.random.between(20, 800);
        self.answer_after(wait, caller, call, Some(reply));
    }
}

/// Where the bytes of the first letter in a page begin.
fn letter_at(body: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"\"body_b64\":\"";
    let at = body.windows(NAME.len()).position(|it| it == NAME)?;
    Some(at + NAME.len())
}

fn has_a_letter(reply: &Reply) -> bool {
    letter_at(&reply.body).is_some()
}

/// Changes a letter in a page.
fn damage(body: &mut [u8]) {
    if let Some(byte) = letter_at(body).and_then(|at| body.get_mut(at + 200)) {
        *byte = match byte {
            b'A' => b'B',
            _ => b'A',
        };
    }
}

/// What a relay would say that counts on its disk.
fn premature_receipt(request: &Request) -> Reply {
    let sid = request.url.rsplit('/').next().unwrap_or_default();
    let hash = vaekstspejl_envelope::receipt::sha256(&request.body);
    let receipt = Receipt {
        v: 1,
        sid: String::from(sid),
        sha256: vaekstspejl_envelope::receipt::hex(&hash),
        stored_day: 0,
        expires_day: 0,
    };
    Reply {
        status: 201,
        content_type: String::from("application/json"),
        retry_after: None,
        body: serde_json::to_vec(&receipt).expect("text and numbers become JSON"),
    }
}
