//! Which cases there are, and how they become tests.

/// Expands drivers × stores × cases into tests named `driver::store::room::case`, or
/// `store::room::case` for the contract of the stores.
///
/// `cases` is [`store`](crate::store), which has no drivers; [`protocol`](crate::protocol);
/// [`door`](crate::door), which wants drivers that host the application described there; or
/// [`races`](crate::protocol::races), which takes seconds. A driver is a path to
/// `async fn(World) -> Box<dyn Driver>`; a store a path to a function without arguments whose result
/// makes [`grantry::ports::Stores`], empty ones. Both are called once for each test, on the test's own
/// runtime ([`run`](crate::run)); paths begin with `crate::`, since they are used two modules below.
///
/// `except`, at the end and optional, names cases that must fail, each with the reason: what is
/// different on purpose. One that passes is a failure, and one that there is not does not compile.
///
/// ```
/// use grantry_conformance::{Bare, Driver, World, conformance};
///
/// async fn mine(world: World) -> Box<dyn Driver> {
///     // Mount `world.server` into your framework, and send requests through it.
///     Box::new(Bare(world.server))
/// }
///
/// conformance! {
///     cases: protocol,
///     drivers: { mine: crate::mine },
///     stores: { memory: grantry::MemoryStore::default },
///     except: { tenants::each_tenant_issues_for_itself: "ours share an issuer" },
/// }
/// # fn main() {}
/// ```
#[macro_export]
macro_rules! conformance {
    (cases: protocol, $($rest:tt)*) => { $crate::__protocol! { __drivers $($rest)* } };
    (cases: door, $($rest:tt)*) => { $crate::__door! { __drivers $($rest)* } };
    (cases: races, $($rest:tt)*) => { $crate::__races! { __drivers $($rest)* } };
    (cases: store, stores: $stores:tt $(, except: $except:tt)? $(,)?) => {
        $crate::__excepted_are_cases! { store $($except)? }
        $crate::__store! { $stores ($($except)?) }
    };
}

/// Exceptions as a slice of names and reasons.
#[doc(hidden)]
#[macro_export]
macro_rules! __except {
    (()) => { &[] };
    (({ $($room:ident::$case:ident: $reason:literal),* $(,)? })) => {
        &[ $( (concat!(stringify!($room), "::", stringify!($case)), $reason), )* ]
    };
}

/// An exception that names no case does not compile.
#[doc(hidden)]
#[macro_export]
macro_rules! __excepted_are_cases {
    ($area:ident) => {};
    ($area:ident { $($room:ident::$case:ident: $reason:literal),* $(,)? }) => {
        const _: () = { $( let _ = $crate::$area::$room::$case; )* };
    };
}

