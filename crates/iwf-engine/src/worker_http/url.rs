//! Where a call goes: the run's worker URL, changed as the environment of the process asks.

/// Two changes that containers need, as the real server makes them. Which values apply is read
/// by the binary; by default nothing is changed.
#[derive(Clone, Debug, Default)]
pub struct UrlRewrite {
    /// Takes the place of the first `localhost` and of the first `127.0.0.1`.
    pub loopback_host: Option<String>,
    /// A text, such as `$PORT$`, and what takes its place.
    pub placeholder: Option<(String, String)>,
}

impl UrlRewrite {
    /// The address of `path` at the worker `url`, whose trailing slashes do not count.
    pub(super) fn address(&self, url: &str, path: &str) -> String {
        let mut address = String::with_capacity(url.len() + path.len());
        if self.loopback_host.is_none() && self.placeholder.is_none() {
            address.push_str(url.trim_end_matches('/'));
        } else {
            address.push_str(self.rewritten(url).trim_end_matches('/'));
        }
        address.push_str(path);
        address
    }

    fn rewritten(&self, url: &str) -> String {
        let mut url = url.to_owned();
        if let Some(host) = &self.loopback_host {
            url = url.replacen("localhost", host, 1);
            url = url.replacen("127.0.0.1", host, 1);
        }
        if let Some((placeholder, value)) = &self.placeholder {
            url = url.replace(placeholder, value);
        }
        url
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_at_the_end_do_not_count() {
        let rewrite = UrlRewrite::default();
        for url in ["http://w:1/x", "http://w:1/x/", "http://w:1/x//"] {
            assert_eq!(rewrite.address(url, "/rpc"), "http://w:1/x/rpc");
        }
    }

    #[test]
    fn the_first_loopback_name_of_each_kind_is_replaced() {
        let rewrite = UrlRewrite {
            loopback_host: Some("host.docker.internal".to_owned()),
            placeholder: None,
        };
        assert_eq!(
            rewrite.address("http://localhost:1/localhost", "/rpc"),
            "http://host.docker.internal:1/localhost/rpc"
        );
        assert_eq!(
            rewrite.address("http://127.0.0.1:1", "/rpc"),
            "http://host.docker.internal:1/rpc"
        );
    }

    #[test]
    fn the_placeholder_is_replaced() {
        let rewrite = UrlRewrite {
            loopback_host: None,
            placeholder: Some(("$PORT$".to_owned(), "8802".to_owned())),
        };
        assert_eq!(
            rewrite.address("http://w:$PORT$/", "/rpc"),
            "http://w:8802/rpc"
        );
    }
}
