//! What a person may give the page around a frame, for everybody in `tests/personas/`: it fits into
//! a message, and it is what it says and no more.

use serde_json::Value;
use std::path::Path;
use vaekstspejl::embedding::{given::Given, message::LONGEST};
use vaekstspejl_engine::{assess, authoring, authoring::personas};

#[test]
fn a_summary_fits_into_a_message_and_has_no_answer_in_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let content = authoring::load(&root.join("content"), "da").0;
    let (people, faults) = personas(&root.join("tests/personas"));
    assert!(faults.is_empty() && people.len() > 5, "{faults:?}");
    for person in people {
        let test = content.first.questionnaire(&person.questionnaire);
        let test = test.expect("personas take tests there are");
        let answers = person.all_answers(&content, test);
        let office = person.office.as_ref();
        let assessment = assess(&content.later, test, &answers, office, person.today);
        let given = Given::of(test, &assessment).expect("short enough");
        let json = given.to_json();
        assert!(json.len() <= LONGEST, "{}: {}", person.id, json.len());

        let message: Value = serde_json::from_str(&json).expect("it is JSON");
        let fields = message["given"].as_object().expect("an object");
        let names: Vec<&str> = fields.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            ["bands", "day", "needs", "segment", "test", "version"],
            "{}",
            person.id
        );
        let bands = message["given"]["bands"].as_object().expect("an object");
        let words = ["weak", "fair", "good", "strong"];
        for (scale, band) in bands {
            assert!(content.later.scale(&scale.as_str().into()).is_some());
            assert!(words.iter().any(|word| band == word), "{scale}: {band}");
        }
        for (item, _) in answers.iter() {
            let quoted = format!("\"{item}\"");
            let is_a_dimension = content.later.scale(&item.as_str().into()).is_some();
            let is_a_need = content.later.need(&item.as_str().into()).is_some();
            assert!(
                is_a_dimension || is_a_need || !json.contains(&quoted),
                "{}: {item}",
                person.id
            );
        }
    }
}
