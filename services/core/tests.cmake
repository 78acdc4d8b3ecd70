# Decisions, checks and arithmetic, without a ledger or a view.
xom_test(NAME core_test LABEL unit
  SOURCES
    authenticator_test.cc
    authorizer_test.cc
    call_limits_test.cc
    category_decisions_test.cc
    claim_decisions_test.cc
    claim_index_test.cc
    claim_rules_test.cc
    duplicate_score_test.cc
    engine_test.cc
    field_check_test.cc
    fingerprint_test.cc
    handover_decisions_test.cc
    match_score_test.cc
    merge_decisions_test.cc
    moderation_decisions_test.cc
    need_decisions_test.cc
    need_erasure_test.cc
    need_outline_test.cc
    network_prefix_test.cc
    offer_decisions_test.cc
    opening_hours_test.cc
    organization_decisions_test.cc
    rate_limiter_test.cc
    resource_name_test.cc
    reveal_decisions_test.cc
    supply_point_decisions_test.cc
    text_likeness_test.cc
    token_test.cc
    update_mask_test.cc
    user_decisions_test.cc
    verification_decisions_test.cc
  DEPS xom::core xom::storage_testing)