/// The cases for every driver: one line for each room, one word for each case.
#[doc(hidden)]
#[macro_export]
macro_rules! __protocol {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            protocol [
                access_tokens: [
                    the_header_is_type_algorithm_and_key,
                    a_token_verifies_by_the_published_key,
                    a_users_token_says_this_and_nothing_else,
                    a_clients_token_says_this_and_nothing_else,
                    every_token_has_an_id_of_its_own,
                ],
                admin_client_changes: [
                    a_client_that_contradicts_itself_changes_nothing,
                    a_client_that_was_bad_before_can_be_stopped_and_not_started,
                    a_client_is_checked_against_the_policy_of_now,
                    what_has_an_operation_of_its_own_is_not_changed_beside_it,
                    a_scope_that_a_client_lost_narrows_its_refreshes,
                    a_grant_that_a_client_lost_it_uses_no_more,
                    a_client_authenticates_by_the_methods_of_now,
                    another_audience_is_that_of_the_next_grant,
                ],
                admin_clients: [
                    a_disabled_client_is_a_stranger_from_that_moment_on,
                    a_client_enabled_again_does_not_revive_what_it_got,
                    a_grant_that_slipped_past_is_dead_all_the_same,
                    other_clients_do_not_notice_that_one_is_stopped_or_gone,
                    a_client_created_anew_has_nothing_of_the_old_one,
                    a_new_client_has_a_new_secret,
                    a_client_that_stays_what_it_is_keeps_its_version,
                    clients_come_in_pages_in_the_order_of_their_ids,
                ],
                admin_grants: [
                    grants_are_listed_of_a_user_a_client_or_a_tenant,
                    a_long_list_of_grants_comes_in_pages,
                    one_grant_is_ended_by_its_id,
                    all_grants_of_a_user_are_ended,
                    all_grants_of_a_client_are_ended,
                    all_grants_of_a_tenant_are_ended,
                    a_grant_that_was_just_being_issued_ends_with_the_others,
                    grants_of_nobody_are_not_ended,
                    grants_of_the_hosts_own_users_are_ended_too,
                ],
                admin_policies: [
                    a_policy_that_contradicts_itself_changes_nothing,
                    no_tenant_is_created_with_a_bad_policy,
                    a_field_that_was_bad_before_is_in_the_way_of_every_change,
                    the_direct_api_is_switched_off_for_the_next_request,
                    a_grant_is_taken_off_the_list_for_the_next_request,
                    a_scope_that_the_api_lost_is_in_no_token_any_more,
                    lifetimes_and_the_algorithm_are_those_of_the_next_token,
                ],
                admin_secrets: [
                    both_secrets_of_a_client_count,
                    the_older_secret_goes_and_the_newer_stays,
                    the_newer_secret_goes_and_the_older_stays,
                    a_client_has_one_secret_or_two,
                    a_public_client_gets_no_secret,
                    a_secret_added_while_stopped_counts_when_started,
                ],
                admin_sessions: [
                    one_session_is_ended_with_its_grants,
                    grants_may_outlive_their_session,
                    all_sessions_of_a_user_are_ended,
                    a_stopped_user_has_no_session_left,
                    nothing_is_left_of_what_a_deleted_user_allowed,
                    a_consent_is_shown_and_forgotten,
                    claims_of_a_user_are_changed,
                ],
                admin_tenants: [
                    a_disabled_tenant_issues_nothing_from_that_moment_on,
                    a_tenant_enabled_again_does_not_revive_what_it_issued,
                    a_grant_that_slipped_past_a_tenants_end_is_dead_all_the_same,
                    other_tenants_do_not_notice_that_one_is_stopped_or_gone,
                    a_deleted_tenant_is_one_that_never_was,
                    nothing_is_left_of_a_deleted_tenant,
                    the_id_of_a_deleted_tenant_is_never_given_out_again,
                    deleting_again_finishes_what_was_begun,
                    a_tenant_whose_policy_is_bad_is_stopped_and_deleted_all_the_same,
                    a_tenant_that_stays_what_it_is_keeps_its_version,
                    tenants_come_in_pages_in_the_order_of_their_ids,
                ],
                admin_users: [
                    a_disabled_user_has_a_wrong_password_from_that_moment_on,
                    a_user_enabled_again_does_not_get_back_what_they_had,
                    a_grant_that_slipped_past_a_users_end_is_dead_all_the_same,
                    other_users_do_not_notice_that_one_is_stopped_or_gone,
                    another_password_ends_every_grant_of_the_old_one,
                    a_password_that_nobody_can_send_is_refused,
                    a_renamed_user_is_the_same_user,
                    a_user_created_anew_is_another,
                    a_user_who_stays_what_they_are_keeps_their_version,
                    users_come_in_pages_in_the_order_of_their_subjects,
                ],
                advertised: [
                    each_tenant_advertises_what_it_accepts_and_nothing_else,
                    no_tenant_shows_what_its_keys_are_made_of,
                ],
                assertion_claims: [
                    an_assertion_is_good_for_minutes,
                    an_id_has_at_most_128_bytes,
                    an_assertion_is_for_the_issuer_alone,
                    an_assertion_speaks_of_its_client,
                    an_ill_typed_claim_is_refused,
                    an_assertion_for_one_tenant_is_nothing_at_another,
                    what_may_have_been_used_before_a_restart_is_refused_where_that_is_not_known,
                ],
                assertion_keys: [
                    an_assertion_is_signed_by_the_algorithm_of_its_key,
                    the_header_of_an_assertion_names_no_key_of_its_own,
                    a_kid_is_looked_up_among_the_clients_own_keys,
                    a_critical_header_is_refused,
                    an_assertion_in_another_shape_is_refused,
                    keys_that_nobody_can_rely_on_are_not_registered,
                    a_key_takes_another_ones_place,
                ],
                assertions: [
                    a_client_proves_itself_by_a_key_of_its_own,
                    an_assertion_counts_once,
                    of_64_who_show_one_assertion_one_is_the_client,
                    an_assertion_that_fails_uses_no_id_up,
                    an_assertion_beside_a_secret_is_refused,
                    both_parameters_are_there_and_speak_of_one_client,
                    a_client_proves_itself_as_it_is_registered,
                    assertions_are_advertised_where_they_are_allowed,
                    the_token_endpoint_is_an_audience_for_who_is_registered_so,
                    a_grant_is_refreshed_by_who_has_the_key,
                ],
                bound_grants: [
                    a_public_clients_refresh_token_is_bound_to_its_key,
                    a_bound_token_may_be_retried_at_any_age,
                    a_confidential_clients_access_tokens_follow_its_proofs,
                    a_grant_without_a_key_gets_none_later,
                    asking_for_too_much_with_a_proof_costs_nothing,
                    a_code_is_bound_to_the_key_that_was_named,
                    a_key_that_is_named_is_a_thumbprint,
                    a_pushed_request_names_a_key_by_its_proof,
                ],
                bound_clients: [
                    who_must_have_a_key_gets_no_token_without,
                    introspection_tells_the_key,
                    keys_are_advertised_where_they_are_taken,
                    a_client_registers_as_one_with_a_key,
                    nonces_are_for_tenants_with_proofs,
                ],
                proof_nonces: [
                    a_nonce_is_demanded_and_counts_for_two_minutes,
                    a_nonce_is_of_its_tenant,
                    a_demanded_nonce_changes_nothing,
                    userinfo_wants_the_key_of_a_bound_token,
                    userinfo_demands_a_nonce,
                    a_clients_own_pages_read_nonces,
                ],
                proofs: [
                    a_proof_binds_the_access_token_to_its_key,
                    every_grant_binds_its_tokens,
                    a_proof_says_that_it_is_one,
                    a_proof_is_signed_by_an_algorithm_with_two_keys,
                    a_proof_holds_a_public_key,
                    a_proof_is_signed_by_its_own_key,
                    a_proof_is_for_this_method_and_url,
                    a_proof_is_of_now,
                    a_proof_says_all_that_it_must,
                    two_proofs_are_one_too_many,
                    a_proof_counts_once,
                    a_wrong_proof_changes_nothing,
                ],
                authorize_order: [
                    a_redirect_uri_of_nobody_gets_a_page,
                    no_fault_sends_anybody_to_a_stranger,
                    no_parameter_stands_twice,
                    whichever_client_it_is_the_page_is_the_same,
                    no_page_of_another_origin_may_ask,
                    what_is_fetched_before_the_click_changes_nothing,
                    the_first_fault_is_the_answer,
                    every_answer_names_the_issuer,
                    what_is_posted_is_asked_once_more_by_get,
                    what_is_posted_is_a_query_or_nothing,
                ],
                authorize_pages: [
                    nothing_that_was_asked_is_changed_on_the_way,
                    a_changed_handle_gets_a_page,
                    no_page_is_framed,
                    who_posts_a_page_is_sent_on_by_303,
                    a_user_may_say_no,
                    a_page_may_be_loaded_anew_for_half_an_hour,
                ],
                authorize_parameters: [
                    there_is_one_response_type,
                    a_long_state_and_nonce_come_back_as_they_were,
                    what_is_too_large_is_refused,
                    languages_that_nobody_speaks_are_let_be,
                    control_characters_are_refused,
                    a_value_is_decoded_once,
                    an_error_says_nothing_that_was_sent,
                    a_scope_does_not_grow,
                    without_openid_there_is_no_id_token,
                    a_hint_leads_to_no_other_tenant,
                    there_are_two_response_modes,
                    a_parameter_without_a_value_is_left_out,
                ],
                code_stops: [
                    who_was_stopped_since_gets_nothing_for_a_code,
                    a_code_ends_with_its_session,
                    a_grant_that_was_taken_away_redeems_nothing,
                ],
                consents: [
                    what_was_allowed_is_not_asked_again_and_more_is,
                    whoever_refuses_is_asked_again,
                    a_client_that_proves_nothing_is_asked_for_every_time,
                    a_consent_that_is_sent_twice_is_one_code,
                    what_is_allowed_is_what_was_asked,
                    nobody_allows_anything_before_they_signed_in,
                    whoever_is_disabled_before_they_allow_gets_nothing,
                    a_consent_that_was_taken_back_is_asked_for_again,
                    a_client_created_anew_or_stopped_is_asked_for_again,
                    the_tenants_own_client_is_not_asked_for,
                    a_client_that_was_changed_meanwhile_gets_nothing,
                ],
                cross_origin: [
                    a_clients_own_pages_read_its_answers,
                    userinfo_is_read_by_the_clients_own_pages,
                    a_clients_own_pages_give_up_its_tokens,
                    documents_are_read_by_every_page,
                    a_page_may_ask_where_scripts_ask,
                    no_page_reads_what_is_for_users,
                ],
                custom_claims: [
                    the_host_says_more_in_each_kind_of_token,
                    the_host_speaks_of_a_client_that_is_alone,
                    what_the_server_says_itself_the_host_cannot_say,
                    a_host_that_fails_or_panics_fails_the_request_alone,
                    what_was_asked_with_is_good_after_the_host_failed,
                    the_host_is_asked_about_whoever_gets_something,
                    what_the_host_says_has_a_size,
                ],
                elsewhere: [
                    a_client_may_keep_its_keys_elsewhere,
                    keys_that_are_not_there_prove_nothing,
                    without_a_way_out_no_key_is_elsewhere,
                    a_client_of_several_hosts_lists_its_redirect_uris,
                    a_host_of_somebody_else_tells_no_names,
                    a_redirect_uri_that_is_not_listed_is_refused,
                ],
                extension_grants: [
                    a_user_whom_the_host_names_has_tokens,
                    a_client_that_proved_itself_may_have_tokens_of_its_own,
                    the_host_gives_less_and_never_more,
                    what_the_host_refuses_is_told,
                    a_host_that_fails_fails_the_request_alone,
                    it_is_there_where_tenant_and_client_name_it,
                    the_host_cannot_speak_for_whoever_may_receive_no_tokens,
                    the_host_reads_what_is_the_grants_own,
                    its_tokens_are_bound,
                ],
                hinted_users: [
                    a_hint_at_who_is_signed_in_is_answered,
                    a_hint_at_somebody_else_is_no_sign_in,
                    a_user_named_in_claims_is_who_the_answer_speaks_of,
                    a_class_that_cannot_be_had_is_told,
                ],
                host_login: [
                    the_host_signs_a_user_in,
                    our_own_page_signs_nobody_in_there,
                    a_request_is_resumed_once,
                    whoever_has_another_sign_in_for_them_gets_nothing,
                    whoever_signs_in_again_at_the_host_is_who_they_are,
                    the_place_may_be_elsewhere_and_have_parameters,
                ],
                host_refusals: [
                    a_user_who_proved_it_too_long_ago_has_to_do_so_again,
                    a_host_that_counts_seconds_is_believed_within_the_second,
                    a_user_who_proved_it_by_less_is_refused,
                    a_user_who_does_not_want_to_is_sent_back,
                    a_user_who_may_receive_no_tokens_is_not_signed_in,
                    whoever_proved_it_before_the_tenants_end_does_so_again,
                    a_clock_that_is_ahead_makes_no_session_of_the_future,
                ],
                id_token_hints: [
                    a_hint_that_is_as_it_should_be_counts,
                    a_token_of_another_type_is_no_hint,
                    a_hint_has_the_keys_algorithm,
                    a_key_of_another_tenant_makes_no_hint,
                    a_hint_of_another_shape_is_none,
                    a_hint_proves_something_of_its_own_session,
                    browsers_are_sent_to_the_issuers_own_places,
                ],
                login_forgery: [
                    a_login_form_counts_in_the_browser_that_began,
                    a_form_of_another_site_is_not_ours,
                    signing_in_makes_a_new_session,
                    a_handle_from_before_the_login_is_no_good_afterwards,
                    a_stolen_handle_is_no_good_in_another_browser,
                    what_is_no_handle_is_told_like_one_that_is_over,
                ],
                login_page: [
                    whatever_is_wrong_with_a_user_is_one_page,
                    a_password_that_can_be_none_is_not_looked_at,
                    whoever_it_is_waits_on_the_same_page,
                    spellings_of_one_name_wait_together_on_the_page,
                    the_page_counts_together_with_every_other_way_in,
                    a_strangers_failures_lock_nobody_out,
                    a_busy_directory_says_on_the_page_when_to_try_again,
                    a_directory_that_fails_costs_nobody_their_page,
                    no_parameter_says_where_to_go,
                    whoever_cancels_signs_nobody_in,
                ],
                more_keys: [
                    a_tenant_has_a_key_for_every_algorithm_that_it_names,
                    a_key_that_is_missing_is_made_when_keys_are_due,
                    what_makes_pairwise_subjects_is_there_for_good,
                    a_keyring_without_pairwise_subjects_has_no_such_clients,
                    a_ticket_key_is_believed_for_as_long_as_a_session,
                ],
                open_pages: [
                    whose_session_ended_meanwhile_signs_in_again_and_goes_on,
                    a_session_that_is_used_ends_while_a_page_is_open,
                    a_request_waits_half_an_hour_for_its_user,
                    whoever_goes_back_finds_where_they_are,
                    whoever_wants_to_be_somebody_else_signs_in_as_them,
                    a_page_that_only_tells_says_whose_it_is,
                ],
                pairwise: [
                    a_client_knows_a_user_by_a_name_of_its_own,
                    the_hosts_own_routes_know_who_it_is,
                    a_client_that_learns_another_name_has_no_old_tokens,
                    a_hint_names_the_user_as_the_client_knows_them,
                ],
                renewals: [
                    the_same_user_keeps_grants_and_another_ends_them,
                    what_was_granted_before_ends_as_well,
                    an_operator_ends_what_was_granted_before,
                    an_id_token_of_before_signs_out,
                    a_session_that_takes_over_keeps_its_name,
                    sessions_of_one_name_end_together,
                    what_was_replaced_on_the_way_is_followed,
                    what_is_over_is_not_followed,
                ],
                session_cookies: [
                    a_cookie_is_for_this_host_alone_and_holds_a_handle,
                    a_browser_is_named_once,
                    a_cookie_that_stands_twice_is_none,
                    a_cookie_of_one_tenant_is_nothing_at_another,
                    a_cookie_is_nothing_that_anybody_could_make,
                    by_http_cookies_are_what_a_browser_takes_there,
                    one_browser_is_signed_in_at_two_tenants,
                ],
                session_stops: [
                    a_new_password_ends_every_session,
                    a_user_who_is_stopped_is_signed_in_nowhere,
                    what_a_tenant_ended_is_over_in_every_browser,
                    a_disabled_tenant_signs_nobody_in,
                    whom_an_operator_signs_out_is_signed_in_no_more,
                ],
                sessions: [
                    a_session_that_is_not_used_ends,
                    a_session_ends_however_often_it_is_used,
                    a_session_is_written_once_a_minute_at_most,
                    the_tenant_says_how_long,
                    an_id_token_names_its_session,
                    what_was_granted_in_a_session_ends_with_it,
                    a_code_ends_with_its_session,
                    where_the_tenant_says_so_grants_outlive_sessions,
                ],
                sign_out: [
                    metadata_names_the_endpoint_where_users_sign_in,
                    a_client_signs_its_user_out_and_gets_them_back,
                    a_hint_that_is_none_signs_nobody_out,
                    a_hint_that_was_changed_signs_nobody_out,
                    a_place_that_is_not_registered_leads_nowhere,
                    a_place_with_a_query_added_leads_nowhere,
                    without_a_hint_the_user_is_asked,
                    without_any_parameter_the_user_is_asked,
                    without_a_place_a_page_says_that_it_is_done,
                    without_a_state_none_is_given_back,
                    with_a_state_alone_the_user_is_asked,
                    whoever_wants_to_stay_stays,
                    it_is_told_who_signed_out,
                ],
                sign_out_proofs: [
                    a_confirmation_is_of_our_own_page_and_of_this_session,
                    a_hint_of_another_session_or_user_or_client_signs_nobody_out,
                    an_old_hint_and_one_without_a_session_count,
                    a_client_that_was_stopped_signs_nobody_out,
                ],
                throttle: [
                    the_direct_api_says_when_to_come_back,
                    the_token_endpoint_says_when_to_come_back,
                    each_failure_doubles_the_wait_up_to_a_minute,
                    a_right_password_waits_like_a_wrong_one,
                    whoever_it_is_waits_alike,
                    spellings_of_one_name_are_counted_together,
                    every_way_in_is_counted_together,
                    another_name_and_another_tenant_do_not_wait,
                    a_sign_in_forgives_its_name,
                    failures_are_forgotten_after_a_while,
                    whoever_is_stopped_and_started_still_waits,
                ],
                throttle_order: [
                    bad_parameters_come_first_and_are_not_counted,
                    what_is_refused_before_it_is_not_counted,
                    a_wrong_client_secret_is_no_failed_sign_in,
                    codes_and_refresh_tokens_never_wait,
                    a_directory_that_does_not_answer_is_no_failure,
                    the_throttle_comes_before_capacity,
                    whoever_hangs_up_has_failed,
                    many_at_once_are_not_tried_for_nothing,
                    counters_of_the_hosts_own_decide,
                ],
                throttle_sources: [
                    a_header_of_a_stranger_changes_nothing,
                    behind_a_proxy_the_rightmost_stranger_counts,
                    another_source_of_the_same_name_does_not_wait,
                    an_ipv6_network_is_one_source,
                    fifty_names_from_one_source_are_enough,
                    headers_that_disagree_are_the_proxys_own,
                    without_a_source_the_name_alone_counts,
                ],
                revocation: [
                    either_token_gives_up_the_whole_grant,
                    an_old_refresh_token_gives_up_the_grant,
                    a_clients_own_token_alone_counts_no_more,
                    what_is_somebody_elses_stays_and_nobody_learns_whose,
                    a_wrong_hint_finds_the_token_all_the_same,
                    a_store_that_does_not_answer_gives_up_nothing,
                    a_token_is_given_up_in_one_way,
                ],
                revocation_reach: [
                    what_is_given_up_is_told_once,
                    of_all_who_give_up_one_token_one_is_told,
                    where_it_is_not_offered_nothing_is_given_up,
                    a_client_gives_up_the_grant_of_whoever_was_disabled,
                    the_same_names_in_another_tenant_are_untouched,
                ],
                resources: [
                    a_token_is_for_the_api_that_was_named,
                    without_a_resource_the_default_audience_counts,
                    several_are_named_and_the_token_is_for_all_or_for_some,
                    where_nothing_is_listed_the_default_may_be_named,
                    what_is_posted_names_the_same_apis,
                    a_token_for_several_is_told_to_each_of_them,
                    an_id_token_is_for_the_client_all_the_same,
                ],
                resource_refusals: [
                    what_is_not_listed_is_an_invalid_target,
                    what_was_not_granted_is_not_added,
                    a_client_of_one_api_names_no_other,
                    the_direct_api_knows_no_resource,
                ],
                resource_changes: [
                    each_api_says_how_long_its_tokens_last,
                    an_api_that_is_no_more_is_in_no_token,
                    what_was_allowed_at_one_api_is_not_allowed_at_another,
                    a_page_whose_api_is_no_more_leads_nowhere,
                ],
                introspection: [
                    a_client_hears_what_its_access_token_says,
                    a_client_hears_what_its_refresh_token_is_good_for,
                    a_resource_server_hears_of_access_tokens_for_its_audience,
                    whoever_may_not_hear_of_it_hears_of_no_token,
                    whoever_proves_nothing_hears_nothing,
                    a_signed_answer_is_none_that_is_given,
                    a_pairwise_name_is_told_as_it_is,
                    a_token_is_asked_about_in_one_way,
                    where_it_is_not_offered_nobody_hears_anything,
                    a_resource_server_proves_itself_and_has_an_audience_of_the_tenants,
                ],
                introspection_ends: [
                    nothing_but_access_and_refresh_tokens_is_active,
                    the_latest_stop_counts,
                    what_ended_since_is_not_active,
                    a_refresh_token_that_nobody_would_answer_is_not_active,
                    a_store_that_does_not_answer_says_nothing_of_a_token,
                ],
                registrar: [
                    the_host_has_the_last_word_on_who_registers,
                    the_host_has_the_last_word_on_documents,
                    a_host_that_does_not_say_lets_nobody_register,
                ],
                registration: [
                    a_client_registers_and_signs_users_in,
                    a_public_client_registers_with_a_place_on_the_device,
                    what_is_not_known_counts_for_nothing,
                    a_client_gets_no_more_than_such_clients_may_have,
                    a_client_registers_its_keys,
                    a_page_shows_who_asks_and_where_answers_go,
                ],
                registration_access: [
                    nobody_registers_where_the_policy_does_not_say_so,
                    an_initial_access_token_is_good_for_what_it_says,
                    no_more_register_than_the_tenant_has_room_for,
                    a_client_steps_up_where_the_tenant_lets_it,
                ],
                registration_refusals: [
                    a_redirect_uri_that_acts_is_refused,
                    no_uri_of_a_client_acts,
                    a_name_that_cannot_be_read_is_refused,
                    metadata_that_is_not_known_or_contradicts_itself_is_refused,
                    a_body_is_one_object,
                ],
                registered: [
                    a_client_reads_itself_and_not_its_secret,
                    a_client_changes_itself_as_a_whole,
                    a_client_speaks_of_itself_alone,
                    a_change_is_judged_as_a_whole,
                    nobody_elses_token_speaks_for_a_client,
                    a_client_deletes_itself_and_what_it_was_given,
                    of_changes_at_once_each_is_done_or_not,
                ],
                foreign: [
                    a_code_or_token_is_a_random_string_to_every_other_tenant,
                    a_client_is_a_stranger_to_every_other_tenant,
                    a_user_is_a_stranger_to_every_other_tenant,
                    what_one_tenant_lists_is_listed_nowhere_else,
                    the_matrix_has_a_row_for_everything,
                    a_tenant_that_is_no_more_never_was,
                    what_has_one_name_in_two_tenants_is_two,
                ],
                foreign_visits: [
                    what_a_page_of_one_tenant_holds_is_a_random_string_to_the_other,
                    a_cookie_of_one_tenant_is_a_random_string_under_every_name,
                    userinfo_tells_of_its_own_users_alone,
                    a_user_signs_in_on_the_pages_of_their_own_tenant_alone,
                    where_a_client_sends_its_users_is_said_in_its_own_tenant,
                ],
                keys: [
                    a_new_key_is_shown_at_once_and_signs_when_it_was_announced,
                    a_policy_may_announce_its_keys_for_longer,
                    an_old_key_is_shown_as_long_as_its_tokens_may_count,
                    a_key_that_is_replaced_at_once_is_gone_at_once,
                    other_tenants_keep_their_keys,
                    new_keys_show_their_public_members_alone,
                    a_tenant_that_comes_to_sign_by_rs256_does_so_at_once,
                    an_operator_sees_where_each_key_stands,
                    keys_that_are_lost_are_not_made_anew,
                ],
                sealed_keys: [
                    a_store_holds_no_key_in_the_clear,
                    a_wrong_or_missing_master_key_does_not_start,
                    who_lends_keys_needs_no_master_key,
                    keys_in_the_clear_are_sealed_when_there_is_a_master_key,
                    keys_that_were_moved_open_nothing,
                    a_master_key_changes_on_two_nodes_at_once,
                    a_former_master_key_that_was_removed_too_early_is_missed,
                    lost_keys_are_replaced_by_command_alone,
                ],
                restored: [
                    nothing_that_was_granted_before_counts_any_more,
                    it_is_run_again_where_it_failed_half_way,
                ],
                imported: [
                    who_comes_with_a_hash_signs_in_and_is_hashed_anew,
                    a_password_that_bcrypt_read_in_part_is_not_hashed_anew,
                    a_hash_that_is_too_dear_or_unknown_is_not_imported,
                ],
                due_keys: [
                    a_key_is_followed_by_another_when_its_time_is_over,
                    old_keys_are_forgotten_once_nobody_believes_them,
                    each_tenant_has_a_key_lifetime_of_its_own,
                    no_tenant_keeps_the_others_waiting,
                    two_nodes_agree_on_one_successor,
                    whoever_is_overtaken_announces_nothing,
                    keys_of_the_hosts_own_are_not_replaced_here,
                ],
                ticket_keys: [
                    a_new_key_makes_tokens_when_it_was_announced,
                    codes_and_refresh_tokens_outlive_the_activity_of_their_key,
                    a_refresh_token_that_lies_unused_outlives_its_key_by_all_of_its_time,
                    a_token_that_never_rotates_comes_to_the_new_key,
                    what_a_key_made_that_is_replaced_at_once_is_dead_at_once,
                    a_token_of_a_key_that_is_gone_ends_nothing,
                    what_one_node_makes_another_takes,
                    when_all_numbers_are_in_use_they_are_replaced_at_once,
                ],
                sign_in: [
                    nobody_is_answered_without_the_work,
                    a_stored_hash_that_asks_for_too_much_is_a_wrong_password,
                    nobody_is_created_with_a_hash_that_is_not_obeyed,
                    an_old_hash_becomes_one_of_todays_at_the_next_sign_in,
                    a_user_comes_with_a_hash_from_elsewhere,
                    a_disabled_users_hash_stays_what_it_is,
                    whoever_changes_the_password_meanwhile_wins,
                ],
                two_tabs: [
                    what_one_user_was_asked_another_does_not_allow,
                    what_one_user_chose_another_did_not,
                    what_one_user_proved_another_did_not,
                    whoever_signs_in_last_is_signed_in,
                    two_windows_are_answered_each_for_its_own,
                    whoever_refuses_is_heard_whatever_they_allowed_elsewhere,
                ],
                userinfo_tokens: [
                    a_token_without_openid_is_not_enough,
                    an_id_token_is_no_access_token,
                    what_was_ended_since_is_told_nothing,
                    what_changed_since_is_told_as_it_is_now,
                ],
                usernames: [
                    spellings_of_one_name_are_one_user,
                    what_only_looks_alike_is_never_the_same_user,
                    an_odd_name_is_a_bad_parameter_or_a_wrong_password,
                    a_password_is_taken_as_it_is,
                    a_password_that_is_too_long_is_a_bad_parameter,
                ],
                events: [
                    what_is_issued_is_told_once,
                    what_a_refresh_came_to_is_told_once,
                    what_is_refused_is_told_once_with_a_fixed_word,
                    who_has_to_wait_is_told_once,
                    what_was_ended_is_told_once,
                    no_event_holds_a_secret_or_a_typed_name,
                ],
                deeds: [
                    what_is_done_to_a_tenant_is_told_once,
                    what_is_done_to_a_client_is_told_once,
                    what_is_done_to_a_user_is_told_once,
                    what_was_not_done_is_not_told,
                ],
                device_pages: [
                    a_user_types_the_code_signs_in_and_is_asked,
                    who_could_be_anybody_is_shown_as_such,
                    a_code_may_be_typed_in_many_ways,
                    a_link_with_the_code_wants_every_click,
                    a_form_of_another_page_decides_nothing,
                    the_page_says_from_where_the_device_asked,
                ],
                device_decisions: [
                    of_all_who_decide_one_does,
                    who_is_signed_in_decides,
                    a_device_goes_on_when_the_browser_signs_out,
                    the_host_may_sign_in_whoever_has_a_device,
                    another_node_decides_about_a_device_of_one,
                ],
                device_polls: [
                    who_asks_too_often_slows_down_and_recovers,
                    of_many_polls_one_has_tokens,
                    a_device_code_is_its_clients_alone,
                    what_was_stopped_after_approval_gives_nothing,
                    a_device_code_is_not_guessed,
                    a_device_with_a_key_has_bound_tokens,
                ],
                device_requests: [
                    a_device_asks_for_what_its_client_may_have,
                    a_device_may_name_its_apis,
                    it_is_offered_or_it_is_not_there,
                    what_becomes_of_a_device_is_told,
                    a_client_has_so_many_devices_and_no_more,
                    devices_of_a_public_client_are_counted_by_place,
                    a_tenant_says_how_long_and_how_often,
                ],
                devices: [
                    a_device_is_given_codes_and_a_page,
                    a_device_waits_for_its_user_and_has_tokens,
                    with_openid_a_device_learns_who_its_user_is,
                    a_user_who_refuses_is_heard,
                    codes_expire_when_they_were_said_to,
                ],
                user_codes: [
                    who_tries_codes_of_others_waits,
                    many_addresses_try_no_more_codes_than_one,
                    a_user_code_is_its_tenants_alone,
                    neither_code_is_the_id_of_a_row,
                    codes_outlive_the_key_that_made_them,
                ],
                browser_page: [
                    a_browser_reads_a_page_and_is_sent_nowhere,
                    a_posted_request_is_sent_on_without_what_does_not_belong_to_it,
                    a_posted_form_in_which_no_client_asks_is_a_page,
                    no_client_is_told_apart_from_another,
                    without_sign_in_in_the_browser_there_is_a_page,
                ],
                claims_parameter: [
                    what_is_asked_for_by_name_is_asked_of_the_user,
                    a_client_hears_no_more_by_name_than_by_scope,
                    the_tenants_own_client_is_told_without_a_question,
                ],
                code_redemption: [
                    a_code_that_comes_again_ends_what_came_of_it,
                    a_used_code_is_known_again_much_later,
                    each_thing_that_is_wrong_is_enough,
                    at_another_tenant_a_code_is_a_random_string,
                    nothing_else_is_a_code,
                    a_changed_code_is_a_random_string,
                    what_was_not_named_is_not_named_again,
                    a_clients_code_expires,
                ],
                codes: [
                    a_user_signs_in_allows_and_the_client_gets_tokens,
                ],
                client_authentication: [
                    basic_credentials_are_understood_encoded_and_raw,
                    the_scheme_is_compared_without_case,
                    the_secret_may_stand_in_the_form,
                    a_client_id_beside_the_header_must_be_the_same,
                    two_methods_at_once_are_refused,
                    a_secret_is_decoded_once,
                    a_client_that_says_nothing_is_challenged,
                    all_who_fail_read_the_same,
                    a_client_uses_its_own_method,
                    a_header_that_cannot_be_read_is_a_failure,
                    two_headers_are_a_failure,
                    a_refresh_without_the_secret_changes_nothing,
                    the_form_is_judged_before_the_client_and_the_client_before_the_grant,
                ],
                client_documents: [
                    a_client_is_known_by_its_document,
                    a_document_gets_what_the_tenant_allows,
                    rg_09_a_document_speaks_of_its_own_url,
                    what_is_no_url_of_a_document_is_not_fetched,
                    rg_10_many_who_come_at_once_make_one_request,
                    metadata_says_so_where_it_is_so,
                ],
                mcp: [
                    a_tenant_for_mcp_says_what_its_clients_look_for,
                    a_client_of_an_mcp_server_comes_unknown_and_steps_up,
                ],
                client_credentials: [
                    a_client_gets_an_access_token_alone,
                    the_scope_is_what_was_asked_for_or_the_default,
                    a_scope_beyond_the_clients_own_is_invalid,
                    a_client_may_have_a_default_scope_and_an_audience_of_its_own,
                    the_audience_is_the_tenants,
                    a_public_client_may_not,
                    no_client_has_the_name_of_a_user,
                ],
                differential: [
                    every_recorded_request_is_answered_like_the_bare_core,
                    every_recorded_request_is_answered_alike_under_poisoned_headers,
                    nobody_keeps_what_is_not_a_document,
                ],
                direct_authorize: [
                    the_answer_is_a_code_and_nothing_else,
                    the_post_form_answers_a_code_that_counts_like_any_other,
                    state_is_taken_and_not_returned,
                    parameters_that_nobody_knows_are_ignored,
                    nobody_is_ever_sent_anywhere,
                    every_spelling_of_a_name_is_the_same_user,
                    a_password_is_decoded_once,
                    a_tenant_that_lists_redirect_uris_takes_no_other,
                    a_redirect_uri_is_an_absolute_web_uri_without_fragment,
                    without_the_direct_api_the_answer_is_a_page,
                    a_key_of_the_standard_surface_leads_to_a_page,
                ],
                direct_errors: [
                    a_bad_parameter_is_named_with_what_is_wrong,
                    a_grant_names_the_parameters_that_it_misses,
                    all_bad_parameters_are_named_at_once,
                    another_response_type_is_unsupported,
                    an_unknown_grant_type_is_unsupported,
                    a_code_that_counts_for_nothing_is_an_invalid_grant,
                    a_refresh_token_that_counts_for_nothing_is_an_invalid_grant,
                    wrong_unknown_and_disabled_users_are_answered_alike,
                ],
                direct_faults: [
                    at_capacity_passwords_wait_and_other_grants_do_not,
                    a_busy_directory_says_when_to_come_back,
                    a_part_of_a_second_is_written_as_each_format_has_it,
                    bad_parameters_are_named_before_capacity_is_asked,
                    a_store_that_does_not_answer_is_unavailable,
                    a_refresh_that_met_a_store_that_was_down_is_retried,
                    a_key_that_cannot_be_reached_uses_nothing_up,
                    a_bug_is_an_internal_error_and_the_server_lives,
                    a_user_disabled_since_gets_no_more_tokens,
                    a_disabled_user_whose_password_is_right_is_answered_like_a_wrong_one,
                ],
                direct_fence: [
                    what_is_no_fetch_is_refused,
                    a_code_survives_the_fence,
                    fetches_and_typed_addresses_are_answered,
                    whatever_is_prefetched_is_refused,
                    other_sites_pass_by_a_listed_origin_alone,
                    a_listed_origin_may_read_the_answer,
                    no_other_origin_may_read_the_answer,
                ],
                direct_order: [
                    the_method_comes_before_the_tenant,
                    the_tenant_comes_before_the_policy,
                    the_policy_comes_before_the_fence,
                    a_code_grant_that_is_not_offered_is_denied_before_the_fence,
                    the_fence_comes_before_the_size,
                    the_size_comes_before_the_media_type_and_the_parameters,
                    the_parameters_come_before_the_credentials,
                ],
                direct_refusals: [
                    a_tenant_that_is_not_there_is_not_found,
                    a_policy_without_the_direct_api_denies,
                    a_grant_that_the_policy_does_not_name_is_denied,
                    another_method_is_unimplemented_and_told_which_ones_are,
                    a_form_is_one_form_in_one_place,
                    an_error_repeats_nothing_that_was_sent,
                    conditions_and_ranges_change_no_answer,
                ],
                direct_surfaces: [
                    a_direct_refresh_token_is_a_random_string_to_clients,
                    a_clients_refresh_token_is_a_random_string_to_the_direct_api,
                    a_direct_code_is_a_random_string_to_clients,
                    a_code_is_no_refresh_token_and_the_reverse,
                    the_reserved_client_is_nobody,
                ],
                direct_table: [
                    each_row_has_its_status_code_and_reason,
                    each_row_of_a_broken_server_has_its_status_code_and_reason,
                ],
                echoes: [
                    no_error_repeats_what_was_sent,
                ],
                direct_token: [
                    the_answer_is_four_strings_whatever_the_grant,
                    the_access_token_says_whose_it_is_and_what_for,
                    both_names_of_the_code_grant_are_understood,
                    parameters_that_the_grant_does_not_use_are_ignored,
                    a_parameter_is_never_given_twice,
                    a_code_lives_sixty_seconds_and_not_a_millisecond_longer,
                    another_redirect_uri_leaves_the_code_as_it_was,
                    a_code_used_twice_ends_the_grant_and_its_refresh_token,
                    a_used_code_with_another_redirect_uri_ends_nothing,
                    a_refresh_token_is_retried_for_thirty_seconds,
                    the_last_access_token_ends_with_the_grant,
                    without_the_refresh_grant_the_refresh_token_is_an_empty_string,
                    head_runs_no_grant,
                    conditions_and_ranges_are_ignored,
                    the_body_of_a_get_request_is_not_read,
                ],
                id_tokens: [
                    an_id_token_says_this_and_nothing_else,
                    an_id_token_is_signed_by_a_published_key,
                    no_id_token_is_unsigned,
                    an_id_token_of_a_refresh_is_the_same_with_a_new_time,
                    a_pairwise_client_hears_a_name_of_its_own,
                    a_hint_that_is_not_ours_counts_for_nothing,
                ],
                limits: [
                    a_user_name_has_at_most_256_bytes,
                    a_user_name_has_no_control_characters,
                    a_password_has_at_most_1024_bytes,
                    state_and_redirect_uri_have_at_most_2048_bytes,
                    codes_and_refresh_tokens_have_at_most_512_bytes,
                    a_request_holds_at_most_64_parameters,
                    a_longer_query_is_414,
                    a_larger_body_is_413,
                    another_media_type_is_415,
                    broken_encoding_is_a_bad_parameter,
                    a_nul_is_an_error_of_the_callers,
                ],
                metadata: [
                    the_document_says_what_there_is,
                    without_codes_the_document_says_nothing_of_browsers,
                    all_four_spellings_are_one_document,
                    a_document_that_did_not_change_is_304,
                    documents_are_for_reading,
                    poisoned_headers_change_nothing,
                    what_is_advertised_is_what_is_accepted,
                    every_advertised_authentication_method_is_accepted,
                    scopes_of_listed_resources_are_advertised,
                    what_a_tenant_does_not_offer_is_not_in_its_document,
                    where_clients_register_is_said_where_they_can,
                    keys_show_their_public_members_alone,
                    every_tenant_has_keys_of_its_own,
                    an_unknown_tenant_has_no_documents,
                ],
                odd_bytes: [
                    what_is_no_text_is_refused_in_every_parameter,
                    a_nul_is_refused_in_every_parameter,
                    a_body_is_neither_unpacked_nor_guessed_at,
                    brackets_make_no_list_of_a_parameter,
                ],
                oidc_basic: [
                    a_confidential_client_gets_tokens,
                    without_a_response_type_the_client_is_told,
                    the_secret_may_be_posted,
                    a_request_without_nonce_succeeds,
                    any_order_succeeds,
                    display_page_succeeds,
                    display_popup_succeeds,
                    an_unknown_parameter_succeeds,
                    a_login_hint_is_filled_in,
                    ui_locales_succeed,
                    claims_locales_succeed,
                    acr_values_succeed,
                    a_posted_request_succeeds,
                    a_request_with_a_challenge_succeeds,
                    a_code_that_is_used_twice_is_over,
                    a_code_that_is_used_again_after_30_seconds_is_over,
                    a_request_object_is_not_supported,
                    a_request_object_elsewhere_is_not_supported,
                    a_request_object_names_no_redirect_uri,
                    a_registration_within_a_request_is_not_supported,
                    a_refresh_token_works_for_its_client,
                ],
                oidc_config: [
                    the_document_is_as_the_foundation_wants_it,
                    no_member_is_empty,
                    there_is_a_key_for_each_algorithm,
                ],
                oidc_form_post: [
                    a_code_is_posted,
                    an_error_is_posted,
                    prompts_are_the_same_as_in_a_query,
                    parameters_are_the_same_as_in_a_query,
                    a_state_comes_as_it_was_and_is_no_markup,
                    the_page_runs_its_one_script,
                    nothing_is_posted_to_a_stranger,
                ],
                password_grant: [
                    the_answer_is_a_whole_token_response,
                    whatever_is_wrong_with_a_user_is_one_invalid_grant,
                    a_name_is_known_in_every_spelling,
                    bad_parameters_are_all_named,
                    a_client_that_does_not_name_the_grant_may_not_try_passwords,
                    a_client_uses_the_grants_that_it_names,
                    without_the_refresh_grant_there_is_no_refresh_token,
                    the_scope_is_what_was_asked_for_or_the_default,
                    a_scope_beyond_the_clients_is_invalid,
                    a_malformed_scope_is_an_invalid_scope,
                    two_sign_ins_are_two_grants,
                ],
                pkce: [
                    a_client_sends_a_challenge,
                    the_method_is_s256_and_is_named,
                    a_challenge_has_one_form,
                    a_code_with_a_challenge_wants_its_verifier,
                    a_code_without_a_challenge_wants_no_verifier,
                    a_verifier_has_its_length_and_alphabet,
                    the_shortest_and_the_longest_verifier_count,
                    the_fifth_wrong_verifier_ends_a_code,
                    of_64_guesses_at_one_code_one_ends_it,
                    only_a_guess_is_counted_as_one,
                ],
                prompts: [
                    prompt_login_asks_again,
                    prompt_none_without_a_user_is_login_required,
                    prompt_none_with_a_user_is_answered_at_once,
                    prompt_none_without_consent_is_consent_required,
                    prompts_that_contradict_each_other_are_refused,
                    prompt_consent_asks_again,
                    prompt_select_account_asks_as_whom,
                    max_age_1_asks_again_after_a_second,
                    max_age_10000_asks_nobody_who_was_here,
                    max_age_has_edges,
                    no_two_codes_are_one,
                ],
                pushed_requests: [
                    a_pushed_request_comes_to_a_code,
                    a_reference_is_used_up_with_the_answer,
                    a_reference_is_its_clients_alone,
                    a_reference_is_good_for_a_minute,
                    a_page_may_be_reloaded_before_the_answer,
                    of_many_tabs_of_one_pushed_request_one_gets_a_code,
                    nothing_of_a_pushed_request_is_shown_on_the_way,
                    a_reference_is_not_guessed_and_not_stored,
                    a_client_that_changed_since_gets_a_page,
                    another_node_opens_what_was_pushed_at_one,
                ],
                pushing: [
                    a_client_proves_itself_as_at_the_token_endpoint,
                    what_is_pushed_is_judged_at_once,
                    a_push_that_refers_to_another_is_refused,
                    what_a_browser_brings_beside_counts_for_nothing,
                    a_reference_to_elsewhere_is_not_followed,
                    a_client_that_pushes_too_much_waits,
                    what_a_public_client_pushes_is_counted_by_place,
                    pushing_is_offered_demanded_or_neither,
                    a_client_may_have_to_push,
                    requests_are_pushed_by_post,
                    a_reference_is_brought_once,
                ],
                redirect_uris: [
                    nobodys_name_stands_before_the_host,
                    a_redirect_uri_is_compared_as_text,
                    only_the_port_of_a_loopback_address_may_differ,
                    a_code_goes_to_the_port_that_asked,
                    what_begins_like_localhost_is_not_localhost,
                    a_query_is_part_of_a_redirect_uri,
                    no_redirect_uri_answers_itself_or_is_a_pattern,
                    a_client_with_two_redirect_uris_names_one,
                    an_application_may_have_a_scheme_of_its_own,
                ],
                refresh: [
                    narrowing_does_not_change_the_grant,
                    widening_is_an_invalid_scope,
                    an_invalid_scope_changes_nothing,
                    an_invalid_scope_of_a_retry_ends_nothing,
                    a_replay_with_an_invalid_scope_is_a_replay,
                    a_stranger_is_refused_before_the_scope_is_looked_at,
                    a_malformed_scope_is_an_invalid_scope,
                    a_scope_that_the_client_lost_is_left_out,
                    a_user_in_bad_standing_gets_nothing,
                    a_grant_without_a_row_is_unknown,
                ],
                restarts: [
                    a_used_code_is_known_again_after_a_sweep_and_a_restart,
                    a_replaced_refresh_token_stays_so_after_a_restart,
                    two_nodes_believe_each_others_tokens,
                    a_code_ends_by_the_clock_of_the_node_that_is_asked,
                ],
                tenants: [
                    a_code_of_another_tenant_is_a_random_string,
                    a_refresh_token_of_another_tenant_is_a_random_string,
                    each_tenant_issues_for_itself,
                    no_two_tenants_share_a_key,
                    every_id_that_names_no_tenant_is_answered_alike,
                    dots_lead_nowhere,
                    a_disabled_tenant_issues_nothing,
                    a_tenants_not_before_ends_what_is_older,
                ],
                lifetimes: [
                    a_code_expires,
                    a_refresh_token_that_lies_unused_expires,
                    without_a_refresh_token_a_row_outlives_its_access_token,
                    endless_rotation_ends_after_90_days,
                    a_token_that_never_rotates_ends_after_90_days_too,
                    what_was_reused_stays_ended,
                    what_was_rolled_back_stays_ended,
                    what_was_revoked_stays_ended,
                ],
                presenting: [
                    a_code_is_redeemed_to_the_first_refresh_token,
                    the_newest_token_is_replaced_by_its_successor,
                    the_newest_token_is_answered_again_within_a_window_of_its_rotation,
                    a_retry_within_the_window_gets_the_same_successor,
                    a_late_retry_of_a_client_that_authenticated_is_no_theft,
                    a_late_retry_of_a_public_client_ends_the_grant,
                    a_grandparent_ends_the_grant,
                    a_code_that_comes_back_ends_the_grant,
                    a_token_of_the_future_ends_the_grant,
                    a_refresh_token_of_a_code_that_was_never_redeemed_ends_the_grant,
                    a_code_at_another_redirect_uri_changes_nothing,
                ],
                lent_users: [
                    users_of_the_hosts_own_are_not_administered_here,
                    what_was_asked_with_is_good_after_the_directory_failed,
                ],
                stops: [
                    what_began_before_a_stop_was_written_is_older_than_it,
                ],
                strangers: [
                    another_client_changes_nothing,
                    another_client_does_not_even_roll_back,
                    another_tenant_says_what_it_says_of_a_random_string,
                    a_changed_token_changes_nothing,
                    a_changed_code_changes_nothing,
                    siblings_are_untouched,
                    whoever_ends_a_grant_locks_nobody_out,
                ],
                token_endpoint: [
                    other_methods_are_refused_and_run_nothing,
                    a_body_that_is_no_form_is_refused,
                    parameters_of_the_query_are_not_read,
                    a_parameter_given_twice_is_refused,
                    a_broken_encoding_is_refused,
                    a_nul_names_nobody,
                    more_than_64_parameters_are_refused,
                    empty_and_unknown_parameters_count_for_nothing,
                    a_grant_that_nobody_knows_is_unsupported,
                    codes_are_for_clients_whose_policy_names_them,
                    an_unknown_tenant_is_404,
                    a_disabled_tenant_issues_nothing_and_keeps_its_documents,
                ],
                token_faults: [
                    a_store_that_does_not_answer_is_nobodys_fault,
                    a_bug_is_a_server_error_and_nothing_more,
                    a_replay_that_cannot_be_written_issues_nothing,
                    a_directory_that_panics_keeps_nobody_waiting,
                ],
                token_kinds: [
                    opaque_tokens_have_a_shape,
                    nothing_but_a_refresh_token_is_one,
                    a_stolen_row_presents_nothing,
                    nothing_but_a_code_is_one,
                ],
                user_info: [
                    the_token_stands_in_the_header_of_a_get,
                    the_token_stands_in_the_header_of_a_post,
                    the_token_stands_in_a_form,
                    a_token_stands_in_one_place,
                    who_has_no_right_token_is_challenged,
                    the_scope_profile_tells_the_profile,
                    the_scope_email_tells_the_address_of_mail,
                    the_scope_address_tells_where_to_write,
                    the_scope_phone_tells_the_number,
                    all_scopes_tell_all_of_it,
                    a_claim_that_was_asked_for_by_name_is_told,
                    a_claim_has_the_value_that_it_has,
                ],
                windows: [
                    retries_do_not_move_the_window,
                    holding_does_not_move_the_window,
                    a_window_of_zero_rotates_on_each_use,
                    a_window_of_zero_leaves_retries_to_clients_that_authenticate,
                    where_nothing_rotates_the_token_stays,
                    where_public_clients_rotate_the_others_do_not,
                    a_clock_that_steps_back_kills_nobody,
                    a_clock_that_steps_back_revives_nothing,
                ],
            ]
            $($rest)*
        }
    };
}

