//! Many small pictures of a series in one response: those asked for, in that order.

#![allow(clippy::unwrap_used)]

mod archive_support;
mod parts;

use archive_support::Served;
use gateway::access::Access;
use parts::parts;
use phantom::Film;

const LOOK: &str = "viewport=64,64&quality=60";

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
    for (part, at) in parts.iter().zip([3, 0, 2]) {
        let location = part.header("content-location");
        assert_eq!(location, format!("instances/{}/frames/1/rendered", uid(at)));
        let alone = served.get(&format!("{series}/{location}?{LOOK}"), &[]).await;
        assert_eq!(alone.body, part.body[..], "{location}");
    }

    for wrong in ["100000", "1,x", "1.0", "-1", "1,,2", ""] {
        let answer = served.get(&format!("{series}/rendered?{LOOK}&select={wrong}"), &[accept]).await;
        assert_eq!(answer.status, 400, "{wrong}");
    }
    let other = Access::Film { study_uids: std::sync::Arc::from(["1.2".to_owned()]) };
    let refused = served.ask(&format!("{series}/rendered?select=0"), &[], Some(other)).await;
    assert_eq!(refused.status, 403);
}
