//! Who may ask for what, and that nobody is given a byte of what is not for them.

use crate::federation_support::{commit, digest, folder, key, log, member, retitle};
use crate::serve_support::{Served, token};
use crate::support::{Place, copy, import, sample};

const SILOS: &str = "/v1/findings/silos";

#[test]
fn tokens_open_what_their_role_is_for() {
    let place = member("a", "510000");
    commit(&place);
    let (reader, auditor, federate) =
        (token(&place, "r", "reader"), token(&place, "a", "auditor"), token(&place, "f", "federate"));
    let served = Served::of(&place, &["--tokens", "tokens.toml", "--verbose"]);
    for (path, who, status) in [
        (SILOS, None, 401),
        (SILOS, Some("nonsense"), 401),
        (SILOS, Some(""), 401),
        (SILOS, Some(&*reader), 200),
        (SILOS, Some(&*auditor), 200),
        (SILOS, Some(&*federate), 403),
        ("/v1/logs/a", None, 401),
        ("/v1/logs/a", Some(&*reader), 403),
        ("/v1/logs/a", Some(&*auditor), 403),
        ("/v1/logs/a", Some(&*federate), 200),
        ("/v1/logs/a/commits", Some(&*reader), 403),
        ("/v1/state", None, 401),
        ("/v1/state", Some(&*federate), 200),
        ("/health", None, 200),
        ("/openapi.json", None, 200),
    ] {
        assert_eq!(served.get(path, who).status, status, "{path} {who:?}");
    }
    for (who, status) in [(None, 401), (Some(&*reader), 200), (Some(&*auditor), 200), (Some(&*federate), 403)] {
        assert_eq!(served.query("", "RETURN 1", "{}", who).status, status, "{who:?}");
    }
    // What is taken out is refused at once; what is not readable lets nobody in, and says so to the operator alone.
    place.run(["token", "r", "--remove", "--file", "tokens.toml"]).well();
    place.run(["token", "r", "--remove", "--file", "tokens.toml"]).fails(&["no token `r`"]);
    assert_eq!(served.get(SILOS, Some(&reader)).status, 401);
    assert_eq!(served.get(SILOS, Some(&auditor)).status, 200);
    place.write("tokens.toml", "[[token]]\n");
    let broken = served.get(SILOS, Some(&auditor));
    assert!(broken.status == 500 && !broken.body.contains("tokens.toml"), "{broken:?}");
    let said = served.says("error: /v1/findings/silos: tokens.toml");
    assert!(said.contains("r GET /v1/findings/silos 200"), "{said}");
    for secret in [&reader, &auditor, &federate] {
        assert!(!said.contains(secret.as_str()), "{said}");
    }
}

