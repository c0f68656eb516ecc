//! The program itself: listening, TLS with HTTP/2, log lines, stopping on SIGTERM.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, ChildStderr, Command, Stdio},
    time::{Duration, Instant},
};

use reqwest::{Certificate, Version};

struct Served {
    process: Child,
    log: BufReader<ChildStderr>,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn serve(data: &Path, arguments: &[&str]) -> Served {
    let mut process = Command::new(env!("CARGO_BIN_EXE_lightbox"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--log-format",
            "json",
            "--web-root",
            "/nonexistent",
            "--data",
        ])
        .arg(data)
        .args(arguments)
        .env_remove("RUST_LOG")
        .env("LIGHTBOX_API_TOKEN", "platform-token-of-this-test-0123456789")
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(process.stderr.take().unwrap());
    let mut served = Served { process, log, address: String::new() };
    while served.address.is_empty() {
        let mut line = String::new();
        assert!(served.log.read_line(&mut line).unwrap() > 0, "the program ended before it listened");
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        if let Some(address) = line["message"].as_str().and_then(|text| text.strip_prefix("listening at ")) {
            served.address = address.to_owned();
        }
    }
    served
}

/// Sends SIGTERM; gives exit code, time and what was still logged.
fn stop(mut served: Served) -> (Option<i32>, Duration, String) {
    let started = Instant::now();
    let pid = served.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let code = served.process.wait().unwrap().code();
    let mut rest = String::new();
    served.log.read_to_string(&mut rest).unwrap();
    (code, started.elapsed(), rest)
}

#[tokio::test(flavor = "multi_thread")]
async fn serves_over_tls_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".into()]).unwrap();
    let (cert, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    fs::write(&cert, made.cert.pem()).unwrap();
    fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    let served = serve(
        &folder.path().join("data"),
        &["--tls-cert", cert.to_str().unwrap(), "--tls-key", key.to_str().unwrap()],
    );
    assert!(served.address.starts_with("https://"));

    let _ = rustls::crypto::ring::default_provider().install_default();
    let authority = Certificate::from_pem(made.cert.pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([authority]).no_proxy().build().unwrap();
    let answer = client.get(format!("{}/health", served.address)).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, Version::HTTP_2));
    assert!(answer.headers().contains_key("strict-transport-security"));
    let film = format!("{}/api/films/AAECAwQFBgcICQoLDA0ODw/open", served.address);
    let answer = client
        .post(film)
        .header("content-type", "application/json")
        .body(r#"{"protocol":1,"access":"x"}"#)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 404);
    drop(client);

    let (code, took, log) = stop(served);
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(12), "{took:?}");
    assert!(log.contains(r#""route":"/api/films/{id}/open""#), "{log}");
    assert!(!log.contains("AAECAwQFBgcICQoLDA0ODw"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_settings_are_said_and_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, what) in [
        (vec!["--tls-cert", "/nonexistent.pem", "--tls-key", "/nonexistent.pem"], "--tls-cert"),
        (vec!["--frame-ancestors", "*"], "--frame-ancestors"),
        (vec!["--trusted-proxy", "10.0.0.0/99"], "10.0.0.0/99"),
        (vec!["--api-token-file", "/nonexistent"], "/nonexistent"),
        (vec!["--upstream", "ftp://pacs"], "--upstream"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_lightbox"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .args(&arguments)
            .output()
            .unwrap();
        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(what), "{arguments:?}: {said}");
    }
}
