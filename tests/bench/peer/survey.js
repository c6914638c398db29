// The peer's page: the same questions, one on each page, as its documentation shows it. Bundled with
// its style by tests/bench/peer.mjs; `questions.json` is written there.
import { Model } from "survey-core";
import { renderSurvey } from "survey-js-ui";
import "survey-core/survey-core.css";
import elements from "./questions.json";

const survey = new Model({
  questionsOnPageMode: "questionPerPage",
  showProgressBar: true,
  pages: [{ name: "all", elements }],
});
renderSurvey(survey, document.getElementById("app"));