/// The cases for drivers that host an application.
#[doc(hidden)]
#[macro_export]
macro_rules! __door {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            door [
                described: [
                    an_api_says_where_its_tokens_come_from,
                    each_tenant_has_an_api_of_its_own,
                    what_an_api_says_is_for_reading,
                    a_challenge_leads_to_the_issuer,
                    the_host_keeps_what_describes_nothing,
                    what_every_request_needs_is_named_at_once,
                    each_tenants_api_takes_tokens_for_itself,
                    the_only_api_is_found_at_the_root_as_well,
                ],
                ended: [
                    tokens_of_a_stopped_tenant_pass_offline_alone,
                    tokens_of_a_deleted_tenant_open_nothing,
                    tokens_of_a_stopped_client_pass_offline_alone,
                    tokens_of_a_deleted_client_are_not_a_later_ones,
                    tokens_of_a_stopped_user_pass_offline_alone,
                    tokens_of_an_old_password_pass_offline_alone,
                    tokens_of_grants_that_were_ended_pass_offline_alone,
                    tokens_of_a_key_that_was_replaced_at_once_open_nothing,
                    a_token_outlives_the_activity_of_its_key,
                ],
                foreign: [
                    what_another_tenant_signed_opens_nothing,
                ],
                forged_claims: [
                    a_claim_of_another_type_is_invalid,
                    times_are_judged_by_one_clock,
                    a_member_that_stands_twice_is_invalid,
                    what_is_no_json_object_is_invalid,
                    a_list_is_no_json_object,
                    what_is_nested_without_end_is_invalid,
                    a_token_of_no_such_grant_passes_offline_alone,
                    a_grant_of_another_tenant_is_unknown,
                    a_token_of_a_client_that_is_disabled_or_gone_passes_offline_alone,
                    a_token_of_a_tenant_that_is_not_there_is_invalid,
                    an_es256_signature_has_one_form,
                ],
                forgeries: [
                    a_tampered_token_is_invalid,
                    another_shape_is_invalid,
                    the_algorithm_is_the_keys,
                    another_type_is_invalid,
                    the_header_names_no_key_of_its_own,
                    a_key_of_another_tenant_verifies_nothing,
                    an_oversize_token_is_invalid,
                    an_encrypted_or_packed_token_is_invalid,
                    issuer_and_audience_are_exact,
                ],
                guarded_tenants: [
                    a_token_of_another_tenant_is_garbage,
                    the_tenant_in_the_path_is_the_one_that_counts,
                    another_spelling_of_a_tenant_is_no_tenant,
                    a_query_does_not_name_the_tenant,
                    a_guard_of_any_tenant_says_whose_token_it_is,
                    the_realm_is_never_the_requests,
                ],
                guards: [
                    without_a_token_there_is_a_challenge_and_no_error,
                    a_challenge_has_a_parameter_wherever_it_comes_from,
                    what_cannot_be_read_is_a_bad_request,
                    a_token_in_the_query_is_refused,
                    a_token_in_the_query_is_refused_however_its_name_is_written,
                    the_scheme_is_compared_without_case,
                    a_missing_scope_is_named,
                    every_kind_of_access_token_opens_the_door,
                    an_expired_token_is_invalid,
                    tokens_of_an_ended_grant_pass_offline_alone,
                    a_refresh_token_or_a_code_is_no_access_token,
                    a_misconfigured_route_is_500_with_a_text,
                ],
                possession: [
                    a_bound_token_comes_with_a_proof,
                    a_bound_token_is_no_bearer_token,
                    a_guard_demands_a_nonce,
                ],
                host: [
                    the_hosts_own_routes_still_answer,
                    the_hosts_routes_see_their_own_requests,
                    what_is_nearly_ours_is_the_hosts_404,
                    a_form_for_nobody_is_the_hosts_404,
                    another_method_for_nobody_is_the_hosts_404,
                    what_is_ours_is_ours_whatever_is_wrong_with_it,
                ],
            ]
            $($rest)*
        }
    };
}

