//! How long the whole way from answers to recommendations takes, with more and more offers.
//!
//! `cargo bench -p vaekstspejl-engine --features authoring`. Budgets (design §5, natively):
//! 300 offers at most 1 ms, 10 000 at most 20 ms, and growth in proportion.

use criterion::{BenchmarkId, Criterion, Throughput};
use std::{hint::black_box, path::Path};
use vaekstspejl_engine::{
    Answer, Answers, Content, Date, OfferId, assess,
    authoring::{deepened, fill, load},
    questionnaire::Questionnaire,
};

const TODAY: Date = Date::new(2026, 11, 20).expect("a day of the calendar");

fn content() -> Content {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../content");
    load(&folder, "da").0
}

/// A company that answers everything, with many plans: many needs, so many candidates.
fn answers(content: &Content, questionnaire: &Questionnaire) -> Answers {
    let plans = [
        "borrow",
        "digital",
        "export",
        "hire",
        "new_product",
        "green",
    ];
    let mut answers = Answers::default()
        .with("stage", Answer::one("established"))
        .with("company_age", Answer::one("y5_7"))
        .with("size", Answer::one("s10_49"))
        .with("municipality", Answer::one("0751"))
        .with("trade", Answer::one("manufacturing"))
        .with("plans", Answer::many(plans).expect("six plans"));
    let second = |item: &vaekstspejl_engine::questionnaire::Item| {
        let choice = item.choices.get(1).filter(|_| item.is_scored())?;
        Some(Answer::One(choice.id.clone()))
    };
    fill(questionnaire, &mut answers, &[], |item, _| second(item));
    let deepened = deepened(&content.later.scales, questionnaire, &answers);
    fill(questionnaire, &mut answers, &deepened, |item, _| {
        second(item)
    });
    answers
}

/// The catalogue repeated under other names until it has so many offers.
fn with_offers(content: &Content, count: usize) -> Content {
    let mut more = content.clone();
    let originals = content.later.offers.iter().cycle();
    more.later.offers = originals
        .enumerate()
        .take(count)
        .map(|(index, offer)| {
            let mut offer = offer.clone();
            offer.id = OfferId::from(format!("{}-{index}", offer.id).as_str());
            offer
        })
        .collect();
    more
}

fn benches(criterion: &mut Criterion) {
    let content = content();
    let questionnaire = content
        .first
        .questionnaire(&"vaekstscreening".into())
        .expect("the content has it")
        .clone();
    let answers = answers(&content, &questionnaire);
    let all = content.later.offers.len();
    let mut group = criterion.benchmark_group("assess");
    for count in [300, all, 1_000, 3_000, 10_000] {
        let content = with_offers(&content, count);
        let count_of_offers = u64::try_from(count).unwrap_or(u64::MAX);
        group.throughput(Throughput::Elements(count_of_offers));
        group.bench_with_input(BenchmarkId::from_parameter(count), &content, |bench, it| {
            bench.iter(|| assess(&it.later, &questionnaire, black_box(&answers), None, TODAY));
        });
    }
    group.finish();
    let assessment = assess(&content.later, &questionnaire, &answers, None, TODAY);
    criterion.bench_function("smallest_change", |bench| {
        bench.iter(|| black_box(&assessment).smallest_change(&content.later));
    });
    let open = Answers::default().with("stage", Answer::one("established"));
    let open = assess(&content.later, &questionnaire, &open, None, TODAY);
    criterion.bench_function("smallest_change, little answered", |bench| {
        bench.iter(|| black_box(&open).smallest_change(&content.later));
    });
}

fn main() {
    let mut criterion = Criterion::default().sample_size(50).configure_from_args();
    benches(&mut criterion);
    criterion.final_summary();
}
