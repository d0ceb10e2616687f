//! Addresses in the form in which they are compared.

/// Lower case, and the domain as the network knows it: `Ana@Müller.example` and
/// `ana@xn--mller-kva.example` are one mailbox. A domain that the network cannot know stays as it is.
pub(crate) fn key(address: &str) -> String {
    let Some((user, domain)) = address.rsplit_once('@') else {
        return address.to_lowercase();
    };
    let domain = network_domain(domain).unwrap_or_else(|| domain.to_lowercase());
    format!("{}@{domain}", user.to_lowercase())
}

/// The domain in the letters that travel; none if there is no such domain.
pub(crate) fn network_domain(domain: &str) -> Option<String> {
    idna::domain_to_ascii(domain)
        .ok()
        .filter(|domain| !domain.is_empty())
}

/// Whether the part before the `@` has letters that only some mail servers take.
pub(crate) fn needs_a_modern_server(address: &str) -> bool {
    address
        .rsplit_once('@')
        .is_some_and(|(user, _)| !user.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mailbox_has_one_key() {
        assert_eq!(key("Ana@Müller.Example"), "ana@xn--mller-kva.example");
        assert_eq!(key("ana@xn--mller-kva.example"), key("ana@müller.example"));
        assert_eq!(key("АНА@example.com"), "ана@example.com");
        assert_ne!(key("ana@muller.example"), key("ana@müller.example"));
    }

    #[test]
    fn what_the_network_cannot_know_is_seen() {
        assert_eq!(network_domain("xn--0.example"), None);
        assert!(needs_a_modern_server("ана@example.com"));
        assert!(!needs_a_modern_server("ana@müller.example"));
    }
}
