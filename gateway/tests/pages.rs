//! Pages, assets and headers, without a socket.
#![allow(clippy::unwrap_used)]

mod support;

use std::{fs, sync::Arc};

use axum::body::Body;
use gateway::server::{HeaderPolicy, WebRoot, app};
use http::StatusCode;
use support::{House, request};

const INDEX: &str = "<!doctype html><style>body{}</style><script>boot()</script>";

fn house() -> House {
    let mut house = House::new();
    let web = house.folder.path().join("web");
    fs::create_dir_all(web.join("assets")).unwrap();
    for (name, text) in [
        ("index.html", INDEX),
        ("index.html.br", "brotli"),
        ("sw.js", "self"),
        ("secret.db", "no"),
        (".hidden.txt", "no"),
        ("assets/app-1a2b.js", "export{}"),
        ("assets/app-1a2b.js.br", "brotli"),
        ("assets/app-1a2b.js.gz", "gzip"),
        ("assets/core-0f.wasm", "\0asm"),
    ] {
        fs::write(web.join(name), text).unwrap();
    }
    let root = WebRoot::open(&web).unwrap();
    let policy = HeaderPolicy::new(root.index_html(), &[], true).unwrap();
    house.app = app(house.gateway.clone(), Arc::new(root), Arc::new(policy));
    house
}

async fn get(house: &House, path: &str, header: (&'static str, &str)) -> support::Reply {
    let mut asked = request("GET", path, None, Body::empty());
    asked.headers_mut().insert(header.0, header.1.parse().unwrap());
    house.send(asked).await
}

#[tokio::test]
async fn film_links_lead_to_the_page() {
    let house = house();
    for path in ["/", "/f/AAECAwQFBgcICQoLDA0ODw", "/f/AAECAwQFBgcICQoLDA0ODw/"] {
        let reply = house.get(path, None).await;
        assert_eq!((reply.status, reply.body.as_ref()), (StatusCode::OK, INDEX.as_bytes()), "{path}");
        assert_eq!(reply.header("cache-control"), "no-cache");
        assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
        let etag = reply.header("etag").to_owned();
        let again = get(&house, path, ("if-none-match", &etag)).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0));
    }
    let reply = get(&house, "/", ("accept-encoding", "gzip, br")).await;
    assert_eq!((reply.header("content-encoding"), reply.body.as_ref()), ("br", &b"brotli"[..]));
    let reply = get(&house, "/", ("accept-encoding", "br;q=0, gzip")).await;
    assert_eq!(reply.header("content-encoding"), "");
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_come_compressed() {
    let house = house();
    let path = "/assets/app-1a2b.js";
    for (accepts, encoding, body) in
        [("br, gzip", "br", "brotli"), ("gzip", "gzip", "gzip"), ("", "", "export{}")]
    {
        let reply = get(&house, path, ("accept-encoding", accepts)).await;
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("content-type"), "text/javascript");
        assert_eq!((reply.header("content-encoding"), reply.body.as_ref()), (encoding, body.as_bytes()));
        assert!(
            reply
                .headers
                .get_all("vary")
                .iter()
                .any(|vary| vary.to_str().unwrap().contains("accept-encoding"))
        );
    }
    assert_eq!(house.get("/assets/core-0f.wasm", None).await.header("content-type"), "application/wasm");
}

#[tokio::test]
async fn what_is_not_there_is_a_page_in_two_languages() {
    let house = house();
    for path in [
        "/nothing",
        "/a/b/c",
        "/assets/old-9z.js",
        "/assets/",
        "/assets/../index.html",
        "/assets/%2e%2e/secret.db",
        "/secret.db",
        "/.hidden.txt",
        "/index.html.br",
        "/f/",
        "/f/a/b",
    ] {
        let reply = house.get(path, None).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{path}");
        let page = std::str::from_utf8(&reply.body).unwrap();
        assert!(page.contains("没有这一页") && page.contains("Page not found"), "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(house.get("/sw.js", None).await.header("content-type"), "text/javascript");
    let reply = house.get("/api/nothing", None).await;
    assert_eq!((reply.status, reply.code()), (StatusCode::NOT_FOUND, "LB-405"));
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let house = house();
    for path in ["/", "/assets/app-1a2b.js", "/nothing", "/api/films", "/dicom-web/studies", "/health"] {
        let reply = house.get(path, None).await;
        for (name, value) in [
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("strict-transport-security", "max-age=31536000"),
        ] {
            assert_eq!(reply.header(name), value, "{path}: {name}");
        }
        let policy = reply.header("content-security-policy");
        assert_eq!(policy.matches("'sha256-").count(), 2, "{path}");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("'unsafe-eval'"), "{path}");
        assert!(reply.headers.get("access-control-allow-origin").is_none());
    }
    let old = get(&house, "/", ("user-agent", "… Chrome/89.0.4389.82 …")).await;
    assert!(old.header("content-security-policy").contains("'unsafe-eval'"));
}

#[tokio::test]
async fn health_says_what_is_up() {
    let house = House::new();
    let reply = house.get("/health", None).await;
    assert_eq!((reply.status, &reply.json["films"]), (StatusCode::OK, &"up".into()));
    let reply = house.get("/", None).await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "no application is installed");
}
