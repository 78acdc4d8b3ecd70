# Tests of the API through the socket, and what they share.
xom_library(NAME api_client
  SOURCES
    api_client.cc
    claim_calls.cc
    moderation_calls.cc
    refused_fields.cc
  DEPS xom::test_server)

xom_test(NAME api_account_test LABEL api
  SOURCES
    api_organization_test.cc
    api_sign_in_test.cc
    api_tls_test.cc
    api_user_test.cc
  DEPS xom::api_client xom::trust_testing)

xom_test(NAME api_backup_test LABEL api
  SOURCES api_backup_test.cc
  DEPS xom::api_client xom::storage_testing)

xom_test(NAME api_claim_test LABEL api
  SOURCES
    api_claim_errors_test.cc
    api_claim_list_test.cc
    api_claim_need_test.cc
    api_claim_test.cc
    api_claim_time_test.cc
    api_claim_watch_test.cc
    claim_together_test.cc
  DEPS xom::api_client)

xom_test(NAME api_claim_transfer_test LABEL api
  SOURCES
    api_batch_test.cc
    api_claim_account_test.cc
    api_handover_test.cc
    claim_accounts.cc
  DEPS xom::api_client xom::storage_testing)

xom_test(NAME api_errors_test LABEL api
  SOURCES
    api_need_errors_test.cc
    api_offer_errors_test.cc
    api_search_errors_test.cc
    api_state_errors_test.cc
    api_store_errors_test.cc
    api_wire_errors_test.cc
  DEPS xom::api_client xom::storage_faults)

xom_test(NAME api_moderation_test LABEL api
  SOURCES
    api_duplicates_test.cc
    api_limits_test.cc
    api_moderation_test.cc
    api_report_test.cc
    api_verification_test.cc
  DEPS xom::api_client)

xom_test(NAME api_reasons_test LABEL api
  SOURCES api_reasons_test.cc claim_accounts.cc claim_reasons.cc
  DEPS xom::api_client xom::storage_testing)

xom_test(NAME api_test LABEL api
  SOURCES
    api_category_test.cc
    api_hours_test.cc
    api_list_test.cc
    api_matches_test.cc
    api_nearest_test.cc
    api_need_test.cc
    api_offer_test.cc
    api_retry_test.cc
    api_server_test.cc
    api_time_test.cc
  DEPS xom::api_client)

xom_test(NAME layering_test LABEL unit SOURCES layering_test.cc)

# What stays hidden.
xom_library(NAME privacy_testing
  SOURCES accounts.cc file_search.cc request_filler.cc
  DEPS xom::api_client)

xom_test(NAME privacy_test LABEL api
  SOURCES
    api_access_code_test.cc
    api_erase_test.cc
    api_reveal_test.cc
    canary_test.cc
    probing_test.cc
  DEPS xom::privacy_testing xom::storage_testing)
