//! Many small pictures of a series in one response: those asked for, in that order.

#![allow(clippy::unwrap_used)]

mod archive_support;

use archive_support::Served;
use gateway::access::Access;
use phantom::Film;

const LOOK: &str = "viewport=64,64&quality=60";

/// Content-Location and body of each part.
fn parts(content_type: &str, body: &[u8]) -> Vec<(String, Vec<u8>)> {
    let boundary = content_type.split("boundary=\"").nth(1).unwrap().trim_end_matches('"');
    let delimiter = format!("\r\n--{boundary}");
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let mut rest = body;
    let mut parts = Vec::new();
    while let Some(at) = find(rest, delimiter.as_bytes()) {
        rest = &rest[at + delimiter.len()..];
        if rest.starts_with(b"--") {
            return parts;
        }
        let end = find(rest, b"\r\n\r\n").unwrap();
        let head = std::str::from_utf8(&rest[..end]).unwrap();
        let value = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let length: usize = value("Content-Length: ").parse().unwrap();
        rest = &rest[end + 4..];
        parts.push((value("Content-Location: "), rest[..length].to_vec()));
        rest = &rest[length..];
    }
    panic!("a response without its end");
}

#[tokio::test]
async fn a_selection_comes_in_the_order_it_was_asked_in() {
    let served = Served::phantom(&[Film::Ct]);
    let paths = served.instances().await;
    let series_of = |path: &'_ String| path.split("/instances").next().unwrap().to_owned();
    let size_of = |series: &String| paths.iter().filter(|path| path.starts_with(series.as_str())).count();
    let series = &paths.iter().map(series_of).max_by_key(size_of).unwrap();
    let metadata = served.get(&format!("{series}/metadata?includefield=lightbox"), &[]).await.json();
    let uid = |at: usize| metadata[at]["00080018"]["Value"][0].as_str().unwrap();

    let accept = ("accept", "multipart/related; type=\"image/jpeg\"");
    let answer = served.get(&format!("{series}/rendered?{LOOK}&select=3,0,2.1"), &[accept]).await;
    assert_eq!(answer.status, 200);
    let parts = parts(answer.header("content-type"), &answer.body);
    assert_eq!(parts.len(), 3);
    for ((location, jpeg), at) in parts.iter().zip([3, 0, 2]) {
        assert_eq!(*location, format!("instances/{}/frames/1/rendered", uid(at)));
        let alone = served.get(&format!("{series}/{location}?{LOOK}"), &[]).await;
        assert_eq!(alone.body, jpeg[..], "{location}");
    }

    for wrong in ["100000", "1,x", "1.0", "-1", "1,,2", ""] {
        let answer = served.get(&format!("{series}/rendered?{LOOK}&select={wrong}"), &[accept]).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    let other = Access::Film { study_uids: std::sync::Arc::from(["1.2".to_owned()]) };
    let refused = served.ask(&format!("{series}/rendered?select=0"), &[], Some(other)).await;
    assert_eq!(refused.status, 403);
}