/// Many at once, many times over.
#[doc(hidden)]
#[macro_export]
macro_rules! __races {
    ($then:ident $($rest:tt)*) => {
        $crate::$then! {
            protocol [
                races: [
                    of_64_redemptions_of_one_code_one_wins_and_the_grant_ends,
                    of_64_redemptions_of_a_clients_code_one_wins,
                    of_64_who_allow_and_refuse_on_one_page_one_is_heard,
                    all_of_64_refreshes_of_one_token_get_the_same_successor,
                    a_grant_that_ends_while_it_is_refreshed_stays_ended,
                    everybody_gets_their_own_answer,
                ],
            ]
            $($rest)*
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __drivers {
    (
        $area:ident $cases:tt
        drivers: { $($driver:ident: $make:path),* $(,)? },
        stores: $stores:tt
        $(, except: $except:tt)? $(,)?
    ) => {
        $crate::__excepted_are_cases! { $area $($except)? }
        $crate::__each_driver! { $area $cases { $($driver: $make,)* } $stores ($($except)?) }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __each_driver {
    ($area:ident $cases:tt { $($driver:ident: $make:path,)* } $stores:tt $except:tt) => { $(
        mod $driver {
            $crate::__stores! { $area $cases ($make) $stores $except }
        }
    )* };
}

/// What is the same for all cases of a driver and a store stands here once: there are thousands of
/// tests, and the compiler makes whatever each of them holds anew.
#[doc(hidden)]
#[macro_export]
macro_rules! __stores {
    (
        $area:ident $cases:tt ($make:path) { $($store:ident: $new:path),* $(,)? } $except:tt
    ) => { $(
        mod $store {
            const PLACE: $crate::Place = $crate::Place {
                stores: || $new().into(),
                driver: |world| Box::pin($make(world)),
                except: $crate::__except!($except),
            };
            $crate::__rooms! { $area $cases }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __rooms {
    ($area:ident [$($room:ident: $cases:tt),* $(,)?]) => { $(
        mod $room {
            $crate::__cases! { $area $room $cases }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cases {
    ($area:ident $room:ident [$($case:ident),* $(,)?]) => { $(
        #[test]
        fn $case() {
            let name = concat!(stringify!($room), "::", stringify!($case));
            super::PLACE.run(name, |stage| Box::pin($crate::$area::$room::$case(stage)));
        }
    )* };
}

/// The contract of the store ports.
#[doc(hidden)]
#[macro_export]
macro_rules! __store {
    ({ $($store:ident: $new:path),* $(,)? } $except:tt) => { $(
        mod $store {
            const SHELF: $crate::Shelf = $crate::Shelf {
                stores: || $new().into(),
                except: $crate::__except!($except),
            };
            $crate::__contract! {
                tickets: [
                    a_ticket_is_read_as_it_was_issued,
                    a_grant_is_bound_to_the_key_of_its_redeemer,
                    a_known_id_is_a_conflict_and_stays_as_it_is,
                    one_id_is_another_ticket_in_another_tenant,
                    a_change_needs_the_version_it_read,
                    a_dead_or_expired_ticket_does_not_change,
                    a_clock_that_steps_back_moves_no_ticket_back,
                    ending_one_leaves_a_tombstone,
                    ending_many_ends_those_of_one_subject_or_client_in_one_tenant,
                    a_list_comes_in_pages,
                    a_sweep_forgets_what_expired_and_no_more,
                    what_a_grant_remembers_of_its_browser_comes_back,
                    the_grants_of_a_session_are_listed_and_ended,
                ],
                sessions: [
                    a_session_is_kept_once_in_its_tenant,
                    every_field_of_a_session_comes_back,
                    a_session_changes_by_the_version_that_was_read,
                    a_session_is_changed_by_one_of_many,
                    an_ended_session_is_not_there,
                    sessions_of_one_sid_end_together,
                    sessions_are_listed_in_order,
                    a_sweep_forgets_expired_sessions_and_no_more,
                ],
                interactions: [
                    a_request_waits_once_in_its_tenant,
                    every_field_of_a_request_comes_back,
                    a_request_changes_by_the_version_that_was_read,
                    a_request_is_answered_by_one_of_many,
                    a_sweep_forgets_expired_requests_and_no_more,
                ],
                jwt_ids: [
                    an_id_is_remembered_once_in_its_tenant,
                    every_bit_of_an_id_counts,
                    an_id_is_new_until_it_is_remembered_and_from_its_moment_on,
                    an_id_is_new_to_one_of_many,
                    an_expired_id_is_new_to_one_of_many,
                    a_sweep_forgets_expired_ids_and_no_more,
                    the_ids_of_a_tenant_are_erased,
                ],
                consents: [
                    what_a_user_allows_is_kept,
                    no_two_users_and_clients_are_one,
                    every_field_of_a_consent_comes_back,
                    what_a_user_allowed_is_forgotten,
                    consents_are_listed_in_order,
                    the_consents_of_a_tenant_are_erased,
                ],
                concurrency: [
                    a_code_is_redeemed_by_one,
                    a_refresh_token_is_rotated_by_one,
                    a_version_is_changed_by_one,
                    an_id_is_issued_to_one,
                ],
                fields: [
                    every_field_of_a_tenant_comes_back,
                    every_field_of_a_client_comes_back,
                    every_field_of_a_user_comes_back,
                    every_field_of_keys_comes_back,
                    every_field_of_a_ticket_comes_back,
                ],
                changes: [
                    a_tenant_changes_by_the_version_that_was_read,
                    a_client_changes_by_the_version_that_was_read,
                    a_user_changes_by_the_version_that_was_read,
                    keys_change_by_the_version_that_was_read,
                    who_knows_keys_hears_whether_there_are_others,
                    a_deleted_tenant_does_not_change,
                    one_version_of_a_tenant_is_changed_by_one,
                    one_version_of_a_client_is_changed_by_one,
                    one_version_of_a_user_is_changed_by_one,
                    one_version_of_keys_is_changed_by_one,
                ],
                lists: [
                    tenants_are_listed_in_order,
                    clients_are_listed_in_order,
                    users_are_listed_in_order,
                    the_id_of_a_deleted_tenant_stays_taken,
                    deleted_clients_and_users_can_be_created_anew,
                    a_user_changes_their_name,
                    erasing_touches_one_tenant_alone,
                ],
                histories: [
                    present_equals_its_default,
                ],
                rows: [
                    a_tenant_is_created_once,
                    a_client_is_created_once_in_its_tenant,
                    a_user_is_unique_by_name_and_by_subject,
                    a_name_is_given_to_one_of_many,
                    keys_are_created_once_for_a_tenant,
                ],
            }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __contract {
    ($($room:ident: $cases:tt),* $(,)?) => { $(
        mod $room {
            $crate::__contract_cases! { $room $cases }
        }
    )* };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __contract_cases {
    ($room:ident [$($case:ident),* $(,)?]) => { $(
        #[test]
        fn $case() {
            let name = concat!(stringify!($room), "::", stringify!($case));
            super::SHELF.run(name, |stores| Box::pin($crate::store::$room::$case(stores)));
        }
    )* };
}
