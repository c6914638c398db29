//! The only mutable state: answers, plan, and what the person has allowed.
//!
//! Everything else is derived by the engine's pure functions. Nothing is stored unless the
//! person asks for it (`keep`), and nothing is ever sent from here.

use crate::{
    browser::{address, clock, content, storage},
    joining,
    on_device::OnDevice,
    result::Parts,
    route::Route,
    sending::{Sending, Unsent},
    state::{Derived, State},
};
use leptos::prelude::*;
use vaekstspejl_engine::{
    Answer, Answers, Assessment, Date, First, ItemId, Later, OfficeId, QuestionnaireId, ScaleId,
    overlay::{Look, Overlay},
    plan::PlanEntry,
    profile_file::ProfileFile,
    questionnaire::{Item, Questionnaire, Tier},
    relevance::Counted,
};

/// An earlier profile to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Earlier {
    /// The test.
    pub questionnaire: QuestionnaireId,
    /// The version of the test that was answered.
    pub version: u16,
    /// When it was saved; a code does not say.
    pub saved: Option<Date>,
    /// Its answers.
    pub answers: Answers,
}

/// The state of one visit. Copied freely; all copies are the same state.
#[derive(Clone, Copy)]
pub struct Session {
    /// What asking needs, in the person's language.
    pub first: State<Option<&'static First>>,
    /// What the result needs; comes a moment later.
    pub later: State<Option<&'static Later>>,
    /// The second piece of the program; comes a moment later.
    pub parts: State<Option<Parts>>,
    /// The piece that seals and sends; comes when somebody is about to send.
    pub sending: State<Option<Sending>>,
    /// It could not be fetched.
    pub sending_failed: State<bool>,
    /// The letters that are not where they should be.
    pub unsent: State<Unsent>,
    /// The content could not be fetched: the person can try again.
    pub offline: State<bool>,
    /// The screen.
    pub route: State<Route>,
    /// The office whose page this is, if any.
    pub office: State<Option<OfficeId>>,
    /// How that office, or another publisher whose page this is, wants it to look.
    pub look: State<Option<&'static Look>>,
    /// The test the answers belong to.
    pub questionnaire: State<QuestionnaireId>,
    /// Answers to that test.
    pub answers: State<Answers>,
    /// Answers to the other tests, while this one is being taken.
    pub shelf: State<Vec<(QuestionnaireId, Answers)>>,
    /// Whether the person chose to go deeper.
    pub deepen: State<bool>,
    /// The plan.
    pub plan: State<Vec<PlanEntry>>,
    /// An earlier profile to compare with.
    pub earlier: State<Option<Earlier>>,
    /// Keep on this device: only on wish.
    pub keep: State<bool>,
    /// The device refused to go on keeping: full, or forbidden in the meantime.
    pub keep_refused: State<bool>,
    /// The link asked for a language there is not.
    pub language_unknown: State<bool>,
    /// A device that others use: forgets at the end and after idle time.
    pub shared_device: State<bool>,
    /// Which version of the app this device keeps.
    pub on_device: State<OnDevice>,
    /// The whole result; computed only where it is shown.
    pub assessment: Derived<Option<Assessment<'static>>>,
    /// The items asked, in order: core, and deep ones when the person chose so.
    pub path: Derived<Vec<&'static Item>>,
}

impl Session {
    /// The state at the start of a visit, put into the context of all components.
    pub fn provide(route: Route, office: Option<OfficeId>) -> Self {
        let first = State::new(None::<&'static First>);
        let later = State::new(None::<&'static Later>);
        let parts = State::new(None::<Parts>);
        let office = State::new(office);
        let questionnaire = State::new(QuestionnaireId::from("selvtest"));
        let answers = State::new(Answers::default());
        let deepen = State::new(false);
        let test = move || {
            first
                .get_untracked()?
                .questionnaire(&questionnaire.get_untracked())
        };
        let follow = move || {
            parts.follow();
            first.follow();
            later.follow();
            questionnaire.follow();
            answers.follow();
        };
        let assessment = Derived::new(
            move || {
                follow();
                office.follow();
            },
            move || {
                let (parts, later) = (parts.get_untracked()?, later.get_untracked()?);
                let (test, office) = (test()?, office.get_untracked());
                Some(answers.with_untracked(|it| (parts.assess)(later, test, it, office.as_ref())))
            },
        );
        let path = Derived::new(
            move || {
                follow();
                deepen.follow();
            },
            move || {
                let Some(test) = test() else {
                    return Vec::new();
                };
                let later = later.get_untracked().filter(|_| deepen.get_untracked());
                answers.with_untracked(|answers| {
                    let chosen = later.zip(parts.get_untracked());
                    let chosen =
                        chosen.map(|(later, parts)| (parts.deepened)(later, test, answers));
                    path(test, &chosen.unwrap_or_default(), answers)
                })
            },
        );
        let session = Self {
            first,
            later,
            parts,
            office,
            look: State::new(None),
            questionnaire,
            answers,
            deepen,
            assessment,
            path,
            sending: State::new(None),
            sending_failed: State::new(false),
            unsent: State::new(Unsent::default()),
            offline: State::new(false),
            route: State::new(route),
            shelf: State::new(Vec::new()),
            plan: State::new(Vec::new()),
            earlier: State::new(None),
            keep: State::new(false),
            keep_refused: State::new(false),
            language_unknown: State::new(false),
            shared_device: State::new(false),
            on_device: State::new(OnDevice::default()),
        };
        provide_context(session);
        session
    }

    /// The session of the component that asks.
    pub fn get() -> Self {
        expect_context::<Self>()
    }

    /// The test being taken, in the person's language.
    pub fn test(&self) -> Option<&'static Questionnaire> {
        self.first.get()?.questionnaire(&self.questionnaire.get())
    }

    /// What the publisher whose page this is has laid over the content.
    pub fn publisher(&self) -> Option<&'static Overlay> {
        let later = self.later.get()?;
        let id = self.office.get()?;
        later.publisher(id.as_str())
    }

