//! The respondent's app.
