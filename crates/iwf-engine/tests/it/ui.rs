//! The page at `/ui`, as a browser gets it.

use serde_json::json;

use crate::support::{Answer, Reply, Served, Worker};

const HOSTILE: &str = "<script>alert(1)</script>\"'&";

async fn shown(served: &Served, path: &str) -> String {
    let answer = Answer::of(served.request("GET", path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert_eq!(answer.content_type, "text/html; charset=utf-8");
    answer.text
}

#[tokio::test]
async fn an_empty_engine_says_so_and_a_wrong_query_what_is_wrong() {
    let served = Served::new().await;
    let page = shown(&served, "/ui").await;
    assert!(page.contains("No workflow has been started yet."), "{page}");
    let page = shown(&served, "/ui?status=FAILED&workflowType=").await;
    assert!(page.contains("No run fits."), "{page}");
    for (path, status, told) in [
        ("/ui?query=%3D", 400, "the query is not understood"),
        ("/ui?status=x", 400, "is no status"),
        ("/ui?pageToken=x", 400, "nextPageToken"),
        ("/ui/run?workflowId=none", 404, "workflow not found"),
        ("/ui/run?workflowId=none&runId=x", 404, "is no run id"),
        ("/ui/run", 404, "workflow not found"),
    ] {
        let answer = Answer::of(served.request("GET", path)).await;
        assert_eq!(answer.status, status, "{path}");
        assert!(answer.text.contains(told), "{path}: {}", answer.text);
        assert!(answer.text.contains(r#"role="alert""#), "{path}");
    }
}

#[tokio::test]
async fn what_users_wrote_is_shown_as_text() {
    let served = Served::new().await;
    let attribute = json!({"key": HOSTILE, "value": {"encoding": "e", "data": HOSTILE}});
    let options = json!({"dataAttributes": [attribute]});
    let more = json!({"workflowStartOptions": options, "iwfWorkflowType": HOSTILE});
    let run_id = served.start(HOSTILE, more).await;
    let id = "%3Cscript%3Ealert%281%29%3C%2Fscript%3E%22%27%26";
    let list = shown(
        &served,
        &format!("/ui?workflowIdPrefix={id}&workflowType={id}&query="),
    )
    .await;
    let run = shown(
        &served,
        &format!("/ui/run?workflowId={id}&runId={run_id}&values=1"),
    )
    .await;
    for page in [&list, &run] {
        assert!(!page.contains("<script"), "{page}");
        assert!(
            page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;'&amp;"),
            "{page}"
        );
        assert!(page.contains(r#"<html lang="en">"#) && page.contains("<h1>"));
    }
    let link = format!("/ui/run?workflowId={id}&amp;runId={run_id}");
    assert!(list.contains(&link), "{list}");
    let run = shown(&served, &format!("/ui/run?workflowId={id}")).await;
    assert!(run.contains("bytes, e"), "{run}");
    assert!(
        !run.contains("<pre>"),
        "values are shown on demand only: {run}"
    );
}

#[tokio::test]
async fn the_list_has_pages() {
    let served = Served::new().await;
    for workflow_id in ["w-1", "w-2", "w-3"] {
        served.start(workflow_id, json!({})).await;
    }
    let page = shown(&served, "/ui?pageSize=2&workflowIdPrefix=w-").await;
    assert!(
        page.contains("w-3") && page.contains("w-2") && !page.contains(">w-1<"),
        "{page}"
    );
    let (_, rest) = page
        .split_once(r#"rel="next" href=""#)
        .expect("a next page");
    let (next, _) = rest.split_once('"').expect("an address");
    let page = shown(&served, &next.replace("&amp;", "&")).await;
    assert!(
        page.contains(">w-1<") && page.contains("First page"),
        "{page}"
    );
}

#[tokio::test]
async fn the_page_loads_nothing_from_elsewhere_and_runs_nothing() {
    let served = Served::new().await;
    let answer = served
        .request("GET", "/ui")
        .send()
        .await
        .expect("an answer");
    let header = |name: &str| {
        answer
            .headers()
            .get(name)
            .expect(name)
            .to_str()
            .expect("text")
    };
    let policy = header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self';"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    let style = Answer::of(served.request("GET", "/ui/style.css")).await;
    assert_eq!(
        (style.status, style.content_type.as_str()),
        (200, "text/css; charset=utf-8")
    );
    assert!(!style.text.contains("url("));
    let posted = Answer::of(served.request("POST", "/ui")).await;
    assert_eq!(posted.status, 404);
}

#[tokio::test]
async fn programs_get_the_same_as_json() {
    let served = Served::new().await;
    let run_id = served.start("w", json!({"iwfWorkflowType": "T"})).await;
    let get = async |path: &str| Answer::of(served.request("GET", path)).await;
    let list = get("/api/v1/inspect/runs?status=RUNNING&pageSize=10&query=")
        .await
        .ok();
    let [run] = &list["runs"].as_array().expect("a list")[..] else {
        panic!("{list}")
    };
    assert_eq!(run["workflowId"], "w");
    assert_eq!(run["runId"], run_id);
    assert_eq!(run["status"], "RUNNING");
    assert_eq!(list["nextPageToken"], json!(null));
    let run = get("/api/v1/inspect/run?workflowId=w").await.ok();
    for key in [
        "stateExecutions",
        "channels",
        "dataAttributes",
        "searchAttributes",
    ] {
        assert_eq!(run[key], json!([]), "{key}");
    }
    assert_eq!(run["workflowType"], "T");
    let refused = get("/api/v1/inspect/run?workflowId=none").await;
    assert!(refused.refused(400).contains("workflow not found"));
    let refused = get("/api/v1/inspect/runs?pageSize=x").await;
    assert!(refused.refused(400).contains("pageSize"));
}

#[tokio::test]
async fn a_run_in_trouble_shows_its_last_error_and_its_next_attempt() {
    let worker = Worker::replying(Reply::with(500, "text/plain", "no <model> today")).await;
    let served = Served::new().await;
    let more = json!({
        "iwfWorkerUrl": worker.url.replace("http://", "http://name:password@"),
        "startStateId": "A", "stateOptions": {"skipWaitUntil": true}
    });
    served.start("w", more).await;
    let page = loop {
        let page = shown(&served, "/ui/run?workflowId=w").await;
        if page.contains("backing off") {
            break page;
        }
        tokio::task::yield_now().await;
    };
    for told in [
        "before attempt 2 of execute",
        "attempt 1 of execute",
        "no &lt;model&gt; today",
        "attempt 2 of execute of A-1 is due at",
        "A-1 began",
    ] {
        assert!(page.contains(told), "{told}: {page}");
    }
    assert!(!page.contains("password"), "{page}");
}
