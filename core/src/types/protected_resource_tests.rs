use super::*;

fn one(url: &str) -> ProtectedResource {
    let new = ProtectedResource::new(url);
    if url.ends_with(PLACEHOLDER) { new } else { new.tenants(["acme"]) }
}

fn parse(urls: &[&str]) -> Result<Resources, InvalidResource> {
    let all: Vec<_> = urls.iter().map(|url| one(url)).collect();
    Resources::parse(&all, false).map_err(|(_, why)| why)
}

/// RFC 9728 §3.1
#[test]
fn the_well_known_part_stands_between_host_and_path() {
    let acme: TenantId = "acme".parse().unwrap();
    for (url, metadata) in [
        ("https://a.example", "https://a.example/.well-known/oauth-protected-resource"),
        ("https://a.example/", "https://a.example/.well-known/oauth-protected-resource"),
        (
            "https://a.example:8443/mcp",
            "https://a.example:8443/.well-known/oauth-protected-resource/mcp",
        ),
        (
            "https://a.example/x/mcp/",
            "https://a.example/.well-known/oauth-protected-resource/x/mcp/",
        ),
        (
            "https://a.example/{tenant}",
            "https://a.example/.well-known/oauth-protected-resource/acme",
        ),
        (
            "https://a.example/x/{tenant}",
            "https://a.example/.well-known/oauth-protected-resource/x/acme",
        ),
    ] {
        let all = parse(&[url]).unwrap();
        let found = all.by_audience(url).unwrap();
        assert_eq!(found.metadata_url(Some(&acme)).as_deref(), Some(metadata), "{url}");
        assert_eq!(found.url(Some(&acme)), url.replace(PLACEHOLDER, "acme"));
        let path = &metadata[metadata.find("/.well-known").unwrap()..];
        assert_eq!(all.at(path), Some(found), "{path}");
        assert_eq!(found.metadata_url(None).is_none(), url.contains(PLACEHOLDER));
    }
}

#[test]
fn each_path_is_one_resources_and_the_root_is_the_only_ones() {
    let urls =
        ["https://a.example/{tenant}", "https://a.example/mcp", "https://a.example/x/{tenant}"];
    let all = parse(&urls).unwrap();
    let url = |path: &str| all.at(&format!("{WELL_KNOWN}{path}")).map(|found| found.url(None));
    for (path, found) in [
        ("/mcp", "https://a.example/mcp"),
        ("/mcp/", "https://a.example/mcp"),
        ("/acme", "https://a.example/"),
        ("/acme/", "https://a.example/"),
        ("/x/acme", "https://a.example/x/"),
    ] {
        assert_eq!(url(path).as_deref(), Some(found), "{path}");
    }
    for path in ["/mcp//", "/mcp/y", "/x/acme/y", "x", "/y/acme"] {
        assert_eq!(url(path), None, "{path}");
    }
    assert_eq!(all.only(), None);
    let only = parse(&["https://a.example/mcp"]).unwrap();
    assert!(only.at(WELL_KNOWN).is_some() && only.at(&format!("{WELL_KNOWN}/")).is_some());
    assert_eq!(parse(&urls[1..]).unwrap().at(WELL_KNOWN), None);
    assert_eq!(parse(&urls[..1]).unwrap().only(), None);
}

#[test]
fn what_is_wrong_says_what_to_write() {
    use InvalidResource::{Insecure, Tenants, Twice, Url};
    for url in [
        "",
        "urn:example:x",
        "ftp://a.example/x",
        "https://u@a.example/x",
        "https://A.example/x",
        "https://a.example/x?y",
        "https://a.example/x#y",
        "https://a.example//",
        "https://a.example//x",
        "https://a.example/x//",
        "https://a.example/../x",
        "https://a.example/%61",
        "https://a.example/:x",
        "https://a.example/*x",
        "https://a.example/{tenant}/x",
        "https://a.example/x{tenant}",
        "https://a.example{tenant}",
    ] {
        assert_eq!(parse(&[url]).err(), Some(Url), "{url}");
    }
    assert_eq!(parse(&["http://a.example/x"]).err(), Some(Insecure));
    assert!(Resources::parse(&[one("http://a.example/x")], true).is_ok());
    assert!(parse(&["http://127.0.0.1:8080/x", "http://[::1]/y"]).is_ok());
    let nobody = ProtectedResource::new("https://a.example");
    let both = ProtectedResource::new("https://a.example/{tenant}").tenants(["acme"]);
    for wrong in [nobody, both] {
        assert_eq!(Resources::parse(&[wrong], false).unwrap_err().1, Tenants);
    }
    for twice in [
        ["https://a.example/x", "https://b.example/x"],
        ["https://a.example", "https://a.example/"],
        ["https://a.example/x/{tenant}", "https://b.example/x/{tenant}"],
    ] {
        assert_eq!(parse(&twice).err(), Some(Twice), "{twice:?}");
    }
    let wrong = one("https://a.example/x").scope("a\"b");
    let (url, why) = Resources::parse(&[wrong], false).unwrap_err();
    assert!(url == "https://a.example/x" && matches!(why, InvalidResource::Scope(_)));
    let wrong = one("https://a.example/x").tenants(["ACME"]);
    assert!(matches!(Resources::parse(&[wrong], false).unwrap_err().1, InvalidResource::Word(_)));
}

/// RFC 9728 §4: those that name the tenant, and those of which each has one.
#[test]
fn a_tenant_knows_which_apis_take_its_tokens() {
    let urls = ["https://a.example/{tenant}", "https://a.example/mcp"];
    let all = parse(&urls).unwrap();
    let of = |tenant: &str| all.of(&tenant.parse().unwrap()).collect::<Vec<_>>();
    assert_eq!(of("acme"), ["https://a.example/mcp", "https://a.example/acme"]);
    assert_eq!(of("globex"), ["https://a.example/globex"]);
}
