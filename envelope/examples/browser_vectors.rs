//! The test vectors for a page: the same function that the native test calls.
//!
//! ```text
//! cargo build -p vaekstspejl-envelope --example browser_vectors --features testing \
//!     --target wasm32-unknown-unknown
//! ```
//! gives a module for wasm-bindgen. Its function `run_vectors` takes the text of
//! `tests/vectors/envelope.json` and returns the number of checks, or throws the first that failed.

#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::*;

    /// Runs every vector; how many checks held.
    #[wasm_bindgen]
    pub fn run_vectors(json: &str) -> Result<usize, JsError> {
        vaekstspejl_envelope::vectors::run(json).map_err(|error| JsError::new(&error))
    }
}