    /// Takes up a test. Answers to the other are put aside; the facts both ask for go along,
    /// so that nothing is asked twice.
    pub fn begin(&self, questionnaire: &QuestionnaireId) {
        let current = self.questionnaire.get_untracked();
        if current == *questionnaire {
            return;
        }
        let leaving = self.answers.get_untracked();
        let facts = self.facts(&current, &leaving);
        let mut taken = None;
        self.shelf.update(|shelf| {
            let place = shelf.iter().position(|(test, _)| test == questionnaire);
            taken = place.map(|place| shelf.swap_remove(place).1);
            shelf.push((current, leaving));
        });
        self.questionnaire.set(questionnaire.clone());
        self.answers.set(taken.unwrap_or(facts));
        self.deepen.set(false);
    }

    fn facts(&self, questionnaire: &QuestionnaireId, answers: &Answers) -> Answers {
        let mut facts = Answers::default();
        let test = self
            .first
            .get_untracked()
            .and_then(|first| first.questionnaire(questionnaire));
        for item in test
            .iter()
            .flat_map(|test| &test.items)
            .filter(|it| it.tier == Tier::Context)
        {
            facts.set(item.id.clone(), answers.get(&item.id).cloned());
        }
        facts
    }

    /// Answers an item, or opens it again.
    pub fn answer(&self, item: &ItemId, answer: Option<Answer>) {
        self.answers
            .update(|answers| answers.set(item.clone(), answer));
    }

    /// Whether anything has been answered or planned that would be lost.
    pub fn has_something(&self) -> bool {
        self.answers.with(|answers| !answers.is_empty()) || self.plan.with(|plan| !plan.is_empty())
    }

    /// The profile file of this moment: only answers that count.
    pub fn to_file(&self) -> Option<ProfileFile> {
        let test = self.test()?;
        let answers = match self.assessment.get() {
            Some(assessment) => assessment.counted.to_answers(),
            None => self.answers.get(),
        };
        Some(ProfileFile {
            questionnaire: test.id.clone(),
            questionnaire_version: test.version,
            saved: Some(clock::today()),
            office: self.office.get(),
            answers,
            plan: self.plan.get(),
        })
    }

    /// Takes over an opened profile.
    pub fn restore(&self, file: ProfileFile) {
        self.begin(&file.questionnaire);
        self.answers.set(file.answers);
        self.plan.set(file.plan);
        if self.office.get_untracked().is_none() {
            self.office.set(file.office);
        }
        self.deepen.set(true);
    }

    /// Forgets everything: state and what was kept on the device.
    pub fn forget(&self) {
        storage::forget();
        storage::forget_letters();
        if let Some(sending) = self.sending.get_untracked() {
            (sending.forget)(*self);
        }
        joining::forget();
        self.answers.set(Answers::default());
        self.shelf.set(Vec::new());
        self.plan.set(Vec::new());
        self.earlier.set(None);
        self.deepen.set(false);
        self.keep.set(false);
    }

    /// Goes to a screen, as a link would.
    ///
    /// The screen changes at once, and the address is only noted.
    pub fn go(&self, route: &Route) {
        self.route.set(route.clone());
        address::note(&route.href());
    }

    /// Changes the language: fetches its words, keeps everything else.
    pub fn speak(&self, lang: &str) {
        self.language_unknown.set(false);
        address::remember_language(lang);
        content::fetch(*self, lang.to_owned());
    }
}

/// The items asked: context and core, and the deep items of the chosen dimensions.
fn path(test: &'static Questionnaire, chosen: &[ScaleId], answers: &Answers) -> Vec<&'static Item> {
    Counted::new(test, answers, chosen).items().collect()
}
