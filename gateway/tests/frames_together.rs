//! Frames of many instances in one answer.

#![allow(clippy::unwrap_used)]

mod archive_support;
mod parts;

use archive_support::Served;
use gateway::access::Access;
use parts::parts;
use phantom::Film;

const ACCEPT: (&str, &str) =
    ("accept", "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*");

/// Path of the series with most instances, and how it numbers them.
async fn largest(served: &Served) -> (String, Vec<String>) {
    let paths = served.instances().await;
    let series_of = |path: &'_ String| path.split("/instances").next().unwrap().to_owned();
    let size_of = |series: &String| paths.iter().filter(|path| path.starts_with(series.as_str())).count();
    let series = paths.iter().map(series_of).max_by_key(size_of).unwrap();
    let metadata = served.get(&format!("{series}/metadata?includefield=lightbox"), &[]).await.json();
    let uids = metadata.as_array().unwrap().iter();
    let uids = uids.map(|one| one["00080018"]["Value"][0].as_str().unwrap().to_owned()).collect();
    (series, uids)
}

#[tokio::test]
async fn each_is_what_its_own_route_gives() {
    let served = Served::phantom(&[Film::Ct]);
    let (series, uids) = largest(&served).await;
    let answer = served.get(&format!("{series}/frames?select=3,0,2.1"), &[ACCEPT]).await;
    assert_eq!(answer.status, 200);
    let parts = parts(answer.header("content-type"), &answer.body);
    assert_eq!(parts.len(), 3);
    let alone_accept = [("accept", "application/octet-stream; transfer-syntax=*")];
    for (part, at) in parts.iter().zip([3, 0, 2]) {
        assert_eq!(part.header("content-location"), format!("instances/{}/frames/1", uids[at]));
        let alone = served.get(&format!("{series}/{}", part.header("content-location")), &alone_accept).await;
        assert_eq!(alone.body, part.body[..], "{at}");
        for name in ["etag", "content-type"] {
            assert_eq!(alone.header(name), part.header(name), "{at}");
        }
    }
}

#[tokio::test]
async fn what_cannot_be_given_is_left_out_and_nonsense_refused() {
    let served = Served::phantom(&[Film::Ct]);
    let (series, uids) = largest(&served).await;
    // A second frame, which none of them has.
    let answer = served.get(&format!("{series}/frames?select=1,2.2,0"), &[ACCEPT]).await;
    let parts = parts(answer.header("content-type"), &answer.body);
    let locations: Vec<_> = parts.iter().map(|part| part.header("content-location")).collect();
    assert_eq!(locations, [1, 0].map(|at| format!("instances/{}/frames/1", uids[at])));

    for wrong in ["", "?select=", "?select=100000", "?select=1,x"] {
        assert_eq!(served.get(&format!("{series}/frames{wrong}"), &[ACCEPT]).await.status, 400, "{wrong}");
    }
    let bare = ("accept", "application/octet-stream; transfer-syntax=*");
    assert_eq!(served.get(&format!("{series}/frames?select=0"), &[bare]).await.status, 406);
    let other = Access::Film { study_uids: std::sync::Arc::from(["1.2".to_owned()]) };
    assert_eq!(served.ask(&format!("{series}/frames?select=0"), &[ACCEPT], Some(other)).await.status, 403);
}
