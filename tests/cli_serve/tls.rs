//! TLS: a certificate of the test's own, and whom it convinces.

use crate::federation_support::{commit, digest, key, log, member};
use crate::serve_support::{Served, token};
use crate::support::Place;

/// Writes a certificate and its key, for this machine.
fn certificate(place: &Place, name: &str) {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
    place.write(&format!("{name}.pem"), made.cert.pem());
    place.write(&format!("{name}.key"), made.signing_key.serialize_pem());
}

#[test]
fn what_is_fetched_over_tls_comes_from_whom_the_certificate_is_of() {
    let (a, b) = (member("a", "510000"), member("b", "500000"));
    commit(&a);
    let b_key = key(&b);
    commit(&b);
    certificate(&b, "b");
    certificate(&b, "other");
    let federate = token(&b, "a", "federate");
    a.write("b.token", format!("{federate}\n"));
    let tls = ["--tokens", "tokens.toml", "--tls-cert", "b.pem", "--tls-key", "b.key"];
    let served = Served::of(&b, &tls);
    assert!(served.address.starts_with("https://"), "{}", served.address);
    let (pem, other) = (b.path("b.pem"), b.path("other.pem"));
    let add = |ca: Option<&str>| {
        a.run(["remote", "remove", "b"]);
        let words =
            ["remote", "add", "b", &served.address, "--catalog", "b", "--key", &b_key, "--token-file", "b.token"];
        let ca = ca.map(|ca| ["--ca", ca]);
        a.run(words.iter().chain(ca.iter().flatten())).well();
    };
    add(None);
    a.run(["fetch", "b"]).fails(&["certificate"]);
    add(other.to_str());
    a.run(["fetch", "b"]).fails(&["certificate"]);
    add(pem.to_str());
    a.run(["fetch", "b"]).well();
    assert_eq!(log(&a, "b"), log(&b, "b"));
    // Who speaks without TLS hears nothing of the store, and the server goes on.
    let plain = served.raw(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert!(!plain.contains("status"), "{plain}");
    assert_eq!(a.run(["fetch", "--format", "csv"]).well().rows()[0]["commits"], "0");
    assert_eq!(digest(&a).len(), 64);
    b.run(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "b.pem", "--tls-key", "other.key"])
        .fails(&["b.pem", "other.key"]);
    b.run(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "b.key", "--tls-key", "b.pem"]).fails(&["b.key"]);
    // A token does not cross a network in the clear.
    let words =
        ["remote", "add", "c", "http://10.0.0.5:7357", "--catalog", "c", "--unsigned", "--token-file", "b.token"];
    a.run(words).fails(&["in the clear", "https"]);
    assert_eq!(served.stop().code, Some(0));
}
