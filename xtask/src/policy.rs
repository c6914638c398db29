//! What a page may do, as it stands in the page.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

/// The Content-Security-Policy of a page with one inline style and at most one inline script, as it
/// stands in the page; it may speak to its own origin and to those of the mailboxes.
pub fn content_security_policy(style: &str, script: &str, relays: &[String]) -> String {
    let connect: String = relays.iter().map(|origin| format!(" {origin}")).collect();
    let script = match script {
        "" => String::new(),
        script => format!(" '{}'", source_hash(script)),
    };
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{script}; style-src 'self' '{}'; \
         img-src 'self' data: blob:; connect-src 'self'{connect}; manifest-src 'self'; \
         worker-src 'self'; base-uri 'none'; form-action 'none'",
        source_hash(style)
    )
}

/// The hash by which a policy allows exactly this text.
fn source_hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_one_browsers_compute() {
        // printf 'b{}' | openssl dgst -sha256 -binary | base64
        assert_eq!(
            source_hash("b{}"),
            "sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans="
        );
    }

    #[test]
    fn the_policy_is_closed() {
        let relays = ["https://post.example.dk".to_owned()];
        let policy = content_security_policy("b{}", "", &relays);
        assert!(policy.contains("connect-src 'self' https://post.example.dk;"));
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        let scripted = content_security_policy("", "b{}", &[]);
        assert!(
            scripted.contains(
                "'wasm-unsafe-eval' 'sha256-7yqHVAesot11p6HczDsgKRipvI5UPgs97z80zNXlans=';"
            )
        );
        assert!(!policy.contains("unsafe-inline"));
        assert!(!policy.contains("'unsafe-eval'"));
        assert!(!content_security_policy("b{}", "", &[]).contains("http"));
        assert!(!policy.contains('"'), "it stands in a quoted attribute");
    }
}