#[test]
fn only_this_machine_may_ask_without_a_token() {
    let place = member("b", "500000");
    commit(&place);
    token(&place, "x", "reader");
    place.run(["token", "x", "--role", "reader", "--file", "tokens.toml"]).fails(&["`x` already"]);
    place.run(["token", "y", "--role", "king", "--file", "tokens.toml"]).code.filter(|code| *code == 2).unwrap();
    let everywhere = ["serve", "--listen", "0.0.0.0:0"];
    let with = |more: &[&str]| place.run(everywhere.iter().chain(more));
    with(&[]).fails(&["other machines", "--tokens"]);
    with(&["--lang", "zh"]).fails(&["其他机器", "--tokens"]);
    with(&["--insecure"]).fails(&["--tokens"]);
    place.run(["token", "x", "--role", "reader", "--file", "tokens.toml", "--lang", "zh"]).fails(&["令牌 x 已存在"]);
    with(&["--tokens", "tokens.toml"]).fails(&["--tls-cert", "--insecure"]);
    with(&["--tokens", "nowhere.toml", "--insecure"]).fails(&["nowhere.toml"]);
    place.run(["serve", "--listen", "127.0.0.1:0", "--tls-cert", "x", "--tls-key", "y"]).fails(&["certificate x"]);
    // A page in a browser may be led here by another name.
    let served = Served::of(&place, &[]);
    let ask = |host: &str| served.raw(format!("GET /v1/state HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes());
    assert!(ask("evil.example").starts_with("HTTP/1.1 421"), "{}", ask("evil.example"));
    assert!(ask(&format!("localhost:{}", served.host().rsplit_once(':').unwrap().1)).starts_with("HTTP/1.1 200"));
}

/// What the policy of this store hides: titles, who waived what, and why.
fn hiding() -> Place {
    let place = Place::with_store("cn-sc");
    copy(&sample("sichuan-chongqing/sichuan"), &place.path("catalog"));
    let toml = place.read("catalog/catalog.toml");
    let (above, below) = toml.split_at(toml.find("[[tier]]").unwrap_or(toml.len()));
    let policy =
        "[[policy.hide]]\nkind = \"Dataset\"\n[[policy.hide]]\nkind = \"Waiver\"\n[[policy.hide]]\nkind = \"Claim\"\n";
    place.write("catalog/catalog.toml", format!("{above}\n{policy}\n{below}"));
    key(&place);
    import(&place, &["catalog"]).well();
    place
}

#[test]
fn what_the_policy_hides_is_in_no_byte_that_a_reader_or_a_federate_is_given() {
    let place = hiding();
    let tokens = ["reader", "auditor", "federate"].map(|role| token(&place, role, role));
    let served = Served::of(&place, &["--tokens", "tokens.toml"]);
    let mut rows = csv::Reader::from_path(place.path("catalog/datasets.csv")).unwrap();
    let titles = rows.records().map(|r| r.unwrap()[1].to_owned()).filter(|t| t.chars().count() > 5);
    // What stands elsewhere too (a platform of the same name) is not hidden.
    let exported = place.run(["export", "--format", "jsonl"]).well().out;
    let titles: Vec<String> = titles.filter(|t| exported.matches(t.as_str()).count() == 1).collect();
    assert!(titles.len() > 20, "{}", titles.len());
    let description: serde_json::Value = serde_json::from_str(&served.get("/openapi.json", None).body).unwrap();
    let mut paths: Vec<String> = description["paths"].as_object().unwrap().keys().cloned().collect();
    paths.retain(|path| !path.contains('{'));
    paths.extend(["/v1/logs/cn-sc", "/v1/logs/cn-sc/commits"].map(str::to_owned));
    paths.extend(["?scope=any&format=csv", "?scope=any&lang=zh&format=table"].map(|more| format!("{SILOS}{more}")));
    let all_that_can_be_read = |who: &str| {
        let mut bytes = String::new();
        for path in &paths {
            bytes += &served.get(path, Some(who)).body;
        }
        for statement in [
            "MATCH (n) RETURN n",
            "MATCH (a)-[r]->(b) RETURN a, r, b",
            "MATCH (d:Dataset) RETURN d.title, keys(d), properties(d)",
            "MATCH (d:Dataset) WHERE d.title IS NOT NULL RETURN collect(d.title)",
            "MATCH (w:Waiver) RETURN w",
            "CALL redundant() YIELD * ",
        ] {
            bytes += &served.query("", statement, "{}", Some(who)).body;
        }
        bytes
    };
    let [reader, auditor, federate] = &tokens;
    let seen = all_that_can_be_read(auditor);
    let (by_reader, by_federate) = (all_that_can_be_read(reader), all_that_can_be_read(federate));
    for title in &titles {
        assert!(seen.contains(title.as_str()), "the auditor sees {title}");
        assert!(!by_reader.contains(title.as_str()), "a reader was given {title}");
        assert!(!by_federate.contains(title.as_str()), "a federate was given {title}");
    }
    assert!(by_reader.len() > 100_000 && by_federate.len() > 1000, "{} {}", by_reader.len(), by_federate.len());
}

/// A policy counts from its commit on, whatever is asked for at that moment; and where what leaves is still to be made, for
/// instance since a crash came between, nothing leaves.
#[test]
fn nothing_leaves_while_the_published_log_is_not_made() {
    let place = member("a", "510000");
    commit(&place);
    let served = Served::of(&place, &[]);
    assert_eq!(served.get("/v1/logs/a/commits", None).status, 200);
    let plain = place.read("catalog/catalog.toml");
    let hide = "[[policy.hide]]\nkind = \"Dataset\"\nproperties = [\"title\"]\n";
    place.write("catalog/catalog.toml", format!("{plain}\n{hide}"));
    retitle(&place, "秘密");
    let published = place.path(".tiaokuai/federation/published");
    std::fs::rename(&published, place.path("aside")).unwrap();
    for path in ["/v1/logs/a", "/v1/logs/a/commits"] {
        assert_eq!(served.get(path, None).status, 500, "{path}");
    }
    served.says("not made yet");
    std::fs::rename(place.path("aside"), &published).unwrap();
    let page = served.get("/v1/logs/a", None);
    assert_eq!(page.status, 200, "{page:?}");
    assert!(!served.get("/v1/findings/silos", None).body.contains("秘密"));
    // What comes from the server is the published log, as it is from the folder.
    let stores = [served.address.clone(), folder(&place).to_str().unwrap().to_owned()].map(|source| {
        let store = Place::with_store("reader");
        store.run(["remote", "add", "a", &source, "--catalog", "a", "--unsigned"]).well();
        store.run(["fetch"]).well();
        store
    });
    let [by_server, by_folder] = stores.each_ref().map(|store| (log(store, "a"), digest(store)));
    assert_eq!(by_server, by_folder);
    assert_ne!(by_server.0, log(&place, "a"));
    assert!(!stores[0].run(["export", "--format", "jsonl"]).well().out.contains("秘密"));
}
