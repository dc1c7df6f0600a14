//! The clients of the world.

use std::collections::HashMap;

use grantry::{
    NewClient, Server,
    types::{ClientAuthMethod, GrantType, SubjectType, TenantId},
};

pub(super) async fn clients(
    server: &Server,
    tenant: &TenantId,
    secrets: &mut HashMap<(String, String), String>,
) {
    use GrantType::{ClientCredentials, Password, RefreshToken};
    let (scope, all) = ("read write openid", [ClientCredentials, Password, RefreshToken]);
    let confidential = |id: &str| NewClient::confidential(id).grants(all).scope(scope);
    let news = [
        confidential("backend"),
        confidential("basic-only").auth_methods([ClientAuthMethod::Basic]),
        confidential("retired").disabled(true),
        NewClient::public("app").grants([Password, RefreshToken]).scope(scope),
        NewClient::public("no-refresh").grants([Password]).scope(scope),
        NewClient::public("idle").scope(scope),
    ];
    for new in news.into_iter().chain(browsers()) {
        let made = server.admin().create_client(tenant, new).await.expect("a client");
        if let Some(secret) = made.secret {
            let key = (tenant.to_string(), made.client.id.to_string());
            secrets.insert(key, secret.expose().to_owned());
        }
    }
}

/// Clients that users come from in a browser.
pub(crate) fn browsers() -> [NewClient; 5] {
    const SCOPE: &str = "openid profile email address phone offline_access read write";
    let grants = [GrantType::AuthorizationCode, GrantType::RefreshToken];
    let public = |id: &str| NewClient::public(id).grants(grants).scope(SCOPE);
    let confidential = |id: &str| NewClient::confidential(id).grants(grants).scope(SCOPE);
    [
        public("spa")
            .name("The App")
            .redirect_uris(["https://app.example.com/cb"])
            .post_logout_redirect_uris(["https://app.example.com/bye"])
            .origins(["https://app.example.com"]),
        confidential("web")
            .redirect_uris(["https://web.example.com/cb", "https://web.example.com/cb2"])
            .post_logout_redirect_uris(["https://web.example.com/bye"]),
        public("native").redirect_uris(["http://127.0.0.1/cb"]),
        confidential("own")
            .redirect_uris(["https://own.example.com/cb"])
            .first_party(true)
            .danger_pkce_optional(true),
        public("pair")
            .redirect_uris(["https://pair.example.com/cb"])
            .subject_type(SubjectType::Pairwise),
    ]
}
